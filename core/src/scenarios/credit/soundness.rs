//! Bounds of losses against the losses themselves, over random deals.
//!
//! The probability that the loss of a mix exceeds a threshold is `Phi(M)` for the factor M at which
//! it is the threshold, to the accuracy of floating point. It is compared with the weight of a
//! set's rows in integers.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use super::grid::TOTAL_WEIGHT;
use super::*;
use crate::distributions::normal;
use crate::draws::Draws;
use crate::pool::copula::Copula;

const ONE: f64 = (1u32 << FRACTION_BITS) as f64;
const GRADES: [&str; 7] = ["A", "B", "C", "D", "E", "F", "G"];

/// A deal with a mix of its grades, as a test draws them.
struct Drawn {
    deal: Deal,
    rho: String,
    assumptions: Vec<(f64, f64)>,
    mix: Vec<f64>,
}

impl Drawn {
    /// Draws a deal with two tranches of these limits on a hit.
    fn new(draws: &mut Draws, hits: [&str; 2]) -> Self {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let count = 1 + (draws.uniform() * 6.99) as usize;
        let mut text = format!(
            "name = \"d\"\n[tape]\ncolumns = [\"grade\"]\ngrades = {:?}\n[claims]\nloans_min = 1\n",
            &GRADES[..count]
        );
        let (mut pd, mut lgd) = ("[pd]\n".to_owned(), "[lgd]\n".to_owned());
        for grade in &GRADES[..count] {
            let probability = libm::exp(libm::log(3e-4) + draws.uniform() * libm::log(0.6 / 3e-4));
            pd += &format!("{grade} = {probability:.6}\n");
            lgd += &format!("{grade} = {:.3}\n", 0.05 + 0.95 * draws.uniform());
        }
        text += &(pd + &lgd);
        for (index, hit) in hits.iter().enumerate() {
            let (from, to) = (index + 1, index + 2);
            text += &format!(
                "[[tranche]]\nname = \"{index}\"\nattachment = 0.{from}\ndetachment = 0.{to}\nhit = {hit}\ncvar = 0.9\nconfidence = 0.99\n"
            );
        }
        let deal = Deal::from_toml("d", &text).unwrap();
        let rho = format!("{:.4}", 0.01 + 0.6 * draws.uniform() * draws.uniform());
        let mix: Vec<f64> = (0..count).map(|_| -libm::log(draws.uniform())).collect();
        let all: f64 = mix.iter().sum();
        let assumptions = deal.bucket_assumptions().unwrap();
        Self { deal, rho, assumptions, mix: mix.into_iter().map(|part| part / all).collect() }
    }

    fn set(&self, degrees: Option<&str>, rows: usize) -> ScenarioSet {
        let source = FactorSource::Nodes(rows);
        let parameters =
            CreditParameters { rho: self.rho.clone(), degrees: degrees.map(str::to_owned), source, slots: None };
        credit_scenarios(&self.deal, &parameters).unwrap()
    }

    fn model(&self, degrees: Option<&str>) -> FactorModel {
        model_of(&self.rho, degrees).unwrap()
    }

    /// The loss of the mix at a node.
    fn loss(&self, model: &FactorModel, thresholds: &[f64], node: &Node) -> f64 {
        let of = |((threshold, share), (_, lgd)): ((&f64, &f64), &(f64, f64))| {
            share * lgd * model.conditional(*threshold, node)
        };
        thresholds.iter().zip(&self.mix).zip(&self.assumptions).map(of).sum()
    }

    fn thresholds(&self, model: &FactorModel) -> Vec<f64> {
        self.assumptions.iter().map(|(probability, _)| model.threshold(*probability).unwrap()).collect()
    }

    /// The probability of a loss above a threshold, for a mixing variable.
    fn beyond(&self, model: &FactorModel, thresholds: &[f64], mixing: f64, above: f64) -> f64 {
        let (mut low, mut high) = (-40.0, 40.0);
        for _ in 0..90 {
            let factor = 0.5 * (low + high);
            let loss = self.loss(model, thresholds, &Node { weight: 1.0, factor, mixing });
            if loss > above { low = factor } else { high = factor }
        }
        normal::cdf(0.5 * (low + high))
    }

