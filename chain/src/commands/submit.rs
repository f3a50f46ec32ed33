//! `tailproof chain submit`: a proof that a book meets a mandate.

use std::path::Path;

use alloy::primitives::{Address, B256, Bytes, U256};
use alloy::sol_types::SolEvent;
use serde_json::json;
use tailproof_verifier::ProofFile;
use tailproof_verifier::encoding::to_bytes;
use tailproof_verifier::export::evm::proof_words;

use super::custodian::{ChainAttestation, FORMAT};
use super::session::{Session, sending};
use super::{records, window};
use crate::cli::{Common, Submit};
use crate::contracts::IMandateLedger::{Rung, Submission};
use crate::contracts::MandateLedger;
use crate::deployment::Mandate;
use crate::error::Failure;
use crate::files;
use crate::ladder::{self, amount, millionths};
use crate::node::Call;
use crate::output::{progress, result};

pub async fn run(common: &Common, options: &Submit) -> Result<(), Failure> {
    let session = Session::open(common).await?;
    let (sender, mut journal) = sending(common, &options.sending)?;
    let entity = sender.signer.address();
    let mandate = session.deployment.mandate(&options.mandate)?;
    let proof = read_proof(&options.proof)?;
    let key = window::key(&options.keys)?;
    let mirror = window::mirror(&session, &mandate.window, &key).await?;
    let newest = mirror.newest().ok_or_else(|| Failure::Usage("the window is not full yet".to_owned()))?;
    let commitment = U256::from_be_bytes(to_bytes(&proof.commitment));
    let ledger = session.address(&mandate.ledger)?;
    let terms = window::terms_of(&session, mandate).await?;
    let bound = U256::from_be_bytes(to_bytes(&proof.context));
    let Some(epoch) = epoch_of(&session, mandate, entity, bound, newest, u64::from(terms.lag)).await? else {
        return Err(Failure::Malformed {
            path: options.proof.clone(),
            problem: format!(
                "the proof is bound to another context than those of {entity} in epochs {} to {newest}: make it with \
                 `tailproof prove --context` and what `tailproof chain mandate context` prints",
                newest.saturating_sub(u64::from(terms.lag))
            ),
        });
    };
    // A record of this epoch and commitment is there: an earlier run has sent it.
    let records = records::records(&session, mandate, entity).await?;
    if records.iter().any(|record| record.epoch == epoch && record.commitment == commitment) {
        let line = format!("the record of epoch {epoch} is there already");
        result(common.json, &json!({ "epoch": epoch, "submitted": false, "already": true }), &line);
        return Ok(());
    }
    let head = window::head(&window::events(&session, &mandate.window).await?, epoch, mirror.size())?;
    let (rung, path) = rung(mandate, options.rung)?;
    let amount_of = |given: &Option<String>, limit: u128| given.as_deref().map_or(Ok(limit), millionths);
    let attestation = options.attestation.as_deref().map(read_attestation).transpose()?;
    let submission = Submission {
        mandate: mandate.id,
        epoch,
        commitment,
        proof: proof_words(&proof.evidence.proof).map(U256::from_be_bytes),
        point: head.point,
        witness: head.witness,
        varBound: if mandate.ladder.is_some() { rung.limit } else { amount_of(&options.var, terms.varLimit)? },
        shortfallBound: amount_of(&options.shortfall, terms.shortfallLimit)?,
        rung,
        path,
        asOf: attestation.as_ref().map_or(0, |attestation| attestation.as_of),
        expires: attestation.as_ref().map_or(0, |attestation| attestation.expires),
        scope: attestation.as_ref().map_or(0, |attestation| attestation.scope),
        signature: attestation.map_or_else(Bytes::new, |attestation| attestation.signature),
    };
    let shown = submission.varBound;
    let call = Call::function(&mandate.ledger, ledger, &MandateLedger::submitCall { submission });
    let step = format!("submit/{}/{entity}/{epoch}/{commitment:x}", options.mandate);
    let receipt = session.node.send_once(&sender, &mut journal, &step, &call).await?;
    journal.settle(&step)?;
    let gas = receipt.gas_used;
    progress(&format!("gas {gas}"));
    let proved = receipt.inner.logs().iter().find_map(|log| MandateLedger::Proved::decode_log(&log.inner).ok());
    let expires = proved.map(|event| event.expires.to::<u64>());
    let line = format!("epoch {epoch}: recorded, value at risk at most {}", amount(shown));
    let json = json!({
        "epoch": epoch, "submitted": true, "transaction": receipt.transaction_hash, "gas": gas, "expires": expires,
        "bound": ladder::decimal(shown),
    });
    result(common.json, &json, &line);
    Ok(())
}

/// Finds the epoch, at most `lag` behind the newest, whose context a proof is bound to.
async fn epoch_of(
    session: &Session,
    mandate: &Mandate,
    entity: Address,
    bound: U256,
    newest: u64,
    lag: u64,
) -> Result<Option<u64>, Failure> {
    for epoch in (newest.saturating_sub(lag)..=newest).rev() {
        if window::context(session, mandate, entity, epoch, false).await? == bound {
            return Ok(Some(epoch));
        }
    }
    Ok(None)
}

/// Reads a Groth16 proof.
pub fn read_proof(path: &Path) -> Result<ProofFile, Failure> {
    let bytes = files::read(path)?;
    let text = std::str::from_utf8(&bytes).map_err(Failure::malformed(path))?;
    ProofFile::from_json(text).map_err(Failure::malformed(path))
}

/// Reads an attestation.
fn read_attestation(path: &Path) -> Result<ChainAttestation, Failure> {
    let attestation: ChainAttestation = files::read_json(path)?;
    if attestation.format != FORMAT || attestation.version != 1 {
        return Err(Failure::malformed(path)(format!("format {}; {FORMAT} 1 is read", attestation.format)));
    }
    Ok(attestation)
}

/// Returns a rung of a mandate and its path; empty ones for a mandate without a ladder.
pub fn rung(mandate: &Mandate, index: Option<u32>) -> Result<(Rung, Vec<B256>), Failure> {
    let none = Rung { index: 0, limit: 0, floor: 0, forecast: U256::ZERO, within: U256::ZERO, exceeded: U256::ZERO };
    let (ladder, index) = match (&mandate.ladder, index) {
        (None, None) => return Ok((none, Vec::new())),
        (Some(ladder), Some(index)) => (ladder, index),
        (Some(_), None) => return Err(Failure::Usage("say which --rung was proved".to_owned())),
        (None, Some(_)) => return Err(Failure::Usage("the mandate has no rungs".to_owned())),
    };
    let shape = mandate.shape.parse().map_err(|error| Failure::Usage(format!("{error}")))?;
    let rungs = ladder.of_shape(shape)?;
    let place = usize::try_from(index).unwrap_or(usize::MAX);
    let Some(rung) = rungs.get(place).cloned() else {
        return Err(Failure::Usage(format!("rung {index}: they are 0 to {}", ladder.rungs - 1)));
    };
    let (_, mut paths) = ladder::tree(&rungs.iter().map(ladder::leaf).collect::<Vec<_>>());
    Ok((rung, paths.swap_remove(place)))
}

#[cfg(test)]
mod tests;
