//! The layout of prices and books.

use serde::{Deserialize, Serialize};
use tailproof_risk::table::{DateOrder, DecimalMark, Separator, TableOptions};

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
    pub(super) fn is_default(&self) -> bool {
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
