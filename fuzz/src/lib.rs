//! Fuzz targets: each takes any bytes and must neither panic nor accept what does not encode again
//! to itself.
//!
//! `tests/bounded.rs` runs the checked-in seeds and mutations of them, on the stable toolchain, in
//! every test run. `libfuzzer/` runs the same functions under coverage guidance:
//! `cargo +nightly fuzz run --fuzz-dir fuzz/libfuzzer all -- -max_total_time=60`.

pub mod cashflow;
pub mod sizes;
pub mod vectors;
pub mod verdict;

use std::io::Cursor;

use ark_bn254::{Fr, G1Projective};
use ark_ec::{AffineRepr, PrimeGroup};
use halo2_proofs::pasta::Fp;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use sha2::{Digest, Sha256};
use tailproof_circuits::halo2::StatementCircuit;
use tailproof_circuits::plain::Plain;
use tailproof_circuits::r1cs::{Mode, R1cs};
use tailproof_circuits::statement::market::MarketWitness;
use tailproof_circuits::statement::synthesize;
use tailproof_core::mandate::LimitUnits;
use tailproof_core::measures::{expected_shortfall, losses, value_at_risk};
use tailproof_core::pool::assumptions::{CreditParameters, FactorSource};
use tailproof_core::pool::tape_terms::{Rounding, Scale, StatusTerms, TapeTerms};
use tailproof_core::pool::{Column, Deal, LoanPool, PoolFigures, TapeSchema};
use tailproof_core::scenarios::credit::credit_scenarios;
use tailproof_core::scenarios::generator::{Correlations, Generator};
use tailproof_core::scenarios::{file as scenario_file, historical};
use tailproof_core::{Confidence, Mandate, Positions, ScenarioSet, TailMass, Unit};
use tailproof_prover::ProvingKey;
use tailproof_prover::attestor::AttestorSecret;
use tailproof_prover::ceremony::file::{Ceremony, contribute};
use tailproof_prover::ceremony::transcript::{Kind, Record};
use tailproof_prover::halo2::{decode_key, encode_key};
use tailproof_prover::snarkjs_files::powers_of_tau::{Chain, PowersOfTau};
use tailproof_prover::{BookOpening, PoolOpening};
use tailproof_risk::generate::covariance::Repair;
use tailproof_risk::generate::{covariance_set, margin};
use tailproof_risk::table::{self, TableOptions};
use tailproof_risk::tape::{Mapping, TapeReading};
use tailproof_verifier::attestation::Attestation;
use tailproof_verifier::digest_list::DigestList;
use tailproof_verifier::export::snarkjs;
use tailproof_verifier::export::snarkjs::parse_proof;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::keys::file::{decode_verifying_key, encode_verifying_key};
use tailproof_verifier::keys::header::HEADER_BYTES;
use tailproof_verifier::ledger::{Kind as StepKind, Ledger};
use tailproof_verifier::market::{BookLimits, Parametric, RuleTerms};
use tailproof_verifier::pool::ledger::PoolLedger;
use tailproof_verifier::proof::{ProofFile, backend_of};
use tailproof_verifier::{CommitmentFile, MarketClaim, PoolCommitment, PoolTerms, Shape, commitment, pool};
use tailproof_verifier::{Groth16, Halo2};

/// A target: its name, which is also the name of its folder of seeds, and its function.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("prices", prices),
    ("book", book),
    ("mandate", mandate),
    ("caps", sizes::caps),
    ("impact", sizes::impact),
    ("covariance_table", covariance_table),
    ("margin_rule", margin_rule),
    ("pnl", pnl),
    ("ledger", ledger),
    ("pool_ledger", pool_ledger),
    ("scenario_file", scenario_set_file),
    ("verifying_key", verifying_key),
    ("proving_key", proving_key),
    ("proof_file", proof_file),
    ("opening", opening),
    ("deal", deal),
    ("tape", tape),
    ("assumptions", cashflow::assumptions),
    ("notes", cashflow::notes),
    ("pool_opening", pool_opening),
    ("commitment", commitment_file),
    ("attestation", attestation),
    ("attestor_key", attestor_key),
    ("digest_list", digest_list),
    ("powers_of_tau", powers_of_tau),
    ("ceremony", ceremony),
    ("halo2_key", halo2_key),
    ("set_points", set_points),
    ("snarkjs_proof", snarkjs_proof),
    ("differential", differential),
    ("verdict", verdict::verdict),
    ("vectors", vectors::vectors),
];

