//! `tailproof pool deal`: the deals that ship with the program.

use serde_json::json;

use crate::cli::{PoolDeal, ShippedDeal};
use crate::failure::Failure;
use crate::files::{self, Access};
use crate::output::{out, print_json};

pub fn run(options: &PoolDeal) -> Result<(), Failure> {
    let text = match options.deal {
        ShippedDeal::Consumer2018 => include_str!("../deals/consumer-2018.toml"),
        ShippedDeal::CdxNaIgS7 => include_str!("../deals/cdx-na-ig-s7.toml"),
    };
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
