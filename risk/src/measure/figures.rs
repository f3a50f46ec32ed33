//! The exact figures of a book at several confidences.

use ethnum::I256;
use tailproof_core::measures::{exposures, losses, shortfall_numerator, value_at_risk, value_at_risk_rank};
use tailproof_core::{Amount, Confidence, Positions, ScenarioSet, TailMass};

/// Value at risk and expected shortfall at one confidence, in currency, losses positive, rounded up
/// to a millionth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// the confidence
    pub confidence: Confidence,
    /// value at risk
    pub var: Amount,
    /// expected shortfall
    pub cvar: Amount,
    /// which of the worst scenarios value at risk is, 1 for the worst
    pub rank: usize,
    /// the scenario that it is, the first of equal ones
    pub scenario: usize,
}

/// The figures of a book over a set, with its losses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookFigures {
    /// net asset value
    pub nav: Amount,
    /// sum of the magnitudes of the exposures
    pub gross: Amount,
    /// largest loss of a scenario that has weight
    pub worst: Amount,
    /// that scenario
    pub worst_scenario: usize,
    /// scenarios that have weight: value at risk is one of them
    pub counted: usize,
    /// figures, in the order of the confidences
    pub levels: Vec<Level>,
    /// the loss of each scenario, in loss units
    pub losses: Vec<i128>,
}

/// Returns the figures of a book at each of `confidences`: those that proofs compare.
///
/// # Panics
/// If the positions are over another number of factors than the set.
pub fn book_figures(set: &ScenarioSet, positions: &Positions, confidences: &[Confidence]) -> BookFigures {
    let (unit, weights) = (positions.unit(), set.weights());
    let losses = losses(set, positions);
    let amount = |loss: i128| Amount::from_loss(I256::from(loss), I256::ONE, unit);
    let weighted = || (0..losses.len()).filter(|scenario| weights[*scenario] > 0);
    // The first of equal ones: `max_by_key` takes the last.
    let worst_scenario = weighted().rev().max_by_key(|scenario| losses[*scenario]).unwrap_or(0);
    let level = |confidence: &Confidence| {
        let tail = TailMass::new(*confidence, set.total_weight());
        let threshold = value_at_risk(&losses, weights, tail);
        let shortfall = shortfall_numerator(&losses, weights, tail, threshold);
        Level {
            confidence: *confidence,
            var: amount(threshold),
            cvar: Amount::from_loss(shortfall, I256::from(tail.numerator()), unit),
            rank: value_at_risk_rank(&losses, weights, tail),
            scenario: weighted().find(|scenario| losses[*scenario] == threshold).unwrap_or(0),
        }
    };
    let levels = confidences.iter().map(level).collect();
    BookFigures {
        nav: Amount::from_units(i128::from(positions.nav()), unit),
        gross: Amount::from_units(
            exposures(positions, |column| set.is_exposure(column)).iter().map(|exposure| exposure.abs()).sum(),
            unit,
        ),
        worst: amount(losses[worst_scenario]),
        worst_scenario,
        counted: weighted().count(),
        levels,
        losses,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_core::Unit;
    use tailproof_core::measures::risk_figures;
    use tailproof_core::scenarios::generator::Generator;

    #[test]
    fn figures_at_several_confidences_are_those_of_each() {
        let generator = Generator::Custom { description: "test".into() };
        let labels = (0..10).map(|at| format!("day {at}")).collect();
        let entries = [5, -3, 9, -3, 0, 1, -8, -8, 2, -20].map(|step| step << 16).to_vec();
        let weights = vec![1, 1, 1, 1, 1, 1, 1, 1, 1, 0];
        let set = ScenarioSet::new(generator, vec!["A".into()], labels, None, weights, entries).unwrap();
        let positions = Positions::new(Unit::CENT, vec![1_000_000], 7).unwrap();
        let confidences = ["0.95", "0.75", "0.5"].map(|level| level.parse().unwrap());
        let found = book_figures(&set, &positions, &confidences);
        for (level, confidence) in found.levels.iter().zip(confidences) {
            let one = risk_figures(&set, &positions, confidence);
            assert_eq!((level.var, level.cvar), (one.var, one.cvar));
            assert_eq!((found.worst, found.gross, found.nav), (one.worst, one.gross, one.nav));
        }
        // Nine have weight. Two of them are the worst, and equal: the first counts.
        let places: Vec<(usize, usize)> = found.levels.iter().map(|level| (level.rank, level.scenario)).collect();
        assert_eq!((found.counted, found.worst_scenario, places), (9, 6, vec![(1, 6), (3, 1), (5, 4)]));
    }
}
