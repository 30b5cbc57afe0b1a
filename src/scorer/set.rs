//! All scorers of a task, and the policy of outcomes.

use super::compile::{CompiledScorer, ScoreInput, compile};
use super::config::ScorerConfig;
use super::json::{mismatch, validator};
use super::output::Output;
use crate::model::{
    Case, Completion, Message, Money, Outcome, OutputFormat, OutputSpec, PassRule, Score, ScoreEntry,
    ScorerError, StopReason, Task, Treat, Treatment,
};
use crate::sandbox::Sandbox;
use crate::text::looks_like_refusal;
use jsonschema::Validator;
use std::any::Any;
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Room for rounding where a mean is compared with a threshold.
pub(super) const SLACK: f64 = 1e-9;
/// Name of the entry that says why an output is unparseable.
const OUTPUT_ENTRY: &str = "output";
/// Name of the entry that says why nothing was scored.
const SCORERS_ENTRY: &str = "scorers";

/// Whether an entry is no scorer's, but says why there is none: `output`, `scorers`.
pub fn is_remark(entry: &ScoreEntry) -> bool {
    entry.weight == 0.0 && entry.result.is_err() && [OUTPUT_ENTRY, SCORERS_ENTRY].contains(&&*entry.scorer)
}

/// All scorers of a task, built once.
#[derive(Debug)]
pub struct ScorerSet {
    scorers: Vec<CompiledScorer>,
    output: OutputSpec,
    schema: Option<Validator>,
    pass: PassRule,
    treat: Treatment,
    output_entry: Arc<str>,
    scorers_entry: Arc<str>,
    sandbox: Option<Arc<Sandbox>>,
}

/// What became of a completion.
#[derive(Clone, Debug, PartialEq)]
pub struct Graded {
    /// Which outcome.
    pub outcome: Outcome,
    /// The weighted mean, where it counts in means.
    pub score: Option<f64>,
    /// Whether the trial passes; `None` where there is no score.
    pub pass: Option<bool>,
    /// What each scorer said. Where an output is unparseable, or no scorer applies, one entry of weight 0 named
    /// `output` or `scorers` says why.
    pub scores: Vec<ScoreEntry>,
}

impl Graded {
    /// A completion that could not be graded at all.
    pub fn failed(message: impl Into<String>) -> Self {
        let entry = ScoreEntry {
            scorer: SCORERS_ENTRY.into(),
            weight: 0.0,
            result: Err(ScorerError::failed(message)),
            judged: None,
        };
        Self::unscored(Outcome::ScorerError, vec![entry])
    }

    pub(super) fn unscored(outcome: Outcome, scores: Vec<ScoreEntry>) -> Self {
        Self {
            outcome,
            score: None,
            pass: None,
            scores,
        }
    }
}

impl ScorerSet {
    /// Builds the scorers of a task. The error says what is wrong and what to write instead.
    pub fn new(task: &Task) -> Result<Self, String> {
        let scorers = task.scorers.iter().map(|spec| compile(spec, &task.output));
        let schema = match (&task.output.schema, task.output.format) {
            (Some(schema), OutputFormat::Json) => {
                Some(validator(schema).map_err(|problem| format!("`output.schema`: {problem}"))?)
            }
            _ => None,
        };
        Ok(Self {
            scorers: scorers.collect::<Result<_, String>>()?,
            output: task.output.clone(),
            schema,
            pass: task.pass,
            treat: task.treat.clone(),
            output_entry: OUTPUT_ENTRY.into(),
            scorers_entry: SCORERS_ENTRY.into(),
            sandbox: None,
        })
    }

    /// The same scorers with a place for those that are code.
    #[must_use]
    pub fn with_sandbox(mut self, sandbox: &Arc<Sandbox>) -> Self {
        self.sandbox = Some(Arc::clone(sandbox));
        self
    }

    /// The scorers of all cases.
    pub fn scorers(&self) -> &[CompiledScorer] {
        &self.scorers
    }

