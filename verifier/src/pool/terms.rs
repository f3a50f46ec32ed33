//! The claims of a deal as integers: two lists, each packed into words that are hashed into one
//! control.
//!
//! A list is packed from the lowest bit up. Each word takes the next fields that fit 252 bits. Its
//! control is `H(.. H(H(0, word_0, .., word_10), word_11, ..) ..)` with zeros behind the last word,
//! or 0 where the shape has no such list.

use tailproof_core::pool::bands::Bands;
use tailproof_core::pool::claims::{AVERAGE_SCALE, PoolClaim, share_limits};
use tailproof_core::pool::coverage::{COVERAGE_BITS, COVERAGE_SHARE_BITS, Coverage};
use tailproof_core::pool::ids::IdKind;
use tailproof_core::pool::loan_pool::{LOANS_BITS, TOTAL_BITS};
use tailproof_core::pool::schema::{SHARE_BITS, WHOLE};
use tailproof_core::pool::tranches::{NOTIONAL, PieceLimits};
use tailproof_core::pool::{Category, Deal, Field, TrancheTerms};
use tailproof_core::{ScenarioSet, TailMass};

use super::commitment::ELEMENT_BITS;
use super::error::{LossKind, PoolError};
use super::month::{MonthOf, month_fields, month_values};
use super::scenarios::check_set;
use super::value::{ValueOf, value_fields, value_values};
use crate::commitment::ELEMENTS_PER_BLOCK;
use crate::error::InstanceError;
use crate::field::CommitmentField;
use crate::inputs::controls::{CONTROLS, PackedField, field, pack};
use crate::shape::{PoolSizes, Shape};

/// Bits of a limit of a band: those of the widest number.
pub const BAND_BITS: u32 = 14;
/// Bits of an attachment point in millionths.
const POINT_BITS: u32 = NOTIONAL.ilog2() + 1;

/// Returns the number of bits of a limit on a weighted average.
fn average_bits(field: Field) -> u32 {
    field.bits() + AVERAGE_SCALE.ilog2() + 1
}

/// Returns the fields of the claims about the pool, in order.
///
/// With spare numbers there are their averages and bounds behind those of the others. With bands
/// there are, behind all of these, a bit for each number, of which at most one is set, and the least
/// and greatest value of each grade. Then come the fields of claims on value, a number of largest
/// obligors with their share, and the fields of a month, in shapes that have them.
pub fn limit_fields(sizes: PoolSizes) -> Vec<PackedField> {
    let mut fields = vec![
        field("least number of loans", LOANS_BITS),
        field("greatest number of loans", LOANS_BITS),
        field("least balance", TOTAL_BITS),
        field("greatest balance", TOTAL_BITS),
    ];
    let numbers = Field::all(sizes.numbers);
    for of in numbers.iter().copied() {
        fields.push(field("least average", average_bits(of)));
        fields.push(field("greatest average", average_bits(of)));
    }
    for of in numbers.iter().copied() {
        fields.push(field("least number of a loan", of.bits()));
        fields.push(field("greatest number of a loan", of.bits()));
    }
    fields.push(field("share of the largest obligor", SHARE_BITS));
    fields.push(field("Herfindahl index", SHARE_BITS));
    fields.push(field("delinquent share", SHARE_BITS));
    for category in Category::ALL {
        fields.extend(vec![field("share of a name", SHARE_BITS); category.most()]);
    }
    for _ in 0..2 {
        fields.extend(vec![field("value of a grade", SHARE_BITS); Category::Grade.most()]);
        fields.push(field("what is needed", COVERAGE_BITS));
        fields.push(field("what is needed of the balance", COVERAGE_SHARE_BITS));
    }
    if sizes.bands {
        fields.extend(vec![field("number of the bands", 1); numbers.len()]);
        for _ in 0..Category::Grade.most() {
            fields.push(field("least number of a grade", BAND_BITS));
            fields.push(field("greatest number of a grade", BAND_BITS));
        }
    }
    if sizes.value {
        fields.extend(value_fields());
    }
    if sizes.top {
        fields.push(field("number of largest obligors", LOANS_BITS));
        fields.push(field("share of the largest obligors together", SHARE_BITS));
    }
    if sizes.roll {
        fields.extend(month_fields(sizes));
    }
    fields
}

