//! Messages through the exports, and the files of a desk in the module.
#![allow(unsafe_code)]

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tailproof_test_support::{Desk, MANDATE};
use tailproof_wasm::{tailproof_alloc, tailproof_call, tailproof_free};

/// Sends bytes as a message, and returns the answer.
pub fn send_bytes(message: &[u8]) -> Value {
    let start = tailproof_alloc(message.len());
    // SAFETY: the buffer has the message's length and is freed once; an answer is 4 bytes and as many as they say.
    let text = unsafe {
        std::ptr::copy_nonoverlapping(message.as_ptr(), start, message.len());
        let answer = tailproof_call(start, message.len());
        tailproof_free(start, message.len());
        let length = u32::from_le_bytes(*answer.cast::<[u8; 4]>()) as usize;
        let text = std::slice::from_raw_parts(answer.add(4), length).to_vec();
        tailproof_free(answer, 4 + length);
        text
    };
    serde_json::from_slice(&text).unwrap()
}

/// Returns a message.
pub fn message(request: &Value, file: &[u8]) -> Vec<u8> {
    let json = request.to_string();
    let length = u32::try_from(json.len()).unwrap();
    [&length.to_le_bytes()[..], json.as_bytes(), file].concat()
}

/// Sends a request with a file, and returns the answer.
pub fn send(request: &Value, file: &[u8]) -> Value {
    send_bytes(&message(request, file))
}

/// Sends a request that must have an answer.
pub fn answer(request: &Value, file: &[u8]) -> Value {
    let answer = send(request, file);
    assert_eq!(answer["ok"], true, "{request}: {answer}");
    answer
}

/// Returns the code of a request that must have none.
pub fn refused(request: &Value, file: &[u8]) -> String {
    let answer = send(request, file);
    assert_eq!(answer["ok"], false, "{request}: {answer}");
    assert!(!answer["reason"].as_str().unwrap().is_empty(), "{answer}");
    answer["code"].as_str().unwrap().to_owned()
}

/// Returns the result of a verification.
pub fn result(request: &Value, file: &[u8]) -> Value {
    answer(request, file)["result"].clone()
}

/// Returns SHA-256 of bytes in hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// A desk with a proof of the demo's mandate, and its files in the module.
pub struct Case {
    pub desk: Desk,
    /// The folder of keys.
    pub keys: String,
    /// The request of a verification, without expectations.
    pub request: Value,
}

pub const SHAPE: &str = "8x20";

impl Case {
    /// The desk of [`Desk::proved`].
    pub fn new() -> Self {
        let desk = Desk::proved(SHAPE);
        let keys = desk.keys(SHAPE);
        let key = desk.bytes(&format!("{keys}/verifying.key"));
        let digest = sha256(&key);
        Self::of(desk, keys, &key, &digest)
    }

    /// The same with a proof of halo2.
    pub fn of_halo2() -> Self {
        let desk = Desk::proved_with_halo2(SHAPE);
        let keys = desk.halo2_keys(SHAPE);
        let key = desk.bytes(&format!("{keys}/halo2.key"));
        let digest = desk.json("p.json")["keys"].as_str().unwrap().to_owned();
        Self::of(desk, keys, &key, &digest)
    }

    fn of(desk: Desk, keys: String, key: &[u8], digest: &str) -> Self {
        let keys_in_module = answer(&json!({ "op": "keys", "digest": digest }), key);
        let scenarios = answer(&json!({ "op": "scenarios" }), &desk.bytes("s.scn"));
        let mandate = answer(&json!({ "op": "mandate" }), &desk.bytes(MANDATE));
        let request = json!({
            "op": "verify",
            "keys": keys_in_module["handle"],
            "scenarios": scenarios["handle"],
            "mandate": mandate["handle"],
        });
        Self { desk, keys, request }
    }

    /// The request with more fields.
    pub fn with(&self, more: Value) -> Value {
        let mut request = self.request.clone();
        for (name, value) in more.as_object().unwrap() {
            request[name] = value.clone();
        }
        request
    }

    /// The result for a proof file of the desk.
    pub fn verify(&self, proof: &str, more: Value) -> Value {
        result(&self.with(more), &self.desk.bytes(proof))
    }

    /// Decodes a commitment file of the desk, and returns its handle.
    pub fn commitment(&self, name: &str) -> Value {
        answer(&json!({ "op": "commitment" }), &self.desk.bytes(name))["handle"].clone()
    }
}
