//! What each factor of a book contributes to its value at risk and expected shortfall.
//!
//! The loss of scenario t is the sum over factors of `c[t,i] = -S[t,i] x[i]`.
//!
//! * *component*: the mean of `c[t,i]` over the scenarios at the value at risk, by weight (Hallerbach,
//!   *Decomposing portfolio value-at-risk*, 2003), and over the tail for expected shortfall (Tasche,
//!   *Expected shortfall and beyond*, 2002). By Euler's principle components sum to the figure.
//! * *marginal*: the same mean of `-S[t,i]`, so the component of one more unit of currency.
//! * *incremental*: the figure of the book less that of the book without the factor (Jorion, *Value
//!   at Risk*), both computed in full.
//!
//! All are fractions of integers, and rounded once.

use std::cmp::Reverse;

use ethnum::I256;
use tailproof_core::fixed_point::{FRACTION_BITS, div_ceil};
use tailproof_core::measures::{losses, shortfall_numerator, value_at_risk};
use tailproof_core::{Amount, Confidence, Positions, ScenarioSet, TailMass, Unit};

/// The step that figures are rounded to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// a hundredth of the currency, as texts show figures
    Hundredth,
    /// a millionth of it
    Millionth,
}

impl Step {
    fn millionths(self) -> i128 {
        match self {
            Step::Hundredth => 10_000,
            Step::Millionth => 1,
        }
    }
}

/// What a factor contributes to one figure, in currency, losses positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// its share of the figure; all of them sum to the rounded figure exactly
    pub component: Amount,
    /// change of the figure by one more unit of currency in the factor, rounded up to a millionth
    pub marginal: Amount,
    /// the figure less that of the book without the factor, rounded up
    pub incremental: Amount,
}

/// What a factor contributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contribution {
    /// place of the factor in the set
    pub place: usize,
    /// the exposure to it
    pub exposure: Amount,
    /// parts of value at risk
    pub var: Parts,
    /// parts of expected shortfall
    pub cvar: Parts,
}

/// The figures of a book and what its factors contribute to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contributions {
    /// value at risk, rounded up
    pub var: Amount,
    /// expected shortfall, rounded up
    pub cvar: Amount,
    /// factors with an exposure, by their component of expected shortfall, the largest first
    pub factors: Vec<Contribution>,
}

/// A figure as means of losses: `sum_t weights[t] l_t / total`.
struct Means {
    weights: Vec<(usize, I256)>,
    total: I256,
}

/// Returns what each factor with an exposure contributes. Components are rounded down to `step`, and
/// the steps that are then missing to the figure, which is rounded up, go one each to the largest
/// remainders, of equal ones to the first factor.
///
/// # Panics
/// If the positions are over another number of factors than the set.
pub fn contributions(set: &ScenarioSet, positions: &Positions, confidence: Confidence, step: Step) -> Contributions {
    let tail = TailMass::new(confidence, set.total_weight());
    let losses = losses(set, positions);
    let threshold = value_at_risk(&losses, set.weights(), tail);
    let shortfall = shortfall_numerator(&losses, set.weights(), tail, threshold);
    let [of_var, of_cvar] = means(set, &losses, threshold, tail);
    let unit = positions.unit();
    let held: Vec<usize> = (0..set.factors().len()).filter(|place| positions.exposures()[*place] != 0).collect();
    let slopes = |means: &Means| held.iter().map(|place| means.slope(set, *place)).collect::<Vec<I256>>();
    let (var_slopes, cvar_slopes) = (slopes(&of_var), slopes(&of_cvar));
    let components = |means: &Means, slopes: &[I256]| {
        let exact = held.iter().zip(slopes).map(|(place, slope)| *slope * I256::from(positions.exposures()[*place]));
        shared(&exact.collect::<Vec<I256>>(), means.total, unit, step)
    };
    let (var, var_components) = components(&of_var, &var_slopes);
    let (cvar, cvar_components) = components(&of_cvar, &cvar_slopes);
    let up = |numerator: I256, denominator: i128| rounded_up(numerator, I256::from(denominator), unit, step);
    let mut without = losses.clone();
    let mut factors = Vec::with_capacity(held.len());
    for (index, place) in held.into_iter().enumerate() {
        let exposure = positions.exposures()[place];
        for (scenario, loss) in without.iter_mut().enumerate() {
            *loss = losses[scenario] + i128::from(set.row(scenario)[place]) * i128::from(exposure);
        }
        let other = value_at_risk(&without, set.weights(), tail);
        let other_shortfall = shortfall_numerator(&without, set.weights(), tail, other);
        factors.push(Contribution {
            place,
            exposure: Amount::from_units(i128::from(exposure), unit),
            var: Parts {
                component: var_components[index],
                marginal: of_one(var_slopes[index], of_var.total),
                incremental: up(I256::from(threshold - other), 1),
            },
            cvar: Parts {
                component: cvar_components[index],
                marginal: of_one(cvar_slopes[index], of_cvar.total),
                incremental: up(shortfall - other_shortfall, i128::from(tail.numerator())),
            },
        });
    }
    // Stable: factors of one component stay in the order of the set.
    factors.sort_by_key(|factor| Reverse(factor.cvar.component));
    Contributions { var, cvar, factors }
}

