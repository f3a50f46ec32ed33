//! Public terms that do not go together make no claim, and claims that do not fit a shape are not
//! stated for it.

use std::sync::Arc;

use ark_bn254::Fr;
use tailproof_core::mandate::LimitUnits;
use tailproof_core::pool::Deal;
use tailproof_core::pool::assumptions::{CreditParameters, FactorSource};
use tailproof_core::scenarios::credit::credit_scenarios;
use tailproof_core::scenarios::generator::{Correlations, Generator};
use tailproof_core::{Mandate, Problem, ScenarioSet, Unit};
use tailproof_verifier::claim::{DealClaim, MandateClaim};
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::market::Parametric;
use tailproof_verifier::pool::{LossKind, PoolError};
use tailproof_verifier::{Claim, InstanceError, MarketClaim, Shape};

const DEAL: &str = "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\ncolumns = [\"grade\"]\ngrades = [\"A\", \"B\"]\n[claims]\nloans_min = 2\n\
    [pd]\nA = 0.02\nB = 0.1\n[lgd]\nother = 0.5\n\
    [[tranche]]\nname = \"all\"\nattachment = 0\ndetachment = 1\nexpected_loss = 0.2\n";

fn set(generator: Generator, rows: usize) -> ScenarioSet {
    let factors = ["A", "B", "C"].map(str::to_owned).to_vec();
    let labels = (0..rows).map(|row| row.to_string()).collect();
    ScenarioSet::new(generator, factors, labels, None, vec![1; rows], vec![-900; 3 * rows]).unwrap()
}

fn scenarios(rows: usize) -> ScenarioSet {
    set(Generator::Custom { description: "rows".into() }, rows)
}

fn covariance() -> ScenarioSet {
    set(Generator::CovarianceTable { repair: None, scale: 0, table_sha256: "00".repeat(32) }, 4)
}

/// Returns the matrix of a margin, with a mean of zero.
fn matrix() -> ScenarioSet {
    let (correlations, scale) = (Correlations::Medium, 0);
    let generator = Generator::MarginTable { correlations, scale, table_sha256: "00".repeat(32) };
    let factors = ["A", "B", "C"].map(str::to_owned).to_vec();
    let labels = ["mean", "row 1", "row 2", "row 3"].map(str::to_owned).to_vec();
    let entries = vec![0, 0, 0, 900, 450, 450, 0, 800, 300, 0, 0, 700];
    ScenarioSet::new(generator, factors, labels, None, vec![1; 4], entries).unwrap()
}

/// Returns a mandate whose clauses are TOML lines.
fn mandate(clauses: &[&str], rest: &str) -> Mandate {
    let clauses: String = clauses.iter().map(|clause| format!("[[clause]]\n{clause}\n")).collect();
    Mandate::from_toml("mandate.toml", &format!("name = \"m\"\n{clauses}{rest}")).unwrap()
}

const VAR: &str = "measure = \"var\"\nconfidence = 0.75\nlimit = 5";
const CVAR: &str = "measure = \"cvar\"\nconfidence = 0.5\nlimit = 5";
const STRESS: &str = "measure = \"stress\"\nlimit = 5";
const GROSS: &str = "measure = \"gross\"\nlimit = 5";
const MARGIN: &str = "measure = \"margin\"\nlimit = 5";
const NORMAL: &str = "measure = \"var\"\nmethod = \"normal\"\nconfidence = 0.75\nlimit = 5";

fn deal(from: &str, to: &str) -> Deal {
    assert!(DEAL.contains(from), "{from}");
    Deal::from_toml("deal.toml", &DEAL.replacen(from, to, 1)).unwrap()
}

fn credit(deal: &Deal, rho: &str, slots: Option<usize>) -> Arc<ScenarioSet> {
    let source = FactorSource::Paths { paths: 3, seed: [7; 32] };
    Arc::new(credit_scenarios(deal, &CreditParameters { rho: rho.into(), degrees: None, source, slots }).unwrap())
}

