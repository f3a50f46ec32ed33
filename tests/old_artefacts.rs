//! Files that version 0.1.0 made are read and opened as before; what a later version changed, such as
//! Groth16 keys, is refused by name. `tests/fixtures/0.1.0/README.md` lists them.

use std::sync::Arc;

use tailproof::commitments::{BookCommitment, BookOpening, CommitmentFile, PoolOpening};
use tailproof::keys::{decode_key, decode_verifying_key};
use tailproof::ledger::{Against, Archive, AuditError, KeyRing, Kind, Ledger};
use tailproof::scenarios::{Recomputed, Regenerate, Sources, file as scenario_file};
use tailproof::{
    Backend, Claim, Deal, Expected, Groth16, Halo2, MalformedError, Mandate, Opened, Positions, ProofFile, Refused,
    ScenarioSet, csv,
};
use tailproof_core::scenarios::regenerate::RegenerateError;
use tailproof_test_support::source;

use crate::library::made::halo2;

fn bytes(name: &str) -> Vec<u8> {
    let path = source().join("tests/fixtures/0.1.0").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn text(name: &str) -> String {
    String::from_utf8(bytes(name)).unwrap()
}

/// Reads a scenario file, and checks that it is written as it was.
fn scenarios(name: &str) -> ScenarioSet {
    let file = bytes(name);
    let (set, digest) = scenario_file::decode(name, &file).unwrap();
    assert_eq!(scenario_file::encode(&set), file, "{name}");
    assert_eq!(scenario_file::digest(&set), digest, "{name}");
    set
}

fn mandate(name: &str) -> Mandate {
    Mandate::from_toml(name, &text(name)).unwrap()
}

/// Checks that a verifying key of the first format is refused by its version, with what to do.
fn refused_key(name: &str) {
    let refused = decode_verifying_key(&bytes(name)).unwrap_err();
    assert!(matches!(&refused, MalformedError::OtherVersion { found, expected: 2, .. } if found == "1"), "{refused:?}");
    assert!(refused.to_string().contains("make keys again"), "{refused}");
}

/// Reads a proof file, and checks that it is written as it was.
fn proof<B: Backend>(name: &str) -> ProofFile<B> {
    let file = text(name);
    let proof = ProofFile::<B>::from_json(&file).unwrap();
    assert_eq!(proof.to_json(), file, "{name}");
    proof
}

/// Reads a commitment file, and checks that it is written as it was.
fn commitment(name: &str) -> CommitmentFile {
    let file = text(name);
    let commitment = CommitmentFile::from_json(&file).unwrap();
    assert_eq!(commitment.to_json(), file, "{name}");
    commitment
}

/// Opens a book, and checks that its opening is written as it was.
fn opened(book: &str, opening: &str, set: &ScenarioSet) -> Opened<Positions> {
    let file = text(opening);
    let opening = BookOpening::from_json(&file).unwrap();
    assert_eq!(*opening.to_json(), file);
    let book = csv::read_book(book, &bytes(book)[..]).unwrap();
    let positions = book.positions_as_committed(set, opening.unit(), opening.nav()).unwrap();
    opening.open(positions, set.factors()).unwrap()
}

/// Checks that an opened book is the one of a commitment file, over both fields.
fn is_committed(opened: &Opened<Positions>, file: &CommitmentFile) {
    assert_eq!(opened.commitment::<<Groth16 as Backend>::Field>(), file.value::<Groth16>().unwrap());
    assert_eq!(opened.commitment::<<Halo2 as Backend>::Field>(), file.value::<Halo2>().unwrap());
}

fn commitments<B: Backend>(claim: &Claim, files: &[CommitmentFile]) -> Expected<'static, B> {
    let commitments = files.iter().map(|file| file.value_for::<B>(claim).unwrap()).collect();
    Expected { commitments: Some(commitments), ..Expected::default() }
}

/// Reads everything about a claim on one book in a folder: the book opens its commitment, and the
/// keys are refused by their version.
fn a_book_opens(folder: &str) {
    let file = |name: &str| format!("{folder}/{name}");
    let set = scenarios(&file("scenarios.scn"));
    let commitment = commitment(&file("commitment.json"));
    is_committed(&opened(&file("book.csv"), &file("opening.json"), &set), &commitment);
    Claim::market(mandate(&file("mandate.toml")), set).unwrap();
    proof::<Groth16>(&file("proof.json"));
    refused_key(&file("verifying.key"));
}

#[test]
fn a_book_of_twenty_stocks() {
    a_book_opens("market");
}

#[test]
fn limits_on_the_book() {
    a_book_opens("limits");
}

#[test]
fn stress_scenarios() {
    a_book_opens("stress");
}

#[test]
fn two_sub_books() {
    let set = scenarios("consolidated/scenarios.scn");
    for book in [1, 2] {
        let file = commitment(&format!("consolidated/commitment-{book}.json"));
        let name = |kind: &str, end: &str| format!("consolidated/{kind}-{book}.{end}");
        is_committed(&opened(&name("book", "csv"), &name("opening", "json"), &set), &file);
    }
    Claim::market(mandate("consolidated/mandate.toml"), set).unwrap();
    proof::<Groth16>("consolidated/proof.json");
    refused_key("consolidated/verifying.key");
}

