//! Rules about one step: refused when it is added, and when a ledger with it is audited.

use super::*;

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

/// Checks that a forecast over a set is refused when it is added, and when the ledger with it is
/// audited.
#[track_caller]
fn forecast_is_refused(set: ScenarioSet, expected: fn(&StepError) -> bool) {
    let claim = MandateClaim::new(mandate(&["var 0.75 5000"]), set).unwrap();
    let error = refused(&Kept::new(), Kind::Forecast, LAST, &claim);
    assert!(expected(&error), "{error:?}");
    let mut kept = Kept::new();
    let proof = proved(&kept.ledger, Kind::Forecast, &claim);
    kept.add(Kind::Forecast, LAST, &claim, &proof, LIMIT);
    let error = kept.broken();
    assert!(expected(&error), "{error:?}");
}

/// Value at risk over three days is looser than over one, and passes for it.
#[test]
fn a_forecast_over_several_days_does_not_pass_for_one() {
    let three = historical(&prices(6), 3, Some(2)).unwrap();
    forecast_is_refused(three, |error| matches!(error, StepError::OtherHorizon { days: 3, .. }));
    let stretched = Variant { liquidity_horizons: Some(vec![1, 1, 10]), ..Variant::default() };
    let generator = Generator::Historical {
        horizon: 1,
        variant: Some(stretched),
        ring: None,
        slot: None,
        treatment: None,
        prices_sha256: "00".repeat(32),
    };
    let set = made_by(generator, &scenarios(6, 4));
    forecast_is_refused(set, |error| matches!(error, StepError::OtherHorizon { days: 10, .. }));
}

/// A stress table carries any moves, those of tomorrow included, and says nothing of a horizon.
#[test]
fn a_forecast_over_a_table_of_moves_is_refused() {
    let generator = Generator::Stress { table_sha256: "00".repeat(32) };
    let set = made_by(generator, &scenarios(6, 4));
    forecast_is_refused(set, |error| {
        matches!(error, StepError::NoHorizon { .. }) && error.to_string().contains("stress")
    });
    let generator = Generator::Custom { description: "as we see it".into() };
    forecast_is_refused(made_by(generator, &scenarios(6, 4)), |error| matches!(error, StepError::NoHorizon { .. }));
    let imported = Generator::Imported {
        description: Some("historical, 1-day returns".into()),
        weights: None,
        table_sha256: "00".repeat(32),
    };
    forecast_is_refused(made_by(imported, &scenarios(6, 4)), |error| {
        matches!(error, StepError::NoHorizon { .. }) && error.to_string().contains("imported")
    });
    use tailproof::core::scenarios::events::{Event, NoRow, events};
    let dates = [Event::new("Fall", "2024-01-02", "2024-01-05"), Event::new("Rise", "2024-01-04", "2024-01-08")];
    let set = events(&prices(6), &dates, NoRow::Before).unwrap();
    forecast_is_refused(set, |error| matches!(error, StepError::NoHorizon { .. }));
}

/// A label that is no day would leave out the check that it comes before the forecast.
#[test]
fn a_historical_forecast_has_days_in_their_one_form() {
    for label in ["2024-01-09T23:00", "20240110", "tomorrow"] {
        let set = scenarios(6, 4);
        let mut labels = set.labels().to_vec();
        labels[3] = label.to_owned();
        let (factors, entries) = (set.factors().to_vec(), set.entries().to_vec());
        let set = ScenarioSet::new(set.generator().clone(), factors, labels, None, set.weights().to_vec(), entries);
        forecast_is_refused(set.unwrap(), |error| matches!(error, StepError::NoDay { .. }));
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
    let variant = Variant { volatility_scaled: Some("0.9".into()), ..Variant::default() };
    let generator = Generator::Historical {
        horizon: 1,
        variant: Some(variant),
        ring: None,
        slot: None,
        treatment: None,
        prices_sha256: "00".repeat(32),
    };
    let claim = realised_over(made_by(generator, &scenarios(7, 1)));
    realised_is_refused(&claim, |error| matches!(error, StepError::NotPlain { .. }));
}

/// Under the keys of a window the day is in a slot, and is still that day's moves and no others.
#[test]
fn a_realised_loss_in_a_slot_keeps_the_rules_of_one_without() {
    let slot = |set: ScenarioSet| realised_over(set.placed(Some(Place::Slot(2))).unwrap());
    let mut kept = open_forecast();
    append(&mut kept, Kind::Realised, &slot(scenarios(7, 1)));
    kept.audit(None).unwrap();
    realised_is_refused(&slot(scenarios(6, 1)), |error| matches!(error, StepError::NotTheDay { count: 1, .. }));
    let five_days = slot(historical(&prices(7), 5, Some(1)).unwrap());
    realised_is_refused(&five_days, |error| matches!(error, StepError::NotPlain { .. }));
    let variant = Variant { liquidity_horizons: Some(vec![1; 3]), ..Variant::default() };
    let generator = Generator::Historical {
        horizon: 1,
        variant: Some(variant),
        ring: None,
        slot: Some(2),
        treatment: None,
        prices_sha256: "00".repeat(32),
    };
    let variant = realised_over(made_by(generator, &scenarios(7, 1)));
    realised_is_refused(&variant, |error| matches!(error, StepError::NotPlain { .. }));
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
        // Without a date it is of the open forecast, and there is none.
        let proof = proved_by(&groth16(REALISED), &kept.ledger, Kind::Realised, LAST, &realised(), books());
        let error = kept.ledger.clone().append(Kind::Realised, None, &realised().into(), &proof, keys()).unwrap_err();
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

#[test]
fn a_text_that_is_no_proof_makes_no_step() {
    for text in [&b"{}"[..], b"\xff"] {
        let error = refused_proof(&desk(), Kind::Forecast, LAST, &forecast().into(), text);
        assert!(matches!(error, StepError::Proof(NoVerdict::Malformed(_))), "{error:?}");
    }
}

#[test]
fn a_halo2_proof_makes_a_step() {
    let prover = halo2(FORECAST);
    let mut ledger = desk();
    let proof = proved_by(&prover, &ledger, Kind::Forecast, LAST, &forecast(), books());
    let verifier = Verifier::<Halo2>::new(derive_verifying_key(FORECAST.parse().unwrap()).unwrap());
    let ring = KeyRing { halo2: vec![verifier], ..KeyRing::default() };
    let without = ledger.clone().append(Kind::Forecast, Some(LAST), &forecast().into(), &proof, keys());
    assert!(matches!(without, Err(StepError::Proof(NoVerdict::NoKeys(_)))), "{without:?}");
    ledger.append(Kind::Forecast, Some(LAST), &forecast().into(), &proof, &ring).unwrap();
    let mut store = Store::default();
    store.put(&forecast(), &proof);
    assert_eq!(ledger.verify(&store, &ring, &Against::default()).unwrap().steps[0].backend, "halo2-ipa-pasta");
}
