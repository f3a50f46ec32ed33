//! The scenario matrix times the exposures: eight scenarios side by side, one exposure a row.

use ethnum::I256;
use halo2_proofs::circuit::{AssignedCell, Layouter};
use halo2_proofs::pasta::Fp;
use halo2_proofs::plonk::Error;
use tailproof_verifier::halo2::{LANES, lane, lane_rows};

use super::layout::{Halo2, field};
use super::linear::{LinearForm, Term};
use crate::instructions::{ElementInstructions, Label};

impl<L: Layouter<Fp>> Halo2<'_, L> {
    /// The products of all scenarios. Each running sum ends in its value among `results`.
    ///
    /// # Errors
    /// If called twice: the lanes are laid out beside the matrix, from row 0 on, so there is room
    /// for one vector.
    pub(super) fn lane_products(
        &mut self,
        label: Label,
        x: &[LinearForm<I256>],
        results: &[I256],
    ) -> Result<Vec<LinearForm<I256>>, Error> {
        let shape = self.inputs.scenarios.shape();
        assert_eq!((x.len(), results.len()), (shape.factors(), shape.scenarios()), "the sizes of the matrix");
        if std::mem::replace(&mut self.lanes_used, true) {
            return Err(Error::Synthesis);
        }
        let mut exposures = Vec::with_capacity(x.len());
        for entry in x {
            let element = self.to_element(entry);
            exposures.push(Term::cell(self.cell(label, &element)?, element.value));
        }
        let sums = self.running_sums(x, results);
        let cells = self.lane_cells(label, &exposures, &sums)?;
        let products = results.iter().zip(cells);
        Ok(products.map(|(result, cell)| LinearForm::cell(*result, cell, field(*result))).collect())
    }

    /// The running sums of each lane, row after row. A scenario's last is its result.
    fn running_sums(&self, x: &[LinearForm<I256>], results: &[I256]) -> Vec<[I256; LANES]> {
        let scenarios = &self.inputs.scenarios;
        let shape = scenarios.shape();
        let mut sums = vec![[I256::ZERO; LANES]; lane_rows(shape)];
        for (scenario, result) in results.iter().enumerate() {
            let (lane, first) = lane(shape, scenario);
            let mut sum = I256::ZERO;
            for (factor, entry) in scenarios.entries(scenario).iter().enumerate() {
                sum += I256::from(*entry) * x[factor].value;
                sums[first + factor][lane] = sum;
            }
            sums[first + shape.factors() - 1][lane] = *result;
        }
        sums
    }

    /// Assigns the lanes. Returns the cells of the results, which come block by block and lane by
    /// lane: in the order of the scenarios.
    fn lane_cells(
        &mut self,
        label: Label,
        exposures: &[Term],
        sums: &[[I256; LANES]],
    ) -> Result<Vec<AssignedCell<Fp, Fp>>, Error> {
        let (columns, factors) = (self.columns, exposures.len());
        self.region(label, |assigner| {
            let mut cells = Vec::with_capacity(sums.len() / factors * LANES);
            for (row, lanes) in sums.iter().enumerate() {
                let factor = row % factors;
                let gate = if factor == 0 { columns.lanes_begin } else { columns.lanes_go_on };
                gate.enable(assigner.region, row)?;
                assigner.copy(&exposures[factor], columns.exposure, row, columns)?;
                for (column, sum) in columns.lanes.iter().zip(lanes) {
                    let cell = assigner.assign(*column, row, field(*sum))?;
                    if factor + 1 == factors {
                        cells.push(cell);
                    }
                }
            }
            Ok(cells)
        })
    }
}
