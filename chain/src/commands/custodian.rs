//! `tailproof chain custodian`: attestations as contracts take them.

use std::collections::BTreeMap;
use std::path::Path;

use alloy::primitives::{B256, Bytes};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tailproof::Groth16;
use tailproof::commitments::CommitmentFile;
use tailproof_verifier::encoding::to_bytes;

use super::session::Session;
use super::window;
use crate::cli::{Common, Custodian, CustodianSign};
use crate::contracts::RollingWindow;
use crate::error::Failure;
use crate::files;
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
    pub custodian: alloy::primitives::Address,
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
    let mandate = session.deployment.mandate(&options.mandate)?;
    let on_chain = window::terms_of(&session, mandate).await?;
    let commitment = commitment(&options.commitment)?;
    let source = session.address(&mandate.window)?;
    let terms = session.node.view(&mandate.window, source, &RollingWindow::termsCall {}).await?;
    let as_of = match options.as_of {
        Some(time) => time,
        None => {
            let closed = window::closed(&session, &mandate.window).await?.ok_or_else(|| {
                Failure::Usage("the window has no row whose close would be the default of --as-of".to_owned())
            })?;
            terms.origin + u64::from(closed.period) * u64::from(terms.periodLength)
        }
    };
    let expires = options.expires.unwrap_or(as_of + WEEK);
    let attestation = Attestation {
        commitment,
        subject: subject(options.entity),
        asOf: as_of,
        expires,
        scope: on_chain.scope,
        terms: terms.factors,
    };
    let signature = sign(&signer, attestation_digest(&attestation))?;
    let file = ChainAttestation {
        format: FORMAT.to_owned(),
        version: 1,
        commitment,
        subject: attestation.subject,
        as_of,
        expires,
        scope: attestation.scope,
        terms: attestation.terms,
        custodian: signer.address(),
        signature: signature.into(),
    };
    let custodians = [on_chain.custodian, on_chain.secondCustodian];
    if !custodians.contains(&signer.address()) {
        let named: Vec<String> = custodians.iter().map(ToString::to_string).collect();
        return Err(Failure::Usage(format!(
            "{} is no custodian of mandate \"{}\", which names {}",
            signer.address(),
            options.mandate,
            named.join(", ")
        )));
    }
    progress(&format!(
        "commitment {commitment}, subject {}, scope {:#x}, terms {}",
        file.subject, file.scope, file.terms
    ));
    remember(&common.deployment, &file)?;
    files::write_json(&options.output, &file)?;
    let line = format!("signed as {}, as of {as_of}: {}", signer.address(), options.output.display());
    result(common.json, &json!({ "custodian": signer.address(), "as_of": as_of, "expires": expires }), &line);
    Ok(())
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

/// Reads a commitment file's value for contracts.
fn commitment(path: &Path) -> Result<B256, Failure> {
    let bytes = files::read(path)?;
    let text = std::str::from_utf8(&bytes).map_err(Failure::malformed(path))?;
    let file = CommitmentFile::from_json(text).map_err(Failure::malformed(path))?;
    let value = file.value::<Groth16>().map_err(Failure::malformed(path))?;
    Ok(to_bytes(&value).into())
}
