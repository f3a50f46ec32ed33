//! `tailproof ceremony`: keys made by several parties, so that nobody can forge proofs.

use std::io::{BufRead, IsTerminal, Read, Write};
use std::path::Path;

use rand::RngCore;
use rand::rngs::OsRng;
use serde_json::{Value, json};
use tailproof::core::Problem;
use tailproof::keys::{DomainKind, Powers, PowersOrigin};
use tailproof::prover::ceremony::entropy::Entropy;
use tailproof::prover::ceremony::file::{
    Ceremony as CeremonyFile, Head, Subject, apply_beacon, begin, contribute as add_secret,
};
use tailproof::prover::ceremony::transcript::{Kind, MAX_BEACON, MAX_NAME, Transcript, is_name};
use tailproof::prover::ceremony::verification::Start;
use tailproof::prover::snarkjs_files::known_powers::{PowersDigest, known_powers};
use tailproof::prover::snarkjs_files::powers_of_tau::{Chain, write_development_powers};
use tailproof::store::{Access, Kind as FileKind};
use tailproof::verifier::Shape;
use zeroize::Zeroizing;

use crate::cli::{
    Ceremony, CeremonyBeacon, CeremonyContribute, CeremonyFinish, CeremonyNew, CeremonyPowers, CeremonyVerify,
    PowersHex,
};
use crate::failure::Failure;
use crate::files;
use crate::keys;
use crate::options::domain_kind;
use crate::output::{note, out, print_json, shown};
use crate::progress::{bar, spin};
use crate::writing::{self, Writing};

const NEXT: &str = "a step of a ceremony is not made twice; name another file";

/// Begins to write a step, which replaces none.
fn begin_step(path: &Path, kind: FileKind) -> Result<Writing, Failure> {
    writing::begin(&[writing::output(path, kind, Access::Public, false)], NEXT)
}

/// Runs one of the commands of `tailproof ceremony`.
pub fn run(command: &Ceremony) -> Result<(), Failure> {
    match command {
        Ceremony::Powers(options) => powers(options),
        Ceremony::New(options) => new(options),
        Ceremony::Contribute(options) => contribute(options),
        Ceremony::Beacon(options) => beacon(options),
        Ceremony::Verify(options) => verify(options),
        Ceremony::Finish(options) => finish(options),
    }
}

fn powers(options: &CeremonyPowers) -> Result<(), Failure> {
    let mut step = begin_step(&options.output, FileKind::PowersOfTau)?;
    note!("warning: whoever makes powers of tau alone can forge proofs. For rehearsals, not for production.");
    step.stage_with(0, |file| {
        spin("making powers of tau", || write_development_powers(file, options.power, &mut OsRng))
            .map_err(Failure::io("write", &options.output))
    })?;
    step.put()?;
    out!("wrote {}, powers of tau for domains of up to 2^{}", options.output.display(), options.power);
    Ok(())
}

fn new(options: &CeremonyNew) -> Result<(), Failure> {
    let shape: Shape = options.shape.parse()?;
    let mut step = begin_step(&options.output, FileKind::Ceremony)?;
    let kind = domain_kind(options.power_of_two_domain);
    let (start, digest) = start(shape, kind, None, &options.ptau, options.ptau_digest.as_ref())?;
    step.stage_with(0, |file| {
        begin(start.subject(), start.points(), file).map_err(Failure::ceremony(&options.ptau, &options.output))
    })?;
    step.put()?;
    let subject = start.subject();
    if subject.powers.origin == PowersOrigin::Unknown {
        note!(
            "warning: powers: unknown: one party may have made these powers of tau, and could forge proofs. Not for \
             production; name the digest that their makers publish with --ptau-digest."
        );
    }
    if options.json {
        print_json(&json!({
            "ceremony": shown(&options.output),
            "shape": shape.to_string(),
            "circuit": hex::encode(subject.circuit),
            "powers_of_tau_blake2b": hex::encode(subject.powers.blake2b),
            "powers_of_tau_sha256": hex::encode(digest.sha256),
            "powers_of_tau": digest.name(),
            "powers_of_tau_contributions": chain_name(start.chain()),
            "powers": subject.powers.origin.name(),
            "domain": start.points().h.len(),
        }));
        return Ok(());
    }
    show_subject(&subject, Some((&digest, start.chain())));
    let size = start.points().h.len();
    out!(
        "                {size} points, for which powers of tau of power {} suffice",
        size.next_power_of_two().ilog2()
    );
    out!("wrote {}; each party now runs `tailproof ceremony contribute`", options.output.display());
    Ok(())
}

