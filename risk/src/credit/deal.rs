//! Deals: the tranches of a pool, and the credit assumptions of its loans, from TOML.
//!
//! ```toml
//! name = "Consumer loans"
//! complete = true             # the tranches are all of the pool, without gap
//!
//! [[tranche]]
//! name = "equity"
//! attachment = 0              # fractions of the pool's notional
//! detachment = 0.2
//!
//! [pd]                        # by grade, for loans without one of their own; "other" for grades that are not named, and loans without
//! A = 0.03
//!
//! [lgd]
//! other = 0.6
//! ```

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;

use crate::credit::tape::Loan;
use crate::input::{InputError, Problem, check_printable, read_toml};

/// A slice of a pool's losses.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tranche {
    /// its name
    pub name: String,
    /// where its losses begin, a fraction of the notional
    pub attachment: f64,
    /// where nothing of it is left
    pub detachment: f64,
}

/// Tranches and assumptions.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deal {
    name: String,
    #[serde(default)]
    complete: bool,
    #[serde(default, rename = "tranche")]
    tranches: Vec<Tranche>,
    #[serde(default)]
    pd: BTreeMap<String, f64>,
    #[serde(default)]
    lgd: BTreeMap<String, f64>,
}

/// The grade of assumptions for all others.
const OTHER: &str = "other";

impl Deal {
    /// Reads a deal. `file` names it in errors.
    ///
    /// # Errors
    /// Not TOML; unknown keys; no tranche; a tranche that does not attach below where it detaches, twice the same name, tranches that
    /// overlap, or leave a gap where the deal is complete; a probability outside (0, 1), a loss given default outside [0, 1].
    pub fn from_toml(file: &str, text: &str) -> Result<Self, InputError> {
        let deal: Self = read_toml(file, text)?;
        deal.check().map_err(|problem| InputError::of_file(file, problem))?;
        Ok(deal)
    }

    fn check(&self) -> Result<(), Problem> {
        let other = |text: String| Err(Problem::Other(text));
        check_printable(&self.name)?;
        if self.tranches.is_empty() {
            return Err(Problem::Empty("a deal needs at least one [[tranche]]".into()));
        }
        let mut names = HashSet::new();
        for Tranche { name, attachment, detachment } in &self.tranches {
            check_printable(name)?;
            if !names.insert(name) {
                return Err(Problem::DuplicateName(name.clone()));
            }
            if !(*attachment >= 0.0 && attachment < detachment && *detachment <= 1.0) {
                return other(format!(
                    "tranche '{name}' is from {attachment} to {detachment}: it attaches at 0 or above, below where it detaches, at most 1"
                ));
            }
        }
        let mut order: Vec<&Tranche> = self.tranches.iter().collect();
        order.sort_by(|left, right| left.attachment.total_cmp(&right.attachment));
        for pair in order.windows(2) {
            if pair[1].attachment < pair[0].detachment {
                return other(format!("tranches '{}' and '{}' overlap", pair[0].name, pair[1].name));
            }
            if self.complete && pair[1].attachment > pair[0].detachment {
                return other(format!("there is a gap between tranches '{}' and '{}'", pair[0].name, pair[1].name));
            }
        }
        let ends = (order[0].attachment, order[order.len() - 1].detachment);
        if self.complete && ends != (0.0, 1.0) {
            return other(format!(
                "the tranches of a complete deal are from 0 to 1, these are from {} to {}",
                ends.0, ends.1
            ));
        }
        for (what, table, is_open) in [("pd", &self.pd, true), ("lgd", &self.lgd, false)] {
            for (grade, value) in table {
                let inside = if is_open { *value > 0.0 && *value < 1.0 } else { (0.0..=1.0).contains(value) };
                if !inside {
                    let range = if is_open { "0 to 1, both excluded" } else { "0 to 1" };
                    let what = format!("the {what} of grade '{grade}'");
                    return Err(Problem::OutOfRange { what, value: value.to_string(), range: range.into() });
                }
            }
        }
        Ok(())
    }

    /// The deal's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The tranches, in the order of the file.
    pub fn tranches(&self) -> &[Tranche] {
        &self.tranches
    }

    /// Probability of default and loss given default of a loan: its own, or its grade's.
    ///
    /// # Errors
    /// Neither.
    pub fn assumptions(&self, loan: &Loan) -> Result<(f64, f64), Problem> {
        let of_grade = |table: &BTreeMap<String, f64>| {
            let named = loan.grade.as_ref().and_then(|grade| table.get(grade));
            named.or_else(|| table.get(OTHER)).copied()
        };
        let missing = |what: &str| {
            let grade = loan.grade.as_deref().map_or("no grade".to_owned(), |grade| format!("grade '{grade}'"));
            Problem::Other(format!(
                "loan '{}' has no {what}, and the deal has none for {grade} under [{what}]",
                loan.id
            ))
        };
        let pd = loan.pd.or_else(|| of_grade(&self.pd)).ok_or_else(|| missing("pd"))?;
        let lgd = loan.lgd.or_else(|| of_grade(&self.lgd)).ok_or_else(|| missing("lgd"))?;
        Ok((pd, lgd))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEAL: &str = "name = \"d\"\ncomplete = true\n[[tranche]]\nname = \"equity\"\nattachment = 0\ndetachment = 0.2\n\
                        [[tranche]]\nname = \"senior\"\nattachment = 0.2\ndetachment = 1\n[pd]\nA = 0.03\n[lgd]\nother = 0.6\n";

    #[test]
    fn deals_are_read_and_bad_ones_refused() {
        let deal = Deal::from_toml("d.toml", DEAL).unwrap();
        assert_eq!(deal.tranches()[1].attachment, 0.2);
        for (from, to, said) in [
            ("detachment = 0.2", "detachment = 0", "attaches"),
            ("attachment = 0.2", "attachment = 0.1", "overlap"),
            ("attachment = 0.2", "attachment = 0.3", "gap"),
            ("detachment = 1", "detachment = 0.9", "from 0 to 1"),
            ("\"senior\"", "\"equity\"", "equity"),
            ("A = 0.03", "A = 1", "both excluded"),
            ("other = 0.6", "other = 1.5", "lgd"),
            ("complete", "compleat", "compleat"),
        ] {
            let error = Deal::from_toml("d.toml", &DEAL.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains(said), "{to}: {error}");
        }
        assert!(Deal::from_toml("d.toml", "name = \"d\"\n").is_err());
    }
}
