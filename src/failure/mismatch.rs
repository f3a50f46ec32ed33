//! Files that do not fit each other.

use std::path::PathBuf;

use tailproof::verifier::Shape;

/// A mismatch between files.
#[derive(Debug, thiserror::Error)]
pub enum Mismatch {
    /// An opening that does not open to the book over the scenario set.
    #[error(
        "the opening {} does not open to the book {}: the book, its file, or the list of factors of {} changed after the \
         commitment was made; commit again", opening.display(), book.display(), scenarios.display()
    )]
    Opening {
        /// Opening file.
        opening: PathBuf,
        /// Book file.
        book: PathBuf,
        /// Scenario file.
        scenarios: PathBuf,
    },
    /// An opening that does not open to the tape.
    #[error("the opening {} does not open to the tape {}: a loan changed after the commitment was made; commit again", opening.display(), tape.display())]
    PoolOpening {
        /// Opening file.
        opening: PathBuf,
        /// Tape file.
        tape: PathBuf,
    },
    /// An opening of a tape with another schema than the deal's.
    #[error("the opening {} is of a tape with other columns, names or unit than the [tape] of {}; commit again with that deal", opening.display(), deal.display())]
    Schema {
        /// Opening file.
        opening: PathBuf,
        /// Deal file.
        deal: PathBuf,
    },
    /// A proof made with other keys.
    #[error("the proof was made with other keys (shape {proof_shape}, verifying key {proof_keys}) than {} (shape {shape}, {keys})", folder.display())]
    Keys {
        /// Shape of the proof.
        proof_shape: Shape,
        /// Key digest of the proof.
        proof_keys: String,
        /// Folder of the keys given.
        folder: PathBuf,
        /// Shape of the keys given.
        shape: Shape,
        /// Digest of the keys given.
        keys: String,
    },
    /// Two keys in one folder that are not a pair.
    #[error("proving.key and verifying.key in {} are not of one pair; make keys again", .0.display())]
    KeyPair(PathBuf),
    /// Keys for another version of the circuit.
    #[error("the keys in {} are for another version of the circuit (they say {found}, this program makes {expected}); make keys again with this version", folder.display())]
    Circuit {
        /// Folder of the keys.
        folder: PathBuf,
        /// Digest in the keys.
        found: String,
        /// Digest of this program's circuit.
        expected: String,
    },
    /// A proof about another commitment than the file's.
    #[error("the proof is about commitment {proof}, {} is {file_commitment}", file.display())]
    Commitment {
        /// Commitment of the proof.
        proof: String,
        /// Commitment file.
        file: PathBuf,
        /// Commitment in the file.
        file_commitment: String,
    },
}
