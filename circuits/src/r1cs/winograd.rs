//! A public matrix times a private vector with half the products (Winograd 1968).
//!
//! For each row, `sum_i S[i] x[i] = sum_j (S[2j] + x[2j+1]) (S[2j+1] + x[2j]) - xi - eta`, where `xi = sum_j S[2j] S[2j+1]` is
//! public data of the row and `eta = sum_j x[2j] x[2j+1]` is the same for all rows. An odd last column stands beside a zero.

use ark_bn254::Fr;
use ark_ff::One;
use ethnum::I256;
use tailproof_verifier::market::layout;

use super::backend::{Linear, R1cs, scaled};
use super::system::{Terms, Variable};
use crate::field::to_field;
use crate::instructions::{Instructions, MatrixLabels};

pub(super) fn scenario_products(backend: &mut R1cs<'_>, labels: MatrixLabels, x: &[Linear<I256>]) -> Vec<Linear<I256>> {
    let shape = backend.scenarios.shape();
    assert_eq!(x.len(), shape.factors(), "one entry per factor");
    let pairs = shape.factors().div_ceil(2);
    let none = Linear { value: I256::ZERO, terms: Terms::new() };
    let pair = |j: usize| (&x[2 * j], x.get(2 * j + 1).unwrap_or(&none));

    // eta: all products but the last are witnesses, the last row closes the sum.
    let mut eta = I256::ZERO;
    let mut sum = Terms::new();
    let mut eta_variable: Variable = 0;
    for j in 0..pairs {
        let (even, odd) = pair(j);
        eta += even.value * odd.value;
        let last = j + 1 == pairs;
        let value = backend.hint(labels.neighbours, if last { eta } else { even.value * odd.value });
        let result = if !last {
            let variable = backend.allocate(labels.neighbours, to_field(value));
            sum.push((variable, Fr::one()));
            vec![(variable, Fr::one())]
        } else {
            eta_variable = backend.allocate(labels.neighbours, to_field(value));
            let mut terms = vec![(eta_variable, Fr::one())];
            terms.extend(scaled(&sum, -Fr::one()));
            terms
        };
        backend.constrain(labels.neighbours, || [even.terms.clone(), odd.terms.clone(), result]);
    }

    let narrow: Option<Vec<i128>> = x.iter().map(|entry| i128::try_from(entry.value).ok()).collect();
    let mut results = Vec::with_capacity(shape.scenarios());
    for scenario in 0..shape.scenarios() {
        let entries = backend.scenarios.entries(scenario);
        let start = u32::try_from(layout::row(shape, scenario)).expect("fewer than 2^32 variables");
        let xi_variable = start + u32::try_from(shape.factors()).expect("few factors");
        let mut row_sum = Terms::new();
        let mut total = I256::ZERO;
        for j in 0..pairs {
            let (even, odd) = pair(j);
            let (left, right) = (entries[2 * j], entries.get(2 * j + 1).copied().unwrap_or(0));
            total += I256::from(left) * even.value + I256::from(right) * odd.value;
            let product = match &narrow {
                // Exposures below 2^62 keep the product inside 128 bits.
                Some(x) if x[2 * j].abs() < 1 << 62 && x.get(2 * j + 1).is_none_or(|odd| odd.abs() < 1 << 62) => {
                    let odd = x.get(2 * j + 1).copied().unwrap_or(0);
                    I256::from((i128::from(left) + odd) * (i128::from(right) + x[2 * j]))
                }
                _ => (I256::from(left) + odd.value) * (I256::from(right) + even.value),
            };
            let last = j + 1 == pairs;
            let label = if last { labels.row } else { labels.pair };
            let value = backend.hint(label, if last { total } else { product });
            let variable = backend.allocate(label, to_field(value));
            let column = start + u32::try_from(2 * j).expect("few factors");
            let has_odd = 2 * j + 1 < shape.factors();
            let row_terms = std::mem::take(&mut row_sum);
            backend.constrain(label, || {
                let mut a = odd.terms.clone();
                a.push((column, Fr::one()));
                let mut b = even.terms.clone();
                if has_odd {
                    b.push((column + 1, Fr::one()));
                }
                let mut c = vec![(variable, Fr::one())];
                if last {
                    c.extend(scaled(&row_terms, -Fr::one()));
                    c.extend([(xi_variable, Fr::one()), (eta_variable, Fr::one())]);
                }
                [a, b, c]
            });
            row_sum = row_terms;
            if last {
                results.push(Linear { value, terms: backend.single(variable) });
            } else {
                row_sum.extend(backend.single(variable));
            }
        }
    }
    results
}
