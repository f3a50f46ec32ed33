//! The roll-forward of a pool, from two tapes to a verdict.

use tailproof_test_support::Desk;

const SHAPE: &str = "6loans+pool+roll";
const BEFORE: &str = "id,balance,rate,ltv,term,grade,status\nL1,1000,5,60,24,A,current\nL2,500,6,70,12,B,current\n\
                      L3,250,7,80,36,B,current\nL4,300,5,50,1,A,current\nL5,200,5,50,2,A,current\n";
/// The first fell by 50, the second is in default, the third was charged off, the fourth was paid, the
/// fifth got interest of 10, and the sixth is new.
const AFTER: &str = "id,balance,rate,ltv,term,grade,status\nL1,950,5,58,23,A,current\nL2,500,6,70,11,B,default\n\
                     L4,0,5,50,0,A,paid\nL5,210,5,50,1,A,current\nL6,150,6,65,60,B,current\n";
const REASONS: &str = "id,reason\nL3,charged-off\nL5,capitalised\n";
const MONTH: &str = "[month]\nfrom = \"2018-02-28\"\nmoves = [\"ltv\"]\ncollected_min = 350\ncharged_off_max = 0.112\n\
                     repurchased_max = 0\ncapitalised_max = 0.0045\nadvanced_max = 0\nnewly_delinquent_max = 0\nadded_max = 0.09\n\
                     added_delinquent = false\nprepaid_max = 0.14\n[month.scheduled]\nA = 0.02\nB = 0.02\n\
                     [month.eligible]\nltv_max = 65\ngrade = [\"B\"]\n";

fn deal(cut_off: &str, rest: &str) -> String {
    format!(
        "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"{cut_off}\"\ncurrency = \"EUR\"\n\
         columns = [\"rate\", \"ltv\", \"term\", \"grade\", \"status\"]\ngrades = [\"A\", \"B\", \"defaulted\"]\n\
         [tape.scale]\nrate = \"percent\"\nltv = \"percent\"\n\
         [tape.status]\ncurrent = [\"current\"]\ndefault = [\"default\"]\npaid = [\"paid\"]\n[tape.ids]\n{rest}"
    )
}

/// A desk with both tapes committed to, each under the deal of its month.
fn desk(before: &str, after: &str) -> Desk {
    let desk = Desk::new();
    desk.write("before.csv", before);
    desk.write("after.csv", after);
    desk.write("february.toml", deal("2018-02-28", "[claims]\nloans_min = 1\n"));
    desk.write("march.toml", deal("2018-03-31", &format!("[claims]\nloans_min = 4\n{MONTH}")));
    desk.write("reasons.csv", REASONS);
    for (tape, deal) in [("before", "february"), ("after", "march")] {
        desk.run(format!("pool commit {tape}.csv --deal {deal}.toml -o {tape}.json --opening {tape}.opening"))
            .expect(0);
    }
    desk
}

fn prove(desk: &Desk, keys: &str, deal: &str, more: &str) -> tailproof_test_support::Run {
    desk.run(format!(
        "prove --pool after.csv --opening after.opening --before before.csv --before-opening before.opening --deal {deal} \
         --keys {keys} -o p.json {more}"
    ))
}

const ORDER: &str = "--commitment before.json --commitment after.json";

