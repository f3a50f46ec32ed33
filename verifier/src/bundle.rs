//! A bundle: a proof with everything public about it, in one file.
//!
//! `docs/src/formats/bundle.md` has the layout. A bundle is whatever its sender put into it: a
//! verifier takes its mandate and its scenario set for the ones that it knows only after comparing
//! them, or their digests.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use tailproof_core::mandate::NamedTexts;
use tailproof_core::pool::Deal;
use tailproof_core::pool::cashflow::Assumptions;
use tailproof_core::scenarios::file as scenario_file;
use tailproof_core::{InputError, Mandate};

use crate::claim::Claim;
use crate::error::InstanceError;

/// The first bytes of a bundle.
pub const MAGIC: [u8; 8] = *b"TAILBUND";
/// Version of the format.
pub const VERSION: u16 = 1;
/// Most bytes of a bundle.
pub const MOST: u64 = 512 << 20;
/// Most sections of one kind.
const MOST_SECTIONS: usize = 64;
/// Bytes of magic and version.
const HEADER: usize = 10;
/// Bytes of the digest at the end.
const DIGEST: usize = 32;

/// The public terms of the proof, as the text of their file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Terms {
    /// A mandate.
    Mandate(Vec<u8>),
    /// A deal.
    Deal(Vec<u8>),
}

/// The files of a bundle, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The proof file.
    pub proof: Vec<u8>,
    /// The mandate or the deal.
    pub terms: Terms,
    /// The scenario set; a deal without claims about losses has none.
    pub scenarios: Option<Vec<u8>>,
    /// The verifying key, whose digest names the keys.
    pub key: Vec<u8>,
    /// Commitment files.
    pub commitments: Vec<Vec<u8>>,
    /// Attestations.
    pub attestations: Vec<Vec<u8>>,
    /// The file of groups that the mandate names by its digest.
    pub groups: Option<Vec<u8>>,
    /// The assumptions that the deal names by their digest.
    pub assumptions: Option<Vec<u8>>,
    /// The file of caps that the mandate names by its digest.
    pub caps: Option<Vec<u8>>,
    /// The file of liquidity costs that the mandate names by its digest.
    pub impact: Option<Vec<u8>>,
}

/// The reason why bytes are no bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// Other first bytes.
    #[error("it is no bundle of tailproof")]
    NotABundle,
    /// A later version.
    #[error("it is a bundle of version {0}, and this program reads version {VERSION}")]
    OtherVersion(u16),
    /// A bundle that was cut, or changed, or has bytes behind its end.
    #[error("it was changed or cut off: its bytes are not those that its digest is of")]
    Changed,
    /// A section that is unknown, out of order, one too many, or longer than the file.
    #[error("section {0} is unknown, out of order, one too many, or longer than the bundle")]
    Section(u8),
    /// A section that every bundle has is not there.
    #[error("it has no {0}")]
    Missing(&'static str),
    /// More bytes than a bundle has.
    #[error("it is larger than {} MiB, which no bundle is", MOST >> 20)]
    TooLarge,
}

const PROOF: u8 = 1;
const MANDATE: u8 = 2;
const DEAL: u8 = 3;
const SCENARIOS: u8 = 4;
const KEY: u8 = 5;
const COMMITMENT: u8 = 6;
const ATTESTATION: u8 = 7;
const GROUPS: u8 = 8;
const ASSUMPTIONS: u8 = 9;
const CAPS: u8 = 10;
const IMPACT: u8 = 11;
/// Numbers of tags, and one for the zero that no section has.
const TAGS: usize = 12;

/// Most bytes of a section.
fn most(tag: u8) -> u64 {
    match tag {
        MANDATE | DEAL | GROUPS..=IMPACT => 1 << 20,
        PROOF | COMMITMENT | ATTESTATION => 16 << 20,
        _ => MOST,
    }
}

