//! Files of anchors: one case with a known verdict a line.

use super::files::{Source, read_text};
use super::objects::{Line, lines};
use super::problem::Problem;
use super::raw::RawAnchor;
use crate::model::Anchor;
use crate::yaml::{Span, Spanned};
use camino::Utf8Path;
use std::collections::HashMap;

/// Problems of one file that are told; a file that is wrong is wrong in each line.
const MOST_PROBLEMS: usize = 10;
/// Fewest anchors that say anything of a shift.
const FEWEST: usize = 2;
const HELP: &str = "anchors are one JSON object a line: `id`, `output`, `rubric`, `verdict`, and more";

/// Reads a file of anchors; verdicts are on `scale`, those of pairs from 0 to 1. Paths in problems are relative to `root`
/// where the file lies inside.
pub(super) fn anchors(root: &Utf8Path, path: &Utf8Path, scale: (f64, f64)) -> (Vec<Anchor>, Vec<Problem>) {
    let source = match read_text(root, path) {
        Ok(source) => source,
        Err(problem) => return (Vec::new(), vec![problem]),
    };
    let mut reader = Reader {
        source: &source,
        scale,
        known: HashMap::new(),
    };
    let (mut anchors, mut problems) = (Vec::new(), Vec::new());
    for line in lines(&source) {
        match reader.anchor(line) {
            Ok(anchor) => anchors.push(anchor),
            Err(problem) => problems.push(problem),
        }
        if problems.len() == MOST_PROBLEMS {
            break;
        }
    }
    if anchors.len() < FEWEST && problems.is_empty() {
        let message = match anchors.len() {
            0 => "the file holds no anchor".to_owned(),
            count => format!(
                "{count} anchor is too few: a shift needs {FEWEST} at least, and tells little below 30"
            ),
        };
        problems.push(Problem::error(source.file.clone(), "too-few", message).help(HELP));
    }
    (anchors, problems)
}

struct Reader<'a> {
    source: &'a Source,
    scale: (f64, f64),
    /// Lines by id.
    known: HashMap<String, usize>,
}

impl Reader<'_> {
    fn anchor(&mut self, line: Line<'_>) -> Result<Anchor, Problem> {
        let raw: RawAnchor = line.object(self.source, HELP)?;
        let bad =
            |span: Span, message: String| Problem::at(self.source, line.in_file(span), "bad-value", message);
        let filled = |text: Spanned<String>, key: &str| match text.value.trim().is_empty() {
            true => Err(bad(text.span, format!("`{key}` is empty"))),
            false => Ok(text.value),
        };
        let id = raw.id.value.0.to_string();
        if let Some(first) = self.known.get(&id) {
            return Err(bad(
                raw.id.span,
                format!("the id `{id}` stands on line {first} as well"),
            ));
        }
        if let (Some(_), Some(other)) = (&raw.golden, &raw.other) {
            return Err(bad(
                other.span,
                "an anchor has `golden` or `other`, not both: pairs are compared with `other` alone"
                    .to_owned(),
            ));
        }
        let (low, high) = match raw.other {
            Some(_) => (0.0, 1.0),
            None => self.scale,
        };
        let verdict = raw.verdict.value;
        if !(low..=high).contains(&verdict) {
            let what = match raw.other {
                Some(_) => {
                    "the verdict on a pair is 1 where `output` is better, 0 where `other` is, 0.5 for a tie"
                        .to_owned()
                }
                None => format!("the judge's scale goes from {low} to {high}"),
            };
            return Err(bad(
                raw.verdict.span,
                format!("the verdict is {verdict}, but {what}"),
            ));
        }
        let rubric = filled(raw.rubric, "rubric")?;
        self.known.insert(id.clone(), line.number);
        Ok(Anchor {
            id,
            task: raw.task,
            input: raw.input,
            output: raw.output,
            other: raw.other.map(|other| other.value),
            golden: raw.golden,
            rubric,
            verdict: (verdict - low) / (high - low),
        })
    }
}
