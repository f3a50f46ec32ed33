//! The prover against arkworks' own, and keys through their files.

use std::io::Read;

use ark_bn254::{Bn254, Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::UniformRand;
use ark_groth16::Groth16;
use ark_relations::gr1cs::Matrix as ArkMatrix;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use tailproof_circuits::r1cs::assembly::{statement_assignment, statement_system};
use tailproof_circuits::statement::market::MarketWitness;
use tailproof_core::mandate::LimitUnits;
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::{Positions, ScenarioSet, TailMass, Unit};
use tailproof_prover::groth16::{ProveError, prove_with_blinding, prove_with_blinding_on};
use tailproof_prover::lean_qap::domain_size;
use tailproof_prover::proving_key::read::ReadKeyError;
use tailproof_prover::raw_points::write_points;
use tailproof_prover::setup::insecure_development_keys_of;
use tailproof_prover::{DomainKind, KeysError, LeanReduction, Prover, ProvingKey};
use tailproof_simd::Engine;
use tailproof_verifier::inputs::{ScenarioInputs, all_inputs};
use tailproof_verifier::keys::file::{decode_verifying_key, encode_verifying_key};
use tailproof_verifier::keys::header::{HEADER_BYTES, KeyHeader, KeyKind};
use tailproof_verifier::market::{BookLimits, Parametric, RuleTerms};
use tailproof_verifier::scenario_point::scenario_point;
use tailproof_verifier::{MalformedError, MarketClaim, Proof, Shape, VerifyError, VerifyingKey, commitment};

/// A file that is damaged in a part.
macro_rules! damaged {
    ($part:literal) => {
        ReadKeyError::Malformed(MalformedError::Damaged { part: $part, .. })
    };
}

pub struct Made {
    pub proving: ProvingKey,
    pub verifying: VerifyingKey,
    pub claim: MarketClaim,
    pub scenarios: ScenarioInputs,
    pub assignment: Vec<Fr>,
}

pub fn made(shape: &str, seed: u64) -> Made {
    made_on(DomainKind::Least, shape.parse().unwrap(), seed)
}

fn made_on(kind: DomainKind, shape: Shape, seed: u64) -> Made {
    let set = ScenarioSet::new(
        Generator::Custom { description: "test".into() },
        vec!["A".into(), "B".into(), "C".into()],
        vec!["1".into(), "2".into()],
        None,
        vec![1, 2],
        vec![-300, 20, 8_388_607, 100, -8_388_607, 40],
    )
    .unwrap();
    let positions = Positions::new(Unit::CENT, vec![1_000, -500, 100], 700).unwrap();
    let blinding = Fr::from(5u64);
    let claim = MarketClaim {
        shape,
        commitment: commitment::commit(&set.factors_digest(), &positions, blinding),
        context: Fr::from(9u64),
        unit: Unit::CENT,
        var_tail: TailMass::new("0.6".parse().unwrap(), 3),
        var_limit: LimitUnits { absolute: 1 << 40, per_nav: 3 },
        cvar_tail: TailMass::new("0.5".parse().unwrap(), 3),
        cvar_limit: LimitUnits { absolute: 1 << 40, per_nav: 4 },
        book: BookLimits::OFF,
        rules: RuleTerms::default(),
        parametric: Parametric::NONE,
    };
    let scenarios = ScenarioInputs::new(shape, &set).unwrap();
    let witness = MarketWitness::new(&claim, &set, positions, blinding);
    let assignment = statement_assignment(&claim.controls(), &scenarios, &witness).unwrap();
    let (proving, verifying) =
        insecure_development_keys_of(kind, shape, &mut ChaCha20Rng::seed_from_u64(seed)).unwrap();
    Made { proving, verifying, claim, scenarios, assignment }
}

/// Returns a shape whose least domain is `odd` times a power of two.
fn shape_on(odd: usize) -> Shape {
    let names = (2..12).flat_map(|scenarios| ["", "/1"].map(|tail| format!("{scenarios}x3{tail}")));
    let mut shapes = names.map(|name| name.parse::<Shape>().unwrap());
    shapes
        .find(|shape| {
            let size = domain_size(statement_system(*shape).unwrap().constraints());
            size >> size.trailing_zeros() == odd
        })
        .unwrap()
}

/// Returns the proof of arkworks' own prover over the lean reduction.
fn by_arkworks<const POWER_OF_TWO: bool>(made: &Made, r: Fr, s: Fr) -> ark_groth16::Proof<Bn254> {
    let stock_key = made.proving.to_arkworks(made.verifying.groth16().clone());
    let matrices: Vec<ArkMatrix<Fr>> = made
        .proving
        .matrices()
        .iter()
        .map(|matrix| {
            (0..matrix.rows()).map(|row| matrix.row(row).iter().map(|(v, k)| (*k, *v as usize)).collect()).collect()
        })
        .collect();
    let inputs = all_inputs(&made.claim.controls(), &made.scenarios);
    Groth16::<Bn254, LeanReduction<POWER_OF_TWO>>::create_proof_with_reduction_and_matrices(
        &stock_key,
        r,
        s,
        &matrices,
        inputs.len() + 1,
        made.proving.constraints(),
        &made.assignment,
    )
    .unwrap()
}

#[test]
fn the_proof_is_the_one_arkworks_makes_on_every_engine_and_domain_and_both_verifiers_accept_it() {
    let mut rng = ChaCha20Rng::seed_from_u64(2);
    let (r, s) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
    for (kind, odd) in [(DomainKind::Least, 3), (DomainKind::Least, 9), (DomainKind::PowerOfTwo, 9)] {
        let made = made_on(kind, shape_on(odd), 1);
        let size = made.proving.domain();
        assert_eq!(size >> size.trailing_zeros(), if kind == DomainKind::Least { odd } else { 1 });
        let stock = match kind {
            DomainKind::Least => by_arkworks::<false>(&made, r, s),
            DomainKind::PowerOfTwo => by_arkworks::<true>(&made, r, s),
        };
        for engine in Engine::all() {
            let proof = prove_with_blinding_on(engine, &made.proving, &made.assignment, r, s);
            assert_eq!(proof, Ok(Proof::from(stock.clone())), "{} on {size} points", engine.name());
        }
        let inputs = all_inputs(&made.claim.controls(), &made.scenarios);
        assert!(Groth16::<Bn254>::verify_proof(&made.verifying.groth16().clone().into(), &stock, &inputs).unwrap());
        let point = scenario_point(&made.verifying, &made.scenarios).unwrap();
        made.verifying.verify(&made.claim.controls(), &point, &stock.into()).unwrap();
    }
}

/// A key with a point of its H, L or C query moved, each alone: the points that hold the matrix C
/// are as much a part of the proof as the others.
#[test]
fn a_key_with_a_point_of_h_l_or_c_moved_makes_no_valid_proof() {
    let made = made("2x3/1", 8);
    let honest = made.proving.encode()[HEADER_BYTES..].to_vec();
    let mut other = Vec::new();
    write_points(&mut other, &[G1Affine::generator()]);
    let point = scenario_point(&made.verifying, &made.scenarios).unwrap();
    let valid = |body: &[u8]| {
        let key = ProvingKey::decode(&sealed(&made, body)).unwrap();
        let proof = prove_with_blinding(&key, &made.assignment, Fr::from(3u64), Fr::from(4u64)).unwrap();
        made.verifying.verify(&made.claim.controls(), &point, &proof).is_ok()
    };
    assert!(valid(&honest));
    let [_, _, _, h, l, c] = queries(&honest);
    assert!(c.0 > 0, "an input stands in C");
    let moved = |at: usize| {
        let mut body = honest.clone();
        body[at..at + 64].copy_from_slice(&other);
        valid(&body)
    };
    assert!(!moved(h.1), "the first point of H");
    let of_private = variables(&honest, l);
    let place = of_private.iter().rposition(|variable| made.assignment[*variable as usize] != Fr::from(0u64)).unwrap();
    assert!(!moved(l.1 + 64 * place), "a point of L");
    for (place, variable) in variables(&honest, c).into_iter().enumerate() {
        // A point counts where its input is not zero.
        let counts = made.assignment[variable as usize] != Fr::from(0u64);
        assert_eq!(moved(c.1 + 64 * place), !counts, "the point of input {variable}");
    }
}

/// The C query has a point of every public input in the matrix C, and of no other.
#[test]
fn a_key_whose_c_query_misses_an_input_or_has_another_is_refused_when_it_is_read() {
    let made = made("2x3/1", 8);
    let honest = made.proving.encode()[HEADER_BYTES..].to_vec();
    let [.., c] = queries(&honest);
    let inputs = variables(&honest, c);
    let start = c.1 - 4 * c.0 - 8;
    let with = |inputs: &[u32], points: &[u8]| {
        let mut body = honest[..start].to_vec();
        body.extend((inputs.len() as u64).to_le_bytes());
        body.extend(inputs.iter().flat_map(|input| input.to_le_bytes()));
        body.extend(points);
        body.extend(&honest[c.1 + 64 * c.0..]);
        ProvingKey::decode(&sealed(&made, &body))
    };
    let points = &honest[c.1..c.1 + 64 * c.0];
    assert_eq!(with(&inputs, points).unwrap(), made.proving);
    let refused = |inputs: &[u32], points: &[u8]| {
        assert!(matches!(with(inputs, points), Err(MalformedError::Damaged { part: "body", .. })), "{inputs:?}");
    };
    refused(&inputs[1..], &points[64..]);
    refused(&inputs[..inputs.len() - 1], &points[..points.len() - 64]);
    refused(&[], &[]);
    let absent = (0..).find(|input| !inputs.contains(input)).unwrap();
    let mut more = [&inputs[..], &[absent]].concat();
    more.sort_unstable();
    refused(&more, &[points, &points[..64]].concat());
    let mut renamed = inputs.clone();
    renamed[0] = absent;
    renamed.sort_unstable();
    refused(&renamed, points);
}

/// The H query says which domain a key is on: the least one or the least power of two, and no
/// other.
#[test]
fn a_key_on_another_domain_is_refused_when_it_is_read() {
    let made = made_on(DomainKind::Least, shape_on(9), 8);
    let honest = made.proving.encode()[HEADER_BYTES..].to_vec();
    let [_, _, _, h, ..] = queries(&honest);
    let with = |count: usize| {
        let mut body = honest[..h.1 - 8].to_vec();
        body.extend((count as u64).to_le_bytes());
        body.extend((0..count).flat_map(|place| &honest[h.1 + 64 * (place % h.0)..][..64]));
        body.extend(&honest[h.1 + 64 * h.0..]);
        ProvingKey::decode(&sealed(&made, &body))
    };
    assert_eq!(with(h.0).unwrap(), made.proving);
    assert_eq!(with(h.0.next_power_of_two()).unwrap().domain(), h.0.next_power_of_two());
    for count in [0, h.0 - 1, h.0 + 1, h.0 / 9 * 12, 2 * h.0, 2 * h.0.next_power_of_two(), h.0 / 9 * 8] {
        assert!(with(count).is_err(), "{count} points");
    }
}

/// Keys of the first format have points of another form.
#[test]
fn keys_of_version_1_are_refused_with_what_to_do() {
    let made = made("2x3/1", 8);
    let (mut proving, mut verifying) = (made.proving.encode(), encode_verifying_key(&made.verifying));
    proving[8] = 1;
    verifying[8] = 1;
    for refused in [
        ProvingKey::decode(&proving).unwrap_err(),
        ProvingKey::decode(&proving[..128]).unwrap_err(),
        decode_verifying_key(&verifying).unwrap_err(),
    ] {
        assert!(matches!(&refused, MalformedError::OtherVersion { found, expected: 2, .. } if found == "1"));
        assert!(refused.to_string().contains("make keys again"), "{refused}");
    }
}

#[test]
fn a_proof_does_not_verify_for_other_controls_or_scenarios() {
    let made = made("4x3/1", 3);
    let mut rng = ChaCha20Rng::seed_from_u64(4);
    let proof = tailproof_prover::groth16::prove(&made.proving, &made.assignment, &mut rng).unwrap();
    let point = scenario_point(&made.verifying, &made.scenarios).unwrap();
    let controls = made.claim.controls();
    made.verifying.verify(&controls, &point, &proof).unwrap();
    for index in 0..controls.len() {
        let mut other = controls;
        other[index] += Fr::from(1u64);
        assert_eq!(made.verifying.verify(&other, &point, &proof), Err(VerifyError::PairingFailed), "control {index}");
    }
    // The point of no scenarios: a contract's point that nobody has set yet.
    let infinity = G1Affine::zero();
    assert_eq!(made.verifying.verify(&controls, &infinity, &proof), Err(VerifyError::NoScenarios));
    let zero = ScenarioInputs::zero(made.claim.shape);
    let other = scenario_point(&made.verifying, &zero).unwrap();
    assert_eq!(other, infinity);
    let other = (point + point).into_affine();
    assert_eq!(made.verifying.verify(&controls, &other, &proof), Err(VerifyError::PairingFailed));
}

#[test]
fn an_assignment_that_does_not_satisfy_is_refused() {
    let mut made = made("2x3/1", 5);
    let last = made.assignment.len() - 1;
    made.assignment[last] += Fr::from(1u64);
    let refused = prove_with_blinding(&made.proving, &made.assignment, Fr::from(1u64), Fr::from(2u64));
    assert!(matches!(refused, Err(ProveError::Unsatisfied { .. })));
    made.assignment.pop();
    let refused = prove_with_blinding(&made.proving, &made.assignment, Fr::from(1u64), Fr::from(2u64));
    assert!(matches!(refused, Err(ProveError::OtherCircuit { .. })));
}

#[test]
fn a_verifying_key_of_another_shape_than_its_header_is_refused() {
    let verifying = made("2x3/1", 7).verifying;
    let expected = verifying.groth16().gamma_abc_g1.len();
    let mut fewer = verifying.groth16().clone();
    fewer.gamma_abc_g1.pop();
    let mut more = verifying.groth16().clone();
    more.gamma_abc_g1.push(more.alpha_g1);
    for (key, found) in [(fewer, expected - 1), (more, expected + 1)] {
        let refused = VerifyingKey::new(*verifying.header(), key).unwrap_err();
        assert_eq!(refused, MalformedError::InputPoints { shape: verifying.shape(), found, expected });
    }
}

#[test]
fn keys_survive_their_files_and_damaged_files_are_refused() {
    let made = made("2x3/1", 6);
    let file = made.proving.encode();
    assert_eq!(ProvingKey::decode(&file).unwrap(), made.proving);
    let verifying = encode_verifying_key(&made.verifying);
    assert_eq!(decode_verifying_key(&verifying).unwrap().groth16(), made.verifying.groth16());
    for (file, name) in [(&file, "proving"), (&verifying, "verifying")] {
        for position in (0..file.len()).step_by(file.len() / 200).chain(0..140) {
            let mut changed = file.clone();
            changed[position] ^= 0x40;
            let accepted = if name == "proving" {
                ProvingKey::decode(&changed).is_ok()
            } else {
                decode_verifying_key(&changed).is_ok()
            };
            assert!(!accepted, "{name} byte {position}");
            let cut = &file[..position];
            assert!(ProvingKey::decode(cut).is_err() && decode_verifying_key(cut).is_err());
        }
    }
}

/// The same key in other bytes: a point of a query before the one of a lower variable, and a
/// coefficient that is there twice.
#[test]
fn a_proving_key_has_one_encoding() {
    let made = made("2x3/1", 6);
    let body = made.proving.encode()[HEADER_BYTES..].to_vec();
    let sealed = |body: &[u8]| [&made.proving.header().encode(KeyKind::Proving, body)[..], body].concat();
    assert_eq!(ProvingKey::decode(&sealed(&body)).unwrap(), made.proving);

    // Two numbers, then points: three in G1, two in G2.
    let query = 2 * 8 + 3 * 64 + 2 * 128;
    let count = usize::try_from(u64::from_le_bytes(body[query..query + 8].try_into().unwrap())).unwrap();
    let (variables, points) = (query + 8, query + 8 + 4 * count);
    let mut swapped = body.clone();
    swapped[variables..variables + 8].rotate_left(4);
    swapped[points..points + 128].rotate_left(64);
    assert!(ProvingKey::decode(&sealed(&swapped)).is_err());

    // Coefficients are last: their number, and 32 bytes each.
    let coefficients =
        (1..).find(|count| body[body.len() - 32 * count - 8..][..8] == (*count as u64).to_le_bytes()).unwrap();
    let mut twice = body.clone();
    let number = body.len() - 32 * coefficients - 8;
    twice[number..number + 8].copy_from_slice(&(coefficients as u64 + 1).to_le_bytes());
    twice.extend_from_within(body.len() - 32..);
    assert!(ProvingKey::decode(&sealed(&twice)).is_err());
}

/// Work runs where the caller is: two threads prove at once, each in a pool of one thread, with the
/// same key.
#[test]
fn two_threads_prove_with_the_same_key() {
    let made = made("2x3/1", 7);
    let (r, s) = (Fr::from(1u64), Fr::from(2u64));
    let expected = prove_with_blinding(&made.proving, &made.assignment, r, s).unwrap();
    let prove = || {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        pool.install(|| prove_with_blinding(&made.proving, &made.assignment, r, s).unwrap())
    };
    std::thread::scope(|scope| {
        let threads = [(); 2].map(|()| scope.spawn(prove));
        for thread in threads {
            assert_eq!(thread.join().unwrap(), expected);
        }
    });
}

/// The body of a proving key with points of the attacker's choice, under a header whose digest is
/// right.
fn sealed(made: &Made, body: &[u8]) -> Vec<u8> {
    [&made.proving.header().encode(KeyKind::Proving, body)[..], body].concat()
}

/// Place of beta and delta in G1 in the body of a proving key: two numbers stand before them.
const BETA_G1: usize = 2 * 8;
const DELTA_G1: usize = BETA_G1 + 64;

fn number(body: &[u8], at: usize) -> usize {
    usize::try_from(u64::from_le_bytes(body[at..at + 8].try_into().unwrap())).unwrap()
}

/// Returns the variables of a query.
fn variables(body: &[u8], (count, first): (usize, usize)) -> Vec<u32> {
    let words = body[first - 4 * count..first].chunks_exact(4);
    words.map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect()
}

/// Returns the queries A, B, B in G2, H, L and C of the body, each with its number of points and the
/// place of the first.
fn queries(body: &[u8]) -> [(usize, usize); 6] {
    let mut at = BETA_G1 + 3 * 64 + 2 * 128;
    let query = |at: &mut usize, indexed: bool| {
        let count = number(body, *at);
        let first = *at + 8 + if indexed { 4 * count } else { 0 };
        *at = first + 64 * count;
        (count, first)
    };
    let (a, b) = (query(&mut at, true), query(&mut at, true));
    let b_g2 = (b.0, at);
    at += 128 * b.0;
    [a, b, b_g2, query(&mut at, false), query(&mut at, true), query(&mut at, true)]
}

/// The point (1, 0) in G1's encoding. It is on y^2 = x^3 - 1, where it has order 2, and not on
/// BN254.
fn of_order_two() -> Vec<u8> {
    let mut bytes = Vec::new();
    write_points(&mut bytes, &[G1Affine::new_unchecked(1u64.into(), 0u64.into())]);
    bytes
}

/// With these points a proof has the blinding r delta = 0 or (1, 0), so that about one in six
/// verifies and all of those have one A: two of them show the private loss to whoever guesses it.
#[test]
fn a_key_whose_delta_has_order_two_is_refused_when_it_is_read() {
    let made = made("2x3/1", 8);
    let honest = made.proving.encode()[HEADER_BYTES..].to_vec();
    let mut body = honest.clone();
    let [_, (count, first), ..] = queries(&honest);
    for at in [BETA_G1, DELTA_G1].into_iter().chain((0..count).map(|index| first + 64 * index)) {
        body[at..at + 64].copy_from_slice(&of_order_two());
    }
    let refused = ProvingKey::decode(&sealed(&made, &body)).unwrap_err().to_string();
    assert!(refused.contains("alpha, beta or delta") && refused.contains("not to be trusted"), "{refused}");
}

/// The same with one point at a time: whoever puts a point off its curve anywhere is found out.
#[test]
fn a_point_off_its_curve_is_refused_wherever_it_is() {
    let made = made("2x3/1", 8);
    let honest = made.proving.encode()[HEADER_BYTES..].to_vec();
    assert!(ProvingKey::decode(&sealed(&made, &honest)).is_ok());
    let header = [BETA_G1, DELTA_G1, DELTA_G1 + 64].map(|at| (at, 64));
    let in_g2 = [DELTA_G1 + 128, DELTA_G1 + 256].map(|at| (at, 128));
    let mut places = [&header[..], &in_g2[..]].concat();
    for (query, (count, first)) in queries(&honest).into_iter().enumerate() {
        let size = if query == 2 { 128 } else { 64 };
        places.extend([0, count / 2, count - 1].map(|index| (first + size * index, size)));
    }
    for (at, size) in places {
        let mut body = honest.clone();
        // y becomes x: on neither curve, and below the modulus.
        body.copy_within(at..at + size / 2, at + size / 2);
        let refused = ProvingKey::decode(&sealed(&made, &body)).unwrap_err();
        assert!(matches!(refused, MalformedError::BadPoint { .. }), "byte {at}: {refused}");
    }
}

/// Points of the right group, but of other numbers: a delta in G1 that the key's maker knows, and
/// beta likewise.
#[test]
fn a_delta_or_beta_that_differs_between_the_groups_is_refused() {
    let made = made("2x3/1", 8);
    let honest = made.proving.encode()[HEADER_BYTES..].to_vec();
    let mut other = Vec::new();
    write_points(&mut other, &[G1Affine::generator()]);
    let refused = |body: &[u8]| {
        let key = ProvingKey::decode(&sealed(&made, body)).unwrap();
        Prover::<tailproof_verifier::Groth16>::new(key, made.verifying.clone()).unwrap_err()
    };
    for (at, name) in [(BETA_G1, "beta"), (DELTA_G1, "delta")] {
        let mut body = honest.clone();
        body[at..at + 64].copy_from_slice(&other);
        assert!(matches!(refused(&body), KeysError::NotTrusted(why) if why.starts_with(name)), "{name}");
    }
    // Alpha and the points in G2 stand in the verifying key as well.
    let mut body = honest.clone();
    body[DELTA_G1 + 64..][..64].copy_from_slice(&other);
    assert_eq!(refused(&body), KeysError::NotAPair);
    let mut body = honest.clone();
    body.copy_within(DELTA_G1 + 128..DELTA_G1 + 256, DELTA_G1 + 256);
    assert_eq!(refused(&body), KeysError::NotAPair);
}

/// Gives few bytes at a time, and a failure after a number of them.
struct Slow<'b> {
    bytes: &'b [u8],
    fails: bool,
}

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.fails && self.bytes.is_empty() {
            return Err(std::io::Error::other("the disk is gone"));
        }
        let most = buffer.len().min(1000);
        self.bytes.read(&mut buffer[..most])
    }
}

