//! A running anvil: the verifier is deployed by a transaction and checks a proof of the command
//! line.

use serde_json::{Value, json};
use tailproof_evm_tests::anvil::Anvil;
use tailproof_evm_tests::tools::{Contract, ceremony_keys};
use tailproof_test_support::{BOOK, Desk, MANDATE};

const TRUE: &str = "0x0000000000000000000000000000000000000000000000000000000000000001";
const FALSE: &str = "0x0000000000000000000000000000000000000000000000000000000000000000";

/// Deploys the verifier for keys. Returns its address and the call with the desk's proof.
fn deployed(anvil: &Anvil, desk: &Desk, keys: &str) -> (Value, Vec<u8>) {
    let contract = Contract::new(desk, keys);
    let account = anvil.result("eth_accounts", json!([]))[0].clone();
    let deployment = json!([{ "from": account, "data": format!("0x{}", hex::encode(contract.bytecode)) }]);
    let hash = anvil.result("eth_sendTransaction", deployment);
    let receipt = anvil.receipt(&hash);
    assert_eq!(receipt["status"], "0x1");
    (receipt["contractAddress"].clone(), contract.calldata)
}

/// A proof with keys of a ceremony of three verifies on a chain.
fn of_a_ceremony(scenarios: usize) {
    let anvil = Anvil::start();
    let desk = Desk::new();
    let keys = ceremony_keys(&desk, &format!("{scenarios}x20"));
    desk.scenarios(scenarios).expect(0);
    desk.commit(BOOK).expect(0);
    desk.prove(BOOK, MANDATE, &keys).expect(0);
    let (contract, calldata) = deployed(&anvil, &desk, &keys);
    let call = json!({ "to": contract, "data": format!("0x{}", hex::encode(calldata)), "gas": "0x7a120" });
    assert_eq!(anvil.call("eth_call", json!([call, "latest"]))["result"], TRUE);
}

#[test]
fn a_proof_with_keys_of_a_three_party_ceremony_verifies_on_a_chain() {
    of_a_ceremony(8);
}

/// A proof verifies in a transaction for at most 245,000 gas, and not with a byte changed.
fn of_the_command_line(shape: &str) {
    let anvil = Anvil::start();
    let desk = Desk::proved(shape);
    let keys = desk.keys(shape);
    let (contract, calldata) = deployed(&anvil, &desk, &keys);
    let account = anvil.result("eth_accounts", json!([]))[0].clone();
    let eth_call = |data: &[u8]| {
        let call = json!({ "to": contract, "data": format!("0x{}", hex::encode(data)), "gas": "0x7a120" });
        anvil.call("eth_call", json!([call, "latest"]))
    };
    assert_eq!(eth_call(&calldata)["result"], TRUE);

    // A transaction that verifies, and its gas.
    let transaction = json!([{ "from": account, "to": contract, "data": format!("0x{}", hex::encode(&calldata)) }]);
    let hash = anvil.result("eth_sendTransaction", transaction);
    let receipt = anvil.receipt(&hash);
    assert_eq!(receipt["status"], "0x1");
    let gas = u64::from_str_radix(receipt["gasUsed"].as_str().unwrap().trim_start_matches("0x"), 16).unwrap();
    assert!(gas <= 245_000, "{gas} gas");

    // Every byte of the proof, changed.
    for position in 4..4 + 256 {
        let mut changed = calldata.clone();
        changed[position] ^= 1 << (position % 8);
        let response = eth_call(&changed);
        assert_eq!(response["result"], FALSE, "byte {position}: {response}");
    }
    // Another claim: each control changed.
    for index in 0..4 {
        let mut changed = calldata.clone();
        let last = changed.len() - 1 - 32 * index;
        changed[last] ^= 1;
        let response = eth_call(&changed);
        assert_eq!(response["result"], FALSE, "control {index}: {response}");
    }
}

#[test]
fn a_deployed_verifier_checks_a_proof_of_the_command_line() {
    of_the_command_line("8x20");
}

/// The same at the shape of the demo.
#[cfg(feature = "nightly")]
mod nightly {
    #[test]
    fn a_proof_with_keys_of_a_three_party_ceremony_verifies_on_a_chain() {
        super::of_a_ceremony(500);
    }

    #[test]
    fn a_deployed_verifier_checks_a_proof_of_the_command_line() {
        super::of_the_command_line("500x20");
    }
}
