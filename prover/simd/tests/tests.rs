//! Every engine of the processor against arkworks.
#![allow(clippy::unwrap_used)]

mod fft;
mod msm;
mod points;
mod support;

use tailproof_simd::{Engine, PORTABLE};

/// CI runs these tests on machines of both kinds and with both engines, and the log says what was
/// run.
#[test]
fn the_engines_of_this_machine_are_named() {
    let names: Vec<&str> = Engine::all().iter().map(|engine| engine.name()).collect();
    assert_eq!(names[0], "portable");
    let forced = std::env::var(PORTABLE).is_ok_and(|value| !value.is_empty() && value != "0");
    let expected = if forced { Engine::PORTABLE } else { Engine::ifma().unwrap_or(Engine::PORTABLE) };
    assert_eq!(Engine::current(), expected);
    if Engine::ifma().is_none() {
        eprintln!("this machine has no AVX-512 IFMA: only the portable engine is tested");
    }
}
