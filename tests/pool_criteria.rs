//! The deal of the guide to criteria: seasoning and debt to income as spare numbers, and the
//! largest obligors together; and the coverage of real loans. `pool_real_tapes` has seasoning and
//! debt to income over a month of them.

use tailproof_test_support::pool_units::{Loan, demo_loans, money};
use tailproof_test_support::{Desk, source};

const SHAPE: &str = "6loans+pool+numbers+top";
/// Every criterion is met at its last unit: the balance-weighted debt to income is 30 %, and the
/// obligors a and b owe 700 of 1,000.
const TAPE: &str = "id,balance,obligor,seasoning,dti\n1,250,a,6,40\n2,300,b,7,35\n3,150,a,60,20\n4,200,c,6,25\n\
                    5,100,d,12,15\n";

/// The deal that the guide shows.
fn deal() -> String {
    let page = std::fs::read_to_string(source().join("docs/src/guides/pool-criteria.md")).unwrap();
    let block = page.split_once("```toml\n").and_then(|(_, rest)| rest.split_once("```"));
    block.expect("a deal in the guide").0.to_owned()
}

#[test]
fn the_deal_of_the_guide_holds_to_the_last_unit_of_each_criterion() {
    let (desk, deal) = (Desk::new(), deal());
    desk.write("loans.csv", TAPE);
    desk.write("deal.toml", &deal);
    desk.commit_pool("loans.csv").expect(0);
    let keys = desk.keys(SHAPE);
    desk.prove_pool("loans.csv", "deal.toml", &keys, "").expect(0);
    let verified = desk.verify_pool("deal.toml", &keys, "--json").expect(0).json();
    let mut claims: Vec<&str> =
        verified["claims"].as_array().unwrap().iter().map(|said| said.as_str().unwrap()).collect();
    claims.sort_unstable();
    let said = [
        "average dti, weighted by balance, at most 30",
        "every loan's dti at most 40",
        "every loan's seasoning at least 6",
        "the 2 largest obligors together owe at most 70 % of the balance",
    ];
    assert_eq!(claims, said);
    for (from, to) in [
        ("average_dti_max = 30", "average_dti_max = 29.999999"),
        ("seasoning_min = 6", "seasoning_min = 7"),
        ("dti_max = 40\n", "dti_max = 39.99\n"),
        ("share_max = 0.7", "share_max = 0.699999999"),
    ] {
        assert!(deal.contains(from), "{from}");
        desk.write("tighter.toml", deal.replace(from, to));
        let refused = desk.prove_pool("loans.csv", "tighter.toml", &keys, "").expect(1);
        assert!(refused.stderr.contains("does not meet"), "{refused:?}");
    }
}

/// The first six loans of the demo. How many times income covers debt service is made up.
#[test]
fn the_coverage_of_real_loans_holds_to_the_last_unit() {
    let loans: Vec<_> = demo_loans().1.into_iter().zip([125_u64, 140, 205, 131, 160, 312]).collect();
    let row = |(loan, cover): &(Loan, u64)| {
        let Loan { id, balance, rate, .. } = loan;
        format!("{id},{},{},{}\n", money(*balance), money(*rate), money(*cover))
    };
    let desk = Desk::new();
    desk.write("loans.csv", format!("id,balance,rate,dscr\n{}", loans.iter().map(row).collect::<String>()));
    let balance: u128 = loans.iter().map(|(loan, _)| u128::from(loan.balance)).sum();
    let weighted: u128 = loans.iter().map(|(loan, cover)| u128::from(loan.balance) * u128::from(*cover)).sum();
    // The average in millionths, rounded down.
    let average = |more: u128| {
        let millionths = weighted * 10_000 / balance + more;
        format!("average_dscr_min = {}.{:06}\n", millionths / 1_000_000, millionths % 1_000_000)
    };
    let deal = format!(
        "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"2018-03-31\"\ncurrency = \"USD\"\ncolumns = [\"rate\"]\n\
         [tape.scale]\nrate = \"percent\"\n[[tape.numbers]]\nname = \"dscr\"\nstep = 0.01\n[claims]\n{}[eligible]\n\
         dscr_min = 1.25\n",
        average(0),
    );
    desk.write("deal.toml", &deal);
    desk.commit_pool("loans.csv").expect(0);
    let keys = desk.keys(SHAPE);
    desk.prove_pool("loans.csv", "deal.toml", &keys, "").expect(0);
    let verified = desk.verify_pool("deal.toml", &keys, "--json").expect(0).json();
    assert!(verified["claims"].to_string().contains("every loan's dscr at least 1.25"), "{verified}");
    for (from, to, said) in [
        (average(0), average(1), "average dscr, weighted by balance, at least"),
        ("dscr_min = 1.25\n".into(), "dscr_min = 1.26\n".into(), "every loan's dscr at least 1.26"),
    ] {
        assert_eq!(deal.matches(&from).count(), 1, "{from}");
        desk.write("tighter.toml", deal.replace(&from, &to));
        let refused = desk.prove_pool("loans.csv", "tighter.toml", &keys, "").expect(1);
        assert!(refused.stderr.contains(said), "{refused:?}");
        desk.verify_pool("tighter.toml", &keys, "").expect(1);
    }
}
