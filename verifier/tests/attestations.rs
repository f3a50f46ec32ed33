//! Attestations and contexts against vectors that Solidity reads too, and attacks on them.

use std::path::Path;

use ark_bn254::Fr;
use pasta_curves::Fp;
use serde_json::Value;
use tailproof_verifier::attestation::check::check;
use tailproof_verifier::attestation::{
    About, Attestation, Attested, AttestorKey, Committed, Expected, KeyKind, MonthEnd, NoAttestation, Scope,
    SignatureError, Statement, StatementError, Vouched, time,
};
use tailproof_verifier::context::Place;
use tailproof_verifier::digest_list::DigestList;
use tailproof_verifier::encoding::{input_to_hex, to_hex};
use tailproof_verifier::{Backend, Groth16, Halo2};

fn vectors(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/test/vectors").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap().strip_prefix("0x").unwrap()).unwrap()
}

fn word<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

fn statement(vector: &Value) -> Statement {
    Statement {
        commitment: word(&vector["commitment"]),
        subject: word(&vector["subject"]),
        as_of: vector["asOf"].as_u64().unwrap(),
        expires: vector["expires"].as_u64().unwrap(),
        scope: Scope::from_bits(u32::try_from(vector["scope"].as_u64().unwrap()).unwrap()).unwrap(),
        terms: word(&vector["terms"]),
    }
}

fn key(vector: &Value) -> AttestorKey {
    vector["key"].as_str().unwrap().parse().unwrap()
}

fn accepted() -> Vec<Attestation> {
    let all = vectors("attestations.json")["accepted"].clone();
    let read = |vector: &Value| Attestation::new(statement(vector), key(vector), &bytes(&vector["signature"]));
    all.as_array().unwrap().iter().map(|vector| read(vector).unwrap()).collect()
}

#[test]
fn digests_and_signatures_are_those_of_the_vectors() {
    let all = vectors("attestations.json");
    let all = all["accepted"].as_array().unwrap();
    assert_eq!(all.len(), 6);
    for (vector, attestation) in all.iter().zip(accepted()) {
        assert_eq!(attestation.statement().digest(), word(&vector["digest"]), "{}", vector["name"]);
        let address = attestation.key().address().unwrap_or_default();
        assert_eq!(address, word(&vector["address"]), "{}", vector["name"]);
    }
}

#[test]
fn refused_vectors_are_refused_for_their_reason() {
    let all = vectors("attestations.json");
    let all = all["refused"].as_array().unwrap();
    assert_eq!(all.len(), 20);
    for vector in all {
        let signature = bytes(&vector["signature"]);
        let error = key(vector).verify(&statement(vector).digest(), &signature).unwrap_err();
        let expected = match vector["why"].as_str().unwrap() {
            "length" => SignatureError::Length(signature.len()),
            "high-s" => SignatureError::HighS,
            _ => SignatureError::NotSigned,
        };
        assert_eq!(error, expected, "{}", vector["name"]);
        assert!(Attestation::new(statement(vector), key(vector), &signature).is_err());
    }
}

#[test]
fn signatures_of_other_signers_are_brought_to_one_form() {
    let all = vectors("attestations.json");
    let high: Vec<_> = all["refused"].as_array().unwrap().iter().filter(|vector| vector["why"] == "high-s").collect();
    assert_eq!(high.len(), 2, "of P-256 and of secp256k1");
    for high in high {
        let (key_of_high, digest) = (key(high), statement(high).digest());
        let low = key_of_high.canonical_signature(&bytes(&high["signature"]));
        assert!(key_of_high.verify(&digest, &low).is_ok());
        if key_of_high.kind() != KeyKind::Secp256k1 {
            continue;
        }
        for recovery in [0, 1, 27, 28] {
            assert_eq!(key_of_high.canonical_signature(&[&low[..], &[recovery]].concat()), low);
        }
        // No other byte is dropped.
        assert_eq!(key_of_high.canonical_signature(&[&low[..], &[2]].concat()).len(), 65);
    }
    // ASN.1 DER, as a KMS writes it, of both ECDSA kinds.
    for attestation in accepted() {
        let signature = attestation.signature();
        let der = match attestation.key() {
            AttestorKey::Ed25519(_) => continue,
            AttestorKey::P256(_) => p256::ecdsa::Signature::from_slice(signature).unwrap().to_der().as_bytes().to_vec(),
            AttestorKey::Secp256k1(_) => {
                k256::ecdsa::Signature::from_slice(signature).unwrap().to_der().as_bytes().to_vec()
            }
        };
        assert_eq!(attestation.key().canonical_signature(&der), signature);
    }
}