    /// Whether grading that case runs code: then it belongs on a thread that may be blocked, and wants the messages
    /// that were sent.
    pub fn runs_code(&self, case: &Case) -> bool {
        let own = || {
            case.scorers
                .iter()
                .any(|spec| matches!(spec.config, ScorerConfig::Program(_) | ScorerConfig::Code(_)))
        };
        self.scorers.iter().any(|scorer| scorer.needs().sandbox) || own()
    }

    /// Grades one completion. Never panics, whatever the completion holds.
    /// `messages` are what was sent; only scorers that are code look at them.
    pub fn grade(
        &self,
        case: &Case,
        completion: &Completion,
        cost: Option<Money>,
        messages: Option<&[Message]>,
    ) -> Graded {
        let output = Output::new(completion, &self.output);
        // Almost all cases have no scorers of their own; then nothing is built here.
        let mut own = Vec::with_capacity(case.scorers.len());
        for spec in &case.scorers {
            match compile(spec, &self.output) {
                Ok(scorer) => own.push(scorer),
                Err(problem) => {
                    let entry = ScoreEntry {
                        scorer: Arc::clone(&spec.name),
                        weight: spec.weight,
                        result: Err(ScorerError::failed(format!("case `{}`: {problem}", case.id))),
                        judged: None,
                    };
                    return Graded::unscored(Outcome::ScorerError, vec![entry]);
                }
            }
        }
        let input = ScoreInput {
            output: &output,
            case,
            completion,
            cost,
            messages,
            sandbox: self.sandbox.as_ref(),
        };
        let scorers = || {
            self.scorers
                .iter()
                .chain(&own)
                .filter(|scorer| scorer.applies_to(case))
        };
        let checked = catch_unwind(AssertUnwindSafe(|| self.outcome(&input, &scorers)));
        let (outcome, problem) = checked.unwrap_or((Outcome::Scored, None));
        match self.treatment(outcome) {
            Treat::Score => self.run(&input, outcome, scorers()),
            treat => {
                let zero = treat == Treat::Zero;
                Graded {
                    outcome,
                    score: zero.then_some(0.0),
                    pass: zero.then_some(false),
                    scores: problem
                        .map(|problem| self.output_problem(problem))
                        .into_iter()
                        .collect(),
                }
            }
        }
    }

    /// What is to be done with an outcome.
    pub(super) fn treatment(&self, outcome: Outcome) -> Treat {
        match outcome {
            Outcome::Refused => self.treat.refused,
            Outcome::Empty => self.treat.empty,
            Outcome::Truncated => self.treat.truncated,
            Outcome::Filtered => self.treat.filtered,
            Outcome::Unparseable => self.treat.unparseable,
            Outcome::Scored => Treat::Score,
            Outcome::JudgeError | Outcome::ScorerError | Outcome::ProviderError | Outcome::Skipped => {
                Treat::Exclude
            }
        }
    }

    fn output_problem(&self, problem: Cow<'static, str>) -> ScoreEntry {
        ScoreEntry {
            scorer: Arc::clone(&self.output_entry),
            weight: 0.0,
            result: Err(ScorerError::unparseable(problem)),
            judged: None,
        }
    }

    /// What became of the completion before any scorer looks at it; for an unparseable one, why.
    fn outcome<'s, I: Iterator<Item = &'s CompiledScorer>>(
        &self,
        input: &ScoreInput<'_>,
        scorers: &impl Fn() -> I,
    ) -> (Outcome, Option<Cow<'static, str>>) {
        let completion = input.completion;
        let judges_refusals = || scorers().any(|scorer| scorer.is_refusal);
        match completion.stop {
            StopReason::ContentFilter if !judges_refusals() => return (Outcome::Filtered, None),
            StopReason::Refusal if !judges_refusals() => return (Outcome::Refused, None),
            StopReason::ContentFilter | StopReason::Refusal => return (Outcome::Scored, None),
            StopReason::Length => return (Outcome::Truncated, None),
            StopReason::Stop | StopReason::ToolCalls | StopReason::Unknown => {}
        }
        if input.output.raw().trim().is_empty() {
            let outcome = if completion.tool_calls.is_empty() {
                Outcome::Empty
            } else {
                Outcome::Scored
            };
            return (outcome, None);
        }
        if let Some(refused) = self.declines(input, &judges_refusals) {
            return (refused, None);
        }
        if let Some(problem) = input.output.parse_problem() {
            return (Outcome::Unparseable, Some(problem.into()));
        }
        let problem = self.schema.as_ref().and_then(|schema| {
            if scorers().any(|scorer| scorer.is_schema) {
                return None;
            }
            mismatch(schema, input.output.json()?)
        });
        match problem {
            Some(problem) => (Outcome::Unparseable, Some(problem.into())),
            None => (Outcome::Scored, None),
        }
    }

