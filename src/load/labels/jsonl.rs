//! One JSON object a line.

use super::Labels;
use super::lower::{Wrong, lower};
use crate::load::files::Source;
use crate::load::problem::Problem;
use crate::load::raw::RawLabel;
use crate::model::Label;
use crate::yaml::{Fault, Span, parse, read as read_node};

pub(super) fn read(source: &Source, labels: &mut Labels) {
    let mut start = 0;
    for (position, line) in source.text.split('\n').enumerate() {
        let from = start;
        start += line.len() + 1;
        if line.trim().is_empty() {
            continue;
        }
        if !labels.add(one(source, line, position + 1, from)) {
            break;
        }
    }
}

/// The label of a line that begins at byte `from`.
fn one(source: &Source, line: &str, number: usize, from: usize) -> Result<Label, Problem> {
    let read = serde_json::from_str::<RawLabel>(line);
    if let Ok(raw) = read
        && let Ok(label) = lower(raw, number, Span::default())
    {
        return Ok(label);
    }
    // What is wrong is looked up a second time, by the reader that knows places.
    let end = line.trim_end().len();
    let shift = |span: Span| Span::new(from + span.start.min(end), from + span.end.min(end));
    let wrong = |wrong: Wrong| {
        let problem = Problem::at(source, shift(wrong.span), "bad-value", wrong.message);
        match wrong.help {
            Some(help) => problem.help(help),
            None => problem,
        }
    };
    let fault = |fault: Fault| {
        let code = Problem::fault_code(fault.kind);
        let problem = Problem::at(source, shift(fault.span), code, fault.message);
        match fault.help {
            Some(help) => problem.help(help),
            None => problem,
        }
    };
    let syntax = serde_json::from_str::<serde::de::IgnoredAny>(line).err();
    if let Some(error) = syntax {
        let words = error.to_string();
        let words = words.rfind(" at line ").map_or(words.as_str(), |at| &words[..at]);
        let at = error.column().saturating_sub(1).min(end);
        return Err(Problem::at(
            source,
            shift(Span::new(at, at + 1)),
            "syntax",
            format!("not valid JSON: {words}"),
        )
        .help("labels are one JSON object a line, or a file whose name ends in .csv"));
    }
    let parsed = parse(line).map_err(fault)?;
    let mut faults = parsed.faults;
    let raw = read_node::<RawLabel>(&parsed.root, &mut faults);
    match (faults.into_iter().next(), raw) {
        (None, Some(raw)) => lower(raw, number, Span::new(0, end)).map_err(wrong),
        (Some(first), _) => Err(fault(first)),
        (None, None) => Err(wrong(Wrong::new(Span::new(0, end), "this is not a label"))),
    }
}
