//! Scenario sets made again from what their headers name, and compared.
//!
//! [`Recomputed`] makes historical sets of plain moves, losses of collateral from them, cash flows and
//! credit sets again, exactly. Sets that are estimated or drawn from a fitted model have their makers
//! in another crate, behind the same trait [`Regenerate`].

mod recomputed;
mod remade;
mod sources;

use crate::error::{CashProblem, Problem};
use crate::scenarios::set::ScenarioSet;

pub use recomputed::Recomputed;
pub use remade::{Comparison, Differences, Remade};
pub use sources::{Source, Sources};

/// Why a set was not made again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegenerateError {
    /// The set's generator needs a source that is not at hand.
    #[error("making it again takes {0}")]
    Missing(Source),
    /// A source is given that the set has nothing of.
    #[error("it has no columns of {0}: leave them out")]
    Unused(Source),
    /// No maker of sets of this generator is at hand.
    #[error("it was not made again: its generator is not one of those that are recomputed here")]
    NoMaker,
    /// The header of a custom set does not say how it was made.
    #[error("its header does not say how it was made")]
    NoOrigin,
    /// The header's parameters are none of the generator's.
    #[error(transparent)]
    Header(Problem),
    /// A source from which no such set can be made.
    #[error("{problem}")]
    Source {
        /// the source
        source_kind: Source,
        /// why not
        problem: Problem,
    },
}

impl RegenerateError {
    /// Returns what makes an error of a problem with a source.
    pub fn from_source(source_kind: Source) -> impl Fn(Problem) -> Self {
        move |problem| Self::Source { source_kind, problem }
    }
}

/// Makes scenario sets again.
pub trait Regenerate {
    /// Makes a set again from its sources and its header, and compares. Sources are brought into
    /// the set's order first: other columns, another order of columns, and prices after the set's
    /// last date do not matter. Columns of cash have no source, which has no column of their names.
    ///
    /// # Errors
    /// A source that is missing or does not fit; a header that says nothing that can be made; cash of
    /// the name of a column of the source.
    fn regenerate(&self, set: &ScenarioSet, sources: &Sources<'_>) -> Result<Remade, RegenerateError>;
}

/// Makes a set with columns of cash again by a maker of sets without them; `None` for a set without.
pub fn with_cash(
    maker: &impl Regenerate,
    set: &ScenarioSet,
    sources: &Sources<'_>,
) -> Option<Result<Remade, RegenerateError>> {
    if set.cash().is_empty() {
        return None;
    }
    if let Some(name) = set.cash().iter().find(|name| sources.have_column(name)) {
        return Some(Err(RegenerateError::Header(CashProblem::Priced(name.clone()).into())));
    }
    Some(maker.regenerate(&set.without_cash(), sources).and_then(|remade| remade.with_cash(set.cash())))
}
