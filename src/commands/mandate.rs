//! `tailproof mandate`: mandates that regulations prescribe, with the article of each clause.

use std::path::Path;

use rust_decimal::Decimal;
use tailproof::core::text::parse_decimal;
use tailproof::core::{Limit, Mandate};
use tailproof::risk::presets::mandates::{self as presets, Part, ReferenceError};
use tailproof::store::{Access, Kind};
use tailproof::table::TableOptions;

use crate::cli::{MandatePreset, Preset};
use crate::failure::Failure;
use crate::files;
use crate::output::out;
use crate::writing;

/// Runs `tailproof mandate`.
pub fn run(options: &MandatePreset) -> Result<(), Failure> {
    let refused = |text: &str| Err(Failure::Usage(text.into()));
    let inputs = [options.reference.as_deref(), options.scenarios.as_deref()];
    let part = part_of(options.preset);
    if options.reference.is_some() && options.preset != Preset::UcitsRelative {
        return refused("--reference is for ucits-relative");
    }
    if options.scenarios.is_some() && options.preset != Preset::UcitsRelative && part.is_none() {
        return refused("--scenarios is for ucits-relative, frtb-sba, simm-delta and span-scan");
    }
    let limit = match (&options.limit, &options.limit_nav) {
        (Some(limit), _) => Some(Limit::Absolute(decimal("limit", limit)?)),
        (None, Some(limit)) => Some(Limit::NavFraction(decimal("limit-nav", limit)?)),
        (None, None) => None,
    };
    let mut text = text_of(options, part, limit)?;
    if options.diversification {
        if !matches!(options.preset, Preset::UcitsAbsolute | Preset::UcitsRelative) {
            return refused("--diversification is the 5/10/40 rule of UCITS");
        }
        text = presets::with_diversification(&text);
    }
    let mandate = Mandate::from_toml(&options.output.display().to_string(), &text)?;
    files::refuse_overlap(&[&options.output], &inputs.into_iter().flatten().collect::<Vec<_>>())?;
    let output = writing::output(&options.output, Kind::Mandate, Access::Public, options.force);
    writing::write_output(&output, text.as_bytes(), "name another file, or use --force")?;
    out!("wrote {}: {}", options.output.display(), mandate.name());
    for clause in mandate.clauses() {
        out!("  {clause}");
    }
    Ok(())
}

/// Returns the text of a preset, with a limit of its user's or of the rule.
fn text_of(options: &MandatePreset, part: Option<Part>, limit: Option<Limit>) -> Result<String, Failure> {
    let refused = |text: &str| Err(Failure::Usage(text.into()));
    Ok(match (options.preset, limit) {
        (Preset::UcitsAbsolute, None) => presets::ucits_absolute().to_owned(),
        (Preset::UcitsRelative, None) => match (&options.reference, &options.scenarios) {
            (Some(reference), Some(scenarios)) => relative(reference, scenarios, &options.tables.options())?,
            _ => return refused("ucits-relative takes --reference (CSV factor,exposure) and --scenarios"),
        },
        (Preset::Solvency2, None) => presets::solvency2().to_owned(),
        (Preset::CrrLargeExposures, None) => presets::crr_large_exposures().to_owned(),
        (Preset::AifmdGross, Some(Limit::NavFraction(maximum))) => presets::aifmd_gross(maximum),
        (Preset::AifmdGross, _) => return refused("aifmd-gross takes the manager's maximum, --limit-nav"),
        (Preset::UcitsAbsolute | Preset::UcitsRelative | Preset::Solvency2 | Preset::CrrLargeExposures, Some(_)) => {
            return refused(
                "--limit and --limit-nav are for presets with a limit of yours; the limits of other rules are theirs",
            );
        }
        (Preset::FrtbEs, Some(limit)) => presets::frtb_es(limit),
        (_, Some(limit)) => match (part, &options.scenarios) {
            (Some(part), Some(scenarios)) => of_part(part, limit, scenarios)?,
            _ => return refused("this preset takes --scenarios: the matrix or the scan that the limit is over"),
        },
        (_, None) => return refused("this preset takes your own limit, --limit or --limit-nav"),
    })
}

/// Returns the part of a rule that a preset is; `None` for the others.
fn part_of(preset: Preset) -> Option<Part> {
    match preset {
        Preset::FrtbSba => Some(Part::FrtbSba),
        Preset::SimmDelta => Some(Part::SimmDelta),
        Preset::SpanScan => Some(Part::SpanScan),
        Preset::UcitsAbsolute
        | Preset::UcitsRelative
        | Preset::FrtbEs
        | Preset::Solvency2
        | Preset::CrrLargeExposures
        | Preset::AifmdGross => None,
    }
}

/// Returns the mandate of a part of a rule over the set of a file.
fn of_part(part: Part, limit: Limit, scenarios: &Path) -> Result<String, Failure> {
    let (set, _) = files::scenarios(scenarios)?;
    presets::part_of_rule(part, limit, &set)
        .map_err(|error| Failure::Usage(format!("{}: {error}", scenarios.display())))
}

/// Returns the number in the text of an option.
fn decimal(option: &'static str, text: &str) -> Result<Decimal, Failure> {
    parse_decimal(text).map_err(|problem| Failure::Option { option, problem })
}

/// Returns the mandate that limits value at risk to twice that of a reference portfolio over the
/// same scenarios.
fn relative(reference: &Path, scenarios: &Path, tables: &TableOptions) -> Result<String, Failure> {
    let (set, _) = files::scenarios(scenarios)?;
    let positions = files::book(reference, tables)?.positions(&set, None, None)?;
    presets::ucits_relative(&positions, &set).map_err(|error| {
        let of_set = matches!(error, ReferenceError::NoScenarios | ReferenceError::Scenarios(_));
        let file = if of_set { scenarios } else { reference };
        Failure::Usage(format!("{}: {error}", file.display()))
    })
}
