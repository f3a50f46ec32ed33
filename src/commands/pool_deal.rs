//! `tailproof pool deal`: the deals that ship with the program.

use serde_json::json;
use tailproof::risk::presets::deals::deal;

use crate::cli::{PoolDeal, ShippedDeal};
use crate::failure::Failure;
use crate::files::{self, Access};
use crate::output::{out, print_json};

/// Runs `tailproof pool deal`.
pub fn run(options: &PoolDeal) -> Result<(), Failure> {
    let name = match options.deal {
        ShippedDeal::Consumer2018 => "consumer-2018",
        ShippedDeal::CdxNaIgS7 => "cdx-na-ig-s7",
    };
    let text = deal(name).ok_or(Failure::Defect("a deal of the program is not there"))?;
    if !options.force {
        files::refuse_existing(&options.output, "name another file, or use --force")?;
    }
    files::write(&options.output, text.as_bytes(), Access::Public)?;
    if options.json {
        print_json(&json!({ "deal": options.output }));
    } else {
        out!("wrote {}", options.output.display());
    }
    Ok(())
}
