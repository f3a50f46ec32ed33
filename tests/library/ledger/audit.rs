//! An audit: steps against their proofs, artefacts against their digests, days and moves against
//! prices.

use std::sync::atomic::{AtomicUsize, Ordering};

use tailproof::core::scenarios::regenerate::RegenerateError;
use tailproof::ledger::tightness;
use tailproof::scenarios::covariance::Estimator;
use tailproof::scenarios::montecarlo::{Model, Parameters, montecarlo};
use tailproof::scenarios::variants::variant;
use tailproof::scenarios::{Makers, Regenerate, Remade, Sources};
use tailproof::{Basis, How, RestsOn, Verified};

use super::*;

#[test]
fn a_day_that_keeps_every_rule_is_accepted() {
    let kept = one_day();
    let audit = kept.audit(Some(&prices(7))).unwrap();
    assert_eq!((audit.steps.len(), audit.days, audit.exceedances), (2, 1, 0));
    let used = audit.prices.as_ref().unwrap();
    assert_eq!((&used.first[..], &used.last[..], used.after_ledger), ("2024-01-02", LAST, 0));
    assert!(audit.not_compared.is_empty() && audit.stale.is_empty() && audit.undated.is_empty());
    assert_eq!(Ledger::from_json(&kept.ledger.to_json()).unwrap(), kept.ledger);
}

