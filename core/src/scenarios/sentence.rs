//! Scenario sets in one line, for people.

use crate::scenarios::generator::{CreditKind, Generator, Variant};
use crate::scenarios::place::Place;
use crate::scenarios::set::ScenarioSet;
use crate::scenarios::treatment::Treatment;
use crate::text::{day, quoted};

impl ScenarioSet {
    /// Returns the set in one line: its size, how it was made, and its first and last label.
    pub fn sentence(&self) -> String {
        let kind = self.generator().sentence();
        let (scenarios, factors) = (self.scenarios(), self.factors().len());
        if self.generator().covariance_scale().is_some() {
            return format!("{kind}, {factors} factors");
        }
        if self.is_pnl() {
            let (first, last) = (&self.labels()[0], &self.labels()[scenarios - 1]);
            return format!("{kind}, {scenarios} days from {first} to {last}");
        }
        if matches!(self.generator(), Generator::Credit { .. } | Generator::Cashflow { .. }) {
            // Its labels are numbers that say nothing.
            return format!("{scenarios} scenarios x {factors} factors ({kind})");
        }
        let labels = self.labels();
        let unseen = match self.unseen() {
            0 => String::new(),
            count => format!(", {count} of them of weight 0, in no figure and not in the worst loss"),
        };
        let (first, last) = (&labels[0], &labels[labels.len() - 1]);
        if self.generator().is_its_makers() || matches!(self.generator(), Generator::Events { .. }) {
            let (first, last) = (quoted(first), quoted(last));
            return format!(
                "{scenarios} scenarios x {factors} factors ({kind}), named {first} to {last}{unseen}{}",
                self.still()
            );
        }
        let (first, last) = (plain(first), plain(last));
        format!("{scenarios} scenarios x {factors} factors ({kind}), {first} to {last}{unseen}{}", self.still())
    }

    /// Returns that some of the factors move in no scenario, if any is a column of cash.
    fn still(&self) -> String {
        let names: Vec<String> = self.cash().iter().map(|name| quoted(name)).collect();
        if names.is_empty() { String::new() } else { format!("; without moves, as cash: {}", names.join(", ")) }
    }
}

impl ScenarioSet {
    /// Returns what there is to say about moves that no prices make: those of a table, or of a set
    /// of a caller's own making. A table may carry any moves under any names, those of days to come
    /// included, and a name that is a day makes nothing of it historical. Of events, prices make the
    /// moves, and their maker chose which.
    pub fn note_on_origin(&self) -> Option<String> {
        if matches!(self.generator(), Generator::Events { .. }) {
            return Some("which events these are, and what they are called, is their maker's choice".to_owned());
        }
        if self.is_pnl() {
            return Some(
                "what each day gained or lost and over how many days, that none is left out, and that the vector is that of a book, is \
                 the word of whoever committed to it"
                    .to_owned(),
            );
        }
        if self.generator().makes_itself() {
            return Some(
                "the ranges of the scan are its maker's choice; it has no charge between months or underlyings, none for \
                 delivery, and no minimum for short options"
                    .to_owned(),
            );
        }
        if matches!(self.generator(), Generator::MarginTable { .. }) {
            return Some(
                "its weights and correlations are its maker's: nothing here shows that a rule sets them".to_owned(),
            );
        }
        if !self.generator().is_its_makers() {
            return None;
        }
        let kind = self.generator().market().kind();
        let days: Vec<&String> = self.labels().iter().filter(|label| day(label).is_some()).collect();
        let named = match (days.iter().min(), days.iter().max()) {
            (Some(first), Some(last)) => format!(
                "; {} of its {} scenarios are named like days ({first} to {last}), and need not be their moves",
                days.len(),
                self.scenarios()
            ),
            _ => String::new(),
        };
        Some(format!("the moves of a set of this kind ({kind}) are its maker's: no prices make them{named}"))
    }
}

impl Generator {
    /// Returns what the entries of credit scenarios are, with seed and paths where they are drawn;
    /// `None` for other sets.
    fn losses(&self) -> Option<String> {
        let Generator::Credit { nodes, finite, paths, seed, slots, .. } = self else { return None };
        let columns = if slots.is_some() { "defaults of single loans" } else { "losses of buckets" };
        Some(match self.credit_kind()? {
            CreditKind::Bound if finite.is_some() => format!("upper bounds of {columns}, of finitely many obligors"),
            CreditKind::Bound => format!("upper bounds of {columns}"),
            CreditKind::Quadrature => {
                format!("{columns} by a quadrature of {} nodes, no bound", nodes.unwrap_or_default())
            }
            CreditKind::Drawn => {
                let (paths, seed) = (paths.unwrap_or_default(), seed.as_deref().unwrap_or_default());
                format!("{columns} on {paths} paths drawn from seed {seed}, no bound")
            }
        })
    }

