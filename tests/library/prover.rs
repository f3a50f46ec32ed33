//! The prover refuses false claims, keys that do not go together and holdings that do not fit,
//! before it proves.

use std::thread;

use rand::RngCore;
use rand::rngs::OsRng;
use tailproof::commitments::{BookOpening, commit};
use tailproof::keys::{
    Halo2VerifyingKey, KeyHeader, ProvingKey, VerifyingKey, derive_proving_key, derive_verifying_key,
    insecure_development_keys,
};
use tailproof::{
    Books, Expected, Figures, Groth16, Halo2, InstanceError, KeysError, LoanPool, MandateClaim, OpenError, Opened,
    Positions, Problem, Provable, Prover, ProvingBackend, Shape, Statement, Unit, Unproved,
};
use tailproof_core::pool::PoolLoan;

use super::made::{books, claim, groth16, halo2, loans, mandate, opened, pool_claim, scenarios};

const SHAPE: &str = "4x3/1";

fn shape(text: &str) -> Shape {
    text.parse().unwrap()
}

#[test]
fn groth16_keys_are_a_pair() {
    let keys = || insecure_development_keys(shape(SHAPE), &mut OsRng).unwrap();
    let ((proving, _), (_, verifying)) = (keys(), keys());
    assert_eq!(Prover::<Groth16>::new(proving, verifying).unwrap_err(), KeysError::NotAPair);
}

#[test]
fn halo2_keys_are_a_pair() {
    let proving = derive_proving_key(halo2(SHAPE).verifier().key()).unwrap();
    let verifying = derive_verifying_key(shape("1x3/1")).unwrap();
    assert_eq!(Prover::<Halo2>::new(proving, verifying).unwrap_err(), KeysError::NotAPair);
}

#[test]
fn keys_of_another_version_of_the_circuit_make_no_prover() {
    let (proving, verifying) = insecure_development_keys(shape(SHAPE), &mut OsRng).unwrap();
    let header = KeyHeader { circuit: [7; 32], ..*verifying.header() };
    let expected = verifying.header().circuit;
    let system = tailproof_circuits::r1cs::assembly::statement_system(shape(SHAPE)).unwrap();
    let proving =
        ProvingKey::from_arkworks(header, &proving.to_arkworks(verifying.groth16().clone()), &system).unwrap();
    let verifying = VerifyingKey::new(header, verifying.groth16().clone()).unwrap();
    // Their files are in order: nothing but the digest of the circuit is another one.
    let proving = ProvingKey::decode(&proving.encode()).unwrap();
    let refused = Prover::<Groth16>::new(proving, verifying).unwrap_err();
    assert_eq!(refused, KeysError::OtherCircuit { found: [7; 32], expected });
}

/// A proving key with a point of another one's place: the pair of keys and the circuit are right,
/// and its proofs are not.
#[test]
fn a_proof_that_does_not_verify_is_not_returned() {
    let (proving, verifying) = insecure_development_keys(shape(SHAPE), &mut OsRng).unwrap();
    let system = tailproof_circuits::r1cs::assembly::statement_system(shape(SHAPE)).unwrap();
    let mut changed = proving.to_arkworks(verifying.groth16().clone());
    changed.l_query.swap(0, 1);
    let changed = ProvingKey::from_arkworks(*proving.header(), &changed, &system).unwrap();
    let prover = Prover::<Groth16>::new(changed, verifying).unwrap();
    let refused = prover.prove(&claim(), books(), None, &mut OsRng).unwrap_err();
    assert_eq!(refused, Unproved::NotTrusted);
}

#[test]
fn a_claim_stated_for_another_shape_is_refused_before_it_is_proved() {
    let (statement, keys) = (shape("5x3/1"), shape(SHAPE));
    let stated = Statement::new(&claim(), books(), statement, None).unwrap();
    let refused = groth16(SHAPE).prove_statement(&stated, &mut Untouched).unwrap_err();
    assert_eq!(refused, Unproved::OtherShape { statement, keys });
    let stated = Statement::new(&claim(), books(), statement, None).unwrap();
    let refused = halo2(SHAPE).prove_statement(&stated, &mut Untouched).unwrap_err();
    assert_eq!(refused, Unproved::OtherShape { statement, keys });
}

