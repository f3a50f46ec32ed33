//! Losses of a pool of loans and its tranches from the command line.

use tailproof_test_support::{Desk, Run, source};

const SEED: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

const DEAL: &str = r#"
name = "Test deal"
complete = true
[[tranche]]
name = "equity"
attachment = 0
detachment = 0.03
[[tranche]]
name = "mezzanine"
attachment = 0.03
detachment = 0.1
[[tranche]]
name = "senior"
attachment = 0.1
detachment = 1
[pd]
A = 0.02
B = 0.06
C = 0.12
other = 0.25
[lgd]
other = 0.6
"#;

fn losses(desk: &Desk, tape: &str, more: &str) -> Run {
    desk.run(format!("pool losses {tape} --deal d.toml --rho 0.2 --json {more}"))
}

/// Expected losses of pool and tranches.
fn figures(run: Run) -> Vec<f64> {
    let json = run.expect(0).json();
    let tranches = json["tranches"].as_array().unwrap();
    for tranche in tranches {
        let [loss, hit, wiped] = ["expected_loss", "hit", "wipe_out"].map(|name| tranche[name].as_f64().unwrap());
        assert!((0.0..=1.0).contains(&wiped) && wiped <= loss + 1e-9 && loss <= hit + 1e-9, "{tranche}");
    }
    let losses = tranches.iter().map(|tranche| tranche["expected_loss"].as_f64().unwrap());
    std::iter::once(json["expected_loss"].as_f64().unwrap()).chain(losses).collect()
}

/// A homogeneous pool, four ways, under both copulas; tranches add up to the pool.
#[test]
fn four_methods_agree_on_many_equal_loans() {
    let desk = Desk::new();
    desk.write("d.toml", DEAL);
    let loans: String = (0..400).map(|loan| format!("{loan},1000,0.05,0.6\n")).collect();
    desk.write("t.csv", format!("id,balance,pd,lgd\n{loans}"));
    for model in ["--model gaussian", "--model student-t --degrees 5"] {
        let with = |method: &str| figures(losses(&desk, "t.csv", &format!("{model} --method {method}")));
        let recursion = with("recursion");
        let drawn = with(&format!("montecarlo --paths 20000 --seed {SEED}"));
        let limit = with("lhp");
        let graded = with("lhp-graded");
        for (limit, graded) in limit.iter().zip(&graded) {
            assert!((limit - graded).abs() < 1e-5, "{model:?}: one probability: {limit:?} {graded:?}");
        }
        assert!((recursion[0] - 0.03).abs() < 1e-6, "{recursion:?}");
        for (exact, drawn) in recursion.iter().zip(&drawn) {
            assert!((exact - drawn).abs() < 0.01, "{model:?}: {recursion:?} {drawn:?}");
        }
        for (exact, limit) in recursion.iter().zip(&limit) {
            assert!((exact - limit).abs() < 0.02, "{model:?}: {recursion:?} {limit:?}");
        }
        for found in [recursion, drawn, limit] {
            let sum = 0.03 * found[1] + 0.07 * found[2] + 0.9 * found[3];
            assert!((sum - found[0]).abs() < 1e-5, "{found:?}");
        }
    }
}

/// One mean probability for all grades misses the tails that grades have: the limit by grade is near
/// the loans themselves.
#[test]
fn the_limit_by_grade_is_nearer_to_the_loans_than_that_of_one_probability() {
    let desk = Desk::new();
    desk.write("d.toml", DEAL);
    let loans: String =
        (0..300).map(|loan| format!("{loan},1000,{},0.6\n", [0.001, 0.2][usize::from(loan % 10 == 0)])).collect();
    desk.write("t.csv", format!("id,balance,pd,lgd\n{loans}"));
    let with = |method: &str| figures(losses(&desk, "t.csv", &format!("--model gaussian --method {method}")));
    let (exact, mean, graded) = (with("recursion"), with("lhp"), with("lhp-graded"));
    let far = |from: &[f64]| exact.iter().zip(from).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max);
    assert!(far(&graded) < 0.5 * far(&mean), "{exact:?} {mean:?} {graded:?}");
    assert!((graded[0] - exact[0]).abs() < 1e-6, "{exact:?} {graded:?}");
}

