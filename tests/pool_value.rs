//! Net present value and inputs of SEC-SA, from a tape to a verdict.

use tailproof::bundle::Bundle;
use tailproof_test_support::{Desk, Run};

const SHAPE: &str = "4loans+pool+value";
const TAPE: &str = "id,balance,rate,term,grade,sector,status\n1,6000,5.1,22,A,car,current\n2,2000,5.6,26,A,boat,late\n\
                    3,1500,7.2,30,B,car,current\n4,500,7,30,B,boat,default\n";
const ASSUMPTIONS: &str = "version = 1\nname = \"spring\"\n\
    [[repline]]\ncode = \"A\"\nrate = 5.25\nterm = 24\nkind = \"level-pay\"\n\
    [[repline]]\ncode = \"B\"\nrate = 7\nterm = 30\nkind = \"bullet\"\n\
    [[repline]]\ncode = \"defaulted\"\nrate = 0\nterm = 1\nkind = \"defaulted\"\n\
    [[block]]\nname = \"base\"\nprepayment = { cpr = 6 }\ndefault = { cdr = 2 }\nseverity = 40\nrecovery_lag = 6\nfee = 0.5\n\
    [[block]]\nname = \"stress\"\ndefault = { cdr = 10 }\nseverity = 60\nfee = 0.5\n[discount]\nflat = 4\n";
const SEC_SA: &str = "[sec_sa]\nw_max = 0.25\nksa_max = 0.0404\n[sec_sa.risk_weights]\nA = 0.35\nB = 1\ndefaulted = 1.5\n\
                      [[tranche]]\nname = \"first\"\nattachment = 0\ndetachment = 0.3\n[[tranche]]\nname = \"senior\"\n\
                      attachment = 0.3\ndetachment = 1\n";

fn deal(cashflow: &str, more: &str) -> String {
    format!(
        "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\n\
         columns = [\"rate\", \"term\", \"grade\", \"sector\", \"status\"]\ngrades = [\"A\", \"B\", \"defaulted\"]\n\
         sectors = [\"car\", \"boat\"]\n[tape.scale]\nrate = \"percent\"\n[tape.status]\ncurrent = [\"current\"]\n\
         delinquent = [\"late\"]\ndefault = [\"default\"]\n[cashflow]\n{cashflow}\n{more}"
    )
}

/// A desk with a pool that is committed to, and the digest of its assumptions.
fn desk() -> (Desk, String) {
    let desk = Desk::new();
    desk.write("loans.csv", TAPE);
    desk.write("a.toml", ASSUMPTIONS);
    desk.write("deal.toml", deal("replines = \"grade\"", "[claims]\nloans_min = 1\n"));
    desk.commit_pool("loans.csv").expect(0);
    let digest = digest(&desk);
    (desk, digest)
}

/// The digest of the assumptions `a.toml`, as the command that makes payments of them prints it.
fn digest(desk: &Desk) -> String {
    let made = desk.run("scenarios cashflow --deal deal.toml --assumptions a.toml -o f.scn").expect(0);
    let digest = made.stdout.lines().find_map(|line| line.strip_prefix("assumptions ")).unwrap();
    digest.split_whitespace().next().unwrap().to_owned()
}

/// The assumptions by sector, none of which is that of loans in default.
fn of_sectors() -> String {
    let of_sectors = ASSUMPTIONS.replace("\"A\"", "\"car\"").replace("\"B\"", "\"boat\"");
    let (start, rest) = of_sectors.split_once("[[repline]]\ncode = \"defaulted\"").unwrap();
    format!("{start}{}", &rest[rest.find("[[block]]").unwrap()..])
}

fn cashflow(digest: &str, replines: &str, least: &str) -> String {
    format!("replines = \"{replines}\"\nassumptions_sha256 = \"{digest}\"\nnpv_min = {least}\nnpv_block = \"base\"")
}

/// The value of a pool by totals in cents, as `pool value` prints it.
fn by_totals(desk: &Desk, assumptions: &str) -> i64 {
    let value = format!("pool value loans.csv --deal deal.toml --assumptions {assumptions} --block base --json");
    desk.run(value).expect(0).json()["npv_row"].as_i64().unwrap()
}

fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn prove(desk: &Desk, keys: &str, more: &str) -> Run {
    desk.prove_pool("loans.csv", "deal.toml", keys, more)
}

fn verify(desk: &Desk, keys: &str, more: &str) -> Run {
    desk.verify_pool("deal.toml", keys, more)
}

