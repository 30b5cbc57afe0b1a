//! JSON Schemas of the files, generated from the shapes that are read.

use super::raw::{RawCaseFile, RawJudge, RawProvider, RawTask, RawWorkspace};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::Value;
use std::fmt;
use std::str::FromStr;

/// Kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SchemaKind {
    /// `tasks/*.yaml`.
    Task,
    /// Case files as one list; a JSONL file holds one element a line.
    Cases,
    /// `providers/*.yaml`.
    Provider,
    /// `judges/*.yaml`.
    Judge,
    /// `bench.yaml`.
    Workspace,
}

impl SchemaKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Task,
        Self::Cases,
        Self::Provider,
        Self::Judge,
        Self::Workspace,
    ];

    /// The word on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Cases => "cases",
            Self::Provider => "provider",
            Self::Judge => "judge",
            Self::Workspace => "workspace",
        }
    }
}

impl fmt::Display for SchemaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for SchemaKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| {
                let known = Self::ALL.map(|kind| format!("`{kind}`")).join(", ");
                format!("`{text}` is no kind of file; known: {known}")
            })
    }
}

/// The JSON Schema (draft 2020-12) of a kind of file.
pub fn schema(kind: SchemaKind) -> Value {
    fn of<T: JsonSchema>() -> Value {
        SchemaSettings::draft2020_12()
            .into_generator()
            .into_root_schema_for::<T>()
            .to_value()
    }
    match kind {
        SchemaKind::Task => of::<RawTask>(),
        SchemaKind::Cases => of::<RawCaseFile>(),
        SchemaKind::Provider => of::<RawProvider>(),
        SchemaKind::Judge => of::<RawJudge>(),
        SchemaKind::Workspace => of::<RawWorkspace>(),
    }
}
