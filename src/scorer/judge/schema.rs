//! The form of a reply as JSON Schema, for APIs that can be asked to keep to one.

use super::form::Form;
use serde_json::{Map, Value, json};

/// The schema of a reply. Strict: every key is required and no other is allowed. The reasons come first, so that they
/// are written before the verdict.
pub(super) fn schema(form: &Form, lists: &[String], labels: [&str; 2]) -> Value {
    let mut properties = Map::new();
    properties.insert("reasoning".to_owned(), json!({"type": "string"}));
    for list in lists {
        properties.insert(
            list.clone(),
            json!({"type": "array", "items": {"type": "string"}}),
        );
    }
    let one = match form {
        Form::Number { .. } => json!({"type": "number"}),
        Form::Pass { .. } => json!({"type": "boolean"}),
        Form::Choice(choices) => {
            // From the best to the worst.
            let mut ranked: Vec<_> = choices.iter().collect();
            ranked.sort_by(|a, b| b.value.total_cmp(&a.value));
            let letters: Vec<&str> = ranked.iter().map(|choice| choice.letter.as_str()).collect();
            json!({"type": "string", "enum": letters})
        }
        Form::Pair => json!({"type": "string", "enum": [labels[0], labels[1], "tie"]}),
    };
    if form.criteria().is_empty() {
        let key = match form {
            Form::Number { .. } => "score",
            Form::Pass { .. } => "pass",
            Form::Choice(_) => "choice",
            Form::Pair => "winner",
        };
        properties.insert(key.to_owned(), one);
    } else {
        let scores: Map<String, Value> = form
            .criteria()
            .iter()
            .map(|criterion| (criterion.name.to_string(), one.clone()))
            .collect();
        properties.insert("scores".to_owned(), strict(scores));
    }
    strict(properties)
}

fn strict(properties: Map<String, Value>) -> Value {
    let required: Vec<&String> = properties.keys().collect();
    json!({
        "type": "object",
        "required": required,
        "additionalProperties": false,
        "properties": properties,
    })
}
