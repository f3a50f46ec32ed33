//! Everything that a verifier compares: the same proof with one thing changed is refused for that
//! reason.

use std::sync::OnceLock;

use ark_bn254::{Fr, G1Affine};
use rand::rngs::OsRng;
use tailproof::keys::insecure_development_keys;
use tailproof::scenarios::{Comparison, Recomputed, Sources};
use tailproof::{
    Backend, Basis, Claim, DealClaim, Expected, Groth16, Halo2, How, InstanceError, MandateClaim, Positions,
    PriceHistory, ProofFile, Prover, ProvingBackend, Refused, Remake, ScenarioSet, Unit, Verified, Verifier,
    VerifyError, csv,
};
use tailproof_core::Mandate;

use super::made::{
    PRICES, books, claim, credit, deal, groth16, halo2, loans, mandate, opened, pool_claim, prices, scenarios,
};

const SHAPE: &str = "4x3/1";

/// Returns the proof of the claim of most tests. Made once.
fn proof() -> ProofFile<Groth16> {
    static PROOF: OnceLock<ProofFile<Groth16>> = OnceLock::new();
    PROOF.get_or_init(|| groth16(SHAPE).prove(&claim(), books(), None, &mut OsRng).unwrap()).clone()
}

/// Returns the same proof by halo2. Made once.
fn halo2_proof() -> ProofFile<Halo2> {
    static PROOF: OnceLock<ProofFile<Halo2>> = OnceLock::new();
    PROOF.get_or_init(|| halo2(SHAPE).prove(&claim(), books(), None, &mut OsRng).unwrap()).clone()
}

fn refused_as<B: ProvingBackend>(
    prover: &Prover<B>,
    claim: &MandateClaim,
    proof: &ProofFile<B>,
    expected: &Expected<B>,
) -> Refused {
    prover.verifier().verify(claim, proof, expected).unwrap_err()
}

/// Returns the refusal of a proof under the claim that it was made for.
fn refused(proof: &ProofFile<Groth16>) -> Refused {
    refused_as(&groth16(SHAPE), &claim(), proof, &Expected::default())
}

