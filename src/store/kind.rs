//! Kinds of files, which their content shows.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use serde::Deserialize;
use tailproof_core::Mandate;
use tailproof_core::pool::Deal;

/// Most bytes of a JSON or TOML file that is looked at.
const MOST: u64 = 64 << 20;
/// The beginning of a proof's file. One that was cut short after it is still a proof, of nothing.
const PROOF_BEGINS: &[u8] = b"{\n  \"format\": \"tailproof-proof\",\n";
/// Most bytes of a TOML file that is looked at.
const MOST_TOML: usize = 1 << 20;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $kind:ident: $name:literal),+ $(,)?) => {
        /// A kind of file that Tailproof writes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Kind { $($(#[doc = $doc])* $kind),+ }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Kind] = &[$(Kind::$kind),+];

            /// Returns the name of the kind with its article.
            pub fn name(self) -> &'static str {
                match self { $(Kind::$kind => $name),+ }
            }

            /// Returns a sentence such as "it is a proof".
            pub fn sentence(self) -> &'static str {
                match self { $(Kind::$kind => if self.is_precious() {
                    concat!("it is ", $name, ", which nobody can make again")
                } else {
                    concat!("it is ", $name)
                }),+ }
            }
        }
    };
}

kinds! {
    /// Commitment to a book.
    Commitment: "a commitment",
    /// Commitment to a pool of loans.
    PoolCommitment: "a commitment to a pool",
    /// Opening of a commitment to a book.
    Opening: "an opening",
    /// Opening of a commitment to a pool of loans.
    PoolOpening: "an opening of a pool",
    /// Proving key.
    ProvingKey: "a proving key",
    /// Verifying key.
    VerifyingKey: "a verifying key",
    /// Key of the halo2 backend.
    Halo2Key: "a halo2 key",
    /// Set points of a scenario set and a key.
    SetPoints: "a file of set points",
    /// Scenario set.
    Scenarios: "a scenario set",
    /// Step of a ceremony.
    Ceremony: "a step of a ceremony",
    /// Powers of tau of snarkjs.
    PowersOfTau: "a file of powers of tau",
    /// Keys of snarkjs.
    Zkey: "a zkey",
    /// Witness of snarkjs.
    Witness: "a witness",
    /// Ledger of daily proofs.
    Ledger: "a ledger",
    /// Ledger of months of a pool.
    PoolLedger: "a ledger of a pool",
    /// Proof.
    Proof: "a proof",
    /// Bundle of a proof with everything public about it.
    Bundle: "a bundle",
    /// Results of a batch of proofs.
    BatchResults: "a table of results",
    /// Attestation.
    Attestation: "an attestation",
    /// Secret key of an attestor.
    AttestorKey: "a key that signs attestations",
    /// Verifying key in the form of snarkjs.
    SnarkjsKey: "a verifying key of snarkjs",
    /// Public signals of snarkjs.
    SnarkjsSignals: "a list of public signals of snarkjs",
    /// Proof in the form of snarkjs.
    SnarkjsProof: "a proof of snarkjs",
    /// Mandate.
    Mandate: "a mandate",
    /// Deal.
    Deal: "a deal",
    /// Report.
    Page: "a report",
    /// Solidity contract.
    Contract: "a verifier contract",
}

impl Kind {
    /// Returns the kind of a file by its content; `None` for files that Tailproof does not write.
    pub fn of(content: &[u8]) -> Option<Self> {
        Self::by_magic(content).or_else(|| Self::by_text(content)).or_else(|| Self::by_json(content))
    }

