//! Small files, made up, each of which tries to make a figure or a claim mean something else: read
//! rightly and said, or refused with the cure. Each file is under `tests/fixtures/cases/attacks`.

use tailproof::Mandate;
use tailproof_test_support::{Desk, Run, mandate, source};

const FOLDER: &str = "tests/fixtures/cases/attacks";

/// Returns a desk with some of the files.
fn desk(files: &[&str]) -> Desk {
    let desk = Desk::new();
    for file in files {
        desk.write(file, std::fs::read(source().join(FOLDER).join(file)).unwrap());
    }
    desk
}

/// Checks that a command is refused, that its message has each part, and that it wrote nothing.
#[track_caller]
fn refused(desk: &Desk, line: impl AsRef<str>, parts: &[&str]) -> Run {
    let files = desk.files();
    let run = desk.run(line).expect(2);
    for part in parts {
        assert!(run.stderr.contains(part), "{part}: {run:?}");
    }
    assert_eq!(desk.files(), files);
    run
}

/// The files of the folder: each is named in a test below.
#[test]
fn every_file_of_the_folder_has_a_test() {
    let text = include_str!("attack_files.rs");
    let mut count = 0;
    for entry in std::fs::read_dir(source().join(FOLDER)).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(text.contains(&format!("\"{name}\"")) || text.contains(&format!(" {name}")), "{name}");
        count += 1;
    }
    assert_eq!(count, 19);
}

/// Columns with such names would escape limits on gross, net and largest exposures.
#[test]
fn columns_named_as_greeks_are_refused() {
    let desk = desk(&["greek_names_prices.csv", "greek_names_stress.csv"]);
    let cure = "rename it";
    refused(
        &desk,
        "scenarios historical --prices greek_names_prices.csv --window 10 -o s.scn",
        &["row 1, column 'vega:AAA'", cure],
    );
    refused(&desk, "scenarios stress --table greek_names_stress.csv -o s.scn", &["row 1, column 'vega:AAA'", cure]);
}

