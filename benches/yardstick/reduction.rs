//! The reduction of the first release, by arkworks' transforms.

use ark_ff::PrimeField;
use ark_groth16::r1cs_to_qap::{R1CSToQAP, evaluate_constraint};
use ark_poly::EvaluationDomain;
use ark_relations::gr1cs::{ConstraintSystemRef, Matrix, R1CS_PREDICATE_LABEL, Result, SynthesisError};

/// Public inputs with a row of their own: the constant 1 and the controls.
pub const INPUT_ROWS: usize = 6;

/// Returns the columns of the matrices at a point.
pub fn columns<F: PrimeField, D: EvaluationDomain<F>>(
    matrices: &[Matrix<F>],
    variables: usize,
    at: F,
) -> Result<[Vec<F>; 3]> {
    let constraints = matrices[0].len();
    let domain = D::new(constraints + INPUT_ROWS).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
    let lagrange = domain.evaluate_all_lagrange_coefficients(at);
    let mut columns = [(); 3].map(|()| vec![F::zero(); variables]);
    columns[0][..INPUT_ROWS].copy_from_slice(&lagrange[constraints..constraints + INPUT_ROWS]);
    for (column, matrix) in columns.iter_mut().zip(matrices) {
        for (row, value) in matrix.iter().zip(&lagrange) {
            for (coefficient, variable) in row {
                column[*variable] += *value * coefficient;
            }
        }
    }
    Ok(columns)
}

/// The reduction: the constant 1 and the controls
/// have a row of their own, and the quotient is taken on the odd coset of the domain of twice the
/// size.
pub struct FirstRelease;

impl R1CSToQAP for FirstRelease {
    fn instance_map_with_evaluation<F: PrimeField, D: EvaluationDomain<F>>(
        cs: ConstraintSystemRef<F>,
        t: &F,
    ) -> Result<(Vec<F>, Vec<F>, Vec<F>, F, usize, usize)> {
        let variables = cs.num_instance_variables() + cs.num_witness_variables();
        let matrices = &cs.to_matrices()?[R1CS_PREDICATE_LABEL];
        let domain = D::new(matrices[0].len() + INPUT_ROWS).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let [a, b, c] = columns::<F, D>(matrices, variables, *t)?;
        Ok((a, b, c, domain.evaluate_vanishing_polynomial(*t), variables - 1, domain.size()))
    }

    fn witness_map_from_matrices<F: PrimeField, D: EvaluationDomain<F>>(
        matrices: &[Matrix<F>],
        _: usize,
        constraints: usize,
        assignment: &[F],
    ) -> Result<Vec<F>> {
        let domain = D::new(constraints + INPUT_ROWS).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let root = F::get_root_of_unity(2 * domain.size() as u64).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let coset = domain.get_coset(root).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let mut values = [0, 1, 2].map(|index: usize| -> Vec<F> {
            let mut values: Vec<F> = matrices[index].iter().map(|row| evaluate_constraint(row, assignment)).collect();
            values.resize(domain.size(), F::zero());
            values
        });
        values[0][constraints..constraints + INPUT_ROWS].copy_from_slice(&assignment[..INPUT_ROWS]);
        for column in &mut values {
            domain.ifft_in_place(column);
            coset.fft_in_place(column);
        }
        let [mut a, b, c] = values;
        a.iter_mut().zip(&b).zip(&c).for_each(|((a, b), c)| *a = *a * b - c);
        Ok(a)
    }

    fn h_query_scalars<F: PrimeField, D: EvaluationDomain<F>>(
        max_power: usize,
        t: F,
        _: F,
        delta_inverse: F,
    ) -> Result<Vec<F>> {
        let double = D::new(2 * (max_power + 1)).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let lagrange = double.evaluate_all_lagrange_coefficients(t);
        Ok(lagrange.into_iter().skip(1).step_by(2).map(|value| value * delta_inverse).collect())
    }
}
