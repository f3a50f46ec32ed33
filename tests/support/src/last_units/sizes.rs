//! Caps on exposures, and costs that grow with them.

use super::LastUnits;
use crate::desk::{BOOK, NAV, PRICES};

/// A cap for each position, value at risk with costs that grow, from both sides, and expected
/// shortfall with them.
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
    let text = |caps: &str, bounds: &str, shortfall: &str| {
        format!(
            "name = \"Sizes\"\ncaps = \"{caps}\"\ncap_days = 2\ncap_participation = 0.1\nimpact = \"{impact}\"\n\
             [[clause]]\nmeasure = \"caps\"\n\
             [[clause]]\nmeasure = \"var\"\nconfidence = 0.75\nliquidity = true\n{bounds}\n\
             [[clause]]\nmeasure = \"cvar\"\nconfidence = 0.75\nliquidity = true\nlimit = {shortfall}\n"
        )
    };
    let caps = case.digest("caps", "fund.caps.csv");
    let most = "1000000000";
    let open = text(&caps, &format!("limit = {most}"), most);
    let (figure, shortfall) = (case.figure(&open, 1), case.figure(&open, 2));
    let at = format!("{shortfall:.6}");
    let exact = format!("limit = {figure:.6}\nfloor = {:.6}", figure - 1e-6);
    case.mandate(text(&caps, &exact, &at));
    case.further("a loss with its cost", text(&caps, &format!("limit = {:.6}", figure - 1e-6), &at));
    case.further(
        "a floor under a loss with its cost",
        text(&caps, &format!("limit = {most}\nfloor = {:.6}", figure + 1e-6), &at),
    );
    case.further("an expected shortfall with its cost", text(&caps, &exact, &format!("{:.6}", shortfall - 1e-6)));
    for (what, from, to) in [
        ("a cap", "AAPL,1250000", "AAPL,1249999.99"),
        ("the cap of the rest", "rest,1400000", "rest,1399999.99"),
        ("a volume", "RRC,,1000000", "RRC,,999999.95"),
    ] {
        let file = format!("{}.caps.csv", case.further.len());
        case.desk.write(&file, CAPS.replace(from, to));
        let caps = case.digest("caps", &file);
        case.further(what, text(&caps, &exact, &at));
    }
    case
}
