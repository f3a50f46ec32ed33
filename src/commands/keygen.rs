//! `tailproof keygen`: development keys.

use std::path::Path;

use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use tailproof::keys::{DomainKind, insecure_development_keys_of};
use tailproof::verifier::Shape;

use crate::cli::{Backend, Keygen};
use crate::failure::Failure;
use crate::keys;
use crate::options::seed;
use crate::output::{out, print_json};
use crate::progress::spin;

/// Runs `tailproof keygen`.
pub fn run(options: &Keygen) -> Result<(), Failure> {
    let shape: Shape = options.shape.parse()?;
    if options.backend == Backend::Halo2 {
        return derive(options, shape);
    }
    if !options.insecure_dev {
        return Err(Failure::NeedsInsecureDev);
    }
    let rng = match &options.seed {
        None => {
            ChaCha20Rng::from_rng(rand::rngs::OsRng).map_err(|_| Failure::Defect("the system gives no randomness"))?
        }
        Some(text) => ChaCha20Rng::from_seed(seed(text)?),
    };
    let kind = crate::options::domain_kind(options.power_of_two_domain);
    let written = write_keys(shape, kind, rng, &options.output, options.force)?;
    if options.json {
        print_json(&written);
    } else {
        out!("wrote {} and verifying.key, shape {shape}", options.output.join("proving.key").display());
        out!("verifying key {}", written["verifying_key"].as_str().unwrap_or_default());
        out!("proving key   {}", written["proving_key"].as_str().unwrap_or_default());
    }
    Ok(())
}

/// Writes the halo2 key file of a shape.
fn derive(options: &Keygen, shape: Shape) -> Result<(), Failure> {
    if options.insecure_dev {
        return Err(Failure::OtherBackend { what: "--insecure-dev", backend: "halo2, whose keys hide nothing" });
    }
    if options.power_of_two_domain {
        return Err(Failure::OtherBackend { what: "--power-of-two-domain", backend: "halo2, which has no .zkey" });
    }
    let written = keys::write_halo2(shape, &options.output, options.force)?;
    if options.json {
        print_json(&written);
    } else {
        out!("wrote {}, shape {shape}: derived, no setup, no secret", options.output.join("halo2.key").display());
        out!("verifying key {}", written["verifying_key"].as_str().unwrap_or_default());
    }
    Ok(())
}

/// Makes development keys, writes them into `folder`, and returns a summary as JSON.
pub fn write_keys(
    shape: Shape,
    kind: DomainKind,
    mut rng: ChaCha20Rng,
    folder: &Path,
    force: bool,
) -> Result<serde_json::Value, Failure> {
    let pair = keys::begin_pair(folder, force)?;
    let (proving, verifying) = spin("making development keys", || insecure_development_keys_of(kind, shape, &mut rng))?;
    keys::warn_of_development(Some(proving.header().provenance));
    keys::write_pair(pair, &proving, &verifying)
}