/// Returns the fields of the claims about `pieces` pieces, in order.
pub fn tranche_fields(pieces: usize) -> Vec<PackedField> {
    let mut fields = vec![field("attachment point", POINT_BITS); pieces - 1];
    fields.push(field("expected loss of the pool", SHARE_BITS));
    for _ in 0..pieces {
        fields.push(field("expected loss", SHARE_BITS));
        fields.push(field("probability of a hit", SHARE_BITS));
        fields.push(field("expected shortfall", SHARE_BITS));
        fields.push(field("tail numerator minus one", TailMass::NUMERATOR_BITS));
        fields.push(field("tail denominator minus one", TailMass::DENOMINATOR_BITS));
    }
    fields
}

/// Returns the fields of each word of a list.
pub fn word_fields(fields: &[PackedField]) -> Vec<&[PackedField]> {
    let mut words = Vec::new();
    let (mut first, mut used) = (0, 0);
    for (index, field) in fields.iter().enumerate() {
        if used + field.bits > ELEMENT_BITS {
            words.push(&fields[first..index]);
            (first, used) = (index, 0);
        }
        used += field.bits;
    }
    words.push(&fields[first..]);
    words
}

/// Returns the words of a list of values.
fn words<F: CommitmentField>(fields: &[PackedField], values: &[u128]) -> Vec<F> {
    let mut rest = values;
    let word = |fields: &[PackedField]| {
        let (values, behind) = rest.split_at(fields.len());
        rest = behind;
        pack(fields, values)
    };
    word_fields(fields).into_iter().map(word).collect()
}

/// Returns the hash of words.
fn control<F: CommitmentField>(words: &[F]) -> F {
    let none = F::from_integer(0.into());
    words.chunks(ELEMENTS_PER_BLOCK).fold(none, |chain, block| {
        let mut inputs = vec![chain];
        inputs.extend_from_slice(block);
        inputs.resize(ELEMENTS_PER_BLOCK + 1, none);
        F::hash(&inputs)
    })
}

/// The claims of a deal, as integers for a shape.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PoolTerms {
    /// Values of [`limit_fields`]; empty in shapes without claims about the pool.
    pub limits: Vec<u128>,
    /// Values of [`tranche_fields`]; empty in shapes without tranches.
    pub tranches: Vec<u128>,
    /// Sizes of the shape; `None` in terms of nothing.
    sizes: Option<PoolSizes>,
}

