//! What the answers of a task were graded by, part by part, so that a later grading can say what changed.

use super::Digest;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the answers of a task were graded by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Grading {
    /// The task's scorers, in order.
    pub scorers: Vec<ScorerEntry>,
    /// Hash of the pass rule.
    pub pass: Digest,
    /// Hash of what is done with outcomes other than `scored`.
    pub treat: Digest,
    /// Hash of the form of the answer and its schema.
    pub output: Digest,
    /// Hashes of the prompts' messages by id: scorers that are code see them.
    pub prompts: BTreeMap<String, Digest>,
}

/// A scorer of a task, by content hash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScorerEntry {
    /// Its name.
    pub name: Arc<str>,
    /// Which scorer: `equals`, `python`.
    pub scorer: String,
    /// Hash of everything that the task and its files say of it. The interpreter is not part of it.
    pub hash: Digest,
    /// Weight in the weighted mean.
    pub weight: f64,
    /// Hash of its `cases` filter, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Digest>,
    /// Hash of its options, code in the task among them.
    pub options: Digest,
    /// Its file of code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileEntry>,
    /// Files beside it that its code imports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub imports: Vec<FileEntry>,
    /// What runs its code, where that is an interpreter of bench.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpreter: Option<Interpreter>,
}

/// A file by its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileEntry {
    /// The file, relative to the workspace where it lies inside; an imported one to the folder of the scorer's file.
    pub file: String,
    /// Hash of its content.
    pub hash: Digest,
}

/// An interpreter of the sandbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Interpreter {
    /// `Python` or `JavaScript`.
    pub name: String,
    /// What made it, with its version.
    pub version: String,
    /// Hash of the interpreter with the source in it; builds from the same source differ.
    pub hash: String,
}
