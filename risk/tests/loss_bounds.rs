//! Bounds of losses beside the losses of the large pool, on the real tapes of the shipped deals.
//! The tapes lie beside the repository (`../shared/data`); without them the tests say that they
//! were skipped. With `--nocapture` they print the table of the documentation.
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]

use std::path::Path;

use tailproof_core::ScenarioSet;
use tailproof_core::distributions::normal;
use tailproof_core::pool::assumptions::{CreditParameters, FactorSource, model_of};
use tailproof_core::pool::claims::evaluate_all;
use tailproof_core::pool::copula::Node;
use tailproof_core::pool::{Deal, LoanPool, PoolFigures};
use tailproof_core::scenarios::credit::credit_scenarios;
use tailproof_risk::presets::deals::deal;
use tailproof_risk::tape::{Mapping, read_tape_under};

const RHO: &str = "0.1";

/// Returns a deal's text without its table `[scenarios]`, so that any will do.
fn without_scenarios(text: &str) -> String {
    let start = text.find("[scenarios]").unwrap();
    let end = start + text[start..].find("[[tranche]]").unwrap();
    format!("{}{}", &text[..start], &text[end..])
}

/// A shipped deal with the balances of a real tape by grade.
struct Case {
    text: &'static str,
    exposures: Vec<i64>,
    pool: LoanPool,
}

impl Case {
    /// Returns a shipped deal over its tape, if the tape is there.
    fn read(name: &str, mapping: &str, tape: &str) -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let Ok(bytes) = std::fs::read(root.join("../../shared/data").join(tape)) else {
            println!("skipped: {tape} is not beside the repository");
            return None;
        };
        let mapping = std::fs::read_to_string(root.join("data/mappings").join(mapping)).unwrap();
        let mapping = Mapping::from_toml("mapping", &mapping).unwrap();
        let text = deal(name).unwrap();
        let deal = Deal::from_toml(name, text).unwrap();
        let schema = deal.require_schema().unwrap();
        let tape = read_tape_under(tape, &bytes[..], &mapping, schema).unwrap().tape;
        let pool = LoanPool::new(&tape, schema).unwrap();
        let exposures = pool.exposures(deal.bucket_assumptions().unwrap().len());
        Some(Self { text, exposures, pool })
    }

    fn consumer() -> Option<Self> {
        Self::read("consumer-2018", "lending-club-2018.toml", "loans_lendingclub_2018_10000.csv")
    }

    fn cdx() -> Option<Self> {
        Self::read("cdx-na-ig-s7", "cdx-na-ig-s7.toml", "cdx_na_ig_s7_cds_spreads.csv")
    }

    /// Returns the deal with texts in place of others, with another number of rows.
    fn deal(&self, changes: &[(&str, &str)]) -> Deal {
        let mut text = without_scenarios(self.text);
        for (from, to) in changes {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        Deal::from_toml("deal", &text).unwrap()
    }

    /// Returns whether the claim holds whose sentence begins so, and its figure in per cent.
    fn claim(&self, deal: &Deal, set: &ScenarioSet, begins: &str) -> (bool, f64) {
        let figures = deal.terms().unwrap().evaluate(set, &self.exposures);
        let found = figures.iter().find(|figure| figure.sentence.starts_with(begins)).unwrap();
        (found.holds, found.figure.trim_end_matches(" %").parse().unwrap())
    }

    /// The share of the balance that is lost at a node.
    fn loss(&self, deal: &Deal, degrees: Option<&str>, node: &Node) -> f64 {
        let model = model_of(RHO, degrees).unwrap();
        let balance: i64 = self.exposures.iter().sum();
        let of = |((probability, lgd), exposure): ((f64, f64), &i64)| {
            let threshold = model.threshold(probability).unwrap();
            *exposure as f64 / balance as f64 * lgd * model.conditional(threshold, node)
        };
        deal.bucket_assumptions().unwrap().into_iter().zip(&self.exposures).map(of).sum()
    }

    /// Losses at many nodes, the largest first, with their weights.
    fn losses(&self, deal: &Deal, degrees: Option<&str>) -> Vec<(f64, f64)> {
        let model = model_of(RHO, degrees).unwrap();
        let thresholds: Vec<f64> = deal
            .bucket_assumptions()
            .unwrap()
            .iter()
            .map(|(probability, _)| model.threshold(*probability).unwrap())
            .collect();
        let balance: i64 = self.exposures.iter().sum();
        let assumptions = deal.bucket_assumptions().unwrap();
        let at = |node: &Node| -> f64 {
            (0..thresholds.len())
                .map(|bucket| {
                    let share = self.exposures[bucket] as f64 / balance as f64;
                    share * assumptions[bucket].1 * model.conditional(thresholds[bucket], node)
                })
                .sum()
        };
        let count = if degrees.is_some() { 2_001 } else { 100_001 };
        let mut all: Vec<(f64, f64)> = model.nodes(count).iter().map(|node| (at(node), node.weight)).collect();
        all.sort_by(|left, right| right.0.total_cmp(&left.0));
        all
    }

    /// The probability of a loss above a share of the balance.
    fn exact_hit(&self, deal: &Deal, above: f64) -> f64 {
        let (mut low, mut high) = (-9.0, 9.0);
        for _ in 0..80 {
            let factor = 0.5 * (low + high);
            let node = Node { weight: 1.0, factor, mixing: 1.0 };
            if self.loss(deal, None, &node) > above { low = factor } else { high = factor }
        }
        normal::cdf(0.5 * (low + high))
    }
}

