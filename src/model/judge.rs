//! Judges: language models used as scorers, alone or as a panel.

use super::{Anchors, Api, Digest, Hasher, ModelRef, Params};
use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A judge or a panel of judges. Its JSON is part of the hash of every scorer that asks it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judge {
    /// Unique in the workspace; `provider/model` where a scorer names a model in place of a judge.
    pub name: String,
    /// The file that defines it, relative to the workspace where it lies inside.
    #[serde(skip)]
    pub path: Option<Utf8PathBuf>,
    /// Who judges.
    pub members: Vec<JudgeMember>,
    /// Lowest and highest verdict.
    pub scale: (f64, f64),
    /// How the members' scores become one.
    pub aggregate: Aggregate,
    /// How many members must give a verdict.
    pub quorum: Quorum,
    /// Who may not judge whom.
    pub exclude: Exclude,
    /// Prompt template in place of the built-in one.
    pub template: Option<String>,
    /// System message in place of the built-in one.
    pub system: Option<String>,
    /// Parameters of all members.
    pub params: Params,
    /// Whether the API is asked to constrain replies to the form of a verdict.
    pub structured: Structured,
    /// How replies are read, where the scorer says nothing.
    pub reads: Option<Reads>,
    /// Lists of texts that are asked for beside the verdict.
    pub lists: Vec<String>,
    /// Cases with known verdicts that show whether the judge has changed.
    #[serde(skip)]
    pub anchors: Option<Anchors>,
    /// Labels of people.
    #[serde(skip)]
    pub labels: Option<Utf8PathBuf>,
}

impl Judge {
    /// Hash of everything that shapes its verdicts.
    pub fn digest(&self) -> Digest {
        Hasher::new("judge").json(self).digest()
    }

    /// Members that must give a verdict.
    pub fn least_verdicts(&self) -> usize {
        self.quorum.of(self.members.len())
    }
}

/// A member of a panel.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JudgeMember {
    /// The judging model.
    pub model: JudgeModel,
    /// Weight in a weighted mean.
    pub weight: f64,
    /// What the member is asked to look at.
    pub role: Option<String>,
    /// Parameters over those of the judge.
    pub params: Params,
}

/// Which model a member is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum JudgeModel {
    /// The same for all candidates.
    Named(ModelRef),
    /// The candidate's own model, which judges itself.
    Candidate,
}

impl fmt::Display for JudgeModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(model) => model.fmt(f),
            Self::Candidate => f.pad("candidate"),
        }
    }
}

/// How the members' scores become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Aggregate {
    /// Their mean; every member counts the same.
    Mean,
    /// Their mean by the members' weights.
    #[default]
    WeightedMean,
    /// Their median; of an even number the mean of the middle two.
    Median,
    /// 1 where more than half of them pass, 0 where more than half do not, else 0.5.
    Majority,
    /// The lowest.
    Min,
}

/// How many members of a panel must give a verdict. Members that may not judge a candidate count as members.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quorum {
    /// That many.
    Count(u32),
    /// That share of all members, rounded up.
    Share(f64),
}

impl Default for Quorum {
    fn default() -> Self {
        Self::Share(0.5)
    }
}

impl Quorum {
    /// Verdicts that a panel of so many members needs; at least one.
    pub fn of(self, members: usize) -> usize {
        let least = match self {
            Self::Count(count) => count as usize,
            // Room for the rounding of products such as 0.1 * 30.
            Self::Share(share) => (share * members as f64 - 1e-9).ceil().max(0.0) as usize,
        };
        least.max(1)
    }
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

/// Whether the API is asked to constrain replies to the form of a verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Structured {
    /// Where the API has a JSON-schema mode.
    #[default]
    Auto,
    /// Always: for servers that have such a mode though their protocol does not promise it.
    Always,
    /// Never: the form is asked for in words only.
    Never,
}

impl Structured {
    /// Whether models behind that API are asked.
    pub fn holds_for(self, api: Api) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => match api {
                Api::OpenaiChat
                | Api::OpenaiResponses
                | Api::Anthropic
                | Api::Gemini
                | Api::Bedrock
                | Api::Ollama => true,
                Api::Http | Api::Exec | Api::Replay | Api::Sim => false,
            },
        }
    }
}

/// How a verdict is read out of a reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reads {
    /// A JSON object.
    #[default]
    Json,
    /// Text between double square brackets: `[[7]]`, `[[B]]`.
    Rating,
    /// A letter in free text.
    Letter,
    /// A percentage on the last line.
    Percent,
    /// A number on the last line.
    Number,
    /// The log-probabilities of the first token's likeliest choices.
    Logprobs,
}

impl Reads {
    /// The word used in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Rating => "rating",
            Self::Letter => "letter",
            Self::Percent => "percent",
            Self::Number => "number",
            Self::Logprobs => "logprobs",
        }
    }
}
