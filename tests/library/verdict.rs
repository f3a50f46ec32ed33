//! The basis of a verdict: nothing that came with a proof counts as checked.

use rand::rngs::OsRng;
use tailproof::DigestList;
use tailproof::core::mandate::{RequiredWeights, ScenarioKind, ScenarioRule};
use tailproof::scenarios::generator::Generator;
use tailproof::scenarios::{Recomputed, Sources, file};
use tailproof::{
    Attestors, Basis, Books, Claim, DealClaim, Expected, Groth16, How, InstanceError, MandateClaim, ProofFile, Refused,
    Remake, ScenarioSet, Verified, VerifyError,
};

use super::made::{
    books, claim, credit, deal, groth16, halo2, loans, made_by, mandate, opened, pool_claim, prices, scenarios,
};

const SHAPE: &str = "4x3/1";

/// Returns how far a verdict says that something was checked; `None` if it does not speak of it.
fn how(verified: &Verified, what: Basis) -> Option<How> {
    let mut of_it = verified.rests_on.iter().filter(|thing| thing.what == what);
    let how = of_it.next().map(|thing| thing.how);
    assert!(of_it.next().is_none(), "{what:?} stands twice");
    how
}

fn proof(claim: &MandateClaim) -> ProofFile {
    groth16(SHAPE).prove(claim, books(), None, &mut OsRng).unwrap()
}

fn verify(claim: &MandateClaim, proof: &ProofFile, expected: &Expected<Groth16>) -> Result<Verified, Refused> {
    groth16(SHAPE).verifier().verify(claim, proof, expected)
}

#[test]
fn a_verdict_names_everything_that_was_not_checked() {
    let proof = proof(&claim());
    let verified = verify(&claim(), &proof, &Expected::default()).unwrap();
    for (what, expected) in [
        (Basis::Mandate, Some(How::AsGiven)),
        (Basis::Scenarios, Some(How::AsGiven)),
        (Basis::ScenarioPoint, Some(How::MadeAgain)),
        (Basis::Seed, None),
        (Basis::Unit, Some(How::Compared)),
        (Basis::Currency, Some(How::NotChecked)),
        (Basis::Nav, None),
        (Basis::Keys, Some(How::AsGiven)),
        (Basis::WithdrawnKeys, Some(How::NotChecked)),
        (Basis::ProofSystem, Some(How::AsGiven)),
        (Basis::Commitment, Some(How::AsStated)),
        (Basis::DistinctBooks, None),
        (Basis::CommitmentTime, Some(How::NotChecked)),
        (Basis::Attestation, Some(How::NotChecked)),
        (Basis::Context, Some(How::Compared)),
    ] {
        assert_eq!(how(&verified, what), expected, "{what:?}");
    }
    assert!(verified.over.as_ref().unwrap().starts_with("scenarios as given, whose header says: "), "{verified:?}");
    assert!(!verified.commitment_compared() && !verified.is_strict());

    let prices = prices(7);
    let withdrawn = DigestList::default();
    let expected = Expected {
        commitments: Some(vec![proof.commitment]),
        remake: Some(Remake { maker: &Recomputed, sources: Sources::prices(&prices) }),
        withdrawn: Some(&withdrawn),
        ..Expected::default()
    };
    let verified = verify(&claim(), &proof, &expected).unwrap();
    assert_eq!(how(&verified, Basis::Scenarios), Some(How::MadeAgain));
    assert_eq!(how(&verified, Basis::Commitment), Some(How::Compared));
    assert_eq!(how(&verified, Basis::WithdrawnKeys), Some(How::Compared));
    assert!(verified.over.as_ref().unwrap().ends_with(", made again"), "{verified:?}");
    // Development keys: compared as it is, the verdict is not one that a strict verifier takes.
    assert!(verified.commitment_compared() && !verified.is_strict());
    assert_eq!(verified.keys.kind(), "development");
}

/// The digest of a thing in the block is the digest of the file that the caller named.
#[test]
fn a_verdict_names_files_by_their_digests() {
    let proof = proof(&claim());
    let verified = verify(&claim(), &proof, &Expected::default()).unwrap();
    let digest = |what| verified.rests_on.iter().find(|thing| thing.what == what).unwrap().digest.map(hex::encode);
    assert_eq!(digest(Basis::Mandate), Some(hex::encode(claim().mandate().digest())));
    assert_eq!(digest(Basis::Scenarios), Some(hex::encode(file::digest(claim().scenarios()))));
    assert_eq!(digest(Basis::Keys), Some(hex::encode(proof.keys)));
    assert_eq!(digest(Basis::Commitment).map(|digest| format!("0x{digest}")), Some(verified.commitment.clone()));
}

