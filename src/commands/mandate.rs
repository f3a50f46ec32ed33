//! `tailproof mandate`: mandates that regulations prescribe, with the article of each clause.

use std::path::Path;

use rust_decimal::Decimal;
use tailproof::core::text::parse_decimal;
use tailproof::core::{Limit, Mandate};
use tailproof::risk::presets::mandates::{self as presets, ReferenceError};
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
    let mut text = match options.preset {
        Preset::UcitsAbsolute => presets::ucits_absolute().to_owned(),
        Preset::UcitsRelative => match inputs {
            [Some(reference), Some(scenarios)] => relative(reference, scenarios, &options.tables.options())?,
            _ => return refused("ucits-relative takes --reference (CSV factor,exposure) and --scenarios"),
        },
        Preset::FrtbEs => presets::frtb_es(match (&options.limit, &options.limit_nav) {
            (Some(limit), _) => Limit::Absolute(decimal("limit", limit)?),
            (None, Some(limit)) => Limit::NavFraction(decimal("limit-nav", limit)?),
            (None, None) => return refused("frtb-es takes --limit or --limit-nav"),
        }),
        Preset::Solvency2 => presets::solvency2().to_owned(),
    };
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
