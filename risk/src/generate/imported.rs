//! Sets of other models: scenarios with moves and weights that a table gives.

use rust_decimal::Decimal;
use tailproof_core::error::{Problem, RowError};
use tailproof_core::fixed_point::MAX_WEIGHT;
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::scenarios::set::ScenarioSet;
use tailproof_core::table::DecimalTable;

use super::stress::{check_names, entry};

/// Domain of the digest of an imported table.
const DOMAIN: &str = "tailproof/imported/v1";

/// Makes a set of the scenarios of a table: a row has the name of a scenario, the factors' returns as
/// fractions, and perhaps a weight in the column `weights`. `description` is what its maker says of
/// it. Entries are rounded as those of a stress table.
///
/// Weights are whole numbers, or decimals that are multiplied by the least number that makes all of
/// them whole.
///
/// # Errors
/// A move below -100 % or above 800 %, by row and column; a weight that is negative, or that is above
/// 2^20 - 1 when all are whole; a description that is empty or has more than 200 characters; more
/// scenarios or factors than a set has.
pub fn imported(
    table: &DecimalTable,
    weights: Option<&str>,
    description: Option<&str>,
) -> Result<ScenarioSet, RowError> {
    check_names(table)?;
    let column = weights.map(|name| weight_column(table, name)).transpose()?;
    let is_factor = |place: usize| Some(place) != column;
    let mut entries = Vec::with_capacity(table.rows().len() * table.columns().len());
    for (row, (name, values)) in table.rows().iter().enumerate() {
        for (place, (value, factor)) in values.iter().zip(table.columns()).enumerate() {
            if is_factor(place) {
                entries.push(entry(row, name, factor, *value)?);
            }
        }
    }
    let weights_of_rows = match column {
        Some(place) => whole_weights(table, place)?,
        None => vec![1; table.rows().len()],
    };
    let generator = Generator::Imported {
        description: description.map(str::to_owned),
        weights: weights.map(str::to_owned),
        table_sha256: hex::encode(table.digest(DOMAIN)),
    };
    let factors = table.columns().iter().enumerate().filter(|(place, _)| is_factor(*place));
    let factors = factors.map(|(_, name)| name.clone()).collect();
    let labels = table.rows().iter().map(|(name, _)| name.clone()).collect();
    Ok(ScenarioSet::new(generator, factors, labels, None, weights_of_rows, entries)?)
}

/// Returns the place of the column of weights.
fn weight_column(table: &DecimalTable, name: &str) -> Result<usize, RowError> {
    table.columns().iter().position(|column| column == name).ok_or_else(|| {
        let known = tailproof_core::text::shortened(table.columns());
        Problem::UnknownFactor { factor: name.to_owned(), known }.into()
    })
}

/// Returns the weights of a column as whole numbers in their smallest proportion to the decimals.
fn whole_weights(table: &DecimalTable, place: usize) -> Result<Vec<u32>, RowError> {
    let values: Vec<Decimal> = table.rows().iter().map(|(_, values)| values[place].normalize()).collect();
    let name = &table.columns()[place];
    if let Some(row) = values.iter().position(|value| value.is_sign_negative() && !value.is_zero()) {
        return Err(RowError::new(row, name, beyond(values[row].to_string())));
    }
    let scale = values.iter().map(Decimal::scale).max().unwrap_or(0);
    let lift = |value: &Decimal| 10i128.checked_pow(scale - value.scale())?.checked_mul(value.mantissa());
    let lifted = values
        .iter()
        .enumerate()
        .map(|(row, value)| lift(value).ok_or_else(|| RowError::new(row, name, beyond(value.to_string()))));
    let lifted = lifted.collect::<Result<Vec<i128>, _>>()?;
    // Whole numbers stay as they are written.
    let least = if scale == 0 { 1 } else { lifted.iter().fold(0, |found, weight| gcd(found, *weight)).max(1) };
    let whole = lifted.iter().enumerate().map(|(row, weight)| {
        let weight = weight / least;
        let fits = u32::try_from(weight).ok().filter(|weight| *weight <= MAX_WEIGHT);
        fits.ok_or_else(|| RowError::new(row, name, beyond(format!("{} (as a whole number, {weight})", values[row]))))
    });
    whole.collect()
}

fn beyond(value: String) -> Problem {
    let range = format!("0 to {MAX_WEIGHT}, with all weights whole in one proportion: round them to fewer digits");
    Problem::OutOfRange { what: "the weight".into(), value, range }
}

