//! `tailproof chain mark`, `buy` and `settle`: a security's index, its covers and a vault, on a chain.

use alloy::primitives::{Address, U256};
use alloy::sol_types::SolEvent;
use serde_json::json;

use super::session::{Session, sending};
use super::window;
use crate::cli::{Buy, Common, Mark, Settle};
use crate::contracts::cover::{BookIndex, CoverVault, Token, VarSecurity};
use crate::error::Failure;
use crate::node::Call;
use crate::output::{progress, result};

/// Days, and orders, of one transaction of `settle`.
const AT_ONCE: u64 = 10;

/// Marks the window's rows that the index has not.
pub async fn mark(common: &Common, options: &Mark) -> Result<(), Failure> {
    let session = Session::open(common).await?;
    let address = options.index;
    let of = session.node.view("index", address, &BookIndex::windowCall {}).await?;
    let expected = session.address(&options.window)?;
    if of != expected {
        return Err(Failure::Usage(format!(
            "index {address} is of window {of}, and \"{}\" is {expected}: give the index of this window, or its own window",
            options.window
        )));
    }
    let last = session.node.view("index", address, &BookIndex::lastDayCall {}).await?;
    if last != U256::MAX {
        return Err(Failure::Usage(format!(
            "index {address} has ended with period {last}: more than ten days had no rows, and nothing is marked any more"
        )));
    }
    let (sender, mut journal) = sending(common, &options.sending)?;
    let key = window::key(&options.keys)?;
    let mirror = window::mirror(&session, &options.window, &key).await?;
    let first = session.node.view("index", address, &BookIndex::nextCall {}).await?;
    let first = u64::try_from(first).unwrap_or(u64::MAX);
    let mut marked = Vec::new();
    // Whoever else marks in the meantime makes the contract refuse this run's row; start it again then.
    for epoch in first..u64::from(mirror.next()) {
        let call = BookIndex::markCall { shown: mirror.shown_to_mark(epoch)?.into() };
        let step = format!("mark/{address}/{epoch}");
        let call = Call::function("index", address, &call);
        let receipt = session.node.send_once(&sender, &mut journal, &step, &call).await?;
        journal.settle(&step)?;
        progress(&format!("row {epoch}, gas {}", receipt.gas_used));
        marked.push(json!({ "epoch": epoch, "gas": receipt.gas_used }));
    }
    let line = format!("marked {} rows; the index has those before row {}", marked.len(), mirror.next());
    result(common.json, &json!({ "marked": marked, "rows": mirror.next() }), &line);
    Ok(())
}

/// Orders cover.
pub async fn buy(common: &Common, options: &Buy) -> Result<(), Failure> {
    let session = Session::open(common).await?;
    let vault = options.vault;
    let (sender, mut journal) = sending(common, &options.sending)?;
    let setup = session.node.view("vault", vault, &CoverVault::setupCall {}).await?;
    let asset = session.node.view("security", setup.security, &VarSecurity::assetCall {}).await?;
    let step = format!("buy/{vault}/{}/{}", options.face, options.most);
    let owner = sender.signer.address();
    let allowed = session.node.view("asset", asset, &Token::allowanceCall { owner, spender: vault }).await?;
    let most = U256::from(options.most);
    if journal.pending(&step).is_none() && allowed < most {
        let step = format!("{step}/approve");
        let call = Call::function("asset", asset, &Token::approveCall { spender: vault, value: most });
        session.node.send_once(&sender, &mut journal, &step, &call).await?;
        journal.settle(&step)?;
    }
    let call = Call::function("vault", vault, &CoverVault::orderCall { face: options.face, most: options.most });
    let receipt = session.node.send_once(&sender, &mut journal, &step, &call).await?;
    journal.settle(&step)?;
    let logs = receipt.logs().iter().filter(|log| log.address() == vault);
    let order = logs.filter_map(|log| CoverVault::Ordered::decode_log(&log.inner).ok()).next();
    let Some(order) = order else {
        return Err(Failure::Usage(format!("{vault} has sent no event of an order; is it a CoverVault?")));
    };
    let json = json!({
        "order": order.order.to_string(), "pricing": order.pricing, "first": order.first, "last": order.last,
        "transaction": receipt.transaction_hash, "gas": receipt.gas_used,
    });
    let line = format!(
        "order {}: priced at the row of period {}, cover from {} to {}",
        order.order, order.pricing, order.first, order.last
    );
    result(common.json, &json, &line);
    Ok(())
}

