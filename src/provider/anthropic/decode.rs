//! From a whole reply to a completion; also the words and counts that the stream shares.

use super::wire::{Block, Models, Reply, Tokens};
use crate::model::{Completion, ModelConfig, ProviderError, StopReason, ToolCall, Usage};
use crate::port::ListedModel;
use crate::provider::shared;
use crate::provider::wire::Count;

/// Reads a whole reply.
pub(super) fn reply(body: &[u8]) -> Result<Completion, ProviderError> {
    let reply: Reply = shared::parse(body)?;
    if reply.stop_reason.is_none() && reply.content.is_empty() && reply.usage.is_none() {
        return Err(shared::malformed(
            "the reply has neither content nor a stop reason",
        ));
    }
    let mut answer = Answer::default();
    for block in reply.content {
        answer.start(block);
        answer.stop();
    }
    let mut counts = Counts::default();
    if let Some(tokens) = &reply.usage {
        counts.update(tokens);
    }
    Ok(answer.completion(reply.id, reply.model, reply.stop_reason, counts))
}

/// Content blocks, put together in order.
#[derive(Default)]
pub(super) struct Answer {
    text: String,
    reasoning: String,
    calls: Vec<ToolCall>,
    /// What the open block is.
    open: Kind,
    fallback: Option<String>,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Kind {
    #[default]
    Other,
    Thinking,
    Call,
}

impl Answer {
    /// Opens a block; true where it already holds a piece of the answer. What a server-side tool did is not kept.
    pub fn start(&mut self, block: Block) -> bool {
        self.open = Kind::Other;
        match block.kind.as_str() {
            "text" => self.text(block.text.as_deref().unwrap_or_default()),
            "thinking" => {
                self.open = Kind::Thinking;
                if !self.reasoning.is_empty() {
                    self.reasoning.push_str("\n\n");
                }
                self.thinking(block.thinking.as_deref().unwrap_or_default())
            }
            "tool_use" => {
                self.open = Kind::Call;
                let arguments = match block.input {
                    // The empty object stands for arguments that follow in deltas; see `stop`.
                    Some(input) if input.get() != "{}" => shared::compact(&input),
                    _ => String::new(),
                };
                self.calls.push(ToolCall {
                    id: block.id.unwrap_or_default(),
                    name: block.name.unwrap_or_default(),
                    arguments,
                });
                true
            }
            "fallback" => {
                self.fallback = block.to.and_then(|to| to.model).or(self.fallback.take());
                false
            }
            _ => false,
        }
    }

    /// Adds answer text.
    pub fn text(&mut self, text: &str) -> bool {
        self.text.push_str(text);
        !text.is_empty()
    }

    /// Adds reasoning.
    pub fn thinking(&mut self, text: &str) -> bool {
        self.reasoning.push_str(text);
        !text.is_empty()
    }

    /// Adds to the arguments of the open call; those of server-side tools are dropped.
    pub fn arguments(&mut self, json: &str) -> bool {
        match self.calls.last_mut() {
            Some(call) if self.open == Kind::Call => {
                call.arguments.push_str(json);
                !json.is_empty()
            }
            _ => false,
        }
    }

    /// Closes the open block.
    pub fn stop(&mut self) {
        match self.calls.last_mut() {
            Some(call) if self.open == Kind::Call && call.arguments.is_empty() => {
                call.arguments.push_str("{}");
            }
            _ => {}
        }
        self.open = Kind::Other;
    }

    /// The completion of everything so far.
    pub fn completion(
        self,
        id: Option<String>,
        model: Option<String>,
        stop: Option<String>,
        counts: Counts,
    ) -> Completion {
        Completion {
            text: self.text,
            reasoning: (!self.reasoning.is_empty()).then_some(self.reasoning),
            tool_calls: self.calls,
            stop: stop_reason(stop.as_deref()),
            stop_raw: stop,
            usage: counts.usage(),
            served_model: self.fallback.or(model),
            request_id: id,
            ..Completion::default()
        }
    }
}

/// Stop reasons. <https://docs.anthropic.com/en/api/handling-stop-reasons>
fn stop_reason(word: Option<&str>) -> StopReason {
    match word {
        Some("end_turn" | "stop_sequence") => StopReason::Stop,
        Some("max_tokens" | "model_context_window_exceeded") => StopReason::Length,
        Some("tool_use") => StopReason::ToolCalls,
        Some("refusal") => StopReason::Refusal,
        _ => StopReason::Unknown,
    }
}

/// Token counts as the API has them; a stream gives them in pieces, each cumulative.
#[derive(Clone, Copy, Default)]
pub(super) struct Counts {
    input: Option<Count>,
    read: Option<Count>,
    write: Option<Count>,
    write_5m: Option<Count>,
    write_1h: Option<Count>,
    output: Option<Count>,
    thinking: Option<Count>,
}

impl Counts {
    /// Takes over every count that is given.
    pub fn update(&mut self, tokens: &Tokens) {
        let creation = tokens.cache_creation;
        self.input = tokens.input_tokens.or(self.input);
        self.read = tokens.cache_read_input_tokens.or(self.read);
        self.write = tokens.cache_creation_input_tokens.or(self.write);
        self.write_5m = creation
            .and_then(|creation| creation.ephemeral_5m_input_tokens)
            .or(self.write_5m);
        self.write_1h = creation
            .and_then(|creation| creation.ephemeral_1h_input_tokens)
            .or(self.write_1h);
        self.output = tokens.output_tokens.or(self.output);
        self.thinking = tokens
            .output_tokens_details
            .and_then(|details| details.thinking_tokens)
            .or(self.thinking);
    }

    /// The counts by bench's convention; `None` where there were none, or impossible ones.
    fn usage(self) -> Option<Usage> {
        if self.input.is_none() && self.output.is_none() {
            return None;
        }
        let hour = self.write_1h.unwrap_or_default();
        let write = self
            .write
            .unwrap_or_else(|| self.write_5m.unwrap_or_default().plus(hour));
        let read = self.read.unwrap_or_default();
        let input = self.input.unwrap_or_default().plus(read).plus(write);
        let cache_write = write.known()?;
        let output = self.output.unwrap_or_default().known()?;
        Some(Usage {
            input: input.known()?,
            cache_read: read.known()?,
            cache_write,
            cache_write_1h: hour.part().min(cache_write),
            output,
            reasoning: self.thinking.unwrap_or_default().part().min(output),
            ..Usage::default()
        })
    }
}

/// Reads a page of the model list.
pub(super) fn models(body: &[u8]) -> Result<(Vec<ListedModel>, Option<String>), ProviderError> {
    let page: Models = shared::parse(body)?;
    let next = if page.has_more { page.last_id } else { None };
    let models = page.data.into_iter().map(|model| ListedModel {
        id: model.id,
        config: ModelConfig {
            context: model.max_input_tokens.filter(|tokens| *tokens > 0),
            max_output: model.max_tokens.filter(|tokens| *tokens > 0),
            ..ModelConfig::default()
        },
    });
    Ok((models.collect(), next))
}
