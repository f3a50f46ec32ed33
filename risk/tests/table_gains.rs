//! Tables of gains and values at risk as people have them, each with its right reading.

use tailproof_core::Confidence;
use tailproof_risk::measure::backtest::{Backtest, NotApplicable};
use tailproof_risk::table::{GainColumns, Gains, Reading, Setting, TableError, TableOptions, VarSign, read_gains};

/// Returns of 40 days in millionths.
const RETURNS: [i32; 40] = [
    -20_000, 12_000, 12_000, -20_000, -2_667, -17_333, 17_333, 20_000, -9_333, 10_667, -1_333, -4_667, 667, 14_667,
    -3_333, -12_667, -13_333, -5_333, 11_333, -4_000, -10_667, -8_667, 2_000, -19_333, 8_667, 4_667, 9_333, -18_000,
    4_000, -6_000, -7_333, 0, 16_000, 0, -7_333, -6_000, 4_000, -18_000, 9_333, 4_667,
];

/// Values at risk in millionths; they repeat.
const VALUES: [i32; 5] = [18_000, 18_400, 18_800, 18_200, 18_600];

/// A number of millionths as tables write it.
fn decimal(millionths: i32) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    format!("{sign}{}.{:06}", millionths.abs() / 1_000_000, millionths.abs() % 1_000_000)
}

/// Rows of 40 weekdays from 30 January 2023: the day, the return and the value at risk.
fn days() -> Vec<[String; 3]> {
    let first = jiff::civil::date(2023, 1, 30);
    let day = |place: usize| first + jiff::Span::new().days(i64::try_from(place / 5 * 7 + place % 5).unwrap());
    let row = |(place, gain): (usize, &i32)| [day(place).to_string(), decimal(*gain), decimal(VALUES[place % 5])];
    RETURNS.iter().enumerate().map(row).collect()
}

/// Returns a table of rows, after a change of each.
fn table(change: impl Fn(usize, &mut [String; 3])) -> String {
    let mut rows = days();
    rows.iter_mut().enumerate().for_each(|(place, row)| change(place, row));
    let rows: Vec<String> = rows.into_iter().map(|row| row.join(",")).collect();
    format!("date,r,v\n{}\n", rows.join("\n"))
}

fn plain() -> String {
    table(|_, _| {})
}

fn read_as(text: &str, columns: &GainColumns<'_>) -> Result<(Gains, Reading), TableError> {
    read_gains("b.csv", text.as_bytes(), columns, &TableOptions::default())
}

fn read(text: &str) -> Result<(Gains, Reading), TableError> {
    read_as(text, &GainColumns::named("r", "v"))
}

fn record(gains: &Gains) -> Backtest {
    Backtest::from_gains(&gains.days, "0.99".parse::<Confidence>().unwrap()).unwrap()
}

fn refused(text: &str, said: &[&str]) -> TableError {
    let error = read(text).unwrap_err();
    for words in said {
        assert!(error.to_string().contains(words), "{error}");
    }
    error
}

