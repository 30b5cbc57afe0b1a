//! What many scorers' options have in common: where the answer is, what it is compared with, how it is cleaned.

use super::visitor::{Plain, Shorthand, shorthand};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::borrow::Cow;

/// Declares the options of a scorer: its own, then the ones that all comparing scorers share.
macro_rules! options {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
        pub struct $name {
            $(
                $(#[$field_meta])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $field: Option<$type>,
            )*
            /// What the answer is compared with, in place of the case's golden output.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub value: Option<serde_json::Value>,
            /// Several of them.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub values: Option<Vec<serde_json::Value>>,
            /// Dotted path (`queue`, `items.0.name`) into the JSON of the output and of the golden output.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub path: Option<String>,
            /// Look only behind this marker; at the whole text where it does not occur.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub after: Option<$crate::scorer::options::After>,
            /// Characters to remove at both ends.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub strip: Option<String>,
            /// Whether white space at both ends is removed; true by default.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub trim: Option<bool>,
            /// Whether upper and lower case are the same; false by default.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub ignore_case: Option<bool>,
        }

        impl $name {
            /// The options that all comparing scorers share.
            pub(super) fn common(&self) -> $crate::scorer::options::Common<'_> {
                $crate::scorer::options::Common {
                    value: self.value.as_ref(),
                    values: self.values.as_deref(),
                    path: self.path.as_deref(),
                    after: self.after.as_ref(),
                    strip: self.strip.as_deref(),
                    trim: self.trim.unwrap_or(true),
                    ignore_case: self.ignore_case.unwrap_or(false),
                }
            }
        }
    };
}
pub(super) use options;

/// The options that all comparing scorers share.
#[derive(Clone, Copy)]
pub(super) struct Common<'a> {
    pub value: Option<&'a Value>,
    pub values: Option<&'a [Value]>,
    pub path: Option<&'a str>,
    pub after: Option<&'a After>,
    pub strip: Option<&'a str>,
    pub trim: bool,
    pub ignore_case: bool,
}

/// A marker in the output; what stands behind it is the answer. A plain text is its first occurrence.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct After {
    /// The marker as it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Or as a regular expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regex: Option<String>,
    /// Whether the last occurrence counts; the first by default.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub last: bool,
}

/// The long form of [`After`].
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(inline)]
struct AfterFields {
    /// The marker as it stands.
    text: Option<String>,
    /// Or as a regular expression.
    regex: Option<String>,
    /// Whether the last occurrence counts; the first by default.
    last: bool,
}

impl Shorthand for AfterFields {
    const EXPECTS: &'static str = "a text, or a mapping with `text` or `regex`, and `last`";
    fn from_plain(plain: Plain) -> Result<Self, String> {
        match plain {
            Plain::Text(text) => Ok(Self {
                text: Some(text),
                ..Self::default()
            }),
            _ => Err(String::new()),
        }
    }
}

impl<'de> Deserialize<'de> for After {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let AfterFields { text, regex, last } = shorthand(deserializer)?;
        Ok(Self { text, regex, last })
    }
}

impl JsonSchema for After {
    fn schema_name() -> Cow<'static, str> {
        "After".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let fields = generator.subschema_for::<AfterFields>();
        json_schema!({
            "description": "A marker in the output; what stands behind it is the answer.",
            "anyOf": [{"type": "string"}, fields]
        })
    }
}

/// A text or a list of texts.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct OneOrMany(pub Vec<String>);

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::visitor::texts(deserializer, "a text or a list of texts").map(Self)
    }
}

impl JsonSchema for OneOrMany {
    fn schema_name() -> Cow<'static, str> {
        "OneOrMany".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]})
    }
}
