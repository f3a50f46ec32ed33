//! Columns that a clause on exposures may count under the name of a rule.
//!
//! A rule speaks of amounts of currency. Exposures to absolute moves are currency per step, and those of
//! columns of Greeks are sensitivities: counted as amounts, they could make leverage or a concentration
//! too small, and a floor of liquid assets too easy. So a mandate of a prescribed name counts no column
//! that the set's header calls absolute, and none of Greeks. Nor does it take a unit whose rounding could
//! meet the rule, or a floor under whatever a file of groups does not list.

use rust_decimal::Decimal;

use crate::error::RuleProblem;
use crate::mandate::clause::Clause;
use crate::mandate::file::Mandate;
use crate::mandate::limit::Limit;
use crate::mandate::measure::Measure;
use crate::mandate::prescribed::{OF_ASSETS, TREASURY_RUNWAY, bears, is_prescribed};
use crate::mandate::rules::NavSource;
use crate::scenarios::factors::is_exposure;
use crate::scenarios::set::ScenarioSet;

/// The coarsest unit of a rule on amounts, in millionths of currency.
const COARSEST: u64 = 1_000_000;

impl Mandate {
    /// Checks that the clauses on exposures of a mandate that bears the name of a rule count amounts of
    /// currency alone, that shares of all assets are of these, and that a budget which it calls owed is
    /// one column of its own.
    ///
    /// # Errors
    /// A column of absolute moves, or of Greeks, that a clause counts; a book unit above 1; a floor under a
    /// group for the rest; shares of something else than all assets; a budget of several columns, or one
    /// in the first column of cash, which takes the difference of values and exposures of a book.
    pub(super) fn check_prescribed_exposures(&self, set: &ScenarioSet) -> Result<(), RuleProblem> {
        if !is_prescribed(self.name()) {
            return Ok(());
        }
        let name = || self.name().to_owned();
        let on_exposures = |clause: &Clause| !clause.measure.uses_scenarios();
        if self.clauses().iter().any(on_exposures) && self.coarsest_unit().millionths() > COARSEST {
            return Err(RuleProblem::CoarseUnit { name: name(), unit: self.coarsest_unit().to_string() });
        }
        if OF_ASSETS.iter().any(|prescribed| bears(self.name(), prescribed)) && !self.is_of_all_assets() {
            return Err(RuleProblem::NotOfAllAssets { name: name() });
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
            let classification = of.clause.group.as_ref().map(|group| &*group.classification).unwrap_or_default();
            let rest = self.groups().and_then(|groups| groups.rest(classification));
            if of.clause.floor.is_some() && rest == Some(&of.group) {
                return Err(RuleProblem::FloorOfTheRest { name: name(), group: of.group });
            }
            if let Some(column) = columns().find(|column| of.members[*column] && !set.is_value(*column)) {
                return Err(not_an_amount(of.clause, column));
            }
            let is_budget = of.clause.measure == Measure::Gross && of.clause.floor.is_some();
            if is_budget && bears(self.name(), TREASURY_RUNWAY) {
                let mut members = columns().filter(|column| of.members[*column]);
                let one = members.next().filter(|_| members.next().is_none()).map(|column| &set.factors()[column]);
                if one.is_none_or(|name| !set.cash().contains(name) || set.cash().first() == Some(name)) {
                    return Err(RuleProblem::BudgetColumn { name: name() });
                }
            }
        }
        Ok(())
    }

    /// Whether the net asset value is the sum of all columns, and no column is below zero: then gross
    /// exposure is that sum, and a clause says that it is no more.
    fn is_of_all_assets(&self) -> bool {
        let is_bound = |clause: &Clause| {
            let is_gross = clause.measure == Measure::Gross && clause.group.is_none();
            is_gross && matches!(clause.limit, Limit::NavFraction(most) if most <= Decimal::ONE)
        };
        self.nav_source() == NavSource::Sum && self.cash().is_empty() && self.clauses().iter().any(is_bound)
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

    /// A floor under a share of all assets, and that no column is below zero.
    const LIQUID: &str = "measure = \"net\"\nclassification = \"daily\"\ngroup = \"liquid\"\nfloor_nav = 0.25\n\
                          [[clause]]\nmeasure = \"gross\"\nlimit_nav = 1\n";
    const FILE: &str = "[daily]\nrest = \"other\"\n[daily.groups]\nliquid = [\"A\"]\n";

    #[test]
    fn a_floor_of_a_rule_is_under_what_its_file_lists() {
        let checked =
            |name: &str, clause: &str, file: &str| mandate(name, clause, file).check_scenarios(&set(&["A", "B"]));
        let takes_the_rest = FILE.replace("other", "liquid");
        for name in ["SEC 2a-7", "SEC rule 2a-7", "Rule 2a-7", "EU MMF", "EU money market fund", "MiCA reserve"] {
            assert_eq!(checked(name, LIQUID, FILE), Ok(()), "{name}");
            let refused = checked(name, LIQUID, &takes_the_rest);
            assert!(matches!(refused, Err(RuleProblem::FloorOfTheRest { .. })), "{name}: {refused:?}");
            for other in [
                LIQUID.replace("limit_nav = 1\n", "limit_nav = 1.000000001\n"),
                LIQUID.replace("gross", "concentration"),
            ] {
                let refused = checked(name, &other, FILE);
                assert!(matches!(refused, Err(RuleProblem::NotOfAllAssets { .. })), "{name}: {refused:?}");
            }
        }
        assert_eq!(checked("Own liquidity", LIQUID, &takes_the_rest), Ok(()));
    }

    /// Books of 500,000, 500,000 and 1,499,999 are thirds in millions.
    #[test]
    fn a_rule_on_amounts_takes_no_unit_above_one() {
        for (unit, is_allowed) in [("1", true), ("1.01", false)] {
            let text = format!("name = \"AIFMD\"\nunit = {unit}\n[[clause]]\nmeasure = \"gross\"\nlimit_nav = 3\n");
            let checked = Mandate::from_toml("m.toml", &text).unwrap().check_scenarios(&set(&["A"]));
            assert_eq!(checked.is_ok(), is_allowed, "{unit}: {checked:?}");
            let other = text.replace("AIFMD", "Own leverage");
            assert_eq!(Mandate::from_toml("m.toml", &other).unwrap().check_scenarios(&set(&["A"])), Ok(()));
        }
    }

    #[test]
    fn a_group_of_a_rule_holds_no_greeks() {
        let clause = LIQUID;
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
