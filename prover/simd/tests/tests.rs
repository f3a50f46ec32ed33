//! Every engine of the processor against arkworks.
#![allow(clippy::unwrap_used)]

mod fft;
mod msm;
mod support;

/// CI runs these tests on machines of both kinds, and the log says what was run.
#[test]
fn the_engines_of_this_machine_are_named() {
    let names: Vec<&str> = tailproof_simd::Engine::all().iter().map(|engine| engine.name()).collect();
    assert_eq!(names[0], "portable");
    assert!(names.contains(&tailproof_simd::Engine::current().name()));
    eprintln!("engines: {names:?}; a machine without AVX-512 IFMA runs the portable one alone");
}
