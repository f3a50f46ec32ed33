//! Ceremonies: honest ones give keys that prove, and each way to cheat is refused.

use std::io::Cursor;
use std::sync::OnceLock;

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_ff::Field;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use sha2::{Digest, Sha256};
use tailproof_circuits::r1cs::assembly::{statement_assignment, statement_system};
use tailproof_circuits::statement::market::MarketWitness;
use tailproof_core::mandate::LimitUnits;
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::{Positions, ScenarioSet, TailMass, Unit};
use tailproof_prover::ceremony::CeremonyError;
use tailproof_prover::ceremony::file::{Ceremony, Subject, apply_beacon, begin, contribute};
use tailproof_prover::ceremony::verification::Start;
use tailproof_prover::groth16::prove;
use tailproof_prover::lean_qap::domain_size;
use tailproof_prover::raw_points::RawPoint;
use tailproof_prover::snarkjs_files::FileError;
use tailproof_prover::snarkjs_files::known_powers::PowersDigest;
use tailproof_prover::snarkjs_files::powers_of_tau::{Chain, write_development_powers};
use tailproof_prover::{DomainKind, ProvingKey};
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::keys::file::{decode_verifying_key, encode_verifying_key};
use tailproof_verifier::keys::header::{HEADER_BYTES, KeyHeader, KeyKind, Powers, PowersOrigin, Provenance};
use tailproof_verifier::market::{BookLimits, Parametric, RuleTerms};
use tailproof_verifier::scenario_point::scenario_point;
use tailproof_verifier::{MarketClaim, Shape, VerifyingKey, commitment};

const SHAPE: &str = "1x1/1";
const DIGEST: PowersDigest = PowersDigest { blake2b: [7; 64], sha256: [8; 32] };

const CEREMONY: Provenance = Provenance::Ceremony {
    transcript: [2; 32],
    powers: Powers { origin: PowersOrigin::Named, blake2b: DIGEST.blake2b },
};

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

fn shape() -> Shape {
    SHAPE.parse().unwrap()
}

fn powers() -> &'static [u8] {
    static POWERS: OnceLock<Vec<u8>> = OnceLock::new();
    POWERS.get_or_init(|| {
        let mut bytes = Vec::new();
        write_development_powers(&mut bytes, 11, &mut rng(1)).unwrap();
        bytes
    })
}

fn start() -> &'static Start {
    static START: OnceLock<Start> = OnceLock::new();
    START.get_or_init(new_start)
}

fn new_start() -> Start {
    Start::new(shape(), DomainKind::Least, Cursor::new(powers()), &DIGEST, None, &mut rng(2)).unwrap()
}

fn begun() -> Vec<u8> {
    let mut bytes = Vec::new();
    begin(start().subject(), start().points(), &mut bytes).unwrap();
    bytes
}

fn contributed(file: &[u8], name: &str) -> Vec<u8> {
    let mut next = Vec::new();
    contribute(file, &mut next, name, &mut rng(name.len() as u64), &|_, _| {}).unwrap();
    next
}

fn with_beacon(file: &[u8]) -> Vec<u8> {
    let mut next = Vec::new();
    apply_beacon(file, &mut next, "beacon", b"public", 3, &|_, _| {}).unwrap();
    next
}

/// Three parties and a beacon.
fn honest() -> &'static Ceremony {
    static HONEST: OnceLock<Ceremony> = OnceLock::new();
    HONEST.get_or_init(|| {
        let file = ["a", "bb", "ccc"].iter().fold(begun(), |file, name| contributed(&file, name));
        read(&with_beacon(&file))
    })
}

fn read(file: &[u8]) -> Ceremony {
    Ceremony::read(file).unwrap()
}

fn check(ceremony: &Ceremony) -> Result<(), CeremonyError> {
    start().check(ceremony, &mut rng(3))
}