#[test]
fn files_are_read_byte_for_byte_and_every_changed_field_is_refused() {
    for attestation in accepted() {
        let text = attestation.to_json();
        assert_eq!(Attestation::from_json(&text).unwrap(), attestation);
        let json: serde_json::Map<String, Value> = serde_json::from_str(&text).unwrap();
        assert_eq!(json.len(), 12);
        for (field, value) in &json {
            let changed = match value {
                Value::Number(number) => (number.as_u64().unwrap() + 1).into(),
                Value::Array(_) => Value::from(vec!["nav"]),
                Value::String(text) => {
                    let last = if text.ends_with('0') { '1' } else { '0' };
                    Value::from(format!("{}{last}", &text[..text.len() - 1]))
                }
                other => panic!("{other}"),
            };
            let mut other = json.clone();
            other.insert(field.clone(), changed);
            assert!(Attestation::from_json(&serde_json::to_string(&other).unwrap()).is_err(), "{field}");
            other.remove(field);
            assert!(Attestation::from_json(&serde_json::to_string(&other).unwrap()).is_err(), "no {field}");
        }
        for (from, to) in [
            ("\"version\": 1", "\"version\": 1, \"more\": 1"),
            ("\"key\": \"", "\"key\": \"  "),
            ("\"assets\"", "\"assets\", \"assets\""),
            ("\"0x", "\"0X"),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text);
            assert!(Attestation::from_json(&changed).is_err(), "{to}");
        }
        let digits = text.replace(&hex::encode(attestation.signature()), &hex::encode_upper(attestation.signature()));
        assert!(digits == text || Attestation::from_json(&digits).is_err());
    }
}

#[test]
fn keys_have_one_spelling_and_no_key_verifies_what_nobody_signed() {
    for attestation in accepted() {
        let text = attestation.key().to_string();
        assert_eq!(&text.parse::<AttestorKey>().unwrap(), attestation.key());
        for other in
            [text.to_uppercase(), format!("{text}00"), format!(" {text}"), text.replace(':', ""), text[..20].into()]
        {
            assert!(other.parse::<AttestorKey>().is_err(), "{other}");
        }
    }
    // The neutral element and other points of small order of Ed25519.
    for weak in [format!("01{}", "00".repeat(31)), "00".repeat(32), format!("ec{}7f", "ff".repeat(30))] {
        assert!(format!("ed25519:{weak}").parse::<AttestorKey>().is_err(), "{weak}");
    }
    assert!(format!("p256:02{}", "ff".repeat(32)).parse::<AttestorKey>().is_err());
    assert!("rsa:00".parse::<AttestorKey>().is_err());
}

#[test]
fn statements_without_a_meaning_are_refused() {
    let good = accepted()[0].statement().clone();
    assert_eq!(good.check(), Ok(()));
    let expired = Statement { expires: good.as_of, ..good.clone() };
    assert!(matches!(expired.check(), Err(StatementError::Expires { .. })));
    let milliseconds = Statement { expires: good.expires * 1000, ..good.clone() };
    assert_eq!(milliseconds.check(), Err(StatementError::TooLate(good.expires * 1000)));
    let nothing = Statement { scope: Scope::new(&[], "groth16-bn254").unwrap(), ..good };
    assert_eq!(nothing.check(), Err(StatementError::NoScope));
    for bits in [0, 1, 0x30001, 0x10021, 0x8001_0001] {
        assert_eq!(Scope::from_bits(bits), None, "{bits:x}");
    }
    assert_eq!(Scope::new(&[About::Nav], "another"), None);
}

