//! `tailproof chain realise`: the loss of a row, proved, or a row without a proof.

use alloy::primitives::{Bytes, U256};
use serde_json::json;
use tailproof_verifier::export::evm::proof_words;

use super::session::{Session, result, sending};
use super::submit::{read_proof, rung};
use super::window;
use crate::cli::{Common, Realise};
use crate::contracts::{IBacktestLedger, IMandateLedger};
use crate::error::Failure;
use crate::ladder;
use crate::node::Call;

pub async fn run(common: &Common, options: &Realise) -> Result<(), Failure> {
    let session = Session::open(common).await?;
    let (sender, mut journal) = sending(common, &options.sending)?;
    let mandate = session.deployment.mandate(&options.mandate)?;
    let backtest = session.address(&mandate.backtest)?;
    let (entity, id) = (options.entity, mandate.id);
    let next = session.node.view(&mandate.backtest, backtest, &IBacktestLedger::nextCall { entity, mandate: id }).await?;
    let epoch = u64::try_from(next).unwrap_or(u64::MAX);
    let key = window::key(&options.keys)?;
    let mirror = window::mirror(&session, &mandate.window, &key).await?;
    let shown: Bytes = mirror.shown_row(epoch)?.into();
    let (call, what) = match &options.proof {
        None => {
            let call = IBacktestLedger::markSilentCall { entity, mandate: id, epoch: next, shown };
            (Call::function(&mandate.backtest, backtest, &call), "silent")
        }
        Some(path) => {
            let proof = read_proof(path)?;
            let rung = recorded_rung(&session, options, epoch).await?;
            let call = IBacktestLedger::realiseCall {
                entity,
                mandate: id,
                epoch: next,
                exceeded: options.exceeded,
                proof: proof_words(&proof.evidence.proof).map(U256::from_be_bytes),
                shown,
                rung,
            };
            let what = if options.exceeded { "a proved exceedance" } else { "within the bound" };
            (Call::function(&mandate.backtest, backtest, &call), what)
        }
    };
    let step = format!("realise/{}/{entity}/{epoch}", options.mandate);
    let receipt = session.node.send_once(&sender, &mut journal, &step, &call).await?;
    journal.settle(&step)?;
    let json = json!({ "epoch": epoch, "outcome": what, "transaction": receipt.transaction_hash, "gas": receipt.gas_used });
    result(common, &json, &format!("row {epoch}: {what}"));
    Ok(())
}

/// Finds the rung of the forecast of a row by the hash in its record.
async fn recorded_rung(
    session: &Session,
    options: &Realise,
    epoch: u64,
) -> Result<IMandateLedger::Rung, Failure> {
    let mandate = session.deployment.mandate(&options.mandate)?;
    let ledger = session.address(&mandate.ledger)?;
    let forecast = U256::from(epoch.saturating_sub(1));
    let asked = IMandateLedger::recordOfCall { entity: options.entity, mandate: mandate.id, epoch: forecast };
    let record = session.node.view(&mandate.ledger, ledger, &asked).await?;
    let Some(of_mandate) = &mandate.ladder else { return Ok(rung(mandate, None)?.0) };
    for index in 0..of_mandate.rungs {
        let (found, _) = rung(mandate, Some(index))?;
        if ladder::leaf(&found) == record.rung {
            return Ok(found);
        }
    }
    Err(Failure::Usage(format!("the record of epoch {forecast} is of no rung of the ladder; is there a forecast?")))
}