fn refused_points(ceremony: &Ceremony) -> &'static str {
    match check(ceremony).unwrap_err() {
        CeremonyError::WrongPoints(why) => why,
        other => panic!("refused for another reason: {other}"),
    }
}

#[test]
fn keys_of_three_parties_prove_and_say_which_ceremony_made_them() {
    let transcript = honest().head.transcript.digest();
    let (proving, verifying) = new_start().keys(honest().clone(), &mut rng(4)).unwrap();
    let powers = Powers { origin: PowersOrigin::Unknown, blake2b: DIGEST.blake2b };
    assert_eq!(verifying.header().provenance, Provenance::Ceremony { transcript, powers });
    assert!(verifying.header().provenance.is_insecure());
    assert_eq!(proving.header(), verifying.header());
    let decoded = decode_verifying_key(&encode_verifying_key(&verifying)).unwrap();
    assert_eq!(decoded.header(), verifying.header());
    assert_ne!(verifying.groth16().gamma_g2, verifying.groth16().delta_g2);

    prove_and_verify(&proving, &verifying);
}

/// Makes a proof with keys of any shape, and checks that it verifies for its claim alone.
fn prove_and_verify(proving: &ProvingKey, verifying: &VerifyingKey) {
    let shape = verifying.shape();
    let description = "test".into();
    let (names, dates) = (vec!["A".into()], vec!["1".into()]);
    let set = ScenarioSet::new(Generator::Custom { description }, names, dates, None, vec![1], vec![-300]).unwrap();
    let positions = Positions::new(Unit::CENT, vec![1_000], 700).unwrap();
    let tail = TailMass::new("0.6".parse().unwrap(), 1);
    let limit = LimitUnits { absolute: 1 << 40, per_nav: 0 };
    let claim = MarketClaim {
        shape,
        commitment: commitment::commit(&set.factors_digest(), &positions, Fr::from(5u64)),
        context: Fr::from(9u64),
        unit: Unit::CENT,
        var_tail: tail,
        var_limit: limit,
        cvar_tail: tail,
        cvar_limit: limit,
        book: BookLimits::OFF,
        rules: RuleTerms::default(),
        parametric: Parametric::NONE,
    };
    let scenarios = ScenarioInputs::new(shape, &set).unwrap();
    let witness = MarketWitness::new(&claim, &set, positions, Fr::from(5u64));
    let assignment = statement_assignment(&claim.controls(), &scenarios, &witness).unwrap();
    let proof = prove(proving, &assignment, &mut rng(5)).unwrap();
    let point = scenario_point(verifying, &scenarios).unwrap();
    verifying.verify(&claim.controls(), &point, &proof).unwrap();
    let mut other = claim.controls();
    other[0] += Fr::from(1u64);
    assert!(verifying.verify(&other, &point, &proof).is_err());
}

/// A ceremony on a domain of 9 2^k points, over a file of the power that it needs.
#[test]
fn a_ceremony_on_a_mixed_domain_ends_in_keys_that_prove() {
    ends_in_keys_that_prove(&[(on_domain(9), DomainKind::Least, 0)]);
}

/// A ceremony on every kind of domain, over a file of exactly the power that it needs and over a
/// larger one.
#[test]
#[cfg(feature = "nightly")]
fn ceremonies_on_every_kind_of_domain_end_in_keys_that_prove() {
    ends_in_keys_that_prove(&[
        (on_domain(3), DomainKind::Least, 0),
        (on_domain(3), DomainKind::Least, 1),
        (on_domain(9), DomainKind::Least, 1),
        (on_domain(1), DomainKind::Least, 0),
        (on_domain(1), DomainKind::Least, 1),
        (on_domain(9), DomainKind::PowerOfTwo, 0),
        (on_domain(9), DomainKind::PowerOfTwo, 1),
    ]);
}

