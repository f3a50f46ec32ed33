use alloy::primitives::Address;

use super::*;
use crate::config::Config;

const SEAT: Address = Address::repeat_byte(1);

fn shape(text: &str) -> Shape {
    text.parse().unwrap()
}

/// The words of a refusal, which has to be one.
fn words(checked: Result<(), Failure>) -> String {
    let failure = checked.unwrap_err();
    assert_eq!(failure.exit_code(), 2);
    failure.to_string()
}

#[test]
fn terms_whose_days_nobody_could_settle_are_refused_with_field_value_and_bound() {
    mandate(&MandateConfig::of_daily_rows(), 8, 86_400).unwrap();
    type Change = fn(&mut MandateConfig);
    let changes: [(Change, [&str; 3]); 11] = [
        // BacktestLedger: a point is on chain for six hours when a forecast is due.
        (|of| of.lag = 0, ["lag = 0 and late = 21600", "plus late, is 21600", "above 21600"]),
        // BacktestLedger: a forecast is kept until the deadline.
        (|of| of.grace = 6 * 86_400 + 1, ["grace = 518401", "at least 86400, at most 518400", "(7 - lag)"]),
        (|of| (of.lag, of.grace) = (6, 86_401), ["grace = 86401", "at most 86400", "(7 - lag)"]),
        (|of| of.lag = 7, ["lag = 7", "no grace", "at most 6"]),
        // MandateTerms.
        (|of| of.lag = 8, ["lag = 8", "at least 0, at most 7", "eight epochs"]),
        (|of| of.grace = 86_399, ["grace = 86399", "at least 86400", "borrower"]),
        (|of| of.late = 0, ["late = 0", "at least 1, at most 21600", "before its row closes"]),
        (|of| of.late = 21_601, ["late = 21601", "at most 21600", "six hours"]),
        (|of| of.validity = 1 << 24, ["validity = 16777216", "at most 16777215", "stands"]),
        (|of| of.staleness = 0, ["staleness = 0", "at least 1", "closed"]),
        (|of| of.least_rows = 9, ["least_rows = 9", "at least 1, at most 8", "window"]),
    ];
    for (change, expected) in changes {
        let mut config = MandateConfig::of_daily_rows();
        change(&mut config);
        let found = words(mandate(&config, 8, 86_400));
        assert!(expected.iter().all(|part| found.contains(part)), "{expected:?}: {found}");
    }
    // At the bounds.
    let mut edge = MandateConfig::of_daily_rows();
    (edge.lag, edge.late, edge.grace) = (6, 1, 86_400);
    mandate(&edge, 8, 86_400).unwrap();
    // Rows of an hour: six of them are six hours, and a forecast is made before its row closes.
    (edge.lag, edge.late, edge.grace) = (0, 3600, 86_400);
    assert!(words(mandate(&edge, 8, 3600)).contains("late = 3600: at least 1, at most 3599"));
}

/// Terms as `terms::terms` makes them.
fn of_clauses(var: u32, shortfall: u32) -> Terms {
    let limit = |confidence: u32| if confidence == 0 { 0 } else { MOST_LIMIT };
    Terms {
        varConfidence: var,
        shortfallConfidence: shortfall,
        varLimit: limit(var),
        shortfallLimit: limit(shortfall),
        ..crate::fake::terms()
    }
}

