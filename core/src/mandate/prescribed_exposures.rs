//! The terms of a mandate that bears the name of a rule, and the columns that its clauses may
//! count.
//!
//! A rule speaks of amounts of currency. Exposures to absolute moves are currency per step, and
//! those of columns of Greeks are sensitivities: counted as amounts, they could make leverage or a
//! concentration too small, and a floor of liquid assets too easy. So a mandate of a prescribed
//! name counts no column that the set's header calls absolute, and none of Greeks. Nor does it take
//! a unit whose rounding could meet the rule, a floor under whatever a file of groups does not
//! list, or as cash what the set does not call so.
//!
//! The first column of cash of a set takes what a book's values are more than its exposures, so
//! that the sum of the columns is that of the values. A holder of options would find the difference
//! among liquid assets without having put it there, and no verifier sees values. So no floor is
//! under a group with that column: a set with two columns of cash has one for the difference and
//! one for cash.

use rust_decimal::Decimal;

use crate::error::RuleProblem;
use crate::mandate::clause::Clause;
use crate::mandate::file::Mandate;
use crate::mandate::groups::GroupRef;
use crate::mandate::limit::Limit;
use crate::mandate::measure::Measure;
use crate::mandate::prescribed::{OF_ASSETS, TREASURY_RUNWAY, bears, counts_cash, is_prescribed};
use crate::mandate::rules::NavSource;
use crate::scenarios::factors::is_exposure;
use crate::scenarios::set::ScenarioSet;

/// The coarsest unit under the name of a rule, in millionths of currency: positions of less than
/// half a unit round to nothing, for every figure.
const COARSEST: u64 = 1_000_000;

impl Mandate {
    /// Checks that a mandate that bears the name of a rule says what the rule takes, over whatever
    /// scenarios. Nobody can meet one that does not; [`Mandate::check_scenarios`] refuses it too.
    ///
    /// # Errors
    /// A book unit above 1; shares of something else than all assets; cash, where a rule counts it;
    /// a budget that nothing says is owed.
    pub fn check_name(&self) -> Result<(), RuleProblem> {
        if !is_prescribed(self.name()) {
            return Ok(());
        }
        let name = || self.name().to_owned();
        if self.coarsest_unit().millionths() > COARSEST {
            return Err(RuleProblem::CoarseUnit { name: name(), unit: self.coarsest_unit().to_string() });
        }
        let has = |prescribed: &str| bears(self.name(), prescribed);
        if OF_ASSETS.into_iter().any(has) && !self.is_of_all_assets() {
            return Err(RuleProblem::NotOfAllAssets { name: name() });
        }
        if counts_cash(self.name()) && !self.cash().is_empty() {
            return Err(RuleProblem::CashCounts { name: name() });
        }
        if has(TREASURY_RUNWAY) && !self.owes_a_budget() {
            return Err(RuleProblem::NotOwed { name: name() });
        }
        Ok(())
    }

    /// Checks that the clauses on exposures of a mandate that bears the name of a rule count
    /// amounts of currency alone, that its cash is that of the set, that a floor is under what its
    /// file lists and the holder put there, and that a budget which it calls owed is one column of
    /// its own.
    ///
    /// # Errors
    /// As [`Mandate::check_name`]; a column of absolute moves, or of Greeks, that a clause counts;
    /// cash that is no column of cash; a floor under a group for the rest, or under the first
    /// column of cash, which takes the difference of values and exposures of a book; a budget of
    /// several columns, or one in that column.
    pub(super) fn check_prescribed_exposures(&self, set: &ScenarioSet) -> Result<(), RuleProblem> {
        self.check_name()?;
        if !is_prescribed(self.name()) {
            return Ok(());
        }
        let name = || self.name().to_owned();
        if let Some(factor) = self.cash().iter().find(|factor| !set.cash().contains(factor)) {
            return Err(RuleProblem::NotCash { name: name(), factor: factor.clone() });
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
        // Without the file of groups, or with an exposure in none, the claim is refused where they
        // count.
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
            let of_differences = set.cash().first().zip(of.members.get(set.factors().len() - set.cash().len()));
            if let Some((factor, true)) = of_differences.filter(|_| of.clause.floor.is_some()) {
                return Err(RuleProblem::FloorOfDifferences { name: name(), group: of.group, factor: factor.clone() });
            }
        }
        Ok(())
    }

