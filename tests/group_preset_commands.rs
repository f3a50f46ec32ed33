//! Mandates that rules prescribe about groups of factors, and those that take a reference or a
//! netting arrangement, from the command line to a verified proof of the book of a published
//! example.

use tailproof_test_support::{Desk, PRICES, Run};

fn preset(desk: &Desk, arguments: &str) -> Run {
    desk.run(format!("mandate {arguments} -o m.toml --force"))
}

/// Prices of factors on weekdays from 2021.
fn prices(desk: &Desk, factors: &str, rows: usize, row: impl Fn(usize) -> String) {
    let mut day = jiff::civil::date(2021, 1, 4);
    let mut text = format!("date,{factors}\n");
    for index in 0..rows {
        text += &format!("{day},{}\n", row(index));
        let days = if day.weekday() == jiff::civil::Weekday::Friday { 3 } else { 1 };
        day = day.checked_add(jiff::Span::new().days(days)).unwrap();
    }
    desk.write("p.csv", text);
}

/// Commits to a book, and proves a mandate of it; with a status of 0, it is verified too.
fn claim(desk: &Desk, book: &str, commit: &str, keys: &str, status: i32) -> Run {
    desk.write("b.csv", format!("factor,exposure\n{book}"));
    desk.run(format!("commit --book b.csv --scenarios s.scn {commit} -o c.json --opening o.json --force")).expect(0);
    let proved = desk.prove("b.csv", "m.toml", keys).expect(status);
    if status != 0 {
        return proved;
    }
    desk.verify("p.json", "m.toml --prices p.csv", keys).expect(0)
}

/// The amounts of the filing are in `risk/tests/published_examples.rs`.
#[test]
fn liquid_assets_of_a_filed_fund() {
    let desk = Desk::new();
    prices(&desk, "daily,weekly,other", 9, |_| "1,1,1".into());
    desk.run("scenarios historical --prices p.csv -o s.scn").expect(0);
    desk.write(
        "funds.groups.toml",
        "[daily]\nrest = \"other\"\n[daily.groups]\n\"daily liquid assets\" = [\"daily\"]\n\
         [weekly]\nrest = \"other\"\n[weekly.groups]\n\"weekly liquid assets\" = [\"daily\", \"weekly\"]\n",
    );
    let said = preset(&desk, "sec-2a7 --groups funds.groups.toml --unit 1").expect(0);
    for clause in [
        "gross exposure <= 100 % of NAV",
        "25 % of NAV <= net exposure of group \"daily liquid assets\" of \"daily\"",
        "50 % of NAV <= net exposure of group \"weekly liquid assets\" of \"weekly\"",
    ] {
        assert!(said.stdout.contains(clause), "{said:?}");
    }
    let keys = desk.keys("8x3+rules+2groups");
    let book = |daily: &str, weekly: &str, other: &str| format!("daily,{daily}\nweekly,{weekly}\nother,{other}\n");
    let filed = book("14190110031.93", "1100139434.50", "6847703628.77");
    let verified = claim(&desk, &filed, "--unit 1", &keys, 0);
    assert!(verified.stdout.contains("SEC 2a-7 daily and weekly liquid assets"), "{verified:?}");
    let risk = desk.run("risk --book b.csv --scenarios s.scn --unit 1 --mandate m.toml --json").expect(0).json();
    let figure = |clause: usize| risk["clauses"][clause]["figure"].as_f64();
    assert_eq!((figure(1), figure(2)), (Some(14_190_110_032.0), Some(15_290_249_467.0)), "{risk}");
    // A dollar too few of 22,137,953,096 in all.
    claim(&desk, &book("5534488274", "5534488274", "11068976548"), "--unit 1", &keys, 0);
    let refused = claim(&desk, &book("5534488273", "5534488275", "11068976548"), "--unit 1", &keys, 1);
    assert!(
        refused.stderr.contains("daily liquid assets") && refused.stderr.contains("below the floor"),
        "{refused:?}"
    );
    // A book in a coarser unit than the mandate's, and a mandate that nobody could meet.
    let refused = claim(&desk, &filed, "--unit 10", &keys, 2);
    assert!(refused.stderr.contains("units of 10"), "{refused:?}");
    let refused = preset(&desk, "sec-2a7 --groups funds.groups.toml --unit 1.01").expect(2);
    assert!(refused.stderr.contains("--unit") && refused.stderr.contains("at most 1"), "{refused:?}");
}

