//! The plain evaluator: runs a statement over integers and names the constraints that fail.
//!
//! It shares no arithmetic with the constraint systems: products are integer products, and ranges
//! are comparisons. It is the second oracle of every statement test.

mod instructions;

use ark_bn254::Fr;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::inputs::controls::CONTROLS;

use crate::instructions::Label;

/// Evaluates a statement and collects the labels of constraints that do not hold.
pub struct Plain<'s> {
    controls: [Fr; CONTROLS],
    scenarios: &'s ScenarioInputs,
    violations: Vec<Label>,
}

impl std::fmt::Debug for Plain<'_> {
    /// Shows no value, because values may be private.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plain").field("violations", &self.violations).finish_non_exhaustive()
    }
}

impl<'s> Plain<'s> {
    /// Returns an evaluator for public inputs.
    pub fn new(controls: &[Fr; CONTROLS], scenarios: &'s ScenarioInputs) -> Self {
        Self { controls: *controls, scenarios, violations: Vec::new() }
    }

    /// Returns the labels of the constraints that did not hold, in order.
    pub fn violations(&self) -> &[Label] {
        &self.violations
    }

    fn check(&mut self, label: Label, holds: bool) {
        if !holds {
            self.violations.push(label);
        }
    }
}
