//! The name of each constraint about net present value and inputs of SEC-SA: the anchor of its paragraph
//! in the book's chapter "Value and SEC-SA".

use super::{ShareLabels, range, share};
use crate::instructions::{Label, RangeLabels};

/// The interest of a sector is in range.
pub const SECTOR_INTEREST_BIT: Label = "sector-interest-bit";
/// The value of a code's balance.
pub const OF_BALANCE: Label = "value-of-balance";
/// The value of a code's interest.
pub const OF_INTEREST: Label = "value-of-interest";
/// The net present value.
pub const VALUE: RangeLabels = range("value-bit", "value");
/// The balance of the grade of loans in default.
pub const IN_DEFAULT: Label = "balance-in-default";
/// The share that is delinquent or in default.
pub const PAST_DUE: ShareLabels = share("past-due-product", "past-due-bit", "past-due");
/// The capital charge of a grade.
pub const CHARGE: Label = "capital-charge";
/// The average capital charge.
pub const CAPITAL: ShareLabels = share("capital-product", "capital-bit", "capital");