#[test]
fn a_pool_of_loans_and_its_tranches_are_refused_by_the_version_of_the_deal() {
    let deal = Deal::from_toml("deal.toml", &text("pool/deal.toml")).unwrap();
    // Its commitment and opening are read, and its scenarios are made as before.
    let file = text("pool/opening.json");
    assert_eq!(*PoolOpening::from_json(&file).unwrap().to_json(), file);
    commitment("pool/commitment.json");
    let set = scenarios("pool/scenarios.scn");
    let again = Recomputed.regenerate(&set, &Sources::deal(&deal)).unwrap();
    assert!(again.identical(), "Gaussian credit scenarios are made as before: {again:?}");
    let refused = Claim::pool(deal, Some(Arc::new(set))).unwrap_err();
    let expected = "[tape] is of version 1";
    assert!(refused.to_string().contains(expected) && refused.to_string().contains("version = 2"), "{refused}");
}

#[test]
fn a_ledger() {
    let mut archive = Archive::default();
    for step in ["forecast-2021-02-26", "realised-2021-02-26", "forecast-2021-03-01"] {
        archive.add_proof(&bytes(&format!("ledger/{step}.json")));
        archive.add_scenarios(Arc::new(scenarios(&format!("ledger/{step}.scn"))));
    }
    for name in ["ledger/forecast.toml", "ledger/realised.toml"] {
        archive.add_mandate(Arc::new(mandate(name)));
    }
    refused_key("ledger/forecast.key");
    refused_key("ledger/realised.key");
    let file = text("ledger/ledger.json");
    let ledger = Ledger::from_json(&file).unwrap();
    assert_eq!(ledger.to_json(), file);
    let prices = csv::read_prices("prices.csv", &bytes("ledger/prices.csv")[..]).unwrap();
    // The keys that it names cannot be read, so it is not verified.
    let before = prices.up_to("2021-02-26".parse().unwrap()).unwrap();
    let refused = ledger.verify(&archive, &KeyRing::default(), &Against::prices(&before)).unwrap_err();
    assert!(matches!(refused, AuditError::NoKeys { .. }), "{refused:?}");
    assert_eq!(ledger.open().map(|step| (step.kind, &step.date[..])), Some((Kind::Forecast, "2021-03-01")));

    let set = scenarios("ledger/forecast-2021-02-26.scn");
    let CommitmentFile::Book(commitment) = commitment("ledger/commitment.json") else { panic!("a book's") };
    let BookCommitment { commitment, .. } = commitment;
    assert_eq!(opened("ledger/book.csv", "ledger/opening.json", &set).commitment::<ark_bn254::Fr>(), commitment);
}

#[test]
fn a_halo2_proof_is_valid_under_the_key_of_today_once_it_names_it() {
    let set = scenarios("halo2/scenarios.scn");
    let commitment = commitment("halo2/commitment.json");
    is_committed(&opened("halo2/book.csv", "halo2/opening.json", &set), &commitment);
    let claim = Claim::market(mandate("halo2/mandate.toml"), set).unwrap();
    let prover = halo2("4x3/1");
    let verifier = prover.verifier();
    let expected = commitments(&claim, &[commitment]);
    let old = proof::<Halo2>("halo2/proof.json");
    let refused = verifier.verify(&claim, &old, &expected);
    assert!(matches!(refused, Err(Refused::OtherKeys { .. })), "keys have another digest: {refused:?}");
    let renamed = ProofFile { keys: verifier.key_digest(), ..old };
    verifier.verify(&claim, &renamed, &expected).unwrap();
}

#[test]
fn halo2_keys_are_refused_by_their_version() {
    let refused = decode_key(&bytes("refused/halo2.key")).unwrap_err();
    assert!(matches!(&refused, MalformedError::OtherVersion { found, expected: 2, .. } if found == "1"), "{refused:?}");
    assert!(refused.to_string().contains("derive the key again"), "{refused}");
}

#[test]
fn parametric_proofs_are_refused_by_the_version_of_their_coefficients() {
    scenarios("refused/covariance.scn");
    mandate("refused/parametric.toml");
    let refused = ProofFile::<Groth16>::from_json(&text("refused/parametric.json")).unwrap_err();
    assert!(
        matches!(&refused, MalformedError::WrongVersion { what, found, expected: 2 }
            if what.contains("coefficients") && found == "1"),
        "{refused:?}"
    );
}

#[test]
fn student_t_credit_scenarios_are_refused_by_the_version_of_their_generator() {
    let set = scenarios("refused/student-t.scn");
    let deal = Deal::from_toml("deal.toml", &text("refused/student-t.toml")).unwrap();
    let refused = Recomputed.regenerate(&set, &Sources::deal(&deal)).unwrap_err();
    assert!(matches!(refused, RegenerateError::Header(_)), "{refused:?}");
    assert!(refused.to_string().contains("version 1"), "{refused}");
}

/// Plain historical sets are those of the prices, although their headers have a digest of the price
/// file.
#[test]
fn historical_scenarios_have_the_moves_of_today() {
    let prices = csv::read_prices("prices.csv", &bytes("ledger/prices.csv")[..]).unwrap();
    for name in ["ledger/forecast-2021-02-26.scn", "ledger/realised-2021-02-26.scn", "consolidated/scenarios.scn"] {
        let set = scenarios(name);
        let again = Recomputed.regenerate(&set, &Sources::prices(&prices)).unwrap();
        assert!(!again.same_sources(), "the header has another digest");
        assert!(again.made_again(), "the moves are the same");
        let again = again.set.unwrap();
        assert_eq!((again.entries(), again.labels()), (set.entries(), set.labels()), "{name}");
    }
}
