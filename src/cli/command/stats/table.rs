//! Tables of any source: CSV with a header, a JSON list, or one JSON value a line.

use crate::cli::failure::Failure;
use camino::Utf8Path;
use serde_json::{Map, Value};
use std::io::Read as _;

/// Rows with named columns.
pub struct Table {
    /// Where it comes from, for messages.
    source: String,
    /// Names of the columns, in the order in which they first come.
    columns: Vec<String>,
    rows: Vec<(usize, Map<String, Value>)>,
}

/// A row.
#[derive(Clone, Copy)]
pub struct TableRow<'t> {
    table: &'t Table,
    /// Its line, or its number where the file is one document; from 1.
    number: usize,
    values: &'t Map<String, Value>,
}

impl Table {
    /// Reads a file, or stdin.
    pub fn read(path: Option<&Utf8Path>) -> Result<Self, Failure> {
        let (source, bytes) = match path {
            Some(path) => (
                path.to_string(),
                std::fs::read(path)
                    .map_err(|error| Failure::Usage(format!("cannot read {path}: {error}")))?,
            ),
            None => {
                let mut bytes = Vec::new();
                std::io::stdin()
                    .lock()
                    .read_to_end(&mut bytes)
                    .map_err(|error| Failure::Usage(format!("cannot read stdin: {error}")))?;
                ("stdin".to_owned(), bytes)
            }
        };
        let text = String::from_utf8(bytes)
            .map_err(|error| Failure::Usage(format!("{source} is not UTF-8: {}", error.utf8_error())))?;
        Self::parse(source, text.trim_start_matches('\u{feff}'))
    }

    /// Reads a text.
    pub fn parse(source: String, text: &str) -> Result<Self, Failure> {
        let start = text.trim_start();
        if start.is_empty() {
            return Err(Failure::Usage(format!("{source} is empty")));
        }
        let mut table = Self {
            source,
            columns: Vec::new(),
            rows: Vec::new(),
        };
        if start.starts_with('[') && table.document(text)? {
            return table.with_rows();
        }
        if start.starts_with(['{', '[']) || start.lines().all(|line| line.trim().parse::<f64>().is_ok()) {
            table.lines(text)?;
        } else {
            table.csv(text)?;
        }
        table.with_rows()
    }

    fn with_rows(self) -> Result<Self, Failure> {
        if self.rows.is_empty() {
            return Err(self.wrong("there are no rows of data in it"));
        }
        Ok(self)
    }

    fn push(&mut self, number: usize, value: Value) -> Result<(), Failure> {
        let values = match value {
            Value::Object(values) => values,
            number @ Value::Number(_) | number @ Value::Bool(_) | number @ Value::Null => {
                Map::from_iter([("score".to_owned(), number)])
            }
            _ => {
                return Err(Failure::Usage(format!(
                    "{}, row {number}: a row is an object with columns, or a number",
                    self.source
                )));
            }
        };
        for name in values.keys() {
            if !self.columns.contains(name) {
                self.columns.push(name.clone());
            }
        }
        self.rows.push((number, values));
        Ok(())
    }

    /// Reads a JSON list; false where the text is more than one document.
    fn document(&mut self, text: &str) -> Result<bool, Failure> {
        match serde_json::from_str::<Vec<Value>>(text) {
            Ok(rows) => {
                for (at, row) in rows.into_iter().enumerate() {
                    self.push(at + 1, row)?;
                }
                Ok(true)
            }
            Err(error) if error.to_string().starts_with("trailing characters") => Ok(false),
            Err(error) => Err(Failure::Usage(format!("{} is not JSON: {error}", self.source))),
        }
    }

    fn lines(&mut self, text: &str) -> Result<(), Failure> {
        for (at, line) in text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
        {
            let value = serde_json::from_str(line).map_err(|error| {
                Failure::Usage(format!("{}, line {}: not JSON: {error}", self.source, at + 1))
            })?;
            self.push(at + 1, value)?;
        }
        Ok(())
    }

    fn csv(&mut self, text: &str) -> Result<(), Failure> {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let failed =
            |source: &str, error: csv::Error| Failure::Usage(format!("{source} is not CSV: {error}"));
        let header = reader
            .headers()
            .map_err(|error| failed(&self.source, error))?
            .clone();
        for record in reader.records() {
            let record = record.map_err(|error| failed(&self.source, error))?;
            let line = record.position().map_or(0, |position| position.line() as usize);
            let cells = header.iter().zip(record.iter());
            let values = cells.filter(|(_, cell)| !cell.is_empty());
            let values = values.map(|(name, cell)| (name.to_owned(), Value::String(cell.to_owned())));
            self.push(line, Value::Object(values.collect()))?;
        }
        self.columns = header.iter().map(str::to_owned).collect();
        Ok(())
    }

    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = TableRow<'_>> {
        self.rows.iter().map(|(number, values)| TableRow {
            table: self,
            number: *number,
            values,
        })
    }

    /// The column that was asked for, which must be there, else the first of the usual ones that is.
    pub fn column<'a>(
        &'a self,
        asked: Option<&'a str>,
        usual: &[&'a str],
    ) -> Result<Option<&'a str>, Failure> {
        let has = |name: &str| self.columns.iter().any(|column| column == name);
        match asked {
            Some(name) if has(name) => Ok(Some(name)),
            Some(name) => Err(self.no_column(&format!("`{name}`"))),
            None => Ok(usual.iter().copied().find(|name| has(name))),
        }
    }

    /// The same for a column that a method needs.
    pub fn needed<'a>(&'a self, asked: Option<&'a str>, usual: &[&'a str]) -> Result<&'a str, Failure> {
        self.column(asked, usual)?.ok_or_else(|| {
            let names: Vec<String> = usual.iter().map(|name| format!("`{name}`")).collect();
            self.no_column(&names.join(" or "))
        })
    }

    fn no_column(&self, name: &str) -> Failure {
        let known: Vec<String> = self
            .columns
            .iter()
            .take(12)
            .map(|name| format!("`{name}`"))
            .collect();
        Failure::Usage(format!(
            "{} has no column {name}; it has {}",
            self.source,
            known.join(", ")
        ))
    }

    /// A message about the whole table.
    pub fn wrong(&self, what: &str) -> Failure {
        Failure::Usage(format!("{}: {what}", self.source))
    }
}

impl TableRow<'_> {
    /// The cell as text; `None` where it is empty.
    pub fn text(&self, column: &str) -> Option<String> {
        match self.values.get(column)? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    /// The cell as a number; `None` where it is empty. Yes and no count as 1 and 0.
    pub fn number(&self, column: &str) -> Result<Option<f64>, Failure> {
        let parsed = match self.values.get(column) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Bool(yes)) => Some(f64::from(u8::from(*yes))),
            Some(Value::Number(number)) => number.as_f64(),
            Some(Value::String(text)) => match text.trim().to_ascii_lowercase().as_str() {
                "" | "nan" | "na" | "null" => return Ok(None),
                "true" | "yes" => Some(1.0),
                "false" | "no" => Some(0.0),
                number => number.parse().ok().filter(|number: &f64| number.is_finite()),
            },
            Some(_) => None,
        };
        parsed.map(Some).ok_or_else(|| {
            let value = self.text(column).unwrap_or_default();
            self.wrong(&format!("`{value}` in column `{column}` is no number"))
        })
    }

    /// A message about this row.
    pub fn wrong(&self, what: &str) -> Failure {
        Failure::Usage(format!("{}, line {}: {what}", self.table.source, self.number))
    }
}
