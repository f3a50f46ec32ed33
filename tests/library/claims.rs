//! The smallest shape of every kind of claim is the text of a shape, and its keys prove the claim.

use rand::rngs::OsRng;
use tailproof::scenarios::generator::Generator;
use tailproof::{
    Books, Claim, DealClaim, Expected, InstanceError, Mandate, MandateClaim, Provable, ScenarioSet, Shape,
};

use super::made::{books, claim, credit, deal, groth16, loans, made_by, mandate, opened, pool_claim, scenarios};

/// Proves a claim with keys of its smallest shape, and returns the shape.
fn smallest<C: Provable>(claim: &C, held: &C::Holdings, books: usize, loans: usize) -> String {
    let public: Claim = claim.clone().into();
    let shape = public.smallest_shape(books, loans).unwrap();
    let text = shape.to_string();
    assert_eq!(text.parse::<Shape>(), Ok(shape), "{text}");
    let prover = groth16(&text);
    let proof = prover.prove(claim, held, None, &mut OsRng).unwrap();
    prover.verifier().verify(claim, &proof, &Expected::default()).unwrap();
    text
}

fn over_four_days(mandate: Mandate) -> MandateClaim {
    MandateClaim::new(mandate, scenarios(6, 4)).unwrap()
}

/// Returns a mean and a factor of a covariance of three factors.
fn covariance() -> ScenarioSet {
    let entries = [10, -20, 5, 9_000, 4_000, 3_000, 0, 8_000, 2_000, 0, 0, 7_000];
    let generator = Generator::CovarianceTable { repair: None, scale: 0, table_sha256: "00".repeat(32) };
    let factors = scenarios(6, 4).factors().to_vec();
    let labels = ["mean", "1", "2", "3"].map(str::to_owned).to_vec();
    ScenarioSet::new(generator, factors, labels, None, vec![1; 4], entries.to_vec()).unwrap()
}

#[test]
fn of_one_confidence() {
    assert_eq!(smallest(&claim(), books(), 1, 0), "4x3/1");
    assert_eq!(smallest(&over_four_days(mandate(&["var 0.75 5000", "cvar 0.75 5000"])), books(), 1, 0), "4x3/1");
}

#[test]
fn of_two_confidences() {
    let claim = over_four_days(mandate(&["var 0.75 5000", "cvar 0.5 5000"]));
    assert_eq!(smallest(&claim, books(), 1, 0), "4x3");
}

#[test]
fn of_stress_scenarios() {
    let set = made_by(Generator::Stress { table_sha256: "00".repeat(32) }, &scenarios(6, 2));
    let claim = MandateClaim::new(mandate(&["stress - 5000"]), set).unwrap();
    assert_eq!(smallest(&claim, books(), 1, 0), "2x3/1");
}

#[test]
fn of_limits_on_the_book() {
    let claim = over_four_days(mandate(&["var 0.75 5000", "gross - 20000"]));
    assert_eq!(smallest(&claim, books(), 1, 0), "4x3+limits");
}

#[test]
fn of_a_consolidated_book() {
    let held = Books::new(vec![opened(&[1_000_000, 0, 0]), opened(&[0, 500_000, -200_000])]).unwrap();
    assert_eq!(smallest(&claim(), &held, 2, 0), "4x3/1+2books");
}

#[test]
fn of_a_parametric_clause() {
    let text = "name = \"m\"\n[[clause]]\nmeasure = \"var\"\nmethod = \"normal\"\nconfidence = 0.99\nlimit = 5000\n";
    let mandate = Mandate::from_toml("mandate.toml", text).unwrap();
    let claim = MandateClaim::new(mandate, covariance()).unwrap();
    assert_eq!(smallest(&claim, books(), 1, 0), "4x3+parametric");
}

#[test]
fn of_a_pool_without_losses() {
    let claim = DealClaim::new(deal("expected_loss = 0.2\n", ""), None).unwrap();
    assert_eq!(smallest(&claim, &loans("300"), 1, 2), "2loans+pool");
}

#[test]
fn of_losses_of_tranches() {
    let deal = deal("[claims]\nloans_min = 2\n", "");
    let set = credit(&deal, None);
    let claim = DealClaim::new(deal, Some(set)).unwrap();
    assert_eq!(smallest(&claim, &loans("300"), 1, 2), "2loans+3x2/1tranches");
}

#[test]
fn of_a_pool_and_its_tranches() {
    assert_eq!(smallest(&pool_claim(), &loans("300"), 1, 2), "2loans+pool+3x2/1tranches");
}

#[test]
fn of_losses_of_single_loans() {
    let deal = deal("expected_loss = 0.2", "expected_loss = 0.999");
    let set = credit(&deal, Some(2));
    let claim = DealClaim::new(deal, Some(set)).unwrap();
    assert_eq!(smallest(&claim, &loans("300"), 1, 2), "2loans+pool+3x4/1tranches+granular");
}

#[test]
fn a_claim_that_no_shape_holds_has_none() {
    let floor = "name = \"m\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.75\nlimit = 5000\nfloor = 1\n\
                 [[clause]]\nmeasure = \"cvar\"\nconfidence = 0.5\nlimit = 5000\n";
    let claim = Claim::from(over_four_days(Mandate::from_toml("mandate.toml", floor).unwrap()));
    let refused = claim.smallest_shape(1, 0).unwrap_err();
    assert!(matches!(refused, InstanceError::FloorAndOther(_)), "{refused:?}");
    assert!(Claim::from(self::claim()).smallest_shape(1_000_000, 0).is_err());
}
