//! Every kind of claim of a deal in the contract, about real and shipped loans: taken with all
//! limits at their last unit, and refused with the controls of a deal, or of a tape, that is one
//! unit further.

use std::sync::Arc;

use ark_bn254::Fr;
use tailproof_core::ScenarioSet;
use tailproof_core::pool::Deal;
use tailproof_core::pool::cashflow::Assumptions;
use tailproof_core::scenarios::file;
use tailproof_evm_tests::chain::{Chain, boolean};
use tailproof_evm_tests::tools::Contract;
use tailproof_test_support::Desk;
use tailproof_test_support::pool_units::{self, PoolUnits, Stated};
use tailproof_verifier::commitment::consolidated;
use tailproof_verifier::encoding::to_bytes;
use tailproof_verifier::{Claim, CommitmentFile, ProofFile};

use crate::contract::GAS;

/// The deal of a file, made of its assumptions where it names some.
fn deal(desk: &Desk, name: &str) -> Deal {
    let deal = Deal::from_toml(name, &desk.read(name)).unwrap();
    match deal.value_claim() {
        Some(_) => deal.under(&Assumptions::from_toml("a.toml", &desk.read("a.toml")).unwrap()).unwrap(),
        None => deal,
    }
}

fn scenarios(desk: &Desk) -> Option<Arc<ScenarioSet>> {
    desk.has("c.scn").then(|| Arc::new(file::decode("c.scn", &desk.bytes("c.scn")).unwrap().0))
}

/// The commitment to a tape.
fn commitment(desk: &Desk, tape: &str) -> Fr {
    match CommitmentFile::from_json(&desk.read(&format!("{tape}.json"))).unwrap() {
        CommitmentFile::Pool(pool) => pool.commitment,
        CommitmentFile::Book(_) => panic!("{tape} is a tape"),
    }
}

/// The controls of a call about this deal and its tapes, in bytes.
fn controls(case: &PoolUnits, proof: &ProofFile, stated: &Stated) -> Vec<u8> {
    let desk = &case.desk;
    let claim = Claim::pool(deal(desk, &stated.deal), scenarios(desk)).unwrap();
    let tapes: Vec<Fr> = case.before.into_iter().chain([stated.tape]).map(|tape| commitment(desk, tape)).collect();
    let controls = claim.controls::<Fr>(proof.shape, proof.unit, consolidated(&tapes), claim.context()).unwrap();
    controls.iter().flat_map(to_bytes).collect()
}

fn contract_agrees(case: &PoolUnits) {
    let keys = case.desk.keys(case.shape);
    case.prove(&case.at, &keys, "groth16").expect(0);
    let Contract { bytecode, calldata, .. } = Contract::new(&case.desk, &keys);
    let mut chain = Chain::deploy(bytecode);
    let proof: ProofFile = ProofFile::from_json(&case.desk.read("p.json")).unwrap();
    let at = controls(case, &proof, &case.at);
    let first = calldata.len() - at.len();
    assert_eq!(calldata[first..], at, "the call of the proof is that of its deal");
    let (outcome, gas) = chain.call(calldata.clone());
    assert_eq!(outcome, boolean(true), "{}", case.shape);
    assert!(gas <= GAS, "{}: {gas} gas", case.shape);

    assert!(!case.further.is_empty());
    for further in &case.further {
        let other = controls(case, &proof, further);
        let mut refused = |controls: &[u8], of: &str| {
            let call = [&calldata[..first], controls].concat();
            assert_eq!(chain.call(call).0, boolean(false), "{}: {of}", further.said);
        };
        refused(&other, "all of it");
        // Each control that differs is refused alone, whatever the others are.
        let mut parts = 0;
        for (place, (one, another)) in at.chunks(32).zip(other.chunks(32)).enumerate() {
            if one != another {
                let mut mixed = at.clone();
                mixed[32 * place..32 * (place + 1)].copy_from_slice(another);
                refused(&mixed, &format!("control {place}"));
                parts += 1;
            }
        }
        // Another deal has another context and other limits; another tape has another commitment.
        let of_tape = further.deal == case.at.deal;
        assert_eq!(parts, if of_tape { 1 } else { 2 }, "{}", further.said);
    }
}

/// A month, value, inputs of SEC-SA and the largest obligors of the demo's 189 loans.
#[test]
fn a_month_and_the_value_of_real_loans() {
    contract_agrees(&pool_units::month_of_the_demo());
}

/// Flows for every reason, eligible additions, seasoning and debt to income, distinct collateral.
#[test]
fn criteria_of_a_month_of_real_loans() {
    contract_agrees(&pool_units::criteria_of_a_month());
}

/// Bad debt of the shipped deal about coins.
#[test]
fn bad_debt_of_the_shipped_deal() {
    contract_agrees(&pool_units::bad_debt());
}