/// Price files, and the scenarios made from what is accepted. What the reader of the plain layout
/// accepts, the reader of all layouts reads as the same, without a guess.
pub fn prices(data: &[u8]) {
    drop(table::read_prices("fuzz", data, &TableOptions::default()));
    if let Ok(prices) = tailproof_risk::csv::read_prices("fuzz", data) {
        let (same, reading) = table::read_prices("fuzz", data, &strict()).expect("the plain layout");
        assert_eq!((&same, reading.is_plain()), (&prices, true));
        for horizon in [1, 3] {
            if let Ok(set) = historical::historical(&prices, horizon, None) {
                let bytes = scenario_file::encode(&set);
                assert_eq!(scenario_file::decode("fuzz", &bytes).expect("its own encoding").0, set);
            }
        }
    }
}

fn two_factors() -> ScenarioSet {
    ScenarioSet::new(
        Generator::Custom { description: "fuzz".into() },
        vec!["AAPL".into(), "AMD".into()],
        vec!["one".into()],
        Some(vec!["126.36".into(), "91".into()]),
        vec![1],
        vec![-5, 7],
    )
    .expect("a small set is in range")
}

/// Returns the settings that allow no guess.
fn strict() -> TableOptions {
    TableOptions { strict: true, ..TableOptions::default() }
}

/// Book files, and the positions made from what is accepted. The two readers agree, as on prices.
pub fn book(data: &[u8]) {
    drop(table::read_book("fuzz", data, &TableOptions::default()));
    if let Ok(book) = tailproof_risk::csv::read_book("fuzz", data) {
        let (same, reading) = table::read_book("fuzz", data, &strict()).expect("the plain layout");
        // A row of cash is said, and is no guess.
        assert_eq!((same.book(), reading.guesses().count()), (book.book(), 0));
        let set = two_factors();
        for unit in [None, Some(Unit::FINEST), Some(Unit::CENT)] {
            if let Ok(positions) = book.positions(&set, unit, None) {
                let again =
                    book.positions_as_committed(&set, positions.unit(), positions.nav()).expect("the same book");
                assert_eq!(again, positions);
            }
        }
    }
}

/// P&L vectors, their sets, and the gains made from what is accepted.
pub fn pnl(data: &[u8]) {
    let Ok((vector, _)) = table::read_pnl("fuzz", data, &TableOptions::default()) else { return };
    let days = vector.book().days().expect("the reader takes days alone");
    let set = tailproof_core::scenarios::pnl::pnl("fuzz", &days).expect("days that ascend");
    let bytes = scenario_file::encode(&set);
    assert_eq!(scenario_file::decode("fuzz", &bytes).expect("its own encoding").0, set);
    if let Ok(gains) = vector.positions(&set, None, Some(1.into())) {
        let again = vector.positions_as_committed(&set, gains.unit(), gains.nav()).expect("the same vector");
        assert_eq!((again.gains().len(), &again), (days.len(), &gains));
    }
}

/// Tables of covariances, and the sets made from what is accepted, repaired or not.
pub fn covariance_table(data: &[u8]) {
    let options = tailproof_risk::table::TableOptions::default();
    let Ok((table, _)) = tailproof_risk::table::read_covariance_table("fuzz", data, &options) else { return };
    for repair in [None, Some(Repair::Clip)] {
        if let Ok(set) = covariance_set::from_table(table.table(), repair) {
            let bytes = scenario_file::encode(&set);
            assert_eq!(scenario_file::decode("fuzz", &bytes).expect("its own encoding").0, set);
        }
    }
}

