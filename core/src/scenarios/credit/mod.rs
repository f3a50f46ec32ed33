//! Credit scenarios: public sets over the buckets of a deal, whose entries are minus the share of
//! an exposure that is lost.
//!
//! * *Nodes*: values of the common factor with the weights of a quadrature. In the limit of many
//!   small loans a bucket loses its conditional probability of default times its loss given
//!   default.
//! * *Paths*: values of the common factor drawn from a public seed, of weight one.
//! * *Granular*: one column for each slot and bucket. A slot defaults, by its own draw, or does
//!   not; the loan in it loses all of the loss given default of its bucket, or nothing.
//!
//! Entries are rounded away from zero, so that a loss is overstated by at most 2^-20 of the
//! exposure and never understated. Weights are rounded to integers of 20 bits.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::draws::Draws;
use crate::error::Problem;
use crate::fixed_point::{FRACTION_BITS, MAX_FACTORS, MAX_SCENARIOS, MAX_WEIGHT};
use crate::pool::assumptions::{CreditParameters, FactorSource, model_of};
use crate::pool::copula::{FactorModel, Node};
use crate::pool::deal::Deal;
use crate::pool::schema::Category;
use crate::scenarios::generator::{Generator, STUDENT_T_VERSION};
use crate::scenarios::set::ScenarioSet;

/// Largest magnitude of the common factor at a node.
const WIDTH: f64 = 5.2;

/// Makes a set over the grades of a deal's tape.
///
/// # Errors
/// Parameters of no model; a deal without probabilities of default for its grades, or that states
/// other parameters; defaults of single loans over nodes; sizes beyond those of a set.
pub fn credit_scenarios(deal: &Deal, parameters: &CreditParameters) -> Result<ScenarioSet, Problem> {
    let model = model_of(&parameters.rho, parameters.degrees.as_deref())?;
    deal.scenarios().map_or(Ok(()), |agreed| agreed.check(parameters))?;
    let buckets = Buckets::new(deal, &model)?;
    let (nodes, mut draws) = sample(&model, parameters.source)?;
    check_slots(parameters, buckets.thresholds.len())?;
    let heaviest = nodes.iter().map(|node| node.weight).fold(0.0, f64::max);
    let (mut labels, mut weights, mut entries) = (Vec::new(), Vec::new(), Vec::new());
    for (index, node) in nodes.iter().enumerate() {
        let node = draws.as_mut().map_or(*node, |draws| model.draw(draws));
        let weight = match parameters.source {
            FactorSource::Nodes(_) => integer_weight(node.weight / heaviest),
            FactorSource::Paths { .. } => 1,
        };
        if weight == 0 {
            continue;
        }
        weights.push(weight);
        labels.push((index + 1).to_string());
        let conditional = buckets.conditional(&model, &node);
        match (parameters.slots, draws.as_mut()) {
            (Some(slots), Some(draws)) => {
                for _ in 0..slots {
                    entries.extend(buckets.defaults(&conditional, draws.uniform()));
                }
            }
            _ => entries.extend(buckets.shares(&conditional)),
        }
    }
    let factors = factors(deal.require_schema()?.names(Category::Grade), parameters.slots);
    ScenarioSet::new(header(deal, parameters)?, factors, labels, None, weights, entries)
}

/// Returns the nodes of a quadrature; or as many places as there are paths, with the draws that
/// fill them.
fn sample(model: &FactorModel, source: FactorSource) -> Result<(Vec<Node>, Option<Draws>), Problem> {
    match source {
        FactorSource::Nodes(count) if (3..=MAX_SCENARIOS).contains(&count) => {
            Ok((model.nodes_within(count, WIDTH), None))
        }
        FactorSource::Nodes(count) => Err(out_of_range("the number of nodes", count, &format!("3 to {MAX_SCENARIOS}"))),
        FactorSource::Paths { paths, seed } if (1..=MAX_SCENARIOS).contains(&paths) => {
            let drawn_later = Node { weight: 1.0, factor: 0.0, mixing: 1.0 };
            Ok((vec![drawn_later; paths], Some(Draws::new(ChaCha20Rng::from_seed(seed)))))
        }
        FactorSource::Paths { paths, .. } => {
            Err(out_of_range("the number of paths", paths, &format!("1 to {MAX_SCENARIOS}")))
        }
    }
}

/// Checks that defaults of single loans are drawn, and are not too many columns.
fn check_slots(parameters: &CreditParameters, buckets: usize) -> Result<(), Problem> {
    let Some(slots) = parameters.slots else { return Ok(()) };
    if matches!(parameters.source, FactorSource::Nodes(_)) {
        return Err(Problem::SlotsOverNodes);
    }
    let most = MAX_FACTORS / buckets.max(1);
    if (1..=most).contains(&slots) {
        return Ok(());
    }
    Err(out_of_range("the number of loans", slots, &format!("1 to {most}")))
}

