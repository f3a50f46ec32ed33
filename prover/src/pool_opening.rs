//! Commitment files of loan pools, which are public, and their opening files, which are secret.
//!
//! An opening holds the blinding. With the tape's file and the deal's it proves; alone it does not show a loan.

use ark_bn254::Fr;
use ark_ff::UniformRand;
use halo2_proofs::pasta::Fp;
use rand::{CryptoRng, RngCore};
use serde::{Deserialize, Serialize};
use tailproof_core::pool::LoanPool;
use tailproof_verifier::MalformedError;
use tailproof_verifier::encoding::{digest_from_hex, from_hex, input_from_hex, input_to_hex, to_hex};
use tailproof_verifier::pool::commitment::commit;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::json_file::{VERSION, check_format, parse, pretty};

const COMMITMENT_FORMAT: &str = "tailproof-pool-commitment";
const OPENING_FORMAT: &str = "tailproof-pool-opening";
const WARNING: &str = "SECRET: with the tape this opens the commitment; keep it with the tape and never publish it";

/// A commitment to the loans of a pool: public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolCommitment {
    /// the commitment
    pub commitment: Fr,
    /// the commitment to the same, with the same opening, that halo2 proofs are about
    pub halo2_commitment: Fp,
    /// digest of the schema, which a deal's tape table makes
    pub schema: [u8; 32],
}

/// What opens a commitment, besides the loans: secret. Zeroized when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct PoolOpening {
    #[zeroize(skip)]
    commitment: Fr,
    #[zeroize(skip)]
    schema: [u8; 32],
    blinding: Fr,
}

impl std::fmt::Debug for PoolOpening {
    /// Shows the public commitment and nothing else.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PoolOpening").field("commitment", &to_hex(&self.commitment)).finish_non_exhaustive()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CommitmentJson {
    format: String,
    version: u16,
    commitment: String,
    halo2_commitment: String,
    schema: String,
}

#[derive(Serialize, Deserialize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct OpeningJson {
    format: String,
    version: u16,
    warning: String,
    commitment: String,
    schema: String,
    blinding: String,
}

/// Commits to a pool under a schema with a given digest, with blinding from `rng`.
pub fn commit_to_pool(
    schema: [u8; 32],
    collateral: &LoanPool,
    rng: &mut (impl RngCore + CryptoRng),
) -> (PoolCommitment, PoolOpening) {
    let blinding = Fr::rand(rng);
    let commitment = commit(&schema, collateral, blinding);
    let halo2_commitment = commit(&schema, collateral, blinding);
    (PoolCommitment { commitment, halo2_commitment, schema }, PoolOpening { commitment, schema, blinding })
}

impl PoolCommitment {
    /// Writes the file's JSON.
    pub fn to_json(&self) -> String {
        pretty(&CommitmentJson {
            format: COMMITMENT_FORMAT.into(),
            version: VERSION,
            commitment: to_hex(&self.commitment),
            halo2_commitment: input_to_hex(&self.halo2_commitment),
            schema: hex::encode(self.schema),
        })
    }

    /// Reads a commitment file strictly.
    ///
    /// # Errors
    /// Missing or extra fields, another format or version, a value that is not canonical.
    pub fn from_json(text: &str) -> Result<Self, MalformedError> {
        let json: CommitmentJson = parse(text, COMMITMENT_FORMAT)?;
        check_format(&json.format, json.version, COMMITMENT_FORMAT)?;
        Ok(Self {
            commitment: from_hex("commitment", &json.commitment)?,
            halo2_commitment: input_from_hex("halo2_commitment", &json.halo2_commitment)?,
            schema: digest_from_hex("schema", &json.schema)?,
        })
    }
}

impl PoolOpening {
    /// Writes the file's JSON, which is to be stored with mode 0600.
    pub fn to_json(&self) -> Zeroizing<String> {
        let json = OpeningJson {
            format: OPENING_FORMAT.into(),
            version: VERSION,
            warning: WARNING.into(),
            commitment: to_hex(&self.commitment),
            schema: hex::encode(self.schema),
            blinding: to_hex(&self.blinding),
        };
        Zeroizing::new(pretty(&json))
    }

    /// Reads an opening file strictly. No error shows a secret value.
    ///
    /// # Errors
    /// Missing or extra fields, another format or version, a value that is not canonical.
    pub fn from_json(text: &str) -> Result<Self, MalformedError> {
        let json: OpeningJson = parse(text, OPENING_FORMAT)?;
        check_format(&json.format, json.version, OPENING_FORMAT)?;
        Ok(Self {
            commitment: from_hex("commitment", &json.commitment)?,
            schema: digest_from_hex("schema", &json.schema)?,
            blinding: from_hex("blinding", &json.blinding)?,
        })
    }

    /// The commitment that this opens.
    pub fn commitment(&self) -> Fr {
        self.commitment
    }

    /// Digest of the schema under which it was made.
    pub fn schema(&self) -> [u8; 32] {
        self.schema
    }

    /// The blinding.
    pub fn blinding(&self) -> Fr {
        self.blinding
    }

    /// Whether these loans are those that were committed to.
    pub fn opens_to(&self, collateral: &LoanPool) -> bool {
        commit::<Fr>(&self.schema, collateral, self.blinding) == self.commitment
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_core::pool::PoolLoan;

    #[test]
    fn files_are_read_as_they_are_written_and_open_nothing_else() {
        let loan = PoolLoan { balance: 7, fields: [1; 4], codes: [1; 3], delinquent: true, new_obligor: true };
        let pool = |balance| LoanPool::from_loans(vec![PoolLoan { balance, ..loan }], [9; 32]);
        let (commitment, opening) = commit_to_pool([4; 32], &pool(7), &mut rand::rngs::OsRng);
        assert_eq!(PoolCommitment::from_json(&commitment.to_json()), Ok(commitment.clone()));
        let mut again = PoolOpening::from_json(&opening.to_json()).expect("its own encoding");
        assert_eq!((again.commitment(), again.schema()), (commitment.commitment, [4; 32]));
        assert!(again.opens_to(&pool(7)) && !again.opens_to(&pool(8)));
        again.zeroize();
        assert_eq!(again.blinding(), Fr::from(0u64));
        for (from, to) in [("\"version\": 1", "\"version\": 2"), ("0x", "0X"), ("pool-opening", "opening")] {
            let changed = opening.to_json().replacen(from, to, 1);
            assert!(PoolOpening::from_json(&changed).is_err(), "{to}");
            let changed = commitment.to_json().replacen(from, to, 1);
            assert!(from.contains("opening") || PoolCommitment::from_json(&changed).is_err(), "{to}");
        }
    }
}
