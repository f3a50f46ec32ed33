//! `tailproof scenarios point`: the point that stands for a set and a mandate under a key.

use serde_json::json;
use tailproof::Groth16;
use tailproof::verifier::encoding::to_hex;
use tailproof::verifier::scenario_point::scenario_point;

use crate::claims::scenario_inputs;
use crate::cli::{PublicOptions, ScenarioPoint};
use crate::failure::Failure;
use crate::files;
use crate::keys::{self, KeyFolder};
use crate::output::{out, print_json};

/// Prints the point.
pub fn run(options: &ScenarioPoint) -> Result<(), Failure> {
    let digest = options.file.as_deref().map(files::scenarios).transpose()?.map(|(_, digest)| hex::encode(digest));
    let verifier = Groth16::verifier(&options.keys)?;
    keys::warn_of_development(verifier.provenance());
    let named = PublicOptions {
        scenarios: options.file.clone(),
        mandate: options.mandate.clone(),
        deal: options.deal.clone(),
        assumptions: options.assumptions.clone(),
    };
    let point = scenario_point(verifier.key(), &scenario_inputs(verifier.shape(), &named)?)?;
    let [x, y] = [to_hex(&point.x), to_hex(&point.y)];
    if options.json {
        print_json(&json!({ "scenarios_digest": digest, "scenario_point": [x, y] }));
    } else {
        out!("0x{}{}", &x[2..], &y[2..]);
    }
    Ok(())
}
