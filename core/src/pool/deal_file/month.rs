//! The `[month]` table of a deal's file.

use std::collections::BTreeMap;

use super::{DealFile, DealProblem, tautologies};
use crate::error::Problem;
use crate::pool::claims::PoolClaim;
use crate::pool::month::claims::Flow;
use crate::pool::month::quantile::defaults_at_most;
use crate::pool::month::terms::YEAR;
use crate::pool::month::{MonthClaim, MonthTerms, TermRule};
use crate::pool::schema::{Category, Field, TapeSchema, WHOLE};
use crate::text::parse_decimal;
use crate::tree::{Scalar, toml_table, tree_words};

toml_table! {
    /// Claims about the time since an earlier tape.
    pub(super) struct MonthTable {
        pub from: String,
        pub moves: Vec<String> = Vec::new(),
        pub term: TermName = TermName::Remaining,
        pub collected_min: Option<Scalar>,
        pub prepaid_max: Option<Scalar>,
        pub charged_off_max: Option<Scalar>,
        pub repurchased_max: Option<Scalar>,
        pub capitalised_max: Option<Scalar>,
        pub advanced_max: Option<Scalar>,
        pub newly_delinquent_max: Option<Scalar>,
        pub added_max: Option<Scalar>,
        pub added_delinquent: bool = true,
        pub scheduled: BTreeMap<String, Scalar> = BTreeMap::new(),
        pub defaults: Option<DefaultsTable>,
        pub eligible: BTreeMap<String, Scalar> = BTreeMap::new(),
    }
}

toml_table! {
    pub(super) struct DefaultsTable {
        pub rho: Scalar,
        pub level: Scalar,
    }
}

#[derive(Clone, Copy)]
pub(super) enum TermName {
    Remaining,
    Original,
}

tree_words!(TermName { "remaining" => Remaining, "original" => Original });

impl MonthTable {
    /// Returns the limit of an amount's share.
    fn limit(&self, flow: Flow) -> Option<&Scalar> {
        match flow {
            Flow::ChargedOff => self.charged_off_max.as_ref(),
            Flow::Repurchased => self.repurchased_max.as_ref(),
            Flow::Capitalised => self.capitalised_max.as_ref(),
            Flow::Advanced => self.advanced_max.as_ref(),
            Flow::NewlyDelinquent => self.newly_delinquent_max.as_ref(),
            Flow::Added => self.added_max.as_ref(),
        }
    }
}

impl DealFile {
    /// Returns what the deal says of the month before its tape, if it does.
    pub(super) fn month(&self, schema: Option<&TapeSchema>) -> Result<Option<MonthTerms>, Problem> {
        let Some(table) = &self.tables.month else { return Ok(None) };
        let schema = schema.ok_or(DealProblem::NoTape)?;
        let from = super::tape::date(&table.from)?;
        let moving = |name: &String| {
            let unknown =
                || DealProblem::Month(format!("[month] 'moves' has '{name}', which is no number of the tape"));
            schema.number(name).filter(|field| schema.has_number(*field)).ok_or_else(unknown)
        };
        let moves = table.moves.iter().map(moving).collect::<Result<Vec<Field>, _>>()?;
        let rule = match table.term {
            TermName::Remaining => TermRule::Remaining,
            TermName::Original => TermRule::Original,
        };
        let terms = MonthTerms::new(from, rule, &moves, schema)?;
        let mut scheduled = vec![0; Category::Grade.most()];
        for (grade, share) in &table.scheduled {
            let code = schema.code(Category::Grade, grade).map_err(|problem| problem.in_part("[month.scheduled]"))?;
            scheduled[usize::from(code)] = self.share(&format!("the scheduled share of grade {grade}"), share)?;
        }
        let claims = self.month_claims(table, &terms, schema)?;
        let terms = terms.with_claims(scheduled, claims);
        for claim in terms.claims() {
            if is_met_by_every_pool(claim, schema) {
                return Err(DealProblem::Tautology(claim.sentence(terms.from(), schema)).into());
            }
        }
        Ok(Some(terms))
    }

