//! Small instances of the market and parametric statements, and every backend's verdict on them.

use ark_bn254::Fr;
use ethnum::I256;
use halo2_proofs::pasta::Fp;
use rand::Rng;
use rand_chacha::ChaCha20Rng;
use tailproof_circuits::r1cs::System;
use tailproof_circuits::statement::Witness;
use tailproof_circuits::statement::market::{MarketWitness, labels};
use tailproof_core::fixed_point::{MAX_ENTRY, MAX_GROSS, MAX_NAV, MAX_WEIGHT};
use tailproof_core::mandate::CostCurve;
use tailproof_core::mandate::impact::{BREAKPOINTS, Breakpoint, cost};
use tailproof_core::mandate::parametric::Spread;
use tailproof_core::mandate::{BookUnits, FloorUnits, LimitUnits, SignedBookUnits};
use tailproof_core::measures::{expected_shortfall, losses, value_at_risk};
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::{Confidence, Positions, ScenarioSet, TailMass, Unit};
use tailproof_verifier::field::CommitmentField;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::inputs::controls::CONTROLS;
use tailproof_verifier::inputs::layout;
use tailproof_verifier::inputs::layout::FactorRow;
use tailproof_verifier::market::{BookLimits, GroupLimits, Parametric, RuleTerms};
use tailproof_verifier::{MarketClaim, Shape, commitment};

use super::{Instance, Lies, TestCircuit};

/// A scenario set from integers.
pub fn scenario_set(factors: usize, weights: Vec<u32>, entries: Vec<i32>) -> ScenarioSet {
    ScenarioSet::new(
        Generator::Custom { description: "test".into() },
        (0..factors).map(|i| format!("F{i}")).collect(),
        (0..weights.len()).map(|t| format!("S{t}")).collect(),
        None,
        weights,
        entries,
    )
    .unwrap()
}

/// An instance with its witness.
#[derive(Clone)]
pub struct Case {
    pub set: ScenarioSet,
    pub positions: Positions,
    pub blinding: Fr,
    /// sub-books after the first
    pub others: Vec<(Positions, Fr)>,
    /// half-spreads times 2^20
    pub spreads: Vec<i64>,
    /// breakpoints of the cost of each factor; none for costs that do not grow
    pub breakpoints: Vec<[Breakpoint; BREAKPOINTS]>,
    /// caps of factors in book units
    pub caps: Vec<Option<i64>>,
    /// flags of factors, in place of those of the set alone
    pub flags: Vec<(FactorRow, Vec<bool>)>,
    pub claim: MarketClaim,
    pub thresholds: [i128; 2],
}

impl Case {
    /// A true claim with limits exactly at the book's figures.
    pub fn tight(shape: Shape, set: ScenarioSet, positions: Positions, confidences: [u32; 2], blinding: Fr) -> Self {
        let tail = |ppm| TailMass::new(Confidence::from_millionths(ppm).unwrap(), set.total_weight());
        let var_tail = tail(confidences[0]);
        let cvar_tail = if shape.thresholds() == 1 { var_tail } else { tail(confidences[1]) };
        let losses = losses(&set, &positions);
        let var = value_at_risk(&losses, set.weights(), var_tail);
        let (numerator, denominator) = expected_shortfall(&losses, set.weights(), cvar_tail);
        let cvar = -((-numerator).div_euclid(denominator));
        let absolute = |figure: I256| LimitUnits { absolute: figure.max(I256::ZERO).as_u64(), per_nav: 0 };
        let claim = MarketClaim {
            shape,
            commitment: commitment::commit(&set.factors_digest(), &positions, blinding),
            context: Fr::from(77u64),
            unit: positions.unit(),
            var_tail,
            var_limit: absolute(I256::from(var)),
            cvar_tail,
            cvar_limit: absolute(cvar),
            book: BookLimits::OFF,
            rules: RuleTerms {
                nav_is_sum: false,
                groups: vec![GroupLimits::OFF; shape.rules().map_or(0, |sizes| sizes.groups)],
            },
            parametric: Parametric::NONE,
        };
        let thresholds = [var, value_at_risk(&losses, set.weights(), cvar_tail)];
        let spreads = vec![0; set.factors().len()];
        let (others, flags, breakpoints, caps) = Default::default();
        Self { set, positions, blinding, others, spreads, breakpoints, caps, flags, claim, thresholds }
    }

