//! What the runner of GitHub Actions reads in the output of a step: a line that begins, after blanks, with `::`, or that
//! holds `##[`, may be a command to it. Outputs of models must not give commands.

use super::workspace::environment;
use std::borrow::Cow;
use std::io::{self, Write};

/// Whether a runner reads what is printed.
pub fn listens() -> bool {
    environment("GITHUB_ACTIONS").is_some()
}

/// Text of which no line is a command; a backslash shows where one was.
pub fn calm(text: &str) -> Cow<'_, str> {
    if !text.contains("::") && !text.contains("##[") {
        return Cow::Borrowed(text);
    }
    let mut calm = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let start = line.len() - begun(line).len();
        let (blanks, rest) = line.split_at(start);
        calm.push_str(blanks);
        if rest.starts_with("::") {
            calm.push('\\');
        }
        calm.push_str(&rest.replace("##[", "#\\#["));
    }
    Cow::Owned(calm)
}

/// A JSON text with the same meaning of which no line is a command. Its lines cannot begin with `::`, and `##[` stands
/// inside its strings only. The same holds of an HTML page, whose other texts are escaped.
pub fn calm_json(text: &str) -> Cow<'_, str> {
    if text.contains("##[") {
        Cow::Owned(text.replace("##[", "#\\u0023["))
    } else {
        Cow::Borrowed(text)
    }
}

/// The line without its blanks and the colours among them, which are taken out where stdout is no terminal.
fn begun(line: &str) -> &str {
    let mut rest = line.trim_start();
    while let Some(coded) = rest.strip_prefix("\u{1b}[") {
        let parameters = coded.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        let mut after = parameters.chars();
        after.next();
        rest = after.as_str().trim_start();
    }
    rest
}

/// Makes lines of JSON calm, one at a time.
pub struct CalmLines<W: Write> {
    to: W,
    line: Vec<u8>,
}

impl<W: Write> CalmLines<W> {
    /// Lines that go to `to`.
    pub fn new(to: W) -> Self {
        Self { to, line: Vec::new() }
    }
}

impl<W: Write> Write for CalmLines<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let end = bytes.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
        let taken = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or(bytes);
        self.line.extend_from_slice(taken);
        if end.is_some() {
            let line = std::mem::take(&mut self.line);
            self.to
                .write_all(calm_json(&String::from_utf8_lossy(&line)).as_bytes())?;
        }
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let rest = std::mem::take(&mut self.line);
        self.to
            .write_all(calm_json(&String::from_utf8_lossy(&rest)).as_bytes())?;
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_text_is_a_command() {
        for (text, made) in [
            ("a::b\n", "a::b\n"),
            (" \u{3000}::error::x\nb", " \u{3000}\\::error::x\nb"),
            ("\u{1b}[1m ::x", "\u{1b}[1m \\::x"),
            ("see ##[error]x", "see #\\#[error]x"),
        ] {
            assert_eq!(calm(text), made);
        }
    }

    #[test]
    fn lines_of_json_keep_their_meaning() {
        let mut out = Vec::new();
        let mut lines = CalmLines::new(&mut out);
        let written = lines
            .write_all(b"{\"a\": \"#")
            .and_then(|()| lines.write_all(b"#[x]\"}\n{}"));
        assert!(written.and_then(|()| lines.flush()).is_ok());
        let text = String::from_utf8_lossy(&out).into_owned();
        assert_eq!(text, "{\"a\": \"#\\u0023[x]\"}\n{}");
        let read: Vec<serde_json::Value> = text.lines().flat_map(serde_json::from_str).collect();
        assert_eq!(read.first(), Some(&serde_json::json!({"a": "##[x]"})));
    }
}
