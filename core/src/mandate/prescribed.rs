//! Rules for scenario sets that come with the name of a mandate that a regulation prescribes.
//!
//! A verdict prints the name of a mandate, and a reader takes a prescribed name for the rule. So a
//! mandate of such a name makes at least the rule's requirements on the scenario set: in its own
//! table `[scenarios]`, or, without one, by its name.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::error::RuleProblem;
use crate::mandate::scenario_rule::{RequiredWeights, ScenarioKind, ScenarioRule};
use crate::scenarios::generator::{Correlations, Generator};
use crate::scenarios::set::ScenarioSet;
use crate::scenarios::treatment::Missing;

/// Kinds of sets of rules about returns.
const OF_RETURNS: &[ScenarioKind] = &[ScenarioKind::Historical, ScenarioKind::MonteCarlo];

/// The beginning of a prescribed name, the kinds of sets, the days of a move and the fewest scenarios.
type Prescribed = (&'static str, &'static [ScenarioKind], Option<usize>, Option<usize>);

/// Prescribed names.
///
/// UCITS: CESR/10-788, section 3 (20 business days, a year of history). Basel: MAR33.4 and MAR33.7
/// (10 days, a year of stress). Solvency II: directive 2009/138/EC, article 101(3) (one year). SEC:
/// 17 CFR 270.18f-4(a) (20 trading days, three years of historical data, which Monte Carlo
/// scenarios do not show: 720 are three years of 240 trading days). Margins and scans are of their
/// own kinds. Names without kind and days are of rules on exposures.
const PRESCRIBED: [Prescribed; 19] = [
    ("UCITS absolute VaR", OF_RETURNS, Some(20), Some(250)),
    ("UCITS relative VaR", OF_RETURNS, Some(20), Some(250)),
    ("FRTB expected shortfall", OF_RETURNS, Some(10), Some(250)),
    ("Solvency II SCR coverage", OF_RETURNS, Some(250), None),
    ("FRTB-SBA", &[ScenarioKind::MarginTable], None, None),
    ("SIMM-like", &[ScenarioKind::MarginTable], None, None),
    ("SPAN-like", &[ScenarioKind::Scan], None, None),
    (OF_HISTORY[0], &[ScenarioKind::Historical], Some(20), Some(720)),
    (OF_HISTORY[1], &[ScenarioKind::Historical], Some(20), Some(720)),
    (OF_HISTORY[2], &[ScenarioKind::Historical], Some(20), Some(720)),
    (TREASURY_RUNWAY, OF_RETURNS, Some(250), Some(250)),
    (CRR_LARGE_EXPOSURES, &[], None, None),
    (AIFMD, &[], None, None),
    (OF_ASSETS[0], &[], None, None),
    (OF_ASSETS[1], &[], None, None),
    (OF_ASSETS[2], &[], None, None),
    (OF_ASSETS[3], &[], None, None),
    (OF_ASSETS[4], &[], None, None),
    (OF_ASSETS[5], &[], None, None),
];

/// The name under which a budget is owed, see [`crate::mandate::prescribed_exposures`].
pub(super) const TREASURY_RUNWAY: &str = "Treasury runway";

/// The name under which every exposure counts, see [`crate::mandate::prescribed_exposures`].
const CRR_LARGE_EXPOSURES: &str = "CRR large exposures";

/// The name under which every exposure counts, unless it is that of the gross method, which leaves
/// out cash, see [`crate::mandate::prescribed_exposures`].
const AIFMD: &str = "AIFMD";
/// The name of the gross method.
const AIFMD_GROSS: &str = "AIFMD gross";

/// The names under which shares are of all assets, see [`crate::mandate::prescribed_exposures`].
pub(super) const OF_ASSETS: [&str; 6] =
    ["SEC 2a-7", "SEC rule 2a-7", "Rule 2a-7", "EU money market fund", "EU MMF", MICA];

