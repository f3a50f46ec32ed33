//! Mandates that rules prescribe, with the article of each clause: texts that
//! [`tailproof_core::Mandate::from_toml`] reads.

use ethnum::I256;
use rust_decimal::Decimal;
use tailproof_core::error::{Problem, RuleProblem};
use tailproof_core::fixed_point::FRACTION_BITS;
use tailproof_core::mandate::prescribed::{check_history, check_scaling, prescribed_rule};
use tailproof_core::measures::{losses, value_at_risk};
use tailproof_core::scenarios::generator::{Correlations, Generator};
use tailproof_core::scenarios::{ScenarioSet, file};
use tailproof_core::{Confidence, Limit, Positions, TailMass};

const UCITS_ABSOLUTE: &str = include_str!("../../data/presets/ucits-absolute.toml");
const UCITS_RELATIVE: &str = include_str!("../../data/presets/ucits-relative.toml");
const DIVERSIFICATION: &str = include_str!("../../data/presets/diversification.toml");
const FRTB_ES: &str = include_str!("../../data/presets/frtb-es.toml");
const SOLVENCY2: &str = include_str!("../../data/presets/solvency2.toml");
const CRR_LARGE_EXPOSURES: &str = include_str!("../../data/presets/crr-large-exposures.toml");
const AIFMD_GROSS: &str = include_str!("../../data/presets/aifmd-gross.toml");
const AIFMD_COMMITMENT: &str = include_str!("../../data/presets/aifmd-commitment.toml");
const SEC_18F4_RELATIVE: &str = include_str!("../../data/presets/sec-18f4-relative.toml");
const FRTB_SBA: &str = include_str!("../../data/presets/frtb-sba.toml");
const SIMM_DELTA: &str = include_str!("../../data/presets/simm-delta.toml");
const SPAN_SCAN: &str = include_str!("../../data/presets/span-scan.toml");

/// Confidence of the VaR of UCITS and of SEC rule 18f-4, in millionths.
const FUND_CONFIDENCE: u32 = 990_000;
/// A limit is a fraction of the portfolio's value in billionths.
const BILLION: i64 = 1_000_000_000;

/// Why a reference portfolio or a set makes no mandate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReferenceError {
    /// The set is a covariance.
    #[error("a covariance holds no scenarios to take a VaR of")]
    NoScenarios,
    /// The portfolio has short positions, or none at all.
    #[error("a reference portfolio has no leverage: exposures are positive")]
    Leverage,
    /// Exposures that are no part of the portfolio's value.
    #[error(
        "the reference portfolio has an exposure to '{0}' in currency per step or as a Greek, which is no part of its value"
    )]
    Steps(String),
    /// Value at risk is a gain, or nothing.
    #[error("its value at risk over these scenarios is not a loss")]
    NoLoss,
    /// A set of correlations that the rule does not have.
    #[error("the rule has one set of correlations: make the set with the medium ones")]
    OneSet,
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
    twice_the_reference(UCITS_RELATIVE, "UCITS relative VaR", reference, set)
}

/// Returns the relative limit of SEC rule 18f-4: at most 200 % of the value at risk of a designated
/// reference portfolio over the same scenarios, which are of three years of history. It is a
/// fraction of the portfolio's value, rounded down to billionths.
///
/// # Errors
/// As [`ucits_relative`]; less than three years of history, or scenarios of several weights.
pub fn sec_18f4_relative(reference: &Positions, set: &ScenarioSet) -> Result<String, ReferenceError> {
    twice_the_reference(SEC_18F4_RELATIVE, "SEC 18f-4 relative VaR", reference, set)
}

/// Returns a mandate whose limit is twice the value at risk of a portfolio, under the name of a
/// rule.
fn twice_the_reference(
    template: &str,
    name: &str,
    reference: &Positions,
    set: &ScenarioSet,
) -> Result<String, ReferenceError> {
    if set.generator().covariance_scale().is_some() {
        return Err(ReferenceError::NoScenarios);
    }
    prescribed_rule(name).map_or(Ok(()), |rule| rule.check(set))?;
    check_scaling(name, set)?;
    check_history(name, set)?;
    let mut exposures = reference.exposures().iter().enumerate();
    if let Some((column, _)) = exposures.find(|(column, exposure)| **exposure != 0 && !set.is_value(*column)) {
        return Err(ReferenceError::Steps(set.factors()[column].clone()));
    }
    let value = reference.exposures().iter().sum::<i64>();
    if value <= 0 || reference.gross() != value {
        return Err(ReferenceError::Leverage);
    }
    let tail = TailMass::new(Confidence::from_millionths(FUND_CONFIDENCE)?, set.total_weight());
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
    Ok(template
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
    FRTB_ES.replace("{LIMIT}", &line_of(limit))
}

/// Returns the limit on large exposures of the CRR: a quarter of Tier 1 capital, which is the net asset
/// value.
pub fn crr_large_exposures() -> &'static str {
    CRR_LARGE_EXPOSURES
}

