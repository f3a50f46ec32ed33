//! The mappings of public layouts that ship with the program, on made-up rows in those layouts.

use tailproof_core::pool::tape::{Loan, Status};
use tailproof_risk::tape::{Mapping, TapeOptions, TapeReading, read};

fn shipped(mapping: &str, file: &str, bytes: &[u8], period: Option<&str>) -> Result<TapeReading, String> {
    let mapping = Mapping::named(mapping).unwrap().unwrap();
    let options = TapeOptions { period: period.map(str::to_owned), ..TapeOptions::default() };
    read(file, bytes, &mapping, None, &options).map_err(|error| error.to_string())
}

fn of_file(mapping: &str, file: &str, period: Option<&str>) -> Result<TapeReading, String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/cases/tapes/");
    shipped(mapping, file, &std::fs::read(format!("{folder}{file}")).unwrap(), period)
}

/// Number and balance of the loans of the pool.
fn pool(found: &TapeReading) -> (usize, u64) {
    let pool = found.tape.loans().iter().filter(|loan| loan.is_in_pool());
    pool.fold((0, 0), |(loans, owed), loan| (loans + 1, owed + loan.balance))
}

fn loan<'t>(found: &'t TapeReading, id: &str) -> &'t Loan {
    found.tape.loans().iter().find(|loan| loan.id == id).unwrap()
}

#[test]
fn fannie_mae_s_positions() {
    let found = of_file("fannie-mae-110", "fannie_performance.txt", None).unwrap();
    assert_eq!((pool(&found), found.cut_off.as_deref()), ((9, 210_519_385), Some("2024-03")));
    let first = loan(&found, "990000000101");
    assert_eq!((first.term, first.rate, first.ltv, first.score), (Some(84), Some(838), Some(4_000), Some(645)));
    assert_eq!((first.region.as_deref(), first.status), (Some("OH"), Some(Status::Current)));
    let of = |status| found.tape.loans().iter().filter(|loan| loan.status == Some(status)).count();
    assert_eq!((of(Status::Delinquent), of(Status::Paid)), (2, 1));
    let found = of_file("fannie-mae-110", "fannie_panel.txt", Some("042024")).unwrap();
    assert_eq!((pool(&found), found.left_out[0].reason.as_str()), ((4, 66_258_271), "'3' is not 042024"));
    let found = of_file("fannie-mae-110", "fannie_masked.txt", None).unwrap();
    assert_eq!(pool(&found), (4, 83_610_419));
    // Another version of the layout has another number of cells.
    let error = shipped("fannie-mae-110", "t.txt", b"|1|032024|R\n", None).unwrap_err();
    assert!(error.contains("4 cells") && error.contains("110"), "{error}");
}

#[test]
fn esma_s_fields_of_annex_2() {
    let found = of_file("esma-annex-2", "esma_no_data.csv", None).unwrap();
    assert_eq!((pool(&found), found.cut_off.as_deref()), ((9, 148_599_690), Some("2024-03-31")));
    assert_eq!((loan(&found, "RE-01").rate, loan(&found, "RE-01").term), (Some(261), Some(42)));
    let error = of_file("esma-annex-2", "esma_two_currencies.csv", None).unwrap_err();
    assert!(error.contains("RREL28") && error.contains("GBP"), "{error}");
    let header = "RREL3,RREL5,RREL6,RREL11,RREL24,RREL28,RREL30,RREL43,RREL69\n";
    let row = |id: &str, region: &str, status: &str| {
        format!("{id},B{id},2024-03-31,{region},2030-03-31,EUR,1000,2.5,{status}\n")
    };
    let rows = [row("1", "ND4-2025-01-01", "PERF"), row("2", "ND2", "RARR"), row("3", "DE300", "DTCR")].concat();
    let found = shipped("esma-annex-2", "t.csv", format!("{header}{rows}").as_bytes(), None).unwrap();
    let statuses: Vec<_> = found.tape.loans().iter().map(|loan| loan.status.unwrap()).collect();
    assert_eq!(statuses, [Status::Current, Status::Delinquent, Status::Default]);
    assert_eq!(found.tape.loans().iter().filter(|loan| loan.region.is_some()).count(), 1, "ND4 has a date behind it");
    // A repurchase is for whoever makes the tape to say.
    let text = format!("{header}{}", row("1", "DE300", "REDF"));
    let error = shipped("esma-annex-2", "t.csv", text.as_bytes(), None).unwrap_err();
    assert!(error.contains("row 2, column 'RREL69'") && error.contains("'REDF'"), "{error}");
}

#[test]
fn the_national_file_of_the_sba() {
    let found = of_file("sba-national", "sba_dollars.csv", None).unwrap();
    assert_eq!(pool(&found), (10, 173_650_000));
    assert_eq!(loan(&found, "7700000001").balance, 6_000_000);
}

/// The file has no number of a loan, and neither what is owed nor who is late.
#[test]
fn live_loans_of_the_sba_s_7a_file() {
    let text = "AsOfDate,Program,BorrName,BorrState,GrossApproval,InitialInterestRate,TermInMonths,NaicsCode,LoanStatus\n\
                12/31/2023,7A,MADE-UP FIRM 1,OH,150000,11.25,120,722511,EXEMPT\n\
                12/31/2023,7A,MADE-UP FIRM 2,TX,80000,9.5,84,238220,PIF\n\
                12/31/2023,7A,MADE-UP FIRM 1,OH,25000,12,60,722511,EXEMPT\n\
                12/31/2023,7A,MADE-UP FIRM 3,CA,60000,8.75,84,541110,CHGOFF\n";
    let found = shipped("sba-7a-foia", "t.csv", text.as_bytes(), None).unwrap();
    assert_eq!(pool(&found), (2, 17_500_000));
    assert_eq!((found.left_out[0].rows, &found.left_out[0].reason[..]), (2, "'LoanStatus' is not EXEMPT"));
    let ids: Vec<&str> = found.tape.loans().iter().map(|loan| &loan.id[..]).collect();
    assert_eq!(ids, ["row 2", "row 4"]);
    let first = loan(&found, "row 2");
    assert_eq!((first.status, first.obligor.as_deref(), first.rate), (None, Some("MADE-UP FIRM 1"), Some(1_125)));
}

/// The examples of the guide are mappings, but for those of a deal.
#[test]
fn the_examples_of_the_guide_are_mappings() {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/src/guides/write-a-mapping.md");
    let text = std::fs::read_to_string(guide).unwrap();
    let examples = text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let (of_deals, mappings): (Vec<&str>, Vec<&str>) = examples.partition(|example| example.contains("[tape"));
    assert_eq!((of_deals.len(), mappings.len()), (1, 9));
    for example in mappings {
        let read = Mapping::from_toml("guide", example);
        assert!(read.is_ok(), "{example}{:?}", read.err());
    }
}
