//! Mandates: public limits on figures of a book.
//!
//! * [`mod@file`]: a mandate and its TOML; [`clause`]: one limit, of a [`measure`], with its
//!   [`limit`] in integers.
//! * [`mod@evaluate`]: the figure of a clause for a book.
//! * [`liquidity`]: half-spreads, a cost beside a loss.
//! * [`rules`]: net asset values that are sums, and cash; [`groups`]: public groups of factors.
//! * [`caps`]: public caps on the magnitude of each exposure; [`impact`]: costs that grow with it.
//! * [`named_texts`]: the files that a mandate names by their digests.
//! * [`scenario_rule`]: the scenario sets that a mandate allows; [`prescribed`]: those that the
//!   name of a rule allows; [`prescribed_exposures`]: the columns that its clauses may count.
//! * [`parametric`]: limits on parametric figures, exactly, over a covariance set.

pub mod caps;
pub mod clause;
pub mod evaluate;
mod factor_file;
pub mod file;
pub mod groups;
pub mod impact;
pub mod limit;
pub mod liquidity;
pub mod measure;
mod named_file;
pub mod named_texts;
mod nearest;
pub mod parametric;
pub mod prescribed;
pub mod prescribed_exposures;
pub mod rules;
pub mod scenario_rule;
mod size_terms;

pub use caps::{Caps, VolumeShare};
pub use clause::Clause;
pub use evaluate::ClauseFigure;
pub use factor_file::FactorFile;
pub use file::Mandate;
pub use groups::{GroupRef, Groups};
pub use impact::{CostCurve, Impact};
pub use limit::{BookUnits, FloorUnits, Limit, LimitUnits, SignedBookUnits};
pub use measure::{Measure, Method};
pub use named_texts::NamedTexts;
pub use nearest::{Near, nearest};
pub use rules::{GroupColumns, NavSource};
pub use scenario_rule::{RequiredWeights, ScenarioKind, ScenarioRule};
