//! Claims about the losses of a pool's tranches over a public set of credit scenarios, in exact
//! integers.
//!
//! The loss in scenario t is `l_t = -sum_b S[t,b] x[b]` over exposures x by bucket, in units times
//! 2^-20. Pieces of the notional B between attachment points are compared with `5^6 l_t`, in units
//! times 2^-20 5^6, where a point of a millionths is `a 2^14 B`: no rounding.

use ethnum::I256;

use crate::confidence::Confidence;
use crate::measures::{TailMass, value_at_risk};
use crate::pool::claims::{PoolClaimFigure, percent};
use crate::pool::schema::WHOLE;
use crate::scenarios::set::ScenarioSet;

/// One, in attachment points.
pub const NOTIONAL: u64 = 1_000_000;
/// Scale factor that brings losses to the unit of attachment points (5^6).
pub const LOSS_FACTOR: i64 = 15_625;
/// Binary scale factor of an attachment point times the balance.
pub const POINT_SHIFT: u32 = 14;

/// The limits on a piece of the notional, in billionths; [`WHOLE`] is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PieceLimits {
    /// limit on the expected loss, a share of the piece
    pub expected_loss: u64,
    /// limit on the probability that losses exceed the attachment
    pub hit: u64,
    /// limit on the expected shortfall, a share of the piece
    pub cvar: u64,
    /// confidence of the expected shortfall
    pub confidence: Option<Confidence>,
}

impl PieceLimits {
    /// No limits.
    pub const NONE: PieceLimits = PieceLimits { expected_loss: WHOLE, hit: WHOLE, cvar: WHOLE, confidence: None };

    /// The tail of the expected shortfall over a total weight.
    pub fn tail(&self, total_weight: u64) -> TailMass {
        self.confidence.map_or(TailMass::EVERYTHING, |confidence| TailMass::new(confidence, total_weight))
    }
}

/// A piece of the notional between two attachment points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// the tranche's name; none for a gap
    pub name: Option<String>,
    /// where it ends, in millionths of the notional; it begins where the one before ends
    pub detachment: u64,
    /// what is claimed
    pub limits: PieceLimits,
}

/// Pieces of the whole notional, in order, and a limit on the loss of all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrancheTerms {
    /// of the expected loss of the pool, in billionths of the notional
    pub expected_loss: u64,
    /// at least one; the last ends at [`NOTIONAL`]
    pub pieces: Vec<Piece>,
}

/// Figures of a piece, for display.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PieceShares {
    /// expected loss, a share of the piece
    pub expected_loss: f64,
    /// probability that losses exceed the attachment
    pub hit: f64,
    /// expected shortfall, a share of the piece; the expected loss where the piece has no confidence
    pub cvar: f64,
}

/// Exact figures of a piece, as fractions.
struct PieceFigures {
    width: I256,
    /// total weight times expected loss
    lost: I256,
    /// weight beyond the attachment
    beyond: u64,
    /// tail mass times expected shortfall
    shortfall: I256,
}

impl TrancheTerms {
    /// Where each piece begins and ends, in millionths.
    pub fn bounds(&self) -> Vec<(u64, u64)> {
        let ends = self.pieces.iter().map(|piece| piece.detachment);
        std::iter::once(0).chain(ends.clone()).zip(ends).collect()
    }

    /// Losses times [`LOSS_FACTOR`] over a set, of exposures by its factors.
    ///
    /// # Panics
    /// If there are not as many exposures as factors.
    fn scaled_losses(set: &ScenarioSet, exposures: &[i64]) -> Vec<i128> {
        assert_eq!(exposures.len(), set.factors().len(), "an exposure for each bucket");
        let loss = |scenario: usize| {
            let row = set.row(scenario).iter().zip(exposures);
            -row.map(|(entry, exposure)| i128::from(*entry) * i128::from(*exposure)).sum::<i128>()
        };
        (0..set.scenarios()).map(|scenario| loss(scenario) * i128::from(LOSS_FACTOR)).collect()
    }

    /// An attachment point in the unit of `TrancheTerms::scaled_losses`.
    pub fn point(millionths: u64, balance: u64) -> i128 {
        (i128::from(millionths) * i128::from(balance)) << POINT_SHIFT
    }

