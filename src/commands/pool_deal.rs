//! `tailproof pool deal`: the deals that ship with the program.

use serde_json::json;
use tailproof::risk::presets::deals::deal;
use tailproof::store::{Access, Kind};

use crate::cli::{PoolDeal, ShippedDeal};
use crate::failure::Failure;
use crate::output::{out, print_json, shown};
use crate::writing;

/// Runs `tailproof pool deal`.
pub fn run(options: &PoolDeal) -> Result<(), Failure> {
    let name = match options.deal {
        ShippedDeal::Consumer2018 => "consumer-2018",
        ShippedDeal::CdxNaIgS7 => "cdx-na-ig-s7",
        ShippedDeal::Crypto2021 => "crypto-2021",
    };
    let text = deal(name).ok_or(Failure::Defect("a deal of the program is not there"))?;
    let output = writing::output(&options.output, Kind::Deal, Access::Public, options.force);
    writing::write_output(&output, text.as_bytes(), "name another file, or use --force")?;
    if options.json {
        print_json(&json!({ "deal": shown(&options.output) }));
    } else {
        out!("wrote {}", options.output.display());
    }
    Ok(())
}
