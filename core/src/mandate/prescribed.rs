//! Rules for scenario sets that come with the name of a mandate that a regulation prescribes.
//!
//! A verdict prints the name of a mandate, and a reader takes a prescribed name for the rule. So a
//! mandate of such a name makes at least the rule's requirements on the scenario set: in its own
//! table `[scenarios]`, or, without one, by its name.

use crate::error::RuleProblem;
use crate::mandate::scenario_rule::{ScenarioKind, ScenarioRule};
use crate::scenarios::generator::{Correlations, Generator};
use crate::scenarios::set::ScenarioSet;

/// Kinds of sets of rules about returns.
const OF_RETURNS: &[ScenarioKind] = &[ScenarioKind::Historical, ScenarioKind::MonteCarlo];

/// The beginning of a prescribed name, the kinds of sets, the days of a move and the fewest scenarios.
type Prescribed = (&'static str, &'static [ScenarioKind], Option<usize>, Option<usize>);

/// Prescribed names.
///
/// UCITS: CESR/10-788, section 3 (20 business days, a year of history). Basel: MAR33.4 and MAR33.7
/// (10 days, a year of stress). Solvency II: directive 2009/138/EC, article 101(3) (one year). Margins
/// and scans are of their own kinds.
const PRESCRIBED: [Prescribed; 7] = [
    ("UCITS absolute VaR", OF_RETURNS, Some(20), Some(250)),
    ("UCITS relative VaR", OF_RETURNS, Some(20), Some(250)),
    ("FRTB expected shortfall", OF_RETURNS, Some(10), Some(250)),
    ("Solvency II SCR coverage", OF_RETURNS, Some(250), None),
    ("FRTB-SBA", &[ScenarioKind::MarginTable], None, None),
    ("SIMM-like", &[ScenarioKind::MarginTable], None, None),
    ("SPAN-like", &[ScenarioKind::Scan], None, None),
];

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
    if !letters(name).starts_with(&letters(prescribed)) || (shortest == longest && shortest >= required) {
        return Ok(());
    }
    Err(RuleProblem::LiquidityHorizons { name: name.to_owned(), shortest, longest, required })
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

/// Returns the requirements that come with a mandate's name; `None` for names that no rule has.
pub fn prescribed_rule(name: &str) -> Option<ScenarioRule> {
    let name = letters(name);
    let found = PRESCRIBED.into_iter().find(|(prescribed, ..)| name.starts_with(&letters(prescribed)));
    let (_, kinds, horizon, least_window) = found?;
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
}
