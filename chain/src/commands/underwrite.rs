//! `tailproof chain underwrite`: capital of a class of a cover vault.

use alloy::primitives::{Address, U256};
use alloy::sol_types::SolCall;
use serde_json::{Value, json};

use super::session::{Session, sending};
use super::token::Token;
use crate::cli::{Class, Common, Underwrite, UnderwriteAction};
use crate::contracts::{CoverVault, TrancheShares};
use crate::error::Failure;
use crate::journal::Journal;
use crate::node::{Call, Sender};
use crate::output::result;

/// A class, and who acts.
struct Desk {
    session: Session,
    sender: Sender,
    journal: Journal,
    name: String,
    shares: Address,
    token: Token,
}

pub async fn run(common: &Common, options: &Underwrite) -> Result<(), Failure> {
    let session = Session::open(common).await?;
    let (sender, journal) = sending(common, &options.sending)?;
    let (junior, vault) = (options.class == Class::Junior, session.address(&options.vault)?);
    let shares = session.node.view(&options.vault, vault, &CoverVault::sharesCall { junior }).await?;
    let name = format!("{}.{}", options.vault, if junior { "junior" } else { "senior" });
    let token = Token::open(&session, session.node.view(&name, shares, &TrancheShares::assetCall {}).await?).await?;
    let mut desk = Desk { session, sender, journal, name, shares, token };
    let (json, line) = match &options.action {
        UnderwriteAction::Deposit { amount } => desk.deposit(amount).await?,
        UnderwriteAction::Redeem => desk.redeem().await?,
        UnderwriteAction::Claim => desk.claim().await?,
    };
    result(common.json, &json, &line);
    Ok(())
}

impl Desk {
    fn own(&self) -> Address {
        self.sender.signer.address()
    }

    async fn view<C: SolCall>(&self, call: &C) -> Result<C::Return, Failure> {
        self.session.node.view(&self.name, self.shares, call).await
    }

    /// Sends a call, or goes on with one that an earlier run did not see the end of.
    async fn send<C: SolCall>(&mut self, step: &str, call: &C) -> Result<(), Failure> {
        let step = self.journal.step(&format!("{step}/{}", self.name), self.session.node.newest().await?);
        let call = Call::function(&self.name, self.shares, call);
        self.session.node.send_once(&self.sender, &mut self.journal, &step, &call).await?;
        self.journal.settle(&step)
    }

    async fn deposit(&mut self, amount: &str) -> Result<(Value, String), Failure> {
        let (own, units) = (self.own(), self.token.units(amount)?);
        self.token.allow(&self.session, (&self.sender, &mut self.journal), self.shares, units).await?;
        let call = TrancheShares::requestDepositCall { assets: U256::from(units), controller: own, owner: own };
        self.send(&format!("underwrite/deposit/{units}"), &call).await?;
        let line = format!("{amount} into {}, executed at the close of the next day; then: claim", self.name);
        Ok((json!({ "class": self.name, "deposit": amount }), line))
    }

    async fn redeem(&mut self) -> Result<(Value, String), Failure> {
        let own = self.own();
        let shares = self.view(&TrancheShares::balanceOfCall { account: own }).await?;
        if shares.is_zero() {
            return Err(Failure::Usage(format!(
                "{own} has no shares of {}; `claim` takes those of a deposit",
                self.name
            )));
        }
        self.send("underwrite/redeem", &TrancheShares::requestRedeemCall { shares, controller: own, owner: own })
            .await?;
        let line = format!("all shares of {} are to be redeemed, after the cooldown; then: claim", self.name);
        Ok((json!({ "class": self.name, "shares": shares.to_string() }), line))
    }

    async fn claim(&mut self) -> Result<(Value, String), Failure> {
        let own = self.own();
        let assets = self.view(&TrancheShares::maxDepositCall { controller: own }).await?;
        if !assets.is_zero() {
            self.send(
                "underwrite/claim-deposit",
                &TrancheShares::deposit_0Call { assets, receiver: own, controller: own },
            )
            .await?;
        }
        let shares = self.view(&TrancheShares::maxRedeemCall { controller: own }).await?;
        if !shares.is_zero() {
            self.send("underwrite/claim-redeem", &TrancheShares::redeemCall { shares, receiver: own, controller: own })
                .await?;
        }
        let (deposited, line) = (self.token.shown(assets), self.name.clone());
        let line = format!("{line}: shares of a deposit of {deposited}; collateral of {shares} shares");
        Ok((json!({ "class": self.name, "deposited": deposited, "redeemed": shares.to_string() }), line))
    }
}
