//! Small tapes, made up, each in a layout or with a fault of real loan files: read rightly, or refused
//! with the cure.

use tailproof_core::pool::tape::{Loan, Status};
use tailproof_risk::table::TableError;
use tailproof_risk::tape::{Mapping, TapeOptions, TapeReading, read};

/// A file and its mapping.
struct Case {
    file: &'static str,
    mapping: &'static str,
}

/// The right reading of a file: loans of the pool, their balance in cents, rows of loans outside it,
/// and the day or month of the tape.
struct Right(usize, u64, usize, Option<&'static str>);

impl Case {
    fn read(&self, period: Option<&str>) -> Result<TapeReading, TableError> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/cases/tapes/");
        let bytes = std::fs::read(format!("{folder}{}", self.file)).unwrap();
        let mapping = Mapping::from_toml("m.toml", self.mapping).unwrap();
        let options = TapeOptions { period: period.map(str::to_owned), ..TapeOptions::default() };
        read(self.file, &bytes[..], &mapping, None, &options)
    }

    fn refused(&self, parts: &[&str]) -> String {
        let said = self.read(None).unwrap_err().to_string();
        for part in parts {
            assert!(said.contains(part), "{}: '{part}' in: {said}", self.file);
        }
        said
    }
}

fn case(file: &'static str, mapping: &'static str) -> Case {
    Case { file, mapping }
}

/// Checks a reading, and returns it.
fn right(case: &Case, period: Option<&str>, Right(loans, cents, outside, cut_off): Right) -> TapeReading {
    let found = case.read(period).unwrap_or_else(|error| panic!("{error}"));
    let pool: Vec<&Loan> = found.tape.loans().iter().filter(|loan| loan.is_in_pool()).collect();
    let balance: u64 = pool.iter().map(|loan| loan.balance).sum();
    let name = case.file;
    assert_eq!((pool.len(), balance), (loans, cents), "{name}");
    assert_eq!(found.tape.loans().len() - pool.len(), outside, "{name}: outside");
    assert_eq!(found.cut_off.as_deref(), cut_off, "{name}");
    found
}

fn loan<'t>(reading: &'t TapeReading, id: &str) -> &'t Loan {
    reading.tape.loans().iter().find(|loan| loan.id == id).unwrap()
}

/// Average of a number by balance, over the loans of the pool that have it, with how many have it.
fn average(reading: &TapeReading, of: impl Fn(&Loan) -> Option<u32>) -> (f64, usize) {
    let with = reading.tape.loans().iter().filter(|loan| loan.is_in_pool());
    let with: Vec<(u64, u32)> = with.filter_map(|loan| Some((loan.balance, of(loan)?))).collect();
    let owed: u64 = with.iter().map(|(balance, _)| balance).sum();
    let sum: f64 = with.iter().map(|(balance, value)| *balance as f64 * f64::from(*value)).sum();
    (sum / owed as f64, with.len())
}

const FANNIE: &str = "separator = \"|\"\npositions = 110\n[columns]\nid = 2\nbalance = 12\nrate = 9\nltv = 20\nscore = 24\n\
                      term = 17\nregion = 31\ndays_past_due = 40\nperiod = 3\n[none]\ndays_past_due = [\"XX\"]\n\
                      [days_past_due]\ndelinquent = 1\n[ended]\ncolumn = 44\nwords = { \"01\" = \"paid\" }\n";

#[test]
fn a_performance_file_with_pipes_and_positions_is_read() {
    let case = case("fannie_performance.txt", FANNIE);
    let found = right(&case, None, Right(9, 210_519_385, 1, Some("2024-03")));
    assert_eq!(loan(&found, "990000000101").term, Some(84));
    assert_eq!(average(&found, |loan| loan.score).1, 8);
    // Rates in eighths of a percent are no whole basis points.
    assert!(found.rounded > 0 && loan(&found, "990000000101").rate == Some(838), "{}", found.rounded);
    assert!(found.reading.to_string().contains("no header, and 110 cells in a row"), "{}", found.reading);
    let late = found.tape.loans().iter().filter(|loan| loan.status == Some(Status::Delinquent)).count();
    assert_eq!(late, 2);
    let longer = Case { mapping: "separator = \"|\"\npositions = 108\n[columns]\nid = 2\nbalance = 12\n", ..case };
    longer.refused(&["row 1", "110 cells"]);
}

