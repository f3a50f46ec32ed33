//! Losses of collateral: public sets over the grades of a deal, made from scenarios of the market.
//!
//! A deal's `[collateral]` says which asset secures each grade. The moves of the assets are a
//! historical, Monte Carlo or stress set that another maker makes; a grade loses what a sale after a
//! move does not bring ([`crate::pool::collateral::loss`]). The header holds that of the moves, so the
//! set is made again from what they are made from, and the deal.

use crate::error::{CollateralProblem, Problem};
use crate::pool::Deal;
use crate::pool::collateral::{CollateralTerms, GradeLoss, loss};
use crate::pool::schema::Category;
use crate::scenarios::generator::Generator;
use crate::scenarios::regenerate::{Regenerate, RegenerateError, Remade, Source, Sources};
use crate::scenarios::set::ScenarioSet;

/// Returns the losses of a deal's grades by the moves of the `market`: historical or Monte Carlo
/// scenarios over exactly the deal's assets in the order of their names, or a stress table that has
/// them among its columns. Labels and weights stay.
///
/// # Errors
/// A deal without collateral; another kind of set; moves of prices that were treated, or in a ring;
/// an asset without moves, or other columns; another horizon than the deal's.
pub fn collateral_scenarios(deal: &Deal, market: &ScenarioSet) -> Result<ScenarioSet, Problem> {
    let terms = deal.require_collateral()?;
    let grades = deal.require_schema()?.names(Category::Grade);
    let entries = entries(terms, market, |entry| entry)?;
    let generator = Generator::Collateral {
        of: Box::new(market.generator().clone()),
        terms_sha256: hex::encode(terms.digest(grades)),
    };
    let labels = market.labels().to_vec();
    ScenarioSet::new(generator, grades.to_vec(), labels, None, market.weights().to_vec(), entries)
}

/// Returns the entries of losses by the moves of the `market`, row by row: the opposite of each grade's
/// loss by what `moved` makes of its asset's move.
///
/// # Errors
/// An asset without moves, or other columns; another horizon than the terms'.
pub fn entries(
    terms: &CollateralTerms,
    market: &ScenarioSet,
    moved: impl Fn(i32) -> i32,
) -> Result<Vec<i32>, CollateralProblem> {
    check_columns(terms, market)?;
    check_horizon(terms, market.generator())?;
    let place = |asset: &str| market.factors().iter().position(|factor| factor == asset);
    let mut entries = Vec::with_capacity(market.scenarios() * terms.grades().len());
    for scenario in 0..market.scenarios() {
        let row = market.row(scenario);
        for grade in terms.grades() {
            let lost = match grade {
                GradeLoss::Sale { asset, top, haircut } => {
                    let place = place(asset).ok_or_else(|| CollateralProblem::NoPrices(asset.clone()))?;
                    loss(moved(row[place]), *haircut, *top)
                }
                GradeLoss::Defaulted { steps } => *steps,
            };
            entries.push(-i32::try_from(lost).unwrap_or(i32::MAX));
        }
    }
    Ok(entries)
}

/// Checks that a set has moves of every asset. Only a table may have other columns too: the digest of
/// prices and the draws of paths are over all columns.
fn check_columns(terms: &CollateralTerms, market: &ScenarioSet) -> Result<(), CollateralProblem> {
    if let Some(name) = market.cash().first() {
        return Err(CollateralProblem::Cash(name.clone()));
    }
    let (assets, factors) = (terms.assets(), market.factors());
    if let Some(asset) = assets.iter().find(|asset| !factors.contains(asset)) {
        return Err(CollateralProblem::NoPrices(asset.clone()));
    }
    if matches!(market.generator(), Generator::Stress { .. }) || factors == assets {
        return Ok(());
    }
    Err(CollateralProblem::OtherAssets { found: factors.join(", "), assets: assets.join(", ") })
}

