//! `tailproof risk`: private figures, without a proof.

mod books;
mod clauses;
mod contributions;
mod csv;
mod figures;

use tailproof::core::Confidence;
use tailproof::risk::book::Trade;

use super::{histogram, methods};
use crate::cli::{Method, Risk};
use crate::failure::Failure;
use crate::files;
use crate::options::takes_positions;

/// Runs `tailproof risk`.
pub fn run(options: &Risk) -> Result<(), Failure> {
    let (set, _) = files::scenarios(&options.scenarios)?;
    let of_trade = |text: &String| text.parse().map_err(|problem| Failure::Option { option: "trade", problem });
    if options.contributions {
        takes_positions(&set, "--contributions")?;
    }
    let trades = options.trade.iter().map(of_trade).collect::<Result<Vec<Trade>, _>>()?;
    let mandate = options.mandate.as_deref().map(files::mandate).transpose()?;
    let books = books::read(options, &set, &trades)?;
    if let Some(mandate) = &mandate {
        books.iter().try_for_each(|book| book.held.file.check_currency(mandate))?;
        return clauses::run(options, mandate, &set, &books);
    }
    if set.generator().covariance_scale().is_some() {
        let text = "the rows of the set are no scenarios: its figures are those of clauses, see --mandate";
        return Err(Failure::Usage(text.into()));
    }
    let of_level = |level: &String| level.parse().map_err(|problem| Failure::Option { option: "confidence", problem });
    let confidences = options.confidence.iter().map(of_level).collect::<Result<Vec<Confidence>, _>>()?;
    if options.compare || options.method != Method::Historical {
        let ([book], [confidence], [], false) = (&books[..], &confidences[..], &trades[..], options.contributions)
        else {
            let text =
                "--compare and --method take one book and one confidence, and neither --trade nor --contributions";
            return Err(Failure::Usage(text.into()));
        };
        let show = if options.compare { methods::compare } else { methods::show };
        return show(options, &set, &book.held.positions, *confidence);
    }
    if options.csv && options.contributions {
        contributions::print_csv(&set, &books, &confidences);
        return Ok(());
    }
    figures::run(options, &set, &books, &confidences);
    Ok(())
}
