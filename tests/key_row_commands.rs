//! `ic-row`: the key row of a slot, as whoever keeps a scenario point on a chain sends it.

use serde_json::Value;
use tailproof::keys::decode_verifying_key;
use tailproof::verifier::export::key_rows::{KeyRows, leaf, root_of};
use tailproof_test_support::Desk;

/// What `solidity` states and what `ic-row` prints are of one tree, for every slot.
#[test]
fn key_rows_lead_to_the_root_of_the_contract() {
    let desk = Desk::new();
    let keys = desk.keys("20x3/1");
    desk.run(format!("solidity --keys {keys} -o V.sol")).expect(0);
    let key = decode_verifying_key(&desk.bytes(&format!("{keys}/verifying.key"))).unwrap();
    let rows = KeyRows::new(&key);
    for slot in [0, 7, 19] {
        let printed = desk.run(format!("ic-row --keys {keys} --slot {slot} --json")).expect(0).json();
        let bytes = |value: &Value| hex::decode(value.as_str().unwrap().strip_prefix("0x").unwrap()).unwrap();
        let row = bytes(&printed["row"]);
        assert_eq!(row.len(), 3 * 64 + 96);
        let path: Vec<[u8; 32]> =
            printed["path"].as_array().unwrap().iter().map(|node| bytes(node).try_into().unwrap()).collect();
        let root = root_of(slot, leaf(slot, &row), &path);
        assert_eq!((root, path.len(), root.to_vec()), (rows.root(), 5, bytes(&printed["root"])));
        let stated = format!("bytes32 public constant IC_ROOT = 0x{};", hex::encode(root));
        assert!(desk.read("V.sol").contains(&stated));
        let text = desk.run(format!("ic-row --keys {keys} --slot {slot}")).expect(0).stdout;
        assert!(text.starts_with(&format!("slot    {slot} of 20, keys of shape 20x3/1\n")), "{text}");
        for value in [&printed["row"], &printed["weight"][1], &printed["path"][4], &printed["root"]] {
            assert!(text.contains(value.as_str().unwrap()), "{text}");
        }
    }
}

#[test]
fn a_slot_beyond_the_scenarios_is_bad_input() {
    let desk = Desk::new();
    let keys = desk.keys("20x3/1");
    for slot in ["20", "18446744073709551615"] {
        let refused = desk.run(format!("ic-row --keys {keys} --slot {slot}")).expect(2);
        let why = format!("there is no slot {slot} under keys of shape 20x3/1; slots are 0 to 19");
        assert!(refused.stderr.contains(&why), "{refused:?}");
    }
}
