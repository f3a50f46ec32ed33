//! What a mandate says of net asset value, cash, groups and sizes: terms that take a statement with rules.

use crate::error::{CashProblem, GroupProblem, PnlProblem, Problem};
use crate::mandate::clause::Clause;
use crate::mandate::file::Mandate;
use crate::mandate::groups::Groups;
use crate::mandate::measure::Measure;
use crate::mandate::named_file::NamedFile;
use crate::mandate::size_terms::{SizeKeys, SizeTerms};
use crate::positions::Positions;
use crate::scenarios::factors::is_exposure;
use crate::scenarios::set::ScenarioSet;
use crate::text::{check_printable, quoted};

/// Where the net asset value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NavSource {
    /// the commitment states it
    #[default]
    Stated,
    /// it is the sum of the book's values: exposures and cash
    Sum,
}

impl NavSource {
    /// Reads the word of a mandate file.
    ///
    /// # Errors
    /// Another word.
    pub(super) fn parse(word: &str) -> Result<Self, Problem> {
        match word {
            "stated" => Ok(NavSource::Stated),
            "sum" => Ok(NavSource::Sum),
            other => Err(CashProblem::UnknownNav(other.to_owned()).into()),
        }
    }
}

/// What a mandate says of net asset value, cash, groups and the sizes of exposures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Rules {
    nav: NavSource,
    cash: Vec<String>,
    groups: Option<NamedFile<Groups>>,
    sizes: SizeTerms,
}

/// A clause on one group over a set, with the columns that are in the group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupColumns<'m> {
    /// the clause
    pub clause: &'m Clause,
    /// name of the group
    pub group: String,
    /// whether a column of the set is in it
    pub members: Vec<bool>,
}

impl GroupColumns<'_> {
    /// Returns the gross or net exposure of the group, in book units.
    pub fn figure(&self, positions: &Positions) -> i128 {
        let members = self.members.iter().zip(positions.exposures()).filter(|(is_in, _)| **is_in);
        let exposures = members.map(|(_, exposure)| i128::from(*exposure));
        match self.clause.measure {
            Measure::Net => exposures.sum(),
            _ => exposures.map(i128::abs).sum(),
        }
    }
}

impl Rules {
    /// Returns the rules of a file's keys.
    ///
    /// # Errors
    /// A word for `nav` that there is not; a name that cannot be shown or is listed twice; a digest that
    /// is none.
    pub(super) fn new(
        nav: Option<&str>,
        cash: Vec<String>,
        groups: Option<&str>,
        sizes: &SizeKeys<'_>,
    ) -> Result<Self, Problem> {
        let nav = nav.map(NavSource::parse).transpose()?.unwrap_or_default();
        for (index, name) in cash.iter().enumerate() {
            check_printable(name)?;
            if name.is_empty() {
                return Err(Problem::EmptyName);
            }
            if !is_exposure(name) {
                return Err(Problem::NamedAsGreek(name.clone()));
            }
            if cash[..index].contains(name) {
                return Err(CashProblem::Twice(name.clone()).into());
            }
        }
        let groups = groups.map(|text| NamedFile::parse(text, GroupProblem::Digest)).transpose()?;
        Ok(Self { nav, cash, groups, sizes: SizeTerms::new(sizes)? })
    }

    /// Checks that clauses are on groups, on caps and with costs where there is a file of them, and only
    /// there.
    pub(super) fn check(&self, clauses: &[Clause]) -> Result<(), Problem> {
        match (clauses.iter().any(|clause| clause.group.is_some()), &self.groups) {
            (true, None) => Err(GroupProblem::NoFile.into()),
            (false, Some(_)) => Err(GroupProblem::Unused.into()),
            _ => self.sizes.check(clauses),
        }
    }

    /// The lines of the rules in a mandate's canonical text; none for a mandate without them.
    pub(super) fn canonical_lines(&self) -> String {
        let quoted = |text: &String| serde_json::to_string(text).expect("a string is always JSON");
        let mut lines = String::new();
        if self.nav == NavSource::Sum {
            lines.push_str("nav sum\n");
        }
        if !self.cash.is_empty() {
            let names: Vec<String> = self.cash.iter().map(quoted).collect();
            lines.push_str(&format!("cash {}\n", names.join(" ")));
        }
        lines.extend(self.groups_digest().map(|digest| format!("groups {}\n", hex::encode(digest))));
        lines.push_str(&self.sizes.canonical_lines());
        lines
    }

