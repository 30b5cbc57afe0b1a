//! JSON lines: one case a line.

use super::digits::{HELP, MESSAGE, long_integers};
use super::reader::RawCases;
use crate::load::files::{not_utf8, open_error, shown, without_bom};
use crate::load::problem::{Excerpt, Place, Problem};
use crate::load::raw::RawCase;
use crate::yaml::{Span, parse, read};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::error::Category;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};

/// Longest line, in bytes.
const MAX_LINE: u64 = 64 << 20;
/// Bytes shown on either side of a problem; lines may be long.
const SHOWN: usize = 120;

/// A JSONL file that is read line by line.
pub(super) struct JsonlCases {
    file: Utf8PathBuf,
    reader: BufReader<File>,
    buffer: Vec<u8>,
    line: usize,
    broken: bool,
}

impl JsonlCases {
    pub fn open(path: &Utf8Path) -> Result<Self, Problem> {
        let file = File::open(path).map_err(|error| open_error(path, path, &error))?;
        Ok(Self {
            file: path.to_owned(),
            reader: BufReader::with_capacity(1 << 17, file),
            buffer: Vec::new(),
            line: 0,
            broken: false,
        })
    }

    /// Reads the next line that is not blank into the buffer.
    fn advance(&mut self) -> Result<bool, Problem> {
        loop {
            self.buffer.clear();
            self.line += 1;
            let got = (&mut self.reader)
                .take(MAX_LINE)
                .read_until(b'\n', &mut self.buffer);
            let got = got.map_err(|error| {
                self.broken = true;
                open_error(&self.file, &self.file, &error)
            })?;
            if got == 0 {
                return Ok(false);
            }
            if got as u64 == MAX_LINE && self.buffer.last() != Some(&b'\n') {
                self.broken = true;
                let message = format!("line {} is longer than {} MB", self.line, MAX_LINE >> 20);
                return Err(Problem::error(self.file.clone(), "too-long", message)
                    .help("JSONL has one JSON object a line; a JSON array belongs into a .json file"));
            }
            if !self.content().iter().all(u8::is_ascii_whitespace) {
                return Ok(true);
            }
        }
    }

    /// The line without a byte order mark.
    fn content(&self) -> &[u8] {
        if self.line == 1 {
            without_bom(&self.buffer)
        } else {
            &self.buffer
        }
    }

    fn text(&self) -> Result<&str, Problem> {
        std::str::from_utf8(self.content()).map_err(|_| not_utf8(&self.file, self.content(), self.line))
    }

    /// A problem at a part of the current line.
    fn at(&self, span: Span, code: &'static str, message: impl Into<String>) -> Problem {
        let text = match self.text() {
            Ok(text) => text.trim_end(),
            Err(problem) => return problem,
        };
        let mut problem = Problem::error(self.file.clone(), code, message);
        problem.place = Some(Box::new(line_place(text, self.line, span)));
        problem
    }

    /// Says in detail why the line is no case; the slow way.
    fn explain(&self, error: &serde_json::Error) -> Problem {
        let text = match self.text() {
            Ok(text) => text,
            Err(problem) => return problem,
        };
        let words = error.to_string();
        let words = words.rfind(" at line ").map_or(words.as_str(), |at| &words[..at]);
        let end = text.trim_end().len();
        let column = if error.is_eof() { end } else { error.column() };
        let start = column.saturating_sub(1).min(end);
        let here = Span::new(start, start + 1);
        if matches!(error.classify(), Category::Syntax | Category::Eof) {
            let problem = self.at(here, "syntax", format!("not valid JSON: {words}"));
            return match text.trim_start().starts_with(['[', ']', '{']) && error.is_eof()
                || text.trim() == "["
            {
                true => problem
                    .help("JSONL has one whole JSON object a line; a JSON array belongs into a .json file"),
                false => problem,
            };
        }
        // JSON is YAML for this purpose, and the tree knows all places.
        let mut faults = Vec::new();
        if let Ok(parsed) = parse(text) {
            faults = parsed.faults;
            let _ = read::<RawCase>(&parsed.root, &mut faults);
        }
        match faults.into_iter().next() {
            Some(fault) => {
                let kind = Problem::fault_code(fault.kind);
                let problem = self.at(fault.span, kind, fault.message);
                match fault.help {
                    Some(help) => problem.help(help),
                    None => problem,
                }
            }
            None => self.at(here, "bad-value", words),
        }
    }
}

/// The place in a line that may be very long.
pub(super) fn line_place(text: &str, line: usize, span: Span) -> Place {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (start, end) = (floor(span.start), floor(span.end));
    let from = floor(start.saturating_sub(SHOWN));
    let to = floor(end.min(start + SHOWN) + SHOWN);
    let (before, after) = (
        if from > 0 { "…" } else { "" },
        if to < text.len() { "…" } else { "" },
    );
    let excerpt = shown(&text[from..to]).replace('\n', " ");
    let shift = |at: usize| at.min(to) - from + before.len();
    Place {
        line,
        column: text[..start].chars().count() + 1,
        excerpt: Excerpt {
            text: format!("{before}{excerpt}{after}").into(),
            first_line: line,
            span: Span::new(shift(start), shift(end)),
        },
    }
}

impl RawCases for JsonlCases {
    fn next_case(&mut self) -> Option<Result<RawCase, Box<Problem>>> {
        if self.broken {
            return None;
        }
        match self.advance() {
            Ok(false) => None,
            Ok(true) => {
                let read = serde_json::from_slice(self.content()).map_err(|error| self.explain(&error));
                let long = long_integers(self.content()).first().copied();
                Some(
                    match (read, long) {
                        (Ok(_), Some(span)) => Err(self.at(span, "bad-value", MESSAGE).help(HELP)),
                        (read, _) => read,
                    }
                    .map_err(Box::new),
                )
            }
            Err(problem) => Some(Err(Box::new(problem))),
        }
    }

    fn problem(&self, code: &'static str, message: String) -> Problem {
        let end = self.text().map_or(0, |text| text.trim_end().len());
        self.at(Span::new(0, end.min(SHOWN)), code, message)
    }
}
