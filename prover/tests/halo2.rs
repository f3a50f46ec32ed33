//! The halo2 backend: proofs verify for their claim and for nothing else; keys are what derivation
//! gives.

use std::sync::OnceLock;

use ark_bn254::Fr;
use halo2_proofs::pasta::Fp;
use sha2::{Digest, Sha256};
use tailproof_circuits::statement::market::MarketWitness;
use tailproof_core::mandate::LimitUnits;
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::{Positions, ScenarioSet, TailMass, Unit};
use tailproof_prover::halo2::{
    Halo2Error, decode_key, derive_proving_key, derive_verifying_key, encode_key, prove_claim,
};
use tailproof_verifier::halo2::VerifyingKey;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::market::{BookLimits, Parametric, RuleTerms};
use tailproof_verifier::{MarketClaim, Shape, VerifyError, commitment};

fn key() -> &'static VerifyingKey {
    static KEY: OnceLock<VerifyingKey> = OnceLock::new();
    KEY.get_or_init(|| derive_verifying_key("4x3/1".parse().unwrap()).unwrap())
}

fn set(last_entry: i32) -> ScenarioSet {
    let names = ["A", "B", "C"].map(str::to_owned).to_vec();
    let labels = ["1", "2"].map(str::to_owned).to_vec();
    let entries = vec![-300, 20, 8_388_607, 100, -8_388_607, last_entry];
    let generator = Generator::Custom { description: "test".into() };
    ScenarioSet::new(generator, names, labels, None, vec![1, 2], entries).unwrap()
}

fn positions() -> Positions {
    Positions::new(Unit::CENT, vec![-1_000, 500, -100], 700).unwrap()
}

fn claim() -> MarketClaim<Fp> {
    let tail = TailMass::new("0.6".parse().unwrap(), 3);
    let limit = |per_nav| LimitUnits { absolute: 1 << 40, per_nav };
    MarketClaim {
        shape: key().shape(),
        commitment: commitment::commit(&set(40).factors_digest(), &positions(), Fr::from(5u64)),
        context: Fp::from(9),
        unit: Unit::CENT,
        var_tail: tail,
        var_limit: limit(3),
        cvar_tail: tail,
        cvar_limit: limit(4),
        book: BookLimits::OFF,
        rules: RuleTerms::default(),
        parametric: Parametric::NONE,
    }
}

/// The same proof for all tests, and another of the same claim.
fn proofs() -> &'static [Vec<u8>; 2] {
    static PROOFS: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
    PROOFS.get_or_init(|| {
        let proving = derive_proving_key(key()).unwrap();
        let witness = MarketWitness::new(&claim(), &set(40), positions(), Fr::from(5u64));
        [(); 2].map(|()| prove_claim(key(), &proving, &claim().controls(), &inputs(&set(40)), &witness).unwrap())
    })
}

fn inputs(set: &ScenarioSet) -> ScenarioInputs {
    ScenarioInputs::new(key().shape(), set).unwrap()
}

fn verify(claim: &MarketClaim<Fp>, set: &ScenarioSet, proof: &[u8]) -> Result<(), VerifyError> {
    key().verify(&claim.controls(), &inputs(set), proof)
}

#[test]
fn a_proof_verifies_for_its_claim_and_for_no_other() {
    let [proof, other] = proofs();
    verify(&claim(), &set(40), proof).unwrap();
    verify(&claim(), &set(40), other).unwrap();
    // Fresh blinding every time, and nothing in the size.
    assert_ne!(proof, other);
    assert_eq!(proof.len(), other.len());
    let changes: [fn(&mut MarketClaim<Fp>); 6] = [
        |claim| claim.commitment += Fp::one(),
        |claim| claim.context += Fp::one(),
        |claim| claim.var_limit.absolute -= 1,
        |claim| claim.cvar_limit.per_nav -= 1,
        |claim| claim.unit = Unit::from_millionths(9_999).unwrap(),
        |claim| claim.var_tail = TailMass::new("0.7".parse().unwrap(), 3),
    ];
    for (index, change) in changes.iter().enumerate() {
        let mut changed = claim();
        change(&mut changed);
        assert_eq!(verify(&changed, &set(40), proof), Err(VerifyError::ArgumentFailed), "change {index}");
    }
    assert_eq!(verify(&claim(), &set(41), proof), Err(VerifyError::ArgumentFailed), "another scenario");
}

#[test]
fn scenario_inputs_for_another_shape_are_refused() {
    let inputs = ScenarioInputs::new("5x3/1".parse().unwrap(), &set(40)).unwrap();
    let refused = key().verify(&claim().controls(), &inputs, &proofs()[0]);
    assert_eq!(refused, Err(VerifyError::OtherShape { key: key().shape(), inputs: inputs.shape() }));
}

