//! Judges: LLMs used as scorers. The format is read and checked; asking them is not part of this version.

use super::ModelRef;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A judge or a panel of judges.
#[derive(Clone, Debug, PartialEq)]
pub struct Judge {
    /// Unique in the workspace.
    pub name: String,
    /// Who judges.
    pub members: Vec<JudgeMember>,
    /// Lowest and highest verdict.
    pub scale: (f64, f64),
    /// How the members' scores become one.
    pub aggregate: Aggregate,
    /// Who may not judge whom.
    pub exclude: Exclude,
    /// Prompt template, in place of the built-in one.
    pub template: Option<String>,
}

/// A member of a panel.
#[derive(Clone, Debug, PartialEq)]
pub struct JudgeMember {
    /// The judging model.
    pub model: ModelRef,
    /// Weight in the aggregate.
    pub weight: f64,
    /// What the member is asked to look at.
    pub role: Option<String>,
}

/// How the members' scores become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Aggregate {
    /// Weighted mean.
    #[default]
    Mean,
    /// Median.
    Median,
    /// Majority of passes.
    Majority,
}

/// Who may not judge whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Exclude {
    /// Models of the candidate's provider.
    #[default]
    SameProvider,
    /// The candidate's own model.
    SameModel,
    /// Nobody.
    None,
}
