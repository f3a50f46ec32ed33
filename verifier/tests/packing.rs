//! Vectors of packed tails and limits, which a test in Solidity reads: `contracts/test/vectors/`.

use std::path::PathBuf;

use ark_bn254::Fr;
use serde_json::{Value, json};
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::{Mandate, ScenarioSet, Unit};
use tailproof_verifier::MarketClaim;
use tailproof_verifier::encoding::to_hex;

/// What a clause says, beside its measure.
#[derive(Clone, Copy)]
enum Says {
    /// confidence in millionths, limit
    Confidence(u32, &'static str),
    /// as before, the limit a fraction of the net asset value
    OfNav(u32, &'static str),
    Worst(&'static str),
    WorstOfNav(&'static str),
    Off,
}
use Says::{Confidence, OfNav, Off, Worst, WorstOfNav};

/// Counts of scenarios and the weight of each.
type Weights = &'static [(usize, u32)];
/// Thresholds, unit in millionths, weights, the clauses on value at risk and on shortfall.
type Terms = (usize, u64, Weights, Says, Says);

const CLAIMS: &[Terms] = &[
    (2, 10_000, &[(500, 1)], OfNav(990_000, "0.04"), Confidence(975_000, "450000")),
    (2, 10_000, &[(500, 1)], Confidence(990_000, "253246.688843"), Off),
    (2, 10_000, &[(500, 1)], Off, Confidence(975_000, "0.005")),
    (1, 10_000, &[(500, 1)], Confidence(975_000, "1"), OfNav(975_000, "0.000000001")),
    (1, 10_000, &[(250, 1)], Off, Confidence(975_000, "1250.50")),
    (1, 10_000, &[(250, 1)], Confidence(990_000, "0"), Off),
    (2, 1, &[(3, 1), (1, 4)], Confidence(999_999, "999999.999999"), OfNav(1, "68")),
    (2, 1, &[(1, 1)], Confidence(1, "999999999999999999"), Off),
    (2, 1_099_511_627_775, &[(7, 1_048_575)], Confidence(123_457, "1000000000000000000"), Off),
    (2, 1, &[(64, 1_048_575)], Confidence(999_999, "1000000000000000000"), OfNav(500_000, "1.234567891")),
    (2, 3, &[(4, 1)], Confidence(750_000, "0.0000000000000000000000000007"), Confidence(500_000, "17592186044416")),
    (2, 1, &[(4, 1)], Confidence(750_000, "17592186.044415"), Confidence(500_000, "17592186044415.999999046326")),
    (2, 70_000, &[(9, 7)], Confidence(950_000, "99.07"), Worst("123456789.123456789")),
    (2, 10_000, &[(4, 1)], Worst("5"), Confidence(500_000, "5")),
    (2, 10_000, &[(4, 1)], WorstOfNav("0.25"), Off),
    (1, 10_000, &[(1, 1)], Worst("5.55"), Off),
];

fn number(text: &str) -> (String, usize) {
    let decimals = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let digits = text.replace('.', "");
    let trimmed = digits.trim_start_matches('0');
    (if trimmed.is_empty() { "0".to_owned() } else { trimmed.to_owned() }, decimals)
}

/// A clause for Solidity.
fn shown(says: Says) -> Value {
    let (tail, confidence, of_nav, limit) = match says {
        Off => (0, 0, 0, "0"),
        Confidence(millionths, limit) => (1, millionths, 0, limit),
        OfNav(millionths, limit) => (1, millionths, 1, limit),
        Worst(limit) => (2, 0, 0, limit),
        WorstOfNav(limit) => (2, 0, 1, limit),
    };
    let (mantissa, decimals) = number(limit);
    json!({ "tail": tail, "confidence": confidence, "ofNav": of_nav, "mantissa": mantissa, "decimals": decimals })
}

/// A clause for a mandate.
fn clause(measure: &str, says: Says) -> String {
    let confidence = |millionths: u32| format!("confidence = 0.{millionths:06}\n");
    let (measure, confidence, name, limit) = match says {
        Off => return String::new(),
        Confidence(millionths, limit) => (measure, confidence(millionths), "limit", limit),
        OfNav(millionths, limit) => (measure, confidence(millionths), "limit_nav", limit),
        Worst(limit) => ("stress", String::new(), "limit", limit),
        WorstOfNav(limit) => ("stress", String::new(), "limit_nav", limit),
    };
    format!("[[clause]]\nmeasure = \"{measure}\"\n{confidence}{name} = \"{limit}\"\n")
}

fn vectors() -> Value {
    let of = |(thresholds, unit, weights, first, second): &Terms| {
        let weights: Vec<u32> = weights.iter().flat_map(|(count, weight)| vec![*weight; *count]).collect();
        let total: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
        let labels: Vec<String> = (0..weights.len()).map(|row| row.to_string()).collect();
        let (generator, entries) = (Generator::Custom { description: "t".into() }, vec![1; weights.len()]);
        let set = ScenarioSet::new(generator, vec!["A".into()], labels, None, weights, entries).unwrap();
        let text = format!("name = \"m\"\nunit = 1099511.627775\n{}{}", clause("var", *first), clause("cvar", *second));
        let mandate = Mandate::from_toml("m.toml", &text).unwrap();
        let shape = format!("{}x1{}", set.scenarios(), if *thresholds == 1 { "/1" } else { "" }).parse().unwrap();
        let unit = Unit::from_millionths(*unit).unwrap();
        let claim = MarketClaim::new(shape, &mandate, &set, unit, Fr::from(1u64), Fr::from(2u64)).unwrap();
        let [_, _, tails, limits] = claim.controls();
        json!({
            "thresholds": thresholds,
            "unit": unit.millionths().to_string(),
            "weight": total.to_string(),
            "first": shown(*first),
            "second": shown(*second),
            "tails": to_hex(&tails),
            "limits": to_hex(&limits),
        })
    };
    json!({ "claims": CLAIMS.iter().map(of).collect::<Vec<_>>() })
}

/// The file is what this program packs; `UPDATE_VECTORS=1` writes it.
#[test]
fn vectors_of_packed_tails_and_limits_are_those_of_the_file() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../contracts/test/vectors/packing.json");
    let made = serde_json::to_string_pretty(&vectors()).unwrap() + "\n";
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(made == kept, "{} is not what is packed; write it anew with UPDATE_VECTORS=1", path.display());
}
