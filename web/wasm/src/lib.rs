//! The verifier as a WebAssembly module with a C interface: memory, and one function that verifies.

use tailproof_core::Mandate;
use tailproof_core::scenarios::file as scenario_file;
use tailproof_verifier::keys::decode_verifying_key;
use tailproof_verifier::{Claim, Expected, Groth16, ProofFile, Verifier};

/// The proof is valid.
const VALID: u32 = 0;
/// The proof is not valid.
const NOT_VALID: u32 = 1;
/// The input is malformed, or does not go together.
const BAD_INPUT: u32 = 2;

/// Returns a buffer of `length` bytes, for the caller to fill.
#[unsafe(no_mangle)]
pub extern "C" fn allocate(length: usize) -> *mut u8 {
    Box::leak(vec![0u8; length].into_boxed_slice()).as_mut_ptr()
}

/// Verifies a Groth16 proof of a mandate over a scenario set. Returns 0 if the proof is valid, 1 if
/// it is not, and 2 for bad input.
///
/// The verifying key, the scenario file, the mandate and the proof file are each given as a buffer
/// and its length.
///
/// # Safety
/// Each pointer must be one that [`allocate`] returned for at least the length that follows it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn verify(
    key: *const u8,
    key_length: usize,
    scenarios: *const u8,
    scenarios_length: usize,
    mandate: *const u8,
    mandate_length: usize,
    proof: *const u8,
    proof_length: usize,
) -> u32 {
    // SAFETY: the caller says that these are buffers of these lengths.
    let bytes = |start, length| unsafe { std::slice::from_raw_parts(start, length) };
    let (key, scenarios) = (bytes(key, key_length), bytes(scenarios, scenarios_length));
    let (mandate, proof) = (bytes(mandate, mandate_length), bytes(proof, proof_length));
    verdict(key, scenarios, mandate, proof).unwrap_or(BAD_INPUT)
}

fn verdict(key: &[u8], scenarios: &[u8], mandate: &[u8], proof: &[u8]) -> Option<u32> {
    let verifier = Verifier::<Groth16>::new(decode_verifying_key(key).ok()?);
    let (set, _) = scenario_file::decode("scenarios", scenarios).ok()?;
    let mandate = Mandate::from_toml("mandate", std::str::from_utf8(mandate).ok()?).ok()?;
    let proof = ProofFile::from_json(std::str::from_utf8(proof).ok()?).ok()?;
    let claim = Claim::market(mandate, set).ok()?;
    match verifier.verify(&claim, &proof, &Expected::default()) {
        Ok(_) => Some(VALID),
        Err(refused) if refused.is_verdict() => Some(NOT_VALID),
        Err(_) => None,
    }
}
