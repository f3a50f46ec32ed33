//! The risk engine beside figures that other libraries computed.
#![allow(clippy::unwrap_used)]

mod book_files;
mod case_files;
mod cashflow_absbox;
mod cashflow_by_hand;
mod cashflow_conservation;
mod cashflow_deals;
mod cashflow_refusals;
mod cashflow_sensitivity;
mod loss_bounds;
mod option_books;
mod published_examples;
mod reference_backtests;
mod reference_cases;
mod reference_credit;
mod reference_historical;
mod reference_parametric;
mod table_books;
mod table_gains;
mod table_moves;
#[cfg(feature = "parquet")]
mod table_parquet;
mod table_pnl;
mod table_prices;
mod tape_cases;
mod tape_mappings;
mod tape_shipped;
mod tape_under_schema;
