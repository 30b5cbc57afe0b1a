//! Cases in JSONL, JSON and YAML.

use super::json::{unique_map, unique_value};
use crate::model::Verified;
use crate::scorer::RawScorer;
use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// One input of a task with its golden output.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Case")]
pub struct RawCase {
    /// Unique and stable in its task; the case's number (from 1) where absent.
    pub id: Option<RawId>,
    /// Values of the template variables.
    #[serde(deserialize_with = "unique_map")]
    pub vars: IndexMap<String, Value>,
    /// The expected output: any value.
    #[serde(deserialize_with = "unique_value")]
    pub golden: Option<Value>,
    /// Who verified the golden output, and when.
    pub verified: Option<Verified>,
    /// Anything else that is known of the case.
    #[serde(deserialize_with = "unique_map")]
    pub meta: IndexMap<String, Value>,
    /// Scorers for this case alone, beside the task's.
    pub scorers: Vec<RawScorer>,
}

/// A case file that is read whole: a list of cases.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(rename = "Cases")]
pub struct RawCaseFile(pub Vec<crate::yaml::Spanned<RawCase>>);

/// An id: a text or a whole number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawId(pub Arc<str>);

impl<'de> Deserialize<'de> for RawId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Id;
        impl Visitor<'_> for Id {
            type Value = RawId;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a whole number")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<RawId, E> {
                if text.is_empty() {
                    return Err(E::custom("the id is empty; write one or leave the key out"));
                }
                Ok(RawId(text.into()))
            }
            fn visit_u64<E>(self, number: u64) -> Result<RawId, E> {
                Ok(RawId(number.to_string().into()))
            }
            fn visit_i64<E>(self, number: i64) -> Result<RawId, E> {
                Ok(RawId(number.to_string().into()))
            }
        }
        deserializer.deserialize_any(Id)
    }
}

impl JsonSchema for RawId {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Id".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"anyOf": [{"type": "string", "minLength": 1}, {"type": "integer"}]})
    }
}
