//! The file of a deal: TOML, read into tranches, claims and the schema of a tape.
//!
//!
#![doc = "```toml"]
#![doc = include_str!("example.toml")]
#![doc = "```"]

mod claims;
mod collateral;
mod month;
mod tables;
mod tape;
mod tautologies;
mod value;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::confidence::Confidence;
use crate::error::{DealProblem, InputError, Problem};
use crate::pool::assumptions::{AgreedScenarios, AgreedSource, model_of};
use crate::pool::cashflow::CashflowTerms;
use crate::pool::deal::{Deal, Tranche};
use crate::pool::schema::WHOLE;
use crate::pool::tranches::{NOTIONAL, Piece, PieceLimits, TrancheTerms};
use crate::scenarios::credit::MOST_FAILURE;
use crate::text::{to_f64, whole};
use crate::tree::{Scalar, read_table};

use tables::{CopulaName, Tables, TrancheTable};

/// The claim that is about scenarios, and so among the terms of tranches.
const EXPECTED_LOSS: &str = "expected_loss_max";

/// A deal's file.
pub(super) struct DealFile {
    tables: Tables,
}

impl DealFile {
    /// Reads the tables; `file` names the deal in errors.
    pub(super) fn read(file: &str, text: &str) -> Result<Self, InputError> {
        Ok(Self { tables: read_table(file, text)? })
    }

    /// Returns the name of the deal.
    pub(super) fn name(&self) -> &str {
        &self.tables.name
    }

    /// Returns whether the tranches are all of the pool.
    pub(super) fn is_complete(&self) -> bool {
        self.tables.complete
    }

    /// Returns probabilities of default by grade.
    pub(super) fn pd(&self) -> &BTreeMap<String, f64> {
        &self.tables.pd
    }

    /// Returns losses given default by grade.
    pub(super) fn lgd(&self) -> &BTreeMap<String, f64> {
        &self.tables.lgd
    }

    /// Returns the tranches in the order of the file.
    pub(super) fn tranches(&self) -> Result<Vec<Tranche>, Problem> {
        let number = |scalar: &Scalar| Ok::<f64, Problem>(to_f64(scalar.decimal()?));
        let tranche = |table: &TrancheTable| {
            let (attachment, detachment) = (number(&table.attachment)?, number(&table.detachment)?);
            Ok(Tranche { name: table.name.clone(), attachment, detachment })
        };
        self.tables.tranche.iter().map(tranche).collect()
    }

    /// Returns the pieces of the notional: the tranches, and the gaps between them.
    pub(super) fn terms(&self) -> Result<TrancheTerms, Problem> {
        let mut pieces = self.tables.tranche.iter().map(|table| self.piece(table)).collect::<Result<Vec<_>, _>>()?;
        pieces.sort_by_key(|(attachment, _)| *attachment);
        let gap = |detachment| Piece { name: None, detachment, limits: PieceLimits::NONE };
        let mut all = Vec::with_capacity(pieces.len() + 2);
        let mut reached = 0;
        for (attachment, piece) in pieces {
            if attachment > reached {
                all.push(gap(attachment));
            }
            reached = piece.detachment;
            all.push(piece);
        }
        if reached < NOTIONAL {
            all.push(gap(NOTIONAL));
        }
        let limit = self.tables.claims.get(EXPECTED_LOSS);
        let expected_loss = limit.map(|limit| self.loss_limit(&format!("'{EXPECTED_LOSS}'"), limit)).transpose()?;
        Ok(TrancheTerms { expected_loss: expected_loss.unwrap_or(WHOLE), pieces: all })
    }

    /// Checks that no tranche has limits, which nothing would prove.
    fn check_no_limits(&self) -> Result<(), Problem> {
        let has_limits = |table: &&TrancheTable| {
            [&table.expected_loss, &table.hit, &table.cvar, &table.confidence].into_iter().any(Option::is_some)
        };
        match self.tables.tranche.iter().find(has_limits) {
            Some(table) => Err(DealProblem::LimitsWithoutTape(table.name.clone()).into()),
            None => Ok(()),
        }
    }

