//! Days of gains beside the value at risk stated for them.

use std::io::Read;

use rust_decimal::Decimal;
use tailproof_core::error::{InputError, Problem};
use tailproof_core::text::{parse_decimal, shortened};

use super::table::Table;

/// Most days of a backtest: four centuries of them.
const MOST_DAYS: usize = 100_000;

/// Reads a column of returns (or of profit and loss) and one of the value at risk stated for each
/// day, by their names; other columns are not looked at. `file` names the table in errors.
///
/// # Errors
/// A column that is not there or there twice; a cell that is no decimal; a value at risk that is
/// negative; no rows, or more than 100,000.
pub fn read_gains(
    file: &str,
    input: impl Read,
    return_column: &str,
    var_column: &str,
) -> Result<Vec<(Decimal, Decimal)>, InputError> {
    let table = Table::read(file, input)?;
    let column = |name: &str| {
        let mut found = table.header.iter().enumerate().filter(|(_, header)| *header == name);
        let problem = match (found.next(), found.next()) {
            (Some((index, _)), None) => return Ok(index),
            (Some(_), Some(_)) => Problem::DuplicateName(name.to_owned()),
            _ => Problem::Header { found: shortened(&table.header), expected: format!("a column '{name}'") },
        };
        Err(InputError::in_row(file, 1, problem))
    };
    let (gains, values) = (column(return_column)?, column(var_column)?);
    if table.rows.is_empty() {
        return Err(InputError::in_file(file, Problem::Empty("a backtest needs days".into())));
    }
    if table.rows.len() > MOST_DAYS {
        let (value, range) = (table.rows.len().to_string(), format!("1 to {MOST_DAYS}"));
        let problem = Problem::OutOfRange { what: "the number of days".into(), value, range };
        return Err(InputError::in_file(file, problem));
    }
    let days = table.rows.iter().map(|(row, cells)| {
        let number = |index: usize| {
            let wrong = |problem| InputError::in_cell(file, row, &table.header[index], problem);
            parse_decimal(&cells[index]).map_err(wrong)
        };
        let value = number(values)?;
        if value.is_sign_negative() && !value.is_zero() {
            let problem = Problem::NegativeValueAtRisk(value.to_string());
            return Err(InputError::in_cell(file, row, &table.header[values], problem));
        }
        Ok((number(gains)?, value))
    });
    days.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::backtest::{Backtest, Transitions};

    fn read(text: &str) -> Result<Backtest, InputError> {
        let days = read_gains("f.csv", text.as_bytes(), "r", "v")?;
        Ok(Backtest::from_gains(&days, "0.99".parse().unwrap()).unwrap())
    }

    #[test]
    fn exceedances_are_strictly_below_the_value_at_risk() {
        let backtest = read("date,r,v\n1,-0.02,0.02\n2,-0.0200001,0.02\n3,0.5,0.02\n4,-1e-2,5e-3\n").unwrap();
        assert_eq!((backtest.observations(), backtest.exceedances()), (4, 2));
        let expected = Transitions { none_none: 0, none_one: 2, one_none: 1, one_one: 0 };
        assert_eq!(backtest.transitions(), expected);
    }

    #[test]
    fn bad_tables_name_the_place() {
        for (text, said) in [
            ("date,r\n1,2\n", "a column 'v'"),
            ("r,v,v\n1,2,3\n", "occurs twice"),
            ("r,v\n1,x\n", "row 2, column 'v'"),
            ("r,v\n1,\n", "missing"),
            ("r,v\n1,1\n1,-1000\n", "row 3, column 'v'"),
            ("r,v\n1,-1000\n", "positive number"),
            ("r,v\n", "nothing in it"),
        ] {
            let refused = read(text).unwrap_err().to_string();
            assert!(refused.contains(said), "{text:?}: {refused}");
        }
    }
}
