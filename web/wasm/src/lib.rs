//! The verifier as a WebAssembly module with a C interface.
//!
//! The module imports nothing. It exports its memory and three functions: [`tailproof_alloc`],
//! [`tailproof_free`] and [`tailproof_call`], which takes one message and returns another.
//!
//! # Messages
//! A message is a 4-byte little-endian length, that many bytes of JSON, and the bytes of one file,
//! which no JSON could hold. The JSON of a request names its operation in `op`:
//!
//! | op | file | fields |
//! | --- | --- | --- |
//! | `about` | | |
//! | `keys` | verifying key, or key of halo2 | `digest` |
//! | `scenarios`, `mandate`, `deal` | scenario set, mandate, deal | `digest` to pin it; the text of `assumptions` for a deal's value |
//! | `commitment` | commitment file | |
//! | `verify` | proof file | `keys`, the terms, the expectations |
//! | `verify-call` | | `keys`, the terms, the expectations; `calldata`, or `proof`, `controls` and `point`; `sub_books` |
//! | `verify-calls` | | `keys`, `entropy`, and `calls`: objects with the other fields of `verify-call` |
//! | `allows` | | the terms: whether they fit each other, before any proof |
//! | `verify-bundle` | bundle | `pins`: `keys`, `terms`, `scenarios`; the expectations |
//! | `release` | | `handle` |
//!
//! The *terms* are the handles `mandate` and `scenarios`, or `deal` and, where it is about losses,
//! `scenarios`. The *expectations* are `commitments` (handles), `context`, `scenario_point`, `seed`,
//! `withdrawn` (text of a list) and `attestors`: `keys`, `attestations` (texts), `subject`, `at` (Unix
//! seconds), `revoked` (text of a list). Each has the form that the command line takes. An unknown
//! field is refused. An answer is JSON alone.
//!
//! `verify-calls` checks the pairings of many proofs together, and answers with `results`, each the one
//! that its call has alone. `entropy` is 32 random bytes in hex, which the caller draws for every
//! message.
//!
//! # Answers
//! An answer has `ok`: whether there is one. Otherwise it has a `code` for programs, `use` for a wrong
//! use of the module, and a `reason` for people. Verdicts are in `result`, in the JSON of `tailproof verify --json`, with
//! `verdict` beside `valid`: a proof that has no verdict is not valid either.
//!
//! # The small module
//! `web/split` makes it of this one: it keeps the functions that the verifications of its profile
//! run, and each other function sets the exported global `tailproof_deferred` and traps. Functions
//! of rare operations are not inlined here, so that it need not have them.
//!
//! # Features
//! With `halo2`, `keys` takes keys of halo2 too, and derives them from their circuit: this takes
//! seconds, unless their digest is not the pinned one. `verify` and `verify-bundle` then take
//! proofs of halo2. Without it, `verify` has the code `other-backend` for them and `verify-bundle`
//! the code `no-halo2-module`, by which a caller knows that the module with it would check the
//! bundle; neither is a verdict.
//!
//! # Handles
//! What was decoded stays in the module under a number, until it is released: keys, scenario sets,
//! mandates, deals and commitments. A number is used once.
//!
//! Malformed input is refused, and never traps. A trap is a defect or a lack of memory; after one, the
//! module's memory is not to be used again.

mod abi;
#[cfg(target_arch = "wasm32")]
mod allocator;
mod answer;
mod bundle;
mod check;
mod files;
mod fit;
#[cfg(feature = "halo2")]
mod halo2;
mod many;
mod message;
mod outcome;
mod question;
mod refusal;
mod request;
mod store;
mod system;
mod terms;

pub use abi::{tailproof_alloc, tailproof_call, tailproof_free};
pub use answer::respond;
