//! Deals: the tranches of a pool, the credit assumptions of its loans, and what is claimed of both.

use std::collections::{BTreeMap, HashSet};

use sha2::{Digest, Sha256};

use crate::error::{CashflowProblem, CollateralProblem, Problem, TapeProblem};
use crate::mandate::ScenarioRule;
use crate::pool::assumptions::AgreedScenarios;
use crate::pool::cashflow::{Assumptions, CashflowTerms, ValueClaim};
use crate::pool::claims::PoolClaim;
use crate::pool::collateral::CollateralTerms;
use crate::pool::month::MonthTerms;
use crate::pool::schema::{Category, DEFAULTED, TapeSchema};
use crate::pool::sec_sa;
use crate::pool::tape::Loan;
use crate::pool::tranches::TrancheTerms;
use crate::scenarios::ScenarioSet;
use crate::text::check_printable;

/// A slice of a pool's losses.
#[derive(Debug, Clone, PartialEq)]
pub struct Tranche {
    /// its name
    pub name: String,
    /// where its losses begin, a fraction of the notional
    pub attachment: f64,
    /// where nothing of it is left
    pub detachment: f64,
}

/// Tranches, assumptions and claims.
#[derive(Debug, Clone, PartialEq)]
pub struct Deal {
    pub(super) name: String,
    pub(super) complete: bool,
    pub(super) tranches: Vec<Tranche>,
    pub(super) pd: BTreeMap<String, f64>,
    pub(super) lgd: BTreeMap<String, f64>,
    pub(super) schema: Option<TapeSchema>,
    pub(super) claims: Vec<PoolClaim>,
    pub(super) terms: Option<TrancheTerms>,
    pub(super) scenarios: Option<AgreedScenarios>,
    pub(super) cashflow: Option<CashflowTerms>,
    pub(super) collateral: Option<CollateralTerms>,
    pub(super) market_rule: Option<ScenarioRule>,
    pub(super) month: Option<MonthTerms>,
    pub(super) digest: [u8; 32],
}

/// The grade of assumptions for all others.
const OTHER: &str = "other";

impl Deal {
    /// Checks the parts of the deal against each other.
    pub(super) fn check(&self) -> Result<(), Problem> {
        check_printable(&self.name)?;
        if self.tranches.is_empty() && self.claims.is_empty() && self.month.is_none() {
            return Err(Problem::Empty("a deal needs at least one [[tranche]], or claims about its pool".into()));
        }
        let mut names = HashSet::new();
        for Tranche { name, attachment, detachment } in &self.tranches {
            check_printable(name)?;
            if !names.insert(name) {
                return Err(Problem::DuplicateName(name.clone()));
            }
            if !(*attachment >= 0.0 && attachment < detachment && *detachment <= 1.0) {
                return Err(Problem::TrancheEnds(format!("tranche '{name}' is from {attachment} to {detachment}")));
            }
        }
        let mut order: Vec<&Tranche> = self.tranches.iter().collect();
        order.sort_by(|left, right| left.attachment.total_cmp(&right.attachment));
        for pair in order.windows(2) {
            if pair[1].attachment < pair[0].detachment {
                return Err(Problem::TranchesOverlap(pair[0].name.clone(), pair[1].name.clone()));
            }
            if self.complete && pair[1].attachment > pair[0].detachment {
                return Err(Problem::TranchesGap(pair[0].name.clone(), pair[1].name.clone()));
            }
        }
        let ends = order.first().zip(order.last()).map(|(first, last)| (first.attachment, last.detachment));
        if let Some(ends) = ends.filter(|ends| self.complete && *ends != (0.0, 1.0)) {
            return Err(Problem::TranchesIncomplete(ends.0.to_string(), ends.1.to_string()));
        }
        if let Some(schema) = self.schema.as_ref().filter(|schema| schema.has(Category::Grade.column())) {
            for (what, table) in [("pd", &self.pd), ("lgd", &self.lgd)] {
                for grade in table.keys().filter(|grade| *grade != OTHER) {
                    let unknown = |problem: Problem| problem.in_part(format!("[{what}]"));
                    schema.code(Category::Grade, grade).map_err(unknown)?;
                }
            }
        }
        if self.schema.as_ref().is_some_and(|schema| schema.defaulted().is_some()) && self.pd.contains_key(DEFAULTED) {
            return Err(TapeProblem::OfDefaulted("pd").into());
        }
        for (what, table, is_open) in [("pd", &self.pd, true), ("lgd", &self.lgd, false)] {
            for (grade, value) in table {
                let inside = if is_open { *value > 0.0 && *value < 1.0 } else { (0.0..=1.0).contains(value) };
                if !inside {
                    let range = if is_open { "0 to 1, both excluded" } else { "0 to 1" };
                    let what = format!("the {what} of grade '{grade}'");
                    return Err(Problem::OutOfRange { what, value: value.to_string(), range: range.into() });
                }
            }
        }
        Ok(())
    }

