//! `tailproof mandate`: mandates that regulations prescribe, with the article of each clause.

use std::path::Path;

use clap::ValueEnum;
use rust_decimal::Decimal;
use tailproof::core::text::parse_decimal;
use tailproof::core::{Limit, Mandate};
use tailproof::risk::presets::group_mandates::GroupRule;
use tailproof::risk::presets::mandates::{self as presets, Part, ReferenceError};
use tailproof::store::{Access, Kind};
use tailproof::table::TableOptions;

use crate::cli::{MandatePreset, Preset};
use crate::failure::Failure;
use crate::files;
use crate::mandate_files;
use crate::output::out;
use crate::writing;

/// Why a preset takes no limit.
const NOT_YOURS: &str =
    "--limit and --limit-nav are for presets with a limit of yours; the limits of other rules are theirs";

/// Runs `tailproof mandate`.
pub fn run(options: &MandatePreset) -> Result<(), Failure> {
    let refused = |text: &str| Err(Failure::Usage(text.into()));
    let inputs = [options.reference.as_deref(), options.scenarios.as_deref(), options.groups.as_deref()];
    let part = part_of(options.preset);
    let is_relative = matches!(options.preset, Preset::UcitsRelative | Preset::Sec18f4Relative);
    if options.reference.is_some() && !is_relative {
        return refused("--reference is for ucits-relative and sec-18f4-relative");
    }
    if options.scenarios.is_some() && !is_relative && part.is_none() {
        return refused("--scenarios is for ucits-relative, sec-18f4-relative, frtb-sba, simm-delta and span-scan");
    }
    if (options.groups.is_some() || options.amount.is_some()) && group_rule(options.preset).is_none() {
        return refused("--groups and --amount are for sec-2a7, eu-mmf-vnav, eu-mmf-lvnav, mica-reserve and runway");
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
    if let Some(unit) = &options.unit {
        text = presets::with_unit(&text, decimal("unit", unit)?);
    }
    let mandate = Mandate::from_toml(&options.output.display().to_string(), &text)?;
    // All but the unit is the preset's own.
    mandate.check_name().map_err(|problem| Failure::Option { option: "unit", problem: problem.into() })?;
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
    if let Some(rule) = group_rule(options.preset) {
        return match limit {
            Some(_) => refused(NOT_YOURS),
            None => of_groups(rule, options),
        };
    }
    Ok(match (options.preset, limit) {
        (Preset::UcitsAbsolute, None) => presets::ucits_absolute().to_owned(),
        (Preset::UcitsRelative | Preset::Sec18f4Relative, None) => match (&options.reference, &options.scenarios) {
            (Some(reference), Some(scenarios)) => {
                relative(options.preset, reference, scenarios, &options.tables.options())?
            }
            _ => return refused("a relative VaR takes --reference (CSV factor,exposure) and --scenarios"),
        },
        (Preset::Solvency2, None) => presets::solvency2().to_owned(),
        (Preset::CrrLargeExposures, None) => presets::crr_large_exposures().to_owned(),
        (Preset::AifmdGross, Some(Limit::NavFraction(maximum))) => presets::aifmd_gross(maximum),
        (Preset::AifmdCommitment, Some(Limit::NavFraction(maximum))) => presets::aifmd_commitment(maximum),
        (Preset::AifmdGross | Preset::AifmdCommitment, _) => {
            return refused("leverage takes the manager's maximum, --limit-nav");
        }
        (
            Preset::UcitsAbsolute
            | Preset::UcitsRelative
            | Preset::Sec18f4Relative
            | Preset::Solvency2
            | Preset::CrrLargeExposures,
            Some(_),
        ) => return refused(NOT_YOURS),
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
        _ => None,
    }
}

/// Returns the rule about groups of factors that a preset is; `None` for the others.
fn group_rule(preset: Preset) -> Option<GroupRule> {
    GroupRule::named(preset.to_possible_value()?.get_name())
}

/// Returns the mandate of a rule about groups of factors, over the file of groups of its user.
fn of_groups(rule: GroupRule, options: &MandatePreset) -> Result<String, Failure> {
    let Some(path) = &options.groups else {
        let needed: Vec<String> = rule.groups().iter().map(|(of, group)| format!("'{group}' of '{of}'")).collect();
        return Err(Failure::Usage(format!(
            "this preset takes --groups, a file with the group {}",
            needed.join(" and ")
        )));
    };
    let amount = options.amount.as_deref().map(|amount| decimal("amount", amount)).transpose()?;
    rule.mandate(&mandate_files::groups(path)?, amount)
        .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
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
fn relative(preset: Preset, reference: &Path, scenarios: &Path, tables: &TableOptions) -> Result<String, Failure> {
    let (set, _) = files::scenarios(scenarios)?;
    let positions = files::book(reference, tables)?.positions(&set, None, None)?;
    let text = match preset {
        Preset::Sec18f4Relative => presets::sec_18f4_relative(&positions, &set),
        _ => presets::ucits_relative(&positions, &set),
    };
    text.map_err(|error| {
        let of_set = matches!(error, ReferenceError::NoScenarios | ReferenceError::Scenarios(_));
        let file = if of_set { scenarios } else { reference };
        Failure::Usage(format!("{}: {error}", file.display()))
    })
}
