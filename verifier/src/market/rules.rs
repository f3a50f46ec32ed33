//! Terms of a mandate on net asset value and groups: how they are packed into words behind those of the
//! limits on the book.
//!
//! The *limits* control of a statement with rules is a chain of hashes, as in a commitment: from zero,
//! over blocks of 11 words, zeros behind the last. The words are those of [`super::limits`], a word of
//! flags, and one word for each clause on a group. `H` is the 12-input hash of the backend's commitment.

use ethnum::I256;
use tailproof_core::mandate::{BookUnits, GroupColumns, LimitUnits, NavSource, SignedBookUnits};
use tailproof_core::{Mandate, ScenarioSet, Unit};

use super::limits::{self, BookLimits, word_fields};
use crate::commitment::{ELEMENTS_PER_BLOCK, HASH_INPUTS};
use crate::error::InstanceError;
use crate::field::CommitmentField;
use crate::inputs::controls::{PackedField, field, pack};
use crate::shape::{RuleSizes, Shape};

const FLAGS: [PackedField; 1] = [field("net asset value is the sum of the values", 1)];

const GROUP: [PackedField; 5] = [
    field("group limit in book units", BookUnits::ABSOLUTE_BITS),
    field("group limit in billionths of NAV", LimitUnits::PER_NAV_BITS),
    field("group floor below zero", 1),
    field("group floor in book units", BookUnits::ABSOLUTE_BITS),
    field("group floor in billionths of NAV", LimitUnits::PER_NAV_BITS),
];

/// Returns the number of words that the control hashes.
pub fn words(sizes: RuleSizes) -> usize {
    limits::WORDS + 1 + sizes.groups
}

/// Returns the fields of `word`, in order.
pub fn rule_word_fields(word: usize) -> Vec<PackedField> {
    match word.checked_sub(limits::WORDS) {
        None => word_fields(word),
        Some(0) => FLAGS.to_vec(),
        Some(_) => GROUP.to_vec(),
    }
}

/// The limit and the floor of a clause on a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupLimits {
    /// At most so much.
    pub limit: BookUnits,
    /// At least so much.
    pub floor: SignedBookUnits,
}

impl GroupLimits {
    /// Limits that every book meets.
    pub const OFF: GroupLimits = GroupLimits { limit: BookUnits::OFF, floor: SignedBookUnits::OFF };
}

/// Returns the clauses on groups of a mandate over `set`, which `shape` has room for; `None` under a shape
/// without rules.
///
/// # Errors
/// A mandate that takes rules under a shape without them, or has more clauses on groups, or caps or costs that
/// grow where the shape has not; the errors of [`Mandate::group_columns`].
pub(crate) fn group_columns<'m>(
    shape: Shape,
    mandate: &'m Mandate,
    set: &ScenarioSet,
) -> Result<Option<Vec<GroupColumns<'m>>>, InstanceError> {
    let columns = mandate.group_columns(set)?;
    let needs = rule_sizes(mandate, columns.len());
    match shape.rules() {
        None if mandate.needs_rules() => Err(InstanceError::NeedsRules { shape, needs }),
        None => Ok(None),
        Some(sizes) if needs.groups > sizes.groups => Err(InstanceError::TooManyGroups { needs, shape }),
        Some(sizes) if !sizes.hold(needs) => Err(InstanceError::NeedsSizes { needs, shape }),
        Some(_) => Ok(Some(columns)),
    }
}

/// Returns the sizes of rules that a mandate with so many clauses on groups takes.
pub(crate) fn rule_sizes(mandate: &Mandate, groups: usize) -> RuleSizes {
    RuleSizes { groups, caps: mandate.caps_digest().is_some(), impact: mandate.impact_digest().is_some() }
}

/// The terms of a mandate on net asset value and groups.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleTerms {
    /// Whether the net asset value is the sum of the values.
    pub nav_is_sum: bool,
    /// Limits of the clauses on groups, as many as the shape holds.
    pub groups: Vec<GroupLimits>,
}

