//! arkworks' own constraint system and gadgets agree with the recorded constraints.

use crate::support::{Case, Instance, Lies, rng, shape};
use ark_bn254::Fr;
use ark_r1cs_std::GR1CSVar;
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::fields::FieldVar;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSynthesizer, ConstraintSystem};
use light_poseidon::parameters::bn254_x5::get_poseidon_parameters;
use tailproof_circuits::r1cs::system::Replay;

#[test]
fn the_replay_has_the_same_sizes_and_the_same_verdict() {
    for text in ["3x3/1", "4x5", "2x67"] {
        let case = Case::random(&mut rng(5), shape(text), 1000);
        let (system, mut assignment) = case.r1cs(&Lies::new());
        for honest in [true, false] {
            if !honest {
                *assignment.last_mut().unwrap() += Fr::from(1u64);
            }
            let cs = ConstraintSystem::new_ref();
            Replay { system: &system, assignment: Some(&assignment) }.generate_constraints(cs.clone()).unwrap();
            cs.finalize();
            assert_eq!(cs.num_constraints(), system.constraints());
            assert_eq!(cs.num_instance_variables(), system.instances());
            assert_eq!(system.is_satisfied(&assignment), honest, "{text}: ours");
            assert_eq!(cs.is_satisfied().unwrap(), honest, "{text}: arkworks'");
        }
    }
}

/// Poseidon written with arkworks' field gadgets has the same result and as many constraints per
/// S-box.
#[test]
fn poseidon_with_arkworks_gadgets_agrees() {
    let inputs = [3u64, 5, 7].map(Fr::from);
    let width = inputs.len() + 1;
    let parameters = get_poseidon_parameters::<Fr>(u8::try_from(width).unwrap()).unwrap();
    let cs = ConstraintSystem::<Fr>::new_ref();
    let mut state = vec![FpVar::zero()];
    for input in inputs {
        state.push(FpVar::new_witness(cs.clone(), || Ok(input)).unwrap());
    }
    let half = parameters.full_rounds / 2;
    for round in 0..parameters.full_rounds + parameters.partial_rounds {
        for (element, constant) in state.iter_mut().zip(&parameters.ark[round * width..]) {
            *element += *constant;
        }
        let full = round < half || round >= half + parameters.partial_rounds;
        let boxes = if full { width } else { 1 };
        for element in &mut state[..boxes] {
            let fourth = element.square().unwrap().square().unwrap();
            *element = &fourth * &*element;
        }
        let mixed = parameters
            .mds
            .iter()
            .map(|row| row.iter().zip(&state).fold(FpVar::zero(), |sum, (factor, element)| sum + element * *factor));
        state = mixed.collect();
    }
    assert!(cs.is_satisfied().unwrap());
    assert_eq!(state[0].value().unwrap(), tailproof_verifier::field::poseidon(&inputs));
    // The first S-box is of a constant and costs arkworks nothing; ours spends three constraints on
    // it.
    let boxes = parameters.full_rounds * width + parameters.partial_rounds;
    assert_eq!(cs.num_constraints(), 3 * (boxes - 1));
}
