//! Parquet files as data frames write them, each with its right reading.

use std::sync::Arc;

use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use tailproof_core::prices::PriceHistory;
use tailproof_risk::csv;
use tailproof_risk::table::{DecimalMark, Reading, TableError, TableOptions, read_prices};

/// A column of a file: its values, without those that are absent.
enum Values {
    Double(Vec<f64>),
    Float(Vec<f32>),
    Whole(Vec<i64>),
    Day(Vec<i32>),
    Words(Vec<&'static str>),
}

/// Returns a file of one group of rows, whose columns are as the schema says.
fn file(schema: &str, compression: Compression, columns: &[(Values, Option<Vec<i16>>)]) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(&format!("message schema {{ {schema} }}")).unwrap());
    let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for (values, levels) in columns {
        let mut column = group.next_column().unwrap().unwrap();
        let levels = levels.as_deref();
        let written = match (column.untyped(), values) {
            (ColumnWriter::DoubleColumnWriter(writer), Values::Double(values)) => {
                writer.write_batch(values, levels, None)
            }
            (ColumnWriter::FloatColumnWriter(writer), Values::Float(values)) => {
                writer.write_batch(values, levels, None)
            }
            (ColumnWriter::Int64ColumnWriter(writer), Values::Whole(values)) => {
                writer.write_batch(values, levels, None)
            }
            (ColumnWriter::Int32ColumnWriter(writer), Values::Day(values)) => writer.write_batch(values, levels, None),
            (ColumnWriter::ByteArrayColumnWriter(writer), Values::Words(words)) => {
                let words: Vec<ByteArray> = words.iter().map(|word| ByteArray::from(*word)).collect();
                writer.write_batch(&words, levels, None)
            }
            _ => panic!("the schema has another type"),
        };
        written.unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

fn read(bytes: &[u8], strict: bool) -> Result<(PriceHistory, Reading), TableError> {
    read_prices("p.parquet", bytes, &TableOptions { strict, ..TableOptions::default() })
}

fn plain(text: &str) -> PriceHistory {
    csv::read_prices("p.csv", text.as_bytes()).unwrap()
}

/// Seconds since 1970 of 2023-02-13.
const DAY: i64 = 1_676_246_400;
const PLAIN: &str = "date,A,B\n2023-02-13,86.21,0.1\n2023-02-14,87.65,100\n";

#[test]
fn frames_with_their_dates_as_the_last_column_are_read() {
    for (compression, unit, per_second) in [
        (Compression::UNCOMPRESSED, "MILLIS,false", 1_000),
        (Compression::SNAPPY, "MICROS,true", 1_000_000),
        (Compression::ZSTD(Default::default()), "NANOS,false", 1_000_000_000),
        (Compression::GZIP(Default::default()), "MILLIS,true", 1_000),
    ] {
        let schema = format!("REQUIRED DOUBLE A; OPTIONAL FLOAT B; REQUIRED INT64 Date (TIMESTAMP({unit}));");
        let times = vec![DAY * per_second, (DAY + 86_400) * per_second];
        let columns = [
            (Values::Double(vec![86.21, 87.65]), None),
            (Values::Float(vec![0.1, 100.0]), Some(vec![1, 1])),
            (Values::Whole(times), None),
        ];
        let (history, reading) = read(&file(&schema, compression, &columns), true).unwrap();
        assert_eq!(history.digest(0..2), plain(PLAIN).digest(0..2), "{unit}");
        assert!(reading.to_string().contains("a Parquet file"), "{reading}");
    }
}

/// The numbers of a file of numbers have no mark.
#[test]
fn doubles_do_not_depend_on_the_decimal_mark_of_texts() {
    let schema = "REQUIRED INT64 Date (TIMESTAMP(MILLIS,true)); REQUIRED DOUBLE A; REQUIRED DOUBLE B;";
    let times = Values::Whole(vec![DAY * 1_000, (DAY + 86_400) * 1_000]);
    let columns = [(times, None), (Values::Double(vec![86.21, 87.65]), None), (Values::Double(vec![0.1, 100.0]), None)];
    let bytes = file(schema, Compression::SNAPPY, &columns);
    let options = TableOptions { decimal: Some(DecimalMark::Comma), ..TableOptions::default() };
    let (history, _) = read_prices("p.parquet", &bytes[..], &options).unwrap();
    assert_eq!(history.digest(0..2), plain(PLAIN).digest(0..2));
}

#[test]
fn days_decimals_and_long_tables_are_read() {
    let schema = "REQUIRED INT32 day (DATE); REQUIRED BINARY ticker (STRING); REQUIRED INT64 close (DECIMAL(12,2));";
    let columns = [
        (Values::Day(vec![19_401, 19_401, 19_402, 19_402]), None),
        (Values::Words(vec!["A", "B", "A", "B"]), None),
        (Values::Whole(vec![8621, 10, 8765, 10_000]), None),
    ];
    let (history, _) = read(&file(schema, Compression::UNCOMPRESSED, &columns), false).unwrap();
    assert_eq!(history.digest(0..2), plain(PLAIN).digest(0..2));
}

#[test]
fn absent_values_and_times_of_the_day_are_refused() {
    let schema = "REQUIRED INT64 Date (TIMESTAMP(MILLIS,true)); OPTIONAL DOUBLE A;";
    let at = |first: i64, levels: Vec<i16>, values: Vec<f64>| {
        let times = Values::Whole(vec![first * 1_000, (first + 86_400) * 1_000]);
        file(schema, Compression::UNCOMPRESSED, &[(times, None), (Values::Double(values), Some(levels))])
    };
    let hole = read(&at(DAY, vec![0, 1], vec![2.0]), false).unwrap_err().to_string();
    assert!(hole.contains("row 2, column 'A'") && hole.contains("is missing, of 2023-02-13"), "{hole}");
    let nan = read(&at(DAY, vec![1, 1], vec![1.0, f64::NAN]), false).unwrap_err().to_string();
    assert!(nan.contains("('NaN')"), "{nan}");
    let late = read(&at(DAY - 3_600, vec![1, 1], vec![1.0, 2.0]), false).unwrap_err().to_string();
    assert!(late.contains("2023-02-12T23:00:00") && late.contains("other than midnight"), "{late}");
}

#[test]
fn nested_columns_cut_files_and_too_many_cells_are_refused() {
    let nested = "REQUIRED GROUP a { OPTIONAL DOUBLE b; } REQUIRED INT32 day (DATE);";
    let columns = [(Values::Double(vec![1.0]), Some(vec![1])), (Values::Day(vec![1]), None)];
    let bytes = file(nested, Compression::UNCOMPRESSED, &columns);
    assert!(read(&bytes, false).unwrap_err().to_string().contains("nested columns"));
    let schema = "REQUIRED INT32 day (DATE); REQUIRED DOUBLE A;";
    let columns = [(Values::Day((0..100).collect()), None), (Values::Double(vec![1.0; 100]), None)];
    let bytes = file(schema, Compression::SNAPPY, &columns);
    assert_eq!(read(&bytes, false).unwrap().0.len(), 100);
    for end in [4, 20, bytes.len() / 2, bytes.len() - 1] {
        let refused = read(&bytes[..end], false).unwrap_err().to_string();
        assert!(refused.contains("broken Parquet"), "{refused}");
    }
    let mut options = TableOptions::default();
    options.limits.cells = 150;
    let refused = read_prices("p.parquet", &bytes[..], &options).unwrap_err().to_string();
    assert!(refused.contains("larger than 150 cells"), "{refused}");
}

/// A file holds a text once, and names it in every row: it expands far beyond its size.
#[test]
fn a_bomb_of_one_long_text_is_refused() {
    const LONG: &str = "a name that stands in the file once, and in the table as often as there are rows";
    let schema = "REQUIRED INT32 day (DATE); REQUIRED BYTE_ARRAY name (UTF8); REQUIRED DOUBLE close;";
    let rows = 100_000;
    let words = (Values::Words(vec![LONG; rows]), None);
    let columns = [(Values::Day(vec![19_000; rows]), None), words, (Values::Double(vec![1.0; rows]), None)];
    let bytes = file(schema, Compression::SNAPPY, &columns);
    let mut options = TableOptions::default();
    options.limits.text = 1 << 20;
    assert!(bytes.len() < 1 << 18, "{}", bytes.len());
    let refused = read_prices("p.parquet", &bytes[..], &options).unwrap_err().to_string();
    assert!(refused.contains("larger than 1048576 bytes"), "{refused}");
}
