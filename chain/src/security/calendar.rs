//! Days of trade, as `TradingCalendar` keeps them.

use crate::error::Failure;

/// Seconds of a day.
const DAY: u64 = 86_400;

/// Days of trade: those of a window's periods that have a close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    days: Vec<u32>,
    origin: u64,
    length: u64,
}

impl Calendar {
    /// Returns the calendar of some days.
    ///
    /// # Errors
    /// There is no day, they do not rise, or a period has no length.
    pub fn new(days: Vec<u32>, origin: u64, length: u64) -> Result<Self, Failure> {
        if length == 0 || days.is_empty() || !days.is_sorted_by(|a, b| a < b) {
            let why =
                "a calendar has at least one day, each later than the one before, and a period of a second or more";
            return Err(Failure::Usage(why.to_owned()));
        }
        Ok(Self { days, origin, length })
    }

    /// Returns the calendar of dates' numbers, days since 1970-01-01, that close `origin` seconds after midnight.
    ///
    /// # Errors
    /// As for [`Calendar::new`].
    pub fn of_dates(days: Vec<u32>, origin: u64) -> Result<Self, Failure> {
        Self::new(days, origin, DAY)
    }

    /// Returns every day, in order.
    pub fn days(&self) -> &[u32] {
        &self.days
    }

    /// Whether a period is a day.
    pub fn is_day(&self, period: u32) -> bool {
        self.days.binary_search(&period).is_ok()
    }

    /// Returns the day before a day; `None` for other periods, and for the first day.
    pub fn day_before(&self, period: u32) -> Option<u32> {
        let at = self.days.binary_search(&period).ok()?;
        Some(self.days[at.checked_sub(1)?])
    }

    /// Returns the `count`-th day after a period, which need not be a day; the zeroth is the period itself.
    pub fn day_after(&self, period: u32, count: usize) -> Option<u32> {
        let Some(more) = count.checked_sub(1) else { return Some(period) };
        self.days.get(self.later(period) + more).copied()
    }

    /// Returns how many days are in (from, to].
    pub fn count(&self, from: u32, to: u32) -> usize {
        self.later(to).saturating_sub(self.later(from))
    }

    /// Returns the Unix time at which a period closes.
    pub fn closes(&self, period: u32) -> u64 {
        self.origin + u64::from(period) * self.length
    }

    /// Returns the first day whose opening is at `time` or later.
    pub fn first_opening(&self, time: u64) -> Option<u32> {
        let eve = u32::try_from(time.saturating_sub(self.origin).div_ceil(self.length)).ok()?;
        let eve = if self.is_day(eve) { eve } else { self.day_after(eve, 1)? };
        self.day_after(eve, 1)
    }

    /// Returns the bitmap that the contract is deployed with: bit 0 is the highest one of the first byte.
    pub fn bitmap(&self) -> Vec<u8> {
        let last = self.days.last().map_or(0, |day| *day as usize);
        let mut bytes = vec![0; last / 8 + 1];
        for day in &self.days {
            bytes[*day as usize / 8] |= 0x80 >> (day % 8);
        }
        bytes
    }

    /// Number of days up to a period, itself included.
    fn later(&self, period: u32) -> usize {
        self.days.partition_point(|day| *day <= period)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday to Friday of two weeks: 4 is a Monday.
    fn weeks() -> Calendar {
        Calendar::new(vec![4, 5, 6, 7, 8, 11, 12, 13, 14, 15], 100, 10).unwrap()
    }

    #[test]
    fn days_are_counted_over_weekends() {
        let calendar = weeks();
        assert_eq!((calendar.day_before(11), calendar.day_before(4), calendar.day_before(9)), (Some(8), None, None));
        assert_eq!(
            (calendar.day_after(8, 1), calendar.day_after(9, 2), calendar.day_after(15, 1)),
            (Some(11), Some(12), None)
        );
        assert_eq!(calendar.day_after(9, 0), Some(9));
        assert_eq!((calendar.count(4, 11), calendar.count(8, 10), calendar.count(11, 4)), (5, 0, 0));
        assert_eq!(calendar.bitmap(), [0b0000_1111, 0b1001_1111]);
        assert!(Calendar::new(vec![3, 3], 0, 1).is_err() && Calendar::new(vec![], 0, 1).is_err());
    }

    #[test]
    fn a_day_opens_at_the_close_of_the_day_before_it() {
        let calendar = weeks();
        // Period 8 closes at 180, 11 at 210.
        assert_eq!(calendar.first_opening(180), Some(11));
        assert_eq!(calendar.first_opening(181), Some(12), "Monday opened on Friday evening");
        assert_eq!(calendar.first_opening(0), Some(5), "the first day's opening is not known");
    }
}
