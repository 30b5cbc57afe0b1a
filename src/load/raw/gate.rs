//! `gate:` of `bench.yaml` and of tasks.

use super::RawDuration;
use super::short::{Short, text_or, text_or_map};
use crate::yaml::Spanned;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// What `bench gate` checks in this workspace.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Gate")]
pub struct RawGate {
    /// What a run is held against: a run (id, name, `latest~1`), or a mapping with `run` and `candidate`.
    pub baseline: Option<RawBaseline>,
    /// Candidates that are gated: names, `NAME@PROMPT` or globs; all of a run where absent.
    pub candidates: Vec<String>,
    /// Confidence of each decision; 0.95 where absent.
    #[schemars(range(min = 0.5, max = 1))]
    pub confidence: Option<Spanned<f64>>,
    /// Rules over all tasks together: scores and errors count each task the same, costs and latencies each trial.
    pub all_tasks: Option<Spanned<RawGateRules>>,
    /// Rules of each task; a task's own `gate` goes over them, key by key.
    pub each_task: Option<Spanned<RawGateRules>>,
}

/// A run as text, or in its long form.
#[derive(Clone, Debug, Default)]
pub struct RawBaseline(pub RawBaselineFields);

/// What a run is held against.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Baseline")]
pub struct RawBaselineFields {
    /// A run; the gated run itself where only `candidate` is given.
    pub run: Option<String>,
    /// A candidate of it; the same one as gated where absent.
    pub candidate: Option<String>,
}

impl Short for RawBaselineFields {
    const EXPECTS: &'static str = "a run as text, or a mapping with `run` and `candidate`";
    fn from_text(text: &str) -> Self {
        Self {
            run: Some(text.to_owned()),
            candidate: None,
        }
    }
}

impl<'de> Deserialize<'de> for RawBaseline {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text_or_map(deserializer).map(Self)
    }
}

impl JsonSchema for RawBaseline {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "BaselineOrText".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        text_or::<RawBaselineFields>(generator)
    }
}

/// Rules of a gate; at least one.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "GateRules", extend("minProperties" = 1))]
pub struct RawGateRules {
    /// The score is not worse than the baseline's by more than this margin.
    #[schemars(range(min = 0, max = 1))]
    pub not_worse_by: Option<Spanned<f64>>,
    /// The score is better than the baseline's.
    #[schemars(extend("default" = false))]
    pub improve: Spanned<bool>,
    /// The score is not proven to be worse than the baseline's.
    #[schemars(extend("default" = false))]
    pub no_regression: Spanned<bool>,
    /// The mean score is at least this.
    #[schemars(range(min = 0, max = 1))]
    pub min_score: Option<Spanned<f64>>,
    /// The pass rate is at least this.
    #[schemars(range(min = 0, max = 1))]
    pub min_pass_rate: Option<Spanned<f64>>,
    /// The cost in terms of the baseline's is at most this.
    #[schemars(range(min = 0))]
    pub max_cost_ratio: Option<Spanned<f64>>,
    /// Percentiles of the latency that are not exceeded.
    pub max_latency: RawLatency,
    /// The share of trials with an error (of provider, scorer or judge) is at most this.
    #[schemars(range(min = 0, max = 1))]
    pub max_error_rate: Option<Spanned<f64>>,
    /// Every case passes so many of its epochs.
    pub each_case: Option<Spanned<RawEachCase>>,
    /// Ids of cases, or globs over them, that pass in every epoch.
    #[schemars(extend("default" = []))]
    pub must_pass: Vec<Spanned<String>>,
}

/// Percentiles of the latency: seconds, or a text such as `800ms` or `3s`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "MaxLatency")]
pub struct RawLatency {
    /// The median.
    pub p50: Option<Spanned<RawDuration>>,
    /// The 90th percentile.
    pub p90: Option<Spanned<RawDuration>>,
    /// The 95th percentile.
    pub p95: Option<Spanned<RawDuration>>,
    /// The 99th percentile.
    pub p99: Option<Spanned<RawDuration>>,
}

/// How many epochs of each case pass.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EachCase")]
pub struct RawEachCase {
    /// At least so many pass.
    #[schemars(range(min = 1))]
    pub pass: u32,
    /// Of so many.
    #[schemars(range(min = 1))]
    pub of: u32,
}
