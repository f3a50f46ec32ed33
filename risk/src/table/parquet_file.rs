//! Parquet files: flat columns, as texts in rows.

use bytes::Bytes;
use jiff::Timestamp;
use jiff::civil::date;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as PhysicalType};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;
use rust_decimal::Decimal;

use super::doubles::Doubles;
use super::error::{TableError, TableProblem};
use super::grid::{Cells, Grid, too_many};
use super::options::Limits;
use super::reading::{NoteBasis, NoteKind, Reading};

/// What the whole numbers of a column mean.
#[derive(Debug, Clone, Copy)]
enum Meaning {
    Number,
    /// days since 1970-01-01
    Day,
    /// so many a second since 1970-01-01, perhaps in UTC
    Time {
        per_second: i64,
        utc: bool,
    },
    /// a decimal with so many places
    Decimal(u32),
    Bytes,
}

/// The values of a column in a group of rows, without those that are absent. Columns of doubles are
/// [`Doubles`].
enum Values {
    Bool(Vec<bool>),
    Whole(Vec<i64>),
    Float(Vec<f32>),
    Bytes(Vec<ByteArray>),
    Fixed(Vec<FixedLenByteArray>),
}

/// A column in a group of rows.
struct ColumnChunk {
    meaning: Meaning,
    values: Values,
    /// for each row, whether it has a value; empty if all have
    present: Vec<bool>,
    /// values that were taken
    taken: usize,
}

/// Reads the cells of a Parquet file. A column of days or times stands first.
pub(crate) fn read(file: &str, bytes: Vec<u8>, limits: &Limits, reading: &mut Reading) -> Result<Grid, TableError> {
    let grid = cells(bytes, limits).map_err(|problem| TableError::in_file(file, problem))?;
    let what = "a Parquet file; numbers as the shortest decimals of their doubles";
    reading.add(NoteKind::Format, NoteBasis::File, what);
    Ok(grid)
}

fn cells(bytes: Vec<u8>, limits: &Limits) -> Result<Grid, TableProblem> {
    let reader = SerializedFileReader::new(Bytes::from(bytes)).map_err(broken)?;
    let metadata = reader.metadata().file_metadata();
    let columns = metadata.schema_descr().columns();
    let rows = usize::try_from(metadata.num_rows()).unwrap_or(usize::MAX);
    if rows.saturating_mul(columns.len()) > limits.cells {
        return Err(too_many(limits));
    }
    let mut order: Vec<(usize, Meaning)> = Vec::with_capacity(columns.len());
    for (place, column) in columns.iter().enumerate() {
        if column.max_rep_level() > 0 || column.max_def_level() > 1 || column.path().parts().len() > 1 {
            return Err(TableProblem::OtherFormat("a Parquet file with nested columns"));
        }
        order.push((place, meaning(column)?));
    }
    let is_date = |(_, meaning): &(usize, Meaning)| matches!(meaning, Meaning::Day | Meaning::Time { .. });
    if let Some(place) = order.iter().position(is_date) {
        order[..=place].rotate_right(1);
    }
    let mut grid = Grid::of_types();
    grid.begin_row(1, false);
    for (place, _) in &order {
        grid.push(columns[*place].name().trim(), limits)?;
    }
    let (mut texts, mut numbers) = (0, 0);
    let cells = |(place, _): &(usize, Meaning)| {
        let is_double = columns[*place].physical_type() == PhysicalType::DOUBLE;
        let next = if is_double { &mut numbers } else { &mut texts };
        *next += 1;
        if is_double { Cells::Doubles(*next - 1) } else { Cells::Texts(*next - 1) }
    };
    let cells: Vec<Cells> = order.iter().map(cells).collect();
    let mut doubles = Doubles::new(numbers);
    let mut line = 2;
    for index in 0..reader.num_row_groups() {
        let group = reader.get_row_group(index).map_err(broken)?;
        push_group(&mut grid, &mut doubles, &*group, &order, &mut line, limits)?;
    }
    grid.set_columns(cells, doubles);
    Ok(grid)
}

