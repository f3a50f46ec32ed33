use super::*;
use crate::error::SetProblem;
use crate::pool::cashflow::EXAMPLE as ASSUMPTIONS;
use crate::pool::cashflow::totals::BandTotals;
use crate::pool::cashflow::value::{value_coefficients, value_of};
use crate::scenarios::file::{decode, digest, encode};
use crate::scenarios::regenerate::{Comparison, Recomputed, Regenerate, RegenerateError, Source, Sources};

const DEAL: &str = "name = \"d\"\n[tape]\ncolumns = [\"rate\", \"term\", \"grade\"]\ngrades = [\"A\", \"B\"]\n\
                    [claims]\nloans_min = 1\n[cashflow]\nreplines = \"grade\"\n";

fn deal(text: &str) -> Deal {
    Deal::from_toml("d.toml", text).unwrap()
}

fn assumptions(text: &str) -> Assumptions {
    Assumptions::from_toml("a.toml", text).unwrap()
}

fn example() -> ScenarioSet {
    cashflow_scenarios(&deal(DEAL), &assumptions(ASSUMPTIONS)).unwrap()
}

#[test]
fn the_matrix_has_a_row_for_each_month_and_principal_and_defaults_are_everything() {
    let set = example();
    let flows = FlowMatrix::of(&set).unwrap();
    assert_eq!((flows.codes(), flows.months(), flows.blocks().len()), (&["A", "B"][..], 198, 2));
    assert_eq!((set.labels()[0].as_str(), set.labels()[198 + 197].as_str()), ("base 1", "stress 198"));
    assert_eq!(set.factors()[..6], ["interest:A", "principal:A", "defaults:A", "recoveries:A", "fees:A", "interest:B"]);
    for block in 0..2 {
        for code in 0..2 {
            let sum = |flow| (0..198).map(|month| flows.entry(block, month, code, flow)).sum::<u32>();
            assert_eq!(sum(Flow::Principal) + sum(Flow::Defaults), 1 << 20, "{block} {code}");
            let severity = [[0.4, 0.4], [0.55, 0.65]][block][code];
            let recovered = f64::from(sum(Flow::Recoveries)) / f64::from(sum(Flow::Defaults));
            assert!((recovered - (1.0 - severity)).abs() < 1e-4, "{recovered}");
        }
    }
}

/// Sums of receipts are never above those of floating point, and never more than a step below.
#[test]
fn nothing_that_is_received_is_overstated_up_to_any_month() {
    let set = example();
    let flows = FlowMatrix::of(&set).unwrap();
    let all = assumptions(ASSUMPTIONS);
    let projection = project(&all.replines[1], all.blocks[1].of("B"), 198);
    for flow in Flow::ALL {
        let (mut exact, mut found) = (0.0, 0u64);
        for (month, share) in flow.of(&projection).iter().enumerate() {
            exact += *share as f64 / (1u64 << (BITS - FRACTION_BITS)) as f64;
            found += u64::from(flows.entry(1, month, 1, flow));
            let above = found as f64 - exact;
            let range = if flow.goes_up() { -1e-6..=1.0 } else { -1.0..=1e-6 };
            assert!(range.contains(&above), "{flow:?} {month}: {above}");
        }
    }
}

#[test]
fn a_set_is_made_again_from_deal_and_assumptions_and_another_is_refused() {
    let (set, deal, all) = (example(), deal(DEAL), assumptions(ASSUMPTIONS));
    let (decoded, _) = decode("f.scn", &encode(&set)).unwrap();
    assert_eq!(decoded, set);
    let again = |set: &ScenarioSet, all: &Assumptions| {
        let sources = Sources { deal: Some(&deal), assumptions: Some(all), ..Sources::default() };
        Recomputed.regenerate(set, &sources).unwrap()
    };
    assert!(again(&set, &all).identical());
    let other = assumptions(&ASSUMPTIONS.replace("cdr = 8", "cdr = 7"));
    assert_eq!(again(&set, &other).comparison, Comparison::OtherSource(Source::Assumptions));
    let mut entries = set.entries().to_vec();
    entries[0] += 1;
    let parts = (set.generator().clone(), set.factors().to_vec(), set.labels().to_vec(), set.weights().to_vec());
    let changed = ScenarioSet::new(parts.0, parts.1, parts.2, None, parts.3, entries).unwrap();
    assert_eq!(again(&changed, &all).comparison, Comparison::OtherSet);
    for sources in [Sources::deal(&deal), Sources { assumptions: Some(&all), ..Sources::default() }] {
        let missing = Recomputed.regenerate(&set, &sources).unwrap_err();
        assert!(matches!(missing, RegenerateError::Missing(Source::Deal | Source::Assumptions)), "{missing}");
    }
}