    /// Returns how the deal's scenarios of a credit model are made, as far as it says so.
    pub(super) fn scenarios(&self) -> Result<Option<AgreedScenarios>, Problem> {
        let Some(table) = self.tables.scenarios.as_ref().filter(|_| self.tables.collateral.is_none()) else {
            return Ok(None);
        };
        self.refuse_market_rule()?;
        let wrong = |text| Err(DealProblem::Scenarios(text).into());
        if self.tables.tape.is_none() {
            return wrong("need a [tape] table, whose grades are their buckets");
        }
        let (Some(model), Some(rho)) = (table.model, &table.rho) else { return wrong("need model and rho") };
        if (model == CopulaName::StudentT) != table.degrees.is_some() {
            return wrong("need degrees exactly where the model is student-t");
        }
        let source = match (table.nodes, table.paths) {
            (Some(nodes), None) if table.granular.is_none() => match &table.finite {
                None => AgreedSource::Nodes(nodes),
                Some(_) if table.degrees.is_some() => return wrong("are finite for the model gaussian only"),
                Some(failure) => {
                    let failure = self.whole("'finite'", failure, 7, u64::from(MOST_FAILURE))?;
                    AgreedSource::Finite(nodes, u32::try_from(failure).unwrap_or(MOST_FAILURE))
                }
            },
            (None, Some(paths)) if table.finite.is_none() => AgreedSource::Paths(paths),
            _ => {
                return wrong(
                    "need one of nodes and paths, paths where they are granular, and nodes where they are finite",
                );
            }
        };
        let rho = rho.decimal()?;
        let degrees = table.degrees.as_ref().map(|degrees| degrees.decimal()).transpose()?;
        model_of(&rho.to_string(), degrees.map(|degrees| degrees.to_string()).as_deref())?;
        Ok(Some(AgreedScenarios { rho, degrees, source, slots: table.granular }))
    }

    /// Returns a tranche with its limits, and where it attaches.
    fn piece(&self, table: &TrancheTable) -> Result<(u64, Piece), Problem> {
        let name = &table.name;
        let point = |what: &str, scalar| self.whole(&format!("the {what} of tranche '{name}'"), scalar, 6, NOTIONAL);
        let limit = |what: &str, scalar: &Option<Scalar>| {
            let what = format!("the {what} of tranche '{name}'");
            scalar.as_ref().map_or(Ok(WHOLE), |scalar| self.loss_limit(&what, scalar))
        };
        let confidence = table.confidence.as_ref().map(|level| level.decimal().and_then(Confidence::from_decimal));
        let confidence = confidence.transpose()?;
        if confidence.is_some() != table.cvar.is_some() {
            return Err(DealProblem::CvarAndConfidence(name.clone()).into());
        }
        let limits = PieceLimits {
            expected_loss: limit("expected loss", &table.expected_loss)?,
            hit: limit("hit", &table.hit)?,
            cvar: limit("CVaR", &table.cvar)?,
            confidence,
        };
        let attachment = point("attachment", &table.attachment)?;
        if attachment == 0 && limits.hit < WHOLE {
            return Err(DealProblem::HitAtZero(name.clone()).into());
        }
        let detachment = point("detachment", &table.detachment)?;
        Ok((attachment, Piece { name: Some(name.clone()), detachment, limits }))
    }

    /// Returns a number that a power of ten makes whole, up to some integer.
    fn whole(&self, what: &str, scalar: &Scalar, places: u32, most: u64) -> Result<u64, Problem> {
        whole(what, scalar.decimal()?, places, most)
    }

    /// Returns a limit on losses or on their probability: a fraction below one, in billionths.
    fn loss_limit(&self, what: &str, scalar: &Scalar) -> Result<u64, Problem> {
        let limit = self.share(what, scalar)?;
        if limit < WHOLE { Ok(limit) } else { Err(DealProblem::Tautology(format!("{what} of at most 100 %")).into()) }
    }

    /// Returns a fraction of one, in billionths.
    fn share(&self, what: &str, scalar: &Scalar) -> Result<u64, Problem> {
        self.whole(what, scalar, 9, WHOLE)
    }
}

impl Deal {
    /// Reads a deal. `file` names it in errors.
    ///
    /// # Errors
    /// Not TOML; unknown keys; no tranche and no claim; a tranche that does not attach below where
    /// it detaches, twice the same name, tranches that overlap, or leave a gap where the deal is
    /// complete; a probability outside (0, 1), a loss given default outside [0, 1], either of a
    /// grade that the tape does not have; collateral beside these, or whose terms do not fit the tape;
    /// a claim about a column or name that the tape does not
    /// have, or with a limit that is out of range or that every pool meets; claims or limits of
    /// tranches without a tape.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, InputError> {
        let read = DealFile::read(file, text)?;
        let digest = Sha256::new().chain_update("tailproof/deal/v1").chain_update(text).finalize().into();
        Self::from_file(&read, digest).map_err(|problem| InputError::in_file(file, problem))
    }

    fn from_file(file: &DealFile, digest: [u8; 32]) -> Result<Self, Problem> {
        let schema = file.schema()?;
        let cashflow = file.tables.cashflow.as_ref();
        let cashflow = cashflow.map(|table| CashflowTerms::of_table(table, schema.as_ref())).transpose()?;
        let mut claims = file.claims(schema.as_ref())?;
        claims.extend(file.value_claims(schema.as_ref(), cashflow.as_ref())?);
        schema.as_ref().map_or(Ok(()), |schema| tautologies::refuse(&claims, schema))?;
        let mut deal = Self {
            name: file.name().to_owned(),
            complete: file.is_complete(),
            tranches: file.tranches()?,
            pd: file.pd().clone(),
            lgd: file.lgd().clone(),
            schema: schema.clone(),
            claims,
            terms: None,
            scenarios: file.scenarios()?,
            cashflow,
            collateral: None,
            market_rule: file.market_rule()?,
            month: file.month(schema.as_ref())?,
            digest,
        };
        deal.check()?;
        deal.collateral = file.collateral(deal.schema.as_ref())?;
        match deal.schema {
            Some(_) => deal.terms = Some(file.terms()?),
            None => file.check_no_limits()?,
        }
        Ok(deal)
    }
}