fn gcd(one: i128, other: i128) -> i128 {
    if other == 0 { one } else { gcd(other, one % other) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{MoveUnit, TableOptions, read_imported_table};

    fn made(text: &str, weights: Option<&str>, unit: MoveUnit) -> Result<ScenarioSet, String> {
        let (table, _) = read_imported_table("m.csv", text.as_bytes(), weights, unit, &TableOptions::default())
            .map_err(|error| error.to_string())?;
        imported(table.table(), weights, Some("GARCH")).map_err(|error| table.place(error).to_string())
    }

    #[test]
    fn weights_are_scaled_exactly_or_refused() {
        for (weights, expected) in [
            (["1", "2", "4"], Some([1, 2, 4])),
            (["2", "4", "4"], Some([2, 4, 4])),
            (["0.2", "0.3", "0.5"], Some([2, 3, 5])),
            (["0.25", "0.25", "0.5"], Some([1, 1, 2])),
            (["0.000001", "0", "1"], Some([1, 0, 1_000_000])),
            (["1e-28", "1", "1"], None),
            (["0.1234567", "1", "1"], None),
            (["1048576", "1", "1"], None),
            (["-0.1", "1", "1"], None),
            (["0", "0", "0"], None),
        ] {
            let rows: String =
                weights.iter().enumerate().map(|(row, weight)| format!("s{row},-0.1,{weight}\n")).collect();
            let set = made(&format!("name,A,weight\n{rows}"), Some("weight"), MoveUnit::Fraction);
            assert_eq!(set.as_ref().ok().map(|set| set.weights().to_vec()), expected.map(Vec::from), "{weights:?}");
            if let Err(said) = set.as_ref().map_err(|said| said.contains("weight")) {
                assert!(said, "{set:?}");
            }
        }
    }

    #[test]
    fn rows_without_names_are_numbered_and_other_names_of_weights_are_asked_for() {
        let set = made("A,B\n-0.1,0.2\n0.1,0\n", None, MoveUnit::Fraction).unwrap();
        assert_eq!(
            (set.labels(), set.factors()),
            (&["1".to_owned(), "2".to_owned()][..], &["A".to_owned(), "B".to_owned()][..])
        );
        let percent = made("name,p,A,B\nx,0.5,-10,20\ny,0.5,10 %,0\n", Some("p"), MoveUnit::Percent);
        assert!(percent.unwrap_err().contains("has no per cent sign"));
        let percent = made("name,p,A,B\nx,0.5,-10%,20 %\ny,0.5,10%,0\n", Some("p"), MoveUnit::Percent).unwrap();
        assert_eq!((percent.entries(), percent.weights()), (set.entries(), &[1, 1][..]));
        assert_eq!(percent.factors(), set.factors());
        for (text, weights, said) in [
            ("name,A,Weight\nx,-0.1,1\n", None, "would be taken for a factor"),
            ("name,A\nx,-0.1\n", Some("weight"), "there is no column 'weight'; columns are A"),
            ("name,A,vega:A\nx,-0.1,0.1\n", None, "vega:A"),
            ("name,A\nx,-2\n", None, "-2 of 'x' is -200 %"),
            ("name,A\nx,-0.1\nx,0.1\n", None, "occurs twice"),
        ] {
            let refused = made(text, weights, MoveUnit::Fraction).unwrap_err();
            assert!(refused.contains(said), "{refused}");
        }
    }

    #[test]
    fn every_sentence_says_imported_and_none_says_historical() {
        let set = made("date,A\n2024-01-02,-0.1\n2024-01-03,0.1\n", None, MoveUnit::Fraction).unwrap();
        let said = format!("{} {}", set.sentence(), set.note_on_origin().unwrap());
        assert!(said.matches("imported").count() >= 2 && said.contains("\"GARCH\""), "{said}");
        assert!(said.contains("2 of its 2 scenarios are named like days") && !said.contains("historical"), "{said}");
        let table = |text: &str| {
            read_imported_table("m.csv", text.as_bytes(), None, MoveUnit::Fraction, &TableOptions::default()).unwrap().0
        };
        assert!(imported(table("A\n0.1\n").table(), None, Some("")).is_err());
        assert!(imported(table("A\n0.1\n").table(), None, Some(&"x".repeat(201))).is_err());
    }
}
