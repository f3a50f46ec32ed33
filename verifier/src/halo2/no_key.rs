//! The key of a verifier that was built without halo2: there is none.

use pasta_curves::Fp;

use crate::error::VerifyError;
use crate::inputs::ScenarioInputs;
use crate::inputs::controls::CONTROLS;
use crate::shape::Shape;

/// A verifying key. No value of it exists without the feature `halo2`.
#[derive(Debug)]
pub enum VerifyingKey {}

impl VerifyingKey {
    /// Returns the shape of the statement.
    pub fn shape(&self) -> Shape {
        match *self {}
    }

    /// Returns the digest that names the key in proofs.
    pub fn digest(&self) -> [u8; 32] {
        match *self {}
    }

    /// Checks a proof.
    ///
    /// # Errors
    /// The errors of the check with a key.
    pub fn verify(&self, _: &[Fp; CONTROLS], _: &ScenarioInputs, _: &[u8]) -> Result<(), VerifyError> {
        match *self {}
    }
}
