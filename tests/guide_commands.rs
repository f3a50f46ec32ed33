//! The guide "Write your mandate" as it is printed: its files are written, and its commands run, in
//! order, on the demo's prices.
//!
//! Comments of the guide say what a block is: `file: PATH` is a new file, `more: PATH` is added to
//! a mandate, and `run in: FOLDER` is where commands run. A digest that the guide leaves out is
//! filled in.

use tailproof_test_support::last_units::{gains, pnl_csv};
use tailproof_test_support::{Desk, PRICES, source};

/// A block of the guide: its marker, its language and its text.
struct Block<'g> {
    marker: Option<&'g str>,
    language: &'g str,
    text: String,
}

fn blocks(guide: &str) -> Vec<Block<'_>> {
    let (mut found, mut marker) = (Vec::new(), None);
    let mut lines = guide.lines();
    while let Some(line) = lines.next() {
        if let Some(rest) = line.strip_prefix("<!-- ") {
            marker = rest.strip_suffix(" -->");
        } else if let Some(language) = line.strip_prefix("```") {
            let text = lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
            found.push(Block { marker: marker.take(), language, text });
        } else if !line.is_empty() {
            assert!(marker.is_none(), "a block follows its comment: {line}");
        }
    }
    found
}

/// Adds a part to a mandate: keys stand before the first clause.
fn with_more(mandate: &str, more: &str) -> String {
    let clauses = |text: &str| text.find("[[clause]]").unwrap();
    let (head, rest) = mandate.split_at(clauses(mandate));
    let (keys, added) = more.split_at(clauses(more));
    format!("{}{keys}{rest}{added}", head.trim_end().to_owned() + "\n")
}

/// Fills in the digests of the files beside a mandate, of those kinds that it leaves out.
fn with_digests(desk: &Desk, folder: &str, mandate: &str) -> String {
    let mut text = mandate.to_owned();
    for (kind, end) in [("groups", "groups.toml"), ("caps", "caps.csv"), ("impact", "impact.csv")] {
        let empty = format!("{kind} = \"…\"");
        if !text.contains(&empty) {
            continue;
        }
        let names = std::fs::read_dir(desk.path(folder)).unwrap();
        let mut names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let name = names.find(|name| name.ends_with(end)).unwrap();
        let shown = desk.run(format!("{kind} {folder}/{name} --json")).expect(0).json();
        text = text.replace(&empty, &format!("{kind} = \"{}\"", shown["digest"].as_str().unwrap()));
    }
    assert!(!text.contains('…'), "{text}");
    text
}

fn run_in(desk: &Desk, folder: &str, line: &str) -> String {
    let mut command = desk.command(line.strip_prefix("tailproof ").unwrap());
    command.current_dir(desk.path(folder));
    tailproof_test_support::Run::of(command).expect(0).stdout
}

