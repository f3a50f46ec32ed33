//! Keys for a batch.

use ark_bn254::Fr;
use tailproof_core::Unit;
use tailproof_verifier::claim::MandateClaim;
use tailproof_verifier::{InstanceError, MarketClaim, Shape};

/// Refuses keys of a shape for which the claim cannot be stated about any book.
///
/// # Errors
/// What [`MarketClaim`] says of the clauses.
pub fn refuse_other_keys(claim: &MandateClaim, shape: Shape) -> Result<(), InstanceError> {
    use InstanceError::{FloorAndOther, NeedsLimits, ParametricShape, TooManyClauses, TwoConfidences};
    let (unit, any) = (claim.mandate().coarsest_unit().min(Unit::CENT), Fr::from(0u64));
    match MarketClaim::new(shape, claim.mandate(), claim.scenarios(), unit, any, any) {
        Err(
            error @ (FloorAndOther(_)
            | NeedsLimits { .. }
            | ParametricShape { .. }
            | TooManyClauses
            | TwoConfidences { .. }),
        ) => Err(error),
        // Books have units and values of their own.
        _ => Ok(()),
    }
}