#[test]
fn proofs_by_withdrawn_keys_are_not_valid() {
    let proof = proof(&claim());
    let withdrawn: DigestList = [[7; 32], proof.keys].into_iter().collect();
    let refused = verify(&claim(), &proof, &Expected { withdrawn: Some(&withdrawn), ..Expected::default() });
    assert_eq!(refused, Err(Refused::NotValid(VerifyError::WithdrawnKeys(proof.keys))));
    let others: DigestList = [[7; 32]].into_iter().collect();
    verify(&claim(), &proof, &Expected { withdrawn: Some(&others), ..Expected::default() }).unwrap();

    let prover = halo2(SHAPE);
    let proof = prover.prove(&claim(), books(), None, &mut OsRng).unwrap();
    let withdrawn: DigestList = [proof.keys].into_iter().collect();
    let expected = Expected { withdrawn: Some(&withdrawn), ..Expected::default() };
    let refused = prover.verifier().verify(&claim(), &proof, &expected);
    assert_eq!(refused, Err(Refused::NotValid(VerifyError::WithdrawnKeys(proof.keys))));
}

/// Returns a set of most tests' moves whose header says that they were drawn with a seed.
fn drawn(seed: [u8; 32]) -> ScenarioSet {
    let generator = Generator::MonteCarlo {
        model: "normal".into(),
        degrees_of_freedom: None,
        jumps: None,
        covariance: "sample".into(),
        repair: None,
        horizon: 1,
        zero_drift: false,
        antithetic: false,
        seed: hex::encode(seed),
        treatment: None,
        prices_sha256: "00".repeat(32),
    };
    let set = scenarios(6, 4);
    let labels = (1..=4).map(|path| path.to_string()).collect();
    let (factors, entries) = (set.factors().to_vec(), set.entries().to_vec());
    ScenarioSet::new(generator, factors, labels, None, set.weights().to_vec(), entries).unwrap()
}

/// Whoever chooses a seed can try many until the draw is mild. The verdict prints the seed, and is
/// refused where another is expected.
#[test]
fn a_ground_seed_is_visible_and_an_expected_one_is_compared() {
    let claim = MandateClaim::new(claim().mandate().clone(), drawn([5; 32])).unwrap();
    let proof = proof(&claim);
    let verified = verify(&claim, &proof, &Expected::default()).unwrap();
    let seed = verified.rests_on.iter().find(|thing| thing.what == Basis::Seed).unwrap();
    assert_eq!((seed.how, seed.digest), (How::AsGiven, Some([5; 32])));
    assert!(seed.note.starts_with("4 paths"), "{}", seed.note);
    let expect = |seed| Expected { seed: Some(seed), ..Expected::default() };
    let verified = verify(&claim, &proof, &expect([5; 32])).unwrap();
    assert_eq!(how(&verified, Basis::Seed), Some(How::Compared));
    let refused = verify(&claim, &proof, &expect([6; 32])).unwrap_err();
    assert!(matches!(refused, Refused::NotValid(VerifyError::OtherSeed { .. })), "{refused:?}");
    // A set that was not drawn has no seed to compare.
    let refused = verify(&self::claim(), &self::proof(&self::claim()), &expect([5; 32])).unwrap_err();
    assert!(matches!(refused, Refused::NotValid(VerifyError::OtherSeed { .. })), "{refused:?}");
}

/// Returns the claim of most tests under a rule for scenario sets.
fn under(rule: ScenarioRule, set: ScenarioSet) -> Result<MandateClaim, InstanceError> {
    MandateClaim::new(mandate(&["var 0.75 5000"]).with_scenario_rule(rule).unwrap(), set)
}

/// One-day moves under a rule for twenty days; moves that a header calls historical.
#[test]
fn a_mandate_that_names_scenarios_is_not_met_over_others() {
    let twenty_days = ScenarioRule { horizon: Some(20), ..ScenarioRule::default() };
    let refused = under(twenty_days, scenarios(6, 4)).unwrap_err();
    assert!(matches!(refused, InstanceError::Rule(_)) && refused.is_verdict(), "{refused:?}");

    let historical = ScenarioRule { kinds: vec![ScenarioKind::Historical], ..ScenarioRule::default() };
    let claim = under(historical.clone(), scenarios(6, 4)).unwrap();
    let proof = proof(&claim);
    let refused = verify(&claim, &proof, &Expected::default()).unwrap_err();
    assert!(matches!(refused, Refused::NotValid(VerifyError::ScenariosNotSettled { .. })), "{refused:?}");
    let prices = prices(7);
    let remake = Some(Remake { maker: &Recomputed, sources: Sources::prices(&prices) });
    verify(&claim, &proof, &Expected { remake, ..Expected::default() }).unwrap();

    let digest = Some(file::digest(&scenarios(6, 4)));
    let named = under(ScenarioRule { digest, ..historical }, scenarios(6, 4)).unwrap();
    verify(&named, &self::proof(&named), &Expected::default()).unwrap();
    // Days of a move are in a header too, whatever the kind.
    let one_day = ScenarioRule { horizon: Some(1), ..ScenarioRule::default() };
    let one_day = under(one_day, scenarios(6, 4)).unwrap();
    let refused = verify(&one_day, &self::proof(&one_day), &Expected::default()).unwrap_err();
    assert!(refused.to_string().contains("asks for horizon 1"), "{refused}");
    // The rows and weights of a set need no sources.
    let sizes =
        ScenarioRule { least_window: Some(4), weights: Some(RequiredWeights::Equal), ..ScenarioRule::default() };
    let sizes = under(sizes, scenarios(6, 4)).unwrap();
    verify(&sizes, &self::proof(&sizes), &Expected::default()).unwrap();
}

