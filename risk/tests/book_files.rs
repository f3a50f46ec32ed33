//! Books as desks have them over a set: each file of a desk is read rightly, or refused with the cure.

use rust_decimal::Decimal;
use tailproof_core::error::{BookProblem, Problem};
use tailproof_core::mandate::Mandate;
use tailproof_core::scenarios::generator::{Generator, Variant};
use tailproof_core::{InputError, Positions, ScenarioSet, Unit};
use tailproof_risk::book::{BookNote, Trade};
use tailproof_risk::csv::BookFile;
use tailproof_risk::table::{TableOptions, read_book};

/// A set with the last prices of the books.
fn set(factors: &[&str]) -> ScenarioSet {
    let names: Vec<String> = factors.iter().map(ToString::to_string).collect();
    let prices = ["1264.8", "86.21", "401.9", "1"].map(String::from)[..names.len()].to_vec();
    let (labels, entries) = (vec!["one".into(), "two".into()], (-3..).take(2 * names.len()).collect());
    let generator = Generator::Custom { description: "test".into() };
    ScenarioSet::new(generator, names, labels, Some(prices), vec![1, 1], entries).unwrap()
}

fn file(text: &str) -> BookFile {
    read_book("b.csv", text.as_bytes(), &TableOptions::default()).unwrap().0
}

fn positions(text: &str, nav: Option<i64>) -> Result<Positions, InputError> {
    file(text).positions(&set(&["ALFA", "BRAV", "CORA"]), None, nav.map(Decimal::from))
}

fn refused(text: &str, said: &[&str]) -> Problem {
    let refused = positions(text, None).unwrap_err();
    for words in said {
        assert!(refused.to_string().contains(words), "{refused}");
    }
    refused.problem
}

fn notes(text: &str, nav: Option<i64>) -> Vec<BookNote> {
    let positions = positions(text, nav).unwrap();
    file(text).notes(&set(&["ALFA", "BRAV", "CORA"]), &positions, nav.is_some())
}

const HELD: &str = "factor,exposure\nALFA,400000\nBRAV,350000\nCORA,250000\n";

#[test]
fn cash_counts_in_the_net_asset_value_and_nowhere_else() {
    for (row, nav) in [("CASH,150000", 115_000_000), ("cash,-90000", 91_000_000), ("Cash,0.005", 100_000_001)] {
        let found = positions(&format!("{HELD}{row}\n"), None).unwrap();
        assert_eq!((found.nav(), found.gross(), found.exposures().len()), (nav, 100_000_000, 3), "{row}");
        let opened = file(&format!("{HELD}{row}\n"));
        let same = opened.positions_as_committed(&set(&["ALFA", "BRAV", "CORA"]), Unit::CENT, nav).unwrap();
        assert_eq!(same, found, "{row}");
    }
    // A factor of that name is a factor.
    let with = file(&format!("{HELD}CASH,150000\n")).positions(&set(&["ALFA", "BRAV", "CORA", "CASH"]), None, None);
    assert_eq!(with.unwrap().exposures(), [40_000_000, 35_000_000, 25_000_000, 15_000_000]);
    // More is owed than is held.
    assert!(matches!(refused(&format!("{HELD}CASH,-1000001\n"), &["-1 is outside"]), Problem::MissingNav { .. }));
    refused("factor,exposure,gamma\nALFA,1,\nCASH,5,2\n", &["gamma:CASH"]);
    let in_usd = "factor,exposure,currency\nALFA,5,USD\nCASH USD,7,USD\n";
    assert_eq!(positions(in_usd, None).unwrap().nav(), 1_200);
    let problem = refused("factor,exposure\nALFA,5\nCASH USD,7\n", &["row 3", "column 'currency'", "exchange rate"]);
    assert!(matches!(problem, Problem::Book(BookProblem::CashOfCurrency(_))));
    let pieces = positions("factor,quantity\nALFA,300\nCASH,5\n", None).unwrap();
    assert_eq!((pieces.exposures()[0], pieces.nav()), (37_944_000, 37_944_500));
}

#[test]
fn weights_take_the_stated_net_asset_value() {
    let weights = "factor,weight\nALFA,0.40\nBRAV,0.35\nCORA,0.25\nCASH,0.10\n";
    let problem = refused(weights, &["weights", "net asset value"]);
    assert!(matches!(problem, Problem::Book(BookProblem::NavOfWeights)));
    let found = positions(weights, Some(1_000_000)).unwrap();
    assert_eq!((found.exposures(), found.nav()), (&[40_000_000, 35_000_000, 25_000_000][..], 100_000_000));
    // An opening states the rounded value, and opens to the same book.
    let over = set(&["ALFA", "BRAV", "CORA"]);
    let nav = "999999.999999".parse().unwrap();
    for unit in [Unit::CENT, Unit::from_millionths(100_000_000).unwrap()] {
        let found = file(weights).positions(&over, Some(unit), Some(nav)).unwrap();
        assert_eq!(file(weights).positions_as_committed(&over, unit, found.nav()).unwrap(), found);
    }
}