/// Each with the power of the file beyond the one that the domain needs.
fn ends_in_keys_that_prove(ceremonies: &[(Shape, DomainKind, u32)]) {
    for (shape, kind, larger) in ceremonies.iter().copied() {
        let size = kind.size(statement_system(shape).unwrap().constraints());
        let mut powers = Vec::new();
        let power = size.next_power_of_two().ilog2() + larger;
        write_development_powers(&mut powers, power, &mut rng(power.into())).unwrap();
        let start = Start::new(shape, kind, Cursor::new(&powers), &DIGEST, Some(&DIGEST.sha256), &mut rng(2)).unwrap();
        let mut file = Vec::new();
        begin(start.subject(), start.points(), &mut file).unwrap();
        let ceremony = read(&contributed(&file, "a"));
        let (proving, verifying) = start.keys(ceremony, &mut rng(4)).unwrap();
        assert_eq!(proving.domain(), size);
        prove_and_verify(&proving, &verifying);
    }
}

/// Returns a small shape whose least domain is `odd` times a power of two.
fn on_domain(odd: usize) -> Shape {
    let names = (1..12).flat_map(|scenarios| ["/1", ""].map(|tail| format!("{scenarios}x1{tail}")));
    let mut shapes = names.map(|name| name.parse::<Shape>().unwrap());
    let fits = |shape: &Shape| {
        let size = domain_size(statement_system(*shape).unwrap().constraints());
        size >> size.trailing_zeros() == odd
    };
    shapes.find(fits).unwrap()
}

#[test]
fn a_ceremony_without_a_secret_is_refused() {
    assert!(matches!(check(&read(&begun())), Err(CeremonyError::NoContribution)));
    // Everybody can compute a beacon.
    assert!(matches!(check(&read(&with_beacon(&begun()))), Err(CeremonyError::NoContribution)));
    let keys = new_start().keys(read(&with_beacon(&begun())), &mut rng(4));
    assert!(matches!(keys, Err(CeremonyError::NoContribution)));
}

#[test]
fn points_that_were_exchanged_are_found() {
    check(honest()).unwrap();
    let other = (G1Projective::generator() * Fr::from(99u64)).into_affine();
    for place in [0, honest().l.len() / 2, honest().l.len() - 1] {
        let mut ceremony = honest().clone();
        ceremony.l[place] = other;
        assert_eq!(refused_points(&ceremony), "the L points");
    }
    for place in [0, honest().h.len() - 1] {
        let mut ceremony = honest().clone();
        ceremony.h[place] = other;
        assert_eq!(refused_points(&ceremony), "the H points");
    }
    for place in 0..honest().c.len() {
        let mut ceremony = honest().clone();
        ceremony.c[place] = other;
        assert_eq!(refused_points(&ceremony), "the C points");
    }
    let mut ceremony = honest().clone();
    ceremony.c.pop();
    assert_eq!(refused_points(&ceremony), "the C points");
    let mut ceremony = honest().clone();
    ceremony.l.swap(0, 1);
    assert_eq!(refused_points(&ceremony), "the L points");
    let mut ceremony = honest().clone();
    ceremony.h.pop();
    assert_eq!(refused_points(&ceremony), "the H points");
    let mut ceremony = honest().clone();
    ceremony.head.delta_g2 = G2Affine::generator();
    assert_eq!(refused_points(&ceremony), "delta in G2 is not delta in G1");
}

/// A contributor who says `x` in the record and divides the points by something else.
#[test]
fn points_divided_by_another_secret_are_found() {
    let factor = Fr::from(3u64).inverse().unwrap();
    let scale = |points: &[G1Affine]| points.iter().map(|point| (*point * factor).into_affine()).collect();
    let mut ceremony = honest().clone();
    ceremony.l = scale(&honest().l);
    assert_eq!(refused_points(&ceremony), "the L points");
    let mut ceremony = honest().clone();
    ceremony.h = scale(&honest().h);
    assert_eq!(refused_points(&ceremony), "the H points");
    let mut ceremony = honest().clone();
    ceremony.c = scale(&honest().c);
    assert_eq!(refused_points(&ceremony), "the C points");
    // Points of C that no contribution divided: those of the start.
    ceremony.c.clone_from(&start().points().c);
    assert!(!ceremony.c.is_empty());
    assert_eq!(refused_points(&ceremony), "the C points");
}