/// Adds the rows of a group: doubles as they are, and texts of all else to the grid.
fn push_group(
    grid: &mut Grid,
    doubles: &mut Doubles,
    group: &dyn RowGroupReader,
    order: &[(usize, Meaning)],
    line: &mut u32,
    limits: &Limits,
) -> Result<(), TableProblem> {
    let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(usize::MAX);
    // One row of the grid is the header.
    let all = rows.saturating_add(grid.len() - 1);
    if all.saturating_mul(order.len()) > limits.cells {
        return Err(too_many(limits));
    }
    let (mut columns, mut chunks) = (Vec::new(), Vec::new());
    for (place, meaning) in order {
        match group.get_column_reader(*place).map_err(broken)? {
            ColumnReader::DoubleColumnReader(reader) => columns.push(records(reader, rows)?),
            reader => {
                let (values, present) = chunk(reader, rows)?;
                chunks.push(ColumnChunk { meaning: *meaning, values, present, taken: 0 });
            }
        }
    }
    doubles.append(rows, columns);
    for row in 0..rows {
        grid.begin_row(*line, false);
        *line = line.saturating_add(1);
        for chunk in &mut chunks {
            grid.push_by(limits, |text| chunk.push(row, text))?;
        }
    }
    Ok(())
}

fn broken(error: ParquetError) -> TableProblem {
    TableProblem::Broken { format: "Parquet", reason: error.to_string() }
}

/// Returns what the whole numbers of a column mean.
fn meaning(column: &ColumnDescriptor) -> Result<Meaning, TableProblem> {
    let places = |scale: i32| u32::try_from(scale).unwrap_or(u32::MAX);
    let unsupported = || TableProblem::OtherFormat("a Parquet file with times of the day, or with other types");
    Ok(match (column.logical_type_ref(), column.converted_type()) {
        (Some(LogicalType::Date), _) | (None, ConvertedType::DATE) => Meaning::Day,
        (Some(LogicalType::Timestamp(time)), _) => {
            let per_second = match time.unit {
                TimeUnit::MILLIS => 1_000,
                TimeUnit::MICROS => 1_000_000,
                TimeUnit::NANOS => 1_000_000_000,
            };
            Meaning::Time { per_second, utc: time.is_adjusted_to_u_t_c }
        }
        (None, ConvertedType::TIMESTAMP_MILLIS) => Meaning::Time { per_second: 1_000, utc: true },
        (None, ConvertedType::TIMESTAMP_MICROS) => Meaning::Time { per_second: 1_000_000, utc: true },
        (Some(LogicalType::Decimal(decimal)), _) => Meaning::Decimal(places(decimal.scale)),
        (None, ConvertedType::DECIMAL) => Meaning::Decimal(places(column.type_scale())),
        (Some(LogicalType::String | LogicalType::Enum), _) | (None, ConvertedType::UTF8 | ConvertedType::ENUM) => {
            Meaning::Bytes
        }
        (Some(LogicalType::Integer(_)), _) => Meaning::Number,
        (None, ConvertedType::NONE)
        | (
            None,
            ConvertedType::INT_8
            | ConvertedType::INT_16
            | ConvertedType::INT_32
            | ConvertedType::INT_64
            | ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32,
        ) => Meaning::Number,
        _ => return Err(unsupported()),
    })
}

/// Reads a column of a group.
fn chunk(reader: ColumnReader, rows: usize) -> Result<(Values, Vec<bool>), TableProblem> {
    let whole = |(values, present): (Vec<i32>, Vec<bool>)| {
        (Values::Whole(values.into_iter().map(i64::from).collect()), present)
    };
    Ok(match reader {
        ColumnReader::BoolColumnReader(reader) => of(reader, rows, Values::Bool)?,
        ColumnReader::Int32ColumnReader(reader) => whole(records(reader, rows)?),
        ColumnReader::Int64ColumnReader(reader) => of(reader, rows, Values::Whole)?,
        ColumnReader::FloatColumnReader(reader) => of(reader, rows, Values::Float)?,
        ColumnReader::ByteArrayColumnReader(reader) => of(reader, rows, Values::Bytes)?,
        ColumnReader::FixedLenByteArrayColumnReader(reader) => of(reader, rows, Values::Fixed)?,
        ColumnReader::DoubleColumnReader(_) => {
            let reason = "a column is of another type than the schema says".into();
            return Err(TableProblem::Broken { format: "Parquet", reason });
        }
        ColumnReader::Int96ColumnReader(_) => {
            return Err(TableProblem::OtherFormat("a Parquet file with times of 96 bits, an old type"));
        }
    })
}

