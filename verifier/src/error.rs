//! Errors by kind: the instance cannot be stated, the bytes are malformed, the proof is not valid.

use tailproof_core::Problem;
use tailproof_core::scenarios::regenerate::Comparison;

use crate::pool::PoolError;
use crate::shape::Shape;

/// A claim cannot be stated for a shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InstanceError {
    /// more scenarios than the shape has rows
    #[error("the scenario set has {have} scenarios, keys of shape {shape} hold at most {}; make keys of a larger shape", shape.scenarios())]
    TooManyScenarios {
        /// scenarios of the set
        have: usize,
        /// the shape
        shape: Shape,
    },
    /// more factors than the shape has columns
    #[error("the scenario set has {have} factors, keys of shape {shape} hold at most {}; make keys of a larger shape", shape.factors())]
    TooManyFactors {
        /// factors of the set
        have: usize,
        /// the shape
        shape: Shape,
    },
    /// more clauses than thresholds
    #[error("the mandate has clauses on VaR, CVaR and the worst loss; one proof holds two of them: write two mandates")]
    TooManyClauses,
    /// a clause on the book itself, under a shape that has none
    #[error("the clause '{clause}' takes keys with limits on the book, not of shape {shape}: {}", limits_advice(*shape))]
    NeedsLimits {
        /// the clause
        clause: String,
        /// the shape
        shape: Shape,
    },
    /// a floor and a second figure
    #[error(
        "a floor under VaR takes the second threshold, and so does the clause '{0}' of another confidence: write two mandates"
    )]
    FloorAndOther(String),
    /// a mandate under keys for a pool of loans
    #[error(
        "keys of shape {0} are for a pool of loans, and a mandate is about a book; make keys of a shape such as 500x20"
    )]
    NotABook(Shape),
    /// sizes beyond every shape
    #[error("no shape holds a claim of these sizes")]
    NoShape,
    /// a clause that cannot be about this set, or half-spreads that do not fit its factors
    #[error(transparent)]
    Clause(#[from] Problem),
    /// a covariance under a shape for scenarios, or the other way round
    #[error(
        "the set holds {is}, and keys of shape {shape} are for the other kind; a covariance of N factors takes keys of shape \
         (N+1)xN+parametric, scenarios take TxN"
    )]
    ParametricShape {
        /// what the set is
        is: &'static str,
        /// the shape
        shape: Shape,
    },
    /// a deal, its scenarios and a shape that do not fit each other
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// a book over other factors than the set's, or over the same in another order
    #[error("the book was committed to over other factors than those of the scenario set")]
    OtherFactors,
    /// another number of commitments than the shape has sub-books
    #[error(
        "{have} book(s), and keys of shape {shape} are for {}; make keys of the shape {}",
        shape.books(),
        if *have == 1 { "without +books".to_owned() } else { format!("with +{have}books") }
    )]
    OtherBooks {
        /// commitments given
        have: usize,
        /// the shape
        shape: Shape,
    },
    /// two confidences for one threshold
    #[error(
        "the mandate has two confidences ({first} and {second}), keys of shape {shape} have one threshold; \
         make keys of shape {}x{}",
        shape.scenarios(),
        shape.factors()
    )]
    TwoConfidences {
        /// confidence of the first clause
        first: String,
        /// confidence of the second clause
        second: String,
        /// the shape
        shape: Shape,
    },
    /// the book's unit is coarser than the mandate accepts
    #[error(
        "the book was committed in units of {unit}, the mandate accepts {coarsest} or finer (a mandate accepts a cent unless \
         its `unit` names another)"
    )]
    UnitTooCoarse {
        /// unit of the commitment
        unit: String,
        /// coarsest unit of the mandate
        coarsest: String,
    },
}

/// What to do about a clause on the book under a shape without them.
fn limits_advice(shape: Shape) -> String {
    if shape.is_parametric() {
        return "a covariance has none; prove the clause over scenarios, in a mandate of its own".into();
    }
    let books = if shape.books() == 1 { String::new() } else { format!("+{}books", shape.books()) };
    format!("make keys of shape {}x{}+limits{books}", shape.scenarios(), shape.factors())
}

