//! Tables in tests, without a CSV reader.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::pool::tape::{Loan, Status, Tape};
use crate::prices::PriceHistory;
use crate::text::parse_decimal;

/// Returns the history that a plain table states.
pub fn prices(text: &str) -> PriceHistory {
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let rows = lines.map(|cells| {
        let prices = cells[1..].iter().map(|cell| parse_decimal(cell).unwrap()).collect();
        (cells[0].parse().unwrap(), prices)
    });
    PriceHistory::new(header[1..].iter().map(|name| (*name).to_owned()).collect(), rows.collect()).unwrap()
}

/// Returns the tape that a plain table states: columns as in tape files, balances in currency,
/// rates in per cent.
pub fn tape(text: &str) -> Tape {
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let loans = lines.map(|cells| {
        let text = |column: &str| {
            let place = header.iter().position(|name| *name == column);
            place.map(|place| cells[place].to_owned()).filter(|cell| !cell.is_empty())
        };
        let hundredths = |column: &str| {
            text(column).map(|cell| (parse_decimal(&cell).unwrap() * Decimal::ONE_HUNDRED).to_u64().unwrap())
        };
        Loan {
            id: text("id").unwrap(),
            balance: hundredths("balance").unwrap(),
            rate: hundredths("rate").map(|rate| u32::try_from(rate).unwrap()),
            ltv: hundredths("ltv").map(|ltv| u32::try_from(ltv).unwrap()),
            score: None,
            term: None,
            grade: text("grade"),
            sector: text("sector"),
            region: text("region"),
            obligor: text("obligor"),
            status: text("status").map(|name| Status::from_name(&name).unwrap()),
            pd: None,
            lgd: None,
            collateral: text("collateral"),
            numbers: [None; 2],
        }
    });
    Tape::new(loans.collect()).unwrap()
}
