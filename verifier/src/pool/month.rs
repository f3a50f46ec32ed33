//! The claims of a deal about a month as integers, behind the limits of its pool.

use tailproof_core::pool::loan_pool::TOTAL_BITS;
use tailproof_core::pool::month::claims::Flow;
use tailproof_core::pool::month::terms::MOST_MONTHS;
use tailproof_core::pool::month::{MonthClaim, MonthTerms};
use tailproof_core::pool::schema::{SHARE_BITS, WHOLE};
use tailproof_core::pool::{Category, Field};

use crate::inputs::controls::{PackedField, field};
use crate::shape::PoolSizes;

/// Bytes of a digest that are a field element.
const DIGEST_BYTES: usize = 31;
/// Bits of half of a schema's digest.
pub const SCHEMA_HALF_BITS: u32 = 124;
/// Bits of months.
pub const MONTHS_BITS: u32 = MOST_MONTHS.ilog2() + 1;
/// Bits of the limit of a share that may be above one: of 2^48 - 1 units of one unit.
pub const RATIO_BITS: u32 = SHARE_BITS + TOTAL_BITS + 2;

/// Returns whether an amount may be more than the balance that its share is of.
pub fn may_exceed(flow: Flow) -> bool {
    match flow {
        Flow::ChargedOff | Flow::Repurchased | Flow::Added => false,
        Flow::Capitalised | Flow::Advanced | Flow::NewlyDelinquent => true,
    }
}

/// Returns the numbers of a loan that may move, in order.
pub fn moving(spare: bool) -> Vec<Field> {
    Field::all(spare).iter().copied().filter(|field| !matches!(field, Field::Score | Field::Term)).collect()
}

/// Returns the fields of the claims about a month, in order: see the book's chapter "Roll-forward".
pub fn month_fields(sizes: PoolSizes) -> Vec<PackedField> {
    let mut fields = vec![field("half of the schema before", SCHEMA_HALF_BITS); 2];
    fields.push(field("months by which terms fall", MONTHS_BITS));
    fields.extend(vec![field("whether a number moves", 1); moving(sizes.numbers).len()]);
    fields.extend(vec![field("whether a grade is that of loans in default", 1); Category::Grade.most()]);
    for of in Field::all(sizes.numbers).iter().copied() {
        fields.push(field("least number of an addition", of.bits()));
        fields.push(field("greatest number of an addition", of.bits()));
    }
    fields.push(field("whether additions may be delinquent", 1));
    for category in Category::ALL {
        fields.extend(vec![field("whether additions may have a name", 1); category.most()]);
    }
    fields.push(field("least collected", TOTAL_BITS));
    for flow in Flow::ALL {
        fields.push(field("share of an amount", if may_exceed(flow) { RATIO_BITS } else { SHARE_BITS }));
    }
    fields.push(field("prepaid share", SHARE_BITS));
    fields.extend(vec![field("scheduled share of a grade", SHARE_BITS); Category::Grade.most()]);
    fields.extend(vec![field("share of a grade in default", RATIO_BITS); Category::Grade.most()]);
    fields
}

/// A month of a deal, with what its schema decides.
#[derive(Debug, Clone, Copy)]
pub struct MonthOf<'m> {
    /// The terms and claims.
    pub terms: &'m MonthTerms,
    /// Digest of the earlier tape's schema.
    pub before: [u8; 32],
    /// Code of the grade of loans in default.
    pub defaulted: Option<u8>,
}

