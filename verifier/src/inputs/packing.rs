//! Packed public inputs: several scenarios in one row of products.
//!
//! A group is as many consecutive scenarios as the statement has slots; the last group has those
//! that are left. The book's chapter "Packed scenarios" has the relation and its proof.

use ark_bn254::Fr;
use ark_ff::BigInt;

use crate::shape::{Shape, Statement};

/// How many scenarios a row of products takes, and how far apart they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packing {
    /// Scenarios of a group.
    pub slots: usize,
    /// Bits between one scenario's digit and the next one's.
    pub bits: u32,
}

impl Packing {
    /// Distances of losses from thresholds are below 2^62 in magnitude.
    const MARKET: Packing = Packing { slots: 4, bits: 63 };
    /// Distances of losses times 5^6 from points of the notional are below 2^83 in magnitude.
    const TRANCHES: Packing = Packing { slots: 3, bits: 84 };
    /// One scenario alone: its product has no range check that could unpack it. So are the days of a P&L
    /// vector, which have no products.
    const ALONE: Packing = Packing { slots: 1, bits: 252 };

    /// Returns the packing of a shape's statement.
    pub fn of(shape: Shape) -> Self {
        match shape.statement() {
            Statement::Market { .. } | Statement::MarketLimits | Statement::MarketRules(_) => Self::MARKET,
            Statement::Parametric | Statement::Pnl { .. } => Self::ALONE,
            Statement::Pool(_) => Self::TRANCHES,
        }
    }

    /// Returns the number of groups of a shape.
    pub fn groups(self, shape: Shape) -> usize {
        shape.scenarios().div_ceil(self.slots)
    }

    /// Returns the scenarios of a group.
    pub fn scenarios(self, shape: Shape, group: usize) -> std::ops::Range<usize> {
        let first = group * self.slots;
        first..(first + self.slots).min(shape.scenarios())
    }

    /// Returns 2^(bits * slot) as a field element.
    ///
    /// # Panics
    /// If the slot is not one of the packing.
    pub fn factor(self, slot: usize) -> Fr {
        assert!(slot < self.slots, "slot {slot} of {}", self.slots);
        let shift = self.bits as usize * slot;
        let mut limbs = [0; 4];
        limbs[shift / 64] = 1 << (shift % 64);
        Fr::from(BigInt::new(limbs))
    }

    /// Returns `sum_j 2^(bits j) digits[j]`.
    ///
    /// # Panics
    /// If there are more digits than slots.
    pub fn pack(self, digits: impl IntoIterator<Item = Fr>) -> Fr {
        digits.into_iter().enumerate().map(|(slot, digit)| digit * self.factor(slot)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::ScenarioInputs;
    use tailproof_core::scenarios::generator::Generator;
    use tailproof_core::{Problem, ScenarioSet};

    fn set(factors: usize, entries: Vec<i32>) -> Result<ScenarioSet, Problem> {
        let scenarios = entries.len() / factors;
        let names = (0..factors).map(|factor| format!("F{factor}")).collect();
        let labels = (0..scenarios).map(|scenario| scenario.to_string()).collect();
        let generator = Generator::Custom { description: "test".into() };
        ScenarioSet::new(generator, names, labels, None, vec![1; scenarios], entries)
    }

    fn inputs(shape: &str, factors: usize, entries: Vec<i32>) -> ScenarioInputs {
        ScenarioInputs::without_groups(shape.parse().unwrap(), &set(factors, entries).unwrap()).unwrap()
    }

    const MOST: i32 = (1 << 23) - 1;

    /// Packed entries and xi by their definition, for full groups, a last group that is not full,
    /// an odd number of factors, and statements of one slot.
    #[test]
    fn groups_are_packed_as_defined() {
        let entries: Vec<i32> = (0..21).map(|i| [MOST, -MOST, 3, -1, 0, 77, -500][i % 7]).collect();
        for (shape, slots) in
            [("7x3/1", 4), ("9x5", 4), ("7x3+limits", 4), ("7x3+rules+2groups", 4), ("7x3+parametric", 1)]
        {
            let inputs = inputs(shape, 3, entries.clone());
            let (shape, packing) = (inputs.shape(), Packing::of(inputs.shape()));
            assert_eq!(packing.slots, slots);
            assert_eq!(packing.groups(shape), shape.scenarios().div_ceil(slots));
            for group in 0..packing.groups(shape) {
                let expected: Vec<Fr> = (0..shape.factors())
                    .map(|factor| {
                        let scenarios = packing.scenarios(shape, group);
                        packing.pack(scenarios.map(|scenario| Fr::from(inputs.entries(scenario)[factor])))
                    })
                    .collect();
                assert_eq!(inputs.packed_entries(group).collect::<Vec<_>>(), expected);
                let products = expected.chunks_exact(2).map(|pair| pair[0] * pair[1]);
                assert_eq!(inputs.xi(group), products.sum::<Fr>());
            }
        }
    }

    /// An entry of 2^63 in one slot packs to an entry of 1 in the next one. No scenario set has it.
    #[test]
    fn an_entry_of_two_to_the_63_is_a_neighbours_entry_of_one() {
        let packing = Packing::of("4x1/1".parse().unwrap());
        let pack = |digits: [i128; 4]| packing.pack(digits.map(Fr::from));
        assert_eq!(pack([1 << 63, 0, 0, 0]), pack([0, 1, 0, 0]));
        assert_eq!(pack([5, 0, -(1 << 63), 2]), pack([5, 0, 0, 1]));
        assert!(set(1, vec![MOST, -MOST]).is_ok());
        for entry in [MOST + 1, -MOST - 1, i32::MAX, i32::MIN] {
            assert!(set(1, vec![0, entry]).is_err(), "{entry}");
        }
    }

    #[test]
    fn slots_and_bits_stay_inside_the_field() {
        for packing in [Packing::MARKET, Packing::TRANCHES, Packing::ALONE] {
            assert!(packing.slots * packing.bits as usize <= 252);
        }
    }
}