#[test]
fn a_value_and_inputs_of_sec_sa_are_proved_and_verified() {
    let (desk, digest) = desk();
    let keys = desk.keys(SHAPE);
    let least = by_totals(&desk, "a.toml");
    desk.write("deal.toml", deal(&cashflow(&digest, "grade", &money(least)), SEC_SA));
    prove(&desk, &keys, "--assumptions a.toml").expect(0);
    let verified = verify(&desk, &keys, "--assumptions a.toml --json").expect(0).json();
    let claims = verified["claims"].to_string();
    for said in [
        "net present value of representative loans of each band, under the assumptions \\\"spring\\\", block base: at least ",
        "at most 25 % of the balance is delinquent or in default, which bounds W of SEC-SA",
        "average capital charge at most 4.04 % of the balance, which bounds K_SA of SEC-SA",
        "tranche first: risk weight at most ",
        "tranche senior: risk weight at most ",
    ] {
        assert!(claims.contains(said), "{said}: {claims}");
    }
    let things = verified["rests_on"].as_array().unwrap();
    let assumed = things.iter().find(|thing| thing["what"] == "assumptions").unwrap();
    assert_eq!((&assumed["digest"], &assumed["how"]), (&digest.as_str().into(), &"compared".into()));
    let notes = |what: &str| things.iter().filter(|thing| thing["what"] == what).count();
    assert_eq!((notes("replines"), notes("SEC-SA")), (2, 2), "rates and terms; W and K_SA");

    // Without the assumptions, under others, and with one unit more, nothing is verified.
    let refused = verify(&desk, &keys, "").expect(2);
    assert!(refused.stderr.contains(&digest) && refused.stderr.contains("--assumptions"), "{refused:?}");
    assert!(!refused.stdout.contains("VALID"), "{refused:?}");
    desk.write("b.toml", ASSUMPTIONS.replace("flat = 4", "flat = 3"));
    let refused = verify(&desk, &keys, "--assumptions b.toml").expect(2);
    assert!(
        refused.stderr.contains("b.toml") && refused.stderr.contains("the deal names the assumptions"),
        "{refused:?}"
    );
    let more = deal(&cashflow(&digest, "grade", &money(least + 1)), SEC_SA);
    desk.write("deal.toml", &more);
    verify(&desk, &keys, "--assumptions a.toml").expect(1);
    let refused = prove(&desk, &keys, "--assumptions a.toml").expect(1);
    assert!(refused.stderr.contains("net present value"), "{refused:?}");
}

/// The same tape by sector, whose interest is summed in this shape alone, and each input one unit tighter.
#[test]
fn sectors_are_replines_and_tighter_limits_are_refused() {
    let (desk, _) = desk();
    let keys = desk.keys(SHAPE);
    desk.write("a.toml", of_sectors());
    desk.write("deal.toml", deal("replines = \"sector\"", "[claims]\nloans_min = 1\n"));
    let digest = digest(&desk);
    let least = by_totals(&desk, "a.toml");
    let whole = deal(&cashflow(&digest, "sector", &money(least)), SEC_SA);
    desk.write("deal.toml", &whole);
    prove(&desk, &keys, "--assumptions a.toml").expect(0);
    verify(&desk, &keys, "--assumptions a.toml").expect(0);
    for (from, to, said) in [
        (money(least), money(least + 1), "net present value"),
        ("w_max = 0.25".into(), "w_max = 0.249999999".into(), "W of SEC-SA"),
        ("ksa_max = 0.0404".into(), "ksa_max = 0.040399999".into(), "K_SA of SEC-SA"),
    ] {
        assert!(whole.contains(&from), "{from}");
        desk.write("deal.toml", whole.replace(&from, &to));
        let refused = prove(&desk, &keys, "--assumptions a.toml").expect(1);
        assert!(refused.stderr.contains(said), "{to}: {refused:?}");
    }
}

