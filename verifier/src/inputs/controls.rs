//! The four control inputs, and how small integers are packed into two of them.
//!
//! Fields are packed from the least significant bit up, in the order of [`tail_fields`] and
//! [`limit_fields`]; the circuit unpacks by the same lists. The numerator and denominator of a tail
//! are stored minus one, so that neither can be zero.

use ark_bn254::Fr;
use ark_ff::PrimeField;
use tailproof_core::fixed_point::UNIT_BITS;
use tailproof_core::mandate::LimitUnits;
use tailproof_core::mandate::parametric::COEFFICIENT_BITS;
use tailproof_core::scenarios::generator::MOST_SCALE;
use tailproof_core::{TailMass, Unit};

use crate::field::{InputField, Limbs};
use crate::shape::Shape;

/// Number of control inputs of every statement.
pub const CONTROLS: usize = 4;

/// Name of the field that holds the book unit.
const UNIT: &str = "book unit in millionths";

/// One packed integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackedField {
    /// Name of the integer.
    pub name: &'static str,
    /// Width of the field.
    pub bits: u32,
}

/// Returns a field with a name and a width.
pub(crate) const fn field(name: &'static str, bits: u32) -> PackedField {
    PackedField { name, bits }
}

const TAILS: [PackedField; 5] = [
    field("value-at-risk tail numerator minus one", TailMass::NUMERATOR_BITS),
    field("value-at-risk tail denominator minus one", TailMass::DENOMINATOR_BITS),
    field(UNIT, UNIT_BITS),
    field("shortfall tail numerator minus one", TailMass::NUMERATOR_BITS),
    field("shortfall tail denominator minus one", TailMass::DENOMINATOR_BITS),
];

const LIMITS: [PackedField; 4] = [
    field("value-at-risk limit in loss units", LimitUnits::ABSOLUTE_BITS),
    field("value-at-risk limit in billionths of NAV", LimitUnits::PER_NAV_BITS),
    field("shortfall limit in loss units", LimitUnits::ABSOLUTE_BITS),
    field("shortfall limit in billionths of NAV", LimitUnits::PER_NAV_BITS),
];

/// Returns the fields of the *tails* control. With one threshold, one tail serves both clauses and
/// the last two fields are absent.
pub fn tail_fields(thresholds: usize) -> &'static [PackedField] {
    if thresholds == 1 { &TAILS[..3] } else { &TAILS }
}

const PARAMETRIC: [PackedField; 4] = [
    field("squared coefficient of value at risk times 2^30", COEFFICIENT_BITS),
    field("squared coefficient of expected shortfall times 2^30", COEFFICIENT_BITS),
    field(UNIT, UNIT_BITS),
    field("scale of the covariance", MOST_SCALE + 1),
];

/// Returns the fields of the *tails* control of a parametric statement.
pub fn parametric_fields() -> &'static [PackedField] {
    &PARAMETRIC
}

/// Returns the *tails* control of a parametric claim: its squared coefficients, unit and scale.
/// `scale` is an exponent; the field holds 2 to that power.
///
/// # Panics
/// If `scale` exceeds [`MOST_SCALE`].
pub fn pack_parametric<F: InputField>(squared_coefficients: [u64; 2], unit: Unit, scale: u32) -> F {
    assert!(scale <= MOST_SCALE, "a set's scale is checked when it is read");
    let [var, cvar] = squared_coefficients;
    pack(&PARAMETRIC, &[var, cvar, unit.millionths(), 1 << scale].map(u128::from))
}

/// Returns the fields of the *limits* control.
pub fn limit_fields() -> &'static [PackedField] {
    &LIMITS
}

/// Returns the *tails* control of a claim over scenarios. With one threshold, `shortfall` must
/// equal `var`.
pub fn pack_tails<F: InputField>(thresholds: usize, var: TailMass, unit: Unit, shortfall: TailMass) -> F {
    let pair = |tail: TailMass| [u128::from(tail.numerator() - 1), u128::from(tail.denominator() - 1)];
    let [a1, b1] = pair(var);
    let [a2, b2] = pair(shortfall);
    let values = [a1, b1, u128::from(unit.millionths()), a2, b2];
    let fields = tail_fields(thresholds);
    pack(fields, &values[..fields.len()])
}

/// Returns the *limits* control.
pub fn pack_limits<F: InputField>(var: LimitUnits, shortfall: LimitUnits) -> F {
    let values = [var.absolute, var.per_nav, shortfall.absolute, shortfall.per_nav].map(u128::from);
    pack(limit_fields(), &values)
}

/// Returns `values` packed into a field element.
///
/// # Panics
/// If a value does not fit its field. The types of the callers' values rule this out.
pub(crate) fn pack<F: InputField>(fields: &[PackedField], values: &[u128]) -> F {
    assert_eq!(fields.len(), values.len());
    let mut limbs = [0u64; 4];
    let mut position = 0u32;
    for (field, value) in fields.iter().zip(values) {
        assert!(value >> field.bits == 0, "{} does not fit {} bits", field.name, field.bits);
        for bit in 0..field.bits {
            if value >> bit & 1 == 1 {
                limbs[((position + bit) / 64) as usize] |= 1 << ((position + bit) % 64);
            }
        }
        position += field.bits;
    }
    assert!(position < Fr::MODULUS_BIT_SIZE, "packed fields stay below the modulus");
    F::from_limbs(limbs).expect("below the modulus")
}

/// Returns the value of each packed field, lowest first. Bits above the fields are ignored.
pub fn unpack(fields: &[PackedField], limbs: Limbs) -> Vec<u128> {
    let mut position = 0u32;
    fields
        .iter()
        .map(|field| {
            let value = (0..field.bits).fold(0u128, |value, bit| {
                let at = position + bit;
                value | u128::from(limbs[(at / 64) as usize] >> (at % 64) & 1) << bit
            });
            position += field.bits;
            value
        })
        .collect()
}

/// Returns the book unit, in millionths, that the *tails* control of a market statement states.
pub(crate) fn stated_unit<F: InputField>(shape: Shape, tails: &F) -> u64 {
    let fields = if shape.is_parametric() { parametric_fields() } else { tail_fields(shape.thresholds()) };
    let unit = fields.iter().position(|field| field.name == UNIT).expect("every list has the unit");
    u64::try_from(unpack(fields, tails.limbs())[unit]).expect("the field has 40 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_is_injective_and_inverse_to_unpacking() {
        for thresholds in [1, 2] {
            for fields in [tail_fields(thresholds), limit_fields()] {
                let extremes: Vec<u128> = fields.iter().map(|field| (1u128 << field.bits) - 1).collect();
                assert_eq!(unpack(fields, pack::<Fr>(fields, &extremes).limbs()), extremes);
                for (index, field) in fields.iter().enumerate() {
                    let mut values = vec![0; fields.len()];
                    values[index] = (1u128 << field.bits) - 1;
                    assert_eq!(unpack(fields, pack::<Fr>(fields, &values).limbs()), values, "{}", field.name);
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "does not fit")]
    fn a_value_too_wide_for_its_field_does_not_spill_into_the_next() {
        pack::<Fr>(tail_fields(1), &[1 << 56, 0, 0]);
    }
}
