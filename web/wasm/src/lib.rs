//! The verifier as a WebAssembly module with a C interface.
//!
//! The module imports nothing. It exports its memory and three functions: [`tailproof_alloc`],
//! [`tailproof_free`] and [`tailproof_call`], which takes one message and returns another.
//!
//! # Messages
//! A message is a 4-byte little-endian length, that many bytes of JSON, and the bytes of files, which
//! no JSON could hold. The JSON of a request names its operation in `op` ([`request::Request`]) and,
//! where it brings files, their lengths in `files`: the files follow one another, to the last byte of
//! the message. An answer is JSON alone.
//!
//! # Answers
//! An answer has `ok`: whether there is one. Otherwise it has the `code` and the `reason` of a
//! [`refusal::Refusal`]. Verdicts are in `result`, in the JSON of `tailproof verify --json`, with
//! `verdict` beside `valid`: a proof that has no verdict is not valid either.
//!
//! # Handles
//! What was decoded stays in the module under a number, until it is released: keys, scenario sets,
//! mandates, deals and commitments. A number is used once.
//!
//! Malformed input is refused, and never traps. A trap is a defect or a lack of memory; after one, the
//! module's memory is not to be used again.

mod abi;
mod answer;
mod check;
mod message;
pub mod refusal;
pub mod request;
mod store;

pub use abi::{tailproof_alloc, tailproof_call, tailproof_free};
pub use answer::respond;
