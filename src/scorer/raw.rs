//! An item of a `scorers:` list as it is written.

use super::compile::check;
use super::config::ScorerConfig;
use super::filter::{Filter, RawFilter};
use super::json::SchemaOptions;
use super::judge::{Asks, Judging};
use super::keys::{ALL_KEYS, FAMILIES, Family, family};
use super::matching::{EqualsForm, MatchOp};
use super::program::Program;
use super::visitor::{Shorthand, shorthand};
use crate::model::{CaseFilter, MOST_WEIGHT};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{DeserializeSeed, Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// An item of a `scorers:` list: one scorer key, beside it `name`, `weight` and `cases`.
#[derive(Clone, Debug, Default)]
pub struct RawScorer {
    name: Option<String>,
    weight: Option<f64>,
    cases: Option<RawFilter>,
    /// Every scorer key of the item; there must be exactly one.
    scorers: Vec<(&'static str, ScorerConfig)>,
}

/// A checked scorer, not yet named.
#[derive(Clone, Debug, PartialEq)]
pub struct LoweredScorer {
    /// The name that the task gives it.
    pub name: Option<String>,
    /// Weight in the weighted mean; 1 by default, 0 for judges of samples and comparisons with other candidates.
    pub weight: f64,
    /// Which cases it looks at.
    pub filter: Option<CaseFilter>,
    /// Which scorer, with its options.
    pub config: ScorerConfig,
}

impl RawScorer {
    /// Whether the item says what the scorer weighs.
    pub fn has_weight(&self) -> bool {
        self.weight.is_some()
    }

    /// Checks the item. The errors say what is wrong and what to write instead, one line each.
    pub fn lower(self) -> Result<LoweredScorer, Vec<String>> {
        let mut problems = Vec::new();
        let sampled =
            |(_, config): &(_, ScorerConfig)| config.judging().is_some_and(|it| it.sample().is_some());
        let sampled = self.scorers.iter().any(sampled);
        // How an output does against others says nothing of how good they all are.
        let compares =
            |(_, config): &(_, ScorerConfig)| config.judging().is_some_and(|it| it.meets_candidates());
        let beside = sampled || self.scorers.iter().any(compares);
        let weight = self.weight.unwrap_or(if beside { 0.0 } else { 1.0 });
        if sampled && weight > 0.0 {
            problems.push(format!(
                "`weight: {weight}` beside `sample`: a judge that sees a sample only cannot count in the mean of every \
                 trial; leave `weight` out, and its estimate is reported beside the mean"
            ));
        }
        if !(0.0..=MOST_WEIGHT).contains(&weight) {
            problems.push(format!(
                "`weight: {weight}` must be a number from 0 to {MOST_WEIGHT}; 0 reports the scorer without counting it"
            ));
        }
        if self.name.as_deref().is_some_and(|name| name.trim().is_empty()) {
            problems.push("`name` is empty; write a name or leave it out".to_owned());
        }
        let filter = self.cases.map(CaseFilter::from);
        if let Some(Err(problem)) = filter.as_ref().map(Filter::new) {
            problems.push(problem);
        }
        for (key, config) in &self.scorers {
            if let Err(problem) = check(config) {
                problems.push(in_scorer(key, &problem));
            }
        }
        let keys: Vec<&str> = self.scorers.iter().map(|(key, _)| *key).collect();
        let mut scorers = self.scorers.into_iter();
        match (scorers.next(), keys.len()) {
            (Some((_, config)), 1) if problems.is_empty() => {
                return Ok(LoweredScorer {
                    name: self.name,
                    weight,
                    filter,
                    config,
                });
            }
            (None, _) => problems.push(
                "no scorer in this item; write one scorer key, such as `equals: {path: queue}` or `contains: Paris`"
                    .to_owned(),
            ),
            (_, 2..) => problems.push(format!(
                "{} scorers in one item (`{}`); make each an item of its own",
                keys.len(),
                keys.join("`, `")
            )),
            _ => {}
        }
        Err(problems)
    }
}

/// A problem with the scorer's key before it.
pub(super) fn in_scorer(key: &str, problem: &str) -> String {
    format!("`{key}`: {problem}")
}

/// What a key of an item means.
enum Key {
    Name,
    Weight,
    Cases,
    Scorer(&'static str, Family),
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl Visitor<'_> for KeyVisitor {
            type Value = Key;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a scorer key, `name`, `weight` or `cases`")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Key, E> {
                if let Some((key, family)) = family(text) {
                    return Ok(Key::Scorer(key, family));
                }
                match text {
                    "name" => Ok(Key::Name),
                    "weight" => Ok(Key::Weight),
                    "cases" => Ok(Key::Cases),
                    _ => Err(E::unknown_field(text, &ALL_KEYS)),
                }
            }
        }
        deserializer.deserialize_identifier(KeyVisitor)
    }
}

