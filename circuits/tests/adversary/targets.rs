//! The statements under attack.

use ark_bn254::Fr;
use ethnum::I256;
use tailproof_circuits::instructions::Label;
use tailproof_circuits::statement::market::labels;
use tailproof_circuits::statement::pool::labels as pool_labels;
use tailproof_core::{Positions, Unit};

use crate::support::pool::{PoolCase, loan};
use crate::support::{Case, Instance, Lies, scenario_set, shape};

/// A satisfied instance of a statement whose witness is meant to be the only one.
pub trait Target: Instance {
    /// Hints that have a second value by design, which changes nothing that the statement says. A
    /// lie about each alone is accepted: a test of `lies` finds it. Each implementation gives the
    /// reasons.
    fn harmless(&self) -> Vec<(Label, usize)>;
    /// The search lies about the first hints of each label and one in so many of the rest. Each
    /// evaluation costs more where there are more hints.
    fn sampling(&self) -> usize {
        1
    }
    /// How far from an honest value lies about a label go, in bits. Numbers made from them must
    /// stay inside the integers that the prover computes with.
    fn farthest(&self, _label: Label) -> u32 {
        62
    }
}

/// Calls a macro with the name of a module, then a name and a text for each statement, in shapes
/// that have each kind of constraint.
#[cfg(not(feature = "nightly"))]
macro_rules! statements {
    ($macro:ident, $function:ident) => {
        $macro!($function:
            market = "2x2/1",
            two_thresholds = "2x3",
            limits = "2x2+limits",
            rules = "2x2+rules+2groups",
            sizes = "2x2+rules+caps+impact",
            consolidated = "2x2/1+2books",
            parametric = "3x2+parametric",
            pnl = "2pnl/1",
            pnl_two = "2pnl",
            pnl_desks = "2pnl/1+2books",
            tranches = "4loans+2x2/2tranches",
            granular = "5loans+2x10/1tranches+granular",
            pool = "2loans+pool+bands+numbers+distinct+collateral+top",
        );
    };
}
/// The same, two groups of packed scenarios, a pool without flags, whose constraints are among those
/// of the one with them, and a month with claims on value, whose search takes five minutes of a
/// processor.
#[cfg(feature = "nightly")]
macro_rules! statements {
    ($macro:ident, $function:ident) => {
        $macro!($function:
            market = "2x2/1",
            two_thresholds = "2x3",
            limits = "2x2+limits",
            rules = "2x2+rules+2groups",
            sizes = "2x2+rules+caps+impact",
            consolidated = "2x2/1+2books",
            parametric = "3x2+parametric",
            pnl = "2pnl/1",
            pnl_two = "2pnl",
            pnl_desks = "2pnl/1+2books",
            tranches = "4loans+2x2/2tranches",
            granular = "5loans+2x10/1tranches+granular",
            pool = "2loans+pool+bands+numbers+distinct+collateral+top",
            month = "2loans+pool+roll+value",
            plain_pool = "2loans+pool",
            groups = "6x2",
        );
    };
}
pub(super) use statements;

/// A shape with two blocks in the commitment. It repeats the other constraints of the small ones.
pub const WIDE: &str = "2x67/1";

/// The statement of a shape, satisfied and tight.
pub fn target(text: &str) -> Box<dyn Target> {
    let shape = shape(text);
    let target: Box<dyn Target> = if shape.pool().is_some() {
        Box::new(pool(text))
    } else if shape.is_pnl() {
        Box::new(pnl(text))
    } else if shape.is_parametric() {
        Box::new(parametric(text))
    } else {
        Box::new(market(text, shape.factors()))
    };
    assert!(target.violations(&Lies::new()).is_empty(), "{text} is not satisfied");
    target
}

/// The pool statement with every claim tight, of as many loans as the shape holds.
fn pool(text: &str) -> PoolCase {
    pool_of(text, shape(text).pool().unwrap().loans)
}

/// The pool statement with every claim tight, of some loans.
pub fn pool_of(text: &str, count: usize) -> PoolCase {
    let mut loans = vec![
        loan(1_000, [1_200, 8_000, 700, 36], [0, 1, 2], false, true),
        loan(500, [900, 7_000, 650, 24], [1, 1, 3], true, false),
    ];
    let shape = shape(text);
    // More loans than there are sums that their balances are in.
    loans.extend((loans.len()..count).map(|i| loan(300 + i as u64, [5; 4], [1; 3], false, true)));
    let factors = shape.factors();
    let granular = shape.pool().unwrap().granular;
    // Losses of 1/8 and 1/2 of the exposures; of single loans, of one and of both.
    let entry = |i: usize| -(1 << if i < factors { 17 } else { 19 });
    let entries = (0..2 * factors).map(|i| if granular && i == 2 { 0 } else { entry(i) }).collect();
    let set = (factors > 0).then(|| scenario_set(factors, vec![3, 2], entries));
    let points: &[u64] = if text.contains("/2") { &[250_000] } else { &[] };
    PoolCase::of_tail(text, loans, set, points, 500_000)
}

