//! `tailproof chain custodian`: attestations as contracts take them.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use alloy::primitives::{Address, B256, Bytes};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tailproof::Groth16;
use tailproof::commitments::CommitmentFile;
use tailproof_core::scenarios::factors::factors_digest;
use tailproof_verifier::encoding::to_bytes;

use super::session::Session;
use super::window;
use crate::cli::{Common, Custodian, CustodianSign};
use crate::contracts::RollingWindow;
use crate::error::Failure;
use crate::files;
use crate::ladder::decimal;
use crate::output::{progress, result};
use crate::signer::sign;
use crate::typed::{Attestation, attestation_digest, subject};

/// Seconds that an attestation stands unless another time is given.
const WEEK: u64 = 7 * 86_400;

/// An attestation with a signature of 65 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainAttestation {
    /// `tailproof-chain-attestation`
    pub format: String,
    /// 1
    pub version: u32,
    pub commitment: B256,
    pub subject: B256,
    pub as_of: u64,
    pub expires: u64,
    pub scope: u32,
    pub terms: B256,
    pub custodian: Address,
    pub signature: Bytes,
}

/// The name of the file's format.
pub const FORMAT: &str = "tailproof-chain-attestation";

pub async fn run(common: &Common, command: &Custodian) -> Result<(), Failure> {
    match command {
        Custodian::Sign(options) => sign_attestation(common, options).await,
        Custodian::Address(key) => {
            let address = key.signer()?.address();
            result(common.json, &json!({ "address": address }), &address.to_string());
            Ok(())
        }
    }
}

async fn sign_attestation(common: &Common, options: &CustodianSign) -> Result<(), Failure> {
    let session = Session::open(common).await?;
    let signer = options.key.signer()?;
    let attestation = statement(&session, options, signer.address()).await?;
    let Attestation { commitment, subject, asOf: as_of, expires, scope, terms } = attestation;
    progress(&format!(
        "commitment {commitment}, subject {subject}, as of {as_of}, expires {expires}, scope {scope:#x}, terms {terms}"
    ));
    let custodian = signer.address();
    let signature = sign(&signer, attestation_digest(&attestation))?.into();
    let format = FORMAT.to_owned();
    let file = ChainAttestation {
        format,
        version: 1,
        commitment,
        subject,
        as_of,
        expires,
        scope,
        terms,
        custodian,
        signature,
    };
    remember(&common.deployment, &file)?;
    files::write_json(&options.output, &file)?;
    let line = format!("signed as {custodian}, as of {as_of}: {}", options.output.display());
    result(common.json, &json!({ "custodian": custodian, "as_of": as_of, "expires": expires }), &line);
    Ok(())
}

/// Returns what a custodian is asked to sign. The node says what the mandate and the window are; it
/// is believed only where the mandate's identifier or the commitment file bears it out.
async fn statement(session: &Session, options: &CustodianSign, custodian: Address) -> Result<Attestation, Failure> {
    let mandate = session.deployment.mandate(&options.mandate)?;
    let on_chain = window::terms_of(session, mandate).await?;
    let custodians = [on_chain.custodian, on_chain.secondCustodian];
    if !custodians.contains(&custodian) {
        let named: Vec<String> = custodians.iter().map(ToString::to_string).collect();
        return Err(Failure::Usage(format!(
            "{custodian} is no custodian of mandate \"{}\", which names {}",
            options.mandate,
            named.join(", ")
        )));
    }
    let source = session.address(&mandate.window)?;
    let terms = session.node.view(&mandate.window, source, &RollingWindow::termsCall {}).await?;
    let commitment = commitment(&options.commitment, terms.factors, on_chain.unit)?;
    let as_of = match options.as_of {
        Some(time) => time,
        None => {
            let closed = window::closed(session, &mandate.window).await?.ok_or_else(|| {
                Failure::Usage("the window has no row whose close would be the default of --as-of".to_owned())
            })?;
            let as_of = u64::from(closed.period).saturating_mul(terms.periodLength.into()).saturating_add(terms.origin);
            past(as_of, session)?;
            as_of
        }
    };
    Ok(Attestation {
        commitment,
        subject: subject(options.entity),
        asOf: as_of,
        expires: options.expires.unwrap_or(as_of.saturating_add(WEEK)),
        scope: on_chain.scope,
        terms: terms.factors,
    })
}

/// Enters a statement into the custodian's own list, beside the deployment file.
///
/// # Errors
/// The list has a statement with equal subject, terms, scope and time about another commitment: both together suspend
/// the entity for ever, and anybody may show them.
fn remember(deployment: &Path, file: &ChainAttestation) -> Result<(), Failure> {
    let mut name = deployment.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{:x}.attested.json", file.custodian));
    let path = deployment.with_file_name(name);
    let mut list: BTreeMap<String, B256> = if path.exists() { files::read_json(&path)? } else { BTreeMap::new() };
    let key = format!("{}/{}/{}", file.subject, file.terms, file.as_of);
    if let Some(other) = list.get(&key).filter(|other| **other != file.commitment) {
        return Err(Failure::malformed(&path)(format!(
            "commitment {other} of this entity was signed as of {} already. Two statements about one time contradict each \
             other, and anybody who shows both suspends the entity for ever: sign as of another time",
            file.as_of
        )));
    }
    list.insert(key, file.commitment);
    files::write_json(&path, &list)
}

/// Refuses a close that the node says is yet to come: a statement as of it would be about a book of
/// the future.
fn past(as_of: u64, session: &Session) -> Result<(), Failure> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    if as_of <= now {
        return Ok(());
    }
    let problem = format!("it shows a row that closes at {as_of}, and it is {now} here; --as-of says another time");
    Err(Failure::Rpc { rpc: session.node.name().to_owned(), problem })
}

/// Reads a commitment file's value for contracts. It has to commit to a book over the window's
/// factors, in the mandate's unit, as the statement says. The file shows that; a node may say
/// anything.
fn commitment(path: &Path, factors: B256, unit: u64) -> Result<B256, Failure> {
    let bytes = files::read(path)?;
    let text = std::str::from_utf8(&bytes).map_err(Failure::malformed(path))?;
    let file = CommitmentFile::from_json(text).map_err(Failure::malformed(path))?;
    let CommitmentFile::Book(book) = &file else {
        return Err(Failure::malformed(path)(
            "is a commitment to a pool of loans, and a ledger's mandates are about books",
        ));
    };
    if book.is_pnl {
        return Err(Failure::malformed(path)("is a commitment to a P&L vector, and a window is over factors"));
    }
    let own = factors_digest(&book.factors);
    if own != factors.0 {
        return Err(Failure::malformed(path)(format!(
            "the book's factors have digest {}, and the statement would be about those of {factors}: the window is over \
             other factors, or the node lies",
            B256::from(own)
        )));
    }
    if book.unit.millionths() != unit {
        let (own, of) = (decimal(book.unit.millionths().into()), decimal(unit.into()));
        return Err(Failure::malformed(path)(format!(
            "the book's unit is {own}, and the mandate's is {of}: commit to it again"
        )));
    }
    let value = file.value::<Groth16>().map_err(Failure::malformed(path))?;
    Ok(to_bytes(&value).into())
}

#[cfg(test)]
mod tests;