    /// Whether the words of the answer decline the task. An answer with the JSON that was asked for does not,
    /// nor does one to a case whose golden output reads like a refusal itself.
    fn declines(&self, input: &ScoreInput<'_>, judges_refusals: &dyn Fn() -> bool) -> Option<Outcome> {
        if !looks_like_refusal(input.output.raw()) {
            return None;
        }
        let refusal = Outcome::Refused;
        if judges_refusals() {
            // The refusal scorer decides, also where a refusal has not the form that answers have.
            return Some(Outcome::Scored);
        }
        let answered = self.output.format == OutputFormat::Json && input.output.json().is_some();
        let golden = input.case.golden.as_ref().and_then(|golden| golden.as_str());
        let wanted = golden.is_some_and(looks_like_refusal);
        (!answered && !wanted).then_some(refusal)
    }

    /// What becomes of a completion before any scorer looks at it.
    pub fn outcome_before(&self, case: &Case, completion: &Completion) -> Outcome {
        let output = Output::new(completion, &self.output);
        let input = ScoreInput {
            output: &output,
            case,
            completion,
            cost: None,
            messages: None,
            sandbox: None,
        };
        let scorers = || self.scorers.iter().filter(|scorer| scorer.applies_to(case));
        catch_unwind(AssertUnwindSafe(|| self.outcome(&input, &scorers)))
            .map_or(Outcome::Scored, |(outcome, _)| outcome)
    }

    /// Runs the scorers and combines what they say.
    fn run<'s>(
        &self,
        input: &ScoreInput<'_>,
        outcome: Outcome,
        scorers: impl Iterator<Item = &'s CompiledScorer>,
    ) -> Graded {
        let mut scores = Vec::with_capacity(self.scorers.len());
        for scorer in scorers {
            scores.push(ScoreEntry {
                scorer: Arc::clone(&scorer.name),
                weight: scorer.weight,
                result: score_safely(scorer, input),
                judged: None,
            });
        }
        self.settle(input.case, outcome, scores)
    }

    /// When a trial passes.
    pub(super) fn pass_rule(&self) -> PassRule {
        self.pass
    }

    pub(super) fn nothing_counts(&self, case: &Case, none: bool) -> ScoreEntry {
        let what = if none {
            "no scorer applies to"
        } else {
            "no scorer with a weight above 0 applies to"
        };
        ScoreEntry {
            scorer: Arc::clone(&self.scorers_entry),
            weight: 0.0,
            result: Err(ScorerError::failed(format!(
                "{what} case `{}`; widen the `cases` filter of a scorer or add one for this case",
                case.id
            ))),
            judged: None,
        }
    }
}

/// Runs a scorer; a panic in it is a failed scorer, not a dead run.
fn score_safely(scorer: &CompiledScorer, input: &ScoreInput<'_>) -> Result<Score, ScorerError> {
    catch_unwind(AssertUnwindSafe(|| scorer.score(input))).unwrap_or_else(|panic| {
        Err(ScorerError::failed(format!(
            "the scorer `{}` crashed, which is a fault of bench: {}",
            scorer.name,
            super::quote::quote(panic_text(&*panic))
        )))
    })
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
}
