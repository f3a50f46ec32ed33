//! The instruction set over columns.
//!
//! Expressions stay expressions, with the value they have in this witness, until an instruction needs them in a cell: a sum of up
//! to three terms takes one row, every three more another. What is placed, and where, depends on no value. The name of a region is
//! the label of the instruction that made it, so that a constraint that fails names itself.

use ethnum::I256;
use halo2_gadgets::poseidon::primitives::{ConstantLength, P128Pow5T3};
use halo2_gadgets::poseidon::{Hash, Pow5Chip};
use halo2_proofs::circuit::{AssignedCell, Layouter, Region, Value};
use halo2_proofs::pasta::Fp;
use halo2_proofs::pasta::group::ff::Field;
use halo2_proofs::plonk::{Advice, Column, Error};
use tailproof_verifier::halo2::{CONTROLS_ROW, FACTORS_ROW, LANES, WEIGHTS_ROW, factor_row, lane, lane_rows};
use tailproof_verifier::market::controls::{CONTROLS, InputField};
use tailproof_verifier::market::layout::ScenarioInputs;

use super::columns::{Columns, LIMB_BITS, LIMB_COLUMNS};
use crate::bound::Interval;
use crate::hints::{Hints, Lies};
use crate::instructions::{FactorRow, Instructions, Label, Limbs, MatrixLabels, RangeLabels};

/// Where a value stands.
#[derive(Debug, Clone)]
enum Place {
    /// in a cell that an instruction assigned
    Cell(AssignedCell<Fp, Fp>),
    /// in a row of the inputs' column
    Input(usize),
}

/// `coefficient * value`, of a value that stands somewhere.
#[derive(Debug, Clone)]
struct Term {
    place: Place,
    value: Fp,
    coefficient: Fp,
}

/// A linear expression with its value.
#[derive(Clone)]
pub struct Linear<V> {
    value: V,
    terms: Vec<Term>,
    constant: Fp,
}

impl<V> std::fmt::Debug for Linear<V> {
    /// Shows no value: it may be private.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Linear").field("terms", &self.terms.len()).finish_non_exhaustive()
    }
}

/// What is public: the instance of a circuit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inputs {
    /// the controls
    pub controls: [Fp; CONTROLS],
    /// the scenario part
    pub scenarios: ScenarioInputs,
}

/// Changes to single cells, for tests: the n-th cell that instructions assign is one more than it should be.
pub type Tamper = Option<usize>;

/// Runs statements into columns.
pub struct Plonkish<'s, L> {
    layouter: L,
    columns: &'s Columns,
    inputs: &'s Inputs,
    hints: Hints,
    tamper: Tamper,
    assigned: usize,
    limb_rows: [usize; LIMB_COLUMNS],
    lanes_used: bool,
    error: Option<Error>,
}

impl<L> std::fmt::Debug for Plonkish<'_, L> {
    /// Shows no value: they may be private.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plonkish").field("assigned", &self.assigned).finish_non_exhaustive()
    }
}

/// The main gate's coefficients `qa qb qc qd qm qk`.
type Coefficients = [Fp; 6];

const NONE: Fp = Fp::zero();

fn field(value: I256) -> Fp {
    Fp::from_integer(value)
}

impl<'s, L: Layouter<Fp>> Plonkish<'s, L> {
    /// A backend that lays out into `layouter`, for public inputs, with some hints replaced and perhaps a cell changed.
    ///
    /// # Errors
    /// If the table does not fit.
    pub fn new(
        mut layouter: L,
        columns: &'s Columns,
        inputs: &'s Inputs,
        lies: Lies,
        tamper: Tamper,
    ) -> Result<Self, Error> {
        layouter.assign_table(
            || "table of limbs",
            |mut table| {
                (0..1usize << LIMB_BITS).try_for_each(|row| {
                    table.assign_cell(|| "limb", columns.table, row, || Value::known(Fp::from(row as u64)))
                })
            },
        )?;
        Ok(Self {
            layouter,
            columns,
            inputs,
            hints: Hints::new(lies),
            tamper,
            assigned: 0,
            limb_rows: [0; LIMB_COLUMNS],
            lanes_used: false,
            error: None,
        })
    }

