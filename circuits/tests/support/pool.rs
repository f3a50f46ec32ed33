//! Small instances of the pool statement, and every backend's verdict on them.

use ark_bn254::Fr;
use halo2_proofs::pasta::Fp;
use rand::Rng;
use rand_chacha::ChaCha20Rng;
use tailproof_circuits::statement::Witness;
use tailproof_circuits::statement::pool::PoolWitness;
use tailproof_core::pool::bands::Bands;
use tailproof_core::pool::cashflow::value::{VALUE_BITS, ValueCoefficients};
use tailproof_core::pool::cashflow::{ValueClaim, ValueRow};
use tailproof_core::pool::claims::AVERAGE_SCALE;
use tailproof_core::pool::coverage::Coverage;
use tailproof_core::pool::ids::IdKind;
use tailproof_core::pool::schema::WHOLE;
use tailproof_core::pool::sec_sa::{CapitalCharge, past_due};
use tailproof_core::pool::tranches::{NOTIONAL, Piece};
use tailproof_core::pool::{Category, Field, LoanPool, PieceLimits, PoolClaim, PoolFigures, PoolLoan, TrancheTerms};
use tailproof_core::{Confidence, ScenarioSet};
use tailproof_verifier::commitment::consolidated;
use tailproof_verifier::field::CommitmentField;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::inputs::controls::CONTROLS;
use tailproof_verifier::pool::commitment::commit;
use tailproof_verifier::{PoolTerms, Shape};

use super::month::{self, Month};
use super::{Instance, Lies, TestCircuit, scenario_set};

const SCHEMA: [u8; 32] = [3; 32];

/// An instance with its witness.
#[derive(Clone)]
pub struct PoolCase {
    pub shape: Shape,
    pub collateral: LoanPool,
    pub set: Option<ScenarioSet>,
    pub claims: Vec<PoolClaim>,
    pub losses: Option<TrancheTerms>,
    pub terms: PoolTerms,
    pub thresholds: Vec<i128>,
    pub blinding: Fr,
    /// bands of grades, in shapes that have them
    pub bands: Option<Bands>,
    /// the month before, in shapes that are about one
    pub month: Option<Month>,
    /// a commitment in place of that to the collateral
    pub committed: Option<LoanPool>,
}

/// A loan without spare numbers.
pub fn loan(balance: u64, fields: [u32; 4], codes: [u8; 3], delinquent: bool, new_obligor: bool) -> PoolLoan {
    let [rate, ltv, score, term] = fields;
    PoolLoan { balance, fields: [rate, ltv, score, term, 0, 0], codes, delinquent, new_obligor }
}

/// Bands that hold, and would not if an end of a grade that has loans were moved by one.
pub fn tight_bands(loans: &[PoolLoan], number: Field) -> Bands {
    let mut limits = vec![None; Category::Grade.most()];
    for loan in loans {
        let value = u64::from(loan.fields[number as usize]);
        let [low, high]: &mut [u64; 2] = limits[usize::from(loan.codes[0])].get_or_insert([value, value]);
        (*low, *high) = ((*low).min(value), (*high).max(value));
    }
    Bands::Number { number, limits }
}

/// The largest quotient in some scale, rounded up.
fn up(numerator: u128, scale: u64, denominator: u128) -> u64 {
    (numerator * u128::from(scale)).div_ceil(denominator).try_into().unwrap()
}

