//! Exhaustive small worlds: two scenarios, two factors, numbers of three bits. For every book,
//! every limit and every threshold the circuit's verdict is the plain one.

use ark_bn254::Fr;
use halo2_proofs::pasta::Fp;
use tailproof_circuits::r1cs::assembly::statement_assignment;
use tailproof_circuits::statement::market::MarketWitness;
use tailproof_core::mandate::LimitUnits;
use tailproof_core::measures::{losses, shortfall_numerator, value_at_risk};
use tailproof_core::{Confidence, Positions, TailMass, Unit};
use tailproof_verifier::MarketClaim;
use tailproof_verifier::commitment;
use tailproof_verifier::market::{BookLimits, Parametric, RuleTerms};

use crate::support::market::over_pasta;
use crate::support::{Case, Lies, TestCircuit, scenario_set, shape, system};

/// Exposures to the second factor are this far apart. The nightly run takes all.
const STEP: usize = if cfg!(feature = "nightly") { 1 } else { 3 };

/// Whether both clauses hold with a given threshold.
fn holds(losses: &[i128], weights: &[u32], claim: &MarketClaim, z: i128) -> bool {
    let beyond: u64 =
        losses.iter().zip(weights).filter(|(loss, _)| **loss > z).map(|(_, weight)| u64::from(*weight)).sum();
    let tail = claim.var_tail;
    beyond * u64::from(tail.denominator()) <= tail.numerator()
        && z <= i128::from(claim.var_limit.absolute)
        && shortfall_numerator(losses, weights, tail, z)
            <= ethnum::I256::from(claim.cvar_limit.absolute) * ethnum::I256::from(tail.numerator())
}

#[test]
fn every_book_and_limit_of_three_bits() {
    let shape = shape("2x2/1");
    let system = system(shape);
    let mut verdicts = [0usize; 2];
    for (entries, weights) in [(vec![-3, 2, 1, -1], vec![1, 1]), (vec![3, 3, -2, 0], vec![1, 2])] {
        let set = scenario_set(2, weights.clone(), entries);
        let inputs = Case::tight(shape, set.clone(), empty(), [500_000; 2], Fr::from(0u64)).inputs();
        for (x, y) in (-3i64..=3).flat_map(|x| (-3i64..=3).step_by(STEP).map(move |y| (x, y))) {
            let positions = Positions::new(Unit::CENT, vec![x, y], 0).unwrap();
            let commitment = commitment::commit(&set.factors_digest(), &positions, Fr::from(1u64));
            let losses = losses(&set, &positions);
            for ppm in [400_000, 600_000] {
                let tail = TailMass::new(Confidence::from_millionths(ppm).unwrap(), set.total_weight());
                let best = value_at_risk(&losses, &weights, tail);
                let mut check = |var: u64, cvar: u64, z: i128| {
                    let limit = |absolute| LimitUnits { absolute, per_nav: 0 };
                    let claim = MarketClaim {
                        shape,
                        commitment,
                        context: Fr::from(0u64),
                        unit: Unit::CENT,
                        var_tail: tail,
                        var_limit: limit(var),
                        cvar_tail: tail,
                        cvar_limit: limit(cvar),
                        book: BookLimits::OFF,
                        rules: RuleTerms::default(),
                        parametric: Parametric::NONE,
                    };
                    let witness = MarketWitness::with_thresholds(positions.clone(), Fr::from(1u64), [z; 2]);
                    let assignment = statement_assignment(&claim.controls(), &inputs, &witness).unwrap();
                    let expected = holds(&losses, &weights, &claim, z);
                    assert_eq!(
                        system.is_satisfied(&assignment),
                        expected,
                        "book ({x}, {y}), {ppm}, limits {var} and {cvar}, threshold {z}"
                    );
                    verdicts[usize::from(expected)] += 1;
                    // A sample in the halo2 backend too, where each evaluation takes 2^11 rows.
                    if verdicts.iter().sum::<usize>() % (29 * STEP) == 0 {
                        let commitment = commitment::commit(&set.factors_digest(), &positions, Fr::from(1u64));
                        let controls = over_pasta(&claim, commitment, Fp::zero()).controls();
                        let circuit = TestCircuit::new(controls, inputs.clone(), witness.clone(), &Lies::new());
                        assert_eq!(circuit.violations().is_empty(), expected, "halo2: book ({x}, {y}), threshold {z}");
                    }
                };
                // Every limit at the best threshold, and every threshold at limits in the middle.
                for limit in 0..=16 {
                    check(limit, 16, best);
                    check(16, limit, best);
                }
                for z in -16..=16 {
                    check(4, 6, z);
                }
            }
        }
    }
    assert!(verdicts[0] > 1000 && verdicts[1] > 1000, "both verdicts occur often: {verdicts:?}");
}

fn empty() -> Positions {
    Positions::new(Unit::CENT, vec![0, 0], 0).unwrap()
}