/// An option of 350 over an exposure of 100: the first column of cash takes the 250.
#[test]
fn the_difference_of_values_and_exposures_is_no_liquid_asset() {
    let desk = Desk::new();
    prices(&desk, "bills,stock", 9, |_| "1,1".into());
    desk.write(
        "f.groups.toml",
        "[daily]\nrest = \"other\"\n[daily.groups]\n\"daily liquid assets\" = [\"cash\"]\n\
         [weekly]\nrest = \"other\"\n[weekly.groups]\n\"weekly liquid assets\" = [\"cash\", \"bills\"]\n",
    );
    preset(&desk, "sec-2a7 --groups f.groups.toml").expect(0);
    let risk = |cash: &str, book: &str, status: i32| {
        desk.write("b.csv", format!("factor,exposure,value\nbills,500,500\n{book}"));
        desk.run(format!("scenarios historical --prices p.csv {cash} -o s.scn")).expect(0);
        desk.run("risk --book b.csv --scenarios s.scn --mandate m.toml").expect(status).stderr
    };
    let option = "stock,100,350\n";
    let refused = risk("--cash cash", option, 1);
    assert!(refused.contains("difference of values and exposures"), "{refused}");
    assert!(refused.contains("--cash difference --cash CASH"), "{refused}");
    let broken = risk("--cash difference --cash cash", option, 1);
    assert!(broken.contains("daily liquid assets") && broken.contains("below the floor"), "{broken}");
    risk("--cash difference --cash cash", "stock,100,100\ncash,250,250\n", 0);
}

/// The amounts of the treasury are in `risk/tests/published_examples.rs`.
#[test]
fn a_runway_of_a_published_treasury() {
    let desk = Desk::new();
    prices(&desk, "native,stable", 500, |row| if row < 250 { "100,1" } else { "50,1" }.into());
    desk.run("scenarios historical --prices p.csv --horizon 250 --cash cash --cash budget -o s.scn").expect(0);
    desk.write("owed.groups.toml", "[owed]\nrest = \"other\"\n[owed.groups]\nbudget = [\"budget\"]\n");
    let runway = "runway --groups owed.groups.toml";
    let said = preset(&desk, &format!("{runway} --amount 78000000")).expect(0);
    assert!(said.stdout.contains("99 % VaR <= 100 % of NAV"), "{said:?}");
    let keys = desk.keys("250x4+rules+2groups");
    let book = |owed: &str| format!("native,100000000\nstable,28000000\nbudget,-{owed}\n");
    let verified = claim(&desk, &book("78000000"), "", &keys, 0);
    assert!(verified.stdout.contains("78,000,000 <= gross exposure of group \"budget\" of \"owed\""), "{verified:?}");
    claim(&desk, &book("77999999.99"), "", &keys, 1);
    preset(&desk, &format!("{runway} --amount 78000000.01")).expect(0);
    claim(&desk, &book("78000000.01"), "", &keys, 1);

    let risk = "risk --book b.csv --scenarios s.scn --mandate m.toml";
    desk.run("scenarios historical --prices p.csv --horizon 249 --window 250 --cash cash --cash budget -o s.scn")
        .expect(0);
    assert!(desk.run(risk).expect(1).stderr.contains("horizon of 250"));
    desk.run("scenarios historical --prices p.csv --horizon 250 --cash budget -o s.scn").expect(0);
    assert!(desk.run(risk).expect(1).stderr.contains("--cash cash --cash BUDGET"));
    assert!(preset(&desk, runway).expect(2).stderr.contains("the budget takes an amount"));
    assert!(preset(&desk, "runway --amount 5").expect(2).stderr.contains("'budget' of 'owed'"));
    assert!(preset(&desk, &format!("{runway} --amount 5 --limit 5")).expect(2).stderr.contains("theirs"));
    assert!(preset(&desk, "solvency2 --amount 5").expect(2).stderr.contains("mica-reserve"));
}

