//! A judge against people, as text, as Markdown and as JSON.

mod convert;
mod document;
mod lines;
mod markdown;
mod picture;
mod text;

pub(super) use lines::how;

pub use convert::calibration_json;
pub use document::CalibrationDocument;
pub use markdown::calibration_markdown;
pub use text::calibration_text;

use crate::analyse::calibrate::Correction;

/// What was compared, and with what.
#[derive(Clone, Debug, Default)]
pub struct CalibrationHead {
    /// The judge, or the scorer.
    pub judge: String,
    /// The run whose verdicts were compared; `None` where they stand beside the labels.
    pub run: Option<String>,
    /// The scorer of that run.
    pub scorer: Option<String>,
    /// The file of labels.
    pub labels: String,
    /// Labels that say again what the same rater said of the same output.
    pub repeated: u64,
    /// What else there is to know, in words.
    pub notes: Vec<String>,
    /// The run's means, corrected by the labels.
    pub corrections: Vec<NamedCorrection>,
}

/// A corrected mean with the names of whose it is.
#[derive(Clone, Debug)]
pub struct NamedCorrection {
    /// The task.
    pub task: String,
    /// The candidate, as leaderboards name it.
    pub candidate: String,
    /// Its prompt.
    pub prompt: String,
    /// The mean.
    pub correction: Correction,
}