impl PoolTerms {
    /// Returns the claims of `deal` over `set`, which is given if and only if the shape has
    /// tranches.
    ///
    /// # Errors
    /// Errors on claims that the shape does not support, on more pieces than it has, and on a set
    /// over other buckets.
    pub fn from_deal(shape: Shape, deal: &Deal, set: Option<&ScenarioSet>) -> Result<Self, InstanceError> {
        let sizes = shape.pool().ok_or(PoolError::NotAPool(shape))?;
        let has_spare = deal.schema().is_some_and(|schema| !schema.numbers().is_empty());
        if has_spare != sizes.numbers {
            return Err(PoolError::SpareNumbers { shape, has_spare }.into());
        }
        if !sizes.limits && !deal.claims().is_empty() {
            return Err(PoolError::NeedsPoolClaims(shape).into());
        }
        // The circuit refuses ids that repeat, whether or not they are claimed not to.
        for kind in IdKind::ALL {
            let claimed = deal.claims().contains(&PoolClaim::Distinct(kind));
            if claimed != sizes.distinct(kind) {
                return Err(PoolError::Distinct { shape, kind, claimed }.into());
            }
        }
        let terms = deal.terms().filter(|terms| !terms.sentences().is_empty());
        if sizes.roll != deal.month().is_some() {
            return Err(PoolError::Month { shape, has_month: deal.month().is_some() }.into());
        }
        if deal.claims().is_empty() && terms.is_none() && deal.month().is_none() {
            return Err(PoolError::ClaimsNothing.into());
        }
        match (sizes.tranches > 0, set) {
            (false, _) if terms.is_some() => return Err(PoolError::NeedsTranches(shape).into()),
            (false, Some(_)) => return Err(PoolError::TakesNoScenarios(shape).into()),
            (true, None) => return Err(PoolError::NeedsScenariosOf { shape, kind: LossKind::of(deal) }.into()),
            _ => {}
        }
        if let Some(set) = set {
            check_set(shape, sizes, deal, set)?;
        }
        // A deal has terms of its losses if and only if it has a schema.
        let terms = || deal.require_schema().map(|_| deal.terms()).map_err(PoolError::from);
        let losses =
            set.map(|set| Ok::<_, PoolError>(terms()?.map(|terms| (terms, set.total_weight())))).transpose()?;
        // No loan has a name that the schema lacks, so the share of such a name is zero. Without a
        // column, all codes are zero.
        let named = |category| deal.schema().map_or(0, |schema| schema.names(category).len()).max(1);
        let bands = deal.schema().and_then(|schema| schema.terms()).and_then(|terms| terms.bands.as_ref());
        let month = match (deal.month(), deal.schema()) {
            (Some(terms), Some(schema)) => {
                let before = schema.at(terms.from()).map_err(PoolError::from)?.digest();
                Some(MonthOf { terms, before, defaulted: schema.defaulted() })
            }
            _ => None,
        };
        Self::of_month(shape, deal.claims(), Category::ALL.map(named), losses.flatten(), bands, month)
    }

    /// Returns the claims about a pool with given numbers of grades, sectors and regions, and about
    /// tranches over scenarios of a given total weight. Tranches are given if and only if the shape
    /// has any. Bands are enforced by a shape with `+bands`, if they are over a committed number.
    ///
    /// # Errors
    /// Errors if the shape is that of a book, lacks what a claim is about, has fewer pieces than are
    /// claimed, or has tranches and `losses` is not given, or the other way round.
    pub fn from_claims(
        shape: Shape,
        claims: &[PoolClaim],
        names: [usize; 3],
        losses: Option<(&TrancheTerms, u64)>,
        bands: Option<&Bands>,
    ) -> Result<Self, InstanceError> {
        Self::of_month(shape, claims, names, losses, bands, None)
    }

    /// Returns the same with claims about a month, which is given if and only if the shape has
    /// `+roll`.
    ///
    /// # Errors
    /// The errors of [`PoolTerms::from_claims`].
    pub fn of_month(
        shape: Shape,
        claims: &[PoolClaim],
        names: [usize; 3],
        losses: Option<(&TrancheTerms, u64)>,
        bands: Option<&Bands>,
        month: Option<MonthOf<'_>>,
    ) -> Result<Self, InstanceError> {
        let sizes = shape.pool().ok_or(PoolError::NotAPool(shape))?;
        if sizes.roll != month.is_some() {
            return Err(PoolError::Month { shape, has_month: month.is_some() }.into());
        }
        if sizes.tranches == 0 && losses.is_some() {
            return Err(PoolError::NeedsTranches(shape).into());
        }
        if sizes.tranches > 0 && losses.is_none() {
            return Err(PoolError::NeedsScenarios(shape).into());
        }
        if !sizes.limits && !claims.is_empty() {
            return Err(PoolError::NeedsPoolClaims(shape).into());
        }
        let is_spare = |claim: &PoolClaim| claim.number().is_some_and(|field| field.spare().is_some());
        if !sizes.numbers && claims.iter().any(is_spare) {
            return Err(PoolError::SpareNumbers { shape, has_spare: true }.into());
        }
        // A circuit has one threshold: a second limit would be dropped.
        match claims.iter().filter(|claim| matches!(claim, PoolClaim::TopObligorsAtMost(..))).count() {
            0 => {}
            1 if sizes.top => {}
            1 => return Err(PoolError::TopObligors(shape).into()),
            several => return Err(PoolError::SeveralTopObligors(several).into()),
        }
        let unproved = |kind: &IdKind| claims.contains(&PoolClaim::Distinct(*kind)) && !sizes.distinct(*kind);
        if let Some(kind) = IdKind::ALL.into_iter().find(unproved) {
            return Err(PoolError::Distinct { shape, kind, claimed: true }.into());
        }
        let value = ValueOf::new(claims)?;
        if !sizes.value && value != ValueOf::default() {
            return Err(PoolError::NeedsValue(shape).into());
        }
        let limits = if sizes.limits { limit_values(sizes, claims, names, bands, value, month) } else { Vec::new() };
        let tranches = losses.map(|(terms, weight)| tranche_values(shape, sizes, terms, weight)).transpose()?;
        Ok(Self { limits, tranches: tranches.unwrap_or_default(), sizes: Some(sizes) })
    }

