//! Files of results: one JSON document, or one JSON value a line.

use crate::cli::failure::Failure;
use camino::Utf8Path;
use serde_json::Value;
use std::borrow::Cow;

/// What a file holds.
pub enum Content {
    /// One document.
    Document(Value),
    /// Values with their lines.
    Lines(Vec<(usize, Value)>),
}

/// Reads a file.
pub fn read(file: &Utf8Path) -> Result<Content, Failure> {
    let bytes =
        std::fs::read(file).map_err(|error| Failure::Usage(format!("cannot read {file}: {error}")))?;
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(Failure::Usage(format!(
            "{file} is a zip archive; an Inspect log becomes JSON with `inspect log convert --to json --output-dir DIR {file}`"
        )));
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| Failure::Usage(format!("{file} is not UTF-8: {}", error.utf8_error())))?;
    let text = without_nan(text.trim_start_matches('\u{feff}'));
    if file.extension() != Some("jsonl") {
        match serde_json::from_str(&text) {
            Ok(document) => return Ok(Content::Document(document)),
            // A file of lines under another name has more after its first value.
            Err(error) if error.is_syntax() && error.to_string().starts_with("trailing characters") => {}
            Err(error) => return Err(Failure::Usage(format!("{file} is not JSON: {error}"))),
        }
    }
    let mut lines = Vec::new();
    for (at, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let value = serde_json::from_str(line)
            .map_err(|error| Failure::Usage(format!("{file}, line {}: not JSON: {error}", at + 1)))?;
        lines.push((at + 1, value));
    }
    if lines.is_empty() {
        return Err(Failure::Usage(format!("{file} is empty")));
    }
    Ok(Content::Lines(lines))
}

/// Python writes numbers that JSON does not have (`NaN`, `Infinity`); they are no scores.
fn without_nan(text: &str) -> Cow<'_, str> {
    if !["NaN", "Infinity"].iter().any(|word| text.contains(word)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut quoted) = (text, false);
    while let Some(character) = rest.chars().next() {
        if quoted {
            let taken = if character == '\\' { 2 } else { 1 };
            quoted = character != '"';
            let end = rest.char_indices().nth(taken).map_or(rest.len(), |(at, _)| at);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        let number = ["NaN", "-Infinity", "Infinity"]
            .into_iter()
            .find(|word| rest.starts_with(word));
        if let Some(word) = number {
            out.push_str("null");
            rest = &rest[word.len()..];
            continue;
        }
        quoted = character == '"';
        out.push(character);
        rest = &rest[character.len_utf8()..];
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::without_nan;

    #[test]
    fn numbers_that_json_does_not_have_become_null_outside_of_texts() {
        let text = r#"{"a": NaN, "b": "NaN \" Infinity", "c": [-Infinity, Infinity]}"#;
        let read = r#"{"a": null, "b": "NaN \" Infinity", "c": [null, null]}"#;
        assert_eq!(without_nan(text), read);
    }
}
