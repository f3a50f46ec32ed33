//! A layouter that counts the cells that instructions assign, and changes one of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use halo2_proofs::circuit::layouter::RegionLayouter;
use halo2_proofs::circuit::{Cell, Layouter, Region, Table, Value};
use halo2_proofs::pasta::Fp;
use halo2_proofs::plonk::{Advice, Assigned, Column, Error, Fixed, Instance, Selector};
use tailproof_circuits::halo2::UNUSED;

/// Adds one to the n-th cell that instructions assign. Cells inside a namespace, which is a
/// gadget's, cells that no gate looks at, and copies of public inputs are not counted.
pub struct Tampering<L> {
    layouter: L,
    cell: Option<usize>,
    assigned: Arc<AtomicUsize>,
    namespaces: usize,
}

impl<L> Tampering<L> {
    /// A layouter that changes a cell, if one is given, and counts into `assigned`.
    pub fn new(layouter: L, cell: Option<usize>, assigned: Arc<AtomicUsize>) -> Self {
        assigned.store(0, Ordering::Relaxed);
        Self { layouter, cell, assigned, namespaces: 0 }
    }
}

impl<L: Layouter<Fp>> Layouter<Fp> for Tampering<L> {
    type Root = Self;

    fn assign_region<A, AR, N, NR>(&mut self, name: N, mut assignment: A) -> Result<AR, Error>
    where
        A: FnMut(Region<'_, Fp>) -> Result<AR, Error>,
        N: Fn() -> NR,
        NR: Into<String>,
    {
        if self.namespaces > 0 {
            return self.layouter.assign_region(name, assignment);
        }
        let (cell, assigned) = (self.cell, &*self.assigned);
        let first = assigned.load(Ordering::Relaxed);
        self.layouter.assign_region(name, |region| {
            // The closure is called once for the region's shape and once for its values.
            assigned.store(first, Ordering::Relaxed);
            let mut tampered = Tampered { region, cell, assigned };
            let layouter: &mut dyn RegionLayouter<Fp> = &mut tampered;
            assignment(layouter.into())
        })
    }

    fn assign_table<A, N, NR>(&mut self, name: N, assignment: A) -> Result<(), Error>
    where
        A: FnMut(Table<'_, Fp>) -> Result<(), Error>,
        N: Fn() -> NR,
        NR: Into<String>,
    {
        self.layouter.assign_table(name, assignment)
    }

    fn constrain_instance(&mut self, cell: Cell, column: Column<Instance>, row: usize) -> Result<(), Error> {
        self.layouter.constrain_instance(cell, column, row)
    }

    fn get_root(&mut self) -> &mut Self {
        self
    }

    fn push_namespace<NR: Into<String>, N: FnOnce() -> NR>(&mut self, name: N) {
        self.namespaces += 1;
        self.layouter.push_namespace(name);
    }

    fn pop_namespace(&mut self, gadget: Option<String>) {
        self.namespaces -= 1;
        self.layouter.pop_namespace(gadget);
    }
}

/// A region whose cells are counted.
#[derive(Debug)]
struct Tampered<'r, 'a> {
    region: Region<'r, Fp>,
    cell: Option<usize>,
    assigned: &'a AtomicUsize,
}

impl RegionLayouter<Fp> for Tampered<'_, '_> {
    fn enable_selector<'v>(
        &'v mut self,
        _: &'v (dyn Fn() -> String + 'v),
        selector: &Selector,
        offset: usize,
    ) -> Result<(), Error> {
        selector.enable(&mut self.region, offset)
    }

    fn assign_advice<'v>(
        &'v mut self,
        annotation: &'v (dyn Fn() -> String + 'v),
        column: Column<Advice>,
        offset: usize,
        to: &'v mut (dyn FnMut() -> Value<Assigned<Fp>> + 'v),
    ) -> Result<Cell, Error> {
        let changed = annotation() != UNUSED && self.cell == Some(self.assigned.fetch_add(1, Ordering::Relaxed));
        let mut value = || {
            let value = to();
            if changed { value.map(|value| value + Assigned::Trivial(Fp::one())) } else { value }
        };
        self.region.assign_advice(annotation, column, offset, &mut value).map(|assigned| assigned.cell())
    }

    fn assign_advice_from_constant<'v>(
        &'v mut self,
        annotation: &'v (dyn Fn() -> String + 'v),
        column: Column<Advice>,
        offset: usize,
        constant: Assigned<Fp>,
    ) -> Result<Cell, Error> {
        self.region.assign_advice_from_constant(annotation, column, offset, constant).map(|assigned| assigned.cell())
    }

    fn assign_advice_from_instance<'v>(
        &mut self,
        annotation: &'v (dyn Fn() -> String + 'v),
        instance: Column<Instance>,
        row: usize,
        advice: Column<Advice>,
        offset: usize,
    ) -> Result<(Cell, Value<Fp>), Error> {
        let assigned = self.region.assign_advice_from_instance(annotation, instance, row, advice, offset)?;
        Ok((assigned.cell(), assigned.value().copied()))
    }

    fn instance_value(&mut self, instance: Column<Instance>, row: usize) -> Result<Value<Fp>, Error> {
        self.region.instance_value(instance, row)
    }

    fn assign_fixed<'v>(
        &'v mut self,
        annotation: &'v (dyn Fn() -> String + 'v),
        column: Column<Fixed>,
        offset: usize,
        to: &'v mut (dyn FnMut() -> Value<Assigned<Fp>> + 'v),
    ) -> Result<Cell, Error> {
        self.region.assign_fixed(annotation, column, offset, to).map(|assigned| assigned.cell())
    }

    fn constrain_constant(&mut self, cell: Cell, constant: Assigned<Fp>) -> Result<(), Error> {
        self.region.constrain_constant(cell, constant)
    }

    fn constrain_equal(&mut self, left: Cell, right: Cell) -> Result<(), Error> {
        self.region.constrain_equal(left, right)
    }
}
