//! Tapes under a schema of version 2: a private mapping cannot change what a word or a number of
//! the claim means.

use tailproof_core::pool::{Deal, LoanPool, PoolFigures, TapeSchema};
use tailproof_risk::tape::{Mapping, TapeReading, read_tape_under};

/// Residential mortgages in the columns of ESMA's annex II; three of ten are in arrears.
const ARREARS: &str = "\
RREL3,RREL5,RREL6,RREL11,RREL24,RREL28,RREL30,RREL43,RREL69
AR-01,AR-B01,2024-03-31,DE3,2035-09-28,EUR,94713.01,2.75,PERF
AR-02,AR-B02,2024-03-31,FRL,2027-07-28,EUR,385989.28,3.39,PERF
AR-03,AR-B03,2024-03-31,ITC,2050-02-28,EUR,176136.08,7.67,PERF
AR-04,AR-B04,2024-03-31,ES5,2026-06-28,EUR,167935.19,7.09,PERF
AR-05,AR-B05,2024-03-31,NL3,2040-07-28,EUR,248338.25,5.34,PERF
AR-06,AR-B06,2024-03-31,DE3,2037-06-28,EUR,84905.26,6.17,PERF
AR-07,AR-B07,2024-03-31,FRL,2049-09-28,EUR,379856.58,3.77,PERF
AR-08,AR-B08,2024-03-31,ITC,2035-11-28,EUR,149042.68,9.71,ARRE
AR-09,AR-B09,2024-03-31,ES5,2053-04-28,EUR,87780.91,6.39,ARRE
AR-10,AR-B10,2024-03-31,NL3,2053-10-28,EUR,258418.13,4.64,ARRE
";

const HONEST: &str = "as_of = \"2024-03-31\"\n[columns]\nid = \"RREL3\"\nbalance = \"RREL30\"\nrate = \"RREL43\"\nterm = \"RREL24\"\n\
                      region = \"RREL11\"\nobligor = \"RREL5\"\nstatus = \"RREL69\"\ncurrency = \"RREL28\"\ncut_off = \"RREL6\"\n\
                      [status]\nPERF = \"current\"\nARRE = \"delinquent\"\nDFLT = \"default\"\nRDMD = \"paid\"\n";

const TAPE: &str = "[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\n\
                    columns = [\"rate\", \"term\", \"region\", \"status\"]\nregions = [\"DE3\", \"ES5\", \"FRL\", \"ITC\", \"NL3\"]\n\
                    [tape.scale]\nrate = \"percent\"\n\
                    [tape.status]\ncurrent = [\"PERF\"]\ndelinquent = [\"ARRE\"]\ndefault = [\"DFLT\"]\npaid = [\"RDMD\"]\n";

fn schema(tape: &str) -> TapeSchema {
    let text = format!("name = \"d\"\n[claims]\nloans_min = 1\n{tape}");
    Deal::from_toml("d.toml", &text).unwrap().require_schema().unwrap().clone()
}

fn reading(text: &str, mapping: &str, tape: &str) -> Result<TapeReading, String> {
    let mapping = Mapping::from_toml("m.toml", mapping).unwrap();
    read_tape_under("t.csv", text.as_bytes(), &mapping, &schema(tape)).map_err(|error| error.to_string())
}

fn figures(text: &str, mapping: &str, tape: &str) -> PoolFigures {
    let tape_of = reading(text, mapping, tape).unwrap().tape;
    PoolFigures::new(&LoanPool::new(&tape_of, &schema(tape)).unwrap())
}

#[test]
fn the_honest_mapping_reads_the_true_figures() {
    let figures = figures(ARREARS, HONEST, TAPE);
    assert_eq!((figures.loans, figures.balance, figures.delinquent), (10, 203_311_537, 49_524_172));
    let average = figures.weighted[3] as f64 / figures.balance as f64;
    assert!((average - 201.4017).abs() < 1e-4, "{average} months");
    let without_words = HONEST.split("[status]").next().unwrap().replace("as_of = \"2024-03-31\"\n", "");
    assert_eq!(
        self::figures(ARREARS, &without_words, TAPE),
        figures,
        "the schema alone says what words and dates mean"
    );
}

