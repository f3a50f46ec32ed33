//! Packed-field overflow: the header of a commitment packs net asset value and unit, so a net asset value of 2^44 more under a unit of
//! one less is the same header, and the same commitment. Only the range check of the net asset value stands against it: with
//! the planted bug, which removes that check, both backends accept a book twice as rich under the same commitment.

use ark_bn254::Fr;
use ethnum::I256;
use tailproof_circuits::instructions::Label;
use tailproof_circuits::statement::market::labels;
use tailproof_circuits::statement::pool::labels as pool;
use tailproof_core::fixed_point::NAV_BITS;
use tailproof_core::pool::TrancheTerms;
use tailproof_core::{Positions, Unit};

use crate::common::pool::{PoolCase, loan};
use crate::common::{Case, lies, scenario_set, shape};

/// A claim in units of one millionth less than those committed to, and the lie that opens the commitment to it.
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

/// A balance of 2^33 more under a loan that is not the first of its obligor packs to the same element of the tape.
#[test]
fn a_balance_cannot_borrow_from_what_stands_behind_it() {
    let loans = vec![loan(1_000, [5; 4], [0; 3], false, true), loan(500, [6; 4], [1; 3], false, true)];
    let set = scenario_set(2, vec![3, 2], vec![-(1 << 17); 4]);
    let mut case = PoolCase::tight("3loans+2x2/2tranches", loans, Some(set), &[250_000]).loosened();
    let owed = (1 << 33) + 1_500;
    case.thresholds = [100_000, 500_000].map(|millionths| TrancheTerms::point(millionths, owed)).to_vec();
    let told = lies(&[(pool::BALANCE_BIT, 1, I256::from(499 + (1i64 << 33))), (pool::NEW_OBLIGOR, 1, I256::ZERO)]);
    let expected: &[Label] = if cfg!(feature = "planted-bug") { &[] } else { &[pool::BALANCE_BIT] };
    assert_eq!(case.violations(&told), expected, "r1cs");
    assert_eq!(case.plonkish(&told).violations(), expected, "plonkish");
    #[cfg(not(feature = "planted-bug"))]
    assert_eq!(case.plain(&told), expected, "plain");
}

#[test]
fn a_net_asset_value_cannot_borrow_from_the_unit() {
    let overflow = I256::from(1_000 + (1i64 << NAV_BITS));
    let told = lies(&[(labels::NAV_BIT, 0, overflow)]);
    let expected: &[Label] = if cfg!(feature = "planted-bug") { &[] } else { &[labels::NAV_BIT] };
    for (committed, mut claimed) in attacks() {
        let pasta = committed.pasta_claim().commitment;
        claimed.claim.commitment = committed.claim.commitment;
        assert_eq!(claimed.violations(&told), expected, "r1cs");
        let mut controls = claimed.pasta_claim().controls();
        controls[0] = pasta;
        let circuit =
            tailproof_circuits::plonkish::StatementCircuit::new(controls, claimed.inputs(), claimed.witness());
        assert_eq!(circuit.with_lies(told.clone()).violations(), expected, "plonkish");
        #[cfg(not(feature = "planted-bug"))]
        assert_eq!(claimed.plain(&told), expected, "plain");
    }
}
