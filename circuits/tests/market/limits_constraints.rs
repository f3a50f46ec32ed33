//! One attack for each constraint of statements with limits on the book, and of consolidated books.
//! Everything else about the assignment is right, so exactly this constraint refuses it, in both
//! backends and the plain evaluator.

use crate::support::market::repair_commitment;
use crate::support::{Case, Instance, Lies, lies, rng, scenario_set, shape};
use ark_bn254::Fr;
use ark_ff::{BigInteger, Field, PrimeField};
use ethnum::I256;
use tailproof_circuits::instructions::{Label, RangeLabels};
use tailproof_circuits::statement::market::labels;
use tailproof_core::mandate::{FloorUnits, LimitUnits};
use tailproof_core::{Confidence, Positions, TailMass, Unit};
use tailproof_verifier::inputs::layout;

/// A constraint, an instance, and the lies that it refuses.
type Attack = (Label, Case, Vec<(Label, usize, I256)>);

fn int(value: i128) -> I256 {
    I256::from(value)
}

fn positions(exposures: &[i64], nav: u64) -> Positions {
    Positions::new(Unit::CENT, exposures.to_vec(), nav).unwrap()
}

const ENTRIES: [i32; 9] = [-3, -1, 5, -1, 1, 2, 2, -2, -4];

/// Three scenarios, three factors, every limit at the book's figures.
fn tight() -> Case {
    let set = scenario_set(3, vec![1, 1, 1], ENTRIES.to_vec());
    let book = positions(&[200, 50, -70], 5_000);
    Case::tight(shape("3x3+limits"), set, book, [600_000, 600_000], Fr::from(123u64)).with_tight_limits()
}

/// The same without floors.
fn case() -> Case {
    let mut case = tight();
    case.claim.book.var_floor = None;
    case.claim.book.net_floor = FloorUnits::OFF;
    case
}

fn changed(mut case: Case, change: impl Fn(&mut Case)) -> Case {
    change(&mut case);
    case
}

/// Attacks on a limit that is `missing` loss units too low: as it is, with a rest out of range, and
/// with a share out of thin air.
fn on_limit(case: &Case, share: Label, rest: RangeLabels, missing: i128, told: &[(Label, usize, I256)]) -> [Attack; 3] {
    let with = |more: &[(Label, usize, I256)]| [told, more].concat();
    let rest_value = -int(missing) * I256::from(LimitUnits::FIGURE_FACTOR);
    // A floor's share is what it asks for: less helps.
    let helpful = if [labels::NET_FLOOR_ABOVE_SHARE, labels::FLOOR_SHARE].contains(&share) { -1 } else { 1 };
    [
        (rest.sum, case.clone(), with(&[])),
        (rest.bit, case.clone(), with(&[(rest.bit, 0, rest_value)])),
        (share, case.clone(), with(&[(share, 0, int(helpful << 40))])),
    ]
}