    /// The number of cells that instructions assigned, and whether all of them found a row.
    ///
    /// # Errors
    /// If rows ran out.
    pub fn finish(self) -> Result<usize, Error> {
        self.error.map_or(Ok(self.assigned), Err)
    }

    /// Lays out a region, whose closure may be called several times and says the same each time. After the first error nothing
    /// is laid out, and what instructions return is meaningless; [`Plonkish::finish`] gives the error.
    fn region<T>(
        &mut self,
        label: Label,
        mut assign: impl FnMut(&mut Assigner<'_, '_>) -> Result<T, Error>,
    ) -> Option<T> {
        if self.error.is_some() {
            return None;
        }
        let (tamper, first) = (self.tamper, self.assigned);
        let mut assigned = first;
        let outcome = self.layouter.assign_region(
            || label,
            |mut region| {
                let mut assigner = Assigner { region: &mut region, tamper, assigned: first };
                let result = assign(&mut assigner);
                assigned = assigner.assigned;
                result
            },
        );
        self.assigned = assigned;
        outcome.map_err(|error| self.error = Some(error)).ok()
    }

    fn expression<V>(value: V, cell: Option<AssignedCell<Fp, Fp>>, in_field: Fp) -> Linear<V> {
        let term = |cell| Term { place: Place::Cell(cell), value: in_field, coefficient: Fp::one() };
        Linear { value, terms: cell.map(term).into_iter().collect(), constant: NONE }
    }

    fn input(&self, row: usize, value: Fp) -> Vec<Term> {
        vec![Term { place: Place::Input(row), value, coefficient: Fp::one() }]
    }

    /// One row of the main gate over up to three terms' places, and the value of a fourth cell.
    fn main_row(
        &mut self,
        label: Label,
        terms: &[Option<&Term>; 3],
        coefficients: Coefficients,
        d: Fp,
    ) -> Option<AssignedCell<Fp, Fp>> {
        let columns = self.columns;
        self.region(label, |assigner| {
            columns.is_main.enable(assigner.region, 0)?;
            assigner.main_row(columns, 0, terms, &coefficients, d)
        })
    }

    /// The value of terms and constant.
    fn evaluate(terms: &[Term], constant: Fp) -> Fp {
        terms.iter().fold(constant, |sum, term| sum + term.value * term.coefficient)
    }

    /// An expression of at most one term: itself, or a new cell that a sum defines.
    fn narrow(&mut self, label: Label, terms: &[Term], constant: Fp) -> (Option<Term>, Fp) {
        if terms.len() <= 1 {
            return (terms.first().cloned(), constant);
        }
        let (first, rest) = terms.split_at(terms.len().min(3));
        let columns = self.columns;
        let cell = self.region(label, |assigner| {
            let mut sum = Self::evaluate(first, constant);
            columns.is_main.enable(assigner.region, 0)?;
            let mut cell = assigner.sum_row(columns, 0, first, -Fp::one(), constant, sum)?;
            for (above, chunk) in rest.chunks(3).enumerate() {
                sum += Self::evaluate(chunk, NONE);
                columns.is_chain.enable(assigner.region, above + 1)?;
                cell = assigner.sum_row(columns, above + 1, chunk, NONE, NONE, sum)?;
            }
            Ok(cell)
        });
        let value = Self::evaluate(terms, constant);
        (cell.map(|cell| Term { place: Place::Cell(cell), value, coefficient: Fp::one() }), NONE)
    }

    /// Constrains an expression to be zero.
    fn assert_zero(&mut self, label: Label, terms: &[Term], constant: Fp) {
        if terms.len() > 3 {
            let (term, constant) = self.narrow(label, terms, constant);
            return self.assert_zero(label, term.as_slice(), constant);
        }
        let coefficient = |index: usize| terms.get(index).map_or(NONE, |term| term.coefficient);
        let coefficients = [coefficient(0), coefficient(1), coefficient(2), NONE, NONE, constant];
        self.main_row(label, &[terms.first(), terms.get(1), terms.get(2)], coefficients, NONE);
    }

