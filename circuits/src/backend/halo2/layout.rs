//! Lays out expressions, products and range checks in columns.
//!
//! A sum of up to three terms takes one row, and every three more take another. Which cells are
//! placed, and where, depends on no value. The name of a region is the label of the instruction
//! that made it, so that a constraint that fails names itself.

use ethnum::I256;
use halo2_proofs::circuit::{AssignedCell, Layouter, Value};
use halo2_proofs::pasta::Fp;
use halo2_proofs::plonk::Error;
use tailproof_verifier::field::InputField;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::inputs::controls::CONTROLS;

use super::assigner::{Assigner, NONE};
use super::columns::{Columns, LIMB_BITS, LIMB_COLUMNS};
use super::linear::{LinearForm, Place, Sum, Term};
use crate::bound::Interval;
use crate::instructions::Label;

/// The public part of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inputs {
    /// The controls.
    pub controls: [Fp; CONTROLS],
    /// The scenario part.
    pub scenarios: ScenarioInputs,
}

/// Runs statements into columns.
pub struct Halo2<'s, L> {
    pub(super) layouter: L,
    pub(super) columns: &'s Columns,
    pub(super) inputs: &'s Inputs,
    limb_rows: [usize; LIMB_COLUMNS],
    pub(super) lanes_used: bool,
}

impl<L> std::fmt::Debug for Halo2<'_, L> {
    /// Shows no value, because values may be private.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Halo2").field("limb_rows", &self.limb_rows).finish_non_exhaustive()
    }
}

/// An integer as a field element.
pub(super) fn field(value: I256) -> Fp {
    Fp::from_integer(value)
}

/// The coefficient of a term that may not be there.
fn coefficient(term: Option<&Term>) -> Fp {
    term.map_or(NONE, |term| term.coefficient)
}

/// A factor of a product: at most one term, and a constant.
type Factor = (Option<Term>, Fp);

impl<'s, L: Layouter<Fp>> Halo2<'s, L> {
    /// Returns a backend that lays out into `layouter`, for public inputs.
    ///
    /// # Errors
    /// If the table of limbs does not fit.
    pub fn new(mut layouter: L, columns: &'s Columns, inputs: &'s Inputs) -> Result<Self, Error> {
        layouter.assign_table(
            || "table of limbs",
            |mut table| {
                (0..1usize << LIMB_BITS).try_for_each(|row| {
                    table.assign_cell(|| "limb", columns.table, row, || Value::known(Fp::from(row as u64)))
                })
            },
        )?;
        Ok(Self { layouter, columns, inputs, limb_rows: [0; LIMB_COLUMNS], lanes_used: false })
    }

