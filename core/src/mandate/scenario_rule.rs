//! A mandate's rule for scenario sets: the table `[scenarios]`.
//!
//! ```toml
//! [scenarios]
//! kind = ["historical", "monte-carlo"]  # the kind of the set, or a list of kinds that count
//! horizon = 20                          # days of each move
//! least_window = 250                    # fewest scenarios, or returns behind a covariance
//! latest_not_before = "2024-06-28"      # the last scenario is of this date or later
//! weights = "equal"                     # every scenario counts the same; or "linear" in age
//! digest = "9c21…"                      # the one set that counts
//! ```
//!
//! Every key is optional, and the table has at least one. A header says how its set was made; that
//! the set was made so is shown by making it again, or by `digest`.

use jiff::civil::Date;

use crate::error::{Problem, RuleProblem};
use crate::scenarios::file;
use crate::scenarios::generator::Generator;
use crate::scenarios::set::ScenarioSet;
use crate::tree::{FirstError, FromTree, Node, toml_table};

/// A kind of scenario set that a mandate names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScenarioKind {
    /// returns of a price history
    Historical,
    /// paths drawn from a fitted model
    MonteCarlo,
    /// the mean and covariance of returns
    Covariance,
    /// the mean and covariance of a table
    CovarianceTable,
    /// named scenarios of a table
    Stress,
    /// made by a caller of the library
    Custom,
    /// moves of prices between named dates
    Events,
    /// the scenarios of another model, from a table
    Imported,
    /// a matrix of weights and correlations, for margins by rule
    MarginTable,
    /// a scan of one underlying
    Scan,
    /// the days of a committed P&L vector
    Pnl,
}

impl ScenarioKind {
    /// every kind
    pub const ALL: [Self; 11] = [
        Self::Historical,
        Self::MonteCarlo,
        Self::Covariance,
        Self::CovarianceTable,
        Self::Stress,
        Self::Custom,
        Self::Events,
        Self::Imported,
        Self::MarginTable,
        Self::Scan,
        Self::Pnl,
    ];

    /// Returns the name in a mandate.
    pub fn name(self) -> &'static str {
        match self {
            Self::Historical => "historical",
            Self::MonteCarlo => "monte-carlo",
            Self::Covariance => "covariance",
            Self::CovarianceTable => "covariance-table",
            Self::Stress => "stress",
            Self::Custom => "custom",
            Self::Events => "events",
            Self::Imported => "imported",
            Self::MarginTable => "margin-table",
            Self::Scan => "scan",
            Self::Pnl => "pnl",
        }
    }

    /// Returns the kind of a generator's sets; `None` for losses of pools of loans, whatever moves they
    /// are made from.
    pub fn from_generator(generator: &Generator) -> Option<Self> {
        Some(match generator {
            Generator::Historical { .. } => Self::Historical,
            Generator::MonteCarlo { .. } => Self::MonteCarlo,
            Generator::Covariance { .. } => Self::Covariance,
            Generator::CovarianceTable { .. } => Self::CovarianceTable,
            Generator::Stress { .. } => Self::Stress,
            Generator::Custom { .. } => Self::Custom,
            Generator::Events { .. } => Self::Events,
            Generator::Imported { .. } => Self::Imported,
            Generator::MarginTable { .. } => Self::MarginTable,
            Generator::Scan { .. } => Self::Scan,
            Generator::Pnl { .. } => Self::Pnl,
            Generator::Credit { .. } | Generator::Collateral { .. } | Generator::Cashflow { .. } => return None,
        })
    }
}

/// Weights that a mandate asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequiredWeights {
    /// every scenario has the same
    Equal,
    /// 1 for the oldest scenario, and 1 more for each newer one
    Linear,
}

impl RequiredWeights {
    /// every rule of weights
    pub const ALL: [Self; 2] = [Self::Equal, Self::Linear];

    /// Returns the name in a mandate.
    pub fn name(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Linear => "linear",
        }
    }

    /// Whether the weights of a set, in its order, are these.
    pub(super) fn are(self, weights: &[u32]) -> bool {
        match self {
            Self::Equal => weights.windows(2).all(|pair| pair[0] == pair[1]),
            Self::Linear => weights.iter().copied().eq((1..).take(weights.len())),
        }
    }
}

/// Requirements of a mandate on the scenario set that its clauses are about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScenarioRule {
    /// kinds of sets; empty for any
    pub kinds: Vec<ScenarioKind>,
    /// days of each move
    pub horizon: Option<usize>,
    /// fewest scenarios, or returns behind a covariance
    pub least_window: Option<usize>,
    /// earliest date of the last scenario
    pub latest_not_before: Option<Date>,
    /// weights of the scenarios
    pub weights: Option<RequiredWeights>,
    /// digest of the one set
    pub digest: Option<[u8; 32]>,
}

