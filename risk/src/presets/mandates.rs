//! Mandates that rules prescribe, with the article of each clause: texts that
//! [`tailproof_core::Mandate::from_toml`] reads.

use ethnum::I256;
use rust_decimal::Decimal;
use tailproof_core::error::{Problem, RuleProblem};
use tailproof_core::fixed_point::FRACTION_BITS;
use tailproof_core::mandate::prescribed::prescribed_rule;
use tailproof_core::measures::{losses, value_at_risk};
use tailproof_core::scenarios::{ScenarioSet, file};
use tailproof_core::{Confidence, Limit, Positions, TailMass};

const UCITS_ABSOLUTE: &str = include_str!("../../data/presets/ucits-absolute.toml");
const UCITS_RELATIVE: &str = include_str!("../../data/presets/ucits-relative.toml");
const DIVERSIFICATION: &str = include_str!("../../data/presets/diversification.toml");
const FRTB_ES: &str = include_str!("../../data/presets/frtb-es.toml");
const SOLVENCY2: &str = include_str!("../../data/presets/solvency2.toml");

/// Confidence of the VaR of UCITS, in millionths.
const UCITS_CONFIDENCE: u32 = 990_000;
/// A limit is a fraction of the portfolio's value in billionths.
const BILLION: i64 = 1_000_000_000;

/// Why a reference portfolio makes no mandate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReferenceError {
    /// The set is a covariance.
    #[error("a covariance holds no scenarios to take a VaR of")]
    NoScenarios,
    /// The portfolio has short positions, or none at all.
    #[error("a reference portfolio has no leverage: exposures are positive")]
    Leverage,
    /// Value at risk is a gain, or nothing.
    #[error("its value at risk over these scenarios is not a loss")]
    NoLoss,
    /// The set is not one over which the rule computes its figures.
    #[error(transparent)]
    Scenarios(#[from] RuleProblem),
    /// The confidence is none.
    #[error(transparent)]
    Problem(#[from] Problem),
}

/// Returns the absolute limit of UCITS: a VaR of at most a fifth of the net asset value.
pub fn ucits_absolute() -> &'static str {
    UCITS_ABSOLUTE
}

/// Returns the relative limit of UCITS: at most twice the value at risk of a reference portfolio
/// over the same scenarios. It is a fraction of the portfolio's value, rounded down to billionths.
///
/// # Errors
/// A covariance in place of scenarios; a portfolio with leverage, or whose value at risk is not a
/// loss.
pub fn ucits_relative(reference: &Positions, set: &ScenarioSet) -> Result<String, ReferenceError> {
    if set.generator().covariance_scale().is_some() {
        return Err(ReferenceError::NoScenarios);
    }
    let rule = prescribed_rule("UCITS relative VaR");
    rule.map_or(Ok(()), |rule| rule.check(set))?;
    let value = reference.exposures().iter().sum::<i64>();
    if value <= 0 || reference.gross() != value {
        return Err(ReferenceError::Leverage);
    }
    let tail = TailMass::new(Confidence::from_millionths(UCITS_CONFIDENCE)?, set.total_weight());
    let var = value_at_risk(&losses(set, reference), set.weights(), tail);
    let billionths = (I256::from(2 * var) * I256::from(BILLION)) / (I256::from(value) << FRACTION_BITS);
    if billionths <= I256::ZERO {
        return Err(ReferenceError::NoLoss);
    }
    let limit = Decimal::from_i128_with_scale(billionths.as_i128(), 9).normalize();
    let held = reference.exposures().iter().zip(set.factors()).filter(|(exposure, _)| **exposure != 0);
    let held: Vec<String> = held
        .map(|(exposure, factor)| {
            let share = *exposure as f64 / value as f64 * 100.0;
            format!("{factor} {share:.2} %")
        })
        .collect();
    let digest = file::digest(set);
    Ok(UCITS_RELATIVE
        .replace("{REFERENCE}", &format!("Reference portfolio: {}.", held.join(", ")))
        .replace("{SCENARIOS}", &hex::encode(digest))
        .replace("{SHORT}", &hex::encode(&digest[..8]))
        .replace("{LIMIT}", &limit.to_string()))
}

/// Returns a mandate of UCITS with the clauses of the 5/10/40 rule behind its own.
pub fn with_diversification(ucits: &str) -> String {
    format!("{ucits}{DIVERSIFICATION}")
}

/// Returns the expected shortfall of the Basel framework for market risk, with the bank's own
/// limit.
pub fn frtb_es(limit: Limit) -> String {
    let line = match limit {
        Limit::Absolute(amount) => format!("limit = \"{amount}\""),
        Limit::NavFraction(fraction) => format!("limit_nav = \"{fraction}\""),
    };
    FRTB_ES.replace("{LIMIT}", &line)
}

/// Returns the value at risk of Solvency II.
pub fn solvency2() -> &'static str {
    SOLVENCY2
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_core::scenarios::historical::historical;
    use tailproof_core::{Mandate, Unit};

    fn set() -> ScenarioSet {
        let mut day = jiff::civil::date(2024, 1, 1);
        let mut text = "date,A,B\n".to_owned();
        for index in 0..270 {
            let a = if index < 260 { 100 } else { 90 };
            text += &format!("{day},{a},{}\n", 50 + index % 2);
            day = day.tomorrow().unwrap();
        }
        historical(&crate::csv::read_prices("p.csv", text.as_bytes()).unwrap(), 20, None).unwrap()
    }

    #[test]
    fn presets_are_mandates() {
        let limit = |text: &str| text.parse::<Decimal>().unwrap();
        for text in [
            ucits_absolute().to_owned(),
            with_diversification(ucits_absolute()),
            frtb_es(Limit::Absolute(limit("1000"))),
            frtb_es(Limit::NavFraction(limit("0.05"))),
            solvency2().to_owned(),
        ] {
            Mandate::from_toml("preset", &text).unwrap();
        }
    }

    /// Ten of the 250 scenarios lose 10 % of the value of A, so value at risk at 99 % is that loss:
    /// twice it is 20 %.
    #[test]
    fn the_relative_limit_is_twice_the_value_at_risk_of_the_reference() {
        let positions = |exposures: [i64; 2]| Positions::new(Unit::CENT, exposures.to_vec(), 0).unwrap();
        let text = ucits_relative(&positions([1_000, 0]), &set()).unwrap();
        let mandate = Mandate::from_toml("preset", &text).unwrap();
        let Limit::NavFraction(limit) = mandate.clauses()[0].limit else { panic!("{text}") };
        assert!((limit - Decimal::new(2, 1)).abs() < Decimal::new(1, 5), "{limit}");
        assert!(text.contains("A 100.00 %"));
        assert_eq!(ucits_relative(&positions([1_000, -1]), &set()), Err(ReferenceError::Leverage));
        assert_eq!(ucits_relative(&positions([0, 0]), &set()), Err(ReferenceError::Leverage));
        let prices = "date,A,B\n2024-01-02,100,50\n2024-01-03,90,50\n2024-01-04,99,45\n";
        let one_day = historical(&crate::csv::read_prices("p.csv", prices.as_bytes()).unwrap(), 1, None).unwrap();
        let refused = ucits_relative(&positions([1_000, 0]), &one_day).unwrap_err();
        assert!(matches!(refused, ReferenceError::Scenarios(RuleProblem::OtherHorizon { .. })), "{refused:?}");
    }
}
