//! Caps on exposures and liquidity costs that grow with them, from the command line on the real
//! book.

use tailproof::bundle::Bundle;
use tailproof_test_support::{BOOK, Desk, NAV, PRICES};

const SHAPE: &str = "40x20+rules+caps+impact";

/// Four caps that the book is at: of AAPL and of XOM, of RRC by its volume, and of MSFT in the
/// rest.
const CAPS: &str = "factor,cap,volume\nAAPL,1250000,\nRRC,,1000000\nXOM,450000,2300000\nrest,1400000,\n";

const COSTS: &str = "factor,rate,above_1,rate_1,above_2,rate_2\nAAPL,0.0002,1000000,0.001,1200000,0.004\n\
                     XOM,0.0003,400000,0.002,,\nrest,0.0005,,,,\n";

/// The real book over a set, with both files beside the mandate.
fn desk(window: usize) -> Desk {
    let desk = Desk::new();
    desk.run(format!("scenarios historical --prices {PRICES} --window {window} -o s.scn")).expect(0);
    desk.write("fund.caps.csv", CAPS);
    desk.write("fund.impact.csv", COSTS);
    desk.run(format!("commit --book {BOOK} --scenarios s.scn --nav {NAV} -o c.json --opening o.json")).expect(0);
    desk
}

fn digest(desk: &Desk, kind: &str) -> String {
    desk.run(format!("{kind} fund.{kind}.csv --json")).expect(0).json()["digest"].as_str().unwrap().to_owned()
}

/// A mandate over both files, with a volume counting as two days at this share of it.
fn mandate(desk: &Desk, participation: &str, bounds: &str) -> String {
    let (caps, impact) = (digest(desk, "caps"), digest(desk, "impact"));
    format!(
        "name = \"Sizes\"\ncaps = \"{caps}\"\ncap_days = 2\ncap_participation = {participation}\nimpact = \"{impact}\"\n\
         [[clause]]\nmeasure = \"caps\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.9\nliquidity = true\n{bounds}\n"
    )
}

/// The private figures of a mandate, whether it holds or not.
fn risk(desk: &Desk, mandate: &str, status: i32) -> serde_json::Value {
    desk.run(format!("risk --book {BOOK} --nav {NAV} --scenarios s.scn --mandate {mandate} --json"))
        .expect(status)
        .json()
}

/// Value at risk with its cost, rounded up to a millionth.
fn figure(desk: &Desk) -> f64 {
    desk.write("any.toml", mandate(desk, "0.1", "limit = 1000000000"));
    risk(desk, "any.toml", 0)["clauses"][1]["figure"].as_f64().unwrap()
}

/// The cost by hand, in currency: rates are rounded up to 2^-20.
fn cost_by_hand(desk: &Desk) -> f64 {
    let step = |rate: f64| (rate * f64::from(1 << 20)).ceil() / f64::from(1 << 20);
    let cost = |(name, exposure): (&str, f64)| match name {
        "AAPL" => 1e6 * step(0.0002) + 2e5 * step(0.001) + (exposure - 1.2e6) * step(0.004),
        "XOM" => 4e5 * step(0.0003) + (exposure - 4e5) * step(0.002),
        _ => exposure * step(0.0005),
    };
    let rows = desk.read(BOOK);
    let rows = rows.lines().skip(1).map(|row| row.split_once(',').unwrap());
    rows.map(|(name, exposure)| cost((name, exposure.parse::<f64>().unwrap().abs()))).sum()
}

