//! Mandates of rules beside worked examples of published texts: each figure is that of the text,
//! and each limit holds to its last unit.

use rust_decimal::Decimal;
use tailproof_core::mandate::Groups;
use tailproof_core::scenarios::ScenarioSet;
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::scenarios::historical::historical;
use tailproof_core::{Mandate, Positions, Unit};
use tailproof_risk::csv::read_prices;
use tailproof_risk::presets::group_mandates::GroupRule;
use tailproof_risk::presets::mandates::{sec_18f4_relative, with_unit};

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A set in which nothing moves: of rules about amounts alone.
fn still(factors: &[&str]) -> ScenarioSet {
    let names = factors.iter().map(|name| (*name).to_owned()).collect();
    let generator = Generator::Custom { description: "no moves".into() };
    ScenarioSet::new(generator, names, vec!["none".into()], None, vec![1], vec![0; factors.len()]).unwrap()
}

/// A file of groups with the factors of each group.
fn groups_of(rule: GroupRule, listed: &[&[&str]]) -> Groups {
    let text = rule.groups().iter().zip(listed).map(|((classification, group), factors)| {
        format!("[{classification}]\nrest = \"other\"\n[{classification}.groups]\n\"{group}\" = {factors:?}\n")
    });
    Groups::from_toml("groups.toml", &text.collect::<String>()).unwrap()
}

/// The figures of the clauses of a mandate for a book whose net asset value is the sum of its rows,
/// and whether all clauses hold.
fn figures(mandate: &Mandate, set: &ScenarioSet, unit: Unit, exposures: &[i64]) -> (Vec<String>, bool) {
    mandate.check_scenarios(set).unwrap();
    mandate.check_cash(set).unwrap();
    let nav = exposures.iter().sum::<i64>().try_into().unwrap();
    let positions = Positions::new(unit, exposures.to_vec(), nav).unwrap();
    mandate.check_nav(set, &positions).unwrap();
    let figures = mandate.evaluate(set, &positions).unwrap();
    (figures.iter().map(|figure| figure.figure.to_string()).collect(), figures.iter().all(|figure| figure.holds()))
}

/// Form N-MFP2 of AllianceBernstein Fixed Income Shares, series S000011990, for December 2023
/// (accession 0001145549-24-001106), items A.13 to A.19. On the last Friday, 29 December, in
/// dollars: daily liquid assets of 14,190,110,031.93, 64.10 % of total assets, and weekly ones of
/// 15,290,249,466.43, 69.07 %. At the end of the month: cash of 915,403.22, securities of
/// 22,062,486,868.01 and other assets of 74,550,823.97. Their sum is the total that the percentages
/// are of.
#[test]
fn liquid_assets_are_those_of_a_form_n_mfp() {
    let unit = Unit::from_decimal(number("1")).unwrap();
    let set = still(&["daily", "weekly", "other"]);
    let groups = groups_of(GroupRule::Sec2a7, &[&["daily"], &["daily", "weekly"]]);
    let text = with_unit(&GroupRule::Sec2a7.mandate(&groups, None).unwrap(), number("1"));
    let mandate = Mandate::from_toml("preset", &text).unwrap().under(groups).unwrap();
    let total = 915_403.22 + 22_062_486_868.01 + 74_550_823.97;
    let (daily, weekly, all) = (14_190_110_032_i64, 15_290_249_466, 22_137_953_095);
    assert!((total - all as f64).abs() < 1.0);
    let (found, holds) = figures(&mandate, &set, unit, &[daily, weekly - daily, all - weekly]);
    assert_eq!(found, ["22,137,953,095.00", "14,190,110,032.00", "15,290,249,466.00"]);
    assert!(holds);
    let percent = |part: i64| format!("{:.2}", part as f64 / all as f64 * 100.0);
    assert_eq!([percent(daily), percent(weekly)], ["64.10", "69.07"]);
    // The least that the fund may hold: 25 % is 5,534,488,273.75 and 50 % is 11,068,976,547.5.
    let holds = |daily: i64, weekly: i64| figures(&mandate, &set, unit, &[daily, weekly - daily, all - weekly]).1;
    assert!(holds(5_534_488_274, 11_068_976_548));
    assert!(!holds(5_534_488_273, 11_068_976_548) && !holds(5_534_488_274, 11_068_976_547));
    // The fund's liabilities, 15,043,160, as a row: its net assets would be the base of the shares.
    let owed = still(&["daily", "weekly", "other", "owed"]);
    let (_, holds) = figures(&mandate, &owed, unit, &[daily, weekly - daily, all - weekly, -15_043_160]);
    assert!(!holds);
}

