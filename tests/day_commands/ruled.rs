//! A day of a desk whose mandate counts cash, asks for a net asset value that is a sum, and has limits
//! on groups and caps; and of one whose mandate has liquidity costs of a file.

use tailproof_test_support::Desk;

use super::{VERIFY, copied, day, rows, write_prices};

const CAPS: &str = "factor,cap\nrest,120000\n";
const GROUPS: &str = "[sector]\nrest = \"other\"\n[sector.groups]\nfirst = [\"AAPL\"]\n";

/// A desk with a margin loan of 45,000, set up by `init`, and the days of its prices.
fn ruled() -> (Desk, Vec<String>) {
    let desk = Desk::new();
    let rows = rows();
    write_prices(&desk, &rows);
    let names = &rows[0];
    assert_eq!(names[1], "AAPL");
    desk.write(
        "b.csv",
        format!("factor,exposure\n{},120000\n{},-40000\n{},65000\nloan,-45000\n", names[1], names[2], names[3]),
    );
    desk.write("desk.groups.toml", GROUPS);
    desk.write("desk.caps.csv", CAPS);
    let digest = |command: &str| desk.run(command).expect(0).json()["digest"].as_str().unwrap().to_owned();
    desk.write("m.toml", mandate([&digest("groups desk.groups.toml --json"), &digest("caps desk.caps.csv --json")]));
    let init = desk.run("init --prices p.csv --book b.csv --mandate m.toml --window 20").expect(0);
    assert!(init.stderr.contains("shape 20x4+rules+1groups+caps, the smallest for forecasts"), "{init:?}");
    (desk, rows.into_iter().skip(40).map(|row| row[0].clone()).collect())
}

fn mandate([groups, caps]: [&str; 2]) -> String {
    format!(
        "name = \"Desk\"\nunit = \"USD\"\nnav = \"sum\"\ncash = [\"loan\"]\ngroups = \"{groups}\"\ncaps = \"{caps}\"\n\
         [[clause]]\nmeasure = \"var\"\nconfidence = 0.8\nlimit = 2500\n\
         [[clause]]\nmeasure = \"gross\"\nlimit_nav = 2.25\n\
         [[clause]]\nmeasure = \"gross\"\nclassification = \"sector\"\ngroup = \"first\"\nlimit = 120000\n\
         [[clause]]\nmeasure = \"caps\"\n"
    )
}

#[test]
fn a_day_under_rules_has_its_cash_and_its_file_of_groups() {
    let (desk, days) = ruled();
    for date in &days[..3] {
        day(&desk, date, None).expect(0);
    }
    // Leverage of 225,000 on equity of 100,000, and cash in both sets of a day.
    // The prices that were known before the day of the last forecast.
    let known: Vec<Vec<String>> = rows().into_iter().filter(|row| row[0] < days[2] || row[0] == "date").collect();
    assert!(known.len() > 20);
    desk.write("known.csv", known.iter().map(|row| row.join(",") + "\n").collect::<String>());
    let said = desk.run(format!("{VERIFY} --prices known.csv")).expect(0);
    assert!(said.stdout.contains("VALID: "), "{said:?}");
    assert!(said.stdout.contains("cash, without moves: \"loan\""), "{said:?}");
    for (end, text) in [("groups.toml", GROUPS), ("caps.csv", CAPS)] {
        let names = std::fs::read_dir(desk.path("proofs")).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let names: Vec<String> = names.filter(|name| name.ends_with(end)).collect();
        assert_eq!(names.len(), 1, "{names:?}");
        assert_eq!(desk.read(&format!("proofs/{}", names[0])), text);
    }

    // A file that is not the mandate's any more is no evidence, and is not replaced.
    let kept = std::fs::read_dir(desk.path("proofs")).unwrap().map(|entry| entry.unwrap().path());
    let kept = kept.into_iter().find(|path| path.to_string_lossy().ends_with("caps.csv")).unwrap();
    std::fs::write(&kept, "factor,cap\nrest,130000\n").unwrap();
    let refused = day(&desk, &days[3], None).expect(2);
    assert!(refused.stderr.contains("caps.csv"), "{refused:?}");
    std::fs::write(&kept, "cap,factor\n120000,rest\n").unwrap();

    // Prices of the loan's name: then it is no cash.
    let mut rows = known;
    rows[0][3] = "loan".to_owned();
    let other = rows.iter().map(|row| row.join(",") + "\n").collect::<String>();
    desk.write("other.csv", other);
    let refused = desk.run(format!("{VERIFY} --prices other.csv")).expect(1);
    assert!(refused.stderr.contains("'loan' is called cash, and the prices have a column of that name"), "{refused:?}");

    // A trade on the desk's own book: the loan pays, and the limit on its group holds no more.
    desk.run("check --trade AAPL,+1").expect(1);
    desk.run("check --trade AAPL,-1000").expect(0);

    // In another layout it is the same file. The file of groups is needed each day.
    day(&desk, &days[3], None).expect(0);
    std::fs::remove_file(desk.path("desk.groups.toml")).unwrap();
    let refused = day(&desk, &days[4], None).expect(2);
    assert!(refused.stderr.contains("a name that ends in groups.toml"), "{refused:?}");
}

