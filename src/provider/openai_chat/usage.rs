//! Usage of Chat Completions in bench's convention.

use super::super::openai::{Cost, reported_cost};
use super::wire;
use crate::model::{Money, Usage};

/// Converts the counts. `None` where the object says nothing of tokens.
pub(super) fn usage(said: &wire::Usage<'_>) -> Option<Usage> {
    let (input, completion) = (said.prompt_tokens.0, said.completion_tokens.0);
    if input == 0 && completion == 0 && said.total_tokens.0 == 0 {
        return None;
    }
    let prompt = said.prompt_tokens_details.unwrap_or_default();
    let details = said.completion_tokens_details;
    let told = details.unwrap_or_default().reasoning_tokens.0;
    // xAI counts reasoning beside `completion_tokens`, and so does Gemini's compatible endpoint, which does not even
    // name it: only the total holds all.
    let beside = said
        .total_tokens
        .0
        .saturating_sub(input.saturating_add(completion));
    let beside = if details.is_none() || beside == told {
        beside
    } else {
        0
    };
    let cached = [
        prompt.cached_tokens.0,
        said.prompt_cache_hit_tokens.0,
        said.cached_tokens.0,
        said.num_cached_tokens.0,
    ];
    Some(Usage {
        input,
        cache_read: cached.into_iter().fold(0, u64::max),
        cache_write: prompt
            .cache_write_tokens
            .0
            .max(said.cache_creation_input_tokens.0),
        cache_write_1h: 0,
        input_audio: prompt.audio_tokens.0.max(said.audio_prompt_tokens.0),
        output: completion.saturating_add(beside),
        reasoning: told.max(beside),
        output_audio: details.unwrap_or_default().audio_tokens.0,
    })
}

/// The cost that came with the counts.
pub(super) fn cost(said: &wire::Usage<'_>) -> Option<Money> {
    reported_cost(Cost {
        cost: said.cost,
        ticks: said.cost_in_usd_ticks.0,
        own_key: said.is_byok == Some(true),
        upstream: said
            .cost_details
            .and_then(|details| details.upstream_inference_cost),
    })
}
