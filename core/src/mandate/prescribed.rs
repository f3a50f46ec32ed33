//! Rules for scenario sets that come with the name of a mandate that a regulation prescribes.
//!
//! A verdict prints the name of a mandate, and a reader takes a prescribed name for the rule. So a
//! mandate of such a name makes at least the rule's requirements on the scenario set: in its own
//! table `[scenarios]`, or, without one, by its name.

use crate::mandate::scenario_rule::{ScenarioKind, ScenarioRule};

/// Beginnings of prescribed names, with the days of a move and the fewest scenarios.
///
/// UCITS: CESR/10-788, section 3 (20 business days, a year of history). Basel: MAR33.4 and MAR33.7
/// (10 days, a year of stress). Solvency II: directive 2009/138/EC, article 101(3) (one year).
const PRESCRIBED: [(&str, usize, Option<usize>); 4] = [
    ("UCITS absolute VaR", 20, Some(250)),
    ("UCITS relative VaR", 20, Some(250)),
    ("FRTB expected shortfall", 10, Some(250)),
    ("Solvency II SCR coverage", 250, None),
];

/// Returns the requirements that come with a mandate's name; `None` for names that no rule has.
pub fn prescribed_rule(name: &str) -> Option<ScenarioRule> {
    let name = letters(name);
    let is_named = |(prescribed, ..): &(&str, usize, Option<usize>)| name.starts_with(&letters(prescribed));
    let (_, horizon, least_window) = PRESCRIBED.into_iter().find(is_named)?;
    let kinds = vec![ScenarioKind::Historical, ScenarioKind::MonteCarlo];
    Some(ScenarioRule { kinds, horizon: Some(horizon), least_window, ..ScenarioRule::default() })
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