    /// Losses of the mix over a set's rows, with their weights.
    fn rows(&self, set: &ScenarioSet) -> Vec<(f64, u64)> {
        let loss = |row: usize| -> f64 {
            set.row(row).iter().zip(&self.mix).map(|(entry, share)| -f64::from(*entry) / ONE * share).sum()
        };
        (0..set.scenarios()).map(|row| (loss(row), u64::from(set.weights()[row]))).collect()
    }
}

fn weight_above(rows: &[(f64, u64)], above: f64) -> u64 {
    rows.iter().filter(|(loss, _)| *loss > above).map(|(_, weight)| weight).sum()
}

/// Mean of the part of losses between two points.
fn mean_between(rows: &[(f64, u64)], low: f64, high: f64) -> f64 {
    let total: u64 = rows.iter().map(|(_, weight)| weight).sum();
    rows.iter().map(|(loss, weight)| (loss.min(high) - low).max(0.0) * *weight as f64).sum::<f64>() / total as f64
}

/// No probability of a loss, expected loss or expected shortfall is understated, for any deal, mix
/// or number of rows; and at a limit of the deal, none is overstated.
#[test]
fn gaussian_bounds_are_never_below_and_exact_at_the_limits() {
    let mut draws = Draws::new(ChaCha20Rng::from_seed([13; 32]));
    for _ in 0..220 {
        let drawn = Drawn::new(&mut draws, ["0.0513", "0.0012345"]);
        let model = drawn.model(None);
        let thresholds = drawn.thresholds(&model);
        let at = |weight: u64| {
            let factor = normal::quantile(weight as f64 / f64::from(TOTAL_WEIGHT));
            drawn.loss(&model, &thresholds, &Node { weight: 1.0, factor, mixing: 1.0 })
        };
        for count in [16, 64, 257] {
            let rows = drawn.rows(&drawn.set(None, count));
            // Limits on hits, and the tail of 99 %.
            for limit in [513_000, 12_345, 100_000] {
                let quantile = at(limit);
                assert!(weight_above(&rows, quantile - 1e-10) > limit, "{count} {limit}: understated");
                assert!(weight_above(&rows, quantile + 2.5 / ONE) <= limit, "{count} {limit}: overstated");
            }
            let points = 60;
            let mut integral = 0.0;
            for point in (0..points).rev() {
                let above = f64::from(point) / f64::from(points);
                let exact = drawn.beyond(&model, &thresholds, 1.0, above) * f64::from(TOTAL_WEIGHT);
                assert!(weight_above(&rows, above) as f64 >= exact * (1.0 - 1e-9), "{count} {above}");
                // Losses above a point cost at least what is above each later point.
                let mean = mean_between(&rows, above, 1.0);
                assert!(mean >= integral * (1.0 - 1e-9), "{count} {above}: {mean} {integral}");
                integral += exact / f64::from(TOTAL_WEIGHT) / f64::from(points);
            }
        }
    }
}

/// The means of buckets are known: probability of default times loss given default.
#[test]
fn mean_losses_of_buckets_are_never_below() {
    let mut draws = Draws::new(ChaCha20Rng::from_seed([14; 32]));
    for index in 0..60 {
        let drawn = Drawn::new(&mut draws, ["0.05", "0.01"]);
        for (degrees, rows) in [(None, 64), (None, 1_024), (Some("4"), 256), (Some("1"), 400), (Some("30"), 1_024)] {
            if degrees.is_some() && index > 12 {
                continue;
            }
            let set = drawn.set(degrees, rows);
            assert!(set.scenarios() <= rows && set.total_weight() == u64::from(TOTAL_WEIGHT));
            for (bucket, (probability, lgd)) in drawn.assumptions.iter().enumerate() {
                let sum: i64 = (0..set.scenarios())
                    .map(|row| -i64::from(set.row(row)[bucket]) * i64::from(set.weights()[row]))
                    .sum();
                let mean = sum as f64 / f64::from(TOTAL_WEIGHT) / ONE;
                assert!(mean > probability * lgd, "{degrees:?} {rows} {bucket}: {mean}");
            }
        }
    }
}

