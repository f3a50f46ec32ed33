//! `tailproof attest`: signs statements about commitments, attaches signatures made elsewhere, and
//! shows attestations.

use std::path::Path;

use serde_json::json;
use tailproof::attestations::{About, Attestation, AttestorKey, AttestorSecret, KeyKind, Scope, Statement};
use tailproof::commitments::CommitmentFile;
use tailproof::core::scenarios::factors::factors_digest;
use tailproof::store::{Access, Kind};
use tailproof::verifier::encoding::{input_to_hex, to_hex};
use tailproof::{Backend as _, Groth16, Halo2};

use crate::cli::{
    Attest as Command, AttestAttach, AttestKeygen, AttestShow, AttestSign, AttestorKind, Backend, StatementOptions,
};
use crate::failure::Failure;
use crate::files;
use crate::options::{seconds, word};
use crate::output::{out, print_json};
use crate::writing;

/// Runs one of the commands of `tailproof attest`.
pub fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Keygen(options) => keygen(options),
        Command::Sign(options) => sign(options),
        Command::Attach(options) => attach(options),
        Command::Show(options) => show(options),
    }
}

fn keygen(options: &AttestKeygen) -> Result<(), Failure> {
    let output = writing::output(&options.output, Kind::AttestorKey, Access::Secret, false);
    let mut writing = writing::begin(&[output], "a key in it could be lost; name another file")?;
    let kind = match options.kind {
        AttestorKind::Ed25519 => KeyKind::Ed25519,
        AttestorKind::P256 => KeyKind::P256,
        AttestorKind::Secp256k1 => KeyKind::Secp256k1,
    };
    let secret = AttestorSecret::random(kind, &mut rand::rngs::OsRng);
    writing.stage(0, secret.to_json().as_bytes())?;
    writing.put()?;
    let key = secret.key();
    if options.json {
        print_json(&json!({ "key": key.to_string(), "address": address(&key) }));
    } else {
        out!("{key}");
        print_address(&key);
        out!("wrote {} (SECRET, mode 0600: whoever has it can sign in your name)", options.output.display());
    }
    Ok(())
}

fn sign(options: &AttestSign) -> Result<(), Failure> {
    let statement = statement(&options.statement)?;
    let (Some(path), Some(output)) = (&options.key, &options.output) else {
        let digest = hex_word(&statement.digest());
        if options.json {
            print_json(&json!({ "digest": digest }));
        } else {
            out!("{digest}");
        }
        return Ok(());
    };
    files::refuse_overlap(&[output], &[path, &options.statement.commitment])?;
    let secret = AttestorSecret::from_json(&files::read_text(path)?).map_err(Failure::malformed(path))?;
    let attestation = secret.sign(statement).map_err(|error| Failure::Usage(error.to_string()))?;
    write(&attestation, output, (options.force, options.json))
}

fn attach(options: &AttestAttach) -> Result<(), Failure> {
    files::refuse_overlap(&[&options.output], &[&options.statement.commitment])?;
    let statement = statement(&options.statement)?;
    let key: AttestorKey = options.key.parse().map_err(|error| Failure::Usage(format!("--key: {error}")))?;
    let digits = options.signature.strip_prefix("0x").unwrap_or(&options.signature);
    let bytes = hex::decode(digits).map_err(|_| Failure::Usage("--signature: write the bytes in hex".into()))?;
    let attestation = Attestation::new(statement, key.clone(), &key.canonical_signature(&bytes)).map_err(|error| {
        Failure::Usage(format!("--signature: {error}; compare the options with those that `attest sign --digest` had"))
    })?;
    write(&attestation, &options.output, (options.force, options.json))
}

fn show(options: &AttestShow) -> Result<(), Failure> {
    let text = files::read_text(&options.file)?;
    let attestation = Attestation::from_json(&text).map_err(Failure::malformed(&options.file))?;
    print(&attestation, options.json);
    Ok(())
}

fn write(attestation: &Attestation, path: &Path, (force, json): (bool, bool)) -> Result<(), Failure> {
    let output = writing::output(path, Kind::Attestation, Access::Public, force);
    writing::write_output(&output, attestation.to_json().as_bytes(), "name another file, or use --force")?;
    print(attestation, json);
    if !json {
        out!("wrote {} (public)", path.display());
    }
    Ok(())
}

fn print(attestation: &Attestation, json: bool) {
    let statement = attestation.statement();
    let (commitment, digest) = (hex_word(&statement.commitment), hex_word(&statement.digest()));
    if json {
        print_json(&json!({
            "key": attestation.key().to_string(),
            "address": address(attestation.key()),
            "commitment": commitment,
            "backend": statement.scope.backend(),
            "subject": hex_word(&statement.subject),
            "as_of": statement.as_of,
            "expires": statement.expires,
            "scope": statement.scope.about().map(About::name).collect::<Vec<_>>(),
            "terms": hex::encode(statement.terms),
            "digest": digest,
            "signature": hex::encode(attestation.signature()),
        }));
        return;
    }
    out!("{}", attestation.sentence());
    print_address(attestation.key());
    out!("commitment {commitment} ({})", statement.scope.backend());
    out!("terms {}", hex::encode(statement.terms));
    out!("digest {digest}");
    out!(
        "the signature is this key's; that the key is the attestor's, that it is not revoked, and the time were not checked"
    );
}

fn address(key: &AttestorKey) -> Option<String> {
    key.address().map(|address| format!("0x{}", hex::encode(address)))
}

fn print_address(key: &AttestorKey) {
    if let Some(address) = address(key) {
        out!("Ethereum address {address}");
    }
}

/// Returns the statement of some options.
fn statement(options: &StatementOptions) -> Result<Statement, Failure> {
    let path = &options.commitment;
    let file = CommitmentFile::from_json(&files::read_text(path)?).map_err(Failure::malformed(path))?;
    let no_value = |problem| Failure::Commitment { file: path.clone(), problem };
    let (value, backend) = match options.backend {
        Backend::Groth16 => (to_hex(&file.value::<Groth16>().map_err(no_value)?), Groth16::NAME),
        Backend::Halo2 => (input_to_hex(&file.value::<Halo2>().map_err(no_value)?), Halo2::NAME),
    };
    let terms = match &file {
        CommitmentFile::Book(book) => factors_digest(&book.factors),
        CommitmentFile::Pool(pool) => pool.schema,
    };
    let about: Vec<About> = options.scope.iter().map(|name| about(name)).collect::<Result<_, _>>()?;
    let statement = Statement {
        commitment: word("commitment", &value)?,
        subject: word("subject", &options.subject)?,
        as_of: seconds("as-of", &options.as_of)?,
        expires: seconds("expires", &options.expires)?,
        scope: Scope::new(&about, backend).ok_or(Failure::Defect("a backend has no bit"))?,
        terms,
    };
    statement.check().map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(statement)
}

fn about(name: &str) -> Result<About, Failure> {
    let names = About::ALL.map(About::name).join(", ");
    About::named(name).ok_or_else(|| Failure::Usage(format!("--scope: '{name}' is none of {names}")))
}

fn hex_word(bytes: &[u8; 32]) -> String {
    format!("0x{}", hex::encode(bytes))
}
