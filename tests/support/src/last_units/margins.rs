//! Margins by rule.

use super::{LastUnits, Stated};
use crate::desk::{BOOK, Desk, NAV};

/// Equity delta in the manner of the Basel framework (MAR21.73, MAR21.77, MAR21.78, MAR21.80): the
/// 20 stocks of the demo in four buckets of large companies of advanced economies.
pub const RULE: &str = r#"
across = 0.15
within = 0.25

[[bucket]]
name = "consumer and services"
factors = ["BBY", "HD", "KO", "PEP", "PG", "WMT", "JNJ", "LLY", "MRK", "PFE", "UNH"]
weights = 0.3

[[bucket]]
name = "telecommunications and industrials"
factors = ["GE"]
weights = 0.35

[[bucket]]
name = "basic materials, energy and manufacturing"
factors = ["CVX", "RRC", "XOM"]
weights = 0.4

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
pub const SCAN: &str =
    "scan --underlying 'S&P 500' --price-range 0.09 --volatility-range 0.04 --gamma --extreme 3 --cover 0.33";
/// A book of options on it.
pub const OPTIONS: &str = "factor,delta,gamma,vega\nS&P 500,200000,-9000000,-350000\n";

/// The worst of a scan of one underlying, in the manner of SPAN; the book is made up.
pub fn span_margin() -> LastUnits {
    let case = LastUnits::over(SCAN, "16x3/1", Some("1000000"));
    case.book("b", OPTIONS, case.nav);
    under_preset(case, "span-scan")
}
