//! Constraint counts and rows are those of the checked-in tables. With `UPDATE_TABLES=1` in the
//! environment, the tests write the rows that they make; with the feature `nightly` those are all.

use std::fmt::Write;
use std::sync::Mutex;

use tailproof_circuits::r1cs::assembly::statement_system;
use tailproof_verifier::Shape;
use tailproof_verifier::inputs::controls::CONTROLS;

use crate::support::{TestCircuit, shape};

/// Shapes that every run makes.
const SHAPES: [&str; 41] = [
    "4x3/1",
    "4x3",
    "4x3+limits",
    "4x3+limits+3books",
    "4x3+rules",
    "500x20/1",
    "500x20",
    "500x20+limits",
    "500x20/1+3books",
    "500x100/1",
    "500x100",
    "500x100+limits",
    "500x100+rules",
    "500x100+rules+12groups",
    "4x3+rules+caps+impact",
    "500x100+rules+caps",
    "500x100+rules+impact",
    "500x100+rules+12groups+caps+impact",
    "512x128",
    "4x3+parametric",
    "21x20+parametric",
    "101x100+parametric",
    "4pnl/1",
    "4pnl",
    "4pnl/1+3books",
    "500pnl/1",
    "500pnl",
    "500pnl/1+3books",
    "2loans+pool",
    "1024loans+pool",
    "1024loans+pool+bands",
    "1024loans+pool+numbers",
    "1024loans+pool+bands+numbers",
    "1024loans+pool+distinct",
    "1024loans+pool+distinct+collateral",
    "1024loans+pool+roll",
    "1024loans+pool+value",
    "2loans+pool+value",
    "1024loans+pool+top",
    "1024loans+64x8/3tranches",
    "1024loans+pool+64x8/3tranches",
];

/// Large shapes, which only the nightly run makes.
const LARGE: [&str; 11] = [
    "10000x20/1",
    "125loans+200x750/6tranches+granular",
    "10000loans+pool",
    "10000loans+pool+64x8/3tranches",
    "10000loans+pool+bands+64x8/3tranches",
    "10000loans+pool+bands+numbers+64x8/3tranches",
    "10000loans+pool+500x16/3tranches",
    "10000loans+pool+bands+500x16/3tranches",
    "10000loans+pool+distinct+collateral",
    "10000loans+pool+roll",
    "10000loans+pool+top",
];

/// A checked-in table: its file, and the function that makes the row of a shape.
struct Table {
    path: &'static str,
    row: fn(Shape) -> String,
}

/// The file is written by several tests.
static WRITING: Mutex<()> = Mutex::new(());

impl Table {
    fn read(&self) -> String {
        std::fs::read_to_string(self.path).unwrap()
    }

    /// Asserts that the row of a shape is in the table, or writes it.
    fn assert_row(&self, text: &str) {
        let row = (self.row)(shape(text));
        let guard = WRITING.lock().unwrap();
        let table = self.read();
        let start = format!("{text},");
        if std::env::var_os("UPDATE_TABLES").is_none() {
            drop(guard);
            assert_eq!(
                table.lines().find(|line| line.starts_with(&start)),
                Some(&row[..]),
                "UPDATE_TABLES=1 writes it"
            );
            return;
        }
        let mut lines: Vec<&str> = table.lines().collect();
        match lines.iter_mut().find(|line| line.starts_with(&start)) {
            Some(line) => *line = &row,
            None => lines.push(&row),
        }
        std::fs::write(self.path, lines.join("\n") + "\n").unwrap();
    }

    /// Asserts that the table has these shapes and no others.
    fn assert_shapes(&self, mut expected: Vec<&str>) {
        let table = self.read();
        let mut shapes: Vec<&str> = table.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
        shapes.sort_unstable();
        expected.sort_unstable();
        assert_eq!(shapes, expected);
    }
}

const CONSTRAINTS: Table =
    Table { path: concat!(env!("CARGO_MANIFEST_DIR"), "/constraint-counts.csv"), row: constraint_row };
const HALO2_ROWS: Table = Table { path: concat!(env!("CARGO_MANIFEST_DIR"), "/halo2-rows.csv"), row: halo2_row };

/// Sizes and digest of a shape's constraints.
fn constraint_row(shape: Shape) -> String {
    let system = statement_system(shape).unwrap();
    let [a, b, c] = system.matrices().each_ref().map(|matrix| matrix.terms().len());
    let (constraints, variables) = (system.constraints(), system.variables());
    let rows = constraints + CONTROLS + 1;
    let domain = [1, 3, 9].map(|odd: usize| odd * rows.div_ceil(odd).next_power_of_two()).into_iter().min().unwrap();
    let inputs = system.instances() - 1;
    let mut row = format!("{shape},{constraints},{domain},{variables},{inputs},{a},{b},{c},");
    system.digest()[..8].iter().for_each(|byte| write!(row, "{byte:02x}").unwrap());
    row
}

/// Rows of a shape's halo2 circuit as a power of two, and the cells that instructions assign.
fn halo2_row(shape: Shape) -> String {
    let (log_rows, cells) = TestCircuit::for_shape(shape).rows_and_cells();
    format!("{shape},{log_rows},{cells}")
}

/// The number of tests that the shapes of a table are shared out to.
const SHARES: usize = 4;

/// Constraint counts and digests of a share of the shapes are those of the table.
fn constraint_counts_are_those_of_the_table(share: usize) {
    SHAPES.iter().skip(share).step_by(SHARES).for_each(|text| CONSTRAINTS.assert_row(text));
}

each!(constraint_counts_are_those_of_the_table: first = 0, second = 1, third = 2, fourth = 3);

