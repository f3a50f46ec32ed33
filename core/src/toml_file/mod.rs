//! TOML files: errors name the row, numbers stay exact decimals.

mod reader;
mod scalar;

use rust_decimal::Decimal;
use toml::de::DeTable;

use crate::error::{InputError, Problem};
use crate::text::parse_decimal;

use reader::{Fault, Node};
pub use scalar::Scalar;

/// Reads TOML; an error names the row.
pub fn read_toml<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, InputError> {
    let at = |message: &str, place: Option<usize>| {
        let row = place.map(|place| text[..place.min(text.len())].matches('\n').count() as u64 + 1);
        InputError { file: file.to_owned(), row, column: None, problem: Problem::Syntax(message.to_owned()) }
    };
    let table = DeTable::parse(text).map_err(|error| at(error.message(), error.span().map(|span| span.start)))?;
    T::deserialize(Node::root(text, table)).map_err(|Fault { message, place }| at(&message, place))
}

/// The text of a number, as it is written.
pub fn scalar_text(scalar: &Scalar) -> Result<&str, Problem> {
    match scalar {
        Scalar::Text(text) | Scalar::Number(text) => Ok(text),
        other => Err(Problem::NotTomlNumber(other.type_name())),
    }
}

/// The number of a scalar, exactly.
pub fn scalar_decimal(scalar: &Scalar) -> Result<Decimal, Problem> {
    parse_decimal(scalar_text(scalar)?)
}