    fn groups_digest(&self) -> Option<[u8; 32]> {
        self.groups.as_ref().map(|groups| groups.digest(Groups::digest))
    }

    /// What is said of the sizes of exposures.
    pub(super) fn sizes(&self) -> &SizeTerms {
        &self.sizes
    }
}

impl Mandate {
    /// Where the net asset value comes from.
    pub fn nav_source(&self) -> NavSource {
        self.rules().nav
    }

    /// Names of factors that the mandate counts as cash: they count in the net asset value alone.
    pub fn cash(&self) -> &[String] {
        &self.rules().cash
    }

    /// Digest of the file of groups that clauses are on, if any is.
    pub fn groups_digest(&self) -> Option<[u8; 32]> {
        self.rules().groups_digest()
    }

    /// The file of groups, where [`Mandate::under`] was given it.
    pub fn groups(&self) -> Option<&Groups> {
        self.rules().groups.as_ref().and_then(NamedFile::known)
    }

    /// Returns the mandate over a file of groups.
    ///
    /// # Errors
    /// Another file than the mandate names; a mandate that names none; a clause on a group that the
    /// file does not have.
    pub fn under(self, groups: Groups) -> Result<Self, Problem> {
        let wanted = self.groups_digest().ok_or(GroupProblem::NotWanted)?;
        let found = groups.digest();
        if wanted != found {
            let [wanted, found] = [wanted, found].map(hex::encode);
            return Err(GroupProblem::OtherFile { wanted, found }.into());
        }
        for of in self.clauses().iter().filter_map(|clause| clause.group.as_ref()) {
            let names = groups.names(&of.classification)?;
            if let Some(group) = of.group.as_deref().filter(|group| !names.contains(group)) {
                let (classification, name) = (of.classification.to_string(), group.to_owned());
                return Err(GroupProblem::UnknownGroup { classification, name, known: names.join(", ") }.into());
            }
        }
        Ok(self.with_rules(|rules| rules.groups = Some(NamedFile::Known(groups))))
    }

    /// What the mandate says of the sizes of exposures.
    pub(super) fn sizes(&self) -> &SizeTerms {
        self.rules().sizes()
    }

    /// The mandate with other terms on the sizes of exposures.
    pub(super) fn with_sizes(self, change: impl FnOnce(&mut SizeTerms)) -> Self {
        self.with_rules(|rules| change(&mut rules.sizes))
    }

    /// Whether the mandate takes a statement with rules.
    pub fn needs_rules(&self) -> bool {
        *self.rules() != Rules::default() || self.clauses().iter().any(|clause| clause.group.is_some())
    }

    /// Whether a column of a set counts as an exposure: it is no column of Greeks, and no cash.
    pub fn counts(&self, set: &ScenarioSet, column: usize) -> bool {
        let name = &set.factors()[column];
        is_exposure(name) && !self.cash().contains(name)
    }

    /// Checks that a set has the columns that the mandate calls cash, and that they move in no scenario.
    ///
    /// # Errors
    /// A column that is not there, or moves; rules over the days of a P&L vector, which has no columns.
    pub fn check_cash(&self, set: &ScenarioSet) -> Result<(), Problem> {
        if set.is_pnl() && self.needs_rules() {
            return Err(PnlProblem::Rules.into());
        }
        if let Some(name) = self.cash().iter().find(|name| !set.factors().contains(name)) {
            return Err(CashProblem::NoColumn(name.clone()).into());
        }
        let is_cash = |column: &usize| self.cash().contains(&set.factors()[*column]);
        match (0..set.factors().len()).filter(is_cash).find(|column| !set.is_still(*column)) {
            Some(column) => Err(CashProblem::Moves(set.factors()[column].clone()).into()),
            None => Ok(()),
        }
    }

