use super::*;
use crate::pool::loan_pool::PoolLoan;
use crate::pool::{Deal, LoanPool, PoolClaim};

const ASSUMPTIONS: &str = "version = 1\nname = \"two\"\n\
    [[repline]]\ncode = \"A\"\nrate = 5\nterm = 24\nkind = \"level-pay\"\n\
    [[repline]]\ncode = \"B\"\nrate = 7\nterm = 36\nkind = \"bullet\"\n\
    [[block]]\nname = \"base\"\nprepayment = { cpr = 6 }\ndefault = { cdr = 2 }\nseverity = 40\nrecovery_lag = 6\nfee = 0.5\n\
    [[block]]\nname = \"fees\"\nfee = 100\n[discount]\nflat = 4\n";

fn assumptions(change: impl Fn(String) -> String) -> Assumptions {
    Assumptions::from_toml("a.toml", &change(ASSUMPTIONS.to_owned())).unwrap()
}

fn text(replines: &str, more: &str) -> String {
    let digest = hex::encode(assumptions(|text| text).digest());
    format!(
        "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\ncolumns = [\"rate\", \"grade\", \
         \"sector\"]\ngrades = [\"A\", \"B\"]\nsectors = [\"A\", \"B\"]\n[tape.scale]\nrate = \"percent\"\n[cashflow]\n\
         replines = \"{replines}\"\nassumptions_sha256 = \"{digest}\"\n{more}"
    )
}

fn deal(replines: &str, more: &str) -> Result<Deal, String> {
    Deal::from_toml("d.toml", &text(replines, more)).map_err(|error| error.to_string())
}

fn figures() -> PoolFigures {
    let loan = |balance, rate, grade, sector| PoolLoan {
        balance,
        fields: [rate, 0, 0, 0, 0, 0],
        codes: [grade, sector, 0],
        delinquent: false,
        new_obligor: true,
    };
    let loans = vec![loan(100_000, 500, 0, 1), loan(70_000, 710, 1, 1), loan(33_333, 800, 1, 0)];
    PoolFigures::new(&LoanPool::from_loans(loans, [0; 32]))
}

/// The claim holds up to the whole units of the row that `pool value` prints, by grade and by sector.
#[test]
fn a_value_is_claimed_up_to_its_last_unit() {
    let mut seen = Vec::new();
    for (replines, category) in [("grade", Category::Grade), ("sector", Category::Sector)] {
        let of = |least: u64| {
            let more = format!("npv_min = {}\nnpv_block = \"base\"\n", rust_decimal::Decimal::new(least as i64, 2));
            deal(replines, &more).unwrap().under(&assumptions(|text| text)).unwrap()
        };
        let claim = of(1).value_claim().unwrap().clone();
        let row = claim.row.as_ref().unwrap();
        assert!(row.coefficients().iter().all(|of| of.balance > 0 && of.interest > 0));
        let value = claim.value(&figures()).unwrap();
        // By hand: the sums of the loans of each code.
        let sums = match category {
            Category::Grade => [(100_000, 50_000_000), (103_333, 70_000 * 710 + 33_333 * 800)],
            _ => [(33_333, 33_333 * 800), (170_000, 50_000_000 + 70_000 * 710)],
        };
        let by_hand = row.coefficients().iter().zip(sums).map(|(of, (balance, interest))| {
            i128::from(of.balance) * balance + i128::from(of.interest) * i128::from(interest as i64)
        });
        assert_eq!(value, by_hand.sum::<i128>());
        let units = u64::try_from(value >> VALUE_BITS).unwrap();
        let holds = |least: u64| {
            let figure = of(least).claims()[0].evaluate(&figures(), of(least).schema().unwrap());
            assert!(figure.sentence.starts_with(
                "net present value of representative loans of each band, under the assumptions \"two\", block base: at least "
            ));
            figure.holds
        };
        assert!(holds(units) && !holds(units + 1), "{units}");
        seen.push(units);
    }
    assert_ne!(seen[0], seen[1]);
}

