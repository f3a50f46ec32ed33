//! Requests, as JSON.

use serde::Deserialize;

/// An operation. Unknown operations and fields are refused.
#[derive(Debug, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    /// Says the versions of module and formats.
    About {},
    /// Decodes a verifying key, whose digest the caller pins.
    Keys {
        /// Length of the file.
        files: [usize; 1],
        /// Digest that the keys must have.
        digest: String,
    },
    /// Decodes a scenario set.
    Scenarios {
        /// Length of the file.
        files: [usize; 1],
        /// Digest that the set must have.
        #[serde(default)]
        digest: Option<String>,
    },
    /// Decodes a mandate.
    Mandate {
        /// Length of the file.
        files: [usize; 1],
        /// Digest that the mandate must have.
        #[serde(default)]
        digest: Option<String>,
    },
    /// Decodes a deal.
    Deal {
        /// Length of the file.
        files: [usize; 1],
        /// Digest that the deal must have.
        #[serde(default)]
        digest: Option<String>,
    },
    /// Decodes a commitment file.
    Commitment {
        /// Length of the file.
        files: [usize; 1],
    },
    /// Checks a proof file.
    Verify {
        /// Length of the proof file.
        files: [usize; 1],
        /// Handle of the keys.
        keys: u32,
        /// The claim.
        terms: Terms,
        /// Everything else that is expected.
        #[serde(default)]
        expected: Expectations,
    },
    /// Checks a proof as a contract takes it.
    VerifyCall {
        /// Handle of the keys.
        keys: u32,
        /// The claim.
        terms: Terms,
        /// The arguments of `verifyProof`, or its calldata.
        call: Call,
        /// Commitments of sub-books in hex, for a consolidated book.
        #[serde(default)]
        sub_books: Vec<String>,
        /// Everything else that is expected.
        #[serde(default)]
        expected: Expectations,
    },
    /// Checks a bundle.
    VerifyBundle {
        /// Length of the bundle.
        files: [usize; 1],
        /// Digests that are known from somebody other than the bundle's sender.
        pins: Pins,
        /// Everything else that is expected.
        #[serde(default)]
        expected: Expectations,
    },
    /// Forgets a handle.
    Release {
        /// The handle.
        handle: u32,
    },
}

/// Handles of the public terms of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The mandate. Either this or `deal`.
    #[serde(default)]
    pub mandate: Option<u32>,
    /// The deal.
    #[serde(default)]
    pub deal: Option<u32>,
    /// The scenario set.
    #[serde(default)]
    pub scenarios: Option<u32>,
}

/// A call of `verifyProof`, in words of `0x` and 64 hex digits.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The calldata, in hex, instead of the arguments.
    #[serde(default)]
    pub calldata: Option<String>,
    /// The eight words of the proof.
    #[serde(default)]
    pub proof: Vec<String>,
    /// The two words of the scenario point that the contract used; without it, the computed one.
    #[serde(default)]
    pub scenario_point: Vec<String>,
    /// The four controls.
    #[serde(default)]
    pub controls: Vec<String>,
}

/// Digests of a bundle's content.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pins {
    /// Digest of the keys.
    pub keys: String,
    /// Digest of the mandate or deal.
    #[serde(default)]
    pub terms: Option<String>,
    /// Digest of the scenario set.
    #[serde(default)]
    pub scenarios: Option<String>,
}

/// The expectations of a proof, besides the claim and the keys.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectations {
    /// Handles of the commitment files that the proof must be about; empty to accept any.
    #[serde(default)]
    pub commitments: Vec<u32>,
    /// Context that the proof must be bound to, in hex.
    #[serde(default)]
    pub context: Option<String>,
    /// Scenario point that must be the computed one: its two coordinates in hex.
    #[serde(default)]
    pub scenario_point: Option<[String; 2]>,
    /// Seed that the scenarios must have been drawn with, in hex.
    #[serde(default)]
    pub seed: Option<String>,
    /// Text of the list of withdrawn keys.
    #[serde(default)]
    pub withdrawn: Option<String>,
    /// The attestors who must have vouched.
    #[serde(default)]
    pub attestors: Option<Attestors>,
}

/// The attestors that are asked for, with the attestations at hand.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestors {
    /// Their keys.
    pub keys: Vec<String>,
    /// Texts of attestation files; those of a bundle are added.
    #[serde(default)]
    pub attestations: Vec<String>,
    /// Identifier of the entity, in hex.
    #[serde(default)]
    pub subject: Option<String>,
    /// The time at which they must hold, in Unix seconds.
    pub at: u64,
    /// Text of the list of revoked attestations.
    #[serde(default)]
    pub revoked: Option<String>,
}
