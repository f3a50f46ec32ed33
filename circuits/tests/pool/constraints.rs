//! An attack on each constraint of the pool statement: a lie that this constraint refuses, in both
//! backends and the plain evaluator. Wherever there is such a lie, it is one that only this
//! constraint refuses.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::{distinct, month, value};
use crate::support::pool::{PoolCase, loan, pool_of};
use crate::support::{Instance, Lies, lies, scenario_set, system};
use ark_bn254::Fr;
use ethnum::I256;
use tailproof_circuits::bound::bits_of;
use tailproof_circuits::instructions::Label;
use tailproof_circuits::r1cs::System;
use tailproof_circuits::statement::market::labels as market;
use tailproof_circuits::statement::pool::labels;
use tailproof_core::pool::bands::Bands;
use tailproof_core::pool::coverage::Coverage;
use tailproof_core::pool::{Category, Field, LoanPool, PoolClaim, PoolLoan};
use tailproof_verifier::inputs::packing::Packing;

const BOTH: &str = "3loans+pool+2x4/2tranches";
const LOSSES: &str = "3loans+2x4/2tranches";
const BANDS: &str = "3loans+pool+bands+numbers";
const IDS: &str = "3loans+pool+distinct+collateral";
const MANY_IDS: &str = "70loans+pool+distinct+collateral";
const TOP: &str = "3loans+pool+top";
const GRANULAR: &str = "2loans+2x6/1tranches+granular";

fn loans() -> Vec<PoolLoan> {
    vec![
        loan(10, [1_200, 8_000, 700, 36], [0, 1, 2], false, true),
        loan(500, [900, 7_000, 650, 24], [1, 1, 3], true, false),
        loan(2_500, [1_500, 6_000, 720, 48], [2, 4, 2], false, true),
    ]
}

fn tight(text: &str) -> PoolCase {
    let one = 1 << 20;
    let shape: tailproof_verifier::Shape = text.parse().unwrap();
    let (sizes, factors) = (shape.pool().unwrap(), shape.factors());
    let mut loans: Vec<_> = loans().into_iter().take(sizes.loans).collect();
    for (loan, spare) in loans.iter_mut().zip(30..).filter(|_| sizes.numbers) {
        (loan.fields[4], loan.fields[5]) = (spare, 5);
    }
    let entries: Vec<i32> =
        (0..2 * factors as i32).map(|i| -(one / 16) * (1 + i % 5) - i / factors as i32 * (one / 4)).collect();
    let set = (factors > 0).then(|| scenario_set(factors, vec![3, 1], entries));
    let points: &[u64] = if text.contains("/2") { &[300_000] } else { &[] };
    PoolCase::tight(text, loans, set, points)
}

/// Without claims, with thresholds in the middle of their pieces.
pub fn loose(text: &str) -> PoolCase {
    let mut case = tight(text).loosened();
    let point = |millionths| tailproof_core::pool::TrancheTerms::point(millionths, 3_010);
    let middles = [point(150_000), point(650_000)];
    case.thresholds = middles[..case.thresholds.len()].to_vec();
    case
}

/// Sixty loans in three blocks.
fn sixty() -> PoolCase {
    let mut case = loose("60loans+2x4/2tranches");
    let many = (0..60).map(|index| loan(index + 1, [1; 4], [1; 3], false, true)).collect();
    case.collateral = LoanPool::from_loans(many, [5; 32]);
    case.restate();
    case.thresholds = vec![0, tailproof_core::pool::TrancheTerms::point(1_000_000, 60 * 61 / 2)];
    case
}

/// Seventy loans in three blocks of ids.
pub fn seventy() -> PoolCase {
    let mut case = loose(MANY_IDS);
    let many = (0..70).map(|index| loan(index + 1, [1; 4], [1; 3], false, true)).collect();
    case.collateral = pool_of(case.shape, many);
    case.restate();
    case
}

