use alloy::primitives::U256;
use alloy::sol_types::{SolCall, SolValue};
use ark_bn254::Fr;
use serde_json::Value;
use tailproof_core::Unit;
use tailproof_verifier::BookCommitment;

use super::*;
use crate::contracts::ledger::IMandateLedger::{Rules, Terms};
use crate::contracts::{MandateLedger, window::IScenarioSource};
use crate::deployment::{Deployment, Mandate};
use crate::fake::{Fake, contract, terms as plain, wait};
use crate::node::Node;
use crate::signer::SignerOptions;
use crate::terms;

const CUSTODIAN: Address = Address::repeat_byte(0xc0);
const LEDGER: Address = Address::repeat_byte(0x1e);
const WINDOW: Address = Address::repeat_byte(0x3d);
const CLOSE: u64 = 1_600_000_000;

fn agreed() -> Terms {
    Terms { custodian: CUSTODIAN, scope: 0x10001, ..plain() }
}

/// A node that shows terms of a mandate, and a window over factors.
fn node(shown: &Terms, factors: &[&str]) -> Fake {
    let rules = Rules {
        terms: shown.clone(),
        factors: B256::ZERO,
        origin: 0,
        periodLength: 86_400,
        totalWeight: 8,
        thresholds: 1,
        tails: U256::ZERO,
    };
    let names: Vec<String> = factors.iter().map(|name| (*name).to_owned()).collect();
    let source = IScenarioSource::Terms {
        key: B256::ZERO,
        factors: factors_digest(&names).into(),
        rows: 8,
        totalWeight: 8,
        horizon: 1,
        periodLength: 86_400,
        origin: 0,
        kind: 1,
    };
    Fake::start(move |method, params| {
        let input = params[0]["input"].as_str().unwrap_or_default().to_owned();
        let is = |selector: [u8; 4]| input.starts_with(&alloy::hex::encode_prefixed(selector));
        let bytes = match method {
            "eth_call" if is(MandateLedger::rulesOfCall::SELECTOR) => rules.abi_encode(),
            "eth_call" if is(RollingWindow::termsCall::SELECTOR) => source.abi_encode(),
            _ => return None,
        };
        Some(Value::from(alloy::hex::encode_prefixed(bytes)))
    })
}

/// Asks a custodian to sign about a book over factor `A` in cents, while the node shows this.
fn signs(shown: &Terms, factors: &[&str], change: impl Fn(&mut BookCommitment)) -> Result<Attestation, Failure> {
    let folder = tempfile::tempdir().unwrap();
    let unit = Unit::from_millionths(10_000).unwrap();
    let (commitment, factors_of) = (Fr::from(5u64), vec!["A".to_owned()]);
    let mut book = BookCommitment { commitment, halo2_commitment: None, factors: factors_of, unit, is_pnl: false };
    change(&mut book);
    let path = folder.path().join("c.json");
    std::fs::write(&path, book.to_json()).unwrap();
    let fake = node(shown, factors);
    let mut deployment = Deployment::new(31_337);
    deployment.contracts.insert("ledger".to_owned(), contract("MandateLedger", LEDGER));
    deployment.contracts.insert("stocks".to_owned(), contract("RollingWindow", WINDOW));
    let mandate = Mandate {
        id: terms::id(&agreed()),
        ledger: "ledger".to_owned(),
        window: "stocks".to_owned(),
        backtest: "backtest".to_owned(),
        document: B256::ZERO,
        ladder: None,
        shape: "8x20".to_owned(),
    };
    deployment.mandates.insert("borrower".to_owned(), mandate);
    let options = CustodianSign {
        mandate: "borrower".to_owned(),
        entity: Address::repeat_byte(1),
        commitment: path,
        as_of: Some(CLOSE),
        expires: None,
        output: folder.path().join("a.json"),
        key: SignerOptions { keystore: None },
    };
    wait(async {
        let session = Session { deployment, node: Node::connect(&fake.url).await? };
        statement(&session, &options, CUSTODIAN).await
    })
}

#[test]
fn a_node_cannot_make_a_custodian_sign_more_than_was_agreed() {
    let signed = signs(&agreed(), &["A"], |_| ()).unwrap();
    assert_eq!((signed.scope, signed.asOf, signed.expires), (0x10001, CLOSE, CLOSE + WEEK));
    // A wider scope, or a custodian put into terms that name another.
    for lie in [Terms { scope: 0x1001f, ..agreed() }, Terms { secondCustodian: LEDGER, ..agreed() }] {
        let refused = signs(&lie, &["A"], |_| ()).unwrap_err().to_string();
        assert!(refused.contains("it shows terms of mandate"), "{refused}");
    }
    // A statement about other factors than the book's.
    let refused = signs(&agreed(), &["B"], |_| ()).unwrap_err().to_string();
    assert!(refused.contains("the window is over other factors, or the node lies"), "{refused}");
}

#[test]
fn a_commitment_in_another_unit_is_not_signed() {
    let refused = signs(&agreed(), &["A"], |book| book.unit = Unit::from_millionths(1_000_000).unwrap());
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("the book's unit is 1, and the mandate's is 0.01"), "{refused}");
}

#[test]
fn a_close_that_is_yet_to_come_is_no_default() {
    wait(async {
        let fake = node(&agreed(), &["A"]);
        let session = Session { deployment: Deployment::new(31_337), node: Node::connect(&fake.url).await.unwrap() };
        past(CLOSE, &session).unwrap();
        let refused = past(u64::MAX, &session).unwrap_err().to_string();
        assert!(refused.contains("it shows a row that closes at"), "{refused}");
    });
}

#[test]
fn a_second_commitment_as_of_one_time_is_not_signed() {
    let folder = tempfile::tempdir().unwrap();
    let deployment = folder.path().join("d.json");
    let file = |commitment: u8, as_of: u64| ChainAttestation {
        format: FORMAT.to_owned(),
        version: 1,
        commitment: B256::repeat_byte(commitment),
        subject: B256::repeat_byte(1),
        as_of,
        expires: as_of + WEEK,
        scope: 0x10001,
        terms: B256::ZERO,
        custodian: CUSTODIAN,
        signature: Bytes::new(),
    };
    remember(&deployment, &file(1, CLOSE)).unwrap();
    remember(&deployment, &file(1, CLOSE)).unwrap();
    remember(&deployment, &file(2, CLOSE + 1)).unwrap();
    let refused = remember(&deployment, &file(2, CLOSE)).unwrap_err().to_string();
    assert!(refused.contains("suspends the entity for ever"), "{refused}");
}
