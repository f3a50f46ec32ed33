//! Recorded rank-1 constraints.
//!
//! This recorder stands in front of arkworks' constraint system for three reasons. Every row
//! carries its label, so a test can name the constraint that refuses a lie. A proving key stores
//! the matrices compactly, so a proof needs no synthesis of constraints. The circuit's digest is
//! over exactly these matrices. [`Replay`] replays a [`System`] into arkworks for key generation
//! and for its satisfaction check.

use std::sync::Arc;

use ark_bn254::Fr;
use ark_ff::{One, PrimeField, Zero};
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError, Variable as ArkVariable,
};
use sha2::{Digest, Sha256};

use crate::instructions::Label;

/// Index of a variable: instance variables first (0 is the constant 1), then witnesses.
pub type Variable = u32;

/// A linear combination; a variable may occur several times until it is stored in a row.
pub type Terms = Vec<(Variable, Fr)>;

/// Terms that are hashed at a time.
const HASHED: usize = 1 << 10;

/// One matrix in compressed rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matrix {
    ends: Vec<u32>,
    terms: Vec<(Variable, Fr)>,
}

impl Matrix {
    /// Returns the matrix whose row `i` ends at `ends[i]` in the list of terms.
    pub fn from_parts(ends: Vec<u32>, terms: Vec<(Variable, Fr)>) -> Self {
        Self { ends, terms }
    }

    /// Returns the number of rows.
    pub fn rows(&self) -> usize {
        self.ends.len()
    }

    /// Returns the terms of a row.
    pub fn row(&self, index: usize) -> &[(Variable, Fr)] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        &self.terms[start..self.ends[index] as usize]
    }

    /// Returns where each row ends in [`Matrix::terms`].
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    /// Returns all terms, row after row.
    pub fn terms(&self) -> &[(Variable, Fr)] {
        &self.terms
    }

    /// Returns the inner product of a row and an assignment.
    pub fn evaluate_row(&self, index: usize, assignment: &[Fr]) -> Fr {
        let mut sum = Fr::zero();
        for (variable, coefficient) in self.row(index) {
            let value = assignment[*variable as usize];
            if coefficient.is_one() {
                sum += value;
            } else if !value.is_zero() {
                sum += value * coefficient;
            }
        }
        sum
    }

    fn push(&mut self, mut terms: Terms) {
        if !terms.is_sorted_by_key(|(variable, _)| *variable) {
            terms.sort_unstable_by_key(|(variable, _)| *variable);
        }
        let start = self.terms.len();
        for (variable, coefficient) in terms {
            match self.terms[start..].last_mut() {
                Some((last, sum)) if *last == variable => *sum += coefficient,
                _ => self.terms.push((variable, coefficient)),
            }
        }
        let mut kept = start;
        for index in start..self.terms.len() {
            if !self.terms[index].1.is_zero() {
                self.terms.swap(kept, index);
                kept += 1;
            }
        }
        self.terms.truncate(kept);
        self.end_row();
    }

    fn end_row(&mut self) {
        self.ends.push(u32::try_from(self.terms.len()).expect("fewer than 2^32 terms"));
    }
}

/// A constraint system: three matrices over the same variables, with labels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct System {
    instances: usize,
    /// Shared with the proving keys that have them.
    matrices: Arc<[Matrix; 3]>,
    rows: Vec<Label>,
    witnesses: Vec<Label>,
}

impl System {
    /// Returns an empty system over `instances` instance variables, the constant 1 included.
    pub fn new(instances: usize) -> Self {
        Self { instances, ..Self::default() }
    }

    /// Makes room for as many witnesses and rows, and for the terms of such rows. Room that is not
    /// used takes no memory, and lists that grow are not copied.
    pub(crate) fn reserve(&mut self, witnesses: usize) {
        self.witnesses.reserve(witnesses);
        self.rows.reserve(witnesses);
        for matrix in Arc::make_mut(&mut self.matrices) {
            matrix.ends.reserve(witnesses);
            matrix.terms.reserve(3 * witnesses);
        }
    }

    /// Adds a row.
    pub(crate) fn constrain(&mut self, label: Label, a: Terms, b: Terms, c: Terms) {
        for (matrix, terms) in Arc::make_mut(&mut self.matrices).iter_mut().zip([a, b, c]) {
            matrix.push(terms);
        }
        self.rows.push(label);
    }

    /// Adds the row `variable * (1 - variable) = 0`: most rows are such.
    pub(crate) fn constrain_boolean(&mut self, label: Label, variable: Variable) {
        let [a, b, c] = Arc::make_mut(&mut self.matrices);
        a.terms.push((variable, Fr::one()));
        b.terms.extend([(0, Fr::one()), (variable, -Fr::one())]);
        for matrix in [a, b, c] {
            matrix.end_row();
        }
        self.rows.push(label);
    }

    /// Adds a witness variable.
    pub(crate) fn witness(&mut self, label: Label) -> Variable {
        self.witnesses.push(label);
        u32::try_from(self.instances + self.witnesses.len() - 1).expect("fewer than 2^32 variables")
    }

