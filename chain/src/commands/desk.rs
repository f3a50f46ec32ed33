//! A contract that takes collateral, and who acts on it: what the commands of cover, capital and bonds have in common.

use alloy::primitives::Address;
use alloy::rpc::types::TransactionReceipt;
use alloy::sol_types::SolCall;

use super::session::{Session, sending};
use super::token::Token;
use crate::cli::{Common, Sending};
use crate::error::Failure;
use crate::journal::Journal;
use crate::node::{Call, Sender};
use crate::output::progress;

pub struct Desk {
    pub session: Session,
    /// Name of the contract, in messages and in steps of the journal.
    pub name: String,
    pub contract: Address,
    pub token: Token,
    sender: Sender,
    journal: Journal,
}

impl Desk {
    /// Asks the collateral for its decimals, reads the key that sends, and opens the journal.
    pub async fn open(
        common: &Common,
        options: &Sending,
        session: Session,
        (name, contract): (String, Address),
        asset: Address,
    ) -> Result<Self, Failure> {
        let (sender, journal) = sending(common, options)?;
        let token = Token::open(&session, asset).await?;
        Ok(Self { session, name, contract, token, sender, journal })
    }

    /// Who acts.
    pub fn own(&self) -> Address {
        self.sender.signer.address()
    }

    /// Calls a view function of the contract.
    pub async fn view<C: SolCall>(&self, call: &C) -> Result<C::Return, Failure> {
        self.view_at(self.contract, call).await
    }

    /// Calls a view function of another contract behind it.
    pub async fn view_at<C: SolCall>(&self, at: Address, call: &C) -> Result<C::Return, Failure> {
        self.session.node.view(&self.name, at, call).await
    }

    /// Returns what a transaction would return. Nothing is sent.
    pub async fn simulate<C: SolCall>(&self, to: Address, call: &C) -> Result<C::Return, Failure> {
        self.session.node.simulate(&self.name, self.own(), to, call).await
    }

    /// Sends a call of the contract, or goes on with one that an earlier run did not see the end of.
    pub async fn send<C: SolCall>(&mut self, step: &str, call: &C) -> Result<TransactionReceipt, Failure> {
        self.send_to(self.contract, step, call).await
    }

    /// The same for another contract behind it.
    pub async fn send_to<C: SolCall>(
        &mut self,
        to: Address,
        step: &str,
        call: &C,
    ) -> Result<TransactionReceipt, Failure> {
        let step = self.journal.step(&format!("{step}/{}", self.name), self.session.node.newest().await?);
        let call = Call::function(&self.name, to, call);
        let receipt = self.session.node.send_once(&self.sender, &mut self.journal, &step, &call).await?;
        progress(&format!("{}: gas {}", call.name, receipt.gas_used));
        self.journal.settle(&step)?;
        Ok(receipt)
    }

    /// Lets the contract take `amount` of the collateral, unless it may already.
    pub async fn allow(&mut self, amount: u128) -> Result<(), Failure> {
        self.token.allow(&self.session, (&self.sender, &mut self.journal), self.contract, amount).await
    }
}
