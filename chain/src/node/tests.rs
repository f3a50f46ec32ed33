use std::sync::{Arc, Mutex};

use alloy::consensus::{Transaction as _, TxEnvelope};
use alloy::eips::eip2718::Decodable2718 as _;
use serde_json::{Value, json};

use super::*;
use crate::fake::{Fake, wait};

/// A chain of one sender: how many transactions it had taken before, and those that were sent.
#[derive(Default)]
struct State {
    before: u64,
    sent: Vec<Bytes>,
    /// Price of a unit of gas, in gwei.
    fee: u64,
    /// Questions for a receipt that are answered with none, although the transaction is mined.
    late: usize,
    /// Whether what is sent is lost, and another transaction takes its nonce.
    replaced: bool,
}

fn hex(number: u64) -> Value {
    json!(format!("{number:#x}"))
}

fn fake(state: State) -> (Fake, Arc<Mutex<State>>) {
    let state = Arc::new(Mutex::new(State { fee: state.fee.max(1), ..state }));
    let shared = Arc::clone(&state);
    let fake = Fake::start(move |method, params| {
        let mut state = shared.lock().unwrap();
        let gwei = hex(state.fee * 1_000_000_000);
        Some(match method {
            "eth_estimateGas" => hex(21_000),
            "eth_blockNumber" => hex(30_000),
            "eth_getTransactionCount" => hex(state.before + state.sent.len() as u64),
            "eth_feeHistory" => json!({
                "oldestBlock": "0x1", "baseFeePerGas": vec![gwei; 11], "gasUsedRatio": vec![0.5; 10],
                "reward": vec![vec!["0x1"]; 10],
            }),
            "eth_sendRawTransaction" => {
                let raw: Bytes = serde_json::from_value(params[0].clone()).unwrap();
                state.sent.push(raw.clone());
                json!(keccak256(&raw))
            }
            "eth_getTransactionReceipt" => {
                let hash: B256 = serde_json::from_value(params[0].clone()).unwrap();
                if state.replaced || !state.sent.iter().any(|raw| keccak256(raw) == hash) {
                    return Some(Value::Null);
                }
                if state.late > 0 {
                    state.late -= 1;
                    return Some(Value::Null);
                }
                receipt(hash)
            }
            "eth_getLogs" => json!([]),
            _ => return None,
        })
    });
    (fake, state)
}

fn receipt(hash: B256) -> Value {
    json!({
        "type": "0x2", "status": "0x1", "cumulativeGasUsed": "0x5208", "logs": [], "logsBloom": Bytes::from(vec![0; 256]),
        "transactionHash": hash, "transactionIndex": "0x0", "blockHash": hash, "blockNumber": "0x7530",
        "gasUsed": "0x5208", "effectiveGasPrice": "0x1", "from": Address::ZERO, "to": Address::ZERO,
        "contractAddress": null,
    })
}

fn sender() -> Sender {
    Sender { signer: PrivateKeySigner::from_bytes(&B256::repeat_byte(7)).unwrap(), confirmations: 1, max_fee: 500 }
}

fn call() -> Call {
    Call { contract: "ledger".to_owned(), name: "submit".to_owned(), to: Some(Address::ZERO), data: Bytes::new() }
}

fn journal(folder: &tempfile::TempDir) -> Journal {
    Journal::open(&folder.path().join("d.journal")).unwrap()
}

/// A transaction that an earlier run had signed, and did not see the outcome of.
fn left_behind(nonce: u64) -> Pending {
    let raw = Bytes::from(vec![0xde, 0xad]);
    Pending { from: sender().signer.address(), nonce, hash: keccak256(&raw), raw }
}

#[test]
fn a_node_that_asks_for_any_fee_gets_no_signature() {
    let (fake, _) = fake(State { fee: 400, ..State::default() });
    let folder = tempfile::tempdir().unwrap();
    let mut journal = journal(&folder);
    let refused = wait(async {
        let node = Node::connect(&fake.url).await.unwrap();
        node.send_once(&sender(), &mut journal, "submit", &call()).await.unwrap_err().to_string()
    });
    // Twice the base fee is offered, since it may rise.
    assert!(refused.contains("asks for 800 gwei") && refused.contains("--max-fee 500"), "{refused}");
    assert!(fake.asked("eth_sendRawTransaction").is_empty());
    assert!(journal.pending("submit").is_none());
}

