//! Distinct ids of loans and collateral, from a tape to a verdict.

use std::fmt::Write;

use tailproof_test_support::Desk;

const SHAPE: &str = "4loans+pool+distinct+collateral";
const TAPE: &str = "id,balance,collateral\nTW-1,300,H-1\nTW-2,200,H-2\nTW-3,100,H-3\n";
const DEAL: &str = "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\n\
                    columns = [\"collateral\"]\n[tape.ids]\ncase = \"upper\"\ndashes = \"remove\"\n\
                    [claims]\nbalance_min = 500\ndistinct = [\"loans\", \"collateral\"]\n";

fn desk(tape: &str) -> Desk {
    let desk = Desk::new();
    desk.write("loans.csv", tape);
    desk.write("deal.toml", DEAL);
    desk.commit_pool("loans.csv").expect(0);
    desk
}

#[test]
fn distinct_ids_are_proved_and_the_verdict_says_whose_word_they_are() {
    let desk = desk(TAPE);
    let keys = desk.keys(SHAPE);
    desk.prove_pool("loans.csv", "deal.toml", &keys, "").expect(0);
    let verified = desk.verify_pool("deal.toml", &keys, "--json").expect(0).json();
    for kind in ["loans", "collateral"] {
        let claim = format!("committed digests of ids of {kind} are distinct");
        assert!(verified["claims"].as_array().unwrap().iter().any(|said| *said == claim.as_str()), "{verified}");
        let word = format!("that they are those of the {kind} is the committer's word");
        let mut things = verified["rests_on"].as_array().unwrap().iter();
        let what = format!("distinct {kind}");
        let found = things.find(|thing| thing["what"] == what.as_str()).unwrap();
        assert!(found["how"] == "the committer's word" && found["note"].as_str().unwrap().contains(&word), "{found}");
    }
    // Another deal, which claims less, is not what was proved about.
    desk.write("less.toml", DEAL.replace("\"loans\", ", ""));
    let refused = desk.verify_pool("less.toml", &keys, "").expect(2);
    assert!(refused.stderr.contains("take keys without +distinct"), "{refused:?}");
}

/// A hundred loans copied under new ids, with the same collateral; and one with its house written in
/// another way.
#[test]
fn copied_loans_are_refused() {
    let mut tape = "id,balance,collateral\n".to_owned();
    for loan in 0..200 {
        writeln!(tape, "TW-{loan},{},H-{}", 1_000 + loan % 100, loan % 100).unwrap();
    }
    for (tape, shape, figure) in [
        (tape.as_str(), "200loans+pool+distinct+collateral", "100 of 200 loans repeat one"),
        (&TAPE.replace("H-3", "h1"), SHAPE, "1 of 3 loans repeat one"),
    ] {
        let desk = desk(tape);
        let refused = desk.prove_pool("loans.csv", "deal.toml", &desk.keys(shape), "").expect(1);
        assert!(
            refused.stderr.contains("ids of collateral are distinct") && refused.stderr.contains(figure),
            "{refused:?}"
        );
        assert!(!desk.has("p.json"));
    }
}

#[test]
fn keys_without_the_flag_are_refused_with_the_shape_to_make() {
    let desk = desk(TAPE);
    for (shape, said) in
        [("4loans+pool", "make keys with +distinct"), ("4loans+pool+distinct", "make keys with +collateral")]
    {
        let refused = desk.prove_pool("loans.csv", "deal.toml", &desk.keys(shape), "").expect(2);
        assert!(refused.stderr.contains(said), "{refused:?}");
    }
}

#[cfg(feature = "nightly")]
mod nightly {
    /// halo2 opens roots over its own field. Keys of a pool with every claim take long.
    #[test]
    fn distinct_ids_are_proved_with_halo2() {
        let desk = super::desk(super::TAPE);
        let keys = desk.halo2_keys(super::SHAPE);
        desk.prove_pool("loans.csv", "deal.toml", &keys, "--backend halo2").expect(0);
        desk.verify_pool("deal.toml", &keys, "").expect(0);
    }
}
