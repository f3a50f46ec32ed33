//! Files of reasons: `id,reason`, why each loan of an earlier tape is gone or owes another amount.

use std::io::Read;

use tailproof_core::error::{InputError, Problem};
use tailproof_core::pool::month::Reasons;

use super::table::Table;

/// Adds the reasons of a CSV with the header `id,reason`. `file` names it in errors.
///
/// # Errors
/// Another header, and what [`Reasons::name`] refuses. The error names row and column.
pub fn read_reasons(file: &str, input: impl Read, reasons: &mut Reasons<'_>) -> Result<(), InputError> {
    let Table { header, rows } = Table::read(file, input)?;
    if header != ["id", "reason"] {
        let problem = Problem::Header { found: format!("'{}'", header.join(",")), expected: "id,reason".into() };
        return Err(InputError::in_row(file, 1, problem));
    }
    for (row, (_, cells)) in rows.iter().enumerate() {
        reasons.name(row, &cells[0], &cells[1]).map_err(|error| error.in_file(file, &rows.lines()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_core::Unit;
    use tailproof_core::pool::ids::{IdForm, IdKind, id_digit};
    use tailproof_core::pool::month::Reason;
    use tailproof_core::pool::{TapeSchema, TapeTerms};

    use crate::tape::{Mapping, TapeOptions};

    fn read(text: &str) -> Result<usize, String> {
        let terms = TapeTerms {
            ids: Some(IdForm { upper_case: true, without_dashes: true, ..IdForm::default() }),
            ..TapeTerms::new("2018-03-31".parse().unwrap(), "EUR")
        };
        let schema =
            TapeSchema::new(Unit::CENT, [].into(), [vec![], vec![], vec![]]).unwrap().with_terms(terms).unwrap();
        let tape = "id,balance\n1,5\nTW01,5\nTW02,5\n".as_bytes();
        let tape =
            crate::tape::read("t.csv", tape, &Mapping::default(), Some(&schema), &TapeOptions::default()).unwrap();
        let mut reasons = Reasons::new(tape.tape.loans(), &[], &schema);
        read_reasons("r.csv", text.as_bytes(), &mut reasons).map_err(|error| error.to_string())?;
        let found = reasons.by_digest();
        assert_eq!(found.get(&id_digit(IdKind::Loan, "TW01")), Some(&Reason::Paid));
        Ok(found.len())
    }

    #[test]
    fn reasons_are_by_canonical_id() {
        assert_eq!(read("id,reason\ntw-01,paid\nTW02,written-off\n"), Ok(2));
    }

    #[test]
    fn other_files_are_refused_with_row_and_column() {
        for (text, said) in [
            ("loan,reason\n1,paid\n", "row 1"),
            ("id,reason\n1,lost\n", "row 2, column 'reason'"),
            ("id,reason\n1,paid\n-1,paid\n", "row 3, column 'id'"),
            ("id,reason\n-,paid\n", "row 2, column 'id'"),
            ("id,reason\n1,paid\nTW03,paid\n", "row 3, column 'id': the id TW03 is outside the ids of both tapes"),
        ] {
            let refused = read(text).unwrap_err();
            assert!(refused.contains("r.csv") && refused.contains(said), "{text}: {refused}");
        }
        assert!(read("id,reason\n1,lost\n").unwrap_err().contains("paid, charged-off, repurchased, written-off"));
    }
}
