//! The verdict: random public files around true proofs never make it say what is not so.
//!
//! A case is a proof with the files that it is about. Bytes choose, for each file, the true one,
//! one of another case, a changed one, or none. Whatever verdict comes of it is compared with one
//! that is recomputed here from the raw files. Past decoding, the recomputation calls nothing of
//! the library.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use ark_bn254::Fr;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tailproof_core::mandate::{Limit, Measure};
use tailproof_core::scenarios::regenerate::Sources;
use tailproof_core::scenarios::{file as scenario_file, historical};
use tailproof_core::{Mandate, Positions, Unit};
use tailproof_prover::holdings::Books;
use tailproof_prover::opening::commit;
use tailproof_prover::prover::Prover;
use tailproof_prover::setup::insecure_development_keys;
use tailproof_risk::generate::regenerate::Makers;
use tailproof_verifier::claim::MandateClaim;
use tailproof_verifier::digest_list::DigestList;
use tailproof_verifier::encoding::{input_from_hex, to_hex};
use tailproof_verifier::expected::{Expected, Remake};
use tailproof_verifier::keys::file::encode_verifying_key;
use tailproof_verifier::verified::{Basis, How, Verified};
use tailproof_verifier::verify::Verifier;
use tailproof_verifier::{Groth16, ProofFile};

const PRICES: [&str; 2] = [
    "date,A,B,C\n2024-01-02,100,50,20\n2024-01-03,101,49,20\n2024-01-04,95,46,19\n2024-01-05,96,47,19.5\n\
     2024-01-08,97,47,19\n2024-01-09,98,48,19.5\n",
    "date,A,B,C\n2024-01-02,100,50,20\n2024-01-03,101,49,20\n2024-01-04,100,50,20\n2024-01-05,101,50,20.5\n\
     2024-01-08,101,51,20\n2024-01-09,102,51,20.5\n",
];
const PLAIN: &str = "name = \"m\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.75\nlimit = 5000\n";
const OF_KIND: &str = "name = \"m\"\nunit = \"USD\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.75\nlimit_nav = 0.5\n\
                       [scenarios]\nkind = \"historical\"\nhorizon = 1\n";
const OF_SIZE: &str =
    "name = \"other\"\n[[clause]]\nmeasure = \"stress\"\nlimit = 12000\n[scenarios]\nleast_window = 4\n";

/// A true proof, and the files that it is about.
#[derive(Clone)]
struct Case {
    key: Vec<u8>,
    proof: String,
    scenarios: Vec<u8>,
    mandate: String,
    prices: String,
}

/// The kinds of outcomes, so that a test can see that every kind was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// a file is malformed, or the files do not fit each other
    NoVerdict,
    /// not valid
    NotValid,
    /// valid, over scenarios as given
    AsGiven,
    /// valid, over scenarios that were made again
    MadeAgain,
    /// valid, about the commitments that were named
    Compared,
}

/// Makes the true proofs. Once.
fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| {
        let mut rng = ChaCha20Rng::seed_from_u64(11);
        let mut cases = Vec::new();
        for (shape, books) in [("4x3/1", 1), ("4x3/1+2books", 2)] {
            let shape = shape.parse().expect("a shape");
            let (proving, verifying) = insecure_development_keys(shape, &mut rng).expect("keys");
            let key = encode_verifying_key(&verifying);
            let prover = Prover::<Groth16>::new(proving, verifying).expect("a pair");
            for (prices, mandate) in PRICES.into_iter().zip([PLAIN, OF_KIND]).chain([(PRICES[0], OF_SIZE)]) {
                let history = tailproof_risk::csv::read_prices("p.csv", prices.as_bytes()).expect("prices");
                let set = historical::historical(&history, 1, Some(4)).expect("scenarios");
                let factors = set.factors().to_vec();
                let held = (0..books).map(|book| {
                    let exposures = vec![1_000_000 + book, 500_000, -200_000];
                    let book = Positions::new(Unit::CENT, exposures, 20_000_000).expect("a book");
                    commit(&book, &factors[..], &mut rng).1.open(book, &factors).expect("its opening")
                });
                let held = Books::new(held.collect()).expect("books");
                let mandate = mandate.to_owned();
                let public = Mandate::from_toml("m", &mandate).expect("a mandate");
                let claim = MandateClaim::new(public, set.clone()).expect("a claim");
                let proof = prover.prove(&claim, &held, None, &mut rng).expect("a true claim").to_json();
                let scenarios = scenario_file::encode(&set);
                cases.push(Case { key: key.clone(), proof, scenarios, mandate, prices: prices.to_owned() });
            }
        }
        cases
    })
}