/// Returns a weight of at most one as an integer of 20 bits.
#[allow(clippy::cast_possible_truncation)]
fn integer_weight(weight: f64) -> u32 {
    (weight * f64::from(MAX_WEIGHT)).round() as u32
}

/// Returns the entry of a share of an exposure that is lost, rounded away from zero.
#[allow(clippy::cast_possible_truncation)]
fn entry(share: f64) -> i32 {
    let one = f64::from(1u32 << FRACTION_BITS);
    -((share * one).ceil().min(one) as i32)
}

/// The grades of a deal.
struct Buckets {
    /// asset return below which a loan of the grade defaults
    thresholds: Vec<f64>,
    /// loss given default
    losses: Vec<f64>,
}

impl Buckets {
    fn new(deal: &Deal, model: &FactorModel) -> Result<Self, Problem> {
        let assumptions = deal.bucket_assumptions()?;
        let thresholds = assumptions.iter().map(|(probability, _)| model.threshold(*probability));
        let thresholds = thresholds.collect::<Result<_, _>>()?;
        Ok(Self { thresholds, losses: assumptions.into_iter().map(|(_, loss)| loss).collect() })
    }

    /// Returns the probabilities of default at a node.
    fn conditional(&self, model: &FactorModel, node: &Node) -> Vec<f64> {
        self.thresholds.iter().map(|threshold| model.conditional(*threshold, node)).collect()
    }

    /// Returns the entries of the expected shares lost.
    fn shares(&self, conditional: &[f64]) -> impl Iterator<Item = i32> {
        conditional.iter().zip(&self.losses).map(|(probability, loss)| entry(probability * loss))
    }

    /// Returns the entries of one loan in any of the buckets, which defaults where `drawn` is at
    /// most the probability.
    fn defaults(&self, conditional: &[f64], drawn: f64) -> impl Iterator<Item = i32> {
        let lost = move |(probability, loss): (&f64, &f64)| if drawn <= *probability { entry(*loss) } else { 0 };
        conditional.iter().zip(&self.losses).map(lost)
    }
}

/// Returns the names of the columns: the grades, or slots of loans with each of them.
fn factors(grades: &[String], slots: Option<usize>) -> Vec<String> {
    let Some(slots) = slots else { return grades.to_vec() };
    (1..=slots).flat_map(|slot| grades.iter().map(move |grade| format!("{slot}:{grade}"))).collect()
}

/// Returns the header of a set.
fn header(deal: &Deal, parameters: &CreditParameters) -> Result<Generator, Problem> {
    let (nodes, paths, seed) = match parameters.source {
        FactorSource::Nodes(nodes) => (Some(nodes), None, None),
        FactorSource::Paths { paths, seed } => (None, Some(paths), Some(hex::encode(seed))),
    };
    Ok(Generator::Credit {
        model: model_name(parameters.degrees.as_deref()).to_owned(),
        version: version_of(parameters.degrees.as_deref()),
        degrees_of_freedom: parameters.degrees.clone(),
        rho: parameters.rho.clone(),
        nodes,
        paths,
        seed,
        slots: parameters.slots,
        assumptions_sha256: hex::encode(deal.assumptions_digest()?),
    })
}

fn model_name(degrees: Option<&str>) -> &'static str {
    if degrees.is_some() { "student-t" } else { "gaussian" }
}

/// Version of the generator of a model, as headers state it.
fn version_of(degrees: Option<&str>) -> Option<u32> {
    degrees.map(|_| STUDENT_T_VERSION)
}

fn out_of_range(what: &str, value: usize, range: &str) -> Problem {
    Problem::OutOfRange { what: what.into(), value: value.to_string(), range: range.into() }
}

/// The grade whose mean loss over a set of buckets is the furthest from its probability of default
/// times its loss given default, and how far it is off, as a fraction of that. What a quadrature of
/// too few nodes does.
///
/// # Errors
/// A deal without probabilities of default for its grades.
pub fn worst_mean(deal: &Deal, set: &ScenarioSet) -> Result<Option<(String, f64)>, Problem> {
    let one = f64::from(1u32 << FRACTION_BITS);
    let total = set.total_weight() as f64;
    let off = |(bucket, (probability, lgd)): (usize, &(f64, f64))| {
        let weighted = |(scenario, weight): (usize, &u32)| -f64::from(set.row(scenario)[bucket]) * f64::from(*weight);
        let mean = set.weights().iter().enumerate().map(weighted).sum::<f64>() / total / one;
        // Entries are rounded up to 2^-20.
        let expected = probability * lgd;
        let excess = (mean - expected).abs() - 1.0 / one;
        (set.factors()[bucket].clone(), (excess.max(0.0) / expected.max(1.0 / one)).copysign(mean - expected))
    };
    let all = deal.bucket_assumptions()?;
    Ok(all.iter().enumerate().map(off).max_by(|left, right| left.1.abs().total_cmp(&right.1.abs())))
}

