//! Openings: what opens a commitment, besides the secret itself.
//!
//! An opening is the same for books and for the loans of a pool: the commitment, the digest of its
//! public context, the blinding, and what the file keeps of the secret. The two kinds have file
//! formats of their own. With the secret, an opening proves; alone it shows no exposure and no
//! loan, but it removes the blinding, so it is a secret all the same.

mod book;
mod compare;
mod months;
mod opened;
mod pool;

use std::fmt;

use ark_bn254::Fr;
use ark_ff::UniformRand;
use rand::{CryptoRng, RngCore};
use tailproof_core::pool::LoanPool;
use tailproof_core::{Positions, Unit};
use tailproof_verifier::MalformedError;
use tailproof_verifier::encoding::to_hex;
use tailproof_verifier::field::CommitmentField;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

pub use book::KeptOfBook;
pub use compare::Part;
pub use months::Months;
pub use opened::{OpenError, Opened};

/// The opening of a commitment to a book.
pub type BookOpening = Opening<Positions>;
/// The opening of a commitment to the loans of a pool.
pub type PoolOpening = Opening<LoanPool>;

/// A secret that can be committed to: [`Positions`] or [`LoanPool`]. Sealed.
pub trait Committable: Zeroize + ZeroizeOnDrop + Send + Sync + Sized + sealed::Committable + 'static {
    /// The public values that a commitment binds besides the secret: the factor names of a book in
    /// order, or the schema of a tape.
    type Context: ?Sized;
    /// The public commitment, as its file states it.
    type Commitment;
}

mod sealed {
    use super::{CommitmentField, Fr, MalformedError, OpenError, Opening, Unit, Zeroize, Zeroizing};
    use halo2_proofs::pasta::Fp;

    /// The parts of a commitment that books and loans do in their own ways. Not for other crates.
    pub trait Committable: Sized {
        /// The part of the secret that the opening file keeps.
        type Kept: Zeroize + Send + Sync;

        /// Returns the digest of a context.
        fn digest(context: &<Self as super::Committable>::Context) -> [u8; 32]
        where
            Self: super::Committable;
        /// Returns the value of a unit.
        fn unit(&self, context: &<Self as super::Committable>::Context) -> Unit
        where
            Self: super::Committable;
        /// Returns what the opening file keeps.
        fn kept(&self) -> Self::Kept;
        /// Returns the commitment over a field.
        fn value<F: CommitmentField>(&self, digest: &[u8; 32], blinding: Fr) -> F;
        /// Returns the public commitment.
        fn publish(
            &self,
            context: &<Self as super::Committable>::Context,
            values: (Fr, Fp),
        ) -> <Self as super::Committable>::Commitment
        where
            Self: super::Committable;
        /// Checks everything but the commitment itself.
        fn check(
            &self,
            opening: &Opening<Self>,
            context: &<Self as super::Committable>::Context,
        ) -> Result<(), OpenError>
        where
            Self: super::Committable;
        /// Returns the error for a secret that is not the one under `commitment`.
        fn other(commitment: String) -> OpenError;
        /// Returns the opening file.
        fn write(opening: &Opening<Self>) -> Zeroizing<String>
        where
            Self: super::Committable;
        /// Returns the opening in a file.
        fn read(text: &str) -> Result<Opening<Self>, MalformedError>
        where
            Self: super::Committable;
    }
}

/// The blinding of a commitment, with what its file keeps of the secret: secret too. Zeroized when
/// dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Opening<T: Committable> {
    #[zeroize(skip)]
    commitment: Fr,
    #[zeroize(skip)]
    context: [u8; 32],
    kept: T::Kept,
    blinding: Fr,
}

impl<T: Committable> fmt::Debug for Opening<T> {
    /// Shows the public commitment alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening").field("commitment", &to_hex(&self.commitment)).finish_non_exhaustive()
    }
}

/// Commits to `secret` with blinding from `rng`, and returns the public commitment and its opening.
/// `context` is the list of factor names of a book, in order, or the schema of a tape.
pub fn commit<T: Committable>(
    secret: &T,
    context: &T::Context,
    rng: &mut (impl RngCore + CryptoRng),
) -> (T::Commitment, Opening<T>) {
    let blinding = Fr::rand(rng);
    let digest = T::digest(context);
    let commitment: Fr = secret.value(&digest, blinding);
    let published = secret.publish(context, (commitment, secret.value(&digest, blinding)));
    (published, Opening { commitment, context: digest, kept: secret.kept(), blinding })
}

impl<T: Committable> Opening<T> {
    /// Returns the opening file's JSON, which is to be stored with mode 0600.
    pub fn to_json(&self) -> Zeroizing<String> {
        T::write(self)
    }

    /// Returns the opening in a file, read strictly. No error shows a secret value.
    ///
    /// # Errors
    /// Missing or extra fields, another format or version, a value that is not canonical.
    pub fn from_json(text: &str) -> Result<Self, MalformedError> {
        T::read(text)
    }

    /// Returns the commitment that this opens, over the field of Groth16.
    pub fn commitment(&self) -> Fr {
        self.commitment
    }

    /// Returns the digest of the factor names or of the schema that was committed to.
    pub fn context(&self) -> [u8; 32] {
        self.context
    }

    /// Opens the commitment: checks that `secret` is the one under it, in the context that was
    /// committed to.
    ///
    /// # Errors
    /// Another book or tape; another list of factors, unit or schema.
    pub fn open(self, secret: T, context: &T::Context) -> Result<Opened<T>, OpenError> {
        Opened::new(&self, secret, context)
    }
}
