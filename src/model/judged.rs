//! What a panel of judges said of one output.

use super::{Digest, ErrorClass, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a panel of judges said of one output.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// Every question that was asked, by member and order: a member that failed is here with its failure.
    pub verdicts: Vec<MemberVerdict>,
    /// Members that may not judge this candidate, `provider/model`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<Arc<str>>,
    /// Chance that this output had to be judged, where the judge sees a sample only; 1 for those judged with certainty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Characters of the output, for the slope of verdicts over length.
    #[serde(default)]
    pub length: u64,
}

/// What one member said, asked in one order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemberVerdict {
    /// Position of the member in the judge's file.
    pub member: u32,
    /// The judging model, `provider/model`.
    pub model: Arc<str>,
    /// What the member is asked to look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Weight in the aggregate.
    pub weight: f64,
    /// Position in the manifest of the candidate whose output was the other of a pair; `None` where that was the golden
    /// output, or there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opponent: Option<u32>,
    /// In which order a pair was shown.
    #[serde(default, skip_serializing_if = "Shown::is_alone")]
    pub order: Shown,
    /// What it said, or why it said nothing that counts.
    pub said: Result<Opinion, MemberFault>,
    /// Replies that were read, or that failed to come: 2 where the first could not be read, more where the run was resumed.
    pub asked: u32,
    /// Hash of the exact request, attempts apart: equal for identical questions.
    pub request: Digest,
    /// Whether all its replies came from the store: nothing was paid for them now.
    #[serde(default)]
    pub reused: bool,
    /// What its replies cost when they were sent; `None` is unknown.
    pub cost: Option<Money>,
    /// Input tokens of its replies; `None` is unknown.
    pub input_tokens: Option<u64>,
    /// Output tokens of its replies; `None` is unknown.
    pub output_tokens: Option<u64>,
}

impl MemberVerdict {
    /// The verdict of a pair as the other candidate sees it.
    pub fn mirrored(&self) -> Self {
        let mut mirrored = self.clone();
        if let Ok(opinion) = &mut mirrored.said {
            opinion.raw = 1.0 - opinion.raw;
            opinion.value = 1.0 - opinion.value;
            opinion.pass = None;
        }
        mirrored.order = match self.order {
            Shown::First => Shown::Second,
            Shown::Second => Shown::First,
            Shown::Alone => Shown::Alone,
        };
        mirrored
    }
}

/// In which order a judge saw a pair of outputs.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// There was one output only.
    #[default]
    Alone,
    /// The judged output came first.
    First,
    /// The judged output came second.
    Second,
}

impl Shown {
    fn is_alone(&self) -> bool {
        *self == Self::Alone
    }
}

/// A verdict that could be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opinion {
    /// The verdict on the judge's own scale; for a pair 1 where the judged output wins, 0 where it loses, 0.5 for a
    /// tie, whatever the order.
    pub raw: f64,
    /// The same in 0..=1.
    pub value: f64,
    /// Pass or fail, where the judge was asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pass: Option<bool>,
    /// Why. Text of a model that read model output: hostile.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reasoning: String,
    /// Values of single criteria in 0..=1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<(Arc<str>, f64)>,
}

/// Why a member said nothing that counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemberFault {
    /// What happened; quotes the reply, so it is hostile text.
    pub message: String,
    /// The failure of its provider; `None` where a reply came and could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<ErrorClass>,
}