/// Loans of one obligor default together: the same as one loan of their sum.
#[test]
fn loans_of_one_obligor_are_one_name() {
    let desk = Desk::new();
    desk.write("d.toml", DEAL);
    desk.write(
        "split.csv",
        "id,balance,obligor,pd,lgd\n1,100,X,0.1,0.5\n2,300,X,0.1,0.5\n3,500,Y,0.02,0.5\n4,0,Z,0.5,1\n",
    );
    desk.write("whole.csv", "id,balance,pd,lgd\n1,400,0.1,0.5\n3,500,0.02,0.5\n");
    let recursion = "--model gaussian --method recursion";
    let (split, whole) =
        (figures(losses(&desk, "split.csv", recursion)), figures(losses(&desk, "whole.csv", recursion)));
    for (split, whole) in split.iter().zip(&whole) {
        assert!((split - whole).abs() < 1e-12);
    }
}

/// Risk weights of Basel II, annex 5, for a PD of 1 % and an LGD of 45 %.
#[test]
fn regulatory_capital_is_that_of_its_class() {
    let desk = Desk::new();
    desk.write("d.toml", DEAL);
    desk.write("t.csv", "id,balance,pd,lgd\na,1000,0.01,0.45\nb,3000,0.01,0.45\n");
    for (class, weight) in [
        ("corporate", 0.9232),
        ("residential-mortgage", 0.5640),
        ("other-retail", 0.4577),
        // There at an LGD of 85 %.
        ("qualifying-revolving", 0.3253 * 0.45 / 0.85),
    ] {
        let capital = |tape: &str, years: u32| {
            let options = format!("--model gaussian --method lhp --capital {class} --maturity {years}");
            losses(&desk, tape, &options).expect(0).json()["capital"].as_f64().unwrap()
        };
        let found = 12.5 * capital("t.csv", 1);
        assert!((found - weight).abs() < 1.51e-4, "{class}: {found}");
        // No less than the floor; the same hazard over five years.
        desk.write("least.csv", "id,balance,pd,lgd\na,1000,0.000001,0.45\n");
        desk.write("floor.csv", "id,balance,pd,lgd\na,1000,0.0003,0.45\n");
        let [least, floor] = ["least.csv", "floor.csv"].map(|tape| capital(tape, 1));
        assert!(least.to_bits() == floor.to_bits() && least > 0.0, "{class}: {least}");
        desk.write("five.csv", format!("id,balance,pd,lgd\na,1000,{},0.45\n", 1.0 - 0.99f64.powi(5)));
        assert!((12.5 * capital("five.csv", 5) - found).abs() < 1e-9, "{class}");
    }
}

#[test]
fn real_tapes_are_read_as_they_are() {
    let data = source().join("../shared/data");
    let desk = Desk::new();
    desk.write("d.toml", DEAL);
    for (file, mapping) in [
        ("loans_lendingclub_2018_10000.csv", "lending-club-2018"),
        ("loans_lendingclub_2015_outcomes_5000.csv", "lending-club-2015"),
    ] {
        let tape = data.join(file);
        if !tape.exists() {
            println!("skipped: {} is not there", tape.display());
            continue;
        }
        let tape = desk.link(file, &tape);
        let found = figures(losses(&desk, &tape, &format!("--model gaussian --method lhp --mapping {mapping}")));
        assert!(found[0] > 0.01 && found[1] > found[2] && found[2] > found[3], "{found:?}");
    }
}

