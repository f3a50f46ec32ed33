//! Mandates that rules prescribe about amounts in public groups of factors, with the article of
//! each clause: liquid assets of money market funds, the reserve of a token, and the budget of a
//! treasury.
//!
//! The group that a floor is on is what somebody lists as liquid, as a deposit, or as owed. A group
//! that also takes factors which nobody lists would make its floor easier, so it is refused.

use rust_decimal::Decimal;
use tailproof_core::error::GroupProblem;
use tailproof_core::mandate::Groups;

const SEC_2A7: &str = include_str!("../../data/presets/sec-2a7.toml");
const EU_MMF_VNAV: &str = include_str!("../../data/presets/eu-mmf-vnav.toml");
const EU_MMF_LVNAV: &str = include_str!("../../data/presets/eu-mmf-lvnav.toml");
const MICA_RESERVE: &str = include_str!("../../data/presets/mica-reserve.toml");
const RUNWAY: &str = include_str!("../../data/presets/runway.toml");

/// Deposits of a significant token are at least this share of the amount referenced, in hundredths.
const DEPOSITS_PERCENT: i64 = 60;

/// A rule about amounts in groups of factors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupRule {
    /// daily and weekly liquid assets of a money market fund (SEC rule 2a-7)
    Sec2a7,
    /// daily and weekly maturing assets of a VNAV fund (Regulation (EU) 2017/1131)
    EuMmfVnav,
    /// the same of an LVNAV fund, or of a CNAV fund of public debt
    EuMmfLvnav,
    /// reserve and deposits of a significant token (Regulation (EU) 2023/1114)
    MicaReserve,
    /// a budget that a treasury still holds after a bad year
    Runway,
}

/// Why a file of groups or an amount makes no mandate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GroupRuleError {
    /// A rule with an amount, and none, or one of zero or less.
    #[error("{0} takes an amount above zero")]
    NoAmount(&'static str),
    /// An amount where the rule has none.
    #[error("the limits of the rule are shares of the book: it takes no amount")]
    Amount,
    /// A classification that the file does not have.
    #[error(transparent)]
    Groups(#[from] GroupProblem),
    /// A group that lists nothing.
    #[error("the classification '{classification}' needs a group '{group}' that lists factors")]
    NoGroup {
        /// the classification
        classification: &'static str,
        /// the group
        group: &'static str,
    },
    /// A group that also takes what the file does not list.
    #[error(
        "the group '{group}' of '{classification}' takes the rest: a factor that nobody lists would count; name another group for the rest"
    )]
    TakesTheRest {
        /// the classification
        classification: &'static str,
        /// the group
        group: &'static str,
    },
    /// A budget in several columns, which could offset each other.
    #[error("the budget is one column: the group 'budget' of 'owed' lists {0}")]
    SeveralBudgets(usize),
    /// A name that would need an escape in the mandate's file.
    #[error("the column of the budget has a quote or a backslash in its name")]
    Quoted,
}

impl GroupRule {
    /// Returns the rule of a preset's name; `None` for presets about no groups.
    pub fn named(preset: &str) -> Option<Self> {
        match preset {
            "sec-2a7" => Some(Self::Sec2a7),
            "eu-mmf-vnav" => Some(Self::EuMmfVnav),
            "eu-mmf-lvnav" => Some(Self::EuMmfLvnav),
            "mica-reserve" => Some(Self::MicaReserve),
            "runway" => Some(Self::Runway),
            _ => None,
        }
    }