toml_table! {
    pub(crate) struct ScenarioTable {
        pub kind: Kinds = Kinds::Some(Vec::new()),
        pub horizon: Option<usize>,
        pub least_window: Option<usize>,
        pub latest_not_before: Option<String>,
        pub weights: Option<String>,
        pub digest: Option<String>,
    }
}

/// One kind, or a list of them.
#[derive(Clone)]
pub(crate) enum Kinds {
    One(String),
    Some(Vec<String>),
}

impl FromTree for Kinds {
    fn read(node: &Node<'_>, errors: &mut FirstError) -> Self {
        match node.as_str() {
            Some(name) => Self::One(name.to_owned()),
            None => Self::Some(Vec::read(node, errors)),
        }
    }

    fn nothing() -> Self {
        Self::Some(Vec::new())
    }
}

impl ScenarioTable {
    pub(crate) fn rule(&self) -> Result<ScenarioRule, Problem> {
        let kind = |name: &String| {
            let known = ScenarioKind::ALL.into_iter().find(|kind| kind.name() == name);
            known.ok_or_else(|| RuleProblem::UnknownKind(name.clone()))
        };
        let names = match &self.kind {
            Kinds::One(name) => std::slice::from_ref(name),
            Kinds::Some(names) => names,
        };
        let date = |text: &String| {
            let date = text.parse::<Date>().ok().filter(|date| date.to_string() == *text);
            date.ok_or_else(|| Problem::NotADate(text.clone()))
        };
        let digest = |text: &String| {
            let digest = hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok());
            digest.filter(|digest: &[u8; 32]| hex::encode(digest) == *text).ok_or(RuleProblem::Digest)
        };
        let weights = |name: &String| {
            let known = RequiredWeights::ALL.into_iter().find(|weights| weights.name() == name);
            known.ok_or_else(|| RuleProblem::UnknownWeights(name.clone()))
        };
        let rule = ScenarioRule {
            kinds: names.iter().map(kind).collect::<Result<_, _>>()?,
            horizon: self.horizon,
            least_window: self.least_window,
            latest_not_before: self.latest_not_before.as_ref().map(date).transpose()?,
            weights: self.weights.as_ref().map(weights).transpose()?,
            digest: self.digest.as_ref().map(digest).transpose()?,
        };
        rule.check_itself()?;
        Ok(rule)
    }
}

impl ScenarioRule {
    /// Checks that the rule requires something that a set can satisfy.
    pub(super) fn check_itself(&self) -> Result<(), RuleProblem> {
        if *self == Self::default() {
            return Err(RuleProblem::Empty);
        }
        if let Some(kind) = (1..self.kinds.len()).find(|index| self.kinds[..*index].contains(&self.kinds[*index])) {
            return Err(RuleProblem::KindTwice(self.kinds[kind].name()));
        }
        match (self.horizon, self.least_window) {
            (Some(0), _) => Err(RuleProblem::Zero("horizon")),
            (_, Some(0)) => Err(RuleProblem::Zero("least_window")),
            _ => Ok(()),
        }
    }

    /// Returns the names of the kinds, for people.
    pub fn kinds_text(&self) -> String {
        self.kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ")
    }

    /// Returns, as the table writes them, the requirements that only a set's header shows to be met.
    /// There are none where the rule names the one set by its digest.
    pub fn rests_on_header(&self) -> Option<String> {
        let kind = (!self.kinds.is_empty()).then(|| format!("kind {}", self.kinds_text()));
        let horizon = self.horizon.map(|days| format!("horizon {days}"));
        let latest = self.latest_not_before.map(|date| format!("latest_not_before {date}"));
        let required: Vec<String> = kind.into_iter().chain(horizon).chain(latest).collect();
        (self.digest.is_none() && !required.is_empty()).then(|| required.join("; "))
    }

