//! `tailproof chain status`: what the ledgers say of entities.

use std::collections::BTreeSet;

use alloy::primitives::{Address, B256};
use alloy::rpc::types::Filter;
use alloy::sol_types::SolEvent;
use serde_json::{Value, json};

use super::session::{Session, same_chain};
use crate::cli::{Common, Status};
use crate::contracts::{BacktestLedger, MandateLedger, MarginAdapter};
use crate::deployment::{Deployment, Mandate};
use crate::error::Failure;
use crate::ladder::{amount, decimal};
use crate::node::Node;
use crate::output::{progress, result};

pub async fn run(common: &Common, options: &Status) -> Result<(), Failure> {
    let session = Session::open(common).await?;
    let answers = answers(&session.deployment, &session.node, options).await?;
    let sources = match &options.second_rpc {
        None => {
            progress(&format!("note: {} alone was asked; --second-rpc compares another node", session.node.name()));
            1
        }
        Some(rpc) => {
            let second = Node::connect(rpc).await?;
            same_chain(&second, &session.deployment, &common.deployment)?;
            let others = self::answers(&session.deployment, &second, options).await?;
            if others != answers {
                return Err(Failure::Rpc {
                    rpc: second.name().to_owned(),
                    problem: format!(
                        "it answers otherwise than {}: one of them is behind, on another branch, or lies",
                        session.node.name()
                    ),
                });
            }
            2
        }
    };
    let lines: Vec<String> = answers.iter().map(line).collect();
    let text = if lines.is_empty() { "no records".to_owned() } else { lines.join("\n") };
    result(common.json, &json!({ "nodes": sources, "statuses": answers }), &text);
    Ok(())
}

/// Asks a node for everything.
async fn answers(deployment: &Deployment, node: &Node, options: &Status) -> Result<Vec<Value>, Failure> {
    let mut answers = Vec::new();
    for (name, mandate) in &deployment.mandates {
        if options.mandate.as_ref().is_some_and(|wanted| wanted != name) {
            continue;
        }
        let entities = if options.entity.is_empty() {
            entities(deployment, node, mandate).await?
        } else {
            options.entity.iter().copied().collect()
        };
        for entity in entities {
            answers.push(of_entity(deployment, node, (name, mandate), entity).await?);
        }
    }
    if let Some(wanted) = &options.mandate {
        deployment.mandate(wanted)?;
    }
    Ok(answers)
}

/// Returns the entities that have a record of a mandate.
async fn entities(deployment: &Deployment, node: &Node, mandate: &Mandate) -> Result<BTreeSet<Address>, Failure> {
    let ledger = deployment.contract(&mandate.ledger)?;
    let filter = Filter::new()
        .address(ledger.address)
        .event_signature(MandateLedger::Proved::SIGNATURE_HASH)
        .topic2(mandate.id)
        .from_block(ledger.block);
    let logs = node.logs(&filter).await?;
    Ok(logs.iter().filter_map(|log| Some(MandateLedger::Proved::decode_log(&log.inner).ok()?.entity)).collect())
}

async fn of_entity(
    deployment: &Deployment,
    node: &Node,
    (name, mandate): (&str, &Mandate),
    entity: Address,
) -> Result<Value, Failure> {
    let ledger = deployment.contract(&mandate.ledger)?.address;
    let backtest = deployment.contract(&mandate.backtest)?.address;
    let id = mandate.id;
    let status = node.view(&mandate.ledger, ledger, &MandateLedger::statusCall { entity, mandate: id }).await?;
    let standing = node.view(&mandate.ledger, ledger, &MandateLedger::standingCall { entity, mandate: id }).await?;
    let counts = node.view(&mandate.backtest, backtest, &BacktestLedger::countsCall { entity, mandate: id }).await?;
    let zone = node.view(&mandate.backtest, backtest, &BacktestLedger::zoneCall { entity, mandate: id }).await?;
    let margin = margin(deployment, node, entity, id).await?;
    Ok(json!({
        "mandate": name,
        "entity": entity,
        "status": STATUSES.get(usize::from(status)).copied().unwrap_or("unknown to this program"),
        "bound": decimal(standing.varBound),
        "epoch": standing.epoch,
        "time": standing.time.to::<u64>(),
        "expires": standing.expires.to::<u64>(),
        "days": {
            "due": counts.due, "proved": counts.proved, "exceedances": counts.exceedances, "silent": counts.silent,
        },
        "zone": ZONES.get(usize::from(zone._0)).copied().unwrap_or("unknown to this program"),
        "margin": margin,
        "multiplier": decimal(u128::try_from(zone.multiplier).unwrap_or(u128::MAX)),
    }))
}

/// Returns the margin that a lender asks of an entity; `None` without an adapter, or while there is no bound.
async fn margin(
    deployment: &Deployment,
    node: &Node,
    entity: Address,
    mandate: B256,
) -> Result<Option<String>, Failure> {
    let adapters = deployment.contracts.iter().filter(|(_, contract)| contract.kind == "MarginAdapter");
    for (name, contract) in adapters {
        let of = node.view(name, contract.address, &MarginAdapter::entityCall {}).await?;
        let under = node.view(name, contract.address, &MarginAdapter::mandateCall {}).await?;
        if (of, under) == (entity, mandate) {
            return match node.view(name, contract.address, &MarginAdapter::marginCall {}).await {
                Ok(margin) => Ok(Some(decimal(u128::try_from(margin).unwrap_or(u128::MAX)))),
                // Its feed refuses: no bound stands.
                Err(Failure::Refused { .. }) => Ok(None),
                Err(failure) => Err(failure),
            };
        }
    }
    Ok(None)
}

/// Names of the ledger's statuses, in the order of its enumeration.
const STATUSES: [&str; 5] = ["unknown", "compliant", "late", "lapsed", "suspended"];
/// Names of the zones, in the order of their enumeration.
const ZONES: [&str; 4] = ["none", "green", "yellow", "red"];

/// Returns a status as a line.
fn line(status: &Value) -> String {
    let text = |key: &str| status[key].as_str().unwrap_or_default().to_owned();
    let bound = crate::ladder::millionths(&text("bound")).map_or_else(|_| text("bound"), amount);
    let days = &status["days"];
    format!(
        "{} under \"{}\": {}, epoch {}, value at risk at most {bound}; of {} days {} proved, {} exceedances, {} silent; \
         zone {}",
        text("entity"),
        text("mandate"),
        text("status"),
        status["epoch"],
        days["due"],
        days["proved"],
        days["exceedances"],
        days["silent"],
        text("zone"),
    )
}