#[test]
fn a_monthly_panel_needs_a_period() {
    let fannie = case("fannie_panel.txt", FANNIE);
    let found = right(&fannie, Some("042024"), Right(4, 66_258_271, 0, Some("2024-04")));
    assert_eq!(loan(&found, "990000000201").balance, 5_720_098);
    assert_eq!(found.left_out[0].reason, "'3' is not 042024");
    let said = fannie.refused(&["990000000201", "column '3' has the periods 012024, 022024"]);
    assert!(!said.contains("--"), "{said}");
    let plain = case("monthly_panel.csv", "");
    let found = right(&plain, Some("202404"), Right(4, 47_844_659, 0, Some("2024-04")));
    assert_eq!(loan(&found, "M-03").balance, 3_921_519);
    right(&plain, Some("2024-04"), Right(4, 47_844_659, 0, Some("2024-04")));
    plain.refused(&["'M-01' occurs twice", "column 'period'", "202401"]);
    let said = plain.read(Some("202409")).unwrap_err().to_string();
    assert!(said.contains("'202409'") && said.contains("202401, 202402"), "{said}");
    let said = case("blank_score.csv", "").read(Some("202409")).unwrap_err().to_string();
    assert!(said.contains("no column 'period'"), "{said}");
}

/// A live loan whose balance is masked is neither paid nor in default.
#[test]
fn masked_balances_keep_their_status() {
    let found = right(&case("fannie_masked.txt", FANNIE), None, Right(4, 83_610_419, 4, Some("2024-03")));
    assert_eq!(loan(&found, "990000000305").balance, 22_217_730);
    let masked = found.tape.loans().iter().filter(|loan| loan.balance == 0 && loan.status == Some(Status::Current));
    assert_eq!(masked.count(), 4);
}

#[test]
fn sentinels_are_no_values() {
    let mapping = "separator = \"|\"\ndecimal = \"point\"\npositions = 32\n[columns]\nid = 20\nbalance = 11\nrate = 13\nltv = 12\nscore = 1\n\
                   term = 22\nregion = 17\n[none]\nscore = [\"9999\"]\nltv = [\"999\"]\n";
    let found = right(&case("freddie_origination.txt", mapping), None, Right(10, 176_600_000, 0, None));
    let (score, with) = average(&found, |loan| loan.score);
    assert!((score - 709.7826).abs() < 1e-4 && with == 8, "{score} over {with}");
    assert_eq!((average(&found, |loan| loan.ltv).1, loan(&found, "X24Q10000001").term), (9, Some(360)));
    let without = "separator = \"|\"\npositions = 32\n[columns]\nid = 20\nbalance = 11\nscore = 1\n";
    case("freddie_origination.txt", without).refused(&["row 3, column '1'", "9999", "[none]"]);
    let hmda = "[columns]\nid = \"uli\"\nbalance = \"loan_amount\"\nrate = \"interest_rate\"\nterm = \"loan_term\"\n\
                ltv = \"combined_loan_to_value_ratio\"\nregion = \"state_code\"\n[none]\nall = [\"Exempt\", \"NA\"]\n";
    let found = right(&case("hmda_exempt.csv", hmda), None, Right(9, 201_500_000, 0, None));
    assert_eq!(loan(&found, "5493000000000000INVENTED01").rate, Some(880));
    for of in [|loan: &Loan| loan.rate, |loan: &Loan| loan.ltv, |loan: &Loan| loan.term] {
        assert_eq!(average(&found, of).1, 7);
    }
    let without = hmda.split("[none]").next().unwrap();
    let mapping = Mapping::from_toml("m.toml", without).unwrap();
    let text = "uli,loan_amount,interest_rate,loan_term,combined_loan_to_value_ratio,state_code\n1,5,Exempt,3,4,OH\n";
    let said = read("t.csv", text.as_bytes(), &mapping, None, &TapeOptions::default()).unwrap_err().to_string();
    assert!(said.contains("'Exempt'") && said.contains("[none]"), "{said}");
}

#[test]
fn spreadsheets_of_other_countries_are_read_and_said() {
    let found = right(&case("semicolon_decimal_comma.csv", ""), None, Right(9, 234_042_467, 0, None));
    assert_eq!(loan(&found, "S-04").balance, 125_000_000);
    let said = found.reading.to_string();
    for part in ["separator ';' (guessed)", "decimal mark ',' (guessed)", "'.' between thousands"] {
        assert!(said.contains(part), "{said}");
    }
    let sba = "[columns]\nid = \"LoanNr_ChkDgt\"\nbalance = \"GrAppv\"\nterm = \"Term\"\nregion = \"State\"\nsector = \"NAICS\"\n";
    let found = right(&case("sba_dollars.csv", sba), None, Right(10, 173_650_000, 0, None));
    assert_eq!(loan(&found, "7700000001").balance, 6_000_000);
    assert!(found.reading.to_string().contains("'$' taken off numbers"), "{}", found.reading);
}