/// Checks that the moves of a header, where it states their days, are over the deal's.
fn check_horizon(terms: &CollateralTerms, header: &Generator) -> Result<(), CollateralProblem> {
    match header.horizon() {
        Some(found) if found != terms.horizon() => {
            Err(CollateralProblem::OtherHorizon { found, required: terms.horizon() })
        }
        _ => Ok(()),
    }
}

/// Checks a set's header against a deal: its terms, horizon and rule for scenarios of the market. The
/// entries are another matter: [`remade`] compares them.
///
/// # Errors
/// A deal without collateral; a set that is not of losses of collateral, or under other terms, which
/// gives `false`; another horizon; a requirement of the rule that the set does not meet.
pub fn has_terms_of(deal: &Deal, set: &ScenarioSet) -> Result<bool, Problem> {
    let terms = deal.require_collateral()?;
    let Generator::Collateral { terms_sha256, .. } = set.generator() else { return Ok(false) };
    if *terms_sha256 != hex::encode(terms.digest(deal.require_schema()?.names(Category::Grade))) {
        return Ok(false);
    }
    check_horizon(terms, set.generator().market())?;
    if let Some(rule) = deal.market_rule() {
        rule.check_market(set)?;
    }
    Ok(true)
}

/// Makes losses of collateral again: the moves of the market by `maker` from their sources, and the
/// losses from these and the deal.
///
/// # Errors
/// No deal; a source that is missing or does not fit; a header that says nothing that can be made.
pub fn remade(maker: &dyn Regenerate, set: &ScenarioSet, sources: &Sources<'_>) -> Result<Remade, RegenerateError> {
    let deal = sources.deal.ok_or(RegenerateError::Missing(Source::Deal))?;
    let of_deal = RegenerateError::from_source(Source::Deal);
    let terms = deal.require_collateral().map_err(&of_deal)?;
    if !has_terms_of(deal, set).map_err(&of_deal)? {
        return Ok(Remade::other(set, Source::Deal));
    }
    let market = set.generator().market();
    let of_table = market.is_its_makers();
    let source = if of_table { Source::Table } else { Source::Prices };
    if let Some(asset) = terms.assets().into_iter().find(|asset| sources.lacks(asset, of_table)) {
        return Err(RegenerateError::from_source(source)(CollateralProblem::NoPrices(asset).into()));
    }
    let stand_in = market_of(set, terms.assets()).map_err(RegenerateError::Header)?;
    let remade = maker.regenerate(&stand_in, sources)?;
    let Some(moves) = remade.set else { return Ok(Remade::other(set, source)) };
    let again = collateral_scenarios(deal, &moves).map_err(RegenerateError::from_source(source))?;
    Ok(Remade::new(set, again, source, 0))
}

