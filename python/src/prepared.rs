//! Sets that are prepared for the proofs of many books.

use std::sync::Arc;

use pyo3::prelude::*;
use self_cell::self_cell;
use tailproof::{Books, Groth16, Halo2, MandateClaim, PreparedSet, ProofFile, Prover, Statement};

use crate::asked::context_of;
use crate::book::Book;
use crate::commitment::Opening;
use crate::errors;
use crate::process::detached;
use crate::proof::{AnyProof, Proof};
use crate::prover::AnyProver;

type OfGroth16<'p> = PreparedSet<'p, Groth16>;
type OfHalo2<'p> = PreparedSet<'p, Halo2>;

self_cell!(
    struct Groth16Set {
        owner: Arc<Prover<Groth16>>,
        #[covariant]
        dependent: OfGroth16,
    }
);

self_cell!(
    struct Halo2Set {
        owner: Arc<Prover<Halo2>>,
        #[covariant]
        dependent: OfHalo2,
    }
);

enum AnySet {
    Groth16(Groth16Set),
    Halo2(Halo2Set),
}

/// A scenario set and a mandate that are prepared for the proofs of many books, each alone. Made by
/// `Keys.prepare`. It may be shared among threads.
#[pyclass(frozen, module = "tailproof", name = "Prepared")]
pub struct Prepared {
    set: AnySet,
    claim: MandateClaim,
}

impl Prepared {
    /// Prepares the set of a claim.
    pub fn of(py: Python<'_>, prover: &AnyProver, claim: MandateClaim) -> PyResult<Self> {
        let public = tailproof::Claim::from(claim.clone());
        let inputs = |shape| public.scenario_inputs(shape).map_err(|error| errors::instance(py, &error));
        let set = match prover {
            AnyProver::Groth16(prover) => {
                let (prover, inputs) = (prover.clone(), inputs(prover.shape())?);
                let made = detached(py, || Groth16Set::try_new(prover, |prover| prover.prepare(inputs)))?;
                AnySet::Groth16(made.map_err(|error| errors::unproved(py, &error))?)
            }
            AnyProver::Halo2(prover) => {
                let (prover, inputs) = (prover.clone(), inputs(prover.shape())?);
                let made = detached(py, || Halo2Set::try_new(prover, |prover| prover.prepare(inputs)))?;
                AnySet::Halo2(made.map_err(|error| errors::unproved(py, &error))?)
            }
        };
        Ok(Self { set, claim })
    }

    fn held(&self, py: Python<'_>, book: &Book, opening: &Opening) -> PyResult<Books> {
        let opened = book.opened(py, &self.claim, opening)?;
        Books::new(vec![opened]).map_err(|problem| errors::problem(py, "book", &problem))
    }
}

#[pymethods]
impl Prepared {
    /// Proves that a book meets the mandate, as `Keys.prove` does.
    #[pyo3(signature = (book, opening, *, context=None))]
    fn prove(
        &self,
        py: Python<'_>,
        book: PyRef<'_, Book>,
        opening: PyRef<'_, Opening>,
        context: Option<&str>,
    ) -> PyResult<Proof> {
        let (held, context) = (self.held(py, &book, &opening)?, context_of(py, context)?);
        let rng = &mut tailproof::OsRng;
        let claim = &self.claim;
        let unproved = |error| errors::unproved(py, &error);
        let proof = match &self.set {
            AnySet::Groth16(set) => {
                let proved = detached(py, || set.borrow_dependent().prove(claim, &held, context, rng))?;
                AnyProof::Groth16(Box::new(proved.map_err(unproved)?))
            }
            AnySet::Halo2(set) => {
                let proved = detached(py, || set.borrow_dependent().prove(claim, &held, context, rng))?;
                AnyProof::Halo2(Box::new(proved.map_err(unproved)?))
            }
        };
        Ok(Proof { proof })
    }

    /// Returns whether a proof is one that `prove` would make of the book, and verifies. Nothing else
    /// is said: a proof of an earlier run is kept only if this is true.
    #[pyo3(signature = (proof, book, opening, *, context=None))]
    fn proves(
        &self,
        py: Python<'_>,
        proof: PyRef<'_, Proof>,
        book: PyRef<'_, Book>,
        opening: PyRef<'_, Opening>,
        context: Option<&str>,
    ) -> PyResult<bool> {
        let (held, context) = (self.held(py, &book, &opening)?, context_of(py, context)?);
        let claim = &self.claim;
        let unproved = |error| errors::unproved(py, &error);
        fn found<B: tailproof::ProvingBackend>(
            set: &PreparedSet<'_, B>,
            claim: &MandateClaim,
            held: &Books,
            context: Option<ark_bn254::Fr>,
            proof: &ProofFile<B>,
        ) -> Result<bool, tailproof::Unproved> {
            let statement = Statement::new(claim, held, set.prover().shape(), context)?;
            Ok(set.proves(&statement, proof))
        }
        match (&self.set, &proof.proof) {
            (AnySet::Groth16(set), AnyProof::Groth16(proof)) => {
                detached(py, || found(set.borrow_dependent(), claim, &held, context, proof))?.map_err(unproved)
            }
            (AnySet::Halo2(set), AnyProof::Halo2(proof)) => {
                detached(py, || found(set.borrow_dependent(), claim, &held, context, proof))?.map_err(unproved)
            }
            _ => Ok(false),
        }
    }

    fn __repr__(&self) -> String {
        format!("Prepared({:?})", self.claim.mandate().name())
    }
}
