//! Stress tables, imported sets, covariances and liquidity horizons as people have them, each with
//! its right reading.

use tailproof_risk::table::{
    MoveUnit, NoteBasis, NoteKind, Reading, Setting, TableError, TableFile, TableOptions, read_covariance_table,
    read_imported_table, read_liquidity_horizons, read_stress_table,
};

const PLAIN: &str = "name,ALFA,BRAV\nEquity crash,-0.20,-0.15\nRally,0.10,0.08\n";

fn stress(text: &str) -> Result<(TableFile, Reading), TableError> {
    read_stress_table("s.csv", text.as_bytes(), MoveUnit::Fraction, &TableOptions::default())
}

fn covariance(text: &str) -> Result<(TableFile, Reading), TableError> {
    read_covariance_table("v.csv", text.as_bytes(), &TableOptions::default())
}

/// A strict reading refuses what was guessed.
fn is_guessed(text: &str, reading: &Reading, said: &str) {
    assert!(reading.to_string().contains(said), "{text:?}: {reading}");
    assert!(reading.guesses().next().is_some(), "{reading}");
    let strict = TableOptions { strict: true, ..TableOptions::default() };
    let refused = read_stress_table("s.csv", text.as_bytes(), MoveUnit::Fraction, &strict).unwrap_err();
    assert!(refused.to_string().contains("strict reading takes no guess"), "{refused}");
}

#[test]
fn a_stress_table_is_read_in_the_layouts_of_spreadsheets() {
    let (plain, reading) = stress(PLAIN).unwrap();
    assert!(reading.is_plain(), "{reading}");
    let european = PLAIN.replace(',', ";").replace('.', ",");
    for (text, said) in [
        (european, "decimal mark ','"),
        (PLAIN.replace(',', "\t"), "separator tab"),
        (PLAIN.replace("name", "Scenario"), "column 1 ('Scenario') holds the names of the rows"),
        (PLAIN.replace("name", ""), "column 1 (without a name) holds the names of the rows"),
        (format!("Stress tests of the desk\n{PLAIN}\nSource: the desk\n"), "lines below the table left out"),
        (",name,ALFA,BRAV\n0,Equity crash,-0.20,-0.15\n1,Rally,0.10,0.08\n".to_owned(), "numbers the rows: left out"),
        (PLAIN.replace('\n', ",\n"), "columns with neither a name nor cells left out"),
        (PLAIN.replace("-0.20", "(0.20)"), "in brackets"),
    ] {
        let (found, reading) = stress(&text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(found.table(), plain.table(), "{text:?}");
        is_guessed(&text, &reading, said);
    }
    let bytes = [&[0xff, 0xfe][..], &PLAIN.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()].concat();
    let found = read_stress_table("s.csv", &bytes[..], MoveUnit::Fraction, &TableOptions::default()).unwrap();
    assert_eq!((found.0.table(), found.1.notes[0].kind), (plain.table(), NoteKind::Encoding));
}

#[test]
fn tables_of_moves_that_say_too_little_are_refused_with_the_place() {
    for (text, said, setting) in [
        ("name,A\nx,-20%\n", "row 2, column 'A': '-20%' is in per cent", Some(Setting::MoveUnit)),
        ("name,A,B\nx,0,\n", "row 2, column 'B': the value is missing, of x", None),
        ("name,A\nx,NaN\n", "the value is missing ('NaN')", None),
        ("name,A,weight\nx,0,1\n", "row 1: the column 'weight' would be taken for a factor", Some(Setting::Weights)),
        ("moves,A\nx,0\n", "row 1", None),
        ("name,A,A\nx,0,0\n", "'A' occurs twice", None),
        ("title\nname,A\nx,0\nx,1\n", "row 4, column 'name': 'x' occurs twice", None),
        ("name,A\nx,\"0,125\"\ny,\"0,250\"\nz,\"1,250\"\n", "decimal", None),
    ] {
        match stress(text) {
            Err(refused) => {
                assert!(refused.to_string().contains(said), "{text:?}: {refused}");
                assert_eq!(refused.problem.setting(), setting, "{text:?}");
            }
            // A comma before three digits behind a zero can only be a decimal mark.
            Ok((_, reading)) => assert!(reading.to_string().contains(said), "{text:?}: {reading}"),
        }
    }
}

#[test]
fn an_imported_set_may_have_no_names_and_days_are_names() {
    let read = |text: &str, weights| {
        read_imported_table("m.csv", text.as_bytes(), weights, MoveUnit::Fraction, &TableOptions::default()).unwrap()
    };
    let (table, reading) = read("A,B\n-0.1,0.2\n0.1,0\n", None);
    assert!(reading.is_plain(), "{reading}");
    assert_eq!(table.table().rows()[1].0, "2");
    for text in ["date,A\n2024-01-02,-0.1\n", ",A\n2024-01-02,-0.1\n"] {
        let (table, reading) = read(text, None);
        assert_eq!((&table.table().rows()[0].0[..], table.table().columns()), ("2024-01-02", &["A".to_owned()][..]));
        assert!(reading.to_string().contains("holds the names of the rows"), "{reading}");
    }
    let (table, reading) = read("A,p\n-0.1,0.25\n0.1,0.75\n", Some("p"));
    assert_eq!((table.table().columns().len(), reading.is_plain()), (2, true));
}

#[test]
fn a_covariance_is_read_as_data_frames_write_it() {
    let plain = covariance("factor,A,B\nA,0.0004,0.0001\nB,0.0001,0.0009\n").unwrap();
    assert!(plain.1.is_plain());
    for text in [
        ",A,B\nA,0.0004,0.0001\nB,0.0001,0.0009\n",
        "Ticker;A;B\nA;0,0004;0,0001\nB;0,0001;0,0009\n",
        "factor,A,B\nA,4e-4,1e-4\nB,1e-4,9e-4\n\nas of 2024-06-28: our estimate\n",
    ] {
        let (found, reading) = covariance(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(found.table(), plain.0.table(), "{text:?}");
        assert!(reading.notes.iter().any(|note| note.basis == NoteBasis::Guess), "{reading}");
    }
}

#[test]
fn every_factor_has_a_whole_number_of_days() {
    let factors = ["A".to_owned(), "B".to_owned()];
    let read = |text: &str| read_liquidity_horizons("h.csv", text.as_bytes(), &factors, &TableOptions::default());
    let (days, reading) = read("factor,days\nB,40\nA,10\n").unwrap();
    assert_eq!((days, reading.is_plain()), (vec![10, 40], true));
    let (days, reading) = read("Ticker;Horizon\nB;40\nA;10\n").unwrap();
    assert_eq!((days, reading.notes.len()), (vec![10, 40], 3), "{reading}");
    for (bad, said) in [
        ("factor,days\nA,10\n", "no liquidity horizon of 'B'"),
        ("factor,days\nA,10\nA,20\n", "row 3, column 'factor'"),
        ("factor,days\nC,10\n", "C"),
        ("factor,days\nA,ten\n", "'ten' is not a whole number of days"),
        ("factor,days\nA,1.5\n", "'1.5' is not a whole number of days"),
        ("factor,days\nA,-5\n", "'-5' is not a whole number of days"),
        ("factor,weeks\nA,10\n", "factor,days"),
        ("name,days\nA,10\n", "factor,days"),
    ] {
        assert!(read(bad).unwrap_err().to_string().contains(said), "{bad}");
    }
}
