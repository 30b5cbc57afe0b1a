//! `judges/*.yaml`.

use crate::model::{Aggregate, Exclude, OnShift, Params, Reads, Structured};
use crate::yaml::Spanned;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A judge or a panel of judges.
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
    /// How the members' scores become one; `weighted-mean` where absent.
    #[serde(default)]
    pub aggregate: Option<Spanned<Aggregate>>,
    /// How many members must give a verdict: a whole number, or a share such as `0.75` or `75%`; half of them, rounded
    /// up, where absent.
    #[serde(default)]
    pub quorum: Option<Spanned<RawQuorum>>,
    /// Who may not judge whom; `same-provider` where absent, `none` for a single judge.
    #[serde(default)]
    pub exclude: Option<Spanned<Exclude>>,
    /// Prompt template in place of the built-in one; sees `task`, `input`, `output`, `other`, `golden`, `rubric`,
    /// `criteria`, `steps`, `choices`, `scale`, `role`, `first`, `second`, `reply` and `notice`.
    #[serde(default)]
    pub template: Option<Spanned<String>>,
    /// System message in place of the built-in one.
    #[serde(default)]
    pub system: Option<Spanned<String>>,
    /// Parameters of all members.
    #[serde(default)]
    pub params: Spanned<Params>,
    /// Whether the API is asked to constrain replies to the form of a verdict; `auto` where absent.
    #[serde(default)]
    pub structured: Structured,
    /// How verdicts are read out of replies, where the scorer says nothing; `json` where absent.
    #[serde(default)]
    pub reads: Option<Reads>,
    /// Lists of texts that are asked for beside the verdict, and kept with its reasons.
    #[serde(default)]
    pub lists: Spanned<Vec<String>>,
    /// Cases with known verdicts, judged again before a run to see whether the judge has changed.
    #[serde(default)]
    pub anchors: Option<RawAnchors>,
    /// Labels of people (CSV or JSONL), relative to this file.
    #[serde(default)]
    pub labels: Option<Spanned<String>>,
}

/// A member of a panel.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Member")]
pub struct RawMember {
    /// The judging model, `provider/model`, or `candidate` for the candidate's own model.
    pub model: Spanned<String>,
    /// Weight in a weighted mean; 1 where absent.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub weight: Option<Spanned<f64>>,
    /// What the member is asked to look at.
    #[serde(default)]
    pub role: Option<String>,
    /// Short form of `params: {temperature: ..}`.
    #[serde(default)]
    pub temperature: Option<Spanned<f64>>,
    /// Parameters over those of the judge.
    #[serde(default)]
    pub params: Spanned<Params>,
}

/// Cases with known verdicts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Anchors")]
pub struct RawAnchors {
    /// The file (JSONL), relative to this file.
    pub file: Spanned<String>,
    /// What is done where the verdicts have moved beyond their interval; `warn` where absent.
    #[serde(default)]
    pub on_shift: OnShift,
}

/// How many members must give a verdict, as it is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RawQuorum {
    /// A whole number.
    Count(u64),
    /// A number with a fraction.
    Share(f64),
    /// A percentage.
    Percent(f64),
}

impl<'de> Deserialize<'de> for RawQuorum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Quorum;
        impl Visitor<'_> for Quorum {
            type Value = RawQuorum;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of members such as `2`, or a share such as `0.75` or `75%`")
            }
            fn visit_u64<E>(self, count: u64) -> Result<RawQuorum, E> {
                Ok(RawQuorum::Count(count))
            }
            fn visit_i64<E: Error>(self, count: i64) -> Result<RawQuorum, E> {
                u64::try_from(count)
                    .map(RawQuorum::Count)
                    .map_err(|_| E::custom("a quorum is at least 1"))
            }
            fn visit_f64<E>(self, share: f64) -> Result<RawQuorum, E> {
                Ok(RawQuorum::Share(share))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<RawQuorum, E> {
                let percent = text.trim().strip_suffix('%').map(str::trim);
                percent
                    .and_then(|number| number.parse().ok())
                    .map(RawQuorum::Percent)
                    .ok_or_else(|| E::custom("not a quorum; write `2`, `0.75` or `75%`"))
            }
        }
        deserializer.deserialize_any(Quorum)
    }
}

impl JsonSchema for RawQuorum {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Quorum".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"anyOf": [
            {"type": "number", "exclusiveMinimum": 0},
            {"type": "string", "pattern": "^[0-9.]+ *%$"}
        ]})
    }
}