#[test]
fn lines_above_and_below_a_tape_are_counted() {
    let mapping = "[columns]\nid = \"id\"\nbalance = \"out_prncp\"\nrate = \"int_rate\"\nterm = \"term\"\ngrade = \"grade\"\n\
                   region = \"addr_state\"\nsector = \"purpose\"\nstatus = \"loan_status\"\n[suffixes]\nrate = \"%\"\n\
                   term = \"months\"\n[status]\nCurrent = \"current\"\n\"Fully Paid\" = \"paid\"\n\
                   \"In Grace Period\" = \"grace\"\n\"Late (31-120 days)\" = \"delinquent\"\n\"Charged Off\" = \"default\"\n";
    let found = right(&case("preamble_footer.csv", mapping), None, Right(6, 118_715_240, 2, None));
    assert_eq!((loan(&found, "990001").rate, loan(&found, "990001").term), (Some(525), Some(36)));
    let said = found.reading.to_string();
    assert!(said.contains("lines above the header left out, from line 1: 1"), "{said}");
    assert!(said.contains("lines below the table left out"), "{said}");
}

#[test]
fn maturities_are_read_in_the_usual_writings() {
    let us = "as_of = \"2024-03-15\"\n[columns]\nterm = \"maturity\"\n";
    let found = right(&case("maturity_us_dates.csv", us), None, Right(8, 144_407_907, 0, Some("2024-03-15")));
    for (id, months) in [("D-02", 85), ("D-03", 36), ("D-04", 37), ("D-06", 1)] {
        assert_eq!(loan(&found, id).term, Some(months), "{id}");
    }
    case("maturity_two_orders.csv", us).refused(&["row 2, column 'maturity'", "05/06/2029", "state the order"]);
    let ordered = "date_order = \"dmy\"\nas_of = \"2024-03-15\"\n[columns]\nterm = \"maturity\"\n";
    let found = case("maturity_two_orders.csv", ordered).read(None).unwrap();
    assert_eq!(loan(&found, "E-01").term, Some(63), "5 June 2029");
    let stated = "as_of = \"2024-03-15\"\n[columns]\nterm = \"maturity\"\n[dates]\nterm = \"MM/DD/YYYY\"\n";
    assert_eq!(loan(&case("maturity_two_orders.csv", stated).read(None).unwrap(), "E-01").term, Some(62), "6 May 2029");
    let no_day = "[columns]\nterm = \"maturity\"\n";
    case("maturity_us_dates.csv", no_day).refused(&["'05/31/2029'", "as_of"]);
}

/// A live loan past its maturity refused the whole tape.
#[test]
fn a_live_loan_past_its_maturity_is_named() {
    let mapping = "as_of = \"2024-03-31\"\n[columns]\nterm = \"maturity\"\n";
    let found = right(&case("past_maturity.csv", mapping), None, Right(6, 118_266_375, 1, Some("2024-03-31")));
    assert_eq!((loan(&found, "P-01").term, loan(&found, "P-06").term), (Some(75), Some(0)));
    assert_eq!(
        (found.past_maturity, loan(&case("past_maturity.csv", mapping).read(None).unwrap(), "P-07").term),
        (vec!["P-06".to_owned()], None)
    );
}

const ESMA: &str = "[columns]\nid = \"RREL3\"\nobligor = \"RREL5\"\ncut_off = \"RREL6\"\nregion = \"RREL11\"\nterm = \"RREL24\"\n\
                    currency = \"RREL28\"\nbalance = \"RREL30\"\nrate = \"RREL43\"\nstatus = \"RREL69\"\n\
                    [none]\nall = [\"ND1\", \"ND2\", \"ND3\", \"ND4\", \"ND5\"]\n[status]\nPERF = \"current\"\nARRE = \"delinquent\"\n\
                    DFLT = \"default\"\nRDMD = \"paid\"\n";

#[test]
fn no_data_codes_are_none_in_every_column() {
    let found = right(&case("esma_no_data.csv", ESMA), None, Right(9, 148_599_690, 2, Some("2024-03-31")));
    assert_eq!(loan(&found, "RE-01").rate, Some(261));
    assert!(
        found
            .tape
            .loans()
            .iter()
            .all(|loan| loan.region.as_deref() != Some("ND5") && loan.obligor.as_deref() != Some("ND3"))
    );
    assert_eq!((average(&found, |loan| loan.rate).1, loan(&found, "RE-01").term), (8, Some(42)));
}

