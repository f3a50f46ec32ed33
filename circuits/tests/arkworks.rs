//! arkworks' own constraint system agrees with the recorded constraints.
#![allow(clippy::unwrap_used)]

mod common;

use ark_bn254::Fr;
use ark_relations::gr1cs::{ConstraintSynthesizer, ConstraintSystem};
use common::{Case, rng, shape};
use tailproof_circuits::plain::Lies;
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
            assert_eq!(cs.is_satisfied().unwrap(), system.violations(&assignment).is_empty());
        }
    }
}
