//! A run's scores, corrected by labels of people.

use super::Digest;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What became of one scorer's scores of a task by the labels that there were.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Corrections {
    /// Position of the task.
    pub task: u32,
    /// The scorer's name.
    pub scorer: Arc<str>,
    /// The file of labels, relative to the workspace where it lies inside.
    pub labels: String,
    /// Hash of that file.
    pub labels_hash: Digest,
    /// What there is to know of the labels, in words: those that fit no output, or why nothing was corrected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The means, in the order of the candidates.
    pub means: Vec<CorrectedMean>,
}

/// A candidate's mean, as the scorer has it and as people would.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CorrectedMean {
    /// Position of the candidate.
    pub candidate: u32,
    /// Which mean.
    pub quantity: Quantity,
    /// What the scorer alone says.
    pub raw: MeanFigure,
    /// What is to be expected of people.
    pub corrected: MeanFigure,
    /// How that was found.
    pub by: Correcting,
    /// How much the scorer counts beside the labels, from 0 to 1; null where it differs by band, or does not count.
    #[serde(default)]
    pub lambda: Option<f64>,
    /// Labelled outputs.
    pub labels: u64,
    /// Outputs with a score and no label.
    pub judged: u64,
}

/// A mean in 0..=1 with its two-sided 95 % interval.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MeanFigure {
    /// The mean; null where the data do not define it.
    pub value: Option<f64>,
    /// Lower bound; null where the data give no interval.
    pub low: Option<f64>,
    /// Upper bound.
    pub high: Option<f64>,
    /// Outputs that it is made from.
    pub n: u64,
    /// Why there is no mean, or no interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Which mean is corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Quantity {
    /// The share that passes: labels say pass or fail.
    PassRate,
    /// The mean score: labels are numbers on the judge's scale.
    MeanScore,
}

impl Quantity {
    /// The word used in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::PassRate => "pass-rate",
            Self::MeanScore => "mean-score",
        }
    }
}

/// How a mean was corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Correcting {
    /// PPI++ over labels that are a random part of all outputs.
    #[serde(rename = "ppi++")]
    Ppi,
    /// PPI++ in each band of judge scores, put together by their shares.
    #[serde(rename = "ppi++-by-band")]
    PpiByBand,
    /// The labels, each weighted by how many outputs of its band it stands for: where outputs of different bands are
    /// not independent.
    WeightedLabels,
    /// The labels alone, for they are too few to use the judge.
    LabelsAlone,
    /// Not at all.
    #[serde(rename = "none")]
    Not,
}

impl Correcting {
    /// The word used in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ppi => "ppi++",
            Self::PpiByBand => "ppi++-by-band",
            Self::WeightedLabels => "weighted-labels",
            Self::LabelsAlone => "labels-alone",
            Self::Not => "none",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_store_are_those_of_documents() {
        for by in [
            Correcting::Ppi,
            Correcting::PpiByBand,
            Correcting::WeightedLabels,
            Correcting::LabelsAlone,
            Correcting::Not,
        ] {
            assert_eq!(serde_json::json!(by), by.name());
        }
        for quantity in [Quantity::PassRate, Quantity::MeanScore] {
            assert_eq!(serde_json::json!(quantity), quantity.name());
        }
    }
}
