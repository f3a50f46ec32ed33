//! `tailproof chain bond`: an entity's bond behind its mandate, and cover on it.

use std::path::Path;

use alloy::primitives::{Bytes, U256};
use alloy::rpc::types::Filter;
use alloy::sol_types::{SolEvent, SolValue};
use serde_json::{Value, json};

use super::desk::Desk;
use super::session::Session;
use super::window;
use crate::cli::{Bond, BondAction, Common, Reason};
use crate::contracts::bond::IComplianceBond::Setup;
use crate::contracts::{BacktestLedger, ComplianceBond};
use crate::error::Failure;
use crate::output::result;

/// Rows that a transaction takes over at most.
const BATCH: u64 = 20;

/// A bond, who acts, and what the bond was deployed with.
struct Bonded {
    desk: Desk,
    setup: Setup,
}

pub async fn run(common: &Common, options: &Bond) -> Result<(), Failure> {
    let session = Session::open(common).await?;
    let (name, bond) = (options.bond.clone(), session.address(&options.bond)?);
    let encoded = session.node.view(&name, bond, &ComplianceBond::setupCall {}).await?;
    let setup =
        Setup::abi_decode(&encoded).map_err(|_| Failure::Usage(format!("{bond} is no bond of this version")))?;
    let desk = Desk::open(common, &options.sending, session, (name, bond), setup.asset).await?;
    let mut bonded = Bonded { desk, setup };
    let (mut json, mut line) = match &options.action {
        BondAction::Deposit { amount } => bonded.deposit(amount).await?,
        BondAction::Buy { reason, periods, face, most } => bonded.buy(*reason, *periods, face, most).await?,
        BondAction::Advance { keys } => bonded.advance(keys).await?,
        BondAction::Announce { amount } => bonded.announce(amount).await?,
        BondAction::Collect => bonded.collect().await?,
    };
    let held = bonded.desk.view(&ComplianceBond::bondCall {}).await?;
    let [all, locked, free] = [held.all, held.locked, held.free].map(|amount| bonded.desk.token.shown(amount));
    line.push_str(&format!("; the bond is {all}, of which {locked} are locked and {free} free"));
    json["bond"] = json!({ "all": all, "locked": locked, "free": free });
    result(common.json, &json, &line);
    Ok(())
}

impl Bonded {
    async fn deposit(&mut self, amount: &str) -> Result<(Value, String), Failure> {
        let units = self.desk.token.units(amount)?;
        self.desk.allow(units).await?;
        self.desk
            .send(&format!("bond/deposit/{units}"), &ComplianceBond::depositCall { amount: U256::from(units) })
            .await?;
        Ok((json!({ "deposited": amount }), format!("{amount} added")))
    }

    async fn buy(&mut self, reason: Reason, periods: u32, face: &str, most: &str) -> Result<(Value, String), Failure> {
        let (units, most_units) = (self.desk.token.units(face)?, self.desk.token.units(most)?);
        self.desk.allow(most_units).await?;
        let (reason, word) = match reason {
            Reason::Exceedance => (0, "exceedance"),
            Reason::Lapse => (1, "lapse"),
        };
        let to = self.desk.own();
        let call = ComplianceBond::buyCall { reason, periods, face: units, mostPremium: most_units, to };
        let bought = self.desk.simulate(self.desk.contract, &call).await?;
        self.desk.send(&format!("bond/buy/{word}/{periods}/{units}"), &call).await?;
        let premium = self.desk.token.shown(bought.premium);
        let line = format!("{face} of {word} cover over {periods} periods for {premium}");
        Ok((json!({ "cover": bought.cover.to_string(), "face": face, "premium": premium }), line))
    }

