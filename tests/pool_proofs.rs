//! Proofs about a committed pool of loans from the command line: real loans, both backends, the EVM, and what is refused.
#![allow(clippy::unwrap_used)]

#[path = "support/evm.rs"]
mod evm;
mod support;

use evm::{Chain, boolean};
use support::{Desk, Run, compile, keys};

const LOANS: &str = include_str!("../src/demo/loans.csv");
const DEAL: &str = include_str!("../src/demo/deal.toml");
const BOTH: &str = "200loans+pool+32x7/2tranches";

/// Makes scenarios of a Gaussian copula.
fn credit(desk: &Desk, deal: &str, rho: &str, nodes: &str, output: &str) -> Run {
    let options = ["--deal", deal, "--model", "gaussian", "--rho", rho, "--nodes", nodes, "-o", output];
    desk.run(&[&["scenarios", "credit"], &options[..]].concat())
}

/// The deal without what it says of its scenarios.
fn of_any_scenarios() -> String {
    DEAL[..DEAL.find("[scenarios]").unwrap()].to_owned()
}

/// Tape, deal, credit scenarios and a commitment.
fn desk(tape: &str, deal: &str) -> Desk {
    let desk = Desk::new();
    desk.write("loans.csv", tape);
    desk.write("deal.toml", deal);
    credit(&desk, "deal.toml", "0.1", "32", "c.scn").expect(0);
    commit(&desk).expect(0);
    desk
}

fn commit(desk: &Desk) -> Run {
    desk.run(&["pool", "commit", "loans.csv", "--deal", "deal.toml", "-o", "c.json", "--opening", "o.json", "--force"])
}

fn prove(desk: &Desk, tape: &str, deal: &str, keys: &str, more: &[&str]) -> Run {
    let files = ["--opening", "o.json", "--keys", keys, "-o", "p.json"];
    desk.run(&[&["prove", "--pool", tape, "--deal", deal], &files[..], more].concat())
}

fn verify(desk: &Desk, deal: &str, keys: &str, more: &[&str]) -> Run {
    let files = ["--proof", "p.json", "--keys", keys, "--commitment", "c.json"];
    desk.run(&[&["verify", "--deal", deal], &files[..], more].concat())
}

const SCENARIOS: [&str; 2] = ["--scenarios", "c.scn"];

#[test]
fn a_pool_and_its_tranches_are_proved_together_and_on_an_evm() {
    let keys = keys(BOTH);
    let keys = keys.to_str().unwrap();
    let desk = desk(LOANS, DEAL);
    let described = desk
        .run(&["pool", "describe", "loans.csv", "--deal", "deal.toml", "--scenarios", "c.scn", "--json"])
        .expect(0)
        .json();
    let claims = described["claims"].as_array().unwrap();
    assert!(claims.len() == 13 && claims.iter().all(|claim| claim["holds"] == true), "{described}");
    prove(&desk, "loans.csv", "deal.toml", keys, &SCENARIOS).expect(0);
    let verified = verify(&desk, "deal.toml", keys, &[&SCENARIOS[..], &["--json"]].concat()).expect(0).json();
    let proved: Vec<&str> =
        verified["clauses"].as_array().unwrap().iter().map(|clause| clause.as_str().unwrap()).collect();
    let said: Vec<&str> = claims.iter().map(|claim| claim["claim"].as_str().unwrap()).collect();
    assert_eq!(proved, said, "what is described is what is proved");

    // Another deal, other scenarios, no scenarios, another commitment.
    let weaker = DEAL.replace("obligor_max = 0.015", "obligor_max = 0.016");
    desk.write("weaker.toml", weaker);
    let refused = verify(&desk, "weaker.toml", keys, &SCENARIOS).expect(1);
    assert!(refused.stderr.contains("NOT VALID"), "{refused:?}");
    desk.write("any.toml", of_any_scenarios());
    credit(&desk, "any.toml", "0.2", "32", "other.scn").expect(0);
    verify(&desk, "any.toml", keys, &["--scenarios", "other.scn"]).expect(1);
    let agreed = "the deal's [scenarios] are of a gaussian copula, rho 0.1, 32 nodes";
    for refused in [
        verify(&desk, "deal.toml", keys, &["--scenarios", "other.scn"]),
        prove(&desk, "loans.csv", "deal.toml", keys, &["--scenarios", "other.scn"]),
        credit(&desk, "deal.toml", "0.2", "32", "another.scn"),
    ] {
        let refused = refused.expect(2);
        assert!(refused.stderr.contains(agreed), "{refused:?}");
    }
    assert!(!desk.path("another.scn").exists());
    let refused = verify(&desk, "deal.toml", keys, &[]).expect(2);
    assert!(refused.stderr.contains("give them"), "{refused:?}");
    let committed = desk.read("c.json");
    commit(&desk).expect(0);
    verify(&desk, "deal.toml", keys, &SCENARIOS).expect(1);
    desk.write("c.json", committed);

    desk.run(&["solidity", "--keys", keys, "-o", "V.sol"]).expect(0);
    // The point that somebody attests is that of the proof.
    let point = ["scenarios", "point", "c.scn", "--deal", "deal.toml", "--keys", keys, "--json"];
    let proof: serde_json::Value = serde_json::from_str(&desk.read("p.json")).unwrap();
    assert_eq!(desk.run(&point).expect(0).json()["scenario_point"], proof["scenario_point"]);
    desk.run(&["scenarios", "point", "c.scn", "--keys", keys]).expect(2);
    let (bytecode, _) = compile(&desk.read("V.sol"));
    let mut chain = Chain::deploy(bytecode);
    let calldata = desk.run(&["calldata", "--proof", "p.json"]).expect(0).stdout;
    let mut calldata = hex::decode(calldata.trim().strip_prefix("0x").unwrap()).unwrap();
    let (outcome, gas) = chain.call(calldata.clone());
    assert_eq!(outcome, boolean(true));
    assert!(gas <= 245_000, "{gas} gas");
    for control in 1..=4 {
        let place = calldata.len() - 32 * control + 31;
        calldata[place] ^= 1;
        assert_eq!(chain.call(calldata.clone()).0, boolean(false), "control {control} from the end");
        calldata[place] ^= 1;
    }
}