fn contribute(options: &CeremonyContribute) -> Result<(), Failure> {
    refuse_bad_name(&options.name)?;
    let mut writing = begin_step(&options.output, FileKind::Ceremony)?;
    let mut reader = files::open_large(&options.file)?;
    let mut system = Zeroizing::new([0; 32]);
    OsRng.try_fill_bytes(&mut *system).map_err(|_| Failure::Defect("the system gives no randomness"))?;
    let typed = typed_entropy()?;
    let mut entropy = Entropy::new(&system, &typed);
    let mut head = None;
    writing.stage_with(0, |file| {
        let step = bar("contributing", |progress| add_secret(&mut reader, file, &options.name, &mut entropy, progress));
        head = Some(step.map_err(Failure::ceremony(&options.file, &options.output))?);
        Ok(())
    })?;
    drop(entropy);
    writing.put()?;
    let head = head.ok_or(Failure::Defect("a contribution without a head"))?;
    report_step(&head, &options.output, options.json, !typed.is_empty());
    Ok(())
}

fn beacon(options: &CeremonyBeacon) -> Result<(), Failure> {
    refuse_bad_name(&options.name)?;
    let mut writing = begin_step(&options.output, FileKind::Ceremony)?;
    let digits = options.value.strip_prefix("0x").unwrap_or(&options.value);
    let value = hex::decode(digits).ok().filter(|bytes| (1..=MAX_BEACON).contains(&bytes.len()));
    let value = value.ok_or_else(|| Failure::Option {
        option: "value",
        problem: Problem::OutOfRange {
            what: "the beacon".into(),
            value: options.value.clone(),
            range: format!("1 to {MAX_BEACON} bytes in hex"),
        },
    })?;
    let mut reader = files::open_large(&options.file)?;
    let mut head = None;
    writing.stage_with(0, |file| {
        let step = bar("applying the beacon", |progress| {
            apply_beacon(&mut reader, file, &options.name, &value, options.iterations_log, progress)
        });
        head = Some(step.map_err(Failure::ceremony(&options.file, &options.output))?);
        Ok(())
    })?;
    writing.put()?;
    report_step(&head.ok_or(Failure::Defect("a beacon without a head"))?, &options.output, options.json, false);
    Ok(())
}

fn verify(options: &CeremonyVerify) -> Result<(), Failure> {
    let (start, ceremony, digest) = read(&options.file, &options.ptau, options.ptau_digest.as_ref())?;
    // As the keys that `finish` writes: neither the file's word nor the caller's alone makes powers
    // known.
    let powers = start.powers_with(&ceremony.head.subject);
    let outcome = spin("checking the ceremony", || start.check(&ceremony, &mut OsRng));
    let head = &ceremony.head;
    if options.json {
        print_json(&json!({
            "valid": outcome.is_ok(),
            "reason": outcome.as_ref().err().map(ToString::to_string),
            "shape": head.subject.shape.to_string(),
            "circuit": hex::encode(head.subject.circuit),
            "powers_of_tau_blake2b": hex::encode(head.subject.powers.blake2b),
            "powers_of_tau_sha256": hex::encode(digest.sha256),
            "powers_of_tau": digest.name(),
            "powers_of_tau_contributions": chain_name(start.chain()),
            "powers": powers.origin.name(),
            "domain": ceremony.h.len(),
            "transcript": hex::encode(head.transcript.digest()),
            "steps": steps(&head.transcript),
        }));
    } else if outcome.is_ok() {
        out!(
            "VALID: a ceremony for shape {}, of {} contribution(s)",
            head.subject.shape,
            head.transcript.contributions()
        );
        show(head, powers, &digest, start.chain());
    }
    outcome.map_err(Failure::ceremony(&options.file, &options.file))
}

