//! The statements under attack.
#![cfg_attr(feature = "planted-bug", allow(dead_code))]

use ark_bn254::Fr;
use ethnum::I256;
use tailproof_circuits::instructions::Label;
use tailproof_circuits::plain::{Lies, Plain};
use tailproof_circuits::plonkish::StatementCircuit;
use tailproof_circuits::r1cs::{Mode, R1cs, System};
use tailproof_circuits::statement::market::labels;
use tailproof_circuits::statement::synthesize;
use tailproof_risk::{Positions, Unit};

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
}

/// Every statement, in shapes that have each kind of constraint.
pub fn all() -> Vec<Box<dyn Target>> {
    vec![
        Box::new(Market::new("2x2/1", 2)),
        Box::new(Market::new("2x3", 3)),
        Box::new(Market::new("2x2+limits", 2)),
        Box::new(Market::new("2x2/1+2books", 2)),
        Box::new(Market::parametric("3x2+parametric")),
        Box::new(Market::new("2x67/1", 67)),
    ]
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
        let losses = tailproof_risk::measures::losses(&self.case.set, &self.case.sum());
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