    /// The deal's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The tranches, in the order of the file.
    pub fn tranches(&self) -> &[Tranche] {
        &self.tranches
    }

    /// How its tape becomes integers, if it says so.
    pub fn schema(&self) -> Option<&TapeSchema> {
        self.schema.as_ref()
    }

    /// How its tape becomes integers.
    ///
    /// # Errors
    /// If the deal does not say.
    pub fn require_schema(&self) -> Result<&TapeSchema, Problem> {
        self.schema.as_ref().ok_or(Problem::NoTape)
    }

    /// Claims about the pool.
    pub fn claims(&self) -> &[PoolClaim] {
        &self.claims
    }

    /// The least share of the balance that a claim lets an obligor owe, in billionths.
    pub fn obligor_cap(&self) -> Option<u64> {
        let cap = |claim: &PoolClaim| match claim {
            PoolClaim::ObligorAtMost(limit) => Some(*limit),
            _ => None,
        };
        self.claims.iter().filter_map(cap).min()
    }

    /// Claims about losses; `None` without a tape.
    pub fn terms(&self) -> Option<&TrancheTerms> {
        self.terms.as_ref()
    }

    /// What a sale of the loans' collateral does not bring, where losses are that.
    pub fn collateral(&self) -> Option<&CollateralTerms> {
        self.collateral.as_ref()
    }

    /// What a sale of the loans' collateral does not bring.
    ///
    /// # Errors
    /// If the deal's losses are of another kind.
    pub fn require_collateral(&self) -> Result<&CollateralTerms, Problem> {
        Ok(self.collateral.as_ref().ok_or(CollateralProblem::None)?)
    }

    /// Checks that the deal's losses are those of defaults, by its probabilities and losses given default.
    ///
    /// # Errors
    /// If they are those of collateral.
    pub fn require_credit(&self) -> Result<(), Problem> {
        if self.collateral.is_some() { Err(CollateralProblem::OfCollateral.into()) } else { Ok(()) }
    }

    /// The rule for scenarios of the market behind the losses of collateral, if it has one.
    pub fn market_rule(&self) -> Option<&ScenarioRule> {
        self.market_rule.as_ref()
    }

    /// How the credit scenarios of its losses are made, if it says so.
    pub fn scenarios(&self) -> Option<&AgreedScenarios> {
        self.scenarios.as_ref()
    }

    /// What a repline of its cash flows is, if it says so.
    pub fn cashflow(&self) -> Option<&CashflowTerms> {
        self.cashflow.as_ref()
    }

    /// Returns the claim on its net present value, if it makes one.
    pub fn value_claim(&self) -> Option<&ValueClaim> {
        self.claims.iter().find_map(|claim| match claim {
            PoolClaim::ValueAtLeast(value) => Some(value),
            _ => None,
        })
    }

    /// Returns the deal with its claim on value made of assumptions: a row over the pool's totals.
    ///
    /// # Errors
    /// A deal without such a claim; other assumptions than it names; assumptions that do not go with its
    /// tape, without its block, or without a discount curve.
    pub fn under(&self, assumptions: &Assumptions) -> Result<Self, Problem> {
        let schema = self.require_schema()?;
        if self.value_claim().is_none() {
            return Err(CashflowProblem::NoValueClaim.into());
        }
        let mut deal = self.clone();
        for claim in &mut deal.claims {
            if let PoolClaim::ValueAtLeast(value) = claim {
                *value = value.under(schema, assumptions)?;
            }
        }
        Ok(deal)
    }

    /// Returns the limits on W and K_SA of SEC-SA in billionths, if it has both: the least of each.
    fn sec_sa_limits(&self) -> Option<[u64; 2]> {
        let past_due = self.claims.iter().filter_map(|claim| match claim {
            PoolClaim::PastDueAtMost(_, limit) => Some(*limit),
            _ => None,
        });
        let charge = self.claims.iter().filter_map(|claim| match claim {
            PoolClaim::CapitalAtMost(charge) => Some(charge.limit),
            _ => None,
        });
        Some([past_due.min()?, charge.min()?])
    }

    /// Returns what its limits on W and K_SA bound: a sentence for each tranche.
    fn risk_weights(&self) -> Vec<String> {
        let Some([past_due, charge]) = self.sec_sa_limits() else { return Vec::new() };
        let of = |tranche: &Tranche| {
            sec_sa::sentence(&tranche.name, [tranche.attachment, tranche.detachment], charge, past_due)
        };
        self.tranches.iter().map(of).collect()
    }

    /// Its terms of the month before its tape, if it has any.
    pub fn month(&self) -> Option<&MonthTerms> {
        self.month.as_ref()
    }

