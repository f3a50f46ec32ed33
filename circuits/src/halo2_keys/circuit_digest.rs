//! The digest of a circuit for halo2, over an encoding of our own.
//!
//! halo2 gives no encoding of a verifying key but the text that its `Debug` prints, and no access
//! to the key's commitments. The digest is therefore over the circuit that the key is made from, as
//! the circuit's synthesis states it to halo2:
//!
//! | part | content |
//! | --- | --- |
//! | tag | `tailproof/halo2-circuit/v1` |
//! | gates | [`GATES_VERSION`], degree of the constraint system, its blinding factors: `u32` each |
//! | copies | for each, in the order of synthesis: byte 1, then each cell: column kind (0 instance, 1 advice, 2 fixed), column, row |
//! | fills | for each, in the order of synthesis: byte 2, column, first row, value: the padding of lookup tables |
//! | fixed cells | byte 3, then for each column by index: its index, the number of cells, and each by row: row, value |
//! | selectors | byte 4, then for each selector by index: its index, 1 if simple or else 0, number of rows, and each row |
//!
//! Numbers are `u32` little-endian, values the 32 little-endian bytes of an element of the base
//! field of Pallas. Copies and fills are hashed as they come; the order of copies decides the
//! permutation's cycles, so it is part of the key. A fixed cell is hashed with its last value. A
//! cell without a value is zero, so zeros are left out, except in columns with a fill.
//!
//! These parts fix the fixed columns, the selectors and the permutation of the key, so they fix its
//! commitments. Gates, lookups and the columns under the permutation are the same for all shapes.
//! halo2 does not show their polynomials, so the digest names them by [`GATES_VERSION`] alone, and
//! a test compares the constraint system with the one of that version.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use halo2_proofs::circuit::Value;
use halo2_proofs::pasta::Fp;
use halo2_proofs::pasta::group::ff::PrimeField;
use halo2_proofs::plonk::{
    Advice, Any, Assigned, Assignment, Circuit, Column, ConstraintSystem, Error, Fixed, FloorPlanner, Instance,
    Selector,
};
use sha2::{Digest, Sha256};

use crate::halo2::StatementCircuit;

/// Version of gates, lookups and columns. A change of any of them, by us or by halo2's gadgets,
/// raises it.
pub const GATES_VERSION: u32 = 1;

/// Indices of columns or selectors that are looked up. Every circuit here has fewer.
const MAX_INDEX: u32 = 256;

/// Returns the digest of a circuit.
///
/// # Errors
/// If the circuit does not synthesize.
pub fn circuit_digest(circuit: &StatementCircuit) -> Result<[u8; 32], Error> {
    let mut system = ConstraintSystem::default();
    let columns = StatementCircuit::configure(&mut system);
    let constants = vec![columns.constants];
    let mut assembly = Assembly::new(&system);
    <StatementCircuit as Circuit<Fp>>::FloorPlanner::synthesize(&mut assembly, circuit, columns, constants)?;
    Ok(assembly.finish())
}

/// The indices of columns and selectors. halo2 keeps them to itself, but hands both out in order.
struct Indices {
    fixed: HashMap<Column<Fixed>, u32>,
    any: HashMap<Column<Any>, (u8, u32)>,
    selectors: HashMap<Selector, u32>,
}

impl Indices {
    fn new() -> Self {
        let (mut system, mut complex) = (ConstraintSystem::<Fp>::default(), ConstraintSystem::<Fp>::default());
        let mut indices = Self { fixed: HashMap::new(), any: HashMap::new(), selectors: HashMap::new() };
        for index in 0..MAX_INDEX {
            let fixed = system.fixed_column();
            indices.fixed.insert(fixed, index);
            indices.any.insert(system.instance_column().into(), (0, index));
            indices.any.insert(system.advice_column().into(), (1, index));
            indices.any.insert(fixed.into(), (2, index));
            indices.selectors.insert(system.selector(), index);
            indices.selectors.insert(complex.complex_selector(), index);
        }
        indices
    }
}

fn found<K: Hash + Eq, V: Copy>(indices: &HashMap<K, V>, key: &K) -> Result<V, Error> {
    indices.get(key).copied().ok_or(Error::Synthesis)
}

/// Takes what a circuit states of its key, and hashes it.
struct Assembly {
    indices: Indices,
    hasher: Sha256,
    fixed: BTreeMap<u32, BTreeMap<u32, [u8; 32]>>,
    filled: BTreeSet<u32>,
    selectors: BTreeMap<(u32, bool), BTreeSet<u32>>,
}