#[test]
fn each_claim_alone_and_without_scenarios() {
    // What the pool is.
    let (claims, tranches) = (DEAL.replace("expected_loss_max = 0.2\n", ""), DEAL.find("[[tranche]]").unwrap());
    let end = claims.find("[claims]").unwrap();
    let pool_only = format!("{}{}", &claims[..tranches], &claims[end..]);
    let desk = Desk::new();
    desk.write("loans.csv", LOANS);
    desk.write("deal.toml", &pool_only);
    commit(&desk).expect(0);
    let pool_keys = keys("200loans+pool");
    let pool_keys = pool_keys.to_str().unwrap();
    prove(&desk, "loans.csv", "deal.toml", pool_keys, &[]).expect(0);
    verify(&desk, "deal.toml", pool_keys, &[]).expect(0);

    // What it loses.
    let start = DEAL.find("[claims]").unwrap();
    let losses_only = format!("{}[claims]\nexpected_loss_max = 0.2\n", &DEAL[..start]);
    let desk = self::desk(LOANS, &losses_only);
    let loss_keys = keys("200loans+32x7/2tranches");
    let loss_keys = loss_keys.to_str().unwrap();
    prove(&desk, "loans.csv", "deal.toml", loss_keys, &SCENARIOS).expect(0);
    verify(&desk, "deal.toml", loss_keys, &SCENARIOS).expect(0);

    // Keys for the one do not do for a deal about the other.
    let refused = prove(&desk, "loans.csv", "deal.toml", pool_keys, &SCENARIOS).expect(2);
    assert!(refused.stderr.contains("take no scenarios"), "{refused:?}");
    let refused = prove(&desk, "loans.csv", "deal.toml", pool_keys, &[]).expect(2);
    assert!(refused.stderr.contains("for the pool alone"), "{refused:?}");
    desk.write("deal.toml", DEAL);
    commit(&desk).expect(0);
    let refused = prove(&desk, "loans.csv", "deal.toml", loss_keys, &SCENARIOS).expect(2);
    assert!(refused.stderr.contains("for losses alone"), "{refused:?}");
}