/// One word of the private mapping turned 24 % delinquent into nothing.
#[test]
fn arrears_that_a_mapping_calls_current_are_refused() {
    let mapping = HONEST.replace("ARRE = \"delinquent\"", "ARRE = \"current\"");
    let error = reading(ARREARS, &mapping, TAPE).unwrap_err();
    assert!(error.contains("'ARRE' current") && error.contains("delinquent"), "{error}");
    let mapping = HONEST.replace("RDMD = \"paid\"", "RDMD = \"paid\"\nLATE = \"paid\"");
    let error = reading(ARREARS, &mapping, TAPE).unwrap_err();
    assert!(error.contains("'LATE' paid") && error.contains("does not have it"), "{error}");
    let error = reading(&ARREARS.replace("4.64,ARRE", "4.64,LATE"), HONEST, TAPE).unwrap_err();
    assert!(error.contains("row 11, column 'RREL69'") && error.contains("'LATE'"), "{error}");
}

#[test]
fn statuses_without_a_table_are_refused() {
    let tape = TAPE.split("[tape.status]").next().unwrap().replace(", \"status\"", "");
    let mapping = HONEST.split("[status]").next().unwrap();
    let error = reading(ARREARS, mapping, &tape).unwrap_err();
    assert!(error.contains("row 2, column 'RREL69'") && error.contains("[tape.status]"), "{error}");
    let no_status = mapping.replace("status = \"RREL69\"\n", "");
    assert!(reading(ARREARS, &no_status, &tape).is_ok());
}

/// Terms from a later day are shorter than true.
#[test]
fn a_later_date_than_the_tape_s_is_refused() {
    let later = HONEST.replace("as_of = \"2024-03-31\"", "as_of = \"2025-12-31\"");
    let error = reading(ARREARS, &later, TAPE).unwrap_err();
    assert!(error.contains("2025-12-31") && error.contains("2024-03-31"), "{error}");
    let tape = TAPE.replace("2024-03-31", "2025-12-31");
    let error = reading(ARREARS, &later, &tape).unwrap_err();
    assert!(error.contains("row 2, column 'RREL6'") && error.contains("2024-03-31"), "{error}");
}

#[test]
fn bands_of_a_mapping_are_refused() {
    let mapping = format!("{HONEST}[bands.grade]\ncolumn = \"RREL43\"\nbands = [[\"high\", 100]]\n");
    let error = reading(ARREARS, &mapping, TAPE).unwrap_err();
    assert!(error.contains("[bands.grade]") && error.contains("belong to the deal"), "{error}");
}

/// Amounts in two currencies were added up.
#[test]
fn rows_in_another_currency_are_refused_or_left_out() {
    let text =
        ARREARS.replace("AR-02,AR-B02,2024-03-31,FRL,2027-07-28,EUR", "AR-02,AR-B02,2024-03-31,FRL,2027-07-28,GBP");
    let error = reading(&text, HONEST, TAPE).unwrap_err();
    assert!(
        error.contains("row 3, column 'RREL28'") && error.contains("GBP") && error.contains("leave-out"),
        "{error}"
    );
    let leave_out = TAPE.replace("currency = \"EUR\"", "currency = \"EUR\"\nother_currencies = \"leave-out\"");
    let found = reading(&text, HONEST, &leave_out).unwrap();
    assert_eq!((found.tape.loans().len(), found.left_out[0].rows), (9, 1));
    assert!(found.tape.loans().iter().all(|loan| loan.id != "AR-02"));
    let error = reading(&ARREARS.replace(",EUR,94713.01", ",,94713.01"), HONEST, TAPE).unwrap_err();
    assert!(error.contains("row 2, column 'RREL28'"), "{error}");
}

const FRACTIONS: &str =
    "id,balance,rate,status\nX-01,45871.7,0.0542,current\nX-02,324130.14,0.0863,current\nX-09,500.00,12,current\n";
const RATES: &str = "[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\ncolumns = [\"rate\", \"status\"]\n\
                     [tape.scale]\nrate = \"percent\"\n[tape.status]\ncurrent = [\"current\"]\n";