/// Returns value at risk and expected shortfall as means of losses over scenarios at and beyond it.
fn means(set: &ScenarioSet, losses: &[i128], threshold: i128, tail: TailMass) -> [Means; 2] {
    let weight = |scenario: usize| I256::from(set.weights()[scenario]);
    let places = |of: &dyn Fn(i128) -> bool| (0..losses.len()).filter(|t| of(losses[*t])).collect::<Vec<usize>>();
    let (beyond, at) = (places(&|loss| loss > threshold), places(&|loss| loss == threshold));
    let sum = |of: &[usize]| of.iter().map(|scenario| weight(*scenario)).sum::<I256>();
    let (numerator, denominator) = (I256::from(tail.numerator()), I256::from(tail.denominator()));
    let (beyond_weight, at_weight) = (sum(&beyond), sum(&at));
    // The tail holds all of the weight beyond the threshold, and shares what is left at it.
    let left = numerator - denominator * beyond_weight;
    let whole = beyond.iter().map(|scenario| (*scenario, denominator * at_weight * weight(*scenario)));
    let shared = at.iter().map(|scenario| (*scenario, left * weight(*scenario)));
    let of_cvar = Means { weights: whole.chain(shared).collect(), total: numerator * at_weight };
    let of_var = at.iter().map(|scenario| (*scenario, weight(*scenario))).collect();
    [Means { weights: of_var, total: at_weight }, of_cvar]
}

impl Means {
    /// The sum of weighted losses of one book unit in a factor.
    fn slope(&self, set: &ScenarioSet, place: usize) -> I256 {
        let loss = |(scenario, weight): &(usize, I256)| -*weight * I256::from(set.row(*scenario)[place]);
        self.weights.iter().map(loss).sum()
    }
}

/// Returns the sum of `numerators / denominator` in currency, rounded up, and each of them rounded
/// so that they sum to it.
fn shared(numerators: &[I256], denominator: I256, unit: Unit, step: Step) -> (Amount, Vec<Amount>) {
    let (one, scale) = (Amount::from_units(1, unit).millionths(), step.millionths());
    let divisor = (denominator << FRACTION_BITS) * I256::from(scale);
    let exact: Vec<I256> = numerators.iter().map(|numerator| *numerator * I256::from(one)).collect();
    let total = div_ceil(exact.iter().copied().sum(), divisor);
    let mut steps: Vec<I256> = exact.iter().map(|value| value.div_euclid(divisor)).collect();
    let missing = (total - steps.iter().copied().sum::<I256>()).as_usize();
    let mut order: Vec<usize> = (0..steps.len()).collect();
    order.sort_by_key(|index| Reverse(exact[*index].rem_euclid(divisor)));
    for index in order.into_iter().take(missing) {
        steps[index] += I256::ONE;
    }
    let amount = |steps: I256| Amount::from_units(steps.as_i128() * scale, Unit::FINEST);
    (amount(total), steps.into_iter().map(amount).collect())
}

/// Returns a figure in loss units, rounded up to a step.
fn rounded_up(numerator: I256, denominator: I256, unit: Unit, step: Step) -> Amount {
    let (amount, _) = shared(&[numerator], denominator, unit, step);
    amount
}

