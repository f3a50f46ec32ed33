//! Scenario sets made again by the makers of this crate, and compared.

use tailproof_core::PriceHistory;
use tailproof_core::scenarios::factors::is_exposure;
use tailproof_core::scenarios::generator::{Generator, Variant};
use tailproof_core::scenarios::regenerate::{
    Recomputed, Regenerate, RegenerateError, Remade, Source, Sources, with_cash,
};
use tailproof_core::scenarios::{ScenarioSet, collateral};

use super::covariance::Repair;
use super::imported::imported;
use super::stress::stress;
use super::variants::{variant, volatilities_digest};
use super::{covariance_set, margin, montecarlo};

/// Makes sets of every generator again that has a maker.
#[derive(Debug, Clone, Copy, Default)]
pub struct Makers;

impl Regenerate for Makers {
    fn regenerate(&self, set: &ScenarioSet, sources: &Sources<'_>) -> Result<Remade, RegenerateError> {
        if let Some(remade) = with_cash(self, set, sources) {
            return remade;
        }
        let is_historical = matches!(set.generator(), Generator::Historical { .. });
        if !is_historical {
            sources.check_no_volatilities()?;
        }
        match set.generator() {
            Generator::Historical { horizon, variant: Some(variant), .. } => {
                remake_variant(set, *horizon, variant, sources)
            }
            Generator::MonteCarlo { .. } => remake_paths(set, sources),
            Generator::Covariance { .. } => remake_covariance(set, sources),
            Generator::Stress { .. } => {
                let table = sources.table.ok_or(RegenerateError::Missing(Source::Table))?;
                let again =
                    stress(table).map_err(|error| RegenerateError::from_source(Source::Table)(error.problem))?;
                Ok(Remade::new(set, again, Source::Table, sources.tolerance))
            }
            Generator::Imported { description, weights, .. } => {
                let table = sources.table.ok_or(RegenerateError::Missing(Source::Table))?;
                let again = imported(table, weights.as_deref(), description.as_deref())
                    .map_err(|error| RegenerateError::from_source(Source::Table)(error.problem))?;
                Ok(Remade::new(set, again, Source::Table, sources.tolerance))
            }
            Generator::CovarianceTable { repair, .. } => {
                let table = sources.table.ok_or(RegenerateError::Missing(Source::Table))?;
                let repair = repair.as_deref().map(Repair::parse).transpose().map_err(RegenerateError::Header)?;
                let again = covariance_set::from_table(table, repair);
                let again = again.map_err(|error| RegenerateError::from_source(Source::Table)(error.problem))?;
                Ok(Remade::new(set, again, Source::Table, sources.tolerance))
            }
            Generator::MarginTable { correlations, .. } => {
                let table = sources.table.ok_or(RegenerateError::Missing(Source::Table))?;
                let again = margin::from_table(table, *correlations);
                let again = again.map_err(|error| RegenerateError::from_source(Source::Table)(error.problem))?;
                Ok(Remade::new(set, again, Source::Table, sources.tolerance))
            }
            Generator::Collateral { .. } => collateral::remade(self, set, sources),
            _ => Recomputed.regenerate(set, sources),
        }
    }
}

/// Makes a variant of historical simulation again.
fn remake_variant(
    set: &ScenarioSet,
    horizon: usize,
    header: &Variant,
    sources: &Sources<'_>,
) -> Result<Remade, RegenerateError> {
    let has_greeks = header.has_greeks();
    let factors: Vec<String> =
        set.factors().iter().take_while(|name| !has_greeks || is_exposure(name)).cloned().collect();
    // A stressed window may end before the newest price that was searched.
    let prices = match header.stressed {
        Some(_) => sources.prices_of(set, &factors, None)?,
        // Scaled volatilities depend on all prices before.
        None => {
            let window = header.volatility_scaled.is_none().then(|| set.scenarios());
            sources.prices_up_to_last_label(set, &factors, window)?
        }
    };
    let window = Some(set.scenarios());
    let (volatilities, source) = match &header.volatilities_sha256 {
        Some(named) => {
            let volatilities = volatilities_of(set, sources)?;
            let found = volatilities_digest(&prices, &volatilities, horizon, window, header);
            let same = found.map_err(RegenerateError::from_source(Source::Volatilities))? == *named;
            (Some(volatilities), if same { Source::Prices } else { Source::Volatilities })
        }
        None => sources.check_no_volatilities().map(|()| (None, Source::Prices))?,
    };
    let again = variant(&prices, volatilities.as_ref(), horizon, window, header);
    match again.and_then(|again| again.placed(set.generator().place())) {
        Ok(again) => Ok(Remade::new(set, again, source, sources.tolerance)),
        // Volatilities are another table's: prices, for one.
        Err(_) if source == Source::Volatilities => Ok(Remade::other(set, source)),
        Err(problem) => Err(RegenerateError::from_source(Source::Prices)(problem)),
    }
}

