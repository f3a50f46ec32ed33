//! Each kind of clause that a fund's mandate has, over the demo's book: a mandate with every limit
//! at its last unit, and the same with one of them, or the book, one unit further.

use crate::desk::{BOOK, Desk, NAV, PRICES};

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

/// A billionth more or less of a fraction.
fn billionths(fraction: &str, more: i64) -> String {
    let (whole, part) = fraction.split_once('.').unwrap();
    let number: i64 = format!("{whole}{part:0<9}").parse().unwrap();
    format!("{}.{:09}", (number + more) / 1_000_000_000, (number + more) % 1_000_000_000)
}

const SECTORS: &str = r#"
[sector]
rest = "other"
[sector.groups]
technology = ["AAPL", "AMD", "MSFT"]
financials = ["BAC", "JPM"]
energy = ["CVX", "RRC", "XOM"]

[liquidity]
rest = "equities"
[liquidity.groups]
daily = ["cash"]
"#;

/// Leverage on a net asset value that is the sum of stocks, cash and a loan; and gross, net and
/// share of groups, under limits and above floors. The sum is 7,843,750, a gross exposure of
/// 12,550,000 by 1.6.
pub fn equity_and_groups() -> LastUnits {
    let historical = format!("historical --prices {PRICES} --window 8 --cash cash --cash 'margin loan'");
    let mut case = LastUnits::over(&historical, "8x22+rules+7groups", None);
    let stocks = case.desk.read(BOOK);
    case.book("b", format!("{stocks}cash,500000\nmargin loan,-2106250\n"), None);
    case.desk.write("funds.groups.toml", SECTORS);
    let digest = case.digest("groups", "funds.groups.toml");
    let text = |[leverage, technology, ceiling, floor, share, daily]: [&str; 6]| {
        let group = |measure: &str, of: &str, name: &str| {
            format!("[[clause]]\nmeasure = \"{measure}\"\nclassification = \"{of}\"\ngroup = \"{name}\"\n")
        };
        [
            format!("name = \"Groups\"\nnav = \"sum\"\ncash = [\"cash\", \"margin loan\"]\ngroups = \"{digest}\"\n"),
            format!("[[clause]]\nmeasure = \"gross\"\nlimit_nav = {leverage}\n"),
            format!("{}limit = {technology}\n", group("gross", "sector", "technology")),
            format!("{}limit = {ceiling}\nfloor = {floor}\n", group("net", "sector", "energy")),
            format!("{}limit_nav = {share}\n", group("gross", "sector", "each")),
            format!("{}floor_nav = {daily}\n", group("net", "liquidity", "daily")),
        ]
        .concat()
    };
    // 6,750,000 and 500,000 of 7,843,750, to the billionth that still holds.
    let (share, daily) = ("0.860557769", "0.063745019");
    let at = ["1.600000000", "3050000", "50000", "50000", share, daily];
    case.mandate(text(at));
    let (leverage, less, more) = (billionths(at[0], -1), billionths(share, -1), billionths(daily, 1));
    for (what, place, value) in [
        ("leverage", 0, &*leverage),
        ("a group's gross exposure", 1, "3049999.99"),
        ("a group's net exposure, a ceiling", 2, "49999.99"),
        ("a group's net exposure, a floor", 3, "50000.01"),
        ("the share of each group", 4, &*less),
        ("the share of cash, a floor", 5, &*more),
    ] {
        let mut limits = at;
        limits[place] = value;
        match place {
            // A floor is not above its limit.
            2 => limits[3] = "49999.98",
            3 => limits[2] = "50000.02",
            _ => {}
        }
        case.further(what, text(limits));
    }
    case.further_book("a cent more is owed", "owing", &format!("{stocks}cash,500000\nmargin loan,-2106250.01\n"));
    case
}