/// Amounts in two currencies were added up.
#[test]
fn two_currencies_are_never_added_up() {
    case("esma_two_currencies.csv", ESMA).refused(&["row 4, column 'RREL28'", "GBP", "[only]"]);
    let only = Box::leak(format!("{ESMA}[only]\nRREL28 = \"EUR\"\n").into_boxed_str());
    let found = right(&case("esma_two_currencies.csv", only), None, Right(5, 119_363_580, 0, Some("2024-03-31")));
    assert_eq!((found.left_out[0].rows, &found.left_out[0].reason[..]), (3, "'RREL28' is not EUR"));
}

#[test]
fn a_blank_is_never_zero() {
    let found = right(&case("blank_score.csv", ""), None, Right(10, 233_615_926, 0, None));
    assert_eq!((loan(&found, "B-01").score, average(&found, |loan| loan.score).1), (Some(673), 9));
    case("blank_balance.csv", "").refused(&["row 5, column 'balance'", "leave_out_blank"]);
    let found = case("blank_balance.csv", "leave_out_blank = [\"balance\"]\n").read(None).unwrap();
    assert_eq!((found.left_out[0].rows, &found.left_out[0].reason[..]), (1, "no balance"));
    assert!(found.tape.loans().iter().all(|loan| loan.id != "B-04"));
    case("formula_balance.csv", "").refused(&["row 3, column 'balance'", "=48008.74*2", "write the number itself"]);
}

#[test]
fn what_only_a_circuit_bounds_is_read() {
    let found = right(&case("term_above_circuit.csv", ""), None, Right(6, 147_320_776, 0, None));
    assert_eq!((loan(&found, "W-03").term, loan(&found, "W-06").term), (Some(600), Some(720)));
    let found = right(&case("large_obligors_cents.csv", ""), None, Right(6, 14_025_498_463, 0, None));
    assert_eq!(loan(&found, "K-05").balance, 5_100_000_099);
}

#[test]
fn scales_ratios_and_days_are_the_mapping_s() {
    let prosper = "[columns]\nid = \"ListingKey\"\nbalance = \"LoanOriginalAmount\"\nrate = \"BorrowerRate\"\nterm = \"Term\"\n\
                   grade = \"ProsperRating (Alpha)\"\nregion = \"BorrowerState\"\n[scale]\nrate = 100\n";
    let found = right(&case("prosper_fractions.csv", prosper), None, Right(8, 19_848_500, 0, None));
    assert_eq!(loan(&found, "0100INVENTED00000001").rate, Some(1_099));
    assert_eq!(found.tape.loans().iter().filter(|loan| loan.grade.is_some()).count(), 7);
    let hmeq = "[columns]\nid = \"ID\"\nbalance = \"MORTDUE\"\nsector = \"REASON\"\n[ratios.ltv]\nabove = \"MORTDUE\"\nbelow = \"VALUE\"\n";
    let found = right(&case("ltv_from_two.csv", hmeq), None, Right(7, 195_899_061, 0, None));
    assert_eq!((loan(&found, "Y-01").ltv, average(&found, |loan| loan.ltv).1), (Some(6_333), 6));
    assert_eq!(found.tape.loans().iter().filter(|loan| loan.sector.is_some()).count(), 5);
    assert!(found.rounded >= 6, "{}", found.rounded);
    let days = "[columns]\ndays_past_due = \"days\"\n[days_past_due]\ngrace = 1\ndelinquent = 30\ndefault = 90\n";
    let found = right(&case("days_past_due.csv", days), None, Right(6, 151_880_902, 3, None));
    let count = |status| found.tape.loans().iter().filter(|loan| loan.status == Some(status)).count();
    let statuses = [Status::Current, Status::Grace, Status::Delinquent, Status::Default].map(count);
    assert_eq!((statuses, loan(&found, "J-06").status), ([1, 2, 3, 3], Some(Status::Delinquent)));
}

#[test]
fn parts_of_a_cent_are_refused_or_rounded_as_stated() {
    let said = case("chain_18_decimals.csv", "").refused(&["row 2, column 'balance'", "cent", "rounding"]);
    assert!(!said.contains("10 billion"), "{said}");
    let found = right(&case("chain_18_decimals.csv", "rounding = \"down\"\n"), None, Right(5, 258_129_261, 0, None));
    assert_eq!(found.rounded, 3);
}

#[test]
fn characters_that_are_not_seen_are_refused_in_names() {
    let said = case("grade_zero_width.csv", "").refused(&["row 6, column 'grade'"]);
    assert!(said.to_lowercase().contains("200b"), "{said}");
}
