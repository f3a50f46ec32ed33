//! The tables of the traffic light in Solidity, against the zones that `tailproof backtest` computes.

use tailproof_risk::measure::backtest::{Zone, least_days, traffic_light};
use tailproof_test_support::source;

/// The tables of the library's source, by name.
fn table(text: &str, name: &str) -> Vec<u64> {
    let line = text.lines().find(|line| line.contains(&format!("bytes32 private constant {name} ="))).unwrap();
    let digits = line.split("0x").nth(1).unwrap().trim_end_matches(';');
    hex::decode(digits).unwrap().into_iter().map(u64::from).collect()
}

#[test]
fn zones_on_chain_are_those_that_a_backtest_computes() {
    let text = std::fs::read_to_string(source().join("contracts/src/libraries/TrafficLight.sol")).unwrap();
    for (name, confidence) in [("99", "0.99"), ("975", "0.975"), ("95", "0.95")] {
        let (yellow, red) = (table(&text, &format!("YELLOW_{name}")), table(&text, &format!("RED_{name}")));
        let confidence: tailproof_core::Confidence = confidence.parse().unwrap();
        let probability = f64::from(1_000_000 - confidence.millionths()) / 1e6;
        for days in least_days(confidence)..=250 {
            for exceedances in 0..=31.min(days) {
                let place = usize::try_from(exceedances).unwrap();
                let on_chain = match () {
                    () if days <= red[place] => Zone::Red,
                    () if days <= yellow[place] => Zone::Yellow,
                    () => Zone::Green,
                };
                let computed = traffic_light(days, exceedances, probability).zone;
                assert_eq!(on_chain, computed, "{exceedances} of {days} days at {confidence}");
            }
        }
    }
}
