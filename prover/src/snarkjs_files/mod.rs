//! Binary files of snarkjs: with them, ceremonies use public powers of tau, and other provers use
//! our keys.
//!
//! * [`sections`]: the container that all of them share.
//! * [`known_powers`]: public files by their digest.
//! * [`powers_of_tau`]: `.ptau`, the powers of tau: reading, checking, and making them for
//!   rehearsals.
//! * [`zkey`]: `.zkey`, a proving key.
//! * [`witness`]: `.wtns`, an assignment.

pub mod known_powers;
pub mod powers_of_tau;
pub mod sections;
pub mod witness;
pub mod zkey;

/// The reason a binary file was not read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// A failure to read.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// A failure to write.
    #[error("{0}")]
    Write(std::io::Error),
    /// A file of another kind.
    #[error("this is not a {expected}")]
    OtherKind {
        /// Name of the expected kind.
        expected: &'static str,
    },
    /// A file of the right kind with wrong content.
    #[error("the {what} is damaged: {why}")]
    Damaged {
        /// Name of the kind of file.
        what: &'static str,
        /// Description of the fault.
        why: String,
    },
    /// A file of another version of its format.
    #[error("the {what} has version {found}, this program reads {expected}")]
    OtherVersion {
        /// Name of the kind of file.
        what: &'static str,
        /// Version of the file.
        found: u32,
        /// Version that is read.
        expected: u32,
    },
    /// Powers of tau for another curve.
    #[error("the powers of tau are for another curve than BN254 (bn128)")]
    OtherCurve,
    /// A file without a section that all such files have.
    #[error("the {what} has no section {section}: it is incomplete")]
    NoSection {
        /// Name of the kind of file.
        what: &'static str,
        /// Number of the section.
        section: u32,
    },
    /// Powers of tau without the sections for the second phase.
    #[error(
        "the powers of tau are not prepared for phase 2: take the prepared file (Hermez's are), or run \
         `snarkjs powersoftau prepare phase2 in.ptau out.ptau`"
    )]
    NotPrepared,
    /// Too few powers of tau.
    #[error("the file has powers of tau for 2^{power} rows, the circuit needs 2^{needed} or more; take a larger file")]
    TooFewPowers {
        /// Power of the file.
        power: u32,
        /// Power that the circuit needs.
        needed: u32,
    },
    /// Powers of tau that are not powers of one number.
    #[error("these are not powers of tau: {0}")]
    NotPowers(&'static str),
}
