//! Net asset values that are sums, and groups of factors.

use super::{LastUnits, billionths, clause_on};
use crate::desk::{BOOK, PRICES};

/// A file of groups of the stocks of the demo, and of a column of cash.
pub const GROUPS: &str = r#"
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
    case.desk.write("funds.groups.toml", GROUPS);
    let digest = case.digest("groups", "funds.groups.toml");
    let text = |[leverage, technology, ceiling, floor, share, daily]: [&str; 6]| {
        [
            format!("name = \"Groups\"\nnav = \"sum\"\ncash = [\"cash\", \"margin loan\"]\ngroups = \"{digest}\"\n"),
            format!("[[clause]]\nmeasure = \"gross\"\nlimit_nav = {leverage}\n"),
            format!("{}limit = {technology}\n", clause_on("gross", "sector", "technology")),
            format!("{}limit = {ceiling}\nfloor = {floor}\n", clause_on("net", "sector", "energy")),
            format!("{}limit_nav = {share}\n", clause_on("gross", "sector", "each")),
            format!("{}floor_nav = {daily}\n", clause_on("net", "liquidity", "daily")),
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

/// Leverage on a net asset value that is the sum of values, where exposures are none: a future on
/// AAPL has no value, and options on MSFT have a premium. The book is the demo's; that it holds
/// these is made up. The sum is 7,843,750, a gross exposure of 12,550,000 by 1.6.
pub fn values_beside_exposures() -> LastUnits {
    let historical = format!("historical --prices {PRICES} --window 8 --cash cash");
    let mut case = LastUnits::over(&historical, "8x21+rules", None);
    let stocks = case.desk.read(BOOK);
    let table = |premium: &str| {
        let value = |row: &str| {
            let (factor, exposure) = row.split_once(',').unwrap();
            let value = match factor {
                "AAPL" => "0",
                "MSFT" => premium,
                _ => exposure,
            };
            format!("{row},{value}\n")
        };
        let rows: String = stocks.lines().skip(1).map(value).collect();
        format!("factor,exposure,value\n{rows}cash,1006249.75,1006249.75\n")
    };
    case.book("b", table("37500.25"), None);
    let text = |leverage: &str| {
        format!(
            "name = \"Values\"\nnav = \"sum\"\ncash = [\"cash\"]\n[[clause]]\nmeasure = \"gross\"\nlimit_nav = {leverage}\n"
        )
    };
    case.mandate(text("1.6"));
    case.further("leverage", text(&billionths("1.6", -1)));
    case.further_book("a cent less of a premium", "cheaper", &table("37500.24"));
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
