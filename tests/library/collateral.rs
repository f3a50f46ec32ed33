//! Bad debt of loans against market collateral: proved at its last unit, made again from prices, and
//! whatever a prover could put in the place of either.

use std::sync::Arc;

use rand::rngs::OsRng;
use tailproof::commitments::commit;
use tailproof::core::error::CollateralProblem;
use tailproof::core::pool::PoolLoan;
use tailproof::scenarios::collateral::collateral_scenarios;
use tailproof::scenarios::covariance::Estimator;
use tailproof::scenarios::generator::Generator;
use tailproof::scenarios::montecarlo::{Model, Parameters, montecarlo};
use tailproof::scenarios::{Makers, Recomputed, Regenerate, Sources, file, historical::historical};
use tailproof::verifier::pool::{LossKind, PoolError, PoolTerms};
use tailproof::{
    Basis, Claim, Deal, DealClaim, Expected, Groth16, How, InstanceError, LoanPool, Opened, PriceHistory, Problem,
    Refused, Remake, ScenarioSet, Unproved, Verified, VerifyError, csv, tape as tapes,
};

use super::made::{PRICES, groth16, halo2, pool_claim};

/// Grades of two of the assets of [`PRICES`]. Haircuts are large, so that small moves make bad debt.
const DEAL: &str = r#"
name = "coins"
[tape]
version = 2
cut_off = "2024-01-10"
currency = "EUR"
columns = ["ltv", "grade"]
grades = ["A 80", "B 90", "A 95"]
[tape.scale]
ltv = "percent"
[tape.bands.grade]
number = "ltv"
limits = { "A 80" = [0, 80], "A 95" = [80.01, 95], "B 90" = [0, 90] }
assets = { "A 80" = "A", "A 95" = "A", "B 90" = "B" }
[collateral]
horizon = 1
[collateral.haircut]
A = 0.06
B = 0.05
[[tranche]]
name = "fund"
attachment = 0
detachment = 0.01
[[tranche]]
name = "lenders"
attachment = 0.01
detachment = 1
hit = 0.5
[claims]
loans_min = 4
expected_loss_max = LIMIT
"#;
const TAPE: &str = "id,balance,ltv,asset\n1,1000,80,A\n2,700,90,B\n3,333.33,80.01,A\n4,50,0,B\n";
const SHAPE: &str = "4loans+pool+bands+6x3/2tranches";

fn deal_of(limit: &str) -> Deal {
    Deal::from_toml("deal.toml", &DEAL.replace("LIMIT", limit)).unwrap()
}

fn changed(from: &str, to: &str) -> Deal {
    assert!(DEAL.contains(from), "{from}");
    Deal::from_toml("deal.toml", &DEAL.replacen(from, to, 1).replace("LIMIT", "0.5")).unwrap()
}

fn prices_of(text: &str) -> PriceHistory {
    csv::read_prices("prices.csv", text.as_bytes()).unwrap()
}

/// Historical moves of the deal's assets alone.
fn market(text: &str) -> ScenarioSet {
    let assets = ["A", "B"].map(str::to_owned);
    historical(&prices_of(text).select(&assets).unwrap(), 1, Some(6)).unwrap()
}

fn set_of(deal: &Deal) -> Arc<ScenarioSet> {
    Arc::new(collateral_scenarios(deal, &market(PRICES)).unwrap())
}

fn pool(deal: &Deal, tape: &str) -> Result<LoanPool, String> {
    let schema = deal.require_schema().unwrap();
    let read = tapes::read_tape_under("loans.csv", tape.as_bytes(), &tapes::Mapping::default(), schema);
    LoanPool::new(&read.map_err(|error| error.to_string())?.tape, schema).map_err(|error| error.to_string())
}

fn held(deal: &Deal) -> Opened<LoanPool> {
    let (schema, pool) = (deal.require_schema().unwrap(), pool(deal, TAPE).unwrap());
    let (_, opening) = commit(&pool, schema, &mut OsRng);
    opening.open(pool, schema).unwrap()
}

fn claim_of(deal: &Deal) -> DealClaim {
    DealClaim::new(deal.clone(), Some(set_of(deal))).unwrap()
}