fn attacks() -> Vec<Attack> {
    let mut attacks = Vec::new();
    let unit = 1i128 << 20;

    // Limits that are one loss unit below the figure.
    let gross = changed(case(), |case| case.claim.book.gross.absolute -= 1);
    attacks.extend(on_limit(&gross, labels::GROSS_SHARE, labels::GROSS_LIMIT, 1, &[]));
    let net = changed(case(), |case| case.claim.book.net.absolute -= 1);
    attacks.extend(on_limit(&net, labels::NET_SHARE, labels::NET_LIMIT, 1, &[]));
    let floor = changed(tight(), |case| case.claim.book.net_floor.above.absolute += 1);
    attacks.extend(on_limit(&floor, labels::NET_FLOOR_ABOVE_SHARE, labels::NET_FLOOR, 1, &[]));
    attacks.push((labels::NET_FLOOR_BELOW_SHARE, floor, vec![(labels::NET_FLOOR_BELOW_SHARE, 0, int(1 << 40))]));
    let concentration = changed(case(), |case| case.claim.book.concentration.absolute -= 1);
    attacks.extend(on_limit(&concentration, labels::CONCENTRATION_SHARE, labels::CONCENTRATION_LIMIT, 1, &[]));
    let large = changed(case(), |case| case.claim.book.large.absolute -= 1);
    attacks.extend(on_limit(&large, labels::LARGE_SHARE, labels::LARGE_LIMIT, 1, &[]));
    // An exposure of 50 is said not to be large, where the threshold is a little less.
    let threshold = changed(case(), |case| case.claim.book.large_threshold.absolute -= 1);
    let small = [(labels::LARGE_THRESHOLD_BIT, 0, int(50))];
    attacks.extend(on_limit(&threshold, labels::LARGE_THRESHOLD_SHARE, labels::LARGE_THRESHOLD, 1, &small));
    let floor = changed(tight(), |case| case.claim.book.var_floor.as_mut().unwrap().absolute += 1);
    attacks.extend(on_limit(&floor, labels::FLOOR_SHARE, labels::FLOOR_LIMIT, 1, &[]));

    // A number too small for the largest exposure, 200, and one out of range.
    let concentration = changed(case(), |case| case.claim.book.concentration.absolute = 199 << 20);
    let told = vec![(labels::LARGEST_BIT, 0, int(199))];
    attacks.push((labels::LARGEST_COVERS.sum, concentration.clone(), told.clone()));
    attacks.push((
        labels::LARGEST_COVERS.bit,
        concentration,
        [told, vec![(labels::LARGEST_COVERS.bit, 0, int(-1))]].concat(),
    ));
    let off = changed(case(), |case| case.claim.book.concentration = LimitUnits::OFF);
    attacks.push((labels::LARGEST_BIT, off, vec![(labels::LARGEST_BIT, 0, int(1 << 38))]));
    let off = changed(case(), |case| case.claim.book.large_threshold = LimitUnits::OFF);
    attacks.push((labels::LARGE_THRESHOLD_BIT, off, vec![(labels::LARGE_THRESHOLD_BIT, 0, int(1 << 38))]));

    // A large exposure that is not counted, counted twice, or counted in part.
    attacks.push((labels::LARGE_COVERS.sum, case(), vec![(labels::LARGE_FLAG, 0, int(0))]));
    let told = vec![(labels::LARGE_FLAG, 0, int(0)), (labels::LARGE_COVERS.bit, 0, int(-150))];
    attacks.push((labels::LARGE_COVERS.bit, case(), told));
    let off = changed(case(), |case| case.claim.book.large = LimitUnits::OFF);
    attacks.push((labels::LARGE_FLAG, off, vec![(labels::LARGE_FLAG, 0, int(2))]));
    let part = changed(case(), |case| case.claim.book.large.absolute -= (50 * unit) as u64);
    attacks.push((labels::LARGE_AMOUNT, part, vec![(labels::LARGE_AMOUNT, 0, int(150))]));

    // Exposures, magnitudes and costs a little smaller than they are.
    let net = changed(case(), |case| case.claim.book.net.absolute -= unit as u64);
    attacks.push((labels::COUNTED_EXPOSURE, net, vec![(labels::COUNTED_EXPOSURE, 0, int(199))]));
    let gross = changed(case(), |case| case.claim.book.gross.absolute -= unit as u64);
    attacks.push((labels::COUNTED_MAGNITUDE, gross, vec![(labels::COUNTED_MAGNITUDE, 1, int(49))]));
    let cost = changed(case(), |case| case.claim.var_limit.absolute -= 1);
    attacks.push((labels::SPREAD_COST, cost.clone(), vec![(labels::SPREAD_COST, 1, int(999))]));
    attacks.push((labels::VAR_LIQUIDITY, cost, vec![(labels::VAR_LIQUIDITY, 0, int(5_099))]));
    let cost = changed(case(), |case| case.claim.cvar_limit.absolute -= 1);
    attacks.push((labels::CVAR_LIQUIDITY, cost, vec![(labels::CVAR_LIQUIDITY, 0, int(5_099))]));

    // A second threshold that only one scenario reaches, where 1.2 may lie beyond.
    let high = changed(tight(), |case| {
        case.thresholds[1] += 1;
        case.claim.cvar_limit = LimitUnits::OFF;
    });
    let tail = high.claim.var_tail;
    let rest = i128::from(tail.denominator()) - i128::from(tail.numerator()) - 1;
    assert!(rest < 0);
    attacks.push((labels::FLOOR_TAIL.sum, high.clone(), vec![]));
    attacks.push((labels::FLOOR_TAIL.bit, high.clone(), vec![(labels::FLOOR_TAIL.bit, 0, int(rest))]));
    attacks.push((labels::FLOOR_REACH, high, vec![(labels::FLOOR_REACH, 0, int(1 << 20))]));

    // A looser limit than is behind the control; and the bits of one that spill into the next
    // field, which is one less.
    let limit = int(i128::from(case().claim.var_limit.absolute));
    attacks.push((labels::LIMITS_OPEN, case(), vec![(labels::LIMITS.bit, 0, limit + 1)]));
    let told = vec![(labels::LIMITS.bit, 0, limit + (I256::ONE << 64)), (labels::LIMITS.bit, 1, int(-1))];
    attacks.push((labels::LIMITS.bit, changed(case(), |case| case.claim.cvar_limit.per_nav = 0), told));
    attacks
}

