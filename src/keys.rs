//! Folders of keys.

use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tailproof::circuits::r1cs::assembly::statement_system;
use tailproof::keys::{
    HALO2_FILE as HALO2, Halo2VerifyingKey, PROVING_FILE as PROVING, Provenance, ProvingKey,
    VERIFYING_FILE as VERIFYING, VerifyingKey, decode_key, decode_verifying_key, derive_proving_key,
    derive_verifying_key, encode_key, encode_verifying_key, key_digest,
};
use tailproof::prover::halo2::Halo2Error;
use tailproof::prover::proving_key::read::ReadKeyError;
use tailproof::store::{Access, Kind};
use tailproof::verifier::inputs::ScenarioInputs;
use tailproof::{
    Backend, Groth16, Halo2, KeysError, MalformedError, PreparedSet, Prover, ProvingBackend, Shape, Verifier,
};

use crate::cached::{self, Cache};
use crate::failure::{Failure, Mismatch};
use crate::files;
use crate::options;
use crate::output::note;
use crate::progress::spin;
use crate::writing::{self, Writing};

/// Name of the halo2 key in folders of the first release, whose format is refused by name.
const OLD_HALO2: &str = "transparent.key";

/// Names of all files of keys.
pub const NAMES: [&str; 3] = [PROVING, VERIFYING, HALO2];

/// A proof system whose keys are kept in folders.
pub trait KeyFolder: ProvingBackend {
    /// Name of the file of the verifying key.
    const FILE: &'static str;

    /// Reads the verifier of a folder.
    fn verifier(folder: &Path) -> Result<Verifier<Self>, Failure>;

    /// Decodes a verifying key.
    fn decoded(bytes: &[u8]) -> Result<Verifier<Self>, MalformedError>;

    /// Reads the proving key of a folder, and returns the prover of it and a verifier's key.
    fn prover(folder: &Path, verifier: Verifier<Self>) -> Result<Prover<Self>, Failure> {
        Ok(Self::loaded(folder, verifier)?.0)
    }

    /// As [`KeyFolder::prover`], with the digest in the header of the proving key's file; with that of
    /// the verifying key, if the proving key follows from it.
    fn loaded(folder: &Path, verifier: Verifier<Self>) -> Result<(Prover<Self>, [u8; 32]), Failure>;

    /// Prepares a scenario set, with what an earlier run kept beside the scenario file. `key` is the
    /// digest of the proving key.
    fn prepare<'p>(
        prover: &'p Prover<Self>,
        key: [u8; 32],
        inputs: &ScenarioInputs,
        scenarios: Option<&Path>,
    ) -> Result<(PreparedSet<'p, Self>, Option<Cache>), Failure>;

    /// Keeps what helps the next run.
    fn keep(set: &PreparedSet<'_, Self>, cache: Option<&Cache>);

    /// Returns the scenario point of `--scenario-point`.
    fn point(text: Option<&str>) -> Result<Option<Self::ScenarioPoint>, Failure>;
}

impl KeyFolder for Groth16 {
    const FILE: &'static str = VERIFYING;

    fn verifier(folder: &Path) -> Result<Verifier<Self>, Failure> {
        Ok(Verifier::new(verifying_key(folder)?))
    }

    fn decoded(bytes: &[u8]) -> Result<Verifier<Self>, MalformedError> {
        decode_verifying_key(bytes).map(Verifier::new)
    }

    fn loaded(folder: &Path, verifier: Verifier<Self>) -> Result<(Prover<Self>, [u8; 32]), Failure> {
        let path = folder.join(PROVING);
        let read = || {
            let (file, length) = files::open_at_most(&path, files::MOST_KEY)?;
            Prover::read(file, length, verifier.into_key()).map_err(|error| match error {
                ReadKeyError::Io(error) => Failure::io("read", &path)(error),
                ReadKeyError::Malformed(error) => Failure::malformed(&path)(error),
                ReadKeyError::Keys(error) => of_keys(folder, error),
            })
        };
        spin("reading the proving key", read)
    }

    fn prepare<'p>(
        prover: &'p Prover<Self>,
        key: [u8; 32],
        inputs: &ScenarioInputs,
        scenarios: Option<&Path>,
    ) -> Result<(PreparedSet<'p, Self>, Option<Cache>), Failure> {
        cached::prepare(prover, key, inputs, scenarios)
    }

    fn keep(set: &PreparedSet<'_, Self>, cache: Option<&Cache>) {
        if let Some(cache) = cache {
            cache.keep(set);
        }
    }

    fn point(text: Option<&str>) -> Result<Option<Self::ScenarioPoint>, Failure> {
        text.map(options::scenario_point).transpose()
    }
}