fn finish(options: &CeremonyFinish) -> Result<(), Failure> {
    let pair = keys::begin_pair(&options.output, options.force)?;
    let (start, ceremony, digest) = read(&options.file, &options.ptau, options.ptau_digest.as_ref())?;
    let (head, chain) = (ceremony.head.clone(), start.chain());
    let powers = start.powers_with(&head.subject);
    let keys = spin("checking the ceremony", || start.keys(ceremony, &mut OsRng));
    let (proving, verifying) = keys.map_err(Failure::ceremony(&options.file, &options.file))?;
    keys::warn_of_development(Some(verifying.header().provenance));
    let written = keys::write_pair(pair, &proving, &verifying)?;
    if options.json {
        print_json(&written);
    } else {
        show(&head, powers, &digest, chain);
        out!("verifying key   {}", written["verifying_key"].as_str().unwrap_or_default());
        out!("proving key     {}", written["proving_key"].as_str().unwrap_or_default());
        out!("wrote {}/proving.key and verifying.key, shape {}", options.output.display(), head.subject.shape);
    }
    Ok(())
}

/// Prints the subject of a ceremony, with what was learnt of the powers of tau if their file was
/// read.
fn show_subject(subject: &Subject, powers: Option<(&PowersDigest, Chain)>) {
    out!("shape           {}", subject.shape);
    out!("circuit         {}", hex::encode(subject.circuit));
    out!("domain          {}", domain_name(subject.domain));
    out!("powers of tau   BLAKE2b-512 {}", hex::encode(subject.powers.blake2b));
    if let Some((digest, _)) = powers {
        out!("                SHA-256 {}", hex::encode(digest.sha256));
    }
    let name = powers.map_or_else(|| known_powers(&subject.powers.blake2b), |(digest, _)| digest.name());
    match (subject.powers.origin, name) {
        (PowersOrigin::Unknown, _) => {
            out!(
                "                powers: unknown: one party may have made them and could forge proofs: NOT FOR PRODUCTION"
            );
        }
        (_, Some(name)) => out!("                powers: known, {name}"),
        (PowersOrigin::Named, None) => {
            out!("                powers: named, by whoever began the ceremony; compare the digest with one that");
            out!("                their makers publish");
        }
        (PowersOrigin::Known, None) => {
            out!("                powers: not known to this program; whoever began the ceremony says that they are");
            out!("                known: compare the digest with one that their makers publish");
        }
    }
    match powers.map(|(_, chain)| chain) {
        Some(Chain::Whole) => {
            out!("                its list of contributions follows from its first challenge, and shows nobody's part");
        }
        Some(Chain::OtherStart) => {
            out!(
                "                its list of contributions does not begin with a known challenge, and shows nobody's part"
            );
        }
        Some(Chain::Empty) => out!("                it lists no contribution"),
        None => {}
    }
}

fn domain_name(kind: DomainKind) -> &'static str {
    match kind {
        DomainKind::Least => "the least of 2^k, 3 2^k, 9 2^k points",
        DomainKind::PowerOfTwo => "the least power of two, for provers that take a .zkey",
    }
}

/// Returns the word for a list of contributions in JSON.
fn chain_name(chain: Chain) -> &'static str {
    match chain {
        Chain::Whole => "follow from the first challenge",
        Chain::OtherStart => "begin with no known challenge",
        Chain::Empty => "none",
    }
}

/// Prints the subject of a ceremony and its steps.
fn show(head: &Head, powers: Powers, digest: &PowersDigest, chain: Chain) {
    show_subject(&Subject { powers, ..head.subject }, Some((digest, chain)));
    let transcript = &head.transcript;
    for (index, (record, digest)) in transcript.records().iter().zip(transcript.digests()).enumerate() {
        let (kind, detail) = match &record.kind {
            Kind::Contribution { .. } => ("contribution", String::new()),
            Kind::Beacon { value, iterations_log } => {
                ("beacon", format!(": {} hashed 2^{iterations_log} times", hex::encode(value)))
            }
        };
        out!("step {:<3} {kind:<13} {}  {}{detail}", index + 1, hex::encode(digest), record.name);
    }
    out!("transcript      {}", hex::encode(transcript.digest()));
    if transcript.contributions() == 1 {
        out!("note: one contribution: whoever made it can forge proofs, if they kept their secret");
    }
    if !transcript.ends_with_beacon() {
        out!("note: no beacon at the end: the last contributor could try many secrets");
    }
}