fn of<T: DataType>(
    reader: ColumnReaderImpl<T>,
    rows: usize,
    wrap: impl Fn(Vec<T::T>) -> Values,
) -> Result<(Values, Vec<bool>), TableProblem> {
    records(reader, rows).map(|(values, present)| (wrap(values), present))
}

/// Reads `rows` records, and says which have a value.
fn records<T: DataType>(mut reader: ColumnReaderImpl<T>, rows: usize) -> Result<(Vec<T::T>, Vec<bool>), TableProblem> {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    let mut read = 0;
    while read < rows {
        let (records, _, _) = reader.read_records(rows - read, Some(&mut levels), None, &mut values).map_err(broken)?;
        if records == 0 {
            let reason = format!("a column has {read} values where there are {rows} rows");
            return Err(TableProblem::Broken { format: "Parquet", reason });
        }
        read += records;
    }
    let present = if values.len() == rows { Vec::new() } else { levels.iter().map(|level| *level > 0).collect() };
    Ok((values, present))
}

impl ColumnChunk {
    /// Appends the text of a row, whose rows are taken in order.
    fn push(&mut self, row: usize, text: &mut String) -> Result<(), TableProblem> {
        if !self.present.is_empty() && !self.present.get(row).is_some_and(|present| *present) {
            return Ok(());
        }
        let place = self.taken;
        self.taken += 1;
        let short = || TableProblem::Broken { format: "Parquet", reason: "a column is too short".into() };
        match &self.values {
            Values::Float(values) => text.push_str(&values.get(place).ok_or_else(short)?.to_string()),
            Values::Bool(values) => text.push_str(&values.get(place).ok_or_else(short)?.to_string()),
            Values::Whole(values) => text.push_str(&self.meaning.text(*values.get(place).ok_or_else(short)?)?),
            Values::Bytes(values) => push_bytes(self.meaning, values.get(place).ok_or_else(short)?.data(), text)?,
            Values::Fixed(values) => push_bytes(self.meaning, values.get(place).ok_or_else(short)?.data(), text)?,
        }
        Ok(())
    }
}

/// Appends a text, trimmed, or a decimal whose digits are a number of at most 96 bits, the highest first.
fn push_bytes(meaning: Meaning, bytes: &[u8], text: &mut String) -> Result<(), TableProblem> {
    match meaning {
        Meaning::Bytes | Meaning::Number => {
            text.push_str(std::str::from_utf8(bytes).map_err(|_| TableProblem::NotText)?.trim());
        }
        Meaning::Decimal(places) if (1..=16).contains(&bytes.len()) => {
            let mut wide = if bytes[0] & 0x80 == 0 { [0; 16] } else { [0xff; 16] };
            wide[16 - bytes.len()..].copy_from_slice(bytes);
            text.push_str(&decimal(i128::from_be_bytes(wide), places)?);
        }
        _ => return Err(TableProblem::OtherFormat("a Parquet file with numbers of unknown types")),
    }
    Ok(())
}

fn decimal(digits: i128, places: u32) -> Result<String, TableProblem> {
    let value = Decimal::try_from_i128_with_scale(digits, places);
    value
        .map(|value| value.to_string())
        .map_err(|error| TableProblem::Broken { format: "Parquet", reason: error.to_string() })
}

impl Meaning {
    /// Returns the text of a whole number with this meaning.
    fn text(self, value: i64) -> Result<String, TableProblem> {
        let beyond = |_| TableProblem::Broken { format: "Parquet", reason: format!("{value} is beyond all days") };
        Ok(match self {
            Meaning::Number | Meaning::Bytes => value.to_string(),
            Meaning::Decimal(places) => decimal(value.into(), places)?,
            Meaning::Day => {
                let days = jiff::Span::new().try_days(value).map_err(beyond)?;
                date(1970, 1, 1).checked_add(days).map_err(beyond)?.to_string()
            }
            Meaning::Time { per_second, utc } => {
                let nanoseconds = i128::from(value) * i128::from(1_000_000_000 / per_second);
                let time = Timestamp::from_nanosecond(nanoseconds).map_err(beyond)?;
                let text = time.to_string();
                let text = text.strip_suffix('Z').unwrap_or(&text);
                match text.strip_suffix("T00:00:00") {
                    Some(date) => date.to_owned(),
                    None => format!("{text}{}", if utc { "Z" } else { "" }),
                }
            }
        })
    }
}
