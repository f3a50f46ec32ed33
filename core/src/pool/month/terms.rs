//! The terms of a deal about the month before its tape.

use jiff::civil::Date;

use super::claims::{Flow, MonthClaim};
use super::figures::MonthFigures;
use crate::error::{DealProblem, Problem};
use crate::pool::claims::PoolClaimFigure;
use crate::pool::schema::{Category, Column, DEFAULTED, Field, TapeSchema};

/// Most months between two tapes.
pub const MOST_MONTHS: u32 = 15;
/// Months after which probabilities of default, which are of a year, are compared.
pub const YEAR: u32 = 12;

/// The rule by which the term of a loan changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermRule {
    /// It is a remaining one: it falls by the months between the dates, to 0.
    Remaining,
    /// It is an original one, which stays.
    Original,
}

/// The months that a deal's claims are about, and the claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthTerms {
    from: Date,
    months: u32,
    falls: u32,
    moves: Vec<Field>,
    scheduled: Vec<u64>,
    claims: Vec<MonthClaim>,
}

impl MonthTerms {
    /// Returns the terms of the time from a date to the schema's, with the numbers that may move.
    ///
    /// # Errors
    /// Errors on a schema without ids or of version 1, on dates that do not rise or are too far
    /// apart, and on numbers that the schema does not have, that may not move, or two of which rate
    /// and LTV are both.
    pub fn new(from: Date, rule: TermRule, moves: &[Field], schema: &TapeSchema) -> Result<Self, Problem> {
        let terms = schema.require_terms()?;
        if terms.ids.is_none() {
            return Err(DealProblem::Month("[month] needs [tape.ids], by which loans are matched".into()).into());
        }
        if schema.has(Column::Status) && schema.defaulted().is_none() {
            let why = format!(
                "[month] needs the grade '{DEFAULTED}': without it a loan in default leaves the pool, and nothing says why"
            );
            return Err(DealProblem::Month(why).into());
        }
        let months = months_between(from, terms.cut_off).ok_or_else(|| {
            let cut_off = terms.cut_off;
            DealProblem::Month(format!(
                "[month] 'from' is {from}, and the tape's cut_off {cut_off}: it is to be in a later month, of the next {MOST_MONTHS}"
            ))
        })?;
        for field in moves {
            let name = schema.number_name(*field);
            if matches!(field, Field::Score | Field::Term) {
                return Err(DealProblem::Month(format!(
                    "[month] 'moves' cannot have '{name}': rate, ltv and spare numbers move"
                ))
                .into());
            }
        }
        if moves.contains(&Field::Rate) && moves.contains(&Field::Ltv) {
            return Err(DealProblem::Month("[month] 'moves' has rate and ltv: at most one of them moves".into()).into());
        }
        let falls = if rule == TermRule::Remaining && schema.has_number(Field::Term) { months } else { 0 };
        let scheduled = vec![0; Category::Grade.most()];
        Ok(Self { from, months, falls, moves: moves.to_vec(), scheduled, claims: Vec::new() })
    }

    /// Returns the terms with the principal due by grade, in billionths of its opening balance by
    /// code, and with claims.
    pub fn with_claims(self, scheduled: Vec<u64>, claims: Vec<MonthClaim>) -> Self {
        Self { scheduled, claims, ..self }
    }

    /// The cut-off date of the earlier tape.
    pub fn from(&self) -> Date {
        self.from
    }

    /// Calendar months between the dates.
    pub fn months(&self) -> u32 {
        self.months
    }

    /// Months by which terms fall, to 0.
    pub fn falls(&self) -> u32 {
        self.falls
    }

    /// Whether a number may differ between the tapes, besides the term.
    pub fn moves(&self, field: Field) -> bool {
        self.moves.contains(&field)
    }

    /// Principal due by code of the grade, in billionths of its opening balance.
    pub fn scheduled(&self) -> &[u64] {
        &self.scheduled
    }

    /// Returns what is proved of every month, and the claims, in words.
    pub fn sentences(&self, schema: &TapeSchema) -> Vec<String> {
        // Tuples leave out whose loan it is and what secures it: nothing compares these.
        let left_out = [Column::Grade, Column::Status, Column::Obligor, Column::Collateral];
        let columns = left_out.iter().filter(|column| schema.has(**column));
        let moving = self.moves.iter().map(|field| schema.number_name(*field));
        let mut may_differ: Vec<&str> =
            std::iter::once("balance").chain(columns.map(|column| column.name())).chain(moving).collect();
        let last = may_differ.pop().unwrap_or_default();
        let but_for =
            if may_differ.is_empty() { last.to_owned() } else { format!("{} and {last}", may_differ.join(", ")) };
        let term = match (schema.has_number(Field::Term), self.falls) {
            (false, _) => String::new(),
            (true, 0) => "; its term is the same".to_owned(),
            (true, months) => format!("; its term fell by {months} months, to 0"),
        };
        let from = self.from;
        let mut sentences = vec![
            format!(
                "every loan of the pool of {from} is in this one, or gone as paid, charged off or repurchased, as the committer \
                 names it"
            ),
            format!("a loan that is in both pools has the columns that it had, but for {but_for}{term}"),
        ];
        sentences.extend(self.claims.iter().map(|claim| claim.sentence(self.from, schema)));
        sentences
    }

