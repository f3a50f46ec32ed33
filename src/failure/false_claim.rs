//! The text of a false claim: each clause that does not hold, with its figure.

use tailproof::Figures;
use tailproof::core::mandate::ClauseFigure;
use tailproof::core::pool::claims::PoolClaimFigure;
use tailproof::core::{Amount, Limit};

/// Returns which clauses of a claim do not hold.
pub(super) fn false_figures(figures: &Figures) -> String {
    match figures {
        Figures::Mandate(figures) => false_claim(figures),
        Figures::Deal(figures) => false_pool_claim(figures),
    }
}

fn false_pool_claim(figures: &[PoolClaimFigure]) -> String {
    let broken: Vec<String> = figures
        .iter()
        .filter(|figure| !figure.holds)
        .map(|figure| format!("'{}' (the figure is {})", figure.sentence, figure.figure))
        .collect();
    format!("the pool does not meet the deal: {}", broken.join("; "))
}

fn false_claim(figures: &[ClauseFigure]) -> String {
    let broken: Vec<String> = figures
        .iter()
        .filter(|figure| !figure.holds())
        .map(|figure| {
            let (name, value) = (figure.name(), exact(figure.figure));
            let amount = |limit: Limit, amount: Amount| match limit {
                Limit::Absolute(_) => limit.to_string(),
                Limit::NavFraction(_) => format!("{limit} ({})", exact(amount)),
                Limit::None => limit.to_string(),
            };
            if let (Some(_), Some(cap)) = (&figure.factor, figure.limit) {
                return format!("the {name} is {value}, above its cap {}", exact(cap));
            }
            let (floor, limit) = (figure.clause.floor.zip(figure.floor), figure.limit.unwrap_or(figure.figure));
            match floor {
                Some((floor, floor_amount)) if !figure.above_floor => {
                    format!("the {name} is {value}, below the floor {}", amount(floor, floor_amount))
                }
                _ => format!("the {name} is {value}, above the limit {}", amount(figure.clause.limit, limit)),
            }
        })
        .collect();
    format!("the book does not meet the mandate: {}", broken.join("; "))
}

/// Returns an amount to a millionth, as limits are printed, so that figure and limit can be told
/// apart.
fn exact(figure: Amount) -> String {
    Limit::Absolute(figure.to_decimal()).to_string()
}
