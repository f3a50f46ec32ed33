//! Scenario sets: the public integer matrix, its header and its file, and the sets that a verifier
//! makes again.
//!
//! * [`set`]: the matrix; [`factors`]: the names of its columns; [`generator`]: how it was made; [`mod@file`]: its file format.
//! * [`place`]: where rows stand among those of a shape, for windows that roll.
//! * [`treatment`]: what was done to prices before.
//! * [`pnl`]: the days of a P&L vector, which have no moves.
//! * [`scan`]: moves of one underlying, from their ranges.
//! * [`historical`]: plain historical simulation, exactly, from decimal prices.
//! * [`mod@events`]: moves between named dates.
//! * [`credit`]: losses of the buckets of a deal, from its assumptions; [`collateral`]: from moves of what
//!   secures them.
//! * [`cashflow`]: payments of the replines of a deal by month, from public assumptions.
//! * [`mod@regenerate`]: sets made again and compared.

pub mod cashflow;
pub mod collateral;
pub mod credit;
mod event;
pub mod events;
pub mod factors;
pub mod file;
pub mod generator;
pub mod historical;
pub mod place;
pub mod pnl;
pub mod regenerate;
pub mod scan;
mod sentence;
pub mod set;
pub mod treatment;

pub use generator::Generator;
pub use place::Place;
pub use set::ScenarioSet;
pub use treatment::Treatment;
