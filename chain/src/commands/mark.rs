//! `tailproof chain mark`: a public book's index takes the rows that its window has.

use alloy::primitives::U256;
use serde_json::json;

use super::session::{Session, sending};
use super::window;
use crate::cli::{Common, Mark};
use crate::contracts::BookIndex;
use crate::error::Failure;
use crate::node::Call;
use crate::output::{progress, result};

pub async fn run(common: &Common, options: &Mark) -> Result<(), Failure> {
    let session = Session::open(common).await?;
    let (sender, mut journal) = sending(common, &options.sending)?;
    let (name, address) = (&options.index, session.address(&options.index)?);
    let at = session.node.view(name, address, &BookIndex::windowCall {}).await?;
    let window = session.deployment.contracts.iter().find(|(_, contract)| contract.address == at);
    let (window, _) = window.ok_or_else(|| {
        Failure::Usage(format!(
            "index \"{name}\" is over the window at {at}, which {} lacks",
            common.deployment.display()
        ))
    })?;
    let key = window::key(&options.keys)?;
    let mirror = window::mirror(&session, window, &key).await?;
    let mut sent = Vec::new();
    loop {
        // Somebody else may have marked a row in the meantime.
        let next = session.node.view(name, address, &BookIndex::nextCall {}).await?.to::<u64>();
        if next >= u64::from(mirror.next()) {
            break;
        }
        let call = BookIndex::markCall { shown: mirror.shown_to_mark(next)?.into() };
        let (step, call) = (format!("mark/{name}/{next}"), Call::function(name, address, &call));
        let receipt = session.node.send_once(&sender, &mut journal, &step, &call).await?;
        journal.settle(&step)?;
        progress(&format!("row {next}: gas {}", receipt.gas_used));
        sent.push(json!({ "epoch": next, "gas": receipt.gas_used }));
    }
    // Until the index has a full window, it says nothing.
    let risk = match session.node.view(name, address, &BookIndex::valueAtRiskCall {}).await {
        Ok(risk) => Some((risk.lower, (risk.upper != U256::MAX).then_some(risk.upper))),
        Err(Failure::Refused { .. }) => None,
        Err(failure) => return Err(failure),
    };
    let words = match &risk {
        None => "it says nothing before it has a full window".to_owned(),
        Some((lower, Some(upper))) => format!("value at risk is at least {lower} and below {upper} basis points"),
        Some((lower, None)) => format!("value at risk is at least {lower} basis points"),
    };
    let json = json!({
        "marked": sent,
        "rows": mirror.next(),
        "lower": risk.map(|(lower, _)| lower.to::<u64>()),
        "upper": risk.and_then(|(_, upper)| upper).map(|upper| upper.to::<u64>()),
    });
    result(common.json, &json, &format!("marked {} rows of {}; {words}", sent.len(), mirror.next()));
    Ok(())
}