    /// Whether the net asset value is the sum of all columns, and no column is below zero: then
    /// gross exposure is that sum, and a clause says that it is no more.
    fn is_of_all_assets(&self) -> bool {
        let is_bound = |clause: &Clause| {
            let is_gross = clause.measure == Measure::Gross && clause.group.is_none();
            is_gross && matches!(clause.limit, Limit::NavFraction(most) if most <= Decimal::ONE)
        };
        self.nav_source() == NavSource::Sum && self.cash().is_empty() && self.clauses().iter().any(is_bound)
    }

    /// Whether the net asset value is the sum of all columns, which have a budget that is owed:
    /// each clause of gross exposure with a floor on a group says how much, and one of net exposure
    /// to the same group says that it is not above zero.
    fn owes_a_budget(&self) -> bool {
        let is_floor = |clause: &&Clause| {
            clause.measure == Measure::Gross && clause.floor.is_some_and(|floor| floor.value() > Decimal::ZERO)
        };
        let is_owed = |of: &GroupRef| {
            self.clauses().iter().any(|clause| {
                let is_on_it = clause.measure == Measure::Net && clause.group.as_ref() == Some(of);
                is_on_it && clause.limit != Limit::None && clause.limit.value().is_zero()
            })
        };
        let mut budgets = self.clauses().iter().filter(is_floor).filter_map(|clause| clause.group.as_ref()).peekable();
        self.nav_source() == NavSource::Sum && budgets.peek().is_some() && budgets.all(is_owed)
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
            let mandate = Mandate::from_toml("m.toml", &text).unwrap();
            let checked = mandate.check_scenarios(&set(&["A"]));
            assert_eq!(checked.is_ok(), is_allowed, "{unit}: {checked:?}");
            assert_eq!(mandate.check_name(), checked);
            let other = text.replace("AIFMD", "Own leverage");
            assert_eq!(Mandate::from_toml("m.toml", &other).unwrap().check_scenarios(&set(&["A"])), Ok(()));
        }
    }

    /// Losses are of rounded positions too.
    #[test]
    fn a_rule_on_losses_takes_no_unit_above_one() {
        let losses = |name: &str, measure: &str, unit: &str| {
            let text = format!("name = \"{name}\"\nunit = {unit}\n[[clause]]\nmeasure = {measure}\nlimit = 3\n");
            Mandate::from_toml("m.toml", &text).unwrap().check_name()
        };
        for (name, measure) in [
            ("UCITS absolute VaR", "\"var\"\nconfidence = 0.99"),
            ("FRTB expected shortfall", "\"cvar\"\nconfidence = 0.975"),
            ("SIMM-like delta margin", "\"margin\""),
            ("SPAN-like scan", "\"stress\""),
        ] {
            assert_eq!(losses(name, measure, "1"), Ok(()), "{name}");
            let refused = losses(name, measure, "1000000");
            assert!(matches!(refused, Err(RuleProblem::CoarseUnit { .. })), "{name}: {refused:?}");
            assert_eq!(losses("Own limit", measure, "1000000"), Ok(()));
        }
    }

    /// A column that the mandate calls cash would count in no exposure.
    #[test]
    fn a_rule_counts_cash_or_takes_that_of_the_set() {
        let of = |name: &str, measure: &str, cash: &str| {
            let text = format!("name = \"{name}\"\ncash = [\"{cash}\"]\n[[clause]]\n{measure}\nlimit_nav = 3\n");
            let set = set(&["A", "B"]).with_cash(&["cash".to_owned()]).unwrap();
            Mandate::from_toml("m.toml", &text).unwrap().check_scenarios(&set)
        };
        let (gross, concentration) = ("measure = \"gross\"", "measure = \"concentration\"");
        for (name, measure) in
            [("AIFMD commitment leverage", gross), ("AIFMD leverage", gross), ("CRR large exposures", concentration)]
        {
            let refused = of(name, measure, "cash");
            assert!(matches!(refused, Err(RuleProblem::CashCounts { .. })), "{name}: {refused:?}");
        }
        for name in ["AIFMD gross leverage", "AIFMD-gross"] {
            assert_eq!(of(name, gross, "cash"), Ok(()), "{name}");
            let refused = of(name, gross, "B");
            assert!(
                matches!(&refused, Err(RuleProblem::NotCash { factor, .. }) if factor == "B"),
                "{name}: {refused:?}"
            );
        }
        assert_eq!(of("Own leverage", gross, "B"), Ok(()));
    }

    /// The first column of cash takes the difference of values and exposures.
    #[test]
    fn a_floor_of_a_rule_is_not_under_the_first_column_of_cash() {
        let set = |cash: &[&str]| {
            let names: Vec<String> = cash.iter().map(|name| (*name).to_owned()).collect();
            set(&["A"]).with_cash(&names).unwrap()
        };
        let listing = FILE.replace("[\"A\"]", "[\"A\", \"cash\"]");
        for name in ["SEC 2a-7", "EU MMF", "MiCA reserve"] {
            let checked = |cash: &[&str], file: &str| mandate(name, LIQUID, file).check_scenarios(&set(cash));
            assert_eq!(checked(&["difference", "cash"], &listing), Ok(()), "{name}");
            assert_eq!(checked(&["cash"], FILE), Ok(()), "{name}");
            for cash in [&["cash"][..], &["cash", "difference"]] {
                let refused = checked(cash, &listing);
                assert!(
                    matches!(&refused, Err(RuleProblem::FloorOfDifferences { factor, .. }) if factor == "cash"),
                    "{name} {cash:?}: {refused:?}"
                );
            }
        }
        assert_eq!(mandate("Own liquidity", LIQUID, &listing).check_scenarios(&set(&["cash"])), Ok(()));
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

    /// A budget of at least 5, which is owed.
    const BUDGET: &str = "measure = \"gross\"\nclassification = \"owed\"\ngroup = \"budget\"\nfloor = 5\n[[clause]]\n\
                          measure = \"net\"\nclassification = \"owed\"\ngroup = \"budget\"\nlimit = 0\n";

    #[test]
    fn a_runway_has_a_budget_that_is_owed() {
        let file = "[owed.groups]\nbudget = [\"budget\"]\nother = [\"TOKEN\"]\n";
        let checked = |clauses: &str| mandate("Treasury runway", clauses, file).check_name();
        assert_eq!(checked(BUDGET), Ok(()));
        let second = "[[clause]]\nmeasure = \"gross\"\nclassification = \"owed\"\ngroup = \"other\"\nfloor = 5\n";
        for other in [
            BUDGET.split_once("[[clause]]\n").unwrap().0.to_owned(),
            BUDGET.split_once("[[clause]]\n").unwrap().1.to_owned(),
            BUDGET.replace("limit = 0", "limit = 1"),
            BUDGET.replace("floor = 5", "limit = 5"),
            BUDGET.replace(
                "\"net\"\nclassification = \"owed\"\ngroup = \"budget\"",
                "\"net\"\nclassification = \"owed\"\ngroup = \"other\"",
            ),
            format!("{BUDGET}{second}"),
        ] {
            assert!(matches!(checked(&other), Err(RuleProblem::NotOwed { .. })), "{other}");
        }
        let stated = "name = \"Treasury runway\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.99\nlimit_nav = 1\n";
        let checked = Mandate::from_toml("m.toml", stated).unwrap().check_name();
        assert!(matches!(checked, Err(RuleProblem::NotOwed { .. })), "{checked:?}");
    }

    #[test]
    fn a_budget_is_one_column_of_cash_behind_another() {
        let clause = BUDGET;
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