/// A generator that nothing may be drawn from: whoever proves draws.
struct Untouched;

impl RngCore for Untouched {
    fn next_u32(&mut self) -> u32 {
        panic!("a false claim is refused before any proving")
    }

    fn next_u64(&mut self) -> u64 {
        panic!("a false claim is refused before any proving")
    }

    fn fill_bytes(&mut self, _: &mut [u8]) {
        panic!("a false claim is refused before any proving")
    }

    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), rand::Error> {
        panic!("a false claim is refused before any proving")
    }
}

impl rand::CryptoRng for Untouched {}

/// Returns the figures of a false claim.
#[track_caller]
fn figures<B: ProvingBackend, C: Provable>(prover: &Prover<B>, claim: &C, held: &C::Holdings) -> Figures {
    match prover.prove(claim, held, None, &mut Untouched).unwrap_err() {
        Unproved::FalseClaim(figures) => figures,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_false_mandate_is_refused_with_its_figures_by_each_backend() {
    let claim = MandateClaim::new(mandate(&["cvar 0.75 100"]), scenarios(6, 4)).unwrap();
    let found = [figures(&groth16(SHAPE), &claim, books()), figures(&halo2(SHAPE), &claim, books())];
    assert_eq!(found[0], found[1]);
    let Figures::Mandate(clauses) = &found[0] else { panic!("{found:?}") };
    assert!(clauses.len() == 1 && !clauses[0].holds(), "{clauses:?}");
    assert_eq!(claim.evaluate(books()).unwrap(), found[0]);
    assert!(!found[0].hold());
}

#[test]
fn one_false_clause_among_true_ones_is_enough() {
    let claim = MandateClaim::new(mandate(&["var 0.75 5000", "cvar 0.75 100"]), scenarios(6, 4)).unwrap();
    let Figures::Mandate(clauses) = figures(&groth16(SHAPE), &claim, books()) else { panic!("of a mandate") };
    assert_eq!(clauses.iter().map(|clause| clause.holds()).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_false_deal_is_refused_with_its_figures_by_each_backend() {
    let deal = super::made::deal("loans_min = 2", "loans_min = 3");
    let set = super::made::credit(&deal, None);
    let claim = tailproof::DealClaim::new(deal, Some(set)).unwrap();
    let smallest = tailproof::Claim::from(claim.clone()).smallest_shape(1, 2).unwrap().to_string();
    let held = loans("300");
    let by_groth16 = figures(&groth16(&smallest), &claim, &held);
    // A claim is stated before there are keys: so are the figures made, for either backend.
    let stated = Statement::<Halo2>::new(&claim, &held, shape(&smallest), None).map(drop);
    assert_eq!(stated, Err(Unproved::FalseClaim(by_groth16.clone())));
    let Figures::Deal(claims) = &by_groth16 else { panic!("{by_groth16:?}") };
    assert_eq!(claims.iter().filter(|claim| !claim.holds).count(), 1, "{claims:?}");
}

#[test]
fn a_book_opens_under_its_own_opening_alone() {
    let factors = scenarios(6, 4).factors().to_vec();
    let book = |exposure| Positions::new(Unit::CENT, vec![exposure, 0, 0], 5).unwrap();
    let (commitment, opening) = commit(&book(1), &factors[..], &mut OsRng);
    let (other, other_opening) = commit(&book(2), &factors[..], &mut OsRng);
    assert_ne!(commitment.commitment, other.commitment);
    assert!(matches!(opening.open(book(2), &factors), Err(OpenError::OtherBook { .. })));
    assert!(matches!(other_opening.open(book(1), &factors), Err(OpenError::OtherBook { .. })));
    // An opening with the blinding of another one.
    let (text, again) = commit(&book(1), &factors[..], &mut OsRng);
    let wrong = again.to_json().replace(&hex_of(&text), &hex_of(&commitment));
    let error = BookOpening::from_json(&wrong).unwrap().open(book(1), &factors).unwrap_err();
    assert!(matches!(error, OpenError::OtherBook { .. }), "{error:?}");
}

fn hex_of(commitment: &tailproof::commitments::BookCommitment) -> String {
    let json: serde_json::Value = serde_json::from_str(&commitment.to_json()).unwrap();
    json["commitment"].as_str().unwrap().to_owned()
}

#[test]
fn loans_open_under_their_own_opening_alone() {
    let schema = pool_claim().deal().require_schema().unwrap().clone();
    let pool = |balance| {
        let loan = PoolLoan { balance, fields: [0; 6], codes: [1, 0, 0], delinquent: false, new_obligor: true };
        LoanPool::from_loans(vec![loan], [1; 32])
    };
    let (_, opening) = commit(&pool(5), &schema, &mut OsRng);
    assert!(matches!(opening.open(pool(6), &schema), Err(OpenError::OtherTape { .. })));
}

#[test]
fn books_that_do_not_go_together_are_no_holdings() {
    assert!(Books::new(Vec::new()).is_err());
    let factors = ["A".to_owned(), "B".to_owned(), "C".to_owned()];
    let book = Positions::new(Unit::FINEST, vec![1, 0, 0], 1).unwrap();
    let (_, opening) = commit(&book, &factors[..], &mut OsRng);
    let finer = opening.open(book, &factors).unwrap();
    assert!(matches!(Books::new(vec![opened(&[1, 0, 0]), finer]), Err(Problem::OtherUnit { .. })));
}

#[test]
fn holdings_fit_the_shape_of_the_keys() {
    let two = Books::new(vec![opened(&[1, 0, 0]), opened(&[0, 1, 0])]).unwrap();
    let refused = groth16(SHAPE).prove(&claim(), &two, None, &mut Untouched).unwrap_err();
    assert!(matches!(refused, Unproved::Instance(InstanceError::OtherBooks { have: 2, .. })), "{refused:?}");
    let claim = MandateClaim::new(mandate(&["var 0.75 5000"]), scenarios(7, 5)).unwrap();
    let refused = groth16(SHAPE).prove(&claim, books(), None, &mut Untouched).unwrap_err();
    assert!(matches!(refused, Unproved::Instance(InstanceError::TooManyScenarios { .. })), "{refused:?}");
}

/// Proves on threads that share a prover.
fn is_shared<B: ProvingBackend>(prover: &Prover<B>) {
    let prove = || {
        let proof = prover.prove(&claim(), books(), None, &mut OsRng).unwrap();
        prover.verifier().verify(&claim(), &proof, &Expected::default()).unwrap();
        proof.to_json()
    };
    let [first, second] = thread::scope(|scope| {
        let threads = [scope.spawn(prove), scope.spawn(prove)];
        threads.map(|thread| thread.join().unwrap())
    });
    assert_ne!(first, second, "proofs are blinded");
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    alone.install(prove);
}

#[test]
fn a_groth16_prover_is_shared_by_threads_and_works_in_a_pool_of_one() {
    is_shared(&*groth16(SHAPE));
}

#[test]
fn a_halo2_prover_is_shared_by_threads_and_works_in_a_pool_of_one() {
    is_shared(&*halo2(SHAPE));
}

#[test]
fn threads_may_share_what_proves() {
    fn shared<T: Send + Sync>() {}
    shared::<Prover<Groth16>>();
    shared::<Prover<Halo2>>();
    shared::<ProvingKey>();
    shared::<VerifyingKey>();
    shared::<Halo2VerifyingKey>();
    shared::<<Halo2 as ProvingBackend>::ProvingKey>();
    shared::<Opened<Positions>>();
    shared::<Opened<LoanPool>>();
    shared::<Books>();
}