/// Settles as far as rows are final: a vault's days and orders, or one position.
pub async fn settle(common: &Common, options: &Settle) -> Result<(), Failure> {
    let session = Session::open(common).await?;
    match (options.vault, options.security, options.cover) {
        (Some(vault), None, None) => settle_vault(common, options, &session, vault).await,
        (None, Some(security), Some(cover)) => settle_position(common, options, &session, security, cover).await,
        _ => Err(Failure::Usage("give --vault, or --security with --cover".to_owned())),
    }
}

async fn settle_vault(common: &Common, options: &Settle, session: &Session, vault: Address) -> Result<(), Failure> {
    let (sender, mut journal) = sending(common, &options.sending)?;
    let count = U256::from(AT_ONCE);
    let (mut days, mut orders) = (0u64, 0u64);
    loop {
        let call = CoverVault::advanceCall { count };
        let done = session.node.view("vault", vault, &call).await?;
        if done.is_zero() {
            break;
        }
        let step = format!("settle/{vault}/day/{}", session.node.view("vault", vault, &CoverVault::dayCall {}).await?);
        session.node.send_once(&sender, &mut journal, &step, &Call::function("vault", vault, &call)).await?;
        journal.settle(&step)?;
        days += u64::try_from(done).unwrap_or(AT_ONCE);
    }
    loop {
        let call = CoverVault::fillCall { count };
        let done = session.node.view("vault", vault, &call).await?;
        if done.is_zero() {
            break;
        }
        let turn = session.node.view("vault", vault, &CoverVault::ordersCall {}).await?.turn;
        let step = format!("settle/{vault}/order/{turn}");
        session.node.send_once(&sender, &mut journal, &step, &Call::function("vault", vault, &call)).await?;
        journal.settle(&step)?;
        orders += u64::try_from(done).unwrap_or(AT_ONCE);
    }
    let day = session.node.view("vault", vault, &CoverVault::dayCall {}).await?;
    let line = format!("went over {days} days, to period {day}; {orders} orders were filled or returned");
    result(common.json, &json!({ "days": days, "day": day.to_string(), "orders": orders }), &line);
    Ok(())
}

async fn settle_position(
    common: &Common,
    options: &Settle,
    session: &Session,
    security: Address,
    cover: U256,
) -> Result<(), Failure> {
    let (sender, mut journal) = sending(common, &options.sending)?;
    let position = VarSecurity::positionCall { cover };
    let before = session.node.view("security", security, &position).await?;
    if !before.finished {
        let start = match before.cursor {
            0 => first_row(session, security, cover).await?,
            _ => U256::ZERO,
        };
        let call = VarSecurity::settleCall { cover, start, most: U256::from(options.most) };
        let step = format!("settle/{security}/{cover}/{}", before.cursor);
        let call = Call::function("security", security, &call);
        session.node.send_once(&sender, &mut journal, &step, &call).await?;
        journal.settle(&step)?;
    }
    let after = session.node.view("security", security, &position).await?;
    let faces = U256::from(after.faces);
    let owed = session.node.view("security", security, &VarSecurity::owedCall { cover, amount: faces }).await?;
    let best = after.best.to::<u64>();
    let json = json!({
        "best": best, "cursor": after.cursor, "finished": after.finished,
        "faces": faces.to_string(), "owed": owed.to_string(),
    });
    let state = if after.finished { "settled" } else { "settled as far as rows are final" };
    result(common.json, &json, &format!("{state}: index {best} (basis points times 2^20), {owed} of {faces} owed"));
    Ok(())
}

/// The first row behind the eve of a cover.
async fn first_row(session: &Session, security: Address, cover: U256) -> Result<U256, Failure> {
    let node = &session.node;
    let index = node.view("security", security, &VarSecurity::indexCall {}).await?;
    let calendar = node.view("index", index, &BookIndex::calendarCall {}).await?;
    let terms = node.view("security", security, &VarSecurity::termsOfCall { id: cover }).await?.terms;
    let call = crate::contracts::cover::Calendar::dayBeforeCall { period: U256::from(terms.first) };
    let eve = node.view("calendar", calendar, &call).await?;
    let next = node.view("index", index, &BookIndex::nextCall {}).await?;
    let mut start = next;
    while !start.is_zero() {
        let row = node.view("index", index, &BookIndex::rowCall { epoch: start - U256::from(1) }).await;
        match row {
            Ok(row) if U256::from(row.period) > eve => start -= U256::from(1),
            Err(failure @ Failure::Rpc { .. }) => return Err(failure),
            // The row of the eve, or one that the index has forgotten.
            _ => break,
        }
    }
    if start == next {
        return Err(Failure::Usage(format!(
            "the index has no row behind period {eve}, the eve of the cover's first day"
        )));
    }
    Ok(start)
}
