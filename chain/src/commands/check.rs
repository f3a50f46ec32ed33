//! Comparisons of a deployment on chain with its configuration and its keys.

use alloy::primitives::U256;
use tailproof::keys::{VerifyingKey, key_digest};
use tailproof_core::scenarios::factors::factors_digest;

use super::session::Session;
use super::window::history;
use crate::config::Window;
use crate::contracts::{RollingWindow, SignedRow, VerifierRouter};
use crate::error::Failure;
use crate::verifier::{constants, same_code};

/// Compares a window on chain with its configuration: key, factors, clock, seats and quorum.
///
/// # Errors
/// They differ; the message says in what.
pub async fn window(session: &Session, config: &Window, key: &VerifyingKey) -> Result<(), Failure> {
    let name = &config.name;
    let address = session.address(name)?;
    let terms = session.node.view(name, address, &RollingWindow::termsCall {}).await?;
    let factors = factors_digest(history(&config.prices)?.factors());
    let rows = session.address(&format!("{name}.rows"))?;
    let quorum = session.node.view("SignedRow", rows, &SignedRow::quorumCall {}).await?;
    let seats = session.node.view("SignedRow", rows, &SignedRow::seatsCall {}).await?;
    let mut differs = vec![
        ("key", terms.key.0 != key_digest(key)),
        ("names of the factors", terms.factors.0 != factors),
        ("origin", terms.origin != config.origin),
        ("period", terms.periodLength != config.period),
        ("quorum", quorum != U256::from(config.quorum)),
        ("number of seats", seats != U256::from(config.seats.len())),
        ("source of rows", session.node.view(name, address, &RollingWindow::rowsCall {}).await? != rows),
    ];
    for seat in &config.seats {
        let is_seat = session.node.view("SignedRow", rows, &SignedRow::isSeatCall { signer: *seat }).await?;
        differs.push(("seats", !is_seat));
    }
    match differs.into_iter().find(|(_, differs)| *differs) {
        None => Ok(()),
        Some((what, _)) => Err(other(name, format!("the {what} on chain is another"))),
    }
}

/// The failure of a comparison.
fn other(contract: &str, reason: String) -> Failure {
    Failure::Refused { contract: contract.to_owned(), call: "the comparison with its configuration".to_owned(), reason }
}

/// Comparisons that were made, in words.
pub struct Compared {
    pub done: Vec<String>,
    /// One that was not made, and why.
    pub left_out: Option<String>,
}

/// Compares the verifier that the router has for a key with the key, and its code with a build of
/// one's own.
///
/// # Errors
/// They differ; the message says in what.
pub async fn verifier(session: &Session, config: &Window, key: &VerifyingKey) -> Result<Compared, Failure> {
    let (name, router) = (format!("{}.verifier", config.name), session.address("router")?);
    let call = VerifierRouter::verifierOfCall { key: key_digest(key).into() };
    let verifier = session.node.view("VerifierRouter", router, &call).await?;
    let deployed = session.address(&name)?;
    if verifier != deployed {
        let key = hex::encode(key_digest(key));
        return Err(other("VerifierRouter", format!("it has {verifier} for key {key}, and {name} is {deployed}")));
    }
    let constants = constants(key);
    for constant in &constants {
        let found = session.node.constant(&name, verifier, constant.name, constant.getter()).await?;
        if found != constant.value {
            let (constant, value, keys) = (constant.name, constant.value, config.keys.display());
            return Err(other(&name, format!("its {constant} is {found:#x}, and {keys} have {value:#x}")));
        }
    }
    // The window has the root as an immutable value, which no getter shows.
    let root = constants.iter().find(|constant| constant.name == "IC_ROOT").map(|root| root.value.to_be_bytes::<32>());
    let window = session.node.code(session.address(&config.name)?).await?;
    if !root.is_some_and(|root| window.windows(32).any(|word| word == root)) {
        return Err(other(&config.name, "its code does not have the root of the key's rows".to_owned()));
    }
    let names: Vec<&str> = constants.iter().map(|constant| constant.name).collect();
    let artifact = config.verifier.display();
    let code = session.node.code(verifier).await?;
    let mut compared = Compared {
        done: vec![
            format!("the router's verifier {verifier} of key {}", hex::encode(key_digest(key))),
            format!("its constants {}", names.join(", ")),
            format!("the root of the key's rows in the code of {}", config.name),
        ],
        left_out: None,
    };
    if same_code(&code, &config.verifier)? {
        compared.done.push(format!("its {} bytes of code with {artifact}", code.len()));
    } else {
        let how = "make it with `tailproof solidity` and `forge build`";
        compared.left_out = Some(format!("its code, since {artifact} is not there: {how}"));
    }
    Ok(compared)
}
