//! `providers/*.yaml`.

use crate::model::{Api, ExecSpec, HttpSpec, Limits, Params, ReplaySpec, SimModel, SimSpec};
use crate::yaml::Spanned;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

/// How to reach an API, and what it serves.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Provider")]
pub struct RawProvider {
    /// Name of the provider: the part of `provider/model` before the slash.
    pub provider: Spanned<String>,
    /// The protocol.
    pub api: Spanned<Api>,
    /// Where the API is; each protocol has a default. May hold `${NAME}`.
    #[serde(default)]
    pub base_url: Option<Spanned<String>>,
    /// The API key, only as `${NAME}` from the environment.
    #[serde(default)]
    pub key: Option<Spanned<String>>,
    /// Further headers of every request; values may hold `${NAME}`.
    #[serde(default)]
    pub headers: IndexMap<String, Spanned<String>>,
    /// Query parameters of every request; values may hold `${NAME}`.
    #[serde(default)]
    pub query: IndexMap<String, Spanned<String>>,
    /// AWS region, for `api: bedrock`. May hold `${NAME}`.
    #[serde(default)]
    pub region: Option<Spanned<String>>,
    /// Limits to keep.
    #[serde(default)]
    pub limits: Spanned<Limits>,
    /// Seconds that one attempt may take.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub timeout: Option<Spanned<f64>>,
    /// Attempts for one trial, the first included.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub max_attempts: Option<Spanned<u32>>,
    /// Whether replies are streamed, which gives the time to the first token (default: false).
    #[serde(default)]
    pub stream: Option<bool>,
    /// Whether `bench models discover` asks this provider.
    #[serde(default)]
    pub discover: Option<bool>,
    /// Models with their prices.
    #[serde(default)]
    pub models: IndexMap<String, Spanned<Option<RawModelEntry>>>,
    /// Settings of `api: http`.
    #[serde(default)]
    pub http: Option<Spanned<HttpSpec>>,
    /// Settings of `api: exec`.
    #[serde(default)]
    pub exec: Option<Spanned<ExecSpec>>,
    /// Settings of `api: replay`.
    #[serde(default)]
    pub replay: Option<Spanned<ReplaySpec>>,
    /// Settings of `api: sim`.
    #[serde(default)]
    pub sim: Option<Spanned<SimSpec>>,
}

/// What is known of a model. Prices are US dollars per million tokens, with up to six decimals.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "ModelEntry")]
pub struct RawModelEntry {
    /// Input tokens that no other input price covers.
    #[schemars(range(min = 0))]
    pub input: Option<Spanned<f64>>,
    /// Input read from a prompt cache; else `input`.
    #[schemars(range(min = 0))]
    pub cached_input: Option<Spanned<f64>>,
    /// Input written to a prompt cache; else `input`.
    #[schemars(range(min = 0))]
    pub cache_write: Option<Spanned<f64>>,
    /// Input written to a prompt cache with the one-hour lifetime; else `cache_write`.
    #[schemars(range(min = 0))]
    pub cache_write_1h: Option<Spanned<f64>>,
    /// Audio input; else `input`.
    #[schemars(range(min = 0))]
    pub input_audio: Option<Spanned<f64>>,
    /// Output tokens.
    #[schemars(range(min = 0))]
    pub output: Option<Spanned<f64>>,
    /// Reasoning tokens; else `output`.
    #[schemars(range(min = 0))]
    pub reasoning: Option<Spanned<f64>>,
    /// Audio output; else `output`.
    #[schemars(range(min = 0))]
    pub output_audio: Option<Spanned<f64>>,
    /// US dollars for each request, on top.
    #[schemars(range(min = 0))]
    pub request: Option<Spanned<f64>>,
    /// Prices that replace those above once the input of a request is longer.
    pub tiers: Vec<Spanned<RawTier>>,
    /// Context window in tokens.
    pub context: Option<u64>,
    /// Most output tokens.
    pub max_output: Option<u64>,
    /// Training cutoff (`2024-05-31` or `2024-05`).
    pub cutoff: Option<String>,
    /// Parameters under the task's.
    pub params: Params,
    /// The name to send, where it differs from the key.
    pub name: Option<String>,
    /// Behaviour of a simulated model.
    pub sim: Option<Spanned<SimModel>>,
    /// Recording of a replayed model, over the provider's; relative to this file.
    pub file: Option<Spanned<String>>,
}

/// Prices of long requests. A price that is absent here is the one of the model.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Tier")]
pub struct RawTier {
    /// Input tokens above which the tier holds.
    pub above: u64,
    /// Input tokens.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub input: Option<Spanned<f64>>,
    /// Input read from a prompt cache.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub cached_input: Option<Spanned<f64>>,
    /// Input written to a prompt cache.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub cache_write: Option<Spanned<f64>>,
    /// Input written to a prompt cache with the one-hour lifetime.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub cache_write_1h: Option<Spanned<f64>>,
    /// Audio input.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub input_audio: Option<Spanned<f64>>,
    /// Output tokens.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub output: Option<Spanned<f64>>,
    /// Reasoning tokens.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub reasoning: Option<Spanned<f64>>,
    /// Audio output.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub output_audio: Option<Spanned<f64>>,
}
