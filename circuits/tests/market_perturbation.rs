//! Every value of an assignment, public or private, is pinned: moved alone, it is refused.
#![allow(clippy::cast_possible_truncation, clippy::unwrap_used)]

mod common;

use ark_bn254::Fr;
use common::{Case, assert_every_value_is_pinned, inputs_without_a_place, rng, scenario_set, shape};
use halo2_proofs::dev::MockProver;
use halo2_proofs::pasta::Fp;
use tailproof_circuits::plain::Lies;
use tailproof_circuits::statement::market::labels;
use tailproof_core::mandate::LimitUnits;
use tailproof_core::{Positions, TailMass, Unit};

/// A case without ties: no exposure is zero and no loss is at a threshold, since the sign of a zero is free (and harmless:
/// see the book on `exposure-sign-bit`).
fn without_ties(text: &str, factors: usize) -> Case {
    let entries = (0..3 * factors).map(|i| [-3, 5, 7, -2, 11][i % 5] * (1 + i as i32)).collect();
    let set = scenario_set(factors, vec![2, 1, 1], entries);
    let exposures = (0..factors as i64).map(|i| if i % 3 == 0 { -40 - i } else { 60 + i }).collect();
    let positions = Positions::new(Unit::CENT, exposures, 5_000).unwrap();
    let mut case = Case::tight(shape(text), set, positions, [600_000, 400_000], Fr::from(123u64));
    case.thresholds = case.thresholds.map(|threshold| threshold + 1);
    case.claim.var_limit = LimitUnits { absolute: 1 << 40, per_nav: 7 };
    case.claim.cvar_limit = LimitUnits { absolute: 1 << 40, per_nav: 9 };
    if case.claim.shape.has_limits() {
        let (var, cvar) = (case.claim.var_limit, case.claim.cvar_limit);
        case = case.with_tight_limits();
        (case.claim.var_limit, case.claim.cvar_limit) = (var, cvar);
        // Values of limits that are met with room, so that no magnitude is at one.
        let wide = |absolute| LimitUnits { absolute, per_nav: 3 };
        let book = &mut case.claim.book;
        (book.gross, book.net, book.concentration, book.large) =
            (wide(1 << 50), wide(1 << 49), wide(1 << 48), wide(1 << 47));
        book.net_floor.below = wide(1 << 46);
        book.var_floor = None;
    }
    case
}

/// The same, as the sum of two books.
fn two_books_without_ties(text: &str, factors: usize) -> Case {
    let whole = without_ties(text, factors);
    let exposures =
        |share: i64| (0..factors as i64).map(|i| share * (if i % 3 == 0 { -20 - i } else { 30 + i })).collect();
    let books = [(1, 5u64), (3, 6u64)]
        .map(|(share, blinding)| (Positions::new(Unit::CENT, exposures(share), 2_500).unwrap(), Fr::from(blinding)));
    let mut case = Case::consolidated(shape(text), whole.set, books.to_vec(), [600_000, 400_000]);
    case.claim.var_limit = LimitUnits { absolute: 1 << 40, per_nav: 7 };
    case.claim.cvar_limit = LimitUnits { absolute: 1 << 40, per_nav: 9 };
    case.thresholds = case.thresholds.map(|threshold| threshold + 1);
    case
}

/// A parametric claim that holds with room.
fn parametric_without_ties() -> Case {
    let set = scenario_set(2, vec![1, 1, 1], vec![2, -1, 30, 7, 11, 25]);
    let positions = Positions::new(Unit::CENT, vec![40, -23], 1_000).unwrap();
    let books = vec![(positions, Fr::from(99u64))];
    let mut case = Case::parametric(shape("3x2+parametric"), set, books, [5 << 30, 7 << 30], 3);
    case.claim.var_limit = LimitUnits { absolute: 1 << 40, per_nav: 7 };
    case.claim.cvar_limit = LimitUnits { absolute: 1 << 40, per_nav: 9 };
    case
}

/// The cases whose values are moved.
fn cases() -> Vec<Case> {
    let shapes = [("3x3/1", 3), ("3x4", 4), ("3x67/1", 67), ("3x5", 5), ("3x4+limits", 4)];
    let mut cases: Vec<Case> = shapes.map(|(text, factors)| without_ties(text, factors)).into();
    cases.push(two_books_without_ties("3x3/1+2books", 3));
    cases.push(parametric_without_ties());
    cases
}

