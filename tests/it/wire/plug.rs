//! Which protocol a recorded exchange belongs to, and what an independent reading of it looks like.

use super::cassette::Exchange;
use super::{anthropic, bedrock, chat, gemini, ollama, responses};
use bench::model::{ErrorClass, Money, StopReason, Usage};
use bench::provider::Protocol;

/// What a file of this folder knows of an exchange that is of its API.
pub struct Plug {
    /// The API's name, for messages.
    pub api: &'static str,
    /// The protocol under test.
    pub protocol: Box<dyn Protocol>,
    /// Reads the exchange without bench's parsers.
    pub read: fn(&Exchange) -> Reading,
    /// Name and data of an event from a line of a `.chunks.txt` file, which has lost its framing.
    pub event: fn(&[u8]) -> (String, Vec<u8>),
}

/// What the recording says, read independently.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// A completion.
    Answer(Box<Answer>),
    /// A failure of that class.
    Error(ErrorClass),
    /// A model list, by ids.
    Models(Vec<String>),
}

/// A completion, read independently.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The whole text.
    pub text: String,
    /// Whether reasoning is shown.
    pub reasoning: bool,
    /// Names and arguments of the tool calls, in order.
    pub tools: Vec<(String, String)>,
    /// Usage by bench's convention.
    pub usage: Option<Usage>,
    /// Stop reason.
    pub stop: StopReason,
    /// Served model.
    pub model: Option<String>,
    /// Reported cost.
    pub cost: Option<Money>,
}

/// What to do with an exchange.
pub enum Plan {
    /// Check it.
    Check(Plug),
    /// Leave it out, for that reason.
    Skip(&'static str),
    /// Nobody knows what it is: the test fails.
    Unknown,
}

/// The APIs, each asked in turn whether the exchange is its own.
const PLUGS: &[fn(&Exchange) -> Option<Plug>] = &[
    responses::plug,
    chat::plug,
    anthropic::plug,
    gemini::plug,
    ollama::plug,
    bedrock::plug,
];

/// What to do with that exchange.
pub fn protocol_for(exchange: &Exchange) -> Plan {
    if let Some(plug) = PLUGS.iter().find_map(|plug| plug(exchange)) {
        return Plan::Check(plug);
    }
    UNSUPPORTED
        .iter()
        .find(|(_, is)| is(exchange))
        .map_or(Plan::Unknown, |(reason, _)| Plan::Skip(reason))
}

type Test = fn(&Exchange) -> bool;

/// Kinds of exchanges that bench does not speak.
const UNSUPPORTED: &[(&str, Test)] = &[
    ("embeddings", |x| {
        x.path().ends_with("/embeddings") || x.path().ends_with("/embed")
    }),
    ("embeddings", |x| {
        x.path().contains(":batchEmbedContents") || x.path().contains(":embedContent")
    }),
    ("token counting", |x| {
        let path = x.path();
        path.ends_with("count_tokens") || path.ends_with("count-tokens") || path.ends_with(":countTokens")
    }),
    ("batches", |x| x.path().contains("/batches")),
    ("files and vector stores", |x| {
        ["/files", "/vector_stores", "fileSearchStores", "/operations/"]
            .iter()
            .any(|part| x.path().contains(part))
    }),
    ("assistants and conversations", |x| {
        ["/assistants", "/threads", "/conversations"]
            .iter()
            .any(|part| x.path().contains(part))
    }),
    ("legacy completions", |x| {
        x.path().ends_with("/completions") && !x.path().ends_with("/chat/completions")
    }),
    ("legacy completions", |x| {
        x.bare("object") == Some("text_completion".into())
    }),
    ("Hugging Face text generation", |x| {
        x.host().ends_with("huggingface.cloud") || x.host() == "huggingface.co"
    }),
    ("Cohere's own API", |x| {
        x.host().ends_with("cohere.com") || x.provider == "cohere"
    }),
    ("Replicate", |x| x.provider == "replicate"),
    ("telemetry of the recorder", |x| {
        x.path().contains("/traces/ingest") || x.path().contains("/telemetry")
    }),
    ("background responses fetched later", |x| {
        x.method == "GET" && x.path().contains("/responses/")
    }),
    ("Gemini's Interactions API", |x| {
        x.provider == "google" && gemini::is_interaction(&x.first_json())
    }),
    ("Gemini's stored prompt caches", |x| {
        x.path().contains("/cachedContents")
    }),
    ("sign-in at Google", |x| x.host() == "oauth2.googleapis.com"),
    ("InvokeModel with other vendors' bodies", |x| {
        x.path().ends_with("/invoke") || x.path().ends_with("/invoke-with-response-stream")
    }),
    ("Ollama's generate", |x| x.path().ends_with("/api/generate")),
    ("legacy completions", |x| x.path().ends_with("/v1/complete")),
];
