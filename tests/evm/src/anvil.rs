//! A running anvil.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::tools::{contracts, node};

/// A node on a free loopback port. It ends when this is dropped.
pub struct Anvil {
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
    /// Starts a node.
    ///
    /// # Panics
    ///
    /// If it does not say where it listens.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts a node with more arguments.
    ///
    /// # Panics
    ///
    /// If it does not say where it listens.
    pub fn start_with(more: &[&str]) -> Self {
        let binary = node(&["native.js", "anvil"], "").expect(0).stdout;
        let mut child = Command::new(binary.trim())
            .args(["--host", "127.0.0.1", "--port", "0", "--hardfork", "cancun"])
            .args(more)
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

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The answer to a JSON-RPC call, an error included.
    ///
    /// # Panics
    ///
    /// If there is no answer.
    pub fn call(&self, method: &str, parameters: Value) -> Value {
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters });
        let mut response = ureq::post(&self.url).send_json(request).unwrap();
        response.body_mut().read_json().unwrap()
    }

    /// The receipt of a transaction, once it is mined.
    ///
    /// # Panics
    ///
    /// If it is not mined within five seconds.
    pub fn receipt(&self, hash: &Value) -> Value {
        for _ in 0..100 {
            let receipt = self.result("eth_getTransactionReceipt", json!([hash]));
            if !receipt.is_null() {
                return receipt;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("no receipt for {hash}");
    }

    /// The result of a JSON-RPC call.
    ///
    /// # Panics
    ///
    /// If the node answers with an error.
    pub fn result(&self, method: &str, parameters: Value) -> Value {
        let response = self.call(method, parameters);
        assert!(response.get("error").is_none(), "{method}: {response}");
        response["result"].clone()
    }
}