/// These digests are the same on every platform, or a matrix is not public.
#[test]
fn the_digests_are_fixed() {
    let found = (hex::encode(assumptions(ASSUMPTIONS).digest()), hex::encode(digest(&example())));
    let expected = (
        "09cdb692a4def4357ff56b8d42b7e7302eb8f5fd7d1ddcd130f6e9aaeaf5963e",
        "309eaae570e928a9e08840ca4321ae51b7340adb05f56bf6ac7e293b54a844be",
    );
    assert_eq!((&found.0[..], &found.1[..]), expected);
}

#[test]
fn deals_and_assumptions_that_do_not_go_together_are_refused() {
    let refused =
        |deal_text: &str, text: &str| cashflow_scenarios(&deal(deal_text), &assumptions(text)).unwrap_err().to_string();
    let without = DEAL.split("[cashflow]").next().unwrap();
    assert!(refused(without, ASSUMPTIONS).contains("no [cashflow] table"));
    let three = DEAL.replace("\"B\"]", "\"B\", \"C\"]");
    assert!(refused(&three, ASSUMPTIONS).contains("no [[repline]] of grade 'C'"));
    let one = DEAL.replace(", \"B\"]", "]");
    assert!(refused(&one, ASSUMPTIONS).contains("'B' is no grade"));
    let agreed = hex::encode(assumptions(ASSUMPTIONS).digest());
    let named = DEAL.to_owned() + &format!("assumptions_sha256 = \"{agreed}\"\n");
    assert!(cashflow_scenarios(&deal(&named), &assumptions(ASSUMPTIONS)).is_ok());
    let error = refused(&named, &ASSUMPTIONS.replace("flat = 4.5", "flat = 3"));
    assert!(error.contains("the deal names the assumptions"), "{error}");
    let default = ASSUMPTIONS.replacen("level-pay", "defaulted", 1);
    assert!(refused(DEAL, &default).contains("no other code has it"));
    for (from, to, said) in [
        ("\"grade\"\n", "\"region\"\n", "\"grade\" and \"sector\""),
        ("replines = \"grade\"", "replines = \"sector\"", "needs the column 'sector'"),
        ("[\"rate\", ", "[", "needs the column 'rate'"),
        ("replines = \"grade\"", "replines = \"grade\"\nassumptions_sha256 = \"ABC\"", "64 digits"),
    ] {
        let error = Deal::from_toml("d.toml", &DEAL.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(said), "{to}: {error}");
    }
}

/// A representative loan outside the band that `+bands` enforces would represent none of its loans.
#[test]
fn a_stated_number_outside_its_band_is_refused() {
    let tape = "version = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\n";
    let bands = "[tape.scale]\nrate = \"percent\"\n[tape.bands.grade]\nnumber = \"rate\"\nlimits = { A = [0, 5.99], B = [6, 9] }\n";
    let text = DEAL.replace("[tape]\n", &format!("[tape]\n{tape}")).replace("[claims]", &format!("{bands}[claims]"));
    let banded = deal(&text);
    assert!(cashflow_scenarios(&banded, &assumptions(ASSUMPTIONS)).is_ok());
    let outside = assumptions(&ASSUMPTIONS.replace("rate = 7", "rate = 5.5"));
    let error = cashflow_scenarios(&banded, &outside).unwrap_err().to_string();
    assert!(error.contains("'B' states the rate 5.5 %, and its band is 6 % to 9 %"), "{error}");
    let words = banded.cashflow().unwrap().on_the_committers_word(banded.schema().unwrap(), true);
    assert!(words.len() == 1 && words[0].contains("remaining terms"), "{words:?}");
    let plain = deal(DEAL);
    assert_eq!(plain.cashflow().unwrap().on_the_committers_word(plain.schema().unwrap(), true).len(), 2);
}

