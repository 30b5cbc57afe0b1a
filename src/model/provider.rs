//! Providers: APIs that serve models, with their limits, key name and prices.

use super::{ModelRef, Params, Price};
use camino::Utf8PathBuf;
use indexmap::IndexMap;
use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

/// The protocol that a provider speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Api {
    /// OpenAI Chat Completions and everything compatible with it.
    OpenaiChat,
    /// OpenAI Responses.
    OpenaiResponses,
    /// Anthropic Messages.
    Anthropic,
    /// Google Gemini `generateContent`.
    Gemini,
    /// Ollama `/api/chat`.
    Ollama,
    /// AWS Bedrock Converse.
    Bedrock,
    /// Any endpoint described in YAML.
    Http,
    /// A program: JSON on stdin and stdout.
    Exec,
    /// Recorded completions from a JSONL file.
    Replay,
    /// Simulated models.
    Sim,
}

impl Api {
    /// The word used in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenaiChat => "openai-chat",
            Self::OpenaiResponses => "openai-responses",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
            Self::Ollama => "ollama",
            Self::Bedrock => "bedrock",
            Self::Http => "http",
            Self::Exec => "exec",
            Self::Replay => "replay",
            Self::Sim => "sim",
        }
    }

    /// True where completions are free and local, so that they are neither cached nor paid.
    pub fn is_local(self) -> bool {
        matches!(self, Self::Replay | Self::Sim)
    }
}

/// A value that comes from the environment: its text cannot be printed by accident.
#[derive(Clone, Debug)]
pub struct Secret {
    /// The text as the file has it, with `${NAME}` unexpanded; safe to show.
    pub source: String,
    /// The expanded text; `Err` names the environment variable that is not set.
    pub value: Result<SecretString, String>,
}

impl Secret {
    /// The expanded text, or the name of the variable that is missing.
    pub fn expose(&self) -> Result<&str, &str> {
        match &self.value {
            Ok(secret) => Ok(secret.expose_secret()),
            Err(missing) => Err(missing),
        }
    }
}

/// How to reach an API, and what it serves.
#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// Unique in the workspace; the part of `provider/model` before the slash.
    pub name: Arc<str>,
    /// The file that defines it, relative to the workspace where it lies inside.
    pub path: Utf8PathBuf,
    /// The protocol.
    pub api: Api,
    /// Where the API is; each protocol has a default. May hold secrets from the environment.
    pub base_url: Option<Secret>,
    /// The API key. Absent: no key is sent.
    pub key: Option<Secret>,
    /// Further headers of every request.
    pub headers: IndexMap<String, Secret>,
    /// Query parameters of every request (Azure's `api-version`).
    pub query: IndexMap<String, String>,
    /// AWS region, for `bedrock`.
    pub region: Option<String>,
    /// Limits to keep.
    pub limits: Limits,
    /// Seconds that one attempt may take.
    pub timeout_seconds: f64,
    /// Attempts for one trial, the first included.
    pub max_attempts: u32,
    /// Whether replies are streamed, which gives the time to the first token.
    pub stream: bool,
    /// Whether `models discover` asks this provider.
    pub discover: bool,
    /// Models with their prices, in file order.
    pub models: IndexMap<String, ModelConfig>,
    /// Settings of `api: http`.
    pub http: Option<HttpSpec>,
    /// Settings of `api: exec`.
    pub exec: Option<ExecSpec>,
    /// Settings of `api: replay`.
    pub replay: Option<ReplaySpec>,
    /// Settings of `api: sim`.
    pub sim: Option<SimSpec>,
}

impl ProviderConfig {
    /// The model's entry: its exact name, else the name without a trailing date or version
    /// (`gpt-4o-2024-08-06` falls back to `gpt-4o`).
    pub fn model(&self, name: &str) -> Option<&ModelConfig> {
        crate::pricing::lookup(&self.models, name)
    }

    /// The variables that its key, address and headers need and the environment does not have.
    pub fn missing_variables(&self) -> impl Iterator<Item = &str> {
        let secrets = self.key.iter().chain(&self.base_url).chain(self.headers.values());
        secrets.filter_map(|secret| secret.expose().err())
    }

    /// `provider/model`.
    pub fn model_ref(&self, name: &str) -> ModelRef {
        ModelRef {
            provider: self.name.clone(),
            name: name.into(),
        }
    }
}

