//! `tailproof ic-row`: the key row of a slot, for whoever keeps a scenario point on a chain.

use serde_json::json;
use tailproof::keys::key_digest;
use tailproof::verifier::export::evm::{Word, g1_words};
use tailproof::verifier::export::key_rows::{KeyRows, NoSlot};

use crate::cli::IcRow;
use crate::failure::Failure;
use crate::keys;
use crate::output::{out, print_json};

/// Runs `tailproof ic-row`.
pub fn run(options: &IcRow) -> Result<(), Failure> {
    let key = keys::verifying_key(&options.keys)?;
    let shape = key.shape();
    let slot = usize::try_from(options.slot).unwrap_or(usize::MAX);
    // Before the rows of all slots are computed.
    NoSlot::check(shape, slot).map_err(about)?;
    let rows = KeyRows::new(&key);
    let row = hexadecimal(&rows.row(slot).map_err(about)?);
    let weight = g1_words(&rows.weight_point(slot).map_err(about)?).map(|word: Word| hexadecimal(&word));
    let path: Vec<String> = rows.path(slot).map_err(about)?.iter().map(|word| hexadecimal(word)).collect();
    let root = hexadecimal(&rows.root());
    if options.json {
        print_json(&json!({
            "shape": shape.to_string(),
            "verifying_key": hex::encode(key_digest(&key)),
            "slot": slot,
            "row": row,
            "weight": weight,
            "path": path,
            "root": root,
        }));
        return Ok(());
    }
    out!("slot    {slot} of {}, keys of shape {shape}", shape.scenarios());
    out!("row     {row}");
    out!("weight  {}", weight.join(" "));
    for (height, sibling) in path.iter().enumerate() {
        out!("{}{sibling}", if height == 0 { "path    " } else { "        " });
    }
    out!("root    {root}");
    Ok(())
}

fn about(error: NoSlot) -> Failure {
    Failure::Usage(error.to_string())
}

fn hexadecimal(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}