/// One false claim at a time, of each kind.
fn false_claims() -> Vec<PoolCase> {
    let with = |claims: Vec<PoolClaim>| {
        let mut case = loose(BOTH);
        case.claims = claims;
        case.restate();
        case
    };
    let covered =
        |value: u64, amount: u128, share| Coverage { values: vec![value; 32], amount, share, words: String::new() };
    let mut cases: Vec<PoolCase> = [
        PoolClaim::LoansAtLeast(4),
        PoolClaim::LoansAtMost(2),
        PoolClaim::BalanceAtLeast(3_011),
        PoolClaim::BalanceAtMost(3_009),
        PoolClaim::AverageAtLeast(Field::Rate, 15_000_000),
        PoolClaim::AverageAtMost(Field::Rate, 9_000_000),
        PoolClaim::ObligorAtMost(800_000_000),
        PoolClaim::HerfindahlAtMost(700_000_000),
        PoolClaim::DelinquentAtMost(100_000_000),
        PoolClaim::ShareAtMost(Category::Grade, 0, 1),
        PoolClaim::Overcollateralisation(covered(500_000_000, 3_000_000_000_000, 1)),
        PoolClaim::InterestCoverage(covered(500_000_000, 3_000_000_000_000_000, 1)),
    ]
    .into_iter()
    .map(|claim| with(vec![claim]))
    .collect();
    let mut top = loose(TOP);
    top.claims = vec![PoolClaim::TopObligorsAtMost(1, 800_000_000)];
    top.restate();
    cases.push(top);
    let mut with_losses = |change: &dyn Fn(&mut PoolCase)| {
        let mut case = loose(BOTH);
        change(&mut case);
        let honest = tight(BOTH).thresholds;
        case.restate();
        case.thresholds = honest;
        cases.push(case);
    };
    with_losses(&|case| case.losses.as_mut().unwrap().expected_loss = 1_000);
    with_losses(&|case| case.losses.as_mut().unwrap().pieces[0].limits.expected_loss = 1_000);
    with_losses(&|case| case.losses.as_mut().unwrap().pieces[1].limits.hit = 1_000);
    with_losses(&|case| {
        let limits = &mut case.losses.as_mut().unwrap().pieces[0].limits;
        (limits.cvar, limits.confidence) = (1_000, tailproof_core::Confidence::from_millionths(700_000).ok());
    });
    // Thresholds outside their pieces.
    let point = tailproof_core::pool::TrancheTerms::point(300_000, 3_010);
    for thresholds in [vec![point + 1, point + 1], vec![0, point - 1]] {
        let mut case = loose(BOTH);
        case.thresholds = thresholds;
        cases.push(case);
    }
    cases.extend(value::false_cases());
    cases
}

/// A case with its constraints, so that lies cost an assignment only.
pub struct Bench {
    pub case: PoolCase,
    pub system: Arc<System>,
    /// The labels that refuse the instance itself.
    refused: BTreeSet<Label>,
    hints: Vec<(Label, usize, I256)>,
}

impl Bench {
    pub fn new(case: PoolCase) -> Self {
        let (system, assignment) = case.r1cs(&Lies::new());
        let refused = system.violations(&assignment).into_iter().collect();
        let hints = case.hints();
        Self { case, system, refused, hints }
    }

    /// Whether the constraints of a label refuse some lies, and no others do.
    fn refuses_alone(&self, label: Label, lies: &Lies) -> bool {
        let assignment = self.case.assignment(lies);
        let [a, b, c] = self.system.matrices();
        let mut refused = false;
        for (row, name) in self.system.row_labels().iter().enumerate() {
            let product = a.evaluate_row(row, &assignment) * b.evaluate_row(row, &assignment);
            if product != c.evaluate_row(row, &assignment) {
                if *name != label {
                    return false;
                }
                refused = true;
            }
        }
        refused
    }

    /// The n-th witness under a label.
    pub fn variable(&self, label: Label, index: usize) -> usize {
        let mut named = self.system.witness_labels().iter().enumerate().filter(|(_, name)| **name == label);
        self.system.instances() + named.nth(index).unwrap().0
    }

    pub fn honest(&self, label: Label, index: usize) -> I256 {
        self.hints.iter().find(|(name, at, _)| *name == label && *at == index).unwrap().2
    }
}

