//! A reader of TOML values into Rust types, in as little code as the types of this crate need.
//!
//! The reader of the crate `toml` is compiled once more for each type, with every conversion that any
//! type could ask for: a third of a WebAssembly module that reads mandates and deals.

use std::fmt::{self, Display};
use std::ops::Range;

use serde::de::{self, DeserializeSeed, Deserializer, Error as _, Expected, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use toml::Spanned;
use toml::de::{DeInteger, DeString, DeTable, DeValue};

use super::scalar::{NAME, OTHERS};

/// A fault, and where it is.
#[derive(Debug)]
pub(super) struct Fault {
    pub message: String,
    /// The place of its first byte.
    pub place: Option<usize>,
}

impl Fault {
    /// The fault, at `place` unless a place inside is known.
    fn at(mut self, place: &Range<usize>) -> Self {
        self.place.get_or_insert(place.start);
        self
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: Display>(message: T) -> Self {
        Self { message: message.to_string(), place: None }
    }
}

/// A value, its place, and the text of the file.
pub(super) struct Node<'de> {
    text: &'de str,
    place: Range<usize>,
    value: DeValue<'de>,
}

impl<'de> Node<'de> {
    /// The root of a file.
    pub fn root(text: &'de str, table: Spanned<DeTable<'de>>) -> Self {
        let place = table.span();
        Self { text, place, value: DeValue::Table(table.into_inner()) }
    }

    fn of(text: &'de str, value: Spanned<DeValue<'de>>) -> Self {
        let place = value.span();
        Self { text, place, value: value.into_inner() }
    }

    /// The fault that the value is of another type.
    fn other(&self, expected: &dyn Expected) -> Fault {
        let found = match &self.value {
            DeValue::String(text) => Unexpected::Str(text),
            DeValue::Integer(number) => match Whole::of(number) {
                Ok(Whole::Signed(number)) => Unexpected::Signed(number),
                Ok(Whole::Unsigned(number)) => Unexpected::Unsigned(number),
                Err(fault) => return fault.at(&self.place),
            },
            DeValue::Float(number) => match float(number.as_str()) {
                Ok(number) => Unexpected::Float(number),
                Err(fault) => return fault.at(&self.place),
            },
            DeValue::Boolean(value) => Unexpected::Bool(*value),
            DeValue::Array(_) => Unexpected::Seq,
            DeValue::Datetime(_) | DeValue::Table(_) => Unexpected::Map,
        };
        Fault::invalid_type(found, expected).at(&self.place)
    }

    fn number<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let number = match &self.value {
            DeValue::Integer(number) => Whole::of(number),
            DeValue::Float(number) => {
                return float(number.as_str())
                    .and_then(|number| visitor.visit_f64(number))
                    .map_err(|fault| fault.at(&self.place));
            }
            _ => return Err(self.other(&visitor)),
        };
        let read = match number {
            Ok(Whole::Signed(number)) => visitor.visit_i64(number),
            Ok(Whole::Unsigned(number)) => visitor.visit_u64(number),
            Err(fault) => Err(fault),
        };
        read.map_err(|fault| fault.at(&self.place))
    }

    fn sequence<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let DeValue::Array(array) = self.value else { return Err(self.other(&visitor)) };
        let items = Items { text: self.text, items: array.into_iter() };
        visitor.visit_seq(items).map_err(|fault| fault.at(&self.place))
    }

    fn table<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let DeValue::Table(table) = self.value else { return Err(self.other(&visitor)) };
        let entries = Entries { text: self.text, entries: table.into_iter(), value: None };
        visitor.visit_map(entries).map_err(|fault| fault.at(&self.place))
    }

    fn string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let DeValue::String(text) = &self.value else { return Err(self.other(&visitor)) };
        visitor.visit_str(text).map_err(|fault: Fault| fault.at(&self.place))
    }
}

/// A whole number.
enum Whole {
    Signed(i64),
    Unsigned(u64),
}

impl Whole {
    fn of(number: &DeInteger<'_>) -> Result<Self, Fault> {
        let (digits, radix) = (number.as_str(), number.radix());
        let signed = i64::from_str_radix(digits, radix).map(Whole::Signed);
        let number = signed.or_else(|_| u64::from_str_radix(digits, radix).map(Whole::Unsigned));
        number.map_err(|_| Fault::custom("integer number overflowed"))
    }
}

fn float(text: &str) -> Result<f64, Fault> {
    let number = text.parse::<f64>().ok().filter(|number| !number.is_infinite() || text.contains("inf"));
    number.ok_or_else(|| Fault::custom("floating-point number overflowed"))
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            DeValue::String(_) => self.string(visitor),
            DeValue::Integer(_) | DeValue::Float(_) => self.number(visitor),
            DeValue::Boolean(_) => self.deserialize_bool(visitor),
            DeValue::Array(_) => self.sequence(visitor),
            DeValue::Table(_) => self.table(visitor),
            DeValue::Datetime(_) => Err(self.other(&visitor)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            DeValue::Boolean(value) => visitor.visit_bool(value).map_err(|fault: Fault| fault.at(&self.place)),
            _ => Err(self.other(&visitor)),
        }
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.number(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.number(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.number(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.string(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.sequence(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.sequence(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.table(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.table(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Fault> {
        if name != NAME {
            return visitor.visit_newtype_struct(self);
        }
        let other = |name: &str| OTHERS.iter().position(|other| *other == name).unwrap_or_default() as u64;
        match self.value {
            DeValue::String(_) => self.string(visitor),
            DeValue::Array(_) => self.sequence(visitor),
            DeValue::Integer(_) | DeValue::Float(_) => {
                let written = self.text.get(self.place).unwrap_or_default();
                visitor.visit_bytes(written.replace('_', "").as_bytes())
            }
            DeValue::Boolean(_) => visitor.visit_u64(other("boolean")),
            DeValue::Datetime(_) => visitor.visit_u64(other("datetime")),
            DeValue::Table(_) => visitor.visit_u64(other("table")),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let DeValue::String(text) = &self.value else { return Err(Fault::custom("wanted string").at(&self.place)) };
        visitor.visit_enum(de::value::StrDeserializer::new(text)).map_err(|fault: Fault| fault.at(&self.place))
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 u8 u16 f32 char bytes byte_buf unit unit_struct tuple_struct ignored_any
    }
}

/// The items of an array.
struct Items<'de> {
    text: &'de str,
    items: std::vec::IntoIter<Spanned<DeValue<'de>>>,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        self.items.next().map(|item| seed.deserialize(Node::of(self.text, item))).transpose()
    }
}

/// The entries of a table.
struct Entries<'de> {
    text: &'de str,
    entries: toml::map::IntoIter<Spanned<DeString<'de>>, Spanned<DeValue<'de>>>,
    value: Option<Spanned<DeValue<'de>>>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Fault;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        let Some((key, value)) = self.entries.next() else { return Ok(None) };
        self.value = Some(value);
        let place = key.span();
        let key = de::value::StrDeserializer::<Fault>::new(key.get_ref());
        seed.deserialize(key).map(Some).map_err(|fault| fault.at(&place))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let value = self.value.take().ok_or_else(|| Fault::custom("a value before its key"))?;
        seed.deserialize(Node::of(self.text, value))
    }
}