/// Rates as fractions, with one odd row.
#[test]
fn fractions_are_read_on_the_scale_of_the_schema_or_refused() {
    let error = reading(FRACTIONS, "", RATES).unwrap_err();
    assert!(
        error.contains("row 2, column 'rate'") && error.contains("0.0542") && error.contains("steps of 0.01"),
        "{error}"
    );
    let fractions = RATES.replace("\"percent\"", "\"fraction\"");
    let pool = |text: &str| {
        let tape = reading(text, "", &fractions).unwrap().tape;
        LoanPool::new(&tape, &schema(&fractions)).map_err(|problem| problem.to_string())
    };
    let error = pool(FRACTIONS).unwrap_err();
    assert!(error.contains("loan 'X-09'") && error.contains("1200 %"), "{error}");
    let without = FRACTIONS.replace("X-09,500.00,12,current\n", "");
    let rates: Vec<_> = pool(&without).unwrap().loans().iter().map(|loan| loan.fields[0]).collect();
    assert_eq!(rates, [542, 863]);
}

#[test]
fn nothing_is_rounded_unless_the_schema_names_a_rounding() {
    let text = "id,balance,rate,status\n1,100.005,0.015,current\n2,7,80.005,current\n";
    let error = reading(text, "", RATES).unwrap_err();
    assert!(error.contains("row 2, column 'balance'") && error.contains("100.005"), "{error}");
    for (name, rates, balance, rounded) in
        [("down", [1, 8_000], 10_000, 3), ("up", [2, 8_001], 10_001, 3), ("half-even", [2, 8_000], 10_000, 3)]
    {
        let tape = RATES.replace("columns", &format!("rounding = \"{name}\"\ncolumns"));
        let found = reading(text, "", &tape).unwrap();
        let loans = found.tape.loans();
        assert_eq!([loans[0].rate, loans[1].rate], rates.map(Some), "{name}");
        assert_eq!((loans[0].balance, found.rounded), (balance, rounded), "{name}");
    }
}

#[test]
fn days_past_due_are_read_by_the_schema() {
    let tape = RATES.replace(
        "[tape.status]\ncurrent = [\"current\"]\n",
        "[tape.days_past_due]\ngrace = 1\ndelinquent = 30\ndefault = 90\n",
    );
    let text = "id,balance,rate,days_past_due\n1,10,5,0\n2,10,5,29\n3,10,5,30\n4,10,5,90\n";
    let figures = figures(text, "", &tape);
    assert_eq!((figures.loans, figures.delinquent), (3, 1_000), "the loan of 90 days is in default");
    let error = reading(&text.replace(",29", ",2.5"), "", &tape).unwrap_err();
    assert!(error.contains("row 3, column 'days_past_due'"), "{error}");
}

/// A number that is not committed may decide a grade; the schema says how.
#[test]
fn bands_over_a_column_give_grades() {
    let tape = RATES
        .replace("[\"rate\", \"status\"]", "[\"rate\", \"grade\", \"status\"]\ngrades = [\"tight\", \"wide\"]")
        + "[tape.bands.grade]\ncolumn = \"5Y\"\nlimits = { tight = [0, 24.9999], wide = [25, 400] }\n";
    let text = "id,balance,rate,status,5Y\nACE,10,5,current,24.44\nXYZ,10,5,current,302.22\n";
    let found = reading(text, "", &tape).unwrap();
    let grades: Vec<_> = found.tape.loans().iter().map(|loan| loan.grade.as_deref()).collect();
    assert_eq!(grades, [Some("tight"), Some("wide")]);
    let error = reading(&text.replace("24.44", "24.99995"), "", &tape).unwrap_err();
    assert!(error.contains("row 2, column '5Y'") && error.contains("no band"), "{error}");
}

