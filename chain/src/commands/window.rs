//! A deployment's windows: what they closed with, and their rows again.

use std::path::Path;

use alloy::primitives::Address;
use alloy::rpc::types::Filter;
use alloy::sol_types::SolEvent;
use tailproof::keys::{VerifyingKey, decode_verifying_key};
use tailproof_core::PriceHistory;

use super::session::Session;
use crate::contracts::{IMandateLedger, IRollingWindow};
use crate::deployment;
use crate::error::Failure;
use crate::files;
use crate::oracle::Closed;
use crate::prices::{self, PriceRow};

/// Reads prices as rows on chain.
pub fn price_rows(path: &Path) -> Result<Vec<PriceRow>, Failure> {
    prices::rows(&history(path)?).map_err(|error| Failure::malformed(path)(error))
}

/// Reads prices.
pub fn history(path: &Path) -> Result<PriceHistory, Failure> {
    let bytes = files::read(path)?;
    tailproof::csv::read_prices(&path.display().to_string(), &bytes[..])
        .map_err(|error| Failure::Usage(error.to_string()))
}

/// Returns the periods of dates.
///
/// # Errors
/// The prices lack one.
pub fn periods(rows: &[PriceRow], dates: &[String]) -> Result<Vec<u32>, Failure> {
    dates
        .iter()
        .map(|date| {
            let row = rows.iter().find(|row| row.date == *date).map(|row| row.period);
            row.ok_or_else(|| Failure::Usage(format!("--skip {date}: the prices have no such day")))
        })
        .collect()
}

/// Reads the verifying key of a folder.
pub fn key(folder: &Path) -> Result<VerifyingKey, Failure> {
    let path = folder.join("verifying.key");
    decode_verifying_key(&files::read(&path)?).map_err(Failure::malformed(&path))
}

/// Returns the rows that a window has, oldest first, with the block that each is in.
pub async fn events(session: &Session, name: &str) -> Result<Vec<(IRollingWindow::Row, u64)>, Failure> {
    let contract = session.deployment.contract(name)?;
    let filter = Filter::new()
        .address(contract.address)
        .event_signature(IRollingWindow::Row::SIGNATURE_HASH)
        .from_block(contract.block);
    let logs = session.node.logs(&filter).await?;
    logs.iter()
        .map(|log| {
            let row = IRollingWindow::Row::decode_log(&log.inner)
                .map_err(|_| Failure::Usage(format!("{} has sent an event that is no row", contract.address)))?;
            Ok((row.data, log.block_number.unwrap_or_default()))
        })
        .collect()
}

/// Returns what a window closed with; `None` if it has no row.
pub async fn closed(session: &Session, name: &str) -> Result<Option<Closed>, Failure> {
    let rows = events(session, name).await?;
    rows.last()
        .map(|(row, _)| {
            let period = u32::try_from(row.period).map_err(|_| Failure::Usage("a period of more than 32 bits".into()))?;
            Ok(Closed { period, prices: prices::unpacked(&row.prices)? })
        })
        .transpose()
}

/// Returns the terms of a mandate as the ledger has them.
pub async fn terms_of(
    session: &Session,
    mandate: &deployment::Mandate,
) -> Result<IMandateLedger::Terms, Failure> {
    let ledger = session.address(&mandate.ledger)?;
    session.node.view(&mandate.ledger, ledger, &IMandateLedger::termsOfCall { mandate: mandate.id }).await
}

/// Returns an entity's context for an epoch.
pub async fn context(
    session: &Session,
    mandate: &deployment::Mandate,
    entity: Address,
    epoch: u64,
    realised: bool,
) -> Result<alloy::primitives::U256, Failure> {
    use crate::contracts::IBacktestLedger;
    let (id, epoch) = (mandate.id, alloy::primitives::U256::from(epoch));
    if realised {
        let address = session.address(&mandate.backtest)?;
        let call = IBacktestLedger::contextOfCall { entity, mandate: id, epoch };
        session.node.view(&mandate.backtest, address, &call).await
    } else {
        let address = session.address(&mandate.ledger)?;
        session.node.view(&mandate.ledger, address, &IMandateLedger::contextOfCall { entity, mandate: id, epoch }).await
    }
}
