//! The statements under attack.
#![cfg_attr(feature = "planted-bug", allow(dead_code))]

use ark_bn254::Fr;
use ethnum::I256;
use tailproof_circuits::instructions::Label;
use tailproof_circuits::plain::{Lies, Plain};
use tailproof_circuits::plonkish::StatementCircuit;
use tailproof_circuits::r1cs::{Mode, R1cs, System};
use tailproof_circuits::statement::market::labels;
use tailproof_circuits::statement::pool::labels as pool;
use tailproof_circuits::statement::synthesize;
use tailproof_core::{Positions, Unit};

use crate::common::pool::{PoolCase, loan};
use crate::common::{Case, scenario_set, shape};

/// A satisfied instance of a statement whose witness is meant to be the only one.
pub trait Target {
    /// For messages.
    fn name(&self) -> String;
    /// The constraints.
    fn system(&self) -> System;
    /// All values under some lies; the public part never changes.
    fn assignment(&self, lies: &Lies) -> Vec<Fr>;
    /// The halo2 circuit under some lies.
    fn plonkish(&self, lies: &Lies) -> StatementCircuit;
    /// Every hint of the honest prover.
    fn hints(&self) -> Vec<(Label, usize, I256)>;
    /// Hints that have a second value by design, which changes nothing that the statement says; each with its reason where it
    /// is made.
    fn harmless(&self) -> Vec<(Label, usize)>;
    /// Of how many hints one is lied about: each evaluation of a statement with many costs as many.
    fn sampling(&self) -> usize {
        1
    }
    /// How far from an honest value lies go, in bits: what is made of them is to stay inside the integers that the prover computes with.
    fn farthest(&self) -> u32 {
        62
    }
}

/// Every statement, in shapes that have each kind of constraint.
pub fn all() -> Vec<Box<dyn Target>> {
    vec![
        Box::new(Market::new("2x2/1", 2)),
        Box::new(Market::new("2x3", 3)),
        Box::new(Market::new("2x2+limits", 2)),
        Box::new(Market::new("2x2/1+2books", 2)),
        Box::new(Market::parametric("3x2+parametric")),
        Box::new(Pool::new("4loans+2x2/2tranches")),
        Box::new(Pool::new("5loans+2x10/1tranches+granular")),
        Box::new(Pool::new("2loans+pool")),
        Box::new(Market::new("2x67/1", 67)),
    ]
}

/// The pool statement with every claim tight.
struct Pool {
    case: PoolCase,
}

impl Pool {
    fn new(text: &str) -> Self {
        let mut loans = vec![
            loan(1_000, [1_200, 8_000, 700, 36], [0, 1, 2], false, true),
            loan(500, [900, 7_000, 650, 24], [1, 1, 3], true, false),
        ];
        let shape = shape(text);
        // More loans than there are sums that their balances are in.
        loans.extend(
            (loans.len()..shape.pool().unwrap().loans).map(|i| loan(300 + i as u64, [5; 4], [1; 3], false, true)),
        );
        let factors = shape.factors();
        let granular = shape.pool().unwrap().granular;
        // Losses of 1/8 and 1/2 of the exposures; of single loans, of one and of both.
        let entry = |i: usize| -(1 << if i < factors { 17 } else { 19 });
        let entries = (0..2 * factors).map(|i| if granular && i == 2 { 0 } else { entry(i) }).collect();
        let set = (factors > 0).then(|| scenario_set(factors, vec![3, 2], entries));
        let points: &[u64] = if text.contains("/2") { &[250_000] } else { &[] };
        let case = PoolCase::of_tail(text, loans, set, points, 500_000);
        assert!(case.violations(&Lies::new()).is_empty());
        Self { case }
    }
}

impl Target for Pool {
    fn name(&self) -> String {
        format!("pool {}", self.case.shape)
    }

    fn system(&self) -> System {
        self.case.r1cs(&Lies::new()).0
    }

    fn assignment(&self, lies: &Lies) -> Vec<Fr> {
        self.case.assignment(lies)
    }

    fn plonkish(&self, lies: &Lies) -> StatementCircuit {
        self.case.plonkish(lies)
    }

    fn hints(&self) -> Vec<(Label, usize, I256)> {
        self.case.hints()
    }

