//! Quoting hostile text in one short line.

use std::fmt::Write;

/// Characters of a quoted text that are shown.
const SHOWN: usize = 60;
/// Characters of an answer that are kept.
const KEPT: usize = 200;

/// The text between backticks, at most about 60 characters of it, with control characters and characters that
/// change the direction or visibility of their neighbours written as escapes.
pub fn quote(text: &str) -> String {
    format!("`{}`", visible(text, SHOWN))
}

/// At most that many characters of a text, the dangerous ones written as escapes.
pub(super) fn visible(text: &str, most: usize) -> String {
    let mut shown = String::with_capacity(text.len().min(most));
    let mut chars = text.chars();
    for c in chars.by_ref().take(most) {
        push_visible(&mut shown, c);
    }
    if chars.next().is_some() {
        shown.push('…');
    }
    shown
}

/// The text as an answer that is kept beside the score: cut to 200 characters.
pub(super) fn answer(text: &str) -> String {
    match text.char_indices().nth(KEPT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn push_visible(out: &mut String, c: char) {
    if c.is_control() || is_invisible(c) {
        // Writing to a String cannot fail.
        let _ = write!(out, "{}", c.escape_default());
    } else {
        out.push(c);
    }
}

/// Characters that act on a reader without being seen: soft hyphen, fillers, zero-width characters, bidirectional
/// controls, line separators, invisible operators, variation selectors, byte order mark, annotations, tags.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_characters_are_made_visible() {
        assert_eq!(quote("a\n\u{1b}[31mb\u{202e}c"), "`a\\n\\u{1b}[31mb\\u{202e}c`");
    }

    #[test]
    fn long_texts_are_cut() {
        let quoted = quote(&"é".repeat(1000));
        assert_eq!(quoted.chars().count(), SHOWN + 3);
        assert!(quoted.ends_with("…`"));
        assert_eq!(answer(&"é".repeat(1000)).chars().count(), KEPT + 1);
    }
}
