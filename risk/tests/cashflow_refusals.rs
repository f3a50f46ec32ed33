//! Terms of notes that are refused, with the word that the error needs.

use std::collections::BTreeMap;

use tailproof_core::pool::Deal;
use tailproof_risk::cashflow::NotesTerms;

const DEAL: &str = "name = \"d\"\n[tape]\ncolumns = [\"rate\", \"grade\"]\ngrades = [\"A\", \"B\"]\n\
                    [claims]\nloans_min = 1\n[cashflow]\nreplines = \"grade\"\n";

const NOTES: &str = r#"
version = 1
name = "two notes"
legal_final = 180
clean_up_call = 10

[[note]]
name = "A"
balance = 8000
coupon = { index = "euribor", margin = 0.9, floor = 0, cap = 7 }

[[note]]
name = "B"
balance = 1000
coupon = 6.25

[[fee]]
name = "trustee"
rate = 0.02

[reserve]
initial = 100
target = 1

[swap]
notional = "A"
pay = 3.2
receive = { index = "euribor" }

[liquidity]
limit = 200

[guarantee]
cap = 300

[[trigger]]
name = "oc"
measure = "overcollateralisation"
note = "A"
below = 110

[[trigger]]
name = "rate"
measure = "average-rate"
below = 4.5

[[interest]]
pay = "fees"
to = ["servicing", "trustee"]
support = ["liquidity"]

[[interest]]
pay = "swap"

[[interest]]
pay = "liquidity"

[[interest]]
pay = "interest"
to = ["A", "B"]

[[interest]]
pay = "reserve"

[[interest]]
pay = "principal"
to = ["A"]
when = "oc"
up_to = "cure"

[[interest]]
pay = "transfer"

[[principal]]
pay = "principal"
to = ["A", "B"]
support = ["guarantee"]

[[principal]]
pay = "residual"
to = ["equity"]
"#;

fn terms(text: &str) -> Result<NotesTerms, String> {
    let deal = Deal::from_toml("d.toml", DEAL).unwrap();
    NotesTerms::from_toml("n.toml", text, deal.schema().unwrap()).map_err(|error| error.to_string())
}

#[test]
fn terms_are_read() {
    let read = terms(NOTES).unwrap();
    assert_eq!((read.notes.len(), read.fees.len(), read.interest.len(), read.parties()), (2, 2, 7, vec!["equity"]));
    assert_eq!(read.indices().len(), 2);
}

