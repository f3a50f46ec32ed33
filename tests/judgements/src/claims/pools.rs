//! Claims about pools of loans.

use std::path::Path;

use tailproof_test_support::{DEAL, Desk, LOANS};

use super::Claim;
use super::files::Proved;

/// The claims.
pub fn all(root: &Path) -> Vec<Claim> {
    [tranches(), bands()].map(|claim| claim.into_claim(root)).into()
}

/// The demo's loans, and the tranches over them.
fn tranches() -> Proved {
    let desk = Desk::with_pool(LOANS, DEAL);
    let other_terms =
        vec![("obligor_max = 0.015", "obligor_max = 0.015000001"), ("loans_min = 180", "loans_min = 181")];
    Proved { scenarios: Some("c.scn"), ..proved("tranches", desk, "200loans+pool+32x7/2tranches", other_terms) }
}

/// A pool with bands and a spare number, over no scenarios.
fn bands() -> Proved {
    let tape = "id,balance,rate,ltv,age\n1,300,5,60,12\n2,200,6,60.01,30\n3,400,5.5,100,3\n";
    let deal = "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\n\
                columns = [\"rate\", \"ltv\", \"grade\"]\ngrades = [\"low\", \"high\"]\n\
                [tape.scale]\nrate = \"percent\"\nltv = \"percent\"\n\
                [tape.bands.grade]\nnumber = \"ltv\"\nlimits = { low = [0, 60], high = [60.01, 100] }\n\
                [[tape.numbers]]\nname = \"age\"\nstep = 1\n[claims]\naverage_age_max = 14\n[shares.grade]\nlow = 0.4\n";
    let desk = Desk::new();
    desk.write("loans.csv", tape);
    desk.write("deal.toml", deal);
    desk.commit_pool("loans.csv").expect(0);
    proved(
        "bands",
        desk,
        "4loans+pool+bands+numbers",
        vec![("age_max = 14", "age_max = 15"), ("low = 0.4", "low = 0.39")],
    )
}

fn proved(name: &'static str, desk: Desk, shape: &str, other_terms: Vec<(&'static str, &'static str)>) -> Proved {
    desk.run("pool commit loans.csv --deal deal.toml -o other.json --opening other.opening").expect(0);
    let keys = desk.keys(shape);
    Proved {
        name,
        keys,
        desk,
        other_keys: None,
        terms: ("--deal", "deal.toml"),
        other_terms,
        scenarios: None,
        other_set: None,
        held: "--pool loans.csv --opening o.json".to_owned(),
        commitments: vec!["c.json"],
        other_commitment: "other.json",
        groups: None,
        context: None,
        seed: None,
        backend: "groth16",
    }
}
