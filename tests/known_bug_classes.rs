//! The known classes of bugs of proof systems and circuits: the tests of this executable that stand
//! against them are here where no other module has them.

use ark_bn254::{Fr, G1Projective, G2Projective};
use ark_ec::CurveGroup;
use ark_ff::{BigInteger, Field, PrimeField};
use serde_json::Value;
use tailproof_circuits::r1cs::assembly::statement_system;
use tailproof_test_support::{BOOK, CLASSES, DEAL, Desk, EXECUTABLES, LOANS, MANDATE, PRICES, missing_tests};
use tailproof_verifier::Proof;
use tailproof_verifier::encoding::from_hex;
use tailproof_verifier::field::InputField;
use tailproof_verifier::inputs::controls::{pack_tails, tail_fields, unpack};
use tailproof_verifier::keys::file::decode_verifying_key;
use tailproof_verifier::proof::{Groth16Evidence, ProofFile};
use tailproof_verifier::{Groth16, Halo2};

const SHAPE: &str = "8x20";

#[test]
fn every_class_has_its_tests() {
    for (class, tests) in CLASSES {
        assert!(!tests.is_empty(), "{class}");
        for (executable, _) in tests {
            assert!(EXECUTABLES.contains(executable), "{class}: {executable}");
        }
    }
    assert_eq!(missing_tests("tailproof tests"), [""; 0]);
}

#[test]
fn public_inputs_at_or_above_the_modulus() {
    let json = Desk::proved(SHAPE).json("p.json");
    let plus_modulus = |text: &str| {
        let mut value = from_hex::<Fr>("test", text).unwrap().into_bigint();
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

/// Every public input has a term in the constraints, besides the domain rows that a reduction adds.
#[test]
fn every_public_input_is_used() {
    for shape in [
        "1x1/1",
        "2x3",
        "3x5/1",
        "2x67",
        "3x5+limits",
        "3x5/1+2books",
        "4x3+parametric",
        "4pnl",
        "3pnl/1+2books",
        "4loans+pool",
        "4loans+3x2/2tranches",
        "4loans+pool+3x2/2tranches",
        "4loans+3x28/2tranches+granular",
    ] {
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

/// Numerators and denominators are stored minus one: every packed value stands for a number of at
/// least one.
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

/// Anybody can turn a Groth16 proof into another proof of the same claim, and of no other. Whoever
/// keeps a record of proofs must keep claims and contexts, not bytes.
#[test]
fn a_groth16_proof_can_be_blinded_again_and_says_the_same() {
    let desk = Desk::proved(SHAPE);
    let keys = desk.keys(SHAPE);
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
    desk.verify("blinded.json", MANDATE, &keys).expect(0);
    let key = decode_verifying_key(&desk.bytes(&format!("{keys}/verifying.key"))).unwrap();
    for index in 0..4 {
        let mut controls = file.controls;
        controls[index] += Fr::from(1u64);
        assert!(key.verify(&controls, &scenario_point, &blinded).is_err(), "control {index}");
    }
}

/// Proves with a context and verifies with it, with another and with none. `secret` are the options
/// of the prover alone, `public` those of both.
fn bound_to_one_use(desk: &Desk, secret: &str, public: &str) {
    let context = |number: u64| format!("--context 0x{number:064x}");
    desk.run(format!("prove {secret} --opening o.json {public} {} -o bound.json", context(7))).expect(0);
    let verify = |context: &str| desk.run(format!("verify --proof bound.json {public} {context}"));
    verify(&context(7)).expect(0);
    verify(&context(8)).expect(1);
    verify("").expect(1);
    // Relabelled in the file, it is still not a proof for the other use.
    let relabelled = desk.read("bound.json").replace(&format!("{:064x}", 7), &format!("{:064x}", 8));
    desk.write("bound.json", relabelled);
    verify(&context(8)).expect(1);
}

#[test]
fn a_market_proof_bound_to_one_use_is_not_valid_for_another() {
    let desk = Desk::proved(SHAPE);
    let keys = desk.keys(SHAPE);
    let public = format!("--scenarios s.scn --mandate {MANDATE} --keys {keys}");
    bound_to_one_use(&desk, &format!("--book {BOOK}"), &public);
}

#[test]
fn a_parametric_proof_bound_to_one_use_is_not_valid_for_another() {
    let desk = Desk::new();
    let keys = desk.keys("4x3+parametric");
    let prices = desk.read(PRICES);
    let three = prices.lines().map(|line| line.split(',').take(4).collect::<Vec<_>>().join(",") + "\n");
    desk.write("p.csv", three.collect::<String>());
    let names: Vec<&str> = prices.lines().next().unwrap().split(',').collect();
    desk.write("b.csv", format!("factor,exposure\n{},120000\n{},-40000\n", names[1], names[2]));
    let clause = "measure = \"var\"\nmethod = \"normal\"\nconfidence = 0.99\nlimit = 100000";
    desk.write("m.toml", format!("name = \"m\"\n[[clause]]\n{clause}\n"));
    desk.run("scenarios covariance --prices p.csv -o s.scn").expect(0);
    desk.commit("b.csv").expect(0);
    bound_to_one_use(&desk, "--book b.csv", &format!("--scenarios s.scn --mandate m.toml --keys {keys}"));
}

#[test]
fn a_pool_proof_bound_to_one_use_is_not_valid_for_another() {
    let desk = Desk::new();
    let keys = desk.keys("4loans+pool");
    desk.write("loans.csv", LOANS.lines().take(5).map(|line| format!("{line}\n")).collect::<String>());
    let start = DEAL.find("[[tranche]]").unwrap();
    desk.write("deal.toml", format!("{}[claims]\nloans_min = 4\n", &DEAL[..start]));
    desk.commit_pool("loans.csv").expect(0);
    bound_to_one_use(&desk, "--pool loans.csv", &format!("--deal deal.toml --keys {keys}"));
}
