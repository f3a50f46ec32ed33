//! A limit on the largest obligors together, from a tape to a verdict.

use tailproof_test_support::Desk;

const SHAPE: &str = "6loans+pool+top";
/// The obligors owe 400, 300, 200 and 100. The two largest owe 70 %.
const TAPE: &str = "id,balance,obligor\n1,250,a\n2,300,b\n3,150,a\n4,200,c\n5,100,d\n";
const DEAL: &str = "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\n\
                    columns = [\"obligor\"]\n[claims]\nloans_min = 2\n\
                    [top_obligors]\ncount = 2\nshare_max = 0.7\n";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("loans.csv", TAPE);
    desk.write("deal.toml", DEAL);
    desk.commit_pool("loans.csv").expect(0);
    desk
}

#[test]
fn the_largest_obligors_are_limited_to_the_last_billionth() {
    let desk = desk();
    let keys = desk.keys(SHAPE);
    desk.prove_pool("loans.csv", "deal.toml", &keys, "").expect(0);
    let verified = desk.verify_pool("deal.toml", &keys, "--json").expect(0).json();
    let claim = "the 2 largest obligors together owe at most 70 % of the balance";
    assert!(verified["claims"].as_array().unwrap().iter().any(|said| *said == claim), "{verified}");
    let word = "obligors are as the committer names them: two names may be one person";
    assert!(verified["rests_on"].as_array().unwrap().iter().any(|thing| thing["note"] == word), "{verified}");

    // A billionth less, and one obligor more.
    for (from, to) in [("0.7\n", "0.699999999\n"), ("count = 2", "count = 3")] {
        desk.write("false.toml", DEAL.replace(from, to));
        let refused = desk.prove_pool("loans.csv", "false.toml", &keys, "").expect(1);
        assert!(refused.stderr.contains("largest obligors together owe"), "{refused:?}");
        let other = desk.verify_pool("false.toml", &keys, "").expect(1);
        assert!(!other.stdout.contains("largest obligors"), "{other:?}");
    }
    // Another limit that is so is not what was proved about.
    desk.write("looser.toml", DEAL.replace("0.7\n", "0.71\n"));
    desk.verify_pool("looser.toml", &keys, "").expect(1);
}

#[test]
fn a_description_has_the_figure_and_proposes_a_limit() {
    let desk = desk();
    let described = desk.run("pool describe loans.csv --deal deal.toml --json").expect(0).json();
    let claims = described["claims"].as_array().unwrap();
    let found = claims.iter().find(|claim| claim["claim"].to_string().contains("2 largest obligors")).unwrap();
    assert!(found["holds"] == true && found["figure"] == "70.0000000 %", "{found}");
    assert_eq!(described["top_obligors"], serde_json::json!({ "count": 4, "share": 1.0 }));
    let all = desk.run("pool describe loans.csv").expect(0);
    assert!(!all.stdout.contains("top_obligors"), "no limit below 100 % holds: {all:?}");

    let rows: String = (1..=16).map(|loan| format!("{loan},100\n")).collect();
    desk.write("many.csv", format!("id,balance\n{rows}"));
    let many = desk.run("pool describe many.csv").expect(0).stdout;
    assert!(many.contains("the 10 largest together owe 62.5000 %"), "{many}");
    assert!(many.contains("[top_obligors]\ncount = 10\nshare_max = 0.63\n"), "{many}");
}

#[test]
fn keys_without_the_flag_are_refused_with_the_flag_to_make() {
    let desk = desk();
    let refused = desk.prove_pool("loans.csv", "deal.toml", &desk.keys("6loans+pool"), "").expect(2);
    assert!(refused.stderr.contains("make keys with +top"), "{refused:?}");
    // Keys with the flag take a deal without the table, and claim nothing of it.
    let keys = desk.keys(SHAPE);
    desk.write("deal.toml", DEAL.split("[top_obligors]").next().unwrap());
    desk.prove_pool("loans.csv", "deal.toml", &keys, "").expect(0);
    let verified = desk.verify_pool("deal.toml", &keys, "").expect(0);
    assert!(verified.stdout.contains("at least 2 loans") && !verified.stdout.contains("largest"), "{verified:?}");
}

#[cfg(feature = "nightly")]
mod nightly {
    /// halo2 has its own layout of the rows. Keys of a pool with every claim take long.
    #[test]
    fn the_largest_obligors_are_limited_with_halo2() {
        let desk = super::desk();
        let keys = desk.halo2_keys(super::SHAPE);
        desk.prove_pool("loans.csv", "deal.toml", &keys, "--backend halo2").expect(0);
        desk.verify_pool("deal.toml", &keys, "").expect(0);
    }
}
