//! The known classes of bugs of proof systems and circuits, each with the tests that stand against it. Classes that no other file
//! has a test for are tested here.
#![allow(clippy::unwrap_used)]

mod support;

use ark_bn254::{Fr, G1Projective, G2Projective};
use ark_ec::CurveGroup;
use ark_ff::{BigInteger, Field, PrimeField};
use serde_json::Value;
use support::{Desk, MANDATE, keys};
use tailproof_circuits::r1cs::assembly::statement_system;
use tailproof_verifier::Proof;
use tailproof_verifier::key_file::decode_verifying_key;
use tailproof_verifier::market::controls::{InputField, pack_tails, tail_fields, unpack};
use tailproof_verifier::proof_file::{Groth16, Groth16Evidence, Halo2, ProofFile};

const SHAPE: &str = "8x20";

/// A class, and where its tests are: text of a file and name of a test in it.
type Class = (&'static str, &'static [(&'static str, &'static str)]);

const HERE: &str = include_str!("known_bug_classes.rs");
const COMMAND_LINE: &str = include_str!("command_line.rs");
const EVM: &str = include_str!("evm.rs");
const CONSTRAINTS: &str = include_str!("../circuits/tests/market_constraints.rs");
const PERTURBATION: &str = include_str!("../circuits/tests/market_perturbation.rs");
const OVERFLOW: &str = include_str!("../circuits/tests/adversary/overflow.rs");
const FREEDOM: &str = include_str!("../circuits/tests/adversary/freedom.rs");
const CONTROLS: &str = include_str!("../verifier/src/market/controls.rs");
const ENCODING: &str = include_str!("../verifier/src/encoding.rs");
const RAW_POINTS: &str = include_str!("../prover/src/raw_points.rs");
const CEREMONY: &str = include_str!("../prover/tests/ceremony.rs");
const TRANSCRIPT: &str = include_str!("../prover/src/ceremony/transcript.rs");
const HALO2: &str = include_str!("../prover/tests/halo2.rs");

const CLASSES: &[Class] = &[
    (
        "public input at or above the modulus",
        &[(HERE, "public_inputs_at_or_above_the_modulus"), (EVM, "aliases_of_controls_are_named_reverts")],
    ),
    (
        "alias encodings",
        &[
            (ENCODING, "one_encoding_for_each_element"),
            (COMMAND_LINE, "proof_files_with_missing_extra_or_non_canonical_fields_are_bad_input"),
            (RAW_POINTS, "a_coordinate_at_the_modulus_and_a_point_outside_the_subgroup_are_refused"),
        ],
    ),
    (
        "unused public input",
        &[
            (HERE, "every_public_input_is_used"),
            (PERTURBATION, "every_value_moved_alone_is_refused"),
            (PERTURBATION, "every_instance_cell_moved_alone_is_refused"),
        ],
    ),
    (
        "missing range check",
        &[
            (CONSTRAINTS, "nav_bit"),
            (CONSTRAINTS, "distance_bit"),
            (FREEDOM, "the_planted_bug_is_found"),
            (PERTURBATION, "every_cell_moved_alone_is_refused"),
        ],
    ),
    ("division wraps in the field", &[(CONSTRAINTS, "tail_beyond_bit")]),
    ("zero denominators", &[(HERE, "a_zero_denominator_cannot_be_written")]),
    (
        "unchecked subgroup",
        &[
            (COMMAND_LINE, "a_point_outside_the_subgroup_is_bad_input"),
            (ENCODING, "a_curve_point_outside_the_subgroup_is_refused"),
            (RAW_POINTS, "one_point_outside_the_subgroup_among_many_is_found"),
            (TRANSCRIPT, "a_contribution_outside_the_subgroup_or_at_infinity_is_refused"),
        ],
    ),
    (
        "malleability",
        &[
            (HERE, "a_groth16_proof_can_be_blinded_again_and_says_the_same"),
            (HALO2, "a_proof_with_any_byte_changed_is_refused"),
        ],
    ),
    (
        "gamma = delta",
        &[(CEREMONY, "a_trivial_delta_is_refused"), (CEREMONY, "a_ceremony_without_a_secret_is_refused")],
    ),
    ("replay", &[(HERE, "a_proof_bound_to_one_use_is_not_valid_for_another")]),
    (
        "packed-field overflow",
        &[
            (OVERFLOW, "a_net_asset_value_cannot_borrow_from_the_unit"),
            (CONTROLS, "a_value_too_wide_for_its_field_does_not_spill_into_the_next"),
        ],
    ),
    (
        "Fiat-Shamir omissions",
        &[
            (HALO2, "a_proof_verifies_for_its_claim_and_for_no_other"),
            (HALO2, "a_proof_with_any_byte_changed_is_refused"),
            (TRANSCRIPT, "contributions_cannot_be_reordered_repeated_dropped_or_moved_to_another_ceremony"),
            (TRANSCRIPT, "a_proof_of_knowledge_copied_from_another_contributor_is_refused"),
        ],
    ),
];

#[test]
fn every_class_has_its_tests() {
    assert_eq!(CLASSES.len(), 12);
    for (class, tests) in CLASSES {
        assert!(!tests.is_empty(), "{class}");
        for (source, name) in *tests {
            assert!(is_test(source, name), "{class}: {name}");
        }
    }
}

/// A test function, whatever other attributes it has.
fn is_test(source: &str, name: &str) -> bool {
    let Some(place) = source.find(&format!("fn {name}()")) else { return false };
    source[..place].lines().rev().take(4).any(|line| line.trim() == "#[test]")
}