    async fn advance(&mut self, keys: &Path) -> Result<(Value, String), Failure> {
        let window = self.desk.session.deployment.mandates.values().find(|mandate| mandate.id == self.setup.mandate);
        let window = window.map(|mandate| mandate.window.clone()).ok_or_else(|| {
            Failure::Usage(format!("bond \"{}\" is behind a mandate that the deployment lacks", self.desk.name))
        })?;
        let key = window::key(keys)?;
        let mirror = window::mirror(&self.desk.session, &window, &key).await?;
        let (entity, mandate) = (self.setup.entity, self.setup.mandate);
        let asked = BacktestLedger::nextCall { entity, mandate };
        let settled = self.desk.session.node.view(&self.desk.name, self.setup.backtest, &asked).await?.to::<u64>();
        let mut done = 0u64;
        loop {
            let course = self.desk.view(&ComplianceBond::courseCall {}).await?;
            if course.next >= settled || course.silent != 0 || course.closed {
                break;
            }
            let last = settled.min(course.next + BATCH);
            // A row that has left the window is shown as nothing.
            let oldest = u64::from(mirror.next()).saturating_sub(mirror.size() as u64);
            let show = |epoch: u64| {
                if epoch < oldest { Ok(Bytes::new()) } else { mirror.shown_row(epoch).map(Bytes::from) }
            };
            let shown = (course.next..last).map(show).collect::<Result<Vec<_>, Failure>>()?;
            self.desk.send("bond/advance", &ComplianceBond::advanceCall { shown }).await?;
            done += last - course.next;
        }
        let course = self.desk.view(&ComplianceBond::courseCall {}).await?;
        let mut line = format!("took over {done} rows");
        if course.silent != 0 {
            line.push_str("; the entity was silent, and the bond has ended");
        }
        Ok((json!({ "rows": done, "ended": course.silent != 0 }), line))
    }

    async fn announce(&mut self, amount: &str) -> Result<(Value, String), Failure> {
        let units = U256::from(self.desk.token.units(amount)?);
        self.desk.send(&format!("bond/announce/{units}"), &ComplianceBond::announceCall { amount: units }).await?;
        let boundary = self.desk.view(&ComplianceBond::courseCall {}).await?.boundary.to::<u64>();
        let line =
            format!("{amount} are withdrawn with the first row that closes at {boundary} or later; then: collect");
        Ok((json!({ "announced": amount, "boundary": boundary }), line))
    }

    async fn collect(&mut self) -> Result<(Value, String), Failure> {
        let own = self.desk.own();
        let contract = self.desk.session.deployment.contract(&self.desk.name)?;
        let filter = Filter::new()
            .address(self.desk.contract)
            .event_signature(ComplianceBond::Bought::SIGNATURE_HASH)
            .from_block(contract.block);
        let logs = self.desk.session.node.logs(&filter).await?;
        let bought = logs.iter().filter_map(|log| ComplianceBond::Bought::decode_log(&log.inner).ok());
        let mut covers: Vec<U256> =
            bought.filter(|log| log.buyer == own || log.to == own).map(|log| log.cover).collect();
        covers.sort_unstable();
        covers.dedup();
        let (mut paid, mut returned) = (U256::ZERO, U256::ZERO);
        for cover in covers {
            paid += self.redeem(cover).await?;
            let refund = ComplianceBond::refundCall { cover, buyer: own };
            // A cover that lives refuses.
            if let Ok(due) = self.desk.simulate(self.desk.contract, &refund).await
                && !due.is_zero()
            {
                self.desk.send(&format!("bond/refund/{cover}"), &refund).await?;
                returned += due;
            }
        }
        let claims = self.desk.view(&ComplianceBond::claimsCall {}).await?;
        let is_entitled = own == self.setup.beneficiary && !claims.beneficiary.is_zero()
            || own == self.setup.entity && !claims.entity.is_zero();
        if is_entitled {
            let collect = ComplianceBond::collectCall { to: own };
            paid += self.desk.simulate(self.desk.contract, &collect).await?;
            self.desk.send("bond/collect", &collect).await?;
        }
        let (paid, returned) = (self.desk.token.shown(paid), self.desk.token.shown(returned));
        Ok((json!({ "paid": paid, "returned": returned }), format!("{paid} paid, {returned} of premium returned")))
    }

    /// Redeems all of the caller's cover of an identifier, if that is possible yet.
    async fn redeem(&mut self, cover: U256) -> Result<U256, Failure> {
        let own = self.desk.own();
        let amount = self.desk.view(&ComplianceBond::balanceOfCall { account: own, id: cover }).await?;
        if amount.is_zero() {
            return Ok(U256::ZERO);
        }
        let redeem = ComplianceBond::redeemCall { cover, amount, to: own };
        match self.desk.simulate(self.desk.contract, &redeem).await {
            Ok(due) => {
                self.desk.send(&format!("bond/redeem/{cover}"), &redeem).await?;
                Ok(due)
            }
            Err(Failure::Refused { .. }) => Ok(U256::ZERO),
            Err(failure) => Err(failure),
        }
    }
}