#[test]
fn caps_and_costs_are_proved_at_their_last_unit_and_refused_one_unit_further() {
    let desk = desk(40);
    let keys = desk.keys(SHAPE);
    let figure = figure(&desk);
    let (at, below) = (format!("limit = {figure:.6}"), format!("limit = {:.6}", figure - 1e-6));
    desk.write("at.toml", mandate(&desk, "0.1", &at));
    let found = risk(&desk, "at.toml", 0);
    let cost = found["liquidity_cost"].as_f64().unwrap();
    assert!((cost - cost_by_hand(&desk)).abs() < 2e-6, "{cost}");
    let clause = &found["clauses"][0];
    assert_eq!((clause["factor"].as_str(), clause["figure"].as_f64()), (Some("AAPL"), Some(1_250_000.0)), "{found}");

    desk.prove(BOOK, "at.toml", &keys).expect(0);
    let verified = desk.verify("p.json", "at.toml", &keys).expect(0);
    let (caps, impact) = (digest(&desk, "caps"), digest(&desk, "impact"));
    for sentence in [
        "magnitude of every exposure within its cap",
        "90 % VaR with liquidity cost <= ",
        &format!("caps: those of the file {caps}, a volume counting as 2 day(s) at 10 % of it"),
        &format!("liquidity cost, added to each loss: that of the file {impact}, which grows with each exposure"),
        "its limits and volumes are the word of the file's maker; factors of the set: 3 listed, 17 in the rest",
        "0.01, the mandate's: caps and breakpoints are whole units of it; rounding the book to it changes a loss by at most",
        "that a book can be closed at them is the word of the file's maker; factors of the set: 2 listed, 18 in the rest",
    ] {
        assert!(verified.stdout.contains(sentence), "{sentence} in {verified:?}");
    }
    // Both sides of the cost: a limit one millionth below the figure, and a floor one above it.
    desk.write("floor.toml", mandate(&desk, "0.1", &format!("limit = 1000000\nfloor = {:.6}", figure - 1e-6)));
    desk.prove(BOOK, "floor.toml", &keys).expect(0);
    desk.verify("p.json", "floor.toml", &keys).expect(0);
    desk.write("floor.toml", mandate(&desk, "0.1", &format!("limit = 1000000\nfloor = {:.6}", figure + 1e-6)));
    assert!(desk.prove(BOOK, "floor.toml", &keys).expect(1).stderr.contains("below the floor"));
    desk.verify("p.json", "floor.toml", &keys).expect(1);
    desk.write("below.toml", mandate(&desk, "0.1", &below));
    assert!(desk.prove(BOOK, "below.toml", &keys).expect(1).stderr.contains("VaR with liquidity cost is"));

    // Each cap one cent lower, and the share of volumes a little smaller.
    desk.prove(BOOK, "at.toml", &keys).expect(0);
    for (from, to, participation, said) in [
        ("AAPL,1250000", "AAPL,1249999.99", "0.1", "the exposure to \"AAPL\" is"),
        ("XOM,450000", "XOM,449999.99", "0.1", "the exposure to \"XOM\" is"),
        ("rest,1400000", "rest,1399999.99", "0.1", "the exposure to \"MSFT\" is"),
        ("RRC,,1000000", "RRC,,999999.95", "0.1", "the exposure to \"RRC\" is"),
        ("RRC", "RRC", "0.099999", "the exposure to \"RRC\" is"),
    ] {
        desk.write("fund.caps.csv", CAPS.replace(from, to));
        desk.write("further.toml", mandate(&desk, participation, &at));
        let refused = desk.prove(BOOK, "further.toml", &keys).expect(1);
        assert!(refused.stderr.contains(said) && refused.stderr.contains("above its cap"), "{to}: {refused:?}");
        desk.verify("p.json", "further.toml", &keys).expect(1);
    }
}

#[test]
fn halo2_proves_the_same() {
    let desk = desk(8);
    let keys = desk.halo2_keys("8x20+rules+caps+impact");
    let at = format!("limit = {:.6}", figure(&desk));
    desk.write("at.toml", mandate(&desk, "0.1", &at));
    desk.prove(BOOK, "at.toml", &format!("{keys} --backend halo2")).expect(0);
    desk.verify("p.json", "at.toml", &keys).expect(0);
    desk.write("fund.caps.csv", CAPS.replace("AAPL,1250000", "AAPL,1249999.99"));
    desk.write("further.toml", mandate(&desk, "0.1", &at));
    desk.verify("p.json", "further.toml", &keys).expect(1);
    desk.prove(BOOK, "further.toml", &format!("{keys} --backend halo2")).expect(1);
}

