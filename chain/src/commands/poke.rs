//! `tailproof chain poke`: a margin's smoothed bound follows its feed.

use serde_json::json;

use super::session::{Session, sending};
use crate::cli::{Common, Poke};
use crate::contracts::MarginAdapter;
use crate::error::Failure;
use crate::ladder::{amount, decimal};
use crate::node::Call;
use crate::output::result;

pub async fn run(common: &Common, options: &Poke) -> Result<(), Failure> {
    let session = Session::open(common).await?;
    let (sender, mut journal) = sending(common, &options.sending)?;
    let name = format!("{}.margin", options.feed);
    let address = session.address(&name)?;
    let step = format!("poke/{name}/{}", session.node.newest().await?);
    let call = Call::function(&name, address, &MarginAdapter::pokeCall {});
    let receipt = session.node.send_once(&sender, &mut journal, &step, &call).await?;
    journal.settle(&step)?;
    let margin = session.node.view(&name, address, &MarginAdapter::marginCall {}).await?;
    let margin = u128::try_from(margin).unwrap_or(u128::MAX);
    let json = json!({ "margin": decimal(margin), "transaction": receipt.transaction_hash, "gas": receipt.gas_used });
    result(common.json, &json, &format!("margin {}", amount(margin)));
    Ok(())
}