/// Defaults of single loans, drawn from a public seed, and the transparent backend.
#[test]
fn granular_losses_and_the_transparent_backend() {
    let few: String = LOANS.lines().take(5).map(|line| format!("{line}\n")).collect();
    let start = DEAL.find("[claims]").unwrap();
    let losses_only = format!(
        "{}[claims]\nexpected_loss_max = 0.6\n",
        &DEAL[..start]
            .replace("hit = 0.1", "hit = 0.9")
            .replace("cvar = 0.2", "cvar = 1")
            .replace("expected_loss = 0.01", "expected_loss = 0.5")
    );
    let agreed = "[scenarios]\nmodel = \"student-t\"\ndegrees = 4\nrho = 0.2\npaths = 8\ngranular = 4\n";
    let desk = Desk::new();
    desk.write("loans.csv", &few);
    desk.write("deal.toml", format!("{losses_only}{agreed}"));
    let seed = "11".repeat(32);
    let draw = ["scenarios", "credit", "--deal", "deal.toml", "--model", "student-t", "--degrees", "4", "--rho", "0.2"];
    desk.run(&[&draw[..], &["--paths", "8", "--seed", &seed, "--granular", "4", "-o", "c.scn"]].concat()).expect(0);
    commit(&desk).expect(0);
    let groth16 = keys("4loans+8x28/2tranches+granular");
    prove(&desk, "loans.csv", "deal.toml", groth16.to_str().unwrap(), &SCENARIOS).expect(0);
    verify(&desk, "deal.toml", groth16.to_str().unwrap(), &SCENARIOS).expect(0);

    let shape = "4loans+8x28/2tranches+granular";
    desk.run(&["keygen", "--backend", "halo2", "--shape", shape, "-o", "t"]).expect(0);
    prove(&desk, "loans.csv", "deal.toml", "t", &["--scenarios", "c.scn", "--backend", "halo2"]).expect(0);
    verify(&desk, "deal.toml", "t", &SCENARIOS).expect(0);
    // A proof of the one under keys of the other.
    let refused = verify(&desk, "deal.toml", groth16.to_str().unwrap(), &SCENARIOS).expect(2);
    assert!(refused.stderr.contains("transparent.key"), "{refused:?}");
    // Keys for losses of grades.
    let refused = prove(&desk, "loans.csv", "deal.toml", keys(BOTH).to_str().unwrap(), &SCENARIOS).expect(2);
    assert!(refused.stderr.contains("with +granular"), "{refused:?}");
    // Another seed is as good, another number of paths is not.
    let other = ["--seed", &"22".repeat(32), "--granular", "4", "-o", "other.scn"];
    desk.run(&[&draw[..], &["--paths", "8"], &other].concat()).expect(0);
    let refused = desk.run(&[&draw[..], &["--paths", "9"], &other].concat()).expect(2);
    assert!(refused.stderr.contains("8 paths, granular of 4 loans"), "{refused:?}");
    // Fewer slots than loans.
    desk.write("deal.toml", &losses_only);
    desk.run(&[&draw[..], &["--paths", "8", "--seed", &seed, "--granular", "3", "-o", "c.scn"]].concat()).expect(0);
    let refused = prove(&desk, "loans.csv", "deal.toml", groth16.to_str().unwrap(), &SCENARIOS).expect(2);
    assert!(refused.stderr.contains("3 slots"), "{refused:?}");
}