#[test]
fn times_are_unix_seconds_or_utc() {
    for (text, seconds) in
        [("0", Some(0)), ("1790000000", Some(1_790_000_000)), ("2026-09-21T14:13:20Z", Some(1_790_000_000))]
    {
        assert_eq!(time::parse(text), seconds, "{text}");
    }
    assert_eq!(time::text(1_790_000_000), "2026-09-21T14:13:20Z");
    for text in [
        "",
        "-1",
        "+1",
        "1.5",
        "tomorrow",
        "2026-09-21",
        "1969-12-31T23:59:59Z",
        "2026-09-21T14:13:20.5Z",
        "253402300800",
    ] {
        assert_eq!(time::parse(text), None, "{text}");
    }
}

/// The expectations of a verifier that all three first vectors meet.
fn expected<'e>(first: &Attestation, keys: &'e [AttestorKey], commitments: &'e [Committed]) -> Expected<'e> {
    let (subject, at) = (Some(first.statement().subject), first.statement().as_of + 1);
    Expected { keys, commitments, backend: "groth16-bn254", subject, at, revoked: None }
}

/// The commitment of a statement, under its terms.
fn committed(statement: &Statement) -> Committed {
    Committed { commitment: statement.commitment, terms: statement.terms, date: None }
}

fn only_reason(outcome: &Attested) -> NoAttestation {
    assert!(!outcome.is_valid() && outcome.vouched.is_empty() && !outcome.nav());
    assert_eq!(outcome.lines()[0], "attested by nobody");
    let [missing] = &outcome.missing[..] else { panic!("{outcome:?}") };
    assert_eq!(missing.reasons.len(), 1);
    missing.reasons[0].clone()
}

#[test]
fn an_attestation_of_another_thing_or_time_does_not_count() {
    for given in accepted().chunks(2) {
        let first = &given[0];
        let (keys, commitments) = ([first.key().clone()], [committed(first.statement())]);
        let good = expected(first, &keys, &commitments);
        let given = std::slice::from_ref(first);
        let outcome = check(given, &good);
        assert!(outcome.is_valid() && outcome.missing.is_empty(), "{outcome:?}");
        assert_eq!(outcome.vouched.len(), 1);
        assert!(!outcome.nav(), "nobody vouches for the net asset value");
        let line = &outcome.lines()[0];
        let stated =
            format!("attested by {} as of 2026-09-21T14:13:20Z until 2027-01-15T08:00:00Z, about assets", keys[0]);
        assert!(line.starts_with(&stated) && line.ends_with("revocation: not checked"), "{line}");

        let reason = |expected: Expected<'_>| only_reason(&check(given, &expected));
        let Statement { as_of, expires, .. } = *first.statement();
        assert!(check(given, &Expected { at: as_of, ..good.clone() }).is_valid());
        assert!(check(given, &Expected { at: expires - 1, ..good.clone() }).is_valid());
        assert!(matches!(reason(Expected { at: expires, ..good.clone() }), NoAttestation::Expired(_)));
        assert!(matches!(reason(Expected { at: as_of - 1, ..good.clone() }), NoAttestation::NotYet(_)));
        assert!(matches!(reason(Expected { subject: Some([9; 32]), ..good.clone() }), NoAttestation::OtherSubject(_)));
        let [other_terms, other] =
            [Committed { terms: [9; 32], ..commitments[0] }, Committed { commitment: [9; 32], ..commitments[0] }];
        assert!(matches!(
            reason(Expected { commitments: &[other_terms], ..good.clone() }),
            NoAttestation::OtherTerms(_)
        ));
        assert!(matches!(
            reason(Expected { commitments: &[other], ..good.clone() }),
            NoAttestation::OtherCommitment(_)
        ));
        assert!(matches!(
            reason(Expected { backend: "halo2-ipa-pasta", ..good.clone() }),
            NoAttestation::OtherBackend { .. }
        ));
        let list = format!("# revoked\n\n0x{}\n", hex::encode(first.statement().digest()));
        let revoked = DigestList::of_attestations(&list).unwrap();
        assert!(matches!(reason(Expected { revoked: Some(&revoked), ..good.clone() }), NoAttestation::Revoked(_)));
        let none = DigestList::of_attestations("").unwrap();
        let outcome = check(given, &Expected { revoked: Some(&none), ..good.clone() });
        assert!(outcome.is_valid() && !outcome.lines()[0].contains("not checked"));
        assert_eq!(only_reason(&check(&[], &good)), NoAttestation::Absent);
    }
}

