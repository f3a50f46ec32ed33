//! `tailproof chain watch`: events of the deployment as they come.

use std::time::Duration;

use alloy::rpc::types::{Filter, Log};
use alloy::sol_types::SolEvent;
use serde_json::{Value, json};

use super::session::Session;
use crate::cli::{Common, Watch};
use crate::contracts::{BacktestLedger, MandateLedger, RollingWindow};
use crate::error::Failure;
use crate::ladder::amount;
use crate::output::result;

/// How often new blocks are asked for.
const POLL: Duration = Duration::from_secs(1);

pub async fn run(common: &Common, options: &Watch) -> Result<(), Failure> {
    let session = Session::open(common).await?;
    let addresses: Vec<_> = session.deployment.contracts.values().map(|contract| contract.address).collect();
    let mut from = match options.from {
        Some(block) => block,
        None => session.node.newest().await?,
    };
    loop {
        let newest = session.node.newest().await?;
        if newest >= from {
            let filter = Filter::new().address(addresses.clone()).from_block(from).to_block(newest);
            for log in session.node.logs(&filter).await? {
                let (json, line) = shown(&log);
                result(common.json, &json, &line);
            }
            from = newest + 1;
        }
        if options.until.is_some_and(|until| newest >= until) {
            return Ok(());
        }
        tokio::select! {
            () = tokio::time::sleep(POLL) => {}
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
    }
}

/// Returns an event as JSON and as a line.
fn shown(log: &Log) -> (Value, String) {
    let block = log.block_number.unwrap_or_default();
    let base = |event: &str| json!({ "block": block, "address": log.address(), "event": event });
    let with = |event: &str, more: Value| {
        let mut json = base(event);
        if let (Some(all), Value::Object(more)) = (json.as_object_mut(), more) {
            all.extend(more);
        }
        json
    };
    if let Ok(row) = RollingWindow::Row::decode_log(&log.inner) {
        let line = format!("block {block}: row {} of period {}", row.epoch, row.period);
        return (with("Row", json!({ "epoch": row.epoch.to_string(), "period": row.period.to_string() })), line);
    }
    if let Ok(proved) = MandateLedger::Proved::decode_log(&log.inner) {
        let bound = amount(proved.varBound);
        let line =
            format!("block {block}: {} proved value at risk of at most {bound}, epoch {}", proved.entity, proved.epoch);
        let more = json!({ "entity": proved.entity, "mandate": proved.mandate, "epoch": proved.epoch.to_string(), "bound": bound });
        return (with("Proved", more), line);
    }
    if let Ok(day) = BacktestLedger::Realised::decode_log(&log.inner) {
        let what = if day.exceeded { "a loss above" } else { "a loss within" };
        let line = format!("block {block}: {} proved {what} {} in row {}", day.entity, amount(day.bound), day.epoch);
        let more = json!({ "entity": day.entity, "epoch": day.epoch.to_string(), "exceeded": day.exceeded });
        return (with("Realised", more), line);
    }
    if let Ok(day) = BacktestLedger::Silent::decode_log(&log.inner) {
        let line = format!("block {block}: row {} of {} is silent", day.epoch, day.entity);
        return (with("Silent", json!({ "entity": day.entity, "epoch": day.epoch.to_string() })), line);
    }
    let topic = log.topic0().copied().unwrap_or_default();
    (with("other", json!({ "topic": topic })), format!("block {block}: an event of {} ({topic})", log.address()))
}
