//! Columns that a clause on exposures may count under the name of a rule.
//!
//! A rule speaks of amounts of currency. Exposures to absolute moves are currency per step, and those of
//! columns of Greeks are sensitivities: counted as amounts, they could make leverage or a concentration
//! too small, and a floor of liquid assets too easy. So a mandate of a prescribed name counts neither.

use crate::error::RuleProblem;
use crate::mandate::clause::Clause;
use crate::mandate::file::Mandate;
use crate::mandate::measure::Measure;
use crate::mandate::prescribed::{TREASURY_RUNWAY, bears, is_prescribed};
use crate::scenarios::factors::is_exposure;
use crate::scenarios::set::ScenarioSet;

impl Mandate {
    /// Checks that the clauses on exposures of a mandate that bears the name of a rule count amounts of
    /// currency alone, and that a budget which it calls owed is one column of its own.
    ///
    /// # Errors
    /// A column of absolute moves, or of Greeks, that a clause counts; a budget of several columns, or
    /// one in the first column of cash, which takes the difference of values and exposures of a book.
    pub(super) fn check_prescribed_exposures(&self, set: &ScenarioSet) -> Result<(), RuleProblem> {
        if !is_prescribed(self.name()) {
            return Ok(());
        }
        let not_an_amount = |clause: &Clause, column: usize| RuleProblem::NotAnAmount {
            name: self.name().to_owned(),
            clause: clause.figure_name(),
            factor: set.factors()[column].clone(),
        };
        let columns = || 0..set.factors().len();
        let of_book = |clause: &&Clause| clause.group.is_none() && !clause.measure.uses_scenarios();
        if let Some(clause) = self.clauses().iter().find(of_book) {
            let is_counted = |column: &usize| is_exposure(&set.factors()[*column]) && !set.is_value(*column);
            if let Some(column) = columns().find(is_counted) {
                return Err(not_an_amount(clause, column));
            }
        }
        // Without the file of groups, or with an exposure in none, the claim is refused where they count.
        for of in self.group_columns(set).unwrap_or_default() {
            if let Some(column) = columns().find(|column| of.members[*column] && !set.is_value(*column)) {
                return Err(not_an_amount(of.clause, column));
            }
            let is_budget = of.clause.measure == Measure::Gross && of.clause.floor.is_some();
            if is_budget && bears(self.name(), TREASURY_RUNWAY) {
                let mut members = columns().filter(|column| of.members[*column]);
                let one = members.next().filter(|_| members.next().is_none()).map(|column| &set.factors()[column]);
                if one.is_none_or(|name| !set.cash().contains(name) || set.cash().first() == Some(name)) {
                    return Err(RuleProblem::BudgetColumn { name: self.name().to_owned() });
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mandate::Groups;
    use crate::scenarios::generator::Generator;
    use crate::scenarios::scan::{ScanRanges, scan};

    fn set(factors: &[&str]) -> ScenarioSet {
        let names = factors.iter().map(|name| (*name).to_owned()).collect();
        let generator = Generator::Custom { description: "no moves".into() };
        ScenarioSet::new(generator, names, vec!["none".into()], None, vec![1], vec![0; factors.len()]).unwrap()
    }

    fn mandate(name: &str, clause: &str, groups: &str) -> Mandate {
        let groups = Groups::from_toml("g.toml", groups).unwrap();
        let digest = hex::encode(groups.digest());
        let text = format!("name = \"{name}\"\nnav = \"sum\"\ngroups = \"{digest}\"\n[[clause]]\n{clause}");
        Mandate::from_toml("m.toml", &text).unwrap().under(groups).unwrap()
    }

    #[test]
    fn a_group_of_a_rule_holds_no_greeks() {
        let clause = "measure = \"net\"\nclassification = \"daily\"\ngroup = \"liquid\"\nfloor_nav = 0.25\n";
        let number = |text: &str| text.parse().unwrap();
        let (price, volatility, extreme, cover) = (number("0.1"), None, number("3"), number("0.33"));
        let set = scan("BILL", &ScanRanges { price, volatility, gamma: true, extreme, cover }).unwrap();
        for (listed, name, is_allowed) in [
            ("\"BILL\"", "SEC 2a-7", true),
            ("\"gamma:BILL\"", "SEC 2a-7", false),
            ("\"BILL\", \"gamma:BILL\"", "MiCA reserve", false),
            ("\"gamma:BILL\"", "Own liquidity", true),
        ] {
            let groups = format!("[daily]\nrest = \"other\"\n[daily.groups]\nliquid = [{listed}]\n");
            let checked = mandate(name, clause, &groups).check_scenarios(&set);
            assert_eq!(checked.is_ok(), is_allowed, "{listed} {name}: {checked:?}");
            let is_named = matches!(&checked, Err(RuleProblem::NotAnAmount { factor, .. }) if factor == "gamma:BILL");
            assert_eq!(is_named, !is_allowed);
        }
    }

    #[test]
    fn a_budget_is_one_column_of_cash_behind_another() {
        let clause = "measure = \"gross\"\nclassification = \"owed\"\ngroup = \"budget\"\nfloor = 5\n";
        let cash = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            set(&["TOKEN"]).with_cash(&names).unwrap()
        };
        for (columns, listed, is_allowed) in [
            (&["cash", "budget"][..], "\"budget\"", true),
            (&["budget", "cash"], "\"budget\"", false),
            (&["cash", "budget", "grants"], "\"budget\", \"grants\"", false),
            (&["cash"], "\"TOKEN\"", false),
        ] {
            let groups = format!("[owed]\nrest = \"other\"\n[owed.groups]\nbudget = [{listed}]\n");
            let of = mandate("Treasury runway", clause, &groups);
            let checked = of.check_prescribed_exposures(&cash(columns));
            assert_eq!(checked.is_ok(), is_allowed, "{columns:?} {listed}: {checked:?}");
        }
    }
}