impl RuleTerms {
    /// Returns the terms of a mandate over `set` for a book in units of `unit`; terms that every book
    /// meets under a shape without rules, and for the clauses that a shape holds beyond the mandate's.
    ///
    /// # Errors
    /// A mandate that takes rules under a shape without them, or has more clauses on groups; the errors
    /// of [`Mandate::group_columns`].
    pub fn new(shape: Shape, mandate: &Mandate, set: &ScenarioSet, unit: Unit) -> Result<Self, InstanceError> {
        let Some(columns) = group_columns(shape, mandate, set)? else { return Ok(Self::default()) };
        let limits = |clause: &tailproof_core::Clause| GroupLimits {
            limit: clause.group_limit_units(unit),
            floor: clause.group_floor_units(unit),
        };
        let mut groups: Vec<_> = columns.iter().map(|of| limits(of.clause)).collect();
        groups.resize(shape.rules().map_or(0, |sizes| sizes.groups), GroupLimits::OFF);
        Ok(Self { nav_is_sum: mandate.nav_source() == NavSource::Sum, groups })
    }

    /// Returns the packed words: those of the limits on the book, and those of these terms.
    pub fn words<F: CommitmentField>(&self, book: &BookLimits, var: LimitUnits, cvar: LimitUnits) -> Vec<F> {
        let mut words = book.words(var, cvar).to_vec();
        words.push(pack(&FLAGS, &[u128::from(self.nav_is_sum)]));
        words.extend(self.groups.iter().map(|GroupLimits { limit, floor }| {
            let SignedBookUnits { below_zero, magnitude } = floor;
            let below_zero = u64::from(*below_zero);
            let values = [limit.absolute, limit.per_nav, below_zero, magnitude.absolute, magnitude.per_nav];
            pack::<F>(&GROUP, &values.map(u128::from))
        }));
        words
    }

    /// Returns the control: the chain of hashes of the packed words.
    pub fn control<F: CommitmentField>(&self, book: &BookLimits, var: LimitUnits, cvar: LimitUnits) -> F {
        let zero = F::from_integer(I256::ZERO);
        self.words(book, var, cvar).chunks(ELEMENTS_PER_BLOCK).fold(zero, |chain, block| {
            let mut hashed = vec![chain];
            hashed.extend_from_slice(block);
            hashed.resize(HASH_INPUTS, zero);
            F::hash(&hashed)
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
    fn each_term_moves_a_field_of_its_own() {
        let units = |number: u64| BookUnits { absolute: number, per_nav: number + 1 };
        let group = |first, below_zero| GroupLimits {
            limit: units(first),
            floor: SignedBookUnits { below_zero, magnitude: units(first + 2) },
        };
        let terms = RuleTerms { nav_is_sum: true, groups: vec![group(1, true), group(5, false)] };
        let words: Vec<Fr> = terms.words(&BookLimits::OFF, LimitUnits::OFF, LimitUnits::OFF);
        assert_eq!(words.len(), self::words(RuleSizes { groups: 2, ..RuleSizes::default() }));
        let fields = |word: usize| unpack(&rule_word_fields(word), words[word].limbs());
        assert_eq!(words[..limits::WORDS], BookLimits::OFF.words(LimitUnits::OFF, LimitUnits::OFF));
        assert_eq!((fields(5), fields(6), fields(7)), (vec![1], vec![1, 2, 1, 3, 4], vec![5, 6, 0, 7, 8]));
    }

    /// More clauses than a block of the hash holds: the last word counts.
    #[test]
    fn every_word_is_hashed() {
        let control = |terms: &RuleTerms| terms.control::<Fr>(&BookLimits::OFF, LimitUnits::OFF, LimitUnits::OFF);
        let base = RuleTerms { nav_is_sum: false, groups: vec![GroupLimits::OFF; 20] };
        let mut seen = vec![control(&base), control(&RuleTerms { nav_is_sum: true, ..base.clone() })];
        for group in 0..20 {
            let mut moved = base.clone();
            moved.groups[group].limit = BookUnits::ZERO;
            seen.push(control(&moved));
        }
        assert!((0..seen.len()).all(|one| !seen[..one].contains(&seen[one])));
    }
}
