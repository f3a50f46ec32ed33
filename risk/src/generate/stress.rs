//! Stress tables: named scenarios with the move of every factor, as a desk or a rule writes them
//! down.

use ethnum::I256;
use rust_decimal::Decimal;
use tailproof_core::error::{Problem, RowError};
use tailproof_core::fixed_point::{FRACTION_BITS, MAX_ENTRY, div_round, pow10};
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::scenarios::set::ScenarioSet;
use tailproof_core::table::DecimalTable;

/// Domain of the digest of a stress table.
const DOMAIN: &str = "tailproof/stress/v1";

/// Makes a set of the scenarios of a table: a row has the name of a scenario and the factors'
/// returns as fractions (-0.2 is a fall of 20 %). Each scenario has weight 1.
///
/// An entry is the return times 2^20, rounded to the nearest integer, halves away from zero: at
/// most 2^-21 from the table's value.
///
/// # Errors
/// A move beyond ±800 %, by row and column; more scenarios or factors than a set has.
pub fn stress(table: &DecimalTable) -> Result<ScenarioSet, RowError> {
    let mut entries = Vec::with_capacity(table.rows().len() * table.columns().len());
    for (row, (_, values)) in table.rows().iter().enumerate() {
        for (value, factor) in values.iter().zip(table.columns()) {
            entries.push(entry(*value).ok_or_else(|| {
                let (what, range) = ("the move".into(), "-8 to 8 (±800 %)".into());
                RowError::new(row, factor, Problem::OutOfRange { what, value: value.to_string(), range })
            })?);
        }
    }
    let generator = Generator::Stress { table_sha256: hex::encode(table.digest(DOMAIN)) };
    let labels: Vec<String> = table.rows().iter().map(|(name, _)| name.clone()).collect();
    let weights = vec![1; labels.len()];
    Ok(ScenarioSet::new(generator, table.columns().to_vec(), labels, None, weights, entries)?)
}

/// Returns the entry of a return, if a set holds it.
fn entry(value: Decimal) -> Option<i32> {
    let entry = div_round(I256::from(value.mantissa()) << FRACTION_BITS, pow10(value.scale()));
    (entry.abs() <= I256::from(MAX_ENTRY)).then(|| entry.as_i32())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv::read_stress_table;
    use tailproof_core::error::InputError;

    fn read(text: &str) -> Result<ScenarioSet, InputError> {
        let table = read_stress_table("s.csv", text.as_bytes())?;
        stress(table.table()).map_err(|error| table.place(error))
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
    fn the_digest_is_that_of_the_values_and_not_of_the_file() {
        let set = read("name,A\nx,-0.4\n").unwrap();
        assert_eq!(read("\u{feff}name,A\r\nx , -4e-1\r\n").unwrap(), set);
        assert_ne!(read("name,A\nx,-0.41\n").unwrap().generator(), set.generator());
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
            ("name,A,B\nx,0,0\ny,0,9\n", "row 3, column 'B': the move 9 is outside -8 to 8 (±800 %)"),
            ("name,A\nx,-8\n", "row 2, column 'A': the move -8 is outside"),
            ("name,A,A\nx,1,2\n", "occurs twice"),
        ] {
            let refused = read(text).unwrap_err().to_string();
            assert!(refused.contains(said), "{text:?}: {refused}");
        }
    }
}