/// Every kind of claim, with limits that hold and would not with one unit less.
pub fn tight_claims(figures: &PoolFigures, spare: bool) -> Vec<PoolClaim> {
    let balance = u128::from(figures.balance);
    let share = |part: u64| up(part.into(), WHOLE, balance);
    let mut claims = vec![
        PoolClaim::LoansAtLeast(figures.loans),
        PoolClaim::LoansAtMost(figures.loans),
        PoolClaim::BalanceAtLeast(figures.balance),
        PoolClaim::BalanceAtMost(figures.balance),
        PoolClaim::ObligorAtMost(share(figures.largest_obligor)),
        PoolClaim::HerfindahlAtMost(up(figures.squared, WHOLE, balance * balance)),
        PoolClaim::DelinquentAtMost(share(figures.delinquent)),
    ];
    for field in Field::all(spare).iter().copied() {
        let sum = figures.weighted[field as usize] * u128::from(AVERAGE_SCALE);
        claims.push(PoolClaim::AverageAtLeast(field, u64::try_from(sum / balance).unwrap()));
        claims.push(PoolClaim::AverageAtMost(field, up(sum, 1, balance)));
        let (least, most) = figures.extremes[field as usize];
        claims.push(PoolClaim::EachAtLeast(field, least.into()));
        claims.push(PoolClaim::EachAtMost(field, most.into()));
    }
    for category in Category::ALL {
        for (code, part) in figures.by_code[category as usize].iter().enumerate() {
            claims.push(PoolClaim::ShareAtMost(category, code as u8, share(*part)));
        }
    }
    // Each grade counts for a little less than the one before.
    let values: Vec<u64> = (0..Category::Grade.most() as u64).map(|grade| WHOLE - grade * 12_345).collect();
    let grades = figures.by_code[0].iter().map(|part| u128::from(*part));
    let coverage = |has: u128| {
        let share = u64::try_from((has / balance / 2).min(1 << 46)).unwrap();
        let amount = has - u128::from(share) * balance;
        Coverage { values: values.clone(), amount, share, words: String::new() }
    };
    let none = Coverage { values: values.clone(), amount: 0, share: 0, words: String::new() };
    claims.push(PoolClaim::Overcollateralisation(coverage(none.sides(grades, 0).0)));
    claims.push(PoolClaim::InterestCoverage(coverage(none.sides(figures.interest.iter().copied(), 0).0)));
    claims
}

/// A limit on one to three of the largest obligors that holds and would not with a billionth less.
fn tight_top(figures: &PoolFigures) -> PoolClaim {
    let count = 1 + figures.obligors % 3;
    let owed = figures.owed_by_largest(count.try_into().unwrap());
    PoolClaim::TopObligorsAtMost(count.try_into().unwrap(), up(owed.into(), WHOLE, figures.balance.into()))
}

/// A claim on value under these coefficients, of at least so many units.
pub fn value_claim(replines: Category, coefficients: Vec<ValueCoefficients>, least: u64) -> ValueClaim {
    let row = ValueRow::of("test", replines, coefficients).unwrap();
    ValueClaim { least, block: "base".into(), replines, assumptions: [0; 32], row: Some(row) }
}

/// Claims on value and on inputs of SEC-SA that hold and would not with one unit less: by grade for an
/// even number of loans, by sector for an odd one.
pub fn tight_value(figures: &PoolFigures) -> Vec<PoolClaim> {
    let replines = if figures.loans.is_multiple_of(2) { Category::Grade } else { Category::Sector };
    let row = |sign: i64| -> Vec<ValueCoefficients> {
        let of = |code: i64| {
            let positive = (1 << VALUE_BITS) - code * 987_654_321;
            let balance = if code % 2 == 1 { sign * positive } else { positive };
            ValueCoefficients { balance, interest: (code * 7_654_321) << 6 }
        };
        (0..replines.most() as i64).map(of).collect()
    };
    // The value of odd codes is negative, unless that of the pool would be.
    let mut claim = value_claim(replines, row(-1), 0);
    if claim.value(figures).unwrap() < 0 {
        claim = value_claim(replines, row(1), 0);
    }
    claim.least = u64::try_from(claim.value(figures).unwrap() >> VALUE_BITS).unwrap();
    let balance = u128::from(figures.balance);
    let share = up(past_due(figures, 1).into(), WHOLE, balance);
    let charges = (0..Category::Grade.most() as u64).map(|grade| 12_345_678 + grade * 7_654_321).collect();
    let mut charge = CapitalCharge { charges, limit: 0, words: String::new() };
    charge.limit = u64::try_from(charge.charge(figures).div_ceil(balance)).unwrap();
    // Of a pool that is delinquent and in default, the share may be above one.
    let past_due = (share < 1 << 30).then_some(PoolClaim::PastDueAtMost(1, share));
    [PoolClaim::ValueAtLeast(claim), PoolClaim::CapitalAtMost(charge)].into_iter().chain(past_due).collect()
}