/// Returns the part of the claim that a refusal names.
#[track_caller]
fn other_claim(refused: Refused) -> &'static str {
    assert!(refused.is_verdict());
    match refused {
        Refused::NotValid(VerifyError::OtherClaim { field, .. }) => field,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_proof_of_each_backend_is_accepted() {
    for context in [None, Some(Fr::from(7u64))] {
        let groth16 = groth16(SHAPE);
        let proof = groth16.prove(&claim(), books(), context, &mut OsRng).unwrap();
        let expected = Expected { context, ..Expected::default() };
        groth16.verifier().verify(&claim(), &proof, &expected).unwrap();
        let halo2 = halo2(SHAPE);
        let proof = halo2.prove(&claim(), books(), context, &mut OsRng).unwrap();
        halo2.verifier().verify(&claim(), &proof, &Expected { context, ..Expected::default() }).unwrap();
    }
}

/// Checks that a proof is accepted with its commitment, and with no other and no other number.
fn commitments_are_compared<B: ProvingBackend>(prover: &Prover<B>, proof: &ProofFile<B>) {
    let expect = |commitments| Expected { commitments: Some(commitments), ..Expected::default() };
    prover.verifier().verify(&claim(), proof, &expect(vec![proof.commitment])).unwrap();
    let other = proof.context;
    let refused = refused_as(prover, &claim(), proof, &expect(vec![other]));
    assert!(matches!(refused, Refused::NotValid(VerifyError::OtherCommitment { .. })), "{refused:?}");
    let refused = refused_as(prover, &claim(), proof, &expect(vec![proof.commitment, proof.commitment]));
    assert_eq!(refused, Refused::OtherCount { proved: 1, expected: 2 });
    assert!(!refused.is_verdict());
    // A list without the commitment that was looked for accepts none.
    let refused = refused_as(prover, &claim(), proof, &expect(Vec::new()));
    assert_eq!(refused, Refused::OtherCount { proved: 1, expected: 0 });
}

#[test]
fn commitments_are_those_that_are_expected() {
    commitments_are_compared(&groth16(SHAPE), &proof());
    commitments_are_compared(&halo2(SHAPE), &halo2_proof());
}

#[test]
fn a_proof_of_two_sub_books_names_two_commitments() {
    let prover = groth16("4x3/1+2books");
    let held = tailproof::Books::new(vec![opened(&[1_000_000, 0, 0]), opened(&[0, 500_000, -200_000])]).unwrap();
    let proof = prover.prove(&claim(), &held, None, &mut OsRng).unwrap();
    let [first, second] = proof.commitments[..] else { panic!("{proof:?}") };
    let verify = |commitments: &[Fr]| {
        let expected = Expected { commitments: Some(commitments.to_vec()), ..Expected::default() };
        prover.verifier().verify(&claim(), &proof, &expected)
    };
    verify(&[first, second]).unwrap();
    for commitments in [[first], [proof.commitment]] {
        let refused = verify(&commitments).unwrap_err();
        assert_eq!(refused, Refused::OtherCount { proved: 2, expected: 1 });
    }
    // The commitment of all binds those of the sub-books, and the proof is about them.
    let mut swapped = proof.clone();
    swapped.commitments.swap(0, 1);
    assert!(ProofFile::<Groth16>::from_json(&swapped.to_json()).is_err());
}

/// A proof file that was not read from text: the proof is about its commitment, and the list of
/// sub-books is anybody's.
#[test]
fn sub_books_make_the_commitment_of_the_proof() {
    let prover = groth16("4x3/1+2books");
    let held = tailproof::Books::new(vec![opened(&[1_000_000, 0, 0]), opened(&[0, 500_000, -200_000])]).unwrap();
    let proof = prover.prove(&claim(), &held, None, &mut OsRng).unwrap();
    let [first, second] = proof.commitments[..] else { panic!("{proof:?}") };
    for stated in [vec![second, first], vec![first, first], vec![first], vec![], vec![first, second, first]] {
        let known = if stated.is_empty() { vec![proof.commitment] } else { stated.clone() };
        let changed = ProofFile { commitments: stated, ..proof.clone() };
        let expected = Expected { commitments: Some(known), ..Expected::default() };
        assert_eq!(other_claim(refused_as(&prover, &claim(), &changed, &expected)), "list of commitments");
    }
    let one = groth16(SHAPE);
    let changed = ProofFile { commitments: vec![first, second], ..self::proof() };
    let expected = Expected { commitments: Some(vec![first, second]), ..Expected::default() };
    assert_eq!(other_claim(refused_as(&one, &claim(), &changed, &expected)), "list of commitments");
}

#[test]
fn keys_are_those_of_the_proof() {
    let (_, key) = insecure_development_keys(SHAPE.parse().unwrap(), &mut OsRng).unwrap();
    let other = Verifier::<Groth16>::new(key);
    let refused = other.verify(&claim(), &proof(), &Expected::default()).unwrap_err();
    assert!(matches!(refused, Refused::OtherKeys { .. }) && !refused.is_verdict(), "{refused:?}");
    // A proof that claims to be made with them is not valid.
    let renamed = ProofFile { keys: other.key_digest(), ..proof() };
    let refused = other.verify(&claim(), &renamed, &Expected::default()).unwrap_err();
    assert!(refused.is_verdict(), "{refused:?}");

    let of_another_shape = groth16("4x3+limits");
    let refused = of_another_shape.verifier().verify(&claim(), &proof(), &Expected::default()).unwrap_err();
    assert!(matches!(refused, Refused::OtherKeys { .. }), "{refused:?}");
    let reshaped = ProofFile { shape: "8x3/1".parse().unwrap(), ..proof() };
    assert!(matches!(self::refused(&reshaped), Refused::OtherKeys { .. }));

    let renamed = ProofFile { keys: [7; 32], ..halo2_proof() };
    let refused = refused_as(&halo2(SHAPE), &claim(), &renamed, &Expected::default());
    assert!(matches!(refused, Refused::OtherKeys { .. }), "{refused:?}");
}

/// Returns the scenario point of a claim under the keys of most tests.
fn point(claim: &MandateClaim) -> G1Affine {
    groth16(SHAPE).prove(claim, books(), None, &mut OsRng).unwrap().evidence.scenario_point
}

/// Who names the scenario point cannot choose it: with a proof over another set, whose context is
/// the one that this claim gives, and with the point of that other set, the statement would hold.
#[test]
fn a_scenario_point_that_is_named_is_compared_and_never_taken() {
    let prover = groth16(SHAPE);
    let expect = |point| Expected { scenario_point: Some(point), ..Expected::default() };
    let verified = prover.verifier().verify(&claim(), &proof(), &expect(point(&claim()))).unwrap();
    let how = verified.rests_on.iter().find(|thing| thing.what == Basis::ScenarioPoint).map(|thing| thing.how);
    assert_eq!(how, Some(How::Compared));

    let harmless = MandateClaim::new(claim().mandate().clone(), scenarios(5, 4)).unwrap();
    let refused = refused_as(&prover, &claim(), &proof(), &expect(point(&harmless)));
    assert!(matches!(refused, Refused::NotValid(VerifyError::OtherScenarioPoint { .. })), "{refused:?}");

    let context = Claim::from(claim()).context::<Fr>();
    let over_other = prover.prove(&harmless, books(), Some(context), &mut OsRng).unwrap();
    let mut dressed = dressed_up(&claim(), over_other.clone());
    dressed.evidence = over_other.evidence;
    for expected in [Expected::default(), expect(point(&harmless))] {
        let refused = refused_as(&prover, &claim(), &dressed, &expected);
        assert_eq!(other_claim(refused), "scenario point");
    }
    dressed.evidence.scenario_point = point(&claim());
    for expected in [Expected::default(), expect(point(&harmless)), expect(point(&claim()))] {
        let refused = refused_as(&prover, &claim(), &dressed, &expected);
        assert_eq!(refused, Refused::NotValid(VerifyError::PairingFailed));
    }
}

/// Verifies the proof of most tests with a maker of scenario sets and prices.
fn with_prices(prices: &PriceHistory) -> Result<Verified, Refused> {
    let remake = Some(Remake { maker: &Recomputed, sources: Sources::prices(prices) });
    groth16(SHAPE).verifier().verify(&claim(), &proof(), &Expected { remake, ..Expected::default() })
}

/// Returns how far a verdict says that its scenarios were checked.
fn scenarios_are(verified: &Verified) -> How {
    verified.rests_on.iter().find(|thing| thing.what == Basis::Scenarios).unwrap().how
}

#[test]
fn a_scenario_set_is_made_again_from_prices_or_the_verdict_says_that_it_was_not() {
    let verified = with_prices(&prices(7)).unwrap();
    assert_eq!(scenarios_are(&verified), How::MadeAgain);
    let verified = groth16(SHAPE).verifier().verify(&claim(), &proof(), &Expected::default()).unwrap();
    assert_eq!(scenarios_are(&verified), How::AsGiven);
    // Prices of other factors: whoever asks for the set to be made again gets no verdict without
    // it.
    let renamed = csv::read_prices("prices.csv", PRICES.replace("date,A,", "date,Z,").as_bytes()).unwrap();
    let refused = with_prices(&renamed).unwrap_err();
    assert!(matches!(refused, Refused::NotRemade(_)) && !refused.is_verdict(), "{refused:?}");
    let other = PRICES.replace("2024-01-09,98", "2024-01-09,99");
    let other = csv::read_prices("prices.csv", other.as_bytes()).unwrap();
    let refused = with_prices(&other).unwrap_err();
    assert!(matches!(refused, Refused::NotValid(VerifyError::OtherScenarios(_))), "{refused:?}");
    // The same header over other moves.
    let mut entries = claim().scenarios().entries().to_vec();
    entries[0] += 1;
    let set = claim().scenarios().clone();
    let (labels, weights) = (set.labels().to_vec(), set.weights().to_vec());
    let last = set.last_prices().map(<[String]>::to_vec);
    let set = ScenarioSet::new(set.generator().clone(), set.factors().to_vec(), labels, last, weights, entries);
    let changed = MandateClaim::new(claim().mandate().clone(), set.unwrap()).unwrap();
    let proof = groth16(SHAPE).prove(&changed, books(), None, &mut OsRng).unwrap();
    let prices = prices(7);
    let remake = Some(Remake { maker: &Recomputed, sources: Sources::prices(&prices) });
    let verify =
        |remake| groth16(SHAPE).verifier().verify(&changed, &proof, &Expected { remake, ..Expected::default() });
    verify(None).unwrap();
    let refused = verify(remake).unwrap_err();
    assert!(matches!(refused, Refused::NotValid(VerifyError::OtherScenarios(Comparison::OtherSet))), "{refused:?}");
}

#[test]
fn a_unit_is_as_fine_as_the_mandate_accepts() {
    let coarse = Unit::from_millionths(20_000).unwrap();
    let refused = refused(&ProofFile { unit: coarse, ..proof() });
    assert!(matches!(refused, Refused::NotValid(VerifyError::UnitTooCoarse { .. })), "{refused:?}");
    let finer = ProofFile { unit: Unit::FINEST, ..proof() };
    assert_eq!(other_claim(self::refused(&finer)), "list of controls");
}

#[test]
fn the_points_of_a_proof_are_those_that_were_proved() {
    let (a, c) = (proof().evidence.proof.a, proof().evidence.proof.c);
    let changes: [fn(&mut ProofFile<Groth16>); 4] = [
        |proof| proof.evidence.proof.a = -proof.evidence.proof.a,
        |proof| proof.evidence.proof.b = -proof.evidence.proof.b,
        |proof| proof.evidence.proof.c = -proof.evidence.proof.c,
        |proof| std::mem::swap(&mut proof.evidence.proof.a, &mut proof.evidence.proof.c),
    ];
    assert_ne!(a, c);
    for change in changes {
        let mut changed = proof();
        change(&mut changed);
        assert_eq!(refused(&changed), Refused::NotValid(VerifyError::PairingFailed));
    }
}

#[test]
fn the_bytes_of_an_argument_are_those_that_were_proved() {
    let length = halo2_proof().evidence.len();
    for place in [0, length / 2, length - 1] {
        let mut changed = halo2_proof();
        changed.evidence[place] ^= 1;
        let refused = refused_as(&halo2(SHAPE), &claim(), &changed, &Expected::default());
        assert_eq!(refused, Refused::NotValid(VerifyError::ArgumentFailed), "byte {place}");
    }
    let mut longer = halo2_proof();
    longer.evidence.push(0);
    let refused = refused_as(&halo2(SHAPE), &claim(), &longer, &Expected::default());
    assert_eq!(refused, Refused::NotValid(VerifyError::ArgumentFailed));
}

/// Checks that each part of what a proof file states is compared.
fn statements_are_compared<B: ProvingBackend>(prover: &Prover<B>, proof: &ProofFile<B>) {
    let changed = |change: &dyn Fn(&mut ProofFile<B>)| {
        let mut changed = proof.clone();
        change(&mut changed);
        other_claim(refused_as(prover, &claim(), &changed, &Expected::default()))
    };
    assert_eq!(changed(&|proof| proof.claim.mandate_digest = "11".repeat(32)), "mandate digest");
    assert_eq!(changed(&|proof| proof.claim.scenarios_digest = "11".repeat(32)), "scenarios digest");
    assert_eq!(changed(&|proof| proof.claim.mandate = "another".into()), "mandate");
    assert_eq!(changed(&|proof| proof.claim.clauses[0] = "loses nothing".into()), "list of clauses");
    assert_eq!(changed(&|proof| proof.claim.clauses.push("another".into())), "list of clauses");
    assert_eq!(changed(&|proof| proof.claim.clauses.clear()), "list of clauses");
    assert_eq!(changed(&|proof| proof.claim.scenarios += 1), "number of scenarios");
    assert_eq!(changed(&|proof| proof.claim.factors.swap(0, 1)), "list of factors");
    assert_eq!(changed(&|proof| proof.context = proof.commitment), "context");
    assert_eq!(changed(&|proof| proof.commitment = proof.context), "list of controls");
    for control in 0..proof.controls.len() {
        let moved = changed(&|proof| {
            let other = proof.controls[(control + 1) % proof.controls.len()];
            proof.controls[control] = other;
        });
        assert_eq!(moved, "list of controls", "control {control}");
    }
}

#[test]
fn a_proof_file_states_the_claim() {
    statements_are_compared(&groth16(SHAPE), &proof());
    statements_are_compared(&halo2(SHAPE), &halo2_proof());
}

/// A file that says of itself whatever the verifier's files say, with the proof of something else.
fn dressed_up(claim: &MandateClaim, proof: ProofFile<Groth16>) -> ProofFile<Groth16> {
    let public = Claim::from(claim.clone());
    let context = public.context();
    let controls = public.controls(proof.shape, proof.unit, proof.commitment, context).unwrap();
    let mut evidence = proof.evidence;
    evidence.scenario_point = point(claim);
    ProofFile::new((proof.shape, proof.keys), &public, proof.unit, controls, evidence)
}

#[test]
fn a_proof_is_about_its_mandate_and_its_scenarios() {
    let other_mandate = MandateClaim::new(mandate(&["var 0.75 4999"]), scenarios(6, 4)).unwrap();
    let other_confidence = MandateClaim::new(mandate(&["var 0.5 5000"]), scenarios(6, 4)).unwrap();
    let other_set = MandateClaim::new(mandate(&["var 0.75 5000"]), scenarios(5, 4)).unwrap();
    let fields = ["mandate digest", "mandate digest", "scenarios digest"];
    for (other, field) in [other_mandate, other_confidence, other_set].into_iter().zip(fields) {
        let refused = refused_as(&groth16(SHAPE), &other, &proof(), &Expected::default());
        assert_eq!(other_claim(refused), field);
        let refused = refused_as(&groth16(SHAPE), &other, &dressed_up(&other, proof()), &Expected::default());
        assert_eq!(refused, Refused::NotValid(VerifyError::PairingFailed));
    }
    assert_eq!(dressed_up(&claim(), proof()), proof());
}

#[test]
fn another_commitment_is_not_proved_by_saying_so() {
    let other = opened(&[1, 0, 0]).commitment::<Fr>();
    let dressed = dressed_up(&claim(), ProofFile { commitment: other, ..proof() });
    assert_eq!(refused(&dressed), Refused::NotValid(VerifyError::PairingFailed));
}

/// Checks that a proof is bound to the use that it was made for.
fn context_is_compared<B: ProvingBackend>(prover: &Prover<B>) {
    let bound = prover.prove(&claim(), books(), Some(Fr::from(7u64)), &mut OsRng).unwrap();
    for context in [None, Some(Fr::from(8u64)), Some(-Fr::from(7u64))] {
        let expected = Expected { context, ..Expected::default() };
        assert_eq!(other_claim(refused_as(prover, &claim(), &bound, &expected)), "context");
    }
}

#[test]
fn a_proof_is_bound_to_its_use() {
    context_is_compared(&groth16(SHAPE));
    context_is_compared(&halo2(SHAPE));
}

#[test]
fn a_pool_proof_is_about_its_deal_scenarios_and_commitment() {
    let claim = pool_claim();
    let prover = groth16(&Claim::from(claim.clone()).smallest_shape(1, 2).unwrap().to_string());
    let held = loans("300");
    let proof = prover.prove(&claim, &held, None, &mut OsRng).unwrap();
    let verify = |claim: &DealClaim, expected: &Expected<Groth16>| prover.verifier().verify(claim, &proof, expected);
    let known = Expected { commitments: Some(vec![held.commitment()]), ..Expected::default() };
    verify(&claim, &known).unwrap();

    let other = Expected { commitments: Some(vec![loans("300").commitment()]), ..Expected::default() };
    let refused = verify(&claim, &other).unwrap_err();
    assert!(matches!(refused, Refused::NotValid(VerifyError::OtherCommitment { .. })), "{refused:?}");
    for (from, to) in
        [("loans_min = 2", "loans_min = 1"), ("expected_loss = 0.2", "expected_loss = 0.1"), ("\"d\"", "\"e\"")]
    {
        let deal = deal(from, to);
        let set = credit(&deal, None);
        let other = DealClaim::new(deal, Some(set)).unwrap();
        assert_eq!(other_claim(verify(&other, &known).unwrap_err()), "mandate digest", "{to}");
    }
    let riskier = deal("B = 0.1", "B = 0.2");
    let set = credit(&riskier, None);
    let other = DealClaim::new(riskier, Some(set)).unwrap();
    assert_eq!(other_claim(verify(&other, &known).unwrap_err()), "mandate digest");
    // The unit of a pool is that of its deal.
    let coarse = ProofFile { unit: Unit::from_millionths(1_000_000).unwrap(), ..proof.clone() };
    let refused = prover.verifier().verify(&claim, &coarse, &known).unwrap_err();
    assert_eq!(other_claim(refused), "unit");
    // A mandate is not about a pool.
    let refused = prover.verifier().verify(&self::claim(), &proof, &known).unwrap_err();
    assert!(matches!(refused, Refused::Instance(InstanceError::NotABook(_))), "{refused:?}");
}

#[test]
fn threads_may_share_what_verifies() {
    fn shared<T: Send + Sync>() {}
    shared::<Verifier<Groth16>>();
    shared::<Verifier<Halo2>>();
    shared::<ProofFile<Halo2>>();
    shared::<<Groth16 as Backend>::VerifyingKey>();
    shared::<<Halo2 as Backend>::VerifyingKey>();
    shared::<Claim>();
    shared::<Mandate>();
    shared::<Positions>();
}