/// Gamma and a net band of an underlying as groups of columns, over real prices; the gammas are
/// made up.
pub fn gamma_groups() -> LastUnits {
    let historical = format!("historical --prices {PRICES} --window 8 --factors AAPL,MSFT --gamma");
    let mut case = LastUnits::over(&historical, "8x4+rules+3groups", Some(NAV));
    case.book("b", "factor,delta,gamma\nAAPL,1250000,-9000000.25\nMSFT,-1400000,2000000\n", case.nav);
    let groups =
        "[greeks]\n[greeks.groups]\ngamma = [\"gamma:AAPL\", \"gamma:MSFT\"]\nAAPL = [\"AAPL\"]\nMSFT = [\"MSFT\"]\n";
    case.desk.write("desk.groups.toml", groups);
    let digest = case.digest("groups", "desk.groups.toml");
    let text = |[gamma, ceiling, floor]: [&str; 3]| {
        let group = |measure: &str, name: &str| {
            format!("[[clause]]\nmeasure = \"{measure}\"\nclassification = \"greeks\"\ngroup = \"{name}\"\n")
        };
        format!(
            "name = \"Greeks\"\ngroups = \"{digest}\"\n{}limit = {gamma}\n{}limit = {ceiling}\n{}limit = 0\nfloor = {floor}\n",
            group("gross", "gamma"),
            group("net", "AAPL"),
            group("net", "MSFT"),
        )
    };
    let at = ["11000000.25", "1250000", "-1400000"];
    case.mandate(text(at));
    case.further("gross gamma", text(["11000000.24", at[1], at[2]]));
    case.further("net delta, a ceiling", text([at[0], "1249999.99", at[2]]));
    case.further("net delta, a floor", text([at[0], at[1], "-1399999.99"]));
    case
}

/// A cap for each position, and value at risk with costs that grow, from both sides.
pub fn caps_and_costs() -> LastUnits {
    const CAPS: &str = "factor,cap,volume\nAAPL,1250000,\nRRC,,1000000\nXOM,450000,2300000\nrest,1400000,\n";
    let historical = format!("historical --prices {PRICES} --window 8");
    let mut case = LastUnits::over(&historical, "8x20+rules+caps+impact", Some(NAV));
    case.book("b", case.desk.read(BOOK), case.nav);
    case.desk.write("fund.caps.csv", CAPS);
    let costs = "factor,rate,above_1,rate_1,above_2,rate_2\nAAPL,0.0002,1000000,0.001,1200000,0.004\n\
                 XOM,0.0003,400000,0.002,,\nrest,0.0005,,,,\n";
    case.desk.write("fund.impact.csv", costs);
    let impact = case.digest("impact", "fund.impact.csv");
    let text = |caps: &str, bounds: &str| {
        format!(
            "name = \"Sizes\"\ncaps = \"{caps}\"\ncap_days = 2\ncap_participation = 0.1\nimpact = \"{impact}\"\n\
             [[clause]]\nmeasure = \"caps\"\n\
             [[clause]]\nmeasure = \"var\"\nconfidence = 0.75\nliquidity = true\n{bounds}\n"
        )
    };
    let caps = case.digest("caps", "fund.caps.csv");
    let figure = case.figure(&text(&caps, "limit = 1000000000"), 1);
    let exact = format!("limit = {figure:.6}\nfloor = {:.6}", figure - 1e-6);
    case.mandate(text(&caps, &exact));
    case.further("a loss with its cost", text(&caps, &format!("limit = {:.6}", figure - 1e-6)));
    case.further(
        "a floor under a loss with its cost",
        text(&caps, &format!("limit = 1000000000\nfloor = {:.6}", figure + 1e-6)),
    );
    for (what, from, to) in [
        ("a cap", "AAPL,1250000", "AAPL,1249999.99"),
        ("the cap of the rest", "rest,1400000", "rest,1399999.99"),
        ("a volume", "RRC,,1000000", "RRC,,999999.95"),
    ] {
        let file = format!("{}.caps.csv", case.further.len());
        case.desk.write(&file, CAPS.replace(from, to));
        let caps = case.digest("caps", &file);
        case.further(what, text(&caps, &exact));
    }
    case
}

/// The gains of the demo's book on the newest days, in cents: each exposure times the return of its
/// price.
pub fn gains(desk: &Desk, days: usize) -> Vec<(String, i64)> {
    let (prices, book) = (desk.read(PRICES), desk.read(BOOK));
    let exposure = |factor: &str| -> f64 {
        let of = |row: &str| row.split_once(',').filter(|(name, _)| *name == factor).map(|(_, value)| value.parse());
        book.lines().find_map(of).unwrap().unwrap()
    };
    let factors: Vec<&str> = prices.lines().next().unwrap().split(',').skip(1).collect();
    let row = |line: &str| -> (String, Vec<f64>) {
        let (day, values) = line.split_once(',').unwrap();
        (day.to_owned(), values.split(',').map(|value| value.parse().unwrap()).collect())
    };
    let rows: Vec<_> = prices.lines().skip(1).map(row).collect();
    let newest = &rows[rows.len() - days - 1..];
    let gain = |pair: &[(String, Vec<f64>)]| {
        let moves = factors.iter().zip(pair[0].1.iter().zip(&pair[1].1));
        let gain: f64 = moves.map(|(factor, (before, after))| exposure(factor) * (after / before - 1.0)).sum();
        (pair[1].0.clone(), format!("{:.0}", gain * 100.0).parse().unwrap())
    };
    newest.windows(2).map(gain).collect()
}

