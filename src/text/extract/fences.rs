//! Fenced code blocks of Markdown.

use crate::text::normalize::trim;
use std::borrow::Cow;

/// A fenced block of a Markdown text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeBlock<'a> {
    /// The first word of the info string, as written; `None` if there is none.
    pub language: Option<&'a str>,
    /// What stands between the fences, without the line break before the closing one, the indentation of the opening
    /// one, and the marks of a quotation.
    pub content: Cow<'a, str>,
}

/// All fenced blocks (three or more backticks or tildes), in their order.
///
/// As in CommonMark a fence starts a line, after any indentation (also deeper than
/// CommonMark's three spaces, since models indent fences in lists), and is closed by a
/// fence of the same character at least as long. It may stand in a quotation, or behind
/// the mark of a list item. As many columns as are before the opening fence are taken off
/// each line. A block that is never closed reaches to the end of the text: replies are
/// often cut off at the closing fence.
pub fn code_blocks(text: &str) -> Vec<CodeBlock<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<Open<'_>> = None;
    let mut position = 0;
    for line in text.split_inclusive('\n') {
        let start = position;
        position += line.len();
        if let Some(block) = &open {
            match unquoted(line, block.quotes) {
                None => {
                    // The quotation is over.
                    blocks.push(block.closed(text, start));
                }
                Some(inner) => {
                    if closes(inner, block) {
                        blocks.push(block.closed(text, start));
                        open = None;
                    }
                    continue;
                }
            }
        }
        open = opening(line, position);
    }
    blocks.extend(open.map(|block| block.closed(text, text.len())));
    blocks
}

/// A block whose end is not found yet.
struct Open<'a> {
    mark: char,
    length: usize,
    language: Option<&'a str>,
    /// Marks of quotation before the fence.
    quotes: usize,
    /// Columns between these and the fence.
    columns: usize,
    /// Where its content begins.
    from: usize,
}

impl<'a> Open<'a> {
    fn closed(&self, text: &'a str, to: usize) -> CodeBlock<'a> {
        CodeBlock {
            language: self.language,
            content: self.content(text.get(self.from..to).unwrap_or_default()),
        }
    }

    fn content(&self, lines: &'a str) -> Cow<'a, str> {
        if self.quotes == 0 && self.columns == 0 {
            return Cow::Borrowed(without_break(lines));
        }
        let own = |line| outdented(unquoted(line, self.quotes).unwrap_or(line), self.columns);
        let whole: String = lines.split_inclusive('\n').map(own).collect();
        Cow::Owned(without_break(&whole).to_owned())
    }
}

/// The block that a line begins.
fn opening(line: &str, from: usize) -> Option<Open<'_>> {
    let mut quotes = 0;
    let mut inner = line;
    while let Some(rest) = unquoted(inner, 1) {
        (quotes, inner) = (quotes + 1, rest);
    }
    let marker = list_markers(inner);
    let (mark, length, info) = fence(inner.get(marker..)?)?;
    let before = inner.len() - inner.trim_start_matches(|c| c != mark).len();
    Some(Open {
        mark,
        length,
        language: language(info),
        quotes,
        columns: columns(inner.get(..before)?),
        from,
    })
}

fn closes(line: &str, block: &Open<'_>) -> bool {
    fence(line)
        .is_some_and(|(mark, length, info)| mark == block.mark && length >= block.length && info.is_empty())
}

/// The line behind so many marks of quotation; `None` where it has fewer.
fn unquoted(line: &str, levels: usize) -> Option<&str> {
    (0..levels).try_fold(line, |line, _| {
        let rest = line.trim_start_matches(' ').strip_prefix('>')?;
        Some(rest.strip_prefix(' ').unwrap_or(rest))
    })
}

/// Bytes of the marks of list items at the beginning of a line: `- `, `* `, `+ `, `1. `, `1) `.
fn list_markers(line: &str) -> usize {
    let mut rest = line.trim_start_matches([' ', '\t']);
    loop {
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let behind = if digits.len() < rest.len() {
            digits.strip_prefix(['.', ')'])
        } else {
            rest.strip_prefix(['-', '*', '+'])
        };
        match behind.filter(|behind| behind.starts_with([' ', '\t'])) {
            Some(behind) => rest = behind.trim_start_matches([' ', '\t']),
            None => return line.len() - rest.len(),
        }
    }
}

/// Columns that a text takes; a tab goes on to the next multiple of four.
fn columns(text: &str) -> usize {
    text.chars().fold(0, next_column)
}

fn next_column(column: usize, c: char) -> usize {
    match c {
        '\t' => (column / 4 + 1) * 4,
        _ => column + 1,
    }
}

/// A line without its first columns, as far as they are white space.
fn outdented(line: &str, columns: usize) -> &str {
    let (mut column, mut at) = (0, 0);
    for c in line.chars().take_while(|c| matches!(c, ' ' | '\t')) {
        column = next_column(column, c);
        if column > columns {
            break;
        }
        at += 1;
    }
    line.get(at..).unwrap_or(line)
}

/// The content of the last fenced block in `language`, or of the last block at all if
/// that is `None`. The last one, because models draft first and conclude last.
///
/// Languages compare without case, and common short names equal the long ones (`py`,
/// `js`, `rs`, `sh` and so on). If no block has the language, the last one without any
/// tag is taken.
pub fn code_block<'a>(text: &'a str, language: Option<&str>) -> Option<Cow<'a, str>> {
    let mut blocks = code_blocks(text);
    let Some(wanted) = language else {
        return blocks.pop().map(|block| block.content);
    };
    let wanted = canonical(wanted);
    let tagged = |block: &CodeBlock<'_>| block.language.map(canonical).as_ref() == Some(&wanted);
    let untagged = |block: &CodeBlock<'_>| block.language.is_none();
    let at = blocks
        .iter()
        .rposition(tagged)
        .or_else(|| blocks.iter().rposition(untagged))?;
    Some(blocks.swap_remove(at).content)
}

/// The mark, length and info string of a line that is a fence.
fn fence(line: &str) -> Option<(char, usize, &str)> {
    let line = trim(line);
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let info = line.trim_start_matches(mark);
    let length = line.len() - info.len();
    // A backtick behind the fence makes it a code span within a line.
    let span = mark == '`' && info.contains('`');
    (length >= 3 && !span).then(|| (mark, length, trim(info)))
}

/// The language in an info string: `python`, `{.python}` and `python title=x` alike.
fn language(info: &str) -> Option<&str> {
    let word = info
        .trim_start_matches(['{', '.'])
        .split([' ', '\t', ',', '}', ':'])
        .next()?;
    (!word.is_empty()).then_some(word)
}

/// Lines without the last line break.
fn without_break(lines: &str) -> &str {
    let lines = lines.strip_suffix('\n').unwrap_or(lines);
    lines.strip_suffix('\r').unwrap_or(lines)
}

fn canonical(language: &str) -> String {
    let lowered = trim(language).to_lowercase();
    let long = match lowered.as_str() {
        "py" | "py3" | "python3" => "python",
        "js" | "jsx" | "node" | "mjs" => "javascript",
        "ts" | "tsx" => "typescript",
        "rs" => "rust",
        "sh" | "shell" | "zsh" | "console" => "bash",
        "c++" | "cc" | "cxx" => "cpp",
        "c#" | "cs" => "csharp",
        "golang" => "go",
        "rb" => "ruby",
        "yml" => "yaml",
        "md" => "markdown",
        _ => return lowered,
    };
    long.to_owned()
}
