//! Books in the layouts that people have, each with its right reading.

use tailproof_risk::csv;
use tailproof_risk::csv::BookFile;
use tailproof_risk::table::{DecimalMark, NoteKind, Reading, Setting, TableError, TableOptions, read_book};

const PLAIN: &str = "factor,exposure\nALFA,400000\nBRAV,350000\nCORA,250000\n";

fn read(text: &str) -> Result<(BookFile, Reading), TableError> {
    read_book("b.csv", text.as_bytes(), &TableOptions::default())
}

/// Returns the book that a file in the plain layout holds.
fn plain(text: &str) -> BookFile {
    csv::read_book("b.csv", text.as_bytes()).unwrap()
}

/// A file is read as the book of a plain one, and its report says exactly `said`. Strict reading
/// refuses it where anything was guessed, but for a total, which it takes for a factor.
fn is_read(text: &str, as_plain: &str, said: &[&str]) {
    let (file, reading) = read(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    assert!(file.book().rows() == plain(as_plain).book().rows(), "{text:?}");
    let report = reading.to_string();
    for words in said {
        assert!(report.contains(words), "{text:?}: {report}");
    }
    assert_eq!(reading.notes.len(), said.len(), "{report}");
    let strict = read_book("b.csv", text.as_bytes(), &TableOptions { strict: true, ..TableOptions::default() });
    let guessed = reading.guesses().any(|guess| guess.kind != NoteKind::Total);
    assert_eq!(strict.is_err(), guessed, "{text:?}");
}

fn is_refused(text: &str, said: &[&str]) -> TableError {
    let refused = read(text).unwrap_err();
    for words in said {
        assert!(refused.to_string().contains(words), "{refused}");
    }
    refused
}

#[test]
fn the_plain_layout_is_read_without_a_word() {
    for text in [
        PLAIN,
        "factor,exposure\nALFA,3000000\nBRAV,-2000000\nCORA,-990000\n",
        "factor,exposure\nALFA,4000000000\nBRAV,3500000000\n",
        "factor,exposure\nALFA,0.40\nBRAV,0.35\nCORA,0.25\n",
        "factor,quantity\nALFA,300\nBRAV,4000\nCORA,-250\n",
        "Factor,DELTA,gamma,vega\nALFA,1.5e3,,2\n#1 fund,1.234,0.5,\n",
        "factor,delta,Theta\nALFA,1.5e3,-12.5\n#1 fund,1.234,\n",
        "factor,exposure\n\"A|B;C\",1\n\"D|E;F\",2\n",
        "exposure,factor\n1,A;B\n\n2,C;D\n",
    ] {
        is_read(text, text, &[]);
    }
}

#[test]
fn european_and_bracketed_numbers_are_read() {
    let european = "factor;exposure\nALFA;400.000,00\nBRAV;350.000,00\nCORA;250.000,00\n";
    is_read(european, PLAIN, &["separator ';'", "decimal mark ','", "'.' between thousands, in cells: 3"]);
    let brackets = "factor,exposure\nALFA,\"1,200,000\"\nBRAV,(500000)\nCORA,\"(1,250.50)\"\n";
    let read_as = "factor,exposure\nALFA,1200000\nBRAV,-500000\nCORA,-1250.50\n";
    is_read(brackets, read_as, &["',' between thousands, in cells: 2", "in brackets, taken as negative: 2"]);
    let thousands = "factor;exposure\nALFA;400.000\nBRAV;350.000\n";
    let refused = is_refused(thousands, &["'400.000' is 400.000 if", "400000 the other way round", "decimal mark"]);
    assert_eq!(refused.problem.setting(), Some(Setting::Decimal));
    let options = TableOptions { decimal: Some(DecimalMark::Comma), ..TableOptions::default() };
    let (file, _) = read_book("b.csv", thousands.as_bytes(), &options).unwrap();
    assert_eq!(file.book(), plain("factor,exposure\nALFA,400000\nBRAV,350000\n").book());
}

#[test]
fn names_of_columns_that_brokers_use_are_taken_and_said() {
    let text = "Ticker,Name,Market Value\nALFA,Alfa plc,\"400,000.00\"\nBRAV,\"Bravo, Inc.\",\"350,000.00\"\nCORA,Cora AG,\"250,000.00\"\n";
    is_read(
        text,
        PLAIN,
        &[
            "'Ticker' holds the factors",
            "'Name' left out",
            "'Market Value' holds the exposures, in currency",
            "',' between thousands, in cells: 3",
        ],
    );
    let with_currency =
        |last: &str| format!("factor,exposure,currency\nALFA,400000,USD\nBRAV,350000,USD\nCORA,250000,{last}\n");
    is_read(&with_currency("USD"), PLAIN, &["every amount in 'USD'"]);
    is_refused(&with_currency("EUR"), &["row 4", "in 'USD' and in 'EUR'", "one currency"]);
    is_read(
        "Unnamed: 0,factor,exposure\n0,ALFA,400000\n1,BRAV,350000\n2,CORA,250000\n",
        PLAIN,
        &["numbers the rows: left out"],
    );
    is_refused("factor,exposure,gama\nA,1,2\n", &["'factor,exposure,gama'", "factor,exposure"]);
    is_refused("factor,ticker,exposure\nA,B,2\n", &["is not what is expected"]);
    // A value beside exposures is another number; beside quantities it may be the exposure.
    let (valued, reading) = read("factor,exposure,market value\nA,1,2\n").unwrap();
    assert_eq!(valued.book(), plain("factor,exposure,value\nA,1,2\n").book());
    assert!(reading.to_string().contains("'market value' holds what rows count in the net asset value"), "{reading}");
    is_refused("factor,quantity,market value\nA,1,2\n", &["is not what is expected"]);
}

#[test]
fn a_total_is_left_out_if_it_is_the_sum_and_refused_if_not() {
    let with_total = |name: &str, total: &str| format!("{PLAIN}{name},{total}\n");
    for name in ["Total", "Grand Total", "Summe", "total:"] {
        is_read(&with_total(name, "1000000"), PLAIN, &["is the sum of those above: left out, from line 5"]);
    }
    is_refused(&with_total("Total", "1020000"), &["row 5", "'Total' is 1020000", "sum to 1000000", "delete the row"]);
    let in_the_middle = "factor,exposure\nALFA,1\nTotal,5\nBRAV,2\n";
    is_read(in_the_middle, in_the_middle, &[]);
    // A factor may have such a name: a strict reading takes every row.
    let strict = TableOptions { strict: true, ..TableOptions::default() };
    let (file, _) = read_book("b.csv", with_total("Total", "1000000").as_bytes(), &strict).unwrap();
    assert_eq!(file.book(), plain(&with_total("Total", "1000000")).book());
}

#[test]
fn lots_of_one_factor_are_summed_and_said() {
    let lots = "factor,exposure\nALFA,150000\nBRAV,350000\nALFA,200000\nCORA,250000\nALFA,50000\n";
    is_read(lots, PLAIN, &["lots of 'ALFA' summed, rows: 3"]);
    let options = "factor,quantity,gamma,vega,theta\nA,1,2,3,-5\nA,-4,,1,-0.5\n";
    is_read(options, "factor,quantity,gamma,vega,theta\nA,-3,2,4,-5.5\n", &["lots of 'A' summed, rows: 2"]);
    // Later rows keep their own lines in errors.
    let (file, _) = read("factor,exposure\nA,1\nA,2\nB,3\n").unwrap();
    assert!(file.book().rows().len() == 2);
    let large = "79228162514264337593543950335";
    is_refused(&format!("factor,exposure\nA,{large}\nA,{large}\n"), &["row 3", "lots of 'A' sum to more"]);
}

#[test]
fn weights_in_per_cent_are_refused() {
    is_refused("factor,weight\nALFA,40\nBRAV,60\n", &["sum to 100", "per cent", "write 0.4 for 40 %"]);
    let (_, reading) = read("factor,weight\nALFA,0.4\nBRAV,0.6\n").unwrap();
    assert!(reading.to_string().contains("holds weights, fractions of the net asset value"), "{reading}");
}

#[test]
fn cash_is_said_and_cash_of_two_currencies_is_refused() {
    let cash = "factor,exposure\nALFA,400000\nCash,-90000\n";
    is_read(
        cash,
        cash,
        &["row 'Cash' is cash, which does not move (unless the set has a factor of that name), from line 3"],
    );
    let class = |rows: &str| format!("factor,exposure,currency,asset class\nALFA,1,USD,Equity\n{rows}");
    let (file, reading) = read(&class("CASH USD,5,USD,\nUSD,6,USD,Cash\nBank A,7,USD,cash at bank\n")).unwrap();
    assert_eq!(reading.notes.iter().filter(|note| note.kind == NoteKind::Cash).count(), 3, "{reading}");
    assert_eq!(file.book().currency(), Some("USD"));
    is_refused(&class("EUR,6,USD,Cash\n"), &["row 3, column 'factor'", "in 'USD' and in 'EUR'"]);
    let without = "factor,exposure,type\nA,1,Equity\nUSD,2,cash\nEUR,3,cash\n";
    is_refused(without, &["row 4", "in 'USD' and in 'EUR'"]);
    // Cash in a currency that the book does not state is a factor.
    let (_, reading) = read("factor,exposure\nALFA,1\nCASH USD,5\n").unwrap();
    assert!(reading.is_plain(), "{reading}");
    // A total has no currency.
    let total = "factor,exposure,currency\nALFA,1,USD\nCASH,5,USD\nTotal,6,\n";
    assert_eq!(read(total).unwrap().0.book().rows().len(), 2);
}

#[test]
fn lines_above_and_below_a_book_are_left_out_with_a_count() {
    let above = format!("# positions\nFund of funds\n{PLAIN}");
    is_read(&above, PLAIN, &["lines above the header left out, from line 1: 2"]);
    let below = format!("{PLAIN}\nSource: the administrator, 25 March 2023\nAll amounts in USD\n");
    is_read(&below, PLAIN, &["lines below the table left out, from line 6: 2"]);
    is_read(&format!("{PLAIN}END OF FILE\n"), PLAIN, &["lines below the table left out, from line 5: 1"]);
    is_refused(&format!("{PLAIN}DELT,12x\n"), &["row 5", "'12x' is not a decimal number"]);
    // A factor whose amount is missing or cut off is no line below the table.
    is_refused(&format!("{PLAIN}DELT,\n"), &["row 5", "missing"]);
    is_refused(&format!("{PLAIN}DELT\n"), &["row 5", "1 cells where the header has 2"]);
}

#[test]
fn errors_of_the_plain_layout_keep_their_places() {
    for (text, said) in [
        ("factor,exposure\nA,x\n", "row 2, column 'exposure': 'x' is not a decimal number"),
        ("factor,exposure\n,1\n", "row 2, column 'factor': the name is empty"),
        ("factor,exposure\nA,1,2\n", "the row has 3 cells where the header has 2"),
        ("factor,amount\nA,1\n", "row 1: the header 'factor,amount'"),
        ("", "a header line is needed"),
    ] {
        is_refused(text, &[said]);
        assert!(csv::read_book("b.csv", text.as_bytes()).is_err());
    }
}
