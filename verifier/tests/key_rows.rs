//! Key rows against scenario points, and the verifier contract that states them.

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field;
use sha3::{Digest, Keccak256};
use tailproof_core::ScenarioSet;
use tailproof_core::scenarios::generator::Generator;
use tailproof_verifier::export::evm::g1_words;
use tailproof_verifier::export::key_rows::{
    KeyRows, NoSlot, exposures_point, factors_point, leaf, root_of, weights_point,
};
use tailproof_verifier::export::solidity::verifier_contract;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::inputs::layout::public_inputs;
use tailproof_verifier::inputs::packing::Packing;
use tailproof_verifier::keys::file::key_digest;
use tailproof_verifier::keys::header::{KeyHeader, Provenance};
use tailproof_verifier::scenario_point::scenario_point;
use tailproof_verifier::{MalformedError, Shape, VerifyingKey};

/// A key of points that are no circuit's, with these multiples as gamma and delta.
fn key_of(shape: &str, gamma: i64, delta: i64) -> Result<VerifyingKey, MalformedError> {
    let shape: Shape = shape.parse().unwrap();
    let g1 = |k: usize| (G1Affine::generator() * Fr::from((k * k + 7) as u64)).into_affine();
    let g2 = |k: i64| (G2Affine::generator() * Fr::from(k)).into_affine();
    let header = KeyHeader { shape, circuit: [3; 32], provenance: Provenance::InsecureDevelopment };
    let groth16 = ark_groth16::VerifyingKey {
        alpha_g1: g1(1000),
        beta_g2: g2(11),
        gamma_g2: g2(gamma),
        delta_g2: g2(delta),
        gamma_abc_g1: (0..public_inputs(shape)).map(g1).collect(),
    };
    VerifyingKey::new(header, groth16)
}

fn key(shape: &str) -> VerifyingKey {
    key_of(shape, 12, 13).unwrap()
}

/// The point of a set that fills the shape: weights of 1 and entries of 0, but for these.
fn point(key: &VerifyingKey, entries: &[(usize, usize)], heavy: Option<usize>) -> G1Projective {
    let (rows, factors) = (key.shape().scenarios(), key.shape().factors());
    let names = (0..factors).map(|factor| format!("F{factor}")).collect();
    let labels = (0..rows).map(|row| row.to_string()).collect();
    let mut all = vec![0; rows * factors];
    entries.iter().for_each(|(row, factor)| all[row * factors + factor] = 1);
    let weights = (0..rows).map(|row| 1 + u32::from(heavy == Some(row))).collect();
    let set = ScenarioSet::new(Generator::Custom { description: "t".into() }, names, labels, None, weights, all);
    let inputs = match key.shape().pool() {
        Some(_) => ScenarioInputs::of_pool(key.shape(), &[0; 32], Some(&set.unwrap())),
        None => ScenarioInputs::new(key.shape(), &set.unwrap()),
    };
    scenario_point(key, &inputs.unwrap()).unwrap().into()
}

/// The bytes of a leaf, from the points of sets with one entry, two neighbours, or one weight more.
fn leaf_from_points(key: &VerifyingKey, slot: usize) -> Vec<u8> {
    let base = point(key, &[], None);
    let packing = Packing::of(key.shape());
    let entry = |factor: usize| point(key, &[(slot, factor)], None) - base;
    let entries: Vec<G1Projective> = (0..key.shape().factors()).map(entry).collect();
    let shift = packing.factor(slot % packing.slots);
    let neighbours = point(key, &[(slot, 0), (slot, 1)], None) - base - entries[0] - entries[1];
    let xi = neighbours * (shift * shift).inverse().unwrap();
    let weight = point(key, &[], Some(slot)) - base;

    let bytes = |point: G1Projective| g1_words(&point.into_affine()).concat();
    let mut leaf = vec![0; 32];
    leaf[24..].copy_from_slice(&(slot as u64).to_be_bytes());
    entries.into_iter().chain([xi]).for_each(|point| leaf.extend(bytes(point)));
    leaf.extend(Keccak256::digest(bytes(weight)));
    leaf
}

/// Every slot of statements of four, three and one slots, with a last group that is not full.
#[test]
fn a_leaf_is_what_scenario_points_of_one_entry_say() {
    for shape in ["7x3/1", "8x2", "6x2+limits", "5x3+parametric", "9loans+5x2/1tranches", "1x2/1"] {
        let key = key(shape);
        let rows = KeyRows::new(&key);
        for slot in 0..key.shape().scenarios() {
            let bytes = leaf_from_points(&key, slot);
            assert_eq!(rows.row(slot).unwrap(), bytes[32..], "{shape}, slot {slot}");
            let hash = Keccak256::digest(&bytes).into();
            assert_eq!(leaf(slot, &bytes[32..]), hash);
            assert_eq!(root_of(slot, hash, &rows.path(slot).unwrap()), rows.root(), "{shape}, slot {slot}");
            let weight = point(&key, &[], Some(slot)) - point(&key, &[], None);
            assert_eq!(rows.weight_point(slot).unwrap(), weight.into_affine());
        }
    }
}