#[test]
fn a_step_left_out_is_found() {
    // The points of two contributions under the transcript of one.
    let one = contributed(&begun(), "a");
    let two = contributed(&one, "bb");
    let mut ceremony = read(&two);
    ceremony.head.transcript = read(&one).head.transcript;
    assert_eq!(refused_points(&ceremony), "delta in G2 is not delta in G1");
    ceremony.head.delta_g2 = read(&one).head.delta_g2;
    assert_eq!(refused_points(&ceremony), "the L points");
}

#[test]
fn another_circuit_and_other_powers_are_named() {
    let mut ceremony = honest().clone();
    ceremony.head.subject.circuit[0] ^= 1;
    assert!(matches!(check(&ceremony), Err(CeremonyError::OtherCircuit { .. })));
    let mut ceremony = honest().clone();
    ceremony.head.subject.powers.blake2b[0] ^= 1;
    assert!(matches!(check(&ceremony), Err(CeremonyError::OtherPowers { .. })));
    let mut ceremony = honest().clone();
    ceremony.head.subject.domain = DomainKind::PowerOfTwo;
    assert!(matches!(check(&ceremony), Err(CeremonyError::OtherDomain)));
    let refused = Start::new(shape(), DomainKind::Least, Cursor::new(powers()), &DIGEST, Some(&[1; 32]), &mut rng(2))
        .unwrap_err();
    assert!(matches!(refused, CeremonyError::NotTheNamedPowers { .. }));
}

/// Returns a powers-of-tau file with a list of as many contributions as its maker likes. The records
/// are about the file's own powers if `right`, and answer no challenge.
fn with_contributions(file: &[u8], number: u32, right: bool) -> Vec<u8> {
    let section = |id: u32, offset: usize, length: usize| {
        let mut at = 12;
        while file[at..at + 4] != id.to_le_bytes() {
            at += 12 + usize::try_from(u64::from_le_bytes(file[at + 4..at + 12].try_into().unwrap())).unwrap();
        }
        &file[at + 12 + offset..at + 12 + offset + length]
    };
    let powers =
        [section(2, 64, 64), section(3, 128, 128), section(4, 0, 64), section(5, 0, 64), section(6, 0, 128)].concat();
    let mut changed = file[..12].to_vec();
    let mut at = 12;
    while at < file.len() {
        let length = usize::try_from(u64::from_le_bytes(file[at + 4..at + 12].try_into().unwrap())).unwrap();
        let section = &file[at..at + 12 + length];
        if section[..4] == 7u32.to_le_bytes() {
            // Powers, key, hashes, kind 0, no parameters.
            let [mut g1, mut g2] = [Vec::new(), Vec::new()];
            G1Affine::generator().write(&mut g1);
            G2Affine::generator().write(&mut g2);
            let others = [&g1, &g2, &g1, &g1, &g2].map(|point| &point[..]).concat();
            let mut entry = if right { powers.clone() } else { others };
            entry.extend([g1.repeat(6), g2.repeat(3), vec![0; 216 + 64 + 4 + 4]].concat());
            let list = [&number.to_le_bytes()[..], &entry.repeat(number as usize)].concat();
            changed.extend(7u32.to_le_bytes());
            changed.extend((list.len() as u64).to_le_bytes());
            changed.extend(list);
        } else {
            changed.extend_from_slice(section);
        }
        at += 12 + length;
    }
    changed
}