/// Returns a set with the header, labels and weights of the market's scenarios behind losses, from
/// which their maker knows what to make. Its moves are none.
fn market_of(set: &ScenarioSet, assets: Vec<String>) -> Result<ScenarioSet, Problem> {
    let entries = vec![0; set.scenarios() * assets.len()];
    let (labels, weights) = (set.labels().to_vec(), set.weights().to_vec());
    ScenarioSet::new(set.generator().market().clone(), assets, labels, None, weights, entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::SetProblem;
    use crate::scenarios::file;
    use crate::scenarios::generator::Variant;
    use crate::scenarios::historical::historical;
    use crate::scenarios::regenerate::Recomputed;

    const DEAL: &str = "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"2024-01-05\"\ncurrency = \"EUR\"\n\
        columns = [\"ltv\", \"grade\"]\ngrades = [\"Z 50\", \"A 60\"]\n[tape.scale]\nltv = \"percent\"\n\
        [tape.bands.grade]\nnumber = \"ltv\"\nlimits = { \"Z 50\" = [0, 50], \"A 60\" = [0, 60] }\n\
        assets = { \"Z 50\" = \"Z\", \"A 60\" = \"A\" }\n[claims]\nloans_min = 1\n\
        [collateral]\nhorizon = 1\nhaircut = { A = 0.1, Z = 0 }\n";

    fn deal() -> Deal {
        Deal::from_toml("d.toml", DEAL).unwrap()
    }

    /// A falls by a half and rises again, Z falls to a fifth; B is of no grade.
    fn prices() -> crate::PriceHistory {
        crate::testing::prices(
            "date,Z,B,A\n2024-01-02,100,1,8\n2024-01-03,100,1,4\n2024-01-04,20,1,8\n2024-01-05,20,1,8\n",
        )
    }

    fn moves() -> ScenarioSet {
        historical(&prices().select(&["A".to_owned(), "Z".to_owned()]).unwrap(), 1, None).unwrap()
    }

    fn set() -> ScenarioSet {
        collateral_scenarios(&deal(), &moves()).unwrap()
    }

    /// A set of losses with another header of the market's.
    fn headed(of: Generator) -> Result<ScenarioSet, Problem> {
        let set = set();
        let Generator::Collateral { terms_sha256, .. } = set.generator() else { panic!("of collateral") };
        let generator = Generator::Collateral { of: Box::new(of), terms_sha256: terms_sha256.clone() };
        let (factors, labels) = (set.factors().to_vec(), set.labels().to_vec());
        ScenarioSet::new(generator, factors, labels, None, set.weights().to_vec(), set.entries().to_vec())
    }

    fn plain(variant: Variant, ring: Option<usize>) -> Generator {
        let prices_sha256 = "0".repeat(64);
        let variant = Some(variant).filter(|variant| *variant != Variant::default());
        Generator::Historical { horizon: 1, variant, ring, slot: None, treatment: None, prices_sha256 }
    }

    #[test]
    fn grades_lose_by_the_moves_of_their_assets() {
        let set = set();
        assert_eq!((set.factors(), set.labels()), (deal().schema().unwrap().names(Category::Grade), moves().labels()));
        // A: half of it less a tenth is 45 of 60, a quarter is lost, up to a step of the move over
        // 0.6. Z: a fifth of 50 is left, three fifths are lost, and the half step of a move over 0.5.
        let quarter = 262_144 + 1;
        assert_eq!(set.entries(), [0, -quarter, -629_147, 0, 0, 0]);
        assert_eq!(set.weights(), [1, 1, 1]);
        let (again, _) = file::decode("s.scn", &file::encode(&set)).unwrap();
        assert_eq!(again, set);
        let sentence = "3 scenarios x 2 factors (bad debt after a sale of collateral, historical, 1-day returns), \
                        2024-01-03 to 2024-01-05";
        assert_eq!((set.sentence().as_str(), set.note_on_origin()), (sentence, None));
    }

    #[test]
    fn losses_are_made_again_from_prices_with_other_columns_and_refused_over_others() {
        let (deal, set) = (deal(), set());
        let over = |prices: &crate::PriceHistory, deal: &Deal| {
            Recomputed.regenerate(&set, &Sources { deal: Some(deal), ..Sources::prices(prices) })
        };
        assert!(over(&prices(), &deal).unwrap().identical());
        let text = "date,Z,A\n2024-01-02,100,8\n2024-01-03,100,5\n2024-01-04,20,8\n2024-01-05,20,8\n";
        assert!(!over(&crate::testing::prices(text), &deal).unwrap().made_again());
        let without = crate::testing::prices(&text.replace("Z,A", "Z,B"));
        assert_eq!(over(&without, &deal).unwrap_err().to_string(), CollateralProblem::NoPrices("A".into()).to_string());
        let other = Deal::from_toml("d.toml", &DEAL.replace("A = 0.1", "A = 0.2")).unwrap();
        assert_eq!(over(&prices(), &other).unwrap(), Remade::other(&set, Source::Deal));
        let longer = Deal::from_toml("d.toml", &DEAL.replace("horizon = 1", "horizon = 2")).unwrap();
        assert!(!over(&prices(), &longer).unwrap().made_again());
        let missing = |sources: Sources<'_>| Recomputed.regenerate(&set, &sources).unwrap_err();
        assert_eq!(missing(Sources::prices(&prices())), RegenerateError::Missing(Source::Deal));
        assert_eq!(missing(Sources::deal(&deal)), RegenerateError::Missing(Source::Prices));
        // The same moves, of prices with other decimals: dated, and so made again.
        let finer = crate::testing::prices(
            &text.replace(",5\n", ",4\n").replace("2024-01-02,100,8", "2024-01-02,100.0000001,8"),
        );
        let remade = over(&finer, &deal).unwrap();
        assert!(remade.made_again() && !remade.same_sources() && !remade.identical());
    }

    #[test]
    fn only_plain_moves_over_the_horizon_make_losses() {
        let refused = |market: &ScenarioSet| collateral_scenarios(&deal(), market).unwrap_err();
        let swapped = historical(&prices().select(&["Z".to_owned(), "A".to_owned()]).unwrap(), 1, None).unwrap();
        let (found, assets) = ("Z, A".to_owned(), "A, Z".to_owned());
        assert_eq!(refused(&swapped), CollateralProblem::OtherAssets { found, assets }.into());
        let one = historical(&prices().select(&["Z".to_owned()]).unwrap(), 1, None).unwrap();
        assert_eq!(refused(&one), CollateralProblem::NoPrices("A".into()).into());
        let long = historical(&prices().select(&["A".to_owned(), "Z".to_owned()]).unwrap(), 2, None).unwrap();
        assert_eq!(refused(&long), CollateralProblem::OtherHorizon { found: 2, required: 1 }.into());
        assert_eq!(refused(&set()), CollateralProblem::NoPrices("A".into()).into());
        for (variant, ring, what) in [
            (Variant { gamma: true, ..Variant::default() }, None, "Greeks"),
            (Variant { liquidity_horizons: Some(vec![1, 4]), ..Variant::default() }, None, "liquidity horizons"),
            (Variant::default(), Some(0), "a ring"),
        ] {
            let error = headed(plain(variant, ring)).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        }
        let treated = Generator::Historical {
            horizon: 1,
            variant: None,
            ring: None,
            slot: None,
            treatment: Some(Box::new(crate::scenarios::Treatment { returns: true, ..Default::default() })),
            prices_sha256: "0".repeat(64),
        };
        assert!(headed(treated).unwrap_err().to_string().contains("a treatment of prices"));
        for (of, kind) in
            [(Generator::Custom { description: "mine".into() }, "custom"), (set().generator().clone(), "collateral")]
        {
            assert_eq!(headed(of).unwrap_err(), CollateralProblem::Kind(kind).into());
        }
        let text = Generator::Stress { table_sha256: "agreed with the regulator".into() };
        assert_eq!(headed(text).unwrap_err(), SetProblem::CollateralDigest.into());
        // Weights are the market's.
        let weighted = plain(Variant { linear_weights: true, ..Variant::default() }, None);
        assert!(matches!(headed(weighted), Err(Problem::Set(SetProblem::OtherWeight { .. }))));
    }

    /// A table has other columns too, and its names are its maker's.
    #[test]
    fn a_stress_table_makes_losses_that_are_called_its_makers() {
        let stress = Generator::Stress { table_sha256: "0".repeat(64) };
        let factors = ["Z", "B", "A"].map(str::to_owned).to_vec();
        let labels = vec!["2030-01-01".to_owned()];
        let market = ScenarioSet::new(stress, factors, labels, None, vec![1], vec![0, 0, -(1 << 20)]).unwrap();
        let set = collateral_scenarios(&deal(), &market).unwrap();
        assert_eq!(set.entries(), [0, -(1 << 20)]);
        assert!(set.sentence().contains("named \"2030-01-01\""), "{}", set.sentence());
        let note = set.note_on_origin().unwrap();
        assert!(note.contains("(stress)") && note.contains("1 of its 1 scenarios are named like days"), "{note}");
    }
}