#[test]
fn false_claims_and_changed_tapes_are_refused() {
    let keys = keys(BOTH);
    let keys = keys.to_str().unwrap();
    let desk = desk(LOANS, DEAL);
    // A cent more, another status, a loan less: the commitment does not open.
    for (from, to) in [
        ("1,27015.86,", "1,27015.87,"),
        (",current\n", ",grace\n"),
        ("2,4651.37,12.61,36,C,debt_consolidation,HI,current\n", ""),
    ] {
        assert!(LOANS.contains(from), "{from}");
        desk.write("changed.csv", LOANS.replacen(from, to, 1));
        let refused = prove(&desk, "changed.csv", "deal.toml", keys, &SCENARIOS).expect(2);
        assert!(refused.stderr.contains("does not open"), "{refused:?}");
    }
    // Limits a little beyond the truth: refused with claim and figure, and nothing is written.
    for (from, to, said) in [
        ("loans_min = 180", "loans_min = 190", "the figure is 189"),
        ("average_rate_min = 12.5", "average_rate_min = 12.904468", "average rate, weighted by balance, at least"),
        ("obligor_max = 0.015", "obligor_max = 0.0135", "the largest loan (the tape has no obligors)"),
        ("delinquent_max = 0.01", "loans_max = 188", "at most 188 loans"),
        ("F = 0.02", "F = 0.01\n", "grade F"),
        ("every = 0.2", "every = 0.13", "every region"),
        ("term_max = 60", "term_max = 59", "every loan's term"),
        ("expected_loss_max = 0.2", "expected_loss_max = 0.17", "expected loss of the pool"),
        ("hit = 0.1", "hit = 0.03", "first unit of loss"),
        ("cvar = 0.2", "cvar = 0.1", "CVaR"),
    ] {
        assert!(DEAL.contains(from), "{from}");
        desk.write("tight.toml", DEAL.replacen(from, to, 1));
        let refused = prove(&desk, "loans.csv", "tight.toml", keys, &SCENARIOS).expect(1);
        assert!(refused.stderr.starts_with("warning") || refused.stderr.starts_with("refused"), "{refused:?}");
        assert!(refused.stderr.contains(said), "{to}: {refused:?}");
        assert!(!desk.path("p.json").exists());
    }
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let desk = desk(LOANS, DEAL);
    // Opening of another schema, an existing opening, a mandate with a pool.
    desk.write("other.toml", DEAL.replace("\"AL\", ", ""));
    let refused = prove(&desk, "loans.csv", "other.toml", "keys", &SCENARIOS).expect(2);
    assert!(refused.stderr.contains("other columns, names or unit"), "{refused:?}");
    let again = desk
        .run(&["pool", "commit", "loans.csv", "--deal", "deal.toml", "-o", "c.json", "--opening", "o.json"])
        .expect(2);
    assert!(again.stderr.contains("exists"), "{again:?}");
    let refused = desk
        .run(&[
            "prove",
            "--pool",
            "loans.csv",
            "--mandate",
            "m.toml",
            "--opening",
            "o.json",
            "--keys",
            "k",
            "-o",
            "p.json",
        ])
        .expect(2);
    assert!(refused.stderr.contains("cannot be used with"), "{refused:?}");

    // Keys for books, more loans than the shape.
    let books = keys("8x20");
    let refused = prove(&desk, "loans.csv", "deal.toml", books.to_str().unwrap(), &SCENARIOS).expect(2);
    assert!(refused.stderr.contains("not for a pool of loans"), "{refused:?}");
    let pool = keys("200loans+pool");
    let more: String = LOANS.lines().skip(1).take(100).map(|line| format!("900{line}\n")).collect();
    desk.write("more.csv", format!("{LOANS}{more}"));
    let start = DEAL.find("[[tranche]]").unwrap();
    let end = DEAL.find("[claims]").unwrap();
    let only = format!("{}[claims]\nloans_min = 1\n", &DEAL[..start]);
    assert!(end > start);
    desk.write("deal.toml", only);
    desk.run(&["pool", "commit", "more.csv", "--deal", "deal.toml", "-o", "c.json", "--opening", "o.json", "--force"])
        .expect(0);
    let refused = prove(&desk, "more.csv", "deal.toml", pool.to_str().unwrap(), &[]).expect(2);
    assert!(refused.stderr.contains("hold at most 200"), "{refused:?}");

    // Rows and names.
    for (from, to, said) in [
        ("1,27015.86,", "1,-27015.86,", "row 2"),
        ("2,4651.37,", "1,4651.37,", "row 3"),
        ("1,27015.86,", "1,99999999999999,", "row 2"),
        (",C,moving,", ",H,moving,", "loan '1': grade 'H'"),
        (",NJ,current", ",NJ,gone", "unknown status"),
        ("1,27015.86,14.07,", "1,27015.86,,", "no rate"),
    ] {
        assert!(LOANS.contains(from), "{from}");
        desk.write("bad.csv", LOANS.replacen(from, to, 1));
        let bad = ["pool", "commit", "bad.csv", "--deal", "schema.toml", "-o", "x.json", "--opening", "x.opening"];
        desk.write("schema.toml", DEAL);
        let refused = desk.run(&bad).expect(2);
        assert!(refused.stderr.contains(said), "{to}: {refused:?}");
        assert!(!desk.path("x.json").exists() && !desk.path("x.opening").exists());
    }
    for (from, to, said) in [
        ("average_rate_min", "average_ltv_min", "needs the column 'ltv'"),
        ("detachment = 0.3", "detachment = 0.2", "gap"),
        ("attachment = 0.3", "attachment = 0.2", "overlap"),
        ("F = 0.02", "X = 0.02", "'X'"),
        ("obligor_max = 0.015", "obligor_max = 1.5", "obligor_max"),
        ("obligor_max", "obligor_most", "obligor_most"),
        ("cvar = 0.2\n", "", "go together"),
        ("A = 0.039", "A = 1.2", "both excluded"),
    ] {
        assert!(DEAL.contains(from), "{from}");
        desk.write("bad.toml", DEAL.replacen(from, to, 1));
        let refused = desk.run(&["pool", "describe", "loans.csv", "--deal", "bad.toml"]).expect(2);
        assert!(refused.stderr.contains(said), "{to}: {refused:?}");
    }
    desk.write("any.toml", of_any_scenarios());
    for rho in ["1", "-0.1", "x"] {
        let refused = credit(&desk, "any.toml", rho, "9", "x.scn").expect(2);
        assert!(refused.stderr.contains("--rho"), "{refused:?}");
    }
}