    /// Returns the kind of a file, and whether it is empty. Only regular files are read.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn of_file(path: &Path) -> io::Result<(Option<Self>, bool)> {
        let length = fs::metadata(path)?.len();
        let mut file = File::open(path)?;
        let mut content = Vec::new();
        file.by_ref().take(1 << 10).read_to_end(&mut content)?;
        if let Some(kind) = Self::by_magic(&content) {
            return Ok((Some(kind), false));
        }
        if length <= MOST {
            file.take(MOST).read_to_end(&mut content)?;
        }
        Ok((Self::of(&content), length == 0))
    }

    /// Whether nobody can make such a file again.
    pub fn is_precious(self) -> bool {
        use Kind::*;
        matches!(
            self,
            Commitment
                | PoolCommitment
                | Opening
                | PoolOpening
                | ProvingKey
                | VerifyingKey
                | Ceremony
                | PowersOfTau
                | Ledger
                | PoolLedger
                | Attestation
                | AttestorKey
        )
    }

    /// Whether the command that writes such a file makes it again from the same inputs, so that it replaces
    /// one of its kind without being asked to. All else is somebody's choice, signature or secret.
    pub fn is_made_again(self) -> bool {
        use Kind::*;
        match self {
            SetPoints | Scenarios | Zkey | Witness | Proof | Bundle | BatchResults | SnarkjsKey | SnarkjsSignals
            | SnarkjsProof | Page | Contract => true,
            Commitment | PoolCommitment | Opening | PoolOpening | ProvingKey | VerifyingKey | Halo2Key | Ceremony
            | PowersOfTau | Ledger | PoolLedger | Attestation | AttestorKey | Mandate | Deal => false,
        }
    }

    fn by_magic(content: &[u8]) -> Option<Self> {
        Some(match content.get(..8)? {
            b"TAILKEYS" => match content.get(10)? {
                1 => Kind::ProvingKey,
                2 => Kind::VerifyingKey,
                _ => return None,
            },
            b"TAILTRAN" => Kind::Halo2Key,
            b"TAILSETP" => Kind::SetPoints,
            b"TAILSCEN" => Kind::Scenarios,
            b"TAILBUND" => Kind::Bundle,
            b"TAILCERE" => Kind::Ceremony,
            [b'p', b't', b'a', b'u', ..] => Kind::PowersOfTau,
            [b'z', b'k', b'e', b'y', ..] => Kind::Zkey,
            [b'w', b't', b'n', b's', ..] => Kind::Witness,
            _ => return None,
        })
    }

    fn by_text(content: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(content).ok()?;
        if text.starts_with("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">") {
            return Some(Kind::Page);
        }
        if text.starts_with("// SPDX-License-Identifier: ") && text.contains("\ncontract TailproofVerifier") {
            return Some(Kind::Contract);
        }
        if crate::batch::is_table(text) {
            return Some(Kind::BatchResults);
        }
        if text.len() > MOST_TOML || text.trim_start().starts_with(['{', '"']) {
            return None;
        }
        if Mandate::from_toml("", text).is_ok() {
            return Some(Kind::Mandate);
        }
        Deal::from_toml("", text).is_ok().then_some(Kind::Deal)
    }

    fn by_json(content: &[u8]) -> Option<Self> {
        /// The fields that tell kinds apart.
        #[derive(Deserialize)]
        struct Fields {
            format: Option<String>,
            protocol: Option<String>,
            vk_alpha_1: Option<serde::de::IgnoredAny>,
            pi_a: Option<serde::de::IgnoredAny>,
        }
        let first = content.iter().find(|byte| !byte.is_ascii_whitespace())?;
        if *first == b'[' {
            let signals: Vec<String> = serde_json::from_slice(content).ok()?;
            let digits = |signal: &String| !signal.is_empty() && signal.bytes().all(|byte| byte.is_ascii_digit());
            return (!signals.is_empty() && signals.iter().all(digits)).then_some(Kind::SnarkjsSignals);
        }
        let fields: Fields = match serde_json::from_slice(content) {
            Ok(fields) => fields,
            Err(error) => return (error.is_eof() && content.starts_with(PROOF_BEGINS)).then_some(Kind::Proof),
        };
        if fields.format.is_none() && fields.protocol.as_deref() == Some("groth16") {
            let proof = fields.pi_a.map(|_| Kind::SnarkjsProof);
            return fields.vk_alpha_1.map(|_| Kind::SnarkjsKey).or(proof);
        }
        Some(match fields.format?.as_str() {
            "tailproof-commitment" => Kind::Commitment,
            "tailproof-pool-commitment" => Kind::PoolCommitment,
            "tailproof-opening" => Kind::Opening,
            "tailproof-pool-opening" => Kind::PoolOpening,
            "tailproof-ledger" => Kind::Ledger,
            "tailproof-pool-ledger" => Kind::PoolLedger,
            "tailproof-proof" => Kind::Proof,
            "tailproof-attestation" => Kind::Attestation,
            "tailproof-attestor-key" => Kind::AttestorKey,
            _ => return None,
        })
    }
}