/// One loss-free scenario under a header that says something else.
#[test]
fn a_credit_set_is_the_one_that_its_header_makes() {
    let deal = deal("", "");
    let set = credit(&deal, None);
    let none = vec![0; set.factors().len()];
    let label = vec![set.labels()[0].clone()];
    let harmless = ScenarioSet::new(set.generator().clone(), set.factors().to_vec(), label, None, vec![1], none);
    let refused = DealClaim::new(deal.clone(), Some(harmless.unwrap().into())).unwrap_err();
    assert!(refused.is_verdict(), "{refused:?}");
    let mut entries = set.entries().to_vec();
    entries[0] += 1;
    let (labels, weights) = (set.labels().to_vec(), set.weights().to_vec());
    let milder = ScenarioSet::new(set.generator().clone(), set.factors().to_vec(), labels, None, weights, entries);
    let refused = DealClaim::new(deal.clone(), Some(milder.unwrap().into())).unwrap_err();
    assert!(refused.is_verdict(), "{refused:?}");
    let renamed = made_by(set.generator().clone(), &set);
    DealClaim::new(deal, Some(renamed.into())).unwrap();
}

#[test]
fn a_pool_verdict_says_whose_word_its_tape_is() {
    let claim = pool_claim();
    let prover = groth16(&Claim::from(claim.clone()).smallest_shape(1, 2).unwrap().to_string());
    let proof = prover.prove(&claim, &loans("300"), None, &mut OsRng).unwrap();
    let verified = prover.verifier().verify(&claim, &proof, &Expected::default()).unwrap();
    for (what, expected) in [
        (Basis::Deal, How::AsGiven),
        (Basis::Scenarios, How::MadeAgain),
        (Basis::Currency, How::AsCommitted),
        (Basis::CutOff, How::AsCommitted),
        (Basis::Pool, How::AsGiven),
        (Basis::DistinctLoans, How::NotChecked),
    ] {
        assert_eq!(how(&verified, what), Some(expected), "{what:?}");
    }
    let of = |what| {
        let things = verified.rests_on.iter().filter(move |thing| thing.what == what);
        things.map(|thing| (thing.how, thing.note.clone())).collect::<Vec<_>>()
    };
    let word = claim.deal().schema().unwrap().on_the_committers_word(false);
    assert_eq!(of(Basis::TapeReading), word.into_iter().map(|word| (How::AsCommitted, word)).collect::<Vec<_>>());
    assert!(of(Basis::CutOff)[0].1.contains("2024-03-31") && of(Basis::Currency)[0].1.contains("EUR"), "{verified:?}");
    assert_eq!(verified.currency.as_deref(), Some("EUR"));
}

/// A proof of two sub-books: the verifier names both, in any order, and neither twice.
#[test]
fn sub_books_are_those_that_the_verifier_names_in_any_order() {
    let shape = "4x3/1+2books";
    let two = Books::new(vec![opened(&[1_000_000, 0, 0]), opened(&[0, 500_000, 0])]).unwrap();
    let prover = groth16(shape);
    let proof = prover.prove(&claim(), &two, None, &mut OsRng).unwrap();
    let [first, second] = proof.sub_books() else { panic!("not two") };
    let verify = |commitments: Option<Vec<_>>| {
        prover.verifier().verify(&claim(), &proof, &Expected { commitments, ..Expected::default() })
    };
    let verified = verify(None).unwrap();
    assert_eq!(how(&verified, Basis::DistinctBooks), Some(How::NotChecked));
    let note = &verified.rests_on.iter().find(|thing| thing.what == Basis::Commitment).unwrap().note;
    assert!(note.contains("2 commitments of the prover's choosing"), "{note}");
    verify(Some(vec![*first, *second])).unwrap();
    verify(Some(vec![*second, *first])).unwrap();
    for refused in [vec![*first, *first], vec![*second, *second], vec![*first, proof.commitment]] {
        let refused = verify(Some(refused)).unwrap_err();
        assert!(matches!(refused, Refused::NotValid(VerifyError::OtherCommitment { .. })), "{refused:?}");
    }
    assert!(matches!(verify(Some(vec![*first])), Err(Refused::OtherCount { .. })));
}

