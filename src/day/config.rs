//! `tailproof.toml`: the paths and settings of a desk. It holds no secret.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tailproof_core::error::{InputError, Problem};
use tailproof_core::fixed_point::Unit;
use tailproof_core::text::{parse_decimal, whole};
use tailproof_risk::table::{DateOrder, DecimalMark, Separator, TableOptions};

/// Name of the file, unless the caller names another.
pub const NAME: &str = "tailproof.toml";

/// The contents of `tailproof.toml`. Paths are as written: [`Config::path`] resolves them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Table of prices.
    pub prices: PathBuf,
    /// The book as it is now.
    pub book: PathBuf,
    /// Mandate of the forecasts, with a clause on value at risk.
    pub mandate: PathBuf,
    /// The ledger.
    pub ledger: PathBuf,
    /// Folder of what is public: proofs, scenario sets, mandates, commitments.
    pub proofs: PathBuf,
    /// Folder of what is secret: openings, and the books that they open.
    pub private: PathBuf,
    /// Number of moves in the scenario set of a forecast.
    pub window: usize,
    /// Net asset value in currency; without it, the sum of the book's exposures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nav: Option<String>,
    /// Value of a book unit in currency; a cent unless it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What the proofs are bound to: their place in the ledger.
    #[serde(default)]
    pub context: Context,
    /// Folders of keys.
    pub keys: Keys,
    /// Layout of the tables of prices and books.
    #[serde(default, skip_serializing_if = "Tables::is_default")]
    pub tables: Tables,
    /// Folder of the file itself.
    #[serde(skip)]
    pub folder: PathBuf,
}

/// What the proofs of a day are bound to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Context {
    /// Their place in the ledger.
    #[default]
    Ledger,
}

/// Folders of keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// Keys of forecasts.
    pub forecast: PathBuf,
    /// Keys of realised losses, which are over one scenario.
    pub realised: PathBuf,
}

/// Layout of tables, where their content leaves it open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tables {
    /// Refuse every guess.
    pub strict: bool,
    /// `dmy` or `mdy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_order: Option<Order>,
    /// `point` or `comma`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<Mark>,
    /// `comma`, `semicolon`, `tab` or `bar`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<Between>,
    /// Sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Column of prices of each name, where a table of prices has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// Order of day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Order {
    Dmy,
    Mdy,
}

/// Decimal mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Mark {
    Point,
    Comma,
}

/// Separator of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Between {
    Comma,
    Semicolon,
    Tab,
    Bar,
}

impl Tables {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the settings as the reader of tables takes them.
    pub fn options(&self) -> TableOptions {
        TableOptions {
            strict: self.strict,
            date_order: self.date_order.map(|order| match order {
                Order::Dmy => DateOrder::DayMonth,
                Order::Mdy => DateOrder::MonthDay,
            }),
            decimal: self.decimal.map(|mark| match mark {
                Mark::Point => DecimalMark::Point,
                Mark::Comma => DecimalMark::Comma,
            }),
            separator: self.separator.map(|separator| match separator {
                Between::Comma => Separator::Comma,
                Between::Semicolon => Separator::Semicolon,
                Between::Tab => Separator::Tab,
                Between::Bar => Separator::Bar,
            }),
            sheet: self.sheet.clone(),
            field: self.field.clone(),
            ..TableOptions::default()
        }
    }
}

impl Config {
    /// Reads the text of a configuration file. Its paths are relative to its own folder.
    ///
    /// # Errors
    /// Not TOML; an unknown key, so that a password or a misspelt path is never taken in silence; a
    /// window of 0; an amount that is no decimal number.
    pub fn from_toml(file: &Path, text: &str) -> Result<Self, InputError> {
        let name = file.display().to_string();
        let of_file = |problem| InputError::in_file(&name, problem);
        let mut config: Self = toml::from_str(text).map_err(|error| of_file(Problem::Syntax(error.to_string())))?;
        if config.window == 0 {
            return Err(of_file(Problem::OutOfRange {
                what: "the window".into(),
                value: "0".into(),
                range: "1 and above".into(),
            }));
        }
        for amount in config.nav.iter().chain(&config.unit) {
            parse_decimal(amount).map_err(of_file)?;
        }
        if let Some(nav) = &config.nav {
            // A net asset value is not negative; its range is that of the commitment.
            parse_decimal(nav)
                .and_then(|nav| whole("the net asset value", nav.trunc(), 0, u64::MAX))
                .map_err(of_file)?;
        }
        config.book_unit().map_err(of_file)?;
        config.folder = match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        Ok(config)
    }

    /// Returns the text of the file.
    ///
    /// # Errors
    /// A path that is not Unicode, which TOML cannot hold.
    pub fn to_toml(&self) -> Result<String, Problem> {
        let text = toml::to_string(self).map_err(|error| Problem::Syntax(error.to_string()))?;
        Ok(format!("# A desk of tailproof. Paths are relative to this file. It holds no secret.\n{text}"))
    }

    /// Returns a path of the file, relative to its folder.
    pub fn path(&self, path: &Path) -> PathBuf {
        if self.folder == Path::new(".") { path.to_owned() } else { self.folder.join(path) }
    }

    /// Returns the value of a book unit, if the file states one.
    ///
    /// # Errors
    /// A text that is no unit.
    pub fn book_unit(&self) -> Result<Option<Unit>, Problem> {
        self.unit.as_deref().map(|text| parse_decimal(text).and_then(Unit::from_decimal)).transpose()
    }

    /// Returns the net asset value, if the file states one.
    ///
    /// # Errors
    /// A text that is no decimal number.
    pub fn book_nav(&self) -> Result<Option<rust_decimal::Decimal>, Problem> {
        self.nav.as_deref().map(parse_decimal).transpose()
    }
}