/// Keys say that their powers are unknown whatever the powers' list of contributions and the ceremony's own header
/// say.
#[test]
fn a_copied_list_of_contributions_does_not_make_keys_sound() {
    let other = with_contributions(powers(), 1, false);
    let refused = Start::new(shape(), DomainKind::Least, Cursor::new(&other), &DIGEST, None, &mut rng(2)).unwrap_err();
    assert!(refused.to_string().contains("about other powers"), "{refused}");
    let several = with_contributions(powers(), 3, true);
    let refused =
        Start::new(shape(), DomainKind::Least, Cursor::new(&several), &DIGEST, None, &mut rng(2)).unwrap_err();
    assert!(refused.to_string().contains("record 2 of its list"), "{refused}");
    let copied = with_contributions(powers(), 1, true);
    let origin = |named: Option<&[u8]>, said: PowersOrigin| {
        let start = Start::new(shape(), DomainKind::Least, Cursor::new(&copied), &DIGEST, named, &mut rng(2)).unwrap();
        assert_eq!(start.chain(), Chain::OtherStart);
        let powers = Powers { origin: said, ..start.subject().powers };
        let mut file = Vec::new();
        begin(Subject { powers, ..start.subject() }, start.points(), &mut file).unwrap();
        let provenance = start.keys(read(&contributed(&file, "a")), &mut rng(4)).unwrap().1.header().provenance;
        let powers = provenance.powers().unwrap();
        assert_eq!(powers.blake2b, DIGEST.blake2b);
        assert_eq!(provenance.is_insecure(), powers.origin == Unknown);
        powers.origin
    };
    use PowersOrigin::{Known, Named, Unknown};
    assert_eq!(origin(None, Known), Unknown, "a header that says they are known");
    assert_eq!(origin(Some(&DIGEST.sha256), Unknown), Unknown, "contributors saw that they are unknown");
    assert_eq!(origin(Some(&DIGEST.sha256), Known), Named);
    assert_eq!(origin(Some(&DIGEST.sha256), Named), Named);
}

/// A file of a later version is whole, and is not called damaged.
#[test]
fn a_ceremony_of_another_version_is_named() {
    let mut file = begun();
    file[8] = 9;
    let refused = Ceremony::read(&file[..]).unwrap_err();
    assert!(refused.to_string().contains("the ceremony file has version 9, this program reads 2"), "{refused}");
}

/// A sole contributor who multiplies by -1: everybody knows delta. There is no such key, and a file
/// that holds one is refused.
#[test]
fn a_trivial_delta_is_refused() {
    let honest = new_start().keys(honest().clone(), &mut rng(4)).unwrap().1.groth16().clone();
    let header = KeyHeader { shape: shape(), circuit: [1; 32], provenance: CEREMONY };
    let file = encode_verifying_key(&VerifyingKey::new(header, honest.clone()).unwrap());
    for delta in [G2Affine::generator(), -G2Affine::generator()] {
        let trivial = ark_groth16::VerifyingKey { delta_g2: delta, ..honest.clone() };
        let refused = VerifyingKey::new(header, trivial).unwrap_err();
        assert!(refused.to_string().contains("proves anything"), "{refused}");
    }
    // Alpha, beta and gamma stand before delta: 64 bytes and 128 for each of the others.
    let mut body = file[HEADER_BYTES..].to_vec();
    body.copy_within(192..320, 320);
    let sealed = [&header.encode(KeyKind::Verifying, &body)[..], &body].concat();
    let refused = decode_verifying_key(&sealed).unwrap_err();
    assert!(refused.to_string().contains("proves anything"), "{refused}");
}

