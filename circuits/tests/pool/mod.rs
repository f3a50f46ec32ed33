//! The pool statement.

mod agreement;
mod constraints;
mod distinct;
mod month;
mod perturbation;
mod top;
mod value;