#[test]
fn a_clause_over_scenarios_is_not_about_a_covariance() {
    for clause in [VAR, CVAR, STRESS] {
        let refused = MandateClaim::new(mandate(&[clause], ""), covariance()).unwrap_err();
        assert!(matches!(refused, InstanceError::Clause(Problem::NeedsScenarios { .. })), "{refused:?}");
        // Beside one that is.
        let method = if clause == VAR { NORMAL.replace("\"var\"", "\"cvar\"") } else { NORMAL.to_owned() };
        let refused = MandateClaim::new(mandate(&[&method, clause], ""), covariance()).unwrap_err();
        assert!(matches!(refused, InstanceError::Clause(Problem::NeedsScenarios { .. })), "{refused:?}");
    }
}

#[test]
fn a_parametric_clause_is_not_about_scenarios() {
    let refused = MandateClaim::new(mandate(&[NORMAL], ""), scenarios(4)).unwrap_err();
    assert!(matches!(refused, InstanceError::Clause(Problem::NeedsCovariance { .. })), "{refused:?}");
    MandateClaim::new(mandate(&[NORMAL], ""), covariance()).unwrap();
}

#[test]
fn a_margin_is_over_its_matrix_and_nothing_else_is() {
    MandateClaim::new(mandate(&[MARGIN], ""), matrix()).unwrap();
    for other in [scenarios(4), covariance()] {
        let refused = MandateClaim::new(mandate(&[MARGIN], ""), other).unwrap_err();
        assert!(matches!(refused, InstanceError::Clause(Problem::NeedsMargin { .. })), "{refused:?}");
    }
    for clause in [VAR, CVAR, STRESS, NORMAL] {
        for clauses in [&[clause][..], &[MARGIN, clause]] {
            let refused = MandateClaim::new(mandate(clauses, ""), matrix()).unwrap_err();
            assert!(matches!(refused, InstanceError::Clause(Problem::NeedsNoMargin { .. })), "{refused:?}");
        }
    }
}

/// The coefficient is 1 and nothing above it, in the place of value at risk; the other place is off.
#[test]
fn a_margin_states_the_coefficient_one() {
    let shape: Shape = "4x3+parametric".parse().unwrap();
    let stated = |mandate: &Mandate, set: &ScenarioSet| {
        MarketClaim::new(shape, mandate, set, Unit::CENT, Fr::from(0u64), Fr::from(0u64)).unwrap()
    };
    let claim = stated(&mandate(&[MARGIN], ""), &matrix());
    assert_eq!(claim.parametric, Parametric { squared_coefficients: [1 << 30, 0], scale: 0 });
    assert_eq!((claim.var_limit.absolute, claim.cvar_limit), (500 << 20, LimitUnits::OFF));
    // The least coefficient of a distribution is another one.
    let normal = stated(&mandate(&[NORMAL], ""), &covariance());
    assert_ne!(claim.controls(), normal.controls());
    let other: Shape = "4x3/1".parse().unwrap();
    let refused =
        MarketClaim::new(other, &mandate(&[MARGIN], ""), &matrix(), Unit::CENT, Fr::from(0u64), Fr::from(0u64));
    assert!(matches!(refused, Err(InstanceError::ParametricShape { .. })), "{refused:?}");
}

#[test]
fn one_proof_holds_two_clauses_on_losses() {
    let refused = MandateClaim::new(mandate(&[VAR, CVAR, STRESS], ""), scenarios(4)).unwrap_err();
    assert_eq!(refused, InstanceError::TooManyClauses);
    for two in [[VAR, CVAR], [VAR, STRESS], [CVAR, STRESS]] {
        MandateClaim::new(mandate(&two, ""), scenarios(4)).unwrap();
    }
}

#[test]
fn half_spreads_are_those_of_factors_of_the_set() {
    let clause = format!("{VAR}\nliquidity = true");
    let with = |spreads: &str| MandateClaim::new(mandate(&[&clause], spreads), scenarios(4));
    with("[liquidity]\nhalf_spread = 0.001\n").unwrap();
    let refused = with("[liquidity]\nhalf_spread = 0.001\n[liquidity.half_spreads]\nD = 0.002\n").unwrap_err();
    assert!(matches!(refused, InstanceError::Clause(_)), "{refused:?}");
    let refused = with("[liquidity.half_spreads]\nA = 0.001\nB = 0.001\n").unwrap_err();
    assert!(matches!(refused, InstanceError::Clause(_)), "{refused:?}");
}

