//! The security on a public book's risk, in the contracts' own integers: what they would have done over given prices.
//!
//! Nothing here is an estimate of the contracts. Each part computes what its contract does, to the unit, and
//! `contracts/test/vectors/security.json` holds both to it.
//!
//! * [`calendar`]: days of trade (`TradingCalendar`);
//! * [`book`], [`ladder`], [`deviation`], [`multiplier`], [`index`]: a book's loss and risk (`BookIndex`);
//! * [`schedule`]: what a cover pays (`CoverSchedule`, `VarSecurity`);
//! * [`premium`], [`vault`]: what it costs, and who bears it (`PremiumCurve`, `CoverVault`);
//! * [`series`]: one cover for each day of a history;
//! * [`buyers`], [`underwriters`]: who gains and who loses over a history.

pub mod book;
pub mod buyers;
pub mod calendar;
pub mod deviation;
pub mod index;
pub mod ladder;
pub mod multiplier;
pub mod premium;
pub mod schedule;
pub mod series;
pub mod underwriters;
pub mod vault;

/// A basis point, as losses have it.
pub const BASIS_POINT: u64 = 1 << 20;