/// Where a repline's code is the grade, keys with `+bands` hold the loans to the band of the rate,
/// and remaining terms alone are the committer's word. Where it is the sector, both are.
#[test]
fn an_enforced_band_leaves_one_number_of_grades_to_the_committers_word() {
    let bands = "[tape.bands.grade]\nnumber = \"rate\"\nlimits = { A = [0, 5.99], B = [6, 9] }\n[cashflow]\n";
    let banded = |cashflow: &str, more: &str| deal(cashflow, more).replace("[cashflow]\n", bands);
    let [rates, terms] = ["rates", "remaining terms"];
    for (shape, replines, assumptions, left) in [
        ("4loans+pool+bands+value", "grade", ASSUMPTIONS.to_owned(), &[terms][..]),
        (SHAPE, "grade", ASSUMPTIONS.to_owned(), &[rates, terms]),
        ("4loans+pool+bands+value", "sector", of_sectors(), &[rates, terms]),
    ] {
        let desk = Desk::new();
        desk.write("loans.csv", TAPE);
        desk.write("a.toml", assumptions);
        desk.write("deal.toml", banded(&format!("replines = \"{replines}\""), "[claims]\nloans_min = 1\n"));
        desk.commit_pool("loans.csv").expect(0);
        desk.write("deal.toml", banded(&cashflow(&digest(&desk), replines, "1000"), ""));
        let keys = desk.keys(shape);
        prove(&desk, &keys, "--assumptions a.toml").expect(0);
        let verified = verify(&desk, &keys, "--assumptions a.toml --json").expect(0).json();
        let things = verified["rests_on"].as_array().unwrap().iter().filter(|thing| thing["what"] == "replines");
        let notes: Vec<&str> = things.map(|thing| thing["note"].as_str().unwrap()).collect();
        let word =
            |what: &&str| format!("that the {what} of each {replines}'s loans are represented by the stated one");
        assert_eq!(notes, left.iter().map(word).collect::<Vec<_>>(), "{shape}");
    }
}

#[test]
fn keys_and_files_that_do_not_go_with_a_value_are_refused_by_name() {
    let (desk, digest) = desk();
    desk.write("deal.toml", deal(&cashflow(&digest, "grade", "100"), ""));
    let keys = desk.keys("4loans+pool");
    let refused = prove(&desk, &keys, "--assumptions a.toml").expect(2);
    assert!(refused.stderr.contains("make keys with +value"), "{refused:?}");
    let refused = prove(&desk, &keys, "").expect(2);
    assert!(refused.stderr.contains(&digest) && refused.stderr.contains("--assumptions FILE"), "{refused:?}");
    let described = desk.run("pool describe loans.csv --deal deal.toml --assumptions a.toml").expect(0);
    assert!(described.stdout.contains("net present value of representative loans"), "{described:?}");
    let refused = desk.run("pool describe loans.csv --deal deal.toml").expect(2);
    assert!(refused.stderr.contains(&digest) && refused.stderr.contains("--assumptions FILE"), "{refused:?}");
    let shape = desk.run("keygen --for deal.toml --loans 4 --insecure-dev -o k").expect(2);
    assert!(shape.stderr.contains("--assumptions FILE"), "{shape:?}");
    desk.write("plain.toml", deal("replines = \"grade\"", "[claims]\nloans_min = 1\n"));
    let refused = desk.run("pool describe loans.csv --deal plain.toml --assumptions a.toml").expect(2);
    assert!(refused.stderr.contains("claims no net present value"), "{refused:?}");
}

/// A bundle has the assumptions that its deal names. Without them they are given beside it.
#[test]
fn a_bundle_with_a_value_has_its_assumptions() {
    let (desk, digest) = desk();
    let keys = desk.keys(SHAPE);
    desk.write("deal.toml", deal(&cashflow(&digest, "grade", "9000"), ""));
    prove(&desk, &keys, "--assumptions a.toml --bundle b.tailproof").expect(0);
    let whole = Bundle::decode(&desk.bytes("b.tailproof")).unwrap();
    desk.write("without.tailproof", Bundle { assumptions: None, ..whole.clone() }.encode().unwrap());
    let other = desk.read("a.toml").replace("name = \"spring\"", "name = \"autumn\"").into_bytes();
    assert_ne!(other, desk.bytes("a.toml"));
    desk.write("other.tailproof", Bundle { assumptions: Some(other), ..whole }.encode().unwrap());
    let verify = |name: &str, more: &str| {
        desk.run(format!("verify {name}.tailproof --deal deal.toml --keys {keys} --commitment c.json{more}"))
    };
    verify("b", "").expect(0);
    for name in ["without", "other"] {
        let refused = verify(name, "").expect(2);
        assert!(refused.stderr.contains(&digest), "{refused:?}");
        verify(name, " --assumptions a.toml").expect(0);
    }
}

#[cfg(feature = "nightly")]
mod nightly {
    use super::*;

    /// The same over halo2's field. Keys of a pool with every claim take long.
    #[test]
    fn a_value_is_proved_with_halo2() {
        let (desk, digest) = desk();
        let keys = desk.halo2_keys(SHAPE);
        desk.write("deal.toml", deal(&cashflow(&digest, "grade", "9000"), SEC_SA));
        prove(&desk, &keys, "--assumptions a.toml --backend halo2").expect(0);
        verify(&desk, &keys, "--assumptions a.toml").expect(0);
    }
}
