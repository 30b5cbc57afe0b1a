//! One JSON object a line.

use super::Labels;
use super::lower::{Wrong, lower};
use crate::load::files::Source;
use crate::load::objects::{Line, lines};
use crate::load::problem::Problem;
use crate::load::raw::RawLabel;
use crate::model::Label;
use crate::yaml::Span;

const HELP: &str = "labels are one JSON object a line, or a file whose name ends in .csv";

pub(super) fn read(source: &Source, labels: &mut Labels) {
    for line in lines(source) {
        if !labels.add(one(source, line)) {
            break;
        }
    }
}

fn one(source: &Source, line: Line<'_>) -> Result<Label, Problem> {
    if let Ok(raw) = serde_json::from_str::<RawLabel>(line.text)
        && let Ok(label) = lower(raw, line.number, Span::default())
    {
        return Ok(label);
    }
    // What is wrong is looked up a second time, by the reader that knows places.
    let raw: RawLabel = line.object(source, HELP)?;
    lower(raw, line.number, line.whole()).map_err(|wrong: Wrong| {
        let problem = Problem::at(source, line.in_file(wrong.span), "bad-value", wrong.message);
        match wrong.help {
            Some(help) => problem.help(help),
            None => problem,
        }
    })
}
