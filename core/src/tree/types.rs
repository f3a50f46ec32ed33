//! The types that values become.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::value::Error as Words;
use serde::de::{Error, Unexpected};
use toml::de::DeValue;

use super::{FirstError, Node, Tree};

/// A type that a value becomes.
pub trait FromTree: Sized {
    /// Returns what the value says, or nothing of meaning and an error: on a value of another type, or
    /// out of range; in a table, on keys that are not known and keys that are missing.
    fn read(node: &Node<'_>, errors: &mut FirstError) -> Self;

    /// Returns the value of a key that is not there; `None` if it must be there.
    fn absent() -> Option<Self> {
        None
    }

    /// Returns a value that stands for one with an error.
    fn nothing() -> Self;
}

/// A type that a key becomes.
pub trait FromKey: Ord + Sized {
    /// Returns what the key says.
    ///
    /// # Errors
    /// Errors on a word that is not known.
    fn of_key(key: &str) -> Result<Self, Words>;
}

/// Returns the place of a word among `known`.
pub(crate) fn of_word(word: &str, known: &'static [&'static str]) -> Result<usize, Words> {
    known.iter().position(|name| *name == word).ok_or_else(|| Words::unknown_variant(word, known))
}

impl Node<'_> {
    /// Returns the place among `known` of the word that the value is; `None` and an error for another
    /// type, and another word.
    pub(crate) fn word(&self, known: &'static [&'static str], errors: &mut FirstError) -> Option<usize> {
        let found = match self.as_str() {
            Some(word) => of_word(word, known),
            None => Err(Words::custom("wanted string or table")),
        };
        found.map_err(|words| errors.keep(self.error(words))).ok()
    }

    /// Returns a whole number that `T`, whose name is `expected`, holds; 0 and an error for others.
    fn whole<T: TryFrom<i64> + Default>(&self, expected: &'static str, errors: &mut FirstError) -> T {
        let number = self.integer(expected, errors);
        T::try_from(number).unwrap_or_else(|_| {
            errors.keep(self.error(Words::invalid_value(Unexpected::Signed(number), &expected)));
            T::default()
        })
    }
}

impl FromKey for String {
    fn of_key(key: &str) -> Result<Self, Words> {
        Ok(key.to_owned())
    }
}

impl FromTree for String {
    fn read(node: &Node<'_>, errors: &mut FirstError) -> Self {
        match node.as_str() {
            Some(text) => text.to_owned(),
            None => node.wrong(&"a string", errors),
        }
    }

    fn nothing() -> Self {
        Self::new()
    }
}

impl FromTree for bool {
    fn read(node: &Node<'_>, errors: &mut FirstError) -> Self {
        match node.as_bool() {
            Some(flag) => flag,
            None => node.wrong(&"a boolean", errors),
        }
    }

    fn nothing() -> Self {
        false
    }
}

impl FromTree for usize {
    fn read(node: &Node<'_>, errors: &mut FirstError) -> Self {
        node.whole("usize", errors)
    }

    fn nothing() -> Self {
        0
    }
}

impl FromTree for u64 {
    fn read(node: &Node<'_>, errors: &mut FirstError) -> Self {
        node.whole("u64", errors)
    }

    fn nothing() -> Self {
        0
    }
}

impl FromTree for u32 {
    fn read(node: &Node<'_>, errors: &mut FirstError) -> Self {
        node.whole("u32", errors)
    }

    fn nothing() -> Self {
        0
    }
}

impl FromTree for f64 {
    /// The nearest double. A number beyond all doubles is refused, unless it is infinite by its own words.
    fn read(node: &Node<'_>, errors: &mut FirstError) -> Self {
        match node.value {
            Tree::Toml(DeValue::Float(number), _) => {
                let read = number.as_str().parse::<f64>().ok();
                let read = read.filter(|read| read.is_finite() || number.as_str().contains(['i', 'n']));
                read.unwrap_or_else(|| {
                    errors.keep(node.error(Words::custom("floating-point number overflowed")));
                    0.0
                })
            }
            #[allow(clippy::cast_precision_loss)]
            _ => node.integer("f64", errors) as f64,
        }
    }

    fn nothing() -> Self {
        0.0
    }
}

impl<T: FromTree> FromTree for Option<T> {
    fn read(node: &Node<'_>, errors: &mut FirstError) -> Self {
        Some(T::read(node, errors))
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn nothing() -> Self {
        None
    }
}

impl<T: FromTree> FromTree for Box<T> {
    fn read(node: &Node<'_>, errors: &mut FirstError) -> Self {
        Self::new(T::read(node, errors))
    }

    fn nothing() -> Self {
        Self::new(T::nothing())
    }
}

impl<T: FromTree> FromTree for Vec<T> {
    fn read(node: &Node<'_>, errors: &mut FirstError) -> Self {
        node.items(&"a sequence", errors).iter().map(|item| T::read(item, errors)).collect()
    }

    fn nothing() -> Self {
        Self::new()
    }
}

impl<T: FromTree + Ord> FromTree for BTreeSet<T> {
    fn read(node: &Node<'_>, errors: &mut FirstError) -> Self {
        node.items(&"a sequence", errors).iter().map(|item| T::read(item, errors)).collect()
    }

    fn nothing() -> Self {
        Self::new()
    }
}

impl<T: FromTree> FromTree for [T; 2] {
    fn read(node: &Node<'_>, errors: &mut FirstError) -> Self {
        let expected = "an array of length 2";
        match &node.items(&expected, errors)[..] {
            [first, second] => [T::read(first, errors), T::read(second, errors)],
            items => {
                // After a value of another type, this is no first error.
                errors.keep(node.error(Words::invalid_length(items.len(), &expected)));
                Self::nothing()
            }
        }
    }

    fn nothing() -> Self {
        [T::nothing(), T::nothing()]
    }
}

impl<K: FromKey, T: FromTree> FromTree for BTreeMap<K, T> {
    fn read(node: &Node<'_>, errors: &mut FirstError) -> Self {
        let mut map = BTreeMap::new();
        for (key, span, value) in node.entries(&"a map", errors) {
            match K::of_key(key) {
                Ok(key) => {
                    map.insert(key, T::read(&value, errors));
                }
                Err(words) => errors.keep_at(words, span),
            }
        }
        map
    }

    fn nothing() -> Self {
        Self::new()
    }
}