/// No probability of a loss is understated under Student's t either, for any mix at once.
#[test]
fn student_t_bounds_are_never_below() {
    let mut draws = Draws::new(ChaCha20Rng::from_seed([15; 32]));
    for degrees in ["1", "2.5", "4", "4", "10", "30", "1000"] {
        let drawn = Drawn::new(&mut draws, ["0.05", "0.01"]);
        let copula = Copula::StudentT(degrees.parse().unwrap());
        let model = FactorModel::new(copula, drawn.rho.parse().unwrap()).unwrap();
        let (thresholds, mixing) = (drawn.thresholds(&model), model.mixing());
        for count in [256, 1_024] {
            let rows = drawn.rows(&drawn.set(Some(degrees), count));
            let mut closest = f64::INFINITY;
            for point in 1..30 {
                let above = f64::from(point * point) / 900.0;
                let beyond = |(mixing, weight): &(f64, f64)| weight * drawn.beyond(&model, &thresholds, *mixing, above);
                let exact: f64 = mixing.iter().map(beyond).sum();
                let found = weight_above(&rows, above) as f64 / f64::from(TOTAL_WEIGHT);
                assert!(found >= exact * (1.0 - 1e-6), "{degrees} {count} {above}: {found} {exact}");
                if exact > 5e-3 && exact < 0.5 {
                    closest = closest.min(found / exact);
                }
            }
            assert!(closest < 2.5 || closest.is_infinite(), "{degrees} {count}: {closest}");
        }
    }
}

/// Without a common factor, a Gaussian pool loses its mean, in one row. Under Student's t the
/// mixing variable is left.
#[test]
fn without_correlation_there_is_one_row() {
    let mut draws = Draws::new(ChaCha20Rng::from_seed([16; 32]));
    let drawn = Drawn { rho: "0".into(), ..Drawn::new(&mut draws, ["0.05", "0.01"]) };
    let set = drawn.set(None, 64);
    assert_eq!((set.scenarios(), set.weights()), (1, &[1][..]));
    for (entry, (probability, lgd)) in set.row(0).iter().zip(&drawn.assumptions) {
        let units = probability * lgd * ONE;
        assert!(-f64::from(*entry) >= units && -f64::from(*entry) <= units + 2.0 + 1e-6, "{entry} {units}");
    }
    let model = drawn.model(Some("4"));
    let (thresholds, mixing) = (drawn.thresholds(&model), model.mixing());
    let rows = drawn.rows(&drawn.set(Some("4"), 256));
    for point in 1..40 {
        let above = f64::from(point) / 80.0;
        let at = |mixing: f64| drawn.loss(&model, &thresholds, &Node { weight: 1.0, factor: 0.0, mixing });
        let exact: f64 = mixing.iter().filter(|(mixing, _)| at(*mixing) > above).map(|(_, weight)| weight).sum();
        // The nodes of the mixing variable are steps of about a hundredth.
        let found = weight_above(&rows, above) as f64 / f64::from(TOTAL_WEIGHT);
        assert!(found >= exact - 0.03 && found <= exact + 0.06, "{above}: {found} {exact}");
    }
}

/// The first row is the end without a limit: all that can be lost, at weight 1 of 10^7.
#[test]
fn the_first_row_loses_everything_at_weight_one() {
    let mut draws = Draws::new(ChaCha20Rng::from_seed([17; 32]));
    for _ in 0..40 {
        let drawn = Drawn::new(&mut draws, ["0.05", "0.01"]);
        let set = drawn.set(None, 64);
        assert_eq!((set.weights()[0], set.total_weight()), (1, u64::from(TOTAL_WEIGHT)));
        for (entry, (_, lgd)) in set.row(0).iter().zip(&drawn.assumptions) {
            let units = lgd * ONE;
            assert!(-f64::from(*entry) >= (units + 0.5).min(ONE) && f64::from(*entry) >= -ONE, "{entry} {units}");
        }
    }
}