    fn month_claims(
        &self,
        table: &MonthTable,
        terms: &MonthTerms,
        schema: &TapeSchema,
    ) -> Result<Vec<MonthClaim>, Problem> {
        let mut claims = Vec::new();
        if let Some(amount) = &table.collected_min {
            claims.push(MonthClaim::CollectedAtLeast(self.balance("'collected_min'", amount, schema.unit())?));
        }
        for flow in Flow::ALL {
            if let Some(limit) = table.limit(flow) {
                claims.push(MonthClaim::AtMost(flow, self.share(&format!("'{}_max'", flow.name()), limit)?));
            }
        }
        if let Some(limit) = &table.prepaid_max {
            if table.scheduled.is_empty() {
                return Err(DealProblem::Month(
                    "[month] prepaid_max needs [month.scheduled]: principal due by grade".into(),
                )
                .into());
            }
            claims.push(MonthClaim::PrepaidAtMost(self.share("'prepaid_max'", limit)?));
        }
        if let Some(DefaultsTable { rho, level }) = &table.defaults {
            claims.extend(self.defaults(rho, level, terms, schema)?);
        }
        for (key, value) in &table.eligible {
            let claim = self.eligible(key, value, schema).map_err(|problem| problem.in_part("[month.eligible]"))?;
            if let Some(column) = claim.column().filter(|column| !schema.has(*column)) {
                let (claim, column) = (claim.sentence(schema), column.name());
                return Err(DealProblem::NoColumn { claim, column }.into());
            }
            claims.extend(of_addition(&claim));
        }
        if !table.added_delinquent {
            claims.push(MonthClaim::NoAdditionDelinquent);
        }
        Ok(claims)
    }

    /// Returns a claim about the defaults of each grade that has a probability of them.
    fn defaults(
        &self,
        rho: &Scalar,
        level: &Scalar,
        terms: &MonthTerms,
        schema: &TapeSchema,
    ) -> Result<Vec<MonthClaim>, Problem> {
        let wrong = |text: &str| Problem::from(DealProblem::Month(text.to_owned()));
        if terms.months() != YEAR {
            return Err(wrong(
                "[month.defaults] is about a year: probabilities of default are of one, so that 'from' is twelve months before the tape",
            ));
        }
        let grades = schema.names(Category::Grade);
        if grades.is_empty() {
            return Err(wrong("[month.defaults] needs grades in [tape]"));
        }
        let (rho, level) = (rho.decimal()?, level.decimal()?);
        let mut claims = Vec::new();
        for (code, grade) in (0u8..).zip(grades).filter(|(code, _)| schema.defaulted() != Some(*code)) {
            let pd = self.pd().get(grade).or_else(|| self.pd().get("other"));
            let pd = pd.ok_or_else(|| Problem::NoAssumption { table: "pd", grade: grade.clone() })?;
            let limit = defaults_at_most(parse_decimal(&pd.to_string())?, rho, level)?;
            claims.push(MonthClaim::DefaultsAtMost(code, limit));
        }
        Ok(claims)
    }
}

/// Returns the claim about additions that a claim about every loan would be.
fn of_addition(claim: &PoolClaim) -> Option<MonthClaim> {
    Some(match claim {
        PoolClaim::EachAtLeast(field, limit) => MonthClaim::AdditionAtLeast(*field, *limit),
        PoolClaim::EachAtMost(field, limit) => MonthClaim::AdditionAtMost(*field, *limit),
        PoolClaim::Only(category, codes) => MonthClaim::AdditionOnly(*category, codes.clone()),
        _ => return None,
    })
}

fn is_met_by_every_pool(claim: &MonthClaim, schema: &TapeSchema) -> bool {
    let of_every_loan = |claim: PoolClaim| tautologies::is_met_by_every_pool(&claim, &[], schema);
    match claim {
        MonthClaim::CollectedAtLeast(limit) => *limit == 0,
        MonthClaim::AtMost(_, limit) | MonthClaim::PrepaidAtMost(limit) => *limit >= WHOLE,
        MonthClaim::DefaultsAtMost(..) | MonthClaim::NoAdditionDelinquent => false,
        MonthClaim::AdditionAtLeast(field, limit) => of_every_loan(PoolClaim::EachAtLeast(*field, *limit)),
        MonthClaim::AdditionAtMost(field, limit) => of_every_loan(PoolClaim::EachAtMost(*field, *limit)),
        MonthClaim::AdditionOnly(category, codes) => of_every_loan(PoolClaim::Only(*category, codes.clone())),
    }
}

#[cfg(test)]
mod tests {
    use crate::pool::Deal;

