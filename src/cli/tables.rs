//! Options of reading prices and books.

use clap::{Args, ValueEnum};
use tailproof::core::text::parse_day;
use tailproof::table;

use crate::failure::Failure;

/// How a table is read, where its content leaves it open. Everything that is guessed is said on
/// standard error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Tables")]
pub struct TableArgs {
    /// Refuse every guess about the layout of a table
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub layout: TableLayout,
}

/// The layout of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Tables")]
pub struct TableLayout {
    /// Order of day and month in dates such as 03/04/2023 [default: the one that fits every row]
    #[arg(long, value_enum, value_name = "ORDER")]
    pub date_order: Option<DateOrder>,
    /// Decimal mark of numbers; the other mark stands between thousands [default: the one that the
    /// numbers call for]
    #[arg(long, value_enum, value_name = "MARK")]
    pub decimal: Option<DecimalMark>,
    /// Separator of cells [default: the one that makes a table of the lines]
    #[arg(long, value_enum, value_name = "SEPARATOR")]
    pub separator: Option<Separator>,
    /// Sheet of a workbook [default: the only one with cells]
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Column of prices of each name, where a table of prices has several: Close, "Adj Close"
    /// [default: the only one]
    #[arg(long, value_name = "NAME")]
    pub field: Option<String>,
}

/// How a table of gains and of values at risk is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct GainArgs {
    /// First day of the table that counts, such as the one after a warm-up, YYYY-MM-DD [default: its
    /// first row]
    #[arg(long, value_name = "DATE", requires = "pnl")]
    pub from: Option<String>,
    /// Sign of a loss in the column of values at risk [default: positive]
    #[arg(long, value_enum, value_name = "SIGN", requires = "pnl")]
    pub var_sign: Option<VarSign>,
}

/// The sign of a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum VarSign {
    /// A value at risk of 2 % is 0.02
    Positive,
    /// It is -0.02, a quantile of returns
    Negative,
}

impl GainArgs {
    /// Returns the columns of these names as the library takes them.
    pub fn columns<'c>(&self, gains: &'c str, value_at_risk: &'c str) -> Result<table::GainColumns<'c>, Failure> {
        let from = self.from.as_deref().map(parse_day).transpose();
        let from = from.map_err(|problem| Failure::Option { option: "from", problem })?;
        let sign = match self.var_sign {
            Some(VarSign::Negative) => table::VarSign::Negative,
            _ => table::VarSign::Positive,
        };
        Ok(table::GainColumns { gains, value_at_risk, sign, from })
    }
}

/// How a loan tape is read.
#[derive(Debug, Clone, Default, Args)]
pub struct TapeArgs {
    /// Mapping of the tape's columns: a TOML file, or esma-annex-2, fannie-mae-110, sba-7a-foia,
    /// sba-national, lending-club-2015, lending-club-2018 or cdx-na-ig-s7
    #[arg(long, value_name = "FILE|NAME")]
    pub mapping: Option<String>,
    /// Period to read of a tape with a row for each loan and month, for example 202404
    #[arg(long, value_name = "MONTH")]
    pub period: Option<String>,
    #[command(flatten)]
    pub tables: TableArgs,
}

/// Order of day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DateOrder {
    /// Day before month: 31/12/2023
    Dmy,
    /// Month before day: 12/31/2023
    Mdy,
}

/// A decimal mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DecimalMark {
    /// 1,234.50
    #[value(alias = ".")]
    Point,
    /// 1.234,50
    #[value(alias = ",")]
    Comma,
}

/// A separator of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Separator {
    /// ,
    #[value(alias = ",")]
    Comma,
    /// ;
    #[value(alias = ";")]
    Semicolon,
    /// A tab
    #[value(alias = "\t")]
    Tab,
    /// |
    #[value(alias = "|")]
    Bar,
}

impl TableArgs {
    /// Returns the settings as the library takes them.
    pub fn options(&self) -> table::TableOptions {
        self.layout.options(self.strict)
    }
}

impl TableLayout {
    /// Returns the options that are given, each with its value, for commands that people repeat.
    pub fn given(&self) -> Vec<(&'static str, String)> {
        fn name<V: ValueEnum>(value: Option<V>) -> Option<String> {
            value.and_then(|value| value.to_possible_value()).map(|value| value.get_name().to_owned())
        }
        let all = [
            ("date-order", name(self.date_order)),
            ("decimal", name(self.decimal)),
            ("separator", name(self.separator)),
            ("sheet", self.sheet.clone()),
            ("field", self.field.clone()),
        ];
        all.into_iter().filter_map(|(option, value)| Some((option, value?))).collect()
    }

    /// Returns the settings as the library takes them.
    pub fn options(&self, strict: bool) -> table::TableOptions {
        table::TableOptions {
            strict,
            date_order: self.date_order.map(|order| match order {
                DateOrder::Dmy => table::DateOrder::DayMonth,
                DateOrder::Mdy => table::DateOrder::MonthDay,
            }),
            decimal: self.decimal.map(|mark| match mark {
                DecimalMark::Point => table::DecimalMark::Point,
                DecimalMark::Comma => table::DecimalMark::Comma,
            }),
            separator: self.separator.map(|separator| match separator {
                Separator::Comma => table::Separator::Comma,
                Separator::Semicolon => table::Separator::Semicolon,
                Separator::Tab => table::Separator::Tab,
                Separator::Bar => table::Separator::Bar,
            }),
            sheet: self.sheet.clone(),
            field: self.field.clone(),
            ..table::TableOptions::default()
        }
    }
}
