//! The public files that make a claim, as they were read.

use std::path::Path;

use tailproof_core::pool::Deal;
use tailproof_core::{Mandate, ScenarioSet, Unit};
use tailproof_verifier::{InstanceError, Proposition};

use crate::cli::PublicOptions;
use crate::failure::Failure;
use crate::files;

/// A mandate over scenarios, or a deal about a pool of loans.
#[derive(Debug)]
pub enum PublicFiles {
    Market { mandate: Mandate, set: ScenarioSet },
    Pool { deal: Box<Deal>, set: Option<ScenarioSet> },
}

impl PublicFiles {
    /// Reads what is named.
    pub fn read(options: &PublicOptions) -> Result<Self, Failure> {
        let set = options.scenarios.as_deref().map(files::scenarios).transpose()?.map(|(set, _)| set);
        match (&options.deal, &options.mandate, set) {
            (Some(deal), None, set) => Ok(PublicFiles::Pool { deal: Box::new(files::deal(deal)?), set }),
            (None, Some(mandate), Some(set)) => Ok(PublicFiles::Market { mandate: files::mandate(mandate)?, set }),
            _ => Err(Failure::Usage("give --scenarios and --mandate, or the --deal of a pool".into())),
        }
    }

    /// The files that are read.
    pub fn paths(options: &PublicOptions) -> impl Iterator<Item = &Path> {
        [&options.scenarios, &options.mandate, &options.deal].into_iter().flatten().map(|path| &**path)
    }

    /// As the verifier takes them.
    pub fn proposition(&self) -> Proposition<'_> {
        match self {
            PublicFiles::Market { mandate, set } => (mandate, set).into(),
            PublicFiles::Pool { deal, set } => (&**deal, set.as_ref()).into(),
        }
    }

    /// Name of mandate or deal.
    pub fn name(&self) -> &str {
        match self {
            PublicFiles::Market { mandate, .. } => mandate.name(),
            PublicFiles::Pool { deal, .. } => deal.name(),
        }
    }

    /// What is claimed, one sentence each.
    pub fn sentences(&self) -> Vec<String> {
        match self {
            PublicFiles::Market { mandate, .. } => mandate.clauses().iter().map(ToString::to_string).collect(),
            PublicFiles::Pool { deal, .. } => deal.sentences(),
        }
    }

    /// What the claim is about.
    pub fn subject(&self) -> &'static str {
        match self {
            PublicFiles::Market { .. } => "book",
            PublicFiles::Pool { .. } => "pool of loans",
        }
    }

    /// Mandate and scenarios.
    pub fn market(&self) -> Result<(&Mandate, &ScenarioSet), Failure> {
        match self {
            PublicFiles::Market { mandate, set } => Ok((mandate, set)),
            PublicFiles::Pool { .. } => {
                Err(Failure::Usage("this is about a mandate over scenarios, not a pool".into()))
            }
        }
    }

    /// The unit of a pool's tape.
    pub fn tape_unit(&self) -> Option<Unit> {
        self.proposition().unit()
    }
}

/// A problem of a deal as one of the instance.
pub fn of_deal(problem: tailproof_core::Problem) -> Failure {
    InstanceError::Pool(problem.to_string()).into()
}
