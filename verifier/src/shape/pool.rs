//! Sizes of a pool statement, their bytes and their flags.

use tailproof_core::pool::ids::IdKind;
use tailproof_core::pool::loan_pool::MAX_LOANS;
use tailproof_core::pool::schema::MAX_GRADES;

use super::ShapeError;

/// Maximum number of pieces of a pool's notional.
pub const MAX_TRANCHES: usize = 16;

/// Sizes of a pool statement. Its scenarios and factors are those of the tranche losses: the
/// factors are buckets, or one bucket per loan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PoolSizes {
    /// Maximum number of loans.
    pub loans: usize,
    /// Whether it has claims about the pool itself.
    pub limits: bool,
    /// Number of pieces of the notional whose losses it covers; 0 for none.
    pub tranches: usize,
    /// Whether defaults hit single loans rather than shares of a bucket.
    pub granular: bool,
    /// Whether each loan's number is proved to be in the band of its grade.
    pub bands: bool,
    /// Whether loans have spare numbers.
    pub numbers: bool,
    /// Whether the committed ids of loans are proved to be distinct.
    pub distinct_loans: bool,
    /// Whether the committed ids of collateral are proved to be distinct.
    pub distinct_collateral: bool,
    /// Whether it is about how the pool came from an earlier one, with a commitment of its own.
    pub roll: bool,
    /// Whether it has claims on net present value and on inputs of SEC-SA.
    pub value: bool,
    /// Whether it has a limit on what the largest obligors owe together.
    pub top: bool,
}

/// The statement bytes of pools under version 1 of the tape's schema.
const OLD_BYTES: std::ops::RangeInclusive<u8> = 4..=8;
/// The statement bytes of pools, without flags.
const POOL_BYTES: std::ops::RangeInclusive<u8> = 20..=24;
/// Added to the statement byte of a pool with a limit on its largest obligors together: the bytes are
/// then 25 to 29.
const TOP_BYTE: u8 = 5;
/// Added to the statement byte of a pool with spare numbers.
const NUMBERS_BYTE: u8 = 32;
/// Added to the statement byte of a pool with bands.
const BANDS_BYTE: u8 = 64;
/// Added to the statement byte of a pool with claims on value.
const VALUE_BYTE: u8 = 128;
/// Added to the number of tranches of a pool whose loans are proved to be distinct.
const DISTINCT_BYTE: u8 = 128;
/// Added to the number of tranches of a pool whose collateral is proved to be distinct.
const COLLATERAL_BYTE: u8 = 64;
/// Added to the number of tranches of a pool that came from an earlier one.
const ROLL_BYTE: u8 = 32;

/// The flags behind the number of loans, in the order in which they are written.
pub(super) const FLAGS: [&str; 8] =
    ["+pool", "+bands", "+numbers", "+distinct", "+collateral", "+roll", "+value", "+top"];

impl PoolSizes {
    /// Returns whether the statement exists over these numbers of scenarios and factors.
    pub(super) fn is_in_range(&self, scenarios: usize, factors: usize) -> bool {
        let Self { loans, limits, tranches, granular, bands, .. } = *self;
        let Self { distinct_loans, distinct_collateral, roll, value, top, .. } = *self;
        let needs_limits = bands || distinct_loans || distinct_collateral || roll || value || top;
        if !(1..=MAX_LOANS).contains(&loans) || needs_limits && !limits || roll && tranches > 0 {
            return false;
        }
        let has_losses = match tranches {
            0 => limits && !granular && scenarios == 0 && factors == 0,
            _ => scenarios > 0 && factors > 0 && factors <= if granular { loans * MAX_GRADES } else { MAX_GRADES },
        };
        tranches <= MAX_TRANCHES && has_losses && (!granular || factors.is_multiple_of(loans))
    }

    /// Returns whether ids of this kind are proved to be distinct.
    pub fn distinct(&self, kind: IdKind) -> bool {
        match kind {
            IdKind::Loan => self.distinct_loans,
            IdKind::Collateral => self.distinct_collateral,
        }
    }

