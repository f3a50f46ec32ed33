//! Every kind of clause of a fund's mandate, from the command line: proved and verified with all
//! limits at their last unit, and refused with any one of them a unit further, by both proof
//! systems. The contract's side is in `tests/evm`.

use tailproof_test_support::last_units::{self, LastUnits};

fn holds_by_both(case: &LastUnits) {
    let desk = &case.desk;
    if case.at.books.len() == 1 {
        assert!(case.risk(&case.at).0);
        for further in &case.further {
            assert!(!case.risk(further).0, "{}", further.what);
        }
    }
    let backends = [(desk.keys(case.shape), "groth16"), (desk.halo2_keys(case.shape), "halo2")];
    for (keys, backend) in backends {
        let options = format!("--scenarios s.scn --keys {keys}");
        let prove = |held: &str| desk.run(format!("prove {held} {options} --backend {backend} -o p.json"));
        let verify = |public: &str| desk.run(format!("verify --proof p.json {public} {options}"));
        prove(&case.at.held()).expect(0);
        verify(&case.at.public()).expect(0);
        for further in &case.further {
            verify(&further.public()).expect(1);
            let refused = prove(&further.held()).expect(1);
            assert!(refused.stderr.contains("does not meet the mandate"), "{backend}, {}: {refused:?}", further.what);
        }
    }
}

#[test]
fn equity_as_a_sum_with_liabilities_and_groups() {
    holds_by_both(&last_units::equity_and_groups());
}

#[test]
fn values_beside_exposures() {
    holds_by_both(&last_units::values_beside_exposures());
}

#[test]
fn groups_of_gammas_and_net_bands() {
    holds_by_both(&last_units::gamma_groups());
}

#[test]
fn groups_of_thetas_and_a_loss_with_a_days_theta() {
    let case = last_units::theta_groups();
    holds_by_both(&case);
    let keys = case.desk.halo2_keys(case.shape);
    let options = format!("--scenarios s.scn --keys {keys}");
    let verified = case.desk.run(format!("verify --proof p.json {} {options}", case.at.public())).expect(0);
    assert!(verified.stdout.contains("2 column(s) of the set are of Greeks"), "{verified:?}");
}

#[test]
fn groups_of_vegas() {
    holds_by_both(&last_units::vega_groups());
}

#[test]
fn caps_and_costs_that_grow() {
    holds_by_both(&last_units::caps_and_costs());
}

#[test]
fn a_pnl_vector() {
    holds_by_both(&last_units::pnl_vector());
}

#[test]
fn the_pnl_of_two_desks() {
    holds_by_both(&last_units::pnl_of_two_desks());
}

#[test]
fn margin_in_the_manner_of_frtb() {
    holds_by_both(&last_units::frtb_margin());
}

#[test]
fn margin_in_the_manner_of_simm() {
    holds_by_both(&last_units::simm_margin());
}

#[test]
fn margin_in_the_manner_of_span() {
    holds_by_both(&last_units::span_margin());
}

#[test]
fn value_at_risk_within_the_posted_collateral() {
    holds_by_both(&last_units::posted_collateral());
}
