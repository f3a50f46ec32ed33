//! Linear expressions over values that have a place.
//!
//! An expression stays an expression, with the value it has in this witness, until an instruction
//! needs it in a cell.

use halo2_proofs::circuit::AssignedCell;
use halo2_proofs::pasta::Fp;

/// Where a value stands.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// In a cell that an instruction assigned.
    Cell(AssignedCell<Fp, Fp>),
    /// In a row of the inputs' column.
    Input(usize),
}

/// `coefficient * value`, for a value that stands somewhere.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub(super) place: Place,
    pub(super) value: Fp,
    pub(super) coefficient: Fp,
}

impl Term {
    /// A cell times one.
    pub(super) fn cell(cell: AssignedCell<Fp, Fp>, value: Fp) -> Self {
        Self { place: Place::Cell(cell), value, coefficient: Fp::one() }
    }
}

/// A sum of terms and a constant.
#[derive(Clone, Copy)]
pub(super) struct Sum<'t> {
    pub(super) terms: &'t [Term],
    pub(super) constant: Fp,
}

impl Sum<'_> {
    /// The value of the sum.
    pub(super) fn evaluate(&self) -> Fp {
        self.terms.iter().fold(self.constant, |sum, term| sum + term.value * term.coefficient)
    }
}

/// A linear expression with its value.
#[derive(Clone)]
pub struct LinearForm<V> {
    pub(super) value: V,
    pub(super) terms: Vec<Term>,
    pub(super) constant: Fp,
}

impl<V> std::fmt::Debug for LinearForm<V> {
    /// Shows no value, because it may be private.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinearForm").field("terms", &self.terms.len()).finish_non_exhaustive()
    }
}

impl<V> LinearForm<V> {
    /// The expression of a single cell. `in_field` is its value as a field element.
    pub(super) fn cell(value: V, cell: AssignedCell<Fp, Fp>, in_field: Fp) -> Self {
        Self { value, terms: vec![Term::cell(cell, in_field)], constant: Fp::zero() }
    }

    /// The expression of a row of the inputs' column.
    pub(super) fn input(value: V, row: usize, in_field: Fp) -> Self {
        let term = Term { place: Place::Input(row), value: in_field, coefficient: Fp::one() };
        Self { value, terms: vec![term], constant: Fp::zero() }
    }

    /// The terms and the constant.
    pub(super) fn sum(&self) -> Sum<'_> {
        Sum { terms: &self.terms, constant: self.constant }
    }

    /// Adds `factor * other` to terms and constant, and leaves the value alone.
    pub(super) fn add_terms<W>(&mut self, other: &LinearForm<W>, factor: Fp) {
        self.constant += other.constant * factor;
        let terms = other.terms.iter();
        self.terms.extend(terms.map(|term| Term { coefficient: term.coefficient * factor, ..term.clone() }));
    }
}
