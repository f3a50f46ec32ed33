//! Statements, written once over [`crate::instructions`].

mod hash_chain;
pub mod market;
pub mod parametric;
pub mod pool;

use tailproof_verifier::Shape;
use tailproof_verifier::shape::Statement;

use crate::bound::BoundError;
use crate::instructions::Instructions;
use crate::integer::Builder;
use market::MarketWitness;
use pool::PoolWitness;

/// The private part of a statement.
#[derive(Debug, Clone)]
pub enum Witness {
    /// of a statement about books
    Market(MarketWitness),
    /// of a statement about a pool of loans
    Pool(PoolWitness),
}

impl Witness {
    /// A witness of zeros: what a circuit is built with when only its constraints matter.
    pub fn zero(shape: Shape) -> Self {
        match shape.pool() {
            Some(_) => Witness::Pool(PoolWitness::zero(shape)),
            None => Witness::Market(MarketWitness::zero(shape.books())),
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

/// A [`Witness`] that somebody else has.
#[derive(Debug, Clone, Copy)]
pub enum WitnessRef<'w> {
    /// of a statement about books
    Market(&'w MarketWitness),
    /// of a statement about a pool of loans
    Pool(&'w PoolWitness),
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

/// Runs the statement of a shape on a backend, which holds the public inputs.
///
/// # Errors
/// If an interval could leave the field: then no circuit of this shape exists.
///
/// # Panics
/// If the witness is of another kind of statement, has fewer books than the shape, more exposures than the shape has factors, or more
/// loans than it holds.
pub fn synthesize<'w, B: Instructions>(
    backend: &mut B,
    shape: Shape,
    witness: impl Into<WitnessRef<'w>>,
) -> Result<(), BoundError> {
    let mut builder = Builder { backend };
    match (shape.statement(), witness.into()) {
        (Statement::Market { .. } | Statement::MarketLimits, WitnessRef::Market(witness)) => {
            market::market(&mut builder, shape, witness)
        }
        (Statement::Parametric, WitnessRef::Market(witness)) => parametric::parametric(&mut builder, shape, witness),
        (Statement::Pool(sizes), WitnessRef::Pool(witness)) => pool::pool(&mut builder, shape, sizes, witness),
        _ => panic!("the witness is of another kind of statement than the shape {shape}"),
    }
}