/// Rows and cells of a share of the shapes are those of the table.
fn halo2_rows_are_those_of_the_table(share: usize) {
    SHAPES.iter().skip(share).step_by(SHARES).for_each(|text| HALO2_ROWS.assert_row(text));
}

each!(halo2_rows_are_those_of_the_table: first = 0, second = 1, third = 2, fourth = 3);

#[test]
fn tables_have_no_other_rows() {
    let all: Vec<&str> = SHAPES.into_iter().chain(LARGE).collect();
    CONSTRAINTS.assert_shapes(all.clone());
    HALO2_ROWS.assert_shapes(all.into_iter().filter(|text| !text.starts_with("10000loans")).collect());
}

/// The rows of large shapes.
#[cfg(feature = "nightly")]
mod large {
    use super::{CONSTRAINTS, HALO2_ROWS, LARGE};

    fn constraint_counts_are_those_of_the_table(text: &str) {
        CONSTRAINTS.assert_row(text);
    }

    fn halo2_rows_are_those_of_the_table(text: &str) {
        HALO2_ROWS.assert_row(text);
    }

    each!(constraint_counts_are_those_of_the_table:
        scenarios = LARGE[0], granular = LARGE[1], pool = LARGE[2], tranches = LARGE[3],
        bands = LARGE[4], bands_and_numbers = LARGE[5], collateral = LARGE[6], collateral_bands = LARGE[7],
        distinct = LARGE[8], roll = LARGE[9], top = LARGE[10]);
    each!(halo2_rows_are_those_of_the_table: scenarios = LARGE[0], granular = LARGE[1]);
}

/// The sizes in the table are inside their budgets.
#[test]
fn sizes_that_matter_fit_their_budgets() {
    let table = CONSTRAINTS.read();
    let constraints = |text: &str| -> usize {
        let mut rows = table.lines().filter_map(|line| line.strip_prefix(text)?.strip_prefix(','));
        rows.next().unwrap().split(',').next().unwrap().parse().unwrap()
    };
    assert!(constraints("500x100/1") + CONTROLS < 1 << 16);
    assert!(constraints("500x100") <= 100_000);
    assert!(constraints("10000x20/1") <= 800_000);
    // A pool of 1,024 loans with every claim, and one of 10,000 with tranches, which add less than
    // a twentieth. That one fits a domain of 9 2^18.
    assert!(constraints("1024loans+pool") + CONTROLS < 1 << 18);
    let (pool, both) = (constraints("10000loans+pool"), constraints("10000loans+pool+64x8/3tranches"));
    assert!(both <= 2_359_290);
    let banded = constraints("10000loans+pool+bands+64x8/3tranches");
    assert!(banded <= 2_850_000 && banded - both <= 70 * 10_000);
    let kinds = ["1024loans+pool", "1024loans+pool+distinct", "1024loans+pool+distinct+collateral"].map(constraints);
    assert!(kinds.windows(2).all(|pair| pair[1] - pair[0] <= 170 * 1024), "ids of a kind: {kinds:?}");
    // Beyond a pool of 10,000 loans, a month takes at most 400 a loan, and fits 3 2^21.
    let roll = constraints("10000loans+pool+roll");
    assert!(roll - pool <= 400 * 10_000 && roll + CONTROLS < 3 << 21, "{roll}");
    // Claims on value have a fixed part, which grows with the width of totals alone.
    let [of_few, of_many] = ["2", "1024"]
        .map(|loans| constraints(&format!("{loans}loans+pool+value")) - constraints(&format!("{loans}loans+pool")));
    assert!(of_few <= 20_000 && of_many - of_few < 1_300, "{of_few} {of_many}");
    // Each clause on a group takes at most 2 N + 400, and the net asset value N and a word.
    let [limits, rules, groups] =
        ["+limits", "+rules", "+rules+12groups"].map(|end| constraints(&format!("500x100{end}")));
    assert!(rules - limits <= 100 + 100 && groups - rules <= 12 * (2 * 100 + 400), "{limits} {rules} {groups}");
    // A P&L vector of 500 days under one confidence.
    assert!(constraints("500pnl/1") <= 32_700);
    // A cap takes at most 45 a factor, and a cost of three segments 150.
    let [caps, impact, sized] =
        ["+caps", "+impact", "+12groups+caps+impact"].map(|end| constraints(&format!("500x100+rules{end}")));
    assert!(caps - rules <= 45 * 100 && impact - rules <= 150 * 100, "{rules} {caps} {impact}");
    assert!(sized - groups <= (45 + 150) * 100, "{groups} {sized}");
    // The largest obligors together take 34 a loan, and a comparison.
    let top = constraints("10000loans+pool+top");
    assert!(top - pool <= 34 * 10_000 + 200 && top + CONTROLS < 3 << 20, "{top}");
    assert!(pool <= 250 * 10_000 && 20 * (both - pool) < pool);
}

/// Ten thousand loans in sixteen grades over five hundred scenarios, as loans against collateral take
/// them, fit the domains that proofs of them are planned for.
#[test]
fn large_pools_over_many_scenarios_fit_their_domains() {
    let table = CONSTRAINTS.read();
    for (shape, most) in
        [("10000loans+pool+500x16/3tranches", 9 << 18), ("10000loans+pool+bands+500x16/3tranches", 3 << 20)]
    {
        let row = table.lines().find(|line| line.starts_with(&format!("{shape},"))).unwrap();
        let numbers: Vec<u64> = row.split(',').skip(1).take(2).map(|cell| cell.parse().unwrap()).collect();
        assert!(numbers[0] < most && numbers[1] == most, "{row}");
    }
}
