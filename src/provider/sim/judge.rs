//! Verdicts of simulated judges.
//!
//! A simulated judge knows how good an output is: the share of words that it has in common with the golden output. What
//! it says is that, blurred by a noise that is smaller the higher its skill. So panels of simulated judges agree as
//! those of real ones do: mostly, and better judges more.

use super::draw::Draw;
use crate::model::{JudgedOutput, Request, Shown, SimModel};
use crate::text;
use serde_json::{Map, Value, json};

/// Noise, in parts of the whole scale, of a judge without any skill.
const MOST_NOISE: f64 = 0.6;
/// How much more a judge likes what it sees first.
const FIRST_BONUS: f64 = 0.03;
/// Differences below this are a tie.
const TIE: f64 = 0.05;
/// Nested schemas deeper than this are left out.
const DEPTH: u32 = 8;

/// What a judge says of an output, in the form that the request's schema asks for.
pub(super) fn verdict(model: &SimModel, request: &Request, about: &JudgedOutput, draw: &mut Draw) -> String {
    let skill = model
        .tasks
        .get(&*request.subject.task)
        .copied()
        .unwrap_or(model.skill);
    let noise = MOST_NOISE * (1.0 - skill.clamp(0.0, 1.0));
    let mut seen = |output: &str| (quality(request, output) + noise * draw.normal()).clamp(0.0, 1.0);
    let own = seen(&about.output);
    let mut said = Said {
        value: own,
        scale: about.scale,
        winner: None,
    };
    if let Some(other) = &about.other {
        let other = seen(other);
        let (first, second) = match about.order {
            Shown::Second => (other, own),
            Shown::First | Shown::Alone => (own, other),
        };
        let lead = first + FIRST_BONUS - second;
        said.value = (0.5 + lead / 2.0).clamp(0.0, 1.0);
        said.winner = Some(if lead.abs() < TIE {
            Winner::Tie
        } else if lead > 0.0 {
            Winner::First
        } else {
            Winner::Second
        });
    }
    match &request.schema {
        Some(schema) => said.fill(schema, "", 0).to_string(),
        None => match said.winner {
            Some(winner) => format!("Both were compared. [[{}]]", winner.letter()),
            None => format!(
                "It was compared with what was expected. [[{}]]",
                said.number(true)
            ),
        },
    }
}

/// How good an output is: 1 where it says what the golden output says.
fn quality(request: &Request, output: &str) -> f64 {
    let case = &request.subject.case;
    let Some(golden) = &case.golden else {
        // Without a golden output a longer answer counts for more, up to a point.
        return (output.split_whitespace().count() as f64 / 60.0).min(1.0);
    };
    let golden = match golden {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let words = |text: &str| {
        text.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase()
    };
    if words(output).contains(&words(&golden)) {
        return 1.0;
    }
    text::token_f1(output, &[golden]).f1
}

#[derive(Clone, Copy)]
enum Winner {
    First,
    Second,
    Tie,
}

impl Winner {
    fn letter(self) -> &'static str {
        match self {
            Self::First => "A",
            Self::Second => "B",
            Self::Tie => "C",
        }
    }

    /// Which of a schema's words means this: by letter, by place, or by the word for a tie.
    fn word<'a>(self, words: &[&'a str]) -> Option<&'a str> {
        let known: &[&str] = match self {
            Self::First => &["a", "first", "1"],
            Self::Second => &["b", "second", "2"],
            Self::Tie => &["tie", "c", "equal", "both"],
        };
        let fits = |word: &&&str| known.contains(&word.to_lowercase().as_str());
        words.iter().find(fits).copied()
    }
}

struct Said {
    /// In 0..=1.
    value: f64,
    scale: (f64, f64),
    winner: Option<Winner>,
}

impl Said {
    fn number(&self, whole: bool) -> f64 {
        let (low, high) = self.scale;
        let value = low + (high - low) * self.value;
        if whole {
            value.round()
        } else {
            (value * 100.0).round() / 100.0
        }
    }

    /// A value that fits a schema.
    fn fill(&self, schema: &Value, name: &str, depth: u32) -> Value {
        if depth > DEPTH {
            return Value::Null;
        }
        if let Some(words) = schema.get("enum").and_then(Value::as_array) {
            let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
            let won = self.winner.and_then(|winner| winner.word(&words));
            let last = words.len().saturating_sub(1);
            // Words stand from the best to the worst.
            let ranked = words.get(((1.0 - self.value) * last as f64).round() as usize);
            return won.or(ranked.copied()).map_or(Value::Null, Value::from);
        }
        let kind = match schema.get("type") {
            Some(Value::String(kind)) => kind.as_str(),
            Some(Value::Array(kinds)) => kinds.first().and_then(Value::as_str).unwrap_or("object"),
            _ => "object",
        };
        match kind {
            "object" => {
                let fields = schema.get("properties").and_then(Value::as_object);
                let fields = fields.into_iter().flatten();
                let filled: Map<String, Value> = fields
                    .map(|(name, schema)| (name.clone(), self.fill(schema, name, depth + 1)))
                    .collect();
                Value::Object(filled)
            }
            "number" => json!(self.number(false)),
            "integer" => json!(self.number(true) as i64),
            "boolean" => json!(self.value >= 0.5),
            "array" => json!([]),
            "string" if name == "reasoning" => json!(format!(
                "Simulated: the output agrees with what was expected to {:.0} %.",
                self.value * 100.0
            )),
            "string" => json!("simulated"),
            _ => Value::Null,
        }
    }
}
