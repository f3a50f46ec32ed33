//! Limits on the book itself: how they are packed into words, and how the words make the *limits*
//! control.
//!
//! The limits on a book do not fit one field element. The control is therefore the hash of
//! [`WORDS`] packed elements; the first begins like the control of a statement without limits on
//! the book. `H` is the 12-input hash of the backend's commitment; unused inputs are zero.

use tailproof_core::mandate::{FloorUnits, LimitUnits};
use tailproof_core::{Mandate, Measure, Unit};

use crate::commitment::HASH_INPUTS;
use crate::field::CommitmentField;
use crate::inputs::controls::{PackedField, field, limit_fields, pack};

/// Number of packed elements that the control hashes.
pub const WORDS: usize = 5;

const FLAGS: [PackedField; 3] = [
    field("liquidity cost in value at risk", 1),
    field("liquidity cost in expected shortfall", 1),
    field("no floor under value at risk", 1),
];

const fn limit_pair(absolute: &'static str, share: &'static str) -> [PackedField; 2] {
    [field(absolute, LimitUnits::ABSOLUTE_BITS), field(share, LimitUnits::PER_NAV_BITS)]
}

const PAIRS: [[[PackedField; 2]; 2]; WORDS - 1] = [
    [
        limit_pair("value-at-risk floor in loss units", "value-at-risk floor in billionths of NAV"),
        limit_pair("gross limit in loss units", "gross limit in billionths of NAV"),
    ],
    [
        limit_pair("net limit in loss units", "net limit in billionths of NAV"),
        limit_pair("concentration limit in loss units", "concentration limit in billionths of NAV"),
    ],
    [
        limit_pair("net floor above zero in loss units", "net floor above zero in billionths of NAV"),
        limit_pair("net floor below zero in loss units", "net floor below zero in billionths of NAV"),
    ],
    [
        limit_pair("large-exposure threshold in loss units", "large-exposure threshold in billionths of NAV"),
        limit_pair("large-exposure limit in loss units", "large-exposure limit in billionths of NAV"),
    ],
];

/// Returns the fields of `word`, in order.
pub fn word_fields(word: usize) -> Vec<PackedField> {
    match word.checked_sub(1) {
        None => limit_fields().iter().chain(&FLAGS).copied().collect(),
        Some(pair) => PAIRS[pair].concat(),
    }
}

/// The terms of a mandate about the book itself, and about value at risk besides its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookLimits {
    /// Whether the liquidity cost counts in value at risk and in expected shortfall.
    pub liquidity: [bool; 2],
    /// The floor under value at risk.
    pub var_floor: Option<LimitUnits>,
    /// Limit on the sum of magnitudes.
    pub gross: LimitUnits,
    /// On the sum.
    pub net: LimitUnits,
    /// Lower limit on the sum.
    pub net_floor: FloorUnits,
    /// Limit on the largest magnitude.
    pub concentration: LimitUnits,
    /// Threshold above which an exposure is large.
    pub large_threshold: LimitUnits,
    /// Limit on the sum of large magnitudes.
    pub large: LimitUnits,
}

impl BookLimits {
    /// Limits that every book meets.
    pub const OFF: BookLimits = BookLimits {
        liquidity: [false; 2],
        var_floor: None,
        gross: LimitUnits::OFF,
        net: LimitUnits::OFF,
        net_floor: FloorUnits::OFF,
        concentration: LimitUnits::OFF,
        large_threshold: LimitUnits::OFF,
        large: LimitUnits::OFF,
    };

    /// Returns the limits of a mandate for a book in units of `unit`.
    pub fn from_mandate(mandate: &Mandate, unit: Unit) -> Self {
        let limit = |measure| mandate.clause(measure).map_or(LimitUnits::OFF, |clause| clause.limit_units(unit));
        let liquidity = |measure| mandate.clause(measure).is_some_and(|clause| clause.liquidity);
        let floor = |measure| mandate.clause(measure).and_then(|clause| clause.floor_units(unit));
        let threshold = mandate.clause(Measure::LargeExposures).and_then(|clause| clause.threshold_units(unit));
        Self {
            liquidity: [liquidity(Measure::Var), liquidity(Measure::Cvar)],
            var_floor: floor(Measure::Var).map(|floor| floor.above),
            gross: limit(Measure::Gross),
            net: limit(Measure::Net),
            net_floor: floor(Measure::Net).unwrap_or(FloorUnits::OFF),
            concentration: limit(Measure::Concentration),
            large_threshold: threshold.unwrap_or(LimitUnits::OFF),
            large: limit(Measure::LargeExposures),
        }
    }

    /// Returns the control: the hash of the packed words.
    pub fn control<F: CommitmentField>(&self, var: LimitUnits, cvar: LimitUnits) -> F {
        let mut hashed = self.words(var, cvar).to_vec();
        hashed.resize(HASH_INPUTS, F::from_integer(0.into()));
        F::hash(&hashed)
    }

    /// Returns the packed words.
    pub fn words<F: CommitmentField>(&self, var: LimitUnits, cvar: LimitUnits) -> [F; WORDS] {
        let pair = |limit: LimitUnits| [limit.absolute, limit.per_nav];
        let floor = self.var_floor.unwrap_or(LimitUnits::ZERO);
        let flags = [self.liquidity[0], self.liquidity[1], self.var_floor.is_none()].map(u64::from);
        let first = [&pair(var)[..], &pair(cvar), &flags].concat();
        let others = [
            [floor, self.gross],
            [self.net, self.concentration],
            [self.net_floor.above, self.net_floor.below],
            [self.large_threshold, self.large],
        ];
        std::array::from_fn(|word| {
            let values = word.checked_sub(1).map_or(first.clone(), |word| others[word].map(pair).concat());
            let values: Vec<u128> = values.into_iter().map(u128::from).collect();
            pack(&word_fields(word), &values)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::InputField;
    use crate::inputs::controls::unpack;
    use ark_bn254::Fr;

    /// Each field is packed where the circuit reads it, and nowhere else.
    #[test]
    fn each_limit_moves_a_field_of_its_own() {
        let limits = |number: u64| LimitUnits { absolute: number, per_nav: number + 1 };
        let base = BookLimits {
            liquidity: [false, true],
            var_floor: Some(limits(5)),
            gross: limits(7),
            net: limits(9),
            net_floor: FloorUnits { above: limits(11), below: limits(13) },
            concentration: limits(15),
            large_threshold: limits(17),
            large: limits(19),
        };
        let words: [Fr; WORDS] = base.words(limits(1), limits(3));
        let fields: Vec<u128> = (0..WORDS).flat_map(|word| unpack(&word_fields(word), words[word].limbs())).collect();
        assert_eq!(
            fields,
            [1, 2, 3, 4, 0, 1, 0, 5, 6, 7, 8, 9, 10, 15, 16, 11, 12, 13, 14, 17, 18, 19, 20],
            "the order of the fields"
        );
    }
}
