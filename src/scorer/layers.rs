//! `layers`: the weighted mean of other scorers of the task and of numbers that cases bring, over those that are there.

use super::catalog::Row;
use super::compile::{Grade, ScoreInput};
use super::visitor::{Plain, Shorthand, shorthand};
use crate::model::{Case, JudgeFault, MOST_WEIGHT, Score, ScoreEntry, ScorerError};
use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::borrow::Cow;

/// The scorer in words.
pub(super) const ROW: Row = (
    "layers",
    "The weighted mean of other scorers, reviews and votes, over those that are there.",
    "layers: {contains: 0.6, staff: {field: reviews, weight: 0.4}}",
    "null",
    "any",
);

/// From which value on it passes.
const AT_LEAST: f64 = 0.5;
/// Room for rounding where a mean is compared with a threshold.
const SLACK: f64 = 1e-9;
/// The scale of numbers that cases bring.
const SCALE: (f64, f64) = (0.0, 10.0);

/// Options of `layers`: by name, what each layer is and its weight.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct LayersOptions(pub IndexMap<String, LayerOption>);

/// A layer; a plain number is its weight.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LayerOption {
    /// The scorer of the task that it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scorer: Option<String>,
    /// Or the metadata field or variable that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Weight in the weighted mean.
    pub weight: f64,
    /// Lowest and highest number of the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<(f64, f64)>,
}

/// The long form of [`LayerOption`].
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(super) struct LayerFields {
    /// The scorer of the task that the layer is; by default the one of its name, else the field of its name.
    #[serde(default)]
    scorer: Option<String>,
    /// The metadata field or variable that holds it: a number, a list of numbers (their mean), or votes as `{up, down}`.
    #[serde(default)]
    field: Option<String>,
    /// Weight in the weighted mean.
    weight: f64,
    /// Lowest and highest number of the field; `[0, 10]` by default.
    #[serde(default)]
    scale: Option<(f64, f64)>,
}

impl Shorthand for LayerFields {
    const EXPECTS: &'static str = "a weight, or a mapping with `weight` and `scorer` or `field`";
    fn from_plain(plain: Plain) -> Result<Self, String> {
        match plain {
            Plain::Number(weight) => Ok(Self {
                weight: weight.as_f64().unwrap_or(f64::NAN),
                ..Self::default()
            }),
            _ => Err(String::new()),
        }
    }
}

impl<'de> Deserialize<'de> for LayerOption {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let LayerFields {
            scorer,
            field,
            weight,
            scale,
        } = shorthand(deserializer)?;
        Ok(Self {
            scorer,
            field,
            weight,
            scale,
        })
    }
}

impl<'de> Deserialize<'de> for LayersOptions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IndexMap::deserialize(deserializer).map(Self)
    }
}

impl Shorthand for LayersOptions {
    const EXPECTS: &'static str = "a mapping of layers to weights, such as `{automated: 0.4, staff: 0.25}`";
    fn from_plain(_: Plain) -> Result<Self, String> {
        Err(String::new())
    }
}

impl JsonSchema for LayersOptions {
    fn schema_name() -> Cow<'static, str> {
        "Layers".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let fields = generator.subschema_for::<LayerFields>();
        json_schema!({
            "type": "object",
            "minProperties": 1,
            "description": "By name, the weight of each layer, or what it is.",
            "additionalProperties": {"anyOf": [{"type": "number", "minimum": 0}, fields]}
        })
    }
}

impl LayersOptions {
    /// The layers, checked.
    pub(super) fn compile(&self) -> Result<Layers, String> {
        if self.0.is_empty() {
            return Err("names no layer; write for example `{automated: 0.4, staff: 0.25}`".to_owned());
        }
        for (name, layer) in &self.0 {
            if !(0.0..=MOST_WEIGHT).contains(&layer.weight) {
                return Err(format!(
                    "the weight of the layer `{name}` must be a number from 0 to {MOST_WEIGHT}"
                ));
            }
            if layer.scorer.is_some() && layer.field.is_some() {
                return Err(format!(
                    "the layer `{name}` is either a `scorer` or a `field`, not both"
                ));
            }
            match layer.scale {
                Some(_) if layer.scorer.is_some() => {
                    return Err(format!(
                        "the layer `{name}` has a `scale`, which is for fields; scores of scorers go from 0 to 1"
                    ));
                }
                Some((low, high)) if !(low.is_finite() && high.is_finite() && low < high) => {
                    return Err(format!(
                        "the `scale` of the layer `{name}` must be `[lowest, highest]`"
                    ));
                }
                _ => {}
            }
        }
        if self.0.values().all(|layer| layer.weight == 0.0) {
            return Err("all layers have the weight 0; give at least one a weight above 0".to_owned());
        }
        Ok(Layers(self.clone()))
    }

    /// Whether a layer is that scorer.
    pub fn names(&self, scorer: &str) -> bool {
        self.0.iter().any(|(name, layer)| layer.is(name, scorer))
    }