    /// Constrains `left * right` to be an expression, or a new cell of a given value.
    fn multiply(
        &mut self,
        label: Label,
        (left, left_constant): (&[Term], Fp),
        (right, right_constant): (&[Term], Fp),
        result: Result<(&[Term], Fp), Fp>,
    ) -> Option<AssignedCell<Fp, Fp>> {
        let (a, ka) = self.narrow(label, left, left_constant);
        let (b, kb) = self.narrow(label, right, right_constant);
        let (c, kc) = match result {
            Ok((terms, constant)) => self.narrow(label, terms, constant),
            Err(_) => (None, NONE),
        };
        let coefficient = |term: &Option<Term>| term.as_ref().map_or(NONE, |term| term.coefficient);
        let (qa, qb) = (coefficient(&a), coefficient(&b));
        let (d, qd) = match result {
            Ok(_) => (NONE, NONE),
            Err(value) => (value, -Fp::one()),
        };
        let coefficients = [qa * kb, qb * ka, -coefficient(&c), qd, qa * qb, ka * kb - kc];
        self.main_row(label, &[a.as_ref(), b.as_ref(), c.as_ref()], coefficients, d)
    }

    /// A new cell with a number, whose limbs are in the table: that of `bits` bits. Out of range, the topmost limb takes the rest.
    fn limbs(&mut self, label: Label, value: I256, bits: u32) -> Option<AssignedCell<Fp, Fp>> {
        assert!((2..=Interval::MOST_BITS).contains(&bits), "a range check of {bits} bits");
        let count = bits.div_ceil(LIMB_BITS) as usize;
        let spare = u32::try_from(count).expect("few limbs") * LIMB_BITS - bits;
        // The shorter column takes it.
        let shorter = (0..LIMB_COLUMNS).min_by_key(|column| self.limb_rows[*column]).expect("some column");
        self.limb_rows[shorter] += count + usize::from(spare > 0);
        let column = self.columns.limbs[shorter];
        self.region(label, |assigner| {
            let mut cells = Vec::with_capacity(count);
            for limb in 0..count {
                let rest = value >> (LIMB_BITS * u32::try_from(limb).expect("few limbs"));
                cells.push(assigner.assign(column.rest, limb, field(rest))?);
                if limb + 1 < count {
                    column.has_next.enable(assigner.region, limb)?;
                } else {
                    assigner.fix(column.scale, limb, Fp::one())?;
                }
            }
            if spare > 0 {
                let top = value >> (LIMB_BITS * u32::try_from(count - 1).expect("few limbs"));
                let again = assigner.assign(column.rest, count, field(top))?;
                assigner.region.constrain_equal(again.cell(), cells[count - 1].cell())?;
                assigner.fix(column.scale, count, Fp::from(1 << spare))?;
            }
            Ok(cells.swap_remove(0))
        })
    }
}

/// Assigns cells of a region.
struct Assigner<'r, 'g> {
    region: &'r mut Region<'g, Fp>,
    tamper: Tamper,
    assigned: usize,
}

impl Assigner<'_, '_> {
    fn next_value(&mut self, value: Fp) -> Fp {
        let changed = self.tamper == Some(self.assigned);
        self.assigned += 1;
        if changed { value + Fp::one() } else { value }
    }

    fn assign(&mut self, column: Column<Advice>, row: usize, value: Fp) -> Result<AssignedCell<Fp, Fp>, Error> {
        let value = self.next_value(value);
        self.region.assign_advice(|| "", column, row, || Value::known(value))
    }

    fn fix(&mut self, column: Column<halo2_proofs::plonk::Fixed>, row: usize, value: Fp) -> Result<(), Error> {
        self.region.assign_fixed(|| "", column, row, || Value::known(value)).map(drop)
    }

    /// A copy of a value that stands somewhere.
    fn copy(&mut self, term: &Term, column: Column<Advice>, row: usize, inputs: &Columns) -> Result<(), Error> {
        match &term.place {
            Place::Cell(cell) => {
                let copy = self.assign(column, row, term.value)?;
                self.region.constrain_equal(copy.cell(), cell.cell())
            }
            Place::Input(input) => {
                self.region.assign_advice_from_instance(|| "", inputs.inputs, *input, column, row).map(drop)
            }
        }
    }

