//! Risk of a public book, row after row, as `BookIndex` keeps it.

use super::book::Book;
use super::calendar::Calendar;
use super::deviation::Deviation;
use super::ladder::{Counts, Ladder};
use super::multiplier;
use crate::error::Failure;
use crate::oracle::Move;

/// Days in a row without rows of their own that do not end an index.
const MOST_WITHOUT: usize = 10;
/// Periods that a day's own row spans at most.
const LONGEST: u32 = 205;

/// How an index is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// Rows of the window.
    pub rows: usize,
    /// The book's weights.
    pub book: Book,
    /// Rungs of value at risk.
    pub ladder: Ladder,
    /// Rows of the window that may be beyond value at risk.
    pub tail: u64,
    /// Share of the window's rows that expected shortfall is the mean of, in millionths.
    pub share: u32,
    /// How the multiplier moves.
    pub multiplier: multiplier::Terms,
}

impl Setup {
    /// Checks the setup as the contract's constructor does.
    ///
    /// # Errors
    /// A value is out of range; the message names it.
    pub fn check(&self) -> Result<(), Failure> {
        self.ladder.check()?;
        self.multiplier.check()?;
        if self.tail >= self.rows as u64 {
            return Err(Failure::Usage(format!(
                "tail {}: the window has {} rows; fewer may be beyond",
                self.tail, self.rows
            )));
        }
        if !(1..=1_000_000).contains(&self.share) {
            return Err(Failure::Usage(format!("share {}: it is from 1 to 1,000,000 millionths", self.share)));
        }
        Ok(())
    }
}

/// A marked row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Period that the row closes.
    pub period: u32,
    /// Period that its move begins with.
    pub previous: u32,
    /// The book's loss, in basis points times 2^20.
    pub loss: i64,
    /// Rungs that the loss reaches.
    pub rungs: u8,
    /// Rungs that value at risk reaches with this row in the window.
    pub level: u8,
    /// Whether it is its day's own row.
    pub own: bool,
    /// Whether the loss is at most four deviations, as they were before this row.
    pub calm: bool,
    /// Multiplier of its day, in 64ths.
    pub multiplier: u16,
    /// Deviation of the book's moves over its mean, with this row, in 256ths.
    pub ratio: u16,
}

/// An index.
#[derive(Debug, Clone)]
pub struct Index {
    setup: Setup,
    calendar: Calendar,
    rows: Vec<Row>,
    counts: Counts,
    deviation: Deviation,
    /// Multipliers of the next day and of the one after it.
    multipliers: (u16, u16),
    last_day: Option<u32>,
    ended: bool,
}

impl Index {
    /// Returns an index without rows.
    ///
    /// # Errors
    /// The setup is out of range.
    pub fn new(setup: Setup, calendar: Calendar) -> Result<Self, Failure> {
        setup.check()?;
        let start = setup.multiplier.start();
        let (counts, deviation) = (Counts::default(), Deviation::default());
        let multipliers = (start, start);
        Ok(Self { setup, calendar, rows: Vec::new(), counts, deviation, multipliers, last_day: None, ended: false })
    }

    /// Returns the index over moves, all of them marked, or those up to its end.
    ///
    /// # Errors
    /// The setup is out of range, or a move is none that a window takes.
    pub fn over(setup: Setup, calendar: Calendar, moves: &[Move]) -> Result<Self, Failure> {
        let mut index = Self::new(setup, calendar)?;
        for moved in moves {
            let entries = moved.entries()?;
            let loss = index.setup.book.loss(&entries)?;
            if !index.mark(moved.previous, moved.now.period, loss) {
                break;
            }
        }
        Ok(index)
    }

    /// Marks the next row. Returns whether the index took it: it does not if more than ten days had no row of their
    /// own, and has ended then.
    pub fn mark(&mut self, previous: u32, period: u32, loss: i64) -> bool {
        let at = self.rows.len();
        let mut elapsed = 0;
        let mut own = false;
        if at + 1 >= self.setup.rows {
            (elapsed, own) = self.day(previous, period);
            self.ended |= self.is_too_late(period, own);
        }
        if self.ended {
            return false;
        }
        let rungs = self.setup.ladder.rungs(loss);
        self.counts.enter(loss, rungs);
        if let Some(leaving) = at.checked_sub(self.setup.rows).map(|left| self.rows[left]) {
            self.counts.leave(leaving.loss, leaving.rungs);
        }
        let level = self.counts.level(self.setup.tail);
        let (ratio, calm) = self.deviation.take(loss);
        let (multiplier, coming) = self.multipliers;
        if elapsed != 0 {
            let moved = self.setup.multiplier.moved(coming, &self.setup.ladder, level, elapsed);
            self.multipliers = (coming, moved);
        }
        if own {
            self.last_day = Some(period);
        }
        self.rows.push(Row { period, previous, loss, rungs, level, own, calm, multiplier, ratio });
        true
    }

