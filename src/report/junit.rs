//! A run as JUnit XML: a suite for each task and candidate, a test for each trial.
//!
//! A trial that does not pass is a failure. Where a provider, a judge or a scorer failed, it is an error: nothing was
//! found out. What was not sent is skipped.

use super::{escape_html, escape_terminal};
use crate::analyse::TrialView;
use crate::model::{Manifest, Outcome, TrialKey};
use std::io::{self, Write};

/// Characters of a message and of an output in the file.
const MESSAGE: usize = 300;
const OUTPUT: usize = 2_000;

/// How a trial ends as a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Passed,
    Failed,
    Error,
    Skipped,
}

fn ending(outcome: Outcome, pass: Option<bool>) -> Ending {
    match outcome {
        Outcome::Skipped => Ending::Skipped,
        Outcome::ProviderError | Outcome::JudgeError | Outcome::ScorerError => Ending::Error,
        _ if pass == Some(true) => Ending::Passed,
        _ => Ending::Failed,
    }
}

/// Trials of a candidate by how they end.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    tests: u64,
    failures: u64,
    errors: u64,
    skipped: u64,
}

impl Counts {
    fn add(&mut self, ending: Ending) {
        self.tests += 1;
        match ending {
            Ending::Passed => {}
            Ending::Failed => self.failures += 1,
            Ending::Error => self.errors += 1,
            Ending::Skipped => self.skipped += 1,
        }
    }

    fn merge(&mut self, other: &Self) {
        self.tests += other.tests;
        self.failures += other.failures;
        self.errors += other.errors;
        self.skipped += other.skipped;
    }

    fn attributes(&self) -> String {
        format!(
            "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"",
            self.tests, self.failures, self.errors, self.skipped
        )
    }
}

/// Counts the trials of a run, since a suite begins with its sums.
#[derive(Clone, Debug)]
pub struct JunitCounts {
    candidates: Vec<Counts>,
}

impl JunitCounts {
    /// For a run of that manifest.
    pub fn new(manifest: &Manifest) -> Self {
        Self {
            candidates: vec![Counts::default(); manifest.candidates.len()],
        }
    }

    /// Counts a trial.
    pub fn add(&mut self, key: TrialKey, outcome: Outcome, pass: Option<bool>) {
        if let Some(counts) = self.candidates.get_mut(key.candidate as usize) {
            counts.add(ending(outcome, pass));
        }
    }
}

/// Writes the file while the trials come by, candidate by candidate.
pub struct Junit<'a> {
    manifest: &'a Manifest,
    counts: &'a JunitCounts,
    out: &'a mut dyn Write,
    suite: Option<u32>,
}

impl<'a> Junit<'a> {
    /// Writes what stands before the first suite.
    pub fn begin(
        manifest: &'a Manifest,
        counts: &'a JunitCounts,
        out: &'a mut dyn Write,
    ) -> io::Result<Self> {
        let mut sums = Counts::default();
        counts.candidates.iter().for_each(|counts| sums.merge(counts));
        writeln!(
            out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"bench run {}\" {}>",
            attribute(&manifest.run),
            sums.attributes()
        )?;
        Ok(Self {
            manifest,
            counts,
            out,
            suite: None,
        })
    }

    /// Adds a trial.
    pub fn trial(&mut self, view: &TrialView<'_>) -> io::Result<()> {
        let position = view.key.candidate;
        let (Some(entry), Some(counts)) = (
            self.manifest.candidates.get(position as usize),
            self.counts.candidates.get(position as usize),
        ) else {
            return Ok(());
        };
        let Some(task) = self.manifest.tasks.get(entry.task as usize) else {
            return Ok(());
        };
        let candidate = format!(
            "{}, prompt {}",
            entry.candidate.model_label(),
            entry.candidate.prompt
        );
        if self.suite != Some(position) {
            self.close()?;
            writeln!(
                self.out,
                "  <testsuite name=\"{}: {}\" {}>",
                attribute(&task.name),
                attribute(&candidate),
                counts.attributes()
            )?;
            self.suite = Some(position);
        }
        let epoch = match task.epochs {
            0 | 1 => String::new(),
            _ => format!(", epoch {}", view.key.epoch),
        };
        let time = view.latency_us.map_or_else(String::new, |latency| {
            format!(" time=\"{:.3}\"", latency as f64 / 1e6)
        });
        let head = format!(
            "    <testcase classname=\"{}.{}\" name=\"{}{epoch}\"{time}",
            attribute(&task.name),
            attribute(&candidate),
            attribute(view.case_id)
        );
        let element = match ending(view.outcome, view.pass) {
            Ending::Passed => return writeln!(self.out, "{head}/>"),
            Ending::Skipped => return writeln!(self.out, "{head}>\n      <skipped/>\n    </testcase>"),
            Ending::Failed => "failure",
            Ending::Error => "error",
        };
        writeln!(
            self.out,
            "{head}>\n      <{element} type=\"{}\" message=\"{}\">{}</{element}>\n    </testcase>",
            view.outcome,
            attribute(&shorten(&message(view), MESSAGE)),
            legal(&escape_html(&details(view)))
        )
    }

    /// Writes what stands behind the last suite.
    pub fn end(mut self) -> io::Result<()> {
        self.close()?;
        writeln!(self.out, "</testsuites>")
    }

    fn close(&mut self) -> io::Result<()> {
        match self.suite.take() {
            Some(_) => writeln!(self.out, "  </testsuite>"),
            None => Ok(()),
        }
    }
}

/// Escaped text of one line.
fn attribute(text: &str) -> String {
    legal(&escape_html(&escape_terminal(text)))
}

/// Without the two characters that XML forbids and that `escape_html` lets through, being harmless elsewhere.
fn legal(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// Why the trial does not pass, in one line: the scorers that say so, else what became of it.
fn message(view: &TrialView<'_>) -> String {
    if let Some(failure) = view.failure {
        return format!("{}: {}", failure.class, failure.message);
    }
    let said: Vec<String> = view
        .scores
        .iter()
        .filter_map(|entry| match &entry.result {
            Ok(score) if score.pass => None,
            Ok(score) => Some(format!(
                "{} {:.3}: {}",
                entry.scorer, score.value, score.explanation
            )),
            Err(error) => Some(format!("{}: {error}", entry.scorer)),
        })
        .collect();
    let score = view
        .score
        .map_or_else(String::new, |score| format!(", score {score:.3}"));
    match said.is_empty() {
        true => format!("{}{score}", view.outcome),
        false => format!("{}{score}; {}", view.outcome, said.join("; ")),
    }
}

/// Expected output and output.
fn details(view: &TrialView<'_>) -> String {
    let mut text = String::new();
    if let Some(golden) = view.golden {
        let golden = match golden {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        text += &format!("\nexpected: {}", shorten(&golden, OUTPUT));
    }
    if let Some(output) = view.output {
        text += &format!("\noutput: {}", shorten(output, OUTPUT));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// The beginning of a long text.
fn shorten(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((at, _)) => format!("{} [... {} more bytes]", &text[..at], text.len() - at),
    }
}