/// Bytes or text from outside that are not in their one right form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MalformedError {
    /// not a file of this kind
    #[error("this is not a {expected}")]
    WrongKind {
        /// what was expected
        expected: &'static str,
    },
    /// made by another version
    #[error("{what} has version {found}, this program reads version {expected}")]
    WrongVersion {
        /// what it is
        what: &'static str,
        /// its version
        found: String,
        /// the version read here
        expected: u16,
    },
    /// made by another version, and to be made again
    #[error("{what} has version {found}, this program reads version {expected}: {remedy}")]
    OtherVersion {
        /// what it is
        what: &'static str,
        /// its version
        found: String,
        /// the version read here
        expected: u16,
        /// how to get one of the version read here
        remedy: &'static str,
    },
    /// too short, too long, or changed
    #[error("{what} is cut off or was changed: its {part} does not match its content")]
    Damaged {
        /// what it is
        what: &'static str,
        /// what does not match
        part: &'static str,
    },
    /// a JSON or hex syntax error
    #[error("{0}")]
    Syntax(String),
    /// a number that is not the one encoding of a field element
    #[error("{field}: expected 0x and 64 lower-case hex digits of a number below the field's modulus")]
    NotCanonical {
        /// which field
        field: String,
    },
    /// a point that is not on the curve, not in the subgroup, or at infinity
    #[error("{field}: the point is {why}")]
    BadPoint {
        /// which point
        field: String,
        /// what is wrong with it
        why: &'static str,
    },
    /// a field with a value this version does not know
    #[error("{field} is '{found}', expected '{expected}'")]
    Unexpected {
        /// which field
        field: &'static str,
        /// its value
        found: String,
        /// the value expected
        expected: String,
    },
}

/// A well-formed proof that does not prove the claim.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// the pairing equation does not hold
    #[error("the proof is not a proof of this claim")]
    PairingFailed,
    /// scenario inputs for another shape than the key
    #[error("the scenario inputs are for keys of shape {inputs}, the key is of shape {key}")]
    OtherShape {
        /// shape of the key
        key: Shape,
        /// shape of the inputs
        inputs: Shape,
    },
    /// the argument of halo2 does not hold
    #[error("the proof is not a proof of this claim")]
    ArgumentFailed,
    /// the book's unit is coarser than the mandate accepts
    #[error("the book was committed in units of {unit}, the mandate accepts {coarsest} or finer")]
    UnitTooCoarse {
        /// unit of the commitment
        unit: String,
        /// coarsest unit of the mandate
        coarsest: String,
    },
    /// a valid proof about another commitment than the one that is known
    #[error("the proof is about commitment {proved}, and {known} is expected: another book")]
    OtherCommitment {
        /// the commitment that the proof is about, in hex
        proved: String,
        /// the commitment that is expected, in hex
        known: String,
    },
    /// a scenario set that is not the one that its header and the sources at hand make
    #[error("the scenario set is not the one that its header and these sources make: {}", difference(*.0))]
    OtherScenarios(Comparison),
    /// the proof file states another claim than the files given
    #[error("the proof is about another claim: its {field} is {stated}, the files given make it {expected}")]
    OtherClaim {
        /// which part of the claim
        field: &'static str,
        /// what the proof file states
        stated: String,
        /// what follows from the mandate and scenario set given
        expected: String,
    },
}

/// Returns how a scenario set differs from the one that was made again.
fn difference(comparison: Comparison) -> String {
    match comparison {
        Comparison::Identical => "it is the same".into(),
        Comparison::OtherSource(source) => format!("it was made from other {source}"),
        Comparison::OtherSet => "they make another set".into(),
    }
}

/// Checks that a file states what is expected of it.
pub(crate) fn differs(
    field: &'static str,
    stated: impl Into<String>,
    expected: impl Into<String>,
) -> Result<(), VerifyError> {
    let (stated, expected) = (stated.into(), expected.into());
    if stated == expected { Ok(()) } else { Err(VerifyError::OtherClaim { field, stated, expected }) }
}
