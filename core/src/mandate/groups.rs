//! Public groups of factors: issuers, sectors, venues, liquidity buckets, whitelists.
//!
//! ```toml
//! [sector]
//! rest = "other"                      # the group of every exposure that is not listed
//!
//! [sector.groups]
//! technology = ["AAPL", "MSFT"]
//! energy = ["XOM"]
//!
//! [liquidity.groups]
//! daily = ["cash", "T-BILLS"]
//! weekly = ["AAPL", "MSFT", "XOM"]
//! ```
//!
//! A *classification* puts each exposure into one group. Cash and columns of Greeks are in a group only
//! if it lists them. The file is the verifier's: a mandate has its digest.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::error::{GroupProblem, InputError, Problem};
use crate::text::{check_printable, quoted};
use crate::tree::{read_table, toml_table};

/// Stands for every group of a classification.
pub const EACH: &str = "each";

/// The group, or the groups, that a clause is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRef {
    /// the classification
    pub classification: Arc<str>,
    /// the group; `None` for each
    pub group: Option<Arc<str>>,
}

impl GroupRef {
    /// Returns the group of a clause; [`EACH`] for every group.
    pub fn new(classification: &str, group: &str) -> Self {
        Self { classification: classification.into(), group: (group != EACH).then(|| group.into()) }
    }
}

impl GroupRef {
    /// Checks that the names can be shown.
    ///
    /// # Errors
    /// A name that is empty or cannot be shown.
    pub(super) fn check(&self) -> Result<(), Problem> {
        [Some(&self.classification), self.group.as_ref()].into_iter().flatten().try_for_each(|name| check_name(name))
    }
}

fn check_name(name: &str) -> Result<(), Problem> {
    if name.is_empty() { Err(Problem::EmptyName) } else { check_printable(name) }
}

impl fmt::Display for GroupRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.group {
            Some(group) => write!(f, "group {} of {}", quoted(group), quoted(&self.classification)),
            None => write!(f, "each group of {}", quoted(&self.classification)),
        }
    }
}

toml_table! {
    #[derive(Debug, Clone, PartialEq, Eq)]
    struct Classification {
        groups: BTreeMap<String, Vec<String>>,
        rest: Option<String>,
    }
}

/// Public groups of factors. No factor is in two groups of one classification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groups(BTreeMap<String, Classification>);