/// Constraints without a hint of their own, each with the hint whose lies it refuses.
const REFUSES: [(Label, Label); 22] = [
    (labels::DISTANCE.product, labels::DISTANCE.bit),
    (labels::OBLIGOR_SUM, labels::OBLIGOR_ROOM),
    (labels::TOP_DISTANCE.product, labels::TOP_DISTANCE.bit),
    (labels::ELIGIBLE.bounded, labels::ELIGIBLE.below),
    (labels::WEIGHTED_SPLIT, labels::WEIGHTED_BITS[0]),
    (labels::SPARE_WEIGHTED_SPLIT, labels::SPARE_WEIGHTED_BITS[0]),
    (labels::BANDS.band, labels::BANDS.below),
    (labels::TOTALS[0], labels::TOTAL_BITS[0]),
    (labels::TOTALS[1], labels::TOTAL_BITS[1]),
    (labels::TOTALS[2], labels::TOTAL_BITS[2]),
    (labels::EXCESS_SPLIT, labels::EXCESS_BIT),
    (labels::GRANULAR_SUM, labels::GRANULAR_BUCKET),
    (labels::LIMITS.open, labels::LIMITS.bit),
    (labels::TRANCHES.open, labels::TRANCHES.bit),
    (labels::BUCKETS, labels::TOTAL_BITS[0]),
    (labels::ID_OPENS, labels::ID_BITS[0]),
    (labels::DISTINCT, labels::DISTINCT_STEP),
    (labels::month::TUPLES, labels::month::GRADE),
    (labels::month::MARKED, labels::month::IN_DEFAULT),
    (labels::month::NUMBER_STILL, labels::month::NUMBER),
    (labels::month::ADDITION_EMPTY, labels::month::CHANGE),
    (labels::month::GRADES_BEFORE.equal, labels::month::OPENING_BIT),
];

/// A lie about one hint that only this constraint refuses.
fn lone_lie(bench: &Bench, label: Label) -> Option<Lies> {
    let hint = REFUSES.iter().find(|(refuses, _)| *refuses == label).map_or(label, |(_, hint)| *hint);
    let own: Vec<_> = bench.hints.iter().filter(|(name, ..)| *name == hint).collect();
    let one = I256::ONE;
    for (_, index, honest) in
        own.iter().take(8).chain(own.iter().skip(8).filter(|(.., honest)| bits_of(honest.abs()) > 60).take(4))
    {
        let wrapped = *honest - (one << bits_of(honest.abs()));
        // These are packed up to bit 252, so numbers far from them are too large for the prover's
        // integers.
        let is_packed = [labels::LIMITS.bit, labels::TRANCHES.bit, labels::INTEREST_BIT, labels::BALANCE_BIT]
            .contains(&hint)
            || labels::TOTAL_BITS.contains(&hint)
            || labels::CODE_BITS.contains(&hint);
        let [far, farther] = if is_packed { [one, one] } else { [one << 50, one << 60] };
        for value in [*honest + 1, *honest - 1, I256::ZERO, -*honest, *honest + far, *honest + farther, wrapped] {
            let told = lies(&[(hint, *index, value)]);
            if value != *honest && bench.refuses_alone(label, &told) {
                return Some(told);
            }
        }
    }
    None
}

/// A case, what is told, and what refuses it: first the constraint that it is an attack on, then
/// others that it breaks too.
type Attack = (PoolCase, Vec<(Label, usize, I256)>, Vec<Label>);

