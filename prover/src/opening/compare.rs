//! A commitment file beside the holdings that were opened: whether it commits to them, over both
//! fields.
//!
//! A file has a value for each proof system, and a proof is about one of them. Nothing in the file
//! shows that both are of the same holdings: whoever has the opening can check that.

use ark_bn254::Fr;
use halo2_proofs::pasta::Fp;
use tailproof_core::Positions;
use tailproof_core::pool::LoanPool;
use tailproof_core::scenarios::factors::factors_digest;
use tailproof_verifier::commitment::file::{BookCommitment, PoolCommitment};
use tailproof_verifier::encoding::input_to_hex;

use super::Opened;

/// A part of a commitment file, and what it is for the holdings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// the part
    pub name: &'static str,
    /// what the file has; `None` if it does not have the part
    pub found: Option<String>,
    /// what the holdings have
    pub expected: String,
}

impl Part {
    fn new(name: &'static str, found: Option<String>, expected: String) -> Self {
        Self { name, found, expected }
    }

    /// Returns whether the file has the part, and it is that of the holdings.
    pub fn is_same(&self) -> bool {
        self.found.as_ref() == Some(&self.expected)
    }
}

impl Opened<Positions> {
    /// Returns the parts of a commitment file, each beside that of this book.
    pub fn compare(&self, file: &BookCommitment) -> Vec<Part> {
        let factors = hex::encode(factors_digest(&file.factors));
        vec![
            Part::new("Groth16 value", Some(input_to_hex(&file.commitment)), input_to_hex(&self.commitment::<Fr>())),
            Part::new(
                "halo2 value",
                file.halo2_commitment.as_ref().map(input_to_hex),
                input_to_hex(&self.commitment::<Fp>()),
            ),
            Part::new("factors", Some(factors), hex::encode(self.context())),
            Part::new("unit", Some(file.unit.to_string()), self.unit().to_string()),
        ]
    }
}

impl Opened<LoanPool> {
    /// Returns the parts of a commitment file, each beside that of this pool.
    pub fn compare(&self, file: &PoolCommitment) -> Vec<Part> {
        vec![
            Part::new("Groth16 value", Some(input_to_hex(&file.commitment)), input_to_hex(&self.commitment::<Fr>())),
            Part::new(
                "halo2 value",
                Some(input_to_hex(&file.halo2_commitment)),
                input_to_hex(&self.commitment::<Fp>()),
            ),
            Part::new("schema", Some(hex::encode(file.schema)), hex::encode(self.context())),
        ]
    }
}
