//! Claims about books: every kind of clause, context, keys and scenarios.

use std::path::Path;

use tailproof_test_support::{BOOK, Desk, MANDATE, NAV, PRICES};

use super::Claim;
use super::files::Proved;

const SEED: &str = "0707070707070707070707070707070707070707070707070707070707070707";

/// The demo's mandate about the demo's book.
pub fn demo(root: &Path) -> Claim {
    let desk = desk("historical --window 8", None);
    Proved {
        other_keys: Some(other_keys(&desk, "8x20")),
        other_terms: vec![("0.04", "0.039999999"), ("450000", "450000.01"), ("0.975", "0.97")],
        ..proved("market", desk, "8x20")
    }
    .into_claim(root)
}

/// The other claims.
pub fn others(root: &Path) -> Vec<Claim> {
    let mut claims = vec![
        in_a_ledger(),
        of("worst-loss", "8x20", "historical --window 8", WORST, &[("= 0.5", "= 0.500000001"), ("0.975", "0.98")]),
        of("one-clause", "8x20/1", "historical --window 8", ONE, &[("900000", "899999.99")]),
        of(
            "limits",
            "8x20+limits",
            "historical --window 8",
            LIMITS,
            &[("1.5", "1.499999999"), ("-0.9", "-0.899999999")],
        ),
        of("band", "8x20+limits", "historical --window 8", BAND, &[("1000", "1000.01"), ("0.0005", "0.0004")]),
        of(
            "normal",
            "21x20+parametric",
            "covariance",
            NORMAL,
            &[
                ("0.2", "0.199999999"),
                ("\"cvar\"\nmethod = \"normal\"", "\"cvar\"\nmethod = \"student-t\"\ndegrees = 5"),
            ],
        ),
        of("student-t", "21x20+parametric", "covariance", STUDENT, &[("= 5", "= 6"), ("0.3", "0.300000001")]),
        drawn(),
        of("weighted", "8x20", "historical --window 8 --age-weighted 0.9", WORST, &[("= 0.5", "= 0.499999999")]),
        of_one_set(),
        of_two_books(),
        under_rules(),
        of_a_margin(),
        of_sizes(),
        of_gains(),
        with_halo2("halo2", None),
        with_halo2("halo2-context", Some(format!("0x{:064x}", 12345))),
    ];
    claims.drain(..).map(|claim| claim.into_claim(root)).collect()
}

const WORST: &str = "name = \"Worst loss\"\n[[clause]]\nmeasure = \"stress\"\nlimit_nav = 0.5\n\
                     [[clause]]\nmeasure = \"cvar\"\nconfidence = 0.975\nlimit = 900000\n";
const ONE: &str = "name = \"One\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.9\nlimit = 900000\n";
const LIMITS: &str = "name = \"Limits on the book\"\n[[clause]]\nmeasure = \"gross\"\nlimit_nav = 1.5\n\
                      [[clause]]\nmeasure = \"net\"\nlimit_nav = 1.2\nfloor_nav = -0.9\n\
                      [[clause]]\nmeasure = \"concentration\"\nlimit = 9000000\n\
                      [[clause]]\nmeasure = \"large-exposures\"\nthreshold = 700000\nlimit_nav = 1.4\n";
const BAND: &str = "name = \"Band\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.9\nlimit = 900000\nfloor = 1000\n\
                    liquidity = true\n[liquidity]\nhalf_spread = 0.0005\nhalf_spreads = { AAPL = 0.0002 }\n";
const NORMAL: &str = "name = \"Normal\"\n[[clause]]\nmeasure = \"var\"\nmethod = \"normal\"\nconfidence = 0.99\n\
                      limit_nav = 0.2\n[[clause]]\nmeasure = \"cvar\"\nmethod = \"normal\"\nconfidence = 0.975\n\
                      limit_nav = 0.25\n";
const STUDENT: &str = "name = \"Heavy tails\"\n[[clause]]\nmeasure = \"var\"\nmethod = \"student-t\"\ndegrees = 5\n\
                       confidence = 0.99\nlimit_nav = 0.3\n";

/// A desk with a set `s.scn`, another one `t.scn`, two commitments, and a mandate `m.toml`.
fn desk(scenarios: &str, mandate: Option<&str>) -> Desk {
    let desk = Desk::new();
    desk.run(format!("scenarios {scenarios} --prices {PRICES} -o s.scn")).expect(0);
    // Without its last day.
    let prices = desk.read(PRICES);
    let shorter = prices.trim_end().rsplit_once('\n').unwrap().0;
    desk.write("before.csv", format!("{shorter}\n"));
    desk.run(format!("scenarios {scenarios} --prices before.csv -o t.scn")).expect(0);
    for name in ["c", "other"] {
        desk.run(format!("commit --book {BOOK} --scenarios s.scn --nav {NAV} -o {name}.json --opening {name}.opening"))
            .expect(0);
    }
    let mandate = mandate.map_or_else(|| desk.read(MANDATE), str::to_owned);
    desk.write("m.toml", mandate);
    desk
}