impl Assembly {
    fn new(system: &ConstraintSystem<Fp>) -> Self {
        let mut hasher = Sha256::new();
        hasher.update("tailproof/halo2-circuit/v1");
        for number in [GATES_VERSION, word(system.degree()), word(system.blinding_factors())] {
            hasher.update(number.to_le_bytes());
        }
        let (fixed, filled, selectors) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
        Self { indices: Indices::new(), hasher, fixed, filled, selectors }
    }

    fn finish(mut self) -> [u8; 32] {
        self.hasher.update([3]);
        for (column, cells) in self.fixed.into_iter().filter(|(_, cells)| !cells.is_empty()) {
            self.hasher.update([column.to_le_bytes(), word(cells.len()).to_le_bytes()].concat());
            for (row, value) in cells {
                self.hasher.update(row.to_le_bytes());
                self.hasher.update(value);
            }
        }
        self.hasher.update([4]);
        for ((selector, simple), rows) in self.selectors {
            let head = [selector, u32::from(simple), word(rows.len())];
            for number in head.into_iter().chain(rows) {
                self.hasher.update(number.to_le_bytes());
            }
        }
        self.hasher.finalize().into()
    }
}

fn word(value: usize) -> u32 {
    u32::try_from(value).expect("circuits have fewer than 2^32 rows")
}

/// The bytes of a value that keys are made of, which is always known.
fn known<V: Into<Assigned<Fp>>>(value: Value<V>) -> Result<[u8; 32], Error> {
    let mut bytes = None;
    value.map(|value| bytes = Some(value.into().evaluate().to_repr()));
    bytes.ok_or(Error::Synthesis)
}

impl Assignment<Fp> for Assembly {
    fn enter_region<NR: Into<String>, N: FnOnce() -> NR>(&mut self, _: N) {}

    fn exit_region(&mut self) {}

    fn enable_selector<A: FnOnce() -> AR, AR: Into<String>>(
        &mut self,
        _: A,
        selector: &Selector,
        row: usize,
    ) -> Result<(), Error> {
        let index = found(&self.indices.selectors, selector)?;
        self.selectors.entry((index, selector.is_simple())).or_default().insert(word(row));
        Ok(())
    }

    fn query_instance(&self, _: Column<Instance>, _: usize) -> Result<Value<Fp>, Error> {
        Ok(Value::unknown())
    }

    /// Advice cells are the prover's: they are no part of a key.
    fn assign_advice<V, VR, A, AR>(&mut self, _: A, _: Column<Advice>, _: usize, _: V) -> Result<(), Error>
    where
        V: FnOnce() -> Value<VR>,
        VR: Into<Assigned<Fp>>,
        A: FnOnce() -> AR,
        AR: Into<String>,
    {
        Ok(())
    }

    fn assign_fixed<V, VR, A, AR>(&mut self, _: A, column: Column<Fixed>, row: usize, to: V) -> Result<(), Error>
    where
        V: FnOnce() -> Value<VR>,
        VR: Into<Assigned<Fp>>,
        A: FnOnce() -> AR,
        AR: Into<String>,
    {
        let index = found(&self.indices.fixed, &column)?;
        let (value, cells) = (known(to())?, self.fixed.entry(index).or_default());
        if value == [0; 32] && !self.filled.contains(&index) {
            cells.remove(&word(row));
        } else {
            cells.insert(word(row), value);
        }
        Ok(())
    }

    fn copy(&mut self, left: Column<Any>, left_row: usize, right: Column<Any>, right_row: usize) -> Result<(), Error> {
        self.hasher.update([1]);
        for (column, row) in [(left, left_row), (right, right_row)] {
            let (kind, index) = found(&self.indices.any, &column)?;
            self.hasher.update([kind]);
            self.hasher.update([index.to_le_bytes(), word(row).to_le_bytes()].concat());
        }
        Ok(())
    }

    /// A fill overwrites what a column has from a row on, so the cells there are forgotten.
    fn fill_from_row(&mut self, column: Column<Fixed>, row: usize, to: Value<Assigned<Fp>>) -> Result<(), Error> {
        let (index, row) = (found(&self.indices.fixed, &column)?, word(row));
        self.fixed.entry(index).or_default().retain(|cell, _| *cell < row);
        self.filled.insert(index);
        self.hasher.update([2]);
        self.hasher.update([index.to_le_bytes(), row.to_le_bytes()].concat());
        self.hasher.update(known(to)?);
        Ok(())
    }

