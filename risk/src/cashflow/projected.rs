//! A pool under a block of assumptions.

use tailproof_core::error::{CashflowProblem, NotesProblem, Problem};
use tailproof_core::pool::cashflow::value::{value_coefficients, value_of};
use tailproof_core::pool::cashflow::{Assumptions, BandTotals, CashflowTerms, band_totals};
use tailproof_core::pool::{Deal, LoanPool, TapeSchema};
use tailproof_core::scenarios::cashflow::{FlowMatrix, flow_matrix};

use super::flows::PoolFlows;
use super::value::PoolValue;
use super::waterfall::{NotesTerms, Run, run};

/// A pool's totals with the schema and the table of cash flows of its deal.
#[derive(Debug, Clone)]
pub struct PoolTotals<'d> {
    schema: &'d TapeSchema,
    terms: CashflowTerms,
    /// the totals of each code
    pub bands: Vec<BandTotals>,
}

impl<'d> PoolTotals<'d> {
    /// Returns the totals of a pool by the codes that a deal names.
    ///
    /// # Errors
    /// A deal without a schema or a table of cash flows.
    pub fn new(deal: &'d Deal, pool: &LoanPool) -> Result<Self, Problem> {
        let terms = *deal.cashflow().ok_or(CashflowProblem::NoTable)?;
        let schema = deal.require_schema()?;
        Ok(Self { schema, terms, bands: band_totals(pool, terms.replines, schema.names(terms.replines).len()) })
    }

    /// Returns the balance of the pool, in units.
    pub fn balance(&self) -> u64 {
        self.bands.iter().map(|band| band.balance).sum()
    }

    /// Projects the pool under a block of assumptions.
    ///
    /// # Errors
    /// Assumptions that do not go with the schema; no such block.
    pub fn project(&self, assumptions: &Assumptions, block: usize) -> Result<Projected, Problem> {
        let set = flow_matrix(self.schema, self.terms.replines, assumptions)?;
        let matrix = FlowMatrix::of(&set)?;
        if block >= matrix.blocks().len() {
            return Err(Problem::Empty("there is no such block".into()));
        }
        let months = u32::try_from(matrix.months()).unwrap_or(u32::MAX);
        let factors = assumptions.discount.as_ref().map(|curve| curve.factors(months));
        let lower = factors.as_ref().map(|factors| value_of(&value_coefficients(&matrix, block, factors), &self.bands));
        Ok(Projected { flows: PoolFlows::new(&matrix, block, &self.bands), factors, lower })
    }

    /// Pays notes from a projected pool.
    ///
    /// # Errors
    /// Terms that do not go with the schema, the assumptions or the payments; a month in which sources
    /// are not uses.
    pub fn pay(
        &self,
        projected: &Projected,
        terms: &NotesTerms,
        assumptions: &Assumptions,
    ) -> Result<Run, NotesProblem> {
        let has_fees = projected.flows.months.iter().any(|month| month.fees > 0);
        terms.check_against(&assumptions.indices, has_fees, self.schema)?;
        run(terms, &projected.flows, &self.bands, &assumptions.indices)
    }
}

/// The payments of a pool under a block of assumptions.
#[derive(Debug, Clone, PartialEq)]
pub struct Projected {
    /// payments by month
    pub flows: PoolFlows,
    /// discount factors of the months, in 60 fractional bits; `None` without a curve
    pub factors: Option<Vec<u64>>,
    /// value by the row that is linear in the totals, in units with 40 fractional bits; `None`
    /// without a curve
    pub lower: Option<i128>,
}

impl Projected {
    /// Returns the value at a price in percent of the balance; `None` without a curve.
    pub fn value(&self, price: f64) -> Option<PoolValue> {
        let price = self.flows.balance as f64 * price / 100.0;
        self.factors.as_ref().map(|factors| PoolValue::new(&self.flows, factors, price))
    }

    /// Returns the discounted payments of each note in a run, as a share of its balance; `None` without
    /// a curve.
    pub fn note_values(&self, run: &Run) -> Option<Vec<f64>> {
        let factors = self.factors.as_ref()?;
        let one = tailproof_core::pool::cashflow::fixed::ONE as f64;
        let value = |(at, figures): (usize, &super::waterfall::NoteFigures)| {
            let paid = run.months.iter().map(|month| (month.notes[at].interest + month.notes[at].principal) as f64);
            paid.zip(factors).map(|(paid, factor)| paid * *factor as f64 / one).sum::<f64>() / figures.balance as f64
        };
        Some(run.notes.iter().enumerate().map(value).collect())
    }
}