/// Pieces with limits that hold and would not with a billionth less.
pub fn tight_losses(set: &ScenarioSet, exposures: &[i64], points: &[u64], ppm: u32) -> TrancheTerms {
    let confidence = Confidence::from_millionths(ppm).unwrap();
    let limits = PieceLimits { confidence: Some(confidence), ..PieceLimits::NONE };
    let ends = points.iter().copied().chain([NOTIONAL]);
    let pieces =
        ends.enumerate().map(|(index, detachment)| Piece { name: Some(index.to_string()), detachment, limits });
    let mut terms = TrancheTerms { expected_loss: WHOLE, pieces: pieces.collect() };
    // Halve the room until it is gone: the verdict is monotonic in each limit.
    let holds = |terms: &TrancheTerms| terms.evaluate(set, exposures).iter().all(|figure| figure.holds);
    let least = |change: &dyn Fn(&mut TrancheTerms, u64), terms: &TrancheTerms| {
        let (mut low, mut high) = (0, WHOLE);
        while low < high {
            let middle = (low + high) / 2;
            let mut changed = terms.clone();
            change(&mut changed, middle);
            if holds(&changed) { high = middle } else { low = middle + 1 }
        }
        high
    };
    let mut tight = terms.clone();
    tight.expected_loss = least(&|terms, limit| terms.expected_loss = limit, &terms);
    for piece in 0..terms.pieces.len() {
        tight.pieces[piece].limits.expected_loss =
            least(&|terms, limit| terms.pieces[piece].limits.expected_loss = limit, &terms);
        tight.pieces[piece].limits.cvar = least(&|terms, limit| terms.pieces[piece].limits.cvar = limit, &terms);
        if piece > 0 {
            tight.pieces[piece].limits.hit = least(&|terms, limit| terms.pieces[piece].limits.hit = limit, &terms);
        }
    }
    terms = tight;
    terms
}

impl PoolCase {
    /// Every claim the shape has, tight.
    pub fn tight(text: &str, loans: Vec<PoolLoan>, set: Option<ScenarioSet>, points: &[u64]) -> Self {
        Self::of_tail(text, loans, set, points, 700_000)
    }

    /// The same with a confidence of the expected shortfalls.
    pub fn of_tail(text: &str, loans: Vec<PoolLoan>, set: Option<ScenarioSet>, points: &[u64], ppm: u32) -> Self {
        let shape: Shape = text.parse().unwrap();
        let sizes = shape.pool().unwrap();
        let bands = sizes.bands.then(|| tight_bands(&loans, Field::Ltv));
        let collateral = pool_of(shape, loans);
        let mut claims =
            if sizes.limits { tight_claims(&PoolFigures::new(&collateral), sizes.numbers) } else { Vec::new() };
        if sizes.value {
            claims.extend(tight_value(&PoolFigures::new(&collateral)));
        }
        claims.extend(IdKind::ALL.into_iter().filter(|kind| sizes.distinct(*kind)).map(PoolClaim::Distinct));
        claims.extend(sizes.top.then(|| tight_top(&PoolFigures::new(&collateral))));
        let losses = set.as_ref().map(|set| tight_losses(set, &exposures(shape, &collateral), points, ppm));
        let mut case = Self {
            shape,
            collateral,
            set,
            claims,
            losses,
            terms: PoolTerms::off(sizes),
            thresholds: Vec::new(),
            blinding: Fr::from(99u64),
            bands,
            month: None,
            committed: None,
        };
        if sizes.roll {
            let month = month::simple(&case.collateral, sizes.loans);
            case.month = Some(month.tight(&case.collateral, sizes.numbers));
        }
        case.restate();
        case
    }

    /// The same without claims about the pool, and with limits on losses of more than everything,
    /// so that a lie that adds a little is refused by what it breaks.
    pub fn loosened(mut self) -> Self {
        self.claims.clear();
        let most = (1 << 30) - 1;
        if self.shape.pool().unwrap().top {
            self.claims.push(PoolClaim::TopObligorsAtMost(0, most));
        }
        self.bands = None;
        self.month = self.month.map(Month::loosened);
        if let Some(losses) = &mut self.losses {
            losses.expected_loss = most;
            for piece in &mut losses.pieces {
                piece.limits = PieceLimits { expected_loss: most, hit: most, cvar: most, confidence: None };
            }
        }
        self.restate();
        self
    }

    /// Terms and thresholds of the claims.
    pub fn restate(&mut self) {
        let losses = self.losses.as_ref().zip(self.set.as_ref());
        let weights = losses.map(|(terms, set)| (terms, set.total_weight()));
        self.terms = PoolTerms::of_month(
            self.shape,
            &self.claims,
            Category::ALL.map(Category::most),
            weights,
            self.bands.as_ref(),
            self.month.as_ref().map(Month::of),
        )
        .unwrap();
        let exposures = exposures(self.shape, &self.collateral);
        self.thresholds = losses.map(|(terms, set)| terms.thresholds(set, &exposures)).unwrap_or_default();
    }