/// Weights and correlations by buckets, and the matrices made from what is accepted.
pub fn margin_rule(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(table) = margin::margin_table("fuzz", text) else { return };
    for correlations in Correlations::ALL {
        if let Ok(set) = margin::from_table(&table, correlations) {
            let bytes = scenario_file::encode(&set);
            assert_eq!(scenario_file::decode("fuzz", &bytes).expect("its own encoding").0, set);
        }
    }
}

/// Deals, and the terms and scenarios of what is accepted.
pub fn deal(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(deal) = Deal::from_toml("fuzz", text) else { return };
    let pool: Shape = "4loans+pool".parse().expect("a shape");
    if let Ok(terms) = PoolTerms::from_deal(pool, &deal, None) {
        assert_eq!(terms.controls(Fr::from(1u64), Fr::from(2u64))[3], Fr::from(0u64));
    }
    let parameters =
        CreditParameters { rho: "0.1".into(), degrees: None, source: FactorSource::Nodes(32), slots: None };
    if let Ok(set) = credit_scenarios(&deal, &parameters) {
        let bytes = scenario_file::encode(&set);
        assert_eq!(scenario_file::decode("fuzz", &bytes).expect("its own encoding").0, set);
        let both: Shape = "4loans+pool+32x16/16tranches".parse().expect("a shape");
        if let Ok(terms) = PoolTerms::from_deal(both, &deal, Some(&set)) {
            assert_ne!(terms.controls(Fr::from(1u64), Fr::from(2u64))[3], Fr::from(0u64));
        }
    }
}

/// Tapes as people have them and as a schema reads them, and the commitments to what is accepted.
pub fn tape(data: &[u8]) {
    drop(tailproof_risk::tape::read_tape("fuzz", data, &Mapping::default()));
    let columns = [Column::Grade, Column::Rate, Column::Obligor].into();
    let names = [vec!["A".into(), "B".into(), "C".into()], Vec::new(), Vec::new()];
    let mut terms = TapeTerms::new("2024-03-31".parse().expect("a date"), "EUR");
    terms.scale = [(Column::Rate, Scale::Percent)].into();
    terms.status = Some(StatusTerms::DaysPastDue([1, 30, 90]));
    terms.rounding = Rounding::Up;
    let schema = TapeSchema::new(Unit::CENT, columns, names).expect("a schema").with_terms(terms).expect("terms");
    let read = tailproof_risk::tape::read_tape_under("fuzz", data, &Mapping::default(), &schema);
    let Ok(TapeReading { tape, .. }) = read else { return };
    if let Ok(collateral) = LoanPool::new(&tape, &schema) {
        let figures = PoolFigures::new(&collateral);
        assert_eq!(figures.balance, figures.by_code[0].iter().sum::<u64>());
        let commitment: Fr = pool::commitment::commit(&schema.digest(), &collateral, Fr::from(3u64));
        assert_ne!(commitment, Fr::from(0u64));
    }
}

/// Openings and commitments of pools.
pub fn pool_opening(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(opening) = PoolOpening::from_json(text) {
        let json = opening.to_json();
        assert_eq!(*PoolOpening::from_json(&json).expect("its own encoding").to_json(), *json);
    }
    if let Ok(commitment) = PoolCommitment::from_json(text) {
        assert_eq!(PoolCommitment::from_json(&commitment.to_json()).as_ref(), Ok(&commitment));
    }
}

/// Ledger files, and the contexts and records of what is accepted.
pub fn ledger(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(ledger) = Ledger::from_json(text) {
        assert_eq!(Ledger::from_json(&ledger.to_json()).as_ref(), Ok(&ledger));
        let forecasts = ledger.steps().iter().filter(|step| step.kind == StepKind::Forecast).count();
        assert_eq!(ledger.days().len() + usize::from(ledger.open().is_some()), forecasts);
    }
}

