//! CSV: a header, then one case a record.

use super::jsonl::line_place;
use super::reader::RawCases;
use crate::load::files::open_error;
use crate::load::problem::Problem;
use crate::load::raw::{RawCase, RawId};
use crate::yaml::Span;
use camino::{Utf8Path, Utf8PathBuf};
use csv::{ErrorKind, Reader, ReaderBuilder, StringRecord};
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader};

/// What a column holds.
enum Column {
    Id,
    Golden,
    Meta(String),
    Var(String),
}

/// A CSV file that is read record by record.
pub(super) struct CsvCases {
    file: Utf8PathBuf,
    reader: Reader<BufReader<File>>,
    columns: Vec<Column>,
    record: StringRecord,
    line: usize,
    broken: bool,
}

impl CsvCases {
    pub fn open(path: &Utf8Path) -> Result<Self, Problem> {
        let opened = File::open(path).and_then(|opened| {
            let mut reader = BufReader::with_capacity(1 << 17, opened);
            if reader.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
                reader.consume(3);
            }
            Ok(reader)
        });
        let reader = opened.map_err(|error| open_error(path, path, &error))?;
        let mut reader = ReaderBuilder::new().from_reader(reader);
        let header = reader
            .headers()
            .map_err(|error| csv_problem(path, &error))?
            .clone();
        let mut columns = Vec::with_capacity(header.len());
        for (index, name) in header.iter().map(str::trim).enumerate() {
            let column = match name.split_once('.') {
                Some(("meta", rest)) if !rest.is_empty() => Column::Meta(rest.to_owned()),
                Some(("vars", rest)) if !rest.is_empty() => Column::Var(rest.to_owned()),
                _ if name == "id" => Column::Id,
                _ if name == "golden" || name == "expected" => Column::Golden,
                _ => Column::Var(name.to_owned()),
            };
            let twice = header.iter().take(index).any(|other| other.trim() == name);
            let goldens =
                matches!(column, Column::Golden) && columns.iter().any(|c| matches!(c, Column::Golden));
            let message = if name.is_empty() {
                format!("column {} of the header has no name", index + 1)
            } else if twice {
                format!("the header names `{name}` twice")
            } else if goldens {
                "the header has both `golden` and `expected`".to_owned()
            } else {
                columns.push(column);
                continue;
            };
            let text = header.iter().collect::<Vec<_>>().join(",");
            let mut problem = Problem::error(path, "bad-header", message);
            let start: usize = header.iter().take(index).map(|name| name.len() + 1).sum();
            problem.place = Some(Box::new(line_place(
                &text,
                1,
                Span::new(start, start + name.len()),
            )));
            return Err(problem);
        }
        Ok(Self {
            file: path.to_owned(),
            reader,
            columns,
            record: StringRecord::new(),
            line: 1,
            broken: false,
        })
    }

    fn case(&self) -> RawCase {
        let mut case = RawCase::default();
        for (column, cell) in self.columns.iter().zip(&self.record) {
            match column {
                Column::Id if cell.is_empty() => {}
                Column::Id => case.id = Some(RawId(cell.into())),
                Column::Golden if cell.is_empty() => {}
                Column::Golden => case.golden = Some(Value::String(cell.to_owned())),
                Column::Meta(name) => {
                    case.meta.insert(name.clone(), Value::String(cell.to_owned()));
                }
                Column::Var(name) => {
                    case.vars.insert(name.clone(), Value::String(cell.to_owned()));
                }
            }
        }
        case
    }
}

fn csv_problem(file: &Utf8Path, error: &csv::Error) -> Problem {
    let line = error
        .position()
        .map(|position| usize::try_from(position.line()).unwrap_or(usize::MAX));
    let (code, message) = match error.kind() {
        ErrorKind::Io(error) => return open_error(file, file, error),
        ErrorKind::Utf8 { err, .. } => ("not-utf8", format!("field {} is not UTF-8", err.field() + 1)),
        ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => (
            "bad-record",
            format!("the record has {len} fields, the header {expected_len}"),
        ),
        _ => ("bad-record", error.to_string()),
    };
    let mut problem = Problem::error(file, code, message);
    if let Some(line) = line {
        problem.place = Some(Box::new(line_place("", line, Span::default())));
    }
    problem
}

impl RawCases for CsvCases {
    fn next_case(&mut self) -> Option<Result<RawCase, Box<Problem>>> {
        if self.broken {
            return None;
        }
        match self.reader.read_record(&mut self.record) {
            Ok(false) => None,
            Ok(true) => {
                self.line = self
                    .record
                    .position()
                    .and_then(|position| usize::try_from(position.line()).ok())
                    .unwrap_or(self.line + 1);
                Some(Ok(self.case()))
            }
            Err(error) => {
                self.broken = error.is_io_error();
                Some(Err(Box::new(csv_problem(&self.file, &error))))
            }
        }
    }

    fn problem(&self, code: &'static str, message: String) -> Problem {
        let text = self.record.iter().collect::<Vec<_>>().join(",");
        let mut problem = Problem::error(self.file.clone(), code, message);
        problem.place = Some(Box::new(line_place(
            &text,
            self.line,
            Span::new(0, text.len().min(80)),
        )));
        problem
    }
}
