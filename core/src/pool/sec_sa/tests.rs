use super::*;
use crate::pool::Deal;

fn weights(of: &[(&str, &str)]) -> Vec<(String, Decimal)> {
    of.iter().map(|(grade, weight)| ((*grade).to_owned(), weight.parse().unwrap())).collect()
}

#[test]
fn charges_are_8_percent_rounded_up() {
    let charge = CapitalCharge::new(&weights(&[("A", "0.35"), ("B", "0.000000001"), ("C", "12.5")]), 5).unwrap();
    assert_eq!(charge.charges[..4], [28_000_000, 1, WHOLE, 0]);
    assert_eq!((charge.words.as_str(), charge.largest()), ("A 35 %, B 0.0000001 %, C 1250 %", WHOLE));
    for wrong in ["12.500000001", "-0.1", "0.0000000001"] {
        let refused = CapitalCharge::new(&weights(&[("A", wrong)]), 5).unwrap_err().to_string();
        assert!(refused.contains("the risk weight of grade 'A'"), "{refused}");
    }
}

/// By decimals of 40 digits, apart from this code: K_A = 0.9 * 0.06 + 0.1 / 2 = 0.104.
#[test]
fn a_risk_weight_is_that_of_the_formula() {
    let capital = most_capital(60_000_000, 100_000_000);
    assert!((capital - 0.104).abs() < 1e-15);
    // A tranche above K_A: 0.2 to 0.4 has l = 0.096, u = 0.296, a = -9.615384615.
    let a = -1.0 / 0.104;
    let charged = (libm::exp(a * 0.296) - libm::exp(a * 0.096)) / (a * 0.2);
    assert!((risk_weight(capital, 0.2, 0.4) - 12.5 * charged).abs() < 1e-12);
    assert!(
        (risk_weight(capital, 0.2, 0.4) - 2.204_978_657_531_05).abs() < 1e-12,
        "{}",
        risk_weight(capital, 0.2, 0.4)
    );
    // A millionth of the pool: the difference of the formula has ten digits less than its terms.
    let thin = risk_weight(capital, 0.2, 0.200_001);
    assert!((thin / 4.966_160_039_163_71 - 1.0).abs() < 1e-10, "{thin}");
    assert_eq!(risk_weight(capital, 0.0, 0.1), 12.5);
    assert_eq!(risk_weight(capital, 0.9, 1.0), 0.15, "the floor");
    assert_eq!(risk_weight(0.0, 0.0, 1.0), 0.15, "no capital charge");
    // Across K_A: 0.05 to 0.3.
    let charged = (libm::exp(a * 0.196) - 1.0) / (a * 0.196);
    let across = 12.5 * (0.054 + 0.196 * charged) / 0.25;
    assert!((risk_weight(capital, 0.05, 0.3) - across).abs() < 1e-12);
}

#[test]
fn the_floor_and_the_cap_are_said_as_they_are() {
    for (ends, said) in [([0.9, 1.0], "at most 15 %"), ([0.0, 0.1], "at most 1250 %"), ([0.2, 0.4], "at most 220.5 %")]
    {
        let sentence = sentence("t", ends, 60_000_000, 100_000_000);
        assert!(sentence.contains(said), "{sentence}");
    }
}

/// The weights of tranches that are the whole pool average to no less than the pool's charge.
#[test]
fn all_tranches_together_have_at_least_the_pools_capital() {
    let points = [0.0, 0.05, 0.12, 0.3, 1.0];
    for capital in [0.01, 0.08, 0.104, 0.5, 0.9] {
        let each = points.windows(2).map(|ends| risk_weight(capital, ends[0], ends[1]) * (ends[1] - ends[0]) * 0.08);
        assert!(each.sum::<f64>() >= capital - 1e-12, "{capital}");
    }
}

