//! A deployment's windows: what they closed with, and their rows again.

use std::collections::HashMap;
use std::path::Path;

use alloy::primitives::{Address, B256, U256, keccak256};
use alloy::rpc::types::Filter;
use alloy::sol_types::SolEvent;
use ark_bn254::{Fq, G1Affine};
use ark_ff::PrimeField;
use tailproof::keys::{VerifyingKey, decode_verifying_key, key_digest};
use tailproof_core::PriceHistory;

use super::session::Session;
use crate::contracts::IScenarioSource::Witness;
use crate::contracts::{BacktestLedger, IMandateLedger, MandateLedger, RollingWindow};
use crate::deployment;
use crate::error::Failure;
use crate::files;
use crate::mirror::{Mirror, Moves};
use crate::oracle::{Closed, Move};
use crate::prices::{self, PriceRow};
use crate::terms;

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
pub async fn events(session: &Session, name: &str) -> Result<Vec<(RollingWindow::Row, u64)>, Failure> {
    let contract = session.deployment.contract(name)?;
    let filter = Filter::new()
        .address(contract.address)
        .event_signature(RollingWindow::Row::SIGNATURE_HASH)
        .from_block(contract.block);
    let logs = session.node.logs(&filter).await?;
    logs.iter()
        .map(|log| {
            let row = RollingWindow::Row::decode_log(&log.inner)
                .map_err(|_| Failure::Usage(format!("{} has sent an event that is no row", contract.address)))?;
            Ok((row.data, log.block_number.unwrap_or_default()))
        })
        .collect()
}

/// Returns a window as its contract keeps it, from the events of its rows.
///
/// # Errors
/// The key is not the window's, or the node leaves out rows: then the point comes out otherwise.
pub async fn mirror<'k>(session: &Session, name: &str, key: &'k VerifyingKey) -> Result<Mirror<'k>, Failure> {
    let contract = session.deployment.contract(name)?;
    let terms = session.node.view(name, contract.address, &RollingWindow::termsCall {}).await?;
    if terms.key.0 != key_digest(key) {
        return Err(Failure::Usage(format!(
            "these keys are {}, and window \"{name}\" keeps points of {}",
            hex::encode(key_digest(key)),
            hex::encode(terms.key)
        )));
    }
    let kinds = session.node.view(name, contract.address, &RollingWindow::movesCall {}).await?;
    let unit = u64::try_from(kinds.unit).unwrap_or(u64::MAX);
    let mut mirror = Mirror::new(key, &terms.factors.0, Moves { absolute: kinds.absolute, unit })?;
    let rows = events(session, name).await?;
    let adjusted = adjusted(session, name).await?;
    let first = rows.len().saturating_sub(mirror.size());
    let before = first.checked_sub(1).map(|index| &rows[index].0);
    if let Some(row) = before {
        let closed = Closed { period: period(row.period)?, prices: prices::unpacked(&row.prices)? };
        mirror.begin_at(u32::try_from(first).unwrap_or(u32::MAX), Some(closed));
    }
    for (index, (row, block)) in rows.iter().enumerate().skip(first) {
        if row.epoch != U256::from(index) {
            return Err(Failure::Rpc {
                rpc: session.node.name().to_owned(),
                problem: format!(
                    "it shows row {} of window \"{name}\" as the {index}th: it leaves out events",
                    row.epoch
                ),
            });
        }
        let now = PriceRow {
            period: period(row.period)?,
            date: format!("row {index}"),
            prices: prices::unpacked(&row.prices)?,
        };
        let before = match (adjusted.get(&row.epoch), mirror.closed()) {
            (Some(prices), _) => prices.clone(),
            (None, Some(closed)) => closed.prices.clone(),
            (None, None) => return Err(Failure::Usage("the first row's first prices are in no event".to_owned())),
        };
        let pushed = if index >= mirror.size() { session.node.block(*block).await?.0 } else { 0 };
        let moved = Move { previous: period(row.previous)?, last: B256::ZERO, before, now };
        mirror.take(&moved, pushed)?;
    }
    // The rows in the window make its point, whatever was there before.
    if let Some((row, _)) = rows.last()
        && point(row)? != mirror.point()
    {
        return Err(Failure::Rpc {
            rpc: session.node.name().to_owned(),
            problem: format!("it shows a point of row {} that the prices of the window's rows do not make", row.epoch),
        });
    }
    Ok(mirror)
}

/// What an epoch's point is kept with.
pub struct Head {
    pub point: [U256; 2],
    pub witness: Witness,
}

/// Returns the head of an epoch, from the events of rows.
///
/// # Errors
/// The window has no such row.
pub fn head(rows: &[(RollingWindow::Row, u64)], epoch: u64, size: usize) -> Result<Head, Failure> {
    let place = usize::try_from(epoch).unwrap_or(usize::MAX);
    let row = &rows.get(place).ok_or_else(|| Failure::Usage(format!("the window has no row {epoch}")))?.0;
    let first = (place + 1).saturating_sub(size).max(1);
    let gaps = (first..=place).filter(|index| rows[*index].0.previous != rows[*index - 1].0.period).count();
    let witness = Witness {
        prices: keccak256(&row.prices),
        period: period(row.period)?,
        gaps: u16::try_from(gaps).unwrap_or(u16::MAX),
    };
    Ok(Head { point: [row.x, row.y], witness })
}

