//! The maker of a verifier.

use super::{Regenerate, RegenerateError, Remade, Source, Sources, with_cash};
use crate::error::Problem;
use crate::scenarios::cashflow::cashflow_scenarios;
use crate::scenarios::collateral;
use crate::scenarios::credit::{self, parameters_from};
use crate::scenarios::event::wanted;
use crate::scenarios::events::events;
use crate::scenarios::generator::{Generator, Variant};
use crate::scenarios::historical::historical;
use crate::scenarios::scan;
use crate::scenarios::set::ScenarioSet;
use crate::text::day;

/// Makes again what a verifier recomputes itself: historical sets of plain moves from prices, under
/// weights of any rule, credit sets from a deal, losses of collateral from both, and scans from their
/// headers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Recomputed;

impl Regenerate for Recomputed {
    fn regenerate(&self, set: &ScenarioSet, sources: &Sources<'_>) -> Result<Remade, RegenerateError> {
        if let Some(remade) = with_cash(self, set, sources) {
            return remade;
        }
        match set.generator() {
            Generator::Historical { horizon, variant, .. } if variant.as_ref().is_none_or(Variant::has_plain_moves) => {
                sources.check_no_volatilities()?;
                let prices = sources.prices_up_to_last_label(set, set.factors(), Some(set.scenarios()))?;
                let again = historical(&prices, *horizon, Some(set.scenarios()));
                let again = again.and_then(|again| again.under_header_of(set));
                let again = again.map_err(RegenerateError::from_source(Source::Prices))?;
                Ok(Remade::new(set, again, Source::Prices, sources.tolerance))
            }
            Generator::Events { events: made, no_row, last, .. } => {
                sources.check_no_volatilities()?;
                let prices = sources.prepared(set, set.factors(), None, day(last))?;
                let again = events(&prices, &wanted(made), *no_row);
                let again = again.map_err(RegenerateError::from_source(Source::Prices))?;
                Ok(Remade::new(set, again, Source::Prices, sources.tolerance))
            }
            Generator::Credit { .. } => {
                parameters_from(set.generator()).map_err(RegenerateError::Header)?;
                let deal = sources.deal.ok_or(RegenerateError::Missing(Source::Deal))?;
                let again = credit::remade(deal, set.generator());
                let again = again.map_err(RegenerateError::from_source(Source::Deal))?;
                Ok(Remade::new(set, again, Source::Deal, sources.tolerance))
            }
            Generator::Cashflow { .. } => {
                let deal = sources.deal.ok_or(RegenerateError::Missing(Source::Deal))?;
                let assumptions = sources.assumptions.ok_or(RegenerateError::Missing(Source::Assumptions))?;
                let again = cashflow_scenarios(deal, assumptions);
                let again = again.map_err(RegenerateError::from_source(Source::Assumptions))?;
                Ok(Remade::new(set, again, Source::Assumptions, sources.tolerance))
            }
            Generator::Collateral { .. } => collateral::remade(self, set, sources),
            Generator::Scan { .. } => {
                let again = scan::remade(set).map_err(RegenerateError::Header)?;
                Ok(Remade::new(set, again, Source::Header, 0))
            }
            Generator::Pnl { .. } => Ok(Remade::new(set, set.clone(), Source::Header, 0)),
            Generator::Custom { .. } => Err(RegenerateError::NoOrigin),
            _ => Err(RegenerateError::NoMaker),
        }
    }
}