#[test]
fn a_key_that_nobody_asked_for_vouches_for_nothing() {
    let all = accepted();
    let commitments = [committed(all[0].statement())];
    let asked = [all[0].key().clone()];
    let outcome = check(&all[2..3], &expected(&all[0], &asked, &commitments));
    assert_eq!(only_reason(&outcome), NoAttestation::Absent);
    assert_eq!(outcome.not_asked, [all[2].key().clone()]);
    // Nothing asked for: nobody vouches, and the verdict does not rest on it.
    let outcome = check(&all[..1], &expected(&all[0], &[], &commitments));
    assert!(outcome.is_valid() && outcome.vouched.is_empty() && !outcome.nav());
    assert_eq!(outcome.lines()[0], "attested by nobody");
    // All three asked for, one absent.
    let keys: Vec<_> = all.iter().step_by(2).map(|attestation| attestation.key().clone()).collect();
    let firsts: Vec<_> = all.iter().step_by(2).cloned().collect();
    assert!(check(&firsts, &expected(&all[0], &keys, &commitments)).is_valid());
    assert!(!check(&firsts[1..], &expected(&all[0], &keys, &commitments)).is_valid());
}

#[test]
fn one_sub_book_that_nobody_vouches_for_is_missing() {
    let all = accepted();
    let keys = [all[0].key().clone()];
    let first = committed(all[0].statement());
    let commitments = [first, Committed { commitment: [7; 32], ..first }];
    let outcome = check(&all[..1], &expected(&all[0], &keys, &commitments));
    assert!(!outcome.is_valid() && !outcome.nav());
    assert_eq!((outcome.vouched.len(), outcome.missing.len()), (1, 1));
    assert_eq!(outcome.missing[0].commitment, commitments[1]);
}

/// Each commitment of a month is under the schema of its own date, and the words say which one nobody
/// vouches for.
#[test]
fn both_commitments_of_a_month_are_vouched_for_under_their_own_terms() {
    let base = accepted()[0].statement().clone();
    let [before, after] =
        [(1, 3), (2, 4)].map(|(name, terms)| Statement { commitment: [name; 32], terms: [terms; 32], ..base.clone() });
    let months = [(&before, MonthEnd::Earlier), (&after, MonthEnd::Later)]
        .map(|(statement, date)| Committed { date: Some(date), ..committed(statement) });
    let [of_before, of_after] = [&before, &after].map(signed);
    let keys = [of_before.key().clone()];
    let good = expected(&of_before, &keys, &months);
    let outcome = check(&[of_after.clone(), of_before.clone()], &good);
    assert!(outcome.is_valid(), "{outcome:?}");
    let lines = outcome.lines();
    assert!(lines[0].contains("; of the earlier commitment;") && lines[1].contains("; of the later commitment;"));
    for (given, words) in [(&of_after, "the earlier commitment"), (&of_before, "the later commitment")] {
        let outcome = check(std::slice::from_ref(given), &good);
        let [fault] = &outcome.faults()[..] else { panic!("{outcome:?}") };
        assert!(!outcome.is_valid() && fault.contains(&format!("does not vouch for {words} 0x")), "{fault}");
    }
    // The earlier commitment under the schema of the later date.
    let swapped = signed(&Statement { terms: after.terms, ..before.clone() });
    let outcome = check(&[swapped, of_after], &good);
    let [missing] = &outcome.missing[..] else { panic!("{outcome:?}") };
    assert!(matches!(&missing.reasons[..], [NoAttestation::OtherTerms(_), NoAttestation::OtherCommitment(_)]));
}

/// Signs with a key that nobody else uses.
fn signed(statement: &Statement) -> Attestation {
    use ed25519_dalek::Signer;
    let secret = ed25519_dalek::SigningKey::from_bytes(&[5; 32]);
    let signature = secret.sign(&statement.digest()).to_bytes();
    Attestation::new(statement.clone(), AttestorKey::Ed25519(secret.verifying_key()), &signature).unwrap()
}

