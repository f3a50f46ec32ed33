//! `tailproof pool month`: proves a month, and adds it to the ledger in one go.

use std::path::PathBuf;

use ark_bn254::Fr;
use serde_json::json;
use tailproof::ledger::KeyRing;
use tailproof::pool_ledger::{Place, PoolLedger, PoolLedgerError, PoolStepError, StepKind};
use tailproof::store::{Access, Kind as FileKind, Output, Replace};
use tailproof::verifier::encoding::input_to_hex;
use tailproof::{Backend, Claim, Deal, DealClaim, Groth16, Halo2, Months, RollClaim, Statement};

use super::step::in_words;
use super::{not_added, read};
use crate::cli::PoolMonth;
use crate::evidence::Folder;
use crate::failure::Failure;
use crate::files;
use crate::keys::{self, KeyFolder};
use crate::months::Tapes;
use crate::output::{out, print_json, shown};
use crate::pools::in_deal;
use crate::progress::spin;
use crate::writing;

/// Proves a month and adds it: the ledger, the proof and a copy of the deal are written, or nothing.
pub fn month(options: &PoolMonth) -> Result<(), Failure> {
    // Read once: the copy is of the deal that is proved.
    let text = files::read_text_at_most(&options.deal, files::MOST_TOML)?;
    let deal = Deal::from_toml(&options.deal.display().to_string(), &text)?;
    let schema = deal.require_schema().map_err(in_deal)?;
    let date = schema.require_terms().map_err(in_deal)?.cut_off;
    let proof_file = options.files.join(format!("{date}.proof.json"));
    let deal_file = options.files.join(format!("{date}.deal.toml"));
    // What an interrupted process left half done is undone before the ledger and the folder are read: the
    // folder may have its copy of the deal. And also where the month is in the ledger already.
    writing::store().tidy(&[&options.ledger, &proof_file, &deal_file]);
    let folder = if options.files.is_dir() { Some(Folder::read(&options.files)?) } else { None };
    let deal = match &folder {
        Some(folder) => folder.under(deal),
        None => deal,
    };
    let claim = RollClaim::new(DealClaim::new(deal, None)?)?;
    let refused = |problem| Failure::PoolStep { file: options.ledger.clone(), problem };
    // Before anything is made; and again below, since another process may add to it until then.
    next(&read(&options.ledger)?, &claim).map_err(refused)?;
    refuse_overlap(options, &[&options.ledger, &proof_file, &deal_file])?;
    let keeps_deal = folder.is_some_and(|folder| folder.has(&claim.deal().digest()));
    // The ledger last: a step is there only with its proof. No proof is replaced: another ledger may be
    // about it, and no second proof has its digest.
    let new = |path| Output { path, access: Access::Public, replace: Replace::Never };
    let mut outputs = vec![new(&*proof_file)];
    if !keeps_deal {
        outputs.push(new(&*deal_file));
    }
    outputs.push(writing::adding(&options.ledger, FileKind::PoolLedger, Access::Public));
    // From here on nobody else adds to the ledger.
    let mut writing = writing::begin_in(&options.files, &outputs, "each ledger has a folder of its own; name another")?;
    let mut ledger = read(&options.ledger)?;
    let place = next(&ledger, &claim).map_err(refused)?;
    let months = tapes(options).open(claim.deal())?;
    let proof = match ledger.beginning().backend == Halo2::NAME {
        true => proved::<Halo2>(options, &ledger, &place, &claim, &months)?,
        false => proved::<Groth16>(options, &ledger, &place, &claim, &months)?,
    };
    let mut ring = KeyRing::default();
    match ledger.beginning().backend == Halo2::NAME {
        true => ring.halo2.push(Halo2::verifier(&options.keys)?),
        false => ring.groth16.push(Groth16::verifier(&options.keys)?),
    }
    let claim: Claim = claim.into();
    let added = ledger.append(&claim, &proof, &ring);
    let added = added.map_err(|problem| not_added(&options.ledger, &proof_file, &options.keys, problem))?;
    let mut contents = vec![proof];
    if !keeps_deal {
        contents.push(text.as_bytes().to_vec());
    }
    contents.push(ledger.to_json().into_bytes());
    for (output, bytes) in contents.iter().enumerate() {
        writing.stage(output, bytes)?;
    }
    writing.put()?;
    let head = hex::encode(ledger.head());
    if options.json {
        let Place { kind, from, cut_off } = &added.place;
        let commitments = &added.verified.sub_books;
        print_json(&json!({
            "kind": kind, "from": from, "cut_off": cut_off, "proof": shown(&proof_file), "commitments": commitments,
            "claims": added.verified.claims, "head": head,
        }));
        return Ok(());
    }
    out!("proved and added {}:", in_words(&added.place));
    for sentence in &added.verified.claims {
        out!("  {sentence}");
    }
    out!("wrote {}", proof_file.display());
    if !keeps_deal {
        out!("wrote {}", deal_file.display());
    }
    out!("head {head}");
    Ok(())
}

/// Returns the place of a month behind the last one. A roll-forward to the last cut-off is none.
fn next(ledger: &PoolLedger, claim: &RollClaim) -> Result<Place, PoolStepError> {
    let place = ledger.place(&claim.clone().into())?;
    if place.kind == StepKind::Month {
        return Ok(place);
    }
    let last = ledger.last().0.to_owned();
    Err(PoolLedgerError::OutOfOrder { cut_off: place.cut_off, last }.into())
}

fn tapes(options: &PoolMonth) -> Tapes<'_> {
    Tapes {
        after: (&options.pool, &options.opening),
        before: (&options.before, &options.before_opening),
        reading: options.reading.clone(),
        reasons: options.reasons.as_deref(),
        deal: &options.deal,
    }
}

/// Refuses an output that is also an input.
fn refuse_overlap(options: &PoolMonth, outputs: &[&PathBuf]) -> Result<(), Failure> {
    let mut inputs = vec![&options.pool, &options.opening, &options.before, &options.before_opening];
    inputs.extend(&options.reasons);
    let keys = keys::NAMES.map(|name| options.keys.join(name));
    inputs.extend(&keys);
    let [outputs, inputs] = [outputs, &inputs].map(|paths| paths.iter().map(|path| path.as_path()).collect::<Vec<_>>());
    files::refuse_overlap(&outputs, &inputs)
}

/// Returns the proof file of a month, bound to its place.
fn proved<B: KeyFolder>(
    options: &PoolMonth,
    ledger: &PoolLedger,
    place: &Place,
    claim: &RollClaim,
    months: &Months,
) -> Result<Vec<u8>, Failure> {
    let refused = |problem| Failure::PoolStep { file: options.ledger.clone(), problem };
    // Before work that takes long.
    let pools = [months.before(), months.after()];
    let commitments = pools.map(|pool| input_to_hex(&pool.commitment::<B::Field>()));
    ledger.check_commitments_of(place, &commitments).map_err(refused)?;
    let verifier = B::verifier(&options.keys)?;
    keys::warn_of_development(verifier.provenance());
    let statement = Statement::new(claim, months, verifier.shape(), Some(ledger.context::<Fr>(place)))?;
    let (prover, key) = B::loaded(&options.keys, verifier)?;
    let (set, _) = B::prepare(&prover, key, statement.inputs(), None)?;
    let proof = spin("proving", || set.prove_statement(&statement, &mut rand::rngs::OsRng))?;
    Ok(proof.to_json().into_bytes())
}
