//! A node for tests, which answers as the test says and remembers what it was asked.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use alloy::primitives::{Address, B256};
use alloy::rpc::types::Block;
use serde_json::{Value, json};

/// Answers a method; `None` is the error that a node gives for a method that it does not have.
type Answers = Box<dyn FnMut(&str, &Value) -> Option<Value> + Send>;
type Asked = Arc<Mutex<Vec<(String, Value)>>>;

/// A node on a port of its own, for as long as the test runs.
pub struct Fake {
    pub url: String,
    asked: Asked,
}

impl Fake {
    /// Starts a node of chain 31337.
    pub fn start(mut answers: impl FnMut(&str, &Value) -> Option<Value> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Asked::default();
        let log = Arc::clone(&asked);
        let mut answers: Answers = Box::new(move |method, params| match method {
            "eth_chainId" => Some(json!("0x7a69")),
            _ => answers(method, params),
        });
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                // A client that has gone away asks nothing more.
                let _ = answer(&stream.unwrap(), &mut answers, &log);
            }
        });
        Self { url, asked }
    }

    /// Returns the parameters of every call of a method, oldest first.
    pub fn asked(&self, method: &str) -> Vec<Value> {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|(of, _)| of == method).map(|(_, params)| params.clone()).collect()
    }
}

fn answer(stream: &TcpStream, answers: &mut Answers, log: &Asked) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let request: Value = serde_json::from_slice(&body)?;
    let method = request["method"].as_str().unwrap().to_owned();
    log.lock().unwrap().push((method.clone(), request["params"].clone()));
    let mut response = json!({ "jsonrpc": "2.0", "id": request["id"] });
    match answers(&method, &request["params"]) {
        Some(result) => response["result"] = result,
        None => response["error"] = json!({ "code": -32601, "message": format!("the test has no {method}") }),
    }
    let text = response.to_string();
    write!(
        &mut &*stream,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    )
}

/// A block of a number and a hash, as JSON.
pub fn block(number: u64, hash: B256) -> Value {
    let mut block: Block = Block::default();
    (block.header.hash, block.header.inner.number) = (hash, number);
    serde_json::to_value(block).unwrap()
}

/// A contract in a deployment file.
pub fn contract(kind: &str, address: Address) -> crate::deployment::Contract {
    crate::deployment::Contract {
        kind: kind.to_owned(),
        address,
        transaction: B256::ZERO,
        block: 1,
        code_sha256: String::new(),
        arguments: alloy::primitives::Bytes::new(),
    }
}

/// Returns what a future of the client comes to.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Terms of a mandate of daily rows, as a ledger shows them.
pub fn terms() -> crate::contracts::IMandateLedger::Terms {
    crate::contracts::IMandateLedger::Terms {
        document: B256::repeat_byte(1),
        key: B256::repeat_byte(2),
        source: Address::ZERO,
        kind: 1,
        horizon: 1,
        leastRows: 8,
        mostGaps: 0,
        lag: 1,
        staleness: 432_000,
        late: 21_600,
        validity: 432_000,
        grace: 86_400,
        custodian: Address::ZERO,
        secondCustodian: Address::ZERO,
        scope: 0,
        guardian: Address::ZERO,
        varConfidence: 0,
        shortfallConfidence: 0,
        unit: 10_000,
        varLimit: 0,
        shortfallLimit: 0,
        rungs: B256::ZERO,
    }
}
