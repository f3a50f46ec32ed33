//! Small instances of the pool statement, and every backend's verdict on them.

use ark_bn254::Fr;
use halo2_proofs::pasta::Fp;
use rand::Rng;
use rand_chacha::ChaCha20Rng;
use tailproof_circuits::statement::Witness;
use tailproof_circuits::statement::pool::PoolWitness;
use tailproof_core::pool::bands::Bands;
use tailproof_core::pool::claims::AVERAGE_SCALE;
use tailproof_core::pool::coverage::Coverage;
use tailproof_core::pool::schema::WHOLE;
use tailproof_core::pool::tranches::{NOTIONAL, Piece};
use tailproof_core::pool::{Category, Field, LoanPool, PieceLimits, PoolClaim, PoolFigures, PoolLoan, TrancheTerms};
use tailproof_core::{Confidence, ScenarioSet};
use tailproof_verifier::field::CommitmentField;
use tailproof_verifier::inputs::controls::CONTROLS;
use tailproof_verifier::inputs::layout::ScenarioInputs;
use tailproof_verifier::pool::commitment::commit;
use tailproof_verifier::{PoolTerms, Shape};

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
        let claims =
            if sizes.limits { tight_claims(&PoolFigures::new(&collateral), sizes.numbers) } else { Vec::new() };
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
            committed: None,
        };
        case.restate();
        case
    }

    /// The same without claims about the pool, and with limits on losses of more than everything,
    /// so that a lie that adds a little is refused by what it breaks.
    pub fn loosened(mut self) -> Self {
        self.claims.clear();
        self.bands = None;
        if let Some(losses) = &mut self.losses {
            let most = (1 << 30) - 1;
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
        self.terms = PoolTerms::from_claims(
            self.shape,
            &self.claims,
            Category::ALL.map(Category::most),
            weights,
            self.bands.as_ref(),
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
        Self::of_tail(text, loans, set, &points, rng.gen_range(1..1_000_000))
    }

    pub fn inputs(&self) -> ScenarioInputs {
        ScenarioInputs::of_pool(self.shape, &SCHEMA, self.set.as_ref()).unwrap()
    }

    pub fn controls<F: CommitmentField>(&self) -> [F; 4] {
        let committed = self.committed.as_ref().unwrap_or(&self.collateral);
        self.terms.controls(commit(&SCHEMA, committed, self.blinding), F::from_integer(77.into()))
    }

    pub fn witness<F: CommitmentField>(&self) -> PoolWitness {
        let (collateral, thresholds) = (self.collateral.clone(), self.thresholds.clone());
        PoolWitness::new::<F>(self.shape, &self.terms, collateral, self.blinding, thresholds)
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

/// A pool for a shape, with ids.
pub fn pool_of(shape: Shape, loans: Vec<PoolLoan>) -> LoanPool {
    let ids = [vec![7; loans.len()], vec![8; loans.len()]];
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