/// Bytes that choose, and zeros behind their end.
struct Choices<'d>(std::slice::Iter<'d, u8>);

impl Choices<'_> {
    fn next(&mut self) -> usize {
        self.0.next().copied().unwrap_or(0).into()
    }

    /// Returns the true bytes more often than not; otherwise another case's, or changed ones.
    fn file(&mut self, own: &[u8], other: impl Fn(&Case) -> Vec<u8>) -> Vec<u8> {
        match self.next() % 8 {
            0 => other(&cases()[self.next() % cases().len()]),
            1 => {
                let mut changed = own.to_vec();
                let at = (self.next() * 256 + self.next()) % changed.len();
                changed[at] = match self.next() % 4 {
                    0 => changed[at] ^ (1 << (self.next() % 8)),
                    1 => b'0' + u8::try_from(self.next() % 10).unwrap_or(0),
                    2 => b' ',
                    _ => u8::try_from(self.next()).unwrap_or(0),
                };
                changed
            }
            _ => own.to_vec(),
        }
    }
}

/// The files of one verification.
struct Files {
    key: Vec<u8>,
    proof: Vec<u8>,
    scenarios: Vec<u8>,
    mandate: Vec<u8>,
    prices: Option<Vec<u8>>,
    withdrawn: Option<String>,
    /// The commitments that the verifier names, in hex.
    commitments: Option<Vec<String>>,
}

fn chosen(data: &[u8]) -> Files {
    let mut choices = Choices(data.iter());
    let case = &cases()[choices.next() % cases().len()];
    let key_digest = hex::encode(Sha256::digest(&case.key));
    let sub_books = sub_books(&serde_json::from_str(&case.proof).expect("a proof file"));
    Files {
        key: choices.file(&case.key, |other| other.key.clone()),
        proof: choices.file(case.proof.as_bytes(), |other| other.proof.clone().into_bytes()),
        scenarios: choices.file(&case.scenarios, |other| other.scenarios.clone()),
        mandate: choices.file(case.mandate.as_bytes(), |other| other.mandate.clone().into_bytes()),
        prices: (choices.next() % 3 > 0)
            .then(|| choices.file(case.prices.as_bytes(), |other| other.prices.clone().into_bytes())),
        withdrawn: match choices.next() % 4 {
            0 => Some(format!("{}\n", "0".repeat(64))),
            1 => Some(format!("# lost\n{key_digest}\n")),
            _ => None,
        },
        commitments: match choices.next() % 6 {
            0 => Some(sub_books),
            1 => Some(sub_books.into_iter().rev().collect()),
            2 => Some(vec![sub_books[0].clone(); sub_books.len()]),
            3 => Some(vec![to_hex(&Fr::from(7u64)); sub_books.len()]),
            _ => None,
        },
    }
}

/// Returns the commitments to the sub-books that a proof file states.
fn sub_books(proof: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match proof["commitments"].as_array() {
        Some(several) => several.iter().map(text).collect(),
        None => vec![text(&proof["commitment"])],
    }
}

/// The verdict on random public files around a true proof.
pub fn verdict(data: &[u8]) {
    outcome(data);
}

/// Verifies, compares a verdict with the recomputed one, and returns the kind of the outcome.
///
/// # Panics
/// If a verdict says what is not so.
pub fn outcome(data: &[u8]) -> Outcome {
    let files = chosen(data);
    let Some(refused_or_verified) = verified(&files) else { return Outcome::NoVerdict };
    let Some(verified) = refused_or_verified else { return Outcome::NotValid };
    compare(&verified, &files);
    let made_again =
        verified.rests_on.iter().any(|thing| thing.what == Basis::Scenarios && thing.how == How::MadeAgain);
    match (files.commitments.is_some(), made_again) {
        (true, _) => Outcome::Compared,
        (false, true) => Outcome::MadeAgain,
        (false, false) => Outcome::AsGiven,
    }
}