    /// SHA-256 over `tailproof/deal/v1` and the text of the file.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// SHA-256 over `tailproof/credit-assumptions/v1` and the JSON of the grades with their
    /// probabilities of default and losses given default: what credit scenarios are made from.
    /// Claims can change without them.
    ///
    /// # Errors
    /// A grade without.
    pub fn assumptions_digest(&self) -> Result<[u8; 32], Problem> {
        let grades = self.require_schema()?.names(Category::Grade);
        let json = serde_json::json!([grades, self.bucket_assumptions()?]);
        Ok(Sha256::new()
            .chain_update("tailproof/credit-assumptions/v1")
            .chain_update(json.to_string())
            .finalize()
            .into())
    }

    /// All claims in words, without what scenarios say of those on losses.
    pub fn sentences(&self) -> Vec<String> {
        self.sentences_over(None)
    }

    /// All claims in words. Those on losses say what the losses of a set are: in the limit of a
    /// large pool, and no bound where they are not.
    pub fn sentences_over(&self, set: Option<&ScenarioSet>) -> Vec<String> {
        let Some(schema) = &self.schema else { return Vec::new() };
        let qualifier = set.map(|set| set.generator().loss_qualifier()).unwrap_or_default();
        let losses = self.terms.iter().flat_map(TrancheTerms::sentences).map(|sentence| sentence + &qualifier);
        let of_month = self.month.iter().flat_map(|month| month.sentences(schema));
        let of_pool = self.claims.iter().map(|claim| claim.sentence(schema));
        of_pool.chain(self.risk_weights()).chain(of_month).chain(losses).collect()
    }

    /// Probability of default and loss given default of each grade of the tape, in the order of
    /// their codes. The probability is one for the grade of loans in default.
    ///
    /// # Errors
    /// A grade without; a deal whose losses are those of collateral.
    pub fn bucket_assumptions(&self) -> Result<Vec<(f64, f64)>, Problem> {
        let schema = self.require_schema()?;
        self.require_credit()?;
        let grades = schema.names(Category::Grade);
        if grades.is_empty() {
            return Err(Problem::NoGrades);
        }
        let of = |table: &BTreeMap<String, f64>, what: &'static str, grade: &String| {
            let found = table.get(grade).or_else(|| table.get(OTHER)).copied();
            found.ok_or_else(|| Problem::NoAssumption { table: what, grade: grade.clone() })
        };
        let defaulted = schema.defaulted().map(usize::from);
        let pd = |(code, grade)| if Some(code) == defaulted { Ok(1.0) } else { of(&self.pd, "pd", grade) };
        grades.iter().enumerate().map(|at| Ok((pd(at)?, of(&self.lgd, "lgd", at.1)?))).collect()
    }

    /// Probability of default and loss given default of a loan: its own, or its grade's.
    ///
    /// # Errors
    /// Neither; a deal whose losses are those of collateral.
    pub fn assumptions(&self, loan: &Loan) -> Result<(f64, f64), Problem> {
        let of_grade = |table: &BTreeMap<String, f64>| {
            let named = loan.grade.as_ref().and_then(|grade| table.get(grade));
            named.or_else(|| table.get(OTHER)).copied()
        };
        let missing = |table: &'static str| {
            let grade = loan.grade.as_deref().map_or("no grade".to_owned(), |grade| format!("grade '{grade}'"));
            Problem::NoAssumptionForLoan { loan: loan.id.clone(), table, grade }
        };
        self.require_credit()?;
        let pd = loan.pd.or_else(|| of_grade(&self.pd)).ok_or_else(|| missing("pd"))?;
        let lgd = loan.lgd.or_else(|| of_grade(&self.lgd)).ok_or_else(|| missing("lgd"))?;
        Ok((pd, lgd))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEAL: &str = "name = \"d\"\ncomplete = true\n[[tranche]]\nname = \"equity\"\nattachment = 0\ndetachment = 0.2\n\
                        [[tranche]]\nname = \"senior\"\nattachment = 0.2\ndetachment = 1\n[pd]\nA = 0.03\n[lgd]\nother = 0.6\n";

    #[test]
    fn deals_are_read_and_bad_ones_refused() {
        let deal = Deal::from_toml("d.toml", DEAL).unwrap();
        assert_eq!(deal.tranches()[1].attachment, 0.2);
        for (from, to, said) in [
            ("detachment = 0.2", "detachment = 0", "attaches"),
            ("attachment = 0.2", "attachment = 0.1", "overlap"),
            ("attachment = 0.2", "attachment = 0.3", "gap"),
            ("detachment = 1", "detachment = 0.9", "from 0 to 1"),
            ("\"senior\"", "\"equity\"", "equity"),
            ("A = 0.03", "A = 1", "both excluded"),
            ("other = 0.6", "other = 1.5", "lgd"),
            ("complete", "compleat", "compleat"),
        ] {
            let error = Deal::from_toml("d.toml", &DEAL.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains(said), "{to}: {error}");
        }
        assert!(Deal::from_toml("d.toml", "name = \"d\"\n").is_err());
    }
}
