//! Pools that are refused: false claims, changed tapes, files that do not belong together, outputs
//! that would destroy a secret.

use tailproof::ScenarioSet;
use tailproof::scenarios::file as scenario_file;
use tailproof_test_support::{DEAL, Desk, LOANS, any_scenarios};

const BOTH: &str = "200loans+pool+32x7/2tranches";
const SCENARIOS: &str = "--scenarios c.scn";

/// A text with its first occurrence of `from` replaced, which must be there.
#[track_caller]
fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

#[test]
fn changed_tapes_do_not_open_the_commitment() {
    let desk = Desk::with_pool(LOANS, DEAL);
    let keys = desk.keys(BOTH);
    // A cent more, another status, a loan less.
    for (from, to) in [
        ("1,27015.86,", "1,27015.87,"),
        (",current\n", ",grace\n"),
        ("2,4651.37,12.61,36,C,debt_consolidation,HI,current\n", ""),
    ] {
        desk.write("changed.csv", replaced(LOANS, from, to));
        let refused = desk.prove_pool("changed.csv", "deal.toml", &keys, SCENARIOS).expect(2);
        assert!(refused.stderr.contains("does not open"), "{refused:?}");
    }
}

/// Limits a little beyond the truth are refused with claim and figure, and nothing is written.
#[test]
fn false_claims_are_refused() {
    let desk = Desk::with_pool(LOANS, DEAL);
    let keys = desk.keys(BOTH);
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
        desk.write("tight.toml", replaced(DEAL, from, to));
        let refused = desk.prove_pool("loans.csv", "tight.toml", &keys, SCENARIOS).expect(1);
        assert!(refused.stderr.starts_with("warning") || refused.stderr.starts_with("refused"), "{refused:?}");
        assert!(refused.stderr.contains(said), "{to}: {refused:?}");
        assert!(!desk.has("p.json"));
    }
}

#[test]
fn files_that_do_not_belong_together_are_refused_by_name() {
    let desk = Desk::with_pool(LOANS, DEAL);
    // The opening of another schema, an existing opening, a mandate with a pool.
    desk.write("other.toml", DEAL.replace("\"AL\", ", ""));
    let refused = desk.prove_pool("loans.csv", "other.toml", "keys", SCENARIOS).expect(2);
    assert!(refused.stderr.contains("other columns, names or unit"), "{refused:?}");
    let again = desk.run("pool commit loans.csv --deal deal.toml -o c.json --opening o.json").expect(2);
    assert!(again.stderr.contains("exists"), "{again:?}");
    let refused = desk.run("prove --pool loans.csv --mandate m.toml --opening o.json --keys k -o p.json").expect(2);
    assert!(refused.stderr.contains("cannot be used with"), "{refused:?}");

    // Keys for books, more loans than the shape.
    let books = desk.keys("8x20");
    let refused = desk.prove_pool("loans.csv", "deal.toml", &books, SCENARIOS).expect(2);
    assert!(refused.stderr.contains("not for a pool of loans"), "{refused:?}");
    let pool = desk.keys("200loans+pool");
    let more: String = LOANS.lines().skip(1).take(100).map(|line| format!("900{line}\n")).collect();
    desk.write("more.csv", format!("{LOANS}{more}"));
    let start = DEAL.find("[[tranche]]").unwrap();
    desk.write("deal.toml", format!("{}[claims]\nloans_min = 1\n", &DEAL[..start]));
    desk.commit_pool("more.csv").expect(0);
    let refused = desk.prove_pool("more.csv", "deal.toml", &pool, "").expect(2);
    assert!(refused.stderr.contains("hold at most 200"), "{refused:?}");
}

#[test]
fn errors_in_tapes_and_deals_are_named() {
    let desk = Desk::new();
    desk.write("loans.csv", LOANS);
    desk.write("deal.toml", DEAL);
    for (from, to, said) in [
        ("1,27015.86,", "1,-27015.86,", "row 2"),
        ("2,4651.37,", "1,4651.37,", "row 3"),
        ("1,27015.86,", "1,99999999999999,", "row 2"),
        (",C,moving,", ",H,moving,", "loan '1': grade 'H'"),
        (",NJ,current", ",NJ,gone", "the status 'gone' is not among the words of [tape.status]"),
        ("1,27015.86,14.07,", "1,27015.86,,", "no rate"),
    ] {
        desk.write("bad.csv", replaced(LOANS, from, to));
        let refused = desk.run("pool commit bad.csv --deal deal.toml -o x.json --opening x.opening").expect(2);
        assert!(refused.stderr.contains(said), "{to}: {refused:?}");
        assert!(!desk.has("x.json") && !desk.has("x.opening"));
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
        desk.write("bad.toml", replaced(DEAL, from, to));
        let refused = desk.run("pool describe loans.csv --deal bad.toml").expect(2);
        assert!(refused.stderr.contains(said), "{to}: {refused:?}");
    }
    desk.write("any.toml", any_scenarios());
    for rho in ["1", "-0.1", "x"] {
        let refused = desk.credit("any.toml", rho, 9, "x.scn").expect(2);
        assert!(refused.stderr.contains("--rho"), "{refused:?}");
    }
}

