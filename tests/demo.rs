//! The demo, and the data that it embeds.

use tailproof_test_support::{Desk, PRICES, build, made_once, source};

/// Standard output of the demo, which runs once for all tests.
pub fn story() -> String {
    let made = made_once("test-proofs", &format!("demo-{}", build()), |folder| {
        let run = Desk::new().run("demo").expect(0);
        std::fs::write(folder.join("story.txt"), run.stdout).unwrap();
    });
    std::fs::read_to_string(made.join("story.txt")).unwrap()
}

#[test]
fn the_demo_tells_the_whole_story() {
    let story = story();
    for part in [
        "VALID",
        "a tampered proof: NOT VALID",
        "a VaR limit a cent too tight: ",
        "a CVaR limit a cent too tight: ",
        "verified in",
    ] {
        assert!(story.contains(part), "{part} in {story}");
    }
    // Two verdicts say what they rest on, and the third what it has besides.
    for (line, times) in [("  scenarios           made again ", 3), ("  attestation         not checked ", 2)] {
        assert_eq!(story.matches(line).count(), times, "{line} in {story}");
    }
}

#[test]
fn the_demo_keeps_its_files_in_an_empty_folder_only() {
    let desk = Desk::new();
    desk.write("mine.txt", "mine");
    let refused = desk.run("demo --keep .").expect(2);
    assert!(refused.stderr.contains("new or empty"), "{refused:?}");
    assert_eq!(desk.files(), ["mine.txt"]);
}

#[cfg(feature = "nightly")]
mod nightly {
    use tailproof_test_support::Desk;

    #[test]
    fn the_demo_keeps_its_files() {
        let desk = Desk::new();
        desk.run("demo --keep demo").expect(0);
        assert!(desk.has("demo/proof.json"));
    }
}

#[test]
fn the_version_is_printed_as_text_and_as_json() {
    let desk = Desk::new();
    let text = desk.run("--version").expect(0).stdout;
    for arguments in ["--version --json", "--json -V"] {
        let json = desk.run(arguments).expect(0).json();
        assert!(text.starts_with(&format!("tailproof {}", json["version"].as_str().unwrap())), "{text}");
        let formats = json["formats"].as_object().unwrap();
        assert!(formats.len() > 5, "{json}");
        for (name, version) in formats {
            assert!(
                text.contains(&format!("  {name}: version {version}\n"))
                    || text.trim_end().ends_with(&format!("{name}: version {version}")),
                "{name}"
            );
        }
        // A development build was made without the modules of the browser.
        assert!(json["web_modules"].is_null() && json["parquet"].is_boolean(), "{json}");
    }
    desk.run("--json").expect(2);
}

#[test]
fn unknown_commands_are_bad_input() {
    let desk = Desk::new();
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
