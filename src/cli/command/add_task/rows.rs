//! Rows of a CSV or JSONL file, one after the other.

use camino::Utf8Path;
use indexmap::IndexMap;
use serde_json::Value;
use std::io::{BufRead, BufReader};

/// A row: column names and values, in file order.
pub type Row = IndexMap<String, Value>;

/// Calls `take` with each row and its line number; an error names file and line.
pub fn for_each(file: &Utf8Path, mut take: impl FnMut(u64, Row) -> Result<(), String>) -> Result<(), String> {
    let opened = std::fs::File::open(file).map_err(|error| format!("cannot open {file}: {error}"))?;
    match file.extension().map(str::to_ascii_lowercase).as_deref() {
        Some("csv" | "tsv") => {
            let tabs = file
                .extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case("tsv"));
            let mut opened = BufReader::new(opened);
            let start = opened.fill_buf().map_err(|error| format!("{file}: {error}"))?;
            let header = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let delimiter = match tabs {
                true => b'\t',
                // Spreadsheets write semicolons where the comma is the decimal mark.
                false if header.contains(&b';') && !header.contains(&b',') => b';',
                false => b',',
            };
            csv_rows(opened, file, delimiter, take)
        }
        Some("jsonl" | "ndjson") => {
            for (index, line) in BufReader::new(opened).lines().enumerate() {
                let number = index as u64 + 1;
                let line = line.map_err(|error| format!("{file}:{number}: {error}"))?;
                let line = line.trim_start_matches('\u{feff}').trim();
                if line.is_empty() {
                    continue;
                }
                let row: Row = serde_json::from_str(line).map_err(|error| {
                    let words = error.to_string();
                    let cut = words.rfind(" at line ").unwrap_or(words.len());
                    format!("{file}:{number}: not a JSON object: {}", &words[..cut])
                })?;
                take(number, flat(row))?;
            }
            Ok(())
        }
        _ => Err(format!(
            "{file}: bench reads examples from .csv, .tsv and .jsonl files"
        )),
    }
}

/// A line that is a case of bench already holds its variables one level down.
fn flat(row: Row) -> Row {
    let mut flat = Row::new();
    for (name, value) in row {
        match (name.as_str(), value) {
            ("vars", Value::Object(inner)) => flat.extend(inner),
            (_, value) => drop(flat.insert(name, value)),
        }
    }
    flat
}

fn csv_rows(
    opened: impl BufRead,
    file: &Utf8Path,
    delimiter: u8,
    mut take: impl FnMut(u64, Row) -> Result<(), String>,
) -> Result<(), String> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(opened);
    let header = reader
        .headers()
        .map_err(|error| format!("{file}: {error}"))?
        .clone();
    let names: Vec<String> = header
        .iter()
        .map(|name| name.trim_start_matches('\u{feff}').trim().to_owned())
        .collect();
    if let Some(name) = names
        .iter()
        .enumerate()
        .find_map(|(at, name)| names[..at].contains(name).then_some(name))
    {
        return Err(format!("{file}:1: two columns are called `{name}`"));
    }
    for record in reader.records() {
        let record = record.map_err(|error| format!("{file}: {error}"))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells = names
            .iter()
            .cloned()
            .zip(record.iter().map(|cell| Value::String(cell.to_owned())));
        take(line, cells.collect())?;
    }
    Ok(())
}