#[cfg(test)]
mod tests {
    use crate::pool::Deal;

    /// The example in this module's documentation.
    const EXAMPLE: &str = include_str!("example.toml");

    #[test]
    fn the_example_is_a_deal() {
        let deal = Deal::from_toml("example.toml", EXAMPLE).unwrap();
        assert!(deal.claims().len() == 10 && deal.sentences().len() == 13, "{:?}", deal.sentences());
        assert_eq!(deal.bucket_assumptions().unwrap(), [(0.03, 0.6), (0.05, 0.6), (0.05, 0.6)]);
    }

    #[test]
    fn limits_of_tranches_without_a_tape_are_refused() {
        let deal = |limits: &str| {
            let text =
                format!("name = \"d\"\n[[tranche]]\nname = \"first\"\nattachment = 0\ndetachment = 0.1\n{limits}");
            Deal::from_toml("d.toml", &text).map_err(|error| error.to_string())
        };
        assert!(deal("").is_ok());
        for limits in ["expected_loss = 0.1", "hit = 0.1", "cvar = 0.5\nconfidence = 0.99", "cvar = \"none\""] {
            let refused = deal(limits).unwrap_err();
            assert!(refused.contains("tranche 'first'") && refused.contains("need a [tape] table"), "{refused}");
        }
    }

    #[test]
    fn claims_that_mean_nothing_are_refused() {
        for (from, to, said) in [
            ("loans_min = 100", "loans_least = 100", "[claims] has no 'loans_least'"),
            ("loans_min = 100", "loans_min = 1.5", "'loans_min'"),
            ("loans_min = 100", "balance_min = 1.005", "whole units"),
            ("average_rate_min", "average_rating_min", "[claims] has no 'average_rating_min'"),
            ("average_rate_min", "average_ltv_min", "needs the column 'ltv'"),
            ("[shares.region]", "[shares.city]", "[shares] has no 'city'"),
            ("CA = 0.4", "TX = 0.4", "'TX'"),
            ("rate_max = 25", "rate_most = 25", "[eligible] has no 'rate_most'"),
            ("notes_share = 0.8", "due_share = 0.8", "unknown field `due_share`"),
            ("due = 1000000", "notes = 1000000", "unknown field `notes`"),
            ("due = 1000000", "due = 1\ndue_share = 0.1", "[interest_coverage] needs one of due and due_share"),
            ("notes_share = 0.8 ", "# ", "[overcollateralisation] needs one of notes and notes_share"),
            ("count = 10", "count = 1", "at least 2: a limit on one obligor is obligor_max"),
            ("count = 10", "count = 65536", "'count' of [top_obligors]"),
            ("count = 10", "number = 10", "unknown field `number`"),
            ("share_max = 0.08", "share_max = 1.5", "'share_max' of [top_obligors]"),
            ("share_max = 0.08", "share_max = 1", "every pool meets 'the 10 largest loans"),
            ("model = \"gaussian\"", "model = \"student-t\"", "degrees exactly where"),
            ("nodes = 64", "nodes = 64\npaths = 9", "need one of nodes and paths"),
            ("nodes = 64", "nodes = 64\ngranular = 9", "paths where they are granular"),
            ("nodes = 64", "paths = 64\nfinite = 0.001", "nodes where they are finite"),
            ("nodes = 64", "nodes = 64\nfinite = 0.02", "'finite'"),
            ("nodes = 64", "nodes = 64\nsector_rho = 0.1", "sector_rho"),
            ("rho = 0.1", "rho = 1", "correlation"),
            ("confidence = 0.99", "", "cvar and confidence go together"),
            ("expected_loss = 0.6", "hit = 0.6", "there is no claim on 'hit'"),
        ] {
            assert!(EXAMPLE.contains(from), "{from}");
            let error = Deal::from_toml("d.toml", &EXAMPLE.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains(said), "{to}: {error}");
        }
    }
}