/// *Building a Compliant EU Money Market Fund Portfolio*, an article of 1 October 2026 on a blog,
/// steps 3 to 5, about a fund that is made up: a short-term VNAV fund of EUR 1,000 million, in
/// millions. In the corrected portfolio 275, 27.5 %, mature daily (the reverse repo, two call
/// deposits, cash) and 325, 32.5 %, weekly (those, and the certificate of Bank C); the text's
/// minimums are 7.5 % and 15 %. In its trade that fails, 30 of the repo become commercial paper,
/// and 24.5 % mature daily. Its table has 10 % and 30 % for LVNAV funds.
#[test]
fn maturing_assets_are_those_of_a_worked_fund() {
    let rows: [(&str, i64); 18] = [
        ("repo", 100),
        ("deposit A", 60),
        ("deposit B", 90),
        ("cash", 25),
        ("Bubill", 100),
        ("BTF", 100),
        ("CD Bank C", 50),
        ("CP Bank A", 50),
        ("CD Bank A", 30),
        ("CP Corporate D", 40),
        ("CP Corporate E", 45),
        ("FRN Bank F", 50),
        ("CD Bank G", 50),
        ("CP Bank H", 50),
        ("ABCP Programme X", 40),
        ("CP Corporate I", 50),
        ("CP Corporate J", 50),
        ("MMF K", 20),
    ];
    let set = still(&rows.map(|(name, _)| name));
    let daily = ["repo", "deposit A", "deposit B", "cash"];
    let weekly = [&daily[..], &["CD Bank C"]].concat();
    let cents = rows.map(|(_, millions)| millions * 100_000_000);
    let moved = |row: usize, amount: i64| {
        let mut book = cents;
        (book[row], book[4]) = (book[row] - amount, book[4] + amount);
        book
    };
    for (rule, least) in [(GroupRule::EuMmfVnav, [75, 150]), (GroupRule::EuMmfLvnav, [100, 300])] {
        let groups = groups_of(rule, &[&daily, &weekly]);
        let text = rule.mandate(&groups, None).unwrap();
        let mandate = Mandate::from_toml("preset", &text).unwrap().under(groups).unwrap();
        let found = |book: &[i64]| figures(&mandate, &set, Unit::CENT, book);
        assert_eq!(
            found(&cents),
            (["1,000,000,000.00", "275,000,000.00", "325,000,000.00"].map(str::to_owned).to_vec(), true)
        );
        assert_eq!(found(&moved(0, 3_000_000_000)).0[1], "245,000,000.00");
        // The certificate of Bank C is weekly and not daily, so it makes up for what the deposits
        // lose.
        let [daily_least, weekly_least] = least.map(|millions| millions * 100_000_000);
        let mut book = cents;
        book[1] -= 6_000_000_000;
        book[2] -= 9_000_000_000;
        book[0] = daily_least - book[3];
        book[6] = weekly_least - daily_least;
        let rest: i64 = book.iter().sum::<i64>() - book[4];
        book[4] = 100_000_000_000 - rest;
        assert!(found(&book).1, "{rule:?} {book:?}");
        // A cent less is daily, and a cent less is weekly.
        let changed = |from: usize, to: usize| {
            let mut changed = book;
            (changed[from], changed[to]) = (changed[from] - 1, changed[to] + 1);
            changed
        };
        assert!(!found(&changed(0, 6)).1 && !found(&changed(6, 4)).1, "{rule:?}");
    }
}

/// P. Ardoino to Cointelegraph (Z. Vardai, *EU MiCA rules pose "systemic" banking risks for
/// stablecoins*, October 2024): "If you have 10 billion euros under management, you have to put 6
/// billion euros in cash deposits. That is 60 % of 10 billion euros."
#[test]
fn deposits_are_those_of_a_published_example() {
    let unit = Unit::from_decimal(number("1")).unwrap();
    let set = still(&["deposits", "bills"]);
    let rule = GroupRule::MicaReserve;
    let groups = groups_of(rule, &[&["deposits"], &["deposits", "bills"]]);
    let text = with_unit(&rule.mandate(&groups, Some(number("10000000000"))).unwrap(), number("1"));
    assert!(text.contains("\"6000000000\""));
    let mandate = Mandate::from_toml("preset", &text).unwrap().under(groups).unwrap();
    let holds = |book: &[i64]| figures(&mandate, &set, unit, book).1;
    assert!(holds(&[6_000_000_000, 4_000_000_000]));
    assert!(!holds(&[5_999_999_999, 4_000_000_001]), "deposits");
    assert!(!holds(&[6_000_000_000, 3_999_999_999]), "reserve");
    // An overdraft makes up for nothing.
    let overdrawn = still(&["deposits", "bills", "overdraft"]);
    assert!(!figures(&mandate, &overdrawn, unit, &[7_000_000_000, 4_000_000_000, -1_000_000_000]).1);
}

