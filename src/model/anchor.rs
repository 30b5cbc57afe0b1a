//! Anchors: cases with known verdicts that show whether a judge has changed.

use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Cases with known verdicts that are judged again before a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Anchors {
    /// The file; absolute.
    pub file: Utf8PathBuf,
    /// What is done where the verdicts have moved.
    pub on_shift: OnShift,
    /// The cases.
    pub cases: Vec<Anchor>,
}

/// A case with a known verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Anchor {
    /// Unique in its file.
    pub id: String,
    /// What the task was, in words.
    pub task: Option<String>,
    /// What the system was given.
    pub input: Option<String>,
    /// What it answered.
    pub output: String,
    /// The other output, where the verdict is on a pair.
    pub other: Option<String>,
    /// The golden output.
    pub golden: Option<Value>,
    /// What is to be judged.
    pub rubric: String,
    /// The known verdict in 0..=1; of a pair, what `output` gets.
    pub verdict: f64,
}

/// What is done where the verdicts on the anchors have moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnShift {
    /// A warning.
    #[default]
    Warn,
    /// The run does not start.
    Error,
}
