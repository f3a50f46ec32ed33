//! `tailproof chain buy`, `settle` and `collect`: cover that a vault sells.

use alloy::primitives::{Address, U256};
use alloy::rpc::types::Filter;
use alloy::sol_types::SolEvent;
use serde_json::json;

use super::desk::Desk;
use super::session::Session;
use crate::cli::{Buy, Common, Sending, Settle};
use crate::contracts::index::IBookIndex;
use crate::contracts::{BookIndex, CoverBook, CoverVault, TradingCalendar, VarSecurity};
use crate::error::Failure;
use crate::output::result;

/// Orders and days that a transaction takes at most.
const BATCH: u64 = 20;

/// A vault, who acts, and the contracts behind it.
struct Seller {
    desk: Desk,
    security: Address,
    index: Address,
}

impl Seller {
    async fn open(common: &Common, name: &str, options: &Sending) -> Result<Self, Failure> {
        let session = Session::open(common).await?;
        let vault = session.address(name)?;
        let book = session.node.view(name, vault, &CoverVault::bookCall {}).await?;
        let security = session.node.view(name, book, &CoverBook::securityCall {}).await?;
        let index = session.node.view(name, book, &CoverBook::indexCall {}).await?;
        let asset = session.node.view(name, security, &VarSecurity::assetCall {}).await?;
        let desk = Desk::open(common, options, session, (name.to_owned(), vault), asset).await?;
        Ok(Self { desk, security, index })
    }

    /// Returns the events of a kind of the vault.
    async fn events<E: SolEvent>(&self) -> Result<Vec<E>, Failure> {
        let from = self.desk.session.deployment.contract(&self.desk.name)?.block;
        let filter = Filter::new().address(self.desk.contract).event_signature(E::SIGNATURE_HASH).from_block(from);
        let logs = self.desk.session.node.logs(&filter).await?;
        Ok(logs.iter().filter_map(|log| E::decode_log(&log.inner).ok()).map(|log| log.data).collect())
    }

    /// Takes what is left of an order's escrow, and the premium of void days. Returns how much.
    async fn refund(&mut self, id: U256) -> Result<U256, Failure> {
        let refund = CoverVault::refundCall { id };
        let due = self.desk.simulate(self.desk.contract, &refund).await?;
        if !due.is_zero() {
            self.desk.send(&format!("cover/refund/{id}"), &refund).await?;
        }
        Ok(due)
    }