fn proved(name: &'static str, desk: Desk, shape: &str) -> Proved {
    let keys = desk.keys(shape);
    Proved {
        name,
        desk,
        keys,
        other_keys: None,
        terms: ("--mandate", "m.toml"),
        other_terms: vec![("0.04", "0.039999999"), ("450000", "449999.99")],
        scenarios: Some("s.scn"),
        other_set: Some("t.scn"),
        held: format!("--book {BOOK} --opening c.opening"),
        commitments: vec!["c.json"],
        other_commitment: "other.json",
        groups: None,
        caps: None,
        impact: None,
        assumptions: None,
        context: None,
        seed: None,
        backend: "groth16",
    }
}

/// Other development keys of a shape.
fn other_keys(desk: &Desk, shape: &str) -> String {
    desk.run(format!("keygen --shape {shape} --insecure-dev -o other-keys")).expect(0);
    "other-keys".to_owned()
}

fn of(
    name: &'static str,
    shape: &str,
    scenarios: &str,
    mandate: &str,
    other_terms: &[(&'static str, &'static str)],
) -> Proved {
    Proved { other_terms: other_terms.to_vec(), ..proved(name, desk(scenarios, Some(mandate)), shape) }
}

/// A proof that is bound to a ledger.
fn in_a_ledger() -> Proved {
    let desk = desk("historical --window 8", None);
    desk.run("ledger new --name Fund --confidence 0.99 -o ledger.json").expect(0);
    let context = desk.run("ledger context ledger.json --date 2022-12-29").expect(0).stdout.trim().to_owned();
    Proved { context: Some(context), ..proved("ledger", desk, "8x20") }
}

/// Scenarios that are drawn with a seed.
fn drawn() -> Proved {
    let claim = of(
        "drawn",
        "8x20",
        &format!("montecarlo --model normal --paths 8 --seed {SEED}"),
        WORST,
        &[("= 0.5", "= 0.6")],
    );
    Proved { seed: Some(SEED.to_owned()), ..claim }
}

/// A mandate that names its one set.
fn of_one_set() -> Proved {
    let desk = desk("historical --window 8", None);
    let said = desk.run("scenarios show s.scn --json").expect(0).json();
    let digest = said["digest"].as_str().unwrap();
    desk.write("m.toml", format!("{}\n[scenarios]\ndigest = \"{digest}\"\n", desk.read("m.toml")));
    proved("one-set", desk, "8x20")
}

/// A fund of two desks.
fn of_two_books() -> Proved {
    let claim = of(
        "two-books",
        "8x20+limits+2books",
        "historical --window 8",
        "name = \"m\"\n[[clause]]\nmeasure = \"gross\"\nlimit_nav = 1.3\n",
        &[("1.3", "1.299999999")],
    );
    claim
        .desk
        .run(format!("commit --book {BOOK} --scenarios s.scn --nav {NAV} -o d.json --opening d.opening"))
        .expect(0);
    Proved {
        held: format!("--book {BOOK} --opening c.opening --book {BOOK} --opening d.opening"),
        commitments: vec!["c.json", "d.json"],
        ..claim
    }
}

/// A book with a loan, whose net asset value is a sum, with limits on groups.
fn under_rules() -> Proved {
    let desk = desk("historical --window 8 --cash loan", None);
    desk.write("book.csv", format!("{}loan,-2000000\n", desk.read(BOOK)));
    for name in ["c", "other"] {
        let commit =
            format!("commit --book book.csv --scenarios s.scn -o {name}.json --opening {name}.opening --force");
        desk.run(commit).expect(0);
    }
    desk.write("groups.toml", "[sector]\nrest = \"other\"\n[sector.groups]\nenergy = [\"CVX\", \"RRC\", \"XOM\"]\n");
    let said = desk.run("groups groups.toml --json").expect(0).json();
    let digest = said["digest"].as_str().unwrap();
    desk.write(
        "m.toml",
        format!(
            "name = \"Rules\"\nnav = \"sum\"\ncash = [\"loan\"]\ngroups = \"{digest}\"\n[[clause]]\n\
             measure = \"gross\"\nclassification = \"sector\"\ngroup = \"energy\"\nlimit_nav = 1.3\n\
             [[clause]]\nmeasure = \"gross\"\nlimit_nav = 2.5\n[[clause]]\nmeasure = \"net\"\nlimit = 90000000\n"
        ),
    );
    Proved {
        groups: Some("groups.toml"),
        held: "--book book.csv --opening c.opening".to_owned(),
        other_terms: vec![("1.3", "1.299999999"), ("90000000", "89999999.99")],
        ..proved("rules", desk, "8x21+rules+1groups")
    }
}