#[test]
fn a_deal_says_how_its_tape_is_read() {
    let without = "name = \"d\"\n[pd]\nA = 0.02\n[lgd]\nother = 0.5\n\
        [[tranche]]\nname = \"all\"\nattachment = 0\ndetachment = 1\n";
    let deal = Deal::from_toml("deal.toml", without).unwrap();
    let refused = DealClaim::new(deal, None).unwrap_err();
    assert!(matches!(refused, InstanceError::Pool(PoolError::Deal(_))), "{refused:?}");
}

#[test]
fn a_deal_claims_something() {
    let silent = DEAL.replace("[claims]\nloans_min = 2\n", "").replace("expected_loss = 0.2\n", "");
    let refused = DealClaim::new(Deal::from_toml("deal.toml", &silent).unwrap(), None).unwrap_err();
    assert_eq!(refused, InstanceError::Pool(PoolError::ClaimsNothing));
}

/// Without scenarios the claims about losses would be left out, and all the others be true.
#[test]
fn a_deal_with_claims_about_losses_has_scenarios() {
    let refused = DealClaim::new(deal("name", "name"), None).unwrap_err();
    assert_eq!(refused, InstanceError::Pool(PoolError::LossesNeedScenarios(LossKind::Credit)));
}

/// Returns the refusal of the deal over a set.
fn over(set: Arc<ScenarioSet>) -> PoolError {
    match DealClaim::new(deal("name", "name"), Some(set)).unwrap_err() {
        InstanceError::Pool(refused) => refused,
        other => panic!("{other:?}"),
    }
}

#[test]
fn scenarios_of_a_deal_are_credit_scenarios() {
    assert_eq!(over(Arc::new(scenarios(4))), PoolError::NotCreditScenarios);
}

#[test]
fn scenarios_of_a_deal_are_made_from_its_assumptions() {
    for (from, to) in [("B = 0.1", "B = 0.2"), ("other = 0.5", "other = 0.6"), ("\"A\", \"B\"", "\"B\", \"A\"")] {
        assert_eq!(over(credit(&deal(from, to), "0.2", None)), PoolError::OtherAssumptions, "{to}");
    }
}

#[test]
fn scenarios_of_a_deal_are_made_as_it_agrees() {
    let agreed = deal("name = \"d\"\n", "name = \"d\"\n[scenarios]\nmodel = \"gaussian\"\nrho = 0.2\npaths = 3\n");
    for (set, is_refused) in [(credit(&agreed, "0.2", None), false), (credit(&deal("name", "name"), "0.3", None), true)]
    {
        let claim = DealClaim::new(agreed.clone(), Some(set));
        assert_eq!(matches!(claim, Err(InstanceError::Pool(PoolError::Deal(_)))), is_refused, "{claim:?}");
    }
}

#[test]
fn credit_scenarios_are_losses_of_at_most_everything() {
    let honest = credit(&deal("name", "name"), "0.2", None);
    for entry in [1, -(1 << 20) - 1] {
        let mut entries = honest.entries().to_vec();
        entries[0] = entry;
        let (generator, factors) = (honest.generator().clone(), honest.factors().to_vec());
        let (labels, weights) = (honest.labels().to_vec(), honest.weights().to_vec());
        let changed = ScenarioSet::new(generator, factors, labels, None, weights, entries).unwrap();
        assert_eq!(over(Arc::new(changed)), PoolError::NotLosses, "{entry}");
    }
}

