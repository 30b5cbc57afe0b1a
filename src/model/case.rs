//! Cases: the inputs of a task with their golden outputs.

use super::task::ScorerSpec;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

/// The expected output of a case: any JSON value (text, number, list, object).
pub type Golden = Value;

/// One input of a task with its golden output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Unique and stable in its task.
    pub id: Arc<str>,
    /// Values of the template variables.
    #[serde(default)]
    pub vars: IndexMap<String, Value>,
    /// The expected output, where the task has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub golden: Option<Golden>,
    /// Who verified the golden output, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Verified>,
    /// Anything else that is known of the case (customer, difficulty, source..).
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub meta: IndexMap<String, Value>,
    /// Scorers for this case alone, beside the task's.
    #[serde(default, skip)]
    pub scorers: Vec<ScorerSpec>,
}

impl Case {
    /// The value of a var or, where there is none, of a metadata field of that name, as text: what `cluster` reads.
    pub fn field_text(&self, name: &str) -> Option<String> {
        let value = self.vars.get(name).or_else(|| self.meta.get(name))?;
        Some(match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
    }
}

/// Who verified a golden output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verified {
    /// `human`, a name, a model.
    pub by: String,
    /// Date (ISO 8601).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}
