//! Failures worth reading: a few trials per candidate, in memory that does not grow.

use super::TrialView;
use crate::model::Outcome;
use serde_json::Value;

/// Examples kept of wrong answers, and of each other outcome.
const KEPT_WRONG: usize = 4;
const KEPT_OTHER: usize = 2;
/// Examples shown per candidate.
const SHOWN: usize = 5;
/// Bytes kept of an output, of an expected output or an input, and of one line of a scorer.
const OUTPUT: usize = 600;
const CASE: usize = 300;
const LINE: usize = 300;
/// Scorers shown of one trial.
const SCORERS: usize = 8;

/// A trial that did not pass. All texts are shortened, none is escaped.
#[derive(Clone, Debug, PartialEq)]
pub struct FailureExample {
    /// The case's id.
    pub case: String,
    /// Repeat number.
    pub epoch: u32,
    /// What became of it.
    pub outcome: Outcome,
    /// Its score, where it has one.
    pub score: Option<f64>,
    /// The case's variables: the text where there is one, else JSON.
    pub input: Option<String>,
    /// The expected output.
    pub expected: Option<String>,
    /// What the model answered.
    pub output: Option<String>,
    /// What the scorers said.
    pub judgements: Vec<Judgement>,
    /// What the provider said, where there is no answer.
    pub error: Option<String>,
}

/// What one scorer said of a trial.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The scorer's name.
    pub scorer: String,
    /// Its score; `None` where it gave none.
    pub value: Option<f64>,
    /// Its explanation, or why it gave no score.
    pub explanation: String,
}

/// The order in which failures are worth reading: lowest score first, then by case and epoch.
#[derive(Clone, Copy, Debug)]
struct Worth {
    score: f64,
    case: u64,
    epoch: u32,
}

impl Worth {
    fn before(&self, other: &Self) -> bool {
        self.score
            .total_cmp(&other.score)
            .then(self.case.cmp(&other.case))
            .then(self.epoch.cmp(&other.epoch))
            .is_lt()
    }
}

/// Keeps the failures worth reading of one candidate: at most 20 examples of a few kilobytes.
#[derive(Clone, Debug, Default)]
pub(super) struct FailurePicker {
    count: u64,
    kept: [Vec<(Worth, FailureExample)>; Outcome::ALL.len()],
}

impl FailurePicker {
    /// Looks at one trial. Costs nothing but comparisons unless the trial enters the list.
    pub(super) fn add(&mut self, view: &TrialView<'_>) {
        let failed = match view.outcome {
            Outcome::Skipped => false,
            Outcome::Scored => view.pass == Some(false),
            _ => view.pass != Some(true),
        };
        if !failed {
            return;
        }
        self.count += 1;
        let worth = Worth {
            score: view.score.unwrap_or(0.0),
            case: view.key.case,
            epoch: view.key.epoch,
        };
        let most = if view.outcome == Outcome::Scored {
            KEPT_WRONG
        } else {
            KEPT_OTHER
        };
        let Some(kept) = self.kept.get_mut(view.outcome.index()) else {
            return;
        };
        let position = kept
            .iter()
            .position(|(other, _)| worth.before(other))
            .unwrap_or(kept.len());
        if position < most {
            kept.truncate(most - 1);
            kept.insert(position, (worth, FailureExample::of(view)));
        }
    }

    /// How many trials failed.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The examples to show: one of each outcome before a second of any, in the order of the outcomes.
    pub(super) fn examples(&self) -> Vec<FailureExample> {
        let mut shown = [0_usize; Outcome::ALL.len()];
        let mut left = SHOWN;
        for round in 0..KEPT_WRONG {
            for (count, kept) in shown.iter_mut().zip(&self.kept) {
                if left > 0 && *count == round && kept.len() > round {
                    *count += 1;
                    left -= 1;
                }
            }
        }
        shown
            .into_iter()
            .zip(&self.kept)
            .flat_map(|(count, kept)| kept.iter().take(count).map(|(_, example)| example.clone()))
            .collect()
    }
}

impl FailureExample {
    fn of(view: &TrialView<'_>) -> Self {
        let judgements = view.scores.iter().take(SCORERS).map(|entry| Judgement {
            scorer: entry.scorer.to_string(),
            value: entry.result.as_ref().ok().map(|score| score.value),
            explanation: match &entry.result {
                Ok(score) => shorten(&score.explanation, LINE),
                Err(error) => shorten(&error.message, LINE),
            },
        });
        Self {
            case: shorten(view.case_id, LINE),
            epoch: view.key.epoch,
            outcome: view.outcome,
            score: view.score,
            input: view
                .vars
                .filter(|vars| !vars.is_empty())
                .map(|vars| match vars.values().next() {
                    Some(Value::String(text)) if vars.len() == 1 => shorten(text, CASE),
                    _ => shorten(&serde_json::to_string(vars).unwrap_or_default(), CASE),
                }),
            expected: view.golden.map(|golden| match golden {
                Value::String(text) => shorten(text, CASE),
                other => shorten(&other.to_string(), CASE),
            }),
            output: view.output.map(|output| shorten(output, OUTPUT)),
            judgements: judgements.collect(),
            error: view
                .failure
                .map(|failure| shorten(&format!("{}: {}", failure.class, failure.message), LINE)),
        }
    }
}

/// The text itself, or its beginning and end where it is longer than about `most` bytes: answers often stand at the
/// end. Looks at no more than the bytes it keeps.
fn shorten(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let head = floor_boundary(text, most * 2 / 3);
    let tail = floor_boundary(text, text.len() - most / 3);
    format!(
        "{} [... {} bytes ...] {}",
        &text[..head],
        tail - head,
        &text[tail..]
    )
}

/// The nearest character boundary at or before that position.
fn floor_boundary(text: &str, position: usize) -> usize {
    (0..=position)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}