/// A header says how a set was made, and nothing in it makes the rows so: one row without a loss
/// under the header of a model would pass for that model.
#[test]
fn a_credit_set_that_its_header_does_not_make_is_refused() {
    let deal = deal("name", "name");
    let parameters =
        CreditParameters { rho: "0.2".into(), degrees: None, source: FactorSource::Nodes(64), slots: None };
    let made = credit_scenarios(&deal, &parameters).unwrap();
    let with = |labels: Vec<String>, weights: Vec<u32>, entries: Vec<i32>| {
        ScenarioSet::new(made.generator().clone(), made.factors().to_vec(), labels, None, weights, entries)
    };
    assert!(DealClaim::new(deal.clone(), Some(Arc::new(made.clone()))).is_ok());
    let lossless = with(vec!["1".into()], vec![1], vec![0, 0]).unwrap();
    assert_eq!(over(Arc::new(lossless)), PoolError::NotItsHeaders);
    let mut heavier = made.weights().to_vec();
    heavier[5] += 1;
    let heavier = with(made.labels().to_vec(), heavier, made.entries().to_vec()).unwrap();
    assert_eq!(over(Arc::new(heavier)), PoolError::NotItsHeaders);
    let mut milder = made.entries().to_vec();
    milder[9] += 1;
    let milder = with(made.labels().to_vec(), made.weights().to_vec(), milder).unwrap();
    assert_eq!(over(Arc::new(milder)), PoolError::NotItsHeaders);
}

/// The labels of a set and the texts of its header stand in verdicts.
#[test]
fn free_text_in_a_credit_set_is_refused() {
    let honest = credit(&deal("name", "name"), "0.2", None);
    let labelled = |labels: [&str; 3]| {
        let labels = labels.map(str::to_owned).to_vec();
        let (weights, entries) = (honest.weights().to_vec(), honest.entries().to_vec());
        ScenarioSet::new(honest.generator().clone(), honest.factors().to_vec(), labels, None, weights, entries)
    };
    assert!(labelled(["1", "2", "3"]).is_ok());
    for labels in [["made again: identical", "2", "3"], ["1", "3", "2"], ["1", "2", "03"], ["1", "1", "2"]] {
        assert!(matches!(labelled(labels), Err(Problem::CreditLabel(_))), "{labels:?}");
    }
    let mut generator = honest.generator().clone();
    let Generator::Credit { rho, .. } = &mut generator else { panic!("not of credit") };
    *rho = "0.2, as the agency checked".into();
    let (labels, weights) = (honest.labels().to_vec(), honest.weights().to_vec());
    let entries = honest.entries().to_vec();
    assert!(ScenarioSet::new(generator, honest.factors().to_vec(), labels, None, weights, entries).is_err());
    assert!(!honest.sentence().contains(" to 3"), "labels say nothing: {}", honest.sentence());
}

/// A set that is drawn or a quadrature is no bound, and the sentence says so, with the seed.
#[test]
fn a_claim_on_losses_says_what_its_scenarios_are() {
    let deal = deal("name", "name");
    let said = |source, slots| {
        let parameters = CreditParameters { rho: "0.2".into(), degrees: None, source, slots };
        let set = Arc::new(credit_scenarios(&deal, &parameters).unwrap());
        let kept = (Claim::pool(deal.clone(), Some(set.clone())).unwrap().sentences(), set.sentence());
        (kept.0[1].clone(), kept.1)
    };
    let loss = "tranche all: expected loss at most 20 % of it";
    let (claim, set) = said(FactorSource::Nodes(64), None);
    assert_eq!(claim, format!("{loss}, in the limit of a large pool"));
    assert!(set.contains("upper bounds of losses of buckets"), "{set}");
    let (claim, _) = said(FactorSource::Quadrature(64), None);
    assert_eq!(claim, format!("{loss}, in the limit of a large pool, by a quadrature of 64 nodes: no bound"));
    let seed = "09".repeat(32);
    let drawn = FactorSource::Paths { paths: 60, seed: [9; 32] };
    let (claim, set) = said(drawn, None);
    assert_eq!(claim, format!("{loss}, in the limit of a large pool, on 60 paths drawn from seed {seed}: no bound"));
    assert!(set.contains(&format!("60 paths drawn from seed {seed}, no bound")), "{set}");
    let (claim, _) = said(drawn, Some(2));
    assert_eq!(claim, format!("{loss}, on 60 paths drawn from seed {seed}: no bound"));
}