/// Two sub-books whose sum is the book of [`tight`].
fn two_books() -> Case {
    let set = scenario_set(3, vec![1, 1, 1], ENTRIES.to_vec());
    let books =
        vec![(positions(&[150, 60, -70], 3_000), Fr::from(5u64)), (positions(&[50, -10, 0], 2_000), Fr::from(6u64))];
    Case::consolidated(shape("3x3/1+2books"), set, books, [600_000; 2])
}

/// Two sub-books that each fit, and whose sum does not; losses are small because entries are.
fn too_large(first: (i64, u64), second: (i64, u64)) -> Case {
    let mut case = two_books();
    let book = |(exposure, nav)| Positions::new(Unit::CENT, vec![exposure, 0, 0], nav).unwrap();
    case.positions = book(first);
    case.others[0].0 = book(second);
    case.claim.var_limit = LimitUnits::OFF;
    case.claim.cvar_limit = LimitUnits::OFF;
    case.claim.var_tail = TailMass::EVERYTHING;
    case.claim.cvar_tail = TailMass::EVERYTHING;
    let digest = case.set.factors_digest();
    let commitments: Vec<Fr> = case
        .books()
        .iter()
        .map(|(book, blinding)| tailproof_verifier::commitment::commit(&digest, book, *blinding))
        .collect();
    case.claim.commitment = tailproof_verifier::commitment::consolidated(&commitments);
    case
}

/// One sub-book that is counted twice.
fn same_book_twice() -> Case {
    let mut case = two_books();
    case.others[0] = (case.positions.clone(), case.blinding);
    case.claim.var_limit = LimitUnits::OFF;
    case.claim.cvar_limit = LimitUnits::OFF;
    case.claim.var_tail = TailMass::EVERYTHING;
    case.claim.cvar_tail = TailMass::EVERYTHING;
    let digest = case.set.factors_digest();
    let commitment = tailproof_verifier::commitment::commit(&digest, &case.positions, case.blinding);
    case.claim.commitment = tailproof_verifier::commitment::consolidated(&[commitment, commitment]);
    case
}

fn attacks_on_consolidated_books() -> Vec<Attack> {
    let entry = labels::CONSOLIDATED.entry;
    let lower = changed(two_books(), |case| {
        case.claim.var_limit = LimitUnits::OFF;
        case.claim.cvar_limit = LimitUnits::OFF;
        case.claim.var_tail = TailMass::EVERYTHING;
        case.claim.cvar_tail = TailMass::EVERYTHING;
    });
    let (most, most_nav) = ((1i64 << 38) - 1, (1u64 << 44) - 1);
    let gross = too_large((most, 0), (-1, 0));
    let nav = too_large((1, most_nav), (1, 1));
    vec![
        (labels::CONSOLIDATED_DISTINCT, same_book_twice(), vec![]),
        (labels::CONSOLIDATED_EXPOSURE, lower, vec![(labels::CONSOLIDATED_EXPOSURE, 0, int(199))]),
        (entry.sign, two_books(), vec![(entry.sign, 0, int(2)), (entry.bit, 0, int(600))]),
        (entry.bit, two_books(), vec![(entry.sign, 1, int(0)), (entry.bit, 1, int(-50))]),
        (entry.product, two_books(), vec![(entry.bit, 0, int(1))]),
        (labels::CONSOLIDATED.total.bit, gross, vec![(labels::CONSOLIDATED.total.bit, 0, int(1 << 38))]),
        (labels::CONSOLIDATED_NAV.sum, nav.clone(), vec![]),
        (labels::CONSOLIDATED_NAV.bit, nav, vec![(labels::CONSOLIDATED_NAV.bit, 0, int(1 << 44))]),
    ]
}

/// S-boxes are no hints: moved in the assignment.
fn attacks_on_assignments() -> Vec<(Label, Case)> {
    vec![(labels::LIMITS_HASH, case()), (labels::CONSOLIDATED_HASH, two_books())]
}

/// The number of tests that the attacks are shared out to.
const SHARES: usize = 6;

/// Each attack of a share is refused by its constraint.
fn each_attack_is_refused_by_its_constraint(share: usize) {
    let attacks = attacks().into_iter().chain(attacks_on_consolidated_books());
    for (label, case, told) in attacks.skip(share).step_by(SHARES) {
        let told = lies(&told);
        assert_eq!(case.violations(&told), [label], "{label}: r1cs");
        assert_eq!(case.plain(&told), [label], "{label}: plain");
        assert_eq!(case.halo2(&told).violations(), [label], "{label}: halo2");
    }
}

