//! Net asset values that are sums, cash and groups of factors, from the command line on the real book.

use tailproof::bundle::Bundle;
use tailproof_test_support::last_units::GROUPS;
use tailproof_test_support::{BOOK, Desk, PRICES};

const SHAPE: &str = "40x22+rules+7groups";

/// The book's figures: gross exposure, technology, energy net, the largest sector, and cash.
const FIGURES: [f64; 5] = [12_550_000.0, 3_050_000.0, 50_000.0, 6_750_000.0, 500_000.0];

/// The real book with cash and a margin loan, over a set with columns of both; and the file of groups.
fn desk(window: usize) -> Desk {
    let desk = Desk::new();
    desk.run(format!(
        "scenarios historical --prices {PRICES} --window {window} --cash cash --cash 'margin loan' -o s.scn"
    ))
    .expect(0);
    desk.write("book.csv", format!("{}cash,500000\nmargin loan,-2000000\n", desk.read(BOOK)));
    desk.write("funds.groups.toml", GROUPS);
    desk.run("commit --book book.csv --scenarios s.scn -o c.json --opening o.json").expect(0);
    desk
}

/// The digest of the file of groups.
fn groups(desk: &Desk) -> String {
    desk.run("groups funds.groups.toml --json").expect(0).json()["digest"].as_str().unwrap().to_owned()
}

/// A mandate of one clause of each kind, with limits at these figures.
fn mandate(desk: &Desk, [gross, technology, energy, each, cash]: [f64; 5]) -> String {
    format!(
        r#"
name = "Leverage on true equity"
nav = "sum"
cash = ["cash", "margin loan"]
groups = "{}"
[[clause]]
measure = "var"
confidence = 0.9
limit_nav = 0.5
[[clause]]
measure = "gross"
limit = {gross:.2}
[[clause]]
measure = "gross"
classification = "sector"
group = "technology"
limit = {technology:.2}
[[clause]]
measure = "net"
classification = "sector"
group = "energy"
limit = 50000
floor = {energy:.2}
[[clause]]
measure = "gross"
classification = "sector"
group = "each"
limit = {each:.2}
[[clause]]
measure = "net"
classification = "liquidity"
group = "daily"
floor = {cash:.2}
"#,
        groups(desk)
    )
}

#[test]
fn every_clause_is_proved_at_its_last_unit_and_refused_one_unit_further() {
    let desk = desk(40);
    let keys = desk.keys(SHAPE);
    desk.write("at.toml", mandate(&desk, FIGURES));
    let risk = desk.run("risk --book book.csv --scenarios s.scn --mandate at.toml --json").expect(0).json();
    assert_eq!((risk["nav"].as_f64(), risk["holds"].as_bool()), (Some(7_950_000.0), Some(true)), "{risk}");
    let clauses = risk["clauses"].as_array().unwrap();
    assert_eq!(clauses[4]["largest_group"], "other");
    let figures: Vec<f64> = clauses[1..].iter().map(|clause| clause["figure"].as_f64().unwrap()).collect();
    assert_eq!(figures, FIGURES);
    assert!(clauses[5]["limit"].is_null() && clauses[5]["floor"] == 500_000.0, "{risk}");

    desk.prove("book.csv", "at.toml", &keys).expect(0);
    let verified = desk.verify("p.json", "at.toml", &keys).expect(0);
    for sentence in [
        "gross exposure of group \"technology\" of \"sector\" <= 3,050,000",
        "50,000 <= net exposure of group \"energy\" of \"sector\" <= 50,000",
        "gross exposure of each group of \"sector\" <= 6,750,000",
        "500,000 <= net exposure of group \"daily\" of \"liquidity\"",
        "NAV = sum of the committed exposures and cash",
        "cash, which no limit on exposures counts: \"cash\", \"margin loan\"",
        "\"sector\": 3 in \"energy\", 2 in \"financials\", 12 in \"other\", with those that it does not list, 3 in \"technology\"",
        "proved to be the sum of the committed exposures and cash",
    ] {
        assert!(verified.stdout.contains(sentence), "{sentence} in {verified:?}");
    }
    let said = [
        "the gross exposure is",
        "gross exposure of group \"technology\" of \"sector\" is",
        "below the floor",
        "gross exposure of each group of \"sector\" (the largest: \"other\") is",
        "below the floor",
    ];
    for (index, said) in said.into_iter().enumerate() {
        let mut further = FIGURES;
        further[index] += if [2, 4].contains(&index) { 0.01 } else { -0.01 };
        // A floor is not above its limit.
        let text = mandate(&desk, further).replace("limit = 50000\n", "limit = 50000.01\n");
        desk.write("further.toml", text);
        let refused = desk.prove("book.csv", "further.toml", &keys).expect(1);
        assert!(refused.stderr.contains(said), "clause {index}: {refused:?}");
        desk.verify("p.json", "further.toml", &keys).expect(1);
    }
}

