//! The generated Solidity verifier, compiled and run in an EVM, on a proof of the demo's book at full size.
#![allow(clippy::cast_possible_truncation, clippy::unwrap_used)]

#[path = "support/evm.rs"]
mod evm;
mod support;

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, PrimeField};
use evm::{Chain, Outcome, boolean};
use support::{Desk, compile, keys};
use tailproof_verifier::Proof;
use tailproof_verifier::evm::{VERIFY_PROOF_SELECTOR, verify_proof_calldata};
use tailproof_verifier::key_file::decode_verifying_key;
use tailproof_verifier::proof_file::ProofFile;

struct Deployed {
    chain: Chain,
    file: ProofFile,
    calldata: Vec<u8>,
    selectors: serde_json::Value,
}

fn deployed(shape: &str, window: &str) -> Deployed {
    let keys = keys(shape);
    let desk = Desk::proved(window, &keys);
    desk.run(&["solidity", "--keys", keys.to_str().unwrap(), "-o", "V.sol"]).expect(0);
    let (bytecode, selectors) = compile(&desk.read("V.sol"));
    let calldata = desk.run(&["calldata", "--proof", "p.json"]).expect(0).stdout;
    let calldata = hex::decode(calldata.trim().strip_prefix("0x").unwrap()).unwrap();
    Deployed {
        chain: Chain::deploy(bytecode),
        file: ProofFile::from_json(&desk.read("p.json")).unwrap(),
        calldata,
        selectors,
    }
}

#[test]
fn the_true_proof_is_accepted_for_at_most_245_000_gas() {
    let mut deployed = deployed("500x20", "500");
    let selector = deployed.selectors["verifyProof(uint256[8],uint256[2],uint256[])"].as_str().unwrap().to_owned();
    assert_eq!(selector, hex::encode(VERIFY_PROOF_SELECTOR));
    let (outcome, gas) = deployed.chain.call(deployed.calldata.clone());
    assert_eq!(outcome, boolean(true));
    assert!(gas <= 245_000, "{gas} gas");
}

/// Limits on the book, consolidated books and parametric claims have the same four controls, and the same contract.
#[test]
fn every_statement_verifies_in_the_same_contract() {
    use support::{BOOK, PRICES};
    let historical = ["scenarios", "historical", "--prices", PRICES, "--window", "8", "-o", "s.scn"];
    let covariance = ["scenarios", "covariance", "--prices", PRICES, "-o", "s.scn"];
    let gross = "[[clause]]\nmeasure = \"gross\"\nlimit_nav = 1.3\n";
    let normal = "[[clause]]\nmeasure = \"var\"\nmethod = \"normal\"\nconfidence = 0.99\nlimit_nav = 0.2\n";
    let cases = [
        ("8x20+limits", &historical[..], gross, 1),
        ("21x20+parametric", &covariance, normal, 1),
        ("8x20+limits+2books", &historical, gross, 2),
    ];
    for (shape, scenarios, clause, books) in cases {
        let keys = keys(shape);
        let keys = keys.to_str().unwrap();
        let desk = Desk::new();
        desk.run(scenarios).expect(0);
        desk.write("m.toml", format!("name = \"m\"\n{clause}"));
        desk.commit(BOOK).expect(0);
        let book = ["--book", BOOK, "--opening", "o.json"].repeat(books);
        let files = ["--scenarios", "s.scn", "--mandate", "m.toml", "--keys", keys, "-o", "p.json"];
        desk.run(&[&["prove"], &book[..], &files].concat()).expect(0);
        desk.run(&["solidity", "--keys", keys, "-o", "V.sol"]).expect(0);
        let (bytecode, _) = compile(&desk.read("V.sol"));
        let calldata = desk.run(&["calldata", "--proof", "p.json"]).expect(0).stdout;
        let mut calldata = hex::decode(calldata.trim().strip_prefix("0x").unwrap()).unwrap();
        let mut chain = Chain::deploy(bytecode);
        let (outcome, gas) = chain.call(calldata.clone());
        assert_eq!(outcome, boolean(true), "{shape}");
        assert!(gas <= 245_000, "{shape}: {gas} gas");
        // The last control holds the limits.
        *calldata.last_mut().unwrap() ^= 1;
        assert_eq!(chain.call(calldata).0, boolean(false), "{shape}");
    }
}

#[test]
fn the_proof_with_any_byte_changed_is_refused() {
    let mut deployed = deployed("8x20", "8");
    assert_eq!(deployed.chain.call(deployed.calldata.clone()).0, boolean(true));
    // Selector, then 8 words of proof, 2 of scenario point, offset, length, 4 controls.
    for position in 0..deployed.calldata.len() {
        let mut changed = deployed.calldata.clone();
        changed[position] ^= 1 << (position % 8);
        let (outcome, _) = deployed.chain.call(changed);
        assert_ne!(outcome, boolean(true), "byte {position}");
        if (4..4 + 256).contains(&position) {
            assert_eq!(outcome, boolean(false), "byte {position}: a bad proof is false, not a revert");
        }
    }
    for length in [0, 3, 4, 100, deployed.calldata.len() - 1] {
        let (outcome, _) = deployed.chain.call(deployed.calldata[..length].to_vec());
        assert!(matches!(outcome, Outcome::Reverted(_)), "{length} bytes");
    }
}

#[test]
fn aliases_of_controls_are_named_reverts() {
    let mut deployed = deployed("8x20", "8");
    let first_control = deployed.calldata.len() - 4 * 32;
    for index in 0..4 {
        let mut aliased = deployed.calldata.clone();
        let word = &mut aliased[first_control + 32 * index..][..32];
        let mut value = Fr::from_be_bytes_mod_order(word).into_bigint();
        assert!(!value.add_with_carry(&Fr::MODULUS), "a control plus the modulus fits a word");
        word.copy_from_slice(&value.to_bytes_be());
        let (outcome, _) = deployed.chain.call(aliased);
        // ControlOutOfField(index, value)
        assert!(matches!(outcome, Outcome::Reverted(data) if data.len() == 68 && data[35] == index as u8));
    }
}

/// The attack that the threat model warns of: with the scenario point free, anyone forges. Choose it so that the inputs sum to
/// zero; then A = alpha, B = beta, C = 0 balance the equation.
#[test]
fn whoever_chooses_the_scenario_point_forges() {
    let mut deployed = deployed("8x20", "8");
    let key = decode_verifying_key(&std::fs::read(keys("8x20").join("verifying.key")).unwrap()).unwrap();
    let groth16 = key.groth16();
    let controls = [Fr::from(1u64), Fr::from(2u64), Fr::from(3u64), Fr::from(4u64)];
    let known: G1Projective = groth16.gamma_abc_g1[1..5].iter().zip(controls).map(|(point, k)| *point * k).sum();
    let free = (-(known + groth16.gamma_abc_g1[0])).into_affine();
    let forged = Proof { a: groth16.alpha_g1, b: groth16.beta_g2, c: G1Affine::zero() };
    let mut calldata = verify_proof_calldata(&forged, &free, &controls);
    // C as the EVM writes the point at infinity.
    calldata[4 + 6 * 32..4 + 8 * 32].fill(0);
    assert_eq!(deployed.chain.call(calldata).0, boolean(true), "this is why the point is not the prover's to choose");
    // With the true scenario point the same forgery fails.
    let mut calldata = verify_proof_calldata(&forged, &deployed.file.evidence.scenario_point, &controls);
    calldata[4 + 6 * 32..4 + 8 * 32].fill(0);
    assert_eq!(deployed.chain.call(calldata).0, boolean(false));
}
