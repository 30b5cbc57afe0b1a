//! Files with one JSON object a line, read so that every mistake has its place.

use super::files::Source;
use super::problem::Problem;
use crate::yaml::{Fault, Span, parse, read};
use serde::de::DeserializeOwned;

/// A line of a file that is not blank.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    /// Its text, without the line feed.
    pub text: &'a str,
    /// Its number, from 1.
    pub number: usize,
    /// The byte at which it begins.
    from: usize,
}

/// The lines of a file that are not blank.
pub(super) fn lines(source: &Source) -> impl Iterator<Item = Line<'_>> {
    let mut next = 0;
    source
        .text
        .split('\n')
        .zip(1..)
        .map(move |(text, number)| {
            let from = next;
            next += text.len() + 1;
            Line { text, number, from }
        })
        .filter(|line| !line.text.trim().is_empty())
}

impl Line<'_> {
    /// The whole line, as a place in it.
    pub fn whole(&self) -> Span {
        Span::new(0, self.text.trim_end().len())
    }

    /// A place in the line as a place in its file.
    pub fn in_file(&self, span: Span) -> Span {
        let end = self.text.trim_end().len();
        Span::new(self.from + span.start.min(end), self.from + span.end.min(end))
    }

    /// The object of the line, with the places of its values in the line; `help` says what a file holds that is not JSON
    /// at all.
    pub fn object<R: DeserializeOwned>(&self, source: &Source, help: &str) -> Result<R, Problem> {
        if let Some(error) = serde_json::from_str::<serde::de::IgnoredAny>(self.text).err() {
            let words = error.to_string();
            let words = words.rfind(" at line ").map_or(words.as_str(), |at| &words[..at]);
            let at = error.column().saturating_sub(1).min(self.whole().end);
            let place = self.in_file(Span::new(at, at + 1));
            return Err(Problem::at(source, place, "syntax", format!("not valid JSON: {words}")).help(help));
        }
        let fault = |fault: Fault| {
            let code = Problem::fault_code(fault.kind);
            let problem = Problem::at(source, self.in_file(fault.span), code, fault.message);
            match fault.help {
                Some(help) => problem.help(help),
                None => problem,
            }
        };
        // JSON is YAML for this purpose, and the tree knows all places.
        let parsed = parse(self.text).map_err(fault)?;
        let mut faults = parsed.faults;
        let raw = read::<R>(&parsed.root, &mut faults);
        match (faults.into_iter().next(), raw) {
            (None, Some(raw)) => Ok(raw),
            (Some(first), _) => Err(fault(first)),
            (None, None) => Err(Problem::at(
                source,
                self.in_file(self.whole()),
                "bad-value",
                "this is not an object",
            )
            .help(help)),
        }
    }
}
