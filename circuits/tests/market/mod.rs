//! The market statement, with limits on the book and of consolidated books.

mod agreement;
mod constraints;
mod limits_constraints;
mod packing;
mod perturbation;
mod rules;
mod sizes;
