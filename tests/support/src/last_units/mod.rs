//! Each kind of clause that a fund's mandate has, over the demo's book: a mandate with every limit
//! at its last unit, and the same with one of them, or the book, one unit further.

mod greeks;
mod margins;
mod pnl;
mod rules;
mod sizes;

use crate::desk::Desk;

pub use greeks::{gamma_groups, theta_groups, vega_groups};
pub use margins::{OPTIONS, RULE, SCAN, frtb_margin, simm_margin, span_margin};
pub use pnl::{amount, gains, pnl_csv, pnl_of_two_desks, pnl_vector};
pub use rules::{GROUPS, equity_and_groups, posted_collateral, values_beside_exposures};
pub use sizes::caps_and_costs;

/// A mandate and the books under it, as the desk's files name them.
pub struct Stated {
    /// what is further than the book allows; empty where nothing is
    pub what: String,
    /// name of the mandate's file
    pub mandate: String,
    /// names of the books: each has a table `NAME.csv`, a commitment `NAME.json` and an opening
    /// `NAME.opening`
    pub books: Vec<&'static str>,
}

impl Stated {
    /// The options that a proof takes.
    pub fn held(&self) -> String {
        let held = self.books.iter().map(|book| format!("--book {book}.csv --opening {book}.opening"));
        format!("{} --mandate {}", held.collect::<Vec<_>>().join(" "), self.mandate)
    }

    /// The options that a verification takes.
    pub fn public(&self) -> String {
        let commitments = self.books.iter().map(|book| format!("--commitment {book}.json"));
        format!("{} --mandate {}", commitments.collect::<Vec<_>>().join(" "), self.mandate)
    }
}

/// Limits at their last unit, over the set `s.scn` of a desk.
pub struct LastUnits {
    /// the folder
    pub desk: Desk,
    /// smallest shape of keys
    pub shape: &'static str,
    /// the mandate that the book meets, and no tighter one
    pub at: Stated,
    /// mandates and books that are one unit further
    pub further: Vec<Stated>,
    /// net asset value that is stated with each book; `None` where it is the sum
    nav: Option<&'static str>,
}

impl LastUnits {
    /// A desk with a scenario set. `scenarios` are the arguments of the command that makes it.
    fn over(scenarios: &str, shape: &'static str, nav: Option<&'static str>) -> Self {
        let desk = Desk::new();
        desk.run(format!("scenarios {scenarios} -o s.scn")).expect(0);
        let at = Stated { what: String::new(), mandate: "at.toml".into(), books: vec!["b"] };
        Self { desk, shape, at, further: Vec::new(), nav }
    }

    /// Writes a book, and commits to it.
    fn book(&self, name: &str, table: impl AsRef<[u8]>, nav: Option<&str>) {
        self.desk.write(&format!("{name}.csv"), table);
        let nav = nav.map_or(String::new(), |nav| format!("--nav {nav}"));
        let files = format!("-o {name}.json --opening {name}.opening");
        self.desk.run(format!("commit --book {name}.csv --scenarios s.scn {nav} {files}")).expect(0);
    }

    fn mandate(&self, text: impl AsRef<[u8]>) {
        self.desk.write("at.toml", text);
    }

    /// Adds a mandate that is one unit further.
    fn further(&mut self, what: &str, text: impl AsRef<[u8]>) {
        let mandate = format!("further-{}.toml", self.further.len());
        self.desk.write(&mandate, text);
        self.further.push(Stated { what: what.into(), mandate, books: self.at.books.clone() });
    }

    /// Adds a book that is one unit further, under the same mandate.
    fn further_book(&mut self, what: &str, name: &'static str, table: &str) {
        self.book(name, table, self.nav);
        self.further.push(Stated { what: what.into(), mandate: "at.toml".into(), books: vec![name] });
    }

    /// The private figures of one book under a mandate, whether it holds or not.
    pub fn risk(&self, stated: &Stated) -> (bool, serde_json::Value) {
        let nav = self.nav.map_or(String::new(), |nav| format!("--nav {nav}"));
        let (book, mandate) = (stated.books[0], &stated.mandate);
        let run = self.desk.run(format!("risk --book {book}.csv --scenarios s.scn {nav} --mandate {mandate} --json"));
        let figures = run.json();
        let holds = figures["holds"].as_bool().unwrap();
        run.expect(if holds { 0 } else { 1 });
        (holds, figures)
    }

    /// The figure of a clause of a mandate's text, in currency, rounded up to a millionth.
    fn figure(&self, text: &str, clause: usize) -> f64 {
        self.desk.write("any.toml", text);
        let any = Stated { what: String::new(), mandate: "any.toml".into(), books: vec!["b"] };
        self.risk(&any).1["clauses"][clause]["figure"].as_f64().unwrap()
    }

    fn digest(&self, kind: &str, file: &str) -> String {
        let shown = self.desk.run(format!("{kind} {file} --json")).expect(0);
        shown.json()["digest"].as_str().unwrap().to_owned()
    }
}

/// The lines of a clause on a group, without its bounds.
fn clause_on(measure: &str, classification: &str, group: &str) -> String {
    format!("[[clause]]\nmeasure = \"{measure}\"\nclassification = \"{classification}\"\ngroup = \"{group}\"\n")
}

/// A billionth more or less of a fraction.
fn billionths(fraction: &str, more: i64) -> String {
    let (whole, part) = fraction.split_once('.').unwrap();
    let number: i64 = format!("{whole}{part:0<9}").parse().unwrap();
    format!("{}.{:09}", (number + more) / 1_000_000_000, (number + more) % 1_000_000_000)
}