    /// Thresholds of expected shortfalls: any that proves the claim will do. The sign of a distance of zero, which counts against the
    /// prover or not at all.
    fn harmless(&self) -> Vec<(Label, usize)> {
        let thresholds = (0..self.case.thresholds.len()).map(|index| (pool::THRESHOLD_BIT, index));
        let zeros =
            self.hints().into_iter().filter(|(label, _, value)| *label == pool::DISTANCE.bit && *value == I256::ZERO);
        thresholds.chain(zeros.map(|(_, index, _)| (pool::DISTANCE.sign, index))).collect()
    }

    fn farthest(&self) -> u32 {
        20
    }

    fn sampling(&self) -> usize {
        if self.case.shape.pool().unwrap().limits { 23 } else { 3 }
    }
}

/// The market statement with both clauses tight, so that the thresholds are unique too.
struct Market {
    case: Case,
}

impl Market {
    fn new(text: &str, factors: usize) -> Self {
        // One of two scenarios may lie beyond at 50 %: the threshold is the smaller loss, which is positive. At 40 % 1.2 may, so
        // that the shortfall has one best threshold, the same; entries are multiples of 6, so that it is an integer.
        let entries =
            (0..2 * factors).map(|i| 6 * if i < factors { -9 - i as i32 } else { -3 - i as i32 % 2 }).collect();
        let set = scenario_set(factors, vec![1, 1], entries);
        let exposures = (0..factors as i64).map(|i| 40 + 3 * i).collect();
        let positions = Positions::new(Unit::CENT, exposures, 1_000).unwrap();
        let mut books = vec![(positions, Fr::from(99u64))];
        if shape(text).books() == 2 {
            let exposures = (0..factors as i64).map(|i| 10 - 5 * i).collect();
            books.push((Positions::new(Unit::CENT, exposures, 500).unwrap(), Fr::from(98u64)));
        }
        let mut case = Case::consolidated(shape(text), set, books, [500_000, 400_000]);
        if shape(text).has_limits() {
            case = case.with_tight_limits();
        }
        assert!(case.thresholds[0] > 0 && case.violations(&Lies::new()).is_empty());
        Self { case }
    }
}

impl Market {
    /// The parametric statement with both clauses tight.
    fn parametric(text: &str) -> Self {
        let set = scenario_set(2, vec![1, 1, 1], vec![2, -1, 30, 7, 0, 25]);
        let positions = Positions::new(Unit::CENT, vec![40, -23], 1_000).unwrap();
        let books = vec![(positions, Fr::from(99u64))];
        let case = Case::parametric(shape(text), set, books, [5 << 30, 7 << 30], 3);
        assert!(case.violations(&Lies::new()).is_empty());
        Self { case }
    }
}

impl Target for Market {
    fn name(&self) -> String {
        format!("market {}", self.case.claim.shape)
    }

    fn system(&self) -> System {
        self.case.r1cs(&Lies::new()).0
    }

    fn assignment(&self, lies: &Lies) -> Vec<Fr> {
        let inputs = self.case.inputs();
        let controls = self.case.claim.controls();
        let mut backend = R1cs::new(Mode::Assignment, &controls, &inputs).with_lies(lies.clone());
        synthesize(&mut backend, self.case.claim.shape, &self.case.witness()).unwrap();
        backend.into_parts().1
    }

    fn plonkish(&self, lies: &Lies) -> StatementCircuit {
        self.case.plonkish(lies)
    }

    fn hints(&self) -> Vec<(Label, usize, I256)> {
        let inputs = self.case.inputs();
        let mut plain = Plain::new(&self.case.claim.controls(), &inputs);
        synthesize(&mut plain, self.case.claim.shape, &self.case.witness()).unwrap();
        plain.hints().to_vec()
    }

    /// The sign of a distance of zero at the second threshold, which nothing looks at (at the first threshold it counts as
    /// beyond, and the tail is tight).
    fn harmless(&self) -> Vec<(Label, usize)> {
        let losses = tailproof_core::measures::losses(&self.case.set, &self.case.sum());
        let [_, second] = self.case.thresholds;
        match self.case.claim.shape.thresholds() {
            // A floor needs it to be positive.
            2 if self.case.claim.shape.has_limits() => Vec::new(),
            2 => {
                (0..losses.len()).filter(|t| losses[*t] == second).map(|t| (labels::DISTANCE.sign, 2 * t + 1)).collect()
            }
            _ => Vec::new(),
        }
    }
}