/// Ledger files of pools, and the dates and heads of what is accepted.
pub fn pool_ledger(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(ledger) = PoolLedger::from_json(text) {
        assert_eq!(PoolLedger::from_json(&ledger.to_json()).as_ref(), Ok(&ledger));
        let dates: Vec<&str> = ledger.commitments().map(|(date, _)| date).collect();
        assert!(dates.windows(2).all(|two| two[0] < two[1]) && dates.len() == 1 + ledger.months().count());
        assert_eq!(ledger.heads().count(), 1 + ledger.steps().len());
    }
}

/// Mandate files, and the figures of their clauses.
pub fn mandate(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(mandate) = Mandate::from_toml("fuzz", text) {
        let positions = Positions::new(Unit::CENT, vec![100, -7], 93).expect("small positions are in range");
        for figure in mandate.evaluate(&two_factors(), &positions).unwrap_or_default() {
            assert!(!figure.clause.to_string().is_empty());
        }
        assert_eq!(mandate.digest(), mandate.clone().digest());
    }
}

/// Scenario files, with the closing digest made right, so that what it protects is reached.
pub fn scenario_set_file(data: &[u8]) {
    let _ = scenario_file::decode("fuzz", data);
    let body = data.get(..data.len().saturating_sub(32)).unwrap_or_default();
    let file = [body, &Sha256::digest(body)].concat();
    if let Ok((set, digest)) = scenario_file::decode("fuzz", &file) {
        assert_eq!(scenario_file::encode(&set), file);
        assert_eq!(digest, scenario_file::digest(&set));
    }
}

/// A key file with its length and digest made right.
fn repaired_key(data: &[u8]) -> Option<Vec<u8>> {
    let mut file = data.get(..HEADER_BYTES)?.to_vec();
    let body = &data[HEADER_BYTES..];
    let sealed = HEADER_BYTES - 32;
    file[sealed - 8..sealed].copy_from_slice(&(body.len() as u64).to_le_bytes());
    let digest = Sha256::new().chain_update(&file[..sealed]).chain_update(body).finalize();
    file[sealed..].copy_from_slice(&digest);
    file.extend_from_slice(body);
    Some(file)
}

/// Verifying keys.
pub fn verifying_key(data: &[u8]) {
    let _ = decode_verifying_key(data);
    if let Some(file) = repaired_key(data)
        && let Ok(key) = decode_verifying_key(&file)
    {
        assert_eq!(encode_verifying_key(&key), file);
    }
}

/// Proving keys.
pub fn proving_key(data: &[u8]) {
    let _ = ProvingKey::decode(data);
    if let Some(file) = repaired_key(data)
        && let Ok(key) = ProvingKey::decode(&file)
    {
        assert_eq!(ProvingKey::decode(&key.encode()).expect("its own encoding"), key);
    }
}

/// Proof files of both backends.
pub fn proof_file(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = backend_of(text);
    if let Ok(file) = ProofFile::<Groth16>::from_json(text) {
        assert_eq!(ProofFile::<Groth16>::from_json(&file.to_json()).expect("its own encoding"), file);
    }
    if let Ok(file) = ProofFile::<Halo2>::from_json(text) {
        assert_eq!(ProofFile::<Halo2>::from_json(&file.to_json()).expect("its own encoding"), file);
    }
}

/// Opening files.
pub fn opening(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(opening) = BookOpening::from_json(text) {
        let json = opening.to_json();
        assert_eq!(*BookOpening::from_json(&json).expect("its own encoding").to_json(), *json);
    }
}

/// Commitment files of books and of pools.
pub fn commitment_file(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(commitment) = CommitmentFile::from_json(text) {
        assert_eq!(CommitmentFile::from_json(&commitment.to_json()).expect("its own encoding"), commitment);
    }
}

/// Attestation files, of keys of each kind.
pub fn attestation(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(attestation) = Attestation::from_json(text) {
        assert_eq!(Attestation::from_json(&attestation.to_json()).expect("its own encoding"), attestation);
    }
}

/// Files of keys that sign attestations.
pub fn attestor_key(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(secret) = AttestorSecret::from_json(text) {
        let json = secret.to_json();
        assert_eq!(*AttestorSecret::from_json(&json).expect("its own encoding").to_json(), *json);
    }
}

