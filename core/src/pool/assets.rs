//! The assets of grades: what secures the loans of each, where the market prices it.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Problem, TapeProblem};
use crate::pool::columns::{DEFAULTED, grade_code, quoted};
use crate::text::check_printable;

/// The asset that secures each grade, by code; `None` for the grade of loans in default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GradeAssets(Vec<Option<String>>);

fn wrong(text: impl Into<String>) -> Problem {
    TapeProblem::Assets(text.into()).into()
}

impl GradeAssets {
    /// Returns the assets of `grades`, in their order.
    ///
    /// # Errors
    /// An asset of a grade that there is not, or of the one of loans in default; a grade without; a
    /// name that is empty or cannot be shown.
    pub fn new(named: &BTreeMap<String, String>, grades: &[String]) -> Result<Self, Problem> {
        let mut assets = vec![None; grades.len()];
        for (grade, asset) in named {
            if grade == DEFAULTED {
                return Err(wrong(format!("grade '{DEFAULTED}' has no asset: loans in default are of it")));
            }
            check_printable(asset)?;
            if asset.trim().is_empty() {
                return Err(Problem::EmptyName);
            }
            assets[grade_code(grades, grade)?] = Some(asset.clone());
        }
        match grades.iter().zip(&assets).find(|(grade, asset)| *grade != DEFAULTED && asset.is_none()) {
            Some((grade, _)) => Err(wrong(format!("grade '{grade}' has no asset"))),
            None => Ok(Self(assets)),
        }
    }

    /// Returns the asset of a grade's code; `None` for loans in default, and for no grade.
    pub fn of(&self, code: usize) -> Option<&str> {
        self.0.get(code)?.as_deref()
    }

    /// Returns every asset once, in the order of their names.
    pub fn names(&self) -> BTreeSet<&str> {
        self.0.iter().flatten().map(String::as_str).collect()
    }

    /// Returns the number of grades.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the lines of the digest of a schema with these `grades`.
    pub(super) fn lines(&self, grades: &[String]) -> impl Iterator<Item = String> {
        let line = |(grade, asset): (&String, &Option<String>)| {
            asset.as_ref().map(|asset| format!("asset {} {}", quoted(grade), quoted(asset)))
        };
        grades.iter().zip(&self.0).filter_map(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_grade_but_defaulted_has_one_asset() {
        let grades = ["A", "B", DEFAULTED].map(str::to_owned);
        let named = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().map(|(grade, asset)| ((*grade).to_owned(), (*asset).to_owned())).collect();
            GradeAssets::new(&pairs, &grades).map_err(|problem| problem.to_string())
        };
        let assets = named(&[("A", "ETH"), ("B", "BTC")]).unwrap();
        assert_eq!((assets.of(0), assets.of(1), assets.of(2), assets.of(3)), (Some("ETH"), Some("BTC"), None, None));
        assert_eq!(assets.names().into_iter().collect::<Vec<_>>(), ["BTC", "ETH"]);
        assert_eq!(assets.lines(&grades).collect::<Vec<_>>(), ["asset \"A\" \"ETH\"", "asset \"B\" \"BTC\""]);
        for (pairs, said) in [
            (&[("A", "ETH")][..], "grade 'B' has no asset"),
            (&[("A", "ETH"), ("B", "BTC"), (DEFAULTED, "BTC")], "'defaulted' has no asset"),
            (&[("A", "ETH"), ("B", "")], "empty"),
            (&[("A", "ETH"), ("B", "BTC"), ("C", "BTC")], "'C'"),
            (&[("A", "ETH"), ("B", "B\nC")], "B"),
        ] {
            let error = named(pairs).unwrap_err();
            assert!(error.contains(said), "{pairs:?}: {error}");
        }
    }
}