#[test]
fn a_fund_of_twice_its_index_under_sec_rule_18f_4() {
    let desk = Desk::new();
    prices(&desk, "index", 820, |row| if row < 805 { "100" } else { "87.5" }.into());
    desk.run("scenarios historical --prices p.csv --horizon 20 -o s.scn").expect(0);
    desk.write("reference.csv", "factor,exposure\nindex,100\n");
    let relative = "sec-18f4-relative --reference reference.csv --scenarios s.scn";
    assert!(preset(&desk, relative).expect(0).stdout.contains("99 % VaR <= 25 % of NAV"));
    let keys = desk.keys("800x1/1");
    claim(&desk, "index,2000000\n", "--nav 1000000", &keys, 0);
    claim(&desk, "index,2000000.01\n", "--nav 1000000", &keys, 1);
    claim(&desk, "index,3000000\n", "--nav 1000000", &keys, 1);

    // Two years of the real prices, a weight for each day, and days of one move.
    let of = |arguments: &str| {
        desk.run(format!("scenarios historical --prices {arguments} -o other.scn")).expect(0);
        preset(&desk, "sec-18f4-relative --reference reference.csv --scenarios other.scn").expect(2).stderr
    };
    assert!(of("p.csv --horizon 20 --window 700").contains("at least 720"));
    assert!(of("p.csv --horizon 20 --window 780").contains("at least 3 years"));
    assert!(of("p.csv --horizon 20 --linear-weights").contains("equal"));
    assert!(of("p.csv --horizon 1").contains("horizon of 20"));
    let mut rows: Vec<String> = desk.read("p.csv").lines().map(str::to_owned).collect();
    let comma = rows[40].find(',').unwrap();
    rows[40].truncate(comma + 1);
    desk.write("hole.csv", rows.join("\n") + "\n");
    assert!(of("hole.csv --horizon 20 --missing carry").contains("earlier prices stand for missing ones"));
    desk.write("reference.csv", "factor,exposure\nAAPL,100\n");
    assert!(of(&format!("{PRICES} --horizon 20")).contains("at least 720"));
}

/// Funds-Axis, *EU UCITS and AIFMD Exposure Concepts*, example 7: a hedge of half of the equities.
#[test]
fn commitment_leverage_of_a_hedged_fund() {
    let desk = Desk::new();
    prices(&desk, "UK equities,Other", 9, |row| format!("{},1", 100 + row));
    desk.run("scenarios historical --prices p.csv -o s.scn").expect(0);
    let keys = desk.keys("8x2+limits");
    let hedged = "UK equities,100000\nUK equities,-50000\n";
    for (maximum, status) in [("0.5", 0), ("0.499999999", 1)] {
        preset(&desk, &format!("aifmd-commitment --limit-nav {maximum}")).expect(0);
        claim(&desk, hedged, "--nav 100000", &keys, status);
    }
    assert!(preset(&desk, "aifmd-commitment --limit 5").expect(2).stderr.contains("--limit-nav"));
    assert!(preset(&desk, "aifmd-commitment --limit-nav 2 --groups g.toml").expect(2).stderr.contains("sec-2a7"));
}

/// P. Ardoino's 10 billion with deposits of 6 billion, and the fund of the European example.
#[test]
fn reserves_and_maturing_assets_at_their_floors() {
    let desk = Desk::new();
    prices(&desk, "deposits,bills", 9, |_| "1,1".into());
    desk.run("scenarios historical --prices p.csv -o s.scn").expect(0);
    let file = |of: [[&str; 2]; 2]| {
        let groups = of.map(|[classification, group]| {
            let listed = if classification == of[0][0] { "\"deposits\"" } else { "\"deposits\", \"bills\"" };
            format!("[{classification}]\nrest = \"other\"\n[{classification}.groups]\n\"{group}\" = [{listed}]\n")
        });
        desk.write("f.groups.toml", groups.concat());
    };
    let keys = desk.keys("8x2+rules+2groups");
    let book = |deposits: &str, bills: &str| format!("deposits,{deposits}\nbills,{bills}\n");
    file([["deposits", "deposits"], ["reserve", "reserve"]]);
    preset(&desk, "mica-reserve --groups f.groups.toml --amount 10000000000 --unit 1").expect(0);
    claim(&desk, &book("6000000000", "4000000000"), "--unit 1", &keys, 0);
    claim(&desk, &book("5999999999", "4000000001"), "--unit 1", &keys, 1);
    claim(&desk, &book("6000000000", "3999999999"), "--unit 1", &keys, 1);
    file([["daily", "daily maturing assets"], ["weekly", "weekly maturing assets"]]);
    for (rule, daily) in [("eu-mmf-vnav", "75000000"), ("eu-mmf-lvnav", "100000000")] {
        preset(&desk, &format!("{rule} --groups f.groups.toml")).expect(0);
        let (daily, others): (i64, i64) = (daily.parse().unwrap(), 1_000_000_000);
        claim(&desk, &book(&daily.to_string(), &(others - daily).to_string()), "", &keys, 0);
        let less = format!("{}.99", daily - 1);
        claim(&desk, &book(&less, &format!("{}.01", others - daily)), "", &keys, 1);
    }
    assert!(preset(&desk, "eu-mmf-vnav --groups f.groups.toml --amount 5").expect(2).stderr.contains("no amount"));
    assert!(preset(&desk, "mica-reserve --groups f.groups.toml --amount 5").expect(2).stderr.contains("deposits"));
}
