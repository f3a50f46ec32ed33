//! A public matrix times a private vector with half the products (Winograd 1968), several rows of
//! the matrix at a time.
//!
//! For a group of scenarios with packed entries `P[i] = sum_j 2^(w j) S[j,i]`, `sum_i P[i] x[i] =
//! sum_p (P[2p] + x[2p+1]) (P[2p+1] + x[2p]) - xi - eta`. Here `xi = sum_p P[2p] P[2p+1]` is public
//! data of the group, and `eta = sum_p x[2p] x[2p+1]` is the same for all groups. An odd last column
//! stands beside a zero. The left side is `sum_j 2^(w j) y[j]` over the products of the scenarios,
//! which range checks on each of them make unique: see
//! [`ScenarioProducts`](crate::builder::ScenarioProducts).

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, One};
use ethnum::I256;
use tailproof_verifier::inputs::layout;
use tailproof_verifier::inputs::packing::Packing;

use super::expression::{Combination, R1cs, scaled};
use super::system::{Terms, Variable};
use crate::field::to_field;
use crate::instructions::MatrixLabels;

/// The private vector in pairs of neighbours.
struct Pairs<'x> {
    x: &'x [Combination<I256>],
    none: Combination<I256>,
    values: Vec<Fr>,
}

impl<'x> Pairs<'x> {
    fn new(x: &'x [Combination<I256>]) -> Self {
        let mut values: Vec<Fr> = x.iter().map(|entry| to_field(entry.value)).collect();
        values.resize(x.len().next_multiple_of(2), Fr::ZERO);
        Self { x, none: Combination { value: I256::ZERO, terms: Terms::new() }, values }
    }

    fn count(&self) -> usize {
        self.x.len().div_ceil(2)
    }

    fn pair(&self, p: usize) -> (&Combination<I256>, &Combination<I256>) {
        (&self.x[2 * p], self.x.get(2 * p + 1).unwrap_or(&self.none))
    }

    /// `(P[2p] + x[2p+1]) (P[2p+1] + x[2p])`, given the packed entries of a group.
    fn product(&self, p: usize, entries: &[Fr]) -> Fr {
        let (left, right) = (entries[2 * p], entries.get(2 * p + 1).copied().unwrap_or_default());
        (left + self.values[2 * p + 1]) * (right + self.values[2 * p])
    }
}

/// Makes one witness for each scenario, with its value among `results`. The packed witnesses of each
/// group are constrained to be the product of its packed entries and `x`.
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
    let packing = Packing::of(shape);
    let mut products = Vec::with_capacity(results.len());
    for index in 0..packing.groups(shape) {
        let results = &results[packing.scenarios(shape, index)];
        products.extend(group(backend, labels, &pairs, eta, index, results));
    }
    products
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

/// Makes the products of pairs of a group, and the products of its scenarios.
fn group(
    backend: &mut R1cs<'_>,
    labels: MatrixLabels,
    pairs: &Pairs<'_>,
    eta: Variable,
    index: usize,
    results: &[I256],
) -> Vec<Combination<I256>> {
    let shape = backend.scenarios.shape();
    let variable = |value: usize| Variable::try_from(value).expect("fewer than 2^32 variables");
    let start = layout::group(shape, index);
    let mut sum = Terms::new();
    // Both factors of a pair's product.
    let factors = |p: usize| {
        let (even, odd) = pairs.pair(p);
        let (mut a, mut b) = (odd.terms.clone(), even.terms.clone());
        a.push((variable(start + 2 * p), Fr::one()));
        if 2 * p + 1 < shape.factors() {
            b.push((variable(start + 2 * p + 1), Fr::one()));
        }
        [a, b]
    };
    let last = pairs.count() - 1;
    for p in 0..last {
        let value = pairs.product(p, &backend.assignment[start..start + shape.factors()]);
        let product = backend.allocate(labels.pair, value);
        backend.constrain(labels.pair, || {
            let [a, b] = factors(p);
            [a, b, vec![(product, Fr::one())]]
        });
        sum.extend(backend.single(product));
    }
    let products: Vec<Combination<I256>> = results
        .iter()
        .map(|result| {
            let product = backend.allocate(labels.row, to_field(*result));
            Combination { value: *result, terms: backend.single(product) }
        })
        .collect();
    backend.constrain(labels.row, || {
        let [a, b] = factors(last);
        let mut c: Terms = scaled(&sum, -Fr::one()).collect();
        for (slot, product) in products.iter().enumerate() {
            c.extend(scaled(&product.terms, Packing::of(shape).factor(slot)));
        }
        c.extend([(variable(layout::xi(shape, index)), Fr::one()), (eta, Fr::one())]);
        [a, b, c]
    });
    products
}