#[test]
fn what_a_killed_run_has_signed_is_sent_first_and_keeps_its_nonce() {
    let (fake, state) = fake(State { before: 5, ..State::default() });
    let folder = tempfile::tempdir().unwrap();
    let mut journal = journal(&folder);
    journal.enter("push/9", left_behind(5)).unwrap();
    wait(async {
        let node = Node::connect(&fake.url).await.unwrap();
        node.send_once(&sender(), &mut journal, "submit", &call()).await.unwrap();
    });
    let sent = state.lock().unwrap().sent.clone();
    assert_eq!((sent.len(), &sent[0]), (2, &left_behind(5).raw));
    assert_eq!(TxEnvelope::decode_2718(&mut &sent[1][..]).unwrap().nonce(), 6);
    assert!(journal.pending("push/9").is_some(), "its own command settles it");
}

#[test]
fn a_step_that_was_sent_is_not_signed_again() {
    let (fake, state) = fake(State { before: 5, ..State::default() });
    let folder = tempfile::tempdir().unwrap();
    let mut journal = journal(&folder);
    journal.enter("submit", left_behind(5)).unwrap();
    wait(async {
        let node = Node::connect(&fake.url).await.unwrap();
        node.send_once(&sender(), &mut journal, "submit", &call()).await.unwrap();
        node.send_once(&sender(), &mut journal, "submit", &call()).await.unwrap();
    });
    assert_eq!(state.lock().unwrap().sent, [left_behind(5).raw]);
}

#[test]
fn a_receipt_may_come_later_than_the_nonce() {
    let (fake, _) = fake(State { before: 5, late: 5, ..State::default() });
    let folder = tempfile::tempdir().unwrap();
    let mut journal = journal(&folder);
    wait(async {
        let node = Node::connect(&fake.url).await.unwrap();
        node.send_once(&sender(), &mut journal, "submit", &call()).await.unwrap();
    });
    assert_eq!(fake.asked("eth_sendRawTransaction").len(), 1);
}

#[test]
fn a_nonce_that_another_transaction_took_is_said_and_nothing_more_is_sent() {
    let (fake, _) = fake(State { before: 6, replaced: true, ..State::default() });
    let folder = tempfile::tempdir().unwrap();
    let mut journal = journal(&folder);
    journal.enter("push/9", left_behind(5)).unwrap();
    let failure = wait(async {
        let node = Node::connect(&fake.url).await.unwrap();
        node.send_once(&sender(), &mut journal, "submit", &call()).await.unwrap_err()
    });
    assert!(matches!(&failure, Failure::Replaced { step, nonce: 5, .. } if step == "push/9"), "{failure}");
    assert!(journal.pending("submit").is_none());
}

#[test]
fn events_of_many_blocks_are_asked_for_in_parts() {
    let (fake, _) = fake(State::default());
    wait(async {
        let node = Node::connect(&fake.url).await.unwrap();
        node.logs(&Filter::new().from_block(5)).await.unwrap();
    });
    let asked = fake.asked("eth_getLogs");
    let ranges: Vec<_> = asked.iter().map(|asked| [&asked[0]["fromBlock"], &asked[0]["toBlock"]]).collect();
    let expected = [[5, 10_004], [10_005, 20_004], [20_005, 30_000]].map(|range| range.map(hex));
    assert_eq!(json!(ranges), json!(expected));
}

#[test]
fn an_address_with_secrets_is_not_repeated() {
    let refused = wait(Node::connect("http://user:secret@127.0.0.1:1/v2/key")).unwrap_err().to_string();
    assert!(refused.contains("http://127.0.0.1:1: no connection") && !refused.contains("secret"), "{refused}");
    assert!(!refused.contains("key"), "{refused}");
}