fn set(deal: &Deal, degrees: Option<&str>, rows: usize) -> ScenarioSet {
    let parameters = CreditParameters {
        rho: RHO.into(),
        degrees: degrees.map(str::to_owned),
        source: FactorSource::Nodes(rows),
        slots: None,
    };
    credit_scenarios(deal, &parameters).unwrap()
}

fn mean_between(losses: &[(f64, f64)], low: f64, high: f64) -> f64 {
    losses.iter().map(|(loss, weight)| (loss.min(high) - low).max(0.0) * weight).sum::<f64>() / (high - low)
}

/// The mean of the worst losses of so much weight, of a piece.
fn shortfall(losses: &[(f64, f64)], tail: f64, low: f64, high: f64) -> f64 {
    let (mut left, mut sum) = (tail, 0.0);
    for (loss, weight) in losses {
        let taken = weight.min(left);
        sum += taken * ((loss.min(high) - low).max(0.0));
        left -= taken;
    }
    sum / tail / (high - low)
}

/// The probability of a hit is exact, whatever the number of rows: it holds a hundredth of a per
/// cent above the exact figure, and not below it.
#[test]
fn hits_of_the_shipped_deals_are_exact_at_every_number_of_rows() {
    for (case, tranche, attachment, old, [refused, held], exact) in [
        (Case::consumer(), "mezzanine", 0.3, "hit = 0.2", ["hit = 0.0510", "hit = 0.0511"], 5.105),
        (Case::cdx(), "3-7", 0.03, "hit = 0.3", ["hit = 0.1350", "hit = 0.1351"], 13.501),
    ] {
        let Some(case) = case else { return };
        let hit = case.exact_hit(&case.deal(&[]), attachment) * 100.0;
        assert!((hit - exact).abs() < 5e-4, "{tranche}: {hit}");
        let claim = format!("tranche {tranche}: probability");
        for rows in [24, 48, 64, 65, 72, 80, 256, 1_024] {
            for (limit, holds) in [(refused, false), (held, true)] {
                let deal = case.deal(&[(old, limit)]);
                let found = case.claim(&deal, &set(&deal, None, rows), &claim);
                assert_eq!(found.0, holds, "{tranche} {limit} at {rows} rows: {found:?}");
            }
        }
        // The quadratures of before went to both sides.
        let deal = case.deal(&[]);
        let by_quadrature = |nodes| {
            let source = FactorSource::Quadrature(nodes);
            let parameters = CreditParameters { rho: RHO.into(), degrees: None, source, slots: None };
            case.claim(&deal, &credit_scenarios(&deal, &parameters).unwrap(), &claim).1
        };
        let found: Vec<f64> = [24, 48, 64, 65, 72, 80].into_iter().map(by_quadrature).collect();
        assert!(found.iter().any(|hit| *hit < exact) && found.iter().any(|hit| *hit > exact), "{found:?}");
        println!("{tranche}: exact {hit:.4} %, quadratures of 24, 48, 64, 65, 72, 80 nodes: {found:?}");
    }
}

/// Figures of the documentation: bound and exact figure by number of rows.
#[test]
fn expected_losses_of_the_shipped_deals_come_near_with_rows() {
    let (Some(consumer), Some(cdx)) = (Case::consumer(), Case::cdx()) else { return };
    let pieces = [(&consumer, "mezzanine", 0.3, 0.5), (&consumer, "senior", 0.5, 1.0), (&cdx, "3-7", 0.03, 0.07)];
    for (case, name, low, high) in pieces {
        let deal = case.deal(&[]);
        let losses = case.losses(&deal, None);
        let exact = mean_between(&losses, low, high) * 100.0;
        let mut before = f64::INFINITY;
        for rows in [64, 128, 256, 1_024] {
            let found = case.claim(&deal, &set(&deal, None, rows), &format!("tranche {name}: expected loss")).1;
            println!("{name} expected loss, {rows} rows: {found:.4} %, exact {exact:.4} %");
            assert!(found >= exact && found < before, "{name} {rows}: {found} {exact}");
            before = found;
        }
        if name == "mezzanine" {
            assert!((exact - 1.032).abs() < 5e-4, "{exact}");
            // A limit on the hit at the figure itself makes the kink of the tranche a breakpoint.
            let deal = case.deal(&[("hit = 0.2", "hit = 0.0511")]);
            for (rows, known) in [(64, 1.171), (256, 1.065), (1_024, 1.040)] {
                let found = case.claim(&deal, &set(&deal, None, rows), "tranche mezzanine: expected loss").1;
                println!("mezzanine expected loss with its hit at 5.11 %, {rows} rows: {found:.4} %");
                assert!((found - known).abs() < 5e-3, "{rows}: {found}");
            }
        }
    }
    let deal = consumer.deal(&[]);
    let losses = consumer.losses(&deal, None);
    for (name, low, high) in [("mezzanine", 0.3, 0.5), ("senior", 0.5, 1.0)] {
        let exact = shortfall(&losses, 0.01, low, high) * 100.0;
        for rows in [64, 256, 1_024] {
            let found = consumer.claim(&deal, &set(&deal, None, rows), &format!("tranche {name}: 99 %")).1;
            println!("{name} 99 % CVaR, {rows} rows: {found:.4} %, exact {exact:.4} %");
            assert!(found >= exact, "{name} {rows}: {found} {exact}");
        }
    }
    let exact = mean_between(&losses, 0.0, 1.0) * 100.0;
    for rows in [64, 256, 1_024] {
        let found = consumer.claim(&deal, &set(&deal, None, rows), "expected loss of the pool").1;
        println!("pool expected loss, {rows} rows: {found:.4} %, exact {exact:.4} %");
        assert!(found >= exact, "{found} {exact}");
    }
}

