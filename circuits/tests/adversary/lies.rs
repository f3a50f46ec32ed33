//! Lies: every hint of the honest prover, alone and together with its neighbours, replaced by
//! values that a cheat would try. The rest is computed from them as a prover would. No other
//! witness may satisfy the same instance.

use ethnum::I256;
use tailproof_circuits::instructions::Label;
use tailproof_circuits::statement::market::labels;
use tailproof_circuits::statement::parametric::labels as parametric;

use super::targets::{Target, statements, target};
use crate::support::Lies;

/// Values in place of an honest one. Limits are packed up to bit 203, so their hints can go no
/// farther than 2^48 in the 256 bits that the prover computes in.
fn candidates(label: Label, honest: I256, farthest: u32) -> Vec<I256> {
    let one = I256::ONE;
    let far = one
        << match label {
            _ if label == labels::LIMITS.bit => 48,
            // A scale is multiplied with a limit, and both are squared.
            _ if label == parametric::PARAMETERS.bit => 30,
            _ => farthest,
        };
    let mut values =
        vec![honest + one, honest - one, -honest, one - honest, I256::ZERO, honest * 2, honest + far, honest - far];
    values.sort_unstable();
    values.dedup();
    values.retain(|value| *value != honest);
    values
}

/// One pair of lies in so many is told to the R1CS backend. The nightly run tells all.
const R1CS_PAIRS: usize = if cfg!(feature = "nightly") { 1 } else { 7 };
/// The same for the halo2 backend, where each evaluation takes all rows.
const HALO2_PAIRS: usize = if cfg!(feature = "nightly") { 7 } else { 35 };

/// The first lies that satisfy, if any do.
fn accepted_lie(target: &dyn Target) -> Option<String> {
    let system = target.system();
    let honest = target.assignment(&Lies::new());
    let harmless = target.harmless();
    let mut hints = target.hints();
    hints.retain(|(label, index, _)| !harmless.contains(&(*label, *index)));
    let hints: Vec<_> = hints.into_iter().step_by(target.sampling()).collect();
    let accepted = |lies: &Lies| {
        let assignment = target.assignment(lies);
        assert_eq!(assignment[..system.instances()], honest[..system.instances()], "lies leave the public part alone");
        assignment != honest && system.is_satisfied(&assignment)
    };
    let mut pairs = 0;
    for (index, (label, count, value)) in hints.iter().enumerate() {
        for lie in candidates(label, *value, target.farthest()) {
            let mut lies = Lies::from([((*label, *count), lie)]);
            if accepted(&lies) {
                return Some(format!("{label} {count}: {lie} in place of {value}"));
            }
            for (other, other_count, other_value) in hints.iter().skip(index + 1).take(2) {
                for other_lie in candidates(other, *other_value, target.farthest()) {
                    pairs += 1;
                    if pairs % R1CS_PAIRS != 0 {
                        continue;
                    }
                    lies.insert((*other, *other_count), other_lie);
                    if accepted(&lies) {
                        return Some(format!("{label} {count}: {lie}, {other} {other_count}: {other_lie}"));
                    }
                }
                lies.remove(&(*other, *other_count));
            }
        }
    }
    None
}

/// The R1CS backend accepts no lie.
fn no_lie_is_accepted(text: &str) {
    assert_eq!(accepted_lie(target(text).as_ref()), None);
}

statements!(each, no_lie_is_accepted);

/// The halo2 backend accepts no lie. It is told each alone and a sample of the pairs, since every
/// evaluation takes all rows. For all but the smallest statements, one hint in seven is lied about.
fn no_lie_is_accepted_by_halo2(text: &str) {
    let target = target(text);
    let harmless = target.harmless();
    let mut hints = target.hints();
    hints.retain(|(label, index, _)| !harmless.contains(&(*label, *index)));
    if !["2x2/1", "2x3"].contains(&text) {
        hints = hints.into_iter().step_by(7 * target.sampling()).collect();
    }
    let accepted = |lies: &Lies| target.halo2(lies).violations().is_empty();
    assert!(accepted(&Lies::new()));
    let mut pairs = 0;
    for (index, (label, count, value)) in hints.iter().enumerate() {
        for lie in candidates(label, *value, target.farthest()) {
            let mut lies = Lies::from([((*label, *count), lie)]);
            assert!(!accepted(&lies), "{label} {count}: {lie} in place of {value}");
            let Some((other, other_count, other_value)) = hints.get(index + 1) else { continue };
            for other_lie in candidates(other, *other_value, target.farthest()) {
                pairs += 1;
                if pairs % HALO2_PAIRS == 0 {
                    lies.insert((*other, *other_count), other_lie);
                    assert!(!accepted(&lies), "{label} {count}: {lie}, {other} {other_count}: {other_lie}");
                }
            }
        }
    }
}

statements!(each, no_lie_is_accepted_by_halo2);

/// The hints that the search goes through are all there are.
#[test]
fn every_kind_of_hint_is_among_those_searched() {
    let hints = target("2x2/1").hints();
    for label in
        [labels::THRESHOLD_BIT, labels::DISTANCE.sign, labels::DISTANCE.bit, labels::NAV_BIT, labels::EXCESS_BIT]
    {
        assert!(hints.iter().any(|(name, ..)| *name == label), "{label}");
    }
}
