//! Plausible wrong answers.

use super::draw::Draw;
use serde_json::{Map, Number, Value};

/// Words that a wrong short answer is made of.
const WORDS: [&str; 8] = [
    "other", "unknown", "general", "pending", "none", "review", "mixed", "default",
];

/// Nested values deeper than this are replaced as a whole.
const DEPTH: u32 = 8;

/// A value like the golden one, but wrong: a number off by a bit, another word, one field changed, a summary that
/// breaks off early.
pub(super) fn corrupt(golden: &Value, draw: &mut Draw) -> Value {
    corrupt_at(golden, draw, 0)
}

fn corrupt_at(golden: &Value, draw: &mut Draw, depth: u32) -> Value {
    if depth > DEPTH {
        return Value::Null;
    }
    match golden {
        Value::Null => Value::from(WORDS[draw.below(WORDS.len())]),
        Value::Bool(yes) => Value::from(!yes),
        Value::Number(number) => corrupt_number(number, draw),
        Value::String(text) => Value::from(corrupt_text(text, draw)),
        Value::Array(items) => corrupt_list(items, draw, depth),
        Value::Object(fields) => corrupt_object(fields, draw, depth),
    }
}

fn corrupt_number(number: &Number, draw: &mut Draw) -> Value {
    if let Some(whole) = number.as_i64() {
        let reach = (whole.unsigned_abs() / 5).clamp(1, 1_000_000) as usize;
        let off = draw.below(reach) as i64 + 1;
        let up = draw.uniform() < 0.5;
        let wrong = if up {
            whole.checked_add(off)
        } else {
            whole.checked_sub(off)
        };
        return Value::from(wrong.unwrap_or(0));
    }
    let exact = number.as_f64().unwrap_or_default();
    let off = (exact.abs() * (0.05 + 0.2 * draw.uniform())).max(0.1);
    let wrong = exact + if draw.uniform() < 0.5 { off } else { -off };
    let rounded = (wrong * 100.0).round() / 100.0;
    Value::from(if rounded == exact { wrong } else { rounded })
}

fn corrupt_text(text: &str, draw: &mut Draw) -> String {
    let trimmed = text.trim();
    if let Ok(number) = trimmed.parse::<Number>() {
        return corrupt_number(&number, draw).to_string();
    }
    if let [letter @ b'A'..=b'J'] = trimmed.as_bytes() {
        let choices = if *letter <= b'D' { 4 } else { 10 };
        let step = 1 + draw.below(choices - 1) as u8;
        return char::from(b'A' + (letter - b'A' + step) % choices as u8).to_string();
    }
    let word = WORDS[draw.below(WORDS.len())];
    let word = if word == trimmed { "something else" } else { word };
    let words: Vec<&str> = trimmed.split_whitespace().collect();
    match words.len() {
        0..=3 => word.to_owned(),
        4..=12 => {
            let at = draw.below(words.len());
            let mut words = words;
            words[at] = if words[at] == word { "not" } else { word };
            words.join(" ")
        }
        many => words[..1 + draw.below(many / 3)].join(" "),
    }
}

fn corrupt_list(items: &[Value], draw: &mut Draw, depth: u32) -> Value {
    let mut items = items.to_vec();
    let at = draw.below(items.len());
    if items.is_empty() {
        items.push(Value::from(WORDS[draw.below(WORDS.len())]));
    } else if items.len() > 1 && draw.uniform() < 0.5 {
        items.remove(at);
    } else {
        items[at] = corrupt_at(&items[at], draw, depth + 1);
    }
    Value::Array(items)
}

fn corrupt_object(fields: &Map<String, Value>, draw: &mut Draw, depth: u32) -> Value {
    let mut fields = fields.clone();
    let at = draw.below(fields.len());
    match fields.iter_mut().nth(at) {
        Some((_, field)) => *field = corrupt_at(field, draw, depth + 1),
        None => {
            fields.insert("unexpected".to_owned(), Value::Bool(true));
        }
    }
    Value::Object(fields)
}
