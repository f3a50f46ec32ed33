//! Credit scenarios: public sets over the buckets of a deal, whose entries are minus the share of
//! an exposure that is lost.
//!
//! * *Nodes*: rows that bound the losses of the pool from above, in the limit of many small loans:
//!   see the modules `grid`, `bound` and `student_t`.
//! * *Paths*: values of the common factor drawn from a public seed, of weight one. In the same
//!   limit a bucket loses its conditional probability of default times its loss given default. They
//!   estimate, and bound nothing.
//! * *Granular*: one column for each slot and bucket. A slot defaults, by its own draw, or does
//!   not; the loan in it loses all of the loss given default of its bucket, or nothing.
//! * *Quadrature*: values of the common factor with the weights of a trapezoidal rule, as versions
//!   before made them. They bound nothing, and are made only to compare with older sets.
//!
//! Entries of paths and quadratures are rounded away from zero, so that the loss of a path is
//! overstated by at most 2^-20 of the exposure and never understated.

mod bound;
mod bucket;
mod finite;
pub mod grid;
#[cfg(test)]
mod soundness;
mod student_t;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::draws::Draws;
use crate::error::Problem;
use crate::fixed_point::{FRACTION_BITS, MAX_FACTORS, MAX_SCENARIOS, MAX_WEIGHT};
use crate::pool::assumptions::{CreditParameters, FactorSource, model_of};
use crate::pool::copula::{FactorModel, Node};
use crate::pool::deal::Deal;
use crate::pool::schema::Category;
use crate::scenarios::generator::{CREDIT_BOUND_VERSION, Finite, Generator, STUDENT_T_VERSION};
use crate::scenarios::set::ScenarioSet;
use crate::text::{parse_decimal, to_f64};

/// Largest magnitude of the common factor at a node.
const WIDTH: f64 = 5.2;

/// Makes a set over the grades of a deal's tape. Rows of a bound are exact at the limits of the
/// deal's claims on losses.
///
/// # Errors
/// Parameters of no model; a deal without probabilities of default for its grades, or that states
/// other parameters; a limit that no weight states; fewer rows than the limits take; defaults of
/// single loans over nodes; sizes beyond those of a set.
pub fn credit_scenarios(deal: &Deal, parameters: &CreditParameters) -> Result<ScenarioSet, Problem> {
    deal.scenarios().map_or(Ok(()), |agreed| agreed.check(parameters))?;
    let breakpoints = match parameters.source {
        FactorSource::Nodes(_) | FactorSource::Finite { .. } => deal.terms().map(grid::breakpoints).transpose()?,
        _ => None,
    };
    make(deal, parameters, breakpoints)
}

/// Makes the set again that a header names, from a deal: its own breakpoints, which other limits
/// of the deal do not change.
///
/// # Errors
/// A header that no set of this module has, or that names no credit scenarios; the errors of
/// [`credit_scenarios`].
pub fn remade(deal: &Deal, header: &Generator) -> Result<ScenarioSet, Problem> {
    let parameters = parameters_from(header)?.ok_or(Problem::CreditHeader("is not one of credit scenarios"))?;
    deal.scenarios().map_or(Ok(()), |agreed| agreed.check(&parameters))?;
    let Generator::Credit { breakpoints, .. } = header else { return Err(Problem::CreditHeader("is another")) };
    make(deal, &parameters, breakpoints.clone())
}

