//! Figures of one book over the windows that ended on each of the last days.

use tailproof_core::error::Problem;
use tailproof_core::mandate::ClauseFigure;
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::scenarios::historical::historical;
use tailproof_core::{Mandate, Positions, PriceHistory, ScenarioSet};

/// The clauses of a mandate over the window that ended on a day.
#[derive(Debug, Clone)]
pub struct DayOfLimits {
    /// the last day of the window
    pub day: String,
    /// figure and limit of each clause, in the mandate's order
    pub figures: Vec<ClauseFigure>,
}

/// Returns the days of a move of a plain historical simulation of complete prices, with columns of cash or
/// without; `None` for every other set, of which there are no limits over days.
pub fn plain_horizon(set: &ScenarioSet) -> Option<usize> {
    match set.generator() {
        Generator::Historical { horizon, variant: None, ring: None, slot: None, treatment: None, .. } => Some(*horizon),
        _ => None,
    }
}

/// Returns the clauses of a mandate over as many windows as `days`, at most: each as long as `set`,
/// the last one `set` itself, each a day after the one before. The positions are the same in all of
/// them, so it is the use of limits by today's book, and not what another book used then.
///
/// # Errors
/// A set that is no plain historical simulation, or not of these prices: its moves have to be those
/// of the window that ends on its last day.
///
/// # Panics
/// If the positions are over another number of factors than the set.
pub fn limits_over_days(
    mandate: &Mandate,
    set: &ScenarioSet,
    positions: &Positions,
    prices: &PriceHistory,
    days: usize,
) -> Result<Vec<DayOfLimits>, Problem> {
    let other = |why: &str| Problem::OtherPrices(why.into());
    let Some(horizon) = plain_horizon(set) else {
        return Err(other("limits over days are of plain historical simulations of complete prices"));
    };
    let (all, cash) = (set, set.cash());
    let set = &all.without_cash();
    let prices = prices.select(set.factors())?;
    let last = set.labels().last().map(String::as_str).unwrap_or_default();
    let end = prices.dates().iter().position(|day| day.to_string() == last);
    let end = end.ok_or_else(|| other("the set's last day is none of the prices'"))?;
    let available = (end + 1).saturating_sub(horizon);
    let scenarios = set.scenarios();
    if available < scenarios {
        return Err(other("the set has more scenarios than the prices make up to its last day"));
    }
    let windows = days.min(available - scenarios + 1).max(1);
    let upto = prices.up_to(prices.dates()[end]).unwrap_or(prices);
    let long = historical(&upto, horizon, Some(scenarios + windows - 1))?;
    let width = set.factors().len();
    let over = |first: usize| -> Result<DayOfLimits, Problem> {
        let rows = first..first + scenarios;
        let window = ScenarioSet::new(
            set.generator().clone(),
            set.factors().to_vec(),
            long.labels()[rows.clone()].to_vec(),
            set.last_prices().map(<[String]>::to_vec),
            vec![1; scenarios],
            long.entries()[rows.start * width..rows.end * width].to_vec(),
        )?;
        if first + 1 == windows && window.entries() != set.entries() {
            return Err(other("its moves are not those of these prices"));
        }
        let window = window.with_cash(cash)?;
        let day = window.labels().last().cloned().unwrap_or_default();
        Ok(DayOfLimits { day, figures: mandate.evaluate(&window, positions)? })
    };
    (0..windows).map(over).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_core::Unit;

    const MANDATE: &str = "name = \"m\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.5\nlimit = 10\n";

    fn prices() -> PriceHistory {
        let text = "date,A\n2024-01-01,100\n2024-01-02,90\n2024-01-03,99\n2024-01-04,99\n2024-01-05,49.5\n";
        crate::csv::read_prices("p.csv", text.as_bytes()).unwrap()
    }

    fn days(set: &ScenarioSet, prices: &PriceHistory, most: usize) -> Result<Vec<(String, String)>, Problem> {
        let mandate = Mandate::from_toml("m.toml", MANDATE).unwrap();
        let positions = Positions::new(Unit::CENT, vec![10_000], 10_000)?;
        let found = limits_over_days(&mandate, set, &positions, prices, most)?;
        Ok(found.into_iter().map(|day| (day.day, day.figures[0].figure.to_string())).collect())
    }

    #[test]
    fn each_window_is_a_day_after_the_one_before_and_the_last_is_the_set() {
        let set = historical(&prices(), 1, Some(1)).unwrap();
        let pair = |day: &str, figure: &str| (day.to_owned(), figure.to_owned());
        let all = [
            pair("2024-01-02", "10.01"),
            pair("2024-01-03", "-10.00"),
            pair("2024-01-04", "0.00"),
            pair("2024-01-05", "50.00"),
        ];
        let found = days(&set, &prices(), 10).unwrap();
        assert_eq!(
            found.iter().map(|(day, _)| day).collect::<Vec<_>>(),
            all.iter().map(|(day, _)| day).collect::<Vec<_>>()
        );
        assert_eq!(found[3], all[3]);
        assert_eq!(days(&set, &prices(), 2).unwrap(), found[2..]);
    }

    /// A book of 100 with a loan of 40, over the same days: cash moves in no window.
    #[test]
    fn cash_is_in_every_window() {
        let set = historical(&prices(), 1, Some(2)).unwrap().with_cash(&["loan".into()]).unwrap();
        let text =
            format!("nav = \"sum\"\ncash = [\"loan\"]\n{MANDATE}[[clause]]\nmeasure = \"gross\"\nlimit_nav = 2\n");
        let mandate = Mandate::from_toml("m.toml", &text).unwrap();
        let positions = Positions::new(Unit::CENT, vec![10_000, -4_000], 6_000).unwrap();
        let found = limits_over_days(&mandate, &set, &positions, &prices(), 9).unwrap();
        let figures: Vec<[String; 2]> =
            found.iter().map(|day| [0, 1].map(|clause| day.figures[clause].figure.to_string())).collect();
        assert_eq!(
            figures,
            [["-10.00", "100.00"], ["-10.00", "100.00"], ["0.00", "100.00"]].map(|day| day.map(str::to_owned))
        );
    }

    #[test]
    fn sets_of_other_prices_are_refused() {
        let set = historical(&prices(), 1, Some(2)).unwrap();
        let text = "date,A\n2024-01-03,99\n2024-01-04,98\n2024-01-05,49.5\n";
        let other = crate::csv::read_prices("p.csv", text.as_bytes()).unwrap();
        assert!(days(&set, &other, 3).unwrap_err().to_string().contains("not those of these prices"));
        let early = prices().up_to("2024-01-03".parse().unwrap()).unwrap();
        assert!(days(&set, &early, 3).unwrap_err().to_string().contains("none of the prices'"));
        let horizon = historical(&prices(), 2, Some(2)).unwrap();
        assert_eq!(days(&horizon, &prices(), 9).unwrap().len(), 2);
    }
}
