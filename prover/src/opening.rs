//! Commitment files, which are public, and opening files, which are secret.
//!
//! An opening holds what a commitment hashes besides the exposures: unit, net asset value and blinding. With the book's file
//! it proves; alone it does not show the book, but it removes the blinding, so it is a secret all the same.

use ark_bn254::Fr;
use ark_ff::UniformRand;
use halo2_proofs::pasta::Fp;
use rand::{CryptoRng, RngCore};
use serde::{Deserialize, Serialize};
use tailproof_core::scenarios::set::factors_digest;
use tailproof_core::text::parse_decimal;
use tailproof_core::{Positions, ScenarioSet, Unit};
use tailproof_verifier::MalformedError;
use tailproof_verifier::commitment::commit;
use tailproof_verifier::encoding::{digest_from_hex, from_hex, input_from_hex, input_to_hex, to_hex};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::json_file::{VERSION, check_format, parse, pretty};

const COMMITMENT_FORMAT: &str = "tailproof-commitment";
const OPENING_FORMAT: &str = "tailproof-opening";

/// A commitment to a book: public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// the commitment
    pub commitment: Fr,
    /// the commitment to the same, with the same opening, that halo2 proofs are about; older files have none
    pub halo2_commitment: Option<Fp>,
    /// factor names, in order
    pub factors: Vec<String>,
    /// value of a book unit
    pub unit: Unit,
}

/// What opens a commitment, besides the exposures: secret. Zeroized when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Opening {
    #[zeroize(skip)]
    commitment: Fr,
    #[zeroize(skip)]
    factors_digest: [u8; 32],
    #[zeroize(skip)]
    unit: Unit,
    nav: u64,
    blinding: Fr,
}

impl std::fmt::Debug for Opening {
    /// Shows the public commitment and nothing else.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opening").field("commitment", &to_hex(&self.commitment)).finish_non_exhaustive()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CommitmentJson {
    format: String,
    version: u16,
    commitment: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    halo2_commitment: Option<String>,
    factors: Vec<String>,
    factors_digest: String,
    unit: String,
}

#[derive(Serialize, Deserialize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct OpeningJson {
    format: String,
    version: u16,
    warning: String,
    commitment: String,
    factors_digest: String,
    unit: String,
    nav_units: String,
    blinding: String,
}

const WARNING: &str = "SECRET: with the book this opens the commitment; keep it with the book and never publish it";

/// Commits to a book with blinding from `rng`.
pub fn commit_to(
    set: &ScenarioSet,
    positions: &Positions,
    rng: &mut (impl RngCore + CryptoRng),
) -> (Commitment, Opening) {
    let blinding = Fr::rand(rng);
    let factors_digest = set.factors_digest();
    let commitment = commit(&factors_digest, positions, blinding);
    let (unit, nav) = (positions.unit(), positions.nav());
    (
        Commitment {
            commitment,
            halo2_commitment: Some(commit(&factors_digest, positions, blinding)),
            factors: set.factors().to_vec(),
            unit,
        },
        Opening { commitment, factors_digest, unit, nav, blinding },
    )
}

fn parse_unit(text: &str) -> Result<Unit, MalformedError> {
    parse_decimal(text)
        .and_then(Unit::from_decimal)
        .ok()
        .filter(|unit| unit.to_string() == text)
        .ok_or(MalformedError::Unexpected { field: "unit", found: text.into(), expected: "a decimal".into() })
}

impl Commitment {
    /// Writes the file's JSON.
    pub fn to_json(&self) -> String {
        let json = CommitmentJson {
            format: COMMITMENT_FORMAT.into(),
            version: VERSION,
            commitment: to_hex(&self.commitment),
            halo2_commitment: self.halo2_commitment.as_ref().map(input_to_hex),
            factors: self.factors.clone(),
            factors_digest: hex::encode(factors_digest(&self.factors)),
            unit: self.unit.to_string(),
        };
        pretty(&json)
    }

    /// Reads a commitment file strictly.
    ///
    /// # Errors
    /// Missing or extra fields, another format or version, a value that is not canonical, a digest that is not the factors'.
    pub fn from_json(text: &str) -> Result<Self, MalformedError> {
        let json: CommitmentJson = parse(text, COMMITMENT_FORMAT)?;
        check_format(&json.format, json.version, COMMITMENT_FORMAT)?;
        if digest_from_hex("factors_digest", &json.factors_digest)? != factors_digest(&json.factors) {
            return Err(MalformedError::Damaged { what: "the commitment file", part: "factors_digest" });
        }
        let halo2 = json.halo2_commitment.as_deref().map(|text| input_from_hex("halo2_commitment", text)).transpose();
        Ok(Self {
            commitment: from_hex("commitment", &json.commitment)?,
            halo2_commitment: halo2?,
            factors: json.factors,
            unit: parse_unit(&json.unit)?,
        })
    }
}

impl Opening {
    /// Writes the file's JSON, which is to be stored with mode 0600.
    pub fn to_json(&self) -> Zeroizing<String> {
        let json = OpeningJson {
            format: OPENING_FORMAT.into(),
            version: VERSION,
            warning: WARNING.into(),
            commitment: to_hex(&self.commitment),
            factors_digest: hex::encode(self.factors_digest),
            unit: self.unit.to_string(),
            nav_units: self.nav.to_string(),
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
        let nav = json.nav_units.parse::<u64>().ok().filter(|nav| nav.to_string() == json.nav_units);
        Ok(Self {
            commitment: from_hex("commitment", &json.commitment)?,
            factors_digest: digest_from_hex("factors_digest", &json.factors_digest)?,
            unit: parse_unit(&json.unit)?,
            nav: nav.ok_or(MalformedError::Unexpected {
                field: "nav_units",
                found: "(not shown)".into(),
                expected: "a whole number".into(),
            })?,
            blinding: from_hex("blinding", &json.blinding)?,
        })
    }

    /// The commitment that this opens.
    pub fn commitment(&self) -> Fr {
        self.commitment
    }

    /// Value of a book unit.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// Net asset value in book units.
    pub fn nav(&self) -> u64 {
        self.nav
    }

    /// The blinding.
    pub fn blinding(&self) -> Fr {
        self.blinding
    }

    /// Whether positions over the factors of a scenario set are those that were committed to.
    pub fn opens_to(&self, set: &ScenarioSet, positions: &Positions) -> bool {
        self.factors_digest == set.factors_digest()
            && commit::<Fr>(&self.factors_digest, positions, self.blinding) == self.commitment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What dropping an opening does: drop calls nothing but this.
    #[test]
    fn zeroizing_leaves_nothing_private() {
        let zero = Fr::from(0u64);
        let mut opening =
            Opening { commitment: zero, factors_digest: [1; 32], unit: Unit::CENT, nav: 77, blinding: Fr::from(5u64) };
        opening.zeroize();
        assert_eq!((opening.nav, opening.blinding), (0, zero));
    }
}
