//! `bench.yaml`.

use super::gate::RawGate;
use super::task::RawModel;
use crate::model::Params;
use crate::yaml::Spanned;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Defaults of a workspace.
#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Workspace")]
pub struct RawWorkspace {
    /// Models of tasks that name none.
    pub models: Vec<Spanned<RawModel>>,
    /// Judges of tasks that name none; for a later version, unused.
    pub judges: Vec<String>,
    /// Parameters under the tasks' own.
    pub params: Params,
    /// Most US dollars that a run may spend.
    #[schemars(range(min = 0))]
    pub budget: Option<Spanned<f64>>,
    /// What `bench gate` checks.
    pub gate: Option<Spanned<RawGate>>,
    /// Most requests in flight per provider, where the provider says nothing.
    #[schemars(range(min = 1))]
    pub concurrency: Option<Spanned<u32>>,
    /// Seed of runs.
    pub seed: Option<u64>,
    /// Time after which a run stops sending: seconds, or a text such as `30m` or `2h`.
    pub deadline: Option<Spanned<RawDuration>>,
    /// Hours that a list of discovered models is kept.
    #[schemars(range(min = 0))]
    pub discovery_ttl_hours: Option<Spanned<f64>>,
}

/// A duration in seconds, written as a number or with a unit (`90s`, `30m`, `2h`, `1d`).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RawDuration(pub f64);

impl RawDuration {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let factor = match text[digits.len()..].trim() {
            "" | "s" | "sec" => 1.0,
            "ms" => 0.001,
            "m" | "min" => 60.0,
            "h" => 3600.0,
            "d" => 86_400.0,
            _ => return None,
        };
        let number: f64 = digits.trim().parse().ok()?;
        number.is_finite().then_some(Self(number * factor))
    }
}

impl<'de> Deserialize<'de> for RawDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Duration;
        impl Visitor<'_> for Duration {
            type Value = RawDuration;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("seconds, or a text such as `30m`")
            }
            fn visit_u64<E>(self, number: u64) -> Result<RawDuration, E> {
                Ok(RawDuration(number as f64))
            }
            fn visit_i64<E>(self, number: i64) -> Result<RawDuration, E> {
                Ok(RawDuration(number as f64))
            }
            fn visit_f64<E>(self, number: f64) -> Result<RawDuration, E> {
                Ok(RawDuration(number))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<RawDuration, E> {
                RawDuration::parse(text).ok_or_else(|| {
                    E::custom("not a duration; write seconds or a text such as `90s`, `30m`, `2h`")
                })
            }
        }
        deserializer.deserialize_any(Duration)
    }
}

impl JsonSchema for RawDuration {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"anyOf": [{"type": "number"}, {"type": "string", "pattern": "^ *[0-9.]+ *(ms|s|sec|m|min|h|d)? *$"}]})
    }
}
