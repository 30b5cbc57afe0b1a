//! Makes hostile text harmless: model output may hold control characters, ANSI escapes, bidi controls, HTML,
//! Markdown and spreadsheet formulas.

use std::borrow::Cow;
use std::fmt::Write;

/// True for characters that act on the reader's screen instead of being seen: control characters, bidi controls,
/// invisible separators and tag characters. Joiners stay, since scripts and emoji need them.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{061c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Replaces hidden characters by their number, `\u{1b}`; line breaks become spaces unless they are kept.
fn push_visible(out: &mut String, character: char) {
    match character {
        '\n' | '\r' | '\t' => out.push(' '),
        hidden if is_hidden(hidden) => {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(hidden));
        }
        visible => out.push(visible),
    }
}

/// One line of plain text for a terminal.
pub fn escape_terminal(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    text.chars()
        .for_each(|character| push_visible(&mut out, character));
    Cow::Owned(out)
}

/// One line of Markdown text, also inside a table cell: no character of it has a meaning for Markdown or HTML, and
/// no address becomes a link.
pub fn escape_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in escape_terminal(text).chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            ':' => out.push_str("&#58;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '+' | '!' | '|' | '~'
            | '$' | '"' | '\'' | '=' => {
                out.push('\\');
                out.push(character);
            }
            // `www.` alone is enough for a link.
            '.' if out.ends_with(['w', 'W']) => out.push_str("&#46;"),
            plain => out.push(plain),
        }
    }
    // A line that begins like a list, a rule or a number would change its meaning.
    if out.starts_with('-') {
        out.insert(0, '\\');
    }
    out
}

/// Text for the inside of an HTML element such as `<pre>`, several lines long. No line of it is a command to a runner of
/// GitHub Actions (`::` at its beginning, `##[` anywhere) where a document is printed in a log.
pub fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '|' => out.push_str("&#124;"),
            '`' => out.push_str("&#96;"),
            ':' if characters.peek() == Some(&':') => out.push_str("&#58;"),
            '#' if characters.peek() == Some(&'#') => out.push_str("&#35;"),
            '\n' => out.push('\n'),
            '\r' if characters.peek() == Some(&'\n') => {}
            other => push_visible(&mut out, other),
        }
    }
    out
}

/// A cell of a CSV file, before quoting: a text that a spreadsheet would run as a formula gets an apostrophe.
pub fn escape_csv(text: &str) -> Cow<'_, str> {
    let visible = escape_terminal(text);
    if visible
        .trim_start()
        .starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
    {
        Cow::Owned(format!("'{visible}"))
    } else {
        visible
    }
}