/// Lies told together, and all the constraints that refuse them.
fn told_together() -> Vec<Attack> {
    let int = |value: i64| I256::from(value);
    let two = |bits: u32| I256::ONE << bits;
    let of =
        |bench: &Bench, label: Label, index: usize, change: I256| (label, index, bench.honest(label, index) + change);
    let pool = Bench::new(loose("3loans+pool"));
    let both = Bench::new(loose(BOTH));
    let banded = Bench::new(loose(BANDS));
    let losses = Bench::new(loose(LOSSES));
    let many = Bench::new(loose("60loans+2x4/2tranches"));
    let full = Bench::new(sixty());
    let three_blocks = Bench::new(loose("60loans+2x4/2tranches"));
    let mut attacks = Vec::new();
    let mut attack = |bench: &Bench, told: Vec<(Label, usize, I256)>, refused: &[Label]| {
        attacks.push((bench.case.clone(), told, refused.to_vec()));
    };
    // A field borrows from its neighbour under the same word.
    let limits = labels::LIMITS.bit;
    attack(&pool, vec![of(&pool, limits, 4, -two(28)), of(&pool, limits, 5, int(1))], &[limits]);
    let terms = labels::TRANCHES.bit;
    attack(&losses, vec![of(&losses, terms, 1, two(30)), of(&losses, terms, 2, int(-1))], &[terms]);
    // A loan counted three times, where it was the first of its obligor.
    attack(&losses, vec![(labels::LOAN, 2, int(3)), (labels::NEW_OBLIGOR, 2, int(0))], &[labels::LOAN, labels::EMPTY]);
    // Digits of the tape borrow from each other: the packed element, and so the commitment, stays.
    let threshold = labels::THRESHOLD_BIT;
    let inside = I256::from(tailproof_core::pool::TrancheTerms::point(650_000, (1 << 33) + 3_010));
    let borrowed =
        vec![of(&losses, labels::BALANCE_BIT, 2, two(33)), (labels::NEW_OBLIGOR, 2, int(0)), (threshold, 1, inside)];
    attack(&losses, borrowed, &[labels::BALANCE_BIT]);
    let [grade, sector, region] = labels::CODE_BITS;
    attack(&losses, vec![(labels::NEW_OBLIGOR, 1, int(2)), (grade, 1, int(0))], &[labels::NEW_OBLIGOR]);
    // The delinquent bit is the last of a loan, below the balance of the next.
    let next = of(&losses, labels::BALANCE_BIT, 1, int(-1));
    attack(&losses, vec![(labels::DELINQUENT, 0, int(2)), next], &[labels::DELINQUENT]);
    attack(&losses, vec![(grade, 2, int(2 + 32)), (sector, 2, int(3))], &[grade, labels::TOTALS[0]]);
    attack(&losses, vec![(sector, 2, int(4 + 64)), (region, 2, int(1))], &[sector]);
    attack(&losses, vec![(region, 1, int(3 + 128)), (labels::NUMBER_BIT, 4, int(899))], &[region]);
    let number = labels::NUMBER_BIT;
    attack(&losses, vec![(number, 8, int(1_500 + (1 << 14))), (number, 9, int(5_999))], &[number]);
    // A loan that is none.
    attack(&losses, vec![(labels::LOAN, 2, int(0))], &[labels::EMPTY, labels::TAPE_OPENS]);
    // Bounds told lower, and numbers with them; packed they are the same.
    let eligible = labels::ELIGIBLE;
    let mut told = vec![of(&both, eligible.low_word, 0, int(1))];
    for row in 0..3 {
        told.extend([of(&both, eligible.above, 4 * row, int(-1)), of(&both, eligible.below, 4 * row, int(1))]);
    }
    attack(&both, told, &[eligible.low_word]);
    let mut told = vec![of(&both, eligible.span_word, 0, int(1))];
    told.extend((0..3).map(|row| of(&both, eligible.below, 4 * row, int(1))));
    // An upper bound at the top of the range, and one more: a distance leaves its range for a rate
    // of zero only.
    attack(&both, told, &[eligible.span_word]);
    let told = vec![
        of(&both, eligible.above, 0, two(16)),
        of(&both, eligible.above, 1, int(-4)),
        of(&both, eligible.below, 1, int(3)),
    ];
    attack(&both, told, &[eligible.above]);
    attack(
        &both,
        vec![of(&both, eligible.below, 0, two(16)), of(&both, eligible.below, 1, int(-1))],
        &[eligible.below],
    );
    let told = vec![
        of(&both, eligible.low, 0, int(1)),
        of(&both, eligible.above, 0, int(-1)),
        of(&both, eligible.below, 0, int(1)),
    ];
    attack(&both, told, &[eligible.low]);
    // Another element, other blocks.
    attack(&losses, vec![of(&losses, labels::ELEMENT, 0, int(1))], &[labels::ELEMENT, labels::TAPE_OPENS]);
    attack(&many, vec![(labels::BLOCKS.active, 0, int(2))], &[labels::BLOCKS.active, labels::TAPE_OPENS]);
    attack(&three_blocks, vec![(labels::BLOCKS.active, 1, int(1))], &[labels::BLOCKS.order, labels::TAPE_OPENS]);
    attack(&full, vec![(labels::BLOCKS.active, 1, int(0))], &[labels::BLOCKS.empty, labels::TAPE_OPENS]);
    // Ids that borrow from each other, an id of an unused row, an entry beside its steps, other
    // blocks.
    let ids = Bench::new(loose(IDS));
    for label in labels::ID_BITS {
        attack(&ids, vec![of(&ids, label, 0, two(64)), of(&ids, label, 1, int(-1))], &[label]);
    }
    let (few_ids, all_ids) = (Bench::new(loose(MANY_IDS)), Bench::new(seventy()));
    attack(&few_ids, vec![(labels::ID_BITS[0], 69, int(5))], &[labels::ID_EMPTY]);
    let step = of(&ids, labels::DISTINCT_STEP, 0, int(1));
    attack(&ids, vec![step, of(&ids, labels::DISTINCT_ENTRY, 0, int(0))], &[labels::DISTINCT_ENTRY]);
    attack(&ids, vec![of(&ids, labels::ID_ELEMENT, 0, int(1))], &[labels::ID_ELEMENT, labels::ID_OPENS]);
    let blocks = labels::ID_BLOCKS;
    attack(&few_ids, vec![(blocks.active, 0, int(2))], &[blocks.active, labels::ID_OPENS]);
    attack(&few_ids, vec![(blocks.active, 1, int(1))], &[blocks.order, labels::ID_OPENS]);
    attack(&all_ids, vec![(blocks.active, 1, int(0))], &[blocks.empty, labels::ID_OPENS]);
    let months = Bench::new(month::loose());
    for (told, refused) in month::told(&months) {
        attack(&months, told, &refused);
    }
    let valued = Bench::new(loose(value::SHAPE));
    for (told, refused) in value::told(&valued) {
        attack(&valued, told, &refused);
    }
    // An exposure in the bucket of another grade.
    let granular = Bench::new(loose(GRANULAR));
    let bucket = labels::GRANULAR_BUCKET;
    attack(&granular, vec![(bucket, 0, int(0)), (bucket, 1, int(10))], &[bucket]);
    // Parts of a sum.
    let [ltv, score, term, delinquent] = labels::WEIGHTED_BITS;
    let bits = |number_bits: u32| bits_of((two(number_bits) - 1) * two(32) * 3);
    attack(
        &pool,
        vec![of(&pool, ltv, 0, two(bits(14))), of(&pool, score, 0, int(-1))],
        &[ltv, labels::AVERAGES[1].within.sum],
    );
    attack(
        &pool,
        vec![of(&pool, score, 0, two(bits(10))), of(&pool, term, 0, int(-1))],
        &[score, labels::AVERAGES[1].within.sum],
    );
    attack(
        &pool,
        vec![of(&pool, term, 0, two(bits(9))), of(&pool, delinquent, 0, int(-1))],
        &[term, labels::AVERAGES[1].within.sum],
    );
    let position = bits(14) + bits(10) + bits(9);
    attack(
        &pool,
        vec![of(&pool, labels::WEIGHTED, 0, two(position + 34))],
        &[labels::WEIGHTED, delinquent, labels::DELINQUENT_SHARE.within.sum],
    );
    let [first, second] = labels::SPARE_WEIGHTED_BITS;
    attack(
        &banded,
        vec![of(&banded, first, 0, two(bits(14))), of(&banded, second, 0, int(-1))],
        &[first, labels::AVERAGES[1].within.sum],
    );
    attack(
        &banded,
        vec![of(&banded, labels::SPARE_WEIGHTED, 0, two(2 * bits(14) + 1))],
        &[labels::SPARE_WEIGHTED, second, labels::AVERAGES[0].within.sum, labels::AVERAGES[1].within.sum],
    );
    // A grade's balance borrows from its interest: they are two parts of one number.
    let [grade_bit, sector_bit, region_bit] = labels::TOTAL_BITS;
    attack(&pool, vec![of(&pool, grade_bit, 0, -two(34)), of(&pool, labels::INTEREST_BIT, 0, int(1))], &[grade_bit]);
    attack(&pool, vec![of(&pool, labels::INTEREST_BIT, 0, two(70))], &[labels::INTEREST_BIT, labels::TOTALS[0]]);
    attack(&pool, vec![of(&pool, sector_bit, 0, two(34))], &[sector_bit, labels::TOTALS[1], labels::SHARE.within.sum]);
    attack(&pool, vec![of(&pool, region_bit, 0, two(34))], &[region_bit, labels::TOTALS[2], labels::SHARE.within.sum]);
    attack(
        &pool,
        vec![of(&pool, labels::LARGEST, 0, two(32))],
        &[labels::LARGEST, labels::OBLIGOR_ROOM, labels::OBLIGOR.within.sum],
    );
    // A number that is less than the largest debt.
    attack(&pool, vec![of(&pool, labels::LARGEST, 0, int(-1))], &[labels::OBLIGOR_ROOM]);
    // The second obligor owes 2,500, one more than the threshold: its distance three times, with a side
    // of two, and less than nothing.
    let top = Bench::new(loose(TOP));
    let near = (labels::TOP_THRESHOLD_BIT, 0, int(2_499));
    let [side, apart] = [labels::TOP_DISTANCE.sign, labels::TOP_DISTANCE.bit];
    attack(&top, vec![near, (side, 2, int(2)), (apart, 2, int(3))], &[side]);
    attack(&top, vec![near, (side, 2, int(0)), (apart, 2, int(-1))], &[apart]);
    // Losses, thresholds, distances.
    attack(&losses, vec![(threshold, 0, int(-1))], &[threshold, labels::THRESHOLD_ABOVE.sum]);
    let distance = labels::DISTANCE;
    // The second scenario's loss is beyond the point: its distance three times, with a sign of two.
    let beyond = losses.hints.iter().find(|(name, _, value)| *name == distance.sign && *value == I256::ONE).unwrap().1;
    let honest = losses.honest(distance.bit, beyond);
    attack(&losses, vec![(distance.sign, beyond, int(2)), (distance.bit, beyond, honest * 3)], &[distance.sign]);
    attack(&losses, vec![(distance.sign, beyond, int(0)), (distance.bit, beyond, -honest)], &[distance.bit]);
    let weights = 3 + 1;
    let excess = labels::EXCESS_WEIGHTED;
    let huge = losses.honest(excess, 0) + two(150) * weights;
    attack(&losses, vec![(excess, 0, huge)], &[excess, labels::BEYOND_BIT, labels::HIT.within.sum]);
    // The excess borrows from the count of what is beyond.
    let balance = two(32) * 3;
    let most = (int(15_625) * two(20)).max((two(20) - 1) * two(14)) * balance * 2;
    let bits = bits_of(most * (two(20) - 1) * 2);
    let told = vec![of(&losses, labels::EXCESS_BIT, 0, two(bits)), of(&losses, labels::BEYOND_BIT, 0, int(-1))];
    attack(&losses, told, &[labels::EXCESS_BIT, labels::EXPECTED_LOSS.within.sum]);
    attacks
}

