//! What a scorer that is code gets to see beside the output.

use crate::model::{Message, Role};
use crate::scorer::compile::ScoreInput;
use serde_json::{Map, Value, json};

/// The context of a call: the members that docs/scoring.md lists, among them those of promptfoo's assertion context
/// that make sense here (`vars`, `prompt`, `config`, `test`, `providerResponse`).
pub(in crate::scorer) fn context(input: &ScoreInput<'_>, config: Option<&Value>) -> Value {
    let case = input.case;
    let completion = input.completion;
    let usage = completion.usage.map_or(Value::Null, |usage| {
        serde_json::to_value(usage).unwrap_or_default()
    });
    let tokens = completion.usage.map_or_else(
        || json!({}),
        |usage| {
            json!({"prompt": usage.input, "completion": usage.output, "total": usage.input.saturating_add(usage.output)})
        },
    );
    let latency_ms = completion.latency_us as f64 / 1000.0;
    let cost = input.cost.map_or(Value::Null, |cost| json!(cost.dollars()));
    let (prompt, messages) = match input.messages {
        Some(messages) => (json!(prompt_text(messages)), listed(messages)),
        None => (Value::Null, Value::Null),
    };
    let config = config.cloned().unwrap_or_else(|| json!({}));
    let mut context = Map::new();
    let mut put = |name: &str, value: Value| context.insert(name.to_owned(), value);
    put("case", json!(case.id));
    put("vars", json!(case.vars));
    put("prompt", prompt);
    put("messages", messages);
    put("golden", case.golden.clone().unwrap_or_default());
    put("meta", json!(case.meta));
    put("config", config);
    put("json", input.output.json_if_asked().cloned().unwrap_or_default());
    put("usage", usage);
    put("latency_ms", json!(latency_ms));
    put("cost_usd", cost.clone());
    put(
        "test",
        json!({"vars": case.vars, "metadata": case.meta, "description": case.id}),
    );
    put(
        "providerResponse",
        json!({
            "output": completion.text, "latencyMs": latency_ms, "tokenUsage": tokens, "cost": cost,
        }),
    );
    Value::Object(context)
}

/// The prompt as one text: a single message is its content, several are the JSON of their list.
fn prompt_text(messages: &[Message]) -> String {
    match messages {
        [only] => only.content.to_string(),
        several => listed(several).to_string(),
    }
}

fn listed(messages: &[Message]) -> Value {
    let role = |role: Role| match role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    messages
        .iter()
        .map(|message| json!({"role": role(message.role), "content": message.content}))
        .collect()
}
