//! Lies: every hint of the honest prover, alone and together with its neighbours, replaced by
//! values that a cheat would try. The rest is computed from them as a prover would. No other
//! witness may satisfy the same instance.

use std::collections::{BTreeSet, HashMap};

use ethnum::I256;
use tailproof_circuits::instructions::Label;
use tailproof_circuits::statement::market::labels;
use tailproof_circuits::statement::parametric::labels as parametric;
use tailproof_circuits::statement::pool::labels as pool;

use super::targets::{Target, statements, target};
use crate::support::Lies;

/// Values in place of an honest one. Limits are packed up to bit 203, so their hints can go no
/// farther than 2^48 in the 256 bits that the prover computes in. Digits of loans are packed up to
/// bit 252: the last region begins at bit 245, and the last term at bit 238.
fn candidates(label: Label, honest: I256, farthest: u32) -> Vec<I256> {
    let one = I256::ONE;
    let far = one
        << match label {
            _ if label == labels::LIMITS.bit => 48,
            // A scale is multiplied with a limit, and both are squared.
            _ if label == parametric::PARAMETERS.bit => 30,
            _ if label == pool::CODE_BITS[2] || label == pool::DELINQUENT => 5,
            _ if pool::CODE_BITS.contains(&label) || label == pool::NUMBER_BIT => 12.min(farthest),
            _ => farthest,
        };
    let mut values =
        vec![honest + one, honest - one, -honest, one - honest, I256::ZERO, honest * 2, honest + far, honest - far];
    values.sort_unstable();
    values.dedup();
    values.retain(|value| *value != honest);
    values
}

/// A hint: its label, its number under the label, and its honest value.
type Hint = (Label, usize, I256);

/// The hints that must have no second value: all but the harmless ones.
fn pinned_hints(target: &dyn Target) -> Vec<Hint> {
    let harmless = target.harmless();
    let mut hints = target.hints();
    hints.retain(|(label, index, _)| !harmless.contains(&(*label, *index)));
    hints
}

/// The places of the hints to lie about: the first two of each label, and one in `step` of the
/// rest.
fn searched(hints: &[Hint], step: usize) -> Vec<usize> {
    let mut seen = HashMap::<Label, usize>::new();
    let mut rest = 0;
    let is_searched = |(label, ..): &Hint| {
        let count = seen.entry(label).or_default();
        *count += 1;
        rest += usize::from(*count > 2);
        *count <= 2 || rest % step == 0
    };
    let places: Vec<bool> = hints.iter().map(is_searched).collect();
    (0..hints.len()).filter(|place| places[*place]).collect()
}

/// The lies told about a hint that is searched: one in `step` of the candidates and at least one,
/// others from hint to hint.
fn told(candidates: Vec<I256>, turn: usize, step: usize) -> impl Iterator<Item = I256> {
    let first = turn % step.min(candidates.len());
    candidates.into_iter().skip(first).step_by(step)
}

/// How a search samples hints and lies: one in so many.
struct Sampling {
    hints: usize,
    lies: usize,
}

impl Sampling {
    /// For the R1CS backend, fewer lies where there are more hints. The nightly run tells all lies
    /// about the hints.
    fn r1cs(target: &dyn Target) -> Self {
        let hints = target.sampling();
        let lies = match hints {
            1 => 1,
            _ if cfg!(feature = "nightly") => 1,
            2..=30 => 2,
            _ => 4,
        };
        Self { hints, lies }
    }

    /// For the halo2 backend, where each evaluation takes all rows. It is told everything about the
    /// smallest statements.
    fn halo2(text: &str, target: &dyn Target) -> Self {
        if ["2x2/1", "2x3"].contains(&text) {
            return Self { hints: 1, lies: 1 };
        }
        Self { hints: 7 * target.sampling(), lies: if target.sampling() == 1 { 5 } else { 8 } }
    }
}