    /// Returns how many days a row's move has, zero if its period is no day, and whether it is the day's own.
    fn day(&self, previous: u32, period: u32) -> (u64, bool) {
        if !self.calendar.is_day(period) {
            return (0, false);
        }
        let own = self.calendar.day_before(period) == Some(previous) && period - previous <= LONGEST;
        (if own { 1 } else { self.calendar.count(previous, period) as u64 }, own)
    }

    fn is_too_late(&self, period: u32, own: bool) -> bool {
        let Some(last) = self.last_day else { return false };
        self.calendar.count(last, period) > MOST_WITHOUT + usize::from(own)
    }

    /// Returns every row, in order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns the setup.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Returns the calendar.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// Whether the window is full: before, there is no value at risk and no day.
    pub fn is_full(&self) -> bool {
        self.rows.len() >= self.setup.rows
    }

    /// Whether more than ten days had no row of their own.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// Returns the bounds of value at risk in basis points: at least the first, less than the second, if there is one.
    pub fn value_at_risk(&self) -> (u64, Option<u64>) {
        self.setup.ladder.bounds(self.counts.level(self.setup.tail))
    }

    /// Returns an upper bound of expected shortfall, in basis points times 2^20.
    pub fn expected_shortfall(&self) -> u64 {
        self.counts.expected_shortfall(&self.setup.ladder, self.setup.rows as u64, self.setup.share)
    }

    /// Returns the multipliers of the next day that has a row and of the one after it, in 64ths.
    pub fn multipliers(&self) -> (u16, u16) {
        self.multipliers
    }

    /// Returns the deviation, in basis points times 2^12.
    pub fn deviation(&self) -> u64 {
        self.deviation.now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(rows: usize, days: Vec<u32>) -> Index {
        let ladder = Ladder { lowest: 100, step: 50 };
        let multiplier = multiplier::Terms { target: 200, cap: 128, rise: 4, step: 2 };
        let setup = Setup { rows, book: Book::equal(8).unwrap(), ladder, tail: 1, share: 250_000, multiplier };
        Index::new(setup, Calendar::new(days, 0, 86_400).unwrap()).unwrap()
    }

    #[test]
    fn a_day_without_its_own_row_is_void_and_its_move_is_in_no_other_day() {
        let mut index = index(2, (0..40).collect());
        for period in 1..=4 {
            assert!(index.mark(period - 1, period, 0));
        }
        assert!(index.mark(4, 6, 500 << 20), "5 has no row");
        assert!(index.mark(6, 7, 0));
        let own: Vec<bool> = index.rows().iter().map(|row| row.own).collect();
        assert_eq!(own, [false, true, true, true, false, true]);
        assert_eq!(index.rows()[4].rungs, 9, "it counts in value at risk");
    }

    #[test]
    fn more_than_ten_days_without_rows_end_the_index() {
        for (period, goes_on) in [(14, true), (15, false)] {
            let mut index = index(2, (0..40).collect());
            (1..=3).for_each(|period| assert!(index.mark(period - 1, period, 0)));
            assert_eq!(index.mark(period - 1, period, 0), goes_on, "{period}");
            assert_eq!(index.has_ended(), !goes_on);
        }
    }

    #[test]
    fn a_multiplier_depends_on_no_row_that_closed_after_the_day_before_opened() {
        let mut index = index(4, (0..40).collect());
        (1..=6).for_each(|period| assert!(index.mark(period - 1, period, 150 << 20)));
        assert_eq!(index.multipliers(), (64, 64));
        index.mark(6, 7, 400 << 20);
        index.mark(7, 8, 400 << 20);
        assert_eq!(index.multipliers(), (64, 32), "two rows of 4 % are beyond one");
        index.mark(8, 9, 0);
        index.mark(9, 10, 0);
        let multipliers: Vec<u16> = index.rows()[6..].iter().map(|row| row.multiplier).collect();
        assert_eq!(multipliers, [64, 64, 64, 32]);
    }
}