/// Makes a set with these breakpoints.
fn make(deal: &Deal, parameters: &CreditParameters, breakpoints: Option<Vec<u32>>) -> Result<ScenarioSet, Problem> {
    let model = model_of(&parameters.rho, parameters.degrees.as_deref())?;
    let header = header(deal, parameters, breakpoints.clone())?;
    let factors = factors(deal.require_schema()?.names(Category::Grade), parameters.slots);
    let bounded = match parameters.source {
        FactorSource::Nodes(rows) => Some((rows, None)),
        FactorSource::Finite { rows, failure, cap } => {
            check_finite(deal, parameters, failure, cap)?;
            Some((rows, Some((cap, failure))))
        }
        _ => None,
    };
    if let Some((rows, finite)) = bounded {
        if parameters.slots.is_some() {
            return Err(Problem::SlotsOverNodes);
        }
        let (assumptions, rho) = (deal.bucket_assumptions()?, &parameters.rho);
        let breakpoints = breakpoints.unwrap_or_default();
        let degrees = parameters.degrees.as_deref().map(parse_decimal).transpose()?.map(to_f64);
        let made = match degrees {
            None => bound::gaussian_rows(&assumptions, rho, rows, &breakpoints, finite)?,
            Some(degrees) => student_t::student_t_rows(&assumptions, degrees, rho, rows, &breakpoints)?,
        };
        let labels = (1..=made.weights.len()).map(|row| row.to_string()).collect();
        return ScenarioSet::new(header, factors, labels, None, made.weights, made.entries);
    }
    let buckets = Buckets::new(deal, &model)?;
    let (nodes, mut draws) = sample(&model, parameters.source)?;
    check_slots(parameters, buckets.thresholds.len())?;
    let heaviest = nodes.iter().map(|node| node.weight).fold(0.0, f64::max);
    let (mut labels, mut weights, mut entries) = (Vec::new(), Vec::new(), Vec::new());
    for (index, node) in nodes.iter().enumerate() {
        let node = draws.as_mut().map_or(*node, |draws| model.draw(draws));
        let weight = if draws.is_some() { 1 } else { integer_weight(node.weight / heaviest) };
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
    ScenarioSet::new(header, factors, labels, None, weights, entries)
}

/// Most weight with which a bound of finitely many obligors may fail: 1 %.
pub const MOST_FAILURE: u32 = grid::TOTAL_WEIGHT / 100;

/// Checks that a deal claims the cap that a bound of finitely many obligors rests on.
fn check_finite(deal: &Deal, parameters: &CreditParameters, failure: u32, cap: u64) -> Result<(), Problem> {
    if parameters.degrees.is_some() {
        return Err(Problem::CreditHeader("bounds finitely many obligors, and its copula is not Gaussian"));
    }
    if !(1..=MOST_FAILURE).contains(&failure) {
        let failure = failure as usize;
        return Err(out_of_range("the failure, in weights of 10^7,", failure, &format!("1 to {MOST_FAILURE}")));
    }
    match deal.obligor_cap() {
        Some(claimed) if claimed <= cap => Ok(()),
        _ => Err(Problem::NoObligorCap),
    }
}

/// Returns the nodes of a quadrature; or as many places as there are paths, with the draws that
/// fill them.
fn sample(model: &FactorModel, source: FactorSource) -> Result<(Vec<Node>, Option<Draws>), Problem> {
    match source {
        FactorSource::Quadrature(count) if (3..=MAX_SCENARIOS).contains(&count) => {
            Ok((model.nodes_within(count, WIDTH), None))
        }
        FactorSource::Nodes(count) | FactorSource::Quadrature(count) | FactorSource::Finite { rows: count, .. } => {
            Err(out_of_range("the number of nodes", count, &format!("3 to {MAX_SCENARIOS}")))
        }
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
    if !matches!(parameters.source, FactorSource::Paths { .. }) {
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
        // Loans in default have the probability one.
        let threshold = |probability: f64| {
            if probability < 1.0 { model.threshold(probability) } else { Ok(f64::INFINITY) }
        };
        let thresholds = assumptions.iter().map(|(probability, _)| threshold(*probability));
        let thresholds = thresholds.collect::<Result<_, _>>()?;
        Ok(Self { thresholds, losses: assumptions.into_iter().map(|(_, loss)| loss).collect() })
    }

    /// Returns the probabilities of default at a node.
    fn conditional(&self, model: &FactorModel, node: &Node) -> Vec<f64> {
        let conditional = |threshold: f64| if threshold.is_finite() { model.conditional(threshold, node) } else { 1.0 };
        self.thresholds.iter().map(|threshold| conditional(*threshold)).collect()
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
fn header(deal: &Deal, parameters: &CreditParameters, breakpoints: Option<Vec<u32>>) -> Result<Generator, Problem> {
    let (nodes, paths, seed) = match parameters.source {
        FactorSource::Nodes(nodes) | FactorSource::Quadrature(nodes) | FactorSource::Finite { rows: nodes, .. } => {
            (Some(nodes), None, None)
        }
        FactorSource::Paths { paths, seed } => (None, Some(paths), Some(hex::encode(seed))),
    };
    let is_bound = matches!(parameters.source, FactorSource::Nodes(_) | FactorSource::Finite { .. });
    let finite = match parameters.source {
        FactorSource::Finite { failure, cap, .. } => Some(Finite { failure, obligor_max: cap }),
        _ => None,
    };
    Ok(Generator::Credit {
        model: model_name(parameters.degrees.as_deref()).to_owned(),
        version: if is_bound { Some(CREDIT_BOUND_VERSION) } else { version_of(parameters.degrees.as_deref()) },
        degrees_of_freedom: parameters.degrees.clone(),
        rho: parameters.rho.clone(),
        nodes,
        breakpoints: breakpoints.filter(|breakpoints| is_bound && !breakpoints.is_empty()),
        finite,
        paths,
        seed,
        slots: parameters.slots,
        assumptions_sha256: hex::encode(deal.assumptions_digest()?),
    })
}

fn model_name(degrees: Option<&str>) -> &'static str {
    if degrees.is_some() { "student-t" } else { "gaussian" }
}

/// Version of the generator of paths and quadratures of a model, as headers state it.
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
    let Generator::Credit {
        model,
        version,
        degrees_of_freedom,
        rho,
        nodes,
        breakpoints,
        finite,
        paths,
        seed,
        slots,
        ..
    } = generator
    else {
        return Ok(None);
    };
    let degrees = degrees_of_freedom.as_deref();
    if model != model_name(degrees) {
        return Err(Problem::CreditHeader("names a model that does not go with its degrees of freedom"));
    }
    let is_bound = nodes.is_some() && *version == Some(CREDIT_BOUND_VERSION);
    if !is_bound && *version != version_of(degrees) {
        let (found, needed) = (version.unwrap_or(1), version_of(degrees).unwrap_or(1));
        let needed = if nodes.is_some() { CREDIT_BOUND_VERSION } else { needed };
        let generator = if degrees.is_none() { "Gaussian credit scenarios" } else { "Student-t credit scenarios" };
        return Err(Problem::GeneratorVersion { generator, found, needed });
    }
    if (breakpoints.is_some() || finite.is_some()) && !is_bound {
        return Err(Problem::CreditHeader("has breakpoints, and is not of a bound"));
    }
    grid::check_breakpoints(breakpoints.as_deref().unwrap_or_default())?;
    model_of(rho, degrees)?;
    let source = match (nodes, paths, seed) {
        (Some(nodes), None, None) if is_bound => match finite {
            None => FactorSource::Nodes(*nodes),
            Some(Finite { failure, obligor_max }) => {
                FactorSource::Finite { rows: *nodes, failure: *failure, cap: *obligor_max }
            }
        },
        (Some(nodes), None, None) => FactorSource::Quadrature(*nodes),
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

    /// Loans in default lose their loss given default in every row, and change no other column.
    #[test]
    fn loans_in_default_lose_all_in_every_row() {
        let defaulted = DEAL
            .replace("[\"A\", \"B\"]", "[\"A\", \"defaulted\", \"B\"]")
            .replace(
                "columns = [",
                "version = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\ncolumns = [\"status\", ",
            )
            .replace("[claims]", "[tape.status]\ndefault = [\"default\"]\n[claims]")
            .replace("other = 0.5", "other = 0.5\ndefaulted = 0.75");
        let with = Deal::from_toml("d.toml", &defaulted).unwrap();
        let without = Deal::from_toml("d.toml", DEAL).unwrap();
        let paths = FactorSource::Paths { paths: 20, seed: [7; 32] };
        let nodes = FactorSource::Nodes(300);
        for (degrees, rho, source, slots) in [
            (None, "0.2", nodes, None),
            (None, "0", nodes, None),
            (Some("4"), "0.2", nodes, None),
            (Some("4"), "0", nodes, None),
            (None, "0.2", paths, None),
            (Some("4"), "0.2", paths, None),
            (None, "0.2", paths, Some(2)),
        ] {
            let parameters = CreditParameters { rho: rho.into(), degrees: degrees.map(str::to_owned), source, slots };
            let of = |deal: &Deal| credit_scenarios(deal, &parameters).unwrap();
            let (with, without) = (of(&with), of(&without));
            assert_eq!(with.weights(), without.weights());
            let is_of_default = |column: &usize| column % 3 == 1;
            for row in 0..with.scenarios() {
                let columns = || with.row(row).iter().copied().enumerate();
                let full = 3 << (FRACTION_BITS - 2);
                let lost: Vec<i32> = columns().filter(|(column, _)| is_of_default(column)).map(|(_, e)| e).collect();
                assert!(lost.iter().all(|entry| (full..=full + 2).contains(&-entry)), "{lost:?}");
                let others: Vec<i32> = columns().filter(|(column, _)| !is_of_default(column)).map(|(_, e)| e).collect();
                assert_eq!(others, without.row(row));
            }
        }
    }

    /// Weighted means of entries are probabilities of default times losses given default, but for
    /// rounding and sampling.
    #[test]
    fn mean_losses_are_those_of_the_buckets() {
        let paths = FactorSource::Paths { paths: 4_000, seed: [7; 32] };
        for (degrees, source, slots, tolerance) in [
            (None, FactorSource::Quadrature(64), None, 3e-6),
            (Some("4"), FactorSource::Quadrature(64), None, 1e-4),
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
    fn means_over_few_rows_are_overstated() {
        let deal = Deal::from_toml("d.toml", DEAL).unwrap();
        let off = |nodes| worst_mean(&deal, &set(None, FactorSource::Nodes(nodes), None).unwrap()).unwrap().unwrap().1;
        assert!(off(1_024) > 0.0 && off(1_024) < 0.01 && off(16) > 0.2, "{} {}", off(1_024), off(16));
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
        let few = set(Some("4"), FactorSource::Nodes(255), None).unwrap_err().to_string();
        assert!(few.contains("256 to 65536"), "{few}");
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
            digest(None, FactorSource::Quadrature(16), None),
            "6939bef8d166678e8158baf1a8514f263201888884bf6e53fd9a18d720f7d8c5"
        );
        assert_eq!(digest(None, paths, Some(2)), "0696b991885c6e1e3e023317ae25b552551696fdef3ddce91b5b77d8d93964b6");
        assert_eq!(
            digest(Some("4"), FactorSource::Quadrature(16), None),
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
            CreditParameters { source: FactorSource::Quadrature(5), slots: None, ..agreed.clone() },
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