/// A bundle has the file of groups that its mandate names: it verifies where no other file is.
#[test]
fn a_bundle_has_its_file_of_groups() {
    let desk = desk(40);
    let keys = desk.keys(SHAPE);
    desk.write("at.toml", mandate(&desk, FIGURES));
    desk.prove("book.csv", "at.toml", &keys).expect(0);
    let line = format!("bundle --proof p.json --scenarios s.scn --mandate at.toml --keys {keys}");
    let made = desk.run(format!("{line} -o b.tailproof --json")).expect(0).json();
    let known = ["keys_digest", "mandate_digest", "scenarios_digest"]
        .map(|name| format!("--{} {}", name.replace('_', "-"), made[name].as_str().unwrap()));
    let alone = Desk::new();
    alone.write("b.tailproof", desk.bytes("b.tailproof"));
    let verify = |name: &str| alone.run(format!("verify {name} {}", known.join(" ")));
    let verified = verify("b.tailproof").expect(0);
    assert!(verified.stdout.contains("each group of \"sector\" <= 6,750,000"), "{verified:?}");

    let whole = Bundle::decode(&desk.bytes("b.tailproof")).unwrap();
    let other = GROUPS.replace("\"AMD\", ", "").into_bytes();
    for (name, groups) in [("none.tailproof", None), ("other.tailproof", Some(other))] {
        alone.write(name, Bundle { groups, ..whole.clone() }.encode().unwrap());
        let refused = verify(name).expect(2);
        assert!(refused.stderr.contains("a name that ends in groups.toml"), "{name}: {refused:?}");
    }
    // The verifier's own mandate beside the bundle, and its file of groups in it.
    alone.write("at.toml", desk.read("at.toml"));
    alone.run(format!("verify b.tailproof --mandate at.toml {} {}", known[0], known[2])).expect(0);
}

#[test]
fn halo2_proves_the_same() {
    let desk = desk(8);
    let keys = desk.halo2_keys("8x22+rules+7groups");
    desk.write("at.toml", mandate(&desk, FIGURES));
    desk.prove("book.csv", "at.toml", &format!("{keys} --backend halo2")).expect(0);
    desk.verify("p.json", "at.toml", &keys).expect(0);
    let mut further = FIGURES;
    further[3] -= 0.01;
    desk.write("further.toml", mandate(&desk, further));
    desk.verify("p.json", "further.toml", &keys).expect(1);
}

