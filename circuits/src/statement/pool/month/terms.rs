//! The terms of a month, range-checked: in the order of
//! `tailproof_verifier::pool::month::month_fields`.

use ethnum::I256;
use tailproof_core::pool::month::claims::Flow;
use tailproof_core::pool::{Category, Field};
use tailproof_verifier::pool::month::{SCHEMA_HALF_BITS, moving};
use tailproof_verifier::shape::PoolSizes;

use crate::builder::{Builder, Num, NumOf};
use crate::error::Built;
use crate::instructions::Instructions;
use crate::statement::pool::terms::Fields;

/// The terms of a month.
pub struct OpenedMonth<E> {
    /// Digest of the earlier tape's schema.
    pub schema: Num<E>,
    /// Months by which terms fall.
    pub falls: Num<E>,
    /// A bit for each number that may move, in the order of `moving`.
    pub moves: Vec<Num<E>>,
    /// A bit for each grade: whether it is that of loans in default.
    pub defaulted: Vec<Num<E>>,
    /// Lower and upper bounds of the numbers of additions.
    pub additions: [Vec<Num<E>>; 2],
    /// Whether additions may be delinquent.
    pub delinquent: Num<E>,
    /// Whether additions may have a name, by category and code.
    pub names: Vec<Vec<Num<E>>>,
    /// Least collected.
    pub collected: Num<E>,
    /// Limits of shares, in the order of [`Flow::ALL`].
    pub flows: Vec<Num<E>>,
    /// Limit of the prepaid share.
    pub prepaid: Num<E>,
    /// Scheduled principal by code.
    pub scheduled: Vec<Num<E>>,
    /// Limits of defaults by code.
    pub defaults: Vec<Num<E>>,
}

impl<E> OpenedMonth<E> {
    /// Returns the terms that follow the limits of the pool.
    ///
    /// # Errors
    /// If there are fewer terms than fields.
    pub fn new<B: Instructions<Integer = E>>(
        builder: &Builder<'_, B>,
        sizes: PoolSizes,
        fields: &mut Fields<E>,
    ) -> Built<B, Self> {
        let [low, high] = fields.pair::<B>()?;
        let schema = builder.combine(&[(&low, I256::ONE), (&high, I256::ONE << SCHEMA_HALF_BITS)])?;
        let falls = fields.next::<B>()?;
        let moves = fields.many::<B>(moving(sizes.numbers).len())?;
        let defaulted = fields.many::<B>(Category::Grade.most())?;
        let mut additions = [Vec::new(), Vec::new()];
        for _ in Field::all(sizes.numbers) {
            let [low, high] = fields.pair::<B>()?;
            additions[0].push(low);
            additions[1].push(high);
        }
        let delinquent = fields.next::<B>()?;
        let mut names = Vec::with_capacity(Category::ALL.len());
        for category in Category::ALL {
            names.push(fields.many::<B>(category.most())?);
        }
        let grades = Category::Grade.most();
        Ok(Self {
            schema,
            falls,
            moves,
            defaulted,
            additions,
            delinquent,
            names,
            collected: fields.next::<B>()?,
            flows: fields.many::<B>(Flow::ALL.len())?,
            prepaid: fields.next::<B>()?,
            scheduled: fields.many::<B>(grades)?,
            defaults: fields.many::<B>(grades)?,
        })
    }
}

/// Returns the bit for whether a number moves; `None` for those that do not.
pub(super) fn bit_of<B: Instructions>(month: &OpenedMonth<B::Integer>, spare: bool, field: Field) -> Option<&NumOf<B>> {
    let place = moving(spare).iter().position(|moving| *moving == field)?;
    month.moves.get(place)
}
