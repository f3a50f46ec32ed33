//! Statements about pools with one flag each: witness and proof on one thread, and verification.
//! The loans are those of the demo, again and again under new names.

use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;

use ark_bn254::Fr;
use ark_ff::UniformRand;
use criterion::{Criterion, criterion_group};
use tailproof::commitments::commit;
use tailproof::scenarios::collateral::collateral_scenarios;
use tailproof::scenarios::historical::historical;
use tailproof::{
    Deal, DealClaim, Groth16, LoanPool, Months, Opened, RollClaim, ScenarioSet, Shape, csv, tape as tapes,
};
use tailproof_circuits::r1cs::assembly::statement_assignment;
use tailproof_core::pool::cashflow::Assumptions;
use tailproof_core::pool::month::Reasons;
use tailproof_prover::groth16::prove_with_blinding;
use tailproof_prover::prover::Statement;
use tailproof_prover::setup::insecure_development_keys;
use tailproof_verifier::scenario_point::scenario_point;

use crate::cpu_time::CpuTime;
use crate::support::{on_one_thread, rng};

const LOANS: &str = include_str!("../src/demo/loans.csv");
const COINS: &str = include_str!("../src/demo/crypto-loans.csv");
const PRICES: &str = include_str!("../src/demo/crypto-prices.csv");
const COIN_DEAL: &str = include_str!("../risk/data/deals/crypto-2021.toml");

/// So many rows of a tape, under new ids and with a further column.
fn tape(header: &str, rows: &[&str], loans: usize, further: &str) -> String {
    let mut text = format!("{header}{further}\n");
    for (index, row) in rows.iter().cycle().take(loans).enumerate() {
        let (_, rest) = row.split_once(',').unwrap();
        write!(text, "L{index},{rest}").unwrap();
        if !further.is_empty() {
            write!(text, ",H{index}").unwrap();
        }
        text.push('\n');
    }
    text
}

/// The demo's loans.
fn consumer(loans: usize, further: &str) -> String {
    let rows: Vec<&str> = LOANS.lines().skip(1).filter(|row| !row.ends_with(",paid")).collect();
    tape(LOANS.lines().next().unwrap(), &rows, loans, further)
}

/// A deal about the demo's loans as of a date.
fn deal(cut_off: &str, further: &str, rest: &str) -> Deal {
    let demo = include_str!("../src/demo/deal.toml");
    let schema = &demo[demo.find("\n[tape]").unwrap()..demo.find("\n[pd]").unwrap()];
    let schema = schema
        .replace("2018-03-31", cut_off)
        .replace("\"status\"]", &format!("\"status\"{further}]"))
        .replace("\"G\"]", "\"G\", \"defaulted\"]");
    Deal::from_toml("bench", &format!("name = \"bench\"\n{schema}{rest}")).unwrap()
}

fn held(deal: &Deal, text: &str) -> Opened<LoanPool> {
    let schema = deal.require_schema().unwrap();
    let read = tapes::read_tape_under("bench", text.as_bytes(), &tapes::Mapping::default(), schema).unwrap();
    let pool = LoanPool::new(&read.tape, schema).unwrap();
    let (_, opening) = commit(&pool, schema, &mut rng());
    opening.open(pool, schema).unwrap()
}

fn stated(shape: &str, deal: Deal, set: Option<Arc<ScenarioSet>>, tape: &str) -> Statement<Groth16> {
    let held = held(&deal, tape);
    Statement::new(&DealClaim::new(deal, set).unwrap(), &held, shape.parse().unwrap(), None).unwrap()
}

/// A month in which each loan pays a hundredth of what it owes.
fn month(shape: &str, loans: usize) -> Statement<Groth16> {
    let march = consumer(loans, "");
    let mut april = String::new();
    for (index, row) in march.lines().enumerate() {
        let mut cells: Vec<String> = row.split(',').map(str::to_owned).collect();
        if index > 0 {
            cells[1] = format!("{:.2}", cells[1].parse::<f64>().unwrap() * 0.99);
            cells[3] = (cells[3].parse::<u32>().unwrap() - 1).to_string();
        }
        writeln!(april, "{}", cells.join(",")).unwrap();
    }
    let before = deal("2018-03-31", "", "[tape.ids]\n[claims]\nloans_min = 1\n");
    let after = deal(
        "2018-04-30",
        "",
        "[tape.ids]\n[month]\nfrom = \"2018-03-31\"\ncollected_min = 1\ncharged_off_max = 0.01\n",
    );
    let (earlier, later) = (held(&before, &march), held(&after, &april));
    let reasons = Reasons::new(&[], &[], after.schema().unwrap()).by_digest();
    let months = Months::new(earlier, later, &reasons, after.month().unwrap()).unwrap();
    let claim = RollClaim::new(DealClaim::new(after, None).unwrap()).unwrap();
    Statement::new(&claim, &months, shape.parse().unwrap(), None).unwrap()
}

