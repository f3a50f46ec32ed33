//! A witness that is not one of the shape is an error in every backend, not a panic.

use ark_bn254::Fr;
use halo2_proofs::pasta::Fp;
use tailproof_circuits::halo2::StatementCircuit;
use tailproof_circuits::r1cs::assembly::statement_assignment;
use tailproof_circuits::statement::market::MarketWitness;
use tailproof_circuits::statement::{Witness, WitnessRef};
use tailproof_circuits::{SynthesisError, WitnessError, WitnessList};
use tailproof_core::{Positions, Unit};
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::inputs::controls::CONTROLS;

use crate::support::pool::PoolCase;
use crate::support::{rng, shape};

/// Both backends refuse the witness for this reason.
#[track_caller]
fn assert_refused(text: &str, witness: &Witness, reason: WitnessError) {
    let inputs = ScenarioInputs::zero(shape(text));
    assert_eq!(WitnessRef::from(witness).check(shape(text)), Err(reason.clone()));
    let found = statement_assignment(&[Fr::from(0u64); CONTROLS], &inputs, witness);
    assert_eq!(found, Err(SynthesisError::Witness(reason)));
    let circuit = StatementCircuit::new([Fp::zero(); CONTROLS], inputs, witness.clone());
    assert!(circuit.log_rows().is_err());
}

fn length(list: WitnessList, expected: usize, found: usize) -> WitnessError {
    WitnessError::Length { list, expected, found }
}

#[test]
fn another_kind_of_statement() {
    for (text, other) in [("2x2/1", "2loans+pool"), ("2loans+pool", "2x2/1"), ("3x2+parametric", "2loans+pool")] {
        assert_refused(text, &Witness::zero(shape(other)), WitnessError::Kind { shape: shape(text) });
    }
}

#[test]
fn another_number_of_books() {
    assert_refused("2x2/1+3books", &Witness::zero(shape("2x2/1+2books")), length(WitnessList::Books, 3, 2));
    assert_refused("2x2/1", &Witness::zero(shape("2x2/1+2books")), length(WitnessList::Books, 1, 2));
}

#[test]
fn more_exposures_than_factors() {
    let positions = Positions::new(Unit::CENT, vec![1, 2, 3], 4).unwrap();
    let witness = MarketWitness::with_thresholds(positions, Fr::from(5u64), [0, 0]).into();
    let reason = WitnessError::TooLong { list: WitnessList::Exposures, most: 2, found: 3 };
    assert_refused("2x2", &witness, reason.clone());
    assert_refused("3x2+parametric", &witness, reason);
}

/// Exposures where gains are expected, the other way round, and more gains than days.
#[test]
fn another_kind_of_book() {
    let witness = |positions| Witness::from(MarketWitness::with_thresholds(positions, Fr::from(5u64), [0, 0]));
    let gains = |count| Positions::pnl(Unit::CENT, vec![1; count], 4).unwrap();
    let exposures = Positions::new(Unit::CENT, vec![1, 2], 4).unwrap();
    assert_refused("2pnl/1", &witness(exposures), WitnessError::Kind { shape: shape("2pnl/1") });
    assert_refused("2x2/1", &witness(gains(2)), WitnessError::Kind { shape: shape("2x2/1") });
    let reason = WitnessError::TooLong { list: WitnessList::Gains, most: 2, found: 3 };
    assert_refused("2pnl", &witness(gains(3)), reason);
}

#[test]
fn another_pool() {
    let witness = |text: &str| Witness::from(PoolCase::random(&mut rng(1), text, 9).witness::<Fr>());
    let mut many = PoolCase::random(&mut rng(1), "3loans+2x2/1tranches", 9);
    let loan = many.collateral.loans()[0];
    many.collateral = tailproof_core::pool::LoanPool::from_loans(vec![loan; 3], [5; 32]);
    let reason = WitnessError::TooLong { list: WitnessList::Loans, most: 2, found: 3 };
    assert_refused("2loans+2x2/1tranches", &Witness::from(many.witness::<Fr>()), reason);
    assert_refused("2loans+2x2/2tranches", &witness("2loans+2x2/1tranches"), length(WitnessList::Thresholds, 2, 1));
    let Err(WitnessError::Length { list: WitnessList::LimitWords, found: 0, .. }) =
        WitnessRef::from(&witness("2loans+2x2/1tranches")).check(shape("2loans+pool+2x2/1tranches"))
    else {
        panic!("a witness without limits is refused for a shape with limits");
    };
}