    /// Takes the COVER of a filled order, which waits in the vault's book until its buyer does, once.
    async fn claim(&mut self, id: U256) -> Result<(), Failure> {
        let claim = CoverVault::claimCall { id, to: self.desk.own() };
        match self.desk.simulate(self.desk.contract, &claim).await {
            Ok(_) => self.desk.send(&format!("cover/claim/{id}"), &claim).await.map(drop),
            Err(Failure::Refused { reason, .. }) if reason.starts_with("WasClaimed") => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    /// Redeems all of the caller's COVER of an identifier. `None` while it lives and has not reached detachment.
    async fn redeem(&mut self, cover: U256, first: u32) -> Result<Option<U256>, Failure> {
        let own = self.desk.own();
        let held = VarSecurity::balanceOfCall { account: own, id: cover };
        let amount = self.desk.view_at(self.security, &held).await?.to::<u128>();
        if amount == 0 {
            return Ok(Some(U256::ZERO));
        }
        self.settle(cover, first).await?;
        let redeem = VarSecurity::redeemCall { id: cover, amount, to: own };
        match self.desk.simulate(self.security, &redeem).await {
            Ok(due) => {
                self.desk.send_to(self.security, &format!("cover/redeem/{cover}"), &redeem).await?;
                Ok(Some(due))
            }
            Err(Failure::Refused { reason, .. }) if reason.starts_with("NotFinished") => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Goes over the rows that are final and were not looked at, for one cover.
    async fn settle(&mut self, cover: U256, first: u32) -> Result<(), Failure> {
        let position = self.desk.view_at(self.security, &VarSecurity::positionCall { cover }).await?;
        if position.finished {
            return Ok(());
        }
        let mut start = u64::from(position.cursor);
        if start == 0 {
            let calendar = self.desk.view_at(self.index, &BookIndex::calendarCall {}).await?;
            let eve =
                self.desk.view_at(calendar, &TradingCalendar::dayBeforeCall { period: U256::from(first) }).await?;
            start = self.desk.view_at(self.index, &BookIndex::nextCall {}).await?.to::<u64>();
            // Up to the eve, or to the oldest row that the index keeps.
            while start > 0 && self.row(start - 1).await?.is_some_and(|row| U256::from(row.period) > eve) {
                start -= 1;
            }
        }
        let epoch = U256::from(start);
        // A row that is not there yet is not final.
        let is_final = start < self.desk.view_at(self.index, &BookIndex::nextCall {}).await?.to::<u64>()
            && self.desk.view_at(self.index, &BookIndex::isFinalCall { epoch }).await?;
        if is_final {
            let call = VarSecurity::settleCall { cover, start: epoch, most: U256::MAX };
            self.desk.send_to(self.security, &format!("cover/settle/{cover}"), &call).await?;
        }
        Ok(())
    }

    /// Returns a row of the index; `None` for one that it keeps no more.
    async fn row(&self, epoch: u64) -> Result<Option<IBookIndex::Row>, Failure> {
        match self.desk.view_at(self.index, &BookIndex::rowCall { epoch: U256::from(epoch) }).await {
            Ok(row) => Ok(Some(row)),
            Err(Failure::Refused { reason, .. }) if reason.starts_with("Forgotten") => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

/// Orders cover.
pub async fn buy(common: &Common, options: &Buy) -> Result<(), Failure> {
    let Seller { mut desk, .. } = Seller::open(common, &options.vault, &options.sending).await?;
    let (face, most) = (desk.token.units(&options.face)?, desk.token.units(&options.most)?);
    desk.allow(most).await?;
    let receipt = desk.send(&format!("cover/buy/{face}/{most}"), &CoverVault::orderCall { face, most }).await?;
    let logs = receipt.logs().iter().filter(|log| log.address() == desk.contract);
    let Some(order) = logs.filter_map(|log| CoverVault::Ordered::decode_log(&log.inner).ok()).next() else {
        return Err(Failure::Rpc {
            rpc: desk.session.node.name().to_owned(),
            problem: "its receipt of the order lacks the event of the order".to_owned(),
        });
    };
    let (pricing, first, last) = (date(order.pricing), date(order.first), date(order.last));
    let line = format!(
        "order {}: {} of cover from {first} to {last} for at most {}, priced at the row of {pricing}; `settle` fills or \
         returns it",
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
    let Seller { mut desk, .. } = Seller::open(common, &options.vault, &options.sending).await?;
    let (vault, count) = (desk.contract, U256::from(BATCH));
    // A call that would do nothing is not sent.
    while !desk.simulate(vault, &CoverVault::advanceCall { count }).await?.is_zero() {
        desk.send("cover/advance", &CoverVault::advanceCall { count }).await?;
    }
    let mut waits = None;
    loop {
        let orders = desk.view(&CoverVault::ordersCall {}).await?;
        if orders.turn >= orders.number {
            break;
        }
        match desk.simulate(vault, &CoverVault::fillCall { count }).await {
            Ok(done) if done.is_zero() => break,
            Ok(_) => {
                desk.send("cover/fill", &CoverVault::fillCall { count }).await?;
            }
            Err(Failure::Refused { reason, .. }) => {
                waits = Some(reason);
                break;
            }
            Err(failure) => return Err(failure),
        }
    }
    let orders = desk.view(&CoverVault::ordersCall {}).await?;
    let day = date(u32::try_from(desk.view(&CoverVault::dayCall {}).await?).unwrap_or(u32::MAX));
    let live = desk.token.shown(desk.view(&CoverVault::liveCall {}).await?);
    let waiting = orders.number - orders.turn;
    let mut line = format!("settled up to {day}; {live} of cover is live; {waiting} orders wait");
    if let Some(reason) = &waits {
        line.push_str(&format!(": {reason}"));
    }
    let json = json!({ "day": day, "live": live, "orders": orders.number.to_string(), "waiting": waiting.to_string() });
    result(common.json, &json, &line);
    Ok(())
}

/// Takes refunds of the caller's orders, and what its cover is owed.
pub async fn collect(common: &Common, options: &Settle) -> Result<(), Failure> {
    let mut seller = Seller::open(common, &options.vault, &options.sending).await?;
    let own = seller.desk.own();
    let ordered = seller.events::<CoverVault::Ordered>().await?;
    let filled = seller.events::<CoverVault::Filled>().await?;
    let (mut refunds, mut covers) = (U256::ZERO, Vec::new());
    for order in ordered.iter().filter(|order| order.buyer == own) {
        refunds += seller.refund(order.order).await?;
        if let Some(filled) = filled.iter().find(|filled| filled.order == order.order) {
            seller.claim(order.order).await?;
            covers.push((filled.cover, order.first, order.last));
        }
    }
    // Several orders may be of one cover: all of it has been claimed by now.
    covers.sort_unstable();
    covers.dedup();
    let (mut paid, mut live) = (U256::ZERO, Vec::new());
    for (cover, first, last) in covers {
        match seller.redeem(cover, first).await? {
            Some(due) => paid += due,
            None => live.push(date(last)),
        }
    }
    let (refunds, paid) = (seller.desk.token.shown(refunds), seller.desk.token.shown(paid));
    let mut line = format!("{refunds} of premium returned; {paid} paid by cover");
    if let Some(last) = live.iter().max() {
        line.push_str(&format!("; {} covers live, the last until {last}", live.len()));
    }
    result(common.json, &json!({ "returned": refunds, "paid": paid, "live": live.len() }), &line);
    Ok(())
}

/// Returns the date of a period of a day.
fn date(period: u32) -> String {
    let days = jiff::Span::new().try_days(period);
    let date = days.and_then(|days| jiff::civil::date(1970, 1, 1).checked_add(days));
    date.map_or_else(|_| format!("period {period}"), |date| date.to_string())
}
