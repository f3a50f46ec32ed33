//! `tailproof chain bond`: an entity's bond behind its mandate, and cover on it.

use std::path::Path;

use alloy::primitives::{Address, Bytes, U256};
use alloy::rpc::types::Filter;
use alloy::sol_types::{SolCall, SolEvent, SolValue};
use serde_json::{Value, json};

use super::session::{Session, sending};
use super::token::Token;
use super::window;
use crate::cli::{Bond, BondAction, Common, Reason};
use crate::contracts::bond::IComplianceBond::Setup;
use crate::contracts::{BacktestLedger, ComplianceBond};
use crate::error::Failure;
use crate::journal::Journal;
use crate::node::{Call, Sender};
use crate::output::{progress, result};

/// Rows that a transaction takes over at most.
const BATCH: u64 = 20;

/// A bond, and who acts.
struct Desk {
    session: Session,
    sender: Sender,
    journal: Journal,
    name: String,
    bond: Address,
    setup: Setup,
    token: Token,
}

pub async fn run(common: &Common, options: &Bond) -> Result<(), Failure> {
    let session = Session::open(common).await?;
    let (sender, journal) = sending(common, &options.sending)?;
    let (name, bond) = (options.bond.clone(), session.address(&options.bond)?);
    let encoded = session.node.view(&name, bond, &ComplianceBond::setupCall {}).await?;
    let setup =
        Setup::abi_decode(&encoded).map_err(|_| Failure::Usage(format!("{bond} is no bond of this version")))?;
    let token = Token::open(&session, setup.asset).await?;
    let mut desk = Desk { session, sender, journal, name, bond, setup, token };
    let (mut json, mut line) = match &options.action {
        BondAction::Deposit { amount } => desk.deposit(amount).await?,
        BondAction::Buy { reason, periods, face, most } => desk.buy(*reason, *periods, face, most).await?,
        BondAction::Advance { keys } => desk.advance(keys).await?,
        BondAction::Announce { amount } => desk.announce(amount).await?,
        BondAction::Collect => desk.collect().await?,
    };
    let held = desk.view(&ComplianceBond::bondCall {}).await?;
    let [all, locked, free] = [held.all, held.locked, held.free].map(|amount| desk.token.shown(amount));
    line.push_str(&format!("; the bond is {all}, of which {locked} are locked and {free} free"));
    json["bond"] = json!({ "all": all, "locked": locked, "free": free });
    result(common.json, &json, &line);
    Ok(())
}

impl Desk {
    fn own(&self) -> Address {
        self.sender.signer.address()
    }

    async fn view<C: SolCall>(&self, call: &C) -> Result<C::Return, Failure> {
        self.session.node.view(&self.name, self.bond, call).await
    }

    async fn simulate<C: SolCall>(&self, call: &C) -> Result<C::Return, Failure> {
        self.session.node.simulate(&self.name, self.own(), self.bond, call).await
    }

    /// Sends a call, or goes on with one that an earlier run did not see the end of.
    async fn send<C: SolCall>(&mut self, step: &str, call: &C) -> Result<(), Failure> {
        let step = self.journal.step(&format!("bond/{step}/{}", self.name), self.session.node.newest().await?);
        let call = Call::function(&self.name, self.bond, call);
        let receipt = self.session.node.send_once(&self.sender, &mut self.journal, &step, &call).await?;
        progress(&format!("{}: gas {}", call.name, receipt.gas_used));
        self.journal.settle(&step)
    }

    async fn allow(&mut self, amount: u128) -> Result<(), Failure> {
        let (token, bond) = (self.token, self.bond);
        token.allow(&self.session, (&self.sender, &mut self.journal), bond, amount).await
    }

    async fn deposit(&mut self, amount: &str) -> Result<(Value, String), Failure> {
        let units = self.token.units(amount)?;
        self.allow(units).await?;
        self.send(&format!("deposit/{units}"), &ComplianceBond::depositCall { amount: U256::from(units) }).await?;
        Ok((json!({ "deposited": amount }), format!("{amount} added")))
    }