    /// The cells of a row of main or chain.
    fn main_row(
        &mut self,
        columns: &Columns,
        row: usize,
        terms: &[Option<&Term>; 3],
        coefficients: &Coefficients,
        d: Fp,
    ) -> Result<AssignedCell<Fp, Fp>, Error> {
        for (column, term) in columns.main.iter().zip(terms) {
            match term {
                Some(term) => self.copy(term, *column, row, columns)?,
                // Times a coefficient of zero: any value would do.
                None => self.region.assign_advice(|| "", *column, row, || Value::known(NONE)).map(drop)?,
            }
        }
        for (column, coefficient) in columns.coefficients.iter().zip(coefficients) {
            self.fix(*column, row, *coefficient)?;
        }
        if coefficients[3] == NONE && row == 0 {
            return self.region.assign_advice(|| "", columns.main[3], row, || Value::known(d));
        }
        self.assign(columns.main[3], row, d)
    }

    /// A row whose fourth cell is a sum.
    fn sum_row(
        &mut self,
        columns: &Columns,
        row: usize,
        terms: &[Term],
        qd: Fp,
        constant: Fp,
        sum: Fp,
    ) -> Result<AssignedCell<Fp, Fp>, Error> {
        let coefficient = |index: usize| terms.get(index).map_or(NONE, |term| term.coefficient);
        let coefficients = [coefficient(0), coefficient(1), coefficient(2), qd, NONE, constant];
        self.main_row(columns, row, &[terms.first(), terms.get(1), terms.get(2)], &coefficients, sum)
    }
}

