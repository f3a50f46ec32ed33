//! The tables that `tailproof pool describe` proposes for a deal about a tape.

use serde_json::Value;
use tailproof::core::pool::{Category, Column, Status, TapeSchema};
use tailproof::risk::credit::description::PoolDescription;
use tailproof::risk::credit::proposal::unit_that_fits;
use tailproof::tape::Mapping;

use super::Described;

/// Returns the table, version 2. Date and currency are left to fill in where the mapping does not say
/// them: no deal with the words that stand for them is read.
pub fn proposed_tape(schema: &TapeSchema, mapping: &Mapping, described: &Described) -> String {
    // A month is no date: its day is to be filled in.
    let own = described.reading.cut_off.as_deref().filter(|cut_off| cut_off.len() == 10);
    let cut_off = mapping.as_of().or(own).unwrap_or("YYYY-MM-DD");
    let mut lines = vec![
        "[tape]".to_owned(),
        "version = 2".into(),
        format!("cut_off = {}", quoted(cut_off)),
        "currency = \"THREE CAPITALS\"".into(),
    ];
    let unit = unit_that_fits(&described.pool);
    if unit.to_string() != "0.01" {
        lines.push(format!("unit = {unit}"));
    }
    if let Some(rounding) = mapping.rounding() {
        lines.push(format!("rounding = {}", quoted(rounding)));
    }
    let columns = Column::ALL.into_iter().filter(|column| schema.has(*column)).map(Column::name);
    lines.push(format!("columns = {}", list(columns)));
    for category in Category::ALL {
        let names = schema.names(category);
        if !names.is_empty() {
            lines.push(format!("{}s = {}", category.column().name(), list(names.iter().map(String::as_str))));
        }
    }
    let scaled: Vec<Column> = [Column::Rate, Column::Ltv].into_iter().filter(|column| schema.has(*column)).collect();
    if !scaled.is_empty() {
        lines.extend([String::new(), "[tape.scale]".into()]);
        lines.extend(scaled.iter().map(|column| format!("{} = \"percent\"", column.name())));
    }
    if schema.has(Column::Status) {
        lines.extend(proposed_statuses(mapping));
    }
    if mapping.has_scale() {
        lines.push(
            "\n# [tape.scale] takes the place of the mapping's [scale], which a deal of version 2 refuses".into(),
        );
    }
    if mapping.has_bands() {
        let lines_of_bands =
            "\n# [tape.bands.grade] takes the place of the mapping's [bands], which a deal of version 2 refuses";
        lines.push(lines_of_bands.into());
    }
    lines.join("\n")
}

/// Returns a limit on the largest obligors together that the pool is within, in whole percent; `None`
/// if there is none below 100 %, or no more obligors.
pub fn proposed_limit(pool: &PoolDescription) -> Option<String> {
    let (count, together) = pool.top_obligors;
    let percent = (u128::from(together) * 100).div_ceil(u128::from(pool.balance.max(1)));
    (count >= 2 && count < pool.obligors && percent < 100).then(|| {
        format!(
            "# a limit that the pool is within, rounded up to whole percent; it takes keys with +top\n\
             [top_obligors]\ncount = {count}\nshare_max = 0.{percent:02}"
        )
    })
}

/// Returns the table of statuses, or of days past due.
fn proposed_statuses(mapping: &Mapping) -> Vec<String> {
    if let Some([grace, delinquent, default]) = mapping.days_past_due() {
        let days = [("grace", grace), ("delinquent", delinquent), ("default", default)];
        let days = days.map(|(name, days)| format!("{name} = {days}"));
        return [String::new(), "[tape.days_past_due]".into()].into_iter().chain(days).collect();
    }
    let of_status = |(name, status): &(&str, Status)| {
        let words: Vec<&str> = mapping.words_of(*status).collect();
        let words = if words.is_empty() { vec![*name] } else { words };
        format!("{name} = {}", list(words.into_iter()))
    };
    let words = Status::ALL.iter().map(of_status);
    [String::new(), "[tape.status]".into()].into_iter().chain(words).collect()
}

/// Returns a text as a basic string of TOML: for texts without control characters, that of JSON.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Returns a list of names in TOML.
fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let quoted: Vec<String> = names.map(quoted).collect();
    format!("[{}]", quoted.join(", "))
}