/// The expected bad debt of [`TAPE`] as a numerator and a denominator, from the decimals of
/// [`PRICES`]: shares of steps of 2^-20 are rounded up, and nothing else is.
fn expected_loss() -> (i128, i128) {
    // Prices have at most one decimal.
    let tenths = |price: &str| {
        let (whole, part) = price.split_once('.').unwrap_or((price, "0"));
        format!("{whole}{part}").parse::<i128>().unwrap()
    };
    let rows: Vec<Vec<i128>> =
        PRICES.lines().skip(1).map(|line| line.split(',').skip(1).map(tenths).collect()).collect();
    // asset, haircut in hundredths, top in hundredths of a per cent, balance in cents
    let grades = [(0, 6, 8_000, 100_000), (1, 5, 9_000, 75_000), (0, 6, 9_500, 33_333)];
    let (mut lost, mut owed) = (0, 0);
    for days in rows.windows(2) {
        for (asset, haircut, top, balance) in grades {
            let (old, new) = (days[0][asset], days[1][asset]);
            // The move in steps, to the nearest: floor(x + 1/2), for moves whose halves do not occur.
            let steps = (((new - old) << 21) + old).div_euclid(2 * old);
            let worth = (1 << 21) + 2 * steps - 1;
            // 1 - (1 - h) worth / 2^21 / L, up to a step: over 100 * 2^21 * top
            let whole = 100 * (1i128 << 21) * top;
            let short = (whole - (100 - haircut) * worth * 10_000).max(0);
            lost += (short << 20).div_euclid(whole) * balance + if (short << 20) % whole > 0 { balance } else { 0 };
            owed += balance << 20;
        }
    }
    (lost, owed)
}

/// The least limit of nine decimals that holds, and one unit less.
fn last_unit() -> [String; 2] {
    let (lost, owed) = expected_loss();
    let unit = (lost * 1_000_000_000 + owed - 1) / owed;
    [unit, unit - 1].map(|unit| format!("0.{unit:09}"))
}

#[test]
fn bad_debt_is_proved_at_its_last_unit_with_both_backends() {
    let [limit, less] = last_unit();
    assert!(*limit > *"0.001", "{limit}: there is bad debt");
    let deal = deal_of(&limit);
    let (claim, held) = (claim_of(&deal), held(&deal));
    assert_eq!(Claim::from(claim.clone()).smallest_shape(1, 4).unwrap().to_string(), SHAPE);
    let groth16 = groth16(SHAPE);
    let proof = groth16.prove(&claim, &held, None, &mut OsRng).unwrap();
    groth16.verifier().verify(&claim, &proof, &Expected::default()).unwrap();
    let halo2 = halo2(SHAPE);
    let other = halo2.prove(&claim, &held, None, &mut OsRng).unwrap();
    halo2.verifier().verify(&claim, &other, &Expected::default()).unwrap();

    let tighter = claim_of(&deal_of(&less));
    let refused = groth16.prove(&tighter, &held, None, &mut OsRng).unwrap_err();
    let Unproved::FalseClaim(figures) = refused else { panic!("{refused:?}") };
    assert!(!figures.hold());
    assert_eq!(halo2.prove(&tighter, &held, None, &mut OsRng).unwrap_err(), Unproved::FalseClaim(figures));
    // The proof of the looser claim is none of the tighter.
    let refused = groth16.verifier().verify(&tighter, &proof, &Expected::default()).unwrap_err();
    assert!(matches!(refused, Refused::NotValid(_)), "{refused:?}");
}

/// Verifies a proof of a claim, over prices or without.
fn verdict(claim: &DealClaim, sources: Option<Sources<'_>>) -> Result<Verified, Refused> {
    let prover = groth16(SHAPE);
    let proof = prover.prove(claim, &held(claim.deal()), None, &mut OsRng).unwrap();
    let remake = sources.map(|sources| Remake { maker: &Makers, sources });
    prover.verifier().verify(claim, &proof, &Expected::<Groth16> { remake, ..Expected::default() })
}

