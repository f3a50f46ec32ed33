//! The fields of a table, each taken by its name.

use serde::de::Error;
use serde::de::value::Error as Words;

use super::{Entry, FromTree, Node, TreeError};

/// The fields of a table, and the first error of taking one. Until [`Fields::end`], a field with an
/// error has [`FromTree::nothing`] in its place: so a table is made in one piece, and its reader is
/// short.
pub struct Fields<'n> {
    node: Node<'n>,
    entries: Vec<Entry<'n>>,
    error: Option<TreeError>,
}

impl<'n> Fields<'n> {
    /// Returns the fields of a table of the type `name`.
    ///
    /// # Errors
    /// A value of another type.
    pub fn of(node: Node<'n>, name: &'static str) -> Result<Self, TreeError> {
        Ok(Self { entries: node.entries(&name)?, error: None, node })
    }

    /// Returns the word of a field, which is no longer among those of [`Fields::known`].
    ///
    /// # Errors
    /// No such field, or a value of another type.
    pub fn word(&mut self, name: &'static str) -> Result<&'n str, TreeError> {
        let Some(place) = self.entries.iter().position(|(key, ..)| *key == name) else {
            return Err(self.node.error(Words::missing_field(name)));
        };
        let (.., node) = self.entries.remove(place);
        node.as_str().ok_or_else(|| node.wrong_type(&"a string"))
    }

    /// Returns the error that a word is not among `known`.
    pub fn unknown_word(&self, word: &str, known: &'static [&'static str]) -> TreeError {
        self.node.error(Words::unknown_variant(word, known))
    }

    /// Keeps as an error that a field is not among `known`.
    pub fn known(&mut self, known: &'static [&'static str]) {
        let unknown = self.entries.iter().find(|(key, ..)| !known.contains(key));
        let error = unknown.map(|(key, span, _)| TreeError {
            message: Words::unknown_field(key, known).to_string(),
            span: span.clone(),
        });
        self.keep(error);
    }

    /// Returns the value of a field, or `default` if it is not there.
    pub fn take<T: FromTree>(&mut self, name: &'static str, default: Option<T>) -> T {
        let found = self.entries.iter().find(|(key, ..)| *key == name);
        let read = match found {
            Some((.., node)) => T::read(node.clone()),
            None => default.or_else(T::absent).ok_or_else(|| self.node.error(Words::missing_field(name))),
        };
        read.unwrap_or_else(|error| {
            self.keep(Some(error));
            T::nothing()
        })
    }

    fn keep(&mut self, error: Option<TreeError>) {
        if self.error.is_none() {
            self.error = error;
        }
    }

    /// Returns the table that was made of the fields.
    ///
    /// # Errors
    /// The first error.
    pub fn end<T>(self, made: T) -> Result<T, TreeError> {
        self.error.map_or(Ok(made), Err)
    }
}
