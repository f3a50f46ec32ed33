//! Ladders of limits, for keys with limits on the book.
//!
//! Such keys hash the limits of a claim, so that a contract cannot pack them. A mandate therefore
//! names the root of a tree of *rungs*: for each limit the three values of the *limits* control that
//! its proofs have. Whoever relies on the mandate makes the ladder again and compares the root.

use alloy::primitives::{B256, U256, keccak256};
use alloy::sol_types::SolValue;
use ark_bn254::Fr;
use serde::{Deserialize, Serialize};
use tailproof_core::scenarios::historical::historical;
use tailproof_core::{Mandate, PriceHistory, ScenarioSet, Unit};
use tailproof_verifier::Shape;
use tailproof_verifier::encoding::to_bytes;
use tailproof_verifier::market::MarketClaim;

use crate::contracts::IMandateLedger::Rung;
use crate::error::Failure;

/// Millionths, of which contracts count amounts.
const MICRO: u128 = 1_000_000;

/// A ladder: limits that grow by a constant ratio, and floors that are a constant part of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// Limit of the lowest rung, in millionths of the currency.
    pub lowest: u128,
    /// Number of rungs.
    pub rungs: u32,
    /// By how much each limit exceeds the one below it, in thousandths.
    pub step: u32,
    /// Floor over limit, in thousandths.
    pub tightness: u32,
    /// Confidence of value at risk, in millionths.
    pub confidence: u32,
    /// Book unit in millionths.
    pub unit: u64,
    /// Name of the currency.
    pub currency: String,
}

/// The three claims about a rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Value at risk is between floor and limit.
    Forecast,
    /// A loss of at most the limit.
    Within,
    /// A loss above the limit.
    Exceeded,
}

impl Ladder {
    /// Checks that every figure between the lowest floor and the highest limit is on a rung.
    ///
    /// # Errors
    /// There is a gap between two rungs, no rung, or a limit that a mandate cannot have.
    pub fn check(&self) -> Result<(), Failure> {
        let refuse = |problem: String| Err(Failure::Usage(format!("the ladder {problem}")));
        if self.rungs == 0 || self.rungs > 1024 || self.lowest == 0 {
            return refuse("has 1 to 1024 rungs, and a lowest limit above 0".to_owned());
        }
        if self.step > 10_000 || self.lowest > 1_000_000_000_000 * MICRO {
            return refuse("has steps of at most 10,000 thousandths, and begins below 10^12".to_owned());
        }
        if self.tightness == 0 || self.tightness > 1000 || (1000 + self.step) * self.tightness > 1_000_000 {
            return refuse(format!(
                "has gaps: a step of {} and a tightness of {} thousandths leave figures between a limit and the next \
                 floor. Take (1000 + step) tightness of at most 1,000,000",
                self.step, self.tightness
            ));
        }
        if self.limit(self.rungs - 1) > 1_000_000_000_000 * MICRO {
            return refuse("ends above 10^12".to_owned());
        }
        Ok(())
    }

    /// Returns the limit of a rung in millionths, rounded down.
    pub fn limit(&self, rung: u32) -> u128 {
        let grown = |limit: u128| limit.saturating_mul(u128::from(self.step)) / 1000;
        (0..rung).fold(self.lowest, |limit, _| limit.saturating_add(grown(limit)))
    }

    /// Returns the floor of a rung in millionths, rounded down.
    pub fn floor(&self, rung: u32) -> u128 {
        self.limit(rung) * u128::from(self.tightness) / 1000
    }

    /// Returns the lowest rung whose limit is at least `figure`, in millionths.
    ///
    /// # Errors
    /// The figure is above the highest limit or below the lowest floor.
    pub fn rung_of(&self, figure: u128) -> Result<u32, Failure> {
        let found = (0..self.rungs).find(|rung| figure <= self.limit(*rung));
        found.filter(|rung| figure >= self.floor(*rung)).ok_or_else(|| {
            Failure::Usage(format!(
                "{} is on no rung of the mandate: they are from {} to {}",
                amount(figure),
                amount(self.floor(0)),
                amount(self.limit(self.rungs - 1))
            ))
        })
    }

