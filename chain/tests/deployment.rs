//! Deployments: keys that are refused, second runs, and what the file says.

use serde_json::json;
use tailproof_evm_tests::tools::contracts;

use crate::chain::{Chain, DEPLOYER, address};

#[test]
fn development_keys_are_deployed_on_a_development_chain_alone() {
    let chain = Chain::start(&["--chain-id", "1"]);
    let refused = chain.deploy("").expect(2);
    for words in ["development keys", "tailproof ceremony", "--insecure-dev"] {
        assert!(refused.stderr.contains(words), "{refused:?}");
    }
    assert!(!chain.desk.has("deployment.json"));
    assert_eq!(chain.sent(DEPLOYER), 0, "nothing was sent");
}

#[test]
fn a_second_run_sends_nothing_and_other_arguments_are_refused() {
    let chain = Chain::deployed();
    let sent = chain.sent(DEPLOYER);
    let before = chain.desk.read("deployment.json");
    let again = chain.deploy("--json").expect(0).json();
    assert_eq!((chain.sent(DEPLOYER), &again["transactions"]), (sent, &json!(0)));
    assert_eq!(chain.desk.read("deployment.json"), before);
    let config = chain.desk.read("deploy.toml");
    chain.desk.write("deploy.toml", config.replace("quorum = 2", "quorum = 3"));
    let refused = chain.deploy("").expect(2);
    assert!(refused.stderr.contains("stocks.rows") && refused.stderr.contains("do not change"), "{refused:?}");
    chain.desk.write("deploy.toml", config.replace("late = 21600", "late = 3600"));
    let refused = chain.deploy("").expect(2);
    assert!(refused.stderr.contains("mandate \"borrower\" was opened with other terms"), "{refused:?}");
    assert_eq!(chain.sent(DEPLOYER), sent);
}

#[test]
fn a_mandate_is_made_again_from_its_configuration() {
    let chain = Chain::deployed();
    chain.run(DEPLOYER, "mandate check --config deploy.toml --mandate borrower").expect(0);
    let config = chain.desk.read("deploy.toml");
    // A ladder whose top is the same, with other rungs.
    chain.desk.write("other.toml", config.replace("tightness = 950", "tightness = 900"));
    let refused = chain.run(DEPLOYER, "mandate check --config other.toml --mandate borrower").expect(1);
    assert!(refused.stderr.contains("the configuration makes mandate"), "{refused:?}");
}

#[test]
fn a_verifier_that_is_not_the_keys_is_found_by_the_check() {
    let chain = Chain::deployed();
    let check = |config: &str| chain.run(DEPLOYER, &format!("mandate check --config {config} --mandate borrower"));
    let right = check("deploy.toml").expect(0);
    for words in ["the router's verifier", "IC_ROOT", "EXPOSURES_Y", "root of the key's rows", "bytes of code with"] {
        assert!(right.stdout.contains(words), "{words}: {right:?}");
    }
    assert!(!right.stdout.contains("not compared"), "{right:?}");
    // Without a build of one's own, the constants alone.
    let config = chain.desk.read("deploy.toml");
    let artifact = config.lines().find_map(|line| line.strip_prefix("verifier = ")).unwrap();
    chain.desk.write("alone.toml", config.replace(artifact, "\"none.json\""));
    let alone = check("alone.toml").expect(0);
    assert!(alone.stdout.contains("not compared: its code, since none.json is not there"), "{alone:?}");

    let deployment: serde_json::Value = serde_json::from_str(&chain.desk.read("deployment.json")).unwrap();
    let verifier = deployment["contracts"]["stocks.verifier"]["address"].clone();
    let code = chain.anvil.result("eth_getCode", json!([verifier, "latest"])).as_str().unwrap().to_owned();
    let set = |code: String| chain.anvil.result("anvil_setCode", json!([verifier, code]));
    // A contract that states all constants of the key, and does something else.
    set(format!("{code}00"));
    let refused = check("deploy.toml").expect(1);
    assert!(refused.stderr.contains("it is another contract"), "{refused:?}");
    check("alone.toml").expect(0);
    // A contract of another root of the key's rows.
    let compared: serde_json::Value = chain.json(DEPLOYER, "mandate check --config alone.toml --mandate borrower");
    assert_eq!(compared["not_compared"].as_str().map(|what| what.starts_with("its code")), Some(true));
    let key = compared["compared"][1].as_str().unwrap().rsplit(' ').next().unwrap().to_owned();
    assert!(code.contains(&key), "the digest is a constant in the code");
    set(code.replace(&key, &key.chars().rev().collect::<String>()));
    let refused = check("alone.toml").expect(1);
    assert!(refused.stderr.contains("its KEY_DIGEST is"), "{refused:?}");
}

#[test]
fn faults_of_a_configuration_are_named() {
    let chain = Chain::start(&[]);
    let config = chain.desk.read("deploy.toml");
    chain.desk.write("other.csv", "date,A\n2020-01-01,1\n2020-01-02,1\n");
    for (from, to, words) in [
        ("quorum = 2", "quorum = 1", "more than half"),
        ("window = \"stocks\"\nfile", "window = \"bonds\"\nfile", "window \"bonds\""),
        ("tightness = 950", "tightness = 960", "gaps"),
        ("rungs = 90", "rungs = 200", "above the mandate's limit"),
        ("scope = [\"assets\"]", "scope = [\"asets\"]", "asets"),
        ("late = 21600", "latest = 21600", "latest"),
        ("grace = 86400", "grace = 3600", "grace = 3600: at least 86400, at most 518400"),
        // Days under it could not be settled.
        ("lag = 1", "lag = 0", "lag = 0 and late = 21600"),
        ("given/prices.csv", "other.csv", "other.csv has 1 factors, and keys of 8x20+limits take 20"),
    ] {
        assert!(config.contains(from), "{from}");
        chain.desk.write("deploy.toml", config.replace(from, to));
        let refused = chain.deploy("");
        assert_ne!(refused.status, 0, "{to}");
        assert!(refused.stderr.contains(words), "{to}: {refused:?}");
    }
    assert_eq!(chain.sent(DEPLOYER), 0, "nothing was sent");
    // The key is never an argument, and its absence is said without it.
    let artifacts = contracts().join("out");
    let line = format!("deploy --config deploy.toml --artifacts {}", artifacts.display());
    let mut command = chain.command(DEPLOYER, &line);
    chain.desk.write("deploy.toml", config);
    let refused = tailproof_test_support::Run::of({
        command.env_remove("TAILPROOF_PRIVATE_KEY");
        command
    });
    assert!(refused.status == 2 && refused.stderr.contains("TAILPROOF_PRIVATE_KEY"), "{refused:?}");
    assert_ne!(address(0), address(1));
}
