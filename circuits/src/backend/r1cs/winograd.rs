//! A public matrix times a private vector with half the products (Winograd 1968).
//!
//! For each row, `sum_i S[i] x[i] = sum_j (S[2j] + x[2j+1]) (S[2j+1] + x[2j]) - xi - eta`. Here `xi
//! = sum_j S[2j] S[2j+1]` is public data of the row, and `eta = sum_j x[2j] x[2j+1]` is the same
//! for all rows. An odd last column stands beside a zero.

use ark_bn254::Fr;
use ark_ff::One;
use ethnum::I256;
use tailproof_verifier::inputs::layout;

use super::expression::{Combination, R1cs, scaled};
use super::system::{Terms, Variable};
use crate::field::to_field;
use crate::instructions::MatrixLabels;

/// The private vector in pairs of neighbours.
struct Pairs<'x> {
    x: &'x [Combination<I256>],
    none: Combination<I256>,
    /// The values, where all fit 128 bits.
    narrow: Option<Vec<i128>>,
}

impl<'x> Pairs<'x> {
    fn new(x: &'x [Combination<I256>]) -> Self {
        let narrow = x.iter().map(|entry| i128::try_from(entry.value).ok()).collect();
        Self { x, none: Combination { value: I256::ZERO, terms: Terms::new() }, narrow }
    }

    fn count(&self) -> usize {
        self.x.len().div_ceil(2)
    }

    fn pair(&self, j: usize) -> (&Combination<I256>, &Combination<I256>) {
        (&self.x[2 * j], self.x.get(2 * j + 1).unwrap_or(&self.none))
    }

    /// `(S[2j] + x[2j+1]) (S[2j+1] + x[2j])`.
    fn product(&self, j: usize, entries: &[i64]) -> I256 {
        let (left, right) = (entries[2 * j], entries.get(2 * j + 1).copied().unwrap_or(0));
        if let Some(x) = &self.narrow {
            let (even, odd) = (x[2 * j], x.get(2 * j + 1).copied().unwrap_or(0));
            // Exposures below 2^62 keep the product inside 128 bits.
            if even.abs() < 1 << 62 && odd.abs() < 1 << 62 {
                return I256::from((i128::from(left) + odd) * (i128::from(right) + even));
            }
        }
        let (even, odd) = self.pair(j);
        (I256::from(left) + odd.value) * (I256::from(right) + even.value)
    }
}

/// Makes one witness for each scenario, with its value among `results`, constrained to be the
/// product of the scenario's row and `x`.
pub(super) fn scenario_products(
    backend: &mut R1cs<'_>,
    labels: MatrixLabels,
    x: &[Combination<I256>],
    results: &[I256],
) -> Vec<Combination<I256>> {
    let shape = backend.scenarios.shape();
    assert_eq!((x.len(), results.len()), (shape.factors(), shape.scenarios()), "the sizes of the matrix");
    let pairs = Pairs::new(x);
    let eta = sum_of_neighbours(backend, labels, &pairs);
    let rows = results.iter().enumerate();
    rows.map(|(scenario, result)| row(backend, labels, &pairs, eta, scenario, *result)).collect()
}

/// Makes the variable eta. All products but the last are witnesses, and the last closes the sum.
fn sum_of_neighbours(backend: &mut R1cs<'_>, labels: MatrixLabels, pairs: &Pairs<'_>) -> Variable {
    let label = labels.neighbours;
    let mut eta = I256::ZERO;
    let mut sum = Terms::new();
    let mut eta_variable: Variable = 0;
    for j in 0..pairs.count() {
        let (even, odd) = pairs.pair(j);
        let product = even.value * odd.value;
        eta += product;
        let last = j + 1 == pairs.count();
        let variable = backend.allocate(label, to_field(if last { eta } else { product }));
        let mut result = vec![(variable, Fr::one())];
        if last {
            eta_variable = variable;
            result.extend(scaled(&sum, -Fr::one()));
        } else {
            sum.push((variable, Fr::one()));
        }
        backend.constrain(label, || [even.terms.clone(), odd.terms.clone(), result]);
    }
    eta_variable
}

/// Makes the products of a row and its result.
fn row(
    backend: &mut R1cs<'_>,
    labels: MatrixLabels,
    pairs: &Pairs<'_>,
    eta: Variable,
    scenario: usize,
    result: I256,
) -> Combination<I256> {
    let shape = backend.scenarios.shape();
    let index = |value: usize| Variable::try_from(value).expect("fewer than 2^32 variables");
    let start = layout::row(shape, scenario);
    let xi = index(start + shape.factors());
    let mut sum = Terms::new();
    let mut result_terms = Terms::new();
    for j in 0..pairs.count() {
        let (even, odd) = pairs.pair(j);
        let last = j + 1 == pairs.count();
        let label = if last { labels.row } else { labels.pair };
        let value = if last { result } else { pairs.product(j, backend.scenarios.entries(scenario)) };
        let variable = backend.allocate(label, to_field(value));
        let column = start + 2 * j;
        let has_odd = 2 * j + 1 < shape.factors();
        backend.constrain(label, || {
            let mut a = odd.terms.clone();
            a.push((index(column), Fr::one()));
            let mut b = even.terms.clone();
            if has_odd {
                b.push((index(column + 1), Fr::one()));
            }
            let mut c = vec![(variable, Fr::one())];
            if last {
                c.extend(scaled(&sum, -Fr::one()));
                c.extend([(xi, Fr::one()), (eta, Fr::one())]);
            }
            [a, b, c]
        });
        if last {
            result_terms = backend.single(variable);
        } else {
            sum.extend(backend.single(variable));
        }
    }
    Combination { value: result, terms: result_terms }
}
