//! `tailproof scenarios credit`: loss rates of a deal's grades.

use tailproof::core::InputError;
use tailproof::core::pool::Deal;
use tailproof::core::pool::assumptions::{AgreedSource, CreditParameters, FactorSource};
use tailproof::core::scenarios::credit::{MOST_FAILURE, credit_scenarios, worst_mean};
use tailproof::core::text::{parse_decimal, whole};

use super::write::{one_spelling, print_written, write_set};
use crate::cli::CreditSet;
use crate::failure::Failure;
use crate::files;
use crate::options::{factor_model, seed};
use crate::output::note;
use crate::progress::spin;

/// Excess of a mean loss over what it is from which more rows are advised.
const MOST_EXCESS: f64 = 0.15;

/// Makes a credit set and writes its file.
pub fn run(options: &CreditSet) -> Result<(), Failure> {
    files::refuse_overlap(&[&options.output], &[&options.deal])?;
    let deal = files::deal(&options.deal)?;
    // Check the options first, so that an error names its option.
    factor_model(&options.copula)?;
    let source = match (options.nodes, options.paths, &options.seed) {
        (nodes, None, None) => {
            let rows = nodes.unwrap_or_else(|| default_nodes(&deal, options));
            let finite = finite_failure(&deal, options)?;
            // A deal without the cap is refused where the set is made.
            let cap = deal.obligor_cap().unwrap_or_default();
            finite.map_or(FactorSource::Nodes(rows), |failure| FactorSource::Finite { rows, failure, cap })
        }
        (None, Some(paths), Some(text)) => FactorSource::Paths { paths, seed: seed(text)? },
        _ => return Err(Failure::Usage("give --nodes, or --paths and --seed".into())),
    };
    let rho = one_spelling("rho", &options.copula.rho)?;
    let degrees = options.copula.degrees.as_ref().map(|text| one_spelling("degrees", text)).transpose()?;
    let parameters = CreditParameters { rho, degrees, source, slots: options.slots };
    let name = options.deal.display().to_string();
    let of_deal = |problem| InputError::in_file(&name, problem);
    let set = spin("making scenarios", || credit_scenarios(&deal, &parameters)).map_err(of_deal)?;
    write_set(&set, &options.output)?;
    if matches!(source, FactorSource::Nodes(_))
        && let Some((grade, share)) = worst_mean(&deal, &set).map_err(of_deal)?
        && share > MOST_EXCESS
    {
        let percent = share * 100.0;
        note!(
            "note: over these rows the mean loss of grade '{grade}' is {percent:.0} % above PD times LGD; more --nodes are closer"
        );
    }
    print_written(&set, &options.output, options.json);
    Ok(())
}

/// Returns the number of rows where none is given: that of the deal, or the usual one of the model.
fn default_nodes(deal: &Deal, options: &CreditSet) -> usize {
    match deal.scenarios().map(|agreed| agreed.source) {
        Some(AgreedSource::Nodes(nodes) | AgreedSource::Finite(nodes, _)) => nodes,
        _ if options.copula.degrees.is_some() => 256,
        _ => 64,
    }
}

/// Returns the weight with which a bound of finitely many obligors may fail, as the option or the
/// deal says.
fn finite_failure(deal: &Deal, options: &CreditSet) -> Result<Option<u32>, Failure> {
    let Some(text) = &options.finite else {
        return Ok(match deal.scenarios().map(|agreed| agreed.source) {
            Some(AgreedSource::Finite(_, failure)) => Some(failure),
            _ => None,
        });
    };
    let weight = parse_decimal(text).and_then(|share| whole("the probability", share, 7, u64::from(MOST_FAILURE)));
    let weight = weight.map_err(|problem| Failure::Option { option: "finite", problem })?;
    Ok(u32::try_from(weight).ok())
}