/// Returns leverage by the gross method of the AIFMD, with the manager's own maximum, a fraction of the
/// net asset value.
pub fn aifmd_gross(maximum: Decimal) -> String {
    AIFMD_GROSS.replace("{LIMIT}", &line_of(Limit::NavFraction(maximum)))
}

/// Returns leverage by the commitment method of the AIFMD, with the manager's own maximum, a
/// fraction of the net asset value.
pub fn aifmd_commitment(maximum: Decimal) -> String {
    AIFMD_COMMITMENT.replace("{LIMIT}", &line_of(Limit::NavFraction(maximum)))
}

/// Returns a mandate that accepts books in this unit or a finer one, in place of a cent. Under the
/// name of a rule, nobody meets one of a unit above 1: [`tailproof_core::Mandate::check_name`].
pub fn with_unit(mandate: &str, unit: Decimal) -> String {
    mandate.replacen("\nname = ", &format!("\nunit = \"{unit}\"\nname = "), 1)
}

/// A part of a rule that is a figure over one public set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// delta or vega of one risk class under the sensitivities-based method of the Basel framework
    FrtbSba,
    /// delta margin of one risk class in the manner of SIMM
    SimmDelta,
    /// scan of one underlying in the manner of SPAN
    SpanScan,
}

/// Returns the mandate of a part of a rule, with a limit of its user's, over the set with this digest.
///
/// # Errors
/// A set of another kind; low or high correlations for a rule that has one set of them.
pub fn part_of_rule(part: Part, limit: Limit, set: &ScenarioSet) -> Result<String, ReferenceError> {
    let (name, text) = match part {
        Part::FrtbSba => ("FRTB-SBA", FRTB_SBA),
        Part::SimmDelta => ("SIMM-like", SIMM_DELTA),
        Part::SpanScan => ("SPAN-like", SPAN_SCAN),
    };
    prescribed_rule(name).map_or(Ok(()), |rule| rule.check(set))?;
    let correlations = match set.generator() {
        Generator::MarginTable { correlations, .. } => correlations.name(),
        _ => "",
    };
    if part == Part::SimmDelta && correlations != Correlations::Medium.name() {
        return Err(ReferenceError::OneSet);
    }
    Ok(text
        .replace("{LIMIT}", &line_of(limit))
        .replace("{CORRELATIONS}", correlations)
        .replace("{SCENARIOS}", &hex::encode(file::digest(set))))
}

/// Returns the line of a limit in a mandate's file.
fn line_of(limit: Limit) -> String {
    match limit {
        Limit::Absolute(amount) => format!("limit = \"{amount}\""),
        Limit::NavFraction(fraction) => format!("limit_nav = \"{fraction}\""),
        Limit::None => String::new(),
    }
}

