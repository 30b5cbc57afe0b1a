//! The lines of `results.jsonl`: one trial a line, with stable field names and no wall-clock times.

use super::judged_line::JudgedLine;
use crate::analyse::TrialView;
use crate::model::{
    Candidate, ErrorClass, Failure, JudgeFault, Manifest, ModelRef, Money, Outcome, ScoreEntry, StopReason,
    TestResult, Usage, Verdict,
};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// One trial. Fields from `score` to `latency_ms` are always there and null where there is nothing to say.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ResultLine<'a> {
    /// The task's name.
    task: &'a str,
    /// The case's id.
    case: &'a str,
    /// `provider/model`.
    #[serde(serialize_with = "display")]
    #[schemars(with = "String")]
    model: &'a ModelRef,
    /// What tells two candidates with the same model apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    /// The prompt's id.
    prompt: &'a str,
    /// Repeat number, from 0.
    epoch: u32,
    /// Value of the task's cluster field.
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster: Option<&'a str>,
    /// What became of it.
    outcome: Outcome,
    /// The weighted mean of its scorers in 0..=1, where it counts in means.
    score: Option<f64>,
    /// Whether it passes.
    pass: Option<bool>,
    /// What each scorer said.
    #[serde(serialize_with = "score_lines")]
    #[schemars(with = "Vec<ScoreLine>")]
    scores: &'a [ScoreEntry],
    /// The answer's text as the model gave it.
    output: Option<&'a str>,
    /// Why the model stopped.
    stop: Option<StopReason>,
    /// Token counts. `input` holds all input tokens, `output` all output tokens; the other counts are parts of them.
    usage: Option<Usage>,
    /// What the answer cost when it was sent, in US dollars as exact decimal text; null is unknown.
    #[serde(serialize_with = "dollars")]
    #[schemars(with = "Option<String>")]
    cost_usd: Option<Money>,
    /// What this trial paid: "0" where the answer came from the cache.
    #[serde(serialize_with = "dollars")]
    #[schemars(with = "Option<String>")]
    paid_usd: Option<Money>,
    /// From the send to the last byte of the answer.
    latency_ms: Option<f64>,
    /// From the send to the first token.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_token_ms: Option<f64>,
    /// True where the answer came from the cache.
    cached: bool,
    /// Attempts after the first.
    retries: u32,
    /// The model that answered, as the API names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    served_model: Option<&'a str>,
    /// The vendor's id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    /// The last failed attempt, where there is no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorLine<'a>>,
}

/// What one scorer said.
#[derive(Debug, Serialize, JsonSchema)]
struct ScoreLine<'a> {
    /// The scorer's name.
    scorer: &'a str,
    /// Its weight in the weighted mean.
    weight: f64,
    /// Its score in 0..=1; null where it gave none.
    score: Option<f64>,
    /// Whether that is good enough.
    pass: Option<bool>,
    /// Why, or why there is no score.
    explanation: &'a str,
    /// The answer that it read out of the output.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<&'a str>,
    /// Further figures of the same judgement, by name.
    #[serde(serialize_with = "named", skip_serializing_if = "<[_]>::is_empty")]
    #[schemars(with = "std::collections::BTreeMap<String, f64>")]
    named: &'a [(Cow<'static, str>, f64)],
    /// The tests that it ran, of a program that was graded by tests.
    #[serde(serialize_with = "test_lines", skip_serializing_if = "<[_]>::is_empty")]
    #[schemars(with = "Vec<TestLine>")]
    tests: &'a [TestResult],
    /// What the program printed in its tests, shortened.
    #[serde(skip_serializing_if = "str::is_empty")]
    printed: &'a str,
    /// Where there is no score: `unparseable` (the output has not the form it needs), `failed` (the scorer did), or of a
    /// judge `waiting` (not asked yet), `not-sampled` (it sees a sample only) or `judge-failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    /// What each member of the panel said, where the scorer is a judge that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    judged: Option<JudgedLine<'a>>,
}

/// A test of a program.
#[derive(Debug, Serialize, JsonSchema)]
struct TestLine<'a> {
    /// Its name, or its number from 1.
    name: &'a str,
    /// How it ended.
    verdict: Verdict,
    /// What happened, where it did not pass.
    #[serde(skip_serializing_if = "str::is_empty")]
    message: &'a str,
}

