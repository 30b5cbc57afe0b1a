//! `numeric`: a number in free text against the expected number.

use super::compile::{Grade, ScoreInput};
use super::integer;
use super::options::{OneOrMany, options};
use super::pick::{Absent, Expected, Found, Picker};
use super::quote::{answer, quote};
use super::visitor::{Plain, Shorthand};
use crate::model::{Score, ScorerError};
use crate::text::{Number, first_number, last_number, marked_number};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;

/// Which number of a text counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Take {
    /// The last one.
    #[default]
    Last,
    /// The first one.
    First,
}

options! {
    /// Options of `numeric`.
    NumericOptions {
        /// What stands before the number (`A:`, `####`), or several of them: the number behind the last
        /// occurrence counts. Together with `path`: what is tried where the output has no such field.
        marker: OneOrMany,
        /// Which number counts where no marker is given: `last` (the default) or `first`.
        take: Take,
        /// Largest difference that still passes; 0 by default.
        tolerance: f64,
        /// Largest difference that still passes, as a share of the expected number.
        relative: f64,
    }
}

impl Shorthand for NumericOptions {
    const EXPECTS: &'static str = "a number, `true` (the golden output) or a mapping of options";
    fn from_plain(plain: Plain) -> Result<Self, String> {
        match plain {
            Plain::Null | Plain::Bool(true) => Ok(Self::default()),
            Plain::Bool(false) => Err(String::new()),
            Plain::List(values) => Ok(Self {
                values: Some(values),
                ..Self::default()
            }),
            single => Ok(Self {
                value: Some(single.into_value()),
                ..Self::default()
            }),
        }
    }
}

/// A number with its reading as a share, where a percent sign allows both.
#[derive(Clone, Copy, Debug)]
struct Figure {
    value: f64,
    /// The number to the last digit, where it is a whole one.
    whole: Option<i128>,
    share: Option<f64>,
}

impl Figure {
    /// A number of that text.
    fn of_text(number: &Number, text: &str) -> Self {
        Self {
            value: number.value,
            whole: integer::of_text(number.source(text), number.value),
            share: number.percent.then(|| number.as_share()),
        }
    }

    fn of_json(number: &serde_json::Number) -> Option<Self> {
        number.as_f64().map(|value| Self {
            value,
            whole: integer::of_json(number),
            share: None,
        })
    }

    fn written(self) -> String {
        self.whole
            .map_or_else(|| self.value.to_string(), |whole| whole.to_string())
    }
}

struct Numeric {
    markers: Vec<String>,
    take: Take,
    tolerance: f64,
    relative: f64,
    expected: Expected,
    picker: Picker,
}

pub(super) fn compile(options: &NumericOptions) -> Result<Box<dyn Grade>, String> {
    for (name, tolerance) in [("tolerance", options.tolerance), ("relative", options.relative)] {
        if tolerance.is_some_and(|tolerance| !tolerance.is_finite() || tolerance < 0.0) {
            return Err(format!("`{name}` must be a number of 0 or more"));
        }
    }
    let markers = options.marker.clone().unwrap_or_default().0;
    if markers.iter().any(|marker| marker.trim().is_empty()) {
        return Err("`marker` has an empty text; write what stands before the number".to_owned());
    }
    let common = options.common();
    let numeric = Numeric {
        markers,
        take: options.take.unwrap_or_default(),
        tolerance: options.tolerance.unwrap_or(0.0),
        relative: options.relative.unwrap_or(0.0),
        expected: Expected::new(common)?,
        picker: Picker::new(common)?,
    };
    if let Some(fixed) = numeric.expected.fixed() {
        for value in fixed {
            numeric.wanted(value)?;
        }
    }
    Ok(Box::new(numeric))
}

