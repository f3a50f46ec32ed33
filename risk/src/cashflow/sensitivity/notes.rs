//! Notes at a point of a grid: their payments under assumptions of which one is moved.

use tailproof_core::error::Problem;
use tailproof_core::pool::cashflow::fixed::PARTS;
use tailproof_core::pool::cashflow::{Assumptions, Behaviour};

use super::axis::Axis;
use crate::cashflow::projected::PoolTotals;
use crate::cashflow::waterfall::{NoteFigures, NotesTerms};

/// Figures of a note at a point of a grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NotePoint {
    /// principal that is not paid, as a share of the balance
    pub unpaid: f64,
    /// interest that is due and not paid at the end, in units
    pub interest_unpaid: i128,
    /// mean time of principal, in years
    pub average_life: Option<f64>,
    /// annual effective yield at par
    pub yield_at_par: Option<f64>,
    /// discounted payments as a share of the balance; `None` without a curve
    pub value: Option<f64>,
}

/// The payments of notes from a pool under a block of assumptions.
#[derive(Debug, Clone, Copy)]
pub struct NotesModel<'n> {
    /// the pool
    pub pool: &'n PoolTotals<'n>,
    /// the assumptions that are moved
    pub assumptions: &'n Assumptions,
    /// their block
    pub block: usize,
    /// the terms of the notes
    pub terms: &'n NotesTerms,
}

impl NotesModel<'_> {
    /// Returns the figures at a point; `None` where the assumption has no part in them.
    ///
    /// # Errors
    /// The errors of the pool's projection and of the waterfall.
    pub(super) fn at(&self, axis: Axis, value: f64) -> Result<Option<Vec<NotePoint>>, Problem> {
        let Some(moved) = moved(self.assumptions, self.block, axis, value) else { return Ok(None) };
        let projected = self.pool.project(&moved, 0)?;
        let run = self.pool.pay(&projected, self.terms, &moved)?;
        let values = projected.note_values(&run);
        let point = |(at, figures): (usize, &NoteFigures)| NotePoint {
            unpaid: figures.loss(),
            interest_unpaid: figures.interest_unpaid,
            average_life: figures.average_life,
            yield_at_par: figures.yield_at_par,
            value: values.as_ref().map(|values| values[at]),
        };
        Ok(Some(run.notes.iter().enumerate().map(point).collect()))
    }
}

/// Returns the assumptions of one block with one of them moved; `None` where there is nothing to
/// move.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn moved(assumptions: &Assumptions, block: usize, axis: Axis, value: f64) -> Option<Assumptions> {
    let mut moved = assumptions.clone();
    moved.blocks = vec![assumptions.blocks.get(block)?.clone()];
    let times = (value * PARTS as f64).round().max(0.0) as u64;
    let change: Box<dyn Fn(&mut Behaviour)> = match axis {
        Axis::Correlation | Axis::Volatility => return None,
        Axis::DefaultRate => Box::new(move |behaviour| behaviour.default = behaviour.default.scaled(times)),
        Axis::Prepayment => Box::new(move |behaviour| behaviour.prepayment = behaviour.prepayment.scaled(times)),
        Axis::Recovery => {
            let points = (value * 1e6).round() as i64;
            Box::new(move |behaviour| {
                behaviour.severity = behaviour.severity.saturating_add_signed(-points).min(PARTS);
            })
        }
        Axis::InterestRate => {
            let parts = (value * 1e4).round() as i64;
            moved.discount = moved.discount.map(|curve| curve.shifted(parts));
            moved.indices.values_mut().flatten().for_each(|rate| *rate = rate.saturating_add(parts));
            Box::new(|_| {})
        }
    };
    for block in &mut moved.blocks {
        change(&mut block.behaviour);
        block.codes.values_mut().for_each(&change);
    }
    Some(moved)
}
