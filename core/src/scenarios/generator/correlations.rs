//! The three sets of correlations of margins by rule.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::tree::tree_words;

/// A set of correlations, as the Basel framework makes three of one (MAR21.6). A rule with one set
/// has the medium ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Correlations {
    /// the larger of `2 r - 1` and three quarters of `r`
    Low,
    /// those of the table
    Medium,
    /// `r` times 1.25, at most 1
    High,
}

tree_words!(Correlations { "low" => Low, "medium" => Medium, "high" => High });

impl Correlations {
    /// all sets
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// Returns the name in headers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// Returns the correlation of this set of two factors that have the correlation `medium`, exactly.
    pub fn of(self, medium: Decimal) -> Decimal {
        match self {
            Self::Low => (medium + medium - Decimal::ONE).max(medium * Decimal::new(75, 2)),
            Self::Medium => medium,
            Self::High => (medium * Decimal::new(125, 2)).min(Decimal::ONE),
        }
    }
}

impl fmt::Display for Correlations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// MAR21.6: 99.9 % becomes 99.8 % and 100 %; 15 % becomes 11.25 % and 18.75 %.
    #[test]
    fn low_and_high_correlations_are_those_of_the_framework() {
        for (medium, low, high) in [
            ("0.999", "0.998", "1"),
            ("0.15", "0.1125", "0.1875"),
            ("0.6", "0.45", "0.75"),
            ("0.8", "0.6", "1"),
            ("0", "0", "0"),
            ("1", "1", "1"),
        ] {
            let number = |text: &str| text.parse::<Decimal>().unwrap();
            let found = Correlations::ALL.map(|set| set.of(number(medium)));
            assert_eq!(found, [low, medium, high].map(number), "{medium}");
        }
    }
}
