//! The answers of the pretended model.

use serde::Deserialize;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

#[derive(Deserialize)]
struct Request<'a> {
    #[serde(borrow)]
    model: Cow<'a, str>,
    #[serde(borrow)]
    messages: Vec<Message<'a>>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    content: Cow<'a, str>,
}

/// An answer to a chat request.
pub(super) struct Answer {
    /// The same for the same model and messages.
    pub key: u64,
    /// The reply as the API frames it.
    pub body: Vec<u8>,
    /// Input tokens that it reports.
    pub input: u64,
    /// Output tokens that it reports.
    pub output: u64,
}

/// Answers a chat request; `None` if the body is none.
pub(super) fn answer(body: &[u8]) -> Option<Answer> {
    let request: Request = serde_json::from_slice(body).ok()?;
    let mut hasher = DefaultHasher::new();
    request.model.hash(&mut hasher);
    let mut length = 0;
    for message in &request.messages {
        message.content.hash(&mut hasher);
        length += message.content.len() as u64;
    }
    let key = hasher.finish();
    let text = request.messages.last().and_then(|message| sum(&message.content));
    let text = text.map_or_else(|| "It is so.".to_owned(), |sum| sum.to_string());
    let (input, output) = (length.div_ceil(4), text.len().div_ceil(4) as u64);
    let model = serde_json::to_string(&request.model).ok()?;
    let body = format!(
        "{{\"id\":\"chatcmpl-{key:016x}\",\"object\":\"chat.completion\",\"created\":1764000000,\"model\":{model},\
         \"choices\":[{{\"index\":0,\"message\":{{\"role\":\"assistant\",\"content\":\"{text}\"}},\"logprobs\":null,\
         \"finish_reason\":\"stop\"}}],\"usage\":{{\"prompt_tokens\":{input},\"completion_tokens\":{output},\
         \"total_tokens\":{}}}}}",
        input + output
    );
    Some(Answer {
        key,
        body: body.into_bytes(),
        input,
        output,
    })
}

/// The sum that the first `A + B` in a prompt asks for; wrong by one where A is a multiple of five.
fn sum(prompt: &str) -> Option<u64> {
    let at = prompt.find(" + ")?;
    let no_digit = |c: char| !c.is_ascii_digit();
    let left: u64 = prompt[..at].rsplit(no_digit).next()?.parse().ok()?;
    let right: u64 = prompt[at + 3..].split(no_digit).next()?.parse().ok()?;
    Some(left + right + u64::from(left.is_multiple_of(5)))
}

/// The list of models.
pub(super) fn models() -> Value {
    let models =
        ["alpha", "beta"].map(|id| json!({"id": id, "object": "model", "created": 0, "owned_by": "test"}));
    json!({"object": "list", "data": models})
}

/// An error as the API frames it.
pub(super) fn error(kind: &str, message: &str) -> Vec<u8> {
    json!({"error": {"message": message, "type": kind, "code": kind}})
        .to_string()
        .into_bytes()
}
