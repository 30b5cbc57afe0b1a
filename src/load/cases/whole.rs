//! JSON arrays and YAML lists: read whole.

use super::digits::{HELP, MESSAGE, long_integers};
use super::reader::RawCases;
use crate::load::files::{Source, read_text};
use crate::load::problem::Problem;
use crate::load::raw::{RawCase, RawCaseFile};
use crate::model::CaseFormat;
use crate::yaml::{Span, Spanned, parse, read};
use camino::Utf8Path;
use serde_json::error::Category;
use std::collections::VecDeque;

/// The cases of a file that was read whole.
pub(super) struct WholeCases {
    source: Source,
    problems: VecDeque<Problem>,
    cases: std::vec::IntoIter<Spanned<RawCase>>,
    index: usize,
    span: Span,
}

impl WholeCases {
    pub fn open(path: &Utf8Path, format: CaseFormat) -> Result<Self, Problem> {
        let source = read_text(Utf8Path::new(""), path)?;
        if source.text.trim().is_empty() {
            return Err(Problem::error(path, "empty-file", "the file is empty"));
        }
        if format == CaseFormat::Json {
            match serde_json::from_str::<RawCaseFile>(&source.text) {
                Ok(RawCaseFile(cases)) => {
                    let long = long_integers(source.text.as_bytes()).into_iter();
                    let problems = long
                        .map(|span| Problem::at(&source, span, "bad-value", MESSAGE).help(HELP))
                        .collect();
                    let mut whole = Self::of(source, cases);
                    whole.problems = problems;
                    return Ok(whole);
                }
                Err(error) if matches!(error.classify(), Category::Syntax | Category::Eof) => {
                    return Err(json_problem(&source, &error));
                }
                Err(_) => {}
            }
        }
        let parsed = parse(&source.text).map_err(|fault| Problem::fault(&source, fault))?;
        let mut faults = parsed.faults;
        let cases = read::<RawCaseFile>(&parsed.root, &mut faults)
            .unwrap_or_default()
            .0;
        let problems = faults
            .into_iter()
            .map(|fault| Problem::fault(&source, fault))
            .collect();
        let mut whole = Self::of(source, cases);
        whole.problems = problems;
        Ok(whole)
    }

    fn of(source: Source, cases: Vec<Spanned<RawCase>>) -> Self {
        Self {
            source,
            problems: VecDeque::new(),
            cases: cases.into_iter(),
            index: 0,
            span: Span::default(),
        }
    }
}

fn json_problem(source: &Source, error: &serde_json::Error) -> Problem {
    let before: usize = source
        .text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let start = (before + error.column().saturating_sub(1)).min(source.text.len());
    let words = error.to_string();
    let words = words.rfind(" at line ").map_or(words.as_str(), |at| &words[..at]);
    Problem::at(
        source,
        Span::new(start, start + 1),
        "syntax",
        format!("not valid JSON: {words}"),
    )
}

impl RawCases for WholeCases {
    fn next_case(&mut self) -> Option<Result<RawCase, Box<Problem>>> {
        if let Some(problem) = self.problems.pop_front() {
            return Some(Err(Box::new(problem)));
        }
        let case = self.cases.next()?;
        self.index += 1;
        self.span = case.span;
        Some(Ok(case.value))
    }

    fn problem(&self, code: &'static str, message: String) -> Problem {
        let mut span = self.span;
        if span == Span::default() {
            // JSON is read without places; only a problem needs one.
            let root = parse(&self.source.text).map(|parsed| parsed.root).ok();
            let item = root
                .as_ref()
                .and_then(|root| root.items().get(self.index.saturating_sub(1)));
            span = item.map_or(span, |item| item.span);
        }
        Problem::at(&self.source, span, code, message)
    }
}
