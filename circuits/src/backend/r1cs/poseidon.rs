//! circomlib's Poseidon in rank-1 constraints: three per S-box, `x^2`, `x^4` and `x^5`. Everything
//! else is linear.
//!
//! A partial round has one S-box, whose output is a new variable. So the elements of the state are
//! combinations of the outputs of the last full round and of these variables. The coefficients
//! depend on the round alone: [`Partial`] has them, so that no hash mixes long combinations.

use std::sync::OnceLock;

use ark_bn254::Fr;
use ark_ff::Zero;
use tailproof_verifier::poseidon::{MOST_INPUTS, Parameters, parameters};

use super::expression::{Combination, Mode, R1cs};
use super::system::{Terms, Variable};
use crate::instructions::Label;

/// The hash of `N` elements, for which Poseidon has parameters: from one to twelve.
pub(super) fn hash<const N: usize>(
    backend: &mut R1cs<'_>,
    label: Label,
    inputs: &[Combination<Fr>; N],
) -> Combination<Fr> {
    const { assert!(N >= 1 && N <= 12, "Poseidon has parameters for one to twelve elements") };
    let Poseidon { parameters, partial } = poseidon(N);
    let half = parameters.full_rounds / 2;
    let mut state = vec![backend.element_constant(Fr::zero())];
    state.extend_from_slice(inputs);
    for round in 0..half {
        full_round(backend, label, parameters, round, &mut state);
    }
    partial_rounds(backend, label, parameters, partial, &mut state);
    for round in half + parameters.partial_rounds..parameters.full_rounds + parameters.partial_rounds {
        full_round(backend, label, parameters, round, &mut state);
    }
    state.swap_remove(0)
}

/// Adds the constants of a round, and makes the fifth powers of the first `boxes` elements.
fn boxes(backend: &mut R1cs<'_>, label: Label, constants: &[Fr], boxes: usize, state: &mut [Combination<Fr>]) {
    for (element, constant) in state.iter_mut().zip(constants) {
        element.value += constant;
        element.terms.extend(backend.constant_terms(*constant));
    }
    for element in &mut state[..boxes] {
        let square = backend.multiply(label, element, element);
        let fourth = backend.multiply(label, &square, &square);
        *element = backend.multiply(label, &fourth, element);
    }
}

/// The product of a matrix and a vector.
fn mixed(mds: &[Vec<Fr>], vector: &[Fr]) -> Vec<Fr> {
    mds.iter().map(|row| row.iter().zip(vector).map(|(factor, value)| *factor * value).sum()).collect()
}

/// The terms of several coefficients and variables.
fn terms_of(coefficients: &[Fr], variables: &[Variable]) -> Terms {
    variables.iter().copied().zip(coefficients.iter().copied()).collect()
}

/// The variables of elements that are one variable each; none where constraints are not recorded.
fn variables_of(state: &[Combination<Fr>]) -> Vec<Variable> {
    state.iter().filter_map(|element| element.terms.first()).map(|(variable, _)| *variable).collect()
}

/// The state's values.
fn values_of(state: &[Combination<Fr>]) -> Vec<Fr> {
    state.iter().map(|element| element.value).collect()
}

fn full_round(
    backend: &mut R1cs<'_>,
    label: Label,
    parameters: &Parameters,
    round: usize,
    state: &mut [Combination<Fr>],
) {
    let width = state.len();
    boxes(backend, label, &parameters.constants[round], width, state);
    let variables = variables_of(state);
    let values = mixed(&parameters.matrix, &values_of(state));
    for ((element, value), row) in state.iter_mut().zip(values).zip(&parameters.matrix) {
        *element = Combination { value, terms: terms_of(row, &variables) };
    }
}

/// All partial rounds. The state consists of combinations of the same variables, one an element,
/// with the matrix's coefficients.
fn partial_rounds(
    backend: &mut R1cs<'_>,
    label: Label,
    parameters: &Parameters,
    partial: &Partial,
    state: &mut [Combination<Fr>],
) {
    let width = state.len();
    let half = parameters.full_rounds / 2;
    let mut variables: Vec<Variable> = state[0].terms.iter().map(|(variable, _)| *variable).collect();
    let mut values = values_of(state);
    // The constants in the elements.
    let mut constants = vec![Fr::zero(); width];
    let terms = |backend: &R1cs<'_>, round: usize, element: usize, variables: &[Variable], constant: Fr| {
        let mut terms = backend.constant_terms(constant);
        if backend.mode == Mode::Constraints {
            let (before, boxes) = variables.split_at(width);
            let first = if round == parameters.partial_rounds { &partial.last[element] } else { &partial.first[round] };
            terms.extend(terms_of(first, before));
            terms.extend(
                boxes.iter().enumerate().map(|(at, variable)| (*variable, partial.boxes[round - 1 - at][element])),
            );
        }
        terms
    };
    for round in 0..parameters.partial_rounds {
        let added = &parameters.constants[half + round];
        let mut element = [Combination { value: values[0], terms: terms(backend, round, 0, &variables, constants[0]) }];
        boxes(backend, label, &added[..1], 1, &mut element);
        variables.extend(variables_of(&element));
        for (index, constant) in added.iter().enumerate().skip(1) {
            values[index] += constant;
            constants[index] += constant;
        }
        // The output of the S-box is a variable.
        (values[0], constants[0]) = (element[0].value, Fr::zero());
        values = mixed(&parameters.matrix, &values);
        if backend.mode == Mode::Constraints {
            constants = mixed(&parameters.matrix, &constants);
        }
    }
    for (index, element) in state.iter_mut().enumerate() {
        let terms = terms(backend, parameters.partial_rounds, index, &variables, constants[index]);
        *element = Combination { value: values[index], terms };
    }
}

/// Coefficients in partial rounds, for the matrix M, and M' which is M with a first column of zeros.
struct Partial {
    /// For each round, the coefficients of the last full round's outputs in the first element: the
    /// first row of `M'^round M`.
    first: Vec<Vec<Fr>>,
    /// Those in each element after all partial rounds.
    last: Vec<Vec<Fr>>,
    /// The coefficient in each element of the S-box's output so many rounds after the next: `M'^k`
    /// times the first column of M.
    boxes: Vec<Vec<Fr>>,
}

impl Partial {
    fn new(parameters: &Parameters) -> Self {
        let mds = &parameters.matrix;
        let next = |column: &[Fr]| {
            let mut column = column.to_vec();
            column[0] = Fr::zero();
            mixed(mds, &column)
        };
        let width = mds.len();
        let mut columns: Vec<Vec<Fr>> = (0..width).map(|j| mds.iter().map(|row| row[j]).collect()).collect();
        let mut boxes = vec![columns[0].clone()];
        let mut first = Vec::new();
        for _ in 0..parameters.partial_rounds {
            first.push(columns.iter().map(|column| column[0]).collect());
            columns = columns.iter().map(|column| next(column)).collect();
            boxes.push(columns[0].clone());
        }
        let last = (0..width).map(|i| columns.iter().map(|column| column[i]).collect()).collect();
        Self { first, last, boxes }
    }
}

struct Poseidon {
    parameters: &'static Parameters,
    partial: Partial,
}

/// The hash of so many inputs, which is made once.
fn poseidon(inputs: usize) -> &'static Poseidon {
    static HASHES: [OnceLock<Poseidon>; MOST_INPUTS] = [const { OnceLock::new() }; MOST_INPUTS];
    HASHES[inputs - 1].get_or_init(|| {
        let parameters = parameters(inputs);
        let partial = Partial::new(parameters);
        Poseidon { parameters, partial }
    })
}