/// Lists of withdrawn keys and of revoked attestations. No text is both, unless it lists nothing.
pub fn digest_list(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let lists = (DigestList::of_keys(text), DigestList::of_attestations(text));
    if let (Ok(keys), Ok(attestations)) = lists {
        assert!(keys.is_empty() && attestations.is_empty());
    }
}

/// Files of powers of tau; what is accepted has a Lagrange basis that sums to the generator.
pub fn powers_of_tau(data: &[u8]) {
    let rng = &mut ChaCha20Rng::seed_from_u64(1);
    let Ok(mut file) = PowersOfTau::open(Cursor::new(data)) else { return };
    let chain = file.chain(rng);
    assert!(!matches!(chain, Ok(Chain::Empty)) || file.contributions() == 0);
    for size in [2, 3, 4, 9] {
        if let Ok(powers) = file.domain(size, rng) {
            let sum: G1Projective = powers.lagrange_g1.iter().map(|point| point.into_group()).sum();
            assert_eq!(sum, G1Projective::generator());
        }
    }
}

/// Ceremony files, with the closing digest made right; whatever can be contributed to is a ceremony
/// again.
pub fn ceremony(data: &[u8]) {
    let _ = Ceremony::read(data);
    let body = data.get(..data.len().saturating_sub(32)).unwrap_or_default();
    let file = [body, &Sha256::digest(body)].concat();
    if let Ok(read) = Ceremony::read(&file[..])
        && !read.head.transcript.records().iter().any(is_slow)
    {
        let mut next = Vec::new();
        let rng = &mut ChaCha20Rng::seed_from_u64(1);
        let contributed = contribute(&file[..], &mut next, "fuzz", rng, &|_, _| {});
        assert_eq!(contributed.is_ok(), read.head.transcript.check().is_ok());
        if let Ok(head) = contributed {
            let again = Ceremony::read(&next[..]).expect("its own encoding");
            assert_eq!(again.head, head);
            assert_eq!(again.head.transcript.check(), Ok(()));
        }
    }
}

/// A beacon that takes long to compute, as its author may choose.
fn is_slow(record: &Record) -> bool {
    matches!(record.kind, Kind::Beacon { iterations_log, .. } if iterations_log > 10)
}

/// Files of derived keys, with the closing digest made right.
pub fn halo2_key(data: &[u8]) {
    let _ = decode_key(data);
    let body = data.get(..data.len().saturating_sub(32)).unwrap_or_default();
    let file = [body, &Sha256::digest(body)].concat();
    if let Ok(key) = decode_key(&file) {
        assert_eq!(encode_key(&key), file);
    }
}

/// Set points, for the key and the scenarios that the file names, with the closing digest made right.
pub fn set_points(data: &[u8]) {
    use tailproof_prover::set_points::file::{PointsOf, decode, encode};
    let word = |at: usize| data.get(at..at + 32).and_then(|word| word.try_into().ok()).unwrap_or_default();
    let of = PointsOf { key: word(10), inputs: word(42) };
    let body = data.get(..data.len().saturating_sub(32)).unwrap_or_default();
    for file in [data.to_vec(), [body, &Sha256::digest(body)].concat()] {
        if let Ok(points) = decode(&file, &of) {
            assert_eq!(encode(&points, &of), file);
        }
    }
}

/// Proofs that another prover made.
pub fn snarkjs_proof(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(proof) = parse_proof(text) {
        assert_eq!(parse_proof(&snarkjs::proof(&proof).to_string()).expect("its own encoding"), proof);
    }
}

