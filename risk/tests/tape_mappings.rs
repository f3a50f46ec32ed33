//! Loan tapes under other names of columns: what a mapping reads, and what is refused.

use tailproof_core::pool::tape::{Status, Tape};
use tailproof_risk::table::TableError;
use tailproof_risk::tape::{Mapping, read_tape};

const TAPE: &str = "id,balance,rate,score,term,grade,region,status,pd\n1,1000.5,14.07,700,36,A,NJ,current,0.03\n\
                    2,250,,,,,,paid,\n";

fn read(text: &str) -> Result<Tape, TableError> {
    read_tape("t.csv", text.as_bytes(), &Mapping::default())
}

#[test]
fn loans_are_read_in_their_units() {
    let tape = read(TAPE).unwrap();
    let [first, second] = tape.loans() else { panic!("{tape:?}") };
    assert_eq!((first.balance, first.rate, first.score, first.term), (100_050, Some(1_407), Some(700), Some(36)));
    assert_eq!((first.grade.as_deref(), first.status, first.pd), (Some("A"), Some(Status::Current), Some(0.03)));
    assert_eq!((second.rate, second.status, second.ltv), (None, Some(Status::Paid), None));
}

#[test]
fn a_mapping_reads_other_columns() {
    let text = "loan,owed,months,state\n7,12.34, 36 months,Fully Paid\n";
    let mapping = "[columns]\nid = \"loan\"\nbalance = \"owed\"\nterm = \"months\"\nstatus = \"state\"\n\
                   [suffixes]\nterm = \"months\"\n[status]\n\"Fully Paid\" = \"paid\"\n";
    let mapping = Mapping::from_toml("m.toml", mapping).unwrap();
    let tape = read_tape("t.csv", text.as_bytes(), &mapping).unwrap();
    assert_eq!((tape.loans()[0].term, tape.loans()[0].status), (Some(36), Some(Status::Paid)));
    for bad in ["[columns]\nname = \"x\"\n", "[colums]\n", "[status]\nx = \"fine\"\n"] {
        assert!(Mapping::from_toml("m.toml", bad).is_err(), "{bad}");
    }
    let absent = Mapping::from_toml("m.toml", "[columns]\nrate = \"interest\"\n").unwrap();
    assert!(read_tape("t.csv", TAPE.as_bytes(), &absent).unwrap_err().to_string().contains("'interest'"));
}

/// CDS spreads as a pool: equal notionals, grades by spread, probabilities of default from the
/// spread.
#[test]
fn a_mapping_makes_loans_of_spreads() {
    let text = "Ticker,5Y,Recovery\nACE,24.44,0.4\nXYZ,300,0.4\n";
    let mapping = "[columns]\nid = \"Ticker\"\n[constants]\nbalance = \"1000\"\n[bands.grade]\ncolumn = \"5Y\"\n\
                   bands = [[\"tight\", 25], [\"wide\", 400]]\n[spread]\ncolumn = \"5Y\"\nrecovery = \"Recovery\"\nyears = 5\n";
    let read = |text: &str| read_tape("t.csv", text.as_bytes(), &Mapping::from_toml("m.toml", mapping).unwrap());
    let tape = read(text).unwrap();
    let grades: Vec<_> = tape.loans().iter().map(|loan| loan.grade.clone().unwrap()).collect();
    assert_eq!((grades, tape.loans()[0].balance), (vec!["tight".to_owned(), "wide".to_owned()], 100_000));
    let (pd, lgd) = (tape.loans()[1].pd.unwrap(), tape.loans()[1].lgd.unwrap());
    assert!((pd - (1.0 - (-0.03f64 / 0.6 * 5.0).exp())).abs() < 1e-12 && (lgd - 0.6).abs() < 1e-12);
    for bands in ["[[\"tight\", 400], [\"wide\", 25]]", "[[\"tight\", 25], [\"wide\", 25]]", "[]"] {
        let mapping = mapping.replace("[[\"tight\", 25], [\"wide\", 400]]", bands);
        assert!(Mapping::from_toml("m.toml", &mapping).unwrap_err().to_string().contains("lowest"), "{bands}");
    }
    for (from, to) in [("300", "500"), ("300", "x"), ("0.4\n", "1\n")] {
        assert!(read(&text.replace(from, to)).is_err(), "{to}");
    }
}