    /// A true claim about the sum of books, with limits exactly at its figures.
    pub fn consolidated(shape: Shape, set: ScenarioSet, books: Vec<(Positions, Fr)>, confidences: [u32; 2]) -> Self {
        let positions: Vec<Positions> = books.iter().map(|(positions, _)| positions.clone()).collect();
        let sum = Positions::consolidated(&positions).unwrap();
        let mut case = Self::tight(shape, set, sum, confidences, Fr::from(0u64));
        (case.positions, case.blinding) = books[0].clone();
        case.others = books[1..].to_vec();
        case.claim.commitment = commitment::consolidated(&case.commitments());
        case
    }

    /// The same with limits on the book exactly at its figures, half-spreads of 10, 20, 30, ... and
    /// a floor at the value at risk.
    pub fn with_tight_limits(mut self) -> Self {
        self.spreads = (1..=self.set.factors().len() as i64).map(|i| 10 * i).collect();
        let sum = self.sum();
        let exposures = sum.exposures();
        let magnitudes: Vec<u64> = exposures.iter().map(|exposure| exposure.unsigned_abs()).collect();
        let cost = cost(&self.curves(), &sum) as u64;
        let units = |units: u64| LimitUnits { absolute: units << 20, per_nav: 0 };
        let net = exposures.iter().sum::<i64>();
        let (above, below) = if net >= 0 { (net.unsigned_abs(), 0) } else { (0, net.unsigned_abs()) };
        let small = *magnitudes.iter().min().unwrap();
        self.claim.var_limit.absolute += cost;
        self.claim.cvar_limit.absolute += cost;
        self.thresholds[1] = self.thresholds[0];
        self.claim.book = BookLimits {
            liquidity: [true, true],
            var_floor: Some(self.claim.var_limit),
            gross: units(magnitudes.iter().sum()),
            net: units(net.max(0) as u64),
            net_floor: FloorUnits { above: units(above), below: units(below) },
            concentration: units(*magnitudes.iter().max().unwrap()),
            large_threshold: units(small),
            large: units(magnitudes.iter().filter(|magnitude| **magnitude > small).sum()),
        };
        self
    }

    /// The costs of factors.
    pub fn curves(&self) -> Vec<CostCurve> {
        let curve = |(factor, rate): (usize, &i64)| CostCurve {
            breakpoints: self.breakpoints.get(factor).copied().unwrap_or(CostCurve::NONE.breakpoints),
            ..CostCurve::flat(*rate)
        };
        self.spreads.iter().enumerate().map(curve).collect()
    }

    /// The same with caps exactly at the magnitudes of the sum, where the shape has caps, and, where it has
    /// costs that grow, with a breakpoint below the magnitude of each factor and one above it: limits that are
    /// made after are on the cost with them.
    pub fn with_tight_sizes(mut self) -> Self {
        let sizes = self.claim.shape.rules().unwrap_or_default();
        let sum = self.sum();
        let magnitudes = || sum.exposures().iter().map(|exposure| exposure.abs());
        if sizes.caps {
            self.caps = magnitudes().map(Some).collect();
        }
        if sizes.impact {
            let points = |(factor, magnitude): (usize, i64)| {
                let point = |above, increment| Breakpoint { above, increment };
                [point((magnitude - 9).max(0), 100 + factor as i64), point(magnitude + 9, 300 - factor as i64)]
            };
            self.breakpoints = magnitudes().enumerate().map(points).collect();
        }
        self
    }