#[test]
fn a_verdict_says_whether_the_losses_were_made_again_and_what_is_whose_word() {
    let claim = claim_of(&deal_of("0.5"));
    let of = |verified: &Verified, what| {
        let things = verified.rests_on.iter().filter(move |thing| thing.what == what);
        things.map(|thing| (thing.how, thing.note.clone())).collect::<Vec<_>>()
    };
    let given = verdict(&claim, None).unwrap();
    assert_eq!(of(&given, Basis::Scenarios)[0].0, How::AsGiven);
    assert!(given.over.as_ref().unwrap().starts_with("scenarios as given, whose header says: "), "{given:?}");
    let prices = prices_of(PRICES);
    let made = verdict(&claim, Some(Sources::prices(&prices))).unwrap();
    let (how, note) = &of(&made, Basis::Scenarios)[0];
    assert!(*how == How::MadeAgain && note.ends_with("under the deal's collateral terms"), "{note}");
    assert_eq!(
        made.over.as_deref(),
        Some(
            "6 scenarios x 3 factors (bad debt after a sale of collateral, historical, 1-day returns), 2024-01-03 to \
             2024-01-10, made again"
        )
    );
    let word = of(&made, Basis::TapeReading);
    let secured = "each loan is secured by the asset of its grade, and its ltv is what is owed over the value of that at \
                   the prices of 2024-01-10";
    assert!(word.contains(&(How::AsCommitted, secured.to_owned())), "{word:?}");
    assert!(!word.iter().any(|(_, note)| note.contains("is in the band of its grade")), "proved: {word:?}");
    let (how, note) = &of(&made, Basis::Collateral)[0];
    assert!(*how == How::NotChecked && note.contains("after 1 day(s)") && note.contains("currency"), "{note}");
    let losses = made.claims.iter().filter(|claim| claim.contains("loss"));
    for sentence in losses {
        assert!(sentence.ends_with("as bad debt where all collateral is sold after the moves of a scenario, without recourse and without top-up"), "{sentence}");
    }
    // Where bands are not proved, they are the committer's word.
    let word = claim.deal().schema().unwrap().on_the_committers_word(false);
    assert!(word.contains(&"each loan's ltv is in the band of its grade".to_owned()), "{word:?}");
}

/// Prices without the fall, and prices of another quarter.
#[test]
fn a_set_over_other_prices_is_refused() {
    let claim = claim_of(&deal_of("0.5"));
    let calm = prices_of(&PRICES.replace("95,46,19\n", "100,48.5,19\n"));
    let refused = verdict(&claim, Some(Sources::prices(&calm))).unwrap_err();
    assert!(matches!(refused, Refused::NotValid(VerifyError::OtherScenarios(_))), "{refused:?}");
    let without_b = prices_of(&PRICES.replace("date,A,B,C", "date,A,D,C"));
    let refused = verdict(&claim, Some(Sources::prices(&without_b))).unwrap_err();
    let Refused::NotRemade(error) = refused else { panic!("{refused:?}") };
    assert_eq!(error.to_string(), CollateralProblem::NoPrices("B".into()).to_string());
}

/// One loss a step smaller, under the same header.
#[test]
fn a_moved_entry_is_not_made_again() {
    let deal = deal_of("0.5");
    let set = set_of(&deal);
    let row = set.entries().iter().position(|entry| *entry < 0).unwrap();
    for (step, refused) in [(1, false), (-1, false), (0, true)] {
        let mut entries = set.entries().to_vec();
        entries[row] += step;
        let (labels, weights) = (set.labels().to_vec(), set.weights().to_vec());
        let moved = ScenarioSet::new(set.generator().clone(), set.factors().to_vec(), labels, None, weights, entries);
        let moved = Arc::new(moved.unwrap());
        let prices = prices_of(PRICES);
        let sources = Sources { deal: Some(&deal), tolerance: 5, ..Sources::prices(&prices) };
        for maker in [&Makers as &dyn Regenerate, &Recomputed] {
            assert_eq!(maker.regenerate(&moved, &sources).unwrap().made_again(), refused, "{step}");
        }
        let claim = DealClaim::new(deal.clone(), Some(moved)).unwrap();
        let verified = verdict(&claim, Some(Sources::prices(&prices)));
        assert_eq!(verified.is_ok(), refused, "{step}: {verified:?}");
    }
}