/// Decodes the files and verifies. `None` if there is no verdict, `Some(None)` if it is not valid.
fn verified(files: &Files) -> Option<Option<Verified>> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
    let key = tailproof_verifier::keys::file::decode_verifying_key(&files.key).ok()?;
    let proof = ProofFile::<Groth16>::from_json(&text(&files.proof)?).ok()?;
    let (set, _) = scenario_file::decode("s.scn", &files.scenarios).ok()?;
    let mandate = Mandate::from_toml("m.toml", &text(&files.mandate)?).ok()?;
    let claim = MandateClaim::new(mandate, set).ok()?;
    let prices = match &files.prices {
        Some(prices) => Some(tailproof_risk::csv::read_prices("p.csv", &prices[..]).ok()?),
        None => None,
    };
    let withdrawn = match &files.withdrawn {
        Some(list) => Some(DigestList::of_keys(list).ok()?),
        None => None,
    };
    let commitments = files
        .commitments
        .as_ref()
        .map(|all| all.iter().map(|hex| input_from_hex::<Fr>("commitment", hex).expect("a field element")).collect());
    let expected = Expected {
        commitments,
        withdrawn: withdrawn.as_ref(),
        remake: prices.as_ref().map(|prices| Remake { maker: &Makers, sources: Sources::prices(prices) }),
        ..Expected::default()
    };
    match Verifier::<Groth16>::new(key).verify(&claim, &proof, &expected) {
        Ok(verified) => Some(Some(verified)),
        Err(refused) => refused.is_verdict().then_some(None),
    }
}

/// Compares a verdict with the one that the raw files make.
fn compare(verified: &Verified, files: &Files) {
    let proof: Value = serde_json::from_slice(&files.proof).expect("it was decoded");
    let books = sub_books(&proof);
    assert_eq!(books.iter().collect::<BTreeSet<_>>().len(), books.len(), "one book counts twice");

    let key_digest: [u8; 32] = Sha256::digest(&files.key).into();
    if let Some(list) = &files.withdrawn {
        assert!(!list.contains(&hex::encode(key_digest)), "the keys are withdrawn");
    }
    if let Some(named) = &files.commitments {
        assert_eq!(named.iter().collect::<BTreeSet<_>>(), books.iter().collect(), "other commitments");
    }
    let (content, digest) = files.scenarios.split_at(files.scenarios.len() - 32);
    assert_eq!(Sha256::digest(content)[..], *digest, "the digest of the scenario file");
    if let Some(prices) = &files.prices {
        is_made_of(&files.scenarios, std::str::from_utf8(prices).expect("it was decoded"));
    }
    let mandate = Mandate::from_toml("m.toml", std::str::from_utf8(&files.mandate).expect("it was decoded"));
    let mandate = mandate.expect("it was decoded");
    let (canonical, sentence, of_header, currency, of_nav) = said(&mandate);
    assert!(!of_header || files.prices.is_some(), "nothing shows what the mandate asks of its scenarios");
    assert_eq!(verified.claims, [sentence]);
    assert_eq!(verified.sub_books, books);

    let given = |condition, then, otherwise| if condition { then } else { otherwise };
    let hex_of = |field: &Value| hex::decode(&field.as_str().expect("a text")[2..]).expect("hex");
    let commitment: Vec<u8> = hex_of(&proof["commitment"]);
    let mandate_digest = Sha256::digest(format!("tailproof/mandate/v1\n{canonical}"));
    let made_again = given(files.prices.is_some(), How::MadeAgain, How::AsGiven);
    let listed = given(files.withdrawn.is_some(), How::Compared, How::NotChecked);
    let named = given(files.commitments.is_some(), How::Compared, How::AsStated);
    let mut expected: Vec<(Basis, How, Option<Vec<u8>>)> = vec![
        (Basis::Mandate, How::AsGiven, Some(mandate_digest.to_vec())),
        (Basis::Scenarios, made_again, Some(digest.to_vec())),
        (Basis::ScenarioPoint, How::MadeAgain, None),
        (Basis::Unit, How::Compared, None),
        (Basis::Currency, given(currency, How::AsGiven, How::NotChecked), None),
    ];
    expected.extend(of_nav.then_some((Basis::Nav, How::AsCommitted, None)));
    expected.push((Basis::Keys, How::AsGiven, Some(key_digest.to_vec())));
    let of_list = files.withdrawn.as_ref().map(|_| Sha256::digest([0; 32]).to_vec());
    expected.push((Basis::WithdrawnKeys, listed, of_list));
    expected.push((Basis::ProofSystem, How::AsGiven, None));
    expected.push((Basis::Commitment, named, Some(commitment)));
    expected.extend((books.len() > 1).then_some((Basis::DistinctBooks, How::NotChecked, None)));
    expected.push((Basis::CommitmentTime, How::NotChecked, None));
    expected.push((Basis::Attestation, How::NotChecked, None));
    expected.push((Basis::Context, How::Compared, None));
    let block = verified.rests_on.iter();
    let block: Vec<_> =
        block.map(|thing| (thing.what, thing.how, thing.digest.map(|digest| digest.to_vec()))).collect();
    assert_eq!(block, expected);
}

