//! Limits on Greeks: groups of columns behind those of factors.

use super::margins::{OPTIONS, SCAN};
use super::{LastUnits, clause_on};
use crate::desk::{NAV, PRICES};

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
        format!(
            "name = \"Greeks\"\ngroups = \"{digest}\"\n{}limit = {gamma}\n{}limit = {ceiling}\n{}limit = 0\nfloor = {floor}\n",
            clause_on("gross", "greeks", "gamma"),
            clause_on("net", "greeks", "AAPL"),
            clause_on("net", "greeks", "MSFT"),
        )
    };
    let at = ["11000000.25", "1250000", "-1400000"];
    case.mandate(text(at));
    case.further("gross gamma", text(["11000000.24", at[1], at[2]]));
    case.further("net delta, a ceiling", text([at[0], "1249999.99", at[2]]));
    case.further("net delta, a floor", text([at[0], at[1], "-1399999.99"]));
    case
}

/// Theta limits and a net band of an underlying as groups of columns over real prices, and value at
/// risk with a day's theta in each loss; the thetas are made up.
pub fn theta_groups() -> LastUnits {
    let historical = format!("historical --prices {PRICES} --window 8 --factors AAPL,MSFT --theta");
    let mut case = LastUnits::over(&historical, "8x4+rules+3groups", Some(NAV));
    case.book("b", "factor,delta,theta\nAAPL,1250000,-8000.25\nMSFT,-1400000,3000\n", case.nav);
    let groups =
        "[greeks]\nrest = \"delta\"\n[greeks.groups]\ntheta = [\"theta:AAPL\", \"theta:MSFT\"]\nAAPL = [\"AAPL\"]\n";
    case.desk.write("desk.groups.toml", groups);
    let digest = case.digest("groups", "desk.groups.toml");
    let text = |gross: &str, net: &str, var: &str| {
        format!(
            "name = \"Theta\"\ngroups = \"{digest}\"\n{}limit = {gross}\n{}limit = 0\nfloor = {net}\n{}limit = 1250000\n\
             [[clause]]\nmeasure = \"var\"\nconfidence = 0.75\nlimit = {var}\n",
            clause_on("gross", "greeks", "theta"),
            clause_on("net", "greeks", "theta"),
            clause_on("net", "greeks", "AAPL"),
        )
    };
    let at = ["11000.25", "-5000.25"];
    let figure = case.figure(&text(at[0], at[1], "1000000000"), 3);
    let exact = format!("{figure:.6}");
    case.mandate(text(at[0], at[1], &exact));
    case.further("gross theta", text("11000.24", at[1], &exact));
    case.further("net theta, a floor", text(at[0], "-5000.24", &exact));
    case.further("a loss with a day's theta", text(at[0], at[1], &format!("{:.6}", figure - 1e-6)));
    case.further_book(
        "a cent more of theta",
        "decaying",
        "factor,delta,theta\nAAPL,1250000,-8000.26\nMSFT,-1400000,3000\n",
    );
    case
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
        format!(
            "name = \"Greeks\"\ngroups = \"{digest}\"\n{}limit = {gamma}\n{}limit = 0\nfloor = {vega}\n",
            clause_on("gross", "greeks", "gamma"),
            clause_on("net", "greeks", "vega"),
        )
    };
    case.mandate(text("9000000", "-350000"));
    case.further("gross gamma", text("8999999.99", "-350000"));
    case.further("net vega, a floor", text("9000000", "-349999.99"));
    case
}
