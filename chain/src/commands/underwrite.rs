//! `tailproof chain underwrite`: capital of a class of a cover vault.

use alloy::primitives::U256;
use serde_json::{Value, json};

use super::desk::Desk;
use super::session::Session;
use super::token::{self, Erc20};
use crate::cli::{Class, Common, Underwrite, UnderwriteAction};
use crate::contracts::{CoverVault, TrancheShares};
use crate::error::Failure;
use crate::output::result;

pub async fn run(common: &Common, options: &Underwrite) -> Result<(), Failure> {
    let session = Session::open(common).await?;
    let (junior, vault) = (options.class == Class::Junior, session.address(&options.vault)?);
    let shares = session.node.view(&options.vault, vault, &CoverVault::sharesCall { junior }).await?;
    let name = format!("{}.{}", options.vault, if junior { "junior" } else { "senior" });
    let asset = session.node.view(&name, shares, &TrancheShares::assetCall {}).await?;
    let desk = Desk::open(common, &options.sending, session, (name, shares), asset).await?;
    let (json, line) = match &options.action {
        UnderwriteAction::Deposit { amount } => deposit(desk, amount).await?,
        UnderwriteAction::Redeem => redeem(desk).await?,
        UnderwriteAction::Claim => claim(desk).await?,
    };
    result(common.json, &json, &line);
    Ok(())
}

async fn deposit(mut desk: Desk, amount: &str) -> Result<(Value, String), Failure> {
    let (own, units) = (desk.own(), desk.token.units(amount)?);
    desk.allow(units).await?;
    let call = TrancheShares::requestDepositCall { assets: U256::from(units), controller: own, owner: own };
    desk.send(&format!("underwrite/deposit/{units}"), &call).await?;
    let line = format!("{amount} into {}, executed at the close of the next day; then: claim", desk.name);
    Ok((json!({ "class": desk.name, "deposit": amount }), line))
}

async fn redeem(mut desk: Desk) -> Result<(Value, String), Failure> {
    let own = desk.own();
    let shares = desk.view(&TrancheShares::balanceOfCall { account: own }).await?;
    if shares.is_zero() {
        return Err(Failure::Usage(format!("{own} has no shares of {}; `claim` takes those of a deposit", desk.name)));
    }
    desk.send("underwrite/redeem", &TrancheShares::requestRedeemCall { shares, controller: own, owner: own }).await?;
    let shares = token::shown(shares, decimals(&desk).await?);
    let line = format!("all {shares} shares of {} are to be redeemed, after the cooldown; then: claim", desk.name);
    Ok((json!({ "class": desk.name, "shares": shares }), line))
}

/// Returns the decimals of a class's shares.
async fn decimals(desk: &Desk) -> Result<u8, Failure> {
    desk.view(&Erc20::decimalsCall {}).await
}

async fn claim(mut desk: Desk) -> Result<(Value, String), Failure> {
    let own = desk.own();
    let assets = desk.view(&TrancheShares::maxDepositCall { controller: own }).await?;
    if !assets.is_zero() {
        desk.send("underwrite/claim-deposit", &TrancheShares::deposit_0Call { assets, receiver: own, controller: own })
            .await?;
    }
    let shares = desk.view(&TrancheShares::maxRedeemCall { controller: own }).await?;
    if !shares.is_zero() {
        desk.send("underwrite/claim-redeem", &TrancheShares::redeemCall { shares, receiver: own, controller: own })
            .await?;
    }
    let (deposited, redeemed) = (desk.token.shown(assets), token::shown(shares, decimals(&desk).await?));
    let line = format!("{}: shares of a deposit of {deposited}; collateral of {redeemed} shares", desk.name);
    Ok((json!({ "class": desk.name, "deposited": deposited, "redeemed": redeemed }), line))
}
