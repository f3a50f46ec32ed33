//! Requests: the fields of JSON objects, each taken once, with none left over.

use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// The number of a thing that was decoded.
pub type Handle = u64;

/// The fields of an object that were not taken yet. They are read one by one, since derived readers
/// of so many types would be a quarter of the module.
pub struct Fields {
    map: Map<String, Value>,
}

impl Fields {
    /// Returns the fields of the object in a JSON text.
    pub fn parse(json: &[u8]) -> Result<Self, Refusal> {
        Self::of(serde_json::from_slice(json).map_err(|error| Refusal::use_of(error.to_string()))?)
    }

    pub(crate) fn of(value: Value) -> Result<Self, Refusal> {
        match value {
            Value::Object(map) => Ok(Self { map }),
            _ => Err(Refusal::use_of("expected an object")),
        }
    }

    /// Takes a field; `None` if it is not there, or null.
    fn take(&mut self, name: &str) -> Option<Value> {
        self.map.remove(name).filter(|value| !value.is_null())
    }

    /// Takes a text.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        self.take(name).map(|value| text_of(name, value)).transpose()
    }

    /// Takes a text that must be there.
    pub fn needed(&mut self, name: &str) -> Result<String, Refusal> {
        self.text(name)?.ok_or_else(|| missing(name))
    }

    /// Takes a list of texts; an empty one if it is not there.
    pub fn texts(&mut self, name: &str) -> Result<Vec<String>, Refusal> {
        self.list(name, text_of)
    }

    /// Takes a whole number.
    pub fn number(&mut self, name: &str) -> Result<Option<u64>, Refusal> {
        self.take(name).map(|value| number_of(name, value)).transpose()
    }

    /// Takes a list of whole numbers; an empty one if it is not there.
    pub fn numbers(&mut self, name: &str) -> Result<Vec<u64>, Refusal> {
        self.list(name, number_of)
    }

    /// Takes a list; an empty one if it is not there.
    pub fn list<T>(&mut self, name: &str, each: fn(&str, Value) -> Result<T, Refusal>) -> Result<Vec<T>, Refusal> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => items.into_iter().map(|item| each(name, item)).collect(),
            Some(_) => Err(wrong(name, "a list")),
        }
    }

    /// Takes an object.
    pub fn object(&mut self, name: &str) -> Result<Option<Self>, Refusal> {
        self.take(name).map(Self::of).transpose()
    }

    /// Checks that nothing is left: a misspelt expectation would not be checked.
    pub fn end(self) -> Result<(), Refusal> {
        match self.map.keys().next() {
            Some(name) => Err(Refusal::use_of(format!("the field '{name}' is not known here"))),
            None => Ok(()),
        }
    }
}

fn text_of(name: &str, value: Value) -> Result<String, Refusal> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(wrong(name, "a text")),
    }
}

fn number_of(name: &str, value: Value) -> Result<u64, Refusal> {
    value.as_u64().ok_or_else(|| wrong(name, "a whole number"))
}

fn wrong(name: &str, expected: &str) -> Refusal {
    Refusal::use_of(format!("'{name}' is not {expected}"))
}

/// Returns the refusal of a request without a field.
pub fn missing(name: &str) -> Refusal {
    Refusal::use_of(format!("'{name}' is missing"))
}
