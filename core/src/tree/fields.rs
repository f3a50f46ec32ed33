//! The fields of a table, each taken by its name.

use serde::de::Error;
use serde::de::value::Error as Words;

use super::{Entry, FirstError, FromTree, Node};

/// The fields of a table. A field with an error has [`FromTree::nothing`] in its place, and the error
/// is kept: so a table is made in one piece, and its reader is short.
pub struct Fields<'n, 'e> {
    node: &'e Node<'n>,
    entries: Vec<Entry<'n>>,
    errors: &'e mut FirstError,
}

impl<'n, 'e> Fields<'n, 'e> {
    /// Returns the fields of a table of the type `name`, or none and an error.
    pub fn of(node: &'e Node<'n>, name: &'static str, errors: &'e mut FirstError) -> Self {
        Self { entries: node.entries(&name, errors), errors, node }
    }

    /// Returns the word of a field, which is no longer among those of [`Fields::known`]; `None` and an
    /// error for no such field, or a value of another type.
    pub fn word(&mut self, name: &'static str) -> Option<&'n str> {
        let Some(place) = self.entries.iter().position(|(key, ..)| *key == name) else {
            self.missing(name);
            return None;
        };
        let (.., node) = self.entries.remove(place);
        let word = node.as_str();
        if word.is_none() {
            self.errors.keep(node.wrong_type(&"a string"));
        }
        word
    }

    /// Keeps as an error that a word is not among `known`.
    pub fn unknown_word(&mut self, word: &str, known: &'static [&'static str]) {
        self.errors.keep(self.node.error(Words::unknown_variant(word, known)));
    }

    /// Keeps as an error that a field is not among `known`.
    pub fn known(&mut self, known: &'static [&'static str]) {
        if let Some((key, span, _)) = self.entries.iter().find(|(key, ..)| !known.contains(key)) {
            self.errors.keep_at(Words::unknown_field(key, known), span.clone());
        }
    }

    /// Returns the value of a field, or `default` if it is not there.
    pub fn take<T: FromTree>(&mut self, name: &'static str, default: Option<T>) -> T {
        match self.find(name) {
            Some(node) => T::read(&node, self.errors),
            None => default.or_else(T::absent).unwrap_or_else(|| {
                self.missing(name);
                T::nothing()
            }),
        }
    }

    // Once for all types.
    #[inline(never)]
    fn find(&self, name: &'static str) -> Option<Node<'n>> {
        self.entries.iter().find(|(key, ..)| *key == name).map(|(.., node)| node.clone())
    }

    #[inline(never)]
    fn missing(&mut self, name: &'static str) {
        self.errors.keep(self.node.error(Words::missing_field(name)));
    }
}
