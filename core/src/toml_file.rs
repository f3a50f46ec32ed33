//! TOML files: errors name the row, numbers stay exact decimals.

use std::borrow::Cow;

use rust_decimal::Decimal;
use toml::Spanned;

use crate::error::{InputError, Problem};
use crate::text::parse_decimal;

/// Reads TOML; an error names the row.
pub fn read_toml<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, InputError> {
    toml::from_str(text).map_err(|error| {
        let row = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() as u64 + 1);
        let problem = Problem::Syntax(error.message().to_owned());
        InputError { file: file.to_owned(), row, column: None, problem }
    })
}

/// A TOML number or a string that holds one, as it is written, so that decimals stay exact.
pub type Scalar = Spanned<toml::Value>;

/// The text of a number: of the string, or of the file at this place.
pub fn scalar_text<'t>(scalar: &'t Scalar, file: &'t str) -> Result<Cow<'t, str>, Problem> {
    match scalar.get_ref() {
        toml::Value::String(text) => Ok(Cow::Borrowed(text)),
        toml::Value::Integer(_) | toml::Value::Float(_) => {
            Ok(Cow::Owned(file.get(scalar.span()).unwrap_or_default().replace('_', "")))
        }
        other => Err(Problem::NotTomlNumber(other.type_str())),
    }
}

/// The number of a scalar, exactly.
pub fn scalar_decimal(scalar: &Scalar, file: &str) -> Result<Decimal, Problem> {
    parse_decimal(&scalar_text(scalar, file)?)
}
