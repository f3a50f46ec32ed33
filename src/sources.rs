//! The sources of a scenario set from the files that options name, to make the set again.

use std::path::PathBuf;

use tailproof::core::scenarios::generator::Generator;
use tailproof::core::table::DecimalTable;
use tailproof::risk::csv::{read_covariance_table, read_stress_table};
use tailproof::scenarios::{Makers, Sources};
use tailproof::table::RawPrices;
use tailproof::{PriceHistory, Remake, ScenarioSet};

use crate::cli::SourceOptions;
use crate::failure::Failure;
use crate::files;

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
    /// set's generator needs it.
    pub fn read(options: &SourceOptions, set: Option<&ScenarioSet>, strict: bool) -> Result<Self, Failure> {
        let tables = options.layout.options(strict);
        let raw = |path: &PathBuf| files::raw_prices(path, &tables);
        let prices = |path: &PathBuf| files::prices(path, &tables);
        let of_covariance = set.is_some_and(|set| matches!(set.generator(), Generator::CovarianceTable { .. }));
        let table = options.table.as_deref().map(|path| -> Result<DecimalTable, Failure> {
            let (name, file) = (path.display().to_string(), files::open_table(path)?);
            Ok(match of_covariance {
                true => read_covariance_table(&name, file)?.table().clone(),
                false => read_stress_table(&name, file)?.table().clone(),
            })
        });
        Ok(Self {
            prices: options.prices.as_ref().map(raw).transpose()?,
            rates: options.rates.as_ref().map(raw).transpose()?,
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