    /// Returns terms that every pool meets, for a shape with these sizes.
    pub fn off(sizes: PoolSizes) -> Self {
        let names = Category::ALL.map(Category::most);
        let limits =
            if sizes.limits { limit_values(sizes, &[], names, None, ValueOf::default(), None) } else { Vec::new() };
        let mut tranches = Vec::new();
        if sizes.tranches > 0 {
            tranches.extend(vec![u128::from(NOTIONAL); sizes.tranches - 1]);
            tranches.push(u128::from(WHOLE));
            (0..sizes.tranches).for_each(|_| tranches.extend(piece_values(&PieceLimits::NONE, 1)));
        }
        Self { limits, tranches, sizes: Some(sizes) }
    }

    /// Returns the words behind the control of the pool's limits.
    pub fn limit_words<F: CommitmentField>(&self) -> Vec<F> {
        let sizes = self.sizes.filter(|_| !self.limits.is_empty());
        sizes.map_or_else(Vec::new, |sizes| words(&limit_fields(sizes), &self.limits))
    }

    /// Returns the words behind the control of the tranches.
    pub fn tranche_words<F: CommitmentField>(&self) -> Vec<F> {
        // Points, one limit, and five values of each piece: six values a piece.
        let pieces = self.tranches.len() / 6;
        if pieces == 0 { Vec::new() } else { words(&tranche_fields(pieces), &self.tranches) }
    }

    /// Returns the control inputs, in the order of [`crate::inputs::layout`].
    pub fn controls<F: CommitmentField>(&self, commitment: F, context: F) -> [F; CONTROLS] {
        [commitment, context, control(&self.limit_words::<F>()), control(&self.tranche_words::<F>())]
    }
}

