//! Integers that carry their interval.

use crate::bound::Interval;
use crate::instructions::IntegerInstructions;

/// A linear expression that is known to lie in an interval.
#[derive(Debug, Clone)]
pub struct Num<E> {
    pub(super) expression: E,
    pub(super) interval: Interval,
}

impl<E> Num<E> {
    /// Returns the interval that the integer is proved to lie in.
    pub fn interval(&self) -> Interval {
        self.interval
    }
}

/// A [`Num`] over the backend `B`.
pub type NumOf<B> = Num<<B as IntegerInstructions>::Integer>;