fn proof_json(desk: &Desk) -> Value {
    serde_json::from_str(&desk.read("p.json")).unwrap()
}

#[test]
fn public_inputs_at_or_above_the_modulus() {
    let desk = Desk::proved("8", &keys(SHAPE));
    let json = proof_json(&desk);
    let plus_modulus = |text: &str| {
        let mut value = ark_ff::BigInt::<4>::try_from(num_bigint(text)).unwrap();
        assert!(!value.add_with_carry(&Fr::MODULUS), "still 256 bits");
        format!("0x{}", hex::encode(value.to_bytes_be()))
    };
    for place in ["/commitment", "/context", "/controls/0", "/controls/1", "/controls/2", "/controls/3"] {
        let mut changed = json.clone();
        let honest = changed.pointer(place).unwrap().as_str().unwrap().to_owned();
        *changed.pointer_mut(place).unwrap() = plus_modulus(&honest).into();
        let refused = ProofFile::<Groth16>::from_json(&changed.to_string()).unwrap_err();
        assert!(refused.to_string().contains("canonical") || refused.to_string().contains("modulus"), "{refused}");
    }
    // Over the other field: its modulus, and one below it.
    let mut halo2: Value = serde_json::from_str(include_str!("../fuzz/seeds/proof_file/halo2.json")).unwrap();
    let modulus = "0x40000000000000000000000000000000224698fc094cf91b992d30ed00000001";
    let read = |halo2: &Value| ProofFile::<Halo2>::from_json(&halo2.to_string());
    halo2["commitment"] = modulus.into();
    assert!(read(&halo2).is_err());
    halo2["commitment"] = modulus.replace("00000001", "00000000").into();
    assert!(read(&halo2).is_ok());
}

fn num_bigint(hex_text: &str) -> num_bigint::BigUint {
    num_bigint::BigUint::parse_bytes(&hex_text.as_bytes()[2..], 16).unwrap()
}

/// In the constraints: not only in the domain rows that a reduction adds.
#[test]
fn every_public_input_is_used() {
    for shape in ["1x1/1", "2x3", "3x5/1", "2x67"] {
        let system = statement_system(shape.parse().unwrap()).unwrap();
        let mut used = vec![false; system.instances()];
        for matrix in system.matrices() {
            for (variable, _) in matrix.terms() {
                if let Some(used) = used.get_mut(*variable as usize) {
                    *used = true;
                }
            }
        }
        assert!(used.iter().all(|used| *used), "{shape}");
    }
}

/// Numerators and denominators are stored minus one: every packed value means numbers of at least one.
#[test]
fn a_zero_denominator_cannot_be_written() {
    let fields = tail_fields(2);
    for name in ["value-at-risk tail denominator", "shortfall tail denominator", "value-at-risk tail numerator"] {
        assert!(fields.iter().any(|field| field.name == format!("{name} minus one")), "{name}");
    }
    let least = tailproof_core::TailMass::EVERYTHING;
    assert!(least.denominator() >= 1 && least.numerator() >= 1);
    let packed: Fr = pack_tails(2, least, tailproof_core::Unit::FINEST, least);
    let values = unpack(fields, packed.limbs());
    assert_eq!(values[1], u128::from(least.denominator()) - 1);
}

/// Anybody can turn a Groth16 proof into another of the same claim. It says nothing else: whoever keeps a record of proofs must keep
/// claims and contexts, not bytes.
#[test]
fn a_groth16_proof_can_be_blinded_again_and_says_the_same() {
    let folder = keys(SHAPE);
    let desk = Desk::proved("8", &folder);
    let mut file = ProofFile::<Groth16>::from_json(&desk.read("p.json")).unwrap();
    let factor = Fr::from(12_345u64);
    let Groth16Evidence { scenario_point, proof } = file.evidence;
    let blinded = Proof {
        a: (G1Projective::from(proof.a) * factor).into_affine(),
        b: (G2Projective::from(proof.b) * factor.inverse().unwrap()).into_affine(),
        c: proof.c,
    };
    assert_ne!(blinded, proof);
    file.evidence = Groth16Evidence { scenario_point, proof: blinded };
    desk.write("blinded.json", file.to_json());
    desk.verify("blinded.json", MANDATE, &folder).expect(0);
    // It is a proof of nothing else.
    let key = decode_verifying_key(&std::fs::read(folder.join("verifying.key")).unwrap()).unwrap();
    for index in 0..4 {
        let mut controls = file.controls;
        controls[index] += Fr::from(1u64);
        assert!(key.verify(&controls, &scenario_point, &blinded).is_err(), "control {index}");
    }
}

#[test]
fn a_proof_bound_to_one_use_is_not_valid_for_another() {
    let folder = keys(SHAPE);
    let desk = Desk::proved("8", &folder);
    let context = |number: u64| format!("0x{number:064x}");
    let keys = folder.to_str().unwrap();
    let files = ["--scenarios", "s.scn", "--mandate", MANDATE, "--keys", keys];
    let prove = ["prove", "--book", support::BOOK, "--opening", "o.json", "-o", "bound.json", "--context", &context(7)];
    desk.run(&[&prove[..], &files].concat()).expect(0);
    let verify = |more: &[&str]| desk.run(&[&["verify", "--proof", "bound.json"], &files[..], more].concat());
    verify(&["--context", &context(7)]).expect(0);
    verify(&["--context", &context(8)]).expect(1);
    verify(&[]).expect(1);
    // Relabelled in the file, it is still not a proof for the other use.
    let relabelled = desk.read("bound.json").replace(&context(7), &context(8));
    desk.write("bound.json", relabelled);
    verify(&["--context", &context(8)]).expect(1);
}
