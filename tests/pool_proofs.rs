//! Proofs about a committed pool of loans from the command line: real loans, both backends.

use tailproof_test_support::{DEAL, Desk, LOANS, any_scenarios, source};

const BOTH: &str = "200loans+pool+32x7/2tranches";
const SCENARIOS: &str = "--scenarios c.scn";

/// The texts of the claims in a list of a JSON answer.
fn sentences<'j>(
    list: &'j serde_json::Value,
    of: impl Fn(&'j serde_json::Value) -> &'j serde_json::Value,
) -> Vec<&'j str> {
    list.as_array().unwrap().iter().map(|item| of(item).as_str().unwrap()).collect()
}

#[test]
fn a_pool_and_its_tranches_are_proved_together() {
    let desk = Desk::with_pool(LOANS, DEAL);
    let keys = desk.keys(BOTH);
    let describe = format!("pool describe loans.csv --deal deal.toml {SCENARIOS} --json");
    let described = desk.run(describe).expect(0).json();
    let claims = described["claims"].as_array().unwrap();
    assert!(claims.len() == 13 && claims.iter().all(|claim| claim["holds"] == true), "{described}");
    desk.prove_pool("loans.csv", "deal.toml", &keys, SCENARIOS).expect(0);
    let verified = desk.verify_pool("deal.toml", &keys, &format!("{SCENARIOS} --json")).expect(0).json();
    let proved = sentences(&verified["claims"], |clause| clause);
    let said = sentences(&described["claims"], |claim| &claim["claim"]);
    let rests_on = verified["rests_on"].as_array().unwrap();
    for (what, how, note) in [
        ("currency", "the committer's word", "USD"),
        ("cut-off date", "the committer's word", "2018-03-31"),
        ("pool", "as given", "neither paid nor in default"),
        ("tape reading", "the committer's word", "may have left rows out, and their number is not proved"),
        ("tape reading", "the committer's word", "a rate of the tape is in percent"),
        ("tape reading", "the committer's word", "[tape.status]"),
        ("tape reading", "the committer's word", "ids, as they are written"),
    ] {
        let is_it = |thing: &serde_json::Value| {
            thing["what"] == what && thing["how"] == how && thing["note"].as_str().unwrap().contains(note)
        };
        assert!(rests_on.iter().any(is_it), "{what}, {note}: {verified}");
    }
    assert_eq!(verified["currency"], "USD");
    assert_eq!(proved, said, "`pool describe` lists the claims that are proved");

    // Another deal, other scenarios, no scenarios, another commitment.
    desk.write("weaker.toml", DEAL.replace("obligor_max = 0.015", "obligor_max = 0.016"));
    let refused = desk.verify_pool("weaker.toml", &keys, SCENARIOS).expect(1);
    assert!(refused.stderr.contains("NOT VALID"), "{refused:?}");
    desk.write("any.toml", any_scenarios());
    desk.credit("any.toml", "0.2", 32, "other.scn").expect(0);
    desk.verify_pool("any.toml", &keys, "--scenarios other.scn").expect(1);
    let agreed = "the deal's [scenarios] are of a gaussian copula, rho 0.1, 32 nodes";
    for refused in [
        desk.verify_pool("deal.toml", &keys, "--scenarios other.scn"),
        desk.prove_pool("loans.csv", "deal.toml", &keys, "--scenarios other.scn"),
        desk.credit("deal.toml", "0.2", 32, "another.scn"),
    ] {
        let refused = refused.expect(2);
        assert!(refused.stderr.contains(agreed), "{refused:?}");
    }
    assert!(!desk.has("another.scn"));
    let refused = desk.verify_pool("deal.toml", &keys, "").expect(2);
    assert!(refused.stderr.contains("give them"), "{refused:?}");
    let committed = desk.read("c.json");
    desk.commit_pool("loans.csv").expect(0);
    desk.verify_pool("deal.toml", &keys, SCENARIOS).expect(1);
    desk.write("c.json", committed);

    // The point that a third party attests is that of the proof.
    let point = desk.run(format!("scenarios point c.scn --deal deal.toml --keys {keys} --json")).expect(0).json();
    assert_eq!(point["scenario_point"], desk.json("p.json")["scenario_point"]);
    desk.run(format!("scenarios point c.scn --keys {keys}")).expect(2);
}