/// The premium of an option is its value and its delta is not; a future has an exposure and no value.
#[test]
fn a_column_of_values_is_the_net_asset_value_and_a_delta_is_none() {
    let options = "factor,delta,gamma\nALFA,400000,2500\nBRAV,-350000,\n";
    let with_gamma = set(&["ALFA", "BRAV"]);
    let over = {
        let generator = Generator::Historical {
            horizon: 1,
            variant: Some(Variant { gamma: true, ..Variant::default() }),
            ring: None,
            slot: None,
            treatment: None,
            prices_sha256: String::new(),
        };
        let names = ["ALFA", "BRAV", "gamma:ALFA", "gamma:BRAV"].map(String::from).to_vec();
        ScenarioSet::new(generator, names, vec!["one".into()], None, vec![1], vec![1, 2, 3, 4]).unwrap()
    };
    let error = file(options).positions(&over, None, None).unwrap_err();
    assert!(matches!(error.problem, Problem::Book(BookProblem::SumOfDeltas)), "{error}");
    assert!(file(options).positions(&over, None, Some(5.into())).is_ok());
    assert!(
        file(&options.replace("2500", "0")).positions(&over, None, None).is_ok(),
        "a delta of a share is its value"
    );
    let valued = "factor,delta,value,gamma\nALFA,400000,12000.5,2500\nBRAV,-350000,-0.5,\n";
    let found = file(valued).positions(&over, None, None).unwrap();
    assert_eq!((found.exposures(), found.nav()), (&[40_000_000, -35_000_000, 250_000, 0][..], 1_200_000));
    // A future beside shares and cash, in the names of brokers: what is stated is not summed.
    let futures = "Ticker,Exposure,Market Value\nALFA,400000,400000\nBRAV,-900000,0\nCASH,50000,50000\n";
    let found = file(futures).positions(&with_gamma, None, None).unwrap();
    assert_eq!((found.gross(), found.nav()), (130_000_000, 45_000_000));
    let lots = "factor,quantity,value\nALFA,10,100\nALFA,-4,20\n";
    let found = file(lots).positions(&with_gamma, None, None).unwrap();
    assert_eq!((found.exposures()[0], found.nav()), (758_880, 12_000));
    // An opening states the value, whatever the column says.
    let committed = file(valued).positions_as_committed(&over, Unit::CENT, 7).unwrap();
    assert_eq!(committed.nav(), 7);
    let negative = positions("factor,exposure,value\nALFA,5,-1\n", None).unwrap_err().problem;
    assert!(matches!(negative, Problem::MissingNav { .. }));
    for (text, said) in [
        ("factor,exposure,value\nALFA,5,\n", "row 2, column 'value'"),
        ("factor,weight,value\nALFA,0.5,1\n", "leave it out"),
        ("factor,quantity,market value\nALFA,5,1\n", "is not what is expected"),
        ("factor,exposure,value,market value\nALFA,5,1,1\n", "is not what is expected"),
    ] {
        let refused = read_book("b.csv", text.as_bytes(), &TableOptions::default()).unwrap_err().to_string();
        assert!(refused.contains(said), "{text}: {refused}");
    }
    // Alone, it holds the exposures.
    assert_eq!(positions("factor,value\nALFA,5\n", None).unwrap().exposures()[0], 500);
}

#[test]
fn likely_mistakes_are_noted_and_taken_as_they_stand() {
    let shares = notes("factor,exposure\nALFA,0.40\nBRAV,0.35\nCORA,0.25\n", None);
    assert!(matches!(&shares[..], [BookNote::LikelyWeights { .. }]) && shares[0].to_string().contains("weight"));
    assert_eq!(notes("factor,exposure\nALFA,40\nBRAV,35\nCORA,25.1\n", None).len(), 1);
    let neutral = "factor,exposure\nALFA,3000000\nBRAV,-2000000\nCORA,-990000\n";
    let said = notes(neutral, None);
    let [note @ BookNote::NetAsNav { .. }] = &said[..] else { panic!("{said:?}") };
    let note = note.to_string();
    assert!(note.contains("net of a long-short book, 10,000.00") && note.contains("5,990,000.00"), "{note}");
    for (text, nav) in [
        (neutral, Some(5_000_000)),
        (HELD, None),
        ("factor,exposure\nALFA,1300000\nBRAV,-300000\n", None),
        ("factor,exposure\nALFA,3000000\nBRAV,-2990000\nCASH,9\n", None),
        ("factor,quantity\nALFA,0.4\nBRAV,0.6\n", None),
    ] {
        assert_eq!(notes(text, nav), [], "{text}");
    }
}