    /// Returns the mandate of a claim about a rung, as TOML that `tailproof prove` and `verify` read.
    pub fn mandate(&self, about: About, rung: u32) -> String {
        let (limit, floor) = (self.limit(rung), self.floor(rung));
        let confidence = decimal(u128::from(self.confidence));
        let clause = match about {
            About::Forecast => format!(
                "measure = \"var\"\nconfidence = {confidence}\nlimit = {}\nfloor = {}\n",
                decimal(limit),
                decimal(floor)
            ),
            About::Within => format!("measure = \"stress\"\nlimit = {}\n", decimal(limit)),
            About::Exceeded => format!(
                "measure = \"var\"\nconfidence = {confidence}\nlimit = 1000000000000000000\nfloor = {}\n",
                decimal(limit + 1)
            ),
        };
        let name = match about {
            About::Forecast => "forecast",
            About::Within => "realised loss within the bound",
            About::Exceeded => "realised loss above the bound",
        };
        format!("name = \"Rung {rung}: {name}\"\ncurrency = \"{}\"\n\n[[clause]]\n{clause}", self.currency)
    }

    /// Returns the *limits* control of a claim about a rung.
    fn control(&self, shape: Shape, about: About, rung: u32) -> Result<U256, Failure> {
        let text = self.mandate(about, rung);
        let mandate = Mandate::from_toml("rung.toml", &text).map_err(|error| Failure::Usage(error.to_string()))?;
        let unit = Unit::from_millionths(self.unit).map_err(|error| Failure::Usage(error.to_string()))?;
        let claim = MarketClaim::<Fr>::new(shape, &mandate, &one_move()?, unit, Fr::from(0u64), Fr::from(0u64));
        let claim = claim.map_err(|error| Failure::Usage(error.to_string()))?;
        Ok(U256::from_be_bytes(to_bytes(&claim.controls()[3])))
    }

    /// Returns every rung with its controls under keys of a shape.
    ///
    /// # Errors
    /// The shape has no limits on the book; a limit is out of range.
    pub fn of_shape(&self, shape: Shape) -> Result<Vec<Rung>, Failure> {
        self.check()?;
        if !shape.has_limits() {
            return Err(Failure::Usage(format!("{shape}: a floor takes keys with limits on the book (+limits)")));
        }
        (0..self.rungs)
            .map(|index| {
                Ok(Rung {
                    index,
                    limit: self.limit(index),
                    floor: self.floor(index),
                    forecast: self.control(shape, About::Forecast, index)?,
                    within: self.control(shape, About::Within, index)?,
                    exceeded: self.control(shape, About::Exceeded, index)?,
                })
            })
            .collect()
    }
}

/// A set to make claims over, whose limits do not depend on it.
fn one_move() -> Result<ScenarioSet, Failure> {
    let date = |day| jiff::civil::date(2020, 1, day);
    let rows = vec![(date(1), vec![1.into()]), (date(2), vec![1.into()])];
    let prices = PriceHistory::new(vec!["A".to_owned()], rows).map_err(|error| Failure::Usage(format!("{error:?}")))?;
    historical(&prices, 1, None).map_err(|error| Failure::Usage(error.to_string()))
}

/// Returns a number of millionths as a decimal.
pub fn decimal(micro: u128) -> String {
    let (whole, fraction) = (micro / MICRO, micro % MICRO);
    if fraction == 0 { whole.to_string() } else { format!("{whole}.{fraction:06}").trim_end_matches('0').to_owned() }
}

/// Returns a number of millionths as people read it.
pub fn amount(micro: u128) -> String {
    let text = decimal(micro);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits: Vec<char> = whole.chars().collect();
    let groups: Vec<String> = digits.rchunks(3).rev().map(|group| group.iter().collect()).collect();
    let whole = groups.join(",");
    if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") }
}

