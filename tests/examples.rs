//! The examples say what they are there to show. Each is compiled into this executable, and its
//! `main` prints what its `run` returns.

#[path = "../examples/ledger.rs"]
mod ledger;
#[path = "../examples/market.rs"]
mod market;
#[path = "../examples/pool.rs"]
mod pool;
#[path = "../examples/verify_only.rs"]
mod verify_only;

#[test]
fn a_book() {
    assert_eq!(
        market::run().unwrap(),
        [
            "committed to a book over 20 factors",
            "made keys of shape 8x20",
            "proved: 99 % VaR <= 4 % of NAV",
            "proved: 97.5 % CVaR <= 450,000",
            "a limit of 1,000 does not hold, and is not proved",
        ]
    );
}

#[test]
fn a_pool_of_loans() {
    let said = pool::run().unwrap();
    assert_eq!(said[..2], ["committed to 10 loans", "made keys of shape 10loans+pool+15x7/2tranches"]);
    assert_eq!(said[2..].len(), 3, "{said:?}");
}

#[test]
fn a_verifier_alone() {
    assert_eq!(
        verify_only::run().unwrap(),
        [
            "VALID: Example equity mandate",
            "proved: 99 % VaR <= 4 % of NAV",
            "proved: 97.5 % CVaR <= 450,000",
            "rests on the mandate, as given",
            "rests on the scenarios, as given",
            "rests on the scenario point, made again",
            "rests on the unit, compared",
            "rests on the currency, as given",
            "rests on the net asset value, the committer's word",
            "rests on the keys, as given",
            "rests on the withdrawn keys, not checked",
            "rests on the proof system, as given",
            "rests on the commitment, compared",
            "rests on the time of commitment, not checked",
            "rests on the attestation, not checked",
            "rests on the context, compared",
            "the keys are for development: whoever made them can forge proofs",
            "NOT VALID for a limit of 3 %",
        ]
    );
}

#[test]
fn a_ledger_of_days() {
    let said = ledger::run().unwrap();
    assert_eq!(said.len(), 5);
    assert_eq!(said[0], "2022-12-27: Forecast, 75 % VaR <= 400,000");
    assert_eq!(said[1], "2022-12-27: Realised, worst loss <= 400,000");
    assert_eq!(said[4], "4 proofs, 2 days, 0 exceedances");
}
