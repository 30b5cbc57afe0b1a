//! Compares small documents, and says in what they differ.

use super::{Check, TOLD};
use crate::cli::failure::Failure;
use camino::Utf8Path;
use serde_json::Value;

/// Characters of a value or a line that are shown.
const SHOWN: usize = 60;

/// A document of JSON; the fields that differ are named.
pub fn json(path: &Utf8Path, derived: &[u8]) -> Result<Check, Failure> {
    check(path, derived, |stored, derived| {
        let parsed = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).ok();
        match (parsed(stored), parsed(derived)) {
            (Some(stored), Some(derived)) => {
                let fields = first_fields(&stored, &derived, TOLD);
                if fields.is_empty() {
                    vec!["the same values in other bytes".to_owned()]
                } else {
                    fields
                }
            }
            _ => vec!["it is not JSON".to_owned()],
        }
    })
}

/// A document of lines; the first that differ are shown.
pub fn lines(path: &Utf8Path, derived: &[u8]) -> Result<Check, Failure> {
    check(path, derived, |stored, derived| {
        let (stored, derived) = (String::from_utf8_lossy(stored), String::from_utf8_lossy(derived));
        let (mut old, mut new) = (stored.lines(), derived.lines());
        let mut told = Vec::new();
        for number in 1.. {
            match (old.next(), new.next()) {
                (None, None) => break,
                (old, new) if old != new => {
                    let text = |line: Option<&str>| line.map_or_else(|| "nothing".to_owned(), quoted);
                    told.push(format!(
                        "line {number}: stored {}, derived {}",
                        text(old),
                        text(new)
                    ));
                }
                _ => {}
            }
            if told.len() >= TOLD {
                break;
            }
        }
        told
    })
}

fn check(
    path: &Utf8Path,
    derived: &[u8],
    differences: impl FnOnce(&[u8], &[u8]) -> Vec<String>,
) -> Result<Check, Failure> {
    let name = path.file_name().unwrap_or_default().to_owned();
    let stored = match std::fs::read(path) {
        Ok(stored) => stored,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Check::new(name, "", 1, vec![format!("{path} is missing")]));
        }
        Err(error) => return Err(Failure::System(format!("cannot read {path}: {error}"))),
    };
    let looked_at = format!("{} bytes", derived.len());
    if stored == derived {
        return Ok(Check::new(name, looked_at, 0, Vec::new()));
    }
    let mut told = differences(&stored, derived);
    if told.is_empty() {
        told.push("the same lines in other bytes".to_owned());
    }
    Ok(Check::new(name, looked_at, told.len() as u64, told))
}

/// The first fields in which two values differ: `tasks.0.leaders: stored 1, derived 2`.
pub fn first_fields(stored: &Value, derived: &Value, most: usize) -> Vec<String> {
    let mut found = Vec::new();
    walk(stored, derived, &mut String::new(), most, &mut found);
    found
}

fn walk(stored: &Value, derived: &Value, path: &mut String, most: usize, found: &mut Vec<String>) {
    if stored == derived || found.len() >= most {
        return;
    }
    let length = path.len();
    let mut step = |name: &str, stored: &Value, derived: &Value, found: &mut Vec<String>| {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
        walk(stored, derived, path, most, found);
        path.truncate(length);
    };
    match (stored, derived) {
        (Value::Object(old), Value::Object(new)) => {
            let gone = old.keys().filter(|name| !new.contains_key(*name));
            for name in new.keys().chain(gone) {
                let value =
                    |map: &serde_json::Map<String, Value>| map.get(name).cloned().unwrap_or(Value::Null);
                step(name, &value(old), &value(new), found);
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (at, (old, new)) in old.iter().zip(new).enumerate() {
                step(&at.to_string(), old, new, found);
            }
        }
        _ => found.push(format!(
            "{path}: stored {}, derived {}",
            quoted(&stored.to_string()),
            quoted(&derived.to_string())
        )),
    }
}

fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push_str("..");
    }
    shown
}