    /// For each piece, the threshold that is best for its expected shortfall: its value at risk,
    /// inside the piece.
    pub fn thresholds(&self, set: &ScenarioSet, exposures: &[i64]) -> Vec<i128> {
        let losses = Self::scaled_losses(set, exposures);
        let balance = total(exposures);
        let of_piece = |(piece, (low, high)): (&Piece, (u64, u64))| {
            let value_at_risk = value_at_risk(&losses, set.weights(), piece.limits.tail(set.total_weight()));
            value_at_risk.clamp(Self::point(low, balance), Self::point(high, balance))
        };
        self.pieces.iter().zip(self.bounds()).map(of_piece).collect()
    }

    fn figures(&self, set: &ScenarioSet, exposures: &[i64]) -> Vec<PieceFigures> {
        let losses = Self::scaled_losses(set, exposures);
        let balance = total(exposures);
        let weighted = |of: &dyn Fn(i128) -> i128| {
            let each = losses.iter().zip(set.weights());
            each.map(|(loss, weight)| I256::from(of(*loss)) * I256::from(*weight))
                .fold(I256::ZERO, |sum, term| sum + term)
        };
        let figures = |((piece, (low, high)), threshold): ((&Piece, (u64, u64)), i128)| {
            let (low, high) = (Self::point(low, balance), Self::point(high, balance));
            let tail = piece.limits.tail(set.total_weight());
            let beyond = losses.iter().zip(set.weights()).filter(|(loss, _)| **loss > low);
            let excess = weighted(&|loss| (loss.min(high) - threshold).max(0));
            PieceFigures {
                width: I256::from(high - low),
                lost: weighted(&|loss| loss.clamp(low, high) - low),
                beyond: beyond.map(|(_, weight)| u64::from(*weight)).sum(),
                shortfall: I256::from(tail.numerator()) * I256::from(threshold - low)
                    + I256::from(tail.denominator()) * excess,
            }
        };
        let thresholds = self.thresholds(set, exposures);
        self.pieces.iter().zip(self.bounds()).zip(thresholds).map(figures).collect()
    }

    /// The figures of each piece over a set, of exposures by its factors: those of its claims.
    ///
    /// # Panics
    /// If there are not as many exposures as factors.
    pub fn shares(&self, set: &ScenarioSet, exposures: &[i64]) -> Vec<PieceShares> {
        let weight = I256::from(set.total_weight());
        let share = |numerator: I256, denominator: I256| numerator.as_f64() / denominator.as_f64();
        let of = |(piece, figures): (&Piece, PieceFigures)| {
            let mass = I256::from(piece.limits.tail(set.total_weight()).numerator());
            PieceShares {
                expected_loss: share(figures.lost, figures.width * weight),
                hit: share(I256::from(figures.beyond), weight),
                cvar: share(figures.shortfall, figures.width * mass),
            }
        };
        self.pieces.iter().zip(self.figures(set, exposures)).map(of).collect()
    }

    /// Every claim with the pool's figure. Sentences say what the set's losses are.
    pub fn evaluate(&self, set: &ScenarioSet, exposures: &[i64]) -> Vec<PoolClaimFigure> {
        let weight = I256::from(set.total_weight());
        let whole = I256::from(WHOLE);
        let qualifier = set.generator().loss_qualifier();
        let mut found = Vec::new();
        let mut push = |sentence: Option<String>, numerator: I256, denominator: I256, limit: u64| {
            let holds = numerator * whole <= I256::from(limit) * denominator;
            let figure = format!("{:.7} %", numerator.as_f64() / denominator.as_f64() * 100.0);
            let sentence = sentence.map(|sentence| sentence + &qualifier);
            found.extend(sentence.map(|sentence| PoolClaimFigure { sentence, figure, holds }));
        };
        let figures = self.figures(set, exposures);
        let lost = figures.iter().fold(I256::ZERO, |sum, piece| sum + piece.lost);
        let notional = figures.iter().fold(I256::ZERO, |sum, piece| sum + piece.width);
        push(self.pool_sentence(), lost, notional * weight, self.expected_loss);
        for (piece, figures) in self.pieces.iter().zip(&figures) {
            let [expected_loss, hit, cvar] = piece.sentences();
            push(expected_loss, figures.lost, figures.width * weight, piece.limits.expected_loss);
            push(hit, I256::from(figures.beyond), weight, piece.limits.hit);
            let mass = I256::from(piece.limits.tail(set.total_weight()).numerator());
            push(cvar, figures.shortfall, figures.width * mass, piece.limits.cvar);
        }
        found
    }