#[test]
fn a_set_of_another_haircut_top_horizon_or_kind_is_refused() {
    let deal = deal_of("0.5");
    let refused = |set: Arc<ScenarioSet>| DealClaim::new(deal.clone(), Some(set)).unwrap_err();
    for (from, to) in
        [("A = 0.06", "A = 0.05"), ("[80.01, 95]", "[80.01, 94]"), ("\"B 90\" = [0, 90]", "\"B 90\" = [0, 89]")]
    {
        let other = refused(set_of(&changed(from, to)));
        assert!(matches!(other, InstanceError::Pool(PoolError::OtherCollateral)), "{to}: {other:?}");
    }
    let credit = refused(Arc::new(pool_claim().scenarios().unwrap().clone()));
    assert!(matches!(credit, InstanceError::Pool(PoolError::NotOfCollateral)), "{credit:?}");
    let plain = refused(Arc::new(market(PRICES)));
    assert!(matches!(plain, InstanceError::Pool(PoolError::NotOfCollateral)), "{plain:?}");
    let of_credit = DealClaim::new(pool_claim().deal().clone(), Some(set_of(&deal))).unwrap_err();
    assert!(matches!(of_credit, InstanceError::Pool(PoolError::NotCreditScenarios)), "{of_credit:?}");
    // Two days of moves under the header's other terms.
    let prices = prices_of(PRICES).select(&["A", "B"].map(str::to_owned)).unwrap();
    let longer = collateral_scenarios(&deal, &historical(&prices, 2, Some(5)).unwrap()).unwrap_err();
    assert_eq!(longer, CollateralProblem::OtherHorizon { found: 2, required: 1 }.into());
    let set = set_of(&deal);
    let Generator::Collateral { of, terms_sha256 } = set.generator() else { panic!("of collateral") };
    let Generator::Historical { prices_sha256, .. } = &**of else { panic!("historical") };
    let of = Generator::Historical {
        horizon: 2,
        variant: None,
        ring: None,
        slot: None,
        treatment: None,
        prices_sha256: prices_sha256.clone(),
    };
    let generator = Generator::Collateral { of: Box::new(of), terms_sha256: terms_sha256.clone() };
    let renamed = super::made::made_by(generator, &set);
    let refused = refused(Arc::new(renamed));
    let expected: Problem = CollateralProblem::OtherHorizon { found: 2, required: 1 }.into();
    assert_eq!(refused, InstanceError::Pool(PoolError::Deal(expected)));
}

/// Claims without scenarios, and keys for them or for other losses: the kind that is needed is named.
#[test]
fn a_deal_with_collateral_names_the_scenarios_and_keys_that_it_needs() {
    let deal = deal_of("0.5");
    let without = DealClaim::new(deal.clone(), None).unwrap_err();
    assert_eq!(without, InstanceError::Pool(PoolError::LossesNeedScenarios(LossKind::Collateral)));
    let under = |shape: &str, set: Option<&ScenarioSet>| {
        PoolTerms::from_deal(shape.parse().unwrap(), &deal, set).map(drop).map_err(|error| error.to_string())
    };
    let refused = under(SHAPE, None).unwrap_err();
    assert!(refused.contains("over scenarios of the deal's collateral: give them"), "{refused}");
    let set = set_of(&deal);
    assert_eq!(under(SHAPE, Some(&set)), Ok(()));
    let refused = under("4loans+pool+6x12/2tranches+granular", Some(&set)).unwrap_err();
    assert!(refused.contains("those of its collateral, by grade"), "{refused}");
    assert!(refused.contains("without +granular"), "{refused}");
}

#[test]
fn an_entry_that_is_a_gain_is_refused() {
    let deal = deal_of("0.5");
    let set = set_of(&deal);
    let mut entries = set.entries().to_vec();
    entries[0] = 1;
    let (labels, weights) = (set.labels().to_vec(), set.weights().to_vec());
    let gain = ScenarioSet::new(set.generator().clone(), set.factors().to_vec(), labels, None, weights, entries);
    let refused = DealClaim::new(deal, Some(Arc::new(gain.unwrap()))).unwrap_err();
    assert!(matches!(refused, InstanceError::Pool(PoolError::NotLosses)), "{refused:?}");
}

/// A deal's `[scenarios]`: the kind and the date take prices, or the digest of the one set.
#[test]
fn a_rule_for_scenarios_is_met_and_shown_to_be() {
    let ruled = |lines: &str| changed("[claims]", &format!("[scenarios]\n{lines}\n[claims]"));
    let prices = prices_of(PRICES);
    let plain = deal_of("0.5");
    for (lines, said) in [
        ("kind = [\"monte-carlo\", \"stress\"]", "allows the kinds monte-carlo, stress"),
        ("least_window = 7", "at least 7"),
        ("latest_not_before = \"2024-01-11\"", "2024-01-11"),
        ("digest = \"1111111111111111111111111111111111111111111111111111111111111111\"", "1111"),
    ] {
        let refused = DealClaim::new(ruled(lines), Some(set_of(&plain))).unwrap_err().to_string();
        assert!(refused.contains(said), "{lines}: {refused}");
    }
    let claim = claim_of(&ruled("kind = \"historical\"\nleast_window = 6\nlatest_not_before = \"2024-01-10\""));
    let refused = verdict(&claim, None).unwrap_err();
    assert!(matches!(refused, Refused::NotValid(VerifyError::ScenariosNotSettled { .. })), "{refused:?}");
    assert!(refused.to_string().contains("kind historical; latest_not_before 2024-01-10"), "{refused}");
    verdict(&claim, Some(Sources::prices(&prices))).unwrap();
    let digest = hex::encode(file::digest(&set_of(&plain)));
    let claim = claim_of(&ruled(&format!("kind = \"historical\"\ndigest = \"{digest}\"")));
    verdict(&claim, None).unwrap();
    let sizes = claim_of(&ruled("least_window = 6"));
    verdict(&sizes, None).unwrap();
}

