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
            csv_rows(opened, file, if tabs { b'\t' } else { b',' }, take)
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
                    format!("{file}:{number}:{}: not a JSON object: {error}", error.column())
                })?;
                take(number, row)?;
            }
            Ok(())
        }
        _ => Err(format!(
            "{file}: bench reads examples from .csv, .tsv and .jsonl files"
        )),
    }
}

fn csv_rows(
    opened: std::fs::File,
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
