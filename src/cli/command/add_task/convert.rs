//! From rows of examples to cases.

use super::rows::{self, Row};
use camino::Utf8Path;
use serde_json::{Map, Value, json};
use std::collections::HashSet;
use std::io::Write;

/// Columns that hold the golden output where the user names none, in order of preference.
const GOLDEN: [&str; 6] = ["golden", "expected", "answer", "target", "label", "output"];

/// Which column is what.
pub struct Columns<'a> {
    pub golden: Option<&'a str>,
    pub id: Option<&'a str>,
    pub vars: &'a [String],
    pub meta: &'a [String],
}

/// What was found in the file.
#[derive(Debug, Default)]
pub struct Made {
    /// Cases written.
    pub cases: u64,
    /// Variables of the prompt, in column order.
    pub vars: Vec<String>,
    /// Kind of the golden outputs.
    pub golden: GoldenKind,
}

/// What the golden outputs look like; decides the first scorer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GoldenKind {
    /// There are none.
    #[default]
    None,
    /// Short texts.
    Label,
    /// Numbers.
    Number,
    /// Long texts.
    Text,
    /// Lists or objects.
    Json,
}

impl GoldenKind {
    fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::None,
            Value::Number(_) => Self::Number,
            Value::String(text) if text.trim().parse::<f64>().is_ok_and(f64::is_finite) => Self::Number,
            Value::String(text) if text.len() <= 60 => Self::Label,
            Value::String(_) => Self::Text,
            Value::Bool(_) => Self::Label,
            Value::Array(_) | Value::Object(_) => Self::Json,
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, kind) | (kind, Self::None) => kind,
            (a, b) if a == b => a,
            (Self::Json, _) | (_, Self::Json) => Self::Json,
            (Self::Text, _) | (_, Self::Text) => Self::Text,
            _ => Self::Label,
        }
    }
}

/// Writes one case a row to `out`.
pub fn convert(file: &Utf8Path, columns: &Columns<'_>, out: &mut impl Write) -> Result<Made, String> {
    let mut made = Made::default();
    let mut ids = HashSet::new();
    rows::for_each(file, |line, row| {
        if made.cases == 0 {
            check_columns(file, columns, &row)?;
        }
        let case = case(&row, columns, &mut made);
        let id = case["id"].as_str().unwrap_or_default().to_owned();
        if !ids.insert(id.clone()) {
            return Err(format!(
                "{file}:{line}: the id `{id}` occurs twice; choose another column with --id"
            ));
        }
        serde_json::to_writer(&mut *out, &case)
            .map_err(std::io::Error::from)
            .and_then(|()| out.write_all(b"\n"))
            .map_err(|error| format!("cannot write the cases: {error}"))
    })?;
    out.flush()
        .map_err(|error| format!("cannot write the cases: {error}"))?;
    match made.cases {
        0 => Err(format!("{file} has no rows")),
        _ => Ok(made),
    }
}

fn check_columns(file: &Utf8Path, columns: &Columns<'_>, row: &Row) -> Result<(), String> {
    let named = columns.golden.iter().chain(&columns.id).copied();
    let named = named.chain(columns.vars.iter().chain(columns.meta).map(String::as_str));
    for name in named {
        if !row.contains_key(name) {
            let known = crate::plan::known_names(name, row.keys().map(String::as_str));
            return Err(format!("{file} has no column `{name}`{known}"));
        }
    }
    Ok(())
}

fn case(row: &Row, columns: &Columns<'_>, made: &mut Made) -> Value {
    made.cases += 1;
    let golden = columns
        .golden
        .or_else(|| GOLDEN.into_iter().find(|name| row.contains_key(*name)));
    let id_column = columns.id.or_else(|| row.contains_key("id").then_some("id"));
    let id = id_column
        .and_then(|name| row.get(name))
        .map(plain)
        .filter(|id| !id.is_empty());
    let mut case = Map::new();
    case.insert(
        "id".to_owned(),
        json!(id.unwrap_or_else(|| made.cases.to_string())),
    );
    let (mut vars, mut meta) = (Map::new(), Map::new());
    for (name, value) in row {
        if Some(name.as_str()) == golden || Some(name.as_str()) == id_column {
            continue;
        }
        if columns.meta.contains(name) {
            meta.insert(name.clone(), value.clone());
        } else if let ("meta", Value::Object(inner)) = (name.as_str(), value) {
            meta.extend(inner.clone());
        } else if columns.vars.is_empty() || columns.vars.contains(name) {
            let variable = variable_name(name);
            if !made.vars.contains(&variable) {
                made.vars.push(variable.clone());
            }
            vars.insert(variable, value.clone());
        }
    }
    case.insert("vars".to_owned(), Value::Object(vars));
    if let Some(value) = golden
        .and_then(|name| row.get(name))
        .filter(|value| !value.is_null())
    {
        made.golden = made.golden.and(GoldenKind::of(value));
        case.insert("golden".to_owned(), value.clone());
    }
    if !meta.is_empty() {
        case.insert("meta".to_owned(), Value::Object(meta));
    }
    Value::Object(case)
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A name that a template can use: `Ticket no.` becomes `ticket_no`.
fn variable_name(column: &str) -> String {
    let word = |c: char| {
        if c.is_alphanumeric() {
            c.to_lowercase().next().unwrap_or(c)
        } else {
            '_'
        }
    };
    let name: String = column.trim().chars().map(word).collect();
    let name = name.trim_matches('_');
    match name.chars().next() {
        Some(first) if first.is_numeric() => format!("_{name}"),
        Some(_) => name.to_owned(),
        None => "_".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn column_names_become_names_that_a_template_can_use() {
        assert_eq!(variable_name(" Ticket no. "), "ticket_no");
        assert_eq!(variable_name("2nd"), "_2nd");
        assert_eq!(variable_name("Größe"), "größe");
    }

    #[test]
    fn numbers_written_as_text_ask_for_the_numeric_scorer() {
        let kinds = [json!("12"), json!(3)]
            .iter()
            .fold(GoldenKind::None, |kind, value| kind.and(GoldenKind::of(value)));
        assert_eq!(kinds, GoldenKind::Number);
        assert_eq!(kinds.and(GoldenKind::of(&json!("Paris"))), GoldenKind::Label);
    }
}
