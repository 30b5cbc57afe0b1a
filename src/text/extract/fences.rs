//! Fenced code blocks of Markdown.

use crate::text::normalize::trim;

/// A fenced block of a Markdown text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeBlock<'a> {
    /// The first word of the info string, as written; `None` if there is none.
    pub language: Option<&'a str>,
    /// What stands between the fences, without the line break before the closing one.
    pub content: &'a str,
}

/// All fenced blocks (three or more backticks or tildes), in their order.
///
/// As in CommonMark a fence starts a line, after any indentation (also deeper than
/// CommonMark's three spaces, since models indent fences in lists), and is closed by a
/// fence of the same character at least as long. A block that is never closed reaches
/// to the end of the text: replies are often cut off at the closing fence.
pub fn code_blocks(text: &str) -> Vec<CodeBlock<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<(char, usize, Option<&str>, usize)> = None;
    let mut position = 0;
    for line in text.split_inclusive('\n') {
        let start = position;
        position += line.len();
        let Some((mark, length, info)) = fence(line) else {
            continue;
        };
        match open {
            None => open = Some((mark, length, language(info), position)),
            Some((opened, least, language, from)) => {
                if mark == opened && length >= least && info.is_empty() {
                    blocks.push(CodeBlock {
                        language,
                        content: content(text, from, start),
                    });
                    open = None;
                }
            }
        }
    }
    if let Some((_, _, language, from)) = open {
        blocks.push(CodeBlock {
            language,
            content: content(text, from, text.len()),
        });
    }
    blocks
}

/// The content of the last fenced block in `language`, or of the last block at all if
/// that is `None`. The last one, because models draft first and conclude last.
///
/// Languages compare without case, and common short names equal the long ones (`py`,
/// `js`, `rs`, `sh` and so on). If no block has the language, the last one without any
/// tag is taken.
pub fn code_block<'a>(text: &'a str, language: Option<&str>) -> Option<&'a str> {
    let blocks = code_blocks(text);
    let Some(wanted) = language else {
        return blocks.last().map(|block| block.content);
    };
    let wanted = canonical(wanted);
    let tagged = |block: &&CodeBlock<'_>| block.language.map(canonical).as_ref() == Some(&wanted);
    let untagged = |block: &&CodeBlock<'_>| block.language.is_none();
    blocks
        .iter()
        .rfind(tagged)
        .or_else(|| blocks.iter().rfind(untagged))
        .map(|block| block.content)
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

fn content(text: &str, from: usize, to: usize) -> &str {
    let content = text.get(from..to).unwrap_or("");
    let content = content.strip_suffix('\n').unwrap_or(content);
    content.strip_suffix('\r').unwrap_or(content)
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