#[test]
fn clauses_and_custodians_that_the_ledger_refuses_are_refused_before_it_is_asked() {
    for (var, shortfall, of) in [(990_000, 0, "8x20/1"), (0, 975_000, "8x20"), (990_000, 975_000, "8x20")] {
        terms("borrower", &of_clauses(var, shortfall), shape(of)).unwrap();
    }
    let found = words(terms("borrower", &of_clauses(990_000, 975_000), shape("8x20/1")));
    assert!(found.contains("0.99 of var and 0.975 of cvar") && found.contains("8x20/1"), "{found}");
    assert!(words(terms("borrower", &of_clauses(0, 0), shape("8x20"))).contains("no clause"));
    type Change = fn(&mut Terms);
    let changes: [(Change, &str); 5] = [
        (|of| of.varLimit = MOST_LIMIT + 1, "limit = 1000000000000000000.000001 of var: at most"),
        (|of| of.scope = 0x10001, "scope: without custodians"),
        (|of| of.custodian = SEAT, "scope is empty"),
        (|of| (of.custodian, of.secondCustodian, of.scope) = (SEAT, SEAT, 1), "two different ones"),
        (|of| (of.secondCustodian, of.scope) = (SEAT, 1), "two different ones"),
    ];
    for (change, part) in changes {
        let mut changed = of_clauses(990_000, 0);
        change(&mut changed);
        let found = words(terms("borrower", &changed, shape("8x20")));
        assert!(found.contains(part), "{part}: {found}");
    }
}

/// A configuration with one window, one mandate and one feed.
fn config() -> Config {
    let address = SEAT.to_string();
    toml::from_str(&format!(
        "[access]\nadmin = \"{address}\"\nguardian = \"{address}\"\ndelay = 1\n\n[[window]]\nname = \"stocks\"\nkeys = \"k\"\n\
         verifier = \"v\"\nprices = \"p.csv\"\nseats = [\"{address}\"]\nquorum = 1\norigin = 0\n\n[[feed]]\nname = \"alder\"\n\
         mandate = \"borrower\"\nentity = \"{address}\"\nmargin = {{ multipliers = [\"2\", \"1.5\", \"1.75\", \"2\"], fall = \"0.1\", \
         most_silent = 5, most_behind = 3 }}\n"
    ))
    .unwrap()
}

#[test]
fn windows_that_their_constructor_refuses_are_refused_before_it_is_deployed() {
    let Config { window: mut windows, access: mut roles, .. } = config();
    let of = &mut windows[0];
    window(of, shape("8x20+limits"), 20).unwrap();
    assert!(words(window(of, shape("8x20"), 19)).contains("p.csv has 19 factors, and keys of 8x20 take 20"));
    assert!(words(window(of, shape("21x20+parametric"), 20)).contains("not over scenarios"));
    assert!(words(window(of, shape("8x300"), 300)).contains("at most 256 factors"));
    of.seats = vec![SEAT, Address::repeat_byte(2), SEAT];
    assert!(words(window(of, shape("8x20"), 20)).contains("is named twice"));
    of.seats = vec![Address::ZERO];
    assert!(words(window(of, shape("8x20"), 20)).contains("zero address"));
    access(&roles).unwrap();
    roles.admin = Address::ZERO;
    assert!(words(access(&roles)).contains("nobody could ever add a verifier"));
}

#[test]
fn margins_that_their_constructor_refuses_are_refused_before_it_is_deployed() {
    let of = &config().feed[0];
    let terms = of_clauses(990_000, 0);
    feed(of, &terms).unwrap();
    assert!(words(feed(of, &of_clauses(0, 975_000))).contains("no clause of var"));
    for (multipliers, fall, part) in [
        (["2", "0.9", "1.75", "2"], "0.1", "multipliers = [2, 0.9, 1.75, 2]"),
        (["2", "1.5", "1.4", "2"], "0.1", "each colour"),
        (["2", "1.5", "1.75", "1.9"], "0.1", "red at least 2"),
        (["1.9", "1.5", "1.75", "2"], "0.1", "at least red's"),
        (["2", "1.5", "1.75", "2"], "0", "fall = 0: above 0, at most 1"),
        (["2", "1.5", "1.75", "2"], "1.01", "fall = 1.01: above 0, at most 1"),
    ] {
        let mut changed = of.clone();
        let numbers = changed.margin.as_mut().unwrap();
        (numbers.multipliers, numbers.fall) = (multipliers.map(str::to_owned), fall.to_owned());
        let found = words(feed(&changed, &terms));
        assert!(found.contains(part), "{part}: {found}");
    }
}