/// A margin by rule, over a public matrix of weights and correlations.
fn of_a_margin() -> Proved {
    let desk = desk("historical --window 8", None);
    let names: Vec<String> = desk.read(PRICES).lines().next().unwrap().split(',').skip(1).map(str::to_owned).collect();
    for (set, weight) in [("s", "0.3"), ("t", "0.31")] {
        let factors: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        let factors = factors.join(", ");
        let bucket = format!("[[bucket]]\nname = \"all\"\nfactors = [{factors}]\nweights = {weight}\n");
        desk.write("rule.toml", format!("across = 0.15\nwithin = 0.25\n{bucket}"));
        desk.run(format!("scenarios margin --table rule.toml -o {set}.scn")).expect(0);
    }
    desk.write("m.toml", "name = \"Margin\"\n[[clause]]\nmeasure = \"margin\"\nlimit_nav = 1.75\n");
    Proved {
        other_terms: vec![("1.75", "1.749999999"), ("_nav = 1.75", " = 9000000")],
        ..proved("margin", desk, "21x20+parametric")
    }
}

/// Caps on exposures, and liquidity costs that grow with them.
fn of_sizes() -> Proved {
    let desk = desk("historical --window 8", None);
    desk.write("fund.caps.csv", "factor,cap,volume\nAAPL,1250000,\nRRC,,1000000\nrest,1400000,\n");
    desk.write("fund.impact.csv", "factor,rate,above_1,rate_1\nAAPL,0.0002,1000000,0.001\nrest,0.0005,,\n");
    let [caps, impact] = ["caps", "impact"].map(|kind| {
        let said = desk.run(format!("{kind} fund.{kind}.csv --json")).expect(0).json();
        said["digest"].as_str().unwrap().to_owned()
    });
    desk.write(
        "m.toml",
        format!(
            "name = \"Sizes\"\ncaps = \"{caps}\"\ncap_days = 2\ncap_participation = 0.1\nimpact = \"{impact}\"\n\
             [[clause]]\nmeasure = \"caps\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.75\nlimit = 900000\n\
             liquidity = true\n"
        ),
    );
    Proved {
        caps: Some("fund.caps.csv"),
        impact: Some("fund.impact.csv"),
        other_terms: vec![("limit = 900000", "limit = 899999.99"), ("cap_days = 2", "cap_days = 3")],
        ..proved("sizes", desk, "8x20+rules+caps+impact")
    }
}

/// The worst of three days of a P&L vector.
fn of_gains() -> Proved {
    let desk = Desk::new();
    for (name, set, day) in [("pnl", "s", 28), ("other", "t", 29)] {
        let days = format!("date,pnl\n2022-12-23,12500.25\n2022-12-27,-41250.75\n2022-12-{day},18903.10\n");
        desk.write(&format!("{name}.csv"), days);
        desk.run(format!("scenarios pnl --pnl {name}.csv --source Options -o {set}.scn")).expect(0);
    }
    for name in ["c", "other"] {
        let commit = format!("commit --pnl pnl.csv --scenarios s.scn --nav 1000000 -o {name}.json");
        desk.run(format!("{commit} --opening {name}.opening")).expect(0);
    }
    desk.write(
        "m.toml",
        "name = \"Gains\"\n[scenarios]\nkind = \"pnl\"\n[[clause]]\nmeasure = \"stress\"\nlimit = 41250.75\n",
    );
    Proved {
        held: "--pnl pnl.csv --opening c.opening".to_owned(),
        other_terms: vec![("limit = 41250.75", "limit = 41250.74"), ("limit = 41250.75", "limit_nav = 0.05")],
        ..proved("gains", desk, "3pnl/1")
    }
}

/// A proof of halo2.
fn with_halo2(name: &'static str, context: Option<String>) -> Proved {
    let desk = desk("historical --window 8", None);
    let keys = desk.halo2_keys("8x20");
    Proved { keys, context, backend: "halo2", ..proved(name, desk, "8x20") }
}