/// Limits of a provider; absent ones are not enforced, and without `concurrency` the engine adapts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Most requests in flight.
    pub concurrency: Option<u32>,
    /// Requests per minute.
    pub rpm: Option<u32>,
    /// Tokens (input and output) per minute.
    pub tpm: Option<u64>,
}

/// What is known of a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelConfig {
    /// Its price; `None` is unknown, not free.
    pub price: Option<Price>,
    /// Context window in tokens.
    pub context: Option<u64>,
    /// Most output tokens.
    pub max_output: Option<u64>,
    /// Training cutoff (ISO date).
    pub cutoff: Option<String>,
    /// Parameters under the task's.
    pub params: Params,
    /// The name to send, where it differs from the key (Azure deployments).
    pub name: Option<String>,
    /// Behaviour of a simulated model.
    pub sim: Option<SimModel>,
    /// Recording of a replayed model, over the provider's `replay.file`; absolute path.
    pub file: Option<Utf8PathBuf>,
}

/// An endpoint described in YAML.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HttpSpec {
    /// Path after the base URL; a template that sees `model`.
    #[serde(default)]
    pub path: String,
    /// `POST` (default) or `PUT`.
    #[serde(default)]
    pub method: Option<String>,
    /// The request body as a minijinja template that renders to JSON. It sees `model`, `messages` (role, content),
    /// `prompt` (the last user message), `system` (the last system message), `params` and `schema` (the task's output
    /// schema or none); `tojson` is the filter to embed values with.
    pub body: String,
    /// JSON pointer (RFC 6901) to the answer's text.
    pub text: String,
    /// JSON pointer to the stop reason.
    #[serde(default)]
    pub stop: Option<String>,
    /// JSON pointer to the count of input tokens.
    #[serde(default)]
    pub input_tokens: Option<String>,
    /// JSON pointer to the count of output tokens.
    #[serde(default)]
    pub output_tokens: Option<String>,
    /// JSON pointer to the served model's name.
    #[serde(default)]
    pub model: Option<String>,
    /// JSON pointer to the message of an error.
    #[serde(default)]
    pub error: Option<String>,
    /// Stop reasons that mean the token limit (default `length`, `max_tokens`).
    #[serde(default)]
    pub truncated_when: Vec<String>,
}

/// A program that answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExecSpec {
    /// The program and its arguments; run in the workspace without a shell.
    pub command: Vec<String>,
    /// Environment variables to pass on (only `PATH` and `HOME` are passed otherwise).
    #[serde(default)]
    pub env: Vec<String>,
    /// Keep the program running and speak one JSON line each way per request.
    #[serde(default)]
    pub persistent: bool,
}

/// Recorded completions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaySpec {
    /// The JSONL file (or files by glob), relative to the provider file.
    #[schemars(with = "String")]
    pub file: Utf8PathBuf,
}

/// Settings of all simulated models of a provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SimSpec {
    /// Share of the simulated latency that is really waited, 0 to 1 (0: answers at once).
    pub pace: f64,
}

/// Behaviour of a simulated model. Rates are shares of trials, each drawn from the run's seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SimModel {
    /// Share of cases answered right, over cases of all difficulties.
    pub skill: f64,
    /// How much the difficulty of a case matters: 0 not at all, 1 strongly.
    pub spread: f64,
    /// Skill by task name, over `skill`.
    pub tasks: IndexMap<String, f64>,
    /// Median latency in milliseconds.
    pub latency_ms: f64,
    /// Milliseconds for each output token, on top.
    pub ms_per_token: f64,
    /// Share of refusals.
    pub refusal: f64,
    /// Share of empty answers.
    pub empty: f64,
    /// Share of answers cut off.
    pub truncation: f64,
    /// Share of answers that do not have the form asked for.
    pub malformed: f64,
    /// Share of attempts that fail with a retryable error.
    pub failure: f64,
    /// Tokens of reasoning for each answer.
    pub reasoning_tokens: u64,
    /// Fixed answer, right or wrong, in place of what the case's golden output suggests (for tests and demonstrations).
    pub answer: Option<Value>,
}

impl Default for SimModel {
    fn default() -> Self {
        Self {
            skill: 0.8,
            spread: 0.5,
            tasks: IndexMap::new(),
            latency_ms: 300.0,
            ms_per_token: 5.0,
            refusal: 0.0,
            empty: 0.0,
            truncation: 0.0,
            malformed: 0.0,
            failure: 0.0,
            reasoning_tokens: 0,
            answer: None,
        }
    }
}
