//! The sources of a scenario set from the files that options name, to make the set again.

use std::path::{Path, PathBuf};

use tailproof::core::scenarios::generator::Generator;
use tailproof::core::table::DecimalTable;
use tailproof::scenarios::{Makers, Sources};
use tailproof::table::{MoveUnit, RawPrices, TableOptions};
use tailproof::{Claim, Deal, PriceHistory, Remake, ScenarioSet};

use crate::cli::SourceOptions;
use crate::failure::Failure;
use crate::files;

/// Returns the unit of a table of moves.
pub fn move_unit(percent: bool) -> MoveUnit {
    if percent { MoveUnit::Percent } else { MoveUnit::Fraction }
}

/// Reads the table that a set was made from, as its generator needs it.
pub fn table_of(
    set: Option<&ScenarioSet>,
    path: &Path,
    unit: MoveUnit,
    options: &TableOptions,
) -> Result<DecimalTable, Failure> {
    let file = match set.map(ScenarioSet::generator) {
        Some(Generator::CovarianceTable { .. }) => files::covariance_table(path, options)?,
        Some(Generator::MarginTable { .. }) => files::margin_table(path, options)?,
        Some(Generator::Imported { weights, .. }) => files::imported_table(path, weights.as_deref(), unit, options)?,
        _ => files::stress_table(path, unit, options)?,
    };
    Ok(file.table().clone())
}

/// Reads prices of which a set is made again. A column that the set does not use may hold anything.
/// Losses of collateral use those of the `deal`'s assets.
pub fn raw_prices(
    path: &Path,
    set: Option<&ScenarioSet>,
    deal: Option<&Deal>,
    options: &TableOptions,
) -> Result<RawPrices, Failure> {
    let columns = files::price_columns(path, options)?;
    let terms = deal.and_then(Deal::collateral);
    let used = set.map(|set| {
        if let (Generator::Collateral { .. }, Some(terms)) = (set.generator(), terms) {
            return terms.assets();
        }
        let proxies = set.generator().treatment().into_iter().flat_map(|treatment| &treatment.proxies);
        let indices = proxies.map(|proxy| proxy.index.clone());
        set.factors().iter().cloned().chain(indices).collect::<Vec<_>>()
    });
    Ok(columns.take(used.as_deref())?)
}

/// Sources that were read.
#[derive(Default)]
pub struct SourceFiles {
    prices: Option<RawPrices>,
    rates: Option<RawPrices>,
    volatilities: Option<PriceHistory>,
    table: Option<DecimalTable>,
}

impl SourceFiles {
    /// Reads the sources that options name, without any guess if `strict`. A table is read as the
    /// generator of the claim's scenarios needs it.
    pub fn read(options: &SourceOptions, claim: &Claim, strict: bool) -> Result<Self, Failure> {
        let tables = options.layout.options(strict);
        let set = claim.scenarios();
        let deal = match claim {
            Claim::Market(_) => None,
            Claim::Pool(pool) => Some(pool.deal()),
        };
        let raw = |path: &PathBuf| raw_prices(path, set, deal, &tables);
        let prices = |path: &PathBuf| files::prices(path, &tables);
        let table = options.table.as_deref().map(|path| table_of(set, path, move_unit(options.percent), &tables));
        Ok(Self {
            prices: options.prices.as_ref().map(raw).transpose()?,
            rates: options.rates.as_ref().map(|path| raw_prices(path, None, None, &tables)).transpose()?,
            volatilities: options.implied_volatility.as_ref().map(prices).transpose()?,
            table: table.transpose()?,
        })
    }

    /// Returns the maker with the sources; `None` if there are none.
    pub fn remake(&self) -> Option<Remake<'_>> {
        let sources = Sources {
            raw: self.prices.as_ref().map(|prices| &prices.table),
            rates: self.rates.as_ref().map(|rates| &rates.table),
            volatilities: self.volatilities.as_ref(),
            table: self.table.as_ref(),
            ..Sources::default()
        };
        let some = self.prices.is_some() || self.volatilities.is_some() || self.table.is_some();
        some.then_some(Remake { maker: &Makers, sources })
    }
}