/// Scenarios come from the deal's probabilities and can be made again. A deal that claims nothing
/// proves nothing.
#[test]
fn scenarios_belong_to_the_deal() {
    let desk = Desk::with_pool(LOANS, DEAL);
    let keys = desk.keys(BOTH);
    desk.run("scenarios regenerate c.scn --deal deal.toml").expect(0);
    desk.write("quiet.toml", DEAL.replace("D = 0.395", "D = 0.1"));
    desk.run("scenarios regenerate c.scn --deal quiet.toml").expect(1);
    desk.credit("quiet.toml", "0.1", 32, "q.scn").expect(0);
    for refused in [
        desk.prove_pool("loans.csv", "deal.toml", &keys, "--scenarios q.scn"),
        desk.run("pool describe loans.csv --deal deal.toml --scenarios q.scn"),
    ] {
        let refused = refused.expect(2);
        assert!(refused.stderr.contains("other grades, probabilities of default"), "{refused:?}");
    }
    // The way in which a number is written changes nothing.
    let made = desk.bytes("c.scn");
    desk.credit("deal.toml", "1e-1", 32, "c.scn").expect(0);
    assert_eq!(desk.bytes("c.scn"), made);
    // A probability for a grade that the tape does not have would belong to no loan.
    for (from, to, said) in [
        ("A = 0.039", "a = 0.039\nother = 0.001", "[pd]: grade 'a' is not one of"),
        ("other = 0.877", "other = 0.877\nH = 0.1", "[lgd]: grade 'H' is not one of"),
    ] {
        desk.write("typo.toml", DEAL.replace(from, to));
        let refused = desk.credit("typo.toml", "0.1", 32, "t.scn").expect(2);
        assert!(refused.stderr.contains(said), "{refused:?}");
    }
    // Few rows give a note, and too few for the limits of the deal are refused.
    desk.write("any.toml", any_scenarios());
    let coarse = desk.credit("any.toml", "0.1", 12, "t.scn").expect(0);
    assert!(coarse.stderr.contains("above PD times LGD"), "{coarse:?}");
    let refused = desk.credit("any.toml", "0.1", 4, "t.scn").expect(2);
    assert!(refused.stderr.contains("12 to 65536, with the deal's 2 breakpoints"), "{refused:?}");
    // Limits can change without the scenarios.
    desk.write("looser.toml", DEAL.replace("hit = 0.1", "hit = 0.2"));
    desk.prove_pool("loans.csv", "looser.toml", &keys, SCENARIOS).expect(0);

    let start = DEAL.find("[claims]").unwrap();
    let limits = ["expected_loss = 0.01\n", "hit = 0.1\n", "cvar = 0.2\n", "confidence = 0.99\n"];
    let nothing = limits.iter().fold(DEAL[..start].to_owned(), |text, limit| text.replace(limit, ""));
    desk.write("nothing.toml", nothing);
    let refused = desk.prove_pool("loans.csv", "nothing.toml", &keys, SCENARIOS).expect(2);
    assert!(refused.stderr.contains("claims nothing"), "{refused:?}");
    // Claims that need scenarios are marked when there are none.
    let shown = desk.run("pool describe loans.csv --deal deal.toml").expect(0).stdout;
    assert!(shown.contains("not looked at"), "{shown}");
}

/// One row without a loss, under the header of a model: no command takes it for that model.
#[test]
fn a_credit_set_that_its_header_does_not_make_is_refused_by_every_command() {
    let desk = Desk::with_pool(LOANS, DEAL);
    let keys = desk.keys(BOTH);
    let (set, _) = scenario_file::decode("c.scn", &desk.bytes("c.scn")).unwrap();
    let (generator, factors) = (set.generator().clone(), set.factors().to_vec());
    let losses = vec![0; factors.len()];
    let lossless = ScenarioSet::new(generator, factors, vec!["1".into()], None, vec![1], losses).unwrap();
    desk.write("l.scn", scenario_file::encode(&lossless));
    desk.prove_pool("loans.csv", "deal.toml", &keys, SCENARIOS).expect(0);
    for refused in [
        desk.prove_pool("loans.csv", "deal.toml", &keys, "--scenarios l.scn"),
        desk.verify_pool("deal.toml", &keys, "--scenarios l.scn"),
        desk.run(format!("scenarios point l.scn --deal deal.toml --keys {keys}")),
        desk.run("pool describe loans.csv --deal deal.toml --scenarios l.scn"),
    ] {
        let refused = refused.expect(1);
        assert!(refused.stderr.contains("not those that their header makes from this deal"), "{refused:?}");
    }
    desk.run("scenarios regenerate l.scn --deal deal.toml").expect(1);
    let shown = desk.run("scenarios show l.scn").expect(0).stdout;
    assert!(shown.contains("as the header says"), "{shown}");
}