/// Returns the implied volatilities of the factors that a set has columns of, in its order.
fn volatilities_of(set: &ScenarioSet, sources: &Sources<'_>) -> Result<PriceHistory, RegenerateError> {
    let volatilities = sources.volatilities.ok_or(RegenerateError::Missing(Source::Volatilities))?;
    let names: Vec<String> =
        set.factors().iter().filter_map(|name| name.strip_prefix("vega:")).map(str::to_owned).collect();
    volatilities.select(&names).map_err(RegenerateError::from_source(Source::Volatilities))
}

/// Makes a Monte-Carlo set again.
fn remake_paths(set: &ScenarioSet, sources: &Sources<'_>) -> Result<Remade, RegenerateError> {
    let parameters = montecarlo::parameters_from(set.generator(), set.scenarios()).map_err(RegenerateError::Header)?;
    let parameters = parameters.ok_or(RegenerateError::NoMaker)?;
    let prices = sources.prices_of(set, set.factors(), None)?;
    let again = montecarlo::montecarlo(&prices, &parameters);
    Ok(Remade::new(
        set,
        again.map_err(RegenerateError::from_source(Source::Prices))?,
        Source::Prices,
        sources.tolerance,
    ))
}

/// Makes a covariance of prices again.
fn remake_covariance(set: &ScenarioSet, sources: &Sources<'_>) -> Result<Remade, RegenerateError> {
    let parameters = covariance_set::parameters_from(set.generator()).map_err(RegenerateError::Header)?;
    let parameters = parameters.ok_or(RegenerateError::NoMaker)?;
    let prices = sources.prices_of(set, set.factors(), parameters.window)?;
    let again = covariance_set::from_prices(&prices, &parameters);
    Ok(Remade::new(
        set,
        again.map_err(RegenerateError::from_source(Source::Prices))?,
        Source::Prices,
        sources.tolerance,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv::read_prices;
    use crate::generate::covariance::Estimator;
    use crate::generate::montecarlo::{Model, Parameters};
    use crate::table::{MoveUnit, TableOptions, read_covariance_table, read_imported_table, read_stress_table};
    use tailproof_core::scenarios::Place;
    use tailproof_core::scenarios::generator::Correlations;
    use tailproof_core::scenarios::historical::historical;
    use tailproof_core::scenarios::regenerate::Comparison;

    /// Prices of two factors on days of 2022, in either order of columns, from one day to another.
    fn text(days: std::ops::Range<i32>, swapped: bool) -> String {
        let mut text = String::from(if swapped { "date,B,A\n" } else { "date,A,B\n" });
        let (mut a, mut b) = (100.0, 50.0);
        for day in 0..days.end {
            let date = jiff::civil::date(2022, 1, 1) + jiff::Span::new().days(day);
            if day >= days.start && swapped {
                text.push_str(&format!("{date},{b:.4},{a:.4}\n"));
            } else if day >= days.start {
                text.push_str(&format!("{date},{a:.4},{b:.4}\n"));
            }
            let (x, y) = (f64::from(day * 37 % 41 - 20) / 2000.0, f64::from(day * 53 % 31 - 15) / 2000.0);
            (a, b) = (a * (1.0 + x), b * (1.0 + y));
        }
        text
    }

    fn read(text: &str) -> PriceHistory {
        read_prices("p.csv", text.as_bytes()).unwrap()
    }

    fn history(days: std::ops::Range<i32>) -> PriceHistory {
        read(&text(days, false))
    }

    fn comparison(set: &ScenarioSet, sources: &Sources<'_>) -> Comparison {
        Makers.regenerate(set, sources).unwrap().comparison
    }

    fn compared(set: &ScenarioSet, prices: &PriceHistory) -> Comparison {
        comparison(set, &Sources::prices(prices))
    }

    fn made(of: &Variant) -> ScenarioSet {
        variant(&history(50..200), None, 1, Some(20), of).unwrap()
    }

    /// Returns the digest that a set of the same window, columns and last day has, made from
    /// prices.
    fn digest_of(set: &ScenarioSet, text: &str) -> String {
        let prices = read(text).select(set.factors()).unwrap();
        let prices = prices.up_to(set.labels().last().unwrap().parse().unwrap()).unwrap();
        let again = historical(&prices, 1, Some(set.scenarios())).unwrap();
        again.generator().source_digest().unwrap().to_owned()
    }

    /// The file's form, the order of its columns, and for plain sets more days at either end do not
    /// matter.
    #[test]
    fn a_plain_set_is_identical_however_its_prices_are_written() {
        let set = historical(&history(50..200), 1, Some(20)).unwrap();
        let plain = text(50..200, false);
        let windows = format!("\u{feff}{}", plain.replace('\n', "\r\n"));
        let unended = plain.trim_end().to_owned();
        for written in [
            plain,
            windows,
            unended,
            text(50..200, true),
            text(0..200, false),
            text(50..240, false),
            text(0..240, true),
        ] {
            assert_eq!(digest_of(&set, &written), set.generator().source_digest().unwrap());
            assert_eq!(compared(&set, &read(&written)), Comparison::Identical, "{}", &written[..40]);
        }
        let shorter = read(&text(190..200, false));
        assert!(matches!(
            Makers.regenerate(&set, &Sources::prices(&shorter)),
            Err(RegenerateError::Source { source_kind: Source::Prices, .. })
        ));
    }

    #[test]
    fn variants_are_identical_over_the_rows_they_look_at() {
        let weighted = Variant { age_weighted: Some("0.9".into()), cross_gamma: true, ..Variant::default() };
        let scaled = Variant { volatility_scaled: Some("0.94".into()), ..Variant::default() };
        let stressed = Variant { stressed: Some(vec!["1".into(), "2".into()]), ..Variant::default() };
        let horizons = Variant { liquidity_horizons: Some(vec![1, 4]), ..Variant::default() };
        let theta = Variant { theta: true, ..Variant::default() };
        for (of, with_older, with_newer) in [
            (&weighted, true, true),
            (&horizons, true, true),
            (&theta, true, true),
            (&scaled, false, true),
            (&stressed, false, false),
        ] {
            let set = made(of);
            assert_eq!(compared(&set, &read(&text(50..200, true))), Comparison::Identical, "{of:?}");
            for (days, same) in [(0..200, with_older), (50..240, with_newer)] {
                let found = compared(&set, &history(days));
                let expected = if same { Comparison::Identical } else { Comparison::OtherSource(Source::Prices) };
                assert_eq!(found, expected, "{of:?}");
            }
        }
    }

    /// As a window on chain keeps them: linear weights, and rows that stay in their slots.
    #[test]
    fn a_ring_under_linear_weights_is_made_again() {
        let linear = Variant { linear_weights: true, ..Variant::default() };
        let set = made(&linear);
        assert_eq!(set.weights(), (1..=20).collect::<Vec<u32>>());
        let plain = historical(&history(50..200), 1, Some(20)).unwrap();
        assert_eq!((set.entries(), set.labels()), (plain.entries(), plain.labels()));
        let ring = set.clone().placed(Some(Place::Ring(7))).unwrap();
        for prices in [text(50..200, true), text(0..240, false)] {
            assert_eq!(compared(&ring, &read(&prices)), Comparison::Identical);
        }
        let again = Makers.regenerate(&ring, &Sources::prices(&history(50..200))).unwrap();
        assert_eq!(again.set, Some(ring));
        // A verifier without these makers makes it again too: its moves are plain.
        for weighted in [linear, Variant { age_weighted: Some("0.9".into()), ..Variant::default() }] {
            let found = Recomputed.regenerate(&made(&weighted), &Sources::prices(&history(0..240))).unwrap();
            assert_eq!(found.comparison, Comparison::Identical, "{weighted:?}");
        }
        for other in [
            Variant { gamma: true, ..Variant::default() },
            Variant { liquidity_horizons: Some(vec![1, 4]), linear_weights: true, ..Variant::default() },
        ] {
            let refused = Recomputed.regenerate(&made(&other), &Sources::prices(&history(50..200)));
            assert_eq!(refused, Err(RegenerateError::NoMaker), "{other:?}");
        }
        let greek = made(&Variant { gamma: true, ..Variant::default() }).placed(Some(Place::Ring(0))).unwrap();
        assert_eq!(compared(&greek, &history(50..200)), Comparison::Identical);
    }

    #[test]
    fn implied_volatilities_are_needed_and_their_dates_beside_the_used_ones_do_not_matter() {
        let table = |level: &str| {
            let rows = (170..210).map(|day| {
                let date = jiff::civil::date(2022, 1, 1) + jiff::Span::new().days(day);
                format!("{date},{},9\n", if day < 190 { "0.2" } else { level })
            });
            read(&format!("date,B,other\n{}", rows.collect::<String>()))
        };
        let (prices, volatilities) = (history(50..200), table("0.25"));
        let selected = volatilities.select(&["B".to_owned()]).unwrap();
        let set = variant(&prices, Some(&selected), 1, Some(20), &Variant::default()).unwrap();
        let with = |volatilities| Sources { volatilities, ..Sources::prices(&prices) };
        assert_eq!(comparison(&set, &with(Some(&volatilities))), Comparison::Identical);
        let other = table("0.3");
        assert_eq!(comparison(&set, &with(Some(&other))), Comparison::OtherSource(Source::Volatilities));
        let missing = Makers.regenerate(&set, &with(None)).unwrap_err();
        assert_eq!(missing, RegenerateError::Missing(Source::Volatilities));
        let plain = historical(&prices, 1, None).unwrap();
        let paths = montecarlo::montecarlo(&prices, &parameters()).unwrap();
        for without in [plain, made(&Variant { gamma: true, ..Variant::default() }), paths] {
            let unused = Makers.regenerate(&without, &with(Some(&volatilities))).unwrap_err();
            assert_eq!(unused, RegenerateError::Unused(Source::Volatilities));
        }
    }

    fn parameters() -> Parameters {
        Parameters {
            model: Model::Normal,
            estimator: Estimator::Sample,
            repair: None,
            horizon: 1,
            zero_drift: false,
            paths: 10,
            antithetic: false,
            seed: [7; 32],
        }
    }

    #[test]
    fn paths_and_covariances_are_made_again() {
        let prices = history(50..200);
        let paths = montecarlo::montecarlo(&prices, &parameters()).unwrap();
        assert_eq!(compared(&paths, &read(&text(50..200, true))), Comparison::Identical);
        assert_eq!(compared(&paths, &history(0..200)), Comparison::OtherSource(Source::Prices));
        let of = covariance_set::Parameters {
            estimator: Estimator::LedoitWolf,
            repair: Some(Repair::Clip),
            with_mean: true,
            horizon: 10,
            window: Some(60),
        };
        let covariance = covariance_set::from_prices(&prices, &of).unwrap();
        assert_eq!(compared(&covariance, &read(&text(50..200, true))), Comparison::Identical);
        assert_eq!(compared(&covariance, &history(0..200)), Comparison::Identical, "older prices are not looked at");
        assert_eq!(compared(&covariance, &history(50..201)), Comparison::OtherSource(Source::Prices));
        let parameters = covariance_set::parameters_from(covariance.generator()).unwrap();
        assert_eq!(parameters, Some(of));
    }

    /// The header is no witness against the prices where it names their digest.
    #[test]
    fn a_header_that_differs_elsewhere_is_not_blamed_on_the_source() {
        let prices = history(50..200);
        let of = covariance_set::Parameters {
            estimator: Estimator::Sample,
            repair: None,
            with_mean: false,
            horizon: 1,
            window: Some(60),
        };
        let made = covariance_set::from_prices(&prices, &of).unwrap();
        let mut generator = made.generator().clone();
        let Generator::Covariance { scale, .. } = &mut generator else { panic!("{generator:?}") };
        *scale -= 1;
        let last = made.last_prices().map(<[String]>::to_vec);
        let (factors, labels) = (made.factors().to_vec(), made.labels().to_vec());
        let (weights, entries) = (made.weights().to_vec(), made.entries().to_vec());
        let changed = ScenarioSet::new(generator, factors, labels, last, weights, entries).unwrap();
        let remade = Makers.regenerate(&changed, &Sources::prices(&prices)).unwrap();
        assert_eq!(remade.comparison, Comparison::OtherSet);
        assert!(remade.same_sources() && !remade.identical());
    }

    #[test]
    fn tables_are_made_again() {
        let options = TableOptions::default();
        let read = |text: &str| {
            read_stress_table("s.csv", text.as_bytes(), MoveUnit::Fraction, &options).unwrap().0.table().clone()
        };
        let table = read("name,A\nx,-0.4\n");
        let set = stress(&table).unwrap();
        let with = |table| Sources { table: Some(table), ..Sources::default() };
        assert_eq!(comparison(&set, &with(&table)), Comparison::Identical);
        let other = read("name,A\nx,-0.3\n");
        assert_eq!(comparison(&set, &with(&other)), Comparison::OtherSource(Source::Table));
        let missing = Makers.regenerate(&set, &Sources::default()).unwrap_err();
        assert_eq!(missing, RegenerateError::Missing(Source::Table));
        let covariance = read_covariance_table("v.csv", &b"factor,A\nA,0.0004\n"[..], &options).unwrap().0;
        let set = covariance_set::from_table(covariance.table(), None).unwrap();
        assert_eq!(comparison(&set, &with(covariance.table())), Comparison::Identical);
        let weights = |text: &str| margin::margin_table("m.toml", text).unwrap();
        let text = "within = 0.5\n[[bucket]]\nname = \"x\"\nfactors = [\"A\", \"B\"]\nweights = 0.1\n";
        let table = weights(text);
        let set = margin::from_table(&table, Correlations::Low).unwrap();
        assert_eq!(comparison(&set, &with(&table)), Comparison::Identical);
        let other = weights(&text.replace("0.1", "0.2"));
        assert_eq!(comparison(&set, &with(&other)), Comparison::OtherSource(Source::Table));
        // A header that calls the low matrix the high one.
        let mut generator = set.generator().clone();
        let Generator::MarginTable { correlations, .. } = &mut generator else { panic!("{generator:?}") };
        *correlations = Correlations::High;
        let (factors, labels) = (set.factors().to_vec(), set.labels().to_vec());
        let called = ScenarioSet::new(generator, factors, labels, None, vec![1; 3], set.entries().to_vec()).unwrap();
        assert_eq!(comparison(&called, &with(&table)), Comparison::OtherSet);
        let weighted = |text: &str| {
            let weights = Some("weight");
            read_imported_table("m.csv", text.as_bytes(), weights, MoveUnit::Fraction, &options)
                .unwrap()
                .0
                .table()
                .clone()
        };
        let table = weighted("A,weight\n-0.4,0.25\n0.1,0.75\n");
        let set = imported(&table, Some("weight"), Some("ours")).unwrap();
        assert_eq!((comparison(&set, &with(&table)), set.weights()), (Comparison::Identical, &[1, 3][..]));
        for other in ["A,weight\n-0.4,0.5\n0.1,0.5\n", "A,weight\n-0.4,1\n0.1,3\n"] {
            let other = weighted(other);
            let sources = Sources { table: Some(&other), ..Sources::default() };
            assert_eq!(comparison(&set, &sources), Comparison::OtherSource(Source::Table));
        }
    }
}