impl KeyFolder for Halo2 {
    const FILE: &'static str = HALO2;

    fn verifier(folder: &Path) -> Result<Verifier<Self>, Failure> {
        Ok(Verifier::new(halo2_key(folder)?))
    }

    fn decoded(bytes: &[u8]) -> Result<Verifier<Self>, MalformedError> {
        spin("deriving keys", || decode_key(bytes)).map(Verifier::new)
    }

    fn loaded(folder: &Path, verifier: Verifier<Self>) -> Result<(Prover<Self>, [u8; 32]), Failure> {
        let verifying = verifier.into_key();
        let digest = verifying.digest();
        let proving = spin("deriving keys", || derive_proving_key(&verifying))?;
        Ok((made(folder, Prover::new(proving, verifying))?, digest))
    }

    /// Nothing of a set is kept.
    fn prepare<'p>(
        prover: &'p Prover<Self>,
        _: [u8; 32],
        inputs: &ScenarioInputs,
        _: Option<&Path>,
    ) -> Result<(PreparedSet<'p, Self>, Option<Cache>), Failure> {
        Ok((prover.prepare(inputs.clone())?, None))
    }

    fn keep(_: &PreparedSet<'_, Self>, _: Option<&Cache>) {}

    fn point(text: Option<&str>) -> Result<Option<Self::ScenarioPoint>, Failure> {
        match text {
            None => Ok(None),
            Some(_) => Err(Failure::OtherBackend { what: "a scenario point", backend: Halo2::NAME }),
        }
    }
}

/// Whether a folder has the verifying key of a proof system.
pub fn has<B: KeyFolder>(folder: &Path) -> bool {
    folder.join(B::FILE).is_file() || (B::FILE == HALO2 && folder.join(OLD_HALO2).is_file())
}

/// Returns the prover of keys that belong together; says which folder they are in otherwise.
fn made<B: ProvingBackend>(folder: &Path, prover: Result<Prover<B>, KeysError>) -> Result<Prover<B>, Failure> {
    prover.map_err(|error| of_keys(folder, error))
}

/// Returns the failure of keys in a folder that make no prover.
pub fn of_keys(folder: &Path, error: KeysError) -> Failure {
    Failure::Mismatch(match error {
        KeysError::NotAPair => Mismatch::KeyPair(folder.to_owned()),
        KeysError::OtherCircuit { found, expected } => {
            Mismatch::Circuit { folder: folder.to_owned(), found: hex::encode(found), expected: hex::encode(expected) }
        }
        other => return Failure::Keys(other),
    })
}

/// Refuses keys of several sub-books whose circuit is another than that of this version. A contract
/// sees the hash of the list of commitments alone, and older circuits let one commitment be in it
/// twice; `verify` compares them.
pub fn refuse_older_lists(folder: &Path, key: &VerifyingKey) -> Result<(), Failure> {
    let shape = key.shape();
    if shape.books() == 1 {
        return Ok(());
    }
    let expected = statement_system(shape).map_err(|_| of_keys(folder, KeysError::NoCircuit(shape)))?.digest();
    let found = key.header().circuit;
    if found == expected { Ok(()) } else { Err(of_keys(folder, KeysError::OtherCircuit { found, expected })) }
}

/// Reads the Groth16 verifying key of a folder.
pub fn verifying_key(folder: &Path) -> Result<VerifyingKey, Failure> {
    let path = folder.join(VERIFYING);
    decode_verifying_key(&files::read(&path)?).map_err(Failure::malformed(&path))
}

