//! The verifier contract that is generated for keys, in an EVM.

use std::collections::BTreeMap;

use tailproof_evm_tests::chain::{Chain, boolean};
use tailproof_evm_tests::tools::compile;
use tailproof_test_support::Desk;

use super::{Answer, Answers};
use crate::case::Outcome;
use crate::made::Cases;

/// Calls `verifyProof` for every case that has a call. A contract says only whether a proof is valid.
///
/// # Panics
///
/// If a contract does not compile.
pub fn judge(cases: &Cases) -> Answers {
    let mut chains: BTreeMap<&str, Chain> = BTreeMap::new();
    let mut answers = Answers::new();
    for case in &cases.cases {
        let Some(call) = &case.call else { continue };
        let keys = case.question.keys.as_deref().unwrap();
        let chain = chains.entry(&case.question.keys_digest).or_insert_with(|| {
            let desk = Desk::new();
            let keys = desk.link("judged", &cases.folder.join(keys));
            desk.run(format!("solidity --keys {keys} -o V.sol")).expect(0);
            Chain::deploy(compile(&desk.read("V.sol")).0)
        });
        let (found, _) = chain.call(hex::decode(call.strip_prefix("0x").unwrap()).unwrap());
        let outcome = if found == boolean(true) { Outcome::Valid } else { Outcome::NotValid };
        answers.insert(case.id.clone(), Answer { outcome, code: None });
    }
    answers
}