/// Prices of a native token that falls to a part of its price, and of a stablecoin, on 500 days:
/// each of 250 windows of 250 days has the whole fall.
fn fall(to: &str) -> ScenarioSet {
    let mut day = jiff::civil::date(2024, 1, 1);
    let mut text = "date,native,stable\n".to_owned();
    for index in 0..500 {
        text += &format!("{day},{},1\n", if index < 250 { "100" } else { to });
        day = day.tomorrow().unwrap();
    }
    let set = historical(&read_prices("p.csv", text.as_bytes()).unwrap(), 250, None).unwrap();
    set.with_cash(&["cash".to_owned(), "budget".to_owned()]).unwrap()
}

/// DexUtil, *DAO Treasury Management + Runway Simulator*: a treasury of $128.00m, of which 78.1 %
/// are its own token (100 of 128), has a runway of 256.0 months, which is $0.5m a month. If the
/// token falls by 50 %, the treasury is $78.00m and its runway 156.0 months; by 80 %, $48.00m and
/// 96.0 months. So that is the most that a budget may be. A set holds -50 % as it is, and -80 % as
/// -838,861 times 2^-20.
#[test]
fn a_runway_is_that_of_a_published_treasury() {
    let groups = || groups_of(GroupRule::Runway, &[&["budget"]]);
    let (token, stable, a_month) = (10_000_000_000_i64, 2_800_000_000, 50_000_000);
    for (to, fallen, loss, left, months) in
        [("50", 1_i64 << 19, "50,000,000.00", "78.00", "156.0"), ("20", 838_861, "80,000,019.08", "48.00", "96.0")]
    {
        let set = fall(to);
        let budget = token + stable - ((token * fallen + (1 << 20) - 1) >> 20);
        assert_eq!(format!("{:.2}", budget as f64 / 1e8), left);
        assert_eq!(format!("{:.1}", budget as f64 / a_month as f64), months);
        let held = |required: i64, owed: i64| {
            let text = GroupRule::Runway.mandate(&groups(), Some(Decimal::new(required, 2))).unwrap();
            let mandate = Mandate::from_toml("preset", &text).unwrap().under(groups()).unwrap();
            figures(&mandate, &set, Unit::CENT, &[token, stable, 0, -owed])
        };
        let (found, all_hold) = held(budget, budget);
        assert_eq!((found[2].as_str(), all_hold), (loss, true));
        assert!(!held(budget + 1, budget + 1).1, "a cent more than the treasury has left");
        assert!(!held(budget, budget - 1).1, "a cent less than the budget is owed");
        assert!(!held(1, -1).1, "a budget that somebody owes to the treasury");
    }
}

/// Prices of an index on 820 weekdays from 2021: it falls by an eighth before the last fifteen.
fn index() -> ScenarioSet {
    let mut day = jiff::civil::date(2021, 1, 4);
    let mut text = "date,index\n".to_owned();
    for row in 0..820 {
        text += &format!("{day},{}\n", if row < 805 { "100" } else { "87.5" });
        day = day.tomorrow().unwrap();
        while matches!(day.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday) {
            day = day.tomorrow().unwrap();
        }
    }
    historical(&read_prices("p.csv", text.as_bytes()).unwrap(), 20, None).unwrap()
}

/// SEC, press release 2020-269, 28 October 2020: the limit on value at risk "will effectively limit
/// leveraged or inverse funds' targeted daily return to 200 % of the return (or inverse of the
/// return) of the fund's underlying index". SEC staff, letter to Direxion Shares ETF Trust, 2
/// December 2025: funds of three times their index, their designated reference portfolio, do not
/// meet rule 18f-4.
#[test]
fn a_fund_of_twice_its_index_is_at_the_limit_and_one_of_three_times_is_beyond() {
    let set = index();
    let reference = Positions::new(Unit::CENT, vec![100_000], 0).unwrap();
    let text = sec_18f4_relative(&reference, &set).unwrap();
    assert!(text.contains("limit_nav = 0.25\n") && text.contains("index 100.00 %"), "{text}");
    let mandate = Mandate::from_toml("preset", &text).unwrap();
    mandate.check_scenarios(&set).unwrap();
    let holds = |exposure: i64| {
        let positions = Positions::new(Unit::CENT, vec![exposure], 100_000_000).unwrap();
        mandate.evaluate(&set, &positions).unwrap().iter().all(|figure| figure.holds())
    };
    assert!(holds(200_000_000) && !holds(200_000_001) && !holds(300_000_000));
}
