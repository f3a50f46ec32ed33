//! Mandates: public limits on figures of a book.
//!
//! * [`mod@file`]: a mandate and its TOML; [`clause`]: one limit, of a [`measure`], with its
//!   [`limit`] in integers.
//! * [`mod@evaluate`]: the figure of a clause for a book.
//! * [`liquidity`]: half-spreads, a cost beside a loss.
//! * [`rules`]: net asset values that are sums, and cash; [`groups`]: public groups of factors.
//! * [`scenario_rule`]: the scenario sets that a mandate allows; [`prescribed`]: those that the
//!   name of a rule allows.
//! * [`parametric`]: limits on parametric figures, exactly, over a covariance set.

pub mod clause;
pub mod evaluate;
pub mod file;
pub mod groups;
pub mod limit;
pub mod liquidity;
pub mod measure;
pub mod parametric;
pub mod prescribed;
pub mod rules;
pub mod scenario_rule;

pub use clause::Clause;
pub use evaluate::ClauseFigure;
pub use file::Mandate;
pub use groups::{GroupRef, Groups};
pub use limit::{BookUnits, FloorUnits, Limit, LimitUnits, SignedBookUnits};
pub use measure::{Measure, Method};
pub use rules::{GroupColumns, NavSource};
pub use scenario_rule::{RequiredWeights, ScenarioKind, ScenarioRule};