impl<L: Layouter<Fp>> Instructions for Plonkish<'_, L> {
    type Integer = Linear<I256>;
    type Element = Linear<Fp>;

    fn constant(&self, value: I256) -> Linear<I256> {
        Linear { value, terms: Vec::new(), constant: field(value) }
    }

    fn add_scaled(&self, into: &mut Linear<I256>, other: &Linear<I256>, factor: I256) {
        into.value += other.value * factor;
        add_terms(&mut into.terms, &mut into.constant, &other.terms, other.constant, field(factor));
    }

    fn value(&self, integer: &Linear<I256>) -> I256 {
        integer.value
    }

    fn element_add_scaled(&self, into: &mut Linear<Fp>, other: &Linear<Fp>, factor: I256) {
        into.value += other.value * field(factor);
        add_terms(&mut into.terms, &mut into.constant, &other.terms, other.constant, field(factor));
    }

    fn element_value(&self, element: &Linear<Fp>) -> Limbs {
        element.value.limbs()
    }

    fn to_element(&self, integer: &Linear<I256>) -> Linear<Fp> {
        Linear { value: field(integer.value), terms: integer.terms.clone(), constant: integer.constant }
    }

    fn control(&self, index: usize) -> Linear<Fp> {
        let value = self.inputs.controls[index - 1];
        Linear { value, terms: self.input(CONTROLS_ROW + index - 1, value), constant: NONE }
    }

    fn factors(&self) -> Linear<Fp> {
        let value = self.inputs.scenarios.factors();
        Linear { value, terms: self.input(FACTORS_ROW, value), constant: NONE }
    }

    fn weight(&self, scenario: usize) -> Linear<I256> {
        let value = I256::from(self.inputs.scenarios.weight(scenario));
        Linear { value, terms: self.input(WEIGHTS_ROW + scenario, field(value)), constant: NONE }
    }

    fn factor_input(&self, row: FactorRow, factor: usize) -> Linear<I256> {
        let scenarios = &self.inputs.scenarios;
        let value = I256::from(scenarios.of_factor(row, factor));
        let terms = self.input(factor_row(scenarios.shape(), row, factor), field(value));
        Linear { value, terms, constant: NONE }
    }

    /// Eight rows of the matrix side by side, one exposure a row.
    fn scenario_products(&mut self, labels: MatrixLabels, x: &[Linear<I256>]) -> Vec<Linear<I256>> {
        let shape = self.inputs.scenarios.shape();
        assert_eq!(x.len(), shape.factors(), "one entry per factor");
        // The lanes' columns are laid out beside the matrix, from row 0 on: there is room for one matrix.
        if std::mem::replace(&mut self.lanes_used, true) {
            self.error = Some(Error::Synthesis);
        }
        let mut exposures = Vec::with_capacity(x.len());
        for entry in x {
            let element = self.to_element(entry);
            let cell = self.cell(labels.row, &element);
            exposures.extend(cell.map(|cell| Term {
                place: Place::Cell(cell),
                value: element.value,
                coefficient: Fp::one(),
            }));
        }
        // Running sums of each lane, row after row; the last of a scenario is its result, a hint.
        let mut sums = vec![[I256::ZERO; LANES]; lane_rows(shape)];
        let mut results = Vec::with_capacity(shape.scenarios());
        for scenario in 0..shape.scenarios() {
            let (lane, first) = lane(shape, scenario);
            let mut sum = I256::ZERO;
            for (factor, entry) in self.inputs.scenarios.entries(scenario).iter().enumerate() {
                sum += I256::from(*entry) * x[factor].value;
                sums[first + factor][lane] = sum;
            }
            let last = first + shape.factors() - 1;
            sums[last][lane] = self.hint(labels.row, sum);
            results.push((lane, last));
        }
        let columns = self.columns;
        let cells = self.region(labels.row, |assigner| {
            let mut cells = Vec::with_capacity(results.len());
            for (row, lanes) in sums.iter().enumerate() {
                let factor = row % shape.factors();
                let gate = if factor == 0 { columns.lanes_begin } else { columns.lanes_go_on };
                gate.enable(assigner.region, row)?;
                let term = exposures.get(factor).ok_or(Error::Synthesis)?;
                assigner.copy(term, columns.exposure, row, columns)?;
                for (column, sum) in columns.lanes.iter().zip(lanes) {
                    let cell = assigner.assign(*column, row, field(*sum))?;
                    if factor + 1 == shape.factors() {
                        cells.push(cell);
                    }
                }
            }
            Ok(cells)
        });
        let value = |(lane, row): (usize, usize)| sums[row][lane];
        let cell = |scenario: usize| cells.as_ref().map(|cells| cells[scenario].clone());
        // Cells were collected block by block, lane by lane: in the order of the scenarios.
        results
            .into_iter()
            .enumerate()
            .map(|(scenario, place)| Self::expression(value(place), cell(scenario), field(value(place))))
            .collect()
    }

    fn hint(&mut self, label: Label, honest: I256) -> I256 {
        self.hints.value(label, honest)
    }

    fn unchecked_witness(&mut self, label: Label, value: I256) -> Linear<I256> {
        let column = self.columns.main[3];
        let cell = self.region(label, |assigner| assigner.assign(column, 0, field(value)));
        Self::expression(value, cell, field(value))
    }

    fn range(&mut self, label: Label, value: I256, bits: u32) -> Linear<I256> {
        let cell = if bits == 1 {
            let columns = self.columns;
            self.region(label, |assigner| {
                columns.is_boolean.enable(assigner.region, 0)?;
                assigner.assign(columns.main[3], 0, field(value))
            })
        } else {
            self.limbs(label, value, bits)
        };
        Self::expression(value, cell, field(value))
    }

    fn assert_range(&mut self, labels: RangeLabels, integer: &Linear<I256>, bits: u32) {
        let value = self.hint(labels.bit, integer.value & ((I256::ONE << bits) - I256::ONE));
        let mut difference = self.range(labels.bit, value, bits);
        self.add_scaled(&mut difference, integer, I256::MINUS_ONE);
        self.assert_zero(labels.sum, &difference.terms, difference.constant);
    }

    fn product(&mut self, label: Label, left: &Linear<I256>, right: &Linear<I256>) -> Linear<I256> {
        let value = self.hint(label, left.value * right.value);
        let (left, right) = ((&left.terms[..], left.constant), (&right.terms[..], right.constant));
        let cell = self.multiply(label, left, right, Err(field(value)));
        Self::expression(value, cell, field(value))
    }

    fn assert_product(&mut self, label: Label, left: &Linear<I256>, right: &Linear<I256>, product: &Linear<I256>) {
        let (left, right) = ((&left.terms[..], left.constant), (&right.terms[..], right.constant));
        self.multiply(label, left, right, Ok((&product.terms, product.constant)));
    }

    fn element_witness(&mut self, label: Label, value: Limbs) -> Linear<Fp> {
        let value = Fp::from_limbs(value).expect("a canonical integer is below the modulus");
        let column = self.columns.main[3];
        let cell = self.region(label, |assigner| assigner.assign(column, 0, value));
        Self::expression(value, cell, value)
    }

    fn element_quotient_value(&self, numerator: &Linear<Fp>, denominator: &Linear<Fp>) -> Limbs {
        Option::<Fp>::from(denominator.value.invert()).map_or(NONE, |inverse| numerator.value * inverse).limbs()
    }

    fn element_product(&mut self, label: Label, left: &Linear<Fp>, right: &Linear<Fp>) -> Linear<Fp> {
        let value = left.value * right.value;
        let (left, right) = ((&left.terms[..], left.constant), (&right.terms[..], right.constant));
        let cell = self.multiply(label, left, right, Err(value));
        Self::expression(value, cell, value)
    }

    fn element_assert_product(&mut self, label: Label, left: &Linear<Fp>, right: &Linear<Fp>, product: &Linear<Fp>) {
        let (left, right) = ((&left.terms[..], left.constant), (&right.terms[..], right.constant));
        self.multiply(label, left, right, Ok((&product.terms, product.constant)));
    }

    fn assert_equal(&mut self, label: Label, left: &Linear<Fp>, right: &Linear<Fp>) {
        let mut difference = left.clone();
        self.element_add_scaled(&mut difference, right, I256::MINUS_ONE);
        self.assert_zero(label, &difference.terms, difference.constant);
    }

    fn hash(&mut self, label: Label, inputs: &[Linear<Fp>]) -> Linear<Fp> {
        let mut cells = Vec::with_capacity(inputs.len());
        let mut values = Vec::with_capacity(inputs.len());
        for input in inputs {
            values.push(input.value);
            cells.extend(self.cell(label, input));
        }
        let value = <Fp as tailproof_verifier::commitment::CommitmentField>::hash(&values);
        if self.error.is_some() {
            return Self::expression(value, None, value);
        }
        let outcome = match cells.len() {
            3 => self.sponge::<3>(label, cells),
            12 => self.sponge::<12>(label, cells),
            _ => Err(Error::Synthesis),
        };
        let cell = outcome.map_err(|error| self.error = Some(error)).ok();
        Self::expression(value, cell, value)
    }
}