#[test]
fn names_that_the_set_does_not_have_are_refused_with_the_likely_one() {
    refused("factor,exposure\nalfa,400000\nBRAV,350000\n", &["row 2", "'alfa'", "did you mean 'ALFA'?"]);
    let over = set(&["BRK.B", "BRAV"]);
    let error = file("factor,exposure\nBRK-B,1\n").positions(&over, None, None).unwrap_err();
    assert!(error.to_string().contains("did you mean 'BRK.B'?"), "{error}");
    let problem = refused(&format!("{HELD}OMEGA,80000\n"), &["row 5", "no factor 'OMEGA'", "ALFA, BRAV, CORA"]);
    assert!(matches!(problem, Problem::Book(BookProblem::NoFactor { similar: None, .. })));
    refused(&format!("{HELD}***,1\n"), &["no factor '***'"]);
}

#[test]
fn a_mandate_in_another_currency_is_refused() {
    let of = |unit: &str| {
        let text = format!("name = \"m\"\n{unit}\n[[clause]]\nmeasure = \"gross\"\nlimit = 5\n");
        Mandate::from_toml("m.toml", &text).unwrap()
    };
    let book = |currency: &str| file(&format!("factor,exposure,currency\nALFA,400000,{currency}\n"));
    let error = book("USD").check_currency(&of("unit = \"EUR\"")).unwrap_err().to_string();
    assert!(error.contains("b.csv: the book is in 'USD' and the mandate in 'EUR'"), "{error}");
    assert!(book("GBp").check_currency(&of("currency = \"GBP\"")).is_err(), "pence are not pounds");
    for (currency, unit) in [("USD", "unit = \"USD\""), ("usd", "unit = \"USD\""), ("USD", "unit = 0.01")] {
        book(currency).check_currency(&of(unit)).unwrap();
    }
    file(HELD).check_currency(&of("unit = \"EUR\"")).unwrap();
}

#[test]
fn a_large_book_fits_in_the_finest_power_of_ten() {
    let over = set(&["ALFA", "BRAV", "CORA"]);
    let of = |text: &str| file(text).positions_that_fit(&over, None);
    let large = "factor,exposure\nALFA,4000000000\nBRAV,3500000000\nCORA,2500000000\n";
    let found = of(large).unwrap();
    assert_eq!((found.unit().to_decimal(), found.exposures()[0]), (Decimal::new(1, 1), 40_000_000_000));
    assert!(positions(large, None).unwrap_err().to_string().contains("power of ten that holds it is 0.1;"));
    assert_eq!(of(HELD).unwrap(), positions(HELD, None).unwrap());
    assert!(of("factor,exposure\nALFA,9e17\n").unwrap_err().to_string().contains("no unit holds it"));
}

#[test]
fn a_trade_adds_an_exposure_and_keeps_the_net_asset_value() {
    let over = set(&["ALFA", "BRAV", "CORA"]);
    let trades: Vec<Trade> = ["ALFA,+100000", "BRAV,-0.005", "ALFA,1"].map(|text| text.parse().unwrap()).to_vec();
    let book = file(&format!("{HELD}CASH,150000\n"));
    let after = book.after(&trades).positions(&over, None, None).unwrap();
    // Half a cent from a whole amount: halves away from zero.
    assert_eq!((after.exposures(), after.nav()), (&[50_000_100, 35_000_000, 25_000_000][..], 115_000_000));
    let unknown = book.after(&["OMEGA,5".parse().unwrap()]).positions(&over, None, None).unwrap_err().to_string();
    assert!(unknown.contains("the trade OMEGA,+5") && unknown.contains("no factor 'OMEGA'"), "{unknown}");
    for text in ["ALFA", ",5", "ALFA,x", "ALFA,"] {
        assert!(text.parse::<Trade>().is_err(), "{text}");
    }
    let comma: Trade = "Alfa, Inc.,-5".parse().unwrap();
    assert_eq!((comma.factor(), comma.amount()), ("Alfa, Inc.", Decimal::from(-5)));
}
