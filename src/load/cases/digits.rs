//! Whole numbers that JSON may write and that no integer holds: read as floating point, their last digits are lost.

use crate::yaml::Span;

/// What is said of such a number.
pub(super) const MESSAGE: &str = "a whole number this long would lose its last digits";
/// What to do about it.
pub(super) const HELP: &str = "quote it, so that it is kept as a text";

/// Fewest digits of a number that may not fit (`-9223372036854775809`).
const LONG: usize = 19;

/// The whole numbers outside texts that fit neither `i64` nor `u64`. The text is valid JSON.
pub(super) fn long_integers(json: &[u8]) -> Vec<Span> {
    if has_long_run(json) {
        find(json)
    } else {
        Vec::new()
    }
}

/// True where as many digits follow one another; looks at one byte in 19.
fn has_long_run(json: &[u8]) -> bool {
    let digits = |part: &mut dyn Iterator<Item = &u8>| part.take_while(|byte| byte.is_ascii_digit()).count();
    (LONG - 1..json.len()).step_by(LONG).any(|at| {
        let (before, after) = json.split_at(at);
        after.first().is_some_and(u8::is_ascii_digit)
            && digits(&mut before.iter().rev().take(LONG)) + digits(&mut after.iter().take(LONG)) >= LONG
    })
}

fn find(json: &[u8]) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        let rest = &json[at..];
        let length = match byte {
            b'"' => text_length(rest),
            b'-' | b'0'..=b'9' => {
                let in_number = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
                let length = rest.iter().take_while(in_number).count();
                let number = std::str::from_utf8(&rest[..length]).unwrap_or_default();
                let whole = !number.contains(['.', 'e', 'E']);
                if whole && number.parse::<i64>().is_err() && number.parse::<u64>().is_err() {
                    spans.push(Span::new(at, at + length));
                }
                length
            }
            _ => 1,
        };
        at += length.max(1);
    }
    spans
}

/// Bytes of the text in quotes at the beginning.
fn text_length(json: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    json.len()
}
