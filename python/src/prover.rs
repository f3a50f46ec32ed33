//! Provers of either proof system.

use std::sync::Arc;

use ark_bn254::Fr;
use pyo3::prelude::*;
use tailproof::{Groth16, Halo2, ProofFile, Provable, Prover, ProvingBackend};

use crate::errors;
use crate::process::detached;
use crate::proof::{AnyProof, Proof};

/// A prover of either proof system.
pub enum AnyProver {
    /// Groth16
    Groth16(Arc<Prover<Groth16>>),
    /// halo2
    Halo2(Arc<Prover<Halo2>>),
}

impl AnyProver {
    /// Proves a claim.
    pub fn prove<C: Provable + Sync>(
        &self,
        py: Python<'_>,
        claim: &C,
        held: &C::Holdings,
        context: Option<Fr>,
    ) -> PyResult<Proof>
    where
        C::Holdings: Sync,
    {
        let proof = match self {
            AnyProver::Groth16(prover) => AnyProof::Groth16(Box::new(proved(py, prover, claim, held, context)?)),
            AnyProver::Halo2(prover) => AnyProof::Halo2(Box::new(proved(py, prover, claim, held, context)?)),
        };
        Ok(Proof { proof })
    }
}

/// Proves a claim with a prover of one proof system.
fn proved<B: ProvingBackend, C: Provable + Sync>(
    py: Python<'_>,
    prover: &Prover<B>,
    claim: &C,
    held: &C::Holdings,
    context: Option<Fr>,
) -> PyResult<ProofFile<B>>
where
    C::Holdings: Sync,
    Prover<B>: Sync,
    ProofFile<B>: Send,
{
    let proved = detached(py, || prover.prove(claim, held, context, &mut tailproof::OsRng))?;
    proved.map_err(|error| errors::unproved(py, &error))
}