/// A file is read in pieces, from a disk or a pipe: whole, changed anywhere, cut off, followed by
/// more, and on a disk that fails.
#[test]
fn a_key_that_is_read_in_pieces_is_used_only_as_the_digest_covers_it() {
    let made = made("8x3/1", 8);
    let file = made.proving.encode();
    let read = |bytes: &[u8], length: Option<u64>, fails: bool| {
        let slow = Slow { bytes, fails };
        Prover::<tailproof_verifier::Groth16>::read(slow, length, made.verifying.clone())
    };
    let length = Some(file.len() as u64);
    for length in [length, None] {
        let (prover, digest) = read(&file, length, false).unwrap();
        assert_eq!(prover.proving_key(), &made.proving);
        assert_eq!(digest, file[HEADER_BYTES - 32..HEADER_BYTES]);
        for place in (HEADER_BYTES..file.len()).step_by(file.len() / 60).chain([file.len() - 1]) {
            let mut changed = file.clone();
            changed[place] ^= 0x40;
            let refused = read(&changed, length, false).unwrap_err();
            assert!(matches!(refused, damaged!("digest")), "byte {place}: {refused}");
            let refused = read(&file[..place], length, false).unwrap_err();
            assert!(matches!(refused, damaged!("length")), "cut at {place}: {refused}");
            assert!(matches!(read(&file[..place], length, true), Err(ReadKeyError::Io(_))), "{place}");
        }
        let longer = [&file[..], &[0]].concat();
        assert!(matches!(read(&longer, length, false), Err(damaged!("length"))));
    }
    for other in [0, 199, file.len() as u64 - 1, file.len() as u64 + 1, u64::MAX] {
        assert!(matches!(read(&file, Some(other), false), Err(damaged!("length"))), "{other} bytes");
    }
    // Numbers of points and of terms that the file cannot hold take no memory.
    let body = &file[HEADER_BYTES..];
    for at in [8, 16 + 3 * 64 + 2 * 128] {
        for number in [u64::MAX, u64::MAX / 64, 1 << 40, (body.len() / 4) as u64] {
            let mut body = body.to_vec();
            body[at..at + 8].copy_from_slice(&number.to_le_bytes());
            let sealed = sealed(&made, &body);
            for length in [Some(sealed.len() as u64), None] {
                assert!(matches!(read(&sealed, length, false), Err(damaged!("body"))), "{number} at {at}");
            }
        }
    }
}