#[test]
fn each_claim_alone_and_without_scenarios() {
    // Claims about the pool.
    let claims = DEAL.replace("expected_loss_max = 0.2\n", "");
    let (tranches, start) = (DEAL.find("[[tranche]]").unwrap(), claims.find("[claims]").unwrap());
    let desk = Desk::new();
    desk.write("loans.csv", LOANS);
    desk.write("deal.toml", format!("{}{}", &claims[..tranches], &claims[start..]));
    desk.commit_pool("loans.csv").expect(0);
    let pool_keys = desk.keys("200loans+pool");
    desk.prove_pool("loans.csv", "deal.toml", &pool_keys, "").expect(0);
    desk.verify_pool("deal.toml", &pool_keys, "").expect(0);

    // Claims about its losses.
    let start = DEAL.find("[claims]").unwrap();
    let losses_only = format!("{}[claims]\nexpected_loss_max = 0.2\n", &DEAL[..start]);
    let desk = Desk::with_pool(LOANS, &losses_only);
    let [pool_keys, loss_keys] = ["200loans+pool", "200loans+32x7/2tranches"].map(|shape| desk.keys(shape));
    desk.prove_pool("loans.csv", "deal.toml", &loss_keys, SCENARIOS).expect(0);
    desk.verify_pool("deal.toml", &loss_keys, SCENARIOS).expect(0);

    // Keys for the one kind of claim do not prove the other.
    let refused = desk.prove_pool("loans.csv", "deal.toml", &pool_keys, SCENARIOS).expect(2);
    assert!(refused.stderr.contains("for the pool alone"), "{refused:?}");
    let refused = desk.prove_pool("loans.csv", "deal.toml", &loss_keys, "").expect(2);
    assert!(refused.stderr.contains("over credit scenarios: give them"), "{refused:?}");
    desk.write("deal.toml", DEAL);
    desk.commit_pool("loans.csv").expect(0);
    let refused = desk.prove_pool("loans.csv", "deal.toml", &loss_keys, SCENARIOS).expect(2);
    assert!(refused.stderr.contains("for losses alone"), "{refused:?}");
}

/// Defaults of single loans, drawn from a public seed, proved with both backends.
#[test]
fn granular_losses_are_proved_with_both_backends() {
    let shape = "4loans+8x28/2tranches+granular";
    let few: String = LOANS.lines().take(5).map(|line| format!("{line}\n")).collect();
    let start = DEAL.find("[claims]").unwrap();
    let losses_only = format!(
        "{}[claims]\nexpected_loss_max = 0.6\n",
        &DEAL[..start]
            .replace("hit = 0.1", "hit = 0.9")
            .replace("cvar = 0.2", "cvar = 0.99")
            .replace("expected_loss = 0.01", "expected_loss = 0.5")
    );
    let agreed = "[scenarios]\nmodel = \"student-t\"\ndegrees = 4\nrho = 0.2\npaths = 8\ngranular = 4\n";
    let desk = Desk::new();
    desk.write("loans.csv", &few);
    desk.write("deal.toml", format!("{losses_only}{agreed}"));
    let [seed, other_seed] = ["11", "22"].map(|byte| byte.repeat(32));
    let draw = |paths: usize, seed: &str, slots: usize, output: &str| {
        desk.run(format!(
            "scenarios credit --deal deal.toml --model student-t --degrees 4 --rho 0.2 --paths {paths} --seed {seed} \
             --granular {slots} -o {output}"
        ))
    };
    draw(8, &seed, 4, "c.scn").expect(0);
    desk.commit_pool("loans.csv").expect(0);
    let groth16 = desk.keys(shape);
    desk.prove_pool("loans.csv", "deal.toml", &groth16, SCENARIOS).expect(0);
    desk.verify_pool("deal.toml", &groth16, SCENARIOS).expect(0);

    let halo2 = desk.halo2_keys(shape);
    desk.prove_pool("loans.csv", "deal.toml", &halo2, "--scenarios c.scn --backend halo2").expect(0);
    desk.verify_pool("deal.toml", &halo2, SCENARIOS).expect(0);
    // A proof of the one backend under keys of the other.
    let refused = desk.verify_pool("deal.toml", &groth16, SCENARIOS).expect(2);
    assert!(refused.stderr.contains("halo2.key"), "{refused:?}");
    // Keys for losses of grades.
    let refused = desk.prove_pool("loans.csv", "deal.toml", &desk.keys(BOTH), SCENARIOS).expect(2);
    assert!(refused.stderr.contains("with +granular"), "{refused:?}");
    // Another seed will do, another number of paths will not.
    draw(8, &other_seed, 4, "other.scn").expect(0);
    let refused = draw(9, &other_seed, 4, "other.scn").expect(2);
    assert!(refused.stderr.contains("8 paths, granular of 4 loans"), "{refused:?}");
    // Fewer slots than loans.
    desk.write("deal.toml", &losses_only);
    draw(8, &seed, 3, "c.scn").expect(0);
    let refused = desk.prove_pool("loans.csv", "deal.toml", &groth16, SCENARIOS).expect(2);
    assert!(refused.stderr.contains("3 slots"), "{refused:?}");
}

