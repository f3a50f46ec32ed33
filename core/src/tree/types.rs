//! The types that values become.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::value::Error as Words;
use serde::de::{Error, Unexpected};
use toml::de::DeValue;

use super::{Node, Tree, TreeError};
use crate::text::nearest_double;

/// A type that a value becomes.
pub trait FromTree: Sized {
    /// Returns what the value says.
    ///
    /// # Errors
    /// Errors on a value of another type, or out of range; in a table, on keys that are not known
    /// and keys that are missing.
    fn read(node: Node<'_>) -> Result<Self, TreeError>;

    /// Returns the value of a key that is not there; `None` if it must be there.
    fn absent() -> Option<Self> {
        None
    }

    /// Returns a value that stands for one with an error, until the error is returned.
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

/// Returns the value among `known` that has a name.
pub(crate) fn of_word<T: Copy>(word: &str, known: &[T], names: &'static [&'static str]) -> Result<T, Words> {
    let found = names.iter().position(|name| *name == word).and_then(|place| known.get(place));
    found.copied().ok_or_else(|| Words::unknown_variant(word, names))
}

impl Node<'_> {
    /// Returns the value among `known` that a word names.
    ///
    /// # Errors
    /// Another type, and another word.
    pub(crate) fn word<T: Copy>(&self, known: &[T], names: &'static [&'static str]) -> Result<T, TreeError> {
        let word = self.as_str().ok_or_else(|| self.error(Words::custom("wanted string or table")))?;
        of_word(word, known, names).map_err(|words| self.error(words))
    }

    /// Returns a whole number that `T`, whose name is `expected`, holds.
    fn whole<T: TryFrom<i64>>(&self, expected: &'static str) -> Result<T, TreeError> {
        let number = self.integer(expected)?;
        T::try_from(number).map_err(|_| self.error(Words::invalid_value(Unexpected::Signed(number), &expected)))
    }
}

impl FromKey for String {
    fn of_key(key: &str) -> Result<Self, Words> {
        Ok(key.to_owned())
    }
}

impl FromTree for String {
    fn read(node: Node<'_>) -> Result<Self, TreeError> {
        node.as_str().map(str::to_owned).ok_or_else(|| node.wrong_type(&"a string"))
    }

    fn nothing() -> Self {
        Self::new()
    }
}

impl FromTree for bool {
    fn read(node: Node<'_>) -> Result<Self, TreeError> {
        node.as_bool().ok_or_else(|| node.wrong_type(&"a boolean"))
    }

    fn nothing() -> Self {
        false
    }
}

impl FromTree for usize {
    fn read(node: Node<'_>) -> Result<Self, TreeError> {
        node.whole("usize")
    }

    fn nothing() -> Self {
        0
    }
}

impl FromTree for u64 {
    fn read(node: Node<'_>) -> Result<Self, TreeError> {
        node.whole("u64")
    }

    fn nothing() -> Self {
        0
    }
}

impl FromTree for u32 {
    fn read(node: Node<'_>) -> Result<Self, TreeError> {
        node.whole("u32")
    }

    fn nothing() -> Self {
        0
    }
}

impl FromTree for f64 {
    /// The nearest double.
    fn read(node: Node<'_>) -> Result<Self, TreeError> {
        match node.value {
            Tree::Toml(DeValue::Float(number), _) => nearest_double(number.as_str())
                .ok_or_else(|| node.error(Words::custom("floating-point number overflowed"))),
            #[allow(clippy::cast_precision_loss)]
            _ => node.integer("f64").map(|number| number as f64),
        }
    }

    fn nothing() -> Self {
        0.0
    }
}

impl<T: FromTree> FromTree for Option<T> {
    fn read(node: Node<'_>) -> Result<Self, TreeError> {
        T::read(node).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn nothing() -> Self {
        None
    }
}

impl<T: FromTree> FromTree for Box<T> {
    fn read(node: Node<'_>) -> Result<Self, TreeError> {
        T::read(node).map(Self::new)
    }

    fn nothing() -> Self {
        Self::new(T::nothing())
    }
}

impl<T: FromTree> FromTree for Vec<T> {
    fn read(node: Node<'_>) -> Result<Self, TreeError> {
        node.items(&"a sequence")?.into_iter().map(T::read).collect()
    }

    fn nothing() -> Self {
        Self::new()
    }
}

impl<T: FromTree + Ord> FromTree for BTreeSet<T> {
    fn read(node: Node<'_>) -> Result<Self, TreeError> {
        node.items(&"a sequence")?.into_iter().map(T::read).collect()
    }

    fn nothing() -> Self {
        Self::new()
    }
}

impl<T: FromTree> FromTree for [T; 2] {
    fn read(node: Node<'_>) -> Result<Self, TreeError> {
        let expected = "an array of length 2";
        let items = node.items(&expected)?;
        let [first, second] = &items[..] else {
            return Err(node.error(Words::invalid_length(items.len(), &expected)));
        };
        Ok([T::read(first.clone())?, T::read(second.clone())?])
    }

    fn nothing() -> Self {
        [T::nothing(), T::nothing()]
    }
}

impl<K: FromKey, T: FromTree> FromTree for BTreeMap<K, T> {
    fn read(node: Node<'_>) -> Result<Self, TreeError> {
        let mut map = BTreeMap::new();
        for (key, span, value) in node.entries(&"a map")? {
            let key = K::of_key(key).map_err(|words| TreeError { message: words.to_string(), span })?;
            map.insert(key, T::read(value)?);
        }
        Ok(map)
    }

    fn nothing() -> Self {
        Self::new()
    }
}