#[test]
fn the_guide_to_mandates_runs_as_printed() {
    let guide = std::fs::read_to_string(source().join("docs/src/guides/write-your-mandate.md")).unwrap();
    let desk = Desk::new();
    for folder in ["greeks", "margin", "desk"] {
        std::fs::create_dir(desk.path(folder)).unwrap();
    }
    // The newest 40 returns of the four stocks, and a P&L vector on the days of the guide's
    // excerpt.
    let prices = desk.read(PRICES);
    let header: Vec<&str> = prices.lines().next().unwrap().split(',').collect();
    let places =
        ["date", "AAPL", "JPM", "CVX", "XOM"].map(|name| header.iter().position(|cell| *cell == name).unwrap());
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        places.map(|place| cells[place]).join(",") + "\n"
    };
    let rows: Vec<String> = prices.lines().map(row).collect();
    desk.write("prices.csv", rows[0].clone() + &rows[rows.len() - 41..].concat());
    let tenth: Vec<(String, i64)> = gains(&desk, 40).into_iter().map(|(day, gain)| (day, gain / 10)).collect();
    desk.write("desk/pnl.csv", pnl_csv(&tenth));

    let (mut commands, mut files) = (Vec::new(), 0);
    for Block { marker, language, text } in blocks(&guide) {
        let marker = marker.and_then(|marker| marker.split_once(": "));
        match (language, marker) {
            ("sh", _) => {
                let folder = marker.map_or(".", |(kind, folder)| {
                    assert_eq!(kind, "run in");
                    folder
                });
                for line in text.lines() {
                    for mandate in ["mandate.toml", "collateral.toml"].map(|name| format!("{folder}/{name}")) {
                        if let Some(text) = desk.read_if(&mandate) {
                            desk.write(&mandate, with_digests(&desk, folder, &text));
                        }
                    }
                    if line.contains("keys keys") && !desk.has(&format!("{folder}/keys")) {
                        let keygen = "tailproof keygen --for mandate.toml --scenarios days.scn --insecure-dev -o keys";
                        run_in(&desk, folder, keygen);
                    }
                    let said = run_in(&desk, folder, line);
                    commands.push((line.to_owned(), said));
                }
            }
            (_, Some(("file", path))) => {
                desk.write(path, &text);
                files += 1;
                if path == "book.csv" {
                    let stocks = text.lines().filter(|row| !row.starts_with("cash") && !row.starts_with("margin loan"));
                    desk.write("margin/stocks.csv", stocks.map(|row| format!("{row}\n")).collect::<String>());
                }
            }
            (_, Some(("more", path))) => {
                desk.write(path, with_more(&desk.read(path), &text));
                files += 1;
            }
            // An excerpt of the P&L vector, whose other days are the test's.
            (_, None) => assert!(text.starts_with("date,pnl\n"), "a block without a comment: {text}"),
            (_, Some(marker)) => panic!("a comment that is not known: {marker:?}"),
        }
    }
    assert_eq!((commands.len(), files), (18, 14), "{commands:?}");

    // The clauses of the mandate, one of each kind.
    let (_, risk) = commands.iter().find(|(line, _)| line.contains("--book book.csv")).unwrap();
    for sentence in [
        "gross exposure <= 200 % of NAV",
        "gross exposure of each group of \"sector\"",
        "<= net exposure of group \"energy\" of \"sector\" <=",
        "<= net exposure of group \"daily\" of \"liquidity\"",
        "magnitude of every exposure within its cap",
        "99 % VaR with liquidity cost <= 5 % of NAV",
    ] {
        assert!(risk.contains(sentence), "{sentence} in {risk}");
    }
    let risk = "risk --book book.csv --scenarios market.scn --mandate";
    let figures = desk.run(format!("{risk} mandate.toml --json")).expect(0).json();
    assert_eq!((figures["nav"].as_f64(), figures["liquidity_cost"].is_null()), (Some(1_000_000.0), false), "{figures}");
    desk.run(format!("{risk} collateral.toml")).expect(0);

    // The Greeks, over two prices of one underlying that are the market's of two stocks.
    let prices = desk.read("prices.csv").replacen("AAPL", "BTC", 1).replacen("JPM", "BTC-PERP", 1);
    desk.write("greeks/prices.csv", prices);
    desk.write("greeks/book.csv", "factor,delta,gamma\nBTC,1000000,2000000\nBTC-PERP,-950000,0\n");
    desk.write("greeks/mandate.toml", with_digests(&desk, "greeks", &desk.read("greeks/mandate.toml")));
    run_in(
        &desk,
        "greeks",
        "tailproof scenarios historical --prices prices.csv --factors BTC,BTC-PERP --gamma -o s.scn",
    );
    let risk = "tailproof risk --book book.csv --scenarios s.scn --nav 1000000 --mandate mandate.toml";
    assert!(run_in(&desk, "greeks", risk).contains("gross exposure of group \"gamma\" of \"greeks\""));
}
