//! Cells of a region.

use halo2_proofs::circuit::{AssignedCell, Region, Value};
use halo2_proofs::pasta::Fp;
use halo2_proofs::plonk::{Advice, Column, Error, Fixed};

use super::columns::Columns;
use super::linear::{Place, Term};

/// The main gate's coefficients `qa qb qc qd qm qk`.
pub(super) type Coefficients = [Fp; 6];

/// Zero: the value of a cell, coefficient or constant that is not there.
pub(super) const NONE: Fp = Fp::zero();

/// The annotation of a cell that no gate looks at: its coefficient is zero, so any value would do.
pub const UNUSED: &str = "unused";

/// Assigns the cells of a region.
pub(super) struct Assigner<'r, 'g> {
    pub(super) region: &'r mut Region<'g, Fp>,
}

impl Assigner<'_, '_> {
    /// Assigns a cell.
    pub(super) fn assign(
        &mut self,
        column: Column<Advice>,
        row: usize,
        value: Fp,
    ) -> Result<AssignedCell<Fp, Fp>, Error> {
        self.region.assign_advice(|| "", column, row, || Value::known(value))
    }

    /// Assigns a cell that no gate looks at.
    fn assign_unused(&mut self, column: Column<Advice>, row: usize) -> Result<AssignedCell<Fp, Fp>, Error> {
        self.region.assign_advice(|| UNUSED, column, row, || Value::known(NONE))
    }

    /// Assigns a fixed cell.
    pub(super) fn fix(&mut self, column: Column<Fixed>, row: usize, value: Fp) -> Result<(), Error> {
        self.region.assign_fixed(|| "", column, row, || Value::known(value)).map(drop)
    }

    /// Assigns a copy of a value that stands somewhere.
    pub(super) fn copy(
        &mut self,
        term: &Term,
        column: Column<Advice>,
        row: usize,
        inputs: &Columns,
    ) -> Result<(), Error> {
        match &term.place {
            Place::Cell(cell) => {
                let copy = self.assign(column, row, term.value)?;
                self.region.constrain_equal(copy.cell(), cell.cell())
            }
            Place::Input(input) => {
                self.region.assign_advice_from_instance(|| "", inputs.inputs, *input, column, row).map(drop)
            }
        }
    }

    /// Assigns the cells of a row of *main* or *chain*: up to three terms' values, and `d`. Returns
    /// the cell of `d`.
    pub(super) fn main_row(
        &mut self,
        columns: &Columns,
        row: usize,
        terms: &[Option<&Term>; 3],
        coefficients: &Coefficients,
        d: Fp,
    ) -> Result<AssignedCell<Fp, Fp>, Error> {
        for (column, term) in columns.main.iter().zip(terms) {
            match term {
                Some(term) => self.copy(term, *column, row, columns)?,
                None => self.assign_unused(*column, row).map(drop)?,
            }
        }
        for (column, coefficient) in columns.coefficients.iter().zip(coefficients) {
            self.fix(*column, row, *coefficient)?;
        }
        if coefficients[3] == NONE && row == 0 {
            return self.assign_unused(columns.main[3], row);
        }
        self.assign(columns.main[3], row, d)
    }

    /// Assigns a row whose fourth cell is a sum.
    pub(super) fn sum_row(
        &mut self,
        columns: &Columns,
        row: usize,
        terms: &[Term],
        qd: Fp,
        constant: Fp,
        sum: Fp,
    ) -> Result<AssignedCell<Fp, Fp>, Error> {
        let coefficient = |index: usize| terms.get(index).map_or(NONE, |term| term.coefficient);
        let coefficients = [coefficient(0), coefficient(1), coefficient(2), qd, NONE, constant];
        self.main_row(columns, row, &[terms.first(), terms.get(1), terms.get(2)], &coefficients, sum)
    }
}