/// Reads the value of a key in its short or long form.
struct Seed<T>(PhantomData<T>);

impl<'de, T: Shorthand> DeserializeSeed<'de> for Seed<T> {
    type Value = T;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        shorthand(deserializer)
    }
}

fn read<'de, T: Shorthand, A: MapAccess<'de>>(map: &mut A) -> Result<T, A::Error> {
    map.next_value_seed(Seed(PhantomData))
}

/// Reads the options of a scorer.
fn read_scorer<'de, A: MapAccess<'de>>(family: Family, map: &mut A) -> Result<ScorerConfig, A::Error> {
    Ok(match family {
        Family::Match(rule) if rule.op == MatchOp::Equals && !rule.not => ScorerConfig::Match {
            rule,
            options: read::<EqualsForm, A>(map)?.0,
        },
        Family::Match(rule) => ScorerConfig::Match {
            rule,
            options: read(map)?,
        },
        Family::Regex { not } => ScorerConfig::Regex {
            not,
            options: read(map)?,
        },
        Family::Choice => ScorerConfig::Choice(read(map)?),
        Family::Numeric => ScorerConfig::Numeric(read(map)?),
        Family::Json => ScorerConfig::Json(read(map)?),
        Family::JsonSchema => ScorerConfig::JsonSchema(read_schema(map)?),
        Family::JsonMatch => ScorerConfig::JsonMatch(read(map)?),
        Family::SetMatch => ScorerConfig::SetMatch(read(map)?),
        Family::Similarity(measure) => ScorerConfig::Similarity {
            measure,
            options: read(map)?,
        },
        Family::Count(unit) => ScorerConfig::Count {
            unit,
            options: read(map)?,
        },
        Family::Refusal => ScorerConfig::Refusal(read(map)?),
        Family::Latency => ScorerConfig::Latency(read(map)?),
        Family::Cost => ScorerConfig::Cost(read(map)?),
        Family::Program(language) => ScorerConfig::Program(Program {
            language,
            options: read(map)?,
            supplied: None,
        }),
        Family::Code => ScorerConfig::Code(read(map)?),
        Family::Judge => judge(Asks::Rubric(read(map)?)),
        Family::Factuality => judge(Asks::Factuality(read(map)?)),
        Family::ClosedQa => judge(Asks::ClosedQa(read(map)?)),
        Family::Grounded(grounding) => judge(Asks::Grounded(grounding, read(map)?)),
        Family::Pairwise => judge(Asks::Pairwise(read(map)?)),
        Family::Layers => ScorerConfig::Layers(read(map)?),
    })
}

fn judge(asks: Asks) -> ScorerConfig {
    ScorerConfig::Judge(Box::new(Judging::new(asks)))
}

/// A mapping under `json-schema` is the schema itself.
fn read_schema<'de, A: MapAccess<'de>>(map: &mut A) -> Result<SchemaOptions, A::Error> {
    match map.next_value::<Value>()? {
        Value::Bool(true) | Value::Null => Ok(SchemaOptions { schema: None }),
        schema @ Value::Object(_) => Ok(SchemaOptions { schema: Some(schema) }),
        other => Err(A::Error::invalid_value(
            Unexpected::Other(&super::quote::quote(&other.to_string())),
            &"`true` (the task's `output.schema`) or a JSON Schema",
        )),
    }
}

impl<'de> Deserialize<'de> for RawScorer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ItemVisitor;
        impl<'de> Visitor<'de> for ItemVisitor {
            type Value = RawScorer;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a scorer, such as `contains: Paris`")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawScorer, A::Error> {
                let mut raw = RawScorer::default();
                while let Some(key) = map.next_key::<Key>()? {
                    match key {
                        Key::Name => once(&mut raw.name, map.next_value()?, "name")?,
                        Key::Weight => once(&mut raw.weight, map.next_value()?, "weight")?,
                        Key::Cases => once(&mut raw.cases, read(&mut map)?, "cases")?,
                        Key::Scorer(key, family) => {
                            if raw.scorers.iter().any(|(known, _)| *known == key) {
                                return Err(A::Error::duplicate_field(key));
                            }
                            raw.scorers.push((key, read_scorer(family, &mut map)?));
                        }
                    }
                }
                Ok(raw)
            }
        }
        deserializer.deserialize_map(ItemVisitor)
    }
}

