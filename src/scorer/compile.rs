//! A scorer ready to run: everything that can be built once is built.

use super::config::ScorerConfig;
use super::filter::Filter;
use super::json::SchemaOptions;
use super::judge::JudgeScorer;
use super::layers::Layers;
use super::output::Output;
use super::program::{self, Fault};
use super::{
    budget, choice, code, count, json, json_match, judge, layers, matching, numeric, refusal, regex,
    set_match, similarity,
};
use crate::model::{Case, Completion, Message, Money, OutputSpec, Score, ScorerError, ScorerSpec};
use crate::sandbox::{Guest, Limits, Sandbox};
use std::fmt;
use std::sync::Arc;

/// What a scorer looks at.
#[derive(Clone, Copy, Debug)]
pub struct ScoreInput<'a> {
    /// The answer, parsed at most once for all scorers.
    pub output: &'a Output<'a>,
    /// The case with its golden output.
    pub case: &'a Case,
    /// The answer with everything that the API said beside it.
    pub completion: &'a Completion,
    /// What it cost; `None` is unknown.
    pub cost: Option<Money>,
    /// The messages that were sent, for scorers that are code; see [`ScorerSet::wants_messages`](super::ScorerSet).
    pub messages: Option<&'a [Message]>,
    /// Where code runs; `None` makes scorers that are code fail.
    pub sandbox: Option<&'a Arc<Sandbox>>,
}

/// What a scorer said, with what else there was to see.
#[derive(Clone, Debug)]
pub struct Observed {
    /// What it said.
    pub result: Result<Score, ScorerError>,
    /// Instructions that its code used.
    pub fuel: Option<u64>,
    /// What its code printed.
    pub stdout: String,
    /// What its code printed to stderr, or logged.
    pub stderr: String,
    /// The error in its code, with the calls that led there.
    pub fault: Option<Fault>,
}

impl From<Result<Score, ScorerError>> for Observed {
    fn from(result: Result<Score, ScorerError>) -> Self {
        Self {
            result,
            fuel: None,
            stdout: String::new(),
            stderr: String::new(),
            fault: None,
        }
    }
}

/// What a scorer needs to run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Needs {
    /// The sandbox, and a thread that may be blocked.
    pub sandbox: bool,
    /// An interpreter in it, with limits.
    pub guest: Option<(Guest, Limits)>,
}

/// A scorer of one family.
pub(super) trait Grade: Send + Sync {
    /// Judges one output.
    fn score(&self, input: &ScoreInput<'_>) -> Result<Score, ScorerError>;

    /// Judges one output and tells all that there is to see.
    fn observe(&self, input: &ScoreInput<'_>) -> Observed {
        Observed::from(self.score(input))
    }

    /// What it needs to run.
    fn needs(&self) -> Needs {
        Needs::default()
    }
}

/// A scorer ready to run.
pub struct CompiledScorer {
    pub(super) name: Arc<str>,
    pub(super) weight: f64,
    filter: Option<Filter>,
    grader: Box<dyn Grade>,
    pub(super) is_refusal: bool,
    pub(super) is_schema: bool,
    /// The questions of a scorer that asks a judge.
    pub(super) judge: Option<Arc<JudgeScorer>>,
    /// What a combinator combines.
    pub(super) layers: Option<Layers>,
}

impl fmt::Debug for CompiledScorer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompiledScorer")
            .field("name", &self.name)
            .field("weight", &self.weight)
            .field("filter", &self.filter)
            .finish_non_exhaustive()
    }
}

/// Builds a scorer of a task with that output. The error says what is wrong and what to write instead.
pub fn compile(spec: &ScorerSpec, output: &OutputSpec) -> Result<CompiledScorer, String> {
    let in_scorer = |problem: String| {
        let key = spec.config.key();
        if *spec.name == *key {
            super::raw::in_scorer(key, &problem)
        } else {
            format!("`{key}` (`{}`): {problem}", spec.name)
        }
    };
    let (grader, judge) = match &spec.config {
        ScorerConfig::Judge(judging) => {
            let (grader, judge) = judge::compile(judging).map_err(in_scorer)?;
            (grader, Some(judge))
        }
        config => (grader(config, output).map_err(in_scorer)?, None),
    };
    let layers = match &spec.config {
        ScorerConfig::Layers(options) => Some(options.compile().map_err(in_scorer)?),
        _ => None,
    };
    Ok(CompiledScorer {
        judge,
        layers,
        name: Arc::clone(&spec.name),
        weight: spec.weight,
        filter: spec
            .filter
            .as_ref()
            .map(Filter::new)
            .transpose()
            .map_err(in_scorer)?,
        grader,
        is_refusal: matches!(spec.config, ScorerConfig::Refusal(_)),
        is_schema: matches!(spec.config, ScorerConfig::JsonSchema(_)),
    })
}

impl CompiledScorer {
    /// The scorer's name.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Weight in the weighted mean.
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// Whether the scorer looks at that case.
    pub fn applies_to(&self, case: &Case) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.admits(case))
    }

    /// What it asks, where it asks a judge.
    pub fn judge(&self) -> Option<&JudgeScorer> {
        self.judge.as_deref()
    }

    /// Judges one output.
    pub fn score(&self, input: &ScoreInput<'_>) -> Result<Score, ScorerError> {
        self.grader.score(input)
    }

    /// Judges one output and tells all that there is to see: for people who write a scorer.
    pub fn observe(&self, input: &ScoreInput<'_>) -> Observed {
        self.grader.observe(input)
    }

    /// What it needs to run.
    pub fn needs(&self) -> Needs {
        self.grader.needs()
    }
}

fn grader(config: &ScorerConfig, output: &OutputSpec) -> Result<Box<dyn Grade>, String> {
    match config {
        ScorerConfig::Match { rule, options } => matching::compile(*rule, options),
        ScorerConfig::Regex { not, options } => regex::compile(*not, options),
        ScorerConfig::Choice(options) => choice::compile(options),
        ScorerConfig::Numeric(options) => numeric::compile(options),
        ScorerConfig::Json(options) => json::compile_json(options),
        ScorerConfig::JsonSchema(options) => json::compile_schema(options, output),
        ScorerConfig::JsonMatch(options) => json_match::compile(options),
        ScorerConfig::SetMatch(options) => set_match::compile(options),
        ScorerConfig::Similarity { measure, options } => similarity::compile(*measure, options),
        ScorerConfig::Count { unit, options } => count::compile(*unit, options),
        ScorerConfig::Refusal(options) => refusal::compile(options),
        ScorerConfig::Latency(options) => budget::compile_latency(options),
        ScorerConfig::Cost(options) => budget::compile_cost(options),
        ScorerConfig::Program(program) => match program.file() {
            Some(file) => Err(format!("`{file}` was not read")),
            None => program::compile(program),
        },
        ScorerConfig::Code(options) => code::compile(options),
        ScorerConfig::Judge(judging) => judge::compile(judging).map(|(grader, _)| grader),
        ScorerConfig::Layers(options) => layers::compile(options),
    }
}

/// Checks the options alone, before the task's output is known.
pub(super) fn check(config: &ScorerConfig) -> Result<(), String> {
    match config {
        ScorerConfig::JsonSchema(SchemaOptions { schema: None }) => Ok(()),
        ScorerConfig::Program(program) => program.check(),
        ScorerConfig::Judge(judging) => judging.check(),
        config => grader(config, &OutputSpec::default()).map(|_| ()),
    }
}