/// Each entry has a unit more than rounding up needs, so that no error of floating point matters.
#[test]
fn entries_have_a_unit_more_than_their_loss() {
    let mut draws = Draws::new(ChaCha20Rng::from_seed([18; 32]));
    for _ in 0..60 {
        let drawn = Drawn::new(&mut draws, ["0.05", "0.01"]);
        let (model, set) = (drawn.model(None), drawn.set(None, 200));
        let thresholds = drawn.thresholds(&model);
        let mut before = u64::from(set.weights()[0]);
        for row in 1..set.scenarios() {
            let tail = before.min(u64::from(TOTAL_WEIGHT) - before) as f64 / f64::from(TOTAL_WEIGHT);
            let factor = normal::quantile(tail) * if 2 * before > u64::from(TOTAL_WEIGHT) { -1.0 } else { 1.0 };
            let node = Node { weight: 1.0, factor, mixing: 1.0 };
            for (bucket, (_, lgd)) in drawn.assumptions.iter().enumerate() {
                let units = model.conditional(thresholds[bucket], &node) * lgd * ONE;
                let found = -f64::from(set.row(row)[bucket]);
                // At most all of it, and what is above is the rounding up, the unit and 10^-4.
                assert!(found >= (units + 1.0 - 1e-4).min(ONE) && found <= units + 2.0 + 1e-4, "{found} {units}");
            }
            before += u64::from(set.weights()[row]);
        }
    }
}

/// Another limit makes other breakpoints, which the header lists. What no weight states is refused.
#[test]
fn limits_of_the_deal_are_breakpoints_of_at_most_seven_decimals() {
    let mut draws = Draws::new(ChaCha20Rng::from_seed([19; 32]));
    let drawn = Drawn::new(&mut draws, ["0.0513", "0.0000001"]);
    let breakpoints = |set: &ScenarioSet| match set.generator() {
        Generator::Credit { breakpoints, .. } => breakpoints.clone().unwrap_or_default(),
        _ => panic!("not of credit"),
    };
    let set = drawn.set(None, 64);
    assert_eq!(breakpoints(&set), [1, 100_000, 513_000]);
    assert_eq!(remade(&drawn.deal, set.generator()).unwrap(), set);
    // Other limits leave a set as it is, and make another.
    let other = Drawn::new(&mut Draws::new(ChaCha20Rng::from_seed([19; 32])), ["0.06", "0.01"]);
    assert_eq!(remade(&other.deal, set.generator()).unwrap(), set);
    assert_eq!(breakpoints(&other.set(None, 64)), [100_000, 600_000]);
    let finer = Drawn::new(&mut Draws::new(ChaCha20Rng::from_seed([19; 32])), ["0.05", "0.00000015"]);
    let parameters =
        CreditParameters { rho: "0.1".into(), degrees: None, source: FactorSource::Nodes(64), slots: None };
    let refused = credit_scenarios(&finer.deal, &parameters).unwrap_err().to_string();
    assert!(refused.contains("the hit of tranche '1'") && refused.contains("seven decimals"), "{refused}");
    // No set is made from a correlation below zero, whose losses have no one order.
    let negative = CreditParameters { rho: "-0.1".into(), ..parameters };
    assert!(credit_scenarios(&drawn.deal, &negative).unwrap_err().to_string().contains("correlation"));
}

/// An entry is at most all of an exposure, even where a unit more would be more than that.
#[test]
fn no_entry_is_more_than_all() {
    let text = "name = \"d\"\n[tape]\ncolumns = [\"grade\"]\ngrades = [\"A\"]\n[claims]\nloans_min = 1\n\
                [pd]\nA = 0.9999999\n[lgd]\nA = 1\n";
    let deal = Deal::from_toml("d", text).unwrap();
    let parameters =
        CreditParameters { rho: "0.01".into(), degrees: None, source: FactorSource::Nodes(64), slots: None };
    let set = credit_scenarios(&deal, &parameters).unwrap();
    assert!(set.entries().iter().all(|entry| (-(1 << FRACTION_BITS)..0).contains(entry)));
    assert_eq!(set.row(0), [-(1 << FRACTION_BITS)]);
}