#[test]
fn other_layouts_have_the_same_days_and_newest_first_is_turned_round() {
    let (gains, reading) = read(&plain()).unwrap();
    assert!(reading.is_plain(), "{reading}");
    let dates = gains.dates.clone().unwrap();
    assert_eq!((dates[0].to_string(), dates[39].to_string()), ("2023-01-30".into(), "2023-03-24".into()));
    assert_eq!((record(&gains).observations(), record(&gains).exceedances()), (40, 3));
    let text = plain();
    let (header, rows) = text.trim_end().split_once('\n').unwrap();
    let turned: Vec<&str> = rows.lines().rev().collect();
    let european = text.replace(',', ";").replace('.', ",");
    let us = table(|_, row| row[0] = format!("{}/{}/{}", &row[0][5..7], &row[0][8..], &row[0][..4]));
    for (text, said) in [
        (format!("{header}\n{}\n", turned.join("\n")), "rows newest first, turned round"),
        (european, "decimal mark ','"),
        (format!("Desk 7\n\n{text}\nSource: risk system\n"), "lines below the table left out"),
        (us, "dates as mm/dd/yyyy"),
    ] {
        let (found, reading) = read(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(found, gains, "{text}");
        assert!(reading.to_string().contains(said), "{reading}");
        let strict = TableOptions { strict: true, ..TableOptions::default() };
        assert!(read_gains("b.csv", text.as_bytes(), &GainColumns::named("r", "v"), &strict).is_err(), "{said}");
    }
    let numbered = table(|place, row| row[0] = place.to_string());
    assert_eq!(read(&numbered).unwrap().0, Gains { dates: None, days: gains.days });
}

/// As it is, 39 of 40 days exceed a quantile of returns that is taken for a loss.
#[test]
fn a_negative_value_at_risk_is_refused_until_its_sign_is_said() {
    let text = table(|_, row| row[2].insert(0, '-'));
    let error = refused(&text, &["row 2, column 'v'", "positive"]);
    assert_eq!(error.problem.setting(), Some(Setting::VarSign));
    let negative = GainColumns { sign: VarSign::Negative, ..GainColumns::named("r", "v") };
    let (gains, reading) = read_as(&text, &negative).unwrap();
    assert_eq!(gains, read(&plain()).unwrap().0);
    assert!(reading.to_string().contains("whose sign is changed (as set)"), "{reading}");
    let said = read_as(&plain(), &negative).unwrap_err().to_string();
    assert!(said.contains("row 2, column 'v'") && said.contains("is positive"), "{said}");
}

#[test]
fn a_return_beside_a_value_at_risk_in_per_cent_is_warned_of() {
    let text = table(|place, row| row[2] = decimal(VALUES[place % 5] * 100));
    let record = record(&read(&text).unwrap().0);
    assert_eq!(record.exceedances(), 0);
    assert!(record.scale_warning().unwrap().contains("unit"));
}

#[test]
fn a_warm_up_without_values_is_refused_with_the_day_from_which_they_are_there() {
    let text = table(|place, row| {
        if place < 10 {
            row[2].clear();
        }
    });
    let error = refused(&text, &["row 2, column 'v'", "days without one: 10", "begin with 2023-02-13"]);
    assert_eq!(error.problem.setting(), Some(Setting::From));
    let from = GainColumns { from: "2023-02-13".parse().ok(), ..GainColumns::named("r", "v") };
    let (gains, reading) = read_as(&text, &from).unwrap();
    assert_eq!((gains.days.len(), record(&gains).exceedances()), (30, 1));
    assert!(reading.to_string().contains("days before 2023-02-13 left out: 10 (as set)"), "{reading}");
    let none = GainColumns { from: "2024-01-01".parse().ok(), ..from };
    assert!(read_as(&text, &none).unwrap_err().to_string().contains("a backtest needs days"));
    let numbered = text.replace("2023-", "");
    assert!(read_as(&numbered, &from).unwrap_err().to_string().contains("no column has dates"));
}

/// Counted as a day without an exceedance, it would hide one.
#[test]
fn a_return_that_is_no_number_is_refused_with_its_day() {
    for (found, said) in [("NaN", "('NaN')"), ("", "is missing"), ("#N/A", "('#N/A')")] {
        let text = table(|place, row| {
            if place == 17 {
                row[1] = found.to_owned();
            }
        });
        let error = refused(&text, &["row 19, column 'r'", "2023-02-22", said, "or take the day out"]);
        assert_eq!(error.problem.setting(), None);
    }
}

#[test]
fn records_that_say_little_say_why() {
    let one = record(&read("date,r,v\n2023-01-31,0.012,0.0184\n").unwrap().0);
    assert_eq!((one.exceedances(), one.expected_exactly().to_string()), (0, "0.01".to_owned()));
    assert!(one.independence().is_err() && one.traffic_light().is_err() && one.kupiec().is_err());
    let rows: String = (0..250).map(|day| format!("{day},{},0.025\n", decimal(day % 15 * 1000 - 7000))).collect();
    let none = record(&read(&format!("day,r,v\n{rows}")).unwrap().0);
    assert_eq!((none.exceedances(), none.expected_exactly().to_string()), (0, "2.5".to_owned()));
    assert!((none.kupiec().unwrap().likelihood_ratio - 5.0252).abs() < 1e-4);
    assert_eq!(none.independence(), Err(NotApplicable::NoneAfterExceedance));
    assert_eq!(none.direction().unwrap().to_string(), "VaR is too high");
    let last = table(|place, row| row[1] = if place == 39 { "-0.02".into() } else { row[1].replace('-', "") });
    let last = record(&read(&last).unwrap().0);
    assert_eq!((last.exceedances(), last.independence().is_err()), (1, true));
    let equal = table(|place, row| {
        if place == 0 {
            row[1] = format!("-{}", row[2]);
        }
    });
    assert_eq!(record(&read(&equal).unwrap().0).exceedances(), 2, "equal is not beyond");
}

#[test]
fn bad_tables_name_the_place() {
    for (text, said) in [
        ("date,r\n1,2\n", "a column 'v'"),
        ("r,v,v\n1,2,3\n", "occurs twice"),
        ("r,v\n1,x\n", "row 2, column 'v'"),
        ("r,v\n1,1\n1,-1000\n", "row 3, column 'v'"),
        ("r,v\n", "nothing in it"),
        ("date,r,v\n2024-01-02,0,1\n2024-01-02,0,1\n", "row 3, column 'date': the date 2024-01-02 occurs twice"),
        ("date,r,v\n2024-01-02,0,1\n2024-01-04,0,1\n2024-01-03,0,1\n", "row 4, column 'date'"),
        ("date,r,v\n,0,1\n2024-01-03,0,1\n", "row 2, column 'date': the value is missing"),
        ("date,r,v\n01/02/2024,0,1\n01/03/2024,0,1\n", "state the order"),
    ] {
        refused(text, &[said]);
    }
}