    fn pool_sentence(&self) -> Option<String> {
        (self.expected_loss < WHOLE)
            .then(|| format!("expected loss of the pool at most {}", percent(self.expected_loss)))
    }

    /// All claims in words, which a set qualifies: see [`Generator::loss_qualifier`].
    ///
    /// [`Generator::loss_qualifier`]: crate::scenarios::Generator::loss_qualifier
    pub fn sentences(&self) -> Vec<String> {
        let of_pieces = self.pieces.iter().flat_map(|piece| piece.sentences().into_iter().flatten());
        self.pool_sentence().into_iter().chain(of_pieces).collect()
    }
}

impl Piece {
    /// Claims on expected loss, probability of a hit and expected shortfall in words, where there
    /// are any.
    fn sentences(&self) -> [Option<String>; 3] {
        let PieceLimits { expected_loss, hit, cvar, confidence } = self.limits;
        let name = self.name.as_deref().unwrap_or("between tranches");
        let limited = |limit: u64, text: String| (limit < WHOLE).then_some(text);
        [
            limited(expected_loss, format!("tranche {name}: expected loss at most {} of it", percent(expected_loss))),
            limited(hit, format!("tranche {name}: probability of a first unit of loss at most {}", percent(hit))),
            confidence.and_then(|confidence| {
                limited(cvar, format!("tranche {name}: {confidence} CVaR at most {} of it", percent(cvar)))
            }),
        ]
    }
}

fn total(exposures: &[i64]) -> u64 {
    exposures.iter().map(|exposure| exposure.unsigned_abs()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::generator::Generator;

    #[test]
    fn limits_at_the_figures_hold_and_a_billionth_less_does_not() {
        let confidence = Some(Confidence::from_millionths(800_000).unwrap());
        let limits = PieceLimits { confidence, ..PieceLimits::NONE };
        let piece = |name: &str, detachment| Piece { name: Some(name.into()), detachment, limits };
        // Losses of 0, 1/8, 3/8 and 1 of the pool; the pieces are a quarter and three.
        let pieces = vec![piece("equity", 250_000), piece("senior", NOTIONAL)];
        let mut terms = TrancheTerms { expected_loss: WHOLE, pieces };
        let entries = vec![0, -(1 << 17), -(3 << 17), -(1 << 20)];
        let names: Vec<String> = (0..4).map(|scenario| scenario.to_string()).collect();
        let set = ScenarioSet::new(
            Generator::Custom { description: "t".into() },
            vec!["A".into()],
            names,
            None,
            vec![4, 3, 2, 1],
            entries,
        )
        .unwrap();
        let exact = |numerator: u64, denominator: u64| WHOLE * numerator / denominator;
        terms.expected_loss = exact(3 + 6 + 8, 80);
        // equity: 3 * 1/8 + 3 * 1/4 = 9/8 of weight 10, of a width 1/4: 9/20
        terms.pieces[0].limits =
            PieceLimits { expected_loss: exact(9, 20), hit: exact(6, 10), ..terms.pieces[0].limits };
        // senior: 2 * 1/8 + 1 * 3/4 = 1 of weight 10, of a width 3/4: 2/15, rounded up; worst
        // fifth: (1/8 + 3/4) / 2 / (3/4) = 7/12
        terms.pieces[1].limits = PieceLimits {
            expected_loss: exact(2, 15) + 1,
            hit: exact(3, 10),
            cvar: exact(7, 12) + 1,
            ..terms.pieces[1].limits
        };
        let holds =
            |terms: &TrancheTerms| terms.evaluate(&set, &[1_000]).iter().map(|figure| figure.holds).collect::<Vec<_>>();
        assert_eq!(holds(&terms), [true; 6]);
        let mut tighter = terms.clone();
        tighter.expected_loss -= 1;
        for piece in &mut tighter.pieces {
            let PieceLimits { expected_loss, hit, cvar, .. } = &mut piece.limits;
            (*expected_loss, *hit, *cvar) = (*expected_loss - 1, *hit - 1, *cvar - 1);
        }
        assert_eq!(holds(&tighter), [false; 7]);
        assert_eq!(terms.sentences().len(), 6);
    }
}
