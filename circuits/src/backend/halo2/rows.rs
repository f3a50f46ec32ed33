//! Counts the rows that a circuit takes.

use std::ops::Range;

use halo2_proofs::circuit::Value;
use halo2_proofs::pasta::Fp;
use halo2_proofs::pasta::group::ff::Field;
use halo2_proofs::plonk::{
    Advice, Any, Assigned, Assignment, Circuit, Column, ConstraintSystem, Error, Fixed, FloorPlanner, Instance,
    Selector,
};

use super::columns::Columns;

/// Returns the least `k` such that a circuit fits 2^k rows, blinding included.
///
/// # Errors
/// If the circuit does not synthesize.
pub fn log_rows<C: Circuit<Fp, Config = Columns>>(circuit: &C) -> Result<u32, Error> {
    let mut system = ConstraintSystem::default();
    let columns = C::configure(&mut system);
    let constants = vec![columns.constants];
    let mut extent = Extent { rows: 0 };
    C::FloorPlanner::synthesize(&mut extent, circuit, columns, constants)?;
    let rows = (extent.rows + system.blinding_factors() + 1).max(system.minimum_rows());
    Ok(rows.next_power_of_two().trailing_zeros())
}

/// Takes every assignment and remembers the last row.
#[derive(Debug)]
struct Extent {
    rows: usize,
}

impl Extent {
    fn seen(&mut self, rows: Range<usize>) {
        self.rows = self.rows.max(rows.end);
    }
}

impl<F: Field> Assignment<F> for Extent {
    fn enter_region<NR: Into<String>, N: FnOnce() -> NR>(&mut self, _: N) {}

    fn exit_region(&mut self) {}

    fn enable_selector<A: FnOnce() -> AR, AR: Into<String>>(
        &mut self,
        _: A,
        _: &Selector,
        row: usize,
    ) -> Result<(), Error> {
        self.seen(0..row + 1);
        Ok(())
    }

    fn query_instance(&self, _: Column<Instance>, _: usize) -> Result<Value<F>, Error> {
        Ok(Value::unknown())
    }

    fn assign_advice<V, VR, A, AR>(&mut self, _: A, _: Column<Advice>, row: usize, _: V) -> Result<(), Error>
    where
        V: FnOnce() -> Value<VR>,
        VR: Into<Assigned<F>>,
        A: FnOnce() -> AR,
        AR: Into<String>,
    {
        self.seen(0..row + 1);
        Ok(())
    }

    fn assign_fixed<V, VR, A, AR>(&mut self, _: A, _: Column<Fixed>, row: usize, _: V) -> Result<(), Error>
    where
        V: FnOnce() -> Value<VR>,
        VR: Into<Assigned<F>>,
        A: FnOnce() -> AR,
        AR: Into<String>,
    {
        self.seen(0..row + 1);
        Ok(())
    }

    fn copy(&mut self, _: Column<Any>, _: usize, _: Column<Any>, _: usize) -> Result<(), Error> {
        Ok(())
    }

    fn fill_from_row(&mut self, _: Column<Fixed>, row: usize, _: Value<Assigned<F>>) -> Result<(), Error> {
        self.seen(0..row);
        Ok(())
    }

    fn push_namespace<NR: Into<String>, N: FnOnce() -> NR>(&mut self, _: N) {}

    fn pop_namespace(&mut self, _: Option<String>) {}
}
