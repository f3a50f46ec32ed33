//! Attacks on the reading of a tape: a private mapping or file that would make a claim about
//! something else than the public deal says. Each test is named after what it tries.

use std::path::PathBuf;

use tailproof_test_support::{Desk, Run, source};

const ARREARS: &str = "\
loan,cut,country,maturity,currency,owed,interest,state
AR-01,2024-03-31,DE3,2035-09-28,EUR,94713.01,2.75,PERF
AR-02,2024-03-31,FRL,2027-07-28,EUR,385989.28,3.39,PERF
AR-03,2024-03-31,DE3,2035-11-28,EUR,149042.68,9.71,ARRE
AR-04,2024-03-31,FRL,2053-04-28,EUR,87780.91,6.39,ARRE
AR-05,2024-03-31,FRL,2023-04-28,EUR,1000,6.39,RDMD
";

const MAPPING: &str = "\
as_of = \"2024-03-31\"
[columns]
id = \"loan\"
balance = \"owed\"
rate = \"interest\"
term = \"maturity\"
region = \"country\"
status = \"state\"
currency = \"currency\"
cut_off = \"cut\"
[status]
PERF = \"current\"
ARRE = \"delinquent\"
RDMD = \"paid\"
";

const DEAL: &str = "\
name = \"Arrears\"
[tape]
version = 2
cut_off = \"2024-03-31\"
currency = \"EUR\"
columns = [\"rate\", \"term\", \"region\", \"status\"]
regions = [\"DE3\", \"FRL\"]
[tape.scale]
rate = \"percent\"
[tape.status]
current = [\"PERF\"]
delinquent = [\"ARRE\"]
default = [\"DFLT\"]
paid = [\"RDMD\"]
[claims]
delinquent_max = 0.34
average_term_max = 150
";

/// A desk with a tape, its mapping and a deal, each with one text in place of another.
struct Attack {
    desk: Desk,
}

#[track_caller]
fn replaced(text: &str, [from, to]: [&str; 2]) -> String {
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

const HONEST: [&str; 2] = ["", ""];

impl Attack {
    fn new(tape: [&str; 2], mapping: [&str; 2], deal: [&str; 2]) -> Self {
        let desk = Desk::new();
        desk.write("t.csv", replaced(ARREARS, tape));
        desk.write("m.toml", replaced(MAPPING, mapping));
        desk.write("deal.toml", replaced(DEAL, deal));
        Self { desk }
    }

    fn commit(&self) -> Run {
        self.desk.run("pool commit t.csv --mapping m.toml --deal deal.toml -o c.json --opening o.json")
    }

    /// Checks that the tape is neither committed to nor described, that nothing is written, and that
    /// the error says so.
    #[track_caller]
    fn is_refused(&self, said: &[&str]) {
        for run in [self.commit(), self.desk.run("pool describe t.csv --mapping m.toml --deal deal.toml")] {
            let run = run.expect(2);
            said.iter().for_each(|said| assert!(run.stderr.contains(said), "{said}: {run:?}"));
        }
        assert!(!self.desk.has("c.json") && !self.desk.has("o.json"));
    }
}

/// A file of the shared cases, if they lie beside the repository.
fn shared(name: &str) -> Option<PathBuf> {
    let path = source().join("../shared/cases").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}

#[test]
fn an_honest_reading_is_committed_to() {
    let attack = Attack::new(HONEST, HONEST, HONEST);
    let run = attack.commit().expect(0);
    // One loan is paid.
    let said = "note: t.csv: loans of the pool: 4; others on the tape, which are paid, in default or of no balance: 1; rows \
                that were left out: 0. Which rows are the tape's is the committer's word: no proof shows it\n";
    assert_eq!(run.stderr, said);
    let described = attack.desk.run("pool describe t.csv --mapping m.toml --deal deal.toml --json").expect(0).json();
    assert!(described["claims"].as_array().unwrap().iter().all(|claim| claim["holds"] == true), "{described}");
}

/// One word of the private mapping turned arrears into a claim of none.
#[test]
fn a_mapping_that_calls_arrears_current() {
    let called = ["ARRE = \"delinquent\"", "ARRE = \"current\""];
    Attack::new(HONEST, called, HONEST).is_refused(&["'ARRE' current", "delinquent", "the deal decides"]);
    // A word of the mapping's own, and one that nobody defines.
    let own = ["ARRE = \"delinquent\"", "FINE = \"current\""];
    Attack::new(["ARRE", "FINE"], own, HONEST).is_refused(&["'FINE'", "does not have it"]);
    Attack::new(["ARRE", "FINE"], HONEST, HONEST).is_refused(&["row 4", "'FINE'", "[tape.status]"]);
    // The words of other programs are words as all others.
    Attack::new(["ARRE", "current"], HONEST, HONEST).is_refused(&["'current'", "[tape.status]"]);
    // Without a mapping's table the deal's words hold.
    let none = ["[status]\nPERF = \"current\"\nARRE = \"delinquent\"\nRDMD = \"paid\"\n", ""];
    Attack::new(HONEST, none, HONEST).commit().expect(0);
}

/// A constant of the mapping took the place of the tape's words.
#[test]
fn a_mapping_with_a_constant_for_a_column_of_the_file() {
    let all_current = ["[status]", "[constants]\nstatus = \"PERF\"\n[status]"];
    Attack::new(HONEST, all_current, HONEST).is_refused(&["'status'", "[columns] and under [constants]"]);
    let euro = ["[status]", "[constants]\ncurrency = \"EUR\"\n[status]"];
    Attack::new(HONEST, euro, HONEST).is_refused(&["'currency'", "[columns] and under [constants]"]);
    // The file's own column has that name.
    let own = ["interest,state", "interest,status"];
    let all_current = [
        "status = \"state\"\ncurrency = \"currency\"\ncut_off = \"cut\"\n",
        "currency = \"currency\"\ncut_off = \"cut\"\n[constants]\nstatus = \"PERF\"\n",
    ];
    Attack::new(own, all_current, HONEST).is_refused(&["row 1", "constant 'PERF'", "'status'"]);
    let euro = ["currency = \"currency\"\ncut_off = \"cut\"\n", "cut_off = \"cut\"\n[constants]\ncurrency = \"EUR\"\n"];
    Attack::new(HONEST, euro, HONEST).is_refused(&["constant 'EUR'", "'currency'"]);
}

/// A suffix that is a digit made a tenth of a balance, or of a rate.
#[test]
fn a_mapping_whose_suffix_is_a_part_of_numbers_or_words() {
    for suffix in ["0", "00", ".01", "-"] {
        let suffixes = ["[status]", &format!("[suffixes]\nbalance = \"{suffix}\"\n[status]")];
        Attack::new(HONEST, suffixes, HONEST).is_refused(&["suffix", suffix, "'balance'"]);
    }
    let word = ["[status]", "[suffixes]\nstatus = \"late\"\n[status]"];
    Attack::new(["ARRE", "PERF late"], word, HONEST).is_refused(&["suffix 'late'", "'status'"]);
    let percent = ["[status]", "[suffixes]\nrate = \"%\"\n[status]"];
    Attack::new(["9.71", "9.71%"], percent, HONEST).commit().expect(0);
}

/// A later date made every term shorter.
#[test]
fn a_mapping_that_counts_terms_from_a_later_day() {
    let later = ["as_of = \"2024-03-31\"", "as_of = \"2025-12-31\""];
    Attack::new(HONEST, later, HONEST).is_refused(&["2025-12-31", "2024-03-31", "cut_off"]);
    let own = ["AR-02,2024-03-31", "AR-02,2024-02-29"];
    Attack::new(own, HONEST, HONEST).is_refused(&["row 3", "column 'cut'", "2024-02-29"]);
    let deal = ["cut_off = \"2024-03-31\"", "cut_off = \"2024-04-30\""];
    Attack::new(HONEST, HONEST, deal).is_refused(&["2024-03-31", "2024-04-30"]);
}

/// A rate of 5.42 % as 0.0542 is 0.05 %: refused, or warned of where it is whole or rounded.
#[test]
fn rates_as_fractions_under_percent() {
    let desk = Desk::new();
    let rates = |rates: [&str; 4]| {
        let rows = rates.iter().enumerate().map(|(row, rate)| format!("{row},{},{rate}\n", [100, 100, 100, 1][row]));
        format!("id,balance,rate\n{}", rows.collect::<String>())
    };
    let deal = |scale: &str, more: &str| {
        format!(
            "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\ncolumns = [\"rate\"]\n{more}\n\
             [tape.scale]\nrate = \"{scale}\"\n[claims]\naverage_rate_max = 10\n"
        )
    };
    let commit = |tape: String, deal: String| {
        desk.write("t.csv", tape);
        desk.write("deal.toml", deal);
        desk.run("pool commit t.csv --deal deal.toml -o c.json --opening o.json --force")
    };
    let refused = commit(rates(["0.1342", "0.1361", "0.1523", "12"]), deal("percent", "")).expect(2);
    for said in ["row 2", "column 'rate'", "0.1342", "steps of 0.01", "rounding"] {
        assert!(refused.stderr.contains(said), "{said}: {refused:?}");
    }
    // One odd row silences no median.
    for (tape, more) in
        [(["0.13", "0.14", "0.15", "12"], ""), (["0.1342", "0.1361", "0.1523", "12"], "rounding = \"half-even\"")]
    {
        let warned = commit(rates(tape), deal("percent", more)).expect(0);
        assert!(warned.stderr.contains("half the balance have a rate of at most 0.14 %"), "{warned:?}");
        let described = desk.run("pool describe t.csv --deal deal.toml").expect(0);
        assert!(described.stderr.contains("[tape.scale]"), "{described:?}");
    }
    let read = commit(rates(["0.1342", "0.1361", "0.1523", "0.12"]), deal("fraction", "")).expect(0);
    assert!(read.stderr.is_empty(), "{read:?}");
    let refused = desk.run("pool describe t.csv --deal deal.toml --json").expect(0).json();
    assert_eq!(refused["claims"][0]["holds"], false, "13 % on average is not at most 10 %: {refused}");
    // Percentages under a fraction are a hundredfold.
    let warned = commit(rates(["1.2", "1.3", "1.4", "0.05"]), deal("fraction", "")).expect(0);
    assert!(warned.stderr.contains("at least 130 %"), "{warned:?}");
}

/// Amounts of two currencies were added up.
#[test]
fn rows_in_euro_and_pounds() {
    let pounds = ["FRL,2053-04-28,EUR", "FRL,2053-04-28,GBP"];
    Attack::new(pounds, HONEST, HONEST).is_refused(&["row 5", "column 'currency'", "GBP", "EUR", "leave-out"]);
    let none = ["FRL,2053-04-28,EUR", "FRL,2053-04-28,"];
    Attack::new(none, HONEST, HONEST).is_refused(&["row 5", "column 'currency'"]);
    let leave_out = ["currency = \"EUR\"\n", "currency = \"EUR\"\nother_currencies = \"leave-out\"\n"];
    let left = Attack::new(pounds, HONEST, leave_out);
    let run = left.commit().expect(0);
    assert!(run.stderr.contains("rows that were left out (the currency is not EUR): 1"), "{run:?}");
    let described = left.desk.run("pool describe t.csv --mapping m.toml --deal deal.toml --json").expect(0).json();
    assert_eq!(described["loans"], 3, "{described}");
}

/// A rate of 0.015 % proved "at least 0.02 %", and an LTV of 80.005 % "at most 80 %".
#[test]
fn a_rate_that_is_not_whole_in_basis_points() {
    let odd = ["9.71", "9.715"];
    let said = ["row 4", "column 'interest'", "9.715", "steps of 0.01"];
    Attack::new(odd, HONEST, HONEST).is_refused(&said);
    for (rounding, claim, holds) in [("down", 9.71, true), ("half-even", 9.71, false), ("up", 9.71, false)] {
        let rounds = ["currency = \"EUR\"\n", &format!("currency = \"EUR\"\nrounding = \"{rounding}\"\n")];
        let attack = Attack::new(odd, HONEST, rounds);
        let run = attack.commit().expect(0);
        assert!(run.stderr.contains("numbers that were rounded, as the deal's [tape] says: 1"), "{run:?}");
        let deal = attack.desk.read("deal.toml");
        attack.desk.write("deal.toml", format!("{deal}[eligible]\nrate_max = {claim}\n"));
        let described =
            attack.desk.run("pool describe t.csv --mapping m.toml --deal deal.toml --json").expect(0).json();
        let claims = described["claims"].as_array().unwrap();
        let bound = claims.iter().find(|claim| claim["claim"].as_str().unwrap().contains("every loan's rate")).unwrap();
        assert_eq!(bound["holds"], holds, "{rounding}: {bound}");
    }
    let cents = ["385989.28", "385989.285"];
    Attack::new(cents, HONEST, HONEST).is_refused(&["row 3", "column 'owed'", "385989.285"]);
}

/// A mapping's bands decided what "grade A" means.
#[test]
fn a_mapping_whose_bands_decide_what_a_grade_means() {
    let bands = ["[status]", "[bands.grade]\ncolumn = \"interest\"\nbands = [[\"A\", 100]]\n[status]"];
    Attack::new(HONEST, bands, HONEST).is_refused(&["[bands.grade]", "[tape.bands.grade]"]);
}

/// The same loans again, under ids that differ in case, spaces and dashes.
#[test]
fn the_same_loans_under_other_ids() {
    let again = [
        "AR-05,2024-03-31,FRL,2023-04-28,EUR,1000,6.39,RDMD",
        "ar 01,2024-03-31,DE3,2035-09-28,EUR,94713.01,2.75,PERF",
    ];
    let ids = ["[claims]", "[tape.ids]\ncase = \"upper\"\nspaces = \"remove\"\ndashes = \"remove\"\n[claims]"];
    Attack::new(again, HONEST, ids).is_refused(&["'AR-01' and 'ar 01'", "[tape.ids]"]);
    Attack::new(again, HONEST, HONEST).commit().expect(0);
}

/// The shared cases of these attacks, as they lie beside the repository.
#[test]
fn shared_attacks_are_refused_under_a_deal_of_version_2() {
    let regions = ["[\"DE3\", \"FRL\"]", "[\"DE3\", \"ES5\", \"FRL\", \"ITC\", \"NL3\"]"];
    let desk = Desk::new();
    desk.write("deal.toml", replaced(DEAL, regions));
    let commit = |mapping: &str| {
        let (tape, path) = (shared("attacks/arrears.csv")?, shared(&format!("attacks/{mapping}"))?);
        let (tape, mapping) = (desk.link("arrears.csv", &tape), desk.link(mapping, &path));
        let files = "-o c.json --opening o.json --force";
        Some(desk.run(format!("pool commit {tape} --mapping {mapping} --deal deal.toml {files}")))
    };
    for (mapping, status, said) in [
        ("arrears_honest.toml", 0, ""),
        ("arrears_called_current.toml", 2, "'ARRE' current"),
        ("arrears_later_date.toml", 2, "2025-12-31"),
    ] {
        let Some(run) = commit(mapping) else { return };
        let run = run.expect(status);
        assert!(run.stderr.contains(said), "{mapping}: {run:?}");
    }
    let Some(path) = shared("attacks/arrears_deal.toml") else { return };
    let old = desk.link("arrears_deal.toml", &path);
    let tape = "given/arrears.csv --mapping given/arrears_called_current.toml";
    let refused = desk.run(format!("pool commit {tape} --deal {old} -o n.json --opening n.opening")).expect(2);
    for said in ["version = 2", "cut_off", "currency", "[tape.status]"] {
        assert!(refused.stderr.contains(said), "{said}: {refused:?}");
    }
}
