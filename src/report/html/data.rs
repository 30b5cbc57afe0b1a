//! What the script of a page reads: candidates, tasks, and the cases with their trials. The format belongs to the page
//! and changes with it; programs read summary.json and results.jsonl.

use super::select::PickedCases;
use super::text::Shortened;
use crate::analyse::{Analysis, TrialView};
use crate::model::{JudgeFault, MemberVerdict, Money, Outcome, ScoreEntry, Shown, Verdict};
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;

/// Scorers of a trial in the page, and tests of a scorer.
const SCORERS: usize = 40;
const TESTS: usize = 40;
/// Variables of a case.
const VARS: usize = 40;

/// Everything but the cases.
#[derive(Debug, Serialize)]
pub(super) struct PageData<'a> {
    outcomes: [&'static str; Outcome::ALL.len()],
    candidates: Vec<PageCandidate<'a>>,
    tasks: Vec<PageTask<'a>>,
}

#[derive(Debug, Serialize)]
struct PageCandidate<'a> {
    name: &'a str,
    prompt: &'a str,
    simulated: bool,
}

#[derive(Debug, Serialize)]
struct PageTask<'a> {
    name: &'a str,
    /// Its candidates, best mean score first within each prompt.
    candidates: Vec<u32>,
    prompts: usize,
    epochs: u32,
    /// Cases in the page, and in the run.
    shown: u64,
    all: u64,
}

impl<'a> PageData<'a> {
    pub(super) fn new(analysis: &'a Analysis, picked: &PickedCases) -> Self {
        let entries = analysis.manifest.candidates.iter().enumerate();
        Self {
            outcomes: Outcome::ALL.map(Outcome::name),
            candidates: entries
                .map(|(position, entry)| {
                    let row = analysis.rows().find(|row| row.candidate as usize == position);
                    PageCandidate {
                        name: row.map_or("", |row| &row.name),
                        prompt: &entry.candidate.prompt,
                        simulated: entry.simulated,
                    }
                })
                .collect(),
            tasks: analysis
                .tasks
                .iter()
                .enumerate()
                .map(|(position, task)| {
                    let (shown, all) = picked.cases(position);
                    PageTask {
                        name: &task.task.name,
                        candidates: task.rows().map(|row| row.candidate).collect(),
                        prompts: task.boards.len(),
                        epochs: task.task.epochs,
                        shown,
                        all,
                    }
                })
                .collect(),
        }
    }
}

/// The beginning of a case: its trials follow as a list, and a closing brace.
#[derive(Debug, Serialize)]
pub(super) struct PageCase<'a> {
    id: Shortened<'a>,
    at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster: Option<Shortened<'a>>,
    vars: Vec<(Shortened<'a>, OwnedText<'a>)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    golden: Option<OwnedText<'a>>,
    /// True where the golden output is not a text, but JSON.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    json: bool,
}

/// A text that may have been made for the page.
#[derive(Debug)]
struct OwnedText<'a> {
    text: Cow<'a, str>,
    most: usize,
}

impl Serialize for OwnedText<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Shortened::new(&self.text, self.most).serialize(serializer)
    }
}

impl<'a> PageCase<'a> {
    pub(super) fn of(view: &TrialView<'a>, most: usize) -> Self {
        let as_text = |value: &'a Value| OwnedText {
            text: match value {
                Value::String(text) => Cow::Borrowed(text),
                other => Cow::Owned(serde_json::to_string_pretty(other).unwrap_or_default()),
            },
            most,
        };
        Self {
            id: Shortened::new(view.case_id, 300),
            at: view.key.case,
            cluster: view.cluster.map(|cluster| Shortened::new(cluster, 300)),
            vars: view
                .vars
                .into_iter()
                .flatten()
                .take(VARS)
                .map(|(name, value)| (Shortened::new(name, 200), as_text(value)))
                .collect(),
            golden: view.golden.map(as_text),
            json: view
                .golden
                .is_some_and(|golden| !matches!(golden, Value::String(_))),
        }
    }
}

/// A trial. Fields with nothing to say are left out.
#[derive(Debug, Serialize)]
pub(super) struct PageTrial<'a> {
    c: u32,
    #[serde(skip_serializing_if = "is_zero")]
    e: u32,
    /// Position in the outcomes.
    o: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pass: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<Shortened<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scores: Vec<PageScore<'a>>,
    /// Why there is no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<(&'static str, Shortened<'a>)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ms: Option<f64>,
}

