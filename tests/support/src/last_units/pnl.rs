//! Vectors of gains in place of books.

use super::{LastUnits, Stated};
use crate::desk::{BOOK, Desk, NAV, PRICES};

/// The gains of the demo's book on the newest days, in cents: each exposure times the return of its
/// price.
pub fn gains(desk: &Desk, days: usize) -> Vec<(String, i64)> {
    let (prices, book) = (desk.read(PRICES), desk.read(BOOK));
    let exposure = |factor: &str| -> f64 {
        let of = |row: &str| row.split_once(',').filter(|(name, _)| *name == factor).map(|(_, value)| value.parse());
        book.lines().find_map(of).unwrap().unwrap()
    };
    let factors: Vec<&str> = prices.lines().next().unwrap().split(',').skip(1).collect();
    let row = |line: &str| -> (String, Vec<f64>) {
        let (day, values) = line.split_once(',').unwrap();
        (day.to_owned(), values.split(',').map(|value| value.parse().unwrap()).collect())
    };
    let rows: Vec<_> = prices.lines().skip(1).map(row).collect();
    let newest = &rows[rows.len() - days - 1..];
    let gain = |pair: &[(String, Vec<f64>)]| {
        let moves = factors.iter().zip(pair[0].1.iter().zip(&pair[1].1));
        let gain: f64 = moves.map(|(factor, (before, after))| exposure(factor) * (after / before - 1.0)).sum();
        (pair[1].0.clone(), format!("{:.0}", gain * 100.0).parse().unwrap())
    };
    newest.windows(2).map(gain).collect()
}

/// An amount of cents in currency.
pub fn amount(cents: i64) -> String {
    format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)
}

/// A P&L vector of gains in cents, as a table.
pub fn pnl_csv(gains: &[(String, i64)]) -> String {
    let rows = gains.iter().map(|(day, gain)| format!("{day},{}\n", amount(*gain)));
    std::iter::once("date,pnl\n".to_owned()).chain(rows).collect()
}

/// P&L vectors of so many desks over eight days, the first of which is the demo's book and the
/// others hedge a quarter of it each.
fn vectors(shape: &'static str, books: Vec<&'static str>) -> LastUnits {
    let of_demo = gains(&Desk::new(), 8);
    let desk = Desk::new();
    let quarter: Vec<(String, i64)> = of_demo.iter().map(|(day, gain)| (day.clone(), -gain / 4)).collect();
    desk.write("b.csv", pnl_csv(&of_demo));
    desk.run("scenarios pnl --pnl b.csv --source 'Desks, full revaluation' -o s.scn").expect(0);
    let at = Stated { what: String::new(), mandate: "at.toml".into(), books };
    let mut case = LastUnits { desk, shape, at, further: Vec::new(), nav: Some(NAV) };
    let mut losses = [0; 8];
    for (place, book) in case.at.books.iter().enumerate() {
        let (vector, nav) = if place == 0 { (&of_demo, NAV) } else { (&quarter, "0") };
        case.book(book, pnl_csv(vector), Some(nav));
        losses.iter_mut().zip(vector).for_each(|(loss, (_, gain))| *loss -= gain);
    }
    losses.sort_unstable_by(|one, other| other.cmp(one));
    // Two days of eight are beyond 75 %: value at risk is the third loss, and expected shortfall
    // the mean of two.
    let [worst, second, third, ..] = losses;
    assert!(third > 0, "{losses:?}");
    let halves = |two: i64| format!("{}.{:03}", two * 5 / 1_000, two * 5 % 1_000);
    let text = |var: i64, two: i64| {
        format!(
            "name = \"Gains\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.75\nlimit = {}\n\
             [[clause]]\nmeasure = \"cvar\"\nconfidence = 0.75\nlimit = {}\n",
            amount(var),
            halves(two)
        )
    };
    let two = worst + second;
    case.mandate(text(third, two));
    case.further("value at risk of gains", text(third - 1, two));
    case.further("expected shortfall of gains", text(third, two - 1));
    case
}

/// A P&L vector.
pub fn pnl_vector() -> LastUnits {
    vectors("8pnl/1", vec!["b"])
}

/// The sum of the P&L vectors of two desks.
pub fn pnl_of_two_desks() -> LastUnits {
    vectors("8pnl/1+2books", vec!["b", "hedge"])
}