impl ScenarioSet {
    /// Returns a plain historical set under the variant's weights and in the place that the header
    /// of another set has; the digest of its prices stays.
    fn under_header_of(&self, other: &ScenarioSet) -> Result<Self, Problem> {
        let mut generator = other.generator().clone();
        let Generator::Historical { variant, treatment, prices_sha256, .. } = &mut generator else {
            return Ok(self.clone());
        };
        // What was counted again, and not what the other header says.
        *treatment = self.generator().treatment().cloned().map(Box::new);
        *prices_sha256 = self.generator().source_digest().unwrap_or_default().to_owned();
        let weights = match variant {
            Some(variant) => variant.weights(self.scenarios())?,
            None => self.weights().to_vec(),
        };
        let last_prices = self.last_prices().map(<[String]>::to_vec);
        let (factors, labels) = (self.factors().to_vec(), self.labels().to_vec());
        ScenarioSet::new(generator, factors, labels, last_prices, weights, self.entries().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::Deal;
    use crate::pool::assumptions::{CreditParameters, FactorSource};
    use crate::prices::PriceHistory;
    use crate::scenarios::credit::credit_scenarios;
    use crate::scenarios::regenerate::{Comparison, Differences};
    use crate::testing::prices;

    const PRICES: &str = "date,A,B\n2024-01-02,100,3\n2024-01-03,110,2\n2024-01-04,99,2.5\n2024-01-05,99,4\n";
    const DEAL: &str = "name = \"d\"\n[tape]\ncolumns = [\"grade\"]\ngrades = [\"A\", \"B\"]\n[claims]\nloans_min = 1\n\
                        [pd]\nA = 0.02\nB = 0.1\n[lgd]\nother = 0.5\n";

    fn compared(set: &ScenarioSet, prices: &PriceHistory) -> Comparison {
        Recomputed.regenerate(set, &Sources::prices(prices)).unwrap().comparison
    }

    #[test]
    fn the_prices_that_a_set_used_make_it_again_however_they_are_written() {
        let set = historical(&prices(PRICES), 1, Some(2)).unwrap();
        assert_eq!(compared(&set, &prices(PRICES)), Comparison::Identical);
        for written_otherwise in [
            "date,B,A\n2024-01-03,2,110\n2024-01-04,2.50,99\n2024-01-05,4.0,99\n",
            "date,A,C,B\n2023-12-29,1,7,8\n2024-01-03,110,7,2\n2024-01-04,99,7,2.5\n2024-01-05,99,7,4\n2024-01-08,9,9,9\n",
        ] {
            assert_eq!(compared(&set, &prices(written_otherwise)), Comparison::Identical, "{written_otherwise}");
        }
    }

    #[test]
    fn other_prices_are_told_from_another_set() {
        let set = historical(&prices(PRICES), 1, Some(2)).unwrap();
        let other = compared(&set, &prices(&PRICES.replace("99,4", "99,5")));
        assert_eq!(other, Comparison::OtherSource(Source::Prices));
        let mut entries = set.entries().to_vec();
        entries[0] += 1;
        let last = set.last_prices().map(<[String]>::to_vec);
        let (generator, factors) = (set.generator().clone(), set.factors().to_vec());
        let changed =
            ScenarioSet::new(generator, factors, set.labels().to_vec(), last, set.weights().to_vec(), entries).unwrap();
        assert_eq!(compared(&changed, &prices(PRICES)), Comparison::OtherSet);
    }

    /// The same history as another party rounds it: 99 is 98.9999, and the first row of a window is
    /// a thousandth off.
    const ROUNDED: &str = "date,B,A\n2024-01-02,3,100\n2024-01-03,2.002,110\n2024-01-04,2.5,98.9999\n2024-01-05,4,99\n";

    #[test]
    fn moves_are_compared_by_name_and_date_entry_by_entry() {
        let set = historical(&prices(PRICES), 1, Some(2)).unwrap();
        let within = |tolerance| {
            let rounded = prices(ROUNDED);
            Recomputed.regenerate(&set, &Sources { tolerance, ..Sources::prices(&rounded) }).unwrap()
        };
        // 98.9999 / 110 and 99 / 98.9999 are 0.95 and 1.06 steps off, 2.5 / 2.002 is 1309 steps.
        let found = within(0);
        assert_eq!(found.differences, Differences { entries: 4, missing: 0, largest: 1309, beyond: 3, tolerance: 0 });
        assert_eq!(found.comparison, Comparison::OtherSource(Source::Prices));
        assert!(!found.made_again() && found.differences.to_string().contains("3 of 4 moves"));
        let found = within(1);
        assert_eq!((found.differences.beyond, found.made_again()), (1, false));
        let found = within(1309);
        assert_eq!((found.differences.beyond, found.comparison), (0, Comparison::SameMoves));
        assert!(found.made_again() && !found.identical() && !found.same_sources());
    }

    #[test]
    fn a_day_that_the_prices_do_not_have_was_not_made_again_whatever_the_tolerance() {
        let set = historical(&prices(PRICES), 1, None).unwrap();
        let other = prices("date,A,B\n2024-01-01,100,3\n2024-01-02,100,3\n2024-01-03,110,2\n2024-01-05,99,4\n");
        let found = Recomputed.regenerate(&set, &Sources { tolerance: u32::MAX, ..Sources::prices(&other) }).unwrap();
        assert_eq!((found.differences.missing, found.differences.beyond, found.made_again()), (2, 0, false));
    }

    #[test]
    fn a_header_that_differs_in_more_than_its_source_is_another_set_whatever_the_tolerance() {
        let history = prices(PRICES);
        let set = historical(&history, 1, Some(2)).unwrap();
        let changed = |generator: Generator, last: Option<Vec<String>>, weights: Vec<u32>| {
            let (factors, labels) = (set.factors().to_vec(), set.labels().to_vec());
            let set = ScenarioSet::new(generator, factors, labels, last, weights, set.entries().to_vec()).unwrap();
            let again = historical(&history, 1, Some(2)).unwrap();
            Remade::new(&set, again, Source::Prices, u32::MAX).comparison
        };
        let header = |horizon, prices: &str| Generator::Historical {
            horizon,
            variant: None,
            ring: None,
            slot: None,
            treatment: None,
            prices_sha256: prices.into(),
        };
        let digest = set.generator().source_digest().unwrap();
        let (last, weights) = (set.last_prices().map(<[String]>::to_vec), set.weights().to_vec());
        assert_eq!(changed(header(1, digest), last.clone(), weights.clone()), Comparison::Identical);
        assert_eq!(changed(header(1, "other"), last.clone(), weights.clone()), Comparison::SameMoves);
        assert_eq!(changed(header(2, digest), last.clone(), weights.clone()), Comparison::OtherSet);
        // The digest covers prices, so other last prices beside it are not those of the header.
        assert_eq!(changed(header(1, digest), None, weights), Comparison::OtherSet);
    }

    #[test]
    fn a_source_that_is_missing_or_does_not_fit_is_named() {
        let set = historical(&prices(PRICES), 1, Some(2)).unwrap();
        let refused = |sources: &Sources<'_>| Recomputed.regenerate(&set, sources).unwrap_err();
        assert_eq!(refused(&Sources::default()), RegenerateError::Missing(Source::Prices));
        let history = prices(PRICES);
        let with_volatilities = Sources { volatilities: Some(&history), ..Sources::prices(&history) };
        assert_eq!(refused(&with_volatilities), RegenerateError::Unused(Source::Volatilities));
        for unfit in [
            "date,A\n2024-01-03,110\n2024-01-04,99\n2024-01-05,99\n",
            "date,A,B\n2024-01-04,99,2.5\n2024-01-05,99,4\n",
            "date,A,B\n2025-01-04,99,2.5\n2025-01-05,99,4\n",
        ] {
            let error = refused(&Sources::prices(&prices(unfit)));
            assert!(matches!(error, RegenerateError::Source { source_kind: Source::Prices, .. }), "{error}");
        }
    }

    #[test]
    fn credit_sets_are_made_again_from_their_deal_and_older_student_t_sets_are_refused() {
        let deal = Deal::from_toml("d.toml", DEAL).unwrap();
        let parameters = CreditParameters {
            rho: "0.2".into(),
            degrees: Some("4".into()),
            source: FactorSource::Paths { paths: 3, seed: [1; 32] },
            slots: None,
        };
        let set = credit_scenarios(&deal, &parameters).unwrap();
        assert!(Recomputed.regenerate(&set, &Sources::deal(&deal)).unwrap().identical());
        let other = Deal::from_toml("d.toml", &DEAL.replace("0.02", "0.03")).unwrap();
        let remade = Recomputed.regenerate(&set, &Sources::deal(&other)).unwrap();
        assert_eq!(remade.comparison, Comparison::OtherSource(Source::Deal));
        assert!(!remade.identical() && !remade.same_sources());
        let prices = prices(PRICES);
        let refused = Recomputed.regenerate(&set, &Sources::prices(&prices)).unwrap_err();
        assert_eq!(refused, RegenerateError::Missing(Source::Deal));

        let mut generator = set.generator().clone();
        let Generator::Credit { version, .. } = &mut generator else { panic!("not of credit") };
        *version = None;
        let (factors, labels) = (set.factors().to_vec(), set.labels().to_vec());
        let older =
            ScenarioSet::new(generator, factors, labels, None, set.weights().to_vec(), set.entries().to_vec()).unwrap();
        let refused = Recomputed.regenerate(&older, &Sources::deal(&deal)).unwrap_err();
        assert!(matches!(refused, RegenerateError::Header(Problem::GeneratorVersion { found: 1, .. })), "{refused}");
    }
}
