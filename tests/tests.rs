//! The command line end to end, on real data; the documents; the packages.
#![allow(clippy::unwrap_used)]

mod attest_commands;
mod batch_commands;
mod commitment_check;
mod context_and_commitment;
mod demo;
mod documentation;
mod examples;
mod faults;
mod halo2_backend;
mod key_ceremony;
mod key_row_commands;
mod known_bug_classes;
mod leaks;
mod ledger_commands;
mod library;
mod limits_commands;
mod migration;
mod old_artefacts;
mod output_files;
mod packaging;
mod pool_attacks;
mod pool_commands;
mod pool_flags;
mod pool_proofs;
mod pool_refusals;
mod pool_schema_commands;
mod preset_commands;
mod proving;
mod refused_keys_and_proofs;
mod refused_tables;
mod report_command;
mod risk_commands;
mod scenario_commands;
mod set_points_commands;
mod verdict_commands;
