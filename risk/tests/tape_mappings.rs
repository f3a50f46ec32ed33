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