    /// The same with groups, each of every second factor from its own index on, and limits and floors
    /// exactly at their figures: of gross exposure for the first, the third and so on, of net exposure for
    /// the others. The net asset value is the sum of the exposures.
    pub fn with_tight_rules(mut self) -> Self {
        let sum = self.sum();
        assert_eq!(sum.exposures().iter().sum::<i64>(), sum.nav() as i64, "a case with rules states the sum");
        self.claim.rules.nav_is_sum = true;
        for (group, limits) in self.claim.rules.groups.iter_mut().enumerate() {
            let is_gross = group % 2 == 0;
            let row = if is_gross { FactorRow::InGross(group) } else { FactorRow::InNet(group) };
            let is_in = |factor: usize| factor >= group && (factor - group).is_multiple_of(2);
            let members = (0..sum.exposures().len()).filter(|factor| is_in(*factor));
            let of_members = members.map(|factor| sum.exposures()[factor]);
            let figure = if is_gross { of_members.map(i64::abs).sum() } else { of_members.sum::<i64>() };
            let units = |absolute| BookUnits { absolute, per_nav: 0 };
            *limits = GroupLimits {
                limit: units(figure.max(0) as u64),
                floor: SignedBookUnits { below_zero: figure < 0, magnitude: units(figure.unsigned_abs()) },
            };
            self.flags.push((row, (0..sum.exposures().len()).map(is_in).collect()));
        }
        self
    }

    /// A true parametric claim, with the least limits that hold: squared coefficients times 2^30,
    /// and a scale.
    pub fn parametric(
        shape: Shape,
        set: ScenarioSet,
        books: Vec<(Positions, Fr)>,
        squared_coefficients: [u64; 2],
        scale: u32,
    ) -> Self {
        let mut case = Self::consolidated(shape, set, books, [500_000; 2]);
        case.claim.parametric = Parametric { squared_coefficients, scale };
        let spread = case.spread();
        let least = |squared: u64| {
            let (numerator, denominator) = spread.figure(squared);
            let figure = -((-numerator).div_euclid(denominator));
            LimitUnits { absolute: figure.max(I256::ZERO).as_u64(), per_nav: 0 }
        };
        let [var, cvar] = squared_coefficients;
        (case.claim.var_limit, case.claim.cvar_limit) = (least(var), least(cvar));
        case
    }

    /// Mean and variance over the rows of the set.
    pub fn spread(&self) -> Spread {
        let gains: Vec<i128> = losses(&self.set, &self.sum()).into_iter().map(|loss| -loss).collect();
        let squares = gains[1..].iter().map(|gain| I256::from(*gain) * I256::from(*gain));
        let variance = squares.fold(I256::ZERO, |sum, square| sum + square);
        Spread { mean: gains[0], variance, scale: self.claim.parametric.scale }
    }

    /// All sub-books with their blindings.
    pub fn books(&self) -> Vec<(Positions, Fr)> {
        std::iter::once((self.positions.clone(), self.blinding)).chain(self.others.iter().cloned()).collect()
    }

    /// The sum of the sub-books.
    pub fn sum(&self) -> Positions {
        let books: Vec<Positions> = self.books().into_iter().map(|(positions, _)| positions).collect();
        Positions::consolidated(&books).unwrap()
    }

    fn commitments<F: CommitmentField>(&self) -> Vec<F> {
        let digest = self.set.factors_digest();
        let books = self.books();
        books.iter().map(|(positions, blinding)| commitment::commit(&digest, positions, *blinding)).collect()
    }

