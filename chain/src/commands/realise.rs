//! `tailproof chain realise`: the loss of a row, proved, or a row without a proof.

use alloy::primitives::{Address, Bytes, U256};
use alloy::sol_types::SolEvent;
use serde_json::json;
use tailproof_verifier::export::evm::proof_words;

use super::session::{Session, sending};
use super::submit::{read_proof, rung};
use super::{records, window};
use crate::cli::{Common, Realise};
use crate::contracts::backtest::IBacktestLedger::Settlement;
use crate::contracts::backtest::IMandateLedger::{Record, Rung};
use crate::contracts::{BacktestLedger, RollingWindow, ledger};
use crate::deployment::Mandate;
use crate::error::Failure;
use crate::ladder;
use crate::mirror::Mirror;
use crate::node::Call;
use crate::output::result;

pub async fn run(common: &Common, options: &Realise) -> Result<(), Failure> {
    let session = Session::open(common).await?;
    let (sender, mut journal) = sending(common, &options.sending)?;
    let mandate = session.deployment.mandate(&options.mandate)?;
    let backtest = session.address(&mandate.backtest)?;
    let (entity, id) = (options.entity, mandate.id);
    let next =
        session.node.view(&mandate.backtest, backtest, &BacktestLedger::nextCall { entity, mandate: id }).await?;
    let epoch = u64::try_from(next).unwrap_or(u64::MAX);
    let key = window::key(&options.keys)?;
    let mirror = window::mirror(&session, &mandate.window, &key).await?;
    let shown: Bytes = match (&options.proof, mirror.shown_row(epoch)) {
        (_, Ok(shown)) => shown.into(),
        (None, Err(_)) => Bytes::new(),
        (Some(_), Err(failure)) => return Err(failure),
    };
    let (call, what) = match &options.proof {
        None => {
            let terms = window::terms_of(&session, mandate).await?;
            let records = records::records(&session, mandate, entity).await?;
            let first = records.first().map_or(0, |record| record.epoch);
            let oldest = epoch.saturating_sub(u64::from(terms.lag) + 1).max(first);
            // A row that has left the window is settled without points.
            let shown_oldest: Bytes = mirror.shown_row(oldest).unwrap_or_default().into();
            let kept = (oldest..epoch).map(|epoch| records::kept(&records, epoch)).collect();
            let call = BacktestLedger::markSilentCall {
                entity,
                mandate: id,
                epoch: next,
                shown,
                shownOldest: shown_oldest,
                kept,
            };
            (Call::function(&mandate.backtest, backtest, &call), "no proof")
        }
        Some(path) => {
            let proof = read_proof(path)?;
            let (forecast, later) = forecast(&session, mandate, entity, &mirror, epoch).await?;
            let settlement = Settlement {
                entity,
                mandate: id,
                epoch: next,
                exceeded: options.exceeded,
                proof: proof_words(&proof.evidence.proof).map(U256::from_be_bytes),
                shown,
                rung: rung_of(mandate, &forecast)?,
                forecast,
            };
            let what = if options.exceeded { "a proved exceedance" } else { "within the bound" };
            (Call::function(&mandate.backtest, backtest, &BacktestLedger::realiseCall { settlement, later }), what)
        }
    };
    let step = format!("realise/{}/{entity}/{epoch}", options.mandate);
    let receipt = session.node.send_once(&sender, &mut journal, &step, &call).await?;
    journal.settle(&step)?;
    // Without a proof the contract decides whether the row is silent or void.
    let logs = receipt.inner.logs();
    let is_void = logs.iter().any(|log| BacktestLedger::Voided::decode_log(&log.inner).is_ok());
    let what = match (options.proof.is_some(), is_void) {
        (true, _) => what,
        (false, true) => "void",
        (false, false) => "silent",
    };
    let json =
        json!({ "epoch": epoch, "outcome": what, "transaction": receipt.transaction_hash, "gas": receipt.gas_used });
    result(common.json, &json, &format!("row {epoch}: {what}"));
    Ok(())
}

/// Finds the forecast of a row, and the records after it.
async fn forecast(
    session: &Session,
    mandate: &Mandate,
    entity: Address,
    mirror: &Mirror<'_>,
    epoch: u64,
) -> Result<(Record, Vec<Record>), Failure> {
    let source = session.address(&mandate.window)?;
    let clock = session.node.view(&mandate.window, source, &RollingWindow::termsCall {}).await?;
    let terms = window::terms_of(session, mandate).await?;
    let previous = mirror.previous_of(epoch)?;
    let opens = clock.origin + u64::from(previous) * u64::from(clock.periodLength);
    let all = records::records(session, mandate, entity).await?;
    records::forecast(&all, epoch, u64::from(terms.lag), opens, u64::from(terms.late)).ok_or_else(|| {
        Failure::Usage(format!(
            "row {epoch} has no forecast: no record of {entity} was made from {opens} until {} seconds later",
            terms.late
        ))
    })
}

/// Finds the rung of a record by its hash.
fn rung_of(mandate: &Mandate, record: &Record) -> Result<Rung, Failure> {
    let as_settled = |rung: ledger::IMandateLedger::Rung| Rung {
        index: rung.index,
        limit: rung.limit,
        floor: rung.floor,
        forecast: rung.forecast,
        within: rung.within,
        exceeded: rung.exceeded,
    };
    let Some(of_mandate) = &mandate.ladder else { return Ok(as_settled(rung(mandate, None)?.0)) };
    let shape = mandate.shape.parse().map_err(|error| Failure::Usage(format!("{error}")))?;
    let found = of_mandate.of_shape(shape)?.into_iter().find(|rung| ladder::hash(rung) == record.rung);
    found
        .map(as_settled)
        .ok_or_else(|| Failure::Usage(format!("the record of epoch {} is of no rung of the ladder", record.epoch)))
}