    /// Returns the table as one line of a mandate's file, which stands above its clauses.
    pub fn line(&self) -> String {
        let kinds: Vec<String> = self.kinds.iter().map(|kind| format!("\"{}\"", kind.name())).collect();
        let keys = [
            (!kinds.is_empty()).then(|| format!("kind = [{}]", kinds.join(", "))),
            self.horizon.map(|days| format!("horizon = {days}")),
            self.least_window.map(|rows| format!("least_window = {rows}")),
            self.latest_not_before.map(|date| format!("latest_not_before = \"{date}\"")),
            self.weights.map(|weights| format!("weights = \"{}\"", weights.name())),
            self.digest.map(|digest| format!("digest = \"{}\"", hex::encode(digest))),
        ];
        format!("scenarios = {{ {} }}", keys.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }

    /// Checks that a set is one that the rule allows, as its header describes it.
    ///
    /// # Errors
    /// The first requirement that the set does not meet.
    pub fn check(&self, set: &ScenarioSet) -> Result<(), RuleProblem> {
        self.check_as(ScenarioKind::from_generator(set.generator()), set)
    }

    /// Checks the market's scenarios behind a set of losses of collateral, which has their header,
    /// labels and weights.
    ///
    /// # Errors
    /// The first requirement that they do not meet. The digest is that of the losses.
    pub fn check_market(&self, set: &ScenarioSet) -> Result<(), RuleProblem> {
        self.check_as(ScenarioKind::from_generator(set.generator().market()), set)
    }

    fn check_as(&self, kind: Option<ScenarioKind>, set: &ScenarioSet) -> Result<(), RuleProblem> {
        let generator = set.generator();
        if !self.kinds.is_empty() && !kind.is_some_and(|kind| self.kinds.contains(&kind)) {
            let found = kind.map_or(generator.kind(), ScenarioKind::name);
            return Err(RuleProblem::OtherKind { found, allowed: self.kinds_text() });
        }
        // The days of a P&L vector are their maker's: no sources make them, and no rule means them unless
        // it names their kind or their digest.
        if matches!(generator, Generator::Pnl { .. }) && self.kinds.is_empty() && self.digest.is_none() {
            let allowed = "of moves of factors; write kind = \"pnl\" for P&L vectors".to_owned();
            return Err(RuleProblem::OtherKind { found: ScenarioKind::Pnl.name(), allowed });
        }
        if let Some(required) = self.horizon.filter(|required| generator.horizon() != Some(*required)) {
            return Err(RuleProblem::OtherHorizon { found: generator.horizon(), required });
        }
        let rows = generator.returns().unwrap_or(set.scenarios());
        if let Some(required) = self.least_window.filter(|required| rows < *required) {
            return Err(RuleProblem::TooFewRows { found: rows, required });
        }
        if let Some(latest) = self.latest_not_before {
            // Names in a table are their maker's, also where they look like days.
            let label = set.labels().last().filter(|_| !generator.is_its_makers());
            let last = label.and_then(|label| label.parse::<Date>().ok());
            if last.is_none_or(|last| last < latest) {
                let found = last.map(|last| last.to_string());
                return Err(RuleProblem::TooOld { found, latest: latest.to_string() });
            }
        }
        if let Some(weights) = self.weights.filter(|weights| !weights.are(set.weights())) {
            return Err(RuleProblem::OtherWeights { required: weights.name() });
        }
        let digest = file::digest(set);
        match self.digest.filter(|required| *required != digest) {
            Some(required) => {
                Err(RuleProblem::OtherDigest { found: hex::encode(digest), required: hex::encode(required) })
            }
            None => Ok(()),
        }
    }

    /// Returns the first requirement of `other` that this rule does not make as well.
    pub(super) fn lacks(&self, other: &ScenarioRule) -> Option<String> {
        let horizon = other.horizon.filter(|days| self.horizon != Some(*days)).map(|days| format!("horizon = {days}"));
        let window = other.least_window.filter(|rows| self.least_window < Some(*rows));
        let window = window.map(|rows| format!("least_window = {rows}"));
        let kinds = !other.kinds.is_empty()
            && (self.kinds.is_empty() || self.kinds.iter().any(|kind| !other.kinds.contains(kind)));
        horizon.or(window).or_else(|| kinds.then(|| format!("kind = {}", other.kinds_text())))
    }

    /// Returns the rule's line in the canonical text of a mandate.
    pub(super) fn canonical_line(&self) -> String {
        let mut line = "scenarios".to_owned();
        let mut kinds = self.kinds.clone();
        kinds.sort_unstable();
        let kinds: Vec<&str> = kinds.into_iter().map(ScenarioKind::name).collect();
        if !kinds.is_empty() {
            line.push_str(&format!(" kind {}", kinds.join(",")));
        }
        line.extend(self.horizon.map(|horizon| format!(" horizon {horizon}")));
        line.extend(self.least_window.map(|rows| format!(" least_window {rows}")));
        line.extend(self.latest_not_before.map(|latest| format!(" latest_not_before {latest}")));
        line.extend(self.weights.map(|weights| format!(" weights {}", weights.name())));
        line.extend(self.digest.map(|digest| format!(" digest {}", hex::encode(digest))));
        line.push('\n');
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::Place;
    use crate::scenarios::generator::Variant;
    use crate::scenarios::historical::historical;
    use crate::{Mandate, error::InputError};

    const PRICES: &str = "date,A\n2024-01-02,100\n2024-01-03,110\n2024-01-04,99\n2024-01-05,98\n";
    const MANDATE: &str = "name = \"m\"\n[[clause]]\nmeasure = \"stress\"\nlimit = 1\n";

    fn mandate(table: &str) -> Result<Mandate, InputError> {
        Mandate::from_toml("m.toml", &format!("{MANDATE}{table}"))
    }

    fn checked(lines: &str, set: &ScenarioSet) -> Result<(), RuleProblem> {
        mandate(&format!("[scenarios]\n{lines}\n")).unwrap().scenario_rule().unwrap().check(set)
    }

    /// Whoever commits to a P&L vector chose its days: a rule that does not mean it is not met by them.
    #[test]
    fn a_pnl_vector_meets_rules_that_name_its_kind_or_its_digest_alone() {
        let days = ["2024-01-03", "2024-01-04", "2024-01-05"].map(|day| day.parse().unwrap());
        let set = crate::scenarios::pnl::pnl("Desk", &days).unwrap();
        let digest = hex::encode(file::digest(&set));
        for allowed in ["kind = \"pnl\"\nlatest_not_before = \"2024-01-05\"", &format!("digest = \"{digest}\"")] {
            assert_eq!(checked(allowed, &set), Ok(()), "{allowed}");
        }
        for refused in ["latest_not_before = \"2024-01-05\"", "least_window = 3", "kind = \"historical\""] {
            let problem = checked(refused, &set);
            assert!(matches!(problem, Err(RuleProblem::OtherKind { found: "pnl", .. })), "{refused}: {problem:?}");
        }
    }

    #[test]
    fn a_set_is_checked_against_every_requirement() {
        let set = historical(&crate::testing::prices(PRICES), 1, None).unwrap();
        let digest = hex::encode(file::digest(&set));
        for allowed in [
            "kind = [\"stress\", \"historical\"]",
            "kind = \"historical\"",
            "horizon = 1",
            "least_window = 3",
            "latest_not_before = \"2024-01-05\"",
            "weights = \"equal\"",
            &format!("digest = \"{digest}\""),
        ] {
            assert_eq!(checked(allowed, &set), Ok(()), "{allowed}");
        }
        let other = "0".repeat(64);
        for (refused, problem) in [
            ("kind = [\"stress\"]", RuleProblem::OtherKind { found: "historical", allowed: "stress".into() }),
            ("horizon = 20", RuleProblem::OtherHorizon { found: Some(1), required: 20 }),
            ("least_window = 4", RuleProblem::TooFewRows { found: 3, required: 4 }),
            (
                "latest_not_before = \"2024-01-08\"",
                RuleProblem::TooOld { found: Some("2024-01-05".into()), latest: "2024-01-08".into() },
            ),
            (
                &format!("digest = \"{other}\""),
                RuleProblem::OtherDigest { found: digest.clone(), required: other.clone() },
            ),
        ] {
            assert_eq!(checked(refused, &set), Err(problem), "{refused}");
        }
        let mut weights = set.weights().to_vec();
        weights[0] += 1;
        let (generator, factors) = (Generator::Custom { description: "c".into() }, set.factors().to_vec());
        let labels = vec!["x".to_owned(), "y".to_owned(), "z".to_owned()];
        let custom = ScenarioSet::new(generator, factors, labels, None, weights, set.entries().to_vec()).unwrap();
        assert_eq!(checked("weights = \"equal\"", &custom), Err(RuleProblem::OtherWeights { required: "equal" }));
        assert_eq!(checked("weights = \"linear\"", &custom), Err(RuleProblem::OtherWeights { required: "linear" }));
        assert_eq!(checked("horizon = 1", &custom), Err(RuleProblem::OtherHorizon { found: None, required: 1 }));
        let undated = RuleProblem::TooOld { found: None, latest: "2024-01-01".into() };
        assert_eq!(checked("latest_not_before = \"2024-01-01\"", &custom), Err(undated.clone()));
        // Whoever writes a table may name its rows by days to come.
        let stress = Generator::Stress { table_sha256: String::new() };
        let (factors, labels) = (set.factors().to_vec(), set.labels().to_vec());
        let named = ScenarioSet::new(stress, factors, labels, None, vec![1; 3], set.entries().to_vec()).unwrap();
        assert_eq!(checked("latest_not_before = \"2024-01-01\"", &named), Err(undated));
    }

    /// A ring or a slot changes neither moves nor weights, so a plain set and the same set in its
    /// place meet the same rules; a rule that names one set by its digest names one place.
    #[test]
    fn a_set_in_its_place_meets_the_rules_that_it_meets_without() {
        let plain = historical(&crate::testing::prices(PRICES), 1, None).unwrap();
        let ring = plain.clone().placed(Some(Place::Ring(1))).unwrap();
        for rule in ["kind = \"historical\"", "horizon = 1", "least_window = 3", "weights = \"equal\""] {
            assert_eq!((checked(rule, &plain), checked(rule, &ring)), (Ok(()), Ok(())), "{rule}");
        }
        let digest = format!("digest = \"{}\"", hex::encode(file::digest(&plain)));
        assert!(checked(&digest, &plain).is_ok() && checked(&digest, &ring).is_err());
        assert_eq!(checked("weights = \"linear\"", &ring), Err(RuleProblem::OtherWeights { required: "linear" }));
        let variant = Some(Variant { linear_weights: true, ..Variant::default() });
        let generator = Generator::Historical {
            horizon: 1,
            variant,
            ring: Some(1),
            slot: None,
            treatment: None,
            prices_sha256: String::new(),
        };
        let (factors, labels) = (plain.factors().to_vec(), plain.labels().to_vec());
        let linear = ScenarioSet::new(generator, factors, labels, None, vec![1, 2, 3], plain.entries().to_vec());
        let linear = linear.unwrap();
        assert_eq!(checked("weights = \"linear\"", &linear), Ok(()));
        assert_eq!(checked("weights = \"equal\"", &linear), Err(RuleProblem::OtherWeights { required: "equal" }));
    }

    #[test]
    fn a_line_of_a_file_says_the_whole_rule() {
        let rule = ScenarioRule {
            kinds: vec![ScenarioKind::Historical, ScenarioKind::MonteCarlo],
            horizon: Some(20),
            least_window: Some(250),
            latest_not_before: Some(jiff::civil::date(2024, 1, 5)),
            weights: Some(RequiredWeights::Equal),
            digest: Some([17; 32]),
        };
        for rule in [rule.clone(), ScenarioRule { kinds: Vec::new(), horizon: None, ..rule }] {
            let read = Mandate::from_toml("m.toml", &format!("{}\n{MANDATE}", rule.line())).unwrap();
            assert_eq!(read.scenario_rule(), Some(&rule));
        }
    }

    #[test]
    fn a_rule_that_says_nothing_or_something_unknown_is_refused() {
        for (table, message) in [
            ("[scenarios]\n", "says nothing"),
            ("[scenarios]\nkind = [\"history\"]\n", "'history'"),
            ("[scenarios]\nkind = [\"stress\", \"stress\"]\n", "twice"),
            ("[scenarios]\nhorizon = 0\n", "horizon"),
            ("[scenarios]\nleast_window = 0\n", "least_window"),
            ("[scenarios]\nlatest_not_before = \"2024-1-5\"\n", "not a date"),
            ("[scenarios]\nlatest_not_before = \"2024-01-05T00:00\"\n", "not a date"),
            ("[scenarios]\nweights = \"age\"\n", "'age'"),
            ("[scenarios]\ndigest = \"AB\"\n", "64"),
            ("[scenarios]\nwindow = 3\n", "window"),
        ] {
            let error = mandate(table).unwrap_err().to_string();
            assert!(error.contains(message), "{table}: {error}");
        }
    }

    #[test]
    fn every_requirement_is_in_the_digest_and_a_mandate_without_one_keeps_its_own() {
        let without = mandate("").unwrap();
        assert_eq!(without.scenario_rule(), None);
        let tables = [
            "kind = [\"historical\"]",
            "kind = [\"stress\"]",
            "horizon = 2",
            "least_window = 2",
            "latest_not_before = \"2024-01-05\"",
            "weights = \"equal\"",
            "weights = \"linear\"",
            "digest = \"1111111111111111111111111111111111111111111111111111111111111111\"",
        ];
        let order = ["[\"stress\", \"historical\"]", "[\"historical\", \"stress\"]"];
        let [first, second] = order.map(|kinds| mandate(&format!("[scenarios]\nkind = {kinds}\n")).unwrap().digest());
        assert_eq!(first, second, "the order of kinds means nothing");
        let mut digests: Vec<[u8; 32]> =
            tables.iter().map(|lines| mandate(&format!("[scenarios]\n{lines}\n")).unwrap().digest()).collect();
        digests.push(without.digest());
        digests.sort_unstable();
        digests.dedup();
        assert_eq!(digests.len(), tables.len() + 1);
    }
}
