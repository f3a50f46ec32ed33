//! Numbers and words of a TOML file as they are written, so that decimals stay exact.

use rust_decimal::Decimal;
use toml::de::DeValue;

use super::{FirstError, FromTree, Node, Tree};
use crate::error::Problem;
use crate::text::parse_decimal;

/// A value of a TOML file of which a number is wanted, or a string that holds one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scalar {
    /// A string.
    Text(String),
    /// A number as the file writes it, without the underscores between its digits.
    Number(String),
    /// A list.
    List(Vec<Scalar>),
    /// A value of another type, by the name of the type.
    Other(&'static str),
}

impl Scalar {
    /// Returns the text of a number, or of a string.
    ///
    /// # Errors
    /// Another type.
    pub fn text(&self) -> Result<&str, Problem> {
        match self {
            Scalar::Text(text) | Scalar::Number(text) => Ok(text),
            Scalar::List(_) => Err(Problem::NotTomlNumber("array")),
            Scalar::Other(name) => Err(Problem::NotTomlNumber(name)),
        }
    }

    /// Returns the number, exactly.
    ///
    /// # Errors
    /// Another type, and texts that are no decimals.
    pub fn decimal(&self) -> Result<Decimal, Problem> {
        parse_decimal(self.text()?)
    }

    /// Returns the string; `None` for another type.
    pub fn string(&self) -> Option<&str> {
        match self {
            Scalar::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the items of a list; `None` for another type.
    pub fn list(&self) -> Option<&[Scalar]> {
        match self {
            Scalar::List(items) => Some(items),
            _ => None,
        }
    }
}

impl FromTree for Scalar {
    fn read(node: &Node<'_>, errors: &mut FirstError) -> Self {
        let Tree::Toml(value, file) = node.value else { return node.wrong(&"a number of a TOML file", errors) };
        let written = || file.get(node.span.clone()).unwrap_or_default().replace('_', "");
        match value {
            DeValue::String(text) => Scalar::Text(text.clone().into_owned()),
            DeValue::Integer(_) => {
                node.integer("any valid TOML value", errors);
                Scalar::Number(written())
            }
            DeValue::Float(_) => Scalar::Number(written()),
            DeValue::Array(_) => Scalar::List(Vec::read(node, errors)),
            other => Scalar::Other(other.type_str()),
        }
    }

    fn nothing() -> Self {
        Scalar::Other("nothing")
    }
}
