//! The demo, and the data that it embeds.

use tailproof_test_support::{Desk, PRICES, source};

#[test]
fn the_demo_tells_the_whole_story() {
    let desk = Desk::new();
    let story = desk.run("demo --keep demo").expect(0).stdout;
    for part in [
        "VALID",
        "a tampered proof: NOT VALID",
        "a VaR limit a cent too tight: ",
        "a CVaR limit a cent too tight: ",
        "verified in",
    ] {
        assert!(story.contains(part), "{part} in {story}");
    }
    assert!(desk.has("demo/proof.json"));
}

#[test]
fn unknown_commands_are_bad_input() {
    let desk = Desk::new();
    desk.run("--version").expect(0);
    desk.run("frobnicate").expect(2);
}

#[test]
fn the_embedded_prices_are_those_of_their_source() {
    let table = source().join("../shared/data/us_stocks20_daily_prices.csv");
    let Ok(all) = std::fs::read_to_string(&table) else {
        println!("skipped: {} is not there", table.display());
        return;
    };
    let lines: Vec<&str> = all.lines().collect();
    let mut expected = vec![lines[0]];
    expected.extend(&lines[lines.len() - 501..]);
    let embedded = Desk::new().read(PRICES);
    assert_eq!(embedded.lines().collect::<Vec<_>>(), expected);
}