#[test]
fn every_value_moved_alone_is_refused() {
    let mut rng = rng(11);
    for mut case in cases() {
        let text = case.claim.shape;
        // Every loss is beyond the thresholds, so that every weight counts: times zero, a weight could be anything.
        let least = tailproof_core::measures::losses(&case.set, &case.sum()).into_iter().min().unwrap();
        case.thresholds = [least - 1, least - 2];
        case.claim.var_tail = TailMass::EVERYTHING;
        if case.claim.shape.thresholds() == 1 {
            case.claim.cvar_tail = TailMass::EVERYTHING;
        }
        assert_every_value_is_pinned(&text.to_string(), case.r1cs(&Lies::new()), &mut rng, |_| false);
    }
}

/// The one freedom of an honest witness: the sign of a zero. It changes nothing that a clause looks at in the prover's favour:
/// an exceedance may be claimed where the loss is exactly at the threshold.
#[test]
fn the_sign_of_a_zero_is_free_and_only_ever_adds_to_the_tail() {
    let mut case = without_ties("3x3/1", 3);
    case.thresholds = case.thresholds.map(|threshold| threshold - 1);
    let at_threshold = tailproof_core::measures::losses(&case.set, &case.positions)
        .iter()
        .position(|loss| *loss == case.thresholds[0])
        .unwrap();
    let honest = case.violations(&Lies::new());
    assert_eq!(honest, Vec::<&str>::new());
    let told = common::lies(&[(labels::DISTANCE.sign, at_threshold, ethnum::I256::ONE)]);
    let claimed = case.violations(&told);
    assert!(claimed.is_empty() || claimed == [labels::VAR_TAIL.sum], "{claimed:?}");
}

/// Each scenario input stands alone in some place of a matrix that no other public input has: the points of the verifying
/// key behind them are linearly independent as polynomials, which is what makes the scenario point binding.
#[test]
fn every_public_input_has_a_place_of_its_own() {
    for text in ["3x3/1", "4x4", "2x67", "3x3+limits", "3x3/1+2books", "4x3+parametric"] {
        let system = tailproof_circuits::r1cs::assembly::statement_system(shape(text)).unwrap();
        let missing = inputs_without_a_place(&system);
        assert!(missing.is_empty(), "{text}: inputs {missing:?}");
    }
}

/// The same for the PLONKish backend: each cell that an instruction assigns, one more than it should be.
#[test]
fn every_cell_moved_alone_is_refused() {
    let cases = [("3x3/1", 3), ("3x2", 2), ("3x2+limits", 2)].map(|(text, factors)| without_ties(text, factors));
    let others = [two_books_without_ties("3x2/1+2books", 2), parametric_without_ties()];
    for case in cases.into_iter().chain(others) {
        let text = case.claim.shape;
        let circuit = case.plonkish(&Lies::new());
        assert_eq!(circuit.violations(), Vec::<String>::new());
        let cells = circuit.cells().unwrap();
        assert!(cells > 200, "{cells}");
        // Beyond the last cell nothing is moved: the search reaches all of them.
        assert!(circuit.clone().with_tamper(cells).violations().is_empty());
        // Every cell of the small statements, a sample of the others.
        let step = if cells < 400 { 1 } else { 7 };
        for cell in (0..cells).step_by(step) {
            assert!(
                !circuit.clone().with_tamper(cell).violations().is_empty(),
                "{text}: cell {cell} of {cells} is free"
            );
        }
    }
}

/// And each public input: a cell of an instance column.
#[test]
fn every_instance_cell_moved_alone_is_refused() {
    let books = two_books_without_ties("3x2/1+2books", 2);
    for case in [without_ties("3x3/1", 3), without_ties("3x2+limits", 2), books, parametric_without_ties()] {
        every_instance_cell_of(case);
    }
}

fn every_instance_cell_of(mut case: Case) {
    let least = tailproof_core::measures::losses(&case.set, &case.sum()).into_iter().min().unwrap();
    case.thresholds = [least - 1, least - 2];
    case.claim.var_tail = TailMass::EVERYTHING;
    case.claim.cvar_tail = TailMass::EVERYTHING;
    let circuit = case.plonkish(&Lies::new());
    let k = circuit.log_rows().unwrap();
    let satisfied = |instance: Vec<Vec<Fp>>| MockProver::run(k, &circuit, instance).unwrap().verify().is_ok();
    let honest = circuit.instance();
    assert!(satisfied(honest.clone()));
    for column in 0..honest.len() {
        for row in 0..honest[column].len() {
            let mut changed = honest.clone();
            changed[column][row] += Fp::one();
            assert!(!satisfied(changed), "column {column}, row {row}");
        }
    }
}
