//! The first byte chooses a target, the rest is its input.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tailproof_fuzz::TARGETS;

fuzz_target!(|data: &[u8]| {
    if let Some((choice, input)) = data.split_first() {
        TARGETS[usize::from(*choice) % TARGETS.len()].1(input);
    }
});