#[test]
fn a_month_is_proved_and_verified_in_its_order() {
    let desk = desk(BEFORE, AFTER);
    let keys = desk.keys(SHAPE);
    prove(&desk, &keys, "march.toml", "--reasons reasons.csv").expect(0);
    let verify = |deal: &str, more: &str| desk.run(format!("verify --deal {deal} --proof p.json --keys {keys} {more}"));
    let verified = verify("march.toml", &format!("{ORDER} --json")).expect(0).json();
    let claims = verified["claims"].to_string();
    for said in [
        "every loan of the pool of 2018-02-28 is in this one, or gone as paid, charged off or repurchased",
        "balances fell by at least 350 that the committer names paid",
        "charged off or written off: at most 11.2 % of the opening balance",
        "the ltv of every addition since 2018-02-28 is at most 65 %",
    ] {
        assert!(claims.contains(said), "{said}: {claims}");
    }
    let rests_on = verified["rests_on"].to_string();
    for said in ["why a loan is gone or its balance is another is the committer's word", "the earlier first"] {
        assert!(rests_on.contains(said), "{said}: {rests_on}");
    }
    // The files say which is the earlier.
    verify("march.toml", "--commitment after.json --commitment before.json").expect(0);
    // A month read backwards, one commitment alone, and another limit.
    let [before, after] = ["before.json", "after.json"].map(|name| desk.read(name));
    let schema = |text: &str| text.split("\"schema\": \"").nth(1).and_then(|rest| rest.get(..64)).unwrap().to_owned();
    desk.write("backwards-before.json", before.replace(&schema(&before), &schema(&after)));
    desk.write("backwards-after.json", after.replace(&schema(&after), &schema(&before)));
    let backwards = "--commitment backwards-before.json --commitment backwards-after.json";
    let refused = verify("march.toml", backwards).expect(1);
    assert!(refused.stderr.contains("NOT VALID"), "{refused:?}");
    verify("march.toml", "--commitment after.json").expect(2);
    desk.write(
        "weaker.toml",
        deal("2018-03-31", &format!("[claims]\nloans_min = 4\n{}", MONTH.replace("0.112", "0.113"))),
    );
    verify("weaker.toml", ORDER).expect(1);
}

/// One tape says how the pool is now. Claims about the month need the other one too.
#[test]
fn a_tape_of_a_month_is_described_without_its_month() {
    let desk = desk(BEFORE, AFTER);
    let described = desk.run("pool describe after.csv --deal march.toml --json").expect(0).json();
    let claims = described["claims"].as_array().unwrap();
    assert_eq!((claims.len(), &claims[0]["claim"], &claims[0]["holds"]), (1, &"at least 4 loans".into(), &true.into()));
    let left_out = described["not_looked_at"].as_array().unwrap();
    let needs = "(not looked at: it needs the earlier pool, which `prove --before` takes)";
    assert!(left_out.iter().all(|sentence| sentence.as_str().unwrap().ends_with(needs)), "{left_out:?}");
    for said in ["every loan of the pool of 2018-02-28 is in this one", "charged off or written off: at most 11.2 %"] {
        assert!(left_out.iter().any(|sentence| sentence.as_str().unwrap().contains(said)), "{said}: {left_out:?}");
    }
    let text = desk.run("pool describe after.csv --deal march.toml -o d.html").expect(0).stdout;
    assert!(text.contains(needs) && desk.read("d.html").contains("not looked at"), "{text}");
}

/// Each claim a unit tighter, and each loan that is not what it was.
#[test]
fn false_claims_and_loans_that_vanish_are_refused() {
    let desk = desk(BEFORE, AFTER);
    let keys = desk.keys(SHAPE);
    for (from, to, said) in [
        ("collected_min = 350", "collected_min = 350.01", "balances fell by at least 350.01"),
        ("charged_off_max = 0.112", "charged_off_max = 0.111", "charged off"),
        ("capitalised_max = 0.0045", "capitalised_max = 0.0044", "capitalised"),
        ("added_max = 0.09", "added_max = 0.08", "additions"),
        ("prepaid_max = 0.14", "prepaid_max = 0.13", "beyond the deal's schedule"),
        ("ltv_max = 65", "ltv_max = 64.99", "the ltv of every addition"),
        ("grade = [\"B\"]", "grade = [\"A\"]", "the grade of every addition"),
    ] {
        assert!(MONTH.contains(from), "{from}");
        desk.write("tight.toml", deal("2018-03-31", &format!("[claims]\nloans_min = 4\n{}", MONTH.replace(from, to))));
        let refused = prove(&desk, &keys, "tight.toml", "--reasons reasons.csv").expect(1);
        assert!(refused.stderr.contains(said), "{to}: {refused:?}");
    }
    for (reasons, said) in [
        ("id,reason\nL5,capitalised\n", "loan 'L3'"),
        ("id,reason\nL3,charged-off\n", "loan 'L5'"),
        ("id,reason\nL3,charged-off\nL5,paid\n", "does not go with a loan that owes more"),
        ("id,reason\nL3,lost\n", "row 2, column 'reason'"),
        ("id,reason\nL3,charged-off\nL33,paid\n", "row 3, column 'id'"),
    ] {
        desk.write("other.csv", reasons);
        let refused = prove(&desk, &keys, "march.toml", "--reasons other.csv").expect(2);
        assert!(refused.stderr.contains(said), "{reasons}: {refused:?}");
    }
    assert!(!desk.has("p.json"));
}