/// Labels of constraints that are about field elements, not hints: a value moved is refused by
/// them.
const ELEMENTS: [Label; 16] = [
    market::CONTEXT,
    labels::LIMITS.hash,
    labels::TRANCHES.hash,
    labels::TAPE_HASH,
    labels::BLOCKS.chain,
    labels::CHALLENGE,
    labels::LOAN_FRACTION[0],
    labels::LOAN_FRACTION[1],
    labels::LOAN_FRACTION[2],
    labels::TOTAL_FRACTION[0],
    labels::TOTAL_FRACTION[1],
    labels::TOTAL_FRACTION[2],
    labels::ID_HASH,
    labels::ID_BLOCKS.chain,
    labels::DISTINCT_ROW_FRACTION,
    labels::DISTINCT_ENTRY_FRACTION,
];

/// Lies of a share are refused by exactly the constraints that are named.
fn lies_told_together_are_refused_by_name(share: usize) {
    for (case, told, refused) in told_together().into_iter().skip(share).step_by(4) {
        let told = lies(&told);
        let refused: BTreeSet<Label> = refused.into_iter().collect();
        let found: BTreeSet<Label> = case.violations(&told).into_iter().collect();
        assert_eq!(found, refused, "r1cs, {}", case.shape);
        assert_eq!(case.plain(&told).into_iter().collect::<BTreeSet<_>>(), refused, "plain, {}", case.shape);
        let found: BTreeSet<String> = case.halo2(&told).violations().into_iter().collect();
        assert_eq!(found, refused.iter().map(|label| (*label).to_owned()).collect(), "halo2, {}", case.shape);
    }
}