#[test]
fn student_t_bounds_of_a_shipped_deal_come_near_with_rows() {
    let Some(case) = Case::consumer() else { return };
    let deal = case.deal(&[]);
    for degrees in ["4", "10"] {
        let losses = case.losses(&deal, Some(degrees));
        let hit = losses.iter().filter(|(loss, _)| *loss > 0.3).map(|(_, weight)| weight).sum::<f64>() * 100.0;
        let exact = mean_between(&losses, 0.3, 0.5) * 100.0;
        let mut before = f64::INFINITY;
        for rows in [256, 512, 1_024, 4_096] {
            let made = set(&deal, Some(degrees), rows);
            let found_hit = case.claim(&deal, &made, "tranche mezzanine: probability").1;
            let found = case.claim(&deal, &made, "tranche mezzanine: expected loss").1;
            println!(
                "t of {degrees}, {rows} rows: hit {found_hit:.3} % (exact {hit:.3}), expected loss {found:.3} % (exact {exact:.3})"
            );
            assert!(found_hit >= hit * 0.999 && found >= exact && found < before, "{degrees} {rows}");
            before = found;
        }
    }
}

/// The bound of the pool itself, under the deal's cap on obligors, is looser than that of the
/// limit.
#[test]
fn finite_bounds_of_a_shipped_deal_are_measured() {
    let Some(case) = Case::consumer() else { return };
    let deal = case.deal(&[]);
    let cap = deal.obligor_cap().unwrap();
    for failure in [100, 1_000, 10_000] {
        for rows in [64, 256, 1_024] {
            let source = FactorSource::Finite { rows, failure, cap };
            let parameters = CreditParameters { rho: RHO.into(), degrees: None, source, slots: None };
            let made = credit_scenarios(&deal, &parameters).unwrap();
            let hit = case.claim(&deal, &made, "tranche mezzanine: probability").1;
            let loss = case.claim(&deal, &made, "tranche mezzanine: expected loss").1;
            println!("finite, failure {failure}, {rows} rows: hit {hit:.3} %, expected loss {loss:.3} %");
            assert!(hit > 5.105 && hit < 13.0, "{failure} {rows}: {hit}");
        }
    }
}

/// The expected loss of a pool is linear in its balances by grade, so that a coverage test states
/// it without scenarios, and exactly: what is left of each grade is at least what the limit leaves.
#[test]
fn the_expected_loss_of_a_pool_is_a_coverage_test() {
    let Some(case) = Case::consumer() else { return };
    let deal = case.deal(&[]);
    let assumptions = deal.bucket_assumptions().unwrap();
    let balance: i64 = case.exposures.iter().sum();
    let lost = assumptions.iter().zip(&case.exposures).map(|((pd, lgd), owed)| pd * lgd * *owed as f64);
    let exact = lost.sum::<f64>() / balance as f64;
    let values: Vec<String> = ["A", "B", "C", "D", "E", "F", "G"]
        .iter()
        .zip(&assumptions)
        .map(|(grade, (pd, lgd))| format!("{grade} = {:.6}", 1.0 - pd * lgd))
        .collect();
    let start = case.text.find("[overcollateralisation]").unwrap();
    let end = case.text.find("# They are due").unwrap();
    for (limit, holds) in [(exact - 2e-7, false), (exact + 2e-7, true)] {
        let table = format!(
            "[overcollateralisation]\nnotes_share = 1\nratio = {:.9}\nvalue = {{ {} }}\n\n",
            1.0 - limit,
            values.join(", ")
        );
        let deal = Deal::from_toml("deal", &format!("{}{table}{}", &case.text[..start], &case.text[end..])).unwrap();
        let figures = evaluate_all(deal.claims(), &PoolFigures::new(&case.pool), deal.schema().unwrap());
        let claim = figures.iter().find(|figure| figure.sentence.contains("is worth")).unwrap();
        assert_eq!(claim.holds, holds, "{limit}: {}", claim.figure);
    }
}