#[derive(Debug, Serialize)]
struct PageScore<'a> {
    by: Shortened<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pass: Option<bool>,
    why: Shortened<'a>,
    /// Why there is no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<&'static str>,
    /// Tests that did not pass: name, how they ended, what happened.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tests: Vec<(Shortened<'a>, &'static str, Shortened<'a>)>,
    /// What the members of the panel said, where it is a judge.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    judged: Vec<PageVerdict<'a>>,
}

#[derive(Debug, Serialize)]
struct PageVerdict<'a> {
    model: Shortened<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Shortened<'a>>,
    /// The candidate whose output was the other of a pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    against: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pass: Option<bool>,
    /// Its reasoning, or why there is no verdict.
    why: Shortened<'a>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    failed: bool,
}

impl<'a> PageTrial<'a> {
    pub(super) fn of(view: &TrialView<'a>, most: usize) -> Self {
        let line = (most / 4).min(1_000);
        Self {
            c: view.key.candidate,
            e: view.key.epoch,
            o: view.outcome.index(),
            score: view.score.map(rounded),
            pass: view.pass,
            output: view.output.map(|output| Shortened::new(output, most)),
            scores: view
                .scores
                .iter()
                .take(SCORERS)
                .map(|entry| PageScore::of(entry, line))
                .collect(),
            error: view
                .failure
                .map(|failure| (failure.class.name(), Shortened::new(&failure.message, line))),
            cost: view.original_cost.map(|cost: Money| cost.to_string()),
            ms: view.latency_us.map(|latency| latency as f64 / 1e3),
        }
    }
}

impl<'a> PageScore<'a> {
    fn of(entry: &'a ScoreEntry, line: usize) -> Self {
        let (score, error) = match &entry.result {
            Ok(score) => (Some(score), None),
            Err(error) => (None, Some(error)),
        };
        let why = score.map_or("", |score| &score.explanation);
        Self {
            by: Shortened::new(&entry.scorer, 200),
            value: score.map(|score| rounded(score.value)),
            pass: score.map(|score| score.pass),
            why: Shortened::new(error.map_or(why, |error| &error.message), line),
            fault: error.map(|error| match error.judge {
                Some(JudgeFault::Waiting) => "not judged yet",
                Some(JudgeFault::NotSampled) => "not in the judge's sample",
                Some(JudgeFault::Failed) => "the judge failed",
                None if error.unparseable => "not in the form that it needs",
                None => "the scorer failed",
            }),
            tests: score
                .into_iter()
                .flat_map(|score| &score.tests)
                .filter(|test| test.verdict != Verdict::Passed)
                .take(TESTS)
                .map(|test| {
                    (
                        Shortened::new(&test.name, 200),
                        test.verdict.name(),
                        Shortened::new(&test.message, line),
                    )
                })
                .collect(),
            judged: entry
                .judged
                .iter()
                .flat_map(|judged| &judged.verdicts)
                .map(|verdict| PageVerdict::of(verdict, line))
                .collect(),
        }
    }
}

impl<'a> PageVerdict<'a> {
    fn of(verdict: &'a MemberVerdict, line: usize) -> Self {
        let said = verdict.said.as_ref();
        let (opinion, fault) = (said.ok(), said.err());
        let reasoning = opinion.map_or("", |opinion| &opinion.reasoning);
        Self {
            model: Shortened::new(&verdict.model, 200),
            role: verdict.role.as_deref().map(|role| Shortened::new(role, 200)),
            against: verdict.opponent,
            order: match verdict.order {
                Shown::Alone => None,
                Shown::First => Some("shown first"),
                Shown::Second => Some("shown second"),
            },
            value: opinion.map(|opinion| rounded(opinion.value)),
            pass: opinion.and_then(|opinion| opinion.pass),
            why: Shortened::new(fault.map_or(reasoning, |fault| &fault.message), line),
            failed: fault.is_some(),
        }
    }
}

/// Four decimals are more than the page shows.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

fn is_zero(epoch: &u32) -> bool {
    *epoch == 0
}