/// The same checks as of a key that was in memory.
#[test]
fn a_key_that_is_read_in_pieces_is_checked_against_its_pair_and_its_circuit() {
    let made = made("2x3/1", 8);
    let refused = |file: &[u8], verifying: &VerifyingKey| {
        let length = Some(file.len() as u64);
        match Prover::<tailproof_verifier::Groth16>::read(file, length, verifying.clone()) {
            Err(ReadKeyError::Keys(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    let file = made.proving.encode();
    let other = made_on(DomainKind::Least, "2x3/1".parse().unwrap(), 9);
    assert_eq!(refused(&file, &other.verifying), KeysError::NotAPair);
    let mut body = file[HEADER_BYTES..].to_vec();
    let last = body.len() - 32;
    body[last] ^= 1;
    let matrices = refused(&sealed(&made, &body), &made.verifying);
    assert!(matches!(matrices, KeysError::NotTrusted(why) if why.contains("matrices")), "{matrices}");
    // A circuit that both headers name, and that is not the shape's.
    let header = KeyHeader { circuit: [7; 32], ..*made.verifying.header() };
    let renamed = VerifyingKey::new(header, made.verifying.groth16().clone()).unwrap();
    let body = &file[HEADER_BYTES..];
    let circuit = refused(&[&header.encode(KeyKind::Proving, body)[..], body].concat(), &renamed);
    assert!(matches!(circuit, KeysError::OtherCircuit { found, .. } if found == [7; 32]), "{circuit}");
}

/// A coefficient of the matrices that is another one's: which books still prove would show what
/// they hold.
#[test]
fn a_key_with_other_matrices_than_its_circuit_is_refused() {
    let made = made("2x3/1", 8);
    let mut body = made.proving.encode()[HEADER_BYTES..].to_vec();
    let last = body.len() - 32;
    body[last] ^= 1;
    let key = ProvingKey::decode(&sealed(&made, &body)).unwrap();
    let refused = Prover::<tailproof_verifier::Groth16>::new(key, made.verifying.clone()).unwrap_err();
    assert!(matches!(refused, KeysError::NotTrusted(why) if why.contains("matrices")), "{refused}");
}

/// Points of the B query in G2 on the curve and outside the subgroup: nobody looks at each, so B of
/// the proof is looked at.
#[test]
fn a_proof_whose_b_is_outside_the_subgroup_is_not_made() {
    let made = made("2x3/1", 8);
    let mut body = made.proving.encode()[HEADER_BYTES..].to_vec();
    let outside = (1u64..)
        .find_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::new(Fq::from(x), Fq::from(3u64)), false))
        .unwrap();
    let mut bytes = Vec::new();
    write_points(&mut bytes, &[outside]);
    let [_, _, (count, first), ..] = queries(&body);
    for index in 0..count {
        body[first + 128 * index..][..128].copy_from_slice(&bytes);
    }
    let key = ProvingKey::decode(&sealed(&made, &body)).unwrap();
    let refused = prove_with_blinding(&key, &made.assignment, Fr::from(3u64), Fr::from(4u64));
    assert_eq!(refused, Err(ProveError::NotTrusted));
}