    /// The classifications and the groups that the clauses are on.
    pub fn groups(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Sec2a7 => &[("daily", "daily liquid assets"), ("weekly", "weekly liquid assets")],
            Self::EuMmfVnav | Self::EuMmfLvnav => {
                &[("daily", "daily maturing assets"), ("weekly", "weekly maturing assets")]
            }
            Self::MicaReserve => &[("deposits", "deposits"), ("reserve", "reserve")],
            Self::Runway => &[("owed", "budget")],
        }
    }

    /// Returns the amount that the rule takes, in words; `None` for rules without one.
    pub fn amount(self) -> Option<&'static str> {
        match self {
            Self::MicaReserve => Some("the claims of the tokens in circulation"),
            Self::Runway => Some("the budget"),
            Self::Sec2a7 | Self::EuMmfVnav | Self::EuMmfLvnav => None,
        }
    }

    /// Returns the mandate of the rule over a file of groups. The amount, in currency, is that of
    /// the claims or of the budget.
    ///
    /// # Errors
    /// An amount that is missing, not above zero, or of no use; a group that is missing or takes
    /// the rest; a budget of several columns.
    pub fn mandate(self, groups: &Groups, amount: Option<Decimal>) -> Result<String, GroupRuleError> {
        for &(classification, group) in self.groups() {
            let listed = groups.listed(classification, group)?;
            if groups.rest(classification) == Some(group) {
                return Err(GroupRuleError::TakesTheRest { classification, group });
            }
            if listed.is_empty() {
                return Err(GroupRuleError::NoGroup { classification, group });
            }
        }
        let text = match self {
            Self::Sec2a7 => SEC_2A7,
            Self::EuMmfVnav => EU_MMF_VNAV,
            Self::EuMmfLvnav => EU_MMF_LVNAV,
            Self::MicaReserve => MICA_RESERVE,
            Self::Runway => RUNWAY,
        };
        let text = text.replace("{GROUPS}", &hex::encode(groups.digest()));
        let amount = match (self.amount(), amount) {
            (None, None) => return Ok(text),
            (None, Some(_)) => return Err(GroupRuleError::Amount),
            (Some(what), amount) => {
                amount.filter(|amount| *amount > Decimal::ZERO).ok_or(GroupRuleError::NoAmount(what))?
            }
        };
        // Exact, and not rounded: the limit of a mandate has as many decimals as it needs.
        let deposits = amount * Decimal::new(DEPOSITS_PERCENT, 2);
        let text = text
            .replace("{AMOUNT}", &amount.normalize().to_string())
            .replace("{DEPOSITS}", &deposits.normalize().to_string());
        if self != Self::Runway {
            return Ok(text);
        }
        match groups.listed("owed", "budget")? {
            [column] if column.contains(['"', '\\']) => Err(GroupRuleError::Quoted),
            [column] => Ok(text.replace("{COLUMN}", column)),
            columns => Err(GroupRuleError::SeveralBudgets(columns.len())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_core::Mandate;

    const RULES: [GroupRule; 5] =
        [GroupRule::Sec2a7, GroupRule::EuMmfVnav, GroupRule::EuMmfLvnav, GroupRule::MicaReserve, GroupRule::Runway];

    fn file(rule: GroupRule, listed: &str, rest: &str) -> Groups {
        let text = |(classification, group): &(&str, &str)| {
            let rest = if rest == "the group" { group } else { rest };
            format!("[{classification}]\nrest = \"{rest}\"\n[{classification}.groups]\n\"{group}\" = [{listed}]\n")
        };
        Groups::from_toml("g.toml", &rule.groups().iter().map(text).collect::<String>()).unwrap()
    }

    fn amount(rule: GroupRule, text: &str) -> Option<Decimal> {
        rule.amount().and_then(|_| text.parse().ok())
    }

    #[test]
    fn presets_are_mandates_under_their_file() {
        for rule in RULES {
            let groups = file(rule, "\"A\"", "other");
            let text = rule.mandate(&groups, amount(rule, "1000.01")).unwrap();
            assert!(!text.contains(['{', '}']), "{text}");
            Mandate::from_toml("preset", &text).unwrap().under(groups).unwrap();
        }
        let text =
            GroupRule::MicaReserve.mandate(&file(GroupRule::MicaReserve, "\"A\"", "other"), "1000.01".parse().ok());
        assert!(text.unwrap().contains("floor = \"600.006\""));
    }

    #[test]
    fn a_group_of_a_floor_lists_what_counts() {
        for rule in RULES {
            let made = |groups: &Groups| rule.mandate(groups, amount(rule, "5"));
            let takes_the_rest = made(&file(rule, "\"A\"", "the group"));
            assert!(matches!(takes_the_rest, Err(GroupRuleError::TakesTheRest { .. })), "{rule:?}");
            let (classification, _) = rule.groups()[0];
            let other = Groups::from_toml("g.toml", "[sector.groups]\nenergy = [\"A\"]\n").unwrap();
            assert!(matches!(made(&other), Err(GroupRuleError::Groups(_))), "{rule:?}");
            let named = format!("[{classification}.groups]\nanother = [\"A\"]\n");
            let named = Groups::from_toml("g.toml", &named).unwrap();
            assert!(matches!(made(&named), Err(GroupRuleError::NoGroup { .. })), "{rule:?}");
        }
    }

    #[test]
    fn amounts_are_above_zero_and_where_the_rule_has_one() {
        for rule in RULES {
            let groups = file(rule, "\"A\"", "other");
            let made = |text: &str| rule.mandate(&groups, text.parse().ok());
            if rule.amount().is_none() {
                assert!(made("none").is_ok());
                assert_eq!(made("5"), Err(GroupRuleError::Amount));
                continue;
            }
            for text in ["none", "0", "-5"] {
                assert!(matches!(made(text), Err(GroupRuleError::NoAmount(_))), "{rule:?} {text}");
            }
        }
    }

    /// Two columns of a budget could offset each other: 5 and -5 are 10 in all, and nothing is
    /// owed.
    #[test]
    fn a_budget_is_one_column() {
        let made =
            |listed: &str| GroupRule::Runway.mandate(&file(GroupRule::Runway, listed, "other"), "5".parse().ok());
        assert!(made("\"budget\"").is_ok());
        assert_eq!(made("\"budget\", \"grants\""), Err(GroupRuleError::SeveralBudgets(2)));
        assert_eq!(made("'bud\"get'"), Err(GroupRuleError::Quoted));
    }
}
