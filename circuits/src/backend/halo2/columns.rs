//! Columns, gates and lookups. They are the same for every statement and shape, since halo2 knows
//! no shape when it configures a circuit.
//!
//! * Four advice columns `a b c d` under two gates with six fixed coefficients. *main*:
//!   `qa a + qb b + qc c + qd d + qm a b + qk = 0`; *chain*: `d = d[above] + qa a + qb b + qc c`;
//!   *boolean*: `d (d - 1) = 0`. Poseidon has its own gates on the same columns.
//! * Eight *lanes* beside one column `x`: `l = l[above] + S x`, without the first term where a
//!   scenario begins, with the scenario matrix `S` in instance columns. A row holds an exposure and
//!   one entry of eight scenarios.
//! * Two *limb* columns for range checks. `z` above `z'` differ by a limb `z - 2^10 z'`, which is
//!   in the table of 10-bit numbers; the topmost limb times a power of two is in the table too.

use halo2_gadgets::poseidon::primitives::P128Pow5T3;
use halo2_gadgets::poseidon::{Pow5Chip, Pow5Config};
use halo2_proofs::pasta::Fp;
use halo2_proofs::plonk::{Advice, Column, ConstraintSystem, Constraints, Fixed, Instance, Selector, TableColumn};
use halo2_proofs::poly::Rotation;
use tailproof_verifier::halo2::LANES;

/// Bits of a limb, and of the table.
pub const LIMB_BITS: u32 = 10;
/// Columns for range checks.
pub const LIMB_COLUMNS: usize = 2;

/// A column for range checks.
#[derive(Debug, Clone, Copy)]
pub struct LimbColumn {
    /// The rest of the number.
    pub rest: Column<Advice>,
    /// The row below holds the rest without the lowest limb.
    pub has_next: Selector,
    /// The number in this row, times this, is in the table.
    pub scale: Column<Fixed>,
}

/// All columns.
#[derive(Debug, Clone)]
pub struct Columns {
    /// `a b c d`.
    pub main: [Column<Advice>; 4],
    /// `qa qb qc qd qm qk`.
    pub coefficients: [Column<Fixed>; 6],
    /// The main gate is on.
    pub is_main: Selector,
    /// The chain gate is on.
    pub is_chain: Selector,
    /// The boolean gate is on.
    pub is_boolean: Selector,
    /// Exposures, beside the lanes.
    pub exposure: Column<Advice>,
    /// Running sums of products.
    pub lanes: [Column<Advice>; LANES],
    /// The scenario matrix.
    pub scenarios: [Column<Instance>; LANES],
    /// Running sums begin.
    pub lanes_begin: Selector,
    /// Running sums go on.
    pub lanes_go_on: Selector,
    /// Range checks.
    pub limbs: [LimbColumn; LIMB_COLUMNS],
    /// The numbers of [`LIMB_BITS`] bits.
    pub table: TableColumn,
    /// Controls, factor names digest and weights.
    pub inputs: Column<Instance>,
    /// Constants that cells are equal to.
    pub constants: Column<Fixed>,
    /// The commitment's hash.
    pub poseidon: Pow5Config<Fp, 3, 2>,
}

impl Columns {
    /// Makes the columns, gates and lookups of a circuit.
    pub fn configure(meta: &mut ConstraintSystem<Fp>) -> Self {
        let main: [Column<Advice>; 4] = std::array::from_fn(|_| meta.advice_column());
        let coefficients: [Column<Fixed>; 6] = std::array::from_fn(|_| meta.fixed_column());
        let exposure = meta.advice_column();
        let lanes: [Column<Advice>; LANES] = std::array::from_fn(|_| meta.advice_column());
        let inputs = meta.instance_column();
        let scenarios: [Column<Instance>; LANES] = std::array::from_fn(|_| meta.instance_column());
        let table = meta.lookup_table_column();
        let constants = meta.fixed_column();
        meta.enable_constant(constants);
        meta.enable_equality(inputs);
        for column in main.iter().chain(&lanes).chain([&exposure]) {
            meta.enable_equality(*column);
        }

        let [is_main, is_chain, is_boolean, lanes_begin, lanes_go_on] = std::array::from_fn(|_| meta.selector());
        main_gates(meta, main, coefficients, [is_main, is_chain, is_boolean]);
        lane_gates(meta, exposure, lanes, scenarios, [lanes_begin, lanes_go_on]);
        let limbs = std::array::from_fn(|_| limb_column(meta, table));
        let [qa, qb, qc, qd, qm, qk] = coefficients;
        let [state @ .., partial] = main;
        let (rc_a, rc_b) = ([qa, qb, qc], [qd, qm, qk]);
        let poseidon = Pow5Chip::configure::<P128Pow5T3>(meta, state, partial, rc_a, rc_b);
        Self {
            main,
            coefficients,
            is_main,
            is_chain,
            is_boolean,
            exposure,
            lanes,
            scenarios,
            lanes_begin,
            lanes_go_on,
            limbs,
            table,
            inputs,
            constants,
            poseidon,
        }
    }
}

