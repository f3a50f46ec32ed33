//! Commands over prices that are not what a set needs as they stand: missing values, choices of
//! factors, proxies, kinds of moves, returns, currencies; and sets made again under them.

use sha2::{Digest, Sha256};
use tailproof_test_support::{Desk, mandate};

/// Prices of three factors on ten days; `change` makes the file.
fn prices(change: impl Fn(usize, [String; 3]) -> String) -> String {
    let rows = (0..10).map(|day| {
        let wave = |by: usize| (day * by) % 7;
        let cells = [format!("{}.50", 100 + wave(3)), format!("{}.2", 50 + wave(5)), format!("{}", 400 + wave(4))];
        format!("2023-02-{:02},{}\n", 13 + day, change(day, cells))
    });
    rows.collect()
}

fn plain(header: &str, change: impl Fn(usize, [String; 3]) -> String) -> String {
    format!("{header}\n{}", prices(change))
}

/// The third factor is blank on the first three days, as before a listing.
fn blank_before() -> String {
    plain("date,ALFA,BRAV,CORA", |day, [a, b, c]| format!("{a},{b},{}", if day < 3 { String::new() } else { c }))
}

/// The second factor is blank on the sixth day.
fn blank_within() -> String {
    plain("date,ALFA,BRAV,CORA", |day, [a, b, c]| format!("{a},{},{c}", if day == 5 { "#N/A N/A".into() } else { b }))
}

fn made(desk: &Desk, options: &str) -> String {
    desk.run(format!("scenarios historical --prices p.csv -o s.scn {options}")).expect(0).stderr
}

fn refused(desk: &Desk, options: &str) -> String {
    let refused = desk.run(format!("scenarios historical --prices p.csv -o refused.scn {options}")).expect(2).stderr;
    assert!(!desk.has("refused.scn"), "{options}");
    refused
}

fn sentence(desk: &Desk) -> String {
    desk.run("scenarios show s.scn").expect(0).stdout
}

/// The set is made again from the raw file, to the bit.
fn is_made_again(desk: &Desk, sources: &str) {
    let again = desk.run(format!("scenarios regenerate s.scn --prices p.csv {sources}")).expect(0).stdout;
    assert!(again.starts_with("identical"), "{again}");
}

/// The digests are those of the files that the release before treatments wrote.
#[test]
fn sets_of_untreated_prices_have_the_bytes_that_they_always_had() {
    let desk = Desk::new();
    desk.write("p.csv", plain("date,ALFA,BRAV,CORA", |_, cells| cells.join(",")));
    let montecarlo = format!("montecarlo --model normal --paths 4 --repair clip --seed {}", "11".repeat(32));
    for (command, digest) in [
        ("historical", "a03c4312d5756d15f4d6f6774b326a873a15b92c5cc2e91514bdc9a5e3a34623"),
        ("historical --window 4 --horizon 2", "1ec98c8d9ccfa75fd60d0ff6c9a94246ce93fad20012552ba3113c07a73d12ab"),
        (
            "historical --window 6 --age-weighted 0.9",
            "eab8ab3140a6d3281dda49322d4d6067c2d1179c3a3af297096f371df7826c2c",
        ),
        ("covariance --repair clip", "101e802fd7d787f3d7246cc733472c0b0c2c31c4b2aed00131d67fa6a6bfa869"),
        (&montecarlo, "e8d4759eabd9b8f6b8608d46655133bb50dde8f65a2aa2d52101829ef73b6555"),
    ] {
        desk.run(format!("scenarios {command} --prices p.csv -o s.scn")).expect(0);
        assert_eq!(hex::encode(Sha256::digest(desk.bytes("s.scn"))), digest, "{command}");
    }
}

