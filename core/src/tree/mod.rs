//! Trees of values, of TOML and of JSON, read into types key by key.
//!
//! Mandates, deals and the headers of scenario sets are read so: a verifier in a browser reads them,
//! and serde's derived readers of their tables were a third of it. Errors have serde's words, and
//! those of TOML name the row.

mod fields;
mod macros;
mod scalar;
mod types;

pub use fields::Fields;
pub(crate) use macros::{from_tree, toml_table, tree_words};
pub use scalar::Scalar;
pub(crate) use types::of_word;
pub use types::{FromKey, FromTree};

use std::ops::Range;

use serde::de::value::Error as Words;
use serde::de::{Error, Expected, Unexpected};
use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::InputError;
use crate::toml_file::syntax;

/// Reads a TOML file whose root is the table `T`; an error names the row.
///
/// # Errors
/// Errors on a text that is not TOML, and the errors of [`FromTree::read`].
pub fn read_table<T: FromTree>(file: &str, text: &str) -> Result<T, InputError> {
    let root = DeTable::parse(text).map_err(|error| syntax(file, text, error.message(), error.span()))?;
    let span = root.span();
    let root = DeValue::Table(root.into_inner());
    let node = Node { value: Tree::Toml(&root, text), span };
    let mut errors = FirstError::default();
    let read = T::read(&node, &mut errors);
    match errors.first {
        None => Ok(read),
        Some(TreeError { message, span }) => Err(syntax(file, text, &message, Some(span))),
    }
}

/// Reads a JSON value. A key that occurs twice counts once, and null counts as a key that is not
/// there: whoever needs one form compares it with the value written again.
///
/// # Errors
/// The errors of [`FromTree::read`], in words.
pub fn read_json<T: FromTree>(value: &Value) -> Result<T, String> {
    let mut errors = FirstError::default();
    let read = T::read(&Node { value: Tree::Json(value), span: 0..0 }, &mut errors);
    match errors.first {
        None => Ok(read),
        Some(error) => Err(error.message),
    }
}

/// The reason a value is not read, and its place in a TOML file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeError {
    message: String,
    span: Range<usize>,
}

/// The first error of reading a tree. Reading goes on behind it, so that no reader has a result to
/// hand on, which makes them shorter.
#[derive(Default)]
pub struct FirstError {
    first: Option<TreeError>,
}

impl FirstError {
    /// Keeps an error, if it is the first.
    #[inline(never)]
    fn keep(&mut self, error: TreeError) {
        self.first.get_or_insert(error);
    }

    /// Keeps an error at a place of a TOML file, if it is the first.
    fn keep_at(&mut self, words: Words, span: Range<usize>) {
        self.keep(TreeError { message: words.to_string(), span });
    }
}

/// A value in a tree, and its place in a TOML file.
#[derive(Clone)]
pub struct Node<'n> {
    value: Tree<'n>,
    span: Range<usize>,
}

/// A key of a table, its place in a TOML file, and its value.
type Entry<'n> = (&'n str, Range<usize>, Node<'n>);