/// Returns a mandate's canonical text and its one sentence; whether it asks for something that only
/// a header says; whether it names a currency, and whether its limit is a fraction of the net asset
/// value.
fn said(mandate: &Mandate) -> (String, String, bool, bool, bool) {
    let [clause] = mandate.clauses() else { panic!("one clause in every mandate of these cases") };
    let (suffix, limit, words) = match clause.limit {
        Limit::Absolute(limit) => ("", limit, thousands(&limit.normalize().to_string())),
        Limit::None => panic!("a limit in every mandate of these cases"),
        Limit::NavFraction(limit) => {
            ("_nav", limit, format!("{} % of NAV", (limit * rust_decimal::Decimal::ONE_HUNDRED).normalize()))
        }
    };
    let confidence = clause.confidence.map(|confidence| rust_decimal::Decimal::new(confidence.millionths().into(), 6));
    let text = |decimal: rust_decimal::Decimal| decimal.normalize().to_string();
    let figure = match (clause.measure, confidence) {
        (Measure::Var, Some(level)) => format!("{} % VaR", text(level * rust_decimal::Decimal::ONE_HUNDRED)),
        _ => "worst loss".to_owned(),
    };
    let level = confidence.map(|level| format!(" {}", text(level))).unwrap_or_default();
    let (name, currency) = (mandate.name(), mandate.currency());
    let measure = if clause.measure == Measure::Var { "var" } else { "stress" };
    let mut canonical = format!(
        "name {}\nunit {} {}\nclause {measure}{level} limit{suffix} {}\n",
        serde_json::json!(name),
        serde_json::json!(currency),
        mandate.coarsest_unit(),
        text(limit)
    );
    let rule = mandate.scenario_rule();
    if let Some(rule) = rule {
        canonical += "scenarios";
        let kinds: BTreeSet<_> = rule.kinds.iter().map(|kind| (*kind, kind.name())).collect();
        if !kinds.is_empty() {
            canonical += &format!(" kind {}", kinds.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(","));
        }
        canonical.extend(rule.horizon.map(|days| format!(" horizon {days}")));
        canonical.extend(rule.least_window.map(|rows| format!(" least_window {rows}")));
        canonical += "\n";
    }
    let of_header = rule.is_some_and(|rule| !rule.kinds.is_empty() || rule.horizon.is_some());
    (canonical, format!("{figure} <= {words}"), of_header, !currency.is_empty(), suffix == "_nav")
}

/// Returns a decimal with a comma between thousands.
fn thousands(decimal: &str) -> String {
    let (whole, part) = decimal.split_once('.').map_or((decimal, None), |(whole, part)| (whole, Some(part)));
    let mut shown = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown.extend(part.map(|part| format!(".{part}")));
    shown
}

/// Checks that the moves in a scenario file are those of prices, up to the date of its last one.
fn is_made_of(file: &[u8], prices: &str) {
    let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().expect("4 bytes")) as usize;
    let (scenarios, columns, header) = (number(12), number(16), number(20));
    let stated: Value = serde_json::from_slice(&file[24..24 + header]).expect("a header");
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().expect("a list").iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
    };
    let (factors, labels) = (texts(&stated["factors"]), texts(&stated["labels"]));
    let mut rows = prices.lines().map(|line| line.split(',').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>());
    let names = rows.next().expect("a header");
    let rows: Vec<Vec<String>> = rows.filter(|row| row.len() == names.len()).collect();
    let place = |factor: &String| names.iter().position(|name| name == factor).expect("a column of the factor");
    let entries = 24 + header + 4 * scenarios;
    for (scenario, label) in labels.iter().enumerate() {
        let row = rows.iter().position(|row| row[0] == *label).expect("a row of the date");
        for (column, factor) in factors.iter().enumerate() {
            let price = |row: usize| -> rust_decimal::Decimal { rows[row][place(factor)].parse().expect("a price") };
            let (old, new) = (price(row - 1), price(row));
            let exact = (new - old) * rust_decimal::Decimal::from(1u32 << 20) / old;
            let strategy = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
            let at = entries + 4 * (scenario * columns + column);
            let entry = i32::from_le_bytes(file[at..at + 4].try_into().expect("4 bytes"));
            assert_eq!(
                rust_decimal::Decimal::from(entry),
                exact.round_dp_with_strategy(0, strategy),
                "{label} {factor}"
            );
        }
    }
}
