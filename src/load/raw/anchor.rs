//! Cases with known verdicts, in JSONL.

use super::RawId;
use crate::yaml::Spanned;
use serde::Deserialize;
use serde_json::Value;

/// A line of a file of anchors.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawAnchor {
    #[serde(alias = "case")]
    pub id: Spanned<RawId>,
    #[serde(default)]
    pub task: Option<String>,
    #[serde(default)]
    pub input: Option<String>,
    pub output: String,
    #[serde(default)]
    pub other: Option<Spanned<String>>,
    #[serde(default)]
    pub golden: Option<Value>,
    pub rubric: Spanned<String>,
    pub verdict: Spanned<f64>,
}