#[test]
fn replaced_attestations_are_told_and_lend_no_net_asset_value() {
    let base = accepted()[0].statement().clone();
    let with = |about: &[About], as_of| {
        signed(&Statement { scope: Scope::new(about, "groth16-bn254").unwrap(), as_of, ..base.clone() })
    };
    let old = with(&[About::Assets, About::Nav], base.as_of);
    let new = with(&[About::Assets], base.as_of + 10);
    let (keys, commitments) = ([old.key().clone()], [committed(&base)]);
    let good = Expected { at: base.as_of + 10, ..expected(&old, &keys, &commitments) };
    let alone = check(std::slice::from_ref(&old), &good);
    assert!(alone.nav() && alone.vouched[0].replaced_by.is_none());
    let both = [old.clone(), new.clone()];
    let outcome = check(&both, &good);
    assert!(outcome.is_valid() && !outcome.nav());
    let told: Vec<_> = outcome.vouched.iter().map(|Vouched { replaced_by, .. }| *replaced_by).collect();
    assert_eq!(told, [None, Some(new.statement().digest())]);
    assert!(outcome.lines()[1].contains("replaced by the newer statement"));
    // Not yet made at the time asked about; revoked.
    assert!(check(&both, &Expected { at: base.as_of + 9, ..good.clone() }).nav());
    let revoked = DigestList::of_attestations(&format!("0x{}", hex::encode(new.statement().digest()))).unwrap();
    let outcome = check(&both, &Expected { revoked: Some(&revoked), ..good.clone() });
    assert!(outcome.nav() && outcome.vouched[0].replaced_by.is_none());
    // A newer statement of the same subject about another commitment is told too.
    let tomorrow = signed(&Statement { commitment: [8; 32], as_of: base.as_of + 5, ..base.clone() });
    let outcome = check(&[old, tomorrow.clone()], &good);
    assert!(outcome.is_valid() && outcome.nav());
    assert_eq!(outcome.vouched[0].replaced_by, Some(tomorrow.statement().digest()));
}

#[test]
fn attestations_of_different_entities_do_not_add_up() {
    let base = accepted()[0].statement().clone();
    let one = signed(&base);
    let other = signed(&Statement { subject: [4; 32], commitment: [3; 32], ..base.clone() });
    let second = Committed { commitment: [3; 32], ..committed(&base) };
    let (keys, commitments) = ([one.key().clone()], [committed(&base), second]);
    let any = Expected { subject: None, ..expected(&one, &keys, &commitments) };
    let outcome = check(&[one, other], &any);
    assert!(!outcome.is_valid() && outcome.missing.is_empty());
    assert_eq!(outcome.subjects.len(), 2);
}

#[test]
fn a_revocation_list_with_a_doubtful_line_is_refused() {
    for line in ["0x12", "12".repeat(32).as_str(), &format!("0x{}", "AB".repeat(32)), "nothing"] {
        let error = DigestList::of_attestations(&format!("# list\n{line}\n")).unwrap_err().to_string();
        assert!(error.starts_with("row 2"), "{error}");
    }
}

#[test]
fn contexts_are_those_of_the_vectors_over_both_fields() {
    let all = vectors("contexts.json");
    let all = all["contexts"].as_array().unwrap();
    assert_eq!(all.len(), 3);
    for vector in all {
        let number = |name: &str| vector[name].as_str().unwrap().parse().unwrap();
        let place = Place {
            chain_id: number("chainId"),
            ledger: word(&vector["ledger"]),
            entity: word(&vector["entity"]),
            claim: word(&vector["claim"]),
            period: number("period"),
        };
        assert_eq!(to_hex(&place.context::<Fr>()), vector["context"].as_str().unwrap());
        assert_eq!(input_to_hex(&place.context::<Fp>()), vector["context"].as_str().unwrap());
        assert_ne!(Place { period: place.period ^ 1, ..place }.hash(), place.hash());
    }
}

#[test]
fn every_backend_says_its_level_of_security() {
    for (level, bits) in [(Groth16::SECURITY, 100), (Halo2::SECURITY, 126)] {
        assert_eq!(level.bits, bits);
        assert!(level.sentence.starts_with(&format!("about {bits} bits")), "{}", level.sentence);
    }
}