/// Reads the halo2 key of a folder, and derives it again.
fn halo2_key(folder: &Path) -> Result<Halo2VerifyingKey, Failure> {
    let mut path = folder.join(HALO2);
    if !path.exists() && folder.join(OLD_HALO2).exists() {
        path = folder.join(OLD_HALO2);
    }
    let file = files::read(&path)?;
    spin("deriving keys", || decode_key(&file)).map_err(Failure::malformed(&path))
}

/// Undoes a pair of keys that an interrupted command left half done: whoever keeps what is there would
/// keep keys that the next writer takes away.
pub fn tidy_pair(folder: &Path) {
    writing::store().tidy(&[&folder.join(PROVING), &folder.join(VERIFYING)]);
}

/// Begins to write a pair of keys into a folder.
pub fn begin_pair(folder: &Path, force: bool) -> Result<Writing, Failure> {
    let (proving, verifying) = (folder.join(PROVING), folder.join(VERIFYING));
    let outputs = [
        writing::output(&proving, Kind::ProvingKey, Access::Public, force),
        writing::output(&verifying, Kind::VerifyingKey, Access::Public, force),
    ];
    let advice = "proofs made with other keys would no longer verify; name another folder, or use --force";
    writing::begin_in(folder, &outputs, advice)
}

/// Writes a pair of keys, both or neither, and returns what they are.
pub fn write_pair(mut pair: Writing, proving: &ProvingKey, verifying: &VerifyingKey) -> Result<Value, Failure> {
    let (proving_file, verifying_file) = (proving.encode(), encode_verifying_key(verifying));
    pair.stage(0, &proving_file)?;
    pair.stage(1, &verifying_file)?;
    pair.put()?;
    let header = verifying.header();
    let provenance = match header.provenance {
        Provenance::InsecureDevelopment => "insecure-dev",
        Provenance::Ceremony { .. } => "ceremony",
    };
    let powers = header.provenance.powers();
    Ok(json!({
        "shape": header.shape.to_string(),
        "verifying_key": hex::encode(key_digest(verifying)),
        "proving_key": hex::encode(Sha256::digest(&proving_file)),
        "circuit": hex::encode(header.circuit),
        "provenance": provenance,
        "transcript": header.provenance.transcript().map(hex::encode),
        "powers": powers.map(|powers| powers.origin.name()),
        "powers_of_tau_blake2b": powers.map(|powers| hex::encode(powers.blake2b)),
        "domain": proving.domain(),
        "proving_key_bytes": proving_file.len(),
        "verifying_key_bytes": verifying_file.len(),
    }))
}

/// Derives the halo2 key of a shape, writes the part that takes long, and returns what it is.
pub fn write_halo2(shape: Shape, folder: &Path, force: bool) -> Result<Value, Failure> {
    let path = folder.join(HALO2);
    let output = writing::output(&path, Kind::Halo2Key, Access::Public, force);
    let mut writing = writing::begin_in(folder, &[output], "name another folder, or use --force")?;
    let key = spin("deriving keys", || derive_verifying_key(shape).map_err(Halo2Error::from))?;
    let file = encode_key(&key);
    writing.stage(0, &file)?;
    writing.put()?;
    Ok(json!({
        "shape": shape.to_string(),
        "backend": Halo2::NAME,
        "rows": 1u64 << key.params().k(),
        "verifying_key": hex::encode(key.digest()),
        "provenance": "derived",
        "key_bytes": file.len(),
    }))
}

/// Warns on stderr of keys whose maker could forge proofs.
pub fn warn_of_development(provenance: Option<Provenance>) {
    match provenance {
        Some(Provenance::InsecureDevelopment) => note!(
            "warning: these are single-party development keys; whoever made them can forge proofs. Not for production."
        ),
        Some(provenance) if provenance.is_insecure() => note!(
            "warning: these keys come from powers: unknown: one party may have made the powers of tau, and could forge proofs. Not for production."
        ),
        Some(Provenance::Ceremony { .. }) | None => {}
    }
}