#[test]
fn only_rows_that_are_used_count() {
    let desk = Desk::new();
    desk.write("p.csv", blank_before());
    let said = refused(&desk, "");
    for word in ["'CORA'", "2023-02-13", "--window", "--missing", "3 lack this factor"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    made(&desk, "--window 6");
    desk.write("cut.csv", blank_before().lines().filter(|line| !line.ends_with(',')).collect::<Vec<_>>().join("\n"));
    desk.run("scenarios historical --prices cut.csv -o cut.scn").expect(0);
    assert_eq!(desk.bytes("s.scn"), desk.bytes("cut.scn"), "the header says nothing of rows that are not used");
    is_made_again(&desk, "");
    refused(&desk, "--window 7");
}

#[test]
fn each_policy_for_missing_prices_is_counted_recorded_and_made_again() {
    let desk = Desk::new();
    desk.write("p.csv", blank_within());
    assert!(refused(&desk, "").contains("'BRAV' on 2023-02-18"));
    for (policy, said) in [
        ("drop-day", "1 day with a missing price left out"),
        ("carry", "1 missing price carried over"),
        ("drop-factor", "1 factor with a missing price left out: BRAV"),
    ] {
        assert!(made(&desk, &format!("--missing {policy}")).contains(said), "{policy}");
        assert!(sentence(&desk).contains(&format!(", {said})")), "{policy}: {}", sentence(&desk));
        is_made_again(&desk, "");
    }
    made(&desk, "--missing carry --window 3");
    assert!(!sentence(&desk).contains("carried"), "nothing was missing among the rows that are used");
    desk.write("p.csv", blank_before());
    assert!(refused(&desk, "--missing carry").contains("none before it to carry"));
}

#[test]
fn factors_are_chosen_by_name_or_for_a_book() {
    let desk = Desk::new();
    desk.write("p.csv", blank_before());
    made(&desk, "--factors BRAV,ALFA");
    let shown = desk.run("scenarios show s.scn --json").expect(0).json();
    assert_eq!(shown["factors"], serde_json::json!(["BRAV", "ALFA"]));
    is_made_again(&desk, "");
    desk.write("b.csv", "factor,exposure\nBRAV,100\nCASH,50\nALFA,100\n");
    assert!(made(&desk, "--for-book b.csv").contains("the set is public"));
    let shown = desk.run("scenarios show s.scn --json").expect(0).json();
    assert_eq!(shown["factors"], serde_json::json!(["ALFA", "BRAV"]), "in the order of the prices");
    desk.write("b.csv", "factor,exposure\nBRAV,100\nOMEGA,100\n");
    let said = refused(&desk, "--for-book b.csv");
    assert!(said.contains("OMEGA") && said.contains("--proxy"), "{said}");
    made(&desk, "--for-book b.csv --proxy OMEGA=ALFA");
    is_made_again(&desk, "");
}

#[test]
fn columns_of_one_instrument_are_refused_unless_one_is_chosen() {
    let desk = Desk::new();
    desk.write("p.csv", plain("Date,Open,Close,Volume", |_, cells| cells.join(",")));
    let said = refused(&desk, "");
    assert!(said.contains("Volume") && said.contains("--factors"), "{said}");
    made(&desk, "--factors Close");
    is_made_again(&desk, "");
}

#[test]
fn a_proxy_is_called_one_and_has_no_price_of_its_own() {
    let desk = Desk::new();
    desk.write("p.csv", plain("date,ALFA,BRAV,CORA", |_, cells| cells.join(",")));
    made(&desk, "--proxy NEW=BRAV");
    assert!(sentence(&desk).contains("1 factor is a proxy: NEW by BRAV"), "{}", sentence(&desk));
    is_made_again(&desk, "");
    desk.write("b.csv", "factor,quantity\nNEW,10\n");
    let said = desk.run("risk --book b.csv --scenarios s.scn --confidence 0.9").expect(2).stderr;
    assert!(said.contains("'NEW'") && said.contains("it is a proxy"), "{said}");
}

/// Oil at -37.63: relative moves of it are no figures.
#[test]
fn negative_prices_have_absolute_moves_and_an_exposure_per_step() {
    let desk = Desk::new();
    desk.write(
        "p.csv",
        plain("date,ALFA,OIL,CORA", |day, [a, _, c]| {
            format!("{a},{},{c}", if day == 7 { "-37.63".into() } else { format!("{}.27", 18 - day) })
        }),
    );
    let said = refused(&desk, "");
    assert!(said.contains("'OIL'") && said.contains("absolute") && said.contains("--moves"), "{said}");
    desk.write("m.csv", "factor,move\nOIL,absolute\nCORA,log\n");
    made(&desk, "--moves m.csv");
    let shown = sentence(&desk);
    assert!(shown.contains("log moves: CORA, absolute moves: OIL by 10"), "{shown}");
    is_made_again(&desk, "");
    let said = refused(&desk, "--moves m.csv --ring 0");
    assert!(said.contains("'OIL'") && said.contains("--ring"), "{said}");
    desk.write("m.csv", "factor,move,step\nOIL,absolute,100\n");
    made(&desk, "--moves m.csv --ring 0");
    assert!(sentence(&desk).contains("OIL by 100"));
    desk.write("m.csv", "factor,move,step\nOIL,absolute,0.01\n");
    assert!(refused(&desk, "--moves m.csv").contains("take a larger step"));
    desk.write("m.csv", "factor,move,step\nOIL,absolute,0.5\n");
    assert!(refused(&desk, "--moves m.csv").contains("powers of ten"));
    desk.write("b.csv", "factor,quantity\nOIL,10\n");
    assert!(
        desk.run("risk --book b.csv --scenarios s.scn --confidence 0.9").expect(2).stderr.contains("currency per step")
    );
    desk.write("b.csv", "factor,exposure\nOIL,10\n");
    assert!(desk.run("risk --book b.csv --scenarios s.scn --confidence 0.9").expect(2).stderr.contains("--nav"));
    desk.run("risk --book b.csv --scenarios s.scn --nav 1000 --confidence 0.9").expect(0);
}

#[test]
fn a_file_of_returns_is_refused_as_prices_and_read_as_what_it_is() {
    let desk = Desk::new();
    let sign = |day: usize, by: usize| if (day * by).is_multiple_of(2) { "" } else { "-" };
    desk.write(
        "p.csv",
        plain("date,ALFA,BRAV,CORA", |day, _| {
            format!("{}0.01,{}0.02,{}0.005", sign(day, 1), sign(day, 3), sign(day, 5))
        }),
    );
    assert!(refused(&desk, "").contains("--returns"));
    made(&desk, "--returns");
    let shown = desk.run("scenarios show s.scn --json").expect(0).json();
    assert_eq!((&shown["scenarios"], &shown["first"]), (&serde_json::json!(10), &serde_json::json!("2023-02-13")));
    assert!(sentence(&desk).contains("from a file of returns"));
    is_made_again(&desk, "");
    made(&desk, "--returns --linear-weights --window 4");
    is_made_again(&desk, "");
    for options in ["--returns --horizon 2", "--returns --missing carry", "--returns --gamma"] {
        assert!(refused(&desk, options).contains("file of returns"), "{options}");
    }
    desk.write("p.csv", "date,A\n2024-01-02,-2.5\n2024-01-03,1.5\n");
    assert!(refused(&desk, "--returns").contains("-0.02 for -2 %"));
    for command in ["covariance", "montecarlo --model normal --paths 4 --seed 00"] {
        let said = desk.run(format!("scenarios {command} --prices p.csv --returns -o c.scn")).expect(2).stderr;
        assert!(said.contains("--returns is for `scenarios historical`"), "{said}");
    }
}

#[test]
fn prices_are_converted_row_by_row_and_cash_in_another_currency_is_a_factor() {
    let desk = Desk::new();
    desk.write("p.csv", "date,ALFA,BRAV\n2024-01-02,100,50\n2024-01-03,110,50\n2024-01-04,121,50\n");
    desk.write("fx.csv", "date,USD\n2024-01-02,0.9\n2024-01-03,0.99\n2024-01-04,0.99\n");
    desk.write("c.csv", "factor,currency\nALFA,USD\nBRAV,EUR\nCASH USD,USD\n");
    made(&desk, "--currencies c.csv --rates fx.csv --base EUR");
    let shown = sentence(&desk);
    assert!(shown.contains("in EUR: ALFA from USD, CASH USD cash in USD"), "{shown}");
    // 110 x 0.99 over 100 x 0.9 is +21 %.
    assert!(shown.contains("10.00 %    21.00 %") && shown.contains("119.79"), "{shown}");
    is_made_again(&desk, "--rates fx.csv");
    let said = desk.run("scenarios regenerate s.scn --prices p.csv").expect(2).stderr;
    assert!(said.contains("rates of currencies"), "{said}");
    desk.write("other.csv", "date,USD\n2024-01-02,0.9\n2024-01-03,0.98\n2024-01-04,0.99\n");
    desk.run("scenarios regenerate s.scn --prices p.csv --rates other.csv").expect(1);
    desk.write("c.csv", "factor,currency\nALFA,USD\n");
    let said = refused(&desk, "--currencies c.csv --rates fx.csv --base EUR");
    assert!(said.contains("the currency of 'BRAV' is not stated"), "{said}");
    desk.write("c.csv", "factor,currency\nALFA,USD\nBRAV,GBP\n");
    let said = refused(&desk, "--currencies c.csv --rates fx.csv --base EUR");
    assert!(said.contains("'GBP'") && said.contains("--rates"), "{said}");
    desk.write("fx.csv", "date,USD,GBP\n2024-01-02,0.9,1.2\n2024-01-04,0.99,1.2\n");
    let said = refused(&desk, "--currencies c.csv --rates fx.csv --base EUR");
    assert!(said.contains("2024-01-03") && said.contains("--missing"), "{said}");
    for policy in ["carry", "drop-day"] {
        made(&desk, &format!("--currencies c.csv --rates fx.csv --base EUR --missing {policy}"));
        is_made_again(&desk, "--rates fx.csv");
    }
}

/// As no proof is about such a claim, no private figure calls its mandate met.
#[test]
fn a_mandate_in_another_currency_than_that_of_the_prices_has_no_verdict() {
    let desk = Desk::new();
    desk.write("p.csv", "date,ALFA,BRAV\n2024-01-02,100,50\n2024-01-03,110,50\n2024-01-04,121,50\n");
    desk.write("fx.csv", "date,USD\n2024-01-02,0.9\n2024-01-03,0.99\n2024-01-04,0.99\n");
    desk.write("c.csv", "factor,currency\nALFA,USD\nBRAV,EUR\n");
    made(&desk, "--currencies c.csv --rates fx.csv --base EUR");
    desk.write("b.csv", "factor,exposure\nALFA,100\nBRAV,50\n");
    let risk = "risk --book b.csv --scenarios s.scn --mandate m.toml";
    let report = "report --book b.csv --scenarios s.scn --mandate m.toml -o r.html";
    for (currency, is_its_own) in [("EUR", true), ("USD", false)] {
        desk.write(
            "m.toml",
            format!("name = \"m\"\ncurrency = \"{currency}\"\n[[clause]]\nmeasure = \"stress\"\nlimit = 1000\n"),
        );
        desk.run(risk).expect(if is_its_own { 0 } else { 2 });
        let found = desk.run(format!("{risk} --json")).json();
        assert_eq!(found["scenarios_not_allowed"].is_null(), is_its_own, "{found}");
        desk.run(report).expect(0);
        let page = desk.read("r.html");
        assert_eq!(page.contains("Within the mandate"), is_its_own, "{page}");
        assert_eq!(page.contains("No verdict: the mandate is in USD"), !is_its_own, "{page}");
    }
}

/// A verifier with the raw file has the set made again under the treatment that its header names.
#[test]
fn a_proof_over_treated_prices_is_verified_with_the_raw_file() {
    let desk = Desk::new();
    desk.write("p.csv", blank_within());
    desk.write("b.csv", "factor,exposure\nALFA,400000\nNEW,350000\n");
    desk.write("m.toml", mandate("var", "0.8", "limit = 900000"));
    let keys = desk.keys("8x20");
    desk.write("kinds.csv", "factor,move\nCORA,log\n");
    for (options, said) in [
        ("--missing carry --proxy NEW=BRAV", "2 missing prices carried over"),
        ("--missing drop-day --proxy NEW=BRAV", "1 day with a missing price left out"),
        ("--missing drop-factor --proxy NEW=CORA", "1 factor with a missing price left out: BRAV"),
        ("--factors ALFA,CORA,NEW --proxy NEW=CORA --moves kinds.csv", "log moves: CORA"),
    ] {
        made(&desk, &format!("{options} --window 7"));
        desk.run("commit --book b.csv --scenarios s.scn -o c.json --opening o.json --force").expect(0);
        desk.prove("b.csv", "m.toml", &keys).expect(0);
        let verify = |prices: &str| {
            desk.run(format!(
                "verify --proof p.json --scenarios s.scn --mandate m.toml --keys {keys} --commitment c.json --prices {prices}"
            ))
        };
        let valid = verify("p.csv").expect(0).stdout;
        assert!(valid.contains("made again") && valid.contains(said) && valid.contains("proxy: NEW by"), "{valid}");
        // One price that is used differs; the hole filled with a price is another file too.
        let first = desk.read("p.csv").lines().nth(5).unwrap().to_owned();
        desk.write("other.csv", desk.read("p.csv").replace(&first, &first.replacen(",1", ",2", 1)));
        let refused = verify("other.csv").expect(1);
        assert!(refused.stderr.contains("NOT VALID"), "{options}: {refused:?}");
        // A plain set of the same prices says nothing of a treatment, and is another set.
        let plain = desk.run("scenarios show s.scn --json").expect(0).json();
        assert!(!plain["generator"]["treatment"].is_null(), "{plain}");
    }
    desk.write("filled.csv", plain("date,ALFA,BRAV,CORA", |_, cells| cells.join(",")));
    made(&desk, "--missing drop-day --window 7");
    desk.run("commit --book b.csv --scenarios s.scn -o c.json --opening o.json --force").expect(2);
    desk.run("scenarios regenerate s.scn --prices filled.csv").expect(1);
}

#[test]
fn covariances_and_paths_take_what_makes_sense_for_them() {
    let desk = Desk::new();
    desk.write("p.csv", blank_within());
    let seed = "11".repeat(32);
    for command in ["covariance".to_owned(), format!("montecarlo --model normal --paths 4 --seed {seed}")] {
        let options = "--missing drop-day --proxy NEW=ALFA --factors ALFA,BRAV,NEW --repair clip";
        desk.run(format!("scenarios {command} --prices p.csv {options} -o s.scn")).expect(0);
        assert!(sentence(&desk).contains("1 factor is a proxy"), "{command}");
        is_made_again(&desk, "");
    }
}

#[test]
fn suspicious_prices_are_noted_and_shown() {
    let desk = Desk::new();
    desk.write(
        "p.csv",
        plain("date,ALFA,BRAV,TINY", |day, [a, b, _]| {
            let a = if day < 6 { a } else { format!("10.0{day}") };
            let b = if day < 4 { format!("{b}00").replace(".200", "20") } else { b };
            format!("{a},{b},{}", ["2e-08", "1e-08"][day % 2])
        }),
    );
    let said = made(&desk, "");
    let shown = sentence(&desk);
    for word in ["'ALFA' on 2023-02-19", "split", "'BRAV' on 2023-02-17", "change of unit", "'TINY' on 2023-02-14"] {
        assert!(said.contains(word) && shown.contains(word), "{word}: {said}\n{shown}");
    }
    assert!(said.contains("note: ") && said.contains("a tick is a large move"), "{said}");
    desk.write(
        "p.csv",
        "date,A\n2023-03-01,1.001\n2023-03-02,1.002\n2023-03-03,1.003\n2023-04-17,1.004\n2023-04-18,1.005\n",
    );
    let said = made(&desk, "");
    assert!(said.contains("no rows between 2023-03-03 and 2023-04-17") && said.contains("45 days"), "{said}");
    assert!(sentence(&desk).contains("2023-04-17"));
    let json = desk.run("scenarios show s.scn --json").expect(0).json();
    assert_eq!(json["suspicions"][0]["kind"], "gap");
}
