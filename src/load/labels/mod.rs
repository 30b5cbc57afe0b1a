//! Files of labels: CSV with a header, or one JSON object a line.

mod csv;
mod jsonl;
mod lower;
#[cfg(test)]
mod tests;

use super::files::{Source, read_text};
use super::problem::Problem;
use crate::model::Label;
use crate::yaml::Span;
use camino::Utf8Path;

/// Problems of one file that are told; a file that is wrong is wrong in each line.
const MOST_PROBLEMS: usize = 10;

/// What a file of labels says, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// The labels, in the order of the file.
    pub labels: Vec<Label>,
    /// What is wrong with the file, the first of each line.
    pub problems: Vec<Problem>,
    /// The file, where it could be read.
    source: Option<Source>,
}

impl Labels {
    /// Whether the file tells what the judge said.
    pub fn has_verdicts(&self) -> bool {
        self.labels
            .iter()
            .any(|label| label.judge.is_some() || label.judge_first.is_some() || label.judge_second.is_some())
    }

    /// The problem that the label in that line does not fit what it is compared with.
    pub fn misfit(&self, line: Option<usize>, message: String) -> Problem {
        let Some(source) = &self.source else {
            return Problem::error("", "bad-label", message);
        };
        let Some(line) = line else {
            return Problem::error(source.file.clone(), "bad-label", message);
        };
        let before = source.text.split_inclusive('\n').take(line.saturating_sub(1));
        let start: usize = before.map(str::len).sum();
        let text = source.text.get(start..).unwrap_or("");
        let text = text.lines().next().unwrap_or("");
        Problem::at(source, Span::new(start, start + text.len()), "bad-label", message)
    }

    fn add(&mut self, read: Result<Label, Problem>) -> bool {
        match read {
            Ok(label) => self.labels.push(label),
            Err(problem) => self.problems.push(problem),
        }
        self.problems.len() < MOST_PROBLEMS
    }
}

/// Reads a file of labels: CSV where its name ends in `.csv`, else JSONL. Paths in problems are relative to `root`
/// where the file lies inside.
pub fn labels(root: &Utf8Path, path: &Utf8Path) -> Labels {
    let mut labels = Labels::default();
    match read_text(root, path) {
        Err(problem) => labels.problems.push(problem),
        Ok(source) => {
            match path.extension() {
                Some(extension) if extension.eq_ignore_ascii_case("csv") => csv::read(&source, &mut labels),
                _ => jsonl::read(&source, &mut labels),
            }
            labels.source = Some(source);
        }
    }
    labels
}
