//! Records of a ledger, from its events: the ledger itself keeps their hashes.

use alloy::primitives::aliases::U40;
use alloy::primitives::{Address, B256, U256};
use alloy::rpc::types::Filter;
use alloy::sol_types::SolEvent;

use super::session::Session;
use crate::contracts::MandateLedger;
use crate::contracts::backtest::IMandateLedger::Record;
use crate::deployment::Mandate;
use crate::error::Failure;

/// Returns an entity's records of a mandate, oldest first.
///
/// # Errors
/// The node refuses.
pub async fn records(session: &Session, mandate: &Mandate, entity: Address) -> Result<Vec<Record>, Failure> {
    let ledger = session.deployment.contract(&mandate.ledger)?;
    let filter = Filter::new()
        .address(ledger.address)
        .event_signature(MandateLedger::Proved::SIGNATURE_HASH)
        .topic1(entity.into_word())
        .topic2(mandate.id)
        .from_block(ledger.block);
    let mut records = Vec::new();
    for log in session.node.logs(&filter).await? {
        let Ok(event) = MandateLedger::Proved::decode_log(&log.inner) else { continue };
        let time = match log.block_timestamp {
            Some(time) => time,
            None => session.node.block(log.block_number.unwrap_or_default()).await?.0,
        };
        records.push(Record {
            commitment: event.commitment,
            epoch: u64::try_from(event.epoch).unwrap_or(u64::MAX),
            time: U40::from(time),
            period: event.period,
            asOf: event.asOf,
            varBound: event.varBound,
            shortfallBound: event.shortfallBound,
            rung: event.rung,
        });
    }
    Ok(records)
}

/// Epochs whose records a ledger keeps.
const KEPT: u64 = 8;

/// Returns the forecast of a row: the last record of the epochs before the row, at most `lag` back, that was made
/// from the row's opening until `late` seconds later. And for each epoch between it and the row, the record that the
/// ledger keeps in its place, which may be of another epoch; an empty one where there is none.
pub fn forecast(records: &[Record], row: u64, lag: u64, opens: u64, late: u64) -> Option<(Record, Vec<Record>)> {
    let in_time = |record: &&Record| (opens..=opens + late).contains(&record.time.to::<u64>());
    let eligible = |record: &&Record| record.epoch < row && record.epoch + 1 + lag >= row;
    let found = records.iter().filter(eligible).filter(in_time).max_by_key(|record| record.epoch)?;
    Some((found.clone(), (found.epoch + 1..row).map(|epoch| kept(records, epoch)).collect()))
}

/// Returns the record that a ledger keeps in the place of an epoch, which may be of another one; an empty one if there
/// is none.
pub fn kept(records: &[Record], epoch: u64) -> Record {
    let places = records.iter().filter(|record| record.epoch % KEPT == epoch % KEPT);
    places.max_by_key(|record| record.epoch).cloned().unwrap_or_else(empty)
}

fn empty() -> Record {
    Record {
        commitment: U256::ZERO,
        epoch: 0,
        time: U40::ZERO,
        period: 0,
        asOf: 0,
        varBound: 0,
        shortfallBound: 0,
        rung: B256::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(epoch: u64, time: u64) -> Record {
        Record { epoch, time: U40::from(time), ..empty() }
    }

    #[test]
    fn a_forecast_is_the_last_record_in_time_and_stale_places_are_shown() {
        let records = [record(5, 500), record(11, 1_100), record(12, 1_205)];
        // Row 14 opens at 1,200: epoch 12 is in time, and epoch 13's place has epoch 5.
        let (forecast, later) = super::forecast(&records, 14, 2, 1_200, 50).unwrap();
        assert_eq!((forecast.epoch, later.len(), later[0].epoch), (12, 1, 5));
        assert!(super::forecast(&records, 14, 0, 1_200, 50).is_none(), "not within the lag");
        assert!(super::forecast(&records, 14, 2, 1_206, 50).is_none(), "made before the row opened");
        let (forecast, later) = super::forecast(&records, 13, 2, 1_090, 50).unwrap();
        assert_eq!((forecast.epoch, later[0].epoch), (11, 12), "the later record came too late, and is shown");
    }
}