#[test]
fn a_header_that_is_not_that_of_the_rows_is_refused() {
    let set = example();
    let with = |generator: Generator, labels: Vec<String>, factors: Vec<String>, entries: Vec<i32>| {
        ScenarioSet::new(generator, factors, labels, None, set.weights().to_vec(), entries)
    };
    let parts = || (set.generator().clone(), set.labels().to_vec(), set.factors().to_vec(), set.entries().to_vec());
    let (header, labels, factors, entries) = parts();
    assert!(with(header.clone(), labels.clone(), factors.clone(), entries.clone()).is_ok());
    let mut renamed = labels.clone();
    renamed[0] = "base 0".into();
    assert!(with(header.clone(), renamed, factors.clone(), entries.clone()).is_err());
    let mut swapped = factors.clone();
    swapped.swap(0, 1);
    assert!(with(header.clone(), labels.clone(), swapped, entries.clone()).is_err());
    let mut negative = entries.clone();
    negative[0] = -1;
    assert!(with(header.clone(), labels.clone(), factors.clone(), negative).is_err());
    let mut more = entries.clone();
    more[1] += 1;
    let error = with(header.clone(), labels.clone(), factors.clone(), more).unwrap_err().to_string();
    assert!(error.contains("more than all of it"), "{error}");
    for change in 0..4 {
        let mut header = header.clone();
        let Generator::Cashflow { version, replines, blocks, months, .. } = &mut header else {
            panic!("of cash flows")
        };
        match change {
            0 => *version = 2,
            1 => *replines = "region".into(),
            2 => blocks.swap(0, 1),
            _ => *months -= 1,
        }
        assert!(with(header, labels.clone(), factors.clone(), entries.clone()).is_err(), "{change}");
    }
    let mut weights = set.weights().to_vec();
    weights[3] = 2;
    let weighted = ScenarioSet::new(header, factors, labels, None, weights, entries).unwrap_err();
    assert!(matches!(weighted, Problem::Set(SetProblem::OtherWeight { .. })), "{weighted}");
}

/// The row of the value is that of the matrix, month by month, but for the two roundings of each
/// code.
#[test]
fn the_value_is_linear_in_the_totals_and_never_above_the_discounted_receipts() {
    let set = example();
    let flows = FlowMatrix::of(&set).unwrap();
    let factors = assumptions(ASSUMPTIONS).discount.unwrap().factors(198);
    let totals = [
        BandTotals { balance: 123_456_789, weighted: [123_456_789 * 612, 0, 0, 0, 0, 0], ..BandTotals::default() },
        BandTotals { balance: 98_765, weighted: [98_765 * 1_499, 0, 0, 0, 0, 0], ..BandTotals::default() },
    ];
    for block in 0..2 {
        let row = value_of(&value_coefficients(&flows, block, &factors), &totals) as f64 / (1u64 << 40) as f64;
        let mut direct = 0.0;
        for (month, factor) in factors.iter().enumerate() {
            for (code, totals) in totals.iter().enumerate() {
                let share = |flow| f64::from(flows.entry(block, month, code, flow)) / f64::from(1 << 20);
                let interest = totals.interest() as f64 / 120_000.0 * share(Flow::Interest);
                let rest = share(Flow::Principal) + share(Flow::Recoveries) - share(Flow::Fees);
                direct += (interest + rest * totals.balance as f64) * *factor as f64 / (1u64 << 60) as f64;
            }
        }
        assert!(row <= direct + 1e-6 && direct - row < 0.2, "{row} {direct}");
    }
    let base = value_of(&value_coefficients(&flows, 0, &factors), &totals);
    assert!(value_of(&value_coefficients(&flows, 1, &factors), &totals) < base, "a stress is worth less");
}

/// Months of a pool are no moves of a market.
#[test]
fn no_clause_is_about_cash_flows() {
    let clause =
        crate::mandate::Clause::new(crate::Measure::Var, "0.99".parse().ok(), crate::Limit::Absolute(5.into()));
    let refused = clause.check_set(&example()).unwrap_err();
    assert!(refused.to_string().contains("no book or pool is proved over it"), "{refused}");
}