fn once<T, E: Error>(slot: &mut Option<T>, value: T, key: &'static str) -> Result<(), E> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(E::duplicate_field(key)),
    }
}

/// The schema of a scorer's value: its short forms, then the mapping of options.
fn value_schema(family: Family, generator: &mut SchemaGenerator) -> Value {
    use super::{
        ChoiceOptions, ClosedQaOptions, CodeOptions, CountOptions, FactualityOptions, GroundedOptions,
        JsonMatchOptions, JsonOptions, JudgeOptions, LayersOptions, LimitOptions, MatchOptions,
        NumericOptions, PairwiseOptions, ProgramOptions, RefusalOptions, RegexOptions, SetMatchOptions,
        SimilarityOptions,
    };
    let by = || json!({"type": "string"});
    let (short, options) = match family {
        Family::Match(_) => (
            json!({"type": ["string", "number", "boolean", "array", "null"]}),
            generator.subschema_for::<MatchOptions>(),
        ),
        Family::Regex { .. } => (
            json!({"type": "string"}),
            generator.subschema_for::<RegexOptions>(),
        ),
        Family::Choice => (
            json!({"type": ["string", "null"]}),
            generator.subschema_for::<ChoiceOptions>(),
        ),
        Family::Numeric => (
            json!({"type": ["number", "string", "array", "boolean", "null"]}),
            generator.subschema_for::<NumericOptions>(),
        ),
        Family::Json => (json!({"const": true}), generator.subschema_for::<JsonOptions>()),
        Family::JsonSchema => return json!({"type": ["object", "boolean"]}),
        Family::JsonMatch => (
            json!({"const": true}),
            generator.subschema_for::<JsonMatchOptions>(),
        ),
        Family::SetMatch => (
            json!({"anyOf": [{"enum": ["f1", "precision", "recall", true]}, {"type": "array"}]}),
            generator.subschema_for::<SetMatchOptions>(),
        ),
        Family::Similarity(_) => (
            json!({"type": ["string", "array", "boolean", "null"]}),
            generator.subschema_for::<SimilarityOptions>(),
        ),
        Family::Count(_) => (
            json!({"type": "integer", "minimum": 0}),
            generator.subschema_for::<CountOptions>(),
        ),
        Family::Refusal => (
            json!({"enum": [true, false, "golden"]}),
            generator.subschema_for::<RefusalOptions>(),
        ),
        Family::Latency | Family::Cost => (
            json!({"type": "number"}),
            generator.subschema_for::<LimitOptions>(),
        ),
        Family::Program(_) => (
            json!({"type": "string"}),
            generator.subschema_for::<ProgramOptions>(),
        ),
        Family::Code => (
            json!({"enum": ["python", "javascript", "typescript"]}),
            generator.subschema_for::<CodeOptions>(),
        ),
        Family::Judge => (by(), generator.subschema_for::<JudgeOptions>()),
        Family::Factuality => (by(), generator.subschema_for::<FactualityOptions>()),
        Family::ClosedQa => (by(), generator.subschema_for::<ClosedQaOptions>()),
        Family::Grounded(_) => (by(), generator.subschema_for::<GroundedOptions>()),
        Family::Pairwise => (by(), generator.subschema_for::<PairwiseOptions>()),
        Family::Layers => return generator.subschema_for::<LayersOptions>().into(),
    };
    json!({"anyOf": [short, options]})
}

impl JsonSchema for RawScorer {
    fn schema_name() -> Cow<'static, str> {
        "Scorer".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut properties = Map::new();
        let filter = generator.subschema_for::<RawFilter>();
        properties.insert(
            "name".to_owned(),
            json!({"type": "string", "description": "Name in reports; the scorer's key by default."}),
        );
        properties.insert(
            "weight".to_owned(),
            json!({"type": "number", "minimum": 0, "description": "Weight in the weighted mean; 0 reports only. 1 by default; 0 for a judge with a `sample`, and for comparisons with other candidates where another scorer counts."}),
        );
        properties.insert(
            "cases".to_owned(),
            json!({
                "description": "Only cases that fit: a glob over ids, a list of them, or `id` and `meta`.",
                "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}, filter]
            }),
        );
        for (key, family) in FAMILIES {
            properties.insert(key.to_owned(), value_schema(family, generator));
        }
        let one_key: Vec<Value> = FAMILIES
            .iter()
            .map(|(key, _)| json!({"required": [key]}))
            .collect();
        json_schema!({
            "type": "object",
            "description": "One scorer key, beside it `name`, `weight` and `cases`.",
            "properties": properties,
            "additionalProperties": false,
            "oneOf": one_key
        })
    }
}
