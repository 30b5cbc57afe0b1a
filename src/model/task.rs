//! Tasks: prompts, cases and scorers of one job.

use super::{Case, Digest, GateRules, Params, Prompt};
use camino::Utf8PathBuf;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

/// The highest weight that a scorer, criterion, layer or member of a panel may have: sums of products with it stay exact
/// enough, and none overflows to a mean of 0.
pub const MOST_WEIGHT: f64 = 1e6;

/// One job to be measured.
#[derive(Clone, Debug)]
pub struct Task {
    /// Unique in the workspace.
    pub name: Arc<str>,
    /// One line for people.
    pub description: String,
    /// Words to select and group tasks by.
    pub tags: Vec<String>,
    /// The file that defines the task, relative to the workspace where it lies inside.
    pub path: Utf8PathBuf,
    /// Where the cases are, in order.
    pub cases: Vec<CaseSource>,
    /// Template variants, at least one.
    pub prompts: Vec<Arc<Prompt>>,
    /// Which models to run: the task's own list or the workspace's.
    pub models: Vec<ModelSelector>,
    /// Sampling parameters: the task's over the workspace's.
    pub params: Params,
    /// Repeats of each trial, at least 1.
    pub epochs: u32,
    /// What the output is.
    pub output: OutputSpec,
    /// Scorers of every case.
    pub scorers: Vec<ScorerSpec>,
    /// When a trial passes.
    pub pass: PassRule,
    /// Var or metadata field whose equal values mark cases that are not independent.
    pub cluster: Option<String>,
    /// What is done with outcomes other than `scored`.
    pub treat: Treatment,
    /// Its own rules of the quality gate; no part of any hash.
    pub gate: Option<GateRules>,
    /// Hash of everything above that shapes a request (prompts, params, output schema).
    pub prompt_hash: Digest,
    /// Hash of scorers, pass rule, treatment and cluster key.
    pub scorer_hash: Digest,
}

/// Where cases come from.
#[derive(Clone, Debug)]
pub enum CaseSource {
    /// A file, read as a stream where its format allows.
    File {
        /// Absolute path.
        path: Utf8PathBuf,
        /// How to read it.
        format: CaseFormat,
    },
    /// Cases written in the task itself.
    Inline(Vec<Arc<Case>>),
}

/// Formats of case files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseFormat {
    /// One JSON object a line; streamed.
    Jsonl,
    /// A JSON array of objects.
    Json,
    /// A YAML list of mappings.
    Yaml,
    /// Comma-separated with a header; streamed.
    Csv,
}

/// Which models a task is run with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelSelector {
    /// `provider/model`, or a glob over discovered and configured models.
    pub pattern: String,
    /// Parameters on top of the task's.
    pub params: Params,
    /// A name to tell two entries of the same model apart.
    pub label: Option<String>,
    /// Keep models with at least this context window (globs only).
    pub min_context: Option<u64>,
    /// Keep models whose input price is at most this many dollars per million tokens (globs only).
    pub max_input_price: Option<f64>,
    /// Keep models whose output price is at most this many dollars per million tokens (globs only).
    pub max_output_price: Option<f64>,
}

impl ModelSelector {
    /// Whether a pattern names models by a glob, and not one model by its name.
    pub fn is_glob(pattern: &str) -> bool {
        pattern.contains(['*', '?', '[', '{'])
    }

    /// How leaderboards name the model, where it is one and not a glob.
    pub fn model_label(&self) -> String {
        match &self.label {
            Some(label) => format!("{} ({label})", self.pattern),
            None => self.pattern.clone(),
        }
    }
}

/// What the output of a task is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct OutputSpec {
    /// The form of the answer.
    pub format: OutputFormat,
    /// JSON Schema that a JSON answer is checked against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<Arc<Value>>,
    /// Language of the code block to take, for `format: code`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// The form of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OutputFormat {
    /// As it stands.
    #[default]
    Text,
    /// JSON, also inside code fences or chatter.
    Json,
    /// Code, also inside fences or chatter.
    Code,
}

/// A scorer as a task names it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScorerSpec {
    /// Name in reports, unique in its task; by default the kind, numbered where it repeats.
    pub name: Arc<str>,
    /// Weight in the weighted mean, above 0 (0: reported, not counted).
    pub weight: f64,
    /// Only cases that fit; all where absent.
    pub filter: Option<CaseFilter>,
    /// Which scorer, with its options.
    pub config: crate::scorer::ScorerConfig,
}

/// Which cases a scorer looks at: every field that is given must fit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CaseFilter {
    /// Globs over case ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub id: Vec<String>,
    /// Metadata or variables and the value they must have.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub meta: IndexMap<String, Value>,
}

/// When a trial passes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PassRule {
    /// Its weighted mean is at least this (up to rounding of the last digits).
    Score(f64),
    /// Every scorer passes.
    All,
}

/// What is done with outcomes other than `scored`. The outcome is named and counted in any case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Treatment {
    /// Refusals.
    pub refused: Treat,
    /// Empty answers.
    pub empty: Treat,
    /// Answers cut off at the token limit.
    pub truncated: Treat,
    /// Answers withheld by the vendor's content filter.
    pub filtered: Treat,
    /// Answers without the form that the task asks for.
    pub unparseable: Treat,
}

/// What is done with an outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Treat {
    /// Counted beside the mean, not in it.
    #[default]
    Exclude,
    /// Counted in the mean as 0, because the task says so.
    Zero,
    /// Graded like any other answer.
    Score,
}
