//! Usage of Chat Completions in bench's convention.

use super::super::openai::{Cost, reported_cost};
use super::wire;
use crate::model::{Money, Usage};

/// Converts the counts. `None` where the object says nothing of tokens, or nothing possible.
pub(super) fn usage(said: &wire::Usage<'_>) -> Option<Usage> {
    let (input, completion) = (said.prompt_tokens.known()?, said.completion_tokens.known()?);
    if input == 0 && completion == 0 && said.total_tokens.part() == 0 {
        return None;
    }
    let prompt = said.prompt_tokens_details.unwrap_or_default();
    let details = said.completion_tokens_details;
    let told = details.unwrap_or_default().reasoning_tokens.part();
    // xAI counts reasoning beside `completion_tokens`, and so does Gemini's compatible endpoint, which does not even
    // name it: only the total holds all.
    let beside = said
        .total_tokens
        .part()
        .saturating_sub(input.saturating_add(completion));
    let beside = if details.is_none() || beside == told {
        beside
    } else {
        0
    };
    let cached = [
        prompt.cached_tokens.part(),
        said.prompt_cache_hit_tokens.part(),
        said.cached_tokens.part(),
        said.num_cached_tokens.part(),
    ];
    Some(Usage {
        input,
        cache_read: cached.into_iter().fold(0, u64::max),
        cache_write: prompt
            .cache_write_tokens
            .part()
            .max(said.cache_creation_input_tokens.part()),
        cache_write_1h: 0,
        input_audio: prompt.audio_tokens.part().max(said.audio_prompt_tokens.part()),
        output: completion.saturating_add(beside),
        reasoning: told.max(beside),
        output_audio: details.unwrap_or_default().audio_tokens.part(),
    })
}

/// The cost that came with the counts.
pub(super) fn cost(said: &wire::Usage<'_>) -> Option<Money> {
    reported_cost(Cost {
        cost: said.cost,
        ticks: said.cost_in_usd_ticks,
        own_key: said.is_byok == Some(true),
        upstream: said
            .cost_details
            .and_then(|details| details.upstream_inference_cost),
    })
}
