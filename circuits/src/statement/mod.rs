//! Statements, each written once over a [`Builder`].

mod hash_chain;
pub mod market;
pub mod parametric;
pub mod pnl;
pub mod pool;

use tailproof_verifier::Shape;
use tailproof_verifier::shape::Statement;

use crate::builder::Builder;
use crate::error::{Built, WitnessError};
use crate::instructions::Instructions;
use market::MarketWitness;
use pool::PoolWitness;

/// The private part of an instance.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "one is made for each proof")]
pub enum Witness {
    /// The witness of a statement about books.
    Market(MarketWitness),
    /// The witness of a statement about a pool of loans.
    Pool(PoolWitness),
}

impl Witness {
    /// Returns a witness of zeros, to synthesize a circuit for its constraints alone.
    pub fn zero(shape: Shape) -> Self {
        match shape.pool() {
            Some(_) => Witness::Pool(PoolWitness::zero(shape)),
            None => Witness::Market(MarketWitness::zero(shape)),
        }
    }
}

impl From<MarketWitness> for Witness {
    fn from(witness: MarketWitness) -> Self {
        Witness::Market(witness)
    }
}

impl From<PoolWitness> for Witness {
    fn from(witness: PoolWitness) -> Self {
        Witness::Pool(witness)
    }
}

/// A borrowed [`Witness`].
#[derive(Debug, Clone, Copy)]
pub enum WitnessRef<'w> {
    /// The witness of a statement about books.
    Market(&'w MarketWitness),
    /// The witness of a statement about a pool of loans.
    Pool(&'w PoolWitness),
}

impl WitnessRef<'_> {
    /// Checks that the witness is one of a shape: of its kind, and with lists that fit.
    ///
    /// # Errors
    /// The first list that does not fit.
    pub fn check(self, shape: Shape) -> Result<(), WitnessError> {
        match (shape.pool(), self) {
            (None, WitnessRef::Market(witness)) => witness.check(shape),
            (Some(sizes), WitnessRef::Pool(witness)) => witness.check(sizes),
            _ => Err(WitnessError::Kind { shape }),
        }
    }
}

impl<'w> From<&'w Witness> for WitnessRef<'w> {
    fn from(witness: &'w Witness) -> Self {
        match witness {
            Witness::Market(witness) => WitnessRef::Market(witness),
            Witness::Pool(witness) => WitnessRef::Pool(witness),
        }
    }
}

impl<'w> From<&'w MarketWitness> for WitnessRef<'w> {
    fn from(witness: &'w MarketWitness) -> Self {
        WitnessRef::Market(witness)
    }
}

impl<'w> From<&'w PoolWitness> for WitnessRef<'w> {
    fn from(witness: &'w PoolWitness) -> Self {
        WitnessRef::Pool(witness)
    }
}

/// Runs the statement of the shape that the backend's public inputs are of.
///
/// # Errors
/// * [`SynthesisError::Witness`](crate::SynthesisError::Witness) if the witness is not one of the
///   shape. Nothing is laid out then.
/// * [`SynthesisError::Bound`](crate::SynthesisError::Bound) if an integer could leave the field,
///   so that no circuit of this shape exists.
/// * [`SynthesisError::Unchecked`](crate::SynthesisError::Unchecked) if the statement lacks a range
///   check that packed scenarios need, which no statement here does.
/// * [`SynthesisError::Backend`](crate::SynthesisError::Backend) if the backend fails.
pub fn synthesize<'w, B: Instructions>(backend: &mut B, witness: impl Into<WitnessRef<'w>>) -> Built<B, ()> {
    let shape = backend.shape();
    let witness = witness.into();
    witness.check(shape)?;
    let mut builder = Builder::new(backend);
    match (shape.statement(), witness) {
        (
            Statement::Market { .. } | Statement::MarketLimits | Statement::MarketRules(_),
            WitnessRef::Market(witness),
        ) => {
            market::market(&mut builder, shape, witness)?;
        }
        (Statement::Parametric, WitnessRef::Market(witness)) => parametric::parametric(&mut builder, shape, witness)?,
        (Statement::Pnl { .. }, WitnessRef::Market(witness)) => pnl::pnl(&mut builder, shape, witness)?,
        (Statement::Pool(sizes), WitnessRef::Pool(witness)) => pool::pool(&mut builder, shape, sizes, witness)?,
        _ => return Err(WitnessError::Kind { shape }.into()),
    }
    builder.finish()
}