    /// Returns the number of instance variables, the constant 1 included.
    pub fn instances(&self) -> usize {
        self.instances
    }

    /// Returns the number of all variables.
    pub fn variables(&self) -> usize {
        self.instances + self.witnesses.len()
    }

    /// Returns the number of constraints.
    pub fn constraints(&self) -> usize {
        self.rows.len()
    }

    /// Returns the matrices A, B and C.
    pub fn matrices(&self) -> &[Matrix; 3] {
        &self.matrices
    }

    /// Returns the matrices A, B and C, for whoever keeps them.
    pub fn shared_matrices(&self) -> &Arc<[Matrix; 3]> {
        &self.matrices
    }

    /// Returns the label of each constraint.
    pub fn row_labels(&self) -> &[Label] {
        &self.rows
    }

    /// Returns the label of each witness variable.
    pub fn witness_labels(&self) -> &[Label] {
        &self.witnesses
    }

    /// Returns whether an assignment satisfies a row.
    fn holds(&self, row: usize, assignment: &[Fr]) -> bool {
        let [a, b, c] = &*self.matrices;
        a.evaluate_row(row, assignment) * b.evaluate_row(row, assignment) == c.evaluate_row(row, assignment)
    }

    /// Returns the labels of the constraints that an assignment violates, in order and without
    /// repetition among neighbours.
    pub fn violations(&self, assignment: &[Fr]) -> Vec<Label> {
        let violated = self.rows.iter().enumerate().filter(|(row, _)| !self.holds(*row, assignment));
        let mut labels: Vec<Label> = violated.map(|(_, label)| *label).collect();
        labels.dedup();
        labels
    }

    /// Returns whether an assignment satisfies every constraint.
    pub fn is_satisfied(&self, assignment: &[Fr]) -> bool {
        assignment.len() == self.variables()
            && assignment[0].is_one()
            && (0..self.constraints()).all(|row| self.holds(row, assignment))
    }

    /// Returns the circuit's digest: SHA-256 over `tailproof/circuit/v1`, the numbers of instance
    /// variables, variables and constraints as little-endian `u64`, and for each matrix the end of
    /// each row (`u32`) and each term (variable as `u32`, coefficient as 32 little-endian bytes).
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(b"tailproof/circuit/v1");
        for number in [self.instances, self.variables(), self.constraints()] {
            hasher.update((number as u64).to_le_bytes());
        }
        let mut bytes = Vec::with_capacity(HASHED * 36);
        // Most coefficients are one of few: each place keeps the last one's integer.
        let mut known = [(Fr::zero(), [0; 4]); 256];
        for matrix in self.matrices() {
            for ends in matrix.ends.chunks(HASHED) {
                bytes.clear();
                ends.iter().for_each(|end| bytes.extend_from_slice(&end.to_le_bytes()));
                hasher.update(&bytes);
            }
            for terms in matrix.terms.chunks(HASHED) {
                bytes.clear();
                for (variable, coefficient) in terms {
                    let (last, integer) = &mut known[(coefficient.0.0[0] >> 56) as usize];
                    if last != coefficient {
                        (*last, *integer) = (*coefficient, coefficient.into_bigint().0);
                    }
                    bytes.extend_from_slice(&variable.to_le_bytes());
                    integer.iter().for_each(|limb| bytes.extend_from_slice(&limb.to_le_bytes()));
                }
                hasher.update(&bytes);
            }
        }
        hasher.finalize().into()
    }

    fn ark_variable(&self, variable: Variable) -> ArkVariable {
        let index = variable as usize;
        match index {
            0 => ArkVariable::One,
            _ if index < self.instances => ArkVariable::instance(index),
            _ => ArkVariable::witness(index - self.instances),
        }
    }
}

/// A system with an optional assignment, for arkworks.
#[derive(Debug, Clone, Copy)]
pub struct Replay<'s> {
    /// The constraints.
    pub system: &'s System,
    /// The values of all variables, or `None` for key generation.
    pub assignment: Option<&'s [Fr]>,
}

impl ConstraintSynthesizer<Fr> for Replay<'_> {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let value = |index: usize| self.assignment.map(|values| values[index]).ok_or(SynthesisError::AssignmentMissing);
        for index in 1..self.system.instances {
            let _ = cs.new_input_variable(|| value(index))?;
        }
        for index in self.system.instances..self.system.variables() {
            let _ = cs.new_witness_variable(|| value(index))?;
        }
        for row in 0..self.system.constraints() {
            let combination = |matrix: &Matrix| {
                let terms = matrix.row(row).iter();
                LinearCombination(terms.map(|(variable, k)| (*k, self.system.ark_variable(*variable))).collect())
            };
            let [a, b, c] = self.system.matrices();
            cs.enforce_r1cs_constraint(|| combination(a), || combination(b), || combination(c))?;
        }
        Ok(())
    }
}
