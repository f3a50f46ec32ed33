//! Plain risk engine of Tailproof: prices, scenario sets, books, mandates and exact integer measures.
//!
//! There is no cryptography here. Every figure that a circuit proves is computed in this crate first, over the same
//! integers, so it is the oracle that all statement tests compare against.
//!
//! * [`prices`]: daily price history from CSV.
//! * [`historical`], [`historical_variants`]: historical-simulation scenarios from a price history.
//! * [`mod@montecarlo`], [`covariance`]: paths drawn from a model of a price history, the same on every machine.
//! * [`covariance_set`]: public covariances, for parametric figures.
//! * [`credit`]: loan pools and tranches: copulas, loss distributions, large pools, capital.
//! * [`mod@stress`]: named scenarios from a table.
//! * [`scenario_set`], [`scenario_file`]: the public integer matrix of scenarios, and its file format.
//! * [`book`]: private exposures in public book units.
//! * [`mandate`], [`clause`], [`liquidity`]: public limits on figures of a book.
//! * [`measures`]: losses, value at risk and expected shortfall, exactly, with integer weights.
//! * [`parametric`]: figures from moments: normal, Cornish-Fisher, exponentially weighted.
//! * [`parametric_clause`]: limits on them, exactly, over a covariance set.
//! * [`backtest`]: do losses exceed the value at risk as often as they should?
//! * [`conventions`]: the sample-quantile and shortfall conventions of other libraries, for comparison.

pub mod backtest;
pub mod book;
pub mod clause;
pub mod conventions;
pub mod covariance;
pub mod covariance_set;
pub mod credit;
pub mod fixed_point;
pub mod historical;
pub mod historical_variants;
pub mod input;
pub mod liquidity;
pub mod mandate;
pub mod measures;
pub mod montecarlo;
pub mod parametric;
pub mod parametric_clause;
pub mod prices;
pub mod scenario_file;
pub mod scenario_set;
pub mod stress;

pub use book::{Book, Positions};
pub use clause::{Clause, Confidence, Limit, Measure};
pub use fixed_point::{Figure, Unit};
pub use input::{InputError, Problem};
pub use mandate::Mandate;
pub use measures::TailMass;
pub use prices::PriceHistory;
pub use scenario_set::ScenarioSet;
