//! Tests of the statements: one executable, with a module for each subject.
//!
//! Tests of large shapes are behind the feature `nightly`; each has a smaller instance without it.
#![allow(clippy::cast_possible_truncation, clippy::unwrap_used)]

#[macro_use]
mod support;

mod adversary;
mod arkworks;
mod book;
mod market;
mod parametric;
mod pnl;
mod pool;
mod structure;
mod tables;
mod witnesses;

/// The tests of this executable that stand against known classes of bugs are here.
#[test]
fn known_bug_classes_have_their_tests() {
    assert_eq!(tailproof_test_support::missing_tests("tailproof-circuits tests"), [""; 0]);
}