/// A proof against caps of another file is not one against those that the mandate names, and a file
/// of another digest is not taken.
#[test]
fn caps_of_another_digest_are_refused() {
    let desk = desk(8);
    let keys = desk.keys("8x20+rules+caps+impact");
    desk.write("own.toml", mandate(&desk, "0.1", "limit = 1000000"));
    let own = desk.read("fund.caps.csv");
    desk.write("fund.caps.csv", CAPS.replace("1250000", "9000000"));
    desk.write("wider.toml", mandate(&desk, "0.1", "limit = 1000000"));
    let risk = format!("risk --book {BOOK} --scenarios s.scn --mandate own.toml");
    let refused = desk.run(&risk).expect(2);
    assert!(refused.stderr.contains("put it beside the mandate, under a name that ends in caps.csv"), "{refused:?}");
    desk.prove(BOOK, "wider.toml", &keys).expect(0);
    desk.write("own.caps.csv", own);
    desk.verify("p.json", "wider.toml", &keys).expect(0);
    desk.verify("p.json", "own.toml", &keys).expect(1);

    desk.write("fund.impact.csv", COSTS.replace("0.0005", "0.0004"));
    let refused = desk.run(&risk).expect(2);
    assert!(refused.stderr.contains("under a name that ends in impact.csv"), "{refused:?}");
    desk.write("fund.impact.csv", "factor,rate,above_1,rate_1\nAAPL,0.2,1,0.1\n");
    let refused = desk.run(&risk).expect(2);
    assert!(refused.stderr.contains("fund.impact.csv, row 2: rates fall"), "{refused:?}");
    let refused = desk.run("impact fund.impact.csv").expect(2);
    assert!(refused.stderr.contains("rates fall"), "{refused:?}");
}

#[test]
fn files_are_shown_and_refused_with_what_to_do() {
    let desk = desk(8);
    let shown = desk.run("caps fund.caps.csv --scenarios s.scn").expect(0);
    assert!(shown.stdout.contains("rows 4, one of them for the rest\nfactors of the set: 3 listed, 17 in the rest"));
    let shown = desk.run("impact fund.impact.csv --scenarios s.scn --json").expect(0).json();
    assert_eq!((&shown["rows"], &shown["factors"]), (&3.into(), &"2 listed, 18 in the rest".into()));
    desk.write("fund.caps.csv", "factor,cap\nAAPL,1\n");
    let refused = desk.run("caps fund.caps.csv --scenarios s.scn").expect(2);
    assert!(refused.stderr.contains("'AMD' is in no row of the file"), "{refused:?}");
    // Caps that no book can reach say nothing.
    desk.write("fund.caps.csv", "factor,cap\nrest,1000000000000000\n");
    let text = mandate(&desk, "0.1", "limit = 1000000").replace("cap_days = 2\ncap_participation = 0.1\n", "");
    desk.write("m.toml", text);
    let refused = desk.run(format!("risk --book {BOOK} --scenarios s.scn --mandate m.toml")).expect(2);
    assert!(refused.stderr.contains("the clause would say nothing"), "{refused:?}");
}

/// Caps are whole units of the mandate's: a book in another unit is neither committed for it nor
/// proved.
#[test]
fn a_book_in_another_unit_is_refused() {
    let desk = desk(8);
    let keys = desk.keys("8x20+rules+caps+impact");
    desk.write("m.toml", mandate(&desk, "0.1", "limit = 1000000"));
    let commit =
        format!("commit --book {BOOK} --scenarios s.scn --nav {NAV} --unit 0.001 -o c.json --opening o.json --force");
    let refused = desk.run(format!("{commit} --mandate m.toml")).expect(2);
    assert!(refused.stderr.contains("the mandate's unit, and the book's unit is 0.001"), "{refused:?}");
    desk.run(&commit).expect(0);
    let refused = desk.prove(BOOK, "m.toml", &keys).expect(2);
    assert!(refused.stderr.contains("the mandate's unit, and the book's unit is 0.001"), "{refused:?}");
    desk.write("fine.toml", desk.read("m.toml").replacen("caps =", "unit = 0.001\ncaps =", 1));
    desk.prove(BOOK, "fine.toml", &keys).expect(0);
    desk.verify("p.json", "fine.toml", &keys).expect(0);
    let refused = desk.verify("p.json", "m.toml", &keys).expect(1);
    assert!(refused.stderr.contains("unit"), "{refused:?}");
}