#[test]
fn spare_numbers_are_read_in_their_steps() {
    let tape = format!("{RATES}[[tape.numbers]]\nname = \"coverage\"\nstep = 0.05\n");
    let text = "id,balance,rate,status,dscr\n1,10,5,current,1.35\n";
    let mapping = "[numbers]\ncoverage = \"dscr\"\n";
    assert_eq!(reading(text, mapping, &tape).unwrap().tape.loans()[0].numbers, [Some(27), None]);
    let error = reading(text, "", &tape).unwrap_err();
    assert!(error.contains("a column 'coverage'"), "{error}");
    let error = reading(text, "[numbers]\nage = \"dscr\"\n", &tape).unwrap_err();
    assert!(error.contains("'age'"), "{error}");
    let error = reading(&text.replace("1.35", "1.36"), mapping, &tape).unwrap_err();
    assert!(error.contains("row 2, column 'dscr'") && error.contains("steps of 0.05"), "{error}");
    let found = reading(text, mapping, &tape).unwrap().tape;
    let pool = LoanPool::new(&found, &schema(&tape)).unwrap();
    assert_eq!((pool.loans()[0].fields, pool.has_spare_numbers()), ([500, 0, 0, 0, 27, 0], true));
    let claims = "name = \"d\"\n[claims]\naverage_coverage_min = 1.35\n[eligible]\ncoverage_max = 1.35\n";
    let deal = Deal::from_toml("d.toml", &format!("{claims}{tape}")).unwrap();
    assert_eq!(
        deal.sentences(),
        ["average coverage, weighted by balance, at least 1.35", "every loan's coverage at most 1.35"]
    );
    let error = Deal::from_toml("d.toml", &format!("{}{tape}", claims.replace("_max = 1.35", "_max = 1.36")));
    assert!(error.unwrap_err().to_string().contains("steps of 0.05"));
}

