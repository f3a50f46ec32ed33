//! Values that may be numbers, as they are written.

use std::fmt;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};

/// The name by which a [`Scalar`] asks the reader for a value as it is written.
pub(super) const NAME: &str = "tailproof scalar";

/// The types of TOML that are neither text, number nor array.
pub(super) const OTHERS: [&str; 3] = ["boolean", "datetime", "table"];

/// A TOML value whose numbers are as they are written, so that decimals stay exact.
pub enum Scalar {
    /// A string, which may hold a number.
    Text(String),
    /// A number, without underscores.
    Number(String),
    /// An array.
    Array(Vec<Scalar>),
    /// A value of one of the other types, by its name.
    Other(&'static str),
}

impl Scalar {
    /// The name of the type in TOML.
    pub fn type_name(&self) -> &'static str {
        match self {
            Scalar::Text(_) => "string",
            Scalar::Number(_) => "number",
            Scalar::Array(_) => "array",
            Scalar::Other(name) => name,
        }
    }

    /// The text of a string; `None` for everything else.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Scalar::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(NAME, ScalarVisitor)
    }
}

/// Takes strings as such, numbers as bytes, and the place of another type in [`OTHERS`].
struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(text.to_owned()))
    }

    fn visit_bytes<E: serde::de::Error>(self, number: &[u8]) -> Result<Scalar, E> {
        Ok(Scalar::Number(String::from_utf8_lossy(number).into_owned()))
    }

    fn visit_u64<E: serde::de::Error>(self, place: u64) -> Result<Scalar, E> {
        let name = usize::try_from(place).ok().and_then(|place| OTHERS.get(place));
        name.map(|name| Scalar::Other(name)).ok_or_else(|| E::custom("no such type"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Scalar, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = array.next_element()? {
            items.push(item);
        }
        Ok(Scalar::Array(items))
    }
}