/// Malleability: no byte of a proof can be changed, left out or added. Challenges are hashes of
/// everything before (Fiat and Shamir 1986): a part that a challenge left out could be changed
/// here.
#[test]
fn a_proof_with_any_byte_changed_is_refused() {
    let proof = &proofs()[0];
    for position in (0..proof.len()).step_by(23).chain(proof.len() - 32..proof.len()) {
        let mut changed = proof.clone();
        changed[position] ^= 1 << (position % 8);
        assert!(verify(&claim(), &set(40), &changed).is_err(), "byte {position}");
    }
    for length in [0, 1, 31, 32, proof.len() / 2, proof.len() - 1] {
        assert!(verify(&claim(), &set(40), &proof[..length]).is_err(), "{length} bytes");
    }
    assert!(verify(&claim(), &set(40), &[proof, &[0][..]].concat()).is_err(), "a byte after it");
}

#[test]
fn a_false_claim_has_no_proof() {
    let mut claim = claim();
    claim.var_limit = LimitUnits { absolute: 0, per_nav: 0 };
    let proving = derive_proving_key(key()).unwrap();
    let witness = MarketWitness::new(&claim, &set(40), positions(), Fr::from(5u64));
    match prove_claim(key(), &proving, &claim.controls(), &inputs(&set(40)), &witness) {
        Ok(proof) => assert_eq!(verify(&claim, &set(40), &proof), Err(VerifyError::ArgumentFailed)),
        Err(Halo2Error::Argument(_)) => {}
        Err(other) => panic!("{other}"),
    }
}

fn sealed(mut file: Vec<u8>) -> Vec<u8> {
    let length = file.len() - 32;
    let digest = Sha256::digest(&file[..length]);
    file[length..].copy_from_slice(&digest);
    file
}

#[test]
fn key_files_are_checked_against_derivation() {
    let file = encode_key(key());
    assert_eq!(decode_key(&file).unwrap().digest(), key().digest());
    let refused = |file: Vec<u8>| decode_key(&sealed(file)).unwrap_err().to_string();
    // Generators whose relations somebody knows: one exchanged for another, or two swapped.
    let mut exchanged = file.clone();
    exchanged.copy_within(56..88, 120);
    assert!(refused(exchanged).contains("generators"));
    let mut swapped = file.clone();
    swapped[56..120].rotate_left(32);
    assert!(refused(swapped).contains("generators"));
    // Another shape, number of rows, digest; another magic, version, length; a byte without its
    // seal.
    for (position, why) in
        [(12, "digest"), (16, "digest"), (20, "header"), (24, "digest"), (0, "not a"), (8, "version")]
    {
        let mut changed = file.clone();
        changed[position] ^= 1;
        assert!(refused(changed).contains(why), "byte {position}");
    }
    // A file of version 1, which named keys by another digest.
    let mut older = file.clone();
    older[8] = 1;
    assert_eq!(refused(older), "halo2 key has version 1, this program reads version 2: derive the key again");
    assert!(
        decode_key(&file[..file.len() - 1]).is_err() && decode_key(&file[..40]).is_err() && decode_key(b"").is_err()
    );
    let mut unsealed = file;
    unsealed[100] ^= 1;
    assert!(decode_key(&unsealed).unwrap_err().to_string().contains("digest"));
}

/// Derived keys are part of the format: another digest makes every proof unverifiable.
#[test]
fn the_digest_of_a_derived_key_is_known() {
    assert_eq!(key().shape(), "4x3/1".parse::<Shape>().unwrap());
    assert_eq!(hex::encode(key().digest()), "a677999e3814a3aafaa27b6baa8de54ba5a637725b7d5473c3264888d3ef1182");
}

/// Work runs where the caller is: two threads prove at once, each in a pool of one thread, with the
/// same keys.
#[test]
fn two_threads_prove_with_the_same_keys() {
    let proving = derive_proving_key(key()).unwrap();
    let witness = MarketWitness::new(&claim(), &set(40), positions(), Fr::from(5u64));
    let prove = || {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        pool.install(|| prove_claim(key(), &proving, &claim().controls(), &inputs(&set(40)), &witness).unwrap())
    };
    std::thread::scope(|scope| {
        let threads = [(); 2].map(|()| scope.spawn(prove));
        for thread in threads {
            verify(&claim(), &set(40), &thread.join().unwrap()).unwrap();
        }
    });
}

#[test]
fn a_proving_key_goes_with_the_key_that_it_was_derived_from() {
    let other = derive_verifying_key("5x3/1".parse().unwrap()).unwrap();
    assert_ne!(other.digest(), key().digest());
    let proving = derive_proving_key(&other).unwrap();
    let witness = MarketWitness::new(&claim(), &set(40), positions(), Fr::from(5u64));
    let refused = prove_claim(key(), &proving, &claim().controls(), &inputs(&set(40)), &witness);
    assert_eq!(refused, Err(Halo2Error::NotAPair { proving: other.digest(), verifying: key().digest() }));
}
