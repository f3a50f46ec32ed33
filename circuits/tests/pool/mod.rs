//! The pool statement.

mod agreement;
mod constraints;
mod perturbation;