/// Scenarios are those of the deal's probabilities, and can be made again; a deal that claims nothing proves nothing.
#[test]
fn scenarios_belong_to_the_deal() {
    let keys = keys(BOTH);
    let keys = keys.to_str().unwrap();
    let desk = desk(LOANS, DEAL);
    desk.run(&["scenarios", "regenerate", "c.scn", "--deal", "deal.toml"]).expect(0);
    desk.write("quiet.toml", DEAL.replace("D = 0.395", "D = 0.1"));
    desk.run(&["scenarios", "regenerate", "c.scn", "--deal", "quiet.toml"]).expect(1);
    credit(&desk, "quiet.toml", "0.1", "32", "q.scn").expect(0);
    for refused in [
        prove(&desk, "loans.csv", "deal.toml", keys, &["--scenarios", "q.scn"]),
        desk.run(&["pool", "describe", "loans.csv", "--deal", "deal.toml", "--scenarios", "q.scn"]),
    ] {
        let refused = refused.expect(2);
        assert!(refused.stderr.contains("other grades, probabilities of default"), "{refused:?}");
    }
    // The way that numbers are written changes nothing.
    let made = std::fs::read(desk.path("c.scn")).unwrap();
    credit(&desk, "deal.toml", "1e-1", "32", "c.scn").expect(0);
    assert_eq!(std::fs::read(desk.path("c.scn")).unwrap(), made);
    // A probability of a grade that the tape does not have would be nobody's.
    desk.write("typo.toml", DEAL.replace("A = 0.039", "a = 0.039\nother = 0.001"));
    let refused = credit(&desk, "typo.toml", "0.1", "32", "t.scn").expect(2);
    assert!(refused.stderr.contains("[pd]: grade 'a' is not one of"), "{refused:?}");
    desk.write("typo.toml", DEAL.replace("other = 0.877", "other = 0.877\nH = 0.1"));
    let refused = credit(&desk, "typo.toml", "0.1", "32", "t.scn").expect(2);
    assert!(refused.stderr.contains("[lgd]: grade 'H' is not one of"), "{refused:?}");
    // Too few nodes are said.
    desk.write("any.toml", of_any_scenarios());
    let coarse = credit(&desk, "any.toml", "0.1", "4", "t.scn").expect(0);
    assert!(coarse.stderr.contains("off PD times LGD"), "{coarse:?}");
    // Limits can change without the scenarios.
    desk.write("looser.toml", DEAL.replace("hit = 0.1", "hit = 0.2"));
    prove(&desk, "loans.csv", "looser.toml", keys, &SCENARIOS).expect(0);

    let start = DEAL.find("[claims]").unwrap();
    let limits = ["expected_loss = 0.01\n", "hit = 0.1\n", "cvar = 0.2\n", "confidence = 0.99\n"];
    let nothing = limits.iter().fold(DEAL[..start].to_owned(), |text, limit| text.replace(limit, ""));
    desk.write("nothing.toml", nothing);
    let refused = prove(&desk, "loans.csv", "nothing.toml", keys, &SCENARIOS).expect(2);
    assert!(refused.stderr.contains("claims nothing"), "{refused:?}");
    // What is not looked at says so.
    let shown = desk.run(&["pool", "describe", "loans.csv", "--deal", "deal.toml"]).expect(0).stdout;
    assert!(shown.contains("not looked at"), "{shown}");
}

