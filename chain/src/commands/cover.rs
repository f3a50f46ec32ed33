//! `tailproof chain buy`, `settle` and `collect`: cover that a vault sells.

use alloy::primitives::{Address, U256};
use alloy::rpc::types::Filter;
use alloy::sol_types::{SolCall, SolEvent};
use serde_json::json;

use super::session::{Session, sending};
use super::token::Token;
use crate::cli::{Buy, Common, Settle};
use crate::contracts::{BookIndex, CoverBook, CoverVault, TradingCalendar, VarSecurity};
use crate::contracts::{index, security};
use crate::error::Failure;
use crate::journal::Journal;
use crate::node::{Call, Sender};
use crate::output::{progress, result};

/// Orders and days that a transaction takes at most.
const BATCH: u64 = 20;

/// A vault, the contracts behind it, and who acts.
struct Desk {
    session: Session,
    sender: Sender,
    journal: Journal,
    name: String,
    vault: Address,
    security: Address,
    index: Address,
    token: Token,
}

impl Desk {
    async fn open(common: &Common, name: &str, options: &crate::cli::Sending) -> Result<Self, Failure> {
        let session = Session::open(common).await?;
        let (sender, journal) = sending(common, options)?;
        let vault = session.address(name)?;
        let book = session.node.view(name, vault, &CoverVault::bookCall {}).await?;
        let security = session.node.view(name, book, &CoverBook::securityCall {}).await?;
        let index = session.node.view(name, book, &CoverBook::indexCall {}).await?;
        let asset = session.node.view(name, security, &VarSecurity::assetCall {}).await?;
        let token = Token::open(&session, asset).await?;
        Ok(Self { session, sender, journal, name: name.to_owned(), vault, security, index, token })
    }

    fn own(&self) -> Address {
        self.sender.signer.address()
    }

    async fn view<C: SolCall>(&self, at: Address, call: &C) -> Result<C::Return, Failure> {
        self.session.node.view(&self.name, at, call).await
    }

    /// Sends a call, or goes on with one that an earlier run did not see the end of.
    async fn send<C: SolCall>(&mut self, step: &str, to: Address, call: &C) -> Result<(), Failure> {
        let step = self.journal.step(&format!("{step}/{}", self.name), self.session.node.newest().await?);
        let call = Call::function(&self.name, to, call);
        let receipt = self.session.node.send_once(&self.sender, &mut self.journal, &step, &call).await?;
        progress(&format!("{}: gas {}", call.name, receipt.gas_used));
        self.journal.settle(&step)
    }

    /// Returns the events of a kind of the vault.
    async fn events<E: SolEvent>(&self) -> Result<Vec<E>, Failure> {
        let from = self.session.deployment.contract(&self.name)?.block;
        let filter = Filter::new().address(self.vault).event_signature(E::SIGNATURE_HASH).from_block(from);
        let logs = self.session.node.logs(&filter).await?;
        Ok(logs.iter().filter_map(|log| E::decode_log(&log.inner).ok()).map(|log| log.data).collect())
    }

    /// Goes over the rows that are final and were not looked at, for one cover.
    async fn settle(&mut self, cover: U256, first: u32) -> Result<security::IVarSecurity::Position, Failure> {
        let position = self.view(self.security, &VarSecurity::positionCall { cover }).await?;
        if position.finished {
            return Ok(position);
        }
        let mut start = u64::from(position.cursor);
        if start == 0 {
            let calendar = self.view(self.index, &BookIndex::calendarCall {}).await?;
            let eve = self.view(calendar, &TradingCalendar::dayBeforeCall { period: U256::from(first) }).await?;
            start = self.view(self.index, &BookIndex::nextCall {}).await?.to::<u64>();
            while start > 0 && U256::from(self.row(start - 1).await?.period) > eve {
                start -= 1;
            }
        }
        let epoch = U256::from(start);
        // A row that is not there yet is not final.
        let is_final = start < self.view(self.index, &BookIndex::nextCall {}).await?.to::<u64>()
            && self.view(self.index, &BookIndex::isFinalCall { epoch }).await?;
        if is_final {
            let call = VarSecurity::settleCall { cover, start: epoch, most: U256::MAX };
            self.send(&format!("cover/settle/{cover}"), self.security, &call).await?;
        }
        self.view(self.security, &VarSecurity::positionCall { cover }).await
    }

    async fn row(&self, epoch: u64) -> Result<index::IBookIndex::Row, Failure> {
        self.view(self.index, &BookIndex::rowCall { epoch: U256::from(epoch) }).await
    }
}

/// Orders cover.
pub async fn buy(common: &Common, options: &Buy) -> Result<(), Failure> {
    let mut desk = Desk::open(common, &options.vault, &options.sending).await?;
    let (face, most) = (desk.token.units(&options.face)?, desk.token.units(&options.most)?);
    let (token, vault) = (desk.token, desk.vault);
    token.allow(&desk.session, (&desk.sender, &mut desk.journal), vault, most).await?;
    desk.send(&format!("cover/buy/{face}/{most}"), vault, &CoverVault::orderCall { face, most }).await?;
    let own = desk.own();
    let orders = desk.events::<CoverVault::Ordered>().await?;
    let Some(order) = orders.iter().rev().find(|order| order.buyer == own) else {
        return Err(Failure::Rpc {
            rpc: desk.session.node.name().to_owned(),
            problem: "it shows no event of the order".to_owned(),
        });
    };
    let (pricing, first, last) = (date(order.pricing), date(order.first), date(order.last));
    let line = format!(
        "order {}: {} of cover from {first} to {last} for at most {}, priced at the row of {pricing}; `settle` fills it",
        order.order, options.face, options.most
    );
    let json = json!({
        "order": order.order.to_string(), "face": options.face, "most": options.most, "pricing": pricing, "first": first,
        "last": last,
    });
    result(common.json, &json, &line);
    Ok(())
}