/// Reads an amount as millionths.
///
/// # Errors
/// It is no decimal of at most six places.
pub fn millionths(text: &str) -> Result<u128, Failure> {
    let refuse = || Failure::Usage(format!("\"{text}\" is no amount: digits, and at most six decimals"));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || fraction.len() > 6 {
        return Err(refuse());
    }
    let padded = format!("{whole}{fraction:0<6}");
    padded.parse().map_err(|_| refuse())
}

/// Returns the hash of a rung, as records keep it.
pub fn hash(rung: &Rung) -> B256 {
    keccak256(rung.abi_encode())
}

/// Returns the leaf of a rung in the tree.
pub fn leaf(rung: &Rung) -> B256 {
    keccak256(hash(rung))
}

/// Returns the root of a tree of leaves, and the path of each. Pairs are hashed in ascending order, as
/// OpenZeppelin's `MerkleProof` does; a leaf states its own place.
pub fn tree(leaves: &[B256]) -> (B256, Vec<Vec<B256>>) {
    let mut paths = vec![Vec::new(); leaves.len()];
    let mut places: Vec<usize> = (0..leaves.len()).collect();
    let mut level = leaves.to_vec();
    while level.len() > 1 {
        for (path, place) in paths.iter_mut().zip(&mut places) {
            if let Some(sibling) = level.get(*place ^ 1) {
                path.push(*sibling);
            }
            *place /= 2;
        }
        let pair = |pair: &[B256]| match *pair {
            [a, b] => keccak256([a.min(b), a.max(b)].concat()),
            _ => pair[0],
        };
        level = level.chunks(2).map(pair).collect();
    }
    (level.first().copied().unwrap_or_default(), paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ladder() -> Ladder {
        Ladder {
            lowest: 100_000 * MICRO,
            rungs: 24,
            step: 50,
            tightness: 950,
            confidence: 990_000,
            unit: 10_000,
            currency: "USD".to_owned(),
        }
    }

    #[test]
    fn every_figure_is_on_a_rung() {
        let ladder = ladder();
        ladder.check().unwrap();
        for figure in (95_000 * MICRO..300_000 * MICRO).step_by(777_777_777) {
            let rung = ladder.rung_of(figure).unwrap();
            assert!(ladder.floor(rung) <= figure && figure <= ladder.limit(rung), "{figure}");
        }
        assert!(ladder.rung_of(94_999 * MICRO).is_err());
        assert!(Ladder { tightness: 960, ..ladder.clone() }.check().unwrap_err().to_string().contains("gaps"));
    }

    #[test]
    fn rungs_have_three_different_controls_and_paths_to_the_root() {
        let ladder = Ladder { rungs: 5, ..ladder() };
        let rungs = ladder.of_shape("8x20+limits".parse().unwrap()).unwrap();
        let leaves: Vec<B256> = rungs.iter().map(leaf).collect();
        let (root, paths) = tree(&leaves);
        for (rung, path) in rungs.iter().zip(&paths) {
            assert!(rung.forecast != rung.within && rung.within != rung.exceeded && rung.forecast != rung.exceeded);
            let found = path
                .iter()
                .fold(leaf(rung), |node, sibling| keccak256([node.min(*sibling), node.max(*sibling)].concat()));
            assert_eq!(found, root, "{}", rung.index);
        }
        assert!(ladder.of_shape("8x20".parse().unwrap()).is_err());
    }

    #[test]
    fn amounts_are_read_and_shown() {
        for (text, micro) in [("0", 0), ("1.5", 1_500_000), ("1234567.000001", 1_234_567_000_001)] {
            assert_eq!(millionths(text).unwrap(), micro);
            assert_eq!(decimal(micro), text);
        }
        assert_eq!(amount(1_234_567_500_000), "1,234,567.5");
        for text in ["", "-1", "1e3", "1.0000001", "."] {
            assert!(millionths(text).is_err(), "{text}");
        }
    }
}
