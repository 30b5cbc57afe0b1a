//! `judges/*.yaml`.

use crate::model::{Aggregate, Exclude};
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// A judge or a panel of judges. Its format is checked; judges are asked from a later version on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Judge")]
pub struct RawJudge {
    /// Name of the judge, unique in the workspace.
    pub judge: Spanned<String>,
    /// Who judges.
    #[schemars(length(min = 1))]
    pub members: Spanned<Vec<RawMember>>,
    /// Lowest and highest verdict; `[0, 10]` where absent.
    #[serde(default)]
    pub scale: Option<Spanned<(f64, f64)>>,
    /// How the members' scores become one.
    #[serde(default)]
    pub aggregate: Aggregate,
    /// Who may not judge whom.
    #[serde(default)]
    pub exclude: Exclude,
    /// Prompt template in place of the built-in one; sees task, input, output, golden and rubric.
    #[serde(default)]
    pub template: Option<Spanned<String>>,
}

/// A member of a panel.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Member")]
pub struct RawMember {
    /// The judging model, `provider/model`.
    pub model: Spanned<String>,
    /// Weight in the aggregate; 1 where absent.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub weight: Option<Spanned<f64>>,
    /// What the member is asked to look at.
    #[serde(default)]
    pub role: Option<String>,
}
