//! The known classes of bugs of proof systems and circuits, each with the tests that stand against
//! it.
//!
//! The tests live in several executables. Each executable checks with [`missing_tests`] that it has
//! the tests that this table expects of it.

use std::process::Command;

/// A class of bugs: its name, and pairs of an executable of [`EXECUTABLES`] and a test in it.
///
/// A test is named by its function alone, or by `START*::FUNCTION` where tests of several modules
/// have the same name. A module of that name, with a test for each case, will do as well.
pub type Class = (&'static str, &'static [(&'static str, &'static str)]);

/// The command line and everything around it: `tests/`.
const COMMANDS: &str = "tailproof tests";
/// The statements: `circuits/tests`.
const CIRCUITS: &str = "tailproof-circuits tests";
/// The unit tests of the verifier.
const VERIFIER: &str = "tailproof-verifier";
/// The unit tests of the prover.
const PROVER: &str = "tailproof-prover";
/// The prover on small statements: `prover/tests`.
const PROOFS: &str = "tailproof-prover tests";
/// The Solidity verifier: `tests/evm`.
const EVM: &str = "tailproof-evm-tests tests";

/// Every executable that has tests in [`CLASSES`].
pub const EXECUTABLES: [&str; 6] = [COMMANDS, CIRCUITS, VERIFIER, PROVER, PROOFS, EVM];

/// Every class.
pub const CLASSES: [Class; 12] = [
    (
        "public input at or above the modulus",
        &[
            (COMMANDS, "public_inputs_at_or_above_the_modulus"),
            (EVM, "aliases_of_controls_are_named_reverts"),
            (EVM, "a_pool_and_its_tranches_verify_in_the_same_contract"),
            (EVM, "a_pool_with_every_flag_verifies_in_the_same_contract"),
            (EVM, "a_month_of_a_pool_verifies_in_the_same_contract"),
        ],
    ),
    (
        "alias encodings",
        &[
            (VERIFIER, "one_encoding_for_each_element"),
            (COMMANDS, "proof_files_with_missing_extra_or_non_canonical_fields_are_bad_input"),
            (PROVER, "a_coordinate_at_the_modulus_and_a_point_outside_the_subgroup_are_refused"),
        ],
    ),
    (
        "unused public input",
        &[
            (COMMANDS, "every_public_input_is_used"),
            (CIRCUITS, "market*::every_public_input_has_a_place_of_its_own"),
            (CIRCUITS, "market*::every_value_moved_alone_is_refused"),
            (CIRCUITS, "every_instance_cell_moved_alone_is_refused"),
            (CIRCUITS, "pool*::every_public_input_has_a_place_of_its_own"),
            (CIRCUITS, "pool*::every_value_moved_alone_is_refused"),
        ],
    ),
    (
        "missing range check",
        &[
            (CIRCUITS, "nav_bit"),
            (CIRCUITS, "distance_bit"),
            (CIRCUITS, "no_statement_has_a_free_direction"),
            (CIRCUITS, "without_any_constraint_something_is_free"),
            (CIRCUITS, "every_cell_moved_alone_is_refused"),
            (CIRCUITS, "parametric*::each_attack_is_refused_by_its_constraint"),
            (CIRCUITS, "each_other_constraint_refuses_a_lie_alone"),
            (CIRCUITS, "cells_moved_alone_are_refused"),
            (CIRCUITS, "without_a_range_check_copied_loans_are_accepted"),
        ],
    ),
    (
        "division wraps in the field",
        &[(CIRCUITS, "tail_beyond_bit"), (CIRCUITS, "pool*::lies_told_together_are_refused_by_name")],
    ),
    (
        "zero denominators",
        &[(COMMANDS, "a_zero_denominator_cannot_be_written"), (COMMANDS, "errors_in_tapes_and_options_are_named")],
    ),
    (
        "unchecked subgroup",
        &[
            (COMMANDS, "a_point_outside_the_subgroup_is_bad_input"),
            (VERIFIER, "a_curve_point_outside_the_subgroup_is_refused"),
            (PROVER, "one_point_outside_the_subgroup_among_many_is_found"),
            (PROVER, "a_contribution_outside_the_subgroup_or_at_infinity_is_refused"),
        ],
    ),
    (
        "malleability",
        &[
            (COMMANDS, "a_groth16_proof_can_be_blinded_again_and_says_the_same"),
            (PROOFS, "a_proof_with_any_byte_changed_is_refused"),
        ],
    ),
    (
        "gamma = delta",
        &[
            (PROOFS, "a_trivial_delta_is_refused"),
            (PROOFS, "a_ceremony_without_a_secret_is_refused"),
            (EVM, "a_contract_whose_gamma_is_delta_does_not_deploy"),
        ],
    ),
    (
        "replay",
        &[
            (COMMANDS, "a_market_proof_bound_to_one_use_is_not_valid_for_another"),
            (COMMANDS, "a_parametric_proof_bound_to_one_use_is_not_valid_for_another"),
            (COMMANDS, "a_pool_proof_bound_to_one_use_is_not_valid_for_another"),
        ],
    ),
    (
        "packed-field overflow",
        &[
            (CIRCUITS, "a_net_asset_value_cannot_borrow_from_the_unit"),
            (CIRCUITS, "a_balance_cannot_borrow_from_what_stands_behind_it"),
            (CIRCUITS, "a_slot_cannot_borrow_from_its_neighbour"),
            (CIRCUITS, "a_desk_cannot_borrow_from_a_slot_that_another_pays_back"),
            (VERIFIER, "a_value_too_wide_for_its_field_does_not_spill_into_the_next"),
        ],
    ),
    (
        "Fiat-Shamir omissions",
        &[
            (PROOFS, "a_proof_verifies_for_its_claim_and_for_no_other"),
            (PROOFS, "a_proof_with_any_byte_changed_is_refused"),
            (PROVER, "contributions_cannot_be_reordered_repeated_dropped_or_moved_to_another_ceremony"),
            (PROVER, "a_proof_of_knowledge_copied_from_another_contributor_is_refused"),
            (CIRCUITS, "bands_chosen_after_the_challenge_are_refused"),
            (CIRCUITS, "a_list_fitted_to_the_challenge_is_refused"),
            (CIRCUITS, "an_old_balance_chosen_after_the_challenge_is_refused"),
        ],
    ),
];

/// The tests that [`CLASSES`] expects of the calling executable and that it does not have, as
/// `CLASS: TEST`.
///
/// # Panics
///
/// If the name is not one of [`EXECUTABLES`], or if the executable does not list its tests.
pub fn missing_tests(executable: &str) -> Vec<String> {
    assert!(EXECUTABLES.contains(&executable), "{executable} is not one of {EXECUTABLES:?}");
    let listed = Command::new(std::env::current_exe().unwrap()).arg("--list").output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let tests: Vec<&str> = listed.lines().filter_map(|line| line.strip_suffix(": test")).collect();
    assert!(!tests.is_empty(), "{listed}");
    let expected = CLASSES.iter().flat_map(|(class, places)| places.iter().map(move |place| (class, place)));
    expected
        .filter(|(_, (place, test))| *place == executable && !tests.iter().any(|name| is(name, test)))
        .map(|(class, (_, test))| format!("{class}: {test}"))
        .collect()
}

/// Whether the path of a test is the one that an entry means.
fn is(path: &str, entry: &str) -> bool {
    let (start, function) = entry.split_once("*::").unwrap_or(("", entry));
    path.starts_with(start) && path.split("::").any(|part| part == function)
}
