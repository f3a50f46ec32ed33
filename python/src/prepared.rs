//! Sets that are prepared for the proofs of many books.

use std::sync::Arc;

use ark_bn254::Fr;
use pyo3::prelude::*;
use self_cell::self_cell;
use tailproof::batch::{Settled, Status, settle};
use tailproof::{Books, Groth16, Halo2, MandateClaim, PreparedSet, Prover, ProvingBackend, Statement, Unproved};

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

    /// Keeps the proof of an earlier run, or makes one. Returns the status, which is "kept" or "proved",
    /// the SHA-256 of the proof's file, and the text to write for a proof that was made.
    ///
    /// earlier: the text of the file in the place of the proof, whatever it is. It is kept only if it
    ///     verifies and is, byte for byte, a proof of this book under these terms and keys
    ///
    /// Raises as `prove` does.
    #[pyo3(signature = (book, opening, *, earlier=None, context=None))]
    fn settle(
        &self,
        py: Python<'_>,
        book: PyRef<'_, Book>,
        opening: PyRef<'_, Opening>,
        earlier: Option<&str>,
        context: Option<&str>,
    ) -> PyResult<(&'static str, String, Option<String>)> {
        let (held, context) = (self.held(py, &book, &opening)?, context_of(py, context)?);
        let claim = &self.claim;
        let settled = match &self.set {
            AnySet::Groth16(set) => detached(py, || settled(set.borrow_dependent(), claim, &held, context, earlier))?,
            AnySet::Halo2(set) => detached(py, || settled(set.borrow_dependent(), claim, &held, context, earlier))?,
        };
        Ok(match settled.map_err(|error| errors::unproved(py, &error))? {
            Settled::Kept(digest) => (Status::Kept.name(), hex::encode(digest), None),
            Settled::Proved(text, digest) => (Status::Proved.name(), hex::encode(digest), Some(text)),
        })
    }

    fn __repr__(&self) -> String {
        format!("Prepared({:?})", self.claim.mandate().name())
    }
}

/// Settles a book with a set of one proof system.
fn settled<B: ProvingBackend>(
    set: &PreparedSet<'_, B>,
    claim: &MandateClaim,
    held: &Books,
    context: Option<Fr>,
    earlier: Option<&str>,
) -> Result<Settled, Unproved> {
    let statement = Statement::new(claim, held, set.prover().shape(), context)?;
    settle(set, &statement, earlier, &mut tailproof::OsRng)
}
