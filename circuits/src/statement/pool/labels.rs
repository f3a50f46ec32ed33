//! The name of each constraint of the pool statement: the anchor of its paragraph in the book's
//! chapter "Pool statement". The constraint on the context has the market statement's label.

pub mod month;
pub mod value;

use crate::builder::{BandLabels, BoundedLabels, MagnitudeLabels};
use crate::instructions::{Label, MatrixLabels, RangeLabels};

const fn range(bit: Label, sum: Label) -> RangeLabels {
    RangeLabels { bit, sum }
}

/// Labels of terms behind a control.
#[derive(Debug, Clone, Copy)]
pub struct TermLabels {
    /// The bits of a term are boolean.
    pub bit: Label,
    /// An S-box of the hash of the packed terms.
    pub hash: Label,
    /// The hash is the control.
    pub open: Label,
}

/// The terms of the claims about the pool.
pub const LIMITS: TermLabels =
    TermLabels { bit: "pool-limits-bit", hash: "pool-limits-hash", open: "pool-limits-open" };
/// The terms of the claims about its tranches.
pub const TRANCHES: TermLabels =
    TermLabels { bit: "tranche-terms-bit", hash: "tranche-terms-hash", open: "tranche-terms-open" };

/// A row is a loan, or unused.
pub const LOAN: Label = "loan-bit";
/// There is a loan.
pub const FIRST_LOAN: Label = "loan-first";
/// A balance less one.
pub const BALANCE_BIT: Label = "loan-balance-bit";
/// A loan is the first of its obligor, or not.
pub const NEW_OBLIGOR: Label = "loan-new-obligor-bit";
/// A loan is delinquent, or not.
pub const DELINQUENT: Label = "loan-delinquent-bit";
/// The codes of grade, sector and region.
pub const CODE_BITS: [Label; 3] = ["loan-grade-bit", "loan-sector-bit", "loan-region-bit"];
/// A number of a loan, where the statement has no bounds for it.
pub const NUMBER_BIT: Label = "loan-number-bit";
/// An unused row is empty, where the statement has no bounds for numbers.
pub const EMPTY: Label = "loan-empty";
/// The numbers of a loan between their bounds; an unused row is empty.
pub const ELIGIBLE: BoundedLabels = BoundedLabels {
    low_word: "eligible-least",
    span_word: "eligible-span",
    above: "eligible-above-bit",
    below: "eligible-below-bit",
    low: "eligible-low",
    bounded: "eligible",
};
/// A loan's number in the band of its grade.
pub const BANDS: BandLabels = BandLabels {
    select: "band-select",
    word: "band-word",
    number: "band-number",
    selected: "band-selected",
    above: "band-above-bit",
    below: "band-below-bit",
    band: "band",
};
/// A packed element of the tape.
pub const ELEMENT: Label = "tape-element";
/// Labels of the blocks of a chain of hashes.
#[derive(Debug, Clone, Copy)]
pub struct BlockLabels {
    /// A block is active or not.
    pub active: Label,
    /// An active block follows an active block.
    pub order: Label,
    /// A block that is not active has no loans.
    pub empty: Label,
    /// A block that is not active leaves the chain as it is.
    pub chain: Label,
}

/// The blocks of the commitment.
pub const BLOCKS: BlockLabels = BlockLabels {
    active: "tape-block-active",
    order: "tape-block-order",
    empty: "tape-block-empty",
    chain: "tape-block-chain",
};
/// An S-box of the commitment's hash.
pub const TAPE_HASH: Label = "tape-hash";
/// The hash is the commitment.
pub const TAPE_OPENS: Label = "tape-opens";

/// The digests of the ids of loans and of collateral.
pub const ID_BITS: [Label; 2] = ["loan-id-bit", "collateral-id-bit"];
/// An unused row has no id.
pub const ID_EMPTY: Label = "id-empty";
/// A packed element of digests.
pub const ID_ELEMENT: Label = "id-element";
/// The blocks of a root of ids.
pub const ID_BLOCKS: BlockLabels = BlockLabels {
    active: "id-block-active",
    order: "id-block-order",
    empty: "id-block-empty",
    chain: "id-block-chain",
};
/// An S-box of the hash of a root of ids.
pub const ID_HASH: Label = "id-hash";
/// The hash is the root in the header.
pub const ID_OPENS: Label = "id-opens";
/// A step of the list of ids in rising order.
pub const DISTINCT_STEP: Label = "distinct-step-bit";
/// An entry of the list.
pub const DISTINCT_ENTRY: Label = "distinct-entry";
/// A packed element of steps.
pub const DISTINCT_ELEMENT: Label = "distinct-element";
/// A row's term in the sum of fractions.
pub const DISTINCT_ROW_FRACTION: Label = "distinct-row-fraction";
/// An entry's term in the sum of fractions.
pub const DISTINCT_ENTRY_FRACTION: Label = "distinct-entry-fraction";
/// Both sums are equal.
pub const DISTINCT: Label = "distinct";