/// The days of a P&L vector have no moves that a contract could keep.
#[test]
fn keys_of_a_pnl_vector_have_no_rows() {
    let key = key("5pnl");
    let rows = KeyRows::new(&key);
    assert_eq!(rows.root(), [0; 32]);
    assert!(rows.row(0).unwrap_err().to_string().contains("no scenarios with factors"));
    assert!(!weights_point(&key).is_zero());
}

/// The constant part of a window's point: digest of the factors, equal weights, flags of exposures.
#[test]
fn sums_are_those_of_a_set_without_moves() {
    for shape in ["7x3/1", "6x2+limits", "5x3+parametric"] {
        let key = key(shape);
        let names: Vec<String> = (0..key.shape().factors()).map(|factor| format!("F{factor}")).collect();
        let generator = Generator::Custom { description: "t".into() };
        let set = ScenarioSet::new(generator, names.clone(), vec!["0".into()], None, vec![1], vec![0; names.len()]);
        let digest: Fr = ScenarioInputs::new(key.shape(), &set.unwrap()).unwrap().factors();
        let sum = factors_point(&key) * digest + weights_point(&key) + exposures_point(&key);
        assert_eq!(sum, point(&key, &[], None), "{shape}");
        assert_eq!(exposures_point(&key).is_zero(), !key.shape().has_limits());
    }
}

#[test]
fn a_key_row_of_another_slot_does_not_lead_to_the_root() {
    let key = key("7x3/1");
    let rows = KeyRows::new(&key);
    for slot in 0..7 {
        let row = rows.row(slot).unwrap();
        for other in (0..8).filter(|other| *other != slot) {
            let path = rows.path(other.min(6)).unwrap();
            assert_ne!(root_of(other, leaf(slot, &row), &path), rows.root(), "the leaf of {slot} in {other}");
            assert_ne!(root_of(other, leaf(other, &row), &path), rows.root(), "the row of {slot} in {other}");
        }
    }
}

#[test]
fn a_slot_that_is_not_there_is_refused_by_its_number() {
    let small = key("7x3/1");
    let refused = KeyRows::new(&small).row(7).unwrap_err();
    assert_eq!(refused, NoSlot { slot: 7, shape: small.shape() });
    assert_eq!(refused.to_string(), "there is no slot 7 under keys of shape 7x3/1; slots are 0 to 6");
    let pool = key("9loans+pool");
    let rows = KeyRows::new(&pool);
    assert_eq!((rows.root(), rows.path(0).is_err(), weights_point(&pool).is_zero()), ([0; 32], true, true));
    assert!(rows.row(0).unwrap_err().to_string().contains("has no scenarios"));
}

/// C and the inputs then cancel in the equation, whatever they say: a class of contracts that lost
/// millions.
#[test]
fn a_key_whose_gamma_is_delta_is_no_key() {
    for (gamma, delta) in [(12, 12), (12, -12)] {
        let refused = key_of("7x3/1", gamma, delta).unwrap_err();
        assert!(matches!(&refused, MalformedError::BadPoint { field, .. } if field == "delta"), "{refused:?}");
    }
}

/// What the contract says of its key, for every kind of shape.
#[test]
fn a_contract_states_its_key() {
    for (shape, slots, limits, thresholds) in [
        ("7x3/1", 4, false, 1),
        ("6x2+limits+2books", 4, true, 2),
        ("5x3+parametric", 1, false, 1),
        ("5pnl", 1, false, 2),
        ("5pnl/1+2books", 1, false, 1),
        ("9loans+5x2/1tranches", 3, false, 0),
        ("9loans+pool", 3, false, 0),
    ] {
        let key = key(shape);
        let source = verifier_contract(&key);
        assert!(!source.contains("{{"), "{shape}: a placeholder is left");
        let says = |line: String| assert!(source.contains(&format!("{line};")), "{shape}: {line}");
        says(format!("bytes32 public constant KEY_DIGEST = 0x{}", hex::encode(key_digest(&key))));
        says("bool public constant DEVELOPMENT = true".to_owned());
        says(format!("uint256 public constant SCENARIOS = {}", key.shape().scenarios()));
        says(format!("uint256 public constant FACTORS = {}", key.shape().factors()));
        says(format!("uint256 public constant SLOTS = {slots}"));
        says(format!("bool public constant LIMITS = {limits}"));
        says(format!("uint256 public constant THRESHOLDS = {thresholds}"));
        says(format!("bytes32 public constant IC_ROOT = 0x{}", hex::encode(KeyRows::new(&key).root())));
        let weights = weights_point(&key);
        let x = if weights.is_zero() { [0; 32] } else { g1_words(&weights)[0] };
        says(format!("uint256 public constant WEIGHTS_X = 0x{}", hex::encode(x)));
    }
}