impl Groups {
    /// Reads groups from TOML. `file` names it in errors.
    ///
    /// # Errors
    /// Not TOML; no classification; a group that lists nothing, or is called [`EACH`]; a factor in two
    /// groups of one classification; names that cannot be shown.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, InputError> {
        let groups = Self(read_table(file, text)?);
        groups.check().map_err(|problem| InputError::in_file(file, problem))?;
        Ok(groups)
    }

    fn check(&self) -> Result<(), Problem> {
        if self.0.is_empty() {
            return Err(Problem::Empty("a file of groups needs a classification, such as [sector.groups]".into()));
        }
        for (name, classification) in &self.0 {
            let groups = classification.groups.keys();
            let factors = classification.groups.values().flatten();
            [name]
                .into_iter()
                .chain(groups)
                .chain(&classification.rest)
                .chain(factors)
                .try_for_each(|name| check_name(name))?;
            if self.names(name)?.contains(&EACH) {
                return Err(GroupProblem::NamedEach.into());
            }
            if let Some((group, _)) = classification.groups.iter().find(|(_, factors)| factors.is_empty()) {
                let (group, classification) = (group.clone(), name.clone());
                return Err(GroupProblem::Empty { group, classification }.into());
            }
            let mut factors: Vec<&String> = classification.groups.values().flatten().collect();
            factors.sort_unstable();
            if let Some(pair) = factors.windows(2).find(|pair| pair[0] == pair[1]) {
                let (factor, classification) = (pair[0].clone(), name.clone());
                return Err(GroupProblem::InTwo { factor, classification }.into());
            }
        }
        Ok(())
    }

    /// A digest of what the groups say, not of how their file is laid out: SHA-256 over
    /// `tailproof/groups/v1` and one line for each classification and each group in the order of their
    /// names, strings as JSON.
    pub fn digest(&self) -> [u8; 32] {
        let quoted = |text: &str| serde_json::to_string(text).expect("a string is always JSON");
        let mut text = String::from("tailproof/groups/v1\n");
        for (name, classification) in &self.0 {
            text.push_str(&format!("classification {}", quoted(name)));
            text.extend(classification.rest.iter().map(|rest| format!(" rest {}", quoted(rest))));
            text.push('\n');
            for (group, factors) in &classification.groups {
                let mut factors: Vec<String> = factors.iter().map(|factor| quoted(factor)).collect();
                factors.sort_unstable();
                text.push_str(&format!("group {} {}\n", quoted(group), factors.join(" ")));
            }
        }
        Sha256::digest(text).into()
    }

    /// Names of the classifications, in order.
    pub fn classifications(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Names of the groups of a classification, in order.
    ///
    /// # Errors
    /// No such classification.
    pub fn names(&self, classification: &str) -> Result<Vec<&str>, GroupProblem> {
        let of = self.of(classification)?;
        let mut names: Vec<&str> = of.groups.keys().chain(&of.rest).map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    /// Factors that a group lists; none for one that is for the rest alone.
    ///
    /// # Errors
    /// No such classification.
    pub fn listed(&self, classification: &str, group: &str) -> Result<&[String], GroupProblem> {
        Ok(self.of(classification)?.groups.get(group).map_or(&[], Vec::as_slice))
    }

    /// The group of every exposure that a classification does not list, if there is one.
    pub fn rest(&self, classification: &str) -> Option<&str> {
        self.of(classification).ok()?.rest.as_deref()
    }

    fn of(&self, classification: &str) -> Result<&Classification, GroupProblem> {
        self.0.get(classification).ok_or_else(|| GroupProblem::UnknownClassification {
            name: classification.to_owned(),
            known: self.0.keys().cloned().collect::<Vec<_>>().join(", "),
        })
    }

    /// Returns which factors are in a group. `must_be_in_one` says of a factor by its index whether it
    /// is in a group: every exposure is, and cash and columns of Greeks are only if a group lists them.
    ///
    /// # Errors
    /// No such classification or group; a factor that must be in a group and is in none.
    pub fn members(
        &self,
        classification: &str,
        group: &str,
        factors: &[String],
        must_be_in_one: impl Fn(usize) -> bool,
    ) -> Result<Vec<bool>, GroupProblem> {
        let of = self.of(classification)?;
        let names = self.names(classification)?;
        if !names.contains(&group) {
            let (classification, name) = (classification.to_owned(), group.to_owned());
            return Err(GroupProblem::UnknownGroup { classification, name, known: names.join(", ") });
        }
        let is_in = |(index, factor): (usize, &String)| {
            let listed = of.groups.iter().find(|(_, factors)| factors.contains(factor));
            match (listed, &of.rest) {
                (Some((name, _)), _) => Ok(name == group),
                (None, _) if !must_be_in_one(index) => Ok(false),
                (None, Some(rest)) => Ok(rest == group),
                (None, None) => {
                    let (factor, classification) = (factor.clone(), classification.to_owned());
                    Err(GroupProblem::InNone { factor, classification })
                }
            }
        };
        factors.iter().enumerate().map(is_in).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUPS: &str = "[sector]\nrest = \"other\"\n[sector.groups]\ntechnology = [\"A\", \"B\"]\nenergy = [\"C\"]\n\
                          [liquidity.groups]\ndaily = [\"cash\", \"gamma:A\"]\nweekly = [\"A\", \"B\", \"C\", \"D\"]\n";

    fn groups(text: &str) -> Groups {
        Groups::from_toml("g.toml", text).unwrap()
    }

    fn members(groups: &Groups, classification: &str, group: &str) -> Result<Vec<bool>, GroupProblem> {
        let factors = ["A", "B", "C", "D", "gamma:A", "cash"].map(str::to_owned);
        groups.members(classification, group, &factors, |index| index < 4)
    }

    #[test]
    fn each_exposure_is_in_one_group_and_others_where_they_are_listed() {
        let groups = groups(GROUPS);
        let flags = |text: &str| Ok(text.chars().map(|flag| flag == '1').collect::<Vec<_>>());
        assert_eq!(members(&groups, "sector", "technology"), flags("110000"));
        assert_eq!(members(&groups, "sector", "other"), flags("000100"));
        assert_eq!(members(&groups, "liquidity", "daily"), flags("000011"));
        assert_eq!(groups.names("sector"), Ok(vec!["energy", "other", "technology"]));
        assert!(matches!(members(&groups, "sectr", "other"), Err(GroupProblem::UnknownClassification { .. })));
        assert!(matches!(members(&groups, "sector", "each"), Err(GroupProblem::UnknownGroup { .. })));
    }

    #[test]
    fn a_factor_outside_every_group_is_refused() {
        let groups = groups(&GROUPS.replace(", \"D\"", ""));
        let refused = members(&groups, "liquidity", "daily");
        assert_eq!(refused, Err(GroupProblem::InNone { factor: "D".into(), classification: "liquidity".into() }));
        assert!(members(&groups, "sector", "energy").is_ok());
    }

    #[test]
    fn the_digest_is_of_the_meaning_not_of_the_layout() {
        let base = groups(GROUPS).digest();
        assert_eq!(base, groups(&GROUPS.replace("[\"A\", \"B\"]", "[ \"B\",\n \"A\" ]")).digest());
        for (from, to) in
            [("other", "others"), ("energy", "power"), ("\"C\"]\n[l", "\"E\"]\n[l"), ("rest = \"other\"\n", "")]
        {
            assert_ne!(base, groups(&GROUPS.replace(from, to)).digest(), "{from}");
        }
    }

    #[test]
    fn malformed_groups_are_refused_with_what_to_do() {
        for (from, to, said) in [
            ("[\"C\"]", "[\"A\"]", "'A' is in two groups of 'sector'"),
            ("[\"C\"]", "[]", "lists no factor"),
            ("energy", "each", "no group has that name"),
            ("rest", "rst", "rst"),
            ("[\"C\"]", "\"C\"", "row 5"),
            ("\"C\"]\n[l", "\"\"]\n[l", "name"),
        ] {
            let error = Groups::from_toml("g.toml", &GROUPS.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains(said) && error.starts_with("g.toml"), "{to}: {error}");
        }
        assert!(Groups::from_toml("g.toml", "").is_err());
    }
}
