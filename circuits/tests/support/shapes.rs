//! Everything that depends on a shape alone, made once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tailproof_circuits::halo2::StatementCircuit;
use tailproof_circuits::r1cs::System;
use tailproof_circuits::r1cs::assembly::statement_system;
use tailproof_verifier::Shape;

/// A shape from its text.
pub fn shape(text: &str) -> Shape {
    text.parse().unwrap()
}

/// Values by key, each made once, by one thread.
struct Once<K, V>(Mutex<Option<HashMap<K, Arc<OnceLock<V>>>>>);

impl<K: Eq + Hash, V: Clone> Once<K, V> {
    fn get(&self, key: K, make: impl FnOnce() -> V) -> V {
        let place = {
            let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            map.get_or_insert_default().entry(key).or_default().clone()
        };
        place.get_or_init(make).clone()
    }
}

/// The constraints of a shape. They are those of every witness: see the tests of `structure`.
pub fn system(shape: Shape) -> Arc<System> {
    static SYSTEMS: Once<Shape, Arc<System>> = Once(Mutex::new(None));
    SYSTEMS.get(shape, || Arc::new(statement_system(shape).unwrap()))
}

/// The rows of a shape's halo2 circuit, as a power of two.
pub fn log_rows(shape: Shape) -> u32 {
    static LOG_ROWS: Once<Shape, u32> = Once(Mutex::new(None));
    LOG_ROWS.get(shape, || StatementCircuit::for_shape(shape).log_rows().unwrap())
}