/// An amount of cents in currency.
pub fn amount(cents: i64) -> String {
    format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)
}

/// A P&L vector of gains in cents, as a table.
pub fn pnl_csv(gains: &[(String, i64)]) -> String {
    let rows = gains.iter().map(|(day, gain)| format!("{day},{}\n", amount(*gain)));
    std::iter::once("date,pnl\n".to_owned()).chain(rows).collect()
}

/// P&L vectors of so many desks over eight days, the first of which is the demo's book and the
/// others hedge a quarter of it each.
fn vectors(shape: &'static str, books: Vec<&'static str>) -> LastUnits {
    let of_demo = gains(&Desk::new(), 8);
    let desk = Desk::new();
    let quarter: Vec<(String, i64)> = of_demo.iter().map(|(day, gain)| (day.clone(), -gain / 4)).collect();
    desk.write("b.csv", pnl_csv(&of_demo));
    desk.run("scenarios pnl --pnl b.csv --source 'Desks, full revaluation' -o s.scn").expect(0);
    let at = Stated { what: String::new(), mandate: "at.toml".into(), books };
    let mut case = LastUnits { desk, shape, at, further: Vec::new(), nav: Some(NAV) };
    let mut losses = [0; 8];
    for (place, book) in case.at.books.iter().enumerate() {
        let (vector, nav) = if place == 0 { (&of_demo, NAV) } else { (&quarter, "0") };
        case.book(book, pnl_csv(vector), Some(nav));
        losses.iter_mut().zip(vector).for_each(|(loss, (_, gain))| *loss -= gain);
    }
    losses.sort_unstable_by(|one, other| other.cmp(one));
    // Two days of eight are beyond 75 %: value at risk is the third loss, and expected shortfall
    // the mean of two.
    let [worst, second, third, ..] = losses;
    assert!(third > 0, "{losses:?}");
    let halves = |two: i64| format!("{}.{:03}", two * 5 / 1_000, two * 5 % 1_000);
    let text = |var: i64, two: i64| {
        format!(
            "name = \"Gains\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.75\nlimit = {}\n\
             [[clause]]\nmeasure = \"cvar\"\nconfidence = 0.75\nlimit = {}\n",
            amount(var),
            halves(two)
        )
    };
    let two = worst + second;
    case.mandate(text(third, two));
    case.further("value at risk of gains", text(third - 1, two));
    case.further("expected shortfall of gains", text(third, two - 1));
    case
}

/// A P&L vector.
pub fn pnl_vector() -> LastUnits {
    vectors("8pnl/1", vec!["b"])
}

/// The sum of the P&L vectors of two desks.
pub fn pnl_of_two_desks() -> LastUnits {
    vectors("8pnl/1+2books", vec!["b", "hedge"])
}

/// Weights and correlations of the stocks in two buckets.
const RULE: &str = r#"
across = 0.15
within = 0.25

[[bucket]]
name = "consumer, health, industrials and energy"
factors = ["BBY", "HD", "KO", "PEP", "PG", "WMT", "JNJ", "LLY", "MRK", "PFE", "UNH", "GE", "CVX", "RRC", "XOM"]
weights = 0.35

[[bucket]]
name = "financials and technology"
factors = ["AAPL", "AMD", "BAC", "JPM", "MSFT"]
weights = 0.5
"#;

/// The margin of a preset, over a matrix of medium correlations.
fn margin(preset: &str) -> LastUnits {
    let desk = Desk::new();
    desk.write("rule.toml", RULE);
    desk.run("scenarios margin --table rule.toml -o s.scn").expect(0);
    let at = Stated { what: String::new(), mandate: "at.toml".into(), books: vec!["b"] };
    let nav = Some(NAV);
    let case = LastUnits { desk, shape: "21x20+parametric", at, further: Vec::new(), nav };
    case.book("b", case.desk.read(BOOK), nav);
    under_preset(case, preset)
}

