//! The table of results.

use std::fmt::Write;

use tailproof_risk::csv::{Cell, written};

use super::row::{Row, Status, optional_digest};

/// The first line of a table of results.
pub const HEADER: &str = "name,status,digest,seconds,reason,job";
/// The first line of a table before rows named their jobs.
const WITHOUT_JOBS: &str = "name,status,digest,seconds,reason";

/// Whether a text is a table of results, by its first line.
pub fn is_table(text: &str) -> bool {
    matches!(text.lines().next(), Some(HEADER | WITHOUT_JOBS))
}

/// Returns the table of results as CSV, with the rows in their order.
pub fn to_csv(rows: &[Row]) -> String {
    let mut text = format!("{HEADER}\n");
    for row in rows {
        let [digest, job] = [row.digest, row.job].map(|digest| digest.map(hex::encode).unwrap_or_default());
        let seconds = row.seconds.map(|seconds| format!("{seconds:.3}")).unwrap_or_default();
        let (name, reason) = (written(Cell::Text(&row.name)), written(Cell::Text(&row.reason)));
        let _ = writeln!(text, "{name},{},{digest},{seconds},{reason},{job}", row.status.name());
    }
    text
}

/// Returns the rows of a table of results. Names and reasons are as the table shows them: with an
/// apostrophe where it has one. Lines that are no rows are left out: a table that was cut short has the
/// rows that are whole.
pub fn from_csv(text: &str) -> Vec<Row> {
    if !is_table(text) {
        return Vec::new();
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    reader.records().filter_map(|record| row(&record.ok()?)).collect()
}

fn row(record: &csv::StringRecord) -> Option<Row> {
    let seconds = match record.get(3)? {
        "" => None,
        seconds => Some(seconds.parse().ok()?),
    };
    Some(Row {
        name: record.get(0)?.to_owned(),
        status: Status::named(record.get(1)?)?,
        digest: optional_digest(record.get(2)?)?,
        seconds,
        reason: record.get(4)?.to_owned(),
        job: optional_digest(record.get(5).unwrap_or_default())?,
    })
}
