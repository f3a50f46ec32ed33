//! A running anvil: the verifier is deployed by a transaction and checks a proof that the command line made.
#![allow(clippy::unwrap_used)]

mod support;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use support::{Desk, ceremony_keys, compile, contracts, keys, node};

/// A node on a free loopback port, ended with the test by its process id.
struct Anvil {
    child: Child,
    url: String,
}

impl Drop for Anvil {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Anvil {
    fn start() -> Self {
        let binary = node(&["native.js", "anvil"], "").expect(0).stdout;
        let mut child = Command::new(binary.trim())
            .args(["--host", "127.0.0.1", "--port", "0", "--hardfork", "cancun"])
            .current_dir(contracts())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines
            .find_map(|line| line.unwrap().strip_prefix("Listening on ").map(str::to_owned))
            .expect("anvil says where it listens");
        // Keep reading, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url: format!("http://{address}") }
    }

    fn call(&self, method: &str, parameters: Value) -> Value {
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters });
        let mut response = ureq::post(&self.url).send_json(request).unwrap();
        response.body_mut().read_json().unwrap()
    }

    /// The receipt of a transaction, once it is mined.
    fn receipt(&self, hash: &Value) -> Value {
        for _ in 0..100 {
            let receipt = self.result("eth_getTransactionReceipt", json!([hash]));
            if !receipt.is_null() {
                return receipt;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("no receipt for {hash}");
    }

    fn result(&self, method: &str, parameters: Value) -> Value {
        let response = self.call(method, parameters);
        assert!(response.get("error").is_none(), "{method}: {response}");
        response["result"].clone()
    }
}

const TRUE: &str = "0x0000000000000000000000000000000000000000000000000000000000000001";
const FALSE: &str = "0x0000000000000000000000000000000000000000000000000000000000000000";

/// A deployed verifier for keys, and the calldata of the demo's proof under them.
fn deployed(anvil: &Anvil, keys: &Path) -> (Value, String) {
    let desk = Desk::proved("500", keys);
    desk.run(&["solidity", "--keys", keys.to_str().unwrap(), "-o", "V.sol"]).expect(0);
    let (bytecode, _) = compile(&desk.read("V.sol"));
    let calldata = desk.run(&["calldata", "--proof", "p.json"]).expect(0).stdout.trim().to_owned();
    let account = anvil.result("eth_accounts", json!([]))[0].clone();
    let deployment = json!([{ "from": account, "data": format!("0x{}", hex::encode(bytecode)) }]);
    let hash = anvil.result("eth_sendTransaction", deployment);
    let receipt = anvil.receipt(&hash);
    assert_eq!(receipt["status"], "0x1");
    (receipt["contractAddress"].clone(), calldata)
}

#[test]
fn a_proof_with_keys_of_a_three_party_ceremony_verifies_on_a_chain() {
    let anvil = Anvil::start();
    let (contract, calldata) = deployed(&anvil, &ceremony_keys());
    let parameters = json!([{ "to": contract, "data": calldata, "gas": "0x7a120" }, "latest"]);
    assert_eq!(anvil.call("eth_call", parameters)["result"], TRUE);
}

#[test]
fn a_deployed_verifier_checks_a_proof_of_the_command_line() {
    let anvil = Anvil::start();
    let (contract, calldata) = deployed(&anvil, &keys("500x20"));
    let account = anvil.result("eth_accounts", json!([]))[0].clone();
    let eth_call =
        |data: &str| anvil.call("eth_call", json!([{ "to": contract, "data": data, "gas": "0x7a120" }, "latest"]));
    assert_eq!(eth_call(&calldata)["result"], TRUE);

    // A transaction that verifies, and what it costs.
    let hash = anvil.result("eth_sendTransaction", json!([{ "from": account, "to": contract, "data": calldata }]));
    let receipt = anvil.receipt(&hash);
    assert_eq!(receipt["status"], "0x1");
    let gas = u64::from_str_radix(receipt["gasUsed"].as_str().unwrap().trim_start_matches("0x"), 16).unwrap();
    assert!(gas <= 245_000, "{gas} gas");

    // Every byte of the proof, changed.
    let bytes = hex::decode(&calldata[2..]).unwrap();
    for position in 4..4 + 256 {
        let mut changed = bytes.clone();
        changed[position] ^= 1 << (position % 8);
        let response = eth_call(&format!("0x{}", hex::encode(changed)));
        assert_eq!(response["result"], FALSE, "byte {position}: {response}");
    }
    // Another claim: each control changed.
    for index in 0..4 {
        let mut changed = bytes.clone();
        let last = changed.len() - 1 - 32 * index;
        changed[last] ^= 1;
        let response = eth_call(&format!("0x{}", hex::encode(changed)));
        assert_eq!(response["result"], FALSE, "control {index}: {response}");
    }
}