    /// Lays out a region. halo2 calls the closure several times, and it assigns the same each time.
    pub(super) fn region<T>(
        &mut self,
        label: Label,
        mut assign: impl FnMut(&mut Assigner<'_, '_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.layouter.assign_region(|| label, |mut region| assign(&mut Assigner { region: &mut region }))
    }

    /// One row of the main gate over up to three terms' places. Returns the fourth cell, whose
    /// value is `d`.
    fn main_row(
        &mut self,
        label: Label,
        terms: &[Option<&Term>; 3],
        coefficients: [Fp; 6],
        d: Fp,
    ) -> Result<AssignedCell<Fp, Fp>, Error> {
        let columns = self.columns;
        self.region(label, |assigner| {
            columns.is_main.enable(assigner.region, 0)?;
            assigner.main_row(columns, 0, terms, &coefficients, d)
        })
    }

    /// A sum as at most one term and a constant: itself, or a new cell that the sum defines.
    fn narrow(&mut self, label: Label, sum: Sum<'_>) -> Result<Factor, Error> {
        if sum.terms.len() <= 1 {
            return Ok((sum.terms.first().cloned(), sum.constant));
        }
        let (first, rest) = sum.terms.split_at(sum.terms.len().min(3));
        let columns = self.columns;
        let cell = self.region(label, |assigner| {
            let mut so_far = Sum { terms: first, constant: sum.constant }.evaluate();
            columns.is_main.enable(assigner.region, 0)?;
            let mut cell = assigner.sum_row(columns, 0, first, -Fp::one(), sum.constant, so_far)?;
            for (above, chunk) in rest.chunks(3).enumerate() {
                so_far += Sum { terms: chunk, constant: NONE }.evaluate();
                columns.is_chain.enable(assigner.region, above + 1)?;
                cell = assigner.sum_row(columns, above + 1, chunk, NONE, NONE, so_far)?;
            }
            Ok(cell)
        })?;
        Ok((Some(Term::cell(cell, sum.evaluate())), NONE))
    }

    /// Constrains a sum to be zero.
    pub(super) fn assert_zero(&mut self, label: Label, sum: Sum<'_>) -> Result<(), Error> {
        if sum.terms.len() > 3 {
            let (term, constant) = self.narrow(label, sum)?;
            return self.assert_zero(label, Sum { terms: term.as_slice(), constant });
        }
        let [a, b, c] = [0, 1, 2].map(|index| sum.terms.get(index));
        let coefficients = [coefficient(a), coefficient(b), coefficient(c), NONE, NONE, sum.constant];
        self.main_row(label, &[a, b, c], coefficients, NONE).map(drop)
    }

    /// A new cell of a given value, constrained to be the product of two sums.
    pub(super) fn multiply(
        &mut self,
        label: Label,
        left: Sum<'_>,
        right: Sum<'_>,
        value: Fp,
    ) -> Result<AssignedCell<Fp, Fp>, Error> {
        let factors = [self.narrow(label, left)?, self.narrow(label, right)?];
        self.product_row(label, factors, (None, NONE), (value, -Fp::one()))
    }

    /// Constrains the product of two sums to be a third.
    pub(super) fn assert_multiplied(
        &mut self,
        label: Label,
        left: Sum<'_>,
        right: Sum<'_>,
        product: Sum<'_>,
    ) -> Result<(), Error> {
        let factors = [self.narrow(label, left)?, self.narrow(label, right)?];
        let product = self.narrow(label, product)?;
        self.product_row(label, factors, product, (NONE, NONE)).map(drop)
    }

    /// One row of `(qa a + ka) (qb b + kb) = qc c + kc - qd d`. Returns the cell of `d`.
    fn product_row(
        &mut self,
        label: Label,
        [(a, ka), (b, kb)]: [Factor; 2],
        (c, kc): Factor,
        (d, qd): (Fp, Fp),
    ) -> Result<AssignedCell<Fp, Fp>, Error> {
        let [a, b, c] = [a.as_ref(), b.as_ref(), c.as_ref()];
        let (qa, qb) = (coefficient(a), coefficient(b));
        let coefficients = [qa * kb, qb * ka, -coefficient(c), qd, qa * qb, ka * kb - kc];
        self.main_row(label, &[a, b, c], coefficients, d)
    }

    /// A new cell with a number of `bits` bits, at least 2, whose limbs are in the table. If the
    /// number is out of range, the topmost limb takes the rest.
    pub(super) fn limbs(&mut self, label: Label, value: I256, bits: u32) -> Result<AssignedCell<Fp, Fp>, Error> {
        assert!((2..=Interval::MOST_BITS).contains(&bits), "a range check of {bits} bits");
        let limb = |index: usize| value >> (LIMB_BITS * u32::try_from(index).expect("few limbs"));
        let count = bits.div_ceil(LIMB_BITS) as usize;
        let spare = u32::try_from(count).expect("few limbs") * LIMB_BITS - bits;
        // The shorter column takes it.
        let shorter = (0..LIMB_COLUMNS).min_by_key(|column| self.limb_rows[*column]).expect("some column");
        self.limb_rows[shorter] += count + usize::from(spare > 0);
        let column = self.columns.limbs[shorter];
        self.region(label, |assigner| {
            let mut cells = Vec::with_capacity(count);
            for index in 0..count {
                cells.push(assigner.assign(column.rest, index, field(limb(index)))?);
                if index + 1 < count {
                    column.has_next.enable(assigner.region, index)?;
                } else {
                    assigner.fix(column.scale, index, Fp::one())?;
                }
            }
            if spare > 0 {
                let again = assigner.assign(column.rest, count, field(limb(count - 1)))?;
                assigner.region.constrain_equal(again.cell(), cells[count - 1].cell())?;
                assigner.fix(column.scale, count, Fp::from(1 << spare))?;
            }
            Ok(cells.swap_remove(0))
        })
    }

    /// A cell with the value of an expression: its own cell, or a new one.
    pub(super) fn cell(&mut self, label: Label, element: &LinearForm<Fp>) -> Result<AssignedCell<Fp, Fp>, Error> {
        let (term, constant) = self.narrow(label, element.sum())?;
        if let Some(Term { place: Place::Cell(cell), coefficient, .. }) = &term
            && *coefficient == Fp::one()
            && constant == NONE
        {
            return Ok(cell.clone());
        }
        let coefficients = [coefficient(term.as_ref()), NONE, NONE, -Fp::one(), NONE, constant];
        self.main_row(label, &[term.as_ref(), None, None], coefficients, element.value)
    }
}