fn value(shape: &str, loans: usize) -> Statement<Groth16> {
    let mut assumptions = "version = 1\nname = \"bench\"\n".to_owned();
    for grade in ["A", "B", "C", "D", "E", "F", "G"] {
        writeln!(assumptions, "[[repline]]\ncode = \"{grade}\"\nrate = 12\nterm = 40\nkind = \"level-pay\"").unwrap();
    }
    assumptions += "[[repline]]\ncode = \"defaulted\"\nrate = 0\nterm = 1\nkind = \"defaulted\"\n\
                    [[block]]\nname = \"base\"\ndefault = { cdr = 5 }\nseverity = 85\n[discount]\nflat = 6\n";
    let assumptions = Assumptions::from_toml("bench", &assumptions).unwrap();
    let digest = hex::encode(assumptions.digest());
    let deal = deal(
        "2018-03-31",
        "",
        &format!(
            "[cashflow]\nreplines = \"grade\"\nassumptions_sha256 = \"{digest}\"\nnpv_min = 1\nnpv_block = \"base\"\n"
        ),
    );
    stated(shape, deal.under(&assumptions).unwrap(), None, &consumer(loans, ""))
}

/// Loans against coins, and what 500 real moves of three days leave of their collateral.
fn collateral(shape: &str, loans: usize) -> Statement<Groth16> {
    let text = COIN_DEAL.replace("balance_min = 2735950", "balance_min = 1");
    let deal = Deal::from_toml("bench", &text).unwrap();
    let assets = ["BTC", "ETH", "LTC", "XRP"].map(str::to_owned);
    let prices = csv::read_prices("bench", PRICES.as_bytes()).unwrap().select(&assets).unwrap();
    let set = collateral_scenarios(&deal, &historical(&prices, 3, Some(500)).unwrap()).unwrap();
    let rows: Vec<&str> = COINS.lines().skip(1).collect();
    stated(shape, deal, Some(Arc::new(set)), &tape(COINS.lines().next().unwrap(), &rows, loans, ""))
}

fn flags(criterion: &mut Criterion<CpuTime>) {
    let top = "[top_obligors]\ncount = 10\nshare_max = 0.5\n";
    let distinct = "[tape.ids]\n[claims]\nloans_min = 1\ndistinct = [\"loans\", \"collateral\"]\n";
    let one = "[claims]\nloans_min = 1\n";
    type Make = Box<dyn Fn(&str) -> Statement<Groth16>>;
    let made: [(&str, Make); 9] = [
        ("1024loans+pool", Box::new(|shape| stated(shape, deal("2018-03-31", "", one), None, &consumer(1_024, "")))),
        (
            "1024loans+pool+distinct+collateral",
            Box::new(move |shape| {
                stated(shape, deal("2018-03-31", ", \"collateral\"", distinct), None, &consumer(1_024, ",collateral"))
            }),
        ),
        ("1024loans+pool+roll", Box::new(|shape| month(shape, 1_024))),
        ("1024loans+pool+value", Box::new(|shape| value(shape, 1_024))),
        (
            "1024loans+pool+top",
            Box::new(move |shape| stated(shape, deal("2018-03-31", "", top), None, &consumer(1_024, ""))),
        ),
        ("1024loans+pool+bands+500x8/2tranches", Box::new(|shape| collateral(shape, 1_000))),
        ("10000loans+pool+bands+500x8/2tranches", Box::new(|shape| collateral(shape, 9_900))),
        (
            "10000loans+pool+top",
            Box::new(move |shape| stated(shape, deal("2018-03-31", "", top), None, &consumer(9_900, ""))),
        ),
        ("10000loans+pool+roll", Box::new(|shape| month(shape, 9_900))),
    ];
    for (text, make) in made {
        let statement = make(text);
        let shape: Shape = text.parse().unwrap();
        let mut rng = rng();
        let (proving, verifying) = insecure_development_keys(shape, &mut rng).unwrap();
        let (r, s) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
        let (controls, inputs) = (statement.controls(), statement.inputs());
        let assignment = || statement_assignment(controls, inputs, statement.witness()).unwrap();
        let whole = assignment();
        let proof = prove_with_blinding(&proving, &whole, r, s).unwrap();
        let point = scenario_point(&verifying, inputs).unwrap();
        verifying.verify(controls, &point, &proof).unwrap();

        let mut group = criterion.benchmark_group(text);
        group.sample_size(10);
        group.bench_function("witness", |bencher| on_one_thread(|| bencher.iter(assignment)));
        group.bench_function("proof without its witness", |bencher| {
            on_one_thread(|| bencher.iter(|| prove_with_blinding(&proving, black_box(&whole), r, s).unwrap()));
        });
        group.bench_function("verify with a known scenario point", |bencher| {
            on_one_thread(|| bencher.iter(|| verifying.verify(controls, &point, black_box(&proof)).unwrap()));
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime);
    targets = flags
}