/// The deal that the honest mapping of arrears.csv asks for.
const ARREARS_TAPE: &str = "\
name = \"Arrears\"
[tape]
version = 2
cut_off = \"2024-03-31\"
currency = \"EUR\"
columns = [\"rate\", \"term\", \"region\", \"status\"]
regions = [\"DE3\", \"ES5\", \"FRL\", \"ITC\", \"NL3\"]
[tape.scale]
rate = \"percent\"
[tape.status]
current = [\"PERF\"]
delinquent = [\"ARRE\"]
default = [\"DFLT\"]
paid = [\"RDMD\"]
[claims]
delinquent_max = 0.001
average_term_max = 191
";

#[test]
fn arrears_are_described_as_what_a_mapping_calls_them_with_its_words() {
    let desk = desk(&["arrears.csv", "arrears_honest.toml", "arrears_called_current.toml"]);
    let honest = desk.run("pool describe arrears.csv --mapping arrears_honest.toml --json").expect(0).json();
    assert!((honest["delinquent"].as_f64().unwrap() - 0.243_588).abs() < 1e-6, "{honest}");
    assert!((honest["fields"]["term"]["average"].as_f64().unwrap() - 201.4017).abs() < 1e-4, "{honest}");
    assert_eq!((&honest["loans"], &honest["balance"]), (&10.into(), &2_033_115.37.into()));
    assert_eq!(honest["statuses"]["delinquent"]["words"], serde_json::json!(["ARRE"]));
    // Nothing is delinquent by the other mapping, and the words that it calls current stand there.
    let other = desk.run("pool describe arrears.csv --mapping arrears_called_current.toml").expect(0).stdout;
    assert!(other.contains("delinquent       0.0000 %"), "{other}");
    assert!(other.contains("of 10 loans: ARRE, PERF"), "{other}");
}

#[test]
fn arrears_under_a_deal_are_what_the_deal_says() {
    let desk = desk(&[
        "arrears.csv",
        "arrears_honest.toml",
        "arrears_called_current.toml",
        "arrears_later_date.toml",
        "arrears_deal.toml",
    ]);
    // The deal leaves the meaning of words and dates to a private mapping.
    for mapping in ["arrears_honest.toml", "arrears_called_current.toml", "arrears_later_date.toml"] {
        refused(
            &desk,
            format!("pool commit arrears.csv --mapping {mapping} --deal arrears_deal.toml -o c.json --opening o.json"),
            &["version = 2", "[tape.status]", "delinquent = ", "cut_off = "],
        );
    }
    desk.write("d.toml", ARREARS_TAPE);
    let commit =
        |mapping: &str| format!("pool commit arrears.csv --mapping {mapping} --deal d.toml -o c.json --opening o.json");
    refused(&desk, commit("arrears_called_current.toml"), &["'ARRE' current", "delinquent"]);
    refused(&desk, commit("arrears_later_date.toml"), &["2025-12-31", "2024-03-31"]);
    desk.run(commit("arrears_honest.toml")).expect(0);
    // Both claims of the deal are false.
    let described = desk.run("pool describe arrears.csv --mapping arrears_honest.toml --deal d.toml").expect(0).stdout;
    assert_eq!(described.matches("FALSE").count(), 2, "{described}");
}

/// The day of a mapping is that of the tape's own column, where the mapping reads it.
#[test]
fn a_later_day_than_the_tape_s_is_refused_without_a_deal_too() {
    let desk = desk(&["arrears.csv", "arrears_later_date.toml"]);
    let with_day = desk.read("arrears_later_date.toml").replace("[status]", "cut_off = \"RREL6\"\n[status]");
    desk.write("m.toml", with_day);
    refused(&desk, "pool describe arrears.csv --mapping m.toml", &["2025-12-31", "2024-03-31", "RREL6"]);
}

const PLAIN_TAPE: &str = "\
name = \"Plain\"
[tape]
version = 2
cut_off = \"2024-03-31\"
currency = \"EUR\"
columns = [\"rate\", \"status\"]
[tape.scale]
rate = \"percent\"
[tape.status]
current = [\"current\"]
grace = [\"grace\"]
delinquent = [\"delinquent\"]
default = [\"default\"]
paid = [\"paid\"]
[claims]
loans_min = 5
";

/// One odd row of 12 does not move the median by balance.
#[test]
fn rates_as_fractions_with_one_odd_row_are_warned_of_and_refused() {
    let desk = desk(&["fractions_one_odd.csv"]);
    let warned = desk.run("pool describe fractions_one_odd.csv").expect(0);
    assert!(warned.stderr.contains("loans of half the balance have a rate of at most 0.05 %"), "{warned:?}");
    desk.write("d.toml", PLAIN_TAPE);
    let commit = "pool commit fractions_one_odd.csv --deal d.toml -o c.json --opening o.json";
    refused(&desk, commit, &["row 2, column 'rate'", "0.0542", "steps of 0.01"]);
    desk.write("d.toml", PLAIN_TAPE.replace("currency", "rounding = \"half-even\"\ncurrency"));
    let warned = desk.run(commit).expect(0);
    assert!(warned.stderr.contains("warning: loans of half the balance have a rate"), "{warned:?}");
}

/// Blank sectors were one sector.
#[test]
fn blank_sectors_are_no_sector() {
    let desk = desk(&["blank_sectors.csv"]);
    desk.write(
        "d.toml",
        "name = \"d\"\n[pd]\nother = 0.02\n[lgd]\nother = 0.5\n[[tranche]]\nname = \"all\"\nattachment = 0\ndetachment = 1\n",
    );
    let losses = format!(
        "pool losses blank_sectors.csv --deal d.toml --model gaussian --rho 0.1 --method montecarlo --paths 100 --seed {}",
        "07".repeat(32)
    );
    refused(&desk, format!("{losses} --sector-rho 0.1"), &["5 of 8 loans have no sector", "give each a sector"]);
    desk.run(losses).expect(0);
    assert_eq!(desk.run("pool describe blank_sectors.csv --json").expect(0).json()["loans"], 8);
}

#[test]
fn the_same_loans_under_other_ids_are_refused_by_a_canonical_form() {
    let desk = desk(&["same_loans_other_ids.csv"]);
    let commit = "pool commit same_loans_other_ids.csv --deal d.toml -o c.json --opening o.json";
    let ids = "[tape.ids]\ncase = \"upper\"\nspaces = \"remove\"\ndashes = \"remove\"\n[tape.scale]";
    desk.write("d.toml", PLAIN_TAPE.replace("[tape.scale]", ids));
    refused(&desk, commit, &["'TW-01'", "'tw 01'"]);
    // Without one, the verdict has the line *distinct loans*: `pool_proofs` and `library::verdict`.
    desk.write("d.toml", PLAIN_TAPE);
    desk.run(commit).expect(0);
}

/// A table of moves says nothing of a day, whatever its names are. A ledger takes no forecast over
/// one: `library::ledger::steps`.
#[test]
fn a_stress_table_named_like_days_is_no_history() {
    let desk = desk(&["stress_of_tomorrow.csv"]);
    let made = desk.run("scenarios stress --table stress_of_tomorrow.csv -o s.scn").expect(0);
    for part in ["(stress)", "no prices make them", "3 of its 3 scenarios are named like days"] {
        assert!(made.stderr.contains(part), "{part}: {made:?}");
    }
    // Three made-up moves meet any limit; the mandate of a ledger asks for more than that.
    desk.write("b.csv", "factor,exposure\nAAA,1000\nBBB,-500\n");
    desk.write("m.toml", mandate("var", "0.6", "limit = 5"));
    let figures = desk.run("risk --book b.csv --scenarios s.scn --nav 1000 --mandate m.toml").expect(0);
    assert!(figures.stdout.contains("stress table"), "{figures:?}");
}

/// Presets under their own name, with a horizon or a window that the rule does not have.
#[test]
fn a_rule_s_mandate_with_another_horizon_is_refused() {
    let desk = desk(&["ucits_one_day.toml", "solvency_one_day.toml"]);
    desk.scenarios(60).expect(0);
    let risk = "risk --book given/book.csv --scenarios s.scn --nav 10000000 --mandate";
    for (file, horizon) in [("ucits_one_day.toml", "20"), ("solvency_one_day.toml", "250")] {
        refused(&desk, format!("{risk} {file}"), &["that rule has horizon = ", horizon]);
    }
}

#[test]
fn one_confidence_in_two_spellings_is_one_mandate() {
    let desk = desk(&["confidence_plain.toml", "confidence_two_spellings.toml"]);
    let read = |file: &str| Mandate::from_toml(file, &desk.read(file)).unwrap();
    let (plain, other) = (read("confidence_plain.toml"), read("confidence_two_spellings.toml"));
    assert_eq!(plain.digest(), other.digest());
    desk.scenarios(8).expect(0);
    let risk = "risk --book given/book.csv --scenarios s.scn --nav 10000000 --mandate confidence_two_spellings.toml";
    let figures = desk.run(risk).expect(1).stdout;
    assert!(figures.contains("80 % VaR <= 1,000") && figures.contains("80 % CVaR <= 2,000"), "{figures}");
}

/// Tags in names of factors: quoted in CSV, escaped in pages and pictures.
#[test]
fn tags_in_names_are_escaped_in_pages() {
    let desk = desk(&["html_in_names_prices.csv", "html_in_names_book.csv"]);
    desk.run("scenarios historical --prices html_in_names_prices.csv --window 10 -o s.scn").expect(0);
    let figures = desk
        .run("risk --book html_in_names_book.csv --scenarios s.scn --nav 1000 --confidence 0.9 --json")
        .expect(0)
        .json();
    assert_eq!(figures["gross"], 1400.0, "{figures}");
    desk.write("m.toml", mandate("var", "0.9", "limit = 50"));
    let report = "report --scenarios s.scn --mandate m.toml --book html_in_names_book.csv --nav 1000 -o r.html";
    desk.run(report).expect(0);
    let page = desk.read("r.html");
    assert!(!page.contains("<b onclick") && !page.contains("B&B <i>"), "{page}");
    assert!(page.contains("&lt;b onclick"), "the name is there");
}

/// 23:00 in one zone is the next day in another.
#[test]
fn times_with_an_offset_are_refused() {
    let desk = desk(&["times_with_offset.csv"]);
    let line = "scenarios historical --prices times_with_offset.csv --window 5 -o s.scn";
    refused(&desk, line, &["row 2, column 'date'", "23:00", "write the market's day alone"]);
}

/// As R states it: every day would lose more than a negative value at risk.
#[test]
fn a_value_at_risk_below_zero_is_refused_or_read_by_its_sign() {
    let desk = desk(&["var_stated_negative.csv"]);
    let line = "backtest --pnl var_stated_negative.csv --return pnl --var var99 --confidence 0.99 --json";
    refused(&desk, line, &["row 2, column 'var99'", "-1000", "--var-sign negative"]);
    let found = desk.run(format!("{line} --var-sign negative")).expect(0).json();
    assert_eq!((&found["exceedances"], &found["observations"]), (&0.into(), &20.into()), "{found}");
}
