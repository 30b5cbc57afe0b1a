//! Splitting an answer that is a list into its items.

use serde_json::Value;

use super::extract::fenced;
use super::normalize::{collapse_whitespace, trim};

/// The items of a list in free text, trimmed, without empty ones, in their order.
///
/// The first form that fits decides:
/// 1. a JSON array, as the whole text or in a code fence (strings as they are, other
///    values as compact JSON);
/// 2. lines with a bullet (`-`, `*`, `+`, `•`, `–`) or number (`1.`, `1)`, `(1)`, `1:`):
///    only these are items, further lines are chatter;
/// 3. a JSON array from a line's first `[` to the text's last `]`;
/// 4. several lines: each is an item;
/// 5. one line: parts between semicolons if there are any, else between commas. Marks in
///    quotes and brackets do not separate. A comma inside a number does so only if no
///    comma with a space behind it is there (`1,2,3` is three items, `1,000, 2,000` two).
///    `and` or `or` before the last item and a final period are removed.
///
/// Around each item one pair of quotes, backticks or emphasis marks is removed, and a
/// comma or semicolon at its end.
pub fn split_items(text: &str) -> Vec<String> {
    let text = trim(text);
    let json = serde_json::from_str(text)
        .ok()
        .and_then(array)
        .or_else(|| fenced(text).and_then(array));
    if let Some(items) = json {
        return items;
    }
    let lines: Vec<&str> = text.lines().map(trim).filter(|line| !line.is_empty()).collect();
    let marked: Vec<&str> = lines.iter().filter_map(|line| without_bullet(line)).collect();
    if !marked.is_empty() {
        return cleaned(marked);
    }
    if let Some(items) = bracketed(text) {
        return items;
    }
    match lines[..] {
        [line] => cleaned(split_line(line)),
        _ => cleaned(lines.into_iter().filter(|line| !is_fence(line)).collect()),
    }
}

fn is_fence(line: &str) -> bool {
    line.starts_with("```") || line.starts_with("~~~")
}

fn array(value: Value) -> Option<Vec<String>> {
    let Value::Array(values) = value else {
        return None;
    };
    let items = values.into_iter().map(|value| match value {
        Value::String(text) => trim(&text).to_owned(),
        other => other.to_string(),
    });
    Some(items.filter(|item| !item.is_empty()).collect())
}

fn bracketed(text: &str) -> Option<Vec<String>> {
    let (from, to) = (text.find('[')?, text.rfind(']')?);
    array(serde_json::from_str(text.get(from..=to)?).ok()?)
}

/// What stands behind a bullet or number at the start of a line.
fn without_bullet(line: &str) -> Option<&str> {
    let bullet = line.strip_prefix(['-', '*', '+', '•', '–', '—', '‣', '◦', '·', '▪']);
    if let Some(rest) = bullet.filter(|rest| rest.starts_with(char::is_whitespace)) {
        let rest = trim(rest);
        // The box of a task list.
        let boxes = ["[ ] ", "[x] ", "[X] "];
        return Some(boxes.iter().find_map(|b| rest.strip_prefix(b)).unwrap_or(rest));
    }
    let bare = line.trim_start_matches("**");
    let (bare, opened) = bare.strip_prefix('(').map_or((bare, false), |rest| (rest, true));
    let rest = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    if !(1..=4).contains(&(bare.len() - rest.len())) {
        return None;
    }
    let rest = if opened {
        rest.strip_prefix(')')
    } else {
        rest.strip_prefix(['.', ')', ':'])
    }?;
    let rest = if line.starts_with("**") {
        rest.strip_prefix("**").unwrap_or(rest)
    } else {
        rest
    };
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| trim(rest))
}

/// The parts of one line, the last without its `and` and its period.
fn split_line(line: &str) -> Vec<&str> {
    let separator = if line.contains(';') { ';' } else { ',' };
    let spaced = line.contains(", ");
    let mut parts = parts(line, separator, spaced, true);
    if parts.len() == 1 {
        // Perhaps a quote or bracket was never closed.
        parts = self::parts(line, separator, spaced, false);
    }
    let several = parts.len() > 1;
    if let Some(last) = parts.last_mut().filter(|_| several) {
        *last = trim(last);
        *last = last.strip_suffix('.').unwrap_or(last);
        let joined = ["and ", "or ", "And ", "& "]
            .iter()
            .find_map(|word| last.strip_prefix(word));
        *last = joined.unwrap_or(last);
    }
    parts
}

fn parts(line: &str, separator: char, spaced: bool, nesting: bool) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quoted) = (Vec::new(), 0, 0_usize, false);
    let mut before = ' ';
    let mut chars = line.char_indices().peekable();
    while let Some((position, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |&(_, next)| next);
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '"' => quoted = !quoted,
            '“' => quoted = true,
            '”' => quoted = false,
            _ => {}
        }
        let in_number = spaced && c == ',' && before.is_ascii_digit() && next.is_ascii_digit();
        let inside = nesting && (depth > 0 || quoted);
        if c == separator && !inside && !in_number {
            parts.push(&line[start..position]);
            start = position + c.len_utf8();
        }
        before = c;
    }
    parts.push(&line[start..]);
    parts
}

fn cleaned(items: Vec<&str>) -> Vec<String> {
    items
        .into_iter()
        .map(clean)
        .filter(|item| !item.is_empty())
        .collect()
}

fn clean(item: &str) -> String {
    let item = trim(trim(item).trim_end_matches([',', ';']));
    let pairs = [
        ("**", "**"),
        ("__", "__"),
        ("\"", "\""),
        ("“", "”"),
        ("`", "`"),
        ("'", "'"),
        ("*", "*"),
        ("‘", "’"),
    ];
    let inner = pairs.iter().find_map(|(open, close)| {
        let inner = item.strip_prefix(open)?.strip_suffix(close)?;
        // `"a" and "b"` is not one quoted item.
        (!inner.contains(open) && !inner.contains(close)).then_some(inner)
    });
    collapse_whitespace(inner.unwrap_or(item))
}

#[cfg(test)]
mod tests;
