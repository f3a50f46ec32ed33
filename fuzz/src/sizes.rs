//! Files of caps and of liquidity costs that grow.

use tailproof_core::Mandate;
use tailproof_core::mandate::{Caps, Impact};

/// Files of caps: what is accepted has one digest, under which a mandate takes it.
pub fn caps(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(caps) = Caps::from_csv("fuzz", text) else { return };
    let share = if caps.has_volumes() { "cap_days = 5\ncap_participation = 0.2\n" } else { "" };
    let digest = hex::encode(caps.digest());
    let mandate = format!("name = \"m\"\ncaps = \"{digest}\"\n{share}[[clause]]\nmeasure = \"caps\"\n");
    let mandate = Mandate::from_toml("fuzz", &mandate).expect("a mandate on caps");
    assert!(mandate.under_caps(caps).expect("its own digest").caps().is_some());
}

/// Files of costs: what is accepted has one digest, under which a mandate takes it.
pub fn impact(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(impact) = Impact::from_csv("fuzz", text) else { return };
    let digest = hex::encode(impact.digest());
    let clause = "[[clause]]\nmeasure = \"var\"\nconfidence = 0.99\nlimit = 1\nliquidity = true\n";
    let mandate = Mandate::from_toml("fuzz", &format!("name = \"m\"\nimpact = \"{digest}\"\n{clause}"));
    assert!(mandate.expect("a mandate with costs").under_impact(impact).expect("its own digest").impact().is_some());
}