/// The total balance.
pub const BALANCE: Label = "balance-total";
/// Balance times rate.
pub const INTEREST: Label = "loan-interest";
/// Balance times other numbers.
pub const WEIGHTED: Label = "loan-weighted";
/// A sum of balance times LTV, score, term or delinquency is in range.
pub const WEIGHTED_BITS: [Label; 4] = ["ltv-sum-bit", "score-sum-bit", "term-sum-bit", "delinquent-sum-bit"];
/// Balance times spare numbers.
pub const SPARE_WEIGHTED: Label = "loan-spare-weighted";
/// A sum of balance times a spare number is in range.
pub const SPARE_WEIGHTED_BITS: [Label; 2] = ["first-spare-sum-bit", "second-spare-sum-bit"];
/// They are the parts of the total.
pub const SPARE_WEIGHTED_SPLIT: Label = "spare-weighted-split";
/// They are the parts of the total.
pub const WEIGHTED_SPLIT: Label = "weighted-split";
/// The balance of a name is in range.
pub const TOTAL_BITS: [Label; 3] = ["grade-total-bit", "sector-total-bit", "region-total-bit"];
/// The interest of a grade is in range.
pub const INTEREST_BIT: Label = "grade-interest-bit";
/// An S-box of the challenge's hash.
pub const CHALLENGE: Label = "totals-challenge";
/// A loan's term in the sum of fractions.
pub const LOAN_FRACTION: [Label; 3] = ["grade-loan-fraction", "sector-loan-fraction", "region-loan-fraction"];
/// A name's term in the sum of fractions.
pub const TOTAL_FRACTION: [Label; 3] = ["grade-total-fraction", "sector-total-fraction", "region-total-fraction"];
/// Both sums are equal.
pub const TOTALS: [Label; 3] = ["grade-totals", "sector-totals", "region-totals"];
/// Labels of an equation of two sums of fractions.
#[derive(Debug, Clone, Copy)]
pub struct SumLabels {
    /// A row's term.
    pub row: Label,
    /// A name's term.
    pub total: Label,
    /// Both sums are equal.
    pub equal: Label,
}

/// Labels of the sum of a category.
pub(super) const fn sums(category: usize) -> SumLabels {
    SumLabels { row: LOAN_FRACTION[category], total: TOTAL_FRACTION[category], equal: TOTALS[category] }
}

/// A number that is to cover the debt of every obligor.
pub const LARGEST: Label = "obligor-largest-bit";
/// The number covers it.
pub const OBLIGOR_ROOM: Label = "obligor-room-bit";
/// The amount that an obligor owes so far.
pub const OBLIGOR_SUM: Label = "obligor-sum";
/// The amount that a loan adds to the square of its obligor's debt.
pub const OBLIGOR_SQUARE: Label = "obligor-square";

/// A threshold between the debts of the largest obligors and those of others.
pub const TOP_THRESHOLD_BIT: Label = "top-threshold-bit";
/// What the number that covers every debt is above the threshold.
pub const TOP_THRESHOLD: Label = "top-threshold";
/// The distance of an obligor's debt from the threshold.
pub const TOP_DISTANCE: MagnitudeLabels =
    MagnitudeLabels { sign: "top-side-bit", bit: "top-distance-bit", product: "top-distance" };
/// The terms in the threshold.
pub const TOP_THRESHOLD_PRODUCT: Label = "top-threshold-product";
/// What the largest obligors owe together.
pub const TOP: ShareLabels = share("top-share-product", "top-share-bit", "top-share");

/// Labels of a comparison of a multiple of a total with something.
#[derive(Debug, Clone, Copy)]
pub struct ShareLabels {
    /// Limit times total.
    pub product: Label,
    /// The comparison.
    pub within: RangeLabels,
}

const fn share(product: Label, bit: Label, sum: Label) -> ShareLabels {
    ShareLabels { product, within: range(bit, sum) }
}

/// The number of loans.
pub const LOANS: [RangeLabels; 2] = [range("loans-least-bit", "loans-least"), range("loans-most-bit", "loans-most")];
/// The total balance against its limits.
pub const BALANCES: [RangeLabels; 2] =
    [range("balance-least-bit", "balance-least"), range("balance-most-bit", "balance-most")];
