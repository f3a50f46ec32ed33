use alloy::sol_types::{SolCall, SolValue};
use serde_json::Value;

use super::*;
use crate::deployment::Deployment;
use crate::fake::{Fake, contract, wait};
use crate::node::Node;

const LEDGER: Address = Address::repeat_byte(0x1e);

/// The context of an epoch is the epoch and a thousand.
fn node() -> Fake {
    Fake::start(|method, params| {
        let input = alloy::hex::decode(params[0]["input"].as_str()?).ok()?;
        let call = MandateLedger::contextOfCall::abi_decode(&input).ok()?;
        let context = (call.epoch + U256::from(1000)).abi_encode();
        (method == "eth_call").then(|| Value::from(alloy::hex::encode_prefixed(context)))
    })
}

#[test]
fn a_proof_over_an_epoch_within_the_lag_is_handed_in_for_that_epoch() {
    let fake = node();
    let mandate = Mandate {
        id: B256::ZERO,
        ledger: "ledger".to_owned(),
        window: "stocks".to_owned(),
        backtest: "backtest".to_owned(),
        document: B256::ZERO,
        ladder: None,
        shape: "8x20".to_owned(),
    };
    let mut deployment = Deployment::new(31_337);
    deployment.contracts.insert("ledger".to_owned(), contract("MandateLedger", LEDGER));
    wait(async {
        let session = Session { deployment, node: Node::connect(&fake.url).await.unwrap() };
        // Two rows were pushed while the proof was made.
        let found = async |bound: u64, newest: u64, lag: u64| {
            epoch_of(&session, &mandate, LEDGER, U256::from(bound), newest, lag).await.unwrap()
        };
        assert_eq!(found(1010, 10, 0).await, Some(10));
        assert_eq!(found(1008, 10, 2).await, Some(8));
        assert_eq!(found(1008, 10, 1).await, None, "beyond the lag");
        assert_eq!(found(1000, 1, 7).await, Some(0), "the lag reaches before the first epoch");
    });
}