impl Numeric {
    /// The number of a text: the one behind the last marker, else the last or first one.
    fn read(&self, text: &str) -> Option<Number> {
        if self.markers.is_empty() {
            return self.taken(text);
        }
        let found = self
            .markers
            .iter()
            .filter_map(|marker| marked_number(text, marker));
        found.max_by_key(|number| number.span.start)
    }

    fn taken(&self, text: &str) -> Option<Number> {
        match self.take {
            Take::Last => last_number(text),
            Take::First => first_number(text),
        }
    }

    /// The expected number: a number as it is; in a text, where the output's would be, else anywhere.
    fn wanted(&self, value: &Value) -> Result<Figure, String> {
        let figure = match value {
            Value::Number(number) => Figure::of_json(number),
            Value::String(text) => self
                .read(text)
                .or_else(|| self.taken(text))
                .map(|number| Figure::of_text(&number, text)),
            _ => None,
        };
        figure.ok_or_else(|| {
            format!(
                "the expected answer {} holds no number",
                quote(&super::pick::text_of(value))
            )
        })
    }

    fn close(&self, found: f64, wanted: f64) -> bool {
        let allowed = self.tolerance.max(self.relative * wanted.abs());
        // Room for the rounding of decimals to binary and of fractions, far below any digit that is written.
        let rounding = 1e-12 * wanted.abs().max(found.abs());
        (found - wanted).abs() <= allowed + rounding
    }

    /// 45% is 45 as well as 0.45, unless the other side is a percentage too.
    fn same(&self, found: Figure, wanted: Figure) -> bool {
        let close = match (found.whole, wanted.whole) {
            (Some(found), Some(whole)) => {
                let allowed = self.tolerance.max(self.relative * wanted.value.abs());
                integer::within(found, whole, allowed)
            }
            _ => self.close(found.value, wanted.value),
        };
        close
            || (found.share.is_some() != wanted.share.is_some()
                && self.close(
                    found.share.unwrap_or(found.value),
                    wanted.share.unwrap_or(wanted.value),
                ))
    }
}

impl Grade for Numeric {
    fn score(&self, input: &ScoreInput<'_>) -> Result<Score, ScorerError> {
        let values = self.expected.any_of(input.case, self.picker.path.as_ref())?;
        let read = |text: &str| {
            self.read(text)
                .map(|number| (Figure::of_text(&number, text), number.source(text).to_owned()))
        };
        let in_field = |text: &str| {
            self.taken(text)
                .map(|number| (Figure::of_text(&number, text), number.source(text).to_owned()))
        };
        let mut absent: Option<Absent> = None;
        let found = match self.picker.find(input.output) {
            Found::Text(text) if self.picker.path.is_some() => in_field(text),
            Found::Text(text) => read(text),
            Found::Json(Value::Number(number)) => {
                Figure::of_json(number).map(|figure| (figure, number.to_string()))
            }
            Found::Json(_) => None,
            Found::Nothing(reason) => {
                absent = Some(reason);
                (!self.markers.is_empty())
                    .then(|| read(input.output.text()))
                    .flatten()
            }
        };
        let Some((figure, source)) = found else {
            let explanation: Cow<'static, str> = match absent {
                Some(absent) => absent.explain(self.picker.path.as_ref()),
                None if self.markers.is_empty() => "no number found in the output".into(),
                None => "no number found behind a marker in the output".into(),
            };
            return Ok(Score::binary(false, explanation));
        };
        let mut first = None;
        let mut hit = false;
        for value in values {
            let wanted = self
                .wanted(value)
                .map_err(|message| ScorerError::failed(format!("case `{}`: {message}", input.case.id)))?;
            first.get_or_insert(wanted);
            hit |= self.same(figure, wanted);
        }
        let explanation: Cow<'static, str> = match (hit, first) {
            (false, Some(wanted)) => format!("expected {}, got {}", wanted.written(), quote(&source)).into(),
            _ => "the expected number".into(),
        };
        Ok(Score::binary(hit, explanation).with_answer(answer(&source)))
    }
}
