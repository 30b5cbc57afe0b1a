//! An error in a scorer's code, as its author wants to see it: file, line, source text, and a mark below the column.

use crate::model::ScorerSpec;
use crate::report::escape_terminal;
use crate::scorer::{Fault, ScorerConfig};
use std::fmt::Write as _;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Lines of a message that are shown.
const MOST_LINES: usize = 20;

/// The trace of an error, outermost call first, then what it says. Each line begins with two spaces.
pub fn trace(spec: &ScorerSpec, fault: &Fault, width: usize) -> String {
    let mut text = String::new();
    for (position, frame) in fault.trace.iter().enumerate() {
        let innermost = position + 1 == fault.trace.len();
        let here = innermost && fault.file.as_deref() == Some(&*frame.file) && fault.line == Some(frame.line);
        let column = fault.column.filter(|_| here);
        let place = Place {
            file: &frame.file,
            line: Some(frame.line),
            column,
            text: frame.text.as_deref(),
        };
        place.write(spec, Some(&frame.function), width, &mut text);
    }
    let told = fault
        .trace
        .last()
        .is_some_and(|frame| fault.file.as_deref() == Some(&*frame.file) && fault.line == Some(frame.line));
    if let (Some(file), false) = (&fault.file, told) {
        let place = Place {
            file,
            line: fault.line,
            column: fault.column,
            text: fault.text.as_deref(),
        };
        place.write(spec, None, width, &mut text);
    }
    let mut message = fault.message.lines();
    let first = message.next().unwrap_or_default();
    let class = escape_terminal(&fault.class);
    let colon = if class.is_empty() || first.is_empty() {
        ""
    } else {
        ": "
    };
    let _ = writeln!(text, "  {class}{colon}{}", escape_terminal(first));
    let mut left = 0;
    for (position, line) in message.enumerate() {
        if position < MOST_LINES {
            let _ = writeln!(text, "    {}", escape_terminal(line));
        } else {
            left += 1;
        }
    }
    if left > 0 {
        let _ = writeln!(text, "    ({left} more lines)");
    }
    text
}

struct Place<'a> {
    file: &'a str,
    line: Option<u32>,
    column: Option<u32>,
    /// The source text as the interpreter tells it, perhaps without its indentation.
    text: Option<&'a str>,
}

impl Place<'_> {
    fn write(&self, spec: &ScorerSpec, function: Option<&str>, width: usize, out: &mut String) {
        let _ = write!(out, "  {}", escape_terminal(self.file));
        if let Some(line) = self.line {
            let _ = write!(out, ":{line}");
        }
        if let Some(column) = self.column {
            let _ = write!(out, ":{column}");
        }
        if let Some(function) = function.filter(|name| !name.is_empty() && *name != "<module>") {
            let _ = write!(out, " in {}", escape_terminal(function));
        }
        out.push('\n');
        let own = self.line.and_then(|line| source_line(spec, self.file, line));
        let same = own.filter(|line| self.text.is_none_or(|text| line.trim() == text.trim()));
        match (same, self.text) {
            (Some(line), _) => excerpt(line, self.column, width.saturating_sub(4), out),
            (None, Some(text)) if !text.trim().is_empty() => {
                excerpt(text.trim(), None, width.saturating_sub(4), out)
            }
            (None, _) => {}
        }
    }
}

/// A line of the scorer's own text, or of a file that it imports.
fn source_line<'a>(spec: &'a ScorerSpec, file: &str, line: u32) -> Option<&'a str> {
    let ScorerConfig::Program(program) = &spec.config else {
        return None;
    };
    let text = match &program.supplied {
        Some(supplied) if supplied.file == file => std::str::from_utf8(&supplied.bytes).ok()?,
        Some(supplied) => {
            let folder = supplied.file.rsplit_once('/').map_or("", |(folder, _)| folder);
            let inside = file
                .strip_prefix(folder)
                .map_or(file, |rest| rest.trim_start_matches('/'));
            supplied
                .modules
                .get(file)
                .or_else(|| supplied.modules.get(inside))?
        }
        None => program.options.code.as_deref()?,
    };
    let index = usize::try_from(line).ok()?.checked_sub(1)?;
    text.lines().nth(index)
}

/// A source line without its indentation, cut to the width around the column, with a mark below it.
fn excerpt(line: &str, column: Option<u32>, width: usize, out: &mut String) {
    let indent = line.chars().take_while(|c| c.is_whitespace()).count();
    let shown: Vec<String> = line
        .trim()
        .chars()
        .map(|c| escape_terminal(c.encode_utf8(&mut [0; 4])).into_owned())
        .collect();
    let mark = column
        .and_then(|column| usize::try_from(column).ok()?.checked_sub(1)?.checked_sub(indent))
        .filter(|mark| *mark <= shown.len());
    let wide = |part: &[String]| part.iter().map(|text| text.width()).sum::<usize>();
    // What is before the mark goes first, from the left, as far as the line is too long.
    let mut start = 0;
    if let Some(mark) = mark {
        while start < mark && wide(shown.get(start..mark).unwrap_or_default()) + 8 > width {
            start += 1;
        }
    }
    let mut used = 0;
    let rest = shown.get(start..).unwrap_or_default();
    let fitting: String = rest
        .iter()
        .take_while(|text| {
            used += text.width();
            used <= width
        })
        .map(String::as_str)
        .collect();
    let _ = writeln!(out, "    {fitting}");
    if let Some(mark) = mark {
        let before = wide(shown.get(start..mark).unwrap_or_default());
        let _ = writeln!(out, "    {}^", " ".repeat(before));
    }
}

/// Text that code printed, line by line behind a mark; hidden characters are made visible.
pub fn printed(label: &str, text: &str, width: usize, out: &mut String) {
    const SHOWN: usize = 40;
    let lines: Vec<&str> = text.lines().collect();
    for (position, line) in lines.iter().take(SHOWN).enumerate() {
        let head = if position == 0 { label } else { "" };
        let line = escape_terminal(line);
        let mut used = 0;
        let room = width.saturating_sub(12);
        let cut: String = line
            .chars()
            .take_while(|c| {
                used += c.width().unwrap_or(0);
                used <= room
            })
            .collect();
        let _ = writeln!(out, "{}", format!("  {head:<8}| {cut}").trim_end());
    }
    if lines.len() > SHOWN {
        let _ = writeln!(
            out,
            "          ({} more lines; --json has all)",
            lines.len() - SHOWN
        );
    }
}
