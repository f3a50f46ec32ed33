//! Why the Groth16 prover made no proof.

use tailproof_circuits::WitnessError;
use tailproof_verifier::Shape;

/// The reason no proof was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
    /// An assignment of another length than the key's circuit.
    #[error(
        "the proving key is for another circuit: it has {expected} variables, this program's has {found}; make keys again"
    )]
    OtherCircuit {
        /// Variables of the key.
        expected: usize,
        /// Variables of the assignment.
        found: usize,
    },
    /// An assignment that does not satisfy the key's constraints.
    #[error(
        "the claim does not hold for this book, or the proving key is for another circuit (constraint {row} fails)"
    )]
    Unsatisfied {
        /// Number of the first constraint that fails.
        row: usize,
    },
    /// A proof with a point outside its subgroup or at infinity, which no honest key gives.
    #[error("the proof that was made is not of its groups: this key is not to be trusted")]
    NotTrusted,
    /// A circuit larger than any domain of the field.
    #[error("the circuit is too large for the field's evaluation domains")]
    TooLarge,
    /// A shape without a circuit.
    #[error("no circuit of shape {0} exists: its numbers would leave the field")]
    NoCircuit(Shape),
    /// Holdings that do not fit the shape.
    #[error(transparent)]
    Witness(#[from] WitnessError),
}