/// A failed attempt.
#[derive(Debug, Serialize, JsonSchema)]
struct ErrorLine<'a> {
    /// What kind of failure.
    class: ErrorClass,
    /// What was said.
    message: &'a str,
    /// HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// The vendor's id of the failed request.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

impl<'a> ResultLine<'a> {
    /// The line of a trial; `None` where the manifest has no such task or candidate.
    pub fn new(manifest: &'a Manifest, view: &TrialView<'a>) -> Option<Self> {
        let task = manifest.tasks.get(view.key.task as usize)?;
        let candidate: &Candidate = &manifest.candidates.get(view.key.candidate as usize)?.candidate;
        Some(Self {
            task: &task.name,
            case: view.case_id,
            model: &candidate.model,
            label: candidate.label.as_deref(),
            prompt: &candidate.prompt,
            epoch: view.key.epoch,
            cluster: view.cluster,
            outcome: view.outcome,
            score: view.score,
            pass: view.pass,
            scores: view.scores,
            output: view.output,
            stop: view.stop,
            usage: view.usage,
            cost_usd: view.original_cost,
            paid_usd: view.cost,
            latency_ms: view.latency_us.map(milliseconds),
            first_token_ms: view.first_token_us.map(milliseconds),
            cached: view.from_cache,
            retries: view.retries(),
            served_model: view.served_model,
            request_id: view.request_id,
            error: view.failure.map(ErrorLine::of),
        })
    }
}

/// Appends the line of a trial, with its line feed, to `out`. Nothing is written for a trial whose task or candidate
/// the manifest does not have.
pub fn result_line(manifest: &Manifest, view: &TrialView<'_>, out: &mut Vec<u8>) -> serde_json::Result<()> {
    let Some(line) = ResultLine::new(manifest, view) else {
        return Ok(());
    };
    let start = out.len();
    let written = serde_json::to_writer(&mut *out, &line);
    match written {
        Ok(()) => out.push(b'\n'),
        Err(_) => out.truncate(start),
    }
    written
}

impl<'a> ErrorLine<'a> {
    fn of(failure: &'a Failure) -> Self {
        Self {
            class: failure.class,
            message: &failure.message,
            status: failure.status,
            request_id: failure.request_id.as_deref(),
        }
    }
}

impl<'a> ScoreLine<'a> {
    fn of(entry: &'a ScoreEntry) -> Self {
        let (score, error) = match &entry.result {
            Ok(score) => (Some(score), None),
            Err(error) => (None, Some(error)),
        };
        let explanation = score.map(|score| &*score.explanation);
        Self {
            scorer: &entry.scorer,
            weight: entry.weight,
            score: score.map(|score| score.value),
            pass: score.map(|score| score.pass),
            explanation: explanation.or(error.map(|error| &*error.message)).unwrap_or(""),
            answer: score.and_then(|score| score.answer.as_deref()),
            named: score.map_or(&[], |score| &score.named),
            tests: score.map_or(&[], |score| &score.tests),
            printed: score.map_or("", |score| &score.printed),
            error: error.map(|error| match error.judge {
                Some(JudgeFault::Waiting) => "waiting",
                Some(JudgeFault::NotSampled) => "not-sampled",
                Some(JudgeFault::Failed) => "judge-failed",
                None if error.unparseable => "unparseable",
                None => "failed",
            }),
            judged: entry.judged.as_deref().map(JudgedLine::of),
        }
    }
}

fn milliseconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1e3
}

fn display<S: Serializer>(model: &ModelRef, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{}/{}", model.provider, model.name))
}

pub(super) fn dollars<S: Serializer>(money: &Option<Money>, serializer: S) -> Result<S::Ok, S::Error> {
    money.map(Money::exact).serialize(serializer)
}

fn score_lines<S: Serializer>(entries: &[ScoreEntry], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(entries.iter().map(ScoreLine::of))
}

fn test_lines<S: Serializer>(tests: &[TestResult], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(tests.iter().map(|test| TestLine {
        name: &test.name,
        verdict: test.verdict,
        message: &test.message,
    }))
}

fn named<S: Serializer>(named: &[(Cow<'static, str>, f64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(named.iter().map(|(name, value)| (name, value)))
}
