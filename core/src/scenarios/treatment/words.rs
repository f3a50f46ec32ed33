//! A treatment in a few words, for sentences about sets, and in lines.

use super::{Currencies, Missing, MovesKind, Treatment};

/// Most names in a sentence; the rest are counted.
const MOST_NAMES: usize = 3;

impl Treatment {
    /// Returns the treatment in a few words, each part behind a comma.
    pub fn sentence(&self) -> String {
        self.parts().into_iter().map(|part| format!(", {part}")).collect()
    }

    /// Returns the parts of the treatment, each in a few words.
    pub fn parts(&self) -> Vec<String> {
        let mut parts = Vec::new();
        if self.returns {
            parts.push("from a file of returns".to_owned());
        }
        parts.extend(self.missing.as_ref().map(Missing::words));
        if !self.proxies.is_empty() {
            let names = listed(self.proxies.iter().map(|proxy| format!("{} by {}", proxy.factor, proxy.index)));
            parts.push(counted(self.proxies.len(), "factor is a proxy", "factors are proxies") + ": " + &names);
        }
        let of_kind = |kind| self.moves.iter().filter(move |moves| moves.kind == kind);
        let log = listed(of_kind(MovesKind::Log).map(|moves| moves.factor.clone()));
        if !log.is_empty() {
            parts.push(format!("log moves: {log}"));
        }
        let step = |step: &Option<String>| step.clone().unwrap_or_default();
        let steps = of_kind(MovesKind::Absolute).map(|moves| format!("{} by {}", moves.factor, step(&moves.step)));
        let absolute = listed(steps);
        if !absolute.is_empty() {
            parts.push(format!("absolute moves: {absolute}"));
        }
        parts.extend(self.currencies.as_ref().map(Currencies::words));
        parts
    }
}

impl Missing {
    fn words(&self) -> String {
        match self {
            Missing::DropDay { days } => {
                counted(*days, "day with a missing price left out", "days with a missing price left out")
            }
            Missing::Carry { prices } => counted(*prices, "missing price carried over", "missing prices carried over"),
            Missing::DropFactor { factors } => {
                let words = ("factor with a missing price left out", "factors with a missing price left out");
                counted(factors.len(), words.0, words.1) + ": " + &listed(factors.iter().cloned())
            }
        }
    }
}

impl Currencies {
    fn words(&self) -> String {
        let names = listed(self.factors.iter().map(|row| {
            let kind = if row.cash { "cash in" } else { "from" };
            format!("{} {kind} {}", row.factor, row.currency)
        }));
        format!("in {}: {names}", self.base)
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Returns the first names, and the number of the others.
fn listed(names: impl Iterator<Item = String>) -> String {
    let mut names: Vec<String> = names.collect();
    if names.len() > MOST_NAMES {
        let others = names.len() - MOST_NAMES;
        names.truncate(MOST_NAMES);
        names.push(format!("{others} others"));
    }
    names.join(", ")
}
