//! Finding numbers in free text.
//!
//! Recognised: integers and decimals (`42`, `3.14`, `.5`), thousands separators
//! (`1,234,567`, also with `_`, an apostrophe, a narrow or no-break space, LaTeX's
//! `{,}` and `\,`, and dots where there are two or more), signs (`-`, `+`, U+2212),
//! scientific notation (`1.5e-3`, `3 × 10^5`, `10^{-2}`), currency signs before or
//! behind, percent (`%`, `\%`, `percent`), fractions (`3/4`, `1 3/4`, `½`, `1½`,
//! `\frac{3}{4}`).
//!
//! Decided as follows where text is ambiguous:
//! - `1,2` is two numbers, and so is `0,5`: a comma only ever separates thousands. Right
//!   behind `[` it never does: `[100,200]` is two numbers.
//! - A hyphen is a sign only where a number may start: `10-12` is 10 and 12, `COVID-19`
//!   is 19, `2024-01-15` is 2024, 1 and 15. A sign must touch its number.
//! - Digits right behind an ASCII letter or `_` are part of a name and no number (`GPT4`,
//!   `x_1`); so are exponents (`m^2`), hexadecimal (`0x1F`) and versions (`1.2.3`).
//!   Digits before letters count (`5km`, `3rd`).
//! - `3/4/2024` is three numbers. Words for numbers and factors such as `k` are ignored.

mod affixes;
mod marks;
mod scan;

use std::ops::Range;

pub use scan::Numbers;

/// A number found in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// The value as written, always finite: `45%` has the value 45.
    pub value: f64,
    /// Its place in the text in bytes, always on character borders: sign, currency sign
    /// before it, digits, fraction, exponent and percent sign, but no punctuation.
    pub span: Range<usize>,
    /// A percent sign, or the word, follows.
    pub percent: bool,
    /// The currency sign before or behind it.
    pub currency: Option<char>,
    /// Written as a fraction or mixed number.
    pub fraction: bool,
}

impl Number {
    /// The number as it stands in `text`, which must be the text it was found in.
    pub fn source<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.span.clone()).unwrap_or("")
    }

    /// The value with a percentage taken as a share: `45%` gives 0.45.
    pub fn as_share(&self) -> f64 {
        if self.percent {
            self.value / 100.0
        } else {
            self.value
        }
    }
}

/// All numbers in their order.
pub fn all_numbers(text: &str) -> Vec<Number> {
    Numbers::new(text).collect()
}

/// The first number.
pub fn first_number(text: &str) -> Option<Number> {
    Numbers::new(text).next()
}

/// The last number.
pub fn last_number(text: &str) -> Option<Number> {
    Numbers::new(text).last()
}

/// The first number behind the last occurrence of `marker` that has a number behind it.
///
/// The marker (`A:`, `####`, `answer is`) is compared without regard to ASCII case. If
/// it starts with a letter or digit, so must the word: `a:` is not found in `area:`. An
/// empty marker is found nowhere.
pub fn marked_number(text: &str, marker: &str) -> Option<Number> {
    if marker.is_empty() {
        return None;
    }
    let lowered = text.to_ascii_lowercase();
    let marker = marker.to_ascii_lowercase();
    let bounded = marker.starts_with(char::is_alphanumeric);
    let mut until = text.len();
    // Between two occurrences the text is read once, so that time stays linear.
    for (start, found) in lowered.rmatch_indices(&marker) {
        let inside = lowered[..start]
            .chars()
            .next_back()
            .is_some_and(char::is_alphanumeric);
        if bounded && inside {
            continue;
        }
        let from = start + found.len();
        if let Some(number) = text.get(from..until).and_then(first_number) {
            let span = number.span.start + from..number.span.end + from;
            return Some(Number { span, ..number });
        }
        until = start;
    }
    None
}

/// The first number in the last `\boxed{...}` (or `\fbox{...}`) that has one.
pub fn boxed_number(text: &str) -> Option<Number> {
    let mut until = text.len();
    for (start, _) in text.rmatch_indices("box") {
        let Some(from) = box_content(text, start) else {
            continue;
        };
        let end = closing_brace(text, from, until);
        if let Some(number) = text.get(from..end).and_then(first_number) {
            let span = number.span.start + from..number.span.end + from;
            return Some(Number { span, ..number });
        }
        until = start;
    }
    None
}

/// Where the content starts if a box command has its `box` at `start`.
fn box_content(text: &str, start: usize) -> Option<usize> {
    let (before, behind) = (&text[..start], &text[start..]);
    let from = if before.ends_with("\\f") {
        behind.strip_prefix("box{")
    } else if before.ends_with('\\') {
        behind.strip_prefix("boxed{")
    } else {
        None
    }?;
    Some(text.len() - from.len())
}

/// The brace that closes the one before `from`, or `until` if there is none before it.
fn closing_brace(text: &str, from: usize, until: usize) -> usize {
    let mut depth = 1_usize;
    for (position, byte) in text.bytes().enumerate().take(until).skip(from) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return position;
        }
    }
    until.max(from)
}

#[cfg(test)]
mod tests;
