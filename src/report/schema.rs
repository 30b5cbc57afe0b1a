//! JSON Schemas of the exported documents, made from the types that write them.

use super::cascade::CascadeDocument;
use super::{CalibrationDocument, ComparisonDocument, GateDocument, QualityDocument, ResultLine, Summary};
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
    /// What `bench compare --json` prints.
    Comparison,
    /// What `bench gate --json` prints.
    Gate,
    /// What `bench judge calibrate --json` prints.
    JudgeCalibration,
    /// What `bench cascade --json` prints.
    Cascade,
    /// What `bench cases --json` prints of the quality of cases.
    CaseQuality,
}

impl Exported {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Summary,
        Self::Results,
        Self::Manifest,
        Self::Comparison,
        Self::Gate,
        Self::JudgeCalibration,
        Self::Cascade,
        Self::CaseQuality,
    ];

    /// The word used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Results => "results",
            Self::Manifest => "manifest",
            Self::Comparison => "comparison",
            Self::Gate => "gate",
            Self::JudgeCalibration => "judge-calibration",
            Self::Cascade => "cascade",
            Self::CaseQuality => "case-quality",
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
        Exported::Gate => generator.into_root_schema_for::<GateDocument<'static>>(),
        Exported::Comparison => generator.into_root_schema_for::<ComparisonDocument<'static>>(),
        Exported::JudgeCalibration => generator.into_root_schema_for::<CalibrationDocument<'static>>(),
        Exported::Cascade => generator.into_root_schema_for::<CascadeDocument<'static>>(),
        Exported::CaseQuality => generator.into_root_schema_for::<QualityDocument<'static>>(),
    }
    .to_value()
}
