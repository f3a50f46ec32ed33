use std::sync::{Arc, Mutex};

use alloy::primitives::U256;
use alloy::sol_types::SolEvent;

use super::*;
use crate::contracts::{BacktestLedger, RollingWindow};
use crate::fake::{Fake, block, contract, wait};

const WINDOW: Address = Address::repeat_byte(0xaa);
const BACKTEST: Address = Address::repeat_byte(0xbb);

/// A chain: hash of each block, and its event.
type Chain = Arc<Mutex<Vec<(u64, B256, Option<Value>)>>>;

fn number(value: &Value) -> u64 {
    u64::from_str_radix(value.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
}

fn node(chain: &Chain) -> Fake {
    let chain = Arc::clone(chain);
    Fake::start(move |method, params| {
        let chain = chain.lock().unwrap();
        match method {
            "eth_blockNumber" => Some(json!(format!("{:#x}", chain.last().unwrap().0))),
            "eth_getBlockByNumber" => {
                let asked = number(&params[0]);
                let found = chain.iter().find(|(number, ..)| *number == asked);
                Some(found.map_or(Value::Null, |(number, hash, _)| block(*number, *hash)))
            }
            "eth_getLogs" => {
                let (from, to) = (number(&params[0]["fromBlock"]), number(&params[0]["toBlock"]));
                let within = chain.iter().filter(|(number, ..)| (from..=to).contains(number));
                Some(within.filter_map(|(.., event)| event.clone()).collect())
            }
            _ => None,
        }
    })
}

/// A block with an event.
fn with<E: SolEvent>(number: u64, branch: u8, address: Address, event: &E) -> (u64, B256, Option<Value>) {
    let (hash, data) = (hash(number, branch), event.encode_log_data());
    let log = json!({
        "address": address, "topics": data.topics(), "data": data.data, "blockHash": hash,
        "blockNumber": format!("{number:#x}"), "transactionHash": B256::ZERO, "transactionIndex": "0x0",
        "logIndex": "0x0", "removed": false,
    });
    (number, hash, Some(log))
}

fn without(number: u64, branch: u8) -> (u64, B256, Option<Value>) {
    (number, hash(number, branch), None)
}

fn hash(number: u64, branch: u8) -> B256 {
    alloy::primitives::keccak256([number.to_be_bytes().as_slice(), &[branch]].concat())
}

fn row(epoch: u64) -> RollingWindow::Row {
    let [epoch, period] = [epoch, epoch + 100].map(U256::from);
    RollingWindow::Row {
        epoch,
        period,
        previous: period,
        x: U256::ZERO,
        y: U256::ZERO,
        prices: alloy::primitives::Bytes::new(),
    }
}

fn silent(epoch: u64) -> BacktestLedger::Silent {
    BacktestLedger::Silent { entity: WINDOW, mandate: B256::ZERO, epoch: U256::from(epoch), period: 7 }
}

async fn session(fake: &Fake) -> Session {
    let node = Node::connect(&fake.url).await.unwrap();
    let mut deployment = Deployment::new(31_337);
    deployment.contracts.insert("stocks".to_owned(), contract("RollingWindow", WINDOW));
    deployment.contracts.insert("backtest".to_owned(), contract("BacktestLedger", BACKTEST));
    Session { deployment, node }
}

fn lines(said: Vec<Said>) -> Vec<String> {
    said.into_iter().map(|(_, line)| line).collect()
}

#[test]
fn what_a_reorganisation_took_back_is_said_and_what_stands_in_its_place_is_announced() {
    let chain: Chain = Arc::new(Mutex::new(vec![without(4, 0), with(5, 0, WINDOW, &row(8)), without(6, 0)]));
    let fake = node(&chain);
    wait(async {
        let session = session(&fake).await;
        let mut watcher = Watcher::new(&session, 4);
        assert_eq!(lines(watcher.look().await.unwrap()), ["block 5: stocks: row 8 of period 108"]);
        assert!(watcher.look().await.unwrap().is_empty(), "nothing is announced twice");
        // Block 5 is replaced by one without the row, which comes a block later with a silent day
        // before it.
        *chain.lock().unwrap() =
            vec![without(4, 0), with(5, 1, BACKTEST, &silent(3)), with(6, 1, WINDOW, &row(8)), without(7, 1)];
        let said = watcher.look().await.unwrap();
        assert_eq!(said[0].0["removed"], json!(true));
        assert_eq!(said[0].0["block_hash"], json!(hash(5, 0)));
        assert_eq!(
            lines(said),
            [
                format!("reorganised away, block {}: block 5: stocks: row 8 of period 108", hash(5, 0)),
                format!("block 5: backtest: row 3 of {WINDOW} is silent"),
                "block 6: stocks: row 8 of period 108".to_owned(),
            ]
        );
        assert!(watcher.look().await.unwrap().is_empty());
    });
}

#[test]
fn a_node_that_is_behind_is_no_reorganisation() {
    let whole = vec![without(4, 0), with(5, 0, WINDOW, &row(8))];
    let chain: Chain = Arc::new(Mutex::new(whole.clone()));
    let fake = node(&chain);
    wait(async {
        let session = session(&fake).await;
        let mut watcher = Watcher::new(&session, 4);
        assert_eq!(watcher.look().await.unwrap().len(), 1);
        chain.lock().unwrap().pop();
        assert!(watcher.look().await.unwrap().is_empty());
        *chain.lock().unwrap() = whole;
        assert!(watcher.look().await.unwrap().is_empty());
    });
}

#[test]
fn events_of_another_block_than_the_one_that_was_looked_at_wait_for_the_next_look() {
    // The node answers with an event of another branch than its blocks.
    let (_, _, event) = with(5, 1, WINDOW, &row(8));
    let chain: Chain = Arc::new(Mutex::new(vec![without(4, 0), (5, hash(5, 0), event)]));
    let fake = node(&chain);
    wait(async {
        let session = session(&fake).await;
        let mut watcher = Watcher::new(&session, 4);
        assert!(watcher.look().await.unwrap().is_empty());
        *chain.lock().unwrap() = vec![without(4, 0), with(5, 1, WINDOW, &row(8))];
        assert_eq!(watcher.look().await.unwrap().len(), 1);
    });
}