#[test]
fn errors_in_tapes_and_options_are_named() {
    let desk = Desk::new();
    desk.write("d.toml", DEAL);
    desk.write("t.csv", "id,balance,grade\n1,100,A\n2,50,B\n");
    let recursion = "--model gaussian --method recursion";
    figures(losses(&desk, "t.csv", recursion));
    let refused = |tape: &str, more: &str, said: &str| {
        desk.write("bad.csv", tape);
        let run = losses(&desk, "bad.csv", more).expect(2);
        assert!(run.stderr.contains(said), "{said}: {run:?}");
    };
    for (tape, said) in [
        ("id,balance\n1,100\n1,50\n", "row 3"),
        ("id,balance\n1,-5\n", "balance"),
        ("id,balance,status\n1,5,gone\n", "unknown status 'gone'"),
        ("id,balance\n1,0\n", "nothing is owed"),
        ("id,balance,pd\n1,5,1.5\n", "the pd 1.5"),
        ("id,balance,Status\n1,5,default\n", "write it 'status'"),
        ("id,balance,pd,lgd\n1,5,0.1,0\n", "nothing can be lost"),
    ] {
        refused(tape, recursion, said);
    }
    for (options, said) in [
        ("--model student-t --method recursion", "--degrees"),
        ("--model gaussian --method montecarlo", "--paths and --seed"),
        ("--model gaussian --method recursion --mapping nobody.toml", "nobody.toml"),
        ("--model gaussian --method lhp --mapping lending-club", "lending-club-2015, lending-club-2018"),
        ("--model gaussian --method lhp --maturity 5", "for fair spreads"),
        ("--model gaussian --method lhp --maturity 5 --rate 3", "0.03 is 3 %"),
        ("--model student-t --degrees 0.1 --method recursion", "the degrees of freedom 0.1"),
    ] {
        refused("id,balance,grade\n1,100,A\n", options, said);
    }
    desk.write("bad.csv", "id,balance,rate\n1,100,0.055\n");
    let described = desk.run("pool describe bad.csv").expect(0);
    assert!(described.stderr.contains("5.5, not 0.055"), "{described:?}");
    for (options, said) in
        [("--rho 0.9999999 --method recursion", "too extreme"), ("--rho 1 --method lhp", "the correlation 1")]
    {
        let run = desk.run(format!("pool losses t.csv --deal d.toml --model gaussian {options}")).expect(2);
        assert!(run.stderr.contains(said), "{run:?}");
    }
    desk.write("d.toml", DEAL.replace("other = 0.25\n", "").replace("A = 0.02\n", ""));
    let run = losses(&desk, "t.csv", recursion).expect(2);
    assert!(run.stderr.contains("loan '1' has no pd") && run.stderr.contains("grade 'A'"), "{run:?}");
    // Without --json it is a table.
    desk.write("d.toml", DEAL);
    let shown = desk.run(format!("pool losses t.csv --deal d.toml --rho 0.2 {recursion}")).expect(0);
    assert!(shown.stdout.contains("mezzanine"));
}

/// A tape without sectors, or with a blank one, is no pool of one sector.
#[test]
fn a_correlation_within_sectors_takes_the_sector_of_every_loan() {
    let desk = Desk::new();
    desk.write("d.toml", DEAL_OF_SECTORS);
    let paths = format!("--model gaussian --method montecarlo --paths 100 --seed {}", "07".repeat(32));
    let tape = |sectors: [&str; 2]| {
        desk.write(
            "t.csv",
            format!("id,balance,grade,status,sector\n1,100,A,current,{}\n2,100,A,current,{}\n", sectors[0], sectors[1]),
        );
        losses(&desk, "t.csv", &format!("{paths} --sector-rho 0.1"))
    };
    tape(["x", "y"]).expect(0);
    for (sectors, said) in [(["x", ""], "1 of 2 loans"), (["", ""], "2 of 2 loans")] {
        let refused = tape(sectors).expect(2);
        assert!(refused.stderr.contains(said), "{refused:?}");
    }
    desk.write("t.csv", "id,balance,grade,status\n1,100,A,current\n2,100,A,current\n");
    losses(&desk, "t.csv", &format!("{paths} --sector-rho 0.1")).expect(2);
    losses(&desk, "t.csv", &paths).expect(0);
}

/// A deal with one column and the statuses of tapes.
fn deal_with(column: &str, cut_off: &str, more: &str) -> String {
    format!(
        "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"{cut_off}\"\ncurrency = \"EUR\"\n{more}\
         columns = [\"{column}\", \"status\"]\n[tape.status]\ncurrent = [\"current\"]\ngrace = [\"grace\"]\n\
         delinquent = [\"delinquent\"]\ndefault = [\"default\"]\npaid = [\"paid\"]\n[claims]\nloans_min = 1\n"
    )
}

/// A desk with one of the made-up tapes.
fn with_tape(file: &str) -> Desk {
    let desk = Desk::new();
    let tape = source().join("tests/fixtures/cases/tapes").join(file);
    desk.write(file, std::fs::read(tape).unwrap());
    desk
}