/// A bound of the pool itself rests on a cap that the same deal claims.
#[test]
fn a_finite_bound_without_its_cap_is_refused() {
    let finite = DEAL.replace("nodes = 32", "nodes = 32\nfinite = 0.001");
    let desk = Desk::new();
    desk.write("deal.toml", &finite);
    desk.run("scenarios credit --deal deal.toml --model gaussian --rho 0.1 -o f.scn").expect(0);
    desk.run("scenarios regenerate f.scn --deal deal.toml").expect(0);
    let shown = desk.run("scenarios show f.scn").expect(0).stdout;
    assert!(shown.contains("of finitely many obligors") && shown.contains("exact at"), "{shown}");
    let refused = desk.credit("deal.toml", "0.1", 32, "n.scn").expect(0);
    assert!(refused.stdout.contains("of finitely many obligors"), "the deal's own: {refused:?}");
    for (from, to) in [("obligor_max = 0.015\n", ""), ("obligor_max = 0.015", "obligor_max = 0.02")] {
        desk.write("loose.toml", finite.replace(from, to));
        let refused = desk.run("scenarios regenerate f.scn --deal loose.toml").expect(2);
        assert!(refused.stderr.contains("claim obligor_max"), "{refused:?}");
    }
}

/// Outputs that would destroy a file that cannot be made again.
#[test]
fn openings_and_keys_are_not_replaced() {
    let desk = Desk::with_pool(LOANS, DEAL);
    let keys = desk.keys("8x20");
    let opening = desk.read("o.json");
    desk.run("pool commit loans.csv --deal deal.toml -o new.json --opening ./new.json").expect(2);
    assert!(!desk.has("new.json"));
    for refused in [desk.run("pool describe loans.csv -o o.json"), desk.credit("deal.toml", "0.1", 32, "o.json")] {
        let refused = refused.expect(2);
        assert!(refused.stderr.contains("nobody can make again"), "{refused:?}");
    }
    // A commitment over an opening or a key; over another commitment without --force.
    let committed = desk.read("c.json");
    desk.copy(&format!("{keys}/verifying.key"), "some.key");
    let commit = |output: &str, opening: &str, more: &str| {
        let files = format!("-o {output} --opening {opening} {more}");
        desk.run(format!("pool commit loans.csv --deal deal.toml {files}")).expect(2).stderr
    };
    for output in ["o.json", "some.key"] {
        for more in ["", "--force"] {
            let said = commit(output, "new.json", more);
            assert!(said.contains("nobody can make again"), "{output} {more}: {said}");
        }
    }
    assert!(commit("c.json", "new.json", "").contains("--force"));
    // An opening over a key or a commitment.
    for opening in ["some.key", "c.json"] {
        let said = commit("new.json", opening, "--force");
        assert!(said.contains("nobody can make again"), "{said}");
    }
    // Nobody waits for a pipe, and a folder is no file.
    assert!(std::process::Command::new("mkfifo").arg(desk.path("pipe")).status().unwrap().success());
    assert!(commit("pipe", "new.json", "").contains("no regular file"));
    let refused = desk.run("pool describe loans.csv -o c.json").expect(2);
    assert!(refused.stderr.contains("it is a commitment"), "{refused:?}");
    assert!(desk.read("c.json") == committed && !desk.has("new.json"));
    assert_eq!(desk.read("o.json"), opening);
    std::fs::create_dir(desk.path("k")).unwrap();
    desk.copy("some.key", "k/verifying.key");
    let key = desk.bytes("k/verifying.key");
    let refused = desk.run("solidity --keys k -o k/verifying.key").expect(2);
    assert!(refused.stderr.contains("also another file"), "{refused:?}");
    assert_eq!(desk.bytes("k/verifying.key"), key);
    assert!(commit("k", "x.json", "").contains("no regular file"));
    assert!(!desk.has("x.json"));
}