/// A name cannot say what stands behind it in the sentence.
#[test]
fn a_quote_in_the_name_of_assumptions_is_escaped() {
    let named = assumptions(|text| text.replace("name = \"two\"", r#"name = 'two", block base: at least 9'"#));
    let pinned =
        |text: String| text.replace(&hex::encode(assumptions(|text| text).digest()), &hex::encode(named.digest()));
    let text = pinned(text("grade", "npv_min = 1\nnpv_block = \"fees\"\n"));
    let deal = Deal::from_toml("d.toml", &text).unwrap().under(&named).unwrap();
    let claim = deal.value_claim().unwrap();
    assert_eq!(claim.under_in_words(), "under the assumptions \"two\\\", block base: at least 9\", block fees");
}

/// Fees above everything that is paid back: the value of a unit of balance is negative.
#[test]
fn fees_may_exceed_receipts() {
    let more = "npv_min = 1\nnpv_block = \"fees\"\n";
    let deal = deal("grade", more).unwrap().under(&assumptions(|text| text)).unwrap();
    let claim = deal.value_claim().unwrap();
    assert!(claim.row.as_ref().unwrap().coefficients().iter().all(|of| of.balance < 0 && of.interest > 0));
    assert!(claim.value(&figures()).unwrap() < 0 && !claim.holds(&figures()));
}

#[test]
fn a_claim_without_its_assumptions_holds_of_no_pool() {
    let deal = deal("grade", "npv_min = 0.01\nnpv_block = \"base\"\n").unwrap();
    let PoolClaim::ValueAtLeast(claim) = &deal.claims()[0] else { panic!("{:?}", deal.claims()) };
    assert_eq!((claim.value(&figures()), claim.holds(&figures())), (None, false));
    assert!(deal.sentences()[0].contains(&hex::encode(claim.assumptions)));
}

#[test]
fn other_assumptions_are_refused() {
    let claim = "npv_min = 1\nnpv_block = \"base\"\n";
    let under = |more: &str, assumptions: &Assumptions| {
        let deal = deal("grade", more).unwrap();
        deal.under(assumptions).map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(under(claim, &assumptions(|text| text)), Ok(()));
    let other = under(claim, &assumptions(|text| text.replace("flat = 4", "flat = 3"))).unwrap_err();
    assert!(other.contains("names the assumptions") && other.contains("these are"), "{other}");
    let no_block = under(&claim.replace("base", "worst"), &assumptions(|text| text)).unwrap_err();
    assert!(no_block.contains("no block 'worst'; the blocks are base, fees"), "{no_block}");
    let none = under("[claims]\nloans_min = 1\n", &assumptions(|text| text)).unwrap_err();
    assert!(none.contains("claims no net present value"), "{none}");
    // A digest of assumptions without a curve.
    let flat = assumptions(|text| text.replace("[discount]\nflat = 4\n", ""));
    let of_flat =
        text("grade", claim).replace(&hex::encode(assumptions(|text| text).digest()), &hex::encode(flat.digest()));
    let refused = Deal::from_toml("d.toml", &of_flat).unwrap().under(&flat).unwrap_err().to_string();
    assert!(refused.contains("no [discount]"), "{refused}");
}

#[test]
fn a_deal_pins_what_its_value_is_under() {
    for (more, said) in [
        ("npv_min = 1\n", "npv_min and npv_block go together"),
        ("npv_block = \"base\"\n[claims]\nloans_min = 1\n", "npv_min and npv_block go together"),
        ("npv_min = 0\nnpv_block = \"base\"\n", "above 0"),
        ("npv_min = 1.001\nnpv_block = \"base\"\n", "whole units"),
    ] {
        let refused = deal("grade", more).unwrap_err();
        assert!(refused.contains(said), "{more}: {refused}");
    }
    let text = text("grade", "npv_min = 1\nnpv_block = \"base\"\n");
    let open: String = text.lines().filter(|line| !line.contains("sha256")).map(|line| format!("{line}\n")).collect();
    let refused = Deal::from_toml("d.toml", &open).unwrap_err().to_string();
    assert!(refused.contains("the prover would choose"), "{refused}");
}