const COSTS: &str = "factor,rate,above_1,rate_1\nAAPL,0.001,50000,0.004\nrest,0.0005,,\n";

/// A mandate whose only limit has the costs of the file beside it.
fn costly(desk: &Desk, limit: f64) {
    let digest = desk.run("impact desk.impact.csv --json").expect(0).json()["digest"].as_str().unwrap().to_owned();
    let clause = "[[clause]]\nmeasure = \"var\"\nconfidence = 0.8\nliquidity = true\n";
    desk.write(
        "m.toml",
        format!("name = \"Desk\"\nunit = \"USD\"\nimpact = \"{digest}\"\n{clause}limit = {limit:.6}\n"),
    );
}

/// A day is forecast at the limit that its costs meet, and not a millionth below; and not under
/// another file.
#[test]
fn a_day_with_liquidity_costs_of_a_file_is_forecast_at_its_last_unit() {
    let desk = Desk::new();
    let all = rows();
    write_prices(&desk, &all);
    let names = &all[0];
    desk.write("b.csv", format!("factor,exposure\n{},120000\n{},-40000\n{},65000\n", names[1], names[2], names[3]));
    desk.write("desk.impact.csv", COSTS);
    costly(&desk, 90_000.0);
    let init = desk.run("init --prices p.csv --book b.csv --mandate m.toml --window 20").expect(0);
    assert!(init.stderr.contains("shape 20x3+rules+impact, the smallest for forecasts"), "{init:?}");
    let date = &all[40][0];

    let generous = copied(&desk);
    day(&generous, date, None).expect(0);
    let kept: Vec<String> = std::fs::read_dir(generous.path("proofs"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with("impact.csv"))
        .collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(generous.read(&format!("proofs/{}", kept[0])), COSTS);
    generous.run(VERIFY).expect(0);
    let risk = format!("risk --book b.csv --scenarios proofs/{date}.scn --mandate m.toml --json");
    let found = generous.run(risk).expect(0).json();
    let (figure, cost) = (found["clauses"][0]["figure"].as_f64().unwrap(), found["liquidity_cost"].as_f64().unwrap());
    assert!(cost > 0.0 && figure > cost, "{found}");
    let check = format!("check --book b.csv --scenarios proofs/{date}.scn --mandate m.toml");
    for (limit, status) in [(figure, 0), (figure - 1e-6, 1)] {
        costly(&generous, limit);
        generous.run(&check).expect(status);
    }

    let below = copied(&desk);
    costly(&below, figure - 1e-6);
    let refused = day(&below, date, None).expect(1);
    assert!(!refused.stdout.contains("VALID"), "{refused:?}");
    assert_eq!(below.json("ledger.json")["steps"].as_array().unwrap().len(), 0);

    // Cheaper costs than those of the mandate.
    let other = copied(&desk);
    other.write("desk.impact.csv", COSTS.replace("0.004", "0.003"));
    let refused = day(&other, date, None).expect(2);
    assert!(refused.stderr.contains("a name that ends in impact.csv"), "{refused:?}");
    assert_eq!(other.json("ledger.json")["steps"].as_array().unwrap().len(), 0);

    costly(&desk, figure);
    day(&desk, date, None).expect(0);
    desk.run(VERIFY).expect(0);
}