each!(lies_told_together_are_refused_by_name: first = 0, second = 1, third = 2, fourth = 3);

/// A distance that is too long by the place of the upper limit, which the other distance makes up
/// for.
#[test]
fn a_band_that_borrows_from_the_other_limit_is_refused() {
    let bench = Bench::new(in_bands(&[0, 16_382]));
    let [above, below] = [labels::BANDS.above, labels::BANDS.below].map(|label| (label, 0, bench.honest(label, 0)));
    let told = lies(&[(above.0, 0, above.2 + (I256::ONE << 16)), (below.0, 0, below.2 + 1)]);
    bench.case.assert_violations(&told, &[labels::BANDS.above]);
}

/// Bands are chosen before there is a challenge: the prover's choice of other limits, which a
/// search after the challenge would need, is refused at the limits' control.
#[test]
fn bands_chosen_after_the_challenge_are_refused() {
    let mut case = in_bands(&[0, 7_999]);
    let public = case.terms.clone();
    case.bands = None;
    case.restate();
    let witness = case.terms.clone();
    let (system, mut assignment) = case.r1cs(&Lies::new());
    assert_eq!(system.violations(&assignment), Vec::<Label>::new(), "the other limits hold");
    let controls = public.controls::<Fr>(assignment[1], assignment[2]);
    assert_ne!(public, witness);
    assignment[1..=4].copy_from_slice(&controls);
    assert_eq!(system.violations(&assignment), [labels::LIMITS.open]);
}

