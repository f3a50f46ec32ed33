//! Deals of version 2 of the pool schema from the command line: whatever the rules of the chapter
//! refuse, and how a deal of version 1 becomes one.

use tailproof_test_support::{DEAL, Desk, LOANS};

/// Returns a desk with the demo's tape.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("loans.csv", LOANS);
    desk
}

#[track_caller]
fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

/// The demo's deal as version 0.1.0 had it.
fn version_1() -> String {
    let start = DEAL.find("[tape.scale]").unwrap();
    let end = DEAL.find("\n[pd]").unwrap();
    let text = format!("{}{}", &DEAL[..start], &DEAL[end..]);
    text.replace("version = 2\ncut_off = \"2018-03-31\"\ncurrency = \"USD\"\n", "")
}

const COMMIT: &str = "pool commit loans.csv --deal d.toml -o c.json --opening o.json";

/// Figures read a deal of version 1; whatever binds a tape asks for version 2 with the lines to add.
#[test]
fn a_deal_of_version_1_gives_figures_and_no_proof() {
    let desk = desk();
    desk.write("d.toml", version_1());
    let losses = "pool losses loans.csv --deal d.toml --model gaussian --rho 0.1 --method lhp-graded";
    for figures in [
        "pool describe loans.csv --deal d.toml",
        losses,
        "scenarios credit --deal d.toml --model gaussian --rho 0.1 --nodes 32 -o c.scn",
        "scenarios regenerate c.scn --deal d.toml",
    ] {
        desk.run(figures).expect(0);
    }
    // Some opening and proof: the deal is looked at first.
    desk.write("deal.toml", DEAL);
    desk.commit_pool("loans.csv").expect(0);
    let old = desk.read("c.json");
    let missing = "--keys none --scenarios c.scn";
    for binding in [
        COMMIT.replace("-o c.json --opening o.json", "-o n.json --opening n.opening"),
        "pool check loans.csv --deal d.toml --opening o.json --commitment c.json".into(),
        "recommit --pool loans.csv --deal d.toml --from o.json -o n.json --opening n.opening".into(),
        format!("prove --pool loans.csv --deal d.toml --opening o.json {missing} -o p.json"),
        format!("verify --proof p.json --deal d.toml {missing}"),
    ] {
        let refused = desk.run(binding).expect(2);
        for line in
            ["version = 2", "cut_off = \"YYYY-MM-DD\"", "currency = ", "[tape.scale]", "rate = ", "[tape.status]"]
        {
            assert!(refused.stderr.contains(line), "{line}: {refused:?}");
        }
    }
    assert!(desk.read("c.json") == old && !desk.has("n.json") && !desk.has("p.json"));
}

#[test]
fn terms_of_a_tape_that_do_not_go_together_are_refused() {
    let desk = desk();
    let statuses = "current = [\"current\"]\ngrace = [\"grace\"]\n";
    let table = DEAL[DEAL.find("[tape.status]").unwrap()..DEAL.find("\n[pd]").unwrap()].to_owned();
    let (more_status, days) = (
        "paid = [\"paid\"]\n\n[tape.days_past_due]\ngrace = 1\ndelinquent = 30\ndefault = 90\n",
        "[tape.days_past_due]\ngrace = 30\ndelinquent = 30\ndefault = 90\n",
    );
    let bands = |over: &str, limits: &str| {
        format!("[tape.scale]\nrate = \"percent\"\n[tape.bands.grade]\n{over}\nlimits = {{ {limits} }}\n")
    };
    let all = "A = [0, 8], B = [8.01, 11], C = [11.01, 15], D = [15.01, 19], E = [19.01, 24], F = [24.01, 29]";
    let scale = "[tape.scale]\nrate = \"percent\"\n";
    let ids = "[tape.ids]\nspaces = \"remove\"\n[tape.scale]";
    for (from, to, said) in [
        ("version = 2", "version = 3", "version 3"),
        ("version = 2\n", "", "write version = 2"),
        ("cut_off = \"2018-03-31\"\n", "", "'cut_off'"),
        ("2018-03-31", "2018-02-30", "is not a date"),
        ("currency = \"USD\"\n", "", "'currency'"),
        ("\"USD\"", "\"usd\"", "three capital letters"),
        ("currency = \"USD\"", "currency = \"USD\"\nother_currencies = \"convert\"", "convert"),
        ("currency = \"USD\"", "currency = \"USD\"\nrounding = \"nearest\"", "nearest"),
        ("currency = \"USD\"", "currency = \"USD\"\nunits = 1", "units"),
        (scale, "", "[tape.scale]"),
        ("rate = \"percent\"", "rate = \"percent\"\nterm = \"percent\"", "[tape.scale]"),
        (&table, "", "[tape.status]"),
        (&table, days, "rises"),
        ("paid = [\"paid\"]\n", more_status, "not both"),
        (statuses, "current = [\"current\", \"grace\"]\ngrace = [\"grace\"]\n", "'grace' stands under two"),
        (scale, &bands("number = \"rate\"", all), "grade 'G' has no band"),
        (scale, &bands("number = \"rate\"", &format!("{all}, G = [29, 40]")), "overlap"),
        (scale, &bands("number = \"rate\"", &format!("{all}, G = [29.001, 40]")), "steps of 0.01"),
        (scale, &bands("number = \"margin\"", &format!("{all}, G = [29.01, 40]")), "not a committed number"),
        (scale, &bands("number = \"rate\"\ncolumn = \"rate\"", &format!("{all}, G = [29.01, 40]")), "one of"),
        ("\"status\"]", "\"status\", \"collateral\"]", "[tape.ids]"),
        ("[tape.scale]", &ids.replace("remove", "trim"), "trim"),
        ("[tape.scale]", "[[tape.numbers]]\nname = \"rate\"\nstep = 1\n[tape.scale]", "spare number"),
        ("delinquent_max = 0.01", "delinquent_max = 1", "every pool meets"),
    ] {
        desk.write("d.toml", replaced(DEAL, from, to));
        for command in [COMMIT, "pool describe loans.csv --deal d.toml"] {
            let refused = desk.run(command).expect(2);
            assert!(refused.stderr.contains(said) && refused.stderr.contains("d.toml"), "{to}: {refused:?}");
        }
        assert!(!desk.has("c.json") && !desk.has("o.json"), "{to}");
    }
}