    const TAPE: &str = "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"2018-12-31\"\ncurrency = \"EUR\"\n\
                        columns = [\"rate\", \"ltv\", \"term\", \"grade\", \"status\"]\ngrades = [\"A\", \"B\", \"defaulted\"]\n\
                        [tape.scale]\nrate = \"percent\"\nltv = \"percent\"\n[tape.status]\ncurrent = [\"C\"]\ndefault = [\"D\"]\n\
                        [tape.ids]\n[pd]\nA = 0.02\nB = 0.1\n";
    const MONTH: &str = "[month]\nfrom = \"2017-12-31\"\nmoves = [\"ltv\"]\ncollected_min = 1000\nprepaid_max = 0.02\n\
                         charged_off_max = 0.005\nrepurchased_max = 0.01\ncapitalised_max = 0\nadvanced_max = 0\n\
                         newly_delinquent_max = 0.02\nadded_max = 0.1\nadded_delinquent = false\n\
                         [month.scheduled]\nA = 0.021\n[month.defaults]\nrho = 0.12\nlevel = 0.99\n\
                         [month.eligible]\nltv_max = 80\ngrade = [\"A\", \"B\"]\n";

    fn deal(month: &str) -> Result<Deal, String> {
        Deal::from_toml("d.toml", &format!("{TAPE}{month}")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_month_is_read_with_its_claims_in_words() {
        let deal = deal(MONTH).unwrap();
        let month = deal.month().unwrap();
        assert_eq!((month.months(), month.falls(), month.scheduled()[..3].to_vec()), (12, 12, vec![21_000_000, 0, 0]));
        let sentences = deal.sentences();
        for said in [
            "every loan of the pool of 2017-12-31 is in this one, or gone as paid, charged off or repurchased, as the committer names it",
            "a loan that is in both pools has the columns that it had, but for balance, grade, status and ltv; its term fell by 12 months, to 0",
            "balances fell by at least 1000 that the committer names paid",
            "charged off or written off: at most 0.5 % of the opening balance",
            "collected beyond the deal's schedule: at most 2 %",
            "of the balance of grade A on 2017-12-31, at most 9.17191",
            "of the balance of grade B on 2017-12-31",
            "the ltv of every addition since 2017-12-31 is at most 80 %",
            "the grade of every addition since 2017-12-31 is one of A, B",
            "no addition since 2017-12-31 is delinquent",
        ] {
            assert!(sentences.iter().any(|sentence| sentence.contains(said)), "{said}: {sentences:#?}");
        }
        assert_eq!(sentences.len(), 2 + 8 + 2 + 3);
    }

    #[test]
    fn months_that_mean_nothing_are_refused() {
        for (from, to, said) in [
            ("2017-12-31", "2019-01-31", "later month"),
            ("2017-12-31", "2017-13-31", "is not a date"),
            ("2017-12-31", "2018-11-30", "[month.defaults] is about a year"),
            ("[\"ltv\"]", "[\"balance\"]", "no number of the tape"),
            ("[\"ltv\"]", "[\"score\"]", "no number of the tape"),
            ("[\"ltv\"]", "[\"ltv\", \"rate\"]", "at most one"),
            ("[\"ltv\"]", "[\"term\"]", "cannot have 'term'"),
            ("collected_min = 1000", "collected_min = 0", "every pool meets"),
            ("charged_off_max = 0.005", "charged_off_max = 1", "every pool meets"),
            ("charged_off_max", "charged_of_max", "charged_of_max"),
            ("[month.scheduled]\nA = 0.021\n", "", "needs [month.scheduled]"),
            ("[month.scheduled]\nA", "[month.scheduled]\nC", "'C'"),
            ("level = 0.99", "level = 1", "needs a level"),
            ("ltv_max = 80", "ltv_max = 163.83", "every pool meets"),
            ("ltv_max = 80", "score_max = 80", "needs the column 'score'"),
            ("ltv_max = 80", "age_max = 80", "age_max"),
        ] {
            assert!(MONTH.contains(from), "{from}");
            let refused = deal(&MONTH.replacen(from, to, 1)).unwrap_err();
            assert!(refused.contains(said), "{to}: {refused}");
        }
        let without = |part: &str| {
            assert!(TAPE.contains(part), "{part}");
            let text = format!("{}{MONTH}", TAPE.replacen(part, "", 1));
            Deal::from_toml("d.toml", &text).unwrap_err().to_string()
        };
        assert!(without("[tape.ids]\n").contains("needs [tape.ids]"));
        assert!(without(", \"defaulted\"").contains("needs the grade 'defaulted'"));
        assert!(without("B = 0.1\n").contains("pd"));
    }
}