#[test]
fn elements_that_are_moved_are_refused_by_name() {
    let of_pool = (loose("70loans+pool+distinct+2x4/2tranches"), &ELEMENTS[..]);
    for (case, labels) in [of_pool, (month::loose(), &month::ELEMENTS[..])] {
        let (system, honest) = case.r1cs(&Lies::new());
        for label in labels {
            let place = system.witness_labels().iter().position(|witness| witness == label);
            let variable = system.instances() + place.unwrap_or_else(|| panic!("no witness of {label}"));
            let mut moved = honest.clone();
            moved[variable] += Fr::from(1u64);
            assert!(system.violations(&moved).contains(label), "{label}");
        }
    }
}

/// The products behind a row, which only rank-1 constraints have: a product and the row's result
/// moved together.
#[test]
fn products_of_pairs_are_refused_alone() {
    let bench = Bench::new(loose(LOSSES));
    let products = labels::LOSSES;
    let row = |index: usize, by: i64| (products.row, index, bench.honest(products.row, index) + I256::from(by));
    // Both scenarios are in one group. Eta moves all of its digits.
    let together = Packing::of(bench.case.shape).pack([Fr::from(7u64); 2]);
    for (rows, label, index, by) in [
        (vec![row(0, -7)], products.pair, 0, -Fr::from(7u64)),
        (vec![row(0, -7), row(1, -7)], products.neighbours, 1, together),
    ] {
        let mut assignment = bench.case.assignment(&lies(&rows));
        assert_eq!(bench.system.violations(&assignment), [products.row]);
        assignment[bench.variable(label, index)] += by;
        assert_eq!(bench.system.violations(&assignment), [label]);
    }
}

/// The instances in which the search looks for lies.
fn benches() -> &'static [Bench] {
    static BENCHES: OnceLock<Vec<Bench>> = OnceLock::new();
    BENCHES.get_or_init(make_benches)
}

fn make_benches() -> Vec<Bench> {
    let satisfied = [
        loose(BOTH),
        loose(LOSSES),
        loose(GRANULAR),
        sixty(),
        in_bands(&[0, 16_382]),
        loose(IDS),
        loose(TOP),
        seventy(),
        month::loose(),
        loose(value::SHAPE),
    ];
    let cases = satisfied.into_iter().chain(false_claims()).chain(other_false_instances()).chain(month::false_cases());
    cases.map(Bench::new).collect()
}

/// A pool whose first grade has this band of loan-to-value ratios; all others have the widest.
fn in_bands(first: &[u64; 2]) -> PoolCase {
    let mut case = loose(BANDS);
    let limits = std::iter::once(Some(*first)).chain(std::iter::repeat_n(None, 31)).collect();
    case.bands = Some(Bands::Number { number: Field::Ltv, limits });
    case.restate();
    case
}

/// Another pool under the commitment, a grade that is no bucket, a pool without loans, bands of the
/// sum of two numbers, a number below and above its band, and two loans with one id.
fn other_false_instances() -> [PoolCase; 7] {
    let mut other = loose(LOSSES);
    other.committed = Some(LoanPool::from_loans(loans().into_iter().take(2).collect(), [5; 32]));
    let mut no_bucket = loose("3loans+pool+2x2/1tranches");
    no_bucket.restate();
    let mut empty = loose(LOSSES);
    empty.collateral = LoanPool::from_loans(Vec::new(), [5; 32]);
    empty.restate();
    empty.thresholds = vec![0; 2];
    // A bit for each of two numbers, which no schema makes: behind the bounds of six numbers, the
    // shares of names, and the coverage tests.
    let mut two_numbers = loose(BANDS);
    let select = two_numbers.terms.limits.len() - 2 * Category::Grade.most() - Field::ALL.len();
    two_numbers.terms.limits[select] = 1;
    two_numbers.terms.limits[select + 1] = 1;
    // The grades' loan-to-value ratios are 80, 70 and 60 percent.
    let repeated = distinct::with_ids(loose(IDS), [vec![4, 9, 4], vec![1, 2, 3]]);
    [other, no_bucket, empty, two_numbers, in_bands(&[8_001, 16_383]), in_bands(&[0, 7_999]), repeated]
}