#[test]
fn files_that_are_not_of_a_month_are_refused_by_name() {
    let desk = desk(BEFORE, &AFTER.replace("L1,950,5,58,23", "L1,950,5.5,58,23"));
    let keys = desk.keys(SHAPE);
    let refused = prove(&desk, &keys, "march.toml", "--reasons reasons.csv").expect(2);
    assert!(refused.stderr.contains("loan 'L1'") && refused.stderr.contains("rate was 500 and is 550"), "{refused:?}");
    let one = "prove --pool after.csv --opening after.opening --deal march.toml -o p.json --keys";
    let refused = desk.run(format!("{one} {keys}")).expect(2);
    assert!(refused.stderr.contains("--before-opening"), "{refused:?}");
    desk.write("march-alone.toml", deal("2018-03-31", "[claims]\nloans_min = 4\n"));
    let refused = desk.run(format!("{} {keys}", one.replace("march.toml", "march-alone.toml"))).expect(2);
    assert!(refused.stderr.contains("the deal has no [month]"), "{refused:?}");
    let desk = self::desk(BEFORE, AFTER);
    let refused = prove(&desk, &desk.keys("6loans+pool"), "march.toml", "--reasons reasons.csv").expect(2);
    assert!(refused.stderr.contains("make keys with +roll"), "{refused:?}");
}

/// Whoever vouches for a month vouches for both of its commitments, each under the schema of its date.
#[test]
fn each_commitment_of_a_month_is_attested_under_its_own_date() {
    let desk = desk(BEFORE, AFTER);
    let keys = desk.keys(SHAPE);
    prove(&desk, &keys, "march.toml", "--reasons reasons.csv").expect(0);
    let auditor = desk.run("attest keygen -o auditor.key --json").expect(0).json()["key"].as_str().unwrap().to_owned();
    let statement = "--as-of 1790000000 --expires 1800000000 --scope assets --key auditor.key";
    for tape in ["before", "after"] {
        let subject = format!("--subject 0x{}", "11".repeat(32));
        desk.run(format!("attest sign --commitment {tape}.json {statement} {subject} -o {tape}.attestation")).expect(0);
    }
    let verify = |given: &str| {
        desk.run(format!(
            "verify --deal march.toml --proof p.json --keys {keys} {ORDER} --attested-by {auditor} --at 1795000000 {given} \
             --json"
        ))
    };
    let [before, after] = ["before", "after"].map(|tape| format!("--attestation {tape}.attestation"));
    let verified = verify(&format!("{after} {before}")).expect(0).json();
    let rests_on = verified["rests_on"].as_array().unwrap();
    let notes: Vec<_> = rests_on.iter().filter(|thing| thing["what"] == "attestation").collect();
    assert_eq!(notes.len(), 2, "{rests_on:?}");
    for (note, said) in notes.iter().zip(["of the earlier commitment", "of the later commitment"]) {
        assert!(note["note"].as_str().unwrap().contains(said), "{said}: {note}");
    }
    for (given, missing) in [(&after, "the earlier commitment"), (&before, "the later commitment")] {
        let refused = verify(given).expect(1);
        assert!(refused.stdout.contains(&format!("does not vouch for {missing} 0x")), "{refused:?}");
    }
}

#[cfg(feature = "nightly")]
mod nightly {
    use super::*;

    /// halo2 hashes both commitments over its own field. Keys of a pool with every claim take long.
    #[test]
    fn a_month_is_proved_with_halo2() {
        let desk = desk(BEFORE, AFTER);
        let keys = desk.halo2_keys(SHAPE);
        prove(&desk, &keys, "march.toml", "--reasons reasons.csv --backend halo2").expect(0);
        desk.run(format!("verify --deal march.toml --proof p.json --keys {keys} {ORDER}")).expect(0);
        desk.run(format!("verify --deal march.toml --proof p.json --keys {keys} --commitment after.json")).expect(2);
    }
}
