//! `tailproof keygen`: development keys.

use std::path::Path;
use std::sync::Arc;

use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use tailproof::Claim;
use tailproof::keys::{DomainKind, insecure_development_keys_of};
use tailproof::store::Kind;
use tailproof::verifier::Shape;

use crate::cli::{Backend, Keygen};
use crate::failure::Failure;
use crate::files;
use crate::flows::deal_under;
use crate::keys;
use crate::options::seed;
use crate::output::{note, out, print_json};
use crate::progress::spin;

/// Runs `tailproof keygen`.
pub fn run(options: &Keygen) -> Result<(), Failure> {
    let shape = shape(options)?;
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

/// Returns the shape that is asked for: by its name, or as the smallest for a mandate or a deal.
fn shape(options: &Keygen) -> Result<Shape, Failure> {
    let shape = match (&options.shape, &options.terms) {
        (Some(shape), _) => shape.parse()?,
        (None, Some(terms)) => return smallest(options, terms),
        (None, None) => return Err(Failure::Usage("give --shape, or --for with a mandate or a deal".into())),
    };
    say_shape(shape, "as given");
    Ok(shape)
}

/// Returns the smallest shape for a mandate or a deal.
fn smallest(options: &Keygen, terms: &Path) -> Result<Shape, Failure> {
    let text = files::read_at_most(terms, files::MOST_JSON)?;
    let kind = Kind::of(&text);
    let set = options.scenarios.as_deref().map(files::scenarios).transpose()?.map(|(set, _)| set);
    let (claim, about) = match (kind, set) {
        (Some(Kind::Deal), _) if options.loans.is_none() => return loans(options).and(Err(Failure::NeedsInsecureDev)),
        (Some(Kind::Deal), set) => {
            (Claim::pool(deal_under(terms, options.assumptions.as_deref())?, set.map(Arc::new))?, loans(options)?)
        }
        // A file that is neither is refused as a mandate.
        (_, None) => {
            return Err(Failure::Usage("the smallest shape for a mandate depends on the set: give --scenarios".into()));
        }
        (_, Some(set)) => (Claim::market(files::mandate(terms)?, set)?, format!("{} book(s)", options.books.max(1))),
    };
    let shape = claim.smallest_shape(options.books, options.loans.unwrap_or(1))?;
    say_shape(shape, &format!("the smallest for {} and {about}", terms.display()));
    Ok(shape)
}

/// Returns the number of loans in words.
fn loans(options: &Keygen) -> Result<String, Failure> {
    let loans = options.loans.ok_or_else(|| {
        Failure::Usage(
            "the smallest shape for a deal depends on the number of loans of the largest tape: give --loans".into(),
        )
    })?;
    Ok(format!("{loans} loans"))
}

/// Says a shape before its keys are made, which may take long.
pub fn say_shape(shape: Shape, why: &str) {
    note!("note: shape {shape}, {why}");
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