/// Figures are made of every tape; a commitment names the loan and the limit that it does not fit.
#[test]
fn a_commitment_names_the_loan_that_does_not_fit() {
    for (file, column, more, said) in [
        ("term_above_circuit.csv", "term", "", ["'W-02'", "the term 512 months", "0 to 511"]),
        ("blank_score.csv", "score", "", ["'B-07'", "no score", "has that column"]),
        ("large_obligors_cents.csv", "obligor", "", ["'K-01'", "2^32 units of 0.01", "a larger unit"]),
        ("large_obligors_cents.csv", "obligor", "unit = 1\n", ["row 2, column 'balance'", "steps of 1", "rounding"]),
    ] {
        let desk = with_tape(file);
        desk.run(format!("pool describe {file}")).expect(0);
        desk.write("d.toml", deal_with(column, "2024-03-31", more));
        let refused = desk.run(format!("pool commit {file} --deal d.toml -o c.json --opening o.json")).expect(2);
        assert!(said.iter().all(|part| refused.stderr.contains(part)), "{file}: {refused:?}");
        assert!(!desk.has("c.json") && !desk.has("o.json"), "{file}");
    }
    let desk = with_tape("large_obligors_cents.csv");
    desk.write("d.toml", deal_with("obligor", "2024-03-31", "unit = 1\nrounding = \"down\"\n"));
    let rounded = desk.run("pool commit large_obligors_cents.csv --deal d.toml -o c.json --opening o.json").expect(0);
    assert!(rounded.stderr.contains("numbers that were rounded, as the deal's [tape] says: 5"), "{rounded:?}");
}

/// A panel is read for one month, which under a deal is that of its date.
#[test]
fn a_panel_is_described_and_committed_to_for_one_period() {
    let desk = with_tape("monthly_panel.csv");
    let whole = desk.run("pool describe monthly_panel.csv").expect(2);
    assert!(whole.stderr.contains("'M-01' occurs twice") && whole.stderr.contains("(--period)"), "{whole:?}");
    let described = desk.run("pool describe monthly_panel.csv --period 202404 --json").expect(0).json();
    assert_eq!((&described["loans"], &described["balance"]), (&4.into(), &478_446.59.into()));
    assert_eq!(described["left_out"], serde_json::json!([{ "reason": "'period' is not 202404", "rows": 12 }]));
    desk.write("d.toml", deal_with("score", "2024-04-30", ""));
    let commit = "pool commit monthly_panel.csv --deal d.toml -o c.json --opening o.json --period";
    // Nothing but the choice says of which month the loans are.
    let other = desk.run(format!("{commit} 202402")).expect(2);
    assert!(other.stderr.contains("the period 202402 is not of 2024-04-30"), "{other:?}");
    let committed = desk.run(format!("{commit} 202404")).expect(0);
    for part in ["loans of the pool: 4; others on the tape", "rows that were left out: 12. Which rows are the tape's"] {
        assert!(committed.stderr.contains(part), "{part}: {committed:?}");
    }
}

/// Scripts read these keys.
#[test]
fn a_description_has_its_keys() {
    let desk = with_tape("past_maturity.csv");
    let found = desk.run("pool describe past_maturity.csv --json").expect(0).json();
    let keys: Vec<&str> = found.as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected = vec![
        "loans",
        "loans_outside",
        "outside",
        "left_out",
        "rounded",
        "past_maturity",
        "cut_off",
        "read_as",
        "balance",
        "obligors",
        "largest_obligor",
        "largest_obligor_name",
        "largest_obligor_balance",
        "top_obligors",
        "herfindahl",
        "delinquent",
        "coverage",
        "statuses",
        "fields",
        "grade",
        "sector",
        "region",
        "claims",
        "not_looked_at",
    ];
    expected.sort_unstable();
    assert_eq!(keys, expected);
    for (table, keys) in [
        ("outside", ["default", "live_without_balance", "no_balance", "paid"].as_slice()),
        ("coverage", &["grade", "ltv", "obligor", "rate", "region", "score", "sector", "status"]),
    ] {
        let found: Vec<&str> = found[table].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(found, keys, "{table}");
    }
    let rate = found["fields"]["rate"].as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(rate, ["average", "least", "loans", "most"]);
}

const DEAL_OF_SECTORS: &str = "name = \"d\"\n[pd]\nA = 0.02\n[lgd]\nother = 0.5\n\
                               [[tranche]]\nname = \"all\"\nattachment = 0\ndetachment = 1\n";