/// Range checks of the last part of a split, which no integers break alone: where the parts before
/// it are in range, the total leaves it one value. Attacks above break them with another
/// constraint.
const LAST_PARTS: [Label; 3] = [labels::WEIGHTED_BITS[3], labels::SPARE_WEIGHTED_BITS[1], labels::BEYOND_BIT];

/// The labels with an attack above. The others that an attack breaks too need one of their own.
fn attacked() -> BTreeSet<Label> {
    let together = told_together();
    for label in LAST_PARTS {
        assert!(together.iter().any(|(_, _, refused)| refused.contains(&label)), "no attack breaks {label}");
    }
    let together = together.into_iter().map(|(_, _, refused)| refused[0]);
    let pairs = [labels::LOSSES.pair, labels::LOSSES.neighbours];
    together.chain(ELEMENTS).chain(month::ELEMENTS).chain(pairs).chain(LAST_PARTS).collect()
}

/// Each false instance is refused by a constraint that no other is about. It has no attack above,
/// so the search below finds the instance and tells it to the halo2 backend too.
#[test]
fn each_false_instance_is_refused_by_a_constraint_of_its_own() {
    let others = others(benches());
    let mut refusing = BTreeSet::new();
    for case in false_claims().into_iter().chain(other_false_instances()).chain(month::false_cases()) {
        let found = case.violations(&Lies::new());
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(case.plain(&Lies::new()), found);
        assert!(refusing.insert(found[0]), "two instances are about {}", found[0]);
        assert!(others.contains(&found[0]), "the search is not about {}", found[0]);
    }
}

/// The labels of all other constraints: those in use without an attack above.
fn others(benches: &[Bench]) -> Vec<Label> {
    let in_use: BTreeSet<Label> = benches.iter().flat_map(|bench| bench.system.row_labels()).copied().collect();
    in_use.difference(&attacked()).copied().collect()
}

/// The number of tests that the other constraints are shared out to.
const SHARES: usize = 6;

/// Every other constraint of a share has a single lie that it alone refuses.
fn each_other_constraint_refuses_a_lie_alone(share: usize) {
    let benches = benches();
    for label in others(benches).into_iter().skip(share).step_by(SHARES) {
        let false_claim = benches.iter().find(|bench| bench.refused == BTreeSet::from([label]));
        let with_label = || benches.iter().filter(|bench| bench.system.row_labels().contains(&label));
        let found = match false_claim {
            Some(bench) => Some((bench, Lies::new())),
            None => with_label().find_map(|bench| Some((bench, lone_lie(bench, label)?))),
        };
        let (bench, told) = found.unwrap_or_else(|| panic!("no lie that only {label} refuses"));
        assert_eq!(bench.case.plain(&told), [label], "plain");
        assert_eq!(bench.case.halo2(&told).violations(), [label], "halo2");
    }
}

each!(each_other_constraint_refuses_a_lie_alone:
    first = 0, second = 1, third = 2, fourth = 3, fifth = 4, sixth = 5);

/// The attacks above and those of [`others`] are about every label of the statement.
#[test]
fn every_constraint_has_its_attack() {
    let benches = benches();
    let alone = others(benches);
    assert!(alone.len() > 40, "{alone:?}");
    let attacked: BTreeSet<Label> = attacked().into_iter().chain(alone).collect();
    for shape in SHAPES_WITH_EVERY_LABEL {
        for label in system(shape.parse().unwrap()).row_labels() {
            assert!(attacked.contains(label), "{shape}: no attack on {label}");
        }
    }
}

/// Shapes that together have every label of the statement.
const SHAPES_WITH_EVERY_LABEL: [&str; 9] = [
    month::SHAPE,
    value::SHAPE,
    MANY_IDS,
    BANDS,
    TOP,
    "3loans+pool+2x2/2tranches",
    "60loans+2x2/2tranches",
    "2loans+2x4/1tranches+granular",
    "60loans+pool",
];