/// Both pages name the groups. The private one has the sum and its figures, and the public one says
/// that the net asset value is proved to be the sum, and not what it is.
#[test]
fn pages_are_written_of_groups_and_a_sum() {
    let desk = desk(8);
    let keys = desk.keys("8x22+rules+7groups");
    desk.write("at.toml", mandate(&desk, FIGURES));
    let report = "report --scenarios s.scn --mandate at.toml";
    desk.run(format!("{report} --book book.csv -o private.html")).expect(0);
    let private = desk.read("private.html");
    let clause = |of: &str| format!("gross exposure of {of} of &quot;sector&quot; &lt;= ");
    for part in [
        "Within the mandate: all 6 clauses hold.",
        "7,950,000.00, the sum of the book",
        "12,550,000.00",
        &format!("{}3,050,000", clause("group &quot;technology&quot;")),
        &format!("{}6,750,000; this is &quot;other&quot;", clause("each group")),
        "500,000 &lt;= net exposure of group &quot;daily&quot; of &quot;liquidity&quot;",
    ] {
        assert!(private.contains(part), "{part}");
    }
    let mut further = FIGURES;
    further[3] -= 0.01;
    desk.write("further.toml", mandate(&desk, further));
    desk.run("report --scenarios s.scn --mandate further.toml --book book.csv -o broken.html").expect(0);
    let broken = desk.read("broken.html");
    assert!(broken.contains("Mandate broken: 1 of 6 clauses does not hold.") && broken.contains("&quot;other&quot;"));

    desk.prove("book.csv", "at.toml", &keys).expect(0);
    desk.run(format!("{report} --proof p.json --keys {keys} -o public.html")).expect(0);
    let public = desk.read("public.html");
    for part in [
        &*format!("{}3,050,000", clause("group &quot;technology&quot;")),
        "NAV = sum of the committed exposures and cash",
        "proved to be the sum of the committed exposures and cash",
    ] {
        assert!(public.contains(part), "{part}");
    }
    for part in ["the value that the committer stated", "7,950,000", "12,550,000.00"] {
        assert!(!public.contains(part), "{part}");
    }
}

/// What is owed may not be left out: the committed net asset value is the sum.
#[test]
fn a_book_without_its_liabilities_is_refused() {
    let desk = desk(8);
    let keys = desk.keys("8x22+rules");
    let text = "name = \"m\"\nnav = \"sum\"\ncash = [\"cash\", \"margin loan\"]\n[[clause]]\nmeasure = \"gross\"\nlimit_nav = 1.3\n";
    desk.write("m.toml", text);
    // Gross 12.55 million are 1.26 times the equity that leaves the loan out, and 1.58 times the true one.
    let refused = desk.prove("book.csv", "m.toml", &keys).expect(1);
    assert!(refused.stderr.contains("gross exposure is"), "{refused:?}");
    desk.run("commit --book book.csv --scenarios s.scn --nav 9950000 -o c.json --opening o.json --force").expect(0);
    let refused = desk.prove("book.csv", "m.toml", &keys).expect(2);
    assert!(refused.stderr.contains("is not the sum of its values"), "{refused:?}");
    desk.write("stated.toml", text.replace("nav = \"sum\"\n", ""));
    desk.prove("book.csv", "stated.toml", &keys).expect(0);
    desk.verify("p.json", "m.toml", &keys).expect(1);
    let verified = desk.verify("p.json", "stated.toml", &keys).expect(0);
    assert!(!verified.stdout.contains("NAV = sum"), "{verified:?}");
}

/// A factor that moves is no cash, whatever the mandate calls it; and a column of cash that the mandate
/// does not list is an exposure.
#[test]
fn a_name_takes_nothing_out_of_a_limit() {
    let desk = desk(8);
    let gross = |cash: &str| {
        desk.write("m.toml", format!("name = \"m\"\n{cash}[[clause]]\nmeasure = \"gross\"\nlimit = 1\n"));
        desk.run("risk --book book.csv --scenarios s.scn --mandate m.toml --json")
    };
    let figure = |cash: &str| gross(cash).expect(1).json()["clauses"][0]["figure"].as_f64().unwrap();
    assert_eq!(figure("cash = [\"cash\", \"margin loan\"]\n"), 12_550_000.0);
    assert_eq!(figure("cash = [\"cash\"]\n"), 14_550_000.0);
    assert_eq!(figure(""), 15_050_000.0);
    let refused = gross("cash = [\"AAPL\"]\n").expect(2);
    assert!(refused.stderr.contains("'AAPL' is called cash, and moves in a scenario"), "{refused:?}");
    let refused = gross("cash = [\"loan\"]\n").expect(2);
    assert!(refused.stderr.contains("'loan' is called cash, and the scenario set has no such column"), "{refused:?}");
}