/// Whoever may choose a seed can look for one in which nothing defaults: a verifier compares the
/// one that was agreed on.
#[test]
fn a_seed_that_was_not_agreed_on_is_refused() {
    let drawn = credit(&deal("name", "name"), "0.2", Some(2));
    assert!(drawn.generator().check_seed(&"07".repeat(32)).is_ok());
    let refused = drawn.generator().check_seed(&"08".repeat(32)).unwrap_err();
    assert!(matches!(refused, Problem::OtherSeed { found: Some(_), .. }), "{refused}");
    let refused = scenarios(2).generator().check_seed(&"08".repeat(32)).unwrap_err();
    assert!(refused.to_string().contains("from no seed"), "{refused}");
}

/// Returns the refusal of a claim under keys of a shape.
fn under(claim: &Claim, shape: &str) -> InstanceError {
    let shape: Shape = shape.parse().unwrap();
    let zero = Fr::from(0u64);
    let controls = claim.controls(shape, Unit::CENT, zero, zero).map(drop);
    claim.scenario_inputs(shape).map(drop).and(controls).unwrap_err()
}

/// The days of a P&L vector take keys of their own, and clauses on losses alone.
#[test]
fn a_claim_over_a_pnl_vector_fits_its_keys() {
    let days: Vec<_> =
        ["2024-01-02", "2024-01-03", "2024-01-05", "2024-01-08"].map(|day| day.parse().unwrap()).to_vec();
    let days = || tailproof_core::scenarios::pnl::pnl("Desk", &days).unwrap();
    let claim = |clauses: &[&str]| Claim::market(mandate(clauses, ""), days());
    let over = claim(&[VAR]).unwrap();
    assert!(over.scenario_inputs("4pnl/1".parse().unwrap()).is_ok());
    assert!(matches!(under(&over, "3pnl/1"), InstanceError::TooManyScenarios { have: 4, .. }));
    for shape in ["4x3/1", "4x3+limits", "4x3+parametric"] {
        assert!(
            matches!(under(&over, shape), InstanceError::PnlShape { is: "the days of a P&L vector", .. }),
            "{shape}"
        );
    }
    let two = claim(&[VAR, CVAR]).unwrap();
    let refused = under(&two, "4pnl/1+2books");
    assert!(refused.to_string().ends_with("make keys of shape 4pnl+2books"), "{refused}");
    assert_eq!(two.smallest_shape(1, 0).unwrap().to_string(), "4pnl");
    assert_eq!(over.smallest_shape(3, 0).unwrap().to_string(), "4pnl/1+3books");
    let market = Claim::market(mandate(&[VAR], ""), scenarios(4)).unwrap();
    assert!(matches!(under(&market, "4pnl/1"), InstanceError::PnlShape { is: "scenarios", .. }));
    for clauses in [&[GROSS][..], &[NORMAL]] {
        assert!(claim(clauses).is_err(), "{clauses:?}");
    }
    // Half a cent on a day, for each of two desks.
    assert_eq!(over.rounding_at_most(Unit::CENT, 2).to_string(), "0.01");
}

#[test]
fn a_claim_about_a_book_fits_its_keys() {
    let market = |clauses: &[&str]| Claim::market(mandate(clauses, ""), scenarios(4)).unwrap();
    assert!(matches!(under(&market(&[VAR]), "3x3/1"), InstanceError::TooManyScenarios { have: 4, .. }));
    assert!(matches!(under(&market(&[VAR]), "4x2/1"), InstanceError::TooManyFactors { have: 3, .. }));
    assert!(matches!(under(&market(&[VAR, CVAR]), "4x3/1"), InstanceError::TwoConfidences { .. }));
    assert!(matches!(under(&market(&[VAR, GROSS]), "4x3"), InstanceError::NeedsLimits { .. }));
    assert!(matches!(under(&market(&[VAR]), "4x3+parametric"), InstanceError::ParametricShape { .. }));
    assert!(matches!(under(&market(&[VAR]), "4loans+pool"), InstanceError::NotABook(_)));
    let parametric = Claim::market(mandate(&[NORMAL], ""), covariance()).unwrap();
    assert!(matches!(under(&parametric, "4x3"), InstanceError::ParametricShape { .. }));
    let fine = Mandate::from_toml("m.toml", &format!("name = \"m\"\n[[clause]]\n{VAR}\n")).unwrap();
    let claim = Claim::market(fine, scenarios(4)).unwrap();
    let zero = Fr::from(0u64);
    let coarse = claim.controls("4x3/1".parse().unwrap(), Unit::from_millionths(20_000).unwrap(), zero, zero);
    assert!(matches!(coarse, Err(InstanceError::UnitTooCoarse { .. })), "{coarse:?}");
}