    /// The layer that names a scorer which the task has not, with that name.
    pub fn unknown_scorer(&self, known: impl Fn(&str) -> bool) -> Option<(&str, &str)> {
        self.0.iter().find_map(|(name, layer)| {
            let scorer = layer.scorer.as_deref()?;
            (!known(scorer)).then_some((name.as_str(), scorer))
        })
    }
}

/// Layers, checked.
#[derive(Debug)]
pub(super) struct Layers(LayersOptions);

impl Layers {
    /// The weighted mean of the layers that are there, by what the other scorers of the trial say.
    pub fn combine(&self, case: &Case, entries: &[ScoreEntry]) -> Result<Score, ScorerError> {
        let (mut sum, mut weights) = (0.0, 0.0);
        let layers = &self.0.0;
        let mut parts = Vec::with_capacity(layers.len());
        let mut named = Vec::with_capacity(layers.len());
        for (name, layer) in layers {
            let entry = entries.iter().find(|entry| layer.is(name, &entry.scorer));
            let value = match entry {
                Some(entry) => of_scorer(entry)?,
                // A scorer that does not look at this case.
                None if layer.scorer.is_some() => None,
                None => layer.of_field(name, case)?,
            };
            let Some(value) = value else {
                parts.push(format!("{name} not there"));
                continue;
            };
            sum += layer.weight * value;
            weights += layer.weight;
            parts.push(format!("{name} {value:.3} x {}", layer.weight));
            named.push((name, value));
        }
        if weights <= 0.0 {
            return Err(ScorerError::failed(format!(
                "no layer of case `{}` is there: {}",
                case.id,
                parts.join(", ")
            )));
        }
        let value = sum / weights;
        let mut score = Score::graded(value, value >= AT_LEAST - SLACK, parts.join(", "));
        for (name, value) in named {
            score = score.with_named(name.clone(), value);
        }
        Ok(score)
    }
}

/// The value of a layer that is a scorer; `None` where a judge gave none.
fn of_scorer(entry: &ScoreEntry) -> Result<Option<f64>, ScorerError> {
    match &entry.result {
        Ok(score) => Ok(Some(score.value)),
        Err(error) => match error.judge {
            Some(JudgeFault::Failed | JudgeFault::NotSampled) => Ok(None),
            Some(JudgeFault::Waiting) => Err(ScorerError::judge(
                JudgeFault::Waiting,
                format!("waits for the judge `{}`", entry.scorer),
            )),
            None => Err(ScorerError::failed(format!(
                "the layer `{}` failed: {error}",
                entry.scorer
            ))),
        },
    }
}

impl LayerOption {
    fn is(&self, name: &str, scorer: &str) -> bool {
        match (&self.scorer, &self.field) {
            (Some(own), _) => own == scorer,
            (None, Some(_)) => false,
            (None, None) => name == scorer,
        }
    }

    /// What the case says; `None` where it says nothing, or nobody voted.
    fn of_field(&self, name: &str, case: &Case) -> Result<Option<f64>, ScorerError> {
        let field = self.field.as_deref().unwrap_or(name);
        let value = case.meta.get(field).or_else(|| case.vars.get(field));
        let wrong = |what: &str| {
            ScorerError::failed(format!(
                "the field `{field}` of case `{}` {what}; write a number, a list of numbers, or `{{up, down}}`",
                case.id
            ))
        };
        let (low, high) = self.scale.unwrap_or(SCALE);
        let on_scale = |value: &Value| {
            let number = value.as_f64().ok_or_else(|| wrong("is no number"))?;
            if !(low..=high).contains(&number) {
                return Err(wrong(&format!(
                    "is {number}, which is not on the scale from {low} to {high}"
                )));
            }
            Ok((number - low) / (high - low))
        };
        match value {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(numbers)) if numbers.is_empty() => Ok(None),
            Some(Value::Array(numbers)) => {
                let shares = numbers.iter().map(on_scale).collect::<Result<Vec<f64>, _>>()?;
                Ok(Some(shares.iter().sum::<f64>() / shares.len() as f64))
            }
            Some(Value::Object(votes)) => {
                let count = |key: &str| match votes.get(key) {
                    None | Some(Value::Null) => Ok(0.0),
                    Some(count) => count
                        .as_f64()
                        .filter(|count| *count >= 0.0)
                        .ok_or_else(|| wrong(&format!("has `{key}`, which is no count"))),
                };
                if votes.keys().any(|key| key != "up" && key != "down") {
                    return Err(wrong("has other keys than `up` and `down`"));
                }
                let (up, down) = (count("up")?, count("down")?);
                Ok((up + down > 0.0).then(|| up / (up + down)))
            }
            Some(value) => on_scale(value).map(Some),
        }
    }
}

/// The scorer's place among those that look at the output: it looks at what they say, once they are done.
struct Combined;

impl Grade for Combined {
    fn score(&self, _: &ScoreInput<'_>) -> Result<Score, ScorerError> {
        Err(ScorerError::failed(
            "`layers` combines other scorers, and cannot be tried alone",
        ))
    }
}

/// Builds the scorer's place.
pub(super) fn compile(options: &LayersOptions) -> Result<Box<dyn Grade>, String> {
    options.compile()?;
    Ok(Box::new(Combined))
}