    /// Returns whether the root of ids of this kind is opened.
    pub fn opens(&self, kind: IdKind) -> bool {
        self.distinct(kind) || self.roll && kind == IdKind::Loan
    }

    /// Returns the bytes that encode the shape of a pool.
    pub(super) fn kind_bytes(&self) -> [u8; 4] {
        let kind = match (self.limits, self.tranches > 0, self.granular) {
            (_, false, _) => 20,
            (false, true, false) => 21,
            (true, true, false) => 22,
            (false, true, true) => 23,
            (true, true, true) => 24,
        };
        let flag = |set: bool, byte: u8| if set { byte } else { 0 };
        let tranches = u8::try_from(self.tranches).expect("tranches are few");
        let [low, high] = u16::try_from(self.loans).expect("loans are bounded").to_le_bytes();
        [
            kind + flag(self.top, TOP_BYTE)
                + flag(self.numbers, NUMBERS_BYTE)
                + flag(self.bands, BANDS_BYTE)
                + flag(self.value, VALUE_BYTE),
            tranches
                + flag(self.distinct_loans, DISTINCT_BYTE)
                + flag(self.distinct_collateral, COLLATERAL_BYTE)
                + flag(self.roll, ROLL_BYTE),
            low,
            high,
        ]
    }

    /// Returns the sizes that [`Shape::kind_bytes`](super::Shape::kind_bytes) encodes; `None` for bytes
    /// of no pool. The caller compares with the bytes of the shape that it makes.
    ///
    /// # Errors
    /// Errors on the bytes of version 1.
    pub(super) fn from_kind_bytes(bytes: [u8; 4]) -> Result<Option<Self>, ShapeError> {
        let [byte, tranches, low, high] = bytes;
        if OLD_BYTES.contains(&byte) {
            return Err(ShapeError::OldPool);
        }
        let kind = byte & !(NUMBERS_BYTE | BANDS_BYTE | VALUE_BYTE);
        if !(*POOL_BYTES.start()..=POOL_BYTES.end() + TOP_BYTE).contains(&kind) {
            return Ok(None);
        }
        let top = kind > *POOL_BYTES.end();
        let kind = if top { kind - TOP_BYTE } else { kind };
        Ok(Some(PoolSizes {
            loans: u16::from_le_bytes([low, high]).into(),
            limits: matches!(kind, 20 | 22 | 24),
            tranches: (tranches & !(DISTINCT_BYTE | COLLATERAL_BYTE | ROLL_BYTE)).into(),
            granular: kind >= 23,
            bands: byte & BANDS_BYTE != 0,
            numbers: byte & NUMBERS_BYTE != 0,
            distinct_loans: tranches & DISTINCT_BYTE != 0,
            distinct_collateral: tranches & COLLATERAL_BYTE != 0,
            roll: tranches & ROLL_BYTE != 0,
            value: byte & VALUE_BYTE != 0,
            top,
        }))
    }

    /// Returns which of [`FLAGS`] are set, in their order.
    pub(super) fn flags(&self) -> [bool; FLAGS.len()] {
        let PoolSizes { limits, bands, numbers, distinct_loans, distinct_collateral, roll, value, top, .. } = *self;
        [limits, bands, numbers, distinct_loans, distinct_collateral, roll, value, top]
    }

    /// Returns the sizes of these flags, in the order of [`FLAGS`], without tranches.
    pub(super) fn of_flags(loans: usize, granular: bool, flags: [bool; FLAGS.len()]) -> Self {
        let [limits, bands, numbers, distinct_loans, distinct_collateral, roll, value, top] = flags;
        let tranches = 0;
        Self {
            loans,
            limits,
            tranches,
            granular,
            bands,
            numbers,
            distinct_loans,
            distinct_collateral,
            roll,
            value,
            top,
        }
    }
}
