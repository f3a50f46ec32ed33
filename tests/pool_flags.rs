//! Bands of grades, spare numbers and loans in default, from a tape to a verdict.

use tailproof_test_support::Desk;

const SHAPE: &str = "4loans+pool+bands+numbers";
const TAPE: &str = "id,balance,rate,ltv,status,age,obligor\n1,300,5,60,current,12,a\n2,200,6,60.01,current,30,b\n\
                    3,100,7,85,default,44,b\n4,400,5.5,100,current,3,c\n";
const DEAL: &str = "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\n\
                    columns = [\"rate\", \"ltv\", \"grade\", \"status\", \"obligor\"]\ngrades = [\"low\", \"high\", \"defaulted\"]\n\
                    [tape.scale]\nrate = \"percent\"\nltv = \"percent\"\n\
                    [tape.status]\ncurrent = [\"current\"]\ndefault = [\"default\"]\n\
                    [tape.bands.grade]\nnumber = \"ltv\"\nlimits = { low = [0, 60], high = [60.01, 100] }\n\
                    [[tape.numbers]]\nname = \"age\"\nstep = 1\n\
                    [claims]\ndefault_max = 0.1\naverage_age_max = 15.2\nobligor_max = 0.4\n\
                    [eligible]\nage_max = 44\n[shares.grade]\nlow = 0.3\nhigh = 0.6\n\
                    [overcollateralisation]\nratio = 1\nnotes = 900\nvalue = {}\n";

/// The lines of the verdict's block about the tape's reading.
fn tape_readings(verified: &serde_json::Value) -> Vec<String> {
    let things = verified["rests_on"].as_array().unwrap().iter();
    let readings = things.filter(|thing| thing["what"] == "tape reading");
    readings.map(|thing| thing["note"].as_str().unwrap().to_owned()).collect()
}

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("loans.csv", TAPE);
    desk.write("deal.toml", DEAL);
    desk.commit_pool("loans.csv").expect(0);
    desk
}

#[test]
fn bands_spare_numbers_and_defaults_are_proved() {
    let desk = desk();
    let keys = desk.keys(SHAPE);
    desk.prove_pool("loans.csv", "deal.toml", &keys, "").expect(0);
    let verified = desk.verify_pool("deal.toml", &keys, "--json").expect(0).json();
    let claims = verified["claims"].to_string();
    for claim in [
        "at most 10 % of the balance is in default (grade defaulted)",
        "average age, weighted by balance, at most 15.2",
        "every loan's age at most 44",
    ] {
        assert!(claims.contains(claim), "{claim}: {claims}");
    }
    let readings = tape_readings(&verified);
    assert!(!readings.iter().any(|note| note.contains("is the band of")), "{readings:?}");
    assert!(readings.iter().any(|note| note.contains("in default, and so in no band")), "{readings:?}");

    // Each claim that is one unit tighter is refused; so is a deal with another band, whose schema is
    // another.
    for (from, to, status) in [
        ("default_max = 0.1\n", "default_max = 0.099999999\n", 1),
        ("average_age_max = 15.2", "average_age_max = 15.1999", 1),
        ("age_max = 44", "age_max = 43", 1),
        ("notes = 900", "notes = 900.01", 1),
        ("60.01, 100]", "60.01, 101]", 2),
    ] {
        assert!(DEAL.contains(from), "{from}");
        desk.write("tighter.toml", DEAL.replace(from, to));
        let refused = desk.prove_pool("loans.csv", "tighter.toml", &keys, "").expect(status);
        assert!(!refused.stderr.is_empty(), "{to}");
        desk.verify_pool("tighter.toml", &keys, "").expect(1);
    }
    desk.verify_pool("deal.toml", &keys, "").expect(0);
}

#[test]
fn keys_that_read_other_digits_are_refused_by_name() {
    let desk = desk();
    let refused = desk.prove_pool("loans.csv", "deal.toml", &desk.keys("4loans+pool"), "").expect(2);
    assert!(refused.stderr.contains("make keys with +numbers"), "{refused:?}");
    let numbers = DEAL.find("[[tape.numbers]]").unwrap();
    let without = format!("{}{}", &DEAL[..numbers], &DEAL[DEAL.find("[claims]").unwrap()..])
        .replace("average_age_max = 15.2\n", "")
        .replace("[eligible]\nage_max = 44\n", "");
    desk.write("deal.toml", &without);
    desk.commit_pool("loans.csv").expect(0);
    let refused = desk.prove_pool("loans.csv", "deal.toml", &desk.keys(SHAPE), "").expect(2);
    assert!(refused.stderr.contains("for loans with spare numbers"), "{refused:?}");

    // Keys without bands prove the rest, and the verdict says whose word the grades are.
    let keys = desk.keys("4loans+pool");
    desk.prove_pool("loans.csv", "deal.toml", &keys, "").expect(0);
    let readings = tape_readings(&desk.verify_pool("deal.toml", &keys, "--json").expect(0).json());
    assert!(readings.iter().any(|note| note.contains("is the band of")), "{readings:?}");
}

#[cfg(feature = "nightly")]
mod nightly {
    /// halo2 reads the same digits under the same flags. Keys of a pool with every claim take long.
    #[test]
    fn bands_and_spare_numbers_are_proved_with_halo2() {
        let desk = super::desk();
        let keys = desk.halo2_keys(super::SHAPE);
        desk.prove_pool("loans.csv", "deal.toml", &keys, "").expect(0);
        desk.verify_pool("deal.toml", &keys, "").expect(0);
    }
}