/// Outputs that would destroy what cannot be made again.
#[test]
fn openings_and_keys_are_not_replaced() {
    let keys = keys(BOTH);
    let desk = desk(LOANS, DEAL);
    let opening = desk.read("o.json");
    let same = ["pool", "commit", "loans.csv", "--deal", "deal.toml", "-o", "new.json", "--opening", "./new.json"];
    desk.run(&same).expect(2);
    assert!(!desk.path("new.json").exists());
    for refused in [
        desk.run(&["pool", "describe", "loans.csv", "-o", "o.json"]),
        credit(&desk, "deal.toml", "0.1", "32", "o.json"),
    ] {
        let refused = refused.expect(2);
        assert!(refused.stderr.contains("nobody can make again"), "{refused:?}");
    }
    // A commitment over an opening or a key, and over another commitment unless that is asked for.
    let committed = desk.read("c.json");
    std::fs::copy(keys.join("verifying.key"), desk.path("some.key")).unwrap();
    let again = |output: &str, more: &[&str]| {
        let files = ["pool", "commit", "loans.csv", "--deal", "deal.toml", "-o", output, "--opening", "new.json"];
        desk.run(&[&files[..], more].concat()).expect(2).stderr
    };
    for output in ["o.json", "some.key"] {
        for more in [&[][..], &["--force"]] {
            let said = again(output, more);
            assert!(said.contains("nobody can make again"), "{output} {more:?}: {said}");
        }
    }
    assert!(again("c.json", &[]).contains("--force"));
    // And an opening over a key or a commitment; what is a pipe is not waited for.
    for opening in ["some.key", "c.json"] {
        let files =
            ["pool", "commit", "loans.csv", "--deal", "deal.toml", "-o", "new.json", "--opening", opening, "--force"];
        let refused = desk.run(&files).expect(2);
        assert!(refused.stderr.contains("nobody can make again"), "{refused:?}");
    }
    assert!(std::process::Command::new("mkfifo").arg(desk.path("pipe")).status().unwrap().success());
    assert!(again("pipe", &[]).contains("no regular file"));
    let refused = desk.run(&["pool", "describe", "loans.csv", "-o", "c.json"]).expect(2);
    assert!(refused.stderr.contains("it is a commitment"), "{refused:?}");
    assert!(desk.read("c.json") == committed && !desk.path("new.json").exists());
    assert_eq!(desk.read("o.json"), opening);
    std::fs::create_dir(desk.path("k")).unwrap();
    std::fs::copy(keys.join("verifying.key"), desk.path("k/verifying.key")).unwrap();
    let key = std::fs::read(desk.path("k/verifying.key")).unwrap();
    let refused = desk.run(&["solidity", "--keys", "k", "-o", "k/verifying.key"]).expect(2);
    assert!(refused.stderr.contains("also another file"), "{refused:?}");
    assert_eq!(std::fs::read(desk.path("k/verifying.key")).unwrap(), key);
    let commit = |output: &str| {
        desk.run(&["pool", "commit", "loans.csv", "--deal", "deal.toml", "-o", output, "--opening", "x.json"])
    };
    let refused = commit("k").expect(2);
    assert!(refused.stderr.contains("no regular file"), "{refused:?}");
    assert!(!desk.path("x.json").exists());
}

/// The whole tape of 2018 is read by the shipped mapping and deal, and the CDX names; their claims hold.
#[test]
fn shipped_deals_hold_on_real_tapes() {
    let shared = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let cases = [
        ("consumer-2018", "lending-club-2018", "loans_lendingclub_2018_10000.csv", 9_545, "64"),
        ("cdx-na-ig-s7", "cdx-na-ig-s7", "cdx_na_ig_s7_cds_spreads.csv", 125, "64"),
    ];
    for (deal, mapping, tape, loans, nodes) in cases {
        let desk = Desk::new();
        desk.run(&["pool", "deal", deal, "-o", "d.toml"]).expect(0);
        let again = desk.run(&["pool", "deal", deal, "-o", "d.toml"]).expect(2);
        assert!(again.stderr.contains("exists"));
        credit(&desk, "d.toml", "0.1", nodes, "c.scn").expect(0);
        let tape = shared.join(tape);
        if !tape.exists() {
            eprintln!("skipped: {} is not there", tape.display());
            continue;
        }
        let run = [
            "pool",
            "describe",
            tape.to_str().unwrap(),
            "--mapping",
            mapping,
            "--deal",
            "d.toml",
            "--scenarios",
            "c.scn",
        ];
        let described = desk.run(&[&run[..], &["--json", "-o", "page.html"]].concat()).expect(0).json();
        assert_eq!(described["loans"], loans);
        let claims = described["claims"].as_array().unwrap();
        assert!(claims.len() > 10 && claims.iter().all(|claim| claim["holds"] == true), "{deal}: {claims:?}");
        assert!(desk.read("page.html").contains("<svg"));
        let shown = desk.run(&run).expect(0).stdout;
        assert!(shown.starts_with("PRIVATE") && shown.contains("####"), "{shown}");
    }
}
