//! The commitment's hash, by the chip of `halo2_gadgets`.

use halo2_gadgets::poseidon::primitives::{ConstantLength, P128Pow5T3};
use halo2_gadgets::poseidon::{Hash, Pow5Chip};
use halo2_proofs::circuit::{AssignedCell, Layouter};
use halo2_proofs::pasta::Fp;
use halo2_proofs::plonk::Error;
use tailproof_verifier::field::CommitmentField;

use super::layout::Halo2;
use super::linear::LinearForm;
use crate::instructions::Label;

impl<L: Layouter<Fp>> Halo2<'_, L> {
    /// The hash of `N` elements.
    pub(super) fn poseidon<const N: usize>(
        &mut self,
        label: Label,
        inputs: &[LinearForm<Fp>; N],
    ) -> Result<LinearForm<Fp>, Error> {
        let values = inputs.each_ref().map(|input| input.value);
        let mut cells = Vec::with_capacity(N);
        for input in inputs {
            cells.push(self.cell(label, input)?);
        }
        let message: [AssignedCell<Fp, Fp>; N] = cells.try_into().map_err(|_| Error::Synthesis)?;
        let chip = Pow5Chip::construct(self.columns.poseidon.clone());
        let mut layouter = self.layouter.namespace(|| label);
        let hash = Hash::<_, _, P128Pow5T3, ConstantLength<N>, 3, 2>::init(chip, layouter.namespace(|| "init"))?;
        let cell = hash.hash(layouter.namespace(|| "hash"), message)?;
        let value = <Fp as CommitmentField>::hash(&values);
        Ok(LinearForm::cell(value, cell, value))
    }
}