impl Bundle {
    /// Returns the bytes of the file. The same files make the same bytes.
    ///
    /// # Errors
    /// More bytes or more files than a bundle holds.
    pub fn encode(&self) -> Result<Vec<u8>, BundleError> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        for (tag, content) in self.sections() {
            if content.len() as u64 > most(tag) {
                return Err(BundleError::Section(tag));
            }
            bytes.push(tag);
            bytes.extend((content.len() as u64).to_le_bytes());
            bytes.extend(content);
        }
        let digest = Sha256::digest(&bytes);
        bytes.extend(digest);
        // What is written is read again, so that the limits are those of reading.
        Self::decode(&bytes).map(|_| bytes)
    }

    fn sections(&self) -> impl Iterator<Item = (u8, &[u8])> {
        let terms = match &self.terms {
            Terms::Mandate(text) => (MANDATE, &**text),
            Terms::Deal(text) => (DEAL, &**text),
        };
        let scenarios = self.scenarios.as_deref().map(|set| (SCENARIOS, set));
        let named =
            [(GROUPS, &self.groups), (ASSUMPTIONS, &self.assumptions), (CAPS, &self.caps), (IMPACT, &self.impact)];
        [(PROOF, &*self.proof), terms]
            .into_iter()
            .chain(scenarios)
            .chain([(KEY, &*self.key)])
            .chain(several(COMMITMENT, &self.commitments))
            .chain(several(ATTESTATION, &self.attestations))
            .chain(named.into_iter().filter_map(|(tag, file)| Some((tag, file.as_deref()?))))
    }

    /// Reads the bytes of a file. No length in it is trusted: memory is taken for bytes that are
    /// there.
    ///
    /// # Errors
    /// Bytes that are not exactly those that [`Bundle::encode`] makes.
    pub fn decode(bytes: &[u8]) -> Result<Self, BundleError> {
        if bytes.len() as u64 > MOST {
            return Err(BundleError::TooLarge);
        }
        if !bytes.starts_with(&MAGIC) {
            return Err(BundleError::NotABundle);
        }
        let version = bytes.get(8..HEADER).map(|two| u16::from_le_bytes([two[0], two[1]]));
        match version.ok_or(BundleError::Changed)? {
            VERSION => {}
            other => return Err(BundleError::OtherVersion(other)),
        }
        let end = bytes.len().checked_sub(DIGEST).filter(|end| *end >= HEADER).ok_or(BundleError::Changed)?;
        if Sha256::digest(&bytes[..end])[..] != bytes[end..] {
            return Err(BundleError::Changed);
        }
        read_sections(&bytes[HEADER..end])
    }
}

/// The reason why a bundle makes no claim.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleClaimError {
    /// A file of it is malformed.
    #[error(transparent)]
    Input(#[from] InputError),
    /// Its files do not fit each other.
    #[error(transparent)]
    Instance(#[from] InstanceError),
}

impl Bundle {
    /// Returns the claim of the bundle's own terms and scenarios. `name` names the bundle in errors.
    ///
    /// # Errors
    /// Malformed files; files that do not fit each other.
    pub fn claim(&self, name: &str) -> Result<Claim, BundleClaimError> {
        let decode = |bytes: &Vec<u8>| scenario_file::decode(name, bytes).map(|(set, _)| Arc::new(set));
        let set = self.scenarios.as_ref().map(decode).transpose()?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(match (&self.terms, set) {
            (Terms::Mandate(bytes), Some(set)) => {
                Claim::market(self.completed(name, Mandate::from_toml(name, &text(bytes))?)?, set)?
            }
            (Terms::Mandate(_), None) => return Err(InstanceError::NoShape.into()),
            (Terms::Deal(bytes), set) => {
                Claim::pool(self.completed_deal(name, Deal::from_toml(name, &text(bytes))?)?, set)?
            }
        })
    }

    /// Returns a mandate over the bundle's files of groups, caps and liquidity costs. One that has its
    /// files, or is about others, is returned as it is.
    ///
    /// # Errors
    /// A malformed file; a clause on a group that it does not have.
    pub fn completed(&self, name: &str, mandate: Mandate) -> Result<Mandate, InputError> {
        let text = |file: &Option<Vec<u8>>| file.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let [groups, caps, impact] = [&self.groups, &self.caps, &self.impact].map(text);
        NamedTexts { groups, caps, impact }.complete(name, mandate)
    }

    /// Returns a deal with its claim on value made of the bundle's assumptions. A deal about others, or
    /// without such a claim, is returned as it is.
    ///
    /// # Errors
    /// Malformed assumptions; assumptions that do not go with the deal's tape.
    pub fn completed_deal(&self, name: &str, deal: Deal) -> Result<Deal, InputError> {
        let (Some(bytes), Some(value)) = (&self.assumptions, deal.value_claim()) else { return Ok(deal) };
        let assumptions = Assumptions::from_toml(name, &String::from_utf8_lossy(bytes))?;
        if !value.names(&assumptions) {
            return Ok(deal);
        }
        deal.under(&assumptions).map_err(|problem| InputError::in_file(name, problem))
    }
}

/// Digests that a verifier knows of a bundle's content from somebody other than its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pins {
    /// Digest of the keys.
    pub keys: Option<[u8; 32]>,
    /// Digest of the mandate or the deal.
    pub terms: Option<[u8; 32]>,
    /// Digest of the scenario set.
    pub scenarios: Option<[u8; 32]>,
}

