//! Packed-field overflow. The header of a commitment packs net asset value and unit, so a net asset
//! value of 2^44 more under a unit of one less is the same header, and the same commitment. Only
//! the range check of the net asset value stands against it: without its constraints every backend
//! accepts a book twice as rich under the same commitment.

use ark_bn254::Fr;
use ethnum::I256;
use tailproof_circuits::statement::market::labels;
use tailproof_circuits::statement::pool::labels as pool;
use tailproof_core::fixed_point::NAV_BITS;
use tailproof_core::pool::TrancheTerms;
use tailproof_core::{Positions, Unit};

use crate::support::pool::{PoolCase, loan};
use crate::support::{Case, Instance, TestCircuit, lies, scenario_set, shape};

/// A claim in units of one millionth less than those committed to, and the lie that opens the
/// commitment to it.
fn attacks() -> Vec<(Case, Case)> {
    ["2x2/1", "2x3"]
        .into_iter()
        .map(|text| {
            let set = scenario_set(2, vec![1, 1], vec![-54, -60, -18, -24]);
            let positions = |unit| Positions::new(unit, vec![40, 43], 1_000).unwrap();
            let [committed, claimed] = [10_000, 9_999].map(|unit| Unit::from_millionths(unit).unwrap());
            let case = |unit| {
                let blinding = Fr::from(99u64);
                Case::tight(shape(text), set.clone(), positions(unit), [500_000, 400_000], blinding)
            };
            (case(committed), case(claimed))
        })
        .collect()
}

/// A balance of 2^33 more under a loan that is not the first of its obligor packs to the same
/// element of the tape.
#[test]
fn a_balance_cannot_borrow_from_what_stands_behind_it() {
    let loans = vec![loan(1_000, [5; 4], [0; 3], false, true), loan(500, [6; 4], [1; 3], false, true)];
    let set = scenario_set(2, vec![3, 2], vec![-(1 << 17); 4]);
    let mut case = PoolCase::tight("3loans+2x2/2tranches", loans, Some(set), &[250_000]).loosened();
    let owed = (1 << 33) + 1_500;
    case.thresholds = [100_000, 500_000].map(|millionths| TrancheTerms::point(millionths, owed)).to_vec();
    let told = lies(&[(pool::BALANCE_BIT, 1, I256::from(499 + (1i64 << 33))), (pool::NEW_OBLIGOR, 1, I256::ZERO)]);
    let bug = pool::BALANCE_BIT;
    assert_eq!(case.violations(&told), [bug], "r1cs");
    assert_eq!(case.halo2(&told).violations(), [bug], "halo2");
    assert_eq!(case.plain(&told), [bug], "plain");

    let (system, assignment) = case.recorded(Some(bug), &told);
    assert!(system.is_satisfied(&assignment), "r1cs without the check");
    assert_eq!(case.halo2(&told).without(bug).violations(), Vec::<String>::new(), "halo2 without the check");
    assert!(case.plain_without(bug, &told).is_empty(), "plain without the check");
}

#[test]
fn a_net_asset_value_cannot_borrow_from_the_unit() {
    let overflow = I256::from(1_000 + (1i64 << NAV_BITS));
    let told = lies(&[(labels::NAV_BIT, 0, overflow)]);
    let bug = labels::NAV_BIT;
    for (committed, mut claimed) in attacks() {
        let pasta = committed.pasta_claim().commitment;
        claimed.claim.commitment = committed.claim.commitment;
        let mut controls = claimed.pasta_claim().controls();
        controls[0] = pasta;
        let circuit = TestCircuit::new(controls, claimed.inputs(), claimed.witness(), &told);
        assert_eq!(claimed.violations(&told), [bug], "r1cs");
        assert_eq!(circuit.violations(), [bug], "halo2");
        assert_eq!(claimed.plain(&told), [bug], "plain");

        let (system, assignment) = claimed.recorded(Some(bug), &told);
        assert!(system.is_satisfied(&assignment), "r1cs without the check");
        assert_eq!(circuit.without(bug).violations(), Vec::<String>::new(), "halo2 without the check");
        assert!(claimed.plain_without(bug, &told).is_empty(), "plain without the check");
    }
}