/// The bound takes limits in place of figures: that is one only if nothing falls with them.
#[test]
fn a_bound_never_falls_with_its_limits() {
    let ends = [[0.0, 0.05], [0.0, 1.0], [0.05, 0.3], [0.12, 0.2], [0.6, 1.0]];
    let steps: Vec<u64> = (0..=40).map(|step| step * WHOLE / 40).collect();
    for [attachment, detachment] in ends {
        let mut before = 0.0;
        for step in 0..=4_000 {
            let weight = risk_weight(f64::from(step) / 4_000.0, attachment, detachment);
            assert!(weight >= before - 1e-12, "{attachment} {detachment} {step}");
            before = weight;
        }
    }
    for charge in &steps {
        for past_due in &steps {
            let most = most_capital(*charge, *past_due);
            for (less, fewer) in steps.iter().zip(&steps).take_while(|(less, _)| *less <= charge) {
                let fewer = *fewer.min(past_due);
                let of = |charge: u64, past_due: u64| {
                    let [charge, past_due] = [charge, past_due].map(|part| part as f64 / WHOLE as f64);
                    (1.0 - past_due) * charge + past_due / 2.0
                };
                assert!(of(*less, fewer) <= most + 1e-12 && of(*charge, fewer) <= most + 1e-12);
            }
        }
    }
}

const DEAL: &str = "name = \"d\"\n[[tranche]]\nname = \"first\"\nattachment = 0\ndetachment = 0.1\n[[tranche]]\n\
                    name = \"senior\"\nattachment = 0.1\ndetachment = 1\n[tape]\nversion = 2\ncut_off = \"2024-03-31\"\n\
                    currency = \"EUR\"\ncolumns = [\"rate\", \"grade\", \"status\"]\ngrades = [\"A\", \"defaulted\"]\n\
                    [tape.scale]\nrate = \"percent\"\n[tape.days_past_due]\ngrace = 1\ndelinquent = 30\ndefault = 90\n\
                    [sec_sa]\nw_max = 0.1\nksa_max = 0.06\n[sec_sa.risk_weights]\nA = 0.35\ndefaulted = 1.5\n";

#[test]
fn a_deal_claims_inputs_and_bounds_its_tranches() {
    let deal = Deal::from_toml("d.toml", DEAL).unwrap();
    let sentences = deal.sentences();
    assert_eq!(sentences.len(), 4, "{sentences:#?}");
    for (sentence, said) in sentences.iter().zip([
        "at most 10 % of the balance is delinquent or in default, which bounds W",
        "average capital charge at most 6 % of the balance, which bounds K_SA of SEC-SA: 8 % of the risk weights A 35 %, defaulted 150 %",
        "tranche first: risk weight at most 1250 % by SEC-SA",
        "tranche senior: risk weight at most ",
    ]) {
        assert!(sentence.starts_with(said), "{sentence}");
    }
    let one = Deal::from_toml("d.toml", &DEAL.replace("w_max = 0.1\n", "")).unwrap();
    assert_eq!(one.sentences().len(), 1, "one input bounds no risk weight");
}

#[test]
fn claims_that_bound_nothing_are_refused() {
    for (from, to, said) in [
        ("delinquent = 30\ndefault = 90", "delinquent = 91\ndefault = 180", "day 91"),
        ("w_max = 0.1", "w_max = 1", "every pool meets"),
        ("ksa_max = 0.06", "ksa_max = 0.12", "every pool meets"),
        ("defaulted = 1.5\n", "", "no risk weight of grade 'defaulted'"),
        ("\nA = 0.35", "\nA = 0.35\nB = 1", "'B'"),
        ("ksa_max = 0.06\n", "", "ksa_max and [sec_sa.risk_weights] go together"),
        ("w_max = 0.1\nksa_max = 0.06\n[sec_sa.risk_weights]\nA = 0.35\ndefaulted = 1.5\n", "", "claims nothing"),
        ("A = 0.35", "A = 13", "the risk weight of grade 'A'"),
        ("[\"A\", \"defaulted\"]", "[\"A\"]", "w_max"),
    ] {
        assert!(DEAL.contains(from), "{from}");
        let refused = Deal::from_toml("d.toml", &DEAL.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(refused.contains(said), "{to}: {refused}");
    }
}