/// The regulation of markets in crypto-assets, whose short name is a word of other names too.
const MICA: &str = "MiCA";
/// How a name goes on behind "mica" that is about the regulation, in whatever case.
const OF_MICA: [&str; 15] = [
    "2023",
    "art",
    "assetreferenced",
    "compliant",
    "deposit",
    "electronicmoney",
    "emoney",
    "emt",
    "issuer",
    "liquid",
    "regulation",
    "reserve",
    "significant",
    "stablecoin",
    "token",
];

/// The names under which figures rest on years of history.
const OF_HISTORY: [&str; 3] = ["SEC 18f-4", "SEC rule 18f-4", "Rule 18f-4"];
/// How many years.
const YEARS: i32 = 3;
/// The most days between scenarios of a history without a gap: returns over 20 trading days that do
/// not overlap are a month apart.
const LONGEST_GAP: i32 = 31;

/// The name under which liquidity horizons are those of MAR33.5, and the days of the base horizon.
const WITH_LIQUIDITY_HORIZONS: (&str, u32) = ("FRTB expected shortfall", 10);

/// Letters of the name under which a matrix is of one of three sets of correlations.
const OF_CORRELATIONS: &str = "frtbsba";

/// Checks that a set asks for no less than the rule whose name a mandate bears, where that depends on
/// more than a [`ScenarioRule`] says: liquidity horizons.
///
/// MAR33.5 takes the root of the sum over j of `(LH_j - LH_(j-1)) / 10` times the squared shortfall of
/// the factors whose horizons are `LH_j` and longer, each for moves over 10 days. If all have one
/// horizon LH, these are all factors or none, and the sum telescopes to `LH / 10` times the squared
/// shortfall of the book: a shortfall scales with its moves, so moves that are scaled by
/// `sqrt(LH / 10)` give the same figure. With several horizons a scaled set may give less: factors
/// that offset each other in the whole book do not in the sets of the longer horizons. Nor does any
/// other scaling of the moves bound the sum, since the shortfall of a part may be above that of the
/// whole. So such sets are refused under the name, and so are horizons below the base horizon.
///
/// # Errors
/// Horizons that differ, or are shorter than the base horizon.
pub fn check_liquidity_horizons(name: &str, set: &ScenarioSet) -> Result<(), RuleProblem> {
    let (prescribed, required) = WITH_LIQUIDITY_HORIZONS;
    let Generator::Historical { variant: Some(variant), .. } = set.generator().market() else { return Ok(()) };
    let days = variant.liquidity_horizons.as_deref().unwrap_or_default();
    let (Some(shortest), Some(longest)) = (days.iter().min().copied(), days.iter().max().copied()) else {
        return Ok(());
    };
    if !bears(name, prescribed) || (shortest == longest && shortest >= required) {
        return Ok(());
    }
    Err(RuleProblem::LiquidityHorizons { name: name.to_owned(), shortest, longest, required })
}

/// Checks that no move is scaled below the days of the rule whose name a mandate bears, and that
/// all are scaled alike: factors that offset each other over the rule's days do not if one is
/// scaled further.
///
/// # Errors
/// A liquidity horizon below the rule's; several horizons.
pub fn check_scaling(name: &str, set: &ScenarioSet) -> Result<(), RuleProblem> {
    let Generator::Historical { variant: Some(variant), .. } = set.generator().market() else { return Ok(()) };
    let days = || variant.liquidity_horizons.iter().flatten().copied();
    let Some(required) = prescribed_rule(name).and_then(|rule| rule.horizon) else { return Ok(()) };
    match (days().min(), days().max()) {
        (Some(shortest), Some(longest)) if (shortest as usize) < required || shortest < longest => {
            Err(RuleProblem::OtherLiquidityHorizons { name: name.to_owned(), shortest, longest, required })
        }
        _ => Ok(()),
    }
}

