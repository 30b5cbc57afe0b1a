//! Writes trials one by one, as text, as lines of JSON, or as one document.

use super::pairs::Pair;
use crate::cli::console::Console;
use crate::cli::excerpt::{beginning, labelled};
use crate::cli::failure::Failure;
use crate::cli::progress::counted;
use crate::model::{Manifest, ScoreEntry};
use crate::report::{escape_terminal, wrap};
use crate::store::TrialRow;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Characters of an output, a golden output or a reason that are shown.
const MOST_TEXT: usize = 300;
/// Width of the column of scorers, at most.
const MOST_NAME: usize = 20;

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text of that width.
    Text(usize),
    /// One JSON object a line.
    Lines,
    /// One JSON document.
    Document,
}

/// Writes trials.
pub struct Printer<'a> {
    run: &'a str,
    manifest: &'a Manifest,
    form: Form,
    console: &'a Console,
    trials: u64,
}

impl<'a> Printer<'a> {
    /// A printer for trials of that run.
    pub fn new(run: &'a str, manifest: &'a Manifest, form: Form, console: &'a Console) -> Self {
        Self {
            run,
            manifest,
            form,
            console,
            trials: 0,
        }
    }

    /// Writes a trial.
    pub fn trial(&mut self, row: &TrialRow<'_>, scores: &[ScoreEntry]) -> Result<(), Failure> {
        let first = self.trials == 0;
        self.trials += 1;
        match self.form {
            Form::Text(width) => self.console.out(&self.text(row, scores, width)?),
            Form::Lines => self
                .console
                .raw_json(format!("{}\n", self.json(row, scores)?).as_bytes()),
            Form::Document => {
                // The document is written as it comes, so that a long list is never held.
                let before = if first { self.opening() } else { ",\n".to_owned() };
                self.console
                    .raw_json(format!("{before}    {}", self.json(row, scores)?).as_bytes())
            }
        }
    }

    fn opening(&self) -> String {
        format!("{{\n  \"run\": {},\n  \"trials\": [\n", Value::from(self.run))
    }

    /// Writes what the trials come to.
    pub fn finish(&self, pairs: &[Pair]) -> Result<(), Failure> {
        match self.form {
            Form::Text(width) => self.console.out(&self.summary(pairs, width)),
            Form::Lines => Ok(()),
            Form::Document => {
                let before = match self.trials {
                    0 => self.opening(),
                    _ => "\n".to_owned(),
                };
                let pairs: Vec<String> = pairs.iter().map(|pair| json!(pair).to_string()).collect();
                let pairs = pairs.join(",\n    ");
                let end = format!("{before}  ],\n  \"pairs\": [\n    {pairs}\n  ]\n}}\n");
                self.console.raw_json(end.as_bytes())
            }
        }
    }

    fn summary(&self, pairs: &[Pair], width: usize) -> String {
        let mut text = String::new();
        for pair in pairs {
            let mut line = format!(
                "{}: {} that {} passes and {} fails, of {} that both graded",
                pair.task,
                counted(pair.trials, "trial"),
                pair.pass,
                pair.fail,
                pair.both
            );
            if pair.no_score > 0 {
                let _ = write!(
                    line,
                    "; {} more that {} passes and {} gave no score",
                    pair.no_score, pair.pass, pair.fail
                );
            }
            for line in wrap(&escape_terminal(&line), width, 2) {
                text += &line;
                text.push('\n');
            }
        }
        if pairs.is_empty() {
            text += "0 trials: no scorer passes what another fails\n";
        }
        text
    }

    fn json(&self, row: &TrialRow<'_>, scores: &[ScoreEntry]) -> Result<Value, Failure> {
        let task = self.manifest.tasks.get(row.key.task as usize);
        let entry = self.manifest.candidates.get(row.key.candidate as usize);
        let candidate = entry.map(|entry| &entry.candidate);
        let case = row.case()?;
        let scores: Vec<Value> = scores
            .iter()
            .map(|entry| {
                let score = entry.result.as_ref().ok();
                let error = entry.result.as_ref().err();
                json!({
                    "scorer": entry.scorer, "score": score.map(|score| score.value),
                    "pass": score.map(|score| score.pass),
                    "explanation": score.map(|score| &*score.explanation).or(error.map(|error| error.message.as_str())),
                    "error": error.map(|error| if error.unparseable { "unparseable" } else { "failed" }),
                })
            })
            .collect();
        Ok(json!({
            "task": task.map(|task| &task.name), "case": row.case_id,
            "model": candidate.map(|candidate| candidate.model.to_string()),
            "label": candidate.and_then(|candidate| candidate.label.as_ref()),
            "prompt": candidate.map(|candidate| &candidate.prompt), "epoch": row.key.epoch,
            "outcome": row.outcome, "score": row.score, "pass": row.pass, "scores": scores,
            "golden": case.golden, "output": row.output()?,
        }))
    }

    fn text(&self, row: &TrialRow<'_>, scores: &[ScoreEntry], width: usize) -> Result<String, Failure> {
        let task = self.manifest.tasks.get(row.key.task as usize);
        let entry = self.manifest.candidates.get(row.key.candidate as usize);
        let candidate = entry.map_or_else(String::new, |entry| {
            format!(
                "{}, prompt {}",
                entry.candidate.model_label(),
                entry.candidate.prompt
            )
        });
        let score = row.score.map_or_else(String::new, |score| format!(" {score:.3}"));
        let head = format!(
            "{} {}: {candidate}, epoch {}, {}{score}",
            task.map_or("", |task| &*task.name),
            row.case_id,
            row.key.epoch,
            row.outcome
        );
        let mut text = wrap(&escape_terminal(&head), width, 2).join("\n");
        text.push('\n');
        let longest = scores
            .iter()
            .map(|entry| entry.scorer.chars().count())
            .max()
            .unwrap_or(0);
        let column = longest.clamp(6, MOST_NAME);
        let mut put = |label: &str, value: &str| {
            let label: String = escape_terminal(label).chars().take(column).collect();
            labelled(&label, column, &beginning(value, MOST_TEXT), width, &mut text);
        };
        for entry in scores {
            let said = match &entry.result {
                Ok(score) => {
                    let pass = if score.pass { "passes" } else { "fails" };
                    let colon = if score.explanation.is_empty() { "" } else { ": " };
                    format!("{:.3}, {pass}{colon}{}", score.value, score.explanation)
                }
                Err(error) => format!("no score: {}", error.message),
            };
            put(&entry.scorer, &said);
        }
        if let Some(golden) = row.case()?.golden {
            let golden = golden.as_str().map_or_else(|| golden.to_string(), str::to_owned);
            put("golden", &golden);
        }
        if let Some(output) = row.output()? {
            put("output", if output.is_empty() { "(empty)" } else { &output });
        }
        text.push('\n');
        Ok(text)
    }
}