/// One pair of lies in so many is told to the R1CS backend. The nightly run tells all.
const R1CS_PAIRS: usize = if cfg!(feature = "nightly") { 1 } else { 7 };
/// The same for the halo2 backend. The nightly run tells more, not all.
const HALO2_PAIRS: usize = if cfg!(feature = "nightly") { 7 } else { 35 };

/// The first lies that satisfy, if any do.
fn accepted_lie(target: &dyn Target) -> Option<String> {
    let system = target.system();
    let honest = target.assignment(&Lies::new());
    let hints = pinned_hints(target);
    let accepted = |lies: &Lies| {
        let assignment = target.assignment(lies);
        assert_eq!(assignment[..system.instances()], honest[..system.instances()], "lies leave the public part alone");
        assignment != honest && system.is_satisfied(&assignment)
    };
    let mut pairs = 0;
    let sampling = Sampling::r1cs(target);
    for (turn, place) in searched(&hints, sampling.hints).into_iter().enumerate() {
        let (label, count, value) = hints[place];
        for lie in told(candidates(label, value, target.farthest(label)), turn, sampling.lies) {
            let mut lies = Lies::from([((label, count), lie)]);
            if accepted(&lies) {
                return Some(format!("{label} {count}: {lie} in place of {value}"));
            }
            for (other, other_count, other_value) in hints.iter().skip(place + 1).take(2) {
                for other_lie in candidates(other, *other_value, target.farthest(other)) {
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

/// The halo2 backend accepts no lie. It is told every lie about every hint of the smallest
/// statements, a sample of lies and hints of the others, and a sample of the pairs.
fn no_lie_is_accepted_by_halo2(text: &str) {
    let target = target(text);
    let hints = pinned_hints(target.as_ref());
    let accepted = |lies: &Lies| target.halo2(lies).violations().is_empty();
    assert!(accepted(&Lies::new()));
    let sampling = Sampling::halo2(text, target.as_ref());
    let mut pairs = 0;
    for (turn, place) in searched(&hints, sampling.hints).into_iter().enumerate() {
        let (label, count, value) = hints[place];
        for lie in told(candidates(label, value, target.farthest(label)), turn, sampling.lies) {
            let mut lies = Lies::from([((label, count), lie)]);
            assert!(!accepted(&lies), "{label} {count}: {lie} in place of {value}");
            let Some((other, other_count, other_value)) = hints.get(place + 1) else { continue };
            for other_lie in candidates(other, *other_value, target.farthest(other)) {
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

/// Both searches lie about hints of every label, but for those whose hints are all harmless.
fn hints_of_every_label_are_searched(text: &str) {
    let target = target(text);
    let harmless = target.harmless();
    let all = target.hints().into_iter().filter(|(label, index, _)| !harmless.contains(&(*label, *index)));
    let all: BTreeSet<Label> = all.map(|(label, ..)| label).collect();
    let hints = pinned_hints(target.as_ref());
    for sampling in [Sampling::r1cs(target.as_ref()), Sampling::halo2(text, target.as_ref())] {
        let step = sampling.hints;
        let found: BTreeSet<Label> = searched(&hints, step).into_iter().map(|place| hints[place].0).collect();
        assert_eq!(found, all, "one in {step}");
    }
}

statements!(each, hints_of_every_label_are_searched);

/// Each hint that is left out as harmless has a second value that both backends accept.
fn each_harmless_hint_has_a_second_value(text: &str) {
    let target = target(text);
    let system = target.system();
    let hints = target.hints();
    for (label, index) in target.harmless() {
        let (.., honest) = hints.iter().find(|(name, at, _)| (*name, *at) == (label, index)).unwrap();
        let accepted = |lie: I256| {
            let lies = Lies::from([((label, index), lie)]);
            system.is_satisfied(&target.assignment(&lies)) && target.halo2(&lies).violations().is_empty()
        };
        let second = candidates(label, *honest, target.farthest(label)).into_iter().find(|lie| accepted(*lie));
        assert!(second.is_some(), "{label} {index} is left out, and no second value is accepted");
    }
}

statements!(each, each_harmless_hint_has_a_second_value);
