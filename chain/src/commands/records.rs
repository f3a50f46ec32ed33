//! Records of a ledger, from its events: the ledger itself keeps their hashes.

use alloy::primitives::Address;
use alloy::primitives::aliases::U40;
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

/// Returns the forecast of a row, and the records that came after it and before the row: the last record of the
/// epochs before the row, at most `lag` back, that was made from the row's opening until `late` seconds later.
pub fn forecast(records: &[Record], row: u64, lag: u64, opens: u64, late: u64) -> Option<(Record, Vec<Record>)> {
    let before = records.iter().filter(|record| record.epoch < row && record.epoch + 1 + lag >= row);
    let before: Vec<&Record> = before.collect();
    let in_time = |record: &Record| (opens..=opens + late).contains(&record.time.to::<u64>());
    let place = before.iter().rposition(|record| in_time(record))?;
    Some((before[place].clone(), before[place + 1..].iter().map(|record| (*record).clone()).collect()))
}
