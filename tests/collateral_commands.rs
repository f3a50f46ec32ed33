//! Loans against market collateral from the command line: real prices of coins, loans that are made up.

use tailproof_test_support::{Desk, source};

/// Two grades of two coins, whose haircuts are so large that three days make bad debt.
const DEAL: &str = "\
name = \"coins\"
[tape]
version = 2
cut_off = \"2020-03-15\"
currency = \"USD\"
columns = [\"ltv\", \"grade\"]
grades = [\"BTC to 70\", \"ETH to 60\"]
[tape.scale]
ltv = \"percent\"
[tape.bands.grade]
number = \"ltv\"
limits = { \"BTC to 70\" = [0, 70], \"ETH to 60\" = [0, 60] }
assets = { \"BTC to 70\" = \"BTC\", \"ETH to 60\" = \"ETH\" }
[collateral]
horizon = 3
[collateral.haircut]
BTC = 0.1
ETH = 0.1
[[tranche]]
name = \"fund\"
attachment = 0
detachment = 0.1
[[tranche]]
name = \"lenders\"
attachment = 0.1
detachment = 1
hit = 0.25
[claims]
loans_min = 3
expected_loss_max = 0.06
";
const TAPE: &str = "loan,owed,ltv,coin\n1,1000,70,BTC\n2,2000,60,ETH\n3,500,12.5,ETH\n";
const MAPPING: &str = "[columns]\nid = \"loan\"\nbalance = \"owed\"\nasset = \"coin\"\n";
const SHAPE: &str = "3loans+pool+bands+12x2/2tranches";
const MADE: &str = "scenarios collateral --deal deal.toml --prices prices.csv --window 12 -o c.scn";

/// A desk with the prices to 15 March 2020, the loans, their mapping and their deal.
pub fn desk() -> Desk {
    let desk = Desk::new();
    let prices = std::fs::read_to_string(source().join("src/demo/crypto-prices.csv")).unwrap();
    let until: Vec<&str> = prices.lines().take_while(|line| !line.starts_with("2020-03-16")).collect();
    desk.write("prices.csv", until.join("\n"));
    desk.write("loans.csv", TAPE);
    desk.write("m.toml", MAPPING);
    desk.write("deal.toml", DEAL);
    desk
}

#[test]
fn bad_debt_is_proved_and_made_again_from_prices() {
    let desk = desk();
    let made = desk.run(MADE).expect(0);
    assert!(
        made.stdout
            .contains("12 scenarios x 2 factors (bad debt after a sale of collateral, historical, 3-day returns)"),
        "{made:?}"
    );
    desk.run("pool commit loans.csv --mapping m.toml --deal deal.toml -o c.json --opening o.json").expect(0);
    let described =
        desk.run("pool describe loans.csv --mapping m.toml --deal deal.toml --scenarios c.scn --json").expect(0).json();
    assert!(described["claims"].as_array().unwrap().iter().all(|claim| claim["holds"] == true), "{described}");
    let keys = desk.keys(SHAPE);
    let prove = format!(
        "prove --pool loans.csv --mapping m.toml --deal deal.toml --opening o.json --scenarios c.scn --keys {keys} -o p.json"
    );
    // A limit below the pool's figure, which is in per cent to seven places. `pool_real_tapes` has
    // each claim of the shipped deal at its last unit.
    let mut claims = described["claims"].as_array().unwrap().iter();
    let figure = claims.find(|claim| claim["claim"].as_str().unwrap().contains("expected loss of the pool")).unwrap();
    let digits: String = figure["figure"].as_str().unwrap().chars().filter(char::is_ascii_digit).collect();
    let below = format!("expected_loss_max = 0.{:09}", digits.parse::<u64>().unwrap() - 1);
    desk.write("tighter.toml", DEAL.replace("expected_loss_max = 0.06", &below));
    let refused = desk.run(prove.replace("deal.toml", "tighter.toml")).expect(1);
    assert!(refused.stderr.contains("expected loss of the pool at most"), "{refused:?}");
    assert!(!desk.has("p.json"));
    desk.run(&prove).expect(0);
    let verify = format!("verify --proof p.json --deal deal.toml --scenarios c.scn --keys {keys} --commitment c.json");
    let of = |json: &serde_json::Value, what: &str| {
        let things = json["rests_on"].as_array().unwrap().iter().filter(|thing| thing["what"] == what);
        things.map(|thing| (thing["how"].clone(), thing["note"].as_str().unwrap().to_owned())).collect::<Vec<_>>()
    };
    let given = desk.run(format!("{verify} --json")).expect(0).json();
    assert_eq!(of(&given, "scenarios")[0].0, "as given");
    let again = desk.run(format!("{verify} --prices prices.csv --json")).expect(0).json();
    assert_eq!(of(&again, "scenarios")[0].0, "made again");
    assert_eq!(of(&again, "collateral")[0].0, "not checked");
    let readings = of(&again, "tape reading");
    assert!(readings.iter().any(|(_, note)| note.contains("secured by the asset of its grade")), "{readings:?}");
    let claims = again["claims"].to_string();
    assert!(claims.contains("probability of a first unit of loss at most 25 %, as bad debt"), "{claims}");

    // Without the fall of 12 March, and with one price of it moved.
    let prices = desk.read("prices.csv");
    let (crash, calm) = ("2020-03-12,4970.7879,", "2020-03-12,5070.7879,");
    assert!(prices.contains(crash));
    desk.write("other.csv", prices.replace(crash, calm));
    let refused = desk.run(format!("{verify} --prices other.csv")).expect(1);
    assert!(refused.stderr.contains("NOT VALID"), "{refused:?}");
    desk.write("no-eth.csv", prices.replace("BTC,ETH", "BTC,ADA"));
    let refused = desk.run(format!("{verify} --prices no-eth.csv")).expect(2);
    assert!(refused.stderr.contains("no prices or moves of 'ETH'"), "{refused:?}");
    // A deal with another haircut.
    desk.write("deal.toml", DEAL.replace("ETH = 0.1", "ETH = 0.05"));
    let refused = desk.run(&verify).expect(2);
    assert!(refused.stderr.contains("haircuts or another horizon than the deal's"), "{refused:?}");
    // A deal that names the kind of its scenarios takes prices.
    desk.write("deal.toml", format!("{DEAL}[scenarios]\nkind = \"historical\"\nlatest_not_before = \"2020-03-15\"\n"));
    desk.run(prove.replace("-o p.json", "-o ruled.json")).expect(0);
    let verify = verify.replace("p.json", "ruled.json");
    let refused = desk.run(&verify).expect(1);
    assert!(refused.stderr.contains("nothing shows it but the header"), "{refused:?}");
    desk.run(format!("{verify} --prices prices.csv")).expect(0);
}

#[test]
fn sets_of_each_kind_are_made_again() {
    let desk = desk();
    desk.run(MADE).expect(0);
    desk.run("scenarios historical --prices prices.csv --factors BTC,ETH --horizon 3 --window 12 -o m.scn").expect(0);
    desk.run("scenarios collateral --deal deal.toml --market m.scn -o same.scn").expect(0);
    assert_eq!(desk.bytes("c.scn"), desk.bytes("same.scn"));
    desk.run(
        "scenarios historical --prices prices.csv --factors BTC,ETH --horizon 3 --window 12 --age-weighted 0.9 -o w.scn",
    )
    .expect(0);
    desk.run("scenarios collateral --deal deal.toml --market w.scn -o weighted.scn").expect(0);
    let seed = "ab".repeat(32);
    for (model, name) in [("normal", "n.scn"), ("student-t --degrees 5", "t.scn")] {
        desk.run(format!(
            "scenarios collateral --deal deal.toml --prices prices.csv --paths 20 --seed {seed} --model {model} -o {name}"
        ))
        .expect(0);
    }
    // Jumps are fitted to days beyond three deviations, of which a month has too few.
    desk.write("all.csv", std::fs::read(source().join("src/demo/crypto-prices.csv")).unwrap());
    let jumps = format!("--paths 20 --seed {seed} --model jump -o j.scn");
    desk.run(format!("scenarios collateral --deal deal.toml --prices all.csv {jumps}")).expect(0);
    desk.write("stress.csv", "name,XRP,ETH,BTC\ncrash,-0.9,-0.6,-0.5\nrally,1,1,1\n");
    desk.run("scenarios collateral --deal deal.toml --table stress.csv -o s.scn").expect(0);
    for (set, from) in [
        ("c.scn", "--prices prices.csv"),
        ("weighted.scn", "--prices prices.csv"),
        ("n.scn", "--prices prices.csv"),
        ("t.scn", "--prices prices.csv"),
        ("j.scn", "--prices all.csv"),
        ("s.scn", "--table stress.csv"),
    ] {
        let again = desk.run(format!("scenarios regenerate {set} --deal deal.toml {from}")).expect(0);
        assert!(again.stdout.starts_with("identical"), "{set}: {again:?}");
        desk.run(format!("scenarios regenerate {set} {from}")).expect(2);
        desk.run(format!("scenarios regenerate {set} --deal deal.toml")).expect(2);
        let shown = desk.run(format!("scenarios show {set}")).expect(0);
        assert!(shown.stdout.contains("collateral    "), "{shown:?}");
    }
    let shown = desk.run("scenarios show s.scn --json").expect(0).json();
    assert_eq!(
        (&shown["generator"]["kind"], &shown["generator"]["of"]["kind"]),
        (&"collateral".into(), &"stress".into())
    );
    desk.write("dearer.toml", DEAL.replace("BTC = 0.1", "BTC = 0.11"));
    let other = desk.run("scenarios regenerate c.scn --deal dearer.toml --prices prices.csv").expect(1);
    assert!(other.stderr.contains("other grades, or other assumptions"), "{other:?}");
}

#[test]
fn sets_that_the_deal_does_not_allow_are_not_made() {
    let desk = desk();
    let refused = |line: &str, said: &str| {
        let refused = desk.run(format!("scenarios collateral {line} -o x.scn")).expect(2);
        assert!(refused.stderr.contains(said), "{line}: {refused:?}");
        assert!(!desk.has("x.scn"));
    };
    desk.write("no-eth.csv", desk.read("prices.csv").replace("BTC,ETH", "BTC,ADA"));
    refused("--deal deal.toml --prices no-eth.csv", "no prices or moves of 'ETH'");
    desk.write("stress.csv", "name,BTC\ncrash,-0.5\n");
    refused("--deal deal.toml --table stress.csv", "no prices or moves of 'ETH'");
    desk.run("scenarios historical --prices prices.csv --factors BTC,ETH --horizon 2 -o two.scn").expect(0);
    refused("--deal deal.toml --market two.scn", "horizon is 3 day(s)");
    desk.run("scenarios historical --prices prices.csv --factors ETH,BTC --horizon 3 -o order.scn").expect(0);
    refused("--deal deal.toml --market order.scn", "assets are BTC, ETH");
    desk.run("scenarios historical --prices prices.csv --factors BTC,ETH --proxy ETH=LTC --horizon 3 -o proxy.scn")
        .expect(0);
    refused("--deal deal.toml --market proxy.scn", "a treatment of prices");
    desk.write("gap.csv", desk.read("prices.csv").replace("2020-03-12,4970.7879,112.34712,", "2020-03-12,4970.7879,,"));
    refused("--deal deal.toml --prices gap.csv --window 12", "the price of 'ETH' on 2020-03-12 is missing");
    desk.write("ruled.toml", format!("{DEAL}[scenarios]\nkind = \"historical\"\nleast_window = 13\n"));
    refused("--deal ruled.toml --prices prices.csv --window 12", "least_window");
    let seed = "ab".repeat(32);
    refused(&format!("--deal ruled.toml --prices prices.csv --paths 20 --seed {seed}"), "allows the kinds historical");
    refused("--deal deal.toml", "--prices");
    // The other kind of deal, and the other commands of pools.
    desk.run("pool deal consumer-2018 -o consumer.toml").expect(0);
    refused("--deal consumer.toml --prices prices.csv", "has no [collateral]");
    let credit = desk.run("scenarios credit --deal deal.toml --model gaussian --rho 0.1 -o x.scn").expect(2);
    assert!(credit.stderr.contains("bad debt of its [collateral]"), "{credit:?}");
    let losses = desk
        .run("pool losses loans.csv --mapping m.toml --deal deal.toml --model gaussian --rho 0.1 --method lhp")
        .expect(2);
    assert!(losses.stderr.contains("bad debt of its [collateral]"), "{losses:?}");
}

const LIMITS: &str = "expected_loss = 0.999\ncvar = 0.999\nconfidence = 0.75\n";

/// The figures of the claims over a set: expected loss and CVaR of the fund; expected loss, hit and CVaR of
/// the lenders. A fund that attaches at 0 has no claim on a hit.
fn claimed(desk: &Desk, set: &str) -> Vec<f64> {
    let described = format!("pool describe loans.csv --mapping m.toml --deal limits.toml --scenarios {set} --json");
    let described = desk.run(described).expect(0).json();
    let of_tranches = described["claims"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|claim| claim["claim"].as_str().unwrap().starts_with("tranche "));
    let share = |figure: &serde_json::Value| figure.as_str().unwrap().trim_end_matches(" %").parse::<f64>().unwrap();
    of_tranches.map(|claim| share(&claim["figure"]) / 100.0).collect()
}

/// At 1, the grid has the figures of the claims; at 2, those over a stress table of the squared ratios of
/// prices, which this test makes.
#[test]
fn bad_debt_is_shown_over_a_grid_of_volatilities() {
    let desk = desk();
    let limits = DEAL.replace("detachment = 0.1\n", &format!("detachment = 0.1\n{LIMITS}"));
    desk.write("limits.toml", limits.replace("hit = 0.25\n", &format!("hit = 0.999\n{LIMITS}")));
    let line = "pool sensitivity loans.csv --mapping m.toml --deal limits.toml --prices prices.csv --window 12";
    let json = desk.run(format!("{line} --json -o s.html")).expect(0).json();
    let rows = json["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 2 * 7, "volatility alone moves bad debt: {json}");
    let at = |times: f64| {
        let of = rows.iter().filter(|row| row["assumption"] == "volatility" && row["value"] == times);
        let shown = |row: &serde_json::Value| ["expected_loss", "hit", "cvar"].map(|key| row[key].as_f64().unwrap());
        let mut shown: Vec<f64> = of.flat_map(shown).collect();
        shown.remove(1);
        shown
    };
    let close = |found: &[f64], expected: &[f64]| {
        assert_eq!((found.len(), expected.len()), (5, 5));
        let far = found.iter().zip(expected).any(|(found, expected)| (found - expected).abs() > 1e-5);
        assert!(!far, "{found:?} {expected:?}");
    };
    desk.run(MADE.replace("deal.toml", "limits.toml")).expect(0);
    close(&at(1.0), &claimed(&desk, "c.scn"));
    let prices = desk.read("prices.csv");
    let header: Vec<&str> = prices.lines().next().unwrap().split(',').collect();
    let column = |name: &str| -> Vec<f64> {
        let at = header.iter().position(|column| *column == name).unwrap();
        prices.lines().skip(1).map(|row| row.split(',').nth(at).unwrap().parse().unwrap()).collect()
    };
    let (bitcoin, ether) = (column("BTC"), column("ETH"));
    let last = bitcoin.len() - 1;
    let squared = |prices: &[f64], day: usize| (prices[day] / prices[day - 3]).powi(2) - 1.0;
    let row = |day: usize| format!("{day},{:.10},{:.10}\n", squared(&bitcoin, day), squared(&ether, day));
    let table: String = (last - 11..=last).map(row).collect();
    desk.write("squared.csv", format!("name,BTC,ETH\n{table}"));
    desk.run("scenarios collateral --deal limits.toml --table squared.csv -o squared.scn").expect(0);
    let wide = claimed(&desk, "squared.scn");
    assert!(wide[0] > at(1.0)[0] && wide[2] > at(1.0)[2], "{wide:?}");
    close(&at(2.0), &wide);
    // The same table, and the same set, are moves themselves.
    for moves in ["--table squared.csv", "--prices prices.csv --paths 50 --zero-drift --seed"] {
        let seed = if moves.ends_with("--seed") { "ab".repeat(32) } else { String::new() };
        let line = format!("{} {moves} {seed} --volatilities 0,1", line.split(" --prices").next().unwrap());
        let rows = desk.run(format!("{line} --json")).expect(0).json()["rows"].clone();
        let first = [&rows[0], &rows[1]].map(|row| (row["value"].as_f64().unwrap(), row["hit"].as_f64().unwrap()));
        assert_eq!(first, [(0.0, 0.0); 2], "nothing moves, and the bands are covered: {rows}");
    }
    let text = desk.run(format!("{line} --volatilities 1,2")).expect(0).stdout;
    for said in ["PRIVATE", "bad debt, without recourse", "historical, 3-day returns", "x 2", "claim, or else at 99 %"]
    {
        assert!(text.contains(said), "{said}: {text}");
    }
    let page = desk.read("s.html");
    for said in ["volatility: CVaR of tranches", "volatility: probability of a hit", "<svg"] {
        assert!(page.contains(said), "{said}");
    }
    let csv = desk.run(format!("{line} --csv --confidence 0.5")).expect(0).stdout;
    assert!(csv.starts_with("assumption,value,of,expected_loss,hit,cvar,unpaid,"), "{csv}");
    for (more, said) in [
        ("--deal limits.toml --rho 0.1", "give --prices, --table or --market in place of --rho"),
        ("--deal limits.toml --prices prices.csv --volatilities 101", "0 to 100"),
        ("--deal plain.toml --prices prices.csv", "has no [collateral]"),
        ("--deal limits.toml --prices prices.csv --rho 0.1", "--rho"),
        ("--deal limits.toml", "--rho"),
    ] {
        desk.write(
            "plain.toml",
            "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"2020-03-15\"\ncurrency = \"USD\"\n\
                                  columns = []\n[claims]\nloans_min = 1\n",
        );
        let refused = desk.run(format!("pool sensitivity loans.csv --mapping m.toml {more}")).expect(2);
        assert!(refused.stderr.contains(said), "{more}: {refused:?}");
    }
}

/// A deal with collateral needs scenarios of its own kind, and the message names the command.
#[test]
fn the_scenarios_that_a_deal_needs_are_named() {
    let desk = desk();
    desk.run("pool commit loans.csv --mapping m.toml --deal deal.toml -o c.json --opening o.json").expect(0);
    desk.run("pool deal consumer-2018 -o consumer.toml").expect(0);
    desk.run("scenarios credit --deal consumer.toml --model gaussian --rho 0.1 --nodes 64 -o credit.scn").expect(0);
    let command = "tailproof scenarios collateral --deal DEAL --prices PRICES";
    let keys = desk.keys(SHAPE);
    let prove = "prove --pool loans.csv --mapping m.toml --deal deal.toml --opening o.json -o p.json";
    for (line, said) in [
        (format!("{prove} --keys {keys}"), "claims about losses over scenarios of the deal's collateral: give them"),
        (format!("{prove} --keys {keys} --scenarios credit.scn"), "these are not losses of collateral"),
        (
            "pool describe loans.csv --mapping m.toml --deal deal.toml --scenarios credit.scn".into(),
            "these are not losses of collateral",
        ),
    ] {
        let refused = desk.run(line).expect(2);
        assert!(refused.stderr.contains(said) && refused.stderr.contains(command), "{refused:?}");
    }
    let described = desk.run("pool describe loans.csv --mapping m.toml --deal deal.toml").expect(0).stdout;
    assert!(described.contains(&format!("not looked at: give --scenarios, made by `{command}`")), "{described}");
}

/// A tape whose loan is beyond the top of its band is not committed to; nor is one of another coin.
#[test]
fn a_loan_beyond_its_band_is_named() {
    let desk = desk();
    for (loan, said) in [
        ("2,2000,60.01,ETH", "the ltv 60.01 is in no band of the asset 'ETH'"),
        ("2,2000,60,LTC", "the ltv 60 is in no band of the asset 'LTC'"),
        ("2,2000,60,", "neither a grade nor an asset"),
    ] {
        desk.write("loans.csv", TAPE.replace("2,2000,60,ETH", loan));
        let refused =
            desk.run("pool commit loans.csv --mapping m.toml --deal deal.toml -o c.json --opening o.json").expect(2);
        assert!(refused.stderr.contains(said), "{loan}: {refused:?}");
    }
    // Under a schema without assets, a column of that name is none of the tape's.
    let plain = DEAL.replace("[collateral]\nhorizon = 3\n[collateral.haircut]\nBTC = 0.1\nETH = 0.1\n", "");
    let assets = plain.lines().find(|line| line.starts_with("assets")).unwrap().to_owned();
    let plain = plain.replace(&format!("{assets}\n"), "").replace("[0, 60]", "[70.01, 90]");
    let plain = format!("{plain}[pd]\nother = 0.1\n[lgd]\nother = 0.5\n");
    desk.write("plain.toml", plain);
    desk.write("tape.csv", "id,balance,ltv,Asset\n1,1000,70,BTC\n2,2000,80,ETH\n3,500,12.5,ETH\n");
    desk.run("pool commit tape.csv --deal plain.toml -o c.json --opening o.json").expect(0);
}

fn demo_file(name: &str) -> String {
    std::fs::read_to_string(source().join("src/demo").join(name)).unwrap()
}

/// `src/demo/SOURCES.md` says how they are made.
#[test]
fn the_loans_of_the_demo_are_made_as_their_source_says() {
    let mut text = String::from("id,balance,ltv,asset\n");
    for loan in 1..=100 {
        let (asset, span) = match loan % 10 {
            0..=3 => ("BTC", 50),
            4..=6 => ("ETH", 50),
            7 | 8 => ("LTC", 30),
            _ => ("XRP", 20),
        };
        text.push_str(&format!("{loan},{},{},{asset}\n", 5_000 + loan * 7_919 % 45_000, 20 + loan * 13 % span));
    }
    assert_eq!(text, demo_file("crypto-loans.csv"));
}