/// A random book, scenario set and claim: plain arithmetic, the plain evaluator, the rank-1
/// constraints and the halo2 circuit agree.
pub fn differential(data: &[u8]) {
    let mut bytes = data.iter().copied();
    let mut next = || bytes.next();
    let read = (|| {
        let wide = next()? & 1 == 1;
        let thresholds = usize::from(next()? & 1) + 1;
        let scale = u32::from(next()?) % 24;
        let mut entry = || Some((i32::from(next()?) - 128).saturating_mul(1 << scale.min(15)));
        let entries: Vec<i32> = (0..4).map(|_| entry()).collect::<Option<_>>()?;
        let mut exposure = || Some((i64::from(next()?) - 128) << scale);
        let exposures = vec![exposure()?, exposure()?];
        let weights = vec![u32::from(next()?) % 4 + 1, u32::from(next()?) % 4];
        let confidence = |byte: u8| Confidence::from_millionths(u32::from(byte) * 3_900 + 1).ok();
        let confidences = [confidence(next()?)?, confidence(next()?)?];
        let limits = [0, 1].map(|_| u64::from(next().unwrap_or(0)) << (scale + scale.min(15)));
        let nav = u64::from(next().unwrap_or(0));
        Some((wide, thresholds, entries, exposures, weights, confidences, limits, nav))
    })();
    let Some((wide, thresholds, entries, exposures, weights, confidences, limits, nav)) = read else { return };
    let shape = Shape::new(2, if wide { 3 } else { 2 }, thresholds).expect("a small shape");
    let names = (vec!["A".into(), "B".into()], vec!["one".into(), "two".into()]);
    let generator = Generator::Custom { description: "fuzz".into() };
    let Ok(set) = ScenarioSet::new(generator, names.0, names.1, None, weights, entries) else { return };
    let Ok(positions) = Positions::new(Unit::CENT, exposures, nav) else { return };
    let tail = |confidence| TailMass::new(confidence, set.total_weight());
    let confidences = if thresholds == 1 { [confidences[0]; 2] } else { confidences };
    let absolute = |absolute| LimitUnits { absolute, per_nav: 0 };
    let blinding = Fr::from(7u64);
    let claim = MarketClaim {
        shape,
        commitment: commitment::commit(&set.factors_digest(), &positions, blinding),
        context: Fr::from(1u64),
        unit: Unit::CENT,
        var_tail: tail(confidences[0]),
        var_limit: absolute(limits[0]),
        cvar_tail: tail(confidences[1]),
        cvar_limit: absolute(limits[1]),
        book: BookLimits::OFF,
        rules: RuleTerms::default(),
        parametric: Parametric::NONE,
    };
    // Limits in loss units as decimals of the currency would be rounded; the integer comparison is
    // the oracle.
    let losses = losses(&set, &positions);
    let limits_in_units = limits.map(i128::from);
    let (shortfall, denominator) = expected_shortfall(&losses, set.weights(), tail(confidences[1]));
    let expected = value_at_risk(&losses, set.weights(), tail(confidences[0])) <= limits_in_units[0]
        && shortfall <= denominator * limits_in_units[1];
    let inputs = ScenarioInputs::new(shape, &set).expect("the set fits the shape");
    let witness = MarketWitness::new(&claim, &set, positions.clone(), blinding);
    let mut plain = Plain::new(&claim.controls(), &inputs);
    synthesize(&mut plain, &witness).expect("small shapes build");
    assert_eq!(plain.violations().is_empty(), expected, "plain evaluator: {:?}", plain.violations());
    let mut backend = R1cs::new(Mode::Constraints, &claim.controls(), &inputs);
    synthesize(&mut backend, &witness).expect("small shapes build");
    let (system, assignment) = backend.into_parts();
    assert_eq!(system.is_satisfied(&assignment), expected, "constraints: {:?}", system.violations(&assignment));
    let MarketClaim { unit, var_tail, var_limit, cvar_tail, cvar_limit, book, parametric, .. } = claim;
    let commitment = commitment::commit(&set.factors_digest(), &positions, blinding);
    let context = Fp::from(1);
    let claim = MarketClaim {
        shape,
        commitment,
        context,
        unit,
        var_tail,
        var_limit,
        cvar_tail,
        cvar_limit,
        book,
        rules: RuleTerms::default(),
        parametric,
    };
    let circuit = StatementCircuit::new(claim.controls(), inputs, witness);
    let violations = circuit.log_rows().and_then(|rows| circuit.violations(rows)).expect("small shapes build");
    assert_eq!(violations.is_empty(), expected, "halo2: {violations:?}");
}
