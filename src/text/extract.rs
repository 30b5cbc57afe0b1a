//! Taking JSON values and code blocks out of chatty replies.

mod fences;

use serde::Deserialize;
use serde_json::Value;

pub use fences::{CodeBlock, code_block, code_blocks};

use super::normalize::trim;

/// The JSON value in a reply, seen through code fences and chatter:
///
/// 1. the whole text, trimmed, if it is JSON of any type;
/// 2. else the last fenced block that is one JSON object or array (any language tag or
///    none; a tag starting with `json` also allows the other types). The last one,
///    because models draft first and conclude last;
/// 3. else the first `{...}` or `[...]` in the text that is JSON.
///
/// In step 3 parts of a broken value are not taken for the answer: if a value starts
/// well but has a flaw later it is passed over with everything in it, and if it is cut
/// off by the end of the text there is no value. Time is linear. Values nested deeper
/// than 127 levels are not JSON here (the limit of `serde_json`).
pub fn json_value(text: &str) -> Option<Value> {
    serde_json::from_str(trim(text))
        .ok()
        .or_else(|| fenced(text))
        .or_else(|| embedded(text))
}

/// The last fenced block that is JSON.
pub(super) fn fenced(text: &str) -> Option<Value> {
    code_blocks(text).into_iter().rev().find_map(|block| {
        let value: Value = serde_json::from_str(trim(&block.content)).ok()?;
        let tagged = block
            .language
            .is_some_and(|tag| tag.to_ascii_lowercase().starts_with("json"));
        (tagged || value.is_array() || value.is_object()).then_some(value)
    })
}

/// The first object or array anywhere in the text.
fn embedded(text: &str) -> Option<Value> {
    let bytes = text.as_bytes();
    let mut from = 0;
    let mut may_pass_over = true;
    while let Some(start) = bytes.iter().skip(from).position(|b| matches!(b, b'{' | b'[')) {
        let start = from + start;
        from = start + 1;
        if !may_start_value(bytes, start) {
            continue;
        }
        let Some(rest) = text.get(start..) else {
            continue;
        };
        let mut parser = serde_json::Deserializer::from_str(rest);
        let error = match Value::deserialize(&mut parser) {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        if error.is_eof() {
            return None;
        }
        // What was read once is not read again: the search goes on behind the flaw.
        let flaw = start + offset(rest, error.line(), error.column());
        from = from.max(flaw);
        if may_pass_over && had_progress(bytes, start, flaw) {
            match closing(bytes, start) {
                Some(end) => from = from.max(end),
                // Looking for an end that is not there is affordable only once.
                None => may_pass_over = false,
            }
        }
    }
    None
}

/// Whether the first token behind the bracket is one that JSON allows there.
fn may_start_value(bytes: &[u8], start: usize) -> bool {
    let first = bytes[start + 1..].iter().find(|b| !b.is_ascii_whitespace());
    match (bytes[start], first) {
        (_, None) => false,
        (b'{', Some(b)) => matches!(b, b'"' | b'}'),
        (_, Some(b)) => matches!(
            b,
            b'"' | b'[' | b'{' | b']' | b'-' | b't' | b'f' | b'n' | b'0'..=b'9'
        ),
    }
}

/// Whether the value was more than a bracket in prose: a `,`, `:` or nested bracket was
/// read between its start and its flaw.
fn had_progress(bytes: &[u8], start: usize, flaw: usize) -> bool {
    let end = flaw.min(bytes.len());
    bytes
        .get(start + 1..end)
        .is_some_and(|read| read.iter().any(|b| matches!(b, b',' | b':' | b'{' | b'[')))
}

/// The position behind the bracket that closes the one at `start`. Brackets in strings
/// do not count.
fn closing(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (position, &byte) in bytes.iter().enumerate().skip(start) {
        if escaped {
            escaped = false;
            continue;
        }
        match byte {
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(position + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The byte offset of a line and column (both from 1, columns in bytes).
fn offset(text: &str, line: usize, column: usize) -> usize {
    let skipped: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    skipped + column.saturating_sub(1)
}

#[cfg(test)]
mod tests;