/// Returns the prices that moves begin with where the last row did not close with them, by row.
async fn adjusted(session: &Session, name: &str) -> Result<HashMap<U256, Vec<u64>>, Failure> {
    let contract = session.deployment.contract(name)?;
    let filter = Filter::new()
        .address(contract.address)
        .event_signature(RollingWindow::Adjusted::SIGNATURE_HASH)
        .from_block(contract.block);
    let logs = session.node.logs(&filter).await?;
    let events = logs.iter().filter_map(|log| RollingWindow::Adjusted::decode_log(&log.inner).ok());
    events.map(|event| Ok((event.epoch, prices::unpacked(&event.prices)?))).collect()
}

fn period(period: U256) -> Result<u32, Failure> {
    u32::try_from(period).map_err(|_| Failure::Usage(format!("period {period} of an event has more than 32 bits")))
}

/// Returns the point of a row's event.
fn point(row: &RollingWindow::Row) -> Result<G1Affine, Failure> {
    let coordinate = |value: U256| Fq::from_be_bytes_mod_order(&value.to_be_bytes::<32>());
    let point = G1Affine::new_unchecked(coordinate(row.x), coordinate(row.y));
    if point.is_on_curve() {
        Ok(point)
    } else {
        Err(Failure::Usage(format!("row {} has a point off the curve", row.epoch)))
    }
}

/// Returns what a window closed with; `None` if it has no row.
pub async fn closed(session: &Session, name: &str) -> Result<Option<Closed>, Failure> {
    let rows = events(session, name).await?;
    rows.last()
        .map(|(row, _)| {
            let period =
                u32::try_from(row.period).map_err(|_| Failure::Usage("a period of more than 32 bits".into()))?;
            Ok(Closed { period, prices: prices::unpacked(&row.prices)? })
        })
        .transpose()
}

/// Returns the terms of a mandate as the ledger has them.
pub async fn terms_of(session: &Session, mandate: &deployment::Mandate) -> Result<IMandateLedger::Terms, Failure> {
    let ledger = session.address(&mandate.ledger)?;
    let rules = session.node.view(&mandate.ledger, ledger, &MandateLedger::rulesOfCall { mandate: mandate.id }).await?;
    // A node that lies about them could make a custodian vouch for more than was agreed.
    let found = terms::id(&rules.terms);
    if found != mandate.id {
        return Err(Failure::Rpc {
            rpc: session.node.name().to_owned(),
            problem: format!("it shows terms of mandate {found} as those of {}", mandate.id),
        });
    }
    Ok(rules.terms)
}

/// Returns an entity's context for an epoch.
pub async fn context(
    session: &Session,
    mandate: &deployment::Mandate,
    entity: Address,
    epoch: u64,
    realised: bool,
) -> Result<U256, Failure> {
    let (id, epoch) = (mandate.id, U256::from(epoch));
    if realised {
        let address = session.address(&mandate.backtest)?;
        let call = BacktestLedger::contextOfCall { entity, mandate: id, epoch };
        session.node.view(&mandate.backtest, address, &call).await
    } else {
        let address = session.address(&mandate.ledger)?;
        session.node.view(&mandate.ledger, address, &MandateLedger::contextOfCall { entity, mandate: id, epoch }).await
    }
}

#[cfg(test)]
mod tests {
    use alloy::primitives::Bytes;

    use super::*;

    /// A row whose move begins with the close of a period.
    fn row(epoch: u64, period: u64, previous: u64) -> (RollingWindow::Row, u64) {
        let [epoch, period, previous] = [epoch, period, previous].map(U256::from);
        (RollingWindow::Row { epoch, period, previous, x: epoch, y: epoch, prices: Bytes::from(vec![7]) }, 0)
    }

    #[test]
    fn gaps_are_those_of_the_rows_in_the_window() {
        // Row 2 skips a period.
        let rows = [row(0, 10, 9), row(1, 11, 10), row(2, 13, 12), row(3, 14, 13), row(4, 15, 14), row(5, 16, 15)];
        let gaps = |epoch: u64, size: usize| head(&rows, epoch, size).unwrap().witness.gaps;
        assert_eq!((gaps(1, 3), gaps(2, 3), gaps(4, 3), gaps(5, 3)), (0, 1, 1, 0));
        let head = head(&rows, 4, 3).unwrap();
        assert_eq!((head.point, head.witness.period), ([U256::from(4); 2], 15));
        assert_eq!(head.witness.prices, keccak256([7]));
        assert!(super::head(&rows, 6, 3).is_err_and(|failure| failure.to_string().contains("no row 6")));
    }
}