    /// Returns what a claim on losses over this set is about, behind a comma; nothing for sets that
    /// are not of losses.
    pub fn loss_qualifier(&self) -> String {
        if let Generator::Collateral { of, .. } = self {
            let drawn =
                of.seed().map(|seed| format!(", on paths drawn from seed {seed}: no bound")).unwrap_or_default();
            return format!(
                ", as bad debt where all collateral is sold after the moves of a scenario, without recourse and without top-up\
                 {drawn}"
            );
        }
        let Generator::Credit { nodes, finite, paths, seed, slots, .. } = self else { return String::new() };
        if finite.is_some() {
            return ", if obligors default independently given the factor".to_owned();
        }
        let limit = if slots.is_some() { "" } else { ", in the limit of a large pool" };
        match self.credit_kind() {
            Some(CreditKind::Bound) => limit.to_owned(),
            Some(CreditKind::Quadrature) => {
                format!("{limit}, by a quadrature of {} nodes: no bound", nodes.unwrap_or_default())
            }
            Some(CreditKind::Drawn) => {
                let (paths, seed) = (paths.unwrap_or_default(), seed.as_deref().unwrap_or_default());
                format!("{limit}, on {paths} paths drawn from seed {seed}: no bound")
            }
            None => String::new(),
        }
    }

    /// Returns what a margin over this matrix is under, and which parts of a rule it leaves out;
    /// nothing for other sets.
    pub fn margin_qualifier(&self) -> String {
        let Generator::MarginTable { correlations, .. } = self else { return String::new() };
        format!(
            "under the correlations that its header calls {correlations}: without concentration factors, caps of a bucket's sum, \
             curvature and other risk classes"
        )
    }

    /// Returns how a set was made, in a few words.
    fn sentence(&self) -> String {
        let treatment = self.treatment().map(Treatment::sentence).unwrap_or_default();
        match self {
            Generator::Historical { horizon, variant, .. } => {
                let variants = variant.as_ref().map(Variant::sentence).unwrap_or_default();
                let place = self.place().map(Place::sentence).unwrap_or_default();
                format!("historical, {horizon}-day returns{variants}{place}{treatment}")
            }
            Generator::Covariance { covariance, horizon, returns, .. } => {
                format!("mean and {covariance} covariance of {returns} returns, over {horizon} day(s){treatment}")
            }
            Generator::CovarianceTable { .. } => "mean and covariance of a table".to_owned(),
            Generator::MarginTable { correlations, .. } => {
                format!("matrix of a margin, weights and {correlations} correlations of a table")
            }
            Generator::Scan { price, volatility, extreme, cover, .. } => {
                let volatility = volatility.as_ref().map(|range| format!(", volatility within {range}"));
                let volatility = volatility.unwrap_or_default();
                format!(
                    "scan of one underlying: price within {price} of itself{volatility}, extreme moves of {extreme} times \
                     that counted by {cover}"
                )
            }
            Generator::MonteCarlo { model, covariance, horizon, seed, .. } => {
                format!(
                    "Monte Carlo, {model}, {covariance} covariance, {horizon}-day returns, drawn from seed \
                     {seed}{treatment}"
                )
            }
            Generator::Credit { model, degrees_of_freedom, rho, .. } => {
                let degrees = degrees_of_freedom.as_ref().map(|degrees| format!(" of {degrees} degrees of freedom"));
                let what = self.losses().unwrap_or_else(|| "of no known kind".into());
                format!("credit, {model}{}, correlation {rho}, {what}", degrees.unwrap_or_default())
            }
            Generator::Cashflow { replines, blocks, months, .. } => {
                let blocks = blocks.join(", ");
                format!("cash flows of representative loans of each {replines}, {months} months of each of: {blocks}")
            }
            Generator::Collateral { of, .. } => format!("bad debt after a sale of collateral, {}", of.sentence()),
            Generator::Stress { .. } => "stress table".to_owned(),
            Generator::Events { .. } => "events: moves of prices between named dates".to_owned(),
            Generator::Imported { description, weights, .. } => {
                let weights = weights.as_ref().map(|_| ", under weights of its own").unwrap_or_default();
                match description {
                    Some(text) => format!("imported{weights}, which its maker describes as {}", quoted(text)),
                    None => format!("imported{weights}, of a model that its maker does not describe"),
                }
            }
            Generator::Pnl { source } => format!("the committed P&L vector of {}", quoted(source)),
            Generator::Custom { description } => {
                format!("custom, which its maker describes as {}", quoted(description))
            }
        }
    }
}

/// Returns a label as its makers write it, a day or a number of a path, and any other between
/// quotation marks.
fn plain(label: &str) -> String {
    let number = label.strip_prefix("path ").unwrap_or(label);
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    if is_number || day(label).is_some() { label.to_owned() } else { quoted(label) }
}

