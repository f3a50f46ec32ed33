//! What a scenario set is made again from.

use pyo3::prelude::*;
use tailproof::ScenarioSet;
use tailproof::scenarios::Sources;
use tailproof::scenarios::generator::Generator;
use tailproof::table::{self, MoveUnit, TableOptions};

use crate::prices::{NamedRows, Prices, rows_of};

/// Arguments that name the sources of a set.
pub struct Named<'a, 'py> {
    /// prices
    pub prices: Option<&'a Bound<'py, PyAny>>,
    /// rates of currencies
    pub rates: Option<&'a Bound<'py, PyAny>>,
    /// implied volatilities
    pub volatilities: Option<&'a Bound<'py, PyAny>>,
    /// a table
    pub table: Option<&'a Bound<'py, PyAny>>,
    /// whether the table's file is in percent
    pub percent: bool,
}

/// Sources of a set, read.
pub struct Given<'py> {
    prices: Option<Prices<'py>>,
    rates: Option<Prices<'py>>,
    volatilities: Option<tailproof::PriceHistory>,
    table: Option<NamedRows<'py>>,
}

impl<'py> Given<'py> {
    /// Reads the sources that arguments give.
    pub fn of(py: Python<'py>, set: Option<&ScenarioSet>, named: Named<'_, 'py>) -> PyResult<Self> {
        let Named { prices, rates, volatilities, table, percent } = named;
        let (options, unit) = (TableOptions::default(), unit_of(percent));
        let generator = set.map(ScenarioSet::generator);
        let weights = match generator {
            Some(Generator::Imported { weights, .. }) => weights.clone(),
            _ => None,
        };
        let kind = generator.map_or("stress", Generator::kind);
        let read = |value: &Bound<'py, PyAny>| {
            let key = if matches!(kind, "covariance-table" | "margin-table") { "factor" } else { "scenario" };
            rows_of("table", value, key, |name, input| match kind {
                "covariance-table" => table::read_covariance_table(name, input, &options),
                "margin-table" => table::read_margin_table(name, input, &options),
                "imported" => table::read_imported_table(name, input, weights.as_deref(), unit, &options),
                _ => table::read_stress_table(name, input, unit, &options),
            })
        };
        let volatilities = volatilities.map(|given| Prices::of("implied_volatilities", given)?.history(py));
        Ok(Self {
            prices: prices.map(|given| Prices::of("prices", given)).transpose()?,
            rates: rates.map(|given| Prices::of("rates", given)).transpose()?,
            volatilities: volatilities.transpose()?,
            table: table.map(read).transpose()?,
        })
    }

    /// Whether there are any.
    pub fn any(&self) -> bool {
        self.prices.is_some() || self.table.is_some()
    }

    /// Returns the sources.
    pub fn sources(&self, tolerance: u32) -> Sources<'_> {
        Sources {
            raw: self.prices.as_ref().map(Prices::table),
            rates: self.rates.as_ref().map(Prices::table),
            volatilities: self.volatilities.as_ref(),
            table: self.table.as_ref().map(NamedRows::table),
            tolerance,
            ..Sources::default()
        }
    }
}

/// Returns the unit of the moves of a table.
pub fn unit_of(percent: bool) -> MoveUnit {
    if percent { MoveUnit::Percent } else { MoveUnit::Fraction }
}