fn limit_values(
    sizes: PoolSizes,
    claims: &[PoolClaim],
    names: [usize; 3],
    bands: Option<&Bands>,
    value: ValueOf<'_>,
    month: Option<MonthOf<'_>>,
) -> Vec<u128> {
    let most = |bits: u32| (1u64 << bits) - 1;
    // Where two claims are about one figure, the stricter one is proved, and so are both.
    let raise = |least: &mut u64, limit: u64| *least = (*least).max(limit);
    let lower = |most: &mut u64, limit: u64| *most = (*most).min(limit);
    let mut loans = (0, most(LOANS_BITS));
    let mut balance = (0, most(TOTAL_BITS));
    let mut averages = Field::ALL.map(|of| (0, most(average_bits(of))));
    let mut each = Field::ALL.map(|of| (0, of.most()));
    let (mut obligor, mut herfindahl, mut delinquent) = (WHOLE, WHOLE, WHOLE);
    // Every pool meets it with a threshold of 0.
    let mut top = (0, WHOLE);
    let mut coverage: [Option<&Coverage>; 2] = [None; 2];
    for claim in claims {
        match claim {
            PoolClaim::LoansAtLeast(limit) => loans.0 = loans.0.max(*limit),
            PoolClaim::LoansAtMost(limit) => loans.1 = loans.1.min(*limit),
            PoolClaim::BalanceAtLeast(limit) => balance.0 = balance.0.max(*limit),
            PoolClaim::BalanceAtMost(limit) => balance.1 = balance.1.min(*limit),
            PoolClaim::AverageAtLeast(of, limit) => raise(&mut averages[*of as usize].0, *limit),
            PoolClaim::AverageAtMost(of, limit) => lower(&mut averages[*of as usize].1, *limit),
            PoolClaim::EachAtLeast(of, limit) => raise(&mut each[*of as usize].0, *limit),
            PoolClaim::EachAtMost(of, limit) => lower(&mut each[*of as usize].1, *limit),
            PoolClaim::ObligorAtMost(limit) => lower(&mut obligor, *limit),
            PoolClaim::TopObligorsAtMost(count, limit) => top = (u64::from(*count), *limit),
            PoolClaim::HerfindahlAtMost(limit) => lower(&mut herfindahl, *limit),
            PoolClaim::DelinquentAtMost(limit) => lower(&mut delinquent, *limit),
            PoolClaim::Overcollateralisation(test) => coverage[0] = Some(test),
            PoolClaim::InterestCoverage(test) => coverage[1] = Some(test),
            // Shares have their own list, and so has value; distinct ids are proved by the shape.
            PoolClaim::EveryShareAtMost(..)
            | PoolClaim::ShareAtMost(..)
            | PoolClaim::Only(..)
            | PoolClaim::Distinct(_)
            | PoolClaim::ValueAtLeast(_)
            | PoolClaim::PastDueAtMost(..)
            | PoolClaim::CapitalAtMost(_) => {}
        }
    }
    let numbers = Field::all(sizes.numbers).len();
    let pairs = [loans, balance].into_iter().chain(averages.into_iter().take(numbers));
    let pairs = pairs.chain(each.into_iter().take(numbers));
    let mut values: Vec<u128> = pairs.flat_map(|(low, high)| [low, high]).map(u128::from).collect();
    values.extend([obligor, herfindahl, delinquent].map(u128::from));
    for (category, names) in Category::ALL.into_iter().zip(names) {
        let limits = share_limits(claims, category).into_iter().enumerate();
        values.extend(limits.map(|(code, limit)| if code < names { u128::from(limit) } else { 0 }));
    }
    for test in coverage {
        let grades = Category::Grade.most();
        values.extend(test.map_or(vec![0; grades], |test| test.values.clone()).into_iter().map(u128::from));
        values.extend(test.map_or([0, 0], |test| [test.amount, test.share.into()]));
    }
    if sizes.bands {
        values.extend(band_values(sizes, bands));
    }
    if sizes.value {
        values.extend(value_values(value));
    }
    if sizes.top {
        values.extend([top.0, top.1].map(u128::from));
    }
    if sizes.roll {
        values.extend(month_values(sizes, month, &each[..numbers]));
    }
    values
}

/// Returns the bits of the number that decides grades, and the limits of each grade. Every number is
/// in a band that there is not.
fn band_values(sizes: PoolSizes, bands: Option<&Bands>) -> Vec<u128> {
    let (number, limits) = match bands {
        Some(Bands::Number { number, limits }) => (Some(*number), &limits[..]),
        _ => (None, &[][..]),
    };
    let fields = Field::all(sizes.numbers).iter();
    let mut values: Vec<u128> = fields.map(|field| u128::from(number == Some(*field))).collect();
    for code in 0..Category::Grade.most() {
        let band = limits.get(code).copied().flatten().unwrap_or([0, (1 << BAND_BITS) - 1]);
        values.extend(band.map(u128::from));
    }
    values
}