/// Bands of a rate: a loan outside of its grade's, or in none, is refused with its name.
#[test]
fn a_grade_that_is_not_its_bands_is_refused() {
    let desk = desk();
    let with = |tape: &str, b: &str| {
        desk.write("t.csv", tape);
        desk.write(
            "d.toml",
            format!(
                "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\ncolumns = [\"rate\", \"grade\"]\n\
                 grades = [\"A\", \"B\"]\n[tape.scale]\nrate = \"percent\"\n[tape.bands.grade]\nnumber = \"rate\"\n\
                 limits = {{ A = [0, 5], B = {b} }}\n[claims]\nloans_min = 2\n"
            ),
        );
        desk.run("pool commit t.csv --deal d.toml -o c.json --opening o.json --force")
    };
    with("id,balance,rate,grade\n1,100,5,A\n2,100,5.01,B\n", "[5.01, 20]").expect(0);
    with("id,balance,rate\n1,100,5\n2,100,5.01\n", "[5.01, 20]").expect(0);
    for (tape, b, said) in [
        ("id,balance,rate,grade\n1,100,5,A\n2,100,5.01,A\n", "[5.01, 20]", "the grade is 'A'"),
        ("id,balance,rate\n1,100,5\n2,100,5.5\n", "[6, 20]", "is in no band"),
    ] {
        let refused = with(tape, b).expect(2);
        assert!(refused.stderr.contains(said) && refused.stderr.contains("loan '2'"), "{refused:?}");
    }
}

/// The proposal becomes a deal once date and currency stand in it, and not before. Its names are
/// the tape's, whatever they are written with.
#[test]
fn the_table_that_describe_proposes_is_read() {
    let desk = Desk::new();
    desk.write(
        "t.csv",
        "id,balance,rate,grade,region,state\n1,100,5.5,e\u{301},\"say \"\"A\"\"\",PERF\n2,50,6.5,C\\D,x,ARRE\n3,7,1,C\\D,x,RDMD\n",
    );
    let mapping =
        "[columns]\nstatus = \"state\"\n[status]\nPERF = \"current\"\nARRE = \"delinquent\"\nRDMD = \"paid\"\n";
    desk.write("m.toml", mapping);
    let propose = || {
        let shown = desk.run("pool describe t.csv --mapping m.toml").expect(0).stdout;
        shown[shown.find("[tape]").unwrap()..].to_owned()
    };
    let proposed = propose();
    let describe = |tape: &str| {
        desk.write("d.toml", format!("name = \"d\"\n[claims]\nloans_min = 2\n{tape}"));
        desk.run("pool describe t.csv --mapping m.toml --deal d.toml --json")
    };
    describe(&proposed).expect(2);
    let dated = replaced(&proposed, "YYYY-MM-DD", "2024-03-31");
    describe(&dated).expect(2);
    let filled = replaced(&dated, "THREE CAPITALS", "EUR");
    let described = describe(&filled).expect(0).json();
    assert!(described["grade"]["e\u{301}"].as_f64().unwrap() > 0.6, "{described}");
    assert!(described["delinquent"].as_f64().unwrap() > 0.3, "{described}");
    desk.run("pool commit t.csv --mapping m.toml --deal d.toml -o c.json --opening o.json").expect(0);
    // The day from which a mapping counts is the tape's.
    desk.write("m.toml", format!("as_of = \"2024-06-30\"\n{mapping}"));
    assert!(propose().contains("cut_off = \"2024-06-30\""));
}

/// More grades than a deal has codes for, and a blank in a column: said, not passed over.
#[test]
fn columns_that_are_not_described_are_named() {
    let desk = Desk::new();
    let rows: String =
        (0..40).map(|loan| format!("{loan},100,G{loan},{}\n", ["", "700"][usize::from(loan > 0)])).collect();
    desk.write("t.csv", format!("id,balance,grade,score\n{rows}"));
    let shown = desk.run("pool describe t.csv").expect(0);
    assert!(
        shown.stderr.contains("the tape has 40 grades") && shown.stderr.contains("1 of 40 loans have no score"),
        "{shown:?}"
    );
    assert!(!shown.stdout.contains("grades ="), "{shown:?}");
}
