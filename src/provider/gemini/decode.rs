//! From a reply, whole or in chunks, to a completion.

use super::calls::Calls;
use super::error;
use super::wire::{Modality, Models, PromptFeedback, Reply, Tokens};
use crate::model::{Completion, ModelConfig, ProviderError, StopReason, Usage};
use crate::port::ListedModel;
use crate::provider::shared;
use crate::provider::wire::Count;

/// Reads a whole reply.
pub(super) fn reply(body: &[u8]) -> Result<Completion, ProviderError> {
    let reply: Reply = shared::parse(body)?;
    let mut answer = Answer::default();
    let heard = !reply.candidates.is_empty() || reply.prompt_feedback.is_some();
    answer.add(reply)?;
    if !heard {
        return Err(shared::malformed(
            "the reply has neither a candidate nor a reason why the prompt was blocked",
        ));
    }
    Ok(answer.completion())
}

/// A reply, put together chunk by chunk; only the first candidate counts.
#[derive(Default)]
pub(super) struct Answer {
    text: String,
    reasoning: String,
    calls: Calls,
    finish: Option<String>,
    blocked: Option<PromptFeedback>,
    counts: Counts,
    model: Option<String>,
    id: Option<String>,
}

impl Answer {
    /// Adds a chunk; true where it holds a piece of the answer.
    pub fn add(&mut self, reply: Reply) -> Result<bool, ProviderError> {
        if let Some(failure) = reply.error {
            return Err(error::in_stream(failure));
        }
        let mut piece = false;
        for candidate in reply.candidates.into_iter().filter(|one| one.index == 0) {
            for part in candidate.content.map(|content| content.parts).unwrap_or_default() {
                if let Some(text) = part.text {
                    piece |= !text.is_empty();
                    let into = if part.thought {
                        &mut self.reasoning
                    } else {
                        &mut self.text
                    };
                    into.push_str(&text);
                }
                if let Some(call) = part.function_call {
                    piece = true;
                    self.calls.add(call);
                }
            }
            self.finish = candidate.finish_reason.or(self.finish.take());
        }
        if let Some(tokens) = &reply.usage_metadata {
            self.counts.update(tokens);
        }
        self.blocked = reply.prompt_feedback.or(self.blocked.take());
        self.model = reply.model_version.or(self.model.take());
        self.id = reply.response_id.or(self.id.take());
        Ok(piece)
    }

    /// Whether the API said that this is all.
    pub fn ended(&self) -> bool {
        self.finish.is_some() || self.blocked.is_some()
    }

    /// The completion of everything so far.
    pub fn completion(self) -> Completion {
        let tool_calls = self.calls.finish();
        let (stop, stop_raw) = match (self.finish, self.blocked) {
            (Some(word), _) => {
                let stop = match stop_reason(&word) {
                    StopReason::Stop if !tool_calls.is_empty() => StopReason::ToolCalls,
                    stop => stop,
                };
                (stop, Some(word))
            }
            (None, Some(feedback)) => (
                StopReason::ContentFilter,
                feedback.block_reason.or(feedback.block_reason_message),
            ),
            (None, None) => (StopReason::Unknown, None),
        };
        Completion {
            text: self.text,
            reasoning: (!self.reasoning.is_empty()).then_some(self.reasoning),
            tool_calls,
            stop,
            stop_raw,
            usage: self.counts.usage(),
            served_model: self.model,
            request_id: self.id,
            ..Completion::default()
        }
    }
}

/// Finish reasons. <https://ai.google.dev/api/generate-content#FinishReason>, with Vertex's own.
fn stop_reason(word: &str) -> StopReason {
    match word {
        "STOP" => StopReason::Stop,
        "MAX_TOKENS" => StopReason::Length,
        "SAFETY"
        | "RECITATION"
        | "LANGUAGE"
        | "BLOCKLIST"
        | "PROHIBITED_CONTENT"
        | "SPII"
        | "MODEL_ARMOR"
        | "IMAGE_SAFETY"
        | "IMAGE_PROHIBITED_CONTENT"
        | "IMAGE_RECITATION" => StopReason::ContentFilter,
        _ => StopReason::Unknown,
    }
}

/// Token counts as the API has them; a stream repeats them, each time cumulative.
#[derive(Default)]
struct Counts {
    prompt: Option<Count>,
    cached: Count,
    candidates: Option<Count>,
    thoughts: Count,
    tool_results: Count,
    prompt_audio: u64,
    tool_audio: u64,
    output_audio: u64,
}

impl Counts {
    fn update(&mut self, tokens: &Tokens) {
        let audio = |details: &Option<Vec<Modality>>| {
            let audio = details.iter().flatten().filter(|one| one.modality == "AUDIO");
            details
                .as_ref()
                .map(|_| audio.fold(0_u64, |sum, one| sum.saturating_add(one.token_count.part())))
        };
        let keep = |into: &mut Count, count: Option<Count>| *into = count.unwrap_or(*into);
        let keep_sum = |into: &mut u64, count: Option<u64>| *into = count.unwrap_or(*into);
        self.prompt = tokens.prompt_token_count.or(self.prompt);
        self.candidates = tokens.candidates_token_count.or(self.candidates);
        keep(&mut self.cached, tokens.cached_content_token_count);
        keep(&mut self.thoughts, tokens.thoughts_token_count);
        keep(&mut self.tool_results, tokens.tool_use_prompt_token_count);
        keep_sum(&mut self.prompt_audio, audio(&tokens.prompt_tokens_details));
        keep_sum(
            &mut self.tool_audio,
            audio(&tokens.tool_use_prompt_tokens_details),
        );
        keep_sum(&mut self.output_audio, audio(&tokens.candidates_tokens_details));
    }

    /// The counts by bench's convention; `None` where there were none, or impossible ones.
    fn usage(&self) -> Option<Usage> {
        if self.prompt.is_none() && self.candidates.is_none() {
            return None;
        }
        let input = self.prompt.unwrap_or_default().plus(self.tool_results).known()?;
        let candidates = self.candidates.unwrap_or_default();
        Some(Usage {
            input,
            cache_read: self.cached.part().min(input),
            input_audio: self.prompt_audio.saturating_add(self.tool_audio).min(input),
            output: candidates.plus(self.thoughts).known()?,
            reasoning: self.thoughts.part(),
            output_audio: self.output_audio.min(candidates.part()),
            ..Usage::default()
        })
    }
}

/// Reads a page of the model list; models that cannot generate text are left out.
pub(super) fn models(body: &[u8]) -> Result<(Vec<ListedModel>, Option<String>), ProviderError> {
    let page: Models = shared::parse(body)?;
    let generates = |methods: &[String]| methods.iter().any(|method| method == "generateContent");
    let models = page
        .models
        .into_iter()
        .filter(|model| generates(&model.supported_generation_methods))
        .map(|model| ListedModel {
            id: model
                .name
                .strip_prefix("models/")
                .unwrap_or(&model.name)
                .to_owned(),
            config: ModelConfig {
                context: model.input_token_limit,
                max_output: model.output_token_limit,
                ..ModelConfig::default()
            },
        });
    Ok((
        models.collect(),
        page.next_page_token.filter(|token| !token.is_empty()),
    ))
}