#[test]
fn a_trade_is_checked_and_a_page_is_written() {
    let desk = desk(8);
    desk.write("m.toml", mandate(&desk, "0.1", "limit = 1000000"));
    let check = format!("check --book {BOOK} --nav {NAV} --scenarios s.scn --mandate m.toml");
    desk.run(format!("{check} --trade AAPL,-100")).expect(0);
    let broken = desk.run(format!("{check} --trade AAPL,+0.01")).expect(1);
    assert!(
        broken.stdout.contains("magnitude of every exposure within its cap; this is \"AAPL\"  BROKEN"),
        "{broken:?}"
    );
    assert!(broken.stderr.contains("above its cap"), "{broken:?}");
    let json = desk.run(format!("{check} --trade KO,+900000.01 --json")).expect(1).json();
    assert_eq!(json["clauses"][0]["factor"], "KO", "{json}");
    desk.run(format!("report --book {BOOK} --nav {NAV} --scenarios s.scn --mandate m.toml -o page.html")).expect(0);
    let page = desk.read("page.html");
    assert!(page.contains("magnitude of every exposure within its cap; this is"), "the page names the exposure");
    let shown = desk.run(format!("risk --book {BOOK} --nav {NAV} --scenarios s.scn --mandate m.toml")).expect(0);
    assert!(shown.stdout.contains("liquidity cost  ") && shown.stdout.contains("\"AAPL\""), "{shown:?}");
}

/// A bundle has the files that its mandate names: it verifies where no other file is.
#[test]
fn a_bundle_has_its_files_of_caps_and_costs() {
    let desk = desk(8);
    let keys = desk.keys("8x20+rules+caps+impact");
    desk.write("m.toml", mandate(&desk, "0.1", "limit = 1000000"));
    desk.prove(BOOK, "m.toml", &keys).expect(0);
    let public = format!("--scenarios s.scn --mandate m.toml --keys {keys}");
    let made = desk.run(format!("bundle --proof p.json {public} -o b.tailproof --json")).expect(0).json();
    let known = ["keys_digest", "mandate_digest", "scenarios_digest"]
        .map(|name| format!("--{} {}", name.replace('_', "-"), made[name].as_str().unwrap()));
    let alone = Desk::new();
    alone.write("b.tailproof", desk.bytes("b.tailproof"));
    let verify = |name: &str| alone.run(format!("verify {name} {}", known.join(" ")));
    verify("b.tailproof").expect(0);
    let whole = Bundle::decode(&desk.bytes("b.tailproof")).unwrap();
    alone.write("caps.tailproof", Bundle { impact: None, ..whole.clone() }.encode().unwrap());
    alone.write("impact.tailproof", Bundle { caps: None, ..whole }.encode().unwrap());
    for name in ["caps.tailproof", "impact.tailproof"] {
        let refused = verify(name).expect(2);
        assert!(refused.stderr.contains("which is needed too"), "{name}: {refused:?}");
    }
}

/// Keys of smaller shapes say which keys are needed.
#[test]
fn other_keys_are_refused_with_the_shape_that_is_needed() {
    let desk = desk(8);
    desk.write("m.toml", mandate(&desk, "0.1", "limit = 1000000"));
    for shape in ["8x20+limits", "8x20+rules", "8x20+rules+caps"] {
        let refused = desk.prove(BOOK, "m.toml", &desk.keys(shape)).expect(2);
        assert!(refused.stderr.contains("make keys of shape 8x20+rules+caps+impact"), "{refused:?}");
    }
    desk.run("keygen --for m.toml --scenarios s.scn --insecure-dev -o made").expect(0);
    desk.prove(BOOK, "m.toml", "made").expect(0);
    desk.verify("p.json", "m.toml", "made").expect(0);
    // Keys with caps prove mandates without them.
    desk.write("plain.toml", "name = \"m\"\n[[clause]]\nmeasure = \"gross\"\nlimit_nav = 1.3\n");
    desk.prove(BOOK, "plain.toml", "made").expect(0);
    let verified = desk.verify("p.json", "plain.toml", "made").expect(0);
    assert!(!verified.stdout.contains("cap"), "{verified:?}");
}
