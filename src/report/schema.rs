//! JSON Schemas of the exported documents, made from the types that write them.

use super::cascade::CascadeDocument;
use super::{ResultLine, Summary};
use crate::model::Manifest;
use serde_json::Value;

/// A document that bench exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exported {
    /// `summary.json`.
    Summary,
    /// A line of `results.jsonl`.
    Results,
    /// `manifest.json`.
    Manifest,
    /// What `bench cascade --json` prints.
    Cascade,
}

impl Exported {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Summary, Self::Results, Self::Manifest, Self::Cascade];

    /// The word used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Results => "results",
            Self::Manifest => "manifest",
            Self::Cascade => "cascade",
        }
    }
}

/// The JSON Schema (2020-12) of that document.
pub fn schema(kind: Exported) -> Value {
    let generator = schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    match kind {
        Exported::Summary => generator.into_root_schema_for::<Summary<'static>>(),
        Exported::Results => generator.into_root_schema_for::<ResultLine<'static>>(),
        Exported::Manifest => generator.into_root_schema_for::<Manifest>(),
        Exported::Cascade => generator.into_root_schema_for::<CascadeDocument<'static>>(),
    }
    .to_value()
}
