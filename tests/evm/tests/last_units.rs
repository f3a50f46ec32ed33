//! Every kind of clause of a fund's mandate in the contract: taken with all limits at their last
//! unit, and refused with the point and the controls of a mandate, or of a book, that is one unit
//! further.

use std::fs;

use ark_bn254::Fr;
use tailproof_core::Mandate;
use tailproof_core::mandate::NamedTexts;
use tailproof_core::mandate::named_texts::{CAPS_FILE, GROUPS_FILE, IMPACT_FILE};
use tailproof_core::scenarios::file;
use tailproof_evm_tests::chain::{Chain, boolean};
use tailproof_evm_tests::tools::Contract;
use tailproof_test_support::last_units::{self, LastUnits, Stated};
use tailproof_verifier::claim::MandateClaim;
use tailproof_verifier::encoding::to_bytes;
use tailproof_verifier::{Claim, CommitmentFile, ProofFile};

use crate::contract::GAS;

/// Place of the scenario point in a call, behind the selector and the proof.
const POINT: usize = 4 + 32 * 8;

/// The files of the desk whose names end in `end`, as texts.
fn texts(case: &LastUnits, end: &str) -> Vec<String> {
    let names =
        fs::read_dir(case.desk.path("")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(end)).map(|name| case.desk.read(&name)).collect()
}

/// Returns a mandate over the files that it names.
fn mandate(case: &LastUnits, name: &str) -> Mandate {
    let mut mandate = Mandate::from_toml(name, &case.desk.read(name)).unwrap();
    let named = |text: Option<String>, end: &str| match end {
        GROUPS_FILE => NamedTexts { groups: text, ..NamedTexts::default() },
        CAPS_FILE => NamedTexts { caps: text, ..NamedTexts::default() },
        _ => NamedTexts { impact: text, ..NamedTexts::default() },
    };
    for end in [GROUPS_FILE, CAPS_FILE, IMPACT_FILE] {
        for text in texts(case, end) {
            mandate = named(Some(text), end).complete(name, mandate).unwrap();
        }
    }
    mandate
}

/// The point and the controls of a call about these terms and books, in bytes.
fn point_and_controls(case: &LastUnits, keys: &str, proof: &ProofFile, stated: &Stated) -> (Vec<u8>, Vec<u8>) {
    let desk = &case.desk;
    let point = desk.run(format!("scenarios point s.scn --mandate {} --keys {keys}", stated.mandate)).expect(0).stdout;
    let (set, _) = file::decode("s.scn", &desk.bytes("s.scn")).unwrap();
    let claim = Claim::from(MandateClaim::new(mandate(case, &stated.mandate), set).unwrap());
    let commitment = match &stated.books[..] {
        [book] => match CommitmentFile::from_json(&desk.read(&format!("{book}.json"))).unwrap() {
            CommitmentFile::Book(book) => book.commitment,
            CommitmentFile::Pool(_) => panic!("{book} is a book"),
        },
        _ => proof.commitment,
    };
    let controls = claim.controls::<Fr>(proof.shape, proof.unit, commitment, claim.context()).unwrap();
    (hex::decode(&point.trim()[2..]).unwrap(), controls.iter().flat_map(to_bytes).collect())
}

fn contract_agrees(case: &LastUnits) {
    let desk = &case.desk;
    let keys = desk.keys(case.shape);
    desk.run(format!("prove {} --scenarios s.scn --keys {keys} -o p.json", case.at.held())).expect(0);
    let Contract { bytecode, calldata, .. } = Contract::new(desk, &keys);
    let mut chain = Chain::deploy(bytecode);
    let proof: ProofFile = ProofFile::from_json(&desk.read("p.json")).unwrap();
    let call = |(point, controls): (&[u8], &[u8])| {
        let end = calldata.len() - controls.len();
        [&calldata[..POINT], point, &calldata[POINT + point.len()..end], controls].concat()
    };
    let (point, controls) = point_and_controls(case, &keys, &proof, &case.at);
    assert_eq!(call((&point, &controls)), calldata, "the call of the proof is that of its terms");
    let (outcome, gas) = chain.call(calldata.clone());
    assert_eq!(outcome, boolean(true), "{}", case.shape);
    assert!(gas <= GAS, "{}: {gas} gas", case.shape);

    for further in &case.further {
        let (other_point, other) = point_and_controls(case, &keys, &proof, further);
        let mut refused = |point: &[u8], controls: &[u8], of: &str| {
            assert_eq!(chain.call(call((point, controls))).0, boolean(false), "{}: {of}", further.what);
        };
        refused(&other_point, &other, "all of it");
        // Each part that differs is refused alone, whatever the others are.
        let mut parts = 0;
        if other_point != point {
            refused(&other_point, &controls, "the point");
            parts += 1;
        }
        for (place, (one, another)) in controls.chunks(32).zip(other.chunks(32)).enumerate() {
            if one != another {
                let mut mixed = controls.clone();
                mixed[32 * place..32 * (place + 1)].copy_from_slice(another);
                refused(&point, &mixed, &format!("control {place}"));
                parts += 1;
            }
        }
        // The context of other terms differs in any case; a limit, its row or the book differs
        // beside it.
        let of_book = further.mandate == case.at.mandate;
        assert!(parts >= if of_book { 1 } else { 2 }, "{}: {parts} parts", further.what);
    }
}

#[test]
fn equity_as_a_sum_with_liabilities_and_groups() {
    contract_agrees(&last_units::equity_and_groups());
}

#[test]
fn values_beside_exposures() {
    contract_agrees(&last_units::values_beside_exposures());
}

#[test]
fn groups_of_gammas_and_net_bands() {
    contract_agrees(&last_units::gamma_groups());
}

#[test]
fn groups_of_thetas_and_a_loss_with_a_days_theta() {
    contract_agrees(&last_units::theta_groups());
}

#[test]
fn groups_of_vegas() {
    contract_agrees(&last_units::vega_groups());
}

#[test]
fn caps_and_costs_that_grow() {
    contract_agrees(&last_units::caps_and_costs());
}

#[test]
fn a_pnl_vector() {
    contract_agrees(&last_units::pnl_vector());
}

#[test]
fn the_pnl_of_two_desks() {
    contract_agrees(&last_units::pnl_of_two_desks());
}

#[test]
fn margin_in_the_manner_of_frtb() {
    contract_agrees(&last_units::frtb_margin());
}

#[test]
fn margin_in_the_manner_of_simm() {
    contract_agrees(&last_units::simm_margin());
}

#[test]
fn margin_in_the_manner_of_span() {
    contract_agrees(&last_units::span_margin());
}

#[test]
fn value_at_risk_within_the_posted_collateral() {
    contract_agrees(&last_units::posted_collateral());
}