#[test]
fn files_of_groups_are_refused_with_what_to_do() {
    let desk = desk(8);
    desk.write("at.toml", mandate(&desk, FIGURES));
    let risk = "risk --book book.csv --scenarios s.scn --mandate at.toml";
    desk.run(risk).expect(0);
    let listed = desk.run("groups funds.groups.toml --scenarios s.scn").expect(0);
    assert!(listed.stdout.contains("sector energy: CVX, RRC, XOM\n"), "{listed:?}");
    assert!(listed.stdout.contains("liquidity daily: cash\n"), "{listed:?}");

    // Another file, an unreadable one, none, and the right one under another name.
    desk.write("funds.groups.toml", GROUPS.replace("\"AMD\", ", ""));
    let refused = desk.run(risk).expect(2);
    assert!(refused.stderr.contains("put it beside the mandate, under a name that ends in groups.toml"), "{refused:?}");
    desk.write("funds.groups.toml", "[sector\n");
    let refused = desk.run(risk).expect(2);
    assert!(refused.stderr.contains("funds.groups.toml, row 1"), "{refused:?}");
    std::fs::remove_file(desk.path("funds.groups.toml")).unwrap();
    desk.run(risk).expect(2);
    desk.write("2026-groups.toml", GROUPS);
    desk.run(risk).expect(0);

    // A factor outside every group.
    let outside = GROUPS.replace("rest = \"other\"\n", "");
    desk.write("2026-groups.toml", &outside);
    let digest = desk.run("groups 2026-groups.toml --json").expect(0).json()["digest"].as_str().unwrap().to_owned();
    let before = groups_of(&desk.read("at.toml"));
    desk.write("at.toml", desk.read("at.toml").replace(&before, &digest));
    let refused = desk.run(risk).expect(2);
    assert!(refused.stderr.contains("'BBY' is in no group of 'sector'"), "{refused:?}");
}

fn groups_of(mandate: &str) -> String {
    let (_, rest) = mandate.split_once("groups = \"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// A set with columns of cash is made again from its prices, which have no column of such a name.
#[test]
fn cash_is_made_again_with_the_set() {
    let desk = desk(8);
    let again = desk.run(format!("scenarios regenerate s.scn --prices {PRICES}")).expect(0);
    assert!(again.stdout.contains("identical"), "{again:?}");
    let shown = desk.run("scenarios show s.scn --json").expect(0).json();
    assert_eq!(shown["cash"], serde_json::json!(["cash", "margin loan"]), "{shown}");
    let prices = desk.read(PRICES).replacen("AMD", "cash", 1);
    desk.write("prices.csv", prices);
    let refused = desk.run("scenarios regenerate s.scn --prices prices.csv").expect(2);
    assert!(refused.stderr.contains("'cash' is called cash, and the prices have a column of that name"), "{refused:?}");
    let refused = desk.run(format!("scenarios historical --prices {PRICES} --window 8 --cash AAPL -o t.scn")).expect(2);
    assert!(refused.stderr.contains("AAPL"), "{refused:?}");
}

/// Keys of smaller shapes say which keys are needed.
#[test]
fn other_keys_are_refused_with_the_shape_that_is_needed() {
    let desk = desk(8);
    desk.write("at.toml", mandate(&desk, FIGURES));
    let refused = desk.prove("book.csv", "at.toml", &desk.keys("8x22+limits")).expect(2);
    assert!(refused.stderr.contains("make keys of shape 8x22+rules+7groups"), "{refused:?}");
    let refused = desk.prove("book.csv", "at.toml", &desk.keys("8x22+rules")).expect(2);
    assert!(refused.stderr.contains("make keys of shape 8x22+rules+7groups"), "{refused:?}");
    desk.run("keygen --for at.toml --scenarios s.scn --insecure-dev -o made").expect(0);
    desk.prove("book.csv", "at.toml", "made").expect(0);
    desk.verify("p.json", "at.toml", "made").expect(0);
}