fn piece_values(limits: &PieceLimits, total_weight: u64) -> [u128; 5] {
    let tail = limits.tail(total_weight);
    let shares = [limits.expected_loss, limits.hit, limits.cvar].map(u128::from);
    [shares[0], shares[1], shares[2], u128::from(tail.numerator() - 1), u128::from(tail.denominator() - 1)]
}

fn tranche_values(
    shape: Shape,
    sizes: PoolSizes,
    terms: &TrancheTerms,
    total_weight: u64,
) -> Result<Vec<u128>, InstanceError> {
    let pieces = &terms.pieces;
    if pieces.len() > sizes.tranches {
        return Err(PoolError::TooManyPieces { have: pieces.len(), most: sizes.tranches, shape }.into());
    }
    let end = |piece: usize| pieces.get(piece).map_or(NOTIONAL, |piece| piece.detachment);
    let mut values: Vec<u128> = (0..sizes.tranches - 1).map(|piece| u128::from(end(piece))).collect();
    values.push(terms.expected_loss.into());
    for piece in 0..sizes.tranches {
        let limits = pieces.get(piece).map_or(PieceLimits::NONE, |piece| piece.limits);
        values.extend(piece_values(&limits, total_weight));
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::Fr;

    #[test]
    fn claims_about_losses_are_refused_by_shapes_without_tranches() {
        let shape: Shape = "3loans+pool".parse().expect("a shape");
        let terms = TrancheTerms { expected_loss: WHOLE, pieces: Vec::new() };
        let refused = PoolTerms::from_claims(shape, &[], [1; 3], Some((&terms, 1)), None);
        assert_eq!(refused, Err(PoolError::NeedsTranches(shape).into()));
        assert_eq!(PoolTerms::from_claims(shape, &[], [1; 3], None, None).map(|terms| terms.tranches), Ok(Vec::new()));
    }

    /// Where several claims are about one figure, each is proved: the strictest is behind the
    /// control.
    #[test]
    fn a_looser_claim_about_a_figure_does_not_replace_a_stricter_one() {
        let shape: Shape = "3loans+pool+numbers".parse().expect("a shape");
        let values = |claims: &[PoolClaim]| {
            PoolTerms::from_claims(shape, claims, Category::ALL.map(Category::most), None, None).expect("terms").limits
        };
        type Make = fn(u64) -> PoolClaim;
        let most: [Make; 8] = [
            PoolClaim::LoansAtMost,
            PoolClaim::BalanceAtMost,
            PoolClaim::ObligorAtMost,
            PoolClaim::HerfindahlAtMost,
            PoolClaim::DelinquentAtMost,
            |limit| PoolClaim::AverageAtMost(Field::SecondSpare, limit),
            |limit| PoolClaim::EachAtMost(Field::Score, limit),
            |limit| PoolClaim::ShareAtMost(Category::Grade, 4, limit),
        ];
        for make in most {
            assert_eq!(values(&[make(20), make(500)]), values(&[make(20)]), "{:?}", make(20));
            assert_eq!(values(&[make(500), make(20)]), values(&[make(20)]));
        }
        let least: [Make; 4] = [
            PoolClaim::LoansAtLeast,
            PoolClaim::BalanceAtLeast,
            |limit| PoolClaim::AverageAtLeast(Field::Rate, limit),
            |limit| PoolClaim::EachAtLeast(Field::FirstSpare, limit),
        ];
        for make in least {
            assert_eq!(values(&[make(500), make(20)]), values(&[make(500)]), "{:?}", make(20));
        }
        let spare = [PoolClaim::EachAtMost(Field::FirstSpare, 1)];
        let plain: Shape = "3loans+pool".parse().expect("a shape");
        assert!(PoolTerms::from_claims(plain, &spare, [1; 3], None, None).is_err(), "a claim is not dropped");
    }

    /// A claim is proved by the shape's flag, and a flag refuses ids that nobody claimed to be
    /// distinct.
    #[test]
    fn distinct_ids_and_the_flag_go_together() {
        let deal = |claims: &str| {
            let tape = "[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\ncolumns = [\"collateral\"]\n[tape.ids]\n";
            Deal::from_toml("d.toml", &format!("name = \"d\"\n{tape}[claims]\nloans_min = 1\n{claims}"))
                .expect("a deal")
        };
        let stated = |shape: &str, claims: &str| {
            PoolTerms::from_deal(shape.parse().expect("a shape"), &deal(claims), None)
                .map(drop)
                .map_err(|error| error.to_string())
        };
        let [loans, both] = ["distinct = [\"loans\"]", "distinct = [\"loans\", \"collateral\"]"];
        assert_eq!(stated("3loans+pool", ""), Ok(()));
        assert_eq!(stated("3loans+pool+distinct", loans), Ok(()));
        assert_eq!(stated("3loans+pool+distinct+collateral", both), Ok(()));
        for (shape, claims, said) in [
            (
                "3loans+pool",
                loans,
                "ids of loans are distinct, and keys of shape 3loans+pool do not prove it: make keys with +distinct",
            ),
            ("3loans+pool+distinct", both, "do not prove it: make keys with +collateral"),
            ("3loans+pool+distinct+collateral", loans, "take keys without +collateral"),
            ("3loans+pool+distinct", "", "write distinct = [\"loans\"] in [claims]"),
        ] {
            let refused = stated(shape, claims).expect_err("a flag is missing, or too many");
            assert!(refused.contains(said), "{refused}");
        }
        let claims = [PoolClaim::Distinct(IdKind::Collateral)];
        let shape = "3loans+pool+distinct".parse().expect("a shape");
        assert!(PoolTerms::from_claims(shape, &claims, [1; 3], None, None).is_err(), "a claim is not dropped");
    }

    /// A limit on the largest obligors together is proved by its flag, and there is one of them.
    #[test]
    fn a_limit_on_the_largest_obligors_is_not_dropped() {
        let stated = |shape: &str, claims: &[PoolClaim]| {
            let shape: Shape = shape.parse().expect("a shape");
            PoolTerms::from_claims(shape, claims, [1; 3], None, None).map(|terms| terms.limits)
        };
        let limit = PoolClaim::TopObligorsAtMost(3, 7);
        let [plain, flag] = ["3loans+pool", "3loans+pool+top"];
        assert_eq!(
            stated(plain, std::slice::from_ref(&limit)),
            Err(PoolError::TopObligors(plain.parse().expect("a shape")).into())
        );
        let other = PoolClaim::TopObligorsAtMost(4, 7);
        assert_eq!(stated(flag, &[limit.clone(), other]), Err(PoolError::SeveralTopObligors(2).into()));
        let values = stated(flag, &[limit]).expect("terms");
        assert_eq!(values[values.len() - 2..], [3, 7]);
        let values = stated(flag, &[]).expect("a shape with the flag takes a deal without the claim");
        assert_eq!(values[values.len() - 2..], [0, u128::from(WHOLE)]);
    }

    #[test]
    fn every_value_moves_a_control() {
        let shape: Shape = "3loans+pool+bands+numbers+top+2x4/3tranches".parse().expect("a shape");
        let sizes = shape.pool().expect("a shape of a pool");
        let base = PoolTerms::off(sizes);
        assert_eq!(base.limits.len(), limit_fields(sizes).len());
        assert_eq!(base.tranches.len(), tranche_fields(3).len());
        let zero = Fr::from(0u64);
        let controls = base.controls(zero, zero);
        for index in 0..base.limits.len() {
            let mut other = base.clone();
            other.limits[index] ^= 1;
            let moved = other.controls(zero, zero);
            assert!(moved[2] != controls[2] && moved[3] == controls[3], "limit {index}");
        }
        for index in 0..base.tranches.len() {
            let mut other = base.clone();
            other.tranches[index] ^= 1;
            let moved = other.controls(zero, zero);
            assert!(moved[3] != controls[3] && moved[2] == controls[2], "tranche value {index}");
        }
    }
}
