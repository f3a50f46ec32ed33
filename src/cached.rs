//! Set points that are kept beside a scenario file, for the next proof over it.

use std::io;
use std::path::{Path, PathBuf};

use tailproof::prover::set_points::SetPoints;
use tailproof::prover::set_points::file::{BYTES, PointsOf, decode, encode, inputs_digest};
use tailproof::store::{Access, Kind};
use tailproof::verifier::inputs::ScenarioInputs;
use tailproof::{Groth16, PreparedSet, Prover};

use crate::failure::Failure;
use crate::files;
use crate::output::note;
use crate::writing;

/// The file of the set points of a scenario file and a proving key.
pub struct Cache {
    path: PathBuf,
    of: PointsOf,
    /// Whether the file was there, and in order.
    found: bool,
}

/// Prepares a scenario set with the set points beside its file, if there are any. `key` is the
/// digest of the proving key. Without a scenario file, or with a stream, nothing is kept.
pub fn prepare<'p>(
    prover: &'p Prover<Groth16>,
    key: [u8; 32],
    inputs: &ScenarioInputs,
    scenarios: Option<&Path>,
) -> Result<(PreparedSet<'p, Groth16>, Option<Cache>), Failure> {
    let Some(path) = scenarios.and_then(|scenarios| beside(scenarios, &key)) else {
        return Ok((prover.prepare(inputs.clone())?, None));
    };
    let of = PointsOf { key, inputs: inputs_digest(inputs) };
    let points = read(&path, &of);
    let found = points.is_some();
    let set = match points {
        Some(points) => prover.prepare_with(inputs.clone(), points)?,
        None => prover.prepare(inputs.clone())?,
    };
    Ok((set, Some(Cache { path, of, found })))
}

/// Returns the path of set points: beside the scenario file, with the first 16 digits of the key's
/// digest.
fn beside(scenarios: &Path, key: &[u8; 32]) -> Option<PathBuf> {
    let mut name = scenarios.file_name().filter(|_| scenarios.is_file())?.to_owned();
    name.push(format!(".points-{}", hex::encode(&key[..8])));
    Some(scenarios.with_file_name(name))
}

/// Reads set points; says why they are not used.
fn read(path: &Path, of: &PointsOf) -> Option<SetPoints> {
    let refused = |why: String| {
        note!("note: {}: {why}; set points are made again", path.display());
        None
    };
    match files::read_at_most(path, BYTES as u64) {
        Err(Failure::Io { error, .. }) if error.kind() == io::ErrorKind::NotFound => None,
        Err(_) => refused("it cannot be read as set points".into()),
        Ok(bytes) => decode(&bytes, of).map_or_else(|error| refused(error.to_string()), Some),
    }
}

impl Cache {
    /// Keeps the set points of proofs that were made. A file that cannot be written is no failure.
    pub fn keep(&self, set: &PreparedSet<'_, Groth16>) {
        if set.refuted() {
            let path = self.path.display();
            note!(
                "warning: {path}: its points are not those of the scenarios, under the right digests; they were made \
                 again, and the file is replaced"
            );
        } else if self.found {
            return writing::store().tidy(&[&self.path]);
        }
        let bytes = encode(set.set_points(), &self.of);
        let output = writing::output(&self.path, Kind::SetPoints, Access::Public, false);
        if let Err(error) = writing::store().write(&output, &bytes) {
            note!("note: set points are not kept: {error}");
        }
    }
}