each!(each_attack_is_refused_by_its_constraint: first = 0, second = 1, third = 2, fourth = 3, fifth = 4, sixth = 5);

#[test]
fn the_honest_witness_satisfies() {
    for case in [tight(), case(), two_books()] {
        case.assert_violations(&Lies::new(), &[]);
        assert_eq!(case.plain(&Lies::new()), Vec::<Label>::new());
    }
}

/// A sum of magnitudes that does not fit is refused twice over: the total, and the magnitude that
/// it takes.
fn consolidated_gross() {
    let case = too_large(((1 << 38) - 1, 0), (1, 0));
    let found = case.violations(&Lies::new());
    assert!(found.contains(&labels::CONSOLIDATED.total.sum), "{found:?}");
    // Opposite exposures: their sum is small, the magnitudes are not.
    let opposite = too_large(((1 << 38) - 1, 0), (-1, 0));
    opposite.assert_violations(&Lies::new(), &[labels::CONSOLIDATED.total.sum]);
}

#[test]
fn s_boxes_of_hashes() {
    for (label, case) in attacks_on_assignments() {
        let (system, mut assignment) = case.r1cs(&Lies::new());
        let (last, _) = system.witness_labels().iter().enumerate().rfind(|(_, name)| **name == label).unwrap();
        assignment[system.instances() + last] += Fr::from(5u64);
        let opens = if label == labels::LIMITS_HASH { labels::LIMITS_OPEN } else { labels::COMMITMENT };
        assert_eq!(system.violations(&assignment), [label, opens]);
        let row = system.row_labels().iter().position(|name| *name == opens).unwrap();
        let difference = system.matrices()[2].evaluate_row(row, &assignment);
        let control = if opens == labels::COMMITMENT { layout::COMMITMENT } else { layout::LIMITS };
        if opens == labels::COMMITMENT {
            repair_commitment(&system, &mut assignment);
        } else {
            assignment[control] += difference;
        }
        assert_eq!(system.violations(&assignment), [label]);
    }
}

/// The commitment of a consolidated book is about each sub-book, its blinding, and their order.
#[test]
fn consolidated_commitments_open() {
    let changes: [fn(&mut Case); 4] = [
        |case| case.others[0].0 = positions(&[50, -10, 1], 2_000),
        |case| case.others[0].1 += Fr::from(1u64),
        |case| case.claim.commitment += Fr::from(1u64),
        |case| {
            let first = (case.positions.clone(), case.blinding);
            (case.positions, case.blinding) = std::mem::replace(&mut case.others[0], first);
        },
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let case = changed(two_books(), change);
        let found = case.violations(&Lies::new());
        assert!(found.contains(&labels::COMMITMENT), "change {index}: {found:?}");
    }
}

/// Weight moved between what lies beyond and what reaches: half a unit of reach, which the divisor
/// 2 makes whole, is 2^27 units beyond. Only the range of reach stands against it.
fn tail_reach_bit() {
    let scenarios = 250;
    let set = scenario_set(1, vec![(1 << 20) - 1; scenarios], vec![-1; scenarios]);
    let mut case = Case::tight(shape("250x1+limits"), set, positions(&[100], 5_000), [500_000; 2], Fr::from(1u64));
    case.claim.var_tail = TailMass::new(Confidence::from_millionths(500_000).unwrap(), 400_000_001);
    assert_eq!((case.claim.var_tail.numerator(), case.claim.var_tail.denominator()), (400_000_001, 2));
    case.claim.cvar_tail = TailMass::EVERYTHING;
    case.claim.book.var_floor = Some(LimitUnits { absolute: 1, per_nav: 0 });
    case.claim.cvar_limit = LimitUnits::OFF;
    case.thresholds = [100, 100];
    let (system, mut assignment) = case.r1cs(&Lies::new());
    assert_eq!(system.violations(&assignment), Vec::<Label>::new());

    let variables = |label: Label| -> Vec<usize> {
        let named = system.witness_labels().iter().enumerate().filter(|(_, name)| **name == label);
        named.map(|(index, _)| system.instances() + index).collect()
    };
    let half = Fr::from(2u64).inverse().unwrap();
    let (beyond, reach) = (variables(labels::BEYOND_BIT), variables(labels::REACH_BIT));
    assert_eq!(beyond.len(), 28);
    assert_eq!(assignment[beyond[27]], Fr::from(0u64));
    assignment[beyond[27]] = Fr::from(1u64);
    let honest: u64 = 250 * ((1 << 20) - 1);
    // All of it in the highest "bit".
    let mut highest = Fr::from(honest) - half;
    for (index, variable) in reach.iter().enumerate() {
        assignment[*variable] = if index + 1 == reach.len() { highest } else { Fr::from(0u64) };
        highest *= half;
    }
    let mut set = |label: Label, value: u64| {
        let bits = Fr::from(value).into_bigint();
        for (index, variable) in variables(label).into_iter().enumerate() {
            assignment[variable] = Fr::from(bits.get_bit(index));
        }
    };
    set(labels::VAR_TAIL.bit, 400_000_001 - (1 << 28));
    set(labels::FLOOR_TAIL.bit, 2 * honest - 1 - 400_000_002);
    assignment[variables(labels::VAR_BEYOND)[0]] = Fr::from(1u64 << 28);
    assignment[variables(labels::FLOOR_REACH)[0]] = Fr::from(2 * honest - 1);
    assert_eq!(system.violations(&assignment), [labels::REACH_BIT]);
}

