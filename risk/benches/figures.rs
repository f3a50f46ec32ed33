//! Private figures of 1,000 books over 500 scenarios of 100 factors, with the reading of their
//! files.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../../benches/cpu_time.rs"]
mod cpu_time;

use criterion::{Criterion, criterion_group, criterion_main};
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::{Confidence, ScenarioSet};
use tailproof_risk::measure::contributions::{Step, contributions};
use tailproof_risk::measure::figures::book_figures;
use tailproof_risk::table::{TableOptions, read_book};

use cpu_time::CpuTime;

const BOOKS: usize = 1_000;
const SCENARIOS: usize = 500;
const FACTORS: usize = 100;

/// Numbers of no order.
fn scattered(at: usize, below: usize) -> usize {
    (at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407) >> 33) % below
}

fn set() -> ScenarioSet {
    let entry = |at| i32::try_from(scattered(at, 60_000)).unwrap() - 30_000;
    let factors = (0..FACTORS).map(|factor| format!("F{factor:03}")).collect();
    let labels = (0..SCENARIOS).map(|scenario| scenario.to_string()).collect();
    let entries = (0..SCENARIOS * FACTORS).map(entry).collect();
    let generator = Generator::Custom { description: "bench".into() };
    ScenarioSet::new(generator, factors, labels, None, vec![1; SCENARIOS], entries).unwrap()
}

fn book(number: usize) -> String {
    let row = |factor| format!("F{factor:03},{}.25\n", scattered(number * FACTORS + factor, 2_000_000));
    format!("factor,exposure\n{}", (0..FACTORS).map(row).collect::<String>())
}

fn figures(criterion: &mut Criterion<CpuTime>) {
    let (set, texts) = (set(), (0..BOOKS).map(book).collect::<Vec<_>>());
    let confidence: Confidence = "0.99".parse().unwrap();
    let read = |text: &String| read_book("b.csv", text.as_bytes(), &TableOptions::default()).unwrap().0;
    let mut group = criterion.benchmark_group("risk");
    group.sample_size(10);
    group.bench_function("1,000 books x 500 x 100, read and measured", |bencher| {
        bencher.iter(|| {
            let figures = texts.iter().map(|text| {
                let positions = read(text).positions_that_fit(&set, None).unwrap();
                book_figures(&set, &positions, &[confidence]).levels[0].var
            });
            figures.max()
        });
    });
    let positions = read(&texts[0]).positions_that_fit(&set, None).unwrap();
    group.bench_function("contributions of a book, 500 x 100", |bencher| {
        bencher.iter(|| contributions(&set, &positions, confidence, Step::Millionth).factors.len());
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime);
    targets = figures
}
criterion_main!(benches);