/// Thousands of beacons would keep every later reader busy.
#[test]
fn beacons_are_bounded_together() {
    let mut file = begun();
    let mut hashed = |log: u8| {
        let mut next = Vec::new();
        let step = apply_beacon(&file[..], &mut next, "beacon", b"public", log, &|_, _| {});
        let done = step.is_ok();
        if done {
            file = next;
        }
        done
    };
    assert!(hashed(3) && hashed(3));
    assert!(read(&file).head.transcript.is_bounded());
    // The bound itself, without the hours.
    let at = file.windows(7).position(|window| *window == b"\x03\x06public"[..7]).unwrap();
    for (log, why) in [(30, "too many hashes"), (31, "not readable")] {
        let mut bytes = file.clone();
        bytes[at] = log;
        let length = bytes.len() - 32;
        let digest = Sha256::digest(&bytes[..length]);
        bytes[length..].copy_from_slice(&digest);
        let refused = Ceremony::read(&bytes[..]).unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    }
}

/// A step that no file may have is refused before anything is written: the next party could not
/// read it.
#[test]
fn names_and_beacons_that_cannot_be_read_are_not_written() {
    let file = begun();
    let mut written = Vec::new();
    for name in ["x".repeat(65), "x".repeat(300), "two\nlines".into()] {
        let refused = contribute(&file[..], &mut written, &name, &mut rng(1), &|_, _| {});
        assert!(matches!(refused, Err(CeremonyError::Name)), "{name}");
        let refused = apply_beacon(&file[..], &mut written, &name, b"public", 3, &|_, _| {});
        assert!(matches!(refused, Err(CeremonyError::Name)), "{name}");
    }
    for (value, log) in [(vec![], 3), (vec![1; 65], 3), (vec![1; 300], 3), (vec![1], 31), (vec![1], 64)] {
        let refused = apply_beacon(&file[..], &mut written, "beacon", &value, log, &|_, _| {});
        assert!(matches!(refused, Err(CeremonyError::Beacon)), "{} bytes, 2^{log}", value.len());
    }
    assert!(written.is_empty());
}

/// A shape from a hostile file: refused before its circuit is built.
#[test]
fn a_huge_shape_is_refused_by_the_size_of_the_powers() {
    let huge: Shape = "65536x62".parse().unwrap();
    let refused = Start::new(huge, DomainKind::Least, Cursor::new(powers()), &DIGEST, None, &mut rng(1)).unwrap_err();
    assert!(matches!(refused, CeremonyError::File(FileError::TooFewPowers { power: 11, .. })));
}

/// The same transcript over powers of another tau.
#[test]
fn points_from_other_powers_are_found() {
    let mut other = Vec::new();
    write_development_powers(&mut other, 11, &mut rng(77)).unwrap();
    let start = Start::new(shape(), DomainKind::Least, Cursor::new(other), &DIGEST, None, &mut rng(2)).unwrap();
    assert!(matches!(start.check(honest(), &mut rng(3)), Err(CeremonyError::WrongPoints("the L points"))));
}

#[test]
fn files_with_any_byte_changed_or_cut_off_are_refused() {
    let file = contributed(&begun(), "a");
    assert_eq!(read(&file).head.transcript.records()[0].name, "a");
    for position in (0..file.len()).step_by(file.len() / 100).chain((0..460).step_by(3)) {
        let mut changed = file.clone();
        changed[position] ^= 0x20;
        assert!(Ceremony::read(&changed[..]).is_err(), "byte {position}");
        let step = contribute(&changed[..], Vec::new(), "x", &mut rng(1), &|_, _| {});
        assert!(step.is_err(), "a contribution to a file with byte {position} changed");
        assert!(Ceremony::read(&file[..position]).is_err());
    }
    assert!(Ceremony::read(&[&file[..], b"x"].concat()[..]).is_err());
}

#[test]
fn too_few_powers_say_how_many_are_needed() {
    let mut small = Vec::new();
    write_development_powers(&mut small, 5, &mut rng(1)).unwrap();
    let refused = Start::new(shape(), DomainKind::Least, Cursor::new(small), &DIGEST, None, &mut rng(1)).unwrap_err();
    assert!(matches!(refused, CeremonyError::File(FileError::TooFewPowers { power: 5, needed: 11 })));
}