/// The shipped mapping and deal read the whole tape of 2018, and the CDX names. Their claims hold.
#[test]
fn shipped_deals_hold_on_real_tapes() {
    let shared = source().join("../shared/data");
    let cases = [
        ("consumer-2018", "lending-club-2018", "loans_lendingclub_2018_10000.csv", 9_545),
        ("cdx-na-ig-s7", "cdx-na-ig-s7", "cdx_na_ig_s7_cds_spreads.csv", 125),
    ];
    for (deal, mapping, name, loans) in cases {
        let desk = Desk::new();
        desk.run(format!("pool deal {deal} -o d.toml")).expect(0);
        let again = desk.run(format!("pool deal {deal} -o d.toml")).expect(2);
        assert!(again.stderr.contains("exists"));
        desk.credit("d.toml", "0.1", 64, "c.scn").expect(0);
        let tape = shared.join(name);
        if !tape.exists() {
            eprintln!("skipped: {} is not there", tape.display());
            continue;
        }
        let tape = desk.link(name, &tape);
        let describe = format!("pool describe {tape} --mapping {mapping} --deal d.toml --scenarios c.scn");
        let described = desk.run(format!("{describe} --json -o page.html")).expect(0).json();
        assert_eq!(described["loans"], loans);
        let claims = described["claims"].as_array().unwrap();
        assert!(claims.len() > 10 && claims.iter().all(|claim| claim["holds"] == true), "{deal}: {claims:?}");
        assert!(desk.read("page.html").contains("<svg"));
        let shown = desk.run(describe).expect(0).stdout;
        assert!(shown.starts_with("PRIVATE") && shown.contains("####"), "{shown}");
    }
}

#[cfg(feature = "nightly")]
mod nightly {
    use tailproof_test_support::{DEAL, Desk, LOANS};

    /// The loans of the demo again and again, under new names, from the tape to a verified proof.
    fn proved(loans: usize, shape: &str) {
        let rows = LOANS.lines().skip(1).filter(|row| !row.ends_with(",paid")).cycle().take(loans);
        let rows = rows.enumerate().map(|(index, row)| format!("{index}-{row}\n"));
        let tape = format!("{}\n{}", LOANS.lines().next().unwrap(), rows.collect::<String>());
        let desk = Desk::with_pool(&tape, DEAL);
        let keys = desk.keys(shape);
        desk.prove_pool("loans.csv", "deal.toml", &keys, super::SCENARIOS).expect(0);
        desk.verify_pool("deal.toml", &keys, super::SCENARIOS).expect(0);
    }

    #[test]
    fn ten_thousand_loans_are_proved() {
        proved(9_900, "10000loans+pool+64x8/3tranches");
    }

    /// Takes about 16 GB.
    #[test]
    fn thirty_two_thousand_loans_are_proved() {
        proved(32_700, "32768loans+pool+64x8/3tranches");
    }
}
