//! From a whole reply to a completion; also the words and counts that the stream shares.

use super::wire::{Reply, Tokens, ToolUse, Trace};
use crate::model::{Completion, ProviderError, StopReason, ToolCall, Usage};
use crate::provider::shared;

/// Reads a whole reply.
pub(super) fn reply(body: &[u8]) -> Result<Completion, ProviderError> {
    let reply: Reply = shared::parse(body)?;
    if reply.output.is_none() && reply.stop_reason.is_none() {
        return Err(shared::malformed(
            "the reply has neither an output nor a stop reason",
        ));
    }
    let mut answer = Answer::default();
    let message = reply.output.and_then(|output| output.message);
    for block in message.map(|message| message.content).unwrap_or_default() {
        if let Some(text) = block.text {
            answer.text.push_str(&text);
        }
        if let Some(call) = block.tool_use {
            answer.start_call(call);
        }
        if let Some(text) = block
            .reasoning_content
            .and_then(|reasoning| reasoning.reasoning_text)
            .and_then(|reasoning| reasoning.text)
        {
            answer.start_reasoning();
            answer.reasoning.push_str(&text);
        }
    }
    answer.usage = reply.usage.as_ref().and_then(usage);
    answer.stop = reply.stop_reason;
    answer.model = served(reply.trace);
    Ok(answer.completion())
}

/// A reply, put together.
#[derive(Default)]
pub(super) struct Answer {
    pub text: String,
    pub reasoning: String,
    pub calls: Vec<ToolCall>,
    pub stop: Option<String>,
    pub usage: Option<Usage>,
    pub model: Option<String>,
}

impl Answer {
    /// Begins a tool call; false where Bedrock itself runs the tool, which is not kept.
    pub fn start_call(&mut self, call: ToolUse) -> bool {
        if call.kind.as_deref() == Some("server_tool_use") {
            return false;
        }
        self.calls.push(ToolCall {
            id: call.tool_use_id.unwrap_or_default(),
            name: call.name.unwrap_or_default(),
            arguments: call
                .input
                .map_or_else(String::new, |input| shared::compact(&input)),
        });
        true
    }

    /// Parts the reasoning of one block from that of the next.
    pub fn start_reasoning(&mut self) {
        if !self.reasoning.is_empty() {
            self.reasoning.push_str("\n\n");
        }
    }

    /// The completion of everything so far.
    pub fn completion(mut self) -> Completion {
        for call in &mut self.calls {
            if call.arguments.is_empty() {
                call.arguments.push_str("{}");
            }
        }
        Completion {
            text: self.text,
            reasoning: (!self.reasoning.is_empty()).then_some(self.reasoning),
            tool_calls: self.calls,
            stop: stop_reason(self.stop.as_deref()),
            stop_raw: self.stop,
            usage: self.usage,
            served_model: self.model,
            ..Completion::default()
        }
    }
}

/// The model that a prompt router chose; otherwise the API does not say.
pub(super) fn served(trace: Option<Trace>) -> Option<String> {
    trace?.prompt_router?.invoked_model_id
}

/// Stop reasons, as the Converse page lists them.
fn stop_reason(word: Option<&str>) -> StopReason {
    match word {
        Some("end_turn" | "stop_sequence") => StopReason::Stop,
        Some("max_tokens" | "model_context_window_exceeded") => StopReason::Length,
        Some("tool_use") => StopReason::ToolCalls,
        Some("guardrail_intervened" | "content_filtered") => StopReason::ContentFilter,
        Some("refusal") => StopReason::Refusal,
        _ => StopReason::Unknown,
    }
}

/// The counts by bench's convention, `None` where they are impossible. The API's total confirms that its input count
/// leaves the cache out.
pub(super) fn usage(tokens: &Tokens) -> Option<Usage> {
    let read = tokens.cache_read_input_tokens.unwrap_or_default();
    let write = tokens.cache_write_input_tokens.unwrap_or_default();
    let hour = tokens
        .cache_details
        .iter()
        .flatten()
        .filter(|detail| detail.ttl == "1h")
        .fold(0_u64, |sum, detail| {
            sum.saturating_add(detail.input_tokens.part())
        });
    let cache_write = write.known()?;
    Some(Usage {
        input: tokens.input_tokens.plus(read).plus(write).known()?,
        cache_read: read.known()?,
        cache_write,
        cache_write_1h: hour.min(cache_write),
        output: tokens.output_tokens.known()?,
        ..Usage::default()
    })
}