    /// Returns the clauses on groups over a set, one for each group that the set has a factor of, in the
    /// order of the clauses and then of the groups' names.
    ///
    /// # Errors
    /// Clauses on groups without their file; an exposure of the set that is in no group; a clause on one
    /// group that the set has no factor of.
    pub fn group_columns(&self, set: &ScenarioSet) -> Result<Vec<GroupColumns<'_>>, Problem> {
        let mut columns = Vec::new();
        for clause in self.clauses() {
            let Some(of) = &clause.group else { continue };
            let missing = || GroupProblem::Missing(self.groups_digest().map(hex::encode).unwrap_or_default());
            let groups = self.groups().ok_or_else(missing)?;
            let names = match of.group.as_deref() {
                Some(group) => vec![group],
                None => groups.names(&of.classification)?,
            };
            for group in names {
                let counts = |column| self.counts(set, column);
                let members = groups.members(&of.classification, group, set.factors(), counts)?;
                if !members.contains(&true) {
                    // A limit on each group says nothing of those that the set does not have.
                    if of.group.is_none() {
                        continue;
                    }
                    let (group, classification) = (group.to_owned(), of.classification.to_string());
                    return Err(GroupProblem::NoMember { group, classification }.into());
                }
                columns.push(GroupColumns { clause, group: group.to_owned(), members });
            }
        }
        Ok(columns)
    }

    /// Returns how many factors of a set are in each group of the classifications that clauses are on, and
    /// which group takes those that the file does not list; nothing without the file.
    pub fn groups_in_words(&self, set: &ScenarioSet) -> String {
        let Some(groups) = self.groups() else { return String::new() };
        let mut seen: Vec<&str> = Vec::new();
        for of in self.clauses().iter().filter_map(|clause| clause.group.as_ref()) {
            if !seen.contains(&&*of.classification) {
                seen.push(&of.classification);
            }
        }
        let words = |classification: &&str| {
            let names = groups.names(classification).unwrap_or_default();
            let count = |group: &&str| {
                let counts = |column| self.counts(set, column);
                let members = groups.members(classification, group, set.factors(), counts).unwrap_or_default();
                let is_rest = groups.rest(classification) == Some(*group);
                let rest = if is_rest { ", with those that it does not list" } else { "" };
                format!("{} in {}{rest}", members.iter().filter(|is_in| **is_in).count(), quoted(group))
            };
            format!("{}: {}", quoted(classification), names.iter().map(count).collect::<Vec<_>>().join(", "))
        };
        seen.iter().map(words).collect::<Vec<_>>().join("; ")
    }

    /// Checks that a book's net asset value is the sum of its values, where the mandate says so.
    ///
    /// # Errors
    /// It is another number; the sum is less than zero.
    pub fn check_nav(&self, set: &ScenarioSet, positions: &Positions) -> Result<(), Problem> {
        if self.nav_source() == NavSource::Stated {
            return Ok(());
        }
        let sum = sum_of_values(set, positions.exposures());
        if sum < 0 {
            return Err(CashProblem::Negative.into());
        }
        if sum == i128::from(positions.nav()) { Ok(()) } else { Err(CashProblem::NotTheSum.into()) }
    }

    /// Returns the terms on net asset value, cash and the sizes of exposures in words, a sentence for each.
    pub fn rule_sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        if self.nav_source() == NavSource::Sum {
            sentences.push("NAV = sum of the committed exposures and cash".to_owned());
        }
        if !self.cash().is_empty() {
            let names: Vec<String> = self.cash().iter().map(|name| quoted(name)).collect();
            sentences.push(format!("cash, which no limit on exposures counts: {}", names.join(", ")));
        }
        sentences.extend(self.size_sentences());
        sentences
    }
}

/// Returns the sum of the exposures that are values, and of the cash, in book units: of every column
/// but those of Greeks and of absolute moves.
pub fn sum_of_values(set: &ScenarioSet, exposures: &[i64]) -> i128 {
    let values = exposures.iter().enumerate().filter(|(column, _)| set.is_value(*column));
    values.map(|(_, exposure)| i128::from(*exposure)).sum()
}