/// Returns the audit of a ledger whose forecast was changed before it was added.
fn audit_of_changed(change: impl FnOnce(&mut Step)) -> AuditError {
    let kept = open_forecast();
    let mut step = kept.ledger.steps()[0].clone();
    change(&mut step);
    let mut ledger = desk();
    ledger.add(step).unwrap();
    ledger.verify(&kept.store, keys(), &Against::default()).unwrap_err()
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

/// Whoever loses too much and stops: the loss of the last day is due once prices reach it.
#[test]
fn the_last_exceedance_cannot_be_left_without_a_proof() {
    let kept = open_forecast();
    let overdue = |text: &str| {
        let prices = csv::read_prices("prices.csv", text.as_bytes()).unwrap();
        let error = kept.audit(Some(&prices)).unwrap_err();
        assert!(error.is_verdict(), "{error:?}");
        matches!(error, AuditError::Overdue { date, .. } if date == LAST)
    };
    assert!(overdue(PRICES));
    // Prices that go beyond the day without having it: a day is past whether they trade on it or
    // not.
    assert!(overdue(&PRICES.replace("2024-01-10", "2024-01-11")));
    let audit = kept.audit(Some(&prices(6))).unwrap();
    assert_eq!((audit.open.as_deref(), audit.days), (Some(LAST), 0), "the prices end the day before");
    assert_eq!(kept.audit(None).unwrap().open.as_deref(), Some(LAST));
    let audit = one_day().audit(Some(&prices(7))).unwrap();
    assert_eq!((audit.open, audit.days), (None, 1));
}

/// Whoever cuts off the last steps has a shorter ledger, in which everything is right.
#[test]
fn steps_that_were_cut_off_are_told_by_the_prices_and_by_a_published_head() {
    let long = one_day();
    let heads: Vec<[u8; 32]> = long.ledger.heads().collect();
    let audit = long.audit_against(&Against { heads: &heads, ..Against::default() }).unwrap();
    assert_eq!(audit.heads, [0, 1, 2]);
    // One day more in the prices than in the ledger.
    let later = format!("{PRICES}2024-01-11,90,40,18\n");
    let later = csv::read_prices("prices.csv", later.as_bytes()).unwrap();
    assert_eq!(long.audit(Some(&later)).unwrap().prices.unwrap().after_ledger, 1);

    let cut = open_forecast();
    cut.audit_against(&Against { heads: &heads[..2], ..Against::default() }).unwrap();
    let error = cut.audit_against(&Against { heads: &heads[1..], ..Against::default() }).unwrap_err();
    assert!(matches!(error, AuditError::OtherHead { steps: 1, .. }) && error.is_verdict(), "{error:?}");
}

#[test]
fn an_empty_ledger_is_not_valid() {
    let error = Kept::new().audit(None).unwrap_err();
    assert!(matches!(error, AuditError::Empty) && error.is_verdict(), "{error:?}");
}

#[test]
fn a_missing_artefact_is_no_verdict() {
    let kept = one_day();
    let without = |store: Store| kept.ledger.verify(&store, keys(), &Against::default()).unwrap_err();
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
    let error = audit_of_changed(|step| step.proof = "11".repeat(32));
    assert!(matches!(error, AuditError::Missing { kind: Artefact::Proof, .. }), "{error:?}");
}

#[test]
fn an_artefact_with_another_digest_is_not_taken() {
    let kept = open_forecast();
    // Another proof of the same claim in the same place: valid, and not the one of the step.
    let other = proved(&desk(), Kind::Forecast, &forecast());
    let mut store = kept.store.clone();
    store.proofs.values_mut().for_each(|proof| proof.clone_from(&other));
    let missing = |store: &Store| match kept.ledger.verify(store, keys(), &Against::default()).unwrap_err() {
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
    let error = kept.ledger.verify(&kept.store, &ring, &Against::default()).unwrap_err();
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
        kept.append(Kind::Forecast, date, &claim);
    }
    kept.audit(None).unwrap();
    let audit = kept.audit(Some(&prices(6))).unwrap();
    assert_eq!(audit.stale, ["2024-01-11"], "its scenarios end two days before, of which the prices have one");
    let error = kept.audit(Some(&prices(7))).unwrap_err();
    assert!(matches!(&error, AuditError::LeftOut { date } if date == LAST) && error.is_verdict(), "{error:?}");
}

/// Returns the difference that an audit finds between the moves of a ledger and other prices.
fn other_moves(kept: &Kept, text: &str) -> OtherMoves {
    let prices = csv::read_prices("prices.csv", text.as_bytes()).unwrap();
    let error = kept.audit(Some(&prices)).unwrap_err();
    assert!(error.is_verdict(), "{error:?}");
    match error {
        AuditError::Moves { problem, .. } => problem,
        other => panic!("{other:?}"),
    }
}

/// Returns the ledger of the day, its forecast made from other prices than its loss.
fn forecast_from(text: &str) -> Kept {
    let invented = csv::read_prices("prices.csv", text.as_bytes()).unwrap();
    let before = invented.up_to(BEFORE.parse().unwrap()).unwrap();
    let set = historical(&before, 1, Some(4)).unwrap();
    let mut kept = Kept::new();
    append(&mut kept, Kind::Forecast, &MandateClaim::new(mandate(&["var 0.75 5000"]), set).unwrap());
    append(&mut kept, Kind::Realised, &realised());
    kept
}

#[test]
fn moves_of_a_realised_loss_are_those_of_the_prices() {
    let other = |text: &str| other_moves(&one_day(), text);
    let found = other(&PRICES.replace("2024-01-10,97", "2024-01-10,96"));
    let OtherMoves::Differ(differences) = found else { panic!("{found:?}") };
    // 96 in place of 97 after 98: a hundredth and two thousandths of 2^20.
    assert_eq!((differences.beyond, differences.largest), (1, 10_700));
    assert!(matches!(other(&PRICES.replace("date,A,B,C", "date,A,B,D")), OtherMoves::OtherFactors(_)));
    assert_eq!(other("date,A,B,C\n2024-01-10,97,47.5,19\n2024-01-11,97,47.5,19\n"), OtherMoves::NoDay);
}

/// A day as a contract with a window of four rows has it: the forecast in the ring's order, the loss
/// in the newest row's slot. Moves are compared as those of sets without a place.
#[test]
fn days_of_a_window_on_chain_are_compared_with_prices() {
    let forecast = scenarios(6, 4).placed(Some(Place::Ring(1))).unwrap();
    let realised = scenarios(7, 1).placed(Some(Place::Slot(2))).unwrap();
    let mut kept = Kept::new();
    append(&mut kept, Kind::Forecast, &MandateClaim::new(mandate(&["var 0.75 5000"]), forecast).unwrap());
    append(&mut kept, Kind::Realised, &realised_over(realised));
    let audit = kept.audit(Some(&prices(7))).unwrap();
    assert!(audit.steps.iter().all(|step| scenarios_are(step) == How::MadeAgain));
    assert!(audit.undated.is_empty() && audit.not_compared.is_empty());
    let found = other_moves(&kept, &PRICES.replace("2024-01-10,97", "2024-01-10,96"));
    assert!(matches!(found, OtherMoves::Differ(differences) if differences.largest == 10_700), "{found:?}");
    let found = other_moves(&kept, &PRICES.replace("2024-01-04,95", "2024-01-04,99"));
    assert!(matches!(found, OtherMoves::OtherForecast { .. }), "{found:?}");
    // Prices that begin later: the later part is compared, and one of other moves is refused.
    let later = PRICES.replace("2024-01-02,100,50,20\n2024-01-03,101,49,20\n", "");
    let begins_later = csv::read_prices("prices.csv", later.as_bytes()).unwrap();
    assert_eq!(kept.audit(Some(&begins_later)).unwrap().not_compared, [LAST]);
    let found = other_moves(&kept, &later.replace("2024-01-05,96", "2024-01-05,99"));
    assert!(matches!(found, OtherMoves::OtherForecast { .. }), "{found:?}");
}

/// Weights are no moves: a forecast under linear ones is made again by the ledger itself, and
/// compared where the prices begin later.
#[test]
fn a_forecast_under_linear_weights_is_compared_with_prices() {
    let linear = Variant { linear_weights: true, ..Variant::default() };
    let set = variant(&prices(6), None, 1, Some(4), &linear).unwrap().placed(Some(Place::Ring(3))).unwrap();
    assert_eq!(set.weights(), [1, 2, 3, 4]);
    let mut kept = Kept::new();
    append(&mut kept, Kind::Forecast, &MandateClaim::new(mandate(&["var 0.75 5000"]), set).unwrap());
    let audit = kept.audit(Some(&prices(6))).unwrap();
    assert_eq!((scenarios_are(&audit.steps[0]), audit.not_compared.len()), (How::MadeAgain, 0));
    let later = PRICES.replace("2024-01-02,100,50,20\n2024-01-03,101,49,20\n", "");
    let later = later.replace("2024-01-10,97,47.5,19\n", "").replace("2024-01-05,96", "2024-01-05,99");
    let found = other_moves(&kept, &later);
    assert!(matches!(found, OtherMoves::OtherForecast { .. }), "{found:?}");
}

/// Whoever makes the scenarios from invented prices on real dates proves a small value at risk, and
/// the losses beside it are true.
#[test]
fn a_forecast_over_invented_prices_is_not_valid() {
    let quiet = "date,A,B,C\n2024-01-02,100,50,20\n2024-01-03,100.01,50,20\n2024-01-04,100,50.01,20\n\
                 2024-01-05,100.01,50,20\n2024-01-08,100,50,20.01\n2024-01-09,100.01,50,20\n";
    let kept = forecast_from(quiet);
    assert!(kept.audit(None).unwrap().steps.iter().all(|step| scenarios_are(step) == How::AsGiven));
    let found = other_moves(&kept, PRICES);
    assert!(matches!(found, OtherMoves::OtherForecast { differences, .. } if differences.beyond == 11), "{found:?}");

    // True moves of chosen days: the crash of 4 January is left out.
    let chosen = PRICES.replace("2024-01-04,95,46,19\n", "");
    let chosen = chosen.replacen("2024-01-02,", "2024-01-01,100,50,20\n2024-01-02,", 1);
    let found = other_moves(&forecast_from(&chosen), PRICES);
    assert!(matches!(found, OtherMoves::OtherForecast { .. }), "{found:?}");
}

#[test]
fn a_forecast_is_made_again_from_prices_in_any_order_of_columns_and_with_more_days() {
    let more = "date,C,A,other,B\n2023-12-29,20,99,1,50\n2024-01-02,20,100,1,50\n2024-01-03,20,101,1,49\n\
                2024-01-04,19,95,1,46\n2024-01-05,19.5,96,1,47\n2024-01-08,19,97,1,47\n2024-01-09,19.5,98,1,48\n\
                2024-01-10,19,97,1,47.5\n";
    let more = csv::read_prices("prices.csv", more.as_bytes()).unwrap();
    let audit = one_day().audit(Some(&more)).unwrap();
    assert!(audit.steps.iter().all(|step| scenarios_are(step) == How::MadeAgain));
    assert!(audit.not_compared.is_empty());
}

/// Paths have no dates: whether they were drawn before the day shows if the prices before it make
/// them.
#[test]
fn paths_are_made_again_from_the_prices_before_the_day_or_were_not_compared() {
    let parameters = Parameters {
        model: Model::Normal,
        estimator: Estimator::Sample,
        repair: None,
        horizon: 1,
        zero_drift: false,
        paths: 4,
        antithetic: false,
        seed: [7; 32],
    };
    let forecast_over = |rows: usize| {
        let mut kept = Kept::new();
        let set = montecarlo(&prices(rows), &parameters).unwrap();
        append(&mut kept, Kind::Forecast, &MandateClaim::new(mandate(&["var 0.75 50000"]), set).unwrap());
        kept
    };
    let before = prices(6);
    let with_makers = Against { maker: Some(&Makers), ..Against::prices(&before) };
    let audit = forecast_over(6).audit_against(&with_makers).unwrap();
    assert_eq!(scenarios_are(&audit.steps[0]), How::MadeAgain);
    assert!(audit.undated.is_empty() && audit.not_compared.is_empty());
    // Drawn with knowledge of the day, or by a verifier who makes plain sets alone.
    for (kept, against) in [(forecast_over(7), with_makers), (forecast_over(6), Against::prices(&before))] {
        let audit = kept.audit_against(&against).unwrap();
        assert_eq!(scenarios_are(&audit.steps[0]), How::AsGiven);
        assert_eq!((audit.undated, audit.not_compared), (vec![LAST.to_owned()], vec![LAST.to_owned()]));
    }
    let counted = Counting(AtomicUsize::new(0));
    forecast_over(6).audit_against(&Against { maker: Some(&counted), ..with_makers }).unwrap();
    assert_eq!(counted.0.into_inner(), 1, "each set is made again once");
    let without = forecast_over(6).audit(None).unwrap();
    assert_eq!((without.undated, without.not_compared.len()), (vec![LAST.to_owned()], 0));
}

/// A maker that counts how often it makes a set.
struct Counting(AtomicUsize);

impl Regenerate for Counting {
    fn regenerate(&self, set: &ScenarioSet, sources: &Sources<'_>) -> Result<Remade, RegenerateError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Makers.regenerate(set, sources)
    }
}

#[test]
fn moves_within_a_tolerance_were_made_again_and_others_were_not() {
    let rounded = PRICES.replace("2024-01-08,97,47,19", "2024-01-08,97.0001,47,19");
    let rounded = csv::read_prices("prices.csv", rounded.as_bytes()).unwrap();
    let with = |tolerance| one_day().audit_against(&Against { tolerance, ..Against::prices(&rounded) });
    assert!(matches!(with(0), Err(AuditError::Moves { .. })));
    let audit = with(2).unwrap();
    let note = &about_scenarios(&audit.steps[0]).note;
    assert!(note.contains("0 of 12 moves differ by more than 2"), "{note}");
    assert!(note.contains("its header names another digest"), "{note}");
}

#[test]
fn scenarios_of_days_before_the_prices_were_not_compared() {
    let later: Vec<&str> = PRICES.lines().take(1).chain(PRICES.lines().skip(4)).collect();
    let read = |text: &str| csv::read_prices("prices.csv", text.as_bytes()).unwrap();
    let text = later.join("\n");
    let audit = one_day().audit(Some(&read(&text))).unwrap();
    assert_eq!(audit.not_compared, [LAST]);
    let note = &about_scenarios(&audit.steps[0]).note;
    assert!(note.contains("2 of 4 scenarios are of days before 2024-01-05"), "{note}");
    // The days that the prices have are compared all the same.
    let found = other_moves(&one_day(), &text.replace("2024-01-08,97,", "2024-01-08,96,"));
    assert!(matches!(found, OtherMoves::OtherForecast { .. }), "{found:?}");
}

#[test]
fn a_limit_that_is_to_be_backtested_can_be_asked_to_be_tight() {
    let loose = open_forecast();
    let with = |kept: &Kept, least| kept.audit_against(&Against { tightness: Some(least), ..Against::default() });
    assert_eq!(loose.audit(None).unwrap().without_floor, [LAST]);
    let error = with(&loose, 1).unwrap_err();
    assert!(matches!(error, AuditError::Loose { tightness: None, least: 1, .. }) && error.is_verdict(), "{error:?}");
    assert!(error.to_string().contains("no floor without liquidity costs beside its limit"), "{error}");

    let clause = |floor: &str, limit: &str| {
        let text = format!("name = \"m\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.75\n{floor}\n{limit}\n");
        tightness(&Mandate::from_toml("m.toml", &text).unwrap().clauses()[0])
    };
    assert_eq!(clause("floor = 90", "limit = 100"), Some(900_000));
    assert_eq!(clause("floor_nav = 0.01", "limit_nav = 0.03"), Some(333_333));
    assert_eq!(clause("floor = 90", "limit_nav = 0.5"), None, "an amount is no fraction");
    let costs = "liquidity = true\n[liquidity]\nhalf_spread = 0.001";
    assert_eq!(clause("floor = 90", &format!("limit = 100\n{costs}")), None, "the loss of a day has no costs");
    assert_eq!(clause("floor = 90", "limit = 1000000000000000000"), Some(0));
    assert_eq!(clause("", "limit = 100"), None);
}

/// Returns what a verdict rests on as to its scenarios.
fn about_scenarios(verified: &Verified) -> &RestsOn {
    verified.rests_on.iter().find(|thing| thing.what == Basis::Scenarios).unwrap()
}

fn scenarios_are(verified: &Verified) -> How {
    about_scenarios(verified).how
}