/// Checks that a set has the years of history of the rule whose name a mandate bears: from the day
/// of its first scenario to that of its last, without a gap of more than a month, all of one
/// weight. Days are those of the prices, not of a table's maker, and no price stands for one that
/// is missing: a carried price fills a gap of any length.
///
/// # Errors
/// Fewer years, a gap, or no days; scenarios that count for less than others; carried prices.
pub fn check_history(name: &str, set: &ScenarioSet) -> Result<(), RuleProblem> {
    if !OF_HISTORY.iter().any(|prescribed| bears(name, prescribed)) {
        return Ok(());
    }
    if !RequiredWeights::Equal.are(set.weights()) {
        return Err(RuleProblem::OtherWeights { required: RequiredWeights::Equal.name() });
    }
    let missing = set.generator().treatment().and_then(|treatment| treatment.missing.as_ref());
    if matches!(missing, Some(Missing::Carry { .. })) {
        return Err(RuleProblem::CarriedPrices { name: name.to_owned() });
    }
    let labels = set.labels().iter().filter(|_| !set.generator().is_its_makers());
    let mut days: Vec<Date> = labels.filter_map(|label| label.parse().ok()).collect();
    days.sort_unstable();
    let enough = days.first().and_then(|first| first.checked_add(YEARS.years()).ok());
    let has_no_gap = days.windows(2).all(|pair| (pair[1] - pair[0]).get_days() <= LONGEST_GAP);
    if days.len() == set.scenarios() && has_no_gap && enough.is_some_and(|end| days.last() >= Some(&end)) {
        return Ok(());
    }
    Err(RuleProblem::ShortHistory { name: name.to_owned(), years: YEARS })
}

/// Whether a mandate bears the name of a rule.
pub(super) fn is_prescribed(name: &str) -> bool {
    prescribed_rule(name).is_some()
}

/// Whether a mandate bears a name that begins like this one.
pub(super) fn bears(name: &str, prescribed: &str) -> bool {
    if prescribed == MICA { is_of_mica(name) } else { letters(name).starts_with(&letters(prescribed)) }
}

/// Whether the rule of a mandate's name counts cash: large exposures do, and the commitment method
/// of AIFMD. The gross method does not.
pub(super) fn counts_cash(name: &str) -> bool {
    let is_gross = bears(name, AIFMD_GROSS) && !letters(name).contains("commitment");
    bears(name, CRR_LARGE_EXPOSURES) || (bears(name, AIFMD) && !is_gross)
}

/// Whether a name is about the regulation: it begins with "MiCA" or "MiCAR" as the regulation is
/// written, and no letter follows; or, in whatever case, it is that word alone or goes on as the
/// regulation does. "Mica Capital balanced fund" is the name of somebody.
fn is_of_mica(name: &str) -> bool {
    fn without_r(rest: &str) -> &str {
        rest.strip_prefix(['R', 'r']).unwrap_or(rest)
    }
    let written = name.trim_start_matches(|character: char| !character.is_alphanumeric()).strip_prefix(MICA);
    if written.is_some_and(|rest| !without_r(rest).starts_with(char::is_alphabetic)) {
        return true;
    }
    let letters = letters(name);
    let Some(rest) = letters.strip_prefix("mica") else { return false };
    [rest, without_r(rest)].into_iter().any(|rest| rest.is_empty() || OF_MICA.iter().any(|word| rest.starts_with(word)))
}

/// Checks that a mandate that bears the name of the sensitivities-based method says which of the three
/// sets of correlations of MAR21.6 its matrix is under, and no other.
///
/// # Errors
/// Another set of correlations in the name than the header's, or none.
pub fn check_correlations(name: &str, set: &ScenarioSet) -> Result<(), RuleProblem> {
    let Generator::MarginTable { correlations, .. } = set.generator() else { return Ok(()) };
    let letters = letters(name);
    if !letters.starts_with(OF_CORRELATIONS) {
        return Ok(());
    }
    let is_named = |of: &Correlations| letters.contains(&format!("{}correlations", of.name()));
    if Correlations::ALL.iter().all(|of| is_named(of) == (of == correlations)) {
        return Ok(());
    }
    Err(RuleProblem::OtherCorrelations { name: name.to_owned(), found: correlations.name() })
}