/// A value of TOML with the text of its file, or of JSON.
#[derive(Clone, Copy)]
enum Tree<'n> {
    Toml(&'n DeValue<'n>, &'n str),
    Json(&'n Value),
}

impl<'n> Node<'n> {
    fn of_toml(value: &'n Spanned<DeValue<'n>>, text: &'n str) -> Self {
        Node { value: Tree::Toml(value.get_ref(), text), span: value.span() }
    }

    fn error(&self, words: Words) -> TreeError {
        TreeError { message: words.to_string(), span: self.span.clone() }
    }

    /// Returns the error that the value is of another type than `expected`.
    fn wrong_type(&self, expected: &dyn Expected) -> TreeError {
        let number;
        let found = match self.value {
            Tree::Toml(DeValue::String(text), _) => Unexpected::Str(text),
            Tree::Json(Value::String(text)) => Unexpected::Str(text),
            Tree::Toml(DeValue::Boolean(flag), _) | Tree::Json(Value::Bool(flag)) => Unexpected::Bool(*flag),
            Tree::Toml(DeValue::Array(_), _) | Tree::Json(Value::Array(_)) => Unexpected::Seq,
            Tree::Toml(DeValue::Table(_) | DeValue::Datetime(_), _) | Tree::Json(Value::Object(_)) => Unexpected::Map,
            Tree::Json(Value::Null) => Unexpected::Other("null"),
            Tree::Toml(DeValue::Integer(found), _) => {
                number = format!("integer `{found}`");
                Unexpected::Other(&number)
            }
            Tree::Toml(DeValue::Float(found), _) => {
                number = format!("floating point `{found}`");
                Unexpected::Other(&number)
            }
            Tree::Json(Value::Number(found)) => {
                number = format!("number `{found}`");
                Unexpected::Other(&number)
            }
        };
        self.error(Words::invalid_type(found, expected))
    }

    /// Keeps as an error that the value is of another type than `expected`, and returns
    /// [`FromTree::nothing`].
    fn wrong<T: FromTree>(&self, expected: &dyn Expected, errors: &mut FirstError) -> T {
        errors.keep(self.wrong_type(expected));
        T::nothing()
    }

    /// Returns a string; `None` for another type.
    pub(crate) fn as_str(&self) -> Option<&'n str> {
        match self.value {
            Tree::Toml(value, _) => value.as_str(),
            Tree::Json(value) => value.as_str(),
        }
    }

    /// Returns a flag; `None` for another type.
    fn as_bool(&self) -> Option<bool> {
        match self.value {
            Tree::Toml(value, _) => value.as_bool(),
            Tree::Json(value) => value.as_bool(),
        }
    }

    /// Returns a whole number of 64 bits with a sign; 0 and an error for another type, and a larger
    /// number.
    fn integer(&self, expected: &'static str, errors: &mut FirstError) -> i64 {
        let found = match self.value {
            Tree::Toml(value, _) => {
                value.as_integer().and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok())
            }
            Tree::Json(value) => value.as_i64(),
        };
        found.unwrap_or_else(|| {
            errors.keep(self.wrong_type(&expected));
            0
        })
    }

    /// Returns the items of a list; none and an error for another type.
    #[inline(never)]
    fn items(&self, expected: &dyn Expected, errors: &mut FirstError) -> Vec<Node<'n>> {
        let span = || self.span.clone();
        match self.value {
            Tree::Toml(DeValue::Array(items), text) => items.iter().map(|item| Node::of_toml(item, text)).collect(),
            Tree::Json(Value::Array(items)) => {
                items.iter().map(|item| Node { value: Tree::Json(item), span: span() }).collect()
            }
            _ => {
                errors.keep(self.wrong_type(expected));
                Vec::new()
            }
        }
    }

    /// Returns the keys of a table with their places and their values; none and an error for another
    /// type.
    #[inline(never)]
    fn entries(&self, expected: &dyn Expected, errors: &mut FirstError) -> Vec<Entry<'n>> {
        let span = || self.span.clone();
        match self.value {
            Tree::Toml(DeValue::Table(table), text) => {
                let entry = |(key, value): (&'n Spanned<_>, &'n Spanned<_>)| {
                    let word: &std::borrow::Cow<'n, str> = key.get_ref();
                    (word.as_ref(), key.span(), Node::of_toml(value, text))
                };
                table.iter().map(entry).collect()
            }
            Tree::Json(Value::Object(object)) => {
                let there = object.iter().filter(|(_, value)| !value.is_null());
                there.map(|(key, value)| (&key[..], span(), Node { value: Tree::Json(value), span: span() })).collect()
            }
            _ => {
                errors.keep(self.wrong_type(expected));
                Vec::new()
            }
        }
    }
}
