//! Every rule of the chain of days, when a step is added and when a ledger is audited.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use rand::rngs::OsRng;
use sha2::{Digest, Sha256};
use tailproof::keys::{decode_verifying_key, derive_verifying_key, encode_verifying_key};
use tailproof::ledger::{
    Artefact, Artefacts, Audit, AuditError, KeyRing, Kind, Ledger, LedgerError, NoVerdict, OtherMoves, Step, StepError,
};
use tailproof::scenarios::file::digest;
use tailproof::scenarios::generator::Generator;
use tailproof::scenarios::historical::historical;
use tailproof::{
    Books, Claim, Groth16, Halo2, Mandate, MandateClaim, PriceHistory, Prover, ProvingBackend, Refused, ScenarioSet,
    Verifier, VerifyError, csv,
};
use tailproof_core::scenarios::generator::Variant;

use super::made::{BEFORE, LAST, PRICES, books, groth16, made_by, mandate, opened, pool_claim, prices, scenarios};

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
    if claim.scenarios().scenarios() == 1 { REALISED } else { FORECAST }
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
        let stated: serde_json::Value = serde_json::from_slice(proof).unwrap();
        let stated = |field: &str| stated[field].as_str().unwrap().to_owned();
        let text = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let step = Step {
            kind,
            date: date.to_owned(),
            commitment: stated("commitment"),
            limit: limit.to_owned(),
            proof: text(&Sha256::digest(proof)),
            scenarios: text(&digest(claim.scenarios())),
            mandate: text(&claim.mandate().digest()),
            keys: stated("keys"),
        };
        self.ledger.add(step).unwrap();
        self.store.put(claim, proof);
    }

    fn audit(&self, prices: Option<&PriceHistory>) -> Result<Audit, AuditError> {
        self.ledger.verify(&self.store, keys(), prices)
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
    let proof = proved(&kept.ledger, kind, claim);
    kept.ledger.append(kind, Some(LAST), &claim.clone().into(), &proof, keys()).unwrap();
    kept.store.put(claim, &proof);
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

#[test]
fn a_day_that_keeps_every_rule_is_accepted() {
    let kept = one_day();
    let audit = kept.audit(Some(&prices(7))).unwrap();
    assert_eq!((audit.steps.len(), audit.days, audit.exceedances, audit.prices_compared), (2, 1, 0, true));
    assert_eq!(Ledger::from_json(&kept.ledger.to_json()).unwrap(), kept.ledger);
}

#[test]
fn scenarios_of_a_forecast_end_before_its_day() {
    for rows in [7, 6] {
        let claim = MandateClaim::new(mandate(&["var 0.75 5000"]), scenarios(rows, 4)).unwrap();
        // Scenarios that reach to the day itself, and beyond it.
        let date = BEFORE;
        let error = refused(&Kept::new(), Kind::Forecast, date, &claim);
        assert!(matches!(error, StepError::NotBefore { .. }), "{error:?}");
        let mut kept = Kept::new();
        let proof = proved_by(&groth16(FORECAST), &kept.ledger, Kind::Forecast, date, &claim, books());
        kept.add(Kind::Forecast, date, &claim, &proof, LIMIT);
        assert!(matches!(kept.broken(), StepError::NotBefore { .. }));
    }
}

#[test]
fn a_forecast_has_a_clause_on_value_at_risk_at_the_confidence_of_the_ledger() {
    for clause in ["cvar 0.75 5000", "var 0.5 5000", "stress - 5000"] {
        let claim = MandateClaim::new(mandate(&[clause]), scenarios(6, 4)).unwrap();
        let error = refused(&Kept::new(), Kind::Forecast, LAST, &claim);
        assert!(matches!(error, StepError::NoForecastClause(_)), "{clause}: {error:?}");
        let mut kept = Kept::new();
        let proof = proved(&kept.ledger, Kind::Forecast, &claim);
        kept.add(Kind::Forecast, LAST, &claim, &proof, LIMIT);
        assert!(matches!(kept.broken(), StepError::NoForecastClause(_)), "{clause}");
    }
}

/// Checks that a realised loss is refused when it is added, and when the ledger with it is audited.
#[track_caller]
fn realised_is_refused(claim: &MandateClaim, expected: fn(&StepError) -> bool) {
    let error = refused(&open_forecast(), Kind::Realised, LAST, claim);
    assert!(expected(&error), "{error:?}");
    let mut kept = open_forecast();
    let proof = proved(&kept.ledger, Kind::Realised, claim);
    kept.add(Kind::Realised, LAST, claim, &proof, LIMIT);
    let error = kept.broken();
    assert!(expected(&error), "{error:?}");
}

#[test]
fn a_realised_loss_has_a_clause_on_the_worst_loss() {
    let claim = MandateClaim::new(mandate(&["var 0.75 5000"]), scenarios(7, 1)).unwrap();
    realised_is_refused(&claim, |error| matches!(error, StepError::NoStressClause));
}

#[test]
fn a_realised_loss_is_over_its_day() {
    let claim = realised_over(scenarios(6, 1));
    realised_is_refused(&claim, |error| matches!(error, StepError::NotTheDay { count: 1, .. }));
}

#[test]
fn a_realised_loss_is_over_one_scenario() {
    let claim = realised_over(scenarios(7, 2));
    realised_is_refused(&claim, |error| matches!(error, StepError::NotTheDay { count: 2, .. }));
}

#[test]
fn a_realised_loss_is_not_over_a_variant() {
    let variant = Variant { age_weighted: Some("0.9".into()), ..Variant::default() };
    let generator = Generator::Historical { horizon: 1, variant: Some(variant), prices_sha256: "00".repeat(32) };
    let claim = realised_over(made_by(generator, &scenarios(7, 1)));
    realised_is_refused(&claim, |error| matches!(error, StepError::NotPlain { .. }));
}

#[test]
fn a_realised_loss_is_over_one_day() {
    let claim = realised_over(historical(&prices(7), 5, Some(1)).unwrap());
    assert_eq!(claim.scenarios().labels(), [LAST]);
    realised_is_refused(&claim, |error| matches!(error, StepError::NotPlain { .. }));
}

#[test]
fn a_realised_loss_is_not_over_a_stress_scenario_named_as_its_day() {
    let generator = Generator::Stress { table_sha256: "00".repeat(32) };
    let claim = realised_over(made_by(generator, &scenarios(7, 1)));
    realised_is_refused(&claim, |error| matches!(error, StepError::NotPlain { .. }));
}

#[test]
fn a_realised_loss_is_not_over_a_custom_scenario_named_as_its_day() {
    let generator = Generator::Custom { description: "the day as we saw it".into() };
    let claim = realised_over(made_by(generator, &scenarios(7, 1)));
    realised_is_refused(&claim, |error| matches!(error, StepError::NotPlain { .. }));
}

#[test]
fn a_ledger_is_about_books() {
    let proof = proved(&desk(), Kind::Forecast, &forecast());
    let error = refused_proof(&desk(), Kind::Forecast, LAST, &pool_claim().into(), &proof);
    assert!(matches!(error, StepError::NotABook), "{error:?}");
}

#[test]
fn a_date_is_one_and_in_its_one_form() {
    for date in ["10 January", "2024-1-10", "2024-13-01", ""] {
        let proof = proved_by(&groth16(FORECAST), &desk(), Kind::Forecast, date, &forecast(), books());
        let error = refused_proof(&desk(), Kind::Forecast, date, &forecast().into(), &proof);
        assert!(matches!(error, StepError::Chain(LedgerError::NotADate(_))), "{error:?}");
    }
    let proof = proved(&desk(), Kind::Forecast, &forecast());
    let error = desk().append(Kind::Forecast, None, &forecast().into(), &proof, keys()).unwrap_err();
    assert!(matches!(error, StepError::Chain(LedgerError::NotADate(_))), "{error:?}");
}

/// Whether a refusal is that of a proof that is bound to another context.
fn is_bound_elsewhere(error: &StepError) -> bool {
    let StepError::Proof(NoVerdict::Refused(Refused::NotValid(VerifyError::OtherClaim { field, .. }))) = error else {
        return false;
    };
    *field == "context"
}

#[test]
fn a_proof_is_bound_to_its_place() {
    let other = Ledger::new("Other desk".into(), "0.75".parse().unwrap()).unwrap();
    let elsewhere = [
        proved(&other, Kind::Forecast, &forecast()),
        proved(&desk(), Kind::Realised, &forecast()),
        proved_by(&groth16(FORECAST), &desk(), Kind::Forecast, "2024-01-11", &forecast(), books()),
        proved(&open_forecast().ledger, Kind::Forecast, &forecast()),
        groth16(FORECAST).prove(&forecast(), books(), None, &mut OsRng).unwrap().to_json().into_bytes(),
    ];
    for proof in elsewhere {
        let error = refused_proof(&desk(), Kind::Forecast, LAST, &forecast().into(), &proof);
        assert!(is_bound_elsewhere(&error), "{error:?}");
        let mut kept = Kept::new();
        kept.add(Kind::Forecast, LAST, &forecast(), &proof, LIMIT);
        let error = kept.broken();
        assert!(is_bound_elsewhere(&error), "{error:?}");
    }
}

#[test]
fn a_proof_stands_in_a_ledger_once() {
    let kept = one_day();
    for proof in kept.store.proofs.values() {
        for kind in [Kind::Forecast, Kind::Realised] {
            let error = refused_proof(&kept.ledger, kind, "2024-01-11", &forecast().into(), proof);
            assert!(matches!(error, StepError::Chain(LedgerError::ProvedTwice(_))), "{error:?}");
        }
    }
    let mut again = kept.ledger.clone();
    let step = Step { date: "2024-01-11".into(), ..kept.ledger.steps()[0].clone() };
    assert!(matches!(again.add(step), Err(LedgerError::ProvedTwice(_))));
}

#[test]
fn a_forecast_is_of_a_later_day_than_the_last() {
    for date in [LAST, "2024-01-09"] {
        let claim = MandateClaim::new(mandate(&["var 0.75 5000"]), scenarios(5, 4)).unwrap();
        let error = refused(&one_day(), Kind::Forecast, date, &claim);
        assert!(matches!(error, StepError::Chain(LedgerError::OutOfOrder { .. })), "{error:?}");
    }
}

#[test]
fn a_realised_loss_follows_its_forecast() {
    for kept in [Kept::new(), one_day()] {
        let error = refused(&kept, Kind::Realised, LAST, &realised());
        assert!(matches!(error, StepError::Chain(LedgerError::NoForecast)), "{error:?}");
    }
    let mut kept = Kept::new();
    let proof = proved_by(&groth16(FORECAST), &kept.ledger, Kind::Forecast, "2024-01-11", &forecast(), books());
    kept.ledger.append(Kind::Forecast, Some("2024-01-11"), &forecast().into(), &proof, keys()).unwrap();
    let error = refused(&kept, Kind::Realised, LAST, &realised());
    assert!(matches!(error, StepError::Chain(LedgerError::OtherDate { .. })), "{error:?}");
}

#[test]
fn a_realised_loss_is_about_the_book_of_its_forecast() {
    let ledger = open_forecast().ledger;
    let other = Books::new(vec![opened(&[1_000_000, 500_000, -200_000])]).unwrap();
    let proof = proved_by(&groth16(REALISED), &ledger, Kind::Realised, LAST, &realised(), &other);
    let error = refused_proof(&ledger, Kind::Realised, LAST, &realised().into(), &proof);
    assert!(matches!(error, StepError::Chain(LedgerError::OtherBook { .. })), "{error:?}");
}

#[test]
fn a_realised_loss_is_within_the_limit_of_its_forecast() {
    let claim = MandateClaim::new(mandate(&["stress - 5001"]), scenarios(7, 1)).unwrap();
    let error = refused(&open_forecast(), Kind::Realised, LAST, &claim);
    assert!(matches!(error, StepError::Chain(LedgerError::OtherLimit { .. })), "{error:?}");
}

/// Returns the audit of a ledger whose forecast was changed before it was added.
fn audit_of_changed(change: impl FnOnce(&mut Step)) -> AuditError {
    let kept = open_forecast();
    let mut step = kept.ledger.steps()[0].clone();
    change(&mut step);
    let mut ledger = desk();
    ledger.add(step).unwrap();
    ledger.verify(&kept.store, keys(), None).unwrap_err()
}

#[test]
fn a_step_says_what_its_proof_says() {
    let other = "11".repeat(32);
    let errors = [
        audit_of_changed(|step| step.commitment = format!("0x{other}")),
        audit_of_changed(|step| step.limit = "limit 4999".into()),
        audit_of_changed(|step| step.keys = other.clone()),
    ];
    for error in errors {
        assert!(matches!(error, AuditError::OtherStep { .. }) && error.is_verdict(), "{error:?}");
    }
    let error = audit_of_changed(|step| step.date = "2024-01-11".into());
    assert!(matches!(&error, AuditError::Step { problem, .. } if is_bound_elsewhere(problem)), "{error:?}");
}

#[test]
fn a_missing_artefact_is_no_verdict() {
    let kept = one_day();
    let without = |store: Store| kept.ledger.verify(&store, keys(), None).unwrap_err();
    let stores = [
        (Artefact::Proof, Store { proofs: HashMap::new(), ..kept.store.clone() }),
        (Artefact::Scenarios, Store { sets: HashMap::new(), ..kept.store.clone() }),
        (Artefact::Mandate, Store { mandates: HashMap::new(), ..kept.store.clone() }),
    ];
    for (missing, store) in stores {
        let error = without(store);
        assert!(matches!(&error, AuditError::Missing { kind, .. } if *kind == missing), "{error:?}");
        assert!(!error.is_verdict());
    }
    let error = audit_of_changed(|step| step.proof = "not a digest".into());
    assert!(matches!(error, AuditError::Missing { kind: Artefact::Proof, .. }), "{error:?}");
}

#[test]
fn an_artefact_with_another_digest_is_not_taken() {
    let kept = open_forecast();
    // Another proof of the same claim in the same place: valid, and not the one of the step.
    let other = proved(&desk(), Kind::Forecast, &forecast());
    let mut store = kept.store.clone();
    store.proofs.values_mut().for_each(|proof| proof.clone_from(&other));
    let error = kept.ledger.verify(&store, keys(), None).unwrap_err();
    assert!(matches!(error, AuditError::Missing { kind: Artefact::Proof, .. }), "{error:?}");

    let mut store = kept.store.clone();
    store.sets.values_mut().for_each(|set| *set = Arc::new(scenarios(5, 4)));
    kept.ledger.verify(&store, keys(), None).unwrap_err();

    let mut store = kept.store.clone();
    store.mandates.values_mut().for_each(|terms| *terms = Arc::new(mandate(&["var 0.75 5001"])));
    kept.ledger.verify(&store, keys(), None).unwrap_err();
}

#[test]
fn a_proof_that_nobody_has_the_keys_of_is_no_verdict() {
    let kept = one_day();
    let ring = KeyRing { groth16: vec![verifier(FORECAST)], ..KeyRing::default() };
    let error = kept.ledger.verify(&kept.store, &ring, None).unwrap_err();
    assert!(matches!(error, AuditError::NoKeys { .. }) && !error.is_verdict(), "{error:?}");
    let mut ledger = desk();
    let proof = proved(&ledger, Kind::Forecast, &forecast());
    let error = ledger.append(Kind::Forecast, Some(LAST), &forecast().into(), &proof, &KeyRing::default());
    assert!(matches!(error, Err(StepError::Proof(NoVerdict::NoKeys(_)))), "{error:?}");
}

#[test]
fn a_text_that_is_no_proof_makes_no_step() {
    for text in [&b"{}"[..], b"\xff"] {
        let error = refused_proof(&desk(), Kind::Forecast, LAST, &forecast().into(), text);
        assert!(matches!(error, StepError::Proof(NoVerdict::Malformed(_))), "{error:?}");
    }
}

#[test]
fn a_trading_day_may_not_be_left_out() {
    let mut kept = Kept::new();
    let claim = MandateClaim::new(mandate(&["var 0.75 5000"]), scenarios(5, 4)).unwrap();
    for date in [BEFORE, "2024-01-11"] {
        let proof = proved_by(&groth16(FORECAST), &kept.ledger, Kind::Forecast, date, &claim, books());
        kept.ledger.append(Kind::Forecast, Some(date), &claim.clone().into(), &proof, keys()).unwrap();
        kept.store.put(&claim, &proof);
    }
    kept.audit(None).unwrap();
    kept.audit(Some(&prices(6))).unwrap();
    let error = kept.audit(Some(&prices(7))).unwrap_err();
    assert!(matches!(&error, AuditError::LeftOut { date } if date == LAST) && error.is_verdict(), "{error:?}");
}

/// Returns the difference that an audit of the one day finds between its moves and other prices.
fn other_moves(text: &str) -> OtherMoves {
    let prices = csv::read_prices("prices.csv", text.as_bytes()).unwrap();
    let error = one_day().audit(Some(&prices)).unwrap_err();
    assert!(error.is_verdict(), "{error:?}");
    match error {
        AuditError::Moves { problem, .. } => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn moves_of_a_realised_loss_are_those_of_the_prices() {
    assert_eq!(other_moves(&PRICES.replace("2024-01-10,97", "2024-01-10,96")), OtherMoves::Differ);
    assert_eq!(other_moves(&PRICES.replace("date,A,B,C", "date,A,B,D")), OtherMoves::OtherFactors);
    assert_eq!(other_moves(&PRICES.replace("2024-01-10", "2024-01-11")), OtherMoves::NoDay);
    assert_eq!(other_moves("date,A,B,C\n2024-01-10,97,47.5,19\n2024-01-11,97,47.5,19\n"), OtherMoves::NoDay);
}

#[test]
fn a_halo2_proof_makes_a_step() {
    let prover = super::made::halo2(FORECAST);
    let mut ledger = desk();
    let proof = proved_by(&prover, &ledger, Kind::Forecast, LAST, &forecast(), books());
    let verifier = Verifier::<Halo2>::new(derive_verifying_key(FORECAST.parse().unwrap()).unwrap());
    let ring = KeyRing { halo2: vec![verifier], ..KeyRing::default() };
    let without = ledger.clone().append(Kind::Forecast, Some(LAST), &forecast().into(), &proof, keys());
    assert!(matches!(without, Err(StepError::Proof(NoVerdict::NoKeys(_)))), "{without:?}");
    ledger.append(Kind::Forecast, Some(LAST), &forecast().into(), &proof, &ring).unwrap();
    let mut store = Store::default();
    store.put(&forecast(), &proof);
    assert_eq!(ledger.verify(&store, &ring, None).unwrap().steps[0].backend, "halo2-ipa-pasta");
}