/// Returns a loss of one unit of currency, rounded up to a millionth.
fn of_one(slope: I256, total: I256) -> Amount {
    let currency = Unit::from_millionths(1_000_000).unwrap_or(Unit::CENT);
    Amount::from_loss(slope, total, currency)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_core::measures::risk_figures;
    use tailproof_core::scenarios::generator::Generator;

    /// A set of pseudo-random moves and a book over it. Moves of few sizes make ties.
    fn case(seed: i64, sizes: i64, weights: Vec<u32>, exposures: Vec<i64>) -> (ScenarioSet, Positions) {
        let factors = exposures.len();
        let entries = (0..(weights.len() * factors) as i64).map(|at| {
            i32::try_from(((at + 1) * (at + seed) * 7919 % 104_729) % sizes * (400_000 / sizes) - 200_000).unwrap()
        });
        let names = (0..factors).map(|at| format!("F{at}")).collect();
        let labels = (0..weights.len()).map(|at| at.to_string()).collect();
        let generator = Generator::Custom { description: "test".into() };
        let set = ScenarioSet::new(generator, names, labels, None, weights, entries.collect()).unwrap();
        (set, Positions::new(Unit::CENT, exposures, 0).unwrap())
    }

    #[test]
    fn components_sum_to_the_figures_exactly_in_either_step() {
        for (seed, sizes, level) in
            [(1, 50_000, "0.95"), (2, 3, "0.9"), (3, 2, "0.5"), (4, 7, "0.99"), (5, 50_000, "0.8")]
        {
            let weights = (0..40).map(|at| [1, 1, 2, 0, 5][at % 5]).collect();
            let (set, positions) = case(seed, sizes, weights, vec![123_457, -99_991, 0, 7, 55_555_555, -1]);
            let confidence = level.parse().unwrap();
            let exact = risk_figures(&set, &positions, confidence);
            for step in [Step::Hundredth, Step::Millionth] {
                let found = contributions(&set, &positions, confidence, step);
                let sum = |of: fn(&Contribution) -> Amount| {
                    found.factors.iter().map(|factor| of(factor).millionths()).sum::<i128>()
                };
                assert_eq!(found.var.millionths(), sum(|factor| factor.var.component), "{seed} {step:?}");
                assert_eq!(found.cvar.millionths(), sum(|factor| factor.cvar.component), "{seed} {step:?}");
                let shown = [(found.var, exact.var), (found.cvar, exact.cvar)];
                assert!(
                    shown.iter().all(|(found, exact)| found.to_string() == exact.to_string()),
                    "{found:?} {exact:?}"
                );
                if step == Step::Millionth {
                    assert_eq!((found.var, found.cvar), (exact.var, exact.cvar));
                }
                assert_eq!(found.factors.len(), 5, "factors without an exposure have no row");
                assert!(found.factors.windows(2).all(|pair| pair[0].cvar.component >= pair[1].cvar.component));
            }
        }
    }

    #[test]
    fn parts_are_those_of_their_definitions() {
        // Losses of A: 4, 1, 0, -2 and of B: -1, 3, 2, 0 cents a unit of 2^20.
        let generator = Generator::Custom { description: "test".into() };
        let labels = (0..4).map(|at| at.to_string()).collect();
        let moves = [-4, 1, -1, -3, 0, -2, 2, 0].map(|step| step << 20).to_vec();
        let set = ScenarioSet::new(generator, vec!["A".into(), "B".into()], labels, None, vec![1; 4], moves).unwrap();
        let positions = Positions::new(Unit::CENT, vec![1, 1], 0).unwrap();
        // Losses of the book: 3, 4, 2, -2. At 50 % the third worst is the value at risk, and the tail
        // is the two above it.
        let found = contributions(&set, &positions, "0.5".parse().unwrap(), Step::Millionth);
        let cents = |amount: Amount| amount.millionths() as f64 / 1e4;
        assert_eq!((cents(found.var), cents(found.cvar)), (2.0, 3.5));
        let of = |name: usize| *found.factors.iter().find(|factor| factor.place == name).unwrap();
        let parts = |parts: Parts| [parts.component, parts.marginal, parts.incremental].map(cents);
        // Without A the losses are 3, 2, 0, -1; without B 4, 1, 0, -2. Marginal ones are of a unit of
        // currency.
        assert_eq!((parts(of(0).var), parts(of(1).var)), ([0.0, 0.0, 2.0], [2.0, 200.0, 2.0]));
        assert_eq!((parts(of(0).cvar), parts(of(1).cvar)), ([2.5, 250.0, 1.0], [1.0, 100.0, 1.0]));
    }

    /// The component of expected shortfall is the slope of the figure where it has one.
    #[test]
    fn marginal_figures_are_slopes() {
        let (set, positions) = case(9, 50_000, vec![1; 60], vec![1_000_000_000, -500_000_000, 300_000_000]);
        let confidence = "0.9".parse().unwrap();
        let found = contributions(&set, &positions, confidence, Step::Millionth);
        for factor in &found.factors {
            let mut exposures = positions.exposures().to_vec();
            exposures[factor.place] += 100;
            let more = risk_figures(&set, &Positions::new(Unit::CENT, exposures, 0).unwrap(), confidence);
            let var = more.var.millionths() - found.var.millionths();
            let cvar = more.cvar.millionths() - found.cvar.millionths();
            assert!((var - factor.var.marginal.millionths()).abs() <= 1, "{factor:?} {var}");
            assert!((cvar - factor.cvar.marginal.millionths()).abs() <= 1, "{factor:?} {cvar}");
        }
    }
}
