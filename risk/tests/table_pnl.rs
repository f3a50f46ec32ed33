//! P&L vectors in the layouts that are known, and the refusal of all others.

use rust_decimal::Decimal;
use tailproof_risk::table::{DecimalMark, TableOptions, read_pnl};

fn read(text: &str) -> Result<Vec<(String, Decimal)>, String> {
    read_with(text, &TableOptions::default())
}

fn read_with(text: &str, options: &TableOptions) -> Result<Vec<(String, Decimal)>, String> {
    let (vector, _) = read_pnl("pnl.csv", text.as_bytes(), options).map_err(|error| error.to_string())?;
    let rows = vector.book().rows().iter();
    Ok(rows.map(|row| (row.factor.clone(), row.holding.number())).collect())
}

fn rows(expected: &[(&str, &str)]) -> Vec<(String, Decimal)> {
    expected.iter().map(|(day, gain)| ((*day).to_owned(), gain.parse().unwrap())).collect()
}

/// The report of historical simulation P&L of the Open Source Risk Engine, in its layout: a `#` before
/// the header, the first and the last day of a move, and rows of single risk classes behind the whole.
const ORE: &str = "\
#Portfolio,RiskClass,RiskType,PLDate1,PLDate2,PLAmount
Desk,All,All,2024-01-02,2024-01-03,-1250.500000
Desk,All,All,2024-01-03,2024-01-04,310.250000
Desk,InterestRate,All,2024-01-02,2024-01-03,-1000.000000
Desk,InterestRate,DeltaGamma,2024-01-02,2024-01-03,-900.000000
";

#[test]
fn a_plain_table_and_the_report_of_ore_are_read() {
    let expected = rows(&[("2024-01-03", "-1250.5"), ("2024-01-04", "310.25")]);
    for text in [
        "date,pnl\n2024-01-03,-1250.5\n2024-01-04,310.25\n",
        "Date;P&L\n2024-01-03;-1250,50\n2024-01-04;310,25\n",
        "pnl,date\n-1250.5,2024-01-03\n310.25,2024-01-04\n",
        "date,profit and loss\n2024-01-03,(1250.50)\n2024-01-04,310.25\n",
        "date,gain\n03/01/2024,-1250.50\n04/01/2024,310.25\n23/01/2024,0\n",
        ORE,
    ] {
        let found = read(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(found[..2], expected[..], "{text}");
    }
}

#[test]
fn other_columns_days_and_cells_are_refused_with_their_place() {
    let plain = |rows: &str| format!("date,pnl\n2024-01-03,-1250.5\n{rows}");
    for (text, said) in [
        (plain("2024-01-03,5\n"), "row 3, column 'date': the date 2024-01-03 occurs twice"),
        (plain("2024-01-02,5\n"), "row 3, column 'date'"),
        (plain("2024-01-04,\n"), "row 3, column 'pnl': the value is missing"),
        (plain("2024-01-04,NaN\n"), "row 3, column 'pnl': the value is missing"),
        (plain("2024-01-04,five\n"), "row 3, column 'pnl'"),
        (plain("Monday,5\n"), "row 3, column 'date'"),
        (plain(",5\n"), "row 3, column 'date'"),
        (plain("2024-01-04,5,6\n"), "row 3"),
        ("date,pnl,desk\n2024-01-03,5,A\n".to_owned(), "date and pnl, and no other column"),
        ("date,return\n2024-01-03,0.5\n".to_owned(), "date and pnl, and no other column"),
        ("date,pnl,pnl\n2024-01-03,5,5\n".to_owned(), "row 1"),
        ("date,pnl\n".to_owned(), "the number of days"),
        (String::new(), "there is nothing in it"),
        (ORE.replace("Desk,All,All,2024-01-03", "Other,All,All,2024-01-03"), "rows of one portfolio"),
        (ORE.replace("Desk,All", "Desk,Equity"), "rows of the risk class All"),
        ("#RiskFactor,TradeId,PLDate1,PLDate2,PLAmount\nx,t,2024-01-02,2024-01-03,5\n".to_owned(), "no other column"),
    ] {
        let error = read(&text).expect_err(&text);
        assert!(error.starts_with("pnl.csv") && error.contains(said), "{said}: {error}");
    }
    let strict = TableOptions { strict: true, ..TableOptions::default() };
    assert!(read_with("date,pnl\n2024-01-03,5\n", &strict).is_ok());
    assert!(read_with("date;pnl\n2024-01-03;5,5\n", &strict).is_err());
    let comma = TableOptions { decimal: Some(DecimalMark::Comma), ..TableOptions::default() };
    assert_eq!(read_with("date;pnl\n2024-01-03;1.250\n", &comma), Ok(rows(&[("2024-01-03", "1250")])));
}