    async fn buy(&mut self, reason: Reason, periods: u32, face: &str, most: &str) -> Result<(Value, String), Failure> {
        let (units, most_units) = (self.token.units(face)?, self.token.units(most)?);
        self.allow(most_units).await?;
        let (reason, word) = match reason {
            Reason::Exceedance => (0, "exceedance"),
            Reason::Lapse => (1, "lapse"),
        };
        let to = self.own();
        let call = ComplianceBond::buyCall { reason, periods, face: units, mostPremium: most_units, to };
        let bought = self.simulate(&call).await?;
        self.send(&format!("buy/{word}/{periods}/{units}"), &call).await?;
        let premium = self.token.shown(bought.premium);
        let line = format!("{face} of {word} cover over {periods} periods for {premium}");
        Ok((json!({ "cover": bought.cover.to_string(), "face": face, "premium": premium }), line))
    }

    async fn advance(&mut self, keys: &Path) -> Result<(Value, String), Failure> {
        let window = self.session.deployment.mandates.values().find(|mandate| mandate.id == self.setup.mandate);
        let window = window.map(|mandate| mandate.window.clone()).ok_or_else(|| {
            Failure::Usage(format!("bond \"{}\" is behind a mandate that the deployment lacks", self.name))
        })?;
        let key = window::key(keys)?;
        let mirror = window::mirror(&self.session, &window, &key).await?;
        let (entity, mandate) = (self.setup.entity, self.setup.mandate);
        let asked = BacktestLedger::nextCall { entity, mandate };
        let settled = self.session.node.view(&self.name, self.setup.backtest, &asked).await?.to::<u64>();
        let mut done = 0u64;
        loop {
            let course = self.view(&ComplianceBond::courseCall {}).await?;
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
            self.send("advance", &ComplianceBond::advanceCall { shown }).await?;
            done += last - course.next;
        }
        let course = self.view(&ComplianceBond::courseCall {}).await?;
        let mut line = format!("took over {done} rows");
        if course.silent != 0 {
            line.push_str("; the entity was silent, and the bond has ended");
        }
        Ok((json!({ "rows": done, "ended": course.silent != 0 }), line))
    }

    async fn announce(&mut self, amount: &str) -> Result<(Value, String), Failure> {
        let units = U256::from(self.token.units(amount)?);
        self.send(&format!("announce/{units}"), &ComplianceBond::announceCall { amount: units }).await?;
        let boundary = self.view(&ComplianceBond::courseCall {}).await?.boundary.to::<u64>();
        let line =
            format!("{amount} are withdrawn with the first row that closes at {boundary} or later; then: collect");
        Ok((json!({ "announced": amount, "boundary": boundary }), line))
    }

    async fn collect(&mut self) -> Result<(Value, String), Failure> {
        let own = self.own();
        let contract = self.session.deployment.contract(&self.name)?;
        let filter = Filter::new()
            .address(self.bond)
            .event_signature(ComplianceBond::Bought::SIGNATURE_HASH)
            .from_block(contract.block);
        let logs = self.session.node.logs(&filter).await?;
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
            if let Ok(due) = self.simulate(&refund).await
                && !due.is_zero()
            {
                self.send(&format!("refund/{cover}"), &refund).await?;
                returned += due;
            }
        }
        let claims = self.view(&ComplianceBond::claimsCall {}).await?;
        let is_entitled = own == self.setup.beneficiary && !claims.beneficiary.is_zero()
            || own == self.setup.entity && !claims.entity.is_zero();
        if is_entitled {
            let collect = ComplianceBond::collectCall { to: own };
            paid += self.simulate(&collect).await?;
            self.send("collect", &collect).await?;
        }
        let (paid, returned) = (self.token.shown(paid), self.token.shown(returned));
        Ok((json!({ "paid": paid, "returned": returned }), format!("{paid} paid, {returned} of premium returned")))
    }

    /// Redeems all of the caller's cover of an identifier, if that is possible yet.
    async fn redeem(&mut self, cover: U256) -> Result<U256, Failure> {
        let own = self.own();
        let amount = self.view(&ComplianceBond::balanceOfCall { account: own, id: cover }).await?;
        if amount.is_zero() {
            return Ok(U256::ZERO);
        }
        let redeem = ComplianceBond::redeemCall { cover, amount, to: own };
        match self.simulate(&redeem).await {
            Ok(due) => {
                self.send(&format!("redeem/{cover}"), &redeem).await?;
                Ok(due)
            }
            Err(Failure::Refused { .. }) => Ok(U256::ZERO),
            Err(failure) => Err(failure),
        }
    }
}
