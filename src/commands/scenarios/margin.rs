//! `tailproof scenarios margin` and `scan`: matrices of margins by rule, and scans of one underlying.

use rust_decimal::Decimal;
use tailproof::core::scenarios::generator::Correlations;
use tailproof::core::scenarios::scan::{ScanRanges, scan as make_scan};
use tailproof::core::text::parse_decimal;
use tailproof::risk::generate::margin::from_table;

use super::write::{print_written, write_set};
use crate::cli::{CorrelationSet, MarginSet, ScanSet};
use crate::failure::Failure;
use crate::files;

/// Makes the matrix of a margin and writes its file.
pub fn margin(options: &MarginSet) -> Result<(), Failure> {
    files::refuse_overlap(&[&options.output], &[&options.table])?;
    let correlations = match options.correlations {
        CorrelationSet::Low => Correlations::Low,
        CorrelationSet::Medium => Correlations::Medium,
        CorrelationSet::High => Correlations::High,
    };
    let table = files::margin_table(&options.table, &options.tables.options())?;
    let set = from_table(table.table(), correlations).map_err(|error| table.place(error))?;
    write_set(&set, &options.output)?;
    print_written(&set, &options.output, options.json);
    Ok(())
}

/// Makes a scan of one underlying and writes its file.
pub fn scan(options: &ScanSet) -> Result<(), Failure> {
    let number = |option: &'static str, text: &str| -> Result<Decimal, Failure> {
        parse_decimal(text).map_err(|problem| Failure::Option { option, problem })
    };
    let volatility = options.volatility_range.as_deref();
    let ranges = ScanRanges {
        price: number("price-range", &options.price_range)?,
        volatility: volatility.map(|text| number("volatility-range", text)).transpose()?,
        gamma: options.gamma,
        extreme: number("extreme", &options.extreme)?,
        cover: number("cover", &options.cover)?,
    };
    let set = make_scan(&options.underlying, &ranges).map_err(|problem| Failure::Usage(problem.to_string()))?;
    write_set(&set, &options.output)?;
    print_written(&set, &options.output, options.json);
    Ok(())
}