    fn push_namespace<NR: Into<String>, N: FnOnce() -> NR>(&mut self, _: N) {}

    fn pop_namespace(&mut self, _: Option<String>) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system() -> ConstraintSystem<Fp> {
        let mut system = ConstraintSystem::default();
        StatementCircuit::configure(&mut system);
        system
    }

    /// Gates, lookups and columns are the ones of this version. If they change, raise
    /// [`GATES_VERSION`]; if only halo2's way to print them changed, do not.
    #[test]
    fn the_gates_are_those_of_their_version() {
        let printed = Sha256::digest(format!("{:?}", system().pinned()));
        let expected = (1, "959cf52e65f3a890d0258b70451721098247676cfac8ce2616f5fb0bf7bd62ed");
        assert_eq!((GATES_VERSION, hex::encode(printed).as_str()), expected);
    }

    /// Everything that a key is made of changes the digest.
    #[test]
    fn the_digest_binds_every_part() {
        let mut other = ConstraintSystem::<Fp>::default();
        let fixed = [(); 2].map(|()| other.fixed_column());
        let advice: [Column<Any>; 2] = [(); 2].map(|()| other.advice_column().into());
        let (simple, complex) = (other.selector(), other.complex_selector());
        let digest = |part: &dyn Fn(&mut Assembly) -> Result<(), Error>| {
            let mut assembly = Assembly::new(&system());
            part(&mut assembly).expect("known columns and values");
            assembly.finish()
        };
        let cell = |column: usize, row: usize, value: u64| {
            digest(&|to| to.assign_fixed(|| "", fixed[column], row, || Value::known(Fp::from(value))))
        };
        let fill = |column: usize, row: usize, value: u64| {
            digest(&|to| to.fill_from_row(fixed[column], row, Value::known(Fp::from(value).into())))
        };
        let digests = [
            digest(&|_| Ok(())),
            cell(0, 1, 2),
            cell(1, 1, 2),
            cell(0, 2, 2),
            cell(0, 1, 3),
            fill(0, 1, 2),
            fill(1, 1, 2),
            fill(0, 2, 2),
            fill(0, 1, 3),
            digest(&|to| to.enable_selector(|| "", &simple, 1)),
            digest(&|to| to.enable_selector(|| "", &simple, 2)),
            digest(&|to| to.enable_selector(|| "", &complex, 1)),
            digest(&|to| to.copy(advice[0], 1, advice[1], 2)),
            digest(&|to| to.copy(advice[1], 1, advice[0], 2)),
            digest(&|to| to.copy(advice[0], 1, fixed[1].into(), 2)),
            digest(&|to| to.copy(advice[0], 1, advice[1], 3)),
        ];
        assert_eq!(digests.iter().collect::<BTreeSet<_>>().len(), digests.len());
        assert_eq!(cell(0, 1, 0), digests[0], "a cell without a value is zero");
    }

    /// A zero below a fill is not the filler, and a fill overwrites what was there before.
    #[test]
    fn fills_and_cells_of_a_column_keep_their_order() {
        let column = ConstraintSystem::<Fp>::default().fixed_column();
        let steps = |steps: &[(bool, usize, u64)]| {
            let mut assembly = Assembly::new(&system());
            for (fill, row, value) in steps {
                let value = Value::known(Fp::from(*value));
                match fill {
                    true => assembly.fill_from_row(column, *row, value.map(Assigned::from)),
                    false => assembly.assign_fixed(|| "", column, *row, || value),
                }
                .expect("a known column and value");
            }
            assembly.finish()
        };
        let filled = steps(&[(true, 2, 7)]);
        assert_ne!(steps(&[(true, 2, 7), (false, 3, 0)]), filled);
        assert_ne!(steps(&[(true, 2, 7), (false, 3, 5)]), filled);
        assert_eq!(steps(&[(false, 3, 5), (true, 2, 7)]), filled);
        assert_eq!(steps(&[(false, 1, 5), (false, 1, 6)]), steps(&[(false, 1, 6)]));
        assert_eq!(steps(&[(false, 1, 5), (false, 1, 0)]), steps(&[]));
    }

    /// Without a value there is no key, so there is no digest.
    #[test]
    fn unknown_values_are_refused() {
        let column = ConstraintSystem::<Fp>::default().fixed_column();
        let mut assembly = Assembly::new(&system());
        assert!(assembly.assign_fixed(|| "", column, 0, Value::<Fp>::unknown).is_err());
        assert!(assembly.fill_from_row(column, 0, Value::unknown()).is_err());
    }
}
