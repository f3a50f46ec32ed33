//! Liquidity horizons: `factor,days`, a row a factor.

use std::io::Read;

use tailproof_core::error::{InputError, Problem};
use tailproof_core::text::shortened;

use super::table::Table;

/// Reads liquidity horizons in days from a CSV `factor,days` that names every one of `factors`, and
/// returns them in that order. `file` names the table in errors.
///
/// # Errors
/// Another header; a factor that is unknown, doubled or left out; days that are no whole number.
pub fn read_liquidity_horizons(file: &str, input: impl Read, factors: &[String]) -> Result<Vec<u32>, InputError> {
    let table = Table::read(file, input)?;
    if table.header != ["factor", "days"] {
        let problem = Problem::Header { found: table.header.join(","), expected: "factor,days".into() };
        return Err(InputError::in_row(file, 1, problem));
    }
    let mut found: Vec<Option<u32>> = vec![None; factors.len()];
    for (line, cells) in table.rows.iter() {
        let at = |column: &str, problem| InputError::in_cell(file, line, column, problem);
        let index = factors.iter().position(|factor| *factor == cells[0]).ok_or_else(|| {
            at("factor", Problem::UnknownFactor { factor: cells[0].to_owned(), known: shortened(factors) })
        })?;
        if found[index].is_some() {
            return Err(at("factor", Problem::DuplicateName(cells[0].to_owned())));
        }
        found[index] = Some(cells[1].parse().map_err(|_| at("days", Problem::NotDays(cells[1].to_owned())))?);
    }
    let missing = |index: usize| Problem::NoHorizon(factors[index].clone());
    let days = found.iter().enumerate().map(|(index, days)| days.ok_or_else(|| missing(index)));
    days.collect::<Result<_, _>>().map_err(|problem| InputError::in_file(file, problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_factor_has_a_whole_number_of_days() {
        let factors = ["A".to_owned(), "B".to_owned()];
        let read = |text: &str| read_liquidity_horizons("h.csv", text.as_bytes(), &factors);
        assert_eq!(read("factor,days\nB,40\nA,10\n").unwrap(), [10, 40]);
        for (bad, said) in [
            ("factor,days\nA,10\n", "no liquidity horizon of 'B'"),
            ("factor,days\nA,10\nA,20\n", "A"),
            ("factor,days\nC,10\n", "C"),
            ("factor,days\nA,ten\n", "ten"),
            ("name,days\nA,10\n", "factor,days"),
        ] {
            assert!(read(bad).unwrap_err().to_string().contains(said), "{bad}");
        }
    }
}