    /// Returns each claim with the figure of two pools, and whether it holds.
    pub fn evaluate(&self, figures: &MonthFigures, schema: &TapeSchema) -> Vec<PoolClaimFigure> {
        let evaluated = |claim: &MonthClaim| PoolClaimFigure {
            sentence: claim.sentence(self.from, schema),
            figure: claim.figure(figures, &self.scheduled, schema),
            holds: claim.holds(figures, &self.scheduled),
        };
        self.claims.iter().map(evaluated).collect()
    }

    /// The claims.
    pub fn claims(&self) -> &[MonthClaim] {
        &self.claims
    }

    /// Returns the limit of an amount's share, in billionths; `None` without one.
    pub fn limit(&self, flow: Flow) -> Option<u64> {
        let of_flow = self.claims.iter().filter_map(|claim| match claim {
            MonthClaim::AtMost(of, limit) if *of == flow => Some(*limit),
            _ => None,
        });
        of_flow.min()
    }

    /// Returns the units that were collected at least; `None` without such a claim.
    pub fn collected_min(&self) -> Option<u64> {
        let collected = self.claims.iter().filter_map(|claim| match claim {
            MonthClaim::CollectedAtLeast(units) => Some(*units),
            _ => None,
        });
        collected.max()
    }
}

/// Returns the calendar months from one date to a later one; `None` if it is not in a later month, or
/// too far.
fn months_between(from: Date, to: Date) -> Option<u32> {
    let months = |date: Date| i32::from(date.year()) * 12 + i32::from(date.month());
    let between = u32::try_from(months(to) - months(from)).ok()?;
    (1..=MOST_MONTHS).contains(&between).then_some(between)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed_point::Unit;
    use crate::pool::ids::IdForm;
    use crate::pool::tape_terms::{Scale, TapeTerms};

    fn schema(cut_off: &str, ids: Option<IdForm>) -> TapeSchema {
        let columns = [Column::Rate, Column::Ltv, Column::Term].into();
        let terms = TapeTerms {
            ids,
            scale: [(Column::Rate, Scale::Percent), (Column::Ltv, Scale::Percent)].into(),
            ..TapeTerms::new(cut_off.parse().unwrap(), "EUR")
        };
        TapeSchema::new(Unit::CENT, columns, [vec![], vec![], vec![]]).unwrap().with_terms(terms).unwrap()
    }

    fn terms(from: &str, cut_off: &str, moves: &[Field]) -> Result<MonthTerms, String> {
        let schema = schema(cut_off, Some(IdForm::default()));
        MonthTerms::new(from.parse().unwrap(), TermRule::Remaining, moves, &schema).map_err(|error| error.to_string())
    }

    #[test]
    fn months_are_those_of_the_calendar_and_rise() {
        for (from, to, months) in [
            ("2018-02-28", "2018-03-31", 1),
            ("2017-12-31", "2018-12-31", 12),
            ("2018-01-31", "2018-02-01", 1),
            ("2018-01-01", "2019-04-30", 15),
        ] {
            let terms = terms(from, to, &[]).unwrap();
            assert_eq!((terms.months(), terms.falls()), (months, months), "{from} to {to}");
        }
        for (from, to) in [("2018-03-31", "2018-02-28"), ("2018-03-01", "2018-03-31"), ("2018-01-01", "2019-05-01")] {
            assert!(terms(from, to, &[]).unwrap_err().contains("later month"), "{from} to {to}");
        }
    }

    #[test]
    fn numbers_that_do_not_move_are_refused() {
        let month = |moves: &[Field]| terms("2018-02-28", "2018-03-31", moves);
        assert!(month(&[Field::Ltv]).unwrap().moves(Field::Ltv));
        for (moves, said) in [
            (&[Field::Score][..], "cannot have"),
            (&[Field::Term], "cannot have"),
            (&[Field::Rate, Field::Ltv], "at most one"),
        ] {
            assert!(month(moves).unwrap_err().contains(said), "{moves:?}");
        }
        let without = schema("2018-03-31", None);
        let refused = MonthTerms::new("2018-02-28".parse().unwrap(), TermRule::Original, &[], &without);
        assert!(refused.unwrap_err().to_string().contains("[tape.ids]"));
        let stays = MonthTerms::new(
            "2018-02-28".parse().unwrap(),
            TermRule::Original,
            &[],
            &schema("2018-03-31", Some(IdForm::default())),
        );
        assert_eq!(stays.unwrap().falls(), 0);
    }
}
