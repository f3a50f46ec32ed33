//! The report of a book, and the one of a proof.
#![allow(clippy::unwrap_used)]

mod support;

use std::os::unix::fs::PermissionsExt;

use support::{BOOK, Desk, NAV, keys};

#[test]
fn the_private_report_shows_the_book_and_the_public_one_does_not() {
    let desk = Desk::new();
    desk.scenarios("60").expect(0);
    desk.commit(BOOK).expect(0);
    let keys = keys("60x20/1");
    let text = "name = \"Fund <b>&</b>\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.95\nlimit_nav = 0.04\n";
    desk.write("m.toml", text);
    desk.prove(BOOK, "m.toml", &keys).expect(0);
    desk.write("pnl.csv", "day,r,v\n1,0.01,0.02\n2,-0.03,0.02\n3,0.004,0.021\n");

    let report = |arguments: &[&str]| {
        desk.run(&[&["report", "--scenarios", "s.scn", "--mandate", "m.toml"], arguments].concat())
    };
    let backtest = ["--pnl", "pnl.csv", "--return", "r", "--var", "v"];
    report(&[&["--book", BOOK, "--nav", NAV, "-o", "private.html"], &backtest[..]].concat()).expect(0);
    let private = desk.read("private.html");
    for part in [
        "Private:",
        "95 % VaR &lt;= 4 % of NAV",
        "Worst scenarios",
        "Contributions to",
        "1 exceedances in 3 days",
        "12,550,000.00",
    ] {
        assert!(private.contains(part), "{part}");
    }
    assert_eq!(private.matches("<svg").count(), 3, "distribution, contributions, backtest");
    assert_eq!(std::fs::metadata(desk.path("private.html")).unwrap().permissions().mode() & 0o777, 0o600);
    // The worst loss of the table is that of the risk engine.
    let risk = ["risk", "--book", BOOK, "--scenarios", "s.scn", "--nav", NAV, "--confidence", "0.99"];
    let said = desk.run(&risk).expect(0).stdout;
    let line = said.lines().find(|line| line.starts_with("worst loss")).unwrap();
    let worst = line.split_whitespace().nth(2).unwrap().to_owned();
    assert!(private.contains(&worst), "{worst}");

    report(&["--proof", "p.json", "--keys", keys.to_str().unwrap(), "-o", "public.html"]).expect(0);
    let public = desk.read("public.html");
    let json: serde_json::Value = serde_json::from_str(&desk.read("p.json")).unwrap();
    for part in ["Fund &lt;b&gt;&amp;&lt;/b&gt;", json["commitment"].as_str().unwrap(), json["keys"].as_str().unwrap()]
    {
        assert!(public.contains(part), "{part}");
    }
    // One self-contained file, without a script, and without anything of the book.
    for page in [&private, &public] {
        assert!(!page.contains("<script") && !page.contains("<b>&</b>") && !page.contains("src="));
    }
    for part in ["<svg", "AAPL", "12,550,000", &worst] {
        assert!(!public.contains(part), "{part}");
    }
}

#[test]
fn reports_of_what_does_not_hold() {
    let keys = keys("8x20");
    let desk = Desk::proved("8", &keys);
    let keys = keys.to_str().unwrap();
    let proof = desk.read("p.json");
    // A proof that is not valid leaves no page.
    let tighter = std::fs::read_to_string(support::MANDATE).unwrap().replace("450000", "300000");
    desk.write("tighter.toml", tighter);
    let public = ["report", "--proof", "p.json", "--keys", keys, "--scenarios", "s.scn"];
    desk.run(&[&public[..], &["--mandate", "tighter.toml", "-o", "r.html"]].concat()).expect(1);
    assert!(!desk.path("r.html").exists());
    // A broken clause is marked, and a report never replaces what it is made from.
    desk.write("broken.toml", "name = \"m\"\n[[clause]]\nmeasure = \"gross\"\nlimit = 5\n");
    let private = ["report", "--book", BOOK, "--nav", NAV, "--scenarios", "s.scn", "--mandate", "broken.toml"];
    desk.run(&[&private[..], &["-o", "r.html"]].concat()).expect(0);
    assert!(desk.read("r.html").contains("class=bad"));
    desk.run(&[&private[..], &["-o", "broken.toml"]].concat()).expect(2);
    desk.run(&[&public[..], &["--mandate", support::MANDATE, "-o", "p.json"]].concat()).expect(2);
    assert_eq!(desk.read("p.json"), proof);
    desk.run(&["report", "--scenarios", "s.scn", "--mandate", "broken.toml", "-o", "x.html"]).expect(2);
}
