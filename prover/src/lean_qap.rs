//! The R1CS-to-QAP reduction of Tailproof, for `Groth16<Bn254, LeanReduction>`.
//!
//! It differs from arkworks' own reduction in two ways:
//!
//! * Only the constant 1 and the control inputs get a domain row of their own. Rows for public
//!   inputs are not part of Groth16; reductions add them so that every public input influences the
//!   check. Scenario inputs have influence through the constraints that use them, and the verifier
//!   fixes their values. A row for each of the T (N + 2) scenario inputs would double the domain.
//!   The argument is in the chapter "Lean QAP" of the book.
//! * The quotient is taken in the evaluation basis on the odd coset of the domain of twice the
//!   size, as snarkjs does: for `m` domain points and `w` a primitive 2m-th root of unity,
//!   `A B - C` vanishes on the even powers of `w`, so that
//!   `(A B - C)(tau) = sum_i (A B - C)(w^(2i+1)) L_(2i+1)(tau)`. This saves the division by the
//!   vanishing polynomial and one transform.

use ark_bn254::Fr;
use ark_ff::{FftField, PrimeField};
use ark_groth16::r1cs_to_qap::{R1CSToQAP, evaluate_constraint};
use ark_poly::EvaluationDomain;
use ark_relations::gr1cs::{ConstraintSystemRef, Matrix, R1CS_PREDICATE_LABEL, Result, SynthesisError};
use rayon::prelude::*;
use tailproof_simd::{Engine, Transform};
use tailproof_verifier::inputs::controls::CONTROLS;
use zeroize::{Zeroize, Zeroizing};

/// Number of public inputs with a domain row: the constant 1 and the controls.
pub const INPUT_ROWS: usize = CONTROLS + 1;

// In these rows B = C = 0; the book's argument for powers of tau without the top power relies on
// it.
const _: () = assert!(INPUT_ROWS > 0);

/// The lean reduction, for use as a type parameter of arkworks' Groth16.
#[derive(Debug, Clone, Copy)]
pub struct LeanReduction;

/// Returns the size of the domain for a number of constraints.
pub fn domain_size(constraints: usize) -> usize {
    (constraints + INPUT_ROWS).next_power_of_two()
}

impl R1CSToQAP for LeanReduction {
    fn instance_map_with_evaluation<F: PrimeField, D: EvaluationDomain<F>>(
        cs: ConstraintSystemRef<F>,
        t: &F,
    ) -> Result<(Vec<F>, Vec<F>, Vec<F>, F, usize, usize)> {
        let matrices = &cs.to_matrices()?[R1CS_PREDICATE_LABEL];
        let constraints = cs.num_constraints();
        let domain = D::new(constraints + INPUT_ROWS).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let vanishing = domain.evaluate_vanishing_polynomial(*t);
        let lagrange = domain.evaluate_all_lagrange_coefficients(*t);
        let variables = cs.num_instance_variables() + cs.num_witness_variables();
        let mut columns = [(); 3].map(|()| vec![F::zero(); variables]);
        columns[0][..INPUT_ROWS].copy_from_slice(&lagrange[constraints..constraints + INPUT_ROWS]);
        for (column, matrix) in columns.iter_mut().zip(matrices) {
            for (row, at_t) in matrix.iter().zip(&lagrange) {
                for (coefficient, variable) in row {
                    column[*variable] += *at_t * coefficient;
                }
            }
        }
        let [a, b, c] = columns;
        Ok((a, b, c, vanishing, variables - 1, domain.size()))
    }

    fn witness_map_from_matrices<F: PrimeField, D: EvaluationDomain<F>>(
        matrices: &[Matrix<F>],
        _num_inputs: usize,
        num_constraints: usize,
        full_assignment: &[F],
    ) -> Result<Vec<F>> {
        let size = domain_size(num_constraints);
        let [mut a, b, c] = [0, 1, 2].map(|index| {
            let mut values: Vec<F> =
                matrices[index].par_iter().map(|row| evaluate_constraint(row, full_assignment)).collect();
            values.resize(size, F::zero());
            values
        });
        a[num_constraints..num_constraints + INPUT_ROWS].copy_from_slice(&full_assignment[..INPUT_ROWS]);
        quotient::<F, D>([a, b, c])
    }

    fn h_query_scalars<F: PrimeField, D: EvaluationDomain<F>>(
        max_power: usize,
        t: F,
        _zt: F,
        delta_inverse: F,
    ) -> Result<Vec<F>> {
        let double = D::new(2 * (max_power + 1)).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let lagrange = double.evaluate_all_lagrange_coefficients(t);
        Ok(lagrange.into_iter().skip(1).step_by(2).map(|value| value * delta_inverse).collect())
    }
}

/// Returns what [`quotient`] returns for BN254, computed by an engine; `None` if the field has no
/// domain of twice the size.
pub fn quotient_on(engine: Engine, values: [Vec<Fr>; 3]) -> Option<Vec<Fr>> {
    let [mut a, mut b, mut c] = values.map(Zeroizing::new);
    let root = Fr::get_root_of_unity(2 * a.len() as u64)?;
    Transform::new(engine, a.len())?.move_to_coset(&mut [&mut a, &mut b, &mut c], root);
    a.par_iter_mut().zip(&*b).zip(&*c).for_each(|((a, b), c)| *a = *a * b - c);
    Some(std::mem::take(&mut *a))
}

/// Returns the values of `A B - C` on the odd powers of a primitive 2m-th root of unity, given the
/// `values` of A, B and C on the domain.
///
/// # Errors
/// Errors if the field has no domain of twice the size.
pub fn quotient<F: PrimeField, D: EvaluationDomain<F>>(values: [Vec<F>; 3]) -> Result<Vec<F>> {
    let size = values[0].len();
    let domain = D::new(size).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
    let root = D::new(2 * size).ok_or(SynthesisError::PolynomialDegreeTooLarge)?.group_gen();
    let coset = domain.get_coset(root).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
    let [mut a, mut b, mut c] = values.map(|mut column| {
        domain.ifft_in_place(&mut column);
        coset.fft_in_place(&mut column);
        column
    });
    a.par_iter_mut().zip(&b).zip(&c).for_each(|((a, b), c)| *a = *a * b - c);
    b.zeroize();
    c.zeroize();
    Ok(a)
}
