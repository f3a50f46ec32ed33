//! Every rule of the chain of days, when a step is added and when a ledger is audited.

mod audit;
mod steps;
mod treated;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use rand::rngs::OsRng;
use sha2::{Digest, Sha256};
use tailproof::keys::{decode_verifying_key, derive_verifying_key, encode_verifying_key};
use tailproof::ledger::{
    Against, Artefact, Artefacts, Audit, AuditError, KeyRing, Kind, Ledger, LedgerError, NoVerdict, OtherMoves, Step,
    StepError,
};
use tailproof::scenarios::Place;
use tailproof::scenarios::file::digest;
use tailproof::scenarios::generator::Generator;
use tailproof::scenarios::historical::historical;
use tailproof::{
    Books, Claim, Groth16, Halo2, Mandate, MandateClaim, PriceHistory, Prover, ProvingBackend, Refused, ScenarioSet,
    Verifier, VerifyError, csv,
};
use tailproof_core::scenarios::generator::Variant;

use super::made::{
    BEFORE, LAST, PRICES, books, groth16, halo2, made_by, mandate, opened, pool_claim, prices, scenarios,
};

const FORECAST: &str = "4x3/1";
const REALISED: &str = "1x3/1";
const LIMIT: &str = "limit 5000";

/// Returns the claim of the forecast of [`LAST`], over the four days before.
fn forecast() -> MandateClaim {
    MandateClaim::new(mandate(&["var 0.75 5000"]), scenarios(6, 4)).unwrap()
}

/// Returns the claim of the realised loss of [`LAST`].
fn realised() -> MandateClaim {
    MandateClaim::new(mandate(&["stress - 5000"]), scenarios(7, 1)).unwrap()
}

fn desk() -> Ledger {
    Ledger::new("Desk".into(), "0.75".parse().unwrap()).unwrap()
}

/// Returns the shape of a claim's scenarios.
fn shape(claim: &MandateClaim) -> &'static str {
    if claim.scenarios().least_rows() == 1 { REALISED } else { FORECAST }
}

/// Proves a claim for the place after the steps of a ledger.
fn proved_by<B: ProvingBackend>(
    prover: &Prover<B>,
    ledger: &Ledger,
    kind: Kind,
    date: &str,
    claim: &MandateClaim,
    books: &Books,
) -> Vec<u8> {
    let context = ledger.context_after(ledger.steps().len(), kind, date);
    prover.prove(claim, books, Some(context), &mut OsRng).unwrap().to_json().into_bytes()
}

fn proved(ledger: &Ledger, kind: Kind, claim: &MandateClaim) -> Vec<u8> {
    proved_by(&groth16(shape(claim)), ledger, kind, LAST, claim, books())
}

/// Returns a verifier with the key of a prover.
fn verifier(shape: &str) -> Verifier<Groth16> {
    let key = encode_verifying_key(groth16(shape).verifier().key());
    Verifier::new(decode_verifying_key(&key).unwrap())
}

fn keys() -> &'static KeyRing {
    static KEYS: OnceLock<KeyRing> = OnceLock::new();
    KEYS.get_or_init(|| KeyRing { groth16: vec![verifier(FORECAST), verifier(REALISED)], ..KeyRing::default() })
}

/// Artefacts by their digests.
#[derive(Clone, Default)]
struct Store {
    proofs: HashMap<[u8; 32], Vec<u8>>,
    sets: HashMap<[u8; 32], Arc<ScenarioSet>>,
    mandates: HashMap<[u8; 32], Arc<Mandate>>,
}

impl Store {
    fn put(&mut self, claim: &MandateClaim, proof: &[u8]) {
        self.proofs.insert(Sha256::digest(proof).into(), proof.to_vec());
        self.sets.insert(digest(claim.scenarios()), Arc::new(claim.scenarios().clone()));
        self.mandates.insert(claim.mandate().digest(), Arc::new(claim.mandate().clone()));
    }
}

impl Artefacts for Store {
    fn proof(&self, digest: &[u8; 32]) -> Option<Vec<u8>> {
        self.proofs.get(digest).cloned()
    }

    fn scenarios(&self, digest: &[u8; 32]) -> Option<Arc<ScenarioSet>> {
        self.sets.get(digest).cloned()
    }

    fn mandate(&self, digest: &[u8; 32]) -> Option<Arc<Mandate>> {
        self.mandates.get(digest).cloned()
    }
}

/// A ledger with the artefacts of its steps.
#[derive(Clone)]
struct Kept {
    ledger: Ledger,
    store: Store,
}