/// A preset of one clause whose limit is the figure of the book.
fn under_preset(mut case: LastUnits, preset: &str) -> LastUnits {
    let text = |limit: &str| {
        case.desk.run(format!("mandate {preset} --limit {limit} --scenarios s.scn -o preset.toml --force")).expect(0);
        case.desk.read("preset.toml")
    };
    let figure = case.figure(&text("1000000000"), 0);
    let (at, below) = (text(&format!("{figure:.6}")), text(&format!("{:.6}", figure - 1e-6)));
    case.mandate(at);
    case.further("the figure of the preset", below);
    case
}

/// Delta margin in the manner of the Basel framework's standardised approach.
pub fn frtb_margin() -> LastUnits {
    margin("frtb-sba")
}

/// Delta margin in the manner of the SIMM.
pub fn simm_margin() -> LastUnits {
    margin("simm-delta")
}

/// Arguments of a scan of the S&P 500.
const SCAN: &str =
    "scan --underlying 'S&P 500' --price-range 0.09 --volatility-range 0.04 --gamma --extreme 3 --cover 0.33";
const OPTIONS: &str = "factor,delta,gamma,vega\nS&P 500,200000,-9000000,-350000\n";

/// The worst of a scan of one underlying, in the manner of SPAN; the book is made up.
pub fn span_margin() -> LastUnits {
    let case = LastUnits::over(SCAN, "16x3/1", Some("1000000"));
    case.book("b", OPTIONS, case.nav);
    under_preset(case, "span-scan")
}

/// Vega and gamma limits as groups of columns of a scan; the book is made up.
pub fn vega_groups() -> LastUnits {
    let mut case = LastUnits::over(SCAN, "16x3+rules+2groups", Some("1000000"));
    case.book("b", OPTIONS, case.nav);
    let groups =
        "[greeks]\nrest = \"delta\"\n[greeks.groups]\ngamma = [\"gamma:S&P 500\"]\nvega = [\"vega:S&P 500\"]\n";
    case.desk.write("desk.groups.toml", groups);
    let digest = case.digest("groups", "desk.groups.toml");
    let text = |gamma: &str, vega: &str| {
        let group = |measure: &str, name: &str| {
            format!("[[clause]]\nmeasure = \"{measure}\"\nclassification = \"greeks\"\ngroup = \"{name}\"\n")
        };
        format!(
            "name = \"Greeks\"\ngroups = \"{digest}\"\n{}limit = {gamma}\n{}limit = 0\nfloor = {vega}\n",
            group("gross", "gamma"),
            group("net", "vega"),
        )
    };
    case.mandate(text("9000000", "-350000"));
    case.further("gross gamma", text("8999999.99", "-350000"));
    case.further("net vega, a floor", text("9000000", "-349999.99"));
    case
}

/// The probability that a loss exceeds the posted collateral is at most a quarter: value at risk
/// within an equity that is the sum of the stocks and what is owed for them.
pub fn posted_collateral() -> LastUnits {
    let historical = format!("historical --prices {PRICES} --window 8 --cash owed");
    let mut case = LastUnits::over(&historical, "8x21+rules", None);
    let stocks = case.desk.read(BOOK);
    let value: f64 = stocks.lines().skip(1).map(|row| row.split_once(',').unwrap().1.parse::<f64>().unwrap()).sum();
    let text = |limit: &str| {
        format!(
            "name = \"Posted collateral\"\nnav = \"sum\"\ncash = [\"owed\"]\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.75\n\
             {limit}\n"
        )
    };
    // The loss is the same whatever is owed.
    case.book("b", format!("{stocks}owed,0\n"), None);
    let figure = case.figure(&text("limit = 1000000000"), 0);
    let mut owed: [String; 2] = Default::default();
    let equity = (figure * 100.0).ceil() / 100.0;
    for (place, cent) in [0.0, 0.01].into_iter().enumerate() {
        owed[place] = format!("{stocks}owed,{:.2}\n", equity - value - cent);
    }
    case.book("held", &owed[0], None);
    case.at.books = vec!["held"];
    case.mandate(text("limit_nav = 1"));
    case.further_book("a cent less of collateral", "short", &owed[1]);
    case
}
