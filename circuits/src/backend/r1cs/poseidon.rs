//! circomlib's Poseidon in rank-1 constraints: three per S-box, `x^2`, `x^4` and `x^5`. Everything
//! else is linear.

use std::sync::OnceLock;

use ark_bn254::Fr;
use ark_ff::{One, Zero};
use light_poseidon::PoseidonParameters;
use light_poseidon::parameters::bn254_x5::get_poseidon_parameters;

use super::expression::{Combination, Mode, R1cs, scaled};
use super::system::Terms;
use crate::instructions::Label;

/// The hash of `N` elements, for which Poseidon has parameters: from one to twelve.
pub(super) fn hash<const N: usize>(
    backend: &mut R1cs<'_>,
    label: Label,
    inputs: &[Combination<Fr>; N],
) -> Combination<Fr> {
    const { assert!(N >= 1 && N <= 12, "Poseidon has parameters for one to twelve elements") };
    let width = N + 1;
    let parameters = parameters(N);
    let mut state = vec![backend.element_constant(Fr::zero())];
    state.extend_from_slice(inputs);
    let rounds = parameters.full_rounds + parameters.partial_rounds;
    let half = parameters.full_rounds / 2;
    for round in 0..rounds {
        for (element, constant) in state.iter_mut().zip(&parameters.ark[round * width..]) {
            let constant = backend.element_constant(*constant);
            backend.add(element, &constant, Fr::one());
        }
        let full = round < half || round >= half + parameters.partial_rounds;
        let boxes = if full { width } else { 1 };
        for element in &mut state[..boxes] {
            let square = backend.multiply(label, element, element);
            let fourth = backend.multiply(label, &square, &square);
            *element = backend.multiply(label, &fourth, element);
        }
        state = parameters.mds.iter().map(|row| mix(backend, row, &state)).collect();
    }
    state.swap_remove(0)
}

/// The parameters for so many inputs, which are made once.
fn parameters(inputs: usize) -> &'static PoseidonParameters<Fr> {
    static PARAMETERS: [OnceLock<PoseidonParameters<Fr>>; 12] = [const { OnceLock::new() }; 12];
    PARAMETERS[inputs - 1].get_or_init(|| {
        get_poseidon_parameters(u8::try_from(inputs + 1).expect("at most 13"))
            .expect("one to twelve inputs have parameters")
    })
}

/// One row of the mix layer. Its terms are merged, so that they do not grow without bound in
/// partial rounds.
fn mix(backend: &R1cs<'_>, row: &[Fr], state: &[Combination<Fr>]) -> Combination<Fr> {
    let value = row.iter().zip(state).map(|(factor, element)| *factor * element.value).sum();
    let mut terms = Terms::new();
    if backend.mode == Mode::Constraints {
        for (factor, element) in row.iter().zip(state) {
            terms.extend(scaled(&element.terms, *factor));
        }
        terms.sort_unstable_by_key(|(variable, _)| *variable);
        terms.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
    }
    Combination { value, terms }
}