#[test]
fn a_claim_about_a_pool_fits_its_keys() {
    let pool = |deal: Deal, set| Claim::pool(deal, set).unwrap();
    let whole = || deal("name", "name");
    let losses = || pool(whole(), Some(credit(&whole(), "0.2", None)));
    let refused = |claim: &Claim, shape: &str| match under(claim, shape) {
        InstanceError::Pool(refused) => refused,
        other => panic!("{other:?}"),
    };
    assert!(matches!(refused(&losses(), "4x3"), PoolError::NotAPool(_)));
    assert!(matches!(refused(&losses(), "2loans+pool"), PoolError::NeedsTranches(_)));
    assert!(matches!(refused(&losses(), "2loans+3x2/1tranches"), PoolError::NeedsPoolClaims(_)));
    let no_losses = deal("expected_loss = 0.2\n", "");
    let claim = pool(no_losses.clone(), Some(credit(&no_losses, "0.2", None)));
    assert!(matches!(refused(&claim, "2loans+pool"), PoolError::TakesNoScenarios(_)));
    let claim = pool(no_losses, None);
    assert!(matches!(
        refused(&claim, "2loans+pool+3x2/1tranches"),
        PoolError::NeedsScenariosOf { kind: LossKind::Credit, .. }
    ));
    let granular = pool(whole(), Some(credit(&whole(), "0.2", Some(2))));
    assert!(matches!(refused(&granular, "2loans+pool+3x4/1tranches"), PoolError::SingleLoans(_)));
    assert!(matches!(refused(&losses(), "2loans+pool+3x4/1tranches+granular"), PoolError::OtherBuckets { .. }));
    let two =
        deal("detachment = 1\n", "detachment = 0.5\n[[tranche]]\nname = \"top\"\nattachment = 0.5\ndetachment = 1\n");
    let set = credit(&two, "0.2", None);
    assert!(matches!(refused(&pool(two, Some(set)), "2loans+pool+3x2/1tranches"), PoolError::TooManyPieces { .. }));
}

/// Whoever has keys for pools cannot state a mandate under them, nor a deal under keys for books:
/// each door refuses by type.
#[test]
fn a_mandate_is_not_stated_under_keys_for_pools() {
    let (of_pools, of_books): (Shape, Shape) = ("4loans+pool+8x4/1tranches".parse().unwrap(), "8x4".parse().unwrap());
    let (set, mandate) = (scenarios(4), mandate(&[VAR], ""));
    assert!(matches!(ScenarioInputs::new(of_pools, &set), Err(InstanceError::NotABook(_))));
    assert!(matches!(ScenarioInputs::from_mandate(of_pools, &set, &mandate), Err(InstanceError::NotABook(_))));
    let claim = |shape| MarketClaim::new(shape, &mandate, &set, Unit::CENT, Fr::from(1u64), Fr::from(2u64));
    assert!(matches!(claim(of_pools), Err(InstanceError::NotABook(_))));
    assert!(claim(of_books).is_ok() && ScenarioInputs::new(of_books, &set).is_ok());
    let refused = ScenarioInputs::of_pool(of_books, &[1; 32], None);
    assert!(matches!(refused, Err(InstanceError::Pool(PoolError::NotAPool(_)))));
}
