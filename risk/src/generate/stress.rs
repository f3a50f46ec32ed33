//! Stress tables: named scenarios with the move of every factor, as a desk or a rule writes them down.

use std::io::Read;

use ethnum::I256;
use sha2::{Digest, Sha256};

use crate::csv::Table;
use tailproof_core::error::{InputError, Problem};
use tailproof_core::fixed_point::{FRACTION_BITS, div_round, pow10};
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::scenarios::set::ScenarioSet;
use tailproof_core::text::parse_decimal;

/// Reads a table `name,FACTOR,..` with a row a scenario: its name, and the factors' returns as fractions (-0.2 is a fall of 20 %). Each
/// scenario has weight 1.
///
/// An entry is the return times 2^20, rounded to the nearest integer, halves away from zero: at most 2^-21 from what the table says.
///
/// # Errors
/// A header that does not begin with `name`; a name that is empty or occurs twice; a cell that is not a number, or beyond ±800 %.
pub fn stress(file: &str, mut input: impl Read) -> Result<ScenarioSet, InputError> {
    let of_file = |problem| InputError::of_file(file, problem);
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(|error| of_file(Problem::Io(error.to_string())))?;
    let table = Table::read(file, &bytes[..])?;
    let factors = match table.header.split_first() {
        Some((first, factors)) if first == "name" && !factors.is_empty() => factors.to_vec(),
        _ => {
            let problem = Problem::Header { found: table.header.join(","), expected: "name,FACTOR,…".into() };
            return Err(InputError::of_row(file, 1, problem));
        }
    };
    if table.rows.is_empty() {
        return Err(of_file(Problem::Empty("a stress table needs at least one scenario".into())));
    }
    let mut labels: Vec<String> = Vec::with_capacity(table.rows.len());
    let mut entries = Vec::with_capacity(table.rows.len() * factors.len());
    for (row, cells) in &table.rows {
        let name = &cells[0];
        if name.is_empty() {
            return Err(InputError::of_cell(file, *row, "name", Problem::EmptyName));
        }
        if labels.contains(name) {
            return Err(InputError::of_cell(file, *row, "name", Problem::DuplicateName(name.clone())));
        }
        labels.push(name.clone());
        for (factor, cell) in factors.iter().zip(&cells[1..]) {
            let of_cell = |problem| InputError::of_cell(file, *row, factor, problem);
            let value = parse_decimal(cell).map_err(of_cell)?;
            let entry = div_round(I256::from(value.mantissa()) << FRACTION_BITS, pow10(value.scale()));
            entries.push(i32::try_from(entry).map_err(|_| {
                of_cell(Problem::OutOfRange {
                    what: "the move".into(),
                    value: cell.clone(),
                    range: "-8 to 8 (±800 %)".into(),
                })
            })?);
        }
    }
    let generator = Generator::Stress { table_sha256: hex::encode(Sha256::digest(&bytes)) };
    let weights = vec![1; labels.len()];
    ScenarioSet::new(generator, factors, labels, None, weights, entries).map_err(of_file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ScenarioSet, InputError> {
        stress("s.csv", text.as_bytes())
    }

    #[test]
    fn moves_are_rounded_to_nearest_and_named() {
        let set = read("name,A,B\nCrash,-0.4,1e-1\nRates up,0,-0.05\n").unwrap();
        assert_eq!(set.labels(), ["Crash", "Rates up"]);
        assert_eq!(set.factors(), ["A", "B"]);
        // -0.4 * 2^20 = -419430.4; 0.1 * 2^20 = 104857.6; -0.05 * 2^20 = -52428.8
        assert_eq!(set.entries(), [-419_430, 104_858, 0, -52_429]);
        assert_eq!(set.weights(), [1, 1]);
    }

    #[test]
    fn bad_tables_name_the_place() {
        for (text, said) in [
            ("scenario,A\nx,1\n", "row 1"),
            ("name\nx\n", "name,FACTOR"),
            ("name,A\n", "nothing in it"),
            ("name,A\n,1\n", "row 2, column 'name'"),
            ("name,A\nx,1\nx,2\n", "row 3, column 'name': 'x' occurs twice"),
            ("name,A\nx,\n", "row 2, column 'A': the value is missing"),
            ("name,A\nx,-20%\n", "row 2, column 'A'"),
            ("name,A\nx,9\n", "800 %"),
            ("name,A,A\nx,1,2\n", "occurs twice"),
        ] {
            let refused = read(text).unwrap_err().to_string();
            assert!(refused.contains(said), "{text:?}: {refused}");
        }
    }
}
