//! circomlib's Poseidon in rank-1 constraints: three per S-box, `x^2`, `x^4`, `x^5`; everything else is linear.

use ark_bn254::Fr;
use ark_ff::Zero;
use ethnum::I256;
use light_poseidon::parameters::bn254_x5::get_poseidon_parameters;

use super::backend::{Linear, Mode, R1cs, scaled};
use super::system::Terms;
use crate::instructions::{Instructions, Label};

pub(super) fn hash(backend: &mut R1cs<'_>, label: Label, inputs: &[Linear<Fr>]) -> Linear<Fr> {
    let width = inputs.len() + 1;
    let parameters = get_poseidon_parameters::<Fr>(u8::try_from(width).expect("at most 12 inputs"))
        .expect("one to twelve inputs have parameters");
    let mut state = vec![backend.element_constant(Fr::zero())];
    state.extend_from_slice(inputs);
    let rounds = parameters.full_rounds + parameters.partial_rounds;
    let half = parameters.full_rounds / 2;
    for round in 0..rounds {
        for (element, constant) in state.iter_mut().zip(&parameters.ark[round * width..]) {
            let constant = backend.element_constant(*constant);
            backend.element_add_scaled(element, &constant, I256::ONE);
        }
        let full = round < half || round >= half + parameters.partial_rounds;
        let boxes = if full { width } else { 1 };
        for element in &mut state[..boxes] {
            let square = backend.element_product(label, element, element);
            let fourth = backend.element_product(label, &square, &square);
            *element = backend.element_product(label, &fourth, element);
        }
        state = parameters.mds.iter().map(|row| mix(backend, row, &state)).collect();
    }
    state.swap_remove(0)
}

/// One row of the mix layer, its terms merged so that partial rounds do not let them grow without bound.
fn mix(backend: &R1cs<'_>, row: &[Fr], state: &[Linear<Fr>]) -> Linear<Fr> {
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
    Linear { value, terms }
}