/// Returns the requirements on scenario sets that come with a mandate's name; `None` for names that
/// no rule has.
pub fn prescribed_rule(name: &str) -> Option<ScenarioRule> {
    let (_, kinds, horizon, least_window) = PRESCRIBED.into_iter().find(|(prescribed, ..)| bears(name, prescribed))?;
    Some(ScenarioRule { kinds: kinds.to_vec(), horizon, least_window, ..ScenarioRule::default() })
}

/// Returns the letters and digits of a name in lower case: a reader takes `UCITS-absolute VaR` for
/// the rule as well.
fn letters(name: &str) -> String {
    name.chars().filter(|character| character.is_alphanumeric()).map(lower_case).collect()
}

/// Returns a letter in lower case. Prescribed names are of ASCII letters, and so are only the lower
/// cases of these and of the sign for kelvin: the table of all others would be 12 KB of the browser's
/// verifier.
fn lower_case(character: char) -> char {
    if character == '\u{212a}' { 'k' } else { character.to_ascii_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::generator::Variant;
    use crate::scenarios::treatment::Treatment;

    /// No other character has an ASCII letter as its whole lower case.
    #[test]
    fn a_name_matches_as_it_would_in_lower_case_of_every_script() {
        for character in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            let mut all = character.to_lowercase();
            let whole = all.next().filter(|first| all.next().is_none() && first.is_ascii());
            let ours = Some(lower_case(character)).filter(char::is_ascii);
            assert_eq!(ours, whole, "{character}");
        }
    }

    #[test]
    fn a_margin_of_frtb_sba_states_its_own_correlations() {
        let set = |correlations| {
            let table_sha256 = "0".repeat(64);
            let generator = Generator::MarginTable { correlations, scale: 0, table_sha256 };
            let labels = vec!["mean".into(), "row 1".into()];
            ScenarioSet::new(generator, vec!["A".into()], labels, None, vec![1, 1], vec![0, 5])
        };
        let check = |name, correlations| check_correlations(name, &set(correlations).unwrap()).is_ok();
        assert!(check("FRTB-SBA delta, low correlations", Correlations::Low));
        assert!(check("frtb sba: Medium Correlations", Correlations::Medium));
        assert!(check("SIMM-like delta, low correlations", Correlations::High));
        for name in ["FRTB-SBA delta", "FRTB-SBA, high correlations", "FRTB-SBA, low correlations, high correlations"] {
            assert!(!check(name, Correlations::Low), "{name}");
        }
    }

    /// A set of returns over 20 days.
    fn returns(labels: Vec<String>, variant: Option<Variant>) -> ScenarioSet {
        of_prices(labels, variant, None)
    }

    /// A set of returns over 20 days, of prices that were treated.
    fn of_prices(labels: Vec<String>, variant: Option<Variant>, missing: Option<Missing>) -> ScenarioSet {
        let rows = labels.len();
        let is_linear = variant.as_ref().is_some_and(|variant| variant.linear_weights);
        let weights = (1..).zip(&labels).map(|(row, _)| if is_linear { row } else { 1 }).collect();
        let treatment = missing.map(|missing| Box::new(Treatment { missing: Some(missing), ..Treatment::default() }));
        let generator = Generator::Historical {
            horizon: 20,
            variant,
            ring: None,
            slot: None,
            treatment,
            prices_sha256: "0".repeat(64),
        };
        ScenarioSet::new(generator, vec!["A".into()], labels, None, weights, vec![-5; rows]).unwrap()
    }

    /// The 29th of each month from January 2021, but for February, and the last day.
    fn months(last: &str) -> Vec<String> {
        let month = |month: i32| {
            format!("{}-{:02}-{}", 2021 + month / 12, month % 12 + 1, if month % 12 == 1 { 28 } else { 29 })
        };
        (0..36).map(month).chain([last.to_owned()]).collect()
    }

    #[test]
    fn three_years_of_history_are_three_years_of_days_that_count_alike() {
        let three_years = returns(months("2024-01-29"), None);
        let checked = |set: &ScenarioSet| check_history("SEC 18f-4 relative VaR", set);
        assert_eq!(checked(&three_years), Ok(()));
        let a_day_less = returns(months("2024-01-28"), None);
        let mut gap = months("2024-01-29");
        gap.remove(20);
        for short in [&a_day_less, &returns(gap, None)] {
            for name in ["SEC 18f-4 relative VaR", "SEC rule 18f-4", "Rule 18f-4(c)"] {
                assert!(
                    matches!(check_history(name, short), Err(RuleProblem::ShortHistory { years: 3, .. })),
                    "{name}"
                );
            }
        }
        assert_eq!(check_history("UCITS absolute VaR", &a_day_less), Ok(()));
        let linear = Variant { linear_weights: true, ..Variant::default() };
        let weighted = returns(months("2024-01-29"), Some(linear));
        assert!(matches!(checked(&weighted), Err(RuleProblem::OtherWeights { required: "equal" })));
        let labels = months("2024-01-29");
        let rows = labels.len();
        let generator = Generator::Custom { description: "days of a table".into() };
        let custom =
            ScenarioSet::new(generator, vec!["A".into()], labels, None, vec![1; rows], vec![-5; rows]).unwrap();
        assert!(matches!(checked(&custom), Err(RuleProblem::ShortHistory { .. })));
    }

    /// A price of January may stand for all of a year, whose days have labels.
    #[test]
    fn three_years_of_history_have_no_carried_prices() {
        let of = |missing| of_prices(months("2024-01-29"), None, Some(missing));
        let checked = |set: &ScenarioSet| check_history("SEC 18f-4 relative VaR", set);
        let carried = of(Missing::Carry { prices: 1 });
        assert!(matches!(checked(&carried), Err(RuleProblem::CarriedPrices { .. })));
        assert_eq!(check_history("UCITS absolute VaR", &carried), Ok(()));
        assert_eq!(checked(&of(Missing::DropDay { days: 1 })), Ok(()));
        assert_eq!(checked(&of(Missing::DropFactor { factors: vec!["B".into()] })), Ok(()));
    }

    #[test]
    fn no_move_is_scaled_below_the_days_of_a_rule_or_otherwise_than_others() {
        for (days, is_allowed) in [([19, 19], false), ([20, 20], true), ([40, 40], true), ([20, 40], false)] {
            let variant = Variant { liquidity_horizons: Some(days.to_vec()), ..Variant::default() };
            let set = returns(months("2024-01-29"), Some(variant));
            for name in ["SEC 18f-4 relative VaR", "UCITS absolute VaR"] {
                let checked = check_scaling(name, &set);
                assert_eq!(checked.is_ok(), is_allowed, "{name} {days:?}: {checked:?}");
            }
            assert_eq!(check_scaling("Own VaR", &set), Ok(()));
        }
    }

    #[test]
    fn a_prescribed_name_is_known_however_it_is_spelled() {
        for name in
            ["UCITS absolute VaR", "ucits-absolute var", "UCITS  Absolute VaR (2026)", "Solvency II: SCR coverage"]
        {
            assert!(prescribed_rule(name).is_some(), "{name}");
        }
        for name in ["Example equity mandate", "Absolute VaR", "FRTB"] {
            assert_eq!(prescribed_rule(name), None, "{name}");
        }
    }

    #[test]
    fn mica_is_the_regulation_where_a_reader_takes_it_for_that() {
        for name in [
            "MiCA",
            "mica",
            "MICA",
            "MiCAR",
            "MiCA reserve of a significant token",
            "MiCA: our fund",
            "(MiCA) our fund",
            "MiCAR our fund",
            "MiCA2023",
            "MICA RESERVE",
            "mica-token",
            "M.i.C.A. reserve",
            "micar reserve",
            "Mica article 36",
            "MICA 2023/1114",
            "MICA asset-referenced token reserve",
            "MICA electronic money token",
            "MICA-compliant reserve",
        ] {
            assert!(prescribed_rule(name).is_some(), "{name}");
        }
        for name in ["Mica Capital balanced fund", "MICA Capital", "MiCAp growth", "Mica 60/40", "Micron", "Own MiCA"] {
            assert_eq!(prescribed_rule(name), None, "{name}");
        }
    }
}
