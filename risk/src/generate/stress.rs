//! Stress tables: named scenarios with the move of every factor, as a desk or a rule writes them
//! down.

use ethnum::I256;
use rust_decimal::Decimal;
use tailproof_core::error::{Problem, RowError};
use tailproof_core::fixed_point::{FRACTION_BITS, MAX_ENTRY, div_round, pow10};
use tailproof_core::scenarios::factors::is_exposure;
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::scenarios::set::ScenarioSet;
use tailproof_core::table::DecimalTable;

use crate::table::MoveUnit;

/// Domain of the digest of a stress table.
const DOMAIN: &str = "tailproof/stress/v1";

/// Makes a set of the scenarios of a table: a row has the name of a scenario and the factors'
/// returns as fractions (-0.2 is a fall of 20 %). Each scenario has weight 1.
///
/// An entry is the return times 2^20, rounded to the nearest integer, halves away from zero: at
/// most 2^-21 from the table's value.
///
/// # Errors
/// A move below -100 % or above 800 %, by row and column; a factor that is named as a column of
/// Greeks; more scenarios or factors than a set has.
pub fn stress(table: &DecimalTable) -> Result<ScenarioSet, RowError> {
    check_names(table)?;
    let mut entries = Vec::with_capacity(table.rows().len() * table.columns().len());
    for (row, (name, values)) in table.rows().iter().enumerate() {
        for (value, factor) in values.iter().zip(table.columns()) {
            entries.push(entry(row, name, factor, *value)?);
        }
    }
    let generator = Generator::Stress { table_sha256: hex::encode(table.digest(DOMAIN)) };
    let labels: Vec<String> = table.rows().iter().map(|(name, _)| name.clone()).collect();
    let weights = vec![1; labels.len()];
    Ok(ScenarioSet::new(generator, table.columns().to_vec(), labels, None, weights, entries)?)
}

/// Returns a warning if the moves of a table seem to be in another unit: a rise of more than 100 % in
/// a table of fractions, or no move of 1 % in a table of per cent.
pub fn unit_warning(set: &ScenarioSet, unit: MoveUnit) -> Option<String> {
    let largest = set.entries().iter().map(|entry| entry.abs()).max().unwrap_or(0);
    let percent = f64::from(largest) * 100.0 / f64::from(1 << FRACTION_BITS);
    match unit {
        MoveUnit::Fraction if percent > 100.0 => {
            Some(format!("the largest move is {percent:.1} %: is the table in per cent, and not in fractions?"))
        }
        MoveUnit::Percent if percent < 1.0 => {
            Some(format!("the largest move is {percent:.4} %: is the table in fractions, and not in per cent?"))
        }
        _ => None,
    }
}

/// Checks that no factor is named as a column of Greeks, which limits on the book do not count.
pub(super) fn check_names(table: &DecimalTable) -> Result<(), RowError> {
    match table.columns().iter().find(|name| !is_exposure(name)) {
        Some(name) => Err(RowError::in_header(name, Problem::NamedAsGreek(name.clone()))),
        None => Ok(()),
    }
}

/// Returns the entry of a return of a scenario.
///
/// # Errors
/// A fall by more than everything, which no price has, or a move that no set holds.
pub(super) fn entry(row: usize, scenario: &str, factor: &str, value: Decimal) -> Result<i32, RowError> {
    let entry = div_round(I256::from(value.mantissa()) << FRACTION_BITS, pow10(value.scale()));
    if value >= -Decimal::ONE && entry <= I256::from(MAX_ENTRY) {
        return Ok(entry.as_i32());
    }
    let text =
        |value: Option<Decimal>| value.map_or_else(|| "a number".to_owned(), |value| value.normalize().to_string());
    let problem = Problem::NotAMove {
        scenario: scenario.to_owned(),
        value: text(Some(value)),
        percent: text(value.checked_mul(Decimal::ONE_HUNDRED)),
        fraction: text(value.checked_div(Decimal::ONE_HUNDRED)),
    };
    Err(RowError::new(row, factor, problem))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{TableError, TableOptions, read_stress_table};

    fn read_in(text: &str, unit: MoveUnit) -> Result<ScenarioSet, TableError> {
        let (table, _) = read_stress_table("s.csv", text.as_bytes(), unit, &TableOptions::default())?;
        Ok(stress(table.table()).map_err(|error| table.place(error))?)
    }

    fn read(text: &str) -> Result<ScenarioSet, TableError> {
        read_in(text, MoveUnit::Fraction)
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
            ("moves,A\nx,1\n", "row 1"),
            ("name\nx\n", "name,FACTOR"),
            ("name,A\n", "nothing in it"),
            ("name,A\n,1\n", "row 2, column 'name'"),
            ("name,A\nx,1\nx,2\n", "row 3, column 'name': 'x' occurs twice"),
            ("name,A\nx,\n", "row 2, column 'A': the value is missing"),
            ("name,A\nx,-20%\n", "row 2, column 'A'"),
            ("name,A,B\nx,0,0\ny,0,9\n", "row 3, column 'B': the move 9 of 'y' is 900 %"),
            ("name,A\nx,-8\n", "row 2, column 'A': the move -8 of 'x' is -800 %"),
            ("name,A\nx,-1.000001\n", "the move -1.000001 of 'x' is -100.0001 %"),
            ("name,A,vega:A,gamma:B\nx,-0.2,0.1,0\n", "row 1, column 'vega:A'"),
            ("name,A,A\nx,1,2\n", "occurs twice"),
        ] {
            let refused = read(text).unwrap_err().to_string();
            assert!(refused.contains(said), "{text:?}: {refused}");
        }
    }

    /// No price falls by 200 %, whatever a table says.
    #[test]
    fn a_table_in_per_cent_is_refused_until_it_is_said_to_be_one() {
        let text = "name,A,B\nEquity crash,-20,-15\nSector fall,-2,-1.5\n";
        let said = read(text).unwrap_err().to_string();
        for words in ["row 2, column 'A'", "'Equity crash'", "write -0.2 for -20 per cent"] {
            assert!(said.contains(words), "{said}");
        }
        let fractions = read("name,A,B\nEquity crash,-0.2,-0.15\nSector fall,-0.02,-0.015\n").unwrap();
        assert_eq!(read_in(text, MoveUnit::Percent).unwrap(), fractions);
        let signs = "name,A,B\nEquity crash,-20%,-15 %\nSector fall,-2%,\"-1,5%\"\n";
        assert!(read(signs).unwrap_err().to_string().contains("'-20%' is in per cent"));
        let comma = signs.replace(',', ";").replace("\"-1;5%\"", "-1,5%");
        assert_eq!(read_in(&comma, MoveUnit::Percent).unwrap(), fractions);
        assert_eq!(read("name,A\nAll is lost,-1\n").unwrap().entries(), [-1 << 20]);
        assert_eq!(unit_warning(&fractions, MoveUnit::Fraction), None);
        assert!(unit_warning(&read("name,A\nx,1.5\n").unwrap(), MoveUnit::Fraction).unwrap().contains("150.0 %"));
        let tiny = read_in("name,A\nx,-0.2\n", MoveUnit::Percent).unwrap();
        assert!(unit_warning(&tiny, MoveUnit::Percent).unwrap().contains("0.2000 %"));
    }
}
