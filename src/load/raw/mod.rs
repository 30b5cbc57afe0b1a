//! The shapes of the files as they are written. Doc comments here are the descriptions in the JSON Schemas.

mod anchor;
mod case;
mod gate;
mod json;
mod judge;
mod label;
mod provider;
mod short;
mod task;
mod workspace;

pub use anchor::RawAnchor;
pub use case::{RawCase, RawCaseFile, RawId};
pub use gate::{RawGate, RawGateRules};
pub use judge::{RawAnchors, RawJudge, RawMember, RawQuorum};
pub use label::{RawLabel, RawMark};
pub use provider::{RawModelEntry, RawProvider, RawTier};
pub use task::{
    RawCaseItem, RawCases, RawMessage, RawModel, RawModelFields, RawOutput, RawPass, RawPrompt,
    RawPromptFields, RawTask,
};
pub use workspace::{RawDuration, RawWorkspace};
