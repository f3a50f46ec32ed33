//! The claim and the expectations that a request brings.

use ark_bn254::{Fr, G1Affine};
use tailproof_verifier::attestation::{Attestation, AttestorKey};
use tailproof_verifier::digest_list::DigestList;
use tailproof_verifier::encoding::{digest_from_hex, from_hex, g1_from_coordinates};
use tailproof_verifier::expected::Attestors;
use tailproof_verifier::export::evm::Word;
use tailproof_verifier::{Backend, Claim, CommitmentFile, Expected};

use crate::refusal::Refusal;
use crate::request::{Fields, Handle, missing};
use crate::store::Store;
use crate::system::System;

/// The expectations of a proof, besides the claim and the keys.
pub struct Question {
    /// Handles of the commitments that the proof must be about.
    commitments: Vec<Handle>,
    context: Option<Fr>,
    scenario_point: Option<G1Affine>,
    seed: Option<[u8; 32]>,
    withdrawn: Option<DigestList>,
    pub(crate) attestors: Option<Vouchers>,
}

/// The attestors that are asked for, with the attestations at hand.
pub(crate) struct Vouchers {
    keys: Vec<AttestorKey>,
    pub(crate) given: Vec<Attestation>,
    subject: Option<[u8; 32]>,
    at: u64,
    revoked: Option<DigestList>,
}

impl Question {
    /// Takes `commitments`, `context`, `scenario_point`, `seed`, `withdrawn` and `attestors`.
    pub fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let context = fields.text("context")?.map(|text| from_hex("context", &text)).transpose()?;
        let point = match &fields.texts("scenario_point")?[..] {
            [] => None,
            [x, y] => {
                let (x, y) = (from_hex("scenario_point[0]", x)?, from_hex("scenario_point[1]", y)?);
                Some(g1_from_coordinates("scenario_point", x, y)?)
            }
            _ => return Err(Refusal::use_of("a scenario point has two coordinates")),
        };
        Ok(Self {
            commitments: fields.numbers("commitments")?,
            context,
            scenario_point: point,
            seed: fields.text("seed")?.map(|text| digest_from_hex("seed", &text)).transpose()?,
            withdrawn: fields.text("withdrawn")?.map(|text| DigestList::of_keys(&text)).transpose()?,
            attestors: fields.object("attestors")?.map(Vouchers::take).transpose()?,
        })
    }

    /// Returns the expectations of a proof of a claim.
    pub fn expected<B: System>(&self, claim: &Claim, store: &Store) -> Result<Expected<'_, B>, Refusal> {
        let mut named =
            self.commitments.iter().map(|handle| store.commitment(*handle)).collect::<Result<Vec<_>, _>>()?;
        named.sort_by_key(|file| file.place_in(claim));
        let commitments = named.into_iter().map(|file| of_claim::<B>(file, claim)).collect::<Result<Vec<_>, _>>()?;
        Ok(Expected {
            commitments: Some(commitments).filter(|commitments| !commitments.is_empty()),
            context: self.context,
            scenario_point: B::point(self.scenario_point)?,
            seed: self.seed,
            withdrawn: self.withdrawn.as_ref(),
            attestors: self.attestors.as_ref().map(Vouchers::attestors),
            remake: None,
        })
    }
}

/// Returns the commitment that a proof of a claim must be about.
pub fn of_claim<B: Backend>(file: &CommitmentFile, claim: &Claim) -> Result<B::Field, Refusal> {
    Ok(file.value_for::<B>(claim)?)
}

impl Vouchers {
    #[inline(never)]
    fn take(mut fields: Fields) -> Result<Self, Refusal> {
        let key = |text: &String| text.parse().map_err(|error| Refusal::malformed("attestors", &error));
        let attestation =
            |text: &String| Attestation::from_json(text).map_err(|error| Refusal::malformed("attestation", &error));
        let vouchers = Self {
            keys: fields.texts("keys")?.iter().map(key).collect::<Result<_, _>>()?,
            given: fields.texts("attestations")?.iter().map(attestation).collect::<Result<_, _>>()?,
            subject: fields.text("subject")?.map(|text| word("subject", &text)).transpose()?,
            at: fields.number("at")?.ok_or_else(|| missing("at"))?,
            revoked: fields.text("revoked")?.map(|text| DigestList::of_attestations(&text)).transpose()?,
        };
        fields.end()?;
        if vouchers.keys.is_empty() {
            return Err(Refusal::use_of("attestors without keys: nobody would have to vouch"));
        }
        Ok(vouchers)
    }

    fn attestors(&self) -> Attestors<'_> {
        let Self { keys, given, subject, at, revoked } = self;
        Attestors { keys, given, subject: *subject, at: *at, revoked: revoked.as_ref() }
    }
}

/// Returns the word in `0x` and 64 lower-case hex digits.
pub fn word(field: &'static str, text: &str) -> Result<Word, Refusal> {
    let digits = text.strip_prefix("0x").filter(|_| text.len() == 66);
    let digits = digits.ok_or_else(|| Refusal::malformed(field, &"expected 0x and 64 lower-case hex digits"))?;
    Ok(digest_from_hex(field, digits)?)
}