/// A thing that a bundle holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The thing: `keys`, `mandate`, `deal` or `scenario set`.
    pub what: &'static str,
    /// Its digest; `None` if it is not there.
    pub digest: Option<[u8; 32]>,
}

/// A thing of a bundle that is not the one that the caller knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the digest of the bundle's {} is {}, not {}", .content.what, .content.digest.map_or("not there".into(), hex::encode), hex::encode(.known))]
pub struct OtherDigest {
    content: Content,
    known: [u8; 32],
}

impl OtherDigest {
    /// The code in JSON.
    pub const CODE: &str = "other-digest";
}

impl Pins {
    /// Returns everything about a claim and its keys, with the digest that is known of it.
    fn of(&self, claim: &Claim, keys: [u8; 32]) -> [(Content, Option<[u8; 32]>); 3] {
        let terms = if matches!(claim, Claim::Market(_)) { "mandate" } else { "deal" };
        [
            (Content { what: "keys", digest: Some(keys) }, self.keys),
            (Content { what: terms, digest: Some(claim.terms_digest()) }, self.terms),
            (Content { what: "scenario set", digest: claim.scenarios_digest() }, self.scenarios),
        ]
    }

    /// Checks that nothing has another digest than the known one.
    ///
    /// # Errors
    /// The first thing that has: a verdict.
    pub fn check(&self, claim: &Claim, keys: [u8; 32]) -> Result<(), OtherDigest> {
        let known = self.of(claim, keys).into_iter().filter_map(|(content, known)| Some((content, known?)));
        match known.into_iter().find(|(content, known)| content.digest != Some(*known)) {
            Some((content, known)) => Err(OtherDigest { content, known }),
            None => Ok(()),
        }
    }

    /// Returns the things that nobody but the bundle's sender vouches for. A mandate or a deal that
    /// names its one scenario set vouches for it.
    pub fn unknown(&self, claim: &Claim, keys: [u8; 32]) -> Vec<Content> {
        let settled = claim.scenario_rule().is_some_and(|rule| rule.digest.is_some());
        let is_settled = |content: &Content| content.what == "scenario set" && settled && self.terms.is_some();
        let unknown = self.of(claim, keys).into_iter().filter(|(_, known)| known.is_none());
        unknown.map(|(content, _)| content).filter(|content| content.digest.is_some() && !is_settled(content)).collect()
    }
}

fn several(tag: u8, files: &[Vec<u8>]) -> impl Iterator<Item = (u8, &[u8])> {
    files.iter().map(move |file| (tag, file.as_slice()))
}

fn read_sections(mut rest: &[u8]) -> Result<Bundle, BundleError> {
    let mut sections: [Vec<Vec<u8>>; TAGS] = Default::default();
    let mut before = 0;
    while let Some((&tag, tail)) = rest.split_first() {
        let wrong = BundleError::Section(tag);
        let repeats = matches!(tag, COMMITMENT | ATTESTATION);
        let in_order = tag > before || (tag == before && repeats);
        if !(PROOF..=IMPACT).contains(&tag) || !in_order || (tag == DEAL && before == MANDATE) {
            return Err(wrong);
        }
        let (length, tail) = tail.split_first_chunk::<8>().ok_or_else(|| wrong.clone())?;
        let length = u64::from_le_bytes(*length);
        let fits = length <= most(tag) && length <= tail.len() as u64;
        let length = usize::try_from(length).ok().filter(|_| fits).ok_or_else(|| wrong.clone())?;
        let (content, tail) = tail.split_at(length);
        let of_kind = &mut sections[usize::from(tag)];
        if of_kind.len() == MOST_SECTIONS {
            return Err(wrong);
        }
        of_kind.push(content.to_vec());
        (before, rest) = (tag, tail);
    }
    let mut one = |tag: u8| sections[usize::from(tag)].pop();
    let proof = one(PROOF).ok_or(BundleError::Missing("proof"))?;
    let terms = one(MANDATE).map(Terms::Mandate).or_else(|| one(DEAL).map(Terms::Deal));
    let (scenarios, key) = (one(SCENARIOS), one(KEY));
    let terms = terms.ok_or(BundleError::Missing("mandate and no deal"))?;
    if scenarios.is_none() && matches!(terms, Terms::Mandate(_)) {
        return Err(BundleError::Missing("scenario set"));
    }
    let key = key.ok_or(BundleError::Missing("verifying key"))?;
    let [groups, assumptions, caps, impact] = [GROUPS, ASSUMPTIONS, CAPS, IMPACT].map(one);
    let [.., commitments, attestations, _, _, _, _] = sections;
    Ok(Bundle { proof, terms, scenarios, key, commitments, attestations, groups, assumptions, caps, impact })
}
