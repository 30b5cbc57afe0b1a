//! Making characters visible that act on a reader without being seen.

use crate::scorer::quote::is_invisible;
use std::fmt::Write;

/// The text with control characters, bidirectional controls, tag characters and other invisible ones written as
/// escapes (`\u{202e}`). Line breaks and tabs stay; so do joiners and variation selectors that follow a visible
/// character of a script that needs them.
pub(super) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    walk(text, |c, seen| {
        if seen {
            shown.push(c);
        } else {
            // Writing to a String cannot fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        }
    });
    shown
}

/// The text as a JSON text in which the same characters are written as escapes.
pub(super) fn json_text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push('"');
    walk(text, |c, seen| match c {
        '"' => shown.push_str("\\\""),
        '\\' => shown.push_str("\\\\"),
        '\n' => shown.push_str("\\n"),
        '\t' => shown.push_str("\\t"),
        c if seen => shown.push(c),
        c => {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        }
    });
    shown.push('"');
    shown
}

/// Calls `f` with each character and whether it may stand as it is. `\r\n` is one line break.
fn walk(text: &str, mut f: impl FnMut(char, bool)) {
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\r' && chars.peek() == Some(&'\n') {
            continue;
        }
        let seen = match c {
            '\n' | '\t' => true,
            // Persian, Indic scripts and emoji are written with these; one of them behind a letter says nothing else.
            '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' => {
                before.is_some_and(|before: char| !before.is_ascii() && !is_invisible(before))
            }
            c => !(c.is_control() || is_invisible(c)),
        };
        f(c, seen);
        before = Some(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        assert_eq!(
            visible("a\u{202e}b\u{200b}\u{e0041}\u{1b}[1m"),
            "a\\u{202e}b\\u{200b}\\u{e0041}\\u{1b}[1m"
        );
        assert_eq!(visible("one\r\ntwo\tthree\rfour"), "one\ntwo\tthree\\u{d}four");
        assert_eq!(visible("\u{feff}\u{ad}\u{3164}"), "\\u{feff}\\u{ad}\\u{3164}");
    }

    #[test]
    fn scripts_and_emoji_that_need_joiners_stay_readable() {
        for text in ["می\u{200c}خواهم", "👩\u{200d}💻", "❤\u{fe0f}", "é ñ 日本"] {
            assert_eq!(visible(text), text);
        }
        assert_eq!(visible("a\u{200d}b"), "a\\u{200d}b");
        assert_eq!(visible("💻\u{200d}\u{200d}"), "💻\u{200d}\\u{200d}");
    }

    #[test]
    fn a_json_text_reads_back_as_the_text() {
        let text = "a \"b\" \\ \u{202e}\n\u{e0041}é\r";
        let read: String = serde_json::from_str(&json_text(text)).unwrap();
        assert_eq!(read, text);
        assert!(json_text(text).contains("\\udb40\\udc41"));
    }
}
