//! Reading large files of prices, on one thread: 10,000 days of 2,000 factors.
//!
//! The files are made in a temporary folder. Parquet needs the feature of that name.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../../benches/cpu_time.rs"]
mod cpu_time;
#[path = "../../benches/memory.rs"]
mod memory;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use jiff::civil::{Date, date};
use tailproof_risk::table::{TableOptions, read_raw_prices};
use tempfile::TempDir;

use cpu_time::CpuTime;

const DAYS: usize = 10_000;
const FACTORS: usize = 2_000;

/// How prices are written.
#[derive(Clone, Copy)]
enum Digits {
    /// two behind the point, as exchanges quote
    Cents,
    /// as many as a double has, as adjusted prices do
    Double,
}

impl Digits {
    fn name(self) -> &'static str {
        match self {
            Digits::Cents => "cents",
            Digits::Double => "doubles",
        }
    }

    /// Returns a price between 5 and 1,005.
    fn price(self, day: usize, factor: usize) -> f64 {
        let mixed =
            (day * FACTORS + factor).wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        #[expect(clippy::cast_precision_loss, reason = "any price will do")]
        match self {
            Digits::Cents => ((mixed >> 33) % 100_000 + 500) as f64 / 100.0,
            Digits::Double => (mixed >> 11) as f64 / (1u64 << 53) as f64 * 1000.0 + 5.0,
        }
    }
}

fn day(row: usize) -> Date {
    date(1990, 1, 1).checked_add(jiff::Span::new().days(i64::try_from(row).unwrap())).unwrap()
}

fn name(factor: usize) -> String {
    format!("F{factor:04}")
}

fn csv(folder: &Path, digits: Digits) -> PathBuf {
    let path = folder.join(format!("{}.csv", digits.name()));
    let mut file = BufWriter::new(File::create(&path).unwrap());
    let names: Vec<String> = (0..FACTORS).map(name).collect();
    writeln!(file, "date,{}", names.join(",")).unwrap();
    for row in 0..DAYS {
        write!(file, "{}", day(row)).unwrap();
        for factor in 0..FACTORS {
            let price = digits.price(row, factor);
            match digits {
                Digits::Cents => write!(file, ",{price:.2}").unwrap(),
                Digits::Double => write!(file, ",{price}").unwrap(),
            }
        }
        writeln!(file).unwrap();
    }
    file.flush().unwrap();
    path
}

/// Writes a file as data frames do: groups of rows, each compressed by Snappy.
#[cfg(feature = "parquet")]
fn parquet(folder: &Path, digits: Digits) -> PathBuf {
    use std::sync::Arc;

    use parquet::basic::Compression;
    use parquet::data_type::{DoubleType, Int32Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    const GROUP: usize = 5_000;
    let path = folder.join(format!("{}.parquet", digits.name()));
    let columns: String = (0..FACTORS).map(|factor| format!("optional double {}; ", name(factor))).collect();
    let schema =
        Arc::new(parse_message_type(&format!("message schema {{ required int32 date (DATE); {columns} }}")).unwrap());
    let properties = Arc::new(WriterProperties::builder().set_compression(Compression::SNAPPY).build());
    let mut writer = SerializedFileWriter::new(File::create(&path).unwrap(), schema, properties).unwrap();
    for first in (0..DAYS).step_by(GROUP) {
        let rows = first..(first + GROUP).min(DAYS);
        let mut group = writer.next_row_group().unwrap();
        let days: Vec<i32> = rows.clone().map(|row| i32::try_from(row).unwrap() + 7_305).collect();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int32Type>().write_batch(&days, None, None).unwrap();
        column.close().unwrap();
        let levels = vec![1; days.len()];
        for factor in 0..FACTORS {
            let prices: Vec<f64> = rows.clone().map(|row| digits.price(row, factor)).collect();
            let mut column = group.next_column().unwrap().unwrap();
            column.typed::<DoubleType>().write_batch(&prices, Some(&levels), None).unwrap();
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.close().unwrap();
    path
}

/// Reads a file, and returns how many prices it has.
fn read(path: &Path) -> usize {
    let name = path.display().to_string();
    let (prices, reading) = read_raw_prices(&name, File::open(path).unwrap(), &TableOptions::default()).unwrap();
    assert!(reading.guesses().next().is_none(), "{reading}");
    prices.table.len() * prices.table.factors().len()
}

fn bench(group: &mut criterion::BenchmarkGroup<'_, CpuTime>, path: &Path, digits: Digits) {
    let ending = path.extension().unwrap().to_string_lossy();
    let size = std::fs::metadata(path).unwrap().len();
    // The system begins to count the largest memory anew.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    assert_eq!(read(path), DAYS * FACTORS);
    let peak = memory::peak("self").unwrap();
    println!(
        "{ending}, {}: {} MB, read with a peak memory of {} MB",
        digits.name(),
        size / 1_000_000,
        peak / 1_000_000
    );
    group.bench_function(format!("{ending}, {}", digits.name()), |bencher| bencher.iter(|| read(path)));
}

fn tables(criterion: &mut Criterion<CpuTime>) {
    let folder = TempDir::new().unwrap();
    let mut group = criterion.benchmark_group("read 10,000 x 2,000 prices");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    for digits in [Digits::Cents, Digits::Double] {
        let path = csv(folder.path(), digits);
        bench(&mut group, &path, digits);
        std::fs::remove_file(path).unwrap();
        #[cfg(feature = "parquet")]
        bench(&mut group, &parquet(folder.path(), digits), digits);
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime);
    targets = tables
}
criterion_main!(benches);