impl Kept {
    fn new() -> Self {
        Self { ledger: desk(), store: Store::default() }
    }

    /// Adds the step that a claim and a proof make, without looking at the rules about them.
    fn add(&mut self, kind: Kind, date: &str, claim: &MandateClaim, proof: &[u8], limit: &str) {
        self.add_step(kind, date, claim, proof, |step| step.limit = limit.to_owned());
    }

    /// Adds that step with a change, under the limit of most tests.
    fn add_step(&mut self, kind: Kind, date: &str, claim: &MandateClaim, proof: &[u8], change: impl FnOnce(&mut Step)) {
        let stated: serde_json::Value = serde_json::from_slice(proof).unwrap();
        let stated = |field: &str| stated[field].as_str().unwrap().to_owned();
        let text = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let mut step = Step {
            kind,
            date: date.to_owned(),
            commitment: stated("commitment"),
            limit: LIMIT.to_owned(),
            proof: text(&Sha256::digest(proof)),
            scenarios: text(&digest(claim.scenarios())),
            mandate: text(&claim.mandate().digest()),
            keys: stated("keys"),
            moves: claim.scenarios().generator().treatment().and_then(|of| of.moves_digest()).map(|bytes| text(&bytes)),
        };
        change(&mut step);
        self.ledger.add(step).unwrap();
        self.store.put(claim, proof);
    }

    fn audit(&self, prices: Option<&PriceHistory>) -> Result<Audit, AuditError> {
        self.audit_against(&Against { prices, ..Against::default() })
    }

    fn audit_against(&self, against: &Against<'_>) -> Result<Audit, AuditError> {
        self.ledger.verify(&self.store, keys(), against)
    }

    /// Proves a claim as the next step, adds it, and keeps its artefacts.
    fn append(&mut self, kind: Kind, date: &str, claim: &MandateClaim) {
        let proof = proved_by(&groth16(shape(claim)), &self.ledger, kind, date, claim, books());
        self.ledger.append(kind, Some(date), &claim.clone().into(), &proof, keys()).unwrap();
        self.store.put(claim, &proof);
    }

    /// Returns the problem of a step that breaks a rule; it is a verdict.
    fn broken(&self) -> StepError {
        match self.audit(None).unwrap_err() {
            error @ AuditError::Step { .. } if !error.is_verdict() => panic!("{error:?} is a verdict"),
            AuditError::Step { problem, .. } => problem,
            other => panic!("{other:?}"),
        }
    }
}

/// The ledger of one day: a forecast of [`LAST`] and its realised loss. Made once.
fn one_day() -> Kept {
    static DAY: OnceLock<Kept> = OnceLock::new();
    DAY.get_or_init(|| {
        let mut kept = open_forecast();
        append(&mut kept, Kind::Realised, &realised());
        kept
    })
    .clone()
}

/// The ledger with the forecast of [`LAST`] alone. Made once.
fn open_forecast() -> Kept {
    static OPEN: OnceLock<Kept> = OnceLock::new();
    OPEN.get_or_init(|| {
        let mut kept = Kept::new();
        append(&mut kept, Kind::Forecast, &forecast());
        kept
    })
    .clone()
}

fn append(kept: &mut Kept, kind: Kind, claim: &MandateClaim) {
    kept.append(kind, LAST, claim);
}

/// Returns the refusal of a step that is proved in its place. The ledger stays as it was.
#[track_caller]
fn refused(kept: &Kept, kind: Kind, date: &str, claim: &MandateClaim) -> StepError {
    let proof = proved_by(&groth16(shape(claim)), &kept.ledger, kind, date, claim, books());
    refused_proof(&kept.ledger, kind, date, &claim.clone().into(), &proof)
}

#[track_caller]
fn refused_proof(ledger: &Ledger, kind: Kind, date: &str, claim: &Claim, proof: &[u8]) -> StepError {
    let mut changed = ledger.clone();
    let error = changed.append(kind, Some(date), claim, proof, keys()).unwrap_err();
    assert_eq!(changed, *ledger, "{error}");
    error
}

/// Returns the claim of a realised loss over another set.
fn realised_over(set: ScenarioSet) -> MandateClaim {
    MandateClaim::new(mandate(&["stress - 5000"]), set).unwrap()
}

/// Whether a refusal is that of a proof that is bound to another context.
fn is_bound_elsewhere(error: &StepError) -> bool {
    let StepError::Proof(NoVerdict::Refused(Refused::NotValid(VerifyError::OtherClaim { field, .. }))) = error else {
        return false;
    };
    *field == "context"
}