/// A weighted average.
pub const AVERAGES: [ShareLabels; 2] = [
    share("average-least-product", "average-least-bit", "average-least"),
    share("average-most-product", "average-most-bit", "average-most"),
];
/// The share of the largest obligor.
pub const OBLIGOR: ShareLabels = share("obligor-share-product", "obligor-share-bit", "obligor-share");
/// The square of the balance.
pub const SQUARE: Label = "balance-square";
/// The Herfindahl index.
pub const HERFINDAHL: ShareLabels = share("herfindahl-product", "herfindahl-bit", "herfindahl");
/// The delinquent share.
pub const DELINQUENT_SHARE: ShareLabels = share("delinquent-share-product", "delinquent-share-bit", "delinquent-share");
/// The share of a name.
pub const SHARE: ShareLabels = share("name-share-product", "name-share-bit", "name-share");
/// The value that a grade counts for.
pub const COVERAGE_VALUE: [Label; 2] = ["collateral-value", "interest-value"];
/// A coverage test.
pub const COVERAGE: [ShareLabels; 2] = [
    share("collateral-needed-product", "collateral-bit", "collateral"),
    share("interest-needed-product", "interest-bit", "interest"),
];

/// A grade beyond the buckets has no balance.
pub const BUCKETS: Label = "bucket-total";
/// An exposure of a loan in a bucket is none, or the loan is of that bucket.
pub const GRANULAR_BUCKET: Label = "granular-bucket";
/// Exposures of a loan sum to its balance.
pub const GRANULAR_SUM: Label = "granular-sum";
/// The products behind the losses.
pub const LOSSES: MatrixLabels =
    MatrixLabels { pair: "credit-loss-pair", row: "credit-loss-row", neighbours: "credit-loss-neighbours" };
/// An attachment point of the balance.
pub const POINT: Label = "attachment-point";
/// A threshold is in range.
pub const THRESHOLD_BIT: Label = "shortfall-threshold-bit";
/// It is not below the attachment.
pub const THRESHOLD_ABOVE: RangeLabels = range("shortfall-threshold-above-bit", "shortfall-threshold-above");
/// It is not above the detachment.
pub const THRESHOLD_BELOW: RangeLabels = range("shortfall-threshold-below-bit", "shortfall-threshold-below");
/// The distance of a loss from an attachment point or threshold.
pub const DISTANCE: MagnitudeLabels = MagnitudeLabels {
    sign: "credit-distance-sign-bit",
    bit: "credit-distance-bit",
    product: "credit-distance-magnitude",
};
/// Weight times loss.
pub const LOSS_WEIGHTED: Label = "credit-loss-weighted";
/// Weight times exceedance and excess.
pub const EXCESS_WEIGHTED: Label = "credit-excess-weighted";
/// The total excess over an attachment point is in range.
pub const EXCESS_BIT: Label = "credit-excess-bit";
/// The weight beyond an attachment point is in range.
pub const BEYOND_BIT: Label = "credit-beyond-bit";
/// They are the parts of the total.
pub const EXCESS_SPLIT: Label = "credit-excess-split";
/// The total weight.
pub const WEIGHT: Label = "credit-weight";
/// Limit times width, of a tranche's expected loss.
pub const LOSS_LIMIT: Label = "tranche-loss-limit";
/// The expected loss of a tranche.
pub const EXPECTED_LOSS: ShareLabels = share("tranche-loss-product", "tranche-loss-bit", "tranche-loss");
/// The probability of a hit.
pub const HIT: ShareLabels = share("tranche-hit-product", "tranche-hit-bit", "tranche-hit");
/// Tail mass times the threshold's distance from the attachment.
pub const SHORTFALL_THRESHOLD: Label = "tranche-shortfall-threshold";
/// Tail divisor times excess.
pub const SHORTFALL_EXCESS: Label = "tranche-shortfall-excess";
/// Limit times width, of a tranche's expected shortfall.
pub const SHORTFALL_LIMIT: Label = "tranche-shortfall-limit";
/// The expected shortfall of a tranche.
pub const SHORTFALL: ShareLabels = share("tranche-shortfall-product", "tranche-shortfall-bit", "tranche-shortfall");
/// Limit times notional, of the pool's expected loss.
pub const POOL_LOSS_LIMIT: Label = "pool-loss-limit";
/// The expected loss of the pool.
pub const POOL_LOSS: ShareLabels = share("pool-loss-product", "pool-loss-bit", "pool-loss");