impl Variant {
    /// Returns how a set differs from plain historical simulation, each difference after a comma.
    fn sentence(&self) -> String {
        let differences = [
            (self.stressed.is_some(), ", stressed window"),
            (self.age_weighted.is_some(), ", age-weighted"),
            (self.linear_weights, ", weights linear in age"),
            (self.volatility_scaled.is_some(), ", scaled to today's volatility"),
            (self.liquidity_horizons.is_some(), ", liquidity horizons"),
            (self.gamma || self.cross_gamma, ", with gammas"),
            (self.volatilities_sha256.is_some(), ", with implied volatilities"),
            (self.theta, ", with thetas"),
        ];
        differences.into_iter().filter_map(|(is_so, text)| is_so.then_some(text)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::historical::historical;

    #[test]
    fn sets_are_told_in_one_line() {
        let prices = crate::testing::prices("date,A\n2024-01-02,1\n2024-01-03,2\n2024-01-04,1\n");
        let set = historical(&prices, 1, None).unwrap();
        assert_eq!(set.sentence(), "2 scenarios x 1 factors (historical, 1-day returns), 2024-01-03 to 2024-01-04");
        let (generator, factors) = (set.generator().clone(), set.factors().to_vec());
        let labels = vec!["2024-01-03".to_owned(), "2024-06-28, audited".to_owned()];
        let named = ScenarioSet::new(generator, factors, labels, None, vec![1; 2], set.entries().to_vec()).unwrap();
        assert!(named.sentence().ends_with("), 2024-01-03 to \"2024-06-28, audited\""), "{}", named.sentence());
        let variant = Variant { gamma: true, age_weighted: Some("0.98".into()), ..Variant::default() };
        assert_eq!(variant.sentence(), ", age-weighted, with gammas");
    }

    /// A description such as `historical, 1-day returns` would otherwise be the verdict's word.
    #[test]
    fn the_words_of_a_maker_stand_between_quotation_marks() {
        let words = "x\", historical, 1-day returns), 2020-01-02 to 2024-06-28";
        let imported = Generator::Imported {
            description: Some(words.to_owned()),
            weights: Some("weight".into()),
            table_sha256: String::new(),
        };
        for (generator, kind) in [
            (imported, "(imported, under weights of its own, which"),
            (Generator::Custom { description: words.to_owned() }, "(custom, which"),
        ] {
            let labels = vec!["2024-01-02".to_owned(), "a \u{201d}, b".to_owned()];
            let set = ScenarioSet::new(generator, vec!["A".into()], labels, None, vec![1, 3], vec![-1; 2]).unwrap();
            let sentence = set.sentence();
            assert!(sentence.contains(kind), "{sentence}");
            assert!(
                sentence.contains("as \"x', historical, 1-day returns), 2020-01-02 to 2024-06-28\")"),
                "{sentence}"
            );
            assert!(sentence.ends_with("named \"2024-01-02\" to \"a ', b\""), "{sentence}");
            assert!(set.note_on_origin().unwrap().contains("1 of its 2 scenarios"), "{sentence}");
        }
    }

    /// `model` stands in the sentence as if the verdict knew it.
    #[test]
    fn a_header_has_no_words_of_its_makers_where_it_names_a_model() {
        let set = |model: &str, covariance: &str, seed: &str| {
            let generator = Generator::MonteCarlo {
                model: model.into(),
                degrees_of_freedom: None,
                jumps: None,
                covariance: covariance.into(),
                repair: None,
                horizon: 1,
                zero_drift: false,
                antithetic: false,
                seed: seed.into(),
                treatment: None,
                prices_sha256: String::new(),
            };
            ScenarioSet::new(generator, vec!["A".into()], vec!["1".into()], None, vec![1], vec![-1])
        };
        assert!(set("jump", "ewma", "00ff").is_ok());
        for (model, covariance, seed) in [
            ("normal, checked by the regulator", "sample", "00"),
            ("normal", "sample covariance of 2008,", "00"),
            ("normal", "sample", "agreed with you"),
        ] {
            assert!(set(model, covariance, seed).is_err(), "{model} {covariance} {seed}");
        }
    }

    /// Whoever writes a stress table can name tiny moves after days to come.
    #[test]
    fn a_stress_table_of_days_to_come_is_called_its_makers() {
        let set = |generator, labels: [&str; 2]| {
            let labels = labels.map(str::to_owned).to_vec();
            ScenarioSet::new(generator, vec!["A".into()], labels, None, vec![1; 2], vec![-1; 2]).unwrap()
        };
        let stress = || Generator::Stress { table_sha256: String::new() };
        let note = set(stress(), ["2030-03-01", "2030-03-02"]).note_on_origin().unwrap();
        assert!(note.contains("(stress)") && note.contains("2 of its 2 scenarios"), "{note}");
        assert!(note.contains("2030-03-01 to 2030-03-02"), "{note}");
        let note = set(stress(), ["Crash", "2030-03-02"]).note_on_origin().unwrap();
        assert!(note.contains("1 of its 2 scenarios"), "{note}");
        let note = set(Generator::Custom { description: "mine".into() }, ["a", "b"]).note_on_origin().unwrap();
        assert!(note.contains("(custom)") && !note.contains("named like"), "{note}");
        let prices = crate::testing::prices("date,A\n2024-01-02,1\n2024-01-03,2\n2024-01-04,1\n");
        let plain = historical(&prices, 1, None).unwrap();
        assert_eq!(plain.note_on_origin(), None);
        for generator in [stress(), plain.generator().clone(), Generator::Custom { description: String::new() }] {
            assert_eq!(serde_json::to_value(&generator).unwrap()["kind"], generator.kind());
        }
    }
}