/// The gates *main*, *chain* and *boolean*.
fn main_gates(
    meta: &mut ConstraintSystem<Fp>,
    main: [Column<Advice>; 4],
    coefficients: [Column<Fixed>; 6],
    [is_main, is_chain, is_boolean]: [Selector; 3],
) {
    let [qa, qb, qc, qd, qm, qk] = coefficients;
    meta.create_gate("main", |cells| {
        let [a, b, c, d] = main.map(|column| cells.query_advice(column, Rotation::cur()));
        let [qa, qb, qc, qd, qm, qk] = [qa, qb, qc, qd, qm, qk].map(|column| cells.query_fixed(column));
        let sum = qa * a.clone() + qb * b.clone() + qc * c + qd * d + qm * a * b + qk;
        Constraints::with_selector(cells.query_selector(is_main), [("main", sum)])
    });
    meta.create_gate("chain", |cells| {
        let [a, b, c, d] = main.map(|column| cells.query_advice(column, Rotation::cur()));
        let above = cells.query_advice(main[3], Rotation::prev());
        let [qa, qb, qc] = [qa, qb, qc].map(|column| cells.query_fixed(column));
        let sum = above + qa * a + qb * b + qc * c - d;
        Constraints::with_selector(cells.query_selector(is_chain), [("chain", sum)])
    });
    meta.create_gate("boolean", |cells| {
        let d = cells.query_advice(main[3], Rotation::cur());
        Constraints::with_selector(cells.query_selector(is_boolean), [("boolean", d.clone() * d.clone() - d)])
    });
}

/// The gates of the lanes, where running sums begin and where they go on.
fn lane_gates(
    meta: &mut ConstraintSystem<Fp>,
    exposure: Column<Advice>,
    lanes: [Column<Advice>; LANES],
    scenarios: [Column<Instance>; LANES],
    [lanes_begin, lanes_go_on]: [Selector; 2],
) {
    for (name, selector) in [("lanes begin", lanes_begin), ("lanes go on", lanes_go_on)] {
        meta.create_gate(name, |cells| {
            let x = cells.query_advice(exposure, Rotation::cur());
            let products = lanes.iter().zip(scenarios).map(|(lane, scenario)| {
                let product = cells.query_instance(scenario, Rotation::cur()) * x.clone();
                let sum = match selector == lanes_go_on {
                    true => cells.query_advice(*lane, Rotation::prev()) + product,
                    false => product,
                };
                sum - cells.query_advice(*lane, Rotation::cur())
            });
            let sums: Vec<_> = products.collect();
            Constraints::with_selector(cells.query_selector(selector), sums)
        });
    }
}

/// A column for range checks, with its lookup.
fn limb_column(meta: &mut ConstraintSystem<Fp>, table: TableColumn) -> LimbColumn {
    let rest = meta.advice_column();
    meta.enable_equality(rest);
    let (has_next, scale) = (meta.complex_selector(), meta.fixed_column());
    meta.lookup(|cells| {
        let now = cells.query_advice(rest, Rotation::cur());
        let next = cells.query_advice(rest, Rotation::next());
        let (has_next, scale) = (cells.query_selector(has_next), cells.query_fixed(scale));
        let radix = Fp::from(1 << LIMB_BITS);
        vec![(has_next * (now.clone() - next * radix) + scale * now, table)]
    });
    LimbColumn { rest, has_next, scale }
}