attacks! {
    consolidated_gross: labels::CONSOLIDATED.total.sum;
    tail_reach_bit: labels::REACH_BIT;
}

#[test]
fn every_constraint_has_its_attack() {
    let mut attacked: Vec<Label> = attacks().iter().map(|(label, ..)| *label).collect();
    attacked.extend(attacks_on_consolidated_books().iter().map(|(label, ..)| *label));
    attacked.extend(attacks_on_assignments().iter().map(|(label, _)| *label));
    attacked.extend(ATTACKS);
    for label in labels::ALL_LIMITS.iter().chain(labels::ALL_CONSOLIDATED) {
        assert!(attacked.contains(label), "no attack on {label}");
    }
}

/// Limits at the figures of random books hold, and one loss unit tighter do not: the plain oracle
/// is the clauses of `risk`.
#[test]
fn limits_at_the_figures_hold_and_one_unit_tighter_do_not() {
    use rand::Rng;
    let mut rng = rng(41);
    let (mut checked, mut long, mut short) = (0, 0, 0);
    for round in 0..12 {
        let factors = rng.gen_range(1..=4);
        let entries = (0..3 * factors).map(|_| rng.gen_range(-50..=50)).collect();
        let set = scenario_set(factors, vec![1, 2, 1], entries);
        let book = |rng: &mut rand_chacha::ChaCha20Rng| -> Positions {
            positions(&(0..factors).map(|_| rng.gen_range(-900..=900)).collect::<Vec<_>>(), rng.gen_range(0..5_000))
        };
        let count = 1 + round % 3;
        let books = (0..count).map(|index| (book(&mut rng), Fr::from(index as u64 + 7))).collect();
        let name = if count == 1 { "3x4+limits".to_owned() } else { format!("3x4+limits+{count}books") };
        let case = Case::consolidated(shape(&name), set, books, [700_000; 2]).with_tight_limits();
        if case.thresholds[0] < 0 {
            continue;
        }
        case.assert_violations(&Lies::new(), &[]);
        let expect = |change: &dyn Fn(&mut Case), label: Label| {
            let case = changed(case.clone(), change);
            assert_eq!(case.violations(&Lies::new()), [label]);
            assert_eq!(case.plain(&Lies::new()), [label]);
            assert_eq!(case.halo2(&Lies::new()).violations(), [label]);
        };
        expect(&|case| case.claim.book.gross.absolute -= 1, labels::GROSS_LIMIT.sum);
        expect(&|case| case.claim.book.concentration.absolute -= 1, labels::CONCENTRATION_LIMIT.sum);
        expect(&|case| case.claim.book.var_floor.as_mut().unwrap().absolute += 1, labels::FLOOR_LIMIT.sum);
        expect(&|case| case.claim.var_limit.absolute -= 1, labels::VAR_LIMIT.sum);
        if case.claim.book.large.absolute > 0 {
            expect(&|case| case.claim.book.large.absolute -= 1, labels::LARGE_LIMIT.sum);
        }
        if case.claim.book.net.absolute > 0 {
            expect(&|case| case.claim.book.net.absolute -= 1, labels::NET_LIMIT.sum);
            expect(&|case| case.claim.book.net_floor.above.absolute += 1, labels::NET_FLOOR.sum);
            long += 1;
        } else if case.claim.book.net_floor.below.absolute > 0 {
            expect(&|case| case.claim.book.net_floor.below.absolute -= 1, labels::NET_FLOOR.sum);
            short += 1;
        }
        checked += 1;
    }
    assert!(checked >= 6 && long >= 2 && short >= 2, "{checked} books, {long} net long, {short} net short");
}