/// Probabilities that a binomial number of defaults of `count` loans is each number.
fn binomial(count: usize, probability: f64) -> Vec<f64> {
    let mut all = vec![1.0];
    for _ in 0..count {
        let mut next = vec![0.0; all.len() + 1];
        for (defaults, share) in all.iter().enumerate() {
            next[defaults] += share * (1.0 - probability);
            next[defaults + 1] += share * probability;
        }
        all = next;
    }
    all
}

/// Sixty loans in two grades, exactly: the limit of a large pool would say far less than a bound of
/// this pool, which no probability of a loss exceeds.
#[test]
fn a_bound_of_finitely_many_obligors_is_never_below_their_losses() {
    let (each, pd, lgd) = (30usize, [0.02, 0.15], [0.6, 0.9]);
    let text = "name = \"d\"\n[tape]\ncolumns = [\"grade\"]\ngrades = [\"A\", \"B\"]\n[claims]\nobligor_max = 0.016666667\n\
                [pd]\nA = 0.02\nB = 0.15\n[lgd]\nA = 0.6\nB = 0.9\n";
    let deal = Deal::from_toml("d", text).unwrap();
    for rho in ["0", "0.15"] {
        let (model, cap) = (model_of(rho, None).unwrap(), deal.obligor_cap().unwrap());
        let make = |source| {
            let parameters = CreditParameters { rho: rho.into(), degrees: None, source, slots: None };
            credit_scenarios(&deal, &parameters).unwrap()
        };
        let rows = |set: &ScenarioSet| -> Vec<(f64, u64)> {
            let loss = |row: usize| set.row(row).iter().map(|entry| -f64::from(*entry) / ONE / 2.0).sum::<f64>();
            (0..set.scenarios()).map(|row| (loss(row), u64::from(set.weights()[row]))).collect()
        };
        let thresholds = pd.map(|probability| model.threshold(probability).unwrap());
        let mut exact = [0.0; 21];
        for node in model.nodes(401) {
            let [first, second] = thresholds.map(|threshold| binomial(each, model.conditional(threshold, &node)));
            for (a, left) in first.iter().enumerate() {
                for (b, right) in second.iter().enumerate() {
                    let loss = (a as f64 * lgd[0] + b as f64 * lgd[1]) / (2 * each) as f64;
                    for (point, sum) in exact.iter_mut().enumerate().filter(|(point, _)| loss > *point as f64 / 21.0) {
                        *sum += node.weight * left * right * f64::from(u8::from(point < 21));
                    }
                }
            }
        }
        let limit = rows(&make(FactorSource::Nodes(200)));
        for failure in [100, 10_000] {
            let set = make(FactorSource::Finite { rows: 200, failure, cap });
            assert_eq!(set.total_weight(), u64::from(TOTAL_WEIGHT));
            assert_eq!(remade(&deal, set.generator()).unwrap(), set);
            let bound = rows(&set);
            let share = |rows: &[(f64, u64)], above: f64| {
                let total: u64 = rows.iter().map(|(_, weight)| weight).sum();
                weight_above(rows, above) as f64 / total as f64
            };
            for (point, exact) in exact.iter().enumerate() {
                let above = point as f64 / 21.0;
                assert!(share(&bound, above) >= exact * (1.0 - 1e-9), "{rho} {failure} {above}: {exact}");
            }
            assert!((1..21).any(|point| share(&limit, point as f64 / 21.0) < exact[point]), "{rho}");
        }
    }
    // Without the claim on the cap, or with a looser one, there is no such bound.
    let source = FactorSource::Finite { rows: 64, failure: 1_000, cap: 10_000_000 };
    let parameters = CreditParameters { rho: "0.1".into(), degrees: None, source, slots: None };
    assert_eq!(credit_scenarios(&deal, &parameters), Err(Problem::NoObligorCap));
    let source = FactorSource::Finite { rows: 64, failure: 0, cap: 20_000_000 };
    assert!(credit_scenarios(&deal, &CreditParameters { source, ..parameters.clone() }).is_err());
    let source = FactorSource::Finite { rows: 256, failure: 9, cap: 20_000_000 };
    let degrees = Some("4".into());
    assert!(credit_scenarios(&deal, &CreditParameters { source, degrees, ..parameters }).is_err());
}