#[test]
fn paths_from_a_seed_are_made_again_and_called_no_bound() {
    let deal = deal_of("0.9");
    let parameters = Parameters {
        model: Model::Normal,
        estimator: Estimator::Sample,
        repair: None,
        horizon: 1,
        zero_drift: false,
        paths: 6,
        antithetic: false,
        seed: [7; 32],
    };
    let prices = prices_of(PRICES);
    let moves = montecarlo(&prices.select(&["A", "B"].map(str::to_owned)).unwrap(), &parameters).unwrap();
    let set = Arc::new(collateral_scenarios(&deal, &moves).unwrap());
    let claim = DealClaim::new(deal, Some(set)).unwrap();
    let made = verdict(&claim, Some(Sources::prices(&prices))).unwrap();
    assert!(made.rests_on.iter().any(|thing| thing.what == Basis::Seed && thing.how == How::AsGiven));
    let seed = "07".repeat(32);
    let losses: Vec<&String> = made.claims.iter().filter(|claim| claim.contains("loss")).collect();
    assert!(losses.iter().all(|sentence| sentence.ends_with(&format!("seed {seed}: no bound"))), "{losses:?}");
}

/// A committer who writes the digits without this program puts a loan of an LTV of 80.01 % into the
/// grade up to 80 %, where it loses less: keys with `+bands` make no proof.
#[test]
fn a_loan_beyond_its_band_under_a_commitment_is_not_proved() {
    let deal = deal_of("0.5");
    let schema = deal.require_schema().unwrap();
    let open = |change: &dyn Fn(&mut PoolLoan)| {
        let mut rows = pool(&deal, TAPE).unwrap().loans().to_vec();
        rows.iter_mut().for_each(change);
        let pool = LoanPool::from_loans(rows, [1; 32]);
        let (_, opening) = commit(&pool, schema, &mut OsRng);
        opening.open(pool, schema).unwrap()
    };
    let (prover, claim) = (groth16(SHAPE), claim_of(&deal));
    prover.prove(&claim, &open(&|_| ()), None, &mut OsRng).unwrap();
    let milder = open(&|loan| {
        if loan.fields[1] == 8_001 {
            loan.codes[0] = 0;
        }
    });
    let refused = prover.prove(&claim, &milder, None, &mut OsRng).unwrap_err();
    assert!(matches!(refused, Unproved::Groth16(_)), "{refused:?}");
}

/// A loan at the top of its band and one step above, in the tape.
#[test]
fn a_loan_beyond_its_band_is_refused() {
    let deal = deal_of("0.5");
    pool(&deal, TAPE).unwrap();
    let refused = pool(&deal, &TAPE.replace("700,90,B", "700,90.01,B")).unwrap_err();
    assert!(refused.contains("the ltv 90.01 is in no band of the asset 'B'"), "{refused}");
    let refused = pool(&deal, &TAPE.replace("700,90,B", "700,90,C")).unwrap_err();
    assert!(refused.contains("asset 'C'"), "{refused}");
    let graded = "id,balance,ltv,grade\n1,1000,80,A 80\n2,700,90,B 90\n";
    pool(&deal, graded).unwrap();
    let refused = pool(&deal, &graded.replace("1,1000,80,", "1,1000,80.01,")).unwrap_err();
    assert!(refused.contains("the grade is 'A 80', and the ltv 80.01 is not in its band"), "{refused}");
    let both = "id,balance,ltv,grade,asset\n1,1000,80,A 80,A\n2,700,90,B 90,B\n";
    pool(&deal, both).unwrap();
    let refused = pool(&deal, &both.replace("A 80,A", "B 90,A")).unwrap_err();
    assert!(refused.contains("the grade is 'B 90'") && refused.contains("'A 80'"), "{refused}");
    let refused = pool(&deal, "id,balance,ltv\n1,1000,80\n").unwrap_err();
    assert!(refused.contains("neither a grade nor an asset"), "{refused}");
}
