//! An audit: steps against their proofs, artefacts against their digests, days and moves against
//! prices.

use super::*;

#[test]
fn a_day_that_keeps_every_rule_is_accepted() {
    let kept = one_day();
    let audit = kept.audit(Some(&prices(7))).unwrap();
    assert_eq!((audit.steps.len(), audit.days, audit.exceedances, audit.prices_compared), (2, 1, 0, true));
    assert_eq!(Ledger::from_json(&kept.ledger.to_json()).unwrap(), kept.ledger);
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

/// Whoever loses too much and stops: the last day counts for nothing, and the audit says which it is.
#[test]
fn a_ledger_that_ends_with_a_forecast_says_so() {
    let kept = open_forecast();
    let audit = kept.audit(None).unwrap();
    assert_eq!((audit.open.as_deref(), audit.overdue, audit.days), (Some(LAST), false, 0));
    assert!(!kept.audit(Some(&prices(6))).unwrap().overdue, "the prices end the day before");
    assert!(kept.audit(Some(&prices(7))).unwrap().overdue);
    let audit = one_day().audit(Some(&prices(7))).unwrap();
    assert_eq!((audit.open, audit.overdue, audit.days), (None, false, 1));
    assert!(audit.undated.is_empty());
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
    let missing = |store: &Store| match kept.ledger.verify(store, keys(), None).unwrap_err() {
        AuditError::Missing { kind, .. } => kind,
        other => panic!("{other:?}"),
    };
    assert_eq!(missing(&store), Artefact::Proof);

    let mut store = kept.store.clone();
    store.sets.values_mut().for_each(|set| *set = Arc::new(scenarios(5, 4)));
    assert_eq!(missing(&store), Artefact::Scenarios);

    let mut store = kept.store.clone();
    store.mandates.values_mut().for_each(|terms| *terms = Arc::new(mandate(&["var 0.75 5001"])));
    assert_eq!(missing(&store), Artefact::Mandate);
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