/// Returns the circuit of a shape, with its points computed from a powers-of-tau file, and the
/// file's digests. The powers must be those of the ceremony `of`, which is compared before anything
/// is computed.
fn start(
    shape: Shape,
    kind: DomainKind,
    of: Option<&Subject>,
    ptau: &Path,
    named: Option<&PowersHex>,
) -> Result<(Start, PowersDigest), Failure> {
    let (reader, digest) = files::open_with_digest(ptau)?;
    of.map_or(Ok(()), |subject| subject.check_powers(&digest)).map_err(Failure::ceremony(ptau, ptau))?;
    let named = named.map(|named| &named.0[..]);
    let start = spin("checking the powers of tau", || Start::new(shape, kind, reader, &digest, named, &mut OsRng));
    Ok((start.map_err(Failure::ceremony(ptau, ptau))?, digest))
}

fn read(file: &Path, ptau: &Path, named: Option<&PowersHex>) -> Result<(Start, CeremonyFile, PowersDigest), Failure> {
    let ceremony = CeremonyFile::read(files::open_large(file)?).map_err(Failure::ceremony(file, file))?;
    let subject = ceremony.head.subject;
    let (start, digest) = start(subject.shape, subject.domain, Some(&subject), ptau, named)?;
    Ok((start, ceremony, digest))
}

/// Returns the text that a person types, or that is piped in.
fn typed_entropy() -> Result<Zeroizing<Vec<u8>>, Failure> {
    let stdin = std::io::stdin();
    let mut bytes = Zeroizing::new(Vec::with_capacity(1 << 16));
    let failed = Failure::io("read", Path::new("standard input"));
    if stdin.is_terminal() {
        let prompt = "Type some random text and press Enter (it is added to the system's randomness): ";
        let _ = std::io::stderr().write_all(prompt.as_bytes());
        stdin.lock().take(1 << 16).read_until(b'\n', &mut bytes).map_err(failed)?;
        while bytes.last().is_some_and(|byte| matches!(byte, b'\r' | b'\n')) {
            bytes.pop();
        }
    } else {
        note!("adding what standard input gives to the system's randomness, up to its end (</dev/null for none)");
        stdin.lock().take(1 << 16).read_to_end(&mut bytes).map_err(failed)?;
    }
    Ok(bytes)
}

fn refuse_bad_name(name: &str) -> Result<(), Failure> {
    if is_name(name) {
        return Ok(());
    }
    Err(Failure::Option {
        option: "name",
        problem: Problem::OutOfRange {
            what: "the name".into(),
            value: name.escape_debug().to_string(),
            range: format!("up to {MAX_NAME} bytes without characters that are not seen or white space at its edges"),
        },
    })
}

fn steps(transcript: &Transcript) -> Vec<Value> {
    let records = transcript.records().iter().zip(transcript.digests());
    records
        .map(|(record, digest)| match &record.kind {
            Kind::Contribution { .. } => {
                json!({ "kind": "contribution", "name": record.name, "digest": hex::encode(digest) })
            }
            Kind::Beacon { value, iterations_log } => json!({
                "kind": "beacon",
                "name": record.name,
                "digest": hex::encode(digest),
                "value": hex::encode(value),
                "iterations_log": iterations_log,
            }),
        })
        .collect()
}

fn report_step(head: &Head, output: &Path, json: bool, typed: bool) {
    let transcript = &head.transcript;
    let digest = hex::encode(transcript.digest());
    if json {
        print_json(&json!({ "ceremony": shown(output), "step": transcript.records().len(), "digest": digest }));
        return;
    }
    show_subject(&head.subject, None);
    let last = transcript.records().last().map(|record| &record.kind);
    if let Some(Kind::Contribution { .. }) = last {
        let source = if typed { "the system's randomness and yours" } else { "the system's randomness" };
        out!("contributed a secret from {source}; it is forgotten");
    }
    out!("step {}: digest {digest}", transcript.records().len());
    out!("wrote {}; keep the digest, and look for it in the final transcript", output.display());
}
