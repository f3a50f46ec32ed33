//! `tailproof mandate`: mandates that rules prescribe, with the article of each clause.

use std::path::Path;

use ethnum::I256;
use rust_decimal::Decimal;
use tailproof_core::measures::{losses, value_at_risk};
use tailproof_core::text::parse_decimal;
use tailproof_core::{Confidence, Mandate, TailMass};

use crate::cli::{MandatePreset, Preset};
use crate::failure::Failure;
use crate::files::{self, Access};
use crate::output::out;

const UCITS_ABSOLUTE: &str = include_str!("../presets/ucits-absolute.toml");
const UCITS_RELATIVE: &str = include_str!("../presets/ucits-relative.toml");
const DIVERSIFICATION: &str = include_str!("../presets/diversification.toml");
const FRTB_ES: &str = include_str!("../presets/frtb-es.toml");
const SOLVENCY2: &str = include_str!("../presets/solvency2.toml");

pub fn run(options: &MandatePreset) -> Result<(), Failure> {
    let refused = |text: &str| Err(Failure::Usage(text.into()));
    let inputs = [options.reference.as_deref(), options.scenarios.as_deref()];
    let is_relative = options.preset == Preset::UcitsRelative;
    if !is_relative && inputs.iter().any(Option::is_some) {
        return refused("--reference and --scenarios are for ucits-relative");
    }
    let has_limit = options.limit.is_some() || options.limit_nav.is_some();
    if has_limit != (options.preset == Preset::FrtbEs) {
        return refused(
            "frtb-es takes the bank's own limit, --limit or --limit-nav; the limits of other rules are theirs",
        );
    }
    for (option, text) in [("limit", &options.limit), ("limit-nav", &options.limit_nav)] {
        if let Some(text) = text {
            parse_decimal(text).map_err(|problem| Failure::Option { option, problem })?;
        }
    }
    let mut text = match options.preset {
        Preset::UcitsAbsolute => UCITS_ABSOLUTE.to_owned(),
        Preset::UcitsRelative => match inputs {
            [Some(reference), Some(scenarios)] => relative(reference, scenarios)?,
            _ => return refused("ucits-relative takes --reference (CSV factor,exposure) and --scenarios"),
        },
        Preset::FrtbEs => FRTB_ES.replace(
            "{LIMIT}",
            &match (&options.limit, &options.limit_nav) {
                (Some(limit), _) => format!("limit = \"{limit}\""),
                (None, Some(limit)) => format!("limit_nav = \"{limit}\""),
                (None, None) => return refused("frtb-es takes --limit or --limit-nav"),
            },
        ),
        Preset::Solvency2 => SOLVENCY2.to_owned(),
    };
    if options.diversification {
        if !matches!(options.preset, Preset::UcitsAbsolute | Preset::UcitsRelative) {
            return refused("--diversification is the 5/10/40 rule of UCITS");
        }
        text.push_str(DIVERSIFICATION);
    }
    let mandate = Mandate::from_toml(&options.output.display().to_string(), &text)?;
    files::refuse_overlap(&[&options.output], &inputs.into_iter().flatten().collect::<Vec<_>>())?;
    files::write(&options.output, text.as_bytes(), Access::Public)?;
    out!("wrote {}: {}", options.output.display(), mandate.name());
    for clause in mandate.clauses() {
        out!("  {clause}");
    }
    Ok(())
}

/// The mandate of at most twice the value at risk of a reference portfolio over the same scenarios.
fn relative(reference: &Path, scenarios: &Path) -> Result<String, Failure> {
    let (set, digest) = files::scenarios(scenarios)?;
    let positions = files::book(reference)?.positions(&set, None, None)?;
    let wrong = |text: &str| Failure::Usage(format!("{}: {text}", reference.display()));
    if set.generator().covariance_scale().is_some() {
        return Err(Failure::Usage(format!(
            "{}: a covariance holds no scenarios to take a VaR of",
            scenarios.display()
        )));
    }
    let value = positions.exposures().iter().sum::<i64>();
    if value <= 0 || positions.gross() != value {
        return Err(wrong("a reference portfolio has no leverage: exposures are positive"));
    }
    let tail = TailMass::new(
        Confidence::from_millionths(990_000).map_err(|problem| wrong(&problem.to_string()))?,
        set.total_weight(),
    );
    let var = value_at_risk(&losses(&set, &positions), set.weights(), tail);
    let billionths: I256 = (I256::from(2 * var) * I256::from(1_000_000_000)) / (I256::from(value) << 20u32);
    if billionths <= I256::ZERO {
        return Err(wrong("its value at risk over these scenarios is not a loss"));
    }
    let limit = Decimal::from_i128_with_scale(billionths.as_i128(), 9).normalize();
    let held = positions.exposures().iter().zip(set.factors()).filter(|(exposure, _)| **exposure != 0);
    let held: Vec<String> = held
        .map(|(exposure, factor)| {
            #[allow(clippy::cast_precision_loss)]
            let share = *exposure as f64 / value as f64 * 100.0;
            format!("{factor} {share:.2} %")
        })
        .collect();
    Ok(UCITS_RELATIVE
        .replace("{REFERENCE}", &format!("Reference portfolio: {}.", held.join(", ")))
        .replace("{SCENARIOS}", &hex::encode(digest))
        .replace("{SHORT}", &hex::encode(&digest[..8]))
        .replace("{LIMIT}", &limit.to_string()))
}
