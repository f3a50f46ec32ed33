//! Opened commitments: the secret with the blinding, after the commitment was recomputed from them.

use std::fmt;

use ark_bn254::Fr;
use halo2_proofs::pasta::Fp;
use tailproof_core::Unit;
use tailproof_verifier::encoding::to_hex;
use tailproof_verifier::field::CommitmentField;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Committable, Opening};

/// A secret that was found to be the one under a commitment: only [`Opening::open`] makes one.
/// Zeroized when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Opened<T: Committable> {
    secret: T,
    blinding: Fr,
    #[zeroize(skip)]
    commitments: (Fr, Fp),
    #[zeroize(skip)]
    unit: Unit,
    #[zeroize(skip)]
    context: [u8; 32],
}

impl<T: Committable> fmt::Debug for Opened<T> {
    /// Shows the public commitment alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("commitment", &to_hex(&self.commitments.0)).finish_non_exhaustive()
    }
}

/// The reason why an opening does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The book is not the one that was committed to.
    #[error("the opening of {commitment} does not open to this book: the book changed after it was committed to")]
    OtherBook {
        /// the commitment, in hex
        commitment: String,
    },
    /// The book is in another unit than the one that was committed to.
    #[error("the book was committed to in units of {committed}, and is given in units of {found}")]
    OtherUnit {
        /// unit under the commitment
        committed: Unit,
        /// unit of the book that is given
        found: Unit,
    },
    /// The book was committed to over other factors, or over the same in another order.
    #[error(
        "the book was committed to over another list of factors: its digest is {}, the digest of this list is {}",
        hex::encode(committed),
        hex::encode(found)
    )]
    OtherFactors {
        /// digest of the factor names under the commitment
        committed: [u8; 32],
        /// digest of the factor names that are given
        found: [u8; 32],
    },
    /// The book does not have one exposure for each factor.
    #[error("the book has {exposures} exposures over {factors} factors")]
    ExposureCount {
        /// exposures of the book
        exposures: usize,
        /// factors of the list
        factors: usize,
    },
    /// A loan is not the one that was committed to.
    #[error("the opening of {commitment} does not open to this tape: a loan changed after it was committed to")]
    OtherTape {
        /// the commitment, in hex
        commitment: String,
    },
    /// The tape was committed to under another schema.
    #[error(
        "the tape was committed to with other columns, names or unit than the deal's: the digest of its schema is {}, the deal's \
         is {}",
        hex::encode(committed),
        hex::encode(found)
    )]
    OtherSchema {
        /// digest of the schema under the commitment
        committed: [u8; 32],
        /// digest of the schema that is given
        found: [u8; 32],
    },
}

impl<T: Committable> Opened<T> {
    /// Opens a commitment; see [`Opening::open`].
    pub(super) fn new(opening: &Opening<T>, secret: T, context: &T::Context) -> Result<Self, OpenError> {
        secret.check(opening, context)?;
        let commitment: Fr = secret.value(&opening.context, opening.blinding);
        if commitment != opening.commitment {
            return Err(T::other(to_hex(&opening.commitment)));
        }
        let commitments = (commitment, secret.value(&opening.context, opening.blinding));
        let (unit, blinding, context) = (secret.unit(context), opening.blinding, opening.context);
        Ok(Self { unit, blinding, commitments, context, secret })
    }

    /// Returns the secret.
    pub fn secret(&self) -> &T {
        &self.secret
    }

    /// Returns the blinding of the commitment.
    pub fn blinding(&self) -> Fr {
        self.blinding
    }

    /// Returns the commitment over the field of a proof system.
    ///
    /// # Panics
    /// Never: an opened commitment is known over every field.
    pub fn commitment<F: CommitmentField>(&self) -> F {
        let (groth16, halo2) = self.commitments;
        F::choose(groth16, Some(halo2)).expect("it is known over both fields")
    }

    /// Returns the digest of the factor names or of the schema under which the secret was opened.
    pub fn context(&self) -> [u8; 32] {
        self.context
    }

    /// Returns the value of a unit.
    pub fn unit(&self) -> Unit {
        self.unit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_core::Positions;
    use tailproof_core::pool::LoanPool;

    #[test]
    fn threads_may_share_openings_and_every_drop_zeroizes() {
        fn promised<T: Send + Sync + ZeroizeOnDrop>() {}
        promised::<Opening<Positions>>();
        promised::<Opening<LoanPool>>();
        promised::<Opened<Positions>>();
        promised::<Opened<LoanPool>>();
    }
}
