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

//!
//! The domain is the least of 2^k, 3 2^k and 9 2^k points, or the least power of two: see
//! [`DomainKind`]. A key holds the part of the quotient that C takes ([`crate::proving_key`]), so
//! this prover transforms A and B alone; arkworks' prover over this reduction transforms all three,
//! and both make the same proof.

use ark_bn254::Fr;
use ark_ff::{FftField, PrimeField};
use ark_groth16::r1cs_to_qap::{R1CSToQAP, evaluate_constraint};
use ark_poly::{EvaluationDomain, MixedRadixEvaluationDomain};
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

/// The sizes among which a key's domain is the least that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DomainKind {
    /// 2^k, 3 2^k and 9 2^k.
    #[default]
    Least,
    /// 2^k: the only sizes on which snarkjs and its kin prove.
    PowerOfTwo,
}

impl DomainKind {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Least, Self::PowerOfTwo];

    /// Returns the size of the domain for a number of constraints.
    pub fn size(self, constraints: usize) -> usize {
        let rows = constraints + INPUT_ROWS;
        let least = |odd: usize| odd * rows.div_ceil(odd).next_power_of_two();
        match self {
            DomainKind::Least => least(1).min(least(3)).min(least(9)),
            DomainKind::PowerOfTwo => least(1),
        }
    }
}

/// The lean reduction, for use as a type parameter of arkworks' Groth16: over the least domain, or
/// over the least power of two.
#[derive(Debug, Clone, Copy)]
pub struct LeanReduction<const POWER_OF_TWO: bool = false>;

/// Returns the size of the domain of keys for a number of constraints, unless they are made on a
/// power of two.
pub fn domain_size(constraints: usize) -> usize {
    DomainKind::Least.size(constraints)
}

/// Returns the domain of exactly `size` points.
///
/// arkworks' `GeneralEvaluationDomain` takes the next power of two wherever there is one.
///
/// # Errors
/// Errors if the field has no such domain, or `size` is none of 2^k, 3 2^k, 9 2^k.
pub fn domain<F: PrimeField>(size: usize) -> Result<MixedRadixEvaluationDomain<F>> {
    let domain = F::SMALL_SUBGROUP_BASE.and_then(|_| MixedRadixEvaluationDomain::new(size));
    domain.filter(|domain| domain.size() == size).ok_or(SynthesisError::PolynomialDegreeTooLarge)
}

impl<const POWER_OF_TWO: bool> LeanReduction<POWER_OF_TWO> {
    const KIND: DomainKind = if POWER_OF_TWO { DomainKind::PowerOfTwo } else { DomainKind::Least };
}

impl<const POWER_OF_TWO: bool> R1CSToQAP for LeanReduction<POWER_OF_TWO> {
    fn instance_map_with_evaluation<F: PrimeField, D: EvaluationDomain<F>>(
        cs: ConstraintSystemRef<F>,
        t: &F,
    ) -> Result<(Vec<F>, Vec<F>, Vec<F>, F, usize, usize)> {
        let matrices = &cs.to_matrices()?[R1CS_PREDICATE_LABEL];
        let constraints = cs.num_constraints();
        let domain = domain::<F>(Self::KIND.size(constraints))?;
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
        let size = Self::KIND.size(num_constraints);
        let [mut a, b, c] = [0, 1, 2].map(|index| {
            let mut values: Vec<F> =
                matrices[index].par_iter().map(|row| evaluate_constraint(row, full_assignment)).collect();
            values.resize(size, F::zero());
            values
        });
        a[num_constraints..num_constraints + INPUT_ROWS].copy_from_slice(&full_assignment[..INPUT_ROWS]);
        quotient::<F>([a, b, c])
    }

    fn h_query_scalars<F: PrimeField, D: EvaluationDomain<F>>(
        max_power: usize,
        t: F,
        _zt: F,
        delta_inverse: F,
    ) -> Result<Vec<F>> {
        let double = domain::<F>(2 * (max_power + 1))?;
        let lagrange = double.evaluate_all_lagrange_coefficients(t);
        Ok(lagrange.into_iter().skip(1).step_by(2).map(|value| value * delta_inverse).collect())
    }
}

/// Returns the values of `A B` on the odd powers of a primitive 2m-th root of unity, given the
/// `values` of A and B on the domain of m points; `None` if the field has no domain of twice the
/// size.
pub fn product_on(engine: Engine, values: [Vec<Fr>; 2]) -> Option<Vec<Fr>> {
    let [mut a, mut b] = values.map(Zeroizing::new);
    let root = Fr::get_root_of_unity(2 * a.len() as u64)?;
    Transform::new(engine, a.len())?.move_to_coset(&mut [&mut a, &mut b], root);
    a.par_iter_mut().zip(&*b).for_each(|(a, b)| *a *= b);
    Some(std::mem::take(&mut *a))
}

/// Returns the values of `A B - C` on the odd powers of a primitive 2m-th root of unity, given the
/// `values` of A, B and C on the domain.
///
/// # Errors
/// Errors if the field has no domain of twice the size.
pub fn quotient<F: PrimeField>(values: [Vec<F>; 3]) -> Result<Vec<F>> {
    let size = values[0].len();
    let root = domain::<F>(2 * size)?.group_gen();
    let domain = domain::<F>(size)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domain_is_the_least_that_holds_the_rows() {
        let sizes = |rows: usize| DomainKind::ALL.map(|kind| kind.size(rows - INPUT_ROWS));
        for (rows, least, power) in [
            (8, 8, 8),
            (9, 9, 16),
            (10, 12, 16),
            (13, 16, 16),
            (17, 18, 32),
            (19, 24, 32),
            (33, 36, 64),
            (37, 48, 64),
            (49, 64, 64),
            (45_114, 49_152, 65_536),
            (68_617, 73_728, 131_072),
            (679_989, 786_432, 1 << 20),
        ] {
            assert_eq!(sizes(rows), [least, power], "{rows}");
            for size in [least, 2 * least, power] {
                let made = domain::<Fr>(size).unwrap();
                assert_eq!((made.size(), made.group_gen()), (size, Fr::get_root_of_unity(size as u64).unwrap()));
            }
        }
        assert!(domain::<Fr>(27).is_err() && domain::<Fr>(5).is_err());
    }
}
