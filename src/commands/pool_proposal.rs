//! The `[tape]` table that `tailproof pool describe` proposes for a deal about a tape.

use serde_json::Value;
use tailproof::core::pool::{Category, Column, Status, TapeSchema};
use tailproof::tape::Mapping;

/// Returns the table, version 2. Date and currency are left to fill in where the mapping does not say
/// them: no deal with the words that stand for them is read.
pub fn proposed_tape(schema: &TapeSchema, mapping: &Mapping) -> String {
    let cut_off = mapping.as_of().unwrap_or("YYYY-MM-DD");
    let mut lines = vec![
        "[tape]".to_owned(),
        "version = 2".into(),
        format!("cut_off = {}", quoted(cut_off)),
        "currency = \"THREE CAPITALS\"".into(),
    ];
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
        lines.extend([String::new(), "[tape.status]".into()]);
        lines.extend(Status::ALL.iter().map(|(name, status)| {
            let words: Vec<&str> = mapping.words_of(*status).collect();
            let words = if words.is_empty() { vec![*name] } else { words };
            format!("{name} = {}", list(words.into_iter()))
        }));
    }
    if mapping.has_bands() {
        let lines_of_bands =
            "\n# [tape.bands.grade] takes the place of the mapping's [bands], which a deal of version 2 refuses";
        lines.push(lines_of_bands.into());
    }
    lines.join("\n")
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