/// Returns the values of [`month_fields`]; without a month those that every two pools under a schema
/// of digest 0 meet, none of whose columns move. `each` has the bounds of every loan, additions
/// included.
pub fn month_values(sizes: PoolSizes, month: Option<MonthOf<'_>>, each: &[(u64, u64)]) -> Vec<u128> {
    let unlimited = (1u128 << RATIO_BITS) - 1;
    let claims = month.map_or(&[][..], |month| month.terms.claims());
    let mut values = schema_halves(month.map_or([0; 32], |month| month.before)).to_vec();
    values.push(month.map_or(0, |month| month.terms.falls().into()));
    let moves = |field: &Field| u128::from(month.is_some_and(|month| month.terms.moves(*field)));
    values.extend(moving(sizes.numbers).iter().map(moves));
    let defaulted = month.and_then(|month| month.defaulted).map(usize::from);
    values.extend((0..Category::Grade.most()).map(|code| u128::from(defaulted == Some(code))));
    for (of, (mut low, mut high)) in Field::all(sizes.numbers).iter().copied().zip(each.iter().copied()) {
        for claim in claims {
            match claim {
                MonthClaim::AdditionAtLeast(field, limit) if *field == of => low = low.max(*limit),
                MonthClaim::AdditionAtMost(field, limit) if *field == of => high = high.min(*limit),
                _ => {}
            }
        }
        values.extend([low, high].map(u128::from));
    }
    values.push(u128::from(!claims.contains(&MonthClaim::NoAdditionDelinquent)));
    for category in Category::ALL {
        let may_have = |code: usize| {
            claims.iter().all(|claim| match claim {
                MonthClaim::AdditionOnly(of, codes) if *of == category => {
                    codes.iter().any(|only| usize::from(*only) == code)
                }
                _ => true,
            })
        };
        values.extend((0..category.most()).map(|code| u128::from(may_have(code))));
    }
    let collected = claims.iter().map(|claim| if let MonthClaim::CollectedAtLeast(units) = claim { *units } else { 0 });
    values.push(collected.max().unwrap_or(0).into());
    let least = |limits: &dyn Fn(&MonthClaim) -> Option<u64>, off: u128| {
        claims.iter().filter_map(limits).map(u128::from).min().unwrap_or(off)
    };
    for flow in Flow::ALL {
        let of_flow = |claim: &MonthClaim| match claim {
            MonthClaim::AtMost(of, limit) if *of == flow => Some(*limit),
            _ => None,
        };
        values.push(least(&of_flow, if may_exceed(flow) { unlimited } else { WHOLE.into() }));
    }
    let prepaid = |claim: &MonthClaim| match claim {
        MonthClaim::PrepaidAtMost(limit) => Some(*limit),
        _ => None,
    };
    values.push(least(&prepaid, WHOLE.into()));
    let grades = Category::Grade.most();
    values.extend((0..grades).map(|code| month.map_or(0, |month| u128::from(month.terms.scheduled()[code]))));
    for code in 0..grades {
        let of_grade = |claim: &MonthClaim| match claim {
            MonthClaim::DefaultsAtMost(grade, limit) if usize::from(*grade) == code => Some(*limit),
            _ => None,
        };
        values.push(least(&of_grade, unlimited));
    }
    values
}

/// Returns the first 31 bytes of a digest, a big-endian number of 248 bits, as two halves, the lower
/// one first.
fn schema_halves(digest: [u8; 32]) -> [u128; 2] {
    let mask = (1u128 << SCHEMA_HALF_BITS) - 1;
    digest[..DIGEST_BYTES].iter().fold([0, 0], |[low, high], byte| {
        let carried = low >> (SCHEMA_HALF_BITS - 8);
        [(low << 8 | u128::from(*byte)) & mask, (high << 8 | carried) & mask]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::digest_to_field;
    use ark_bn254::Fr;
    use ark_ff::Field as _;

    #[test]
    fn both_halves_make_the_element_of_a_schema() {
        for digest in [[0; 32], [255; 32], std::array::from_fn(|index| u8::try_from(index * 7 + 3).unwrap())] {
            let [low, high] = schema_halves(digest).map(Fr::from);
            assert_eq!(low + high * Fr::from(2u64).pow([u64::from(SCHEMA_HALF_BITS)]), digest_to_field::<Fr>(&digest));
        }
    }

    #[test]
    fn there_is_a_value_for_each_field_and_it_fits() {
        for shape in ["3loans+pool+roll", "3loans+pool+numbers+roll"] {
            let shape: crate::Shape = shape.parse().expect("a shape");
            let sizes = shape.pool().expect("a shape of a pool");
            let each = Field::ALL.map(|of| (0, of.most()));
            let (fields, values) = (month_fields(sizes), month_values(sizes, None, &each));
            assert_eq!(fields.len(), values.len());
            assert!(fields.iter().zip(values).all(|(field, value)| value >> field.bits == 0));
        }
    }
}