/// Returns the value at risk of Solvency II.
pub fn solvency2() -> &'static str {
    SOLVENCY2
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_core::scenarios::generator::Variant;
    use tailproof_core::scenarios::historical::historical;
    use tailproof_core::scenarios::scan::{ScanRanges, scan};
    use tailproof_core::{Mandate, Unit};

    fn set_of_prices() -> ScenarioSet {
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
            crr_large_exposures().to_owned(),
            aifmd_gross(limit("2.5")),
            aifmd_commitment(limit("2.5")),
        ] {
            let cent = Mandate::from_toml("preset", &text).unwrap();
            assert_eq!(cent.coarsest_unit(), Unit::CENT);
            let coarse = Mandate::from_toml("preset", &with_unit(&text, limit("0.5"))).unwrap();
            assert_eq!(coarse.coarsest_unit(), Unit::from_decimal(limit("0.5")).unwrap());
            assert_eq!((coarse.name(), coarse.clauses()), (cent.name(), cent.clauses()));
            assert_eq!(coarse.check_name(), Ok(()));
            let coarser = Mandate::from_toml("preset", &with_unit(&text, limit("2"))).unwrap().check_name();
            assert!(matches!(coarser, Err(RuleProblem::CoarseUnit { .. })), "{coarser:?}");
        }
    }

    /// Whether a book of these exposures, of cents, meets a mandate with a net asset value.
    fn is_met(text: &str, exposures: &[i64], nav: u64) -> bool {
        let names = (0..exposures.len()).map(|index| format!("position {index}")).collect();
        let labels = vec!["none".to_owned()];
        let generator = Generator::Custom { description: "no moves".into() };
        let set = ScenarioSet::new(generator, names, labels, None, vec![1], vec![0; exposures.len()]).unwrap();
        let positions = Positions::new(Unit::CENT, exposures.to_vec(), nav).unwrap();
        let mandate = Mandate::from_toml("preset", text).unwrap();
        mandate.evaluate(&set, &positions).unwrap().iter().all(|figure| figure.holds())
    }

    /// HM Revenue & Customs, *International Manual*, INTM267720: a loan of 350,000 pounds takes a
    /// capital base of 350,000 / 25 % = 1,400,000. (The manual's regime took another base than Tier 1
    /// capital, and the same 25 %.)
    #[test]
    fn a_large_exposure_takes_four_times_its_capital() {
        for (nav, met) in [(140_000_000, true), (139_999_999, false)] {
            assert_eq!(is_met(crr_large_exposures(), &[35_000_000, -20_000_000], nav), met, "{nav}");
            assert_eq!(is_met(crr_large_exposures(), &[20_000_000, -35_000_000], nav), met, "{nav}");
        }
    }

    /// Funds-Axis, *EU UCITS and AIFMD Exposure Concepts*: *Example 3, the relevance of derivatives:
    /// unrealised loss* (equities of 10,000, derivatives of 9,000 and a net asset value of 9,000 have the
    /// exposure 19,000, which is 211.11 %), and *Recommendations for change*, 2 (equities of 100 and
    /// derivatives of 200 on a net asset value of 100: 300 %). There is nothing to net or hedge in either,
    /// so both methods of the AIFMD have these figures.
    #[test]
    fn gross_leverage_is_that_of_published_examples() {
        let meets =
            |maximum: &str, exposures: &[i64], nav| is_met(&aifmd_gross(maximum.parse().unwrap()), exposures, nav);
        assert!(meets("2.111111112", &[1_000_000, 900_000], 900_000));
        assert!(!meets("2.111111111", &[1_000_000, 900_000], 900_000));
        assert!(meets("3", &[10_000, 20_000], 10_000) && !meets("2.999999999", &[10_000, 20_000], 10_000));
        // Neither netting nor hedging.
        assert!(meets("3", &[10_000, -20_000], 10_000) && !meets("2.999999999", &[10_000, -20_000], 10_000));
    }

    /// Funds-Axis, *EU UCITS and AIFMD Exposure Concepts*: *Example 7, deleverage, example 2*
    /// (equities of 100,000, a future of -50,000 that is a qualifying hedge, and a net asset value
    /// of 100,000: 50 %), and the two examples of the gross method, which have nothing to net.
    #[test]
    fn commitment_leverage_is_that_of_published_examples() {
        let meets =
            |maximum: &str, exposures: &[i64], nav| is_met(&aifmd_commitment(maximum.parse().unwrap()), exposures, nav);
        let hedged = [10_000_000 - 5_000_000];
        assert!(meets("0.5", &hedged, 10_000_000) && !meets("0.499999999", &hedged, 10_000_000));
        // The same future as a position of its own.
        let unhedged = [10_000_000, -5_000_000];
        assert!(meets("1.5", &unhedged, 10_000_000) && !meets("1.499999999", &unhedged, 10_000_000));
        assert!(meets("2.111111112", &[1_000_000, 900_000], 900_000));
        assert!(!meets("2.111111111", &[1_000_000, 900_000], 900_000));
        assert!(meets("3", &[10_000, 20_000], 10_000) && !meets("2.999999999", &[10_000, 20_000], 10_000));
    }

    /// A mandate of a part of a rule is over the one set of its digest, and of no other kind.
    #[test]
    fn parts_of_rules_are_mandates_over_one_set() {
        let text = "within = 0.5\n[[bucket]]\nname = \"x\"\nfactors = [\"A\", \"B\"]\nweights = 0.1\n";
        let table = crate::generate::margin::margin_table("m.toml", text).unwrap();
        let matrix = |of| crate::generate::margin::from_table(&table, of).unwrap();
        let number = |text: &str| text.parse().unwrap();
        let ranges = ScanRanges {
            price: number("0.08"),
            volatility: None,
            gamma: false,
            extreme: number("3"),
            cover: number("0.33"),
        };
        let scanned = scan("A", &ranges).unwrap();
        let limit = Limit::Absolute(number("1000"));
        let (medium, high) = (matrix(Correlations::Medium), matrix(Correlations::High));
        for (part, set, name) in [
            (Part::FrtbSba, &medium, "FRTB-SBA delta or vega of one risk class, medium correlations"),
            (Part::FrtbSba, &high, "FRTB-SBA delta or vega of one risk class, high correlations"),
            (Part::SimmDelta, &medium, "SIMM-like delta margin of one risk class, no concentration factor"),
            (Part::SpanScan, &scanned, "SPAN-like scan of one underlying"),
        ] {
            let mandate = Mandate::from_toml("preset", &part_of_rule(part, limit, set).unwrap()).unwrap();
            assert_eq!(mandate.name(), name);
            for other in [&medium, &high, &scanned, &set_of_prices()] {
                assert_eq!(mandate.check_scenarios(other).is_ok(), other == set, "{name}");
            }
            // Another mandate under the name of a part is over sets of its kind too.
            let bare = "limit = 1\n[scenarios]\nkind = \"historical\"\n";
            let text = format!("name = \"{name}\"\n[[clause]]\nmeasure = \"stress\"\n{bare}");
            assert!(Mandate::from_toml("bare", &text).unwrap_err().to_string().contains("kind = "));
        }
        assert_eq!(part_of_rule(Part::SimmDelta, limit, &high), Err(ReferenceError::OneSet));
        for (part, set) in [(Part::FrtbSba, &scanned), (Part::SpanScan, &medium), (Part::SimmDelta, &scanned)] {
            assert!(matches!(part_of_rule(part, limit, set), Err(ReferenceError::Scenarios(_))), "{part:?}");
        }
    }

    /// A gamma is no part of a portfolio's value, and neither is an exposure to absolute moves.
    #[test]
    fn a_reference_portfolio_holds_no_greeks() {
        let generator = Generator::Historical {
            horizon: 20,
            variant: Some(Variant { gamma: true, ..Variant::default() }),
            ring: None,
            slot: None,
            treatment: None,
            prices_sha256: "0".repeat(64),
        };
        let names = vec!["A".to_owned(), "gamma:A".to_owned()];
        let labels = (0..250).map(|row| format!("day {row}")).collect();
        let set = ScenarioSet::new(generator, names, labels, None, vec![1; 250], vec![-5; 500]).unwrap();
        let positions = Positions::new(Unit::CENT, vec![1_000, 7], 0).unwrap();
        let refused = ucits_relative(&positions, &set).unwrap_err();
        assert_eq!(refused, ReferenceError::Steps("gamma:A".into()));
        assert!(refused.to_string().contains("in currency per step or as a Greek"), "{refused}");
    }

    /// Ten of the 250 scenarios lose 10 % of the value of A, so value at risk at 99 % is that loss:
    /// twice it is 20 %.
    #[test]
    fn the_relative_limit_is_twice_the_value_at_risk_of_the_reference() {
        let positions = |exposures: [i64; 2]| Positions::new(Unit::CENT, exposures.to_vec(), 0).unwrap();
        let text = ucits_relative(&positions([1_000, 0]), &set_of_prices()).unwrap();
        let mandate = Mandate::from_toml("preset", &text).unwrap();
        let Limit::NavFraction(limit) = mandate.clauses()[0].limit else { panic!("{text}") };
        assert!((limit - Decimal::new(2, 1)).abs() < Decimal::new(1, 5), "{limit}");
        assert!(text.contains("A 100.00 %"));
        assert_eq!(ucits_relative(&positions([1_000, -1]), &set_of_prices()), Err(ReferenceError::Leverage));
        assert_eq!(ucits_relative(&positions([0, 0]), &set_of_prices()), Err(ReferenceError::Leverage));
        let prices = "date,A,B\n2024-01-02,100,50\n2024-01-03,90,50\n2024-01-04,99,45\n";
        let one_day = historical(&crate::csv::read_prices("p.csv", prices.as_bytes()).unwrap(), 1, None).unwrap();
        let refused = ucits_relative(&positions([1_000, 0]), &one_day).unwrap_err();
        assert!(matches!(refused, ReferenceError::Scenarios(RuleProblem::OtherHorizon { .. })), "{refused:?}");
    }
}
