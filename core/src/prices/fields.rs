//! Names of the columns of one instrument: its open, its close, its volume.

use crate::error::{PriceProblem, Problem};

/// The names, in lower case, without angle brackets around them.
const FIELDS: [&str; 49] = [
    "open",
    "high",
    "low",
    "close",
    "last",
    "settle",
    "price",
    "adj close",
    "adj. close",
    "adj_close",
    "adjclose",
    "adjusted close",
    "adjusted_close",
    "adjopen",
    "adjhigh",
    "adjlow",
    "adj open",
    "adj high",
    "adj low",
    "close/last",
    "px_last",
    "px_open",
    "px_high",
    "px_low",
    "px_close",
    "px_settle",
    "px_volume",
    "vol",
    "vol.",
    "adjvolume",
    "openint",
    "open interest",
    "tradecount",
    "vwap",
    "change",
    "change %",
    "chg",
    "chg %",
    "chg%",
    "dividends",
    "dividend_amount",
    "divcash",
    "stock splits",
    "split_coefficient",
    "splitfactor",
    "capital gains",
    "unix",
    "per",
    "time",
];

/// Whether a name is one of a column of an instrument, such as `Close` or `<VOL>`, and no factor's.
pub fn is_field(name: &str) -> bool {
    let name = name.trim_matches(['<', '>']).to_lowercase();
    FIELDS.contains(&&*name) || name == "volume" || name.starts_with("volume ")
}

/// Checks that columns are not those of one instrument.
///
/// # Errors
/// Two or more names, all of which are those of fields.
pub fn check_instruments<N: AsRef<str>>(names: &[N]) -> Result<(), Problem> {
    let names = || names.iter().map(AsRef::as_ref);
    if names().len() > 1 && names().all(is_field) {
        return Err(PriceProblem::OneInstrument(names().collect::<Vec<_>>().join(", ")).into());
    }
    Ok(())
}
