//! Constraints pin every value of an assignment, public or private: moved alone, it is refused.

use crate::support::pinned::{assert_every_value_is_pinned, inputs_without_a_place};
use crate::support::{Case, Instance, Lies, lies, rng, scenario_set, shape, system};
use ark_bn254::Fr;
use halo2_proofs::pasta::Fp;
use tailproof_circuits::halo2::violations;
use tailproof_circuits::statement::market::labels;
use tailproof_core::mandate::{BookUnits, LimitUnits, SignedBookUnits};
use tailproof_core::{Positions, TailMass, Unit};

/// A case without ties: no exposure is zero and no loss is at a threshold, since the sign of a zero
/// is free (and harmless: see the book on `exposure-sign-bit`).
fn without_ties(text: &str, factors: usize) -> Case {
    let shape = shape(text);
    let entries = (0..shape.scenarios() * factors).map(|i| [-3, 5, 7, -2, 11][i % 5] * (1 + i as i32)).collect();
    let weights = (0..shape.scenarios()).map(|scenario| if scenario == 0 { 2 } else { 1 }).collect();
    let set = scenario_set(factors, weights, entries);
    let exposures = (0..factors as i64).map(|i| if i % 3 == 0 { -40 - i } else { 60 + i }).collect();
    let exposures: Vec<i64> = exposures;
    let nav = if shape.rules().is_some() { exposures.iter().sum::<i64>() as u64 } else { 5_000 };
    let positions = Positions::new(Unit::CENT, exposures, nav).unwrap();
    let mut case = Case::tight(shape, set, positions, [600_000, 400_000], Fr::from(123u64));
    case.thresholds = case.thresholds.map(|threshold| threshold + 1);
    case.claim.var_limit = LimitUnits { absolute: 1 << 40, per_nav: 7 };
    case.claim.cvar_limit = LimitUnits { absolute: 1 << 40, per_nav: 9 };
    if case.claim.shape.has_limits() {
        let (var, cvar) = (case.claim.var_limit, case.claim.cvar_limit);
        case = case.with_tight_sizes();
        // Something is beyond each breakpoint: times zero, a rate could be anything.
        case.breakpoints.iter_mut().for_each(|[first, second]| second.above = first.above - 7);
        case = case.with_tight_limits();
        case.caps.iter_mut().flatten().for_each(|cap| *cap += 5);
        (case.claim.var_limit, case.claim.cvar_limit) = (var, cvar);
        // Limits with room, so that no magnitude is at one.
        let wide = |absolute| LimitUnits { absolute, per_nav: 3 };
        let book = &mut case.claim.book;
        (book.gross, book.net, book.concentration, book.large) =
            (wide(1 << 50), wide(1 << 49), wide(1 << 48), wide(1 << 47));
        book.net_floor.below = wide(1 << 46);
        book.var_floor = None;
    }
    if case.claim.shape.rules().is_some() {
        case = case.with_tight_rules();
        for limits in &mut case.claim.rules.groups {
            limits.limit = BookUnits { absolute: 1 << 30, per_nav: 3 };
            limits.floor = SignedBookUnits { below_zero: true, magnitude: BookUnits { absolute: 1 << 29, per_nav: 5 } };
        }
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

/// A claim over P&L vectors that holds with room, of desks with their gains in each other's way.
fn pnl_without_ties(text: &str) -> Case {
    let shape = shape(text);
    let gains =
        |desk: i64| (0..shape.scenarios() as i64).map(move |day| (20 + desk) * [-37, 50, -70][day as usize % 3] + day);
    let gains: Vec<Vec<i64>> = (0..shape.books() as i64).map(|desk| gains(desk).collect()).collect();
    let gains: Vec<&[i64]> = gains.iter().map(Vec::as_slice).collect();
    let mut case = Case::pnl(shape, &gains, 2_500, [600_000, 400_000]);
    case.thresholds = case.thresholds.map(|threshold| threshold + (1 << 20));
    case.claim.var_limit = LimitUnits { absolute: 1 << 40, per_nav: 7 };
    case.claim.cvar_limit = LimitUnits { absolute: 1 << 40, per_nav: 9 };
    case
}

/// The case without ties of a shape.
fn case(text: &str) -> Case {
    let shape = shape(text);
    if shape.is_pnl() {
        pnl_without_ties(text)
    } else if shape.is_parametric() {
        parametric_without_ties()
    } else if shape.books() == 2 {
        two_books_without_ties(text, shape.factors())
    } else {
        without_ties(text, shape.factors())
    }
}

/// Each value of a case is moved alone, and refused.
fn every_value_moved_alone_is_refused(text: &str) {
    let mut rng = rng(11);
    let mut case = case(text);
    // Every loss is beyond the thresholds, so that every weight counts. Times zero, a weight could
    // be anything.
    let least = tailproof_core::measures::losses(&case.set, &case.sum()).into_iter().min().unwrap();
    case.thresholds = [least - 1, least - 2];
    case.claim.var_tail = TailMass::EVERYTHING;
    if case.claim.shape.thresholds() == 1 {
        case.claim.cvar_tail = TailMass::EVERYTHING;
    }
    assert_every_value_is_pinned(text, case.r1cs(&Lies::new()), &mut rng, |_| false);
}

each!(every_value_moved_alone_is_refused:
    one_threshold = "3x3/1", two_thresholds = "3x4", groups = "5x3/1", full_group = "4x3", wide = "3x67/1", odd = "3x5",
    limits = "3x4+limits", rules = "3x4+rules+2groups", sizes = "3x4+rules+1groups+caps+impact", consolidated = "3x3/1+2books",
    parametric = "3x2+parametric", pnl = "3pnl/1", pnl_two = "6pnl", pnl_desks = "3pnl/1+2books");

/// The one freedom of an honest witness is the sign of a zero. It changes no clause in the prover's
/// favour: an exceedance may be claimed where the loss is exactly at the threshold.
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
    let told = lies(&[(labels::DISTANCE.sign, at_threshold, ethnum::I256::ONE)]);
    let claimed = case.violations(&told);
    assert!(claimed.is_empty() || claimed == [labels::VAR_TAIL.sum], "{claimed:?}");
}

/// Each scenario input stands alone in some place of a matrix that no other public input has. So
/// the points of the verifying key behind them are linearly independent as polynomials, which makes
/// the scenario point binding.
#[test]
fn every_public_input_has_a_place_of_its_own() {
    for text in [
        "3x3/1",
        "4x4",
        "9x5",
        "2x67",
        "3x3+limits",
        "3x3+rules+3groups",
        "3x3+rules+2groups+caps+impact",
        // As many clauses and books as there can be: no buffer of private values is outgrown.
        "2x2+rules+64groups+caps+impact+11books",
        "3x3/1+2books",
        "4x3+parametric",
        "9pnl/1",
        "3pnl+2books",
    ] {
        let system = system(shape(text));
        let missing = inputs_without_a_place(&system);
        assert!(missing.is_empty(), "{text}: inputs {missing:?}");
    }
}

/// Each cell that an instruction of the halo2 backend assigns is moved alone, and refused.
fn every_cell_moved_alone_is_refused(text: &str) {
    let circuit = case(text).halo2(&Lies::new());
    assert_eq!(circuit.violations(), Vec::<String>::new());
    let cells = circuit.cells();
    assert!(cells > 200, "{cells}");
    // Beyond the last cell nothing is moved: the search reaches all of them.
    assert!(circuit.with_tamper(cells).violations().is_empty());
    // Every cell of the smallest statement, and a sample of the others; the nightly run takes every
    // cell of all small ones.
    let step = if text == "3x3/1" || (cfg!(feature = "nightly") && cells < 400) { 1 } else { 7 };
    for cell in (0..cells).step_by(step) {
        assert!(!circuit.with_tamper(cell).violations().is_empty(), "cell {cell} of {cells} is free");
    }
}

each!(every_cell_moved_alone_is_refused:
    one_threshold = "3x3/1", two_thresholds = "3x2", limits = "3x2+limits", rules = "3x2+rules+2groups",
    sizes = "3x2+rules+caps+impact", consolidated = "3x2/1+2books", parametric = "3x2+parametric", pnl = "3pnl/1",
    pnl_two = "3pnl", pnl_desks = "3pnl/1+2books");

/// Each public input, a cell of an instance column, is moved alone, and refused.
fn every_instance_cell_moved_alone_is_refused(text: &str) {
    let mut case = case(text);
    let least = tailproof_core::measures::losses(&case.set, &case.sum()).into_iter().min().unwrap();
    case.thresholds = [least - 1, least - 2];
    case.claim.var_tail = TailMass::EVERYTHING;
    case.claim.cvar_tail = TailMass::EVERYTHING;
    let circuit = case.halo2(&Lies::new());
    let satisfied = |instance: Vec<Vec<Fp>>| violations(circuit.log_rows(), &circuit, instance).unwrap().is_empty();
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

each!(every_instance_cell_moved_alone_is_refused:
    one_threshold = "3x3/1", limits = "3x2+limits", rules = "3x2+rules+2groups",
    sizes = "3x2+rules+caps+impact", consolidated = "3x2/1+2books", parametric = "3x2+parametric", pnl = "3pnl/1",
    pnl_desks = "3pnl/1+2books");