#[test]
fn terms_are_months_to_a_maturity() {
    let mapping = Mapping::from_toml("m.toml", "as_of = \"2018-03-31\"\n").unwrap();
    let read = |maturity: &str| {
        let text = format!("id,balance,term\n1,5,{maturity}\n");
        read_tape("t.csv", text.as_bytes(), &mapping).map(|tape| tape.loans()[0].term.unwrap())
    };
    assert_eq!(read("2021-03-31").unwrap(), 36);
    assert_eq!(read("2018-04-01").unwrap(), 1);
    assert_eq!(read("2018-03-31").unwrap(), 0, "a live loan past its maturity");
    let paid = "id,balance,term,status\n1,5,2018-03-31,paid\n2,0,2010-01-01,\n";
    let paid = read_tape("t.csv", paid.as_bytes(), &mapping).unwrap();
    assert!(paid.loans().iter().all(|loan| loan.term.is_none() && !loan.is_in_pool()));
    assert!(read("36").is_err() && Mapping::from_toml("m.toml", "as_of = \"March\"\n").is_err());
}

#[test]
fn bad_rows_are_named_by_row_and_column() {
    for (from, to, row, column) in [
        ("1000.5", "-1", 2, "balance"),
        ("1000.5", "1e15", 2, "balance"),
        ("1000.5", "", 2, "balance"),
        ("14.07", "x", 2, "rate"),
        ("700", "7000", 2, "score"),
        ("0.03", "1", 2, "pd"),
        ("paid", "gone", 3, "status"),
        ("\n2,", "\n1,", 3, "id"),
    ] {
        let error = read(&TAPE.replace(from, to)).unwrap_err();
        assert_eq!((error.row, error.column.as_deref()), (Some(row), Some(column)), "{to}: {error}");
    }
    let misspelt = read(&TAPE.replace("status", "Status")).unwrap_err().to_string();
    assert!(misspelt.contains("write it 'status'"), "{misspelt}");
    for mapping in
        ["[columns]\nsector = \"Status\"\n", "[columns]\nstatus = \"Status\"\n", "[constants]\nstatus = \"current\"\n"]
    {
        let mapping = Mapping::from_toml("m.toml", mapping).unwrap();
        let text = TAPE.replace("status", "Status");
        assert!(read_tape("t.csv", text.as_bytes(), &mapping).is_ok(), "{mapping:?}");
    }
    assert!(read("id,rate\n1,2\n").is_err() && read("id,balance\n").is_err());
}

/// One of two columns of a name would be taken in silence.
#[test]
fn a_name_that_two_columns_have_is_refused_wherever_it_is_read() {
    let text = "id,balance,kind,kind,worth,worth\n1,5,a,b,10,20\n";
    for mapping in [
        "[only]\nkind = \"a\"\n",
        "[ratios.ltv]\nabove = \"balance\"\nbelow = \"worth\"\n",
        "[bands.grade]\ncolumn = \"worth\"\nbands = [[\"low\", 15], [\"high\", 100]]\n",
        "[ended]\ncolumn = \"kind\"\nwords = { a = \"paid\" }\n",
        "[numbers]\nage = \"worth\"\n",
        "[columns]\nperiod = \"kind\"\n",
        "[columns]\ngrade = \"kind\"\n",
    ] {
        let mapping = Mapping::from_toml("m.toml", mapping).unwrap();
        let error = read_tape("t.csv", text.as_bytes(), &mapping).unwrap_err().to_string();
        assert!(error.contains("row 1") && error.contains("occurs twice"), "{mapping:?}: {error}");
    }
    read(text).unwrap();
    assert!(read("id,balance,period,period\n1,5,202401,202402\n").is_err());
}