#[test]
fn terms_that_lose_money_or_name_nothing_are_refused() {
    for (from, to, said) in [
        ("version = 1", "version = 2", "version 2"),
        ("legal_final = 180", "legal_final = 0", "legal_final"),
        ("name = \"rate\"", "name = \"oc\"", "'oc' occurs twice"),
        ("balance = 1000", "balance = 0", "balance of 0"),
        ("balance = 1000", "balance = 1000.5", "the balance of note 'B'"),
        ("coupon = 6.25", "coupon = 6.2500001", "at most 6 decimals"),
        ("floor = 0, cap = 7", "floor = 8, cap = 7", "a floor above its cap"),
        ("rate = 0.02", "rate = 0.02\namount = 3", "one of rate and amount"),
        ("notional = \"A\"", "notional = \"C\"", "[swap] names the note 'C'"),
        ("note = \"A\"\nbelow", "note = \"C\"\nbelow", "trigger 'oc' names the note 'C'"),
        ("note = \"A\"\nbelow = 110", "below = 110", "needs 'note'"),
        ("note = \"A\"\nbelow = 110", "note = \"A\"\nabove = 110", "has no 'above'"),
        ("\"average-rate\"", "\"average-score\"", "needs the column 'score'"),
        ("\"average-rate\"\nbelow", "\"delinquent\"\nabove", ""),
        ("\"average-rate\"", "\"weather\"", "measures nothing"),
        ("to = [\"servicing\", \"trustee\"]", "to = [\"servicing\"]", "no step pays the fee 'trustee'"),
        ("to = [\"servicing\", \"trustee\"]", "to = [\"servicing\", \"broker\"]", "the fee 'broker'"),
        ("pay = \"interest\"\nto = [\"A\", \"B\"]", "pay = \"interest\"\nto = [\"A\"]", "the interest of note 'B'"),
        ("to = [\"A\", \"B\"]\nsupport", "to = [\"A\"]\nsupport", "the principal of note 'B'"),
        ("to = [\"A\", \"B\"]\nsupport", "to = [\"A\", \"A\"]\nsupport", "twice"),
        ("[[interest]]\npay = \"swap\"\n", "", "no step pays the swap"),
        ("[[interest]]\npay = \"liquidity\"\n", "", "no step pays the liquidity line"),
        ("[[interest]]\npay = \"reserve\"\n", "", "no step pays the reserve"),
        ("[reserve]\ninitial = 100\ntarget = 1\n", "", "that the file does not have"),
        ("[guarantee]\ncap = 300\n", "", "there is no [guarantee]"),
        ("[[interest]]\npay = \"transfer\"\n", "", "[[interest]] waterfall does not end"),
        ("[[principal]]\npay = \"residual\"\nto = [\"equity\"]\n", "", "[[principal]] waterfall does not end"),
        (
            "pay = \"residual\"\nto = [\"equity\"]",
            "pay = \"residual\"\nto = [\"equity\"]\nwhen = \"oc\"",
            "does not end",
        ),
        ("pay = \"residual\"\nto = [\"equity\"]", "pay = \"residual\"", "needs one party"),
        ("pay = \"reserve\"", "pay = \"transfer\"", "never paid"),
        ("pay = \"residual\"\nto = [\"equity\"]", "pay = \"transfer\"", "is for the interest waterfall"),
        ("when = \"oc\"\nup_to = \"cure\"", "up_to = \"cure\"", "cures an overcollateralisation trigger"),
        (
            "when = \"oc\"\nup_to = \"cure\"",
            "when = \"rate\"\nup_to = \"cure\"",
            "cures an overcollateralisation trigger",
        ),
        ("when = \"oc\"", "when = \"ic\"", "names the trigger 'ic'"),
        ("when = \"oc\"", "when = \"oc\"\nunless = \"rate\"", "both 'when' and 'unless'"),
        ("up_to = \"cure\"", "target = 5", "which is for up_to"),
        ("pay = \"swap\"", "pay = \"swap\"\nsplit = \"pro-rata\"", "has no 'split'"),
        ("pay = \"swap\"", "pay = \"swap\"\nsupport = [\"liquidity\"]", "has no 'support'"),
        ("pay = \"swap\"", "pay = \"swap\"\nto = [\"A\"]", "has no 'to'"),
        ("clean_up_call = 10", "call_price = 10", "no clean_up_call"),
        ("version = 1", "version = 1\nsenior = true", "unknown field `senior`"),
    ] {
        assert!(NOTES.contains(from), "{from}");
        match terms(&NOTES.replacen(from, to, 1)) {
            Err(error) => assert!(!said.is_empty() && error.contains(said), "{to}: {error}"),
            Ok(_) => assert!(said.is_empty(), "{to} is read"),
        }
    }
}

/// The deal's tape has no status, and the assumptions no vector of that name.
#[test]
fn terms_that_do_not_go_with_deal_and_assumptions_are_refused() {
    let deal = Deal::from_toml("d.toml", DEAL).unwrap();
    let indices: BTreeMap<String, Vec<i64>> = [("euribor".to_owned(), vec![1])].into();
    let refused = |text: &str, indices: &BTreeMap<String, Vec<i64>>| {
        let checked = terms(text).unwrap().check_against(indices, true, deal.schema().unwrap());
        checked.map_err(|problem| problem.to_string())
    };
    assert_eq!(refused(NOTES, &indices), Ok(()));
    assert!(refused(NOTES, &BTreeMap::new()).unwrap_err().contains("note 'A' names the index 'euribor'"));
    let without = NOTES.replace("to = [\"servicing\", \"trustee\"]", "to = [\"trustee\"]");
    assert!(refused(&without, &indices).unwrap_err().contains("the fee 'servicing' of the assumptions"));
    let late = NOTES.replace("\"average-rate\"\nbelow", "\"delinquent\"\nabove");
    assert!(refused(&late, &indices).unwrap_err().contains("needs the column 'status'"));
}