    /// A random pool in a shape, with random scenarios.
    pub fn random(rng: &mut ChaCha20Rng, text: &str, scale: u64) -> Self {
        let shape: Shape = text.parse().unwrap();
        let sizes = shape.pool().unwrap();
        let buckets = match (sizes.tranches, sizes.granular) {
            (0, _) => 32,
            (_, false) => shape.factors(),
            (_, true) => shape.factors() / sizes.loans,
        };
        let loans = rng.gen_range(1..=sizes.loans);
        let loan = |index: usize, rng: &mut ChaCha20Rng| PoolLoan {
            balance: rng.gen_range(1..=scale),
            fields: Field::ALL.map(|field| {
                let has = sizes.numbers || field.spare().is_none();
                if has { rng.gen_range(0..=field.most() as u32) } else { 0 }
            }),
            codes: [rng.gen_range(0..buckets as u8), rng.gen_range(0..64), rng.gen_range(0..128)],
            delinquent: rng.r#gen(),
            new_obligor: index == 0 || rng.gen_bool(0.6),
        };
        let loans = (0..loans).map(|index| loan(index, rng)).collect();
        let set = (sizes.tranches > 0).then(|| {
            let scenarios = rng.gen_range(1..=shape.scenarios());
            let entries = (0..scenarios * shape.factors()).map(|_| -rng.gen_range(0..=1 << 20)).collect();
            let mut weights: Vec<u32> = (0..scenarios).map(|_| rng.gen_range(0..=5)).collect();
            weights[0] = weights[0].max(1);
            scenario_set(shape.factors(), weights, entries)
        });
        let mut points: Vec<u64> = (1..sizes.tranches).map(|_| rng.gen_range(0..=NOTIONAL)).collect();
        points.sort_unstable();
        let mut case = Self::of_tail(text, loans, set, &points, rng.gen_range(1..1_000_000));
        if sizes.roll {
            let month = month::random(rng, &case.collateral, sizes.loans);
            case.month = Some(month.tight(&case.collateral, sizes.numbers));
            case.restate();
        }
        case
    }

    pub fn inputs(&self) -> ScenarioInputs {
        ScenarioInputs::of_pool(self.shape, &SCHEMA, self.set.as_ref()).unwrap()
    }

    pub fn controls<F: CommitmentField>(&self) -> [F; 4] {
        let committed = self.committed.as_ref().unwrap_or(&self.collateral);
        let mut commitment = commit(&SCHEMA, committed, self.blinding);
        if let Some(month) = &self.month {
            commitment = consolidated(&[month.commitment(), commitment]);
        }
        self.terms.controls(commitment, F::from_integer(77.into()))
    }

    pub fn witness<F: CommitmentField>(&self) -> PoolWitness {
        let (collateral, thresholds) = (self.collateral.clone(), self.thresholds.clone());
        let witness = PoolWitness::new::<F>(self.shape, &self.terms, collateral, self.blinding, thresholds);
        match &self.month {
            Some(month) => witness.with_before(month.witness::<F>()),
            None => witness,
        }
    }
}

impl Instance for PoolCase {
    fn shape(&self) -> Shape {
        self.shape
    }

    fn parts(&self) -> ([Fr; CONTROLS], ScenarioInputs, Witness) {
        (self.controls(), self.inputs(), self.witness::<Fr>().into())
    }

    fn halo2(&self, lies: &Lies) -> TestCircuit {
        TestCircuit::new(self.controls::<Fp>(), self.inputs(), self.witness::<Fp>(), lies)
    }
}

/// Different digests of ids, in no order.
pub fn digests(count: usize) -> Vec<u64> {
    (1..=count as u64).map(|index| index.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect()
}

/// A pool for a shape, with ids.
pub fn pool_of(shape: Shape, loans: Vec<PoolLoan>) -> LoanPool {
    let of_loans = digests(loans.len());
    let ids = [of_loans.clone(), of_loans.into_iter().rev().collect()];
    let pool = LoanPool::from_loans(loans, [5; 32]).with_ids(ids);
    if shape.pool().unwrap().numbers { pool.with_spare_numbers() } else { pool }
}

/// Exposures by the factors of a shape.
pub fn exposures(shape: Shape, collateral: &LoanPool) -> Vec<i64> {
    let sizes = shape.pool().unwrap();
    if sizes.granular {
        collateral.granular_exposures(sizes.loans, shape.factors() / sizes.loans)
    } else {
        collateral.exposures(shape.factors())
    }
}