/// A word of a mapping was passed over where it is that of another status here.
#[test]
fn a_mapping_s_word_goes_before_a_status_of_that_name() {
    let mapping = Mapping::from_toml("m.toml", "[status]\ngrace = \"delinquent\"\n").unwrap();
    let text = "id,balance,status\n1,5,grace\n2,5,current\n";
    let tape = read_tape("t.csv", text.as_bytes(), &mapping).unwrap();
    let statuses: Vec<_> = tape.loans().iter().map(|loan| loan.status.unwrap()).collect();
    assert_eq!(statuses, [Status::Delinquent, Status::Current]);
}

/// Rates and LTVs are rounded half to even, whatever a mapping says of balances.
#[test]
fn a_mapping_s_rounding_is_not_that_of_rates() {
    for (rounding, balance) in [("up", 10_001), ("down", 10_000)] {
        let mapping = Mapping::from_toml("m.toml", &format!("rounding = \"{rounding}\"\n")).unwrap();
        let text = "id,balance,rate,ltv\n1,100.004,8.375,60.006\n";
        let loan = read_tape("t.csv", text.as_bytes(), &mapping).unwrap().loans()[0].clone();
        assert_eq!((loan.balance, loan.rate, loan.ltv), (balance, Some(838), Some(6_001)), "{rounding}");
    }
}

/// Days that a spreadsheet counts, among dates, are no months.
#[test]
fn a_column_of_terms_has_dates_or_numbers() {
    let mapping = Mapping::from_toml("m.toml", "[columns]\nterm = \"maturity\"\ncut_off = \"cut\"\n").unwrap();
    let text = "id,balance,cut,maturity\n1,5,2024-03-31,2030-01-15\n2,5,2024-03-31,\n3,5,2024-03-31,48\n";
    let error = read_tape("t.csv", text.as_bytes(), &mapping).unwrap_err().to_string();
    for part in ["row 4, column 'maturity'", "'2030-01-15' in row 2", "'48'"] {
        assert!(error.contains(part), "{part}: {error}");
    }
}

/// A date that a mapping states went before several of the tape's own.
#[test]
fn a_tape_of_several_dates_is_refused() {
    let text = "id,balance,cut_off,term\n1,5,2024-03-31,2030-01-15\n2,5,,2030-01-15\n3,5,2024-06-30,2030-01-15\n";
    for mapping in ["", "as_of = \"2024-03-31\"\n"] {
        let mapping = Mapping::from_toml("m.toml", mapping).unwrap();
        let error = read_tape("t.csv", text.as_bytes(), &mapping).unwrap_err().to_string();
        assert!(error.contains("row 4, column 'cut_off'") && error.contains("2024-03-31 and 2024-06-30"), "{error}");
    }
    let only = Mapping::from_toml("m.toml", "[only]\ncut_off = \"2024-06-30\"\n").unwrap();
    assert_eq!(read_tape("t.csv", text.as_bytes(), &only).unwrap().loans()[0].term, Some(67));
}

#[test]
fn codes_for_no_value_may_end_in_anything() {
    let mapping = Mapping::from_toml("m.toml", "[none]\nall = [\"ND4*\", \"*\"]\n").unwrap();
    let text = "id,balance,region,sector\n1,5,ND4-2025-01-01,*\n2,5,ND5,x\n";
    let tape = read_tape("t.csv", text.as_bytes(), &mapping).unwrap();
    assert_eq!((&tape.loans()[0].region, &tape.loans()[0].sector), (&None, &None));
    assert_eq!(tape.loans()[1].region.as_deref(), Some("ND5"), "a star alone is that character");
}

#[test]
fn loans_without_ids_are_named_by_their_rows() {
    let mapping = Mapping::from_toml("m.toml", "number_rows = true\n").unwrap();
    let text = "made up\nbalance,grade\n5,A\n7,B\n";
    let tape = read_tape("t.csv", text.as_bytes(), &mapping).unwrap();
    let ids: Vec<_> = tape.loans().iter().map(|loan| (&loan.id[..], loan.balance)).collect();
    assert_eq!(ids, [("row 3", 500), ("row 4", 700)]);
    let with_total = "name,balance\nx,5\ny,7\nTotal,12\n";
    assert_eq!(read_tape("t.csv", with_total.as_bytes(), &mapping).unwrap().loans().len(), 2);
    assert!(read("balance,grade\n5,A\n").is_err());
}