impl Target for PoolCase {
    /// Thresholds of expected shortfalls after the first, since any that proves the claim will do:
    /// least limits are rounded up to billionths, so one that is a little off proves it too. That
    /// of the first piece is a whole number of billionths here, and has no room. The sign of a
    /// distance of zero, which counts against the prover or not at all.
    fn harmless(&self) -> Vec<(Label, usize)> {
        let thresholds = (1..self.thresholds.len()).map(|index| (pool_labels::THRESHOLD_BIT, index));
        let zeros = self
            .hints()
            .into_iter()
            .filter(|(label, _, value)| *label == pool_labels::DISTANCE.bit && *value == I256::ZERO);
        thresholds.chain(zeros.map(|(_, index, _)| (pool_labels::DISTANCE.sign, index))).collect()
    }

    /// Months and claims on value have terms of one bit, packed up to bit 252.
    fn farthest(&self, label: Label) -> u32 {
        let sizes = self.shape.pool().unwrap();
        if label == pool_labels::LIMITS.bit && (sizes.roll || sizes.value) { 3 } else { 20 }
    }

    fn sampling(&self) -> usize {
        let sizes = self.shape.pool().unwrap();
        match (sizes.limits, sizes.roll) {
            (_, true) => 61,
            (true, false) => 23,
            (false, false) => 3,
        }
    }
}

/// The market statement with both clauses tight, so that the thresholds are unique too.
fn market(text: &str, factors: usize) -> Case {
    // At 50 % one of two scenarios may lie beyond: the threshold is the smaller loss, which is
    // positive. At 40 % 1.2 may, so the shortfall has the same best threshold and no other.
    // Entries are multiples of 6, so that it is an integer.
    let entries = (0..2 * factors).map(|i| 6 * if i < factors { -9 - i as i32 } else { -3 - i as i32 % 2 }).collect();
    let set = scenario_set(factors, vec![1, 1], entries);
    let exposures = (0..factors as i64).map(|i| 40 + 3 * i).collect();
    let exposures: Vec<i64> = exposures;
    let has_rules = shape(text).rules().is_some();
    let nav = if has_rules { exposures.iter().sum::<i64>() as u64 } else { 1_000 };
    let positions = Positions::new(Unit::CENT, exposures, nav).unwrap();
    let mut books = vec![(positions, Fr::from(99u64))];
    if shape(text).books() == 2 {
        let exposures = (0..factors as i64).map(|i| 10 - 5 * i).collect();
        books.push((Positions::new(Unit::CENT, exposures, 500).unwrap(), Fr::from(98u64)));
    }
    let mut case = Case::consolidated(shape(text), set, books, [500_000, 400_000]);
    if shape(text).has_limits() {
        case = case.with_tight_sizes().with_tight_limits();
    }
    if has_rules {
        case = case.with_tight_rules();
    }
    assert!(case.thresholds[0] > 0);
    case
}

/// The P&L statement with both clauses tight, as the market statement: losses are multiples of 6 cents.
fn pnl(text: &str) -> Case {
    let desks: [&[i64]; 2] = [&[-660, -240], &[60, 18]];
    let case = Case::pnl(shape(text), &desks[..shape(text).books()], 1_000, [500_000, 400_000]);
    assert!(case.thresholds[0] > 0);
    case
}

/// The parametric statement with both clauses tight.
fn parametric(text: &str) -> Case {
    let set = scenario_set(2, vec![1, 1, 1], vec![2, -1, 30, 7, 0, 25]);
    let positions = Positions::new(Unit::CENT, vec![40, -23], 1_000).unwrap();
    let books = vec![(positions, Fr::from(99u64))];
    Case::parametric(shape(text), set, books, [5 << 30, 7 << 30], 3)
}

impl Target for Case {
    /// The sign of a distance of zero at the second threshold, which no clause uses. (At the first
    /// threshold it counts as beyond, and the tail is tight.)
    fn harmless(&self) -> Vec<(Label, usize)> {
        let losses = tailproof_core::measures::losses(&self.set, &self.sum());
        let [_, second] = self.thresholds;
        match self.claim.shape.thresholds() {
            // A floor needs it to be positive.
            2 if self.claim.shape.has_limits() => Vec::new(),
            2 => {
                (0..losses.len()).filter(|t| losses[*t] == second).map(|t| (labels::DISTANCE.sign, 2 * t + 1)).collect()
            }
            _ => Vec::new(),
        }
    }
}
