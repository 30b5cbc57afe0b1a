//! Candidates: what a leaderboard row ranks.

use super::{Digest, Hasher, Params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// A model at a provider, written `provider/model`. The model's own name may contain slashes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ModelRef {
    /// The provider's name in `providers/`.
    pub provider: Arc<str>,
    /// The model's name at the provider.
    pub name: Arc<str>,
}

impl ModelRef {
    /// Splits `provider/model` at the first slash.
    pub fn parse(text: &str) -> Option<Self> {
        let (provider, name) = text.split_once('/')?;
        (!provider.is_empty() && !name.is_empty()).then(|| Self {
            provider: provider.into(),
            name: name.into(),
        })
    }
}

impl fmt::Display for ModelRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/{}", self.provider, self.name))
    }
}

/// What a leaderboard row ranks: model, parameters and prompt. `params` are complete (defaults of workspace, task,
/// provider model and selector already overlaid).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Candidate {
    /// The model.
    pub model: ModelRef,
    /// What tells two candidates with the same model apart, where the task lists a model more than once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Sampling parameters.
    pub params: Params,
    /// Id of the task's prompt.
    pub prompt: Arc<str>,
}

impl Candidate {
    /// Identity of the candidate: model, parameters, and the prompt's own text hash.
    pub fn digest(&self, prompt_hash: &Digest) -> Digest {
        Hasher::new("candidate")
            .text(&self.model.to_string())
            .json(&self.params)
            .field(&prompt_hash.0)
            .digest()
    }

    /// Model, with the label where there is one: `openai/gpt-5-mini (low)`.
    pub fn model_label(&self) -> String {
        match &self.label {
            Some(label) => format!("{} ({label})", self.model),
            None => self.model.to_string(),
        }
    }
}
