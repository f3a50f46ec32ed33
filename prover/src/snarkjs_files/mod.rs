//! Binary files of snarkjs, so that public powers of tau feed our ceremonies and other provers use our keys.
//!
//! * [`sections`]: the container they share.
//! * [`known_powers`]: public files by their digest.
//! * [`powers_of_tau`]: `.ptau`, read and checked; and made, for rehearsals.
//! * [`zkey`]: `.zkey`, a proving key.
//! * [`witness`]: `.wtns`, an assignment.

pub mod known_powers;
pub mod powers_of_tau;
pub mod sections;
pub mod witness;
pub mod zkey;

/// Why a binary file was not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// the system refused
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// the system refused to write
    #[error("{0}")]
    Write(std::io::Error),
    /// not a file of this kind
    #[error("this is not a {expected}")]
    OtherKind {
        /// what was expected
        expected: &'static str,
    },
    /// not what such a file holds
    #[error("the {what} is damaged: {why}")]
    Damaged {
        /// what it is
        what: &'static str,
        /// what is wrong
        why: String,
    },
    /// powers of tau without the sections for the second phase
    #[error(
        "the powers of tau are not prepared for phase 2: take the prepared file (Hermez's are), or run \
         `snarkjs powersoftau prepare phase2 in.ptau out.ptau`"
    )]
    NotPrepared,
    /// too few powers of tau
    #[error("the file has powers of tau for 2^{power} rows, the circuit needs 2^{needed} or more; take a larger file")]
    TooFewPowers {
        /// power of the file
        power: u32,
        /// power that is needed
        needed: u32,
    },
    /// powers of tau that are not powers of one number
    #[error("these are not powers of tau: {0}")]
    NotPowers(&'static str),
}