/// The parameters that a set's header names; `None` if it is not one of credit scenarios.
///
/// # Errors
/// A header that no set of this module has.
pub fn parameters_from(generator: &Generator) -> Result<Option<CreditParameters>, Problem> {
    let Generator::Credit { model, version, degrees_of_freedom, rho, nodes, paths, seed, slots, .. } = generator else {
        return Ok(None);
    };
    if model != model_name(degrees_of_freedom.as_deref()) {
        return Err(Problem::CreditHeader("names a model that does not go with its degrees of freedom"));
    }
    if *version != version_of(degrees_of_freedom.as_deref()) {
        let (found, needed) = (version.unwrap_or(1), version_of(degrees_of_freedom.as_deref()).unwrap_or(1));
        let generator = if needed == 1 { "Gaussian credit scenarios" } else { "Student-t credit scenarios" };
        return Err(Problem::GeneratorVersion { generator, found, needed });
    }
    model_of(rho, degrees_of_freedom.as_deref())?;
    let source = match (nodes, paths, seed) {
        (Some(nodes), None, None) => FactorSource::Nodes(*nodes),
        (None, Some(paths), Some(seed)) => {
            let seed = hex::decode(seed).ok().and_then(|bytes| bytes.try_into().ok());
            FactorSource::Paths { paths: *paths, seed: seed.ok_or(Problem::CreditHeader("has no seed"))? }
        }
        _ => return Err(Problem::CreditHeader("has neither nodes nor paths")),
    };
    Ok(Some(CreditParameters { rho: rho.clone(), degrees: degrees_of_freedom.clone(), source, slots: *slots }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::file;

    const DEAL: &str = "name = \"d\"\n[tape]\ncolumns = [\"grade\"]\ngrades = [\"A\", \"B\"]\n[claims]\nloans_min = 1\n\
                        [pd]\nA = 0.02\nB = 0.1\n[lgd]\nother = 0.5\n";

    fn set(degrees: Option<&str>, source: FactorSource, slots: Option<usize>) -> Result<ScenarioSet, Problem> {
        let deal = Deal::from_toml("d.toml", DEAL).unwrap();
        let parameters = CreditParameters { rho: "0.2".into(), degrees: degrees.map(str::to_owned), source, slots };
        credit_scenarios(&deal, &parameters)
    }

    /// Weighted means of entries are probabilities of default times losses given default, but for
    /// rounding and sampling.
    #[test]
    fn mean_losses_are_those_of_the_buckets() {
        let paths = FactorSource::Paths { paths: 4_000, seed: [7; 32] };
        for (degrees, source, slots, tolerance) in [
            (None, FactorSource::Nodes(64), None, 3e-6),
            (Some("4"), FactorSource::Nodes(64), None, 1e-4),
            (None, paths, None, 4e-3),
            (Some("4"), paths, None, 8e-3),
            (None, paths, Some(3), 8e-3),
        ] {
            let set = set(degrees, source, slots).unwrap();
            for (bucket, expected) in (0..set.factors().len()).zip([0.01, 0.05].into_iter().cycle()) {
                let mean: f64 = (0..set.scenarios())
                    .map(|scenario| -f64::from(set.row(scenario)[bucket]) * f64::from(set.weights()[scenario]))
                    .sum::<f64>()
                    / set.total_weight() as f64
                    / f64::from(1u32 << 20);
                assert!((mean - expected).abs() < tolerance, "{degrees:?} {slots:?} {bucket}: {mean}");
            }
        }
    }

    #[test]
    fn means_over_too_few_nodes_are_off() {
        let deal = Deal::from_toml("d.toml", DEAL).unwrap();
        let off =
            |nodes| worst_mean(&deal, &set(None, FactorSource::Nodes(nodes), None).unwrap()).unwrap().unwrap().1.abs();
        assert!(off(64) < 1e-5 && off(4) > 0.01, "{} {}", off(64), off(4));
    }

    #[test]
    fn a_seed_makes_the_same_set_and_what_is_out_of_range_is_refused() {
        let paths = |seed| FactorSource::Paths { paths: 5, seed: [seed; 32] };
        assert_eq!(set(None, paths(1), Some(2)).unwrap(), set(None, paths(1), Some(2)).unwrap());
        assert_ne!(set(None, paths(1), Some(2)).unwrap(), set(None, paths(2), Some(2)).unwrap());
        assert_eq!(set(None, paths(1), Some(2)).unwrap().factors(), ["1:A", "1:B", "2:A", "2:B"]);
        assert!(
            set(None, FactorSource::Nodes(2), None).is_err() && set(None, FactorSource::Nodes(64), Some(2)).is_err()
        );
        let mut changed = set(Some("4"), paths(1), None).unwrap().generator().clone();
        assert!(parameters_from(&changed).is_ok());
        let Generator::Credit { model, .. } = &mut changed else { panic!("not of credit") };
        *model = "gaussian".into();
        assert!(parameters_from(&changed).unwrap_err().to_string().contains("does not go with"));
        let mut older = set(Some("4"), paths(1), None).unwrap().generator().clone();
        let Generator::Credit { version, .. } = &mut older else { panic!("not of credit") };
        *version = None;
        let refused = parameters_from(&older).unwrap_err().to_string();
        assert!(refused.starts_with("made by version 1 of the generator of Student-t"), "{refused}");
        let mut gaussian = set(None, paths(1), None).unwrap().generator().clone();
        assert!(parameters_from(&gaussian).is_ok());
        let Generator::Credit { version, .. } = &mut gaussian else { panic!("not of credit") };
        *version = Some(STUDENT_T_VERSION);
        assert!(matches!(parameters_from(&gaussian), Err(Problem::GeneratorVersion { found: 2, needed: 1, .. })));
        assert!(model_of("1", None).is_err() && model_of("-0.1", None).is_err() && model_of("0.1", Some("0")).is_err());
    }

    /// The bytes are part of what a claim names: every platform makes these.
    #[test]
    fn the_digests_of_small_sets_are_known() {
        let digest = |degrees, source, slots| hex::encode(file::digest(&set(degrees, source, slots).unwrap()));
        let paths = FactorSource::Paths { paths: 25, seed: [7; 32] };
        assert_eq!(
            digest(None, FactorSource::Nodes(16), None),
            "6939bef8d166678e8158baf1a8514f263201888884bf6e53fd9a18d720f7d8c5"
        );
        assert_eq!(digest(None, paths, Some(2)), "0696b991885c6e1e3e023317ae25b552551696fdef3ddce91b5b77d8d93964b6");
        assert_eq!(
            digest(Some("4"), FactorSource::Nodes(16), None),
            "d2aabf8b01b4ec5bb2359ebe96fbb1e2c3538a48f175a79f7a9f72fb009a3171"
        );
        assert_eq!(
            digest(Some("4.5"), paths, Some(2)),
            "df512ec9c469c0c40f6266fd3317f2cd61637c455d4d45a34dd3fba30bbeb237"
        );
    }

    /// All but the seed is the deal's, where the deal says it.
    #[test]
    fn what_a_deal_says_of_its_scenarios_is_kept() {
        let text =
            format!("{DEAL}[scenarios]\nmodel = \"student-t\"\ndegrees = 4.0\nrho = 0.20\npaths = 5\ngranular = 2\n");
        let deal = Deal::from_toml("d.toml", &text).unwrap();
        let agreed = CreditParameters {
            rho: "0.2".into(),
            degrees: Some("4".into()),
            source: FactorSource::Paths { paths: 5, seed: [1; 32] },
            slots: Some(2),
        };
        let made = |parameters: &CreditParameters| credit_scenarios(&deal, parameters);
        made(&agreed).unwrap();
        made(&CreditParameters { source: FactorSource::Paths { paths: 5, seed: [2; 32] }, ..agreed.clone() }).unwrap();
        for other in [
            CreditParameters { rho: "0.21".into(), ..agreed.clone() },
            CreditParameters { degrees: Some("5".into()), ..agreed.clone() },
            CreditParameters { degrees: None, ..agreed.clone() },
            CreditParameters { source: FactorSource::Paths { paths: 6, seed: [1; 32] }, ..agreed.clone() },
            CreditParameters { source: FactorSource::Nodes(5), slots: None, ..agreed.clone() },
            CreditParameters { slots: Some(3), ..agreed.clone() },
            CreditParameters { slots: None, ..agreed.clone() },
        ] {
            let error = made(&other).unwrap_err().to_string();
            assert!(
                error.contains(
                    "of a student-t copula with 4.0 degrees of freedom, rho 0.20, 5 paths, granular of 2 loans"
                ),
                "{error}"
            );
        }
    }
}