impl<L: Layouter<Fp>> Plonkish<'_, L> {
    /// An expression in a cell of its own.
    fn cell(&mut self, label: Label, element: &Linear<Fp>) -> Option<AssignedCell<Fp, Fp>> {
        match &element.terms[..] {
            [Term { place: Place::Cell(cell), coefficient, .. }]
                if *coefficient == Fp::one() && element.constant == NONE =>
            {
                Some(cell.clone())
            }
            terms => {
                let (term, constant) = match terms {
                    // One term that stands elsewhere, or times something, is copied by a row of its own.
                    [_] | [] => (terms.first().cloned(), element.constant),
                    _ => self.narrow(label, terms, element.constant),
                };
                if let Some(Term { place: Place::Cell(cell), coefficient, .. }) = &term
                    && *coefficient == Fp::one()
                    && constant == NONE
                {
                    return Some(cell.clone());
                }
                let coefficient = term.as_ref().map_or(NONE, |term| term.coefficient);
                let coefficients = [coefficient, NONE, NONE, -Fp::one(), NONE, constant];
                self.main_row(label, &[term.as_ref(), None, None], coefficients, element.value)
            }
        }
    }

    fn sponge<const N: usize>(
        &mut self,
        label: Label,
        message: Vec<AssignedCell<Fp, Fp>>,
    ) -> Result<AssignedCell<Fp, Fp>, Error> {
        let message: [AssignedCell<Fp, Fp>; N] = message.try_into().map_err(|_| Error::Synthesis)?;
        let chip = Pow5Chip::construct(self.columns.poseidon.clone());
        let mut layouter = self.layouter.namespace(|| label);
        Hash::<_, _, P128Pow5T3, ConstantLength<N>, 3, 2>::init(chip, layouter.namespace(|| "init"))?
            .hash(layouter.namespace(|| "hash"), message)
    }
}

fn add_terms(into: &mut Vec<Term>, constant: &mut Fp, terms: &[Term], other: Fp, factor: Fp) {
    *constant += other * factor;
    into.extend(terms.iter().map(|term| Term { coefficient: term.coefficient * factor, ..term.clone() }));
}