/// A desk with net asset value that is counted twice.
#[test]
fn one_sub_book_does_not_count_twice() {
    let one = opened(&[1_000_000, 0, 0]);
    let prover = groth16("4x3/1+2books");
    let honest = Books::new(vec![opened(&[1_000_000, 0, 0]), opened(&[0, 500_000, 0])]).unwrap();
    let mut proof = prover.prove(&claim(), &honest, None, &mut OsRng).unwrap();
    let commitment = one.commitment();
    let hash = tailproof::verifier::commitment::consolidated(&[commitment, commitment]);
    (proof.commitments, proof.commitment) = (vec![commitment, commitment], hash);
    let refused = prover.verifier().verify(&claim(), &proof, &Expected::default()).unwrap_err();
    assert!(matches!(refused, Refused::NotValid(VerifyError::SameSubBook(_))), "{refused:?}");
}

/// The moves are those of the verifier's prices, and the header names another digest: the verdict
/// names the digest of the prices, and says that the header has another.
#[test]
fn a_set_that_was_made_again_is_not_said_to_be_of_the_source_in_its_header() {
    let set = scenarios(6, 4);
    let other = Generator::Historical {
        horizon: 1,
        variant: None,
        ring: None,
        slot: None,
        treatment: None,
        prices_sha256: "77".repeat(32),
    };
    let (factors, labels, last) = (set.factors().to_vec(), set.labels().to_vec(), set.last_prices().map(<[_]>::to_vec));
    let (weights, entries) = (set.weights().to_vec(), set.entries().to_vec());
    let renamed = ScenarioSet::new(other, factors, labels, last, weights, entries).unwrap();
    let claim = MandateClaim::new(claim().mandate().clone(), renamed).unwrap();
    let prices = prices(7);
    let remake = Some(Remake { maker: &Recomputed, sources: Sources::prices(&prices) });
    let verified = verify(&claim, &proof(&claim), &Expected { remake, ..Expected::default() }).unwrap();
    let scenarios = verified.rests_on.iter().find(|thing| thing.what == Basis::Scenarios).unwrap();
    let digest = set.generator().source_digest().unwrap();
    assert_eq!(scenarios.how, How::MadeAgain);
    assert!(scenarios.note.contains(digest) && !scenarios.note.contains(&"77".repeat(32)), "{}", scenarios.note);
    assert!(scenarios.note.ends_with("its header names another digest"), "{}", scenarios.note);
}

/// An expectation that has nothing to be compared with is refused, and not passed over.
#[test]
fn nothing_that_is_expected_is_passed_over_in_silence() {
    let prices = prices(7);
    let remake = Some(Remake { maker: &Recomputed, sources: Sources::prices(&prices) });
    let deal = deal("[[tranche]]", "[[tranche]]");
    let over_losses = DealClaim::new(deal.clone(), Some(credit(&deal, None))).unwrap();
    let of = |claim: &DealClaim, expected: &Expected<Groth16>| {
        let prover = groth16(&Claim::from(claim.clone()).smallest_shape(1, 2).unwrap().to_string());
        let proof = prover.prove(claim, &loans("300"), None, &mut OsRng).unwrap();
        prover.verifier().verify(claim, &proof, expected)
    };
    let refused = of(&over_losses, &Expected { remake, ..Expected::default() });
    assert_eq!(refused, Err(Refused::NothingToRemake));

    let text = "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\ncolumns = [\"grade\"]\ngrades = [\"A\", \"B\"]\n[claims]\nloans_min = 2\n";
    let alone = DealClaim::new(tailproof::Deal::from_toml("d.toml", text).unwrap(), None).unwrap();
    let seed = Some([5; 32]);
    let refused = of(&alone, &Expected { seed, ..Expected::default() }).unwrap_err();
    assert!(matches!(refused, Refused::NotValid(VerifyError::OtherSeed { .. })), "{refused:?}");

    // To ask for no attestor is to ask for none.
    let nobody = Attestors { keys: &[], given: &[], subject: None, at: 0, revoked: None };
    let verified = of(&alone, &Expected { attestors: Some(nobody), ..Expected::default() }).unwrap();
    assert_eq!(how(&verified, Basis::Attestation), Some(How::NotChecked));
}
