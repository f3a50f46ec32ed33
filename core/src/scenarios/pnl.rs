//! The days of a P&L vector: the public part of a claim over gains that a book's commitment holds.
//!
//! The set has a source, days and weights of 1, and neither factors nor moves. The gains are private.
//! A commitment to them is about the source and the days, in order, as one to exposures is about the
//! names of factors.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::error::{PnlProblem, Problem};
use crate::scenarios::generator::Generator;
use crate::scenarios::set::ScenarioSet;
use crate::text::day;

/// Returns the set of the days of a P&L vector, each of weight 1.
///
/// # Errors
/// No day, or more than a set has scenarios; a day that is not after the one before; a source that is
/// empty, too long or cannot be shown.
pub fn pnl(source: &str, days: &[Date]) -> Result<ScenarioSet, Problem> {
    let labels: Vec<String> = days.iter().map(Date::to_string).collect();
    let weights = vec![1; labels.len()];
    ScenarioSet::new(Generator::Pnl { source: source.to_owned() }, Vec::new(), labels, None, weights, Vec::new())
}

impl ScenarioSet {
    /// Whether the set is the days of a P&L vector.
    pub fn is_pnl(&self) -> bool {
        matches!(self.generator(), Generator::Pnl { .. })
    }

    /// Returns the names that a commitment to a book is about, in order: those of the factors; of the
    /// days of a P&L vector, its source and then the days.
    pub fn committed_names(&self) -> Cow<'_, [String]> {
        match self.generator() {
            Generator::Pnl { source } => {
                Cow::Owned(std::iter::once(source).chain(self.labels()).cloned().collect::<Vec<_>>())
            }
            _ => Cow::Borrowed(self.factors()),
        }
    }

    /// Checks that the days of a P&L vector are days, each after the one before, and that nothing else
    /// is in the set.
    pub(in crate::scenarios) fn check_pnl(&self) -> Result<(), Problem> {
        if !self.is_pnl() {
            return Ok(());
        }
        if !self.factors().is_empty() || self.last_prices().is_some() {
            return Err(PnlProblem::Columns.into());
        }
        let mut before: Option<(Date, &String)> = None;
        for label in self.labels() {
            let date = day(label).ok_or_else(|| PnlProblem::NotADay(label.clone()))?;
            if let Some((_, earlier)) = before.filter(|(earlier, _)| *earlier >= date) {
                return Err(PnlProblem::Order { day: label.clone(), before: earlier.clone() }.into());
            }
            before = Some((date, label));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::losses;
    use crate::scenarios::file;
    use crate::{Positions, Unit};

    fn days(texts: &[&str]) -> Vec<Date> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn set(labels: &[&str], factors: &[&str], weights: Vec<u32>) -> Result<ScenarioSet, Problem> {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let entries = vec![0; labels.len() * factors.len()];
        ScenarioSet::new(
            Generator::Pnl { source: "Desk".into() },
            owned(factors),
            owned(labels),
            None,
            weights,
            entries,
        )
    }

    #[test]
    fn the_days_of_a_vector_are_read_and_written_byte_for_byte() {
        let set = pnl("Desk A", &days(&["2024-01-02", "2024-01-03"])).unwrap();
        assert_eq!(set.committed_names().to_vec(), ["Desk A", "2024-01-02", "2024-01-03"]);
        assert_eq!((set.factors().len(), set.weights()), (0, &[1, 1][..]));
        let bytes = file::encode(&set);
        assert_eq!(file::decode("days.scn", &bytes).unwrap().0, set);
        assert_eq!(set.sentence(), "the committed P&L vector of \"Desk A\", 2 days from 2024-01-02 to 2024-01-03");
        let gains = Positions::pnl(Unit::CENT, vec![3, -5], 0).unwrap();
        assert_eq!(losses(&set, &gains), [-(3 << 20), 5 << 20]);
    }

    /// Another source, another day and another order are each another digest.
    #[test]
    fn a_commitment_is_about_the_source_and_the_days() {
        let digest = |source: &str, texts: &[&str]| pnl(source, &days(texts)).unwrap().factors_digest();
        let base = digest("Desk A", &["2024-01-02", "2024-01-03"]);
        for (source, texts) in [
            ("Desk B", &["2024-01-02", "2024-01-03"][..]),
            ("Desk A", &["2024-01-02", "2024-01-04"]),
            ("Desk A", &["2024-01-02"]),
        ] {
            assert_ne!(digest(source, texts), base);
        }
    }

    #[test]
    fn other_days_are_refused() {
        assert!(set(&["2024-01-02", "2024-01-03"], &[], vec![1, 1]).is_ok());
        let order = PnlProblem::Order { day: "2024-01-02".into(), before: "2024-01-03".into() };
        assert_eq!(set(&["2024-01-03", "2024-01-02"], &[], vec![1, 1]), Err(order.into()));
        assert!(matches!(
            set(&["2024-01-02", "2024-01-02"], &[], vec![1, 1]),
            Err(Problem::Pnl(PnlProblem::Order { .. }))
        ));
        assert_eq!(set(&["one"], &[], vec![1]), Err(PnlProblem::NotADay("one".into()).into()));
        assert_eq!(set(&["2024-01-02"], &["A"], vec![1]), Err(PnlProblem::Columns.into()));
        assert!(set(&["2024-01-02", "2024-01-03"], &[], vec![1, 0]).is_err(), "a day of weight 0");
        assert!(pnl("", &days(&["2024-01-02"])).is_err() && pnl("a\u{200b}b", &days(&["2024-01-02"])).is_err());
        assert!(pnl("Desk", &[]).is_err());
    }
}