/// With a grade for them, loans in default stay in the pool. They are of that grade whatever the
/// tape says, and of no other; they count for nothing.
#[test]
fn loans_in_default_stay_in_the_pool_under_a_grade_of_their_own() {
    let tape = RATES
        .replace(
            "[\"rate\", \"status\"]",
            "[\"rate\", \"term\", \"grade\", \"status\"]\ngrades = [\"A\", \"defaulted\"]",
        )
        .replace("current = [\"current\"]\n", "current = [\"current\"]\ndefault = [\"default\"]\n");
    let text = "id,balance,rate,term,grade,status\n1,30,5,2030-01-01,A,current\n2,10,5,2020-01-01,A,default\n";
    let found = reading(text, "", &tape).unwrap().tape;
    let pool = LoanPool::new(&found, &schema(&tape)).unwrap();
    let loans: Vec<_> = pool.loans().iter().map(|loan| (loan.codes[0], loan.fields[3] > 0, loan.delinquent)).collect();
    assert_eq!(loans, [(0, true, false), (1, false, false)]);
    let claims =
        "name = \"d\"\n[claims]\ndefault_max = 0.25\n[overcollateralisation]\nratio = 1\nnotes = 30\nvalue = {}\n";
    let deal = Deal::from_toml("d.toml", &format!("{claims}{tape}")).unwrap();
    let figures = tailproof_core::pool::claims::evaluate_all(deal.claims(), &PoolFigures::new(&pool), &schema(&tape));
    assert!(figures.iter().all(|figure| figure.holds), "{figures:?}");
    assert_eq!(figures[0].sentence, "at most 25 % of the balance is in default (grade defaulted)");
    for (from, to, said) in [
        ("[overcollateralisation]", "[shares.grade]\ndefaulted = 0.5\n[overcollateralisation]", "write 'default_max'"),
        ("value = {}", "value = { defaulted = 0.5 }", "count for nothing"),
        ("default_max = 0.25", "default_max = 0.25\n[pd]\ndefaulted = 0.5", "all of them are in default"),
    ] {
        let text = format!("{}{tape}", claims.replace(from, to));
        let error = Deal::from_toml("d.toml", &text).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    let error = LoanPool::new(
        &reading(&text.replace(",A,current", ",defaulted,current"), "", &tape).unwrap().tape,
        &schema(&tape),
    );
    assert!(error.unwrap_err().to_string().contains("reserved for loans in default"));
    // Without statuses no loan would ever be in default.
    let error = Deal::from_toml("d.toml", &format!("{claims}{}", tape.replace(", \"status\"]", "]"))).unwrap_err();
    assert!(error.to_string().contains("needs the column 'status'"), "{error}");
    let without = tape.replace(", \"defaulted\"", "");
    let found = reading(text, "", &without).unwrap().tape;
    assert_eq!(LoanPool::new(&found, &schema(&without)).unwrap().loans().len(), 1);
    let error = Deal::from_toml("d.toml", &format!("{claims}{without}")).unwrap_err().to_string();
    assert!(error.contains("needs the grade 'defaulted'"), "{error}");
    let losses = tailproof_risk::credit::Pool::new(&reading(text, "", &tape).unwrap().tape, &deal);
    assert!(losses.unwrap_err().to_string().contains("their losses are certain"));
}

/// "2 years" is not a term of 2 months, nor "5k" a balance of 5.
#[test]
fn units_that_would_change_numbers_are_refused() {
    let tape = RATES.replace("[\"rate\", \"status\"]", "[\"rate\", \"term\", \"status\"]");
    let text = "id,balance,rate,term,status\n1,5,5.5 %,24 months,current\n";
    let read = |text: &str, suffixes: &str| reading(text, &format!("[suffixes]\n{suffixes}"), &tape);
    let found = read(text, "rate = \"%\"\nterm = \"months\"\n").unwrap();
    assert_eq!((found.tape.loans()[0].rate, found.tape.loans()[0].term), (Some(550), Some(24)));
    for (from, to, suffix, known) in [
        ("24 months", "2 years", "rate = \"%\"\nterm = \"years\"\n", "'months'"),
        ("5.5 %", "55 bp", "term = \"months\"\nrate = \"bp\"\n", "'%'"),
        ("1,5,", "1,5k,", "rate = \"%\"\nterm = \"months\"\nbalance = \"k\"\n", "the deal's currency"),
        ("1,5,", "1,5 Mio,", "rate = \"%\"\nterm = \"months\"\nbalance = \"Mio\"\n", "the deal's currency"),
    ] {
        let error = read(&text.replace(from, to), suffix).unwrap_err();
        assert!(error.contains("another unit makes other numbers") && error.contains(known), "{error}");
    }
    for unit in ["EUR", "€"] {
        let found = read(
            &text.replace("1,5,", &format!("1,5 {unit},")),
            &format!("rate = \"%\"\nterm = \"months\"\nbalance = \"{unit}\"\n"),
        );
        assert_eq!(found.unwrap().tape.loans()[0].balance, 500);
    }
}

/// A ratio is a number that the file does not have.
#[test]
fn a_ratio_does_not_take_the_place_of_a_column() {
    let tape = RATES
        .replace("[\"rate\", \"status\"]", "[\"rate\", \"ltv\", \"status\"]")
        .replace("rate = \"percent\"", "rate = \"percent\"\nltv = \"percent\"");
    let mapping = "[ratios.ltv]\nabove = \"balance\"\nbelow = \"worth\"\n";
    let text = "id,balance,rate,worth,status\n1,50,5,100,current\n";
    assert_eq!(reading(text, mapping, &tape).unwrap().tape.loans()[0].ltv, Some(5_000));
    let both = "id,balance,rate,ltv,worth,status\n1,50,5,95,100,current\n";
    let error = reading(both, mapping, &tape).unwrap_err();
    assert!(error.contains("[ratios]") && error.contains("'ltv'"), "{error}");
}

/// The month of the rows is that of the deal, by whatever name its column has.
#[test]
fn a_period_is_the_month_of_the_deal() {
    let text = "id,balance,rate,status,period\n1,5,5,current,202402\n1,4,5,current,202403\n";
    let with = |mapping: &str| reading(text, mapping, RATES);
    assert_eq!(with("period = \"202403\"\n").unwrap().tape.loans()[0].balance, 400);
    let error = with("period = \"202402\"\n").unwrap_err();
    assert!(error.contains("row 2, column 'period'") && error.contains("2024-03-31"), "{error}");
    // A column of that name that nobody reads is a column like any other.
    let other = "id,balance,rate,status,period\n1,5,5,current,monthly\n";
    assert!(reading(other, "", RATES).is_ok());
}