/// Settles days and fills orders.
pub async fn settle(common: &Common, options: &Settle) -> Result<(), Failure> {
    let mut desk = Desk::open(common, &options.vault, &options.sending).await?;
    let (vault, count, own) = (desk.vault, U256::from(BATCH), desk.own());
    // A call that would do nothing is not sent.
    let name = desk.name.clone();
    while !desk.session.node.simulate(&name, own, vault, &CoverVault::advanceCall { count }).await?.is_zero() {
        desk.send("cover/advance", vault, &CoverVault::advanceCall { count }).await?;
    }
    let mut waits = None;
    loop {
        let orders = desk.view(vault, &CoverVault::ordersCall {}).await?;
        if orders.turn >= orders.number {
            break;
        }
        match desk.session.node.simulate(&name, own, vault, &CoverVault::fillCall { count }).await {
            Ok(done) if done.is_zero() => break,
            Ok(_) => desk.send("cover/fill", vault, &CoverVault::fillCall { count }).await?,
            Err(Failure::Refused { reason, .. }) => {
                waits = Some(reason);
                break;
            }
            Err(failure) => return Err(failure),
        }
    }
    let orders = desk.view(vault, &CoverVault::ordersCall {}).await?;
    let day = date(u32::try_from(desk.view(vault, &CoverVault::dayCall {}).await?).unwrap_or(u32::MAX));
    let live = desk.token.shown(desk.view(vault, &CoverVault::liveCall {}).await?);
    let waiting = orders.number - orders.turn;
    let mut line = format!("settled up to {day}; {live} of cover is live; {waiting} orders wait");
    if let Some(reason) = &waits {
        line.push_str(&format!(": {reason}"));
    }
    result(
        common.json,
        &json!({ "day": day, "live": live, "orders": orders.number.to_string(), "waiting": waiting.to_string() }),
        &line,
    );
    Ok(())
}

/// Takes refunds of the caller's orders, and what its cover is owed.
pub async fn collect(common: &Common, options: &Settle) -> Result<(), Failure> {
    let mut desk = Desk::open(common, &options.vault, &options.sending).await?;
    let (own, vault, security, name) = (desk.own(), desk.vault, desk.security, desk.name.clone());
    let ordered = desk.events::<CoverVault::Ordered>().await?;
    let filled = desk.events::<CoverVault::Filled>().await?;
    let (mut refunds, mut paid, mut waiting) = (U256::ZERO, U256::ZERO, Vec::new());
    let mut seen = Vec::new();
    for order in ordered.iter().filter(|order| order.buyer == own) {
        let refund = CoverVault::refundCall { id: order.order };
        let due = desk.session.node.simulate(&name, own, vault, &refund).await?;
        if !due.is_zero() {
            desk.send(&format!("cover/refund/{}", order.order), vault, &refund).await?;
            refunds += due;
        }
        let Some(filled) = filled.iter().find(|filled| filled.order == order.order) else { continue };
        let (cover, first) = (filled.cover, order.first);
        // COVER waits in the vault's book until its buyer takes it, which it can do once.
        let claim = CoverVault::claimCall { id: order.order, to: own };
        if desk.session.node.simulate(&name, own, vault, &claim).await.is_ok() {
            desk.send(&format!("cover/claim/{}", order.order), vault, &claim).await?;
        }
        let amount = desk.view(security, &VarSecurity::balanceOfCall { account: own, id: cover }).await?;
        if amount.is_zero() || seen.contains(&cover) {
            continue;
        }
        seen.push(cover);
        desk.settle(cover, first).await?;
        let amount = amount.to::<u128>();
        let redeem = VarSecurity::redeemCall { id: cover, amount, to: own };
        match desk.session.node.simulate(&name, own, security, &redeem).await {
            Ok(due) => {
                desk.send(&format!("cover/redeem/{cover}"), security, &redeem).await?;
                paid += due;
            }
            // It lives, and has not reached detachment.
            Err(Failure::Refused { .. }) => waiting.push(date(order.last)),
            Err(failure) => return Err(failure),
        }
    }
    let (refunds, paid) = (desk.token.shown(refunds), desk.token.shown(paid));
    let mut line = format!("{refunds} of premium returned; {paid} paid by cover");
    if let Some(last) = waiting.iter().max() {
        line.push_str(&format!("; {} covers live, the last until {last}", waiting.len()));
    }
    result(common.json, &json!({ "returned": refunds, "paid": paid, "live": waiting.len() }), &line);
    Ok(())
}

/// Returns the date of a period of a day.
fn date(period: u32) -> String {
    let days = jiff::Span::new().try_days(period);
    let date = days.and_then(|days| jiff::civil::date(1970, 1, 1).checked_add(days));
    date.map_or_else(|_| format!("period {period}"), |date| date.to_string())
}
