//! Both tapes of a month, opened, with the reasons of loans that are gone.

use std::path::Path;

use tailproof::core::pool::month::Reasons;
use tailproof::{Deal, Months};

use crate::cli::{Prove, TapeArgs};
use crate::failure::Failure;
use crate::files;
use crate::pools::{self, committed_schema, in_deal};

/// The files of a month.
pub struct Tapes<'f> {
    /// The later tape, and the opening of its commitment.
    pub after: (&'f Path, &'f Path),
    /// The earlier tape, and the opening of its commitment.
    pub before: (&'f Path, &'f Path),
    /// How both are read.
    pub reading: TapeArgs,
    /// Why loans are gone.
    pub reasons: Option<&'f Path>,
    /// The deal's file, for errors.
    pub deal: &'f Path,
}

impl<'f> Tapes<'f> {
    /// Returns the files that `prove` names.
    pub fn of(options: &'f Prove) -> Result<Self, Failure> {
        let (Some(after), Some(before), Some(before_opening), [opening]) =
            (&options.pool, &options.before, &options.before_opening, &options.opening[..])
        else {
            return Err(Failure::Usage(
                "a deal with a [month] takes --pool with its --opening, and --before with its --before-opening".into(),
            ));
        };
        Ok(Self {
            after: (after, opening),
            before: (before, before_opening),
            reading: options.tape_args(),
            reasons: options.reasons.as_deref(),
            deal: options.deal.as_deref().unwrap_or(Path::new("")),
        })
    }

    /// Reads both tapes, opens their commitments, and matches their loans.
    pub fn open(&self, deal: &Deal) -> Result<Months, Failure> {
        let terms =
            deal.month().ok_or_else(|| Failure::Usage("an earlier tape goes with a deal that has a [month]".into()))?;
        let schema = committed_schema(deal)?;
        let earlier = schema.at(terms.from()).map_err(in_deal)?;
        let open = |(tape, opening), schema| pools::open((tape, &self.reading), opening, schema, self.deal);
        let (before, after) = (open(self.before, &earlier)?, open(self.after, schema)?);
        let mut reasons = Reasons::new(&before.loans, &after.loans, schema);
        if let Some(path) = self.reasons {
            files::add_reasons(path, &mut reasons)?;
        }
        Months::new(before.opened, after.opened, &reasons.by_digest(), terms)
            .map_err(|problem| Failure::Usage(reasons.in_words(&problem)))
    }
}