    /// A random tight case; `scale` bounds entries and exposures.
    pub fn random(rng: &mut ChaCha20Rng, shape: Shape, scale: i64) -> Self {
        let factors = rng.gen_range(1..=shape.factors());
        let scenarios = rng.gen_range(1..=shape.scenarios());
        let entry = scale.min(MAX_ENTRY);
        let exposure = scale.min(MAX_GROSS / factors as i64);
        let entries = (0..scenarios * factors).map(|_| rng.gen_range(-entry..=entry) as i32).collect();
        let mut weights: Vec<u32> = (0..scenarios).map(|_| rng.gen_range(0..=5)).collect();
        weights[0] = weights[0].max(1);
        let exposures: Vec<i64> = (0..factors).map(|_| rng.gen_range(-exposure..=exposure)).collect();
        let set = scenario_set(factors, weights, entries);
        let unit = Unit::from_millionths(rng.gen_range(1..1 << 40)).unwrap();
        let positions = Positions::new(unit, exposures, rng.gen_range(0..=MAX_NAV as u64)).unwrap();
        let confidences = [rng.gen_range(1..1_000_000), rng.gen_range(1..1_000_000)];
        Self::tight(shape, set, positions, confidences, Fr::from(rng.r#gen::<u128>()))
    }

    /// Largest entries, exposures, weights and net asset value that formats admit.
    pub fn extreme(shape: Shape, sign: i32) -> Self {
        let (factors, scenarios) = (shape.factors(), shape.scenarios());
        let entries =
            (0..scenarios * factors).map(|i| if i % 2 == 0 { sign } else { -sign } * MAX_ENTRY as i32).collect();
        let set = scenario_set(factors, vec![MAX_WEIGHT; scenarios], entries);
        let mut exposures = vec![0; factors];
        exposures[0] = -MAX_GROSS;
        let unit = Unit::from_millionths((1 << 40) - 1).unwrap();
        let positions = Positions::new(unit, exposures, MAX_NAV as u64).unwrap();
        Self::tight(shape, set, positions, [999_999, 500_000], -Fr::from(1u64))
    }

    pub fn inputs(&self) -> ScenarioInputs {
        let mut inputs = ScenarioInputs::without_groups(self.claim.shape, &self.set).unwrap();
        inputs.set_costs(&self.curves());
        if !self.caps.is_empty() {
            inputs.set_caps(&self.caps);
        }
        for (row, flags) in &self.flags {
            inputs.set_row(*row, flags.iter().copied());
        }
        inputs
    }

    pub fn witness(&self) -> MarketWitness {
        let witness = MarketWitness::of_books(self.books(), self.thresholds);
        witness.with_limits(&self.claim)
    }

    /// The claim over the field of halo2, about a commitment over it to the same book.
    pub fn pasta_claim(&self) -> MarketClaim<Fp> {
        over_pasta(&self.claim, commitment::consolidated(&self.commitments()), Fp::from(77))
    }
}

impl Instance for Case {
    fn shape(&self) -> Shape {
        self.claim.shape
    }

    fn parts(&self) -> ([Fr; CONTROLS], ScenarioInputs, Witness) {
        (self.claim.controls(), self.inputs(), self.witness().into())
    }

    fn halo2(&self, lies: &Lies) -> TestCircuit {
        TestCircuit::new(self.pasta_claim().controls(), self.inputs(), self.witness(), lies)
    }
}

/// The claim over the field of halo2, about another commitment and context.
pub fn over_pasta(claim: &MarketClaim, commitment: Fp, context: Fp) -> MarketClaim<Fp> {
    let MarketClaim { shape, unit, var_tail, var_limit, cvar_tail, cvar_limit, book, parametric, .. } = *claim;
    let rules = claim.rules.clone();
    MarketClaim {
        shape,
        commitment,
        context,
        unit,
        var_tail,
        var_limit,
        cvar_tail,
        cvar_limit,
        book,
        rules,
        parametric,
    }
}

/// Moves the public commitment to what the witness in the assignment hashes to, so that nothing but
/// the constraint under test is wrong.
pub fn repair_commitment(system: &System, assignment: &mut [Fr]) {
    let row = system.row_labels().iter().position(|label| *label == labels::COMMITMENT).unwrap();
    let difference = system.matrices()[2].evaluate_row(row, assignment);
    assignment[layout::COMMITMENT] += difference;
}
