//! Cost of a request from its token counts, in exact integer arithmetic.

use crate::model::{Money, Price, Rate, Rates, Usage};

/// What a request with that usage costs, or `None` where tokens occurred whose rate is not known.
///
/// The tier is chosen by all input tokens and holds for the whole request. Each token is charged once: of the input,
/// those read from a cache, then those written, then audio, then the rest; of the output, reasoning, then audio, then the
/// rest. Parts that add up to more than their whole (some vendors report cached audio twice) are cut to it in this order.
pub fn cost(price: &Price, usage: &Usage) -> Option<Money> {
    let rates = rates_at(price, usage.input);
    let mut input = usage.input;
    let cache_read = take(&mut input, usage.cache_read);
    let mut cache_write = take(&mut input, usage.cache_write);
    let cache_write_1h = take(&mut cache_write, usage.cache_write_1h);
    let input_audio = take(&mut input, usage.input_audio);
    let mut output = usage.output;
    let reasoning = take(&mut output, usage.reasoning);
    let output_audio = take(&mut output, usage.output_audio);
    let write_rate = rates.cache_write.or(rates.input);
    let parts = [
        (input, rates.input),
        (cache_read, rates.cached_input.or(rates.input)),
        (cache_write, write_rate),
        (cache_write_1h, rates.cache_write_1h.or(write_rate)),
        (input_audio, rates.input_audio.or(rates.input)),
        (output, rates.output),
        (reasoning, rates.reasoning.or(rates.output)),
        (output_audio, rates.output_audio.or(rates.output)),
    ];
    let mut total = price.request.unwrap_or_default();
    for (tokens, rate) in parts {
        if tokens > 0 {
            total += rate?.of(tokens);
        }
    }
    Some(total)
}

/// The most that a text request can cost with at most `input` tokens in and `max_output` tokens out, however the vendor caches
/// it: the dearest input and output rate of every tier that it can reach. `None` where a rate is not known.
pub fn worst_case(price: &Price, input: u64, max_output: u64) -> Option<Money> {
    let mut dearest: Option<(Rate, Rate)> = None;
    let reachable = price
        .tiers
        .iter()
        .map(|tier| tier.above)
        .filter(|above| *above < input);
    for above in std::iter::once(0).chain(reachable) {
        let rates = rates_at(price, above.saturating_add(1).min(input));
        let most_in = [rates.cached_input, rates.cache_write, rates.cache_write_1h]
            .into_iter()
            .flatten()
            .fold(rates.input?, Rate::max);
        let most_out = rates.reasoning.into_iter().fold(rates.output?, Rate::max);
        dearest = Some(match dearest {
            Some((input, output)) => (input.max(most_in), output.max(most_out)),
            None => (most_in, most_out),
        });
    }
    let (input_rate, output_rate) = dearest?;
    Some(input_rate.of(input) + output_rate.of(max_output) + price.request.unwrap_or_default())
}

/// Moves up to `part` tokens out of `whole`.
fn take(whole: &mut u64, part: u64) -> u64 {
    let part = part.min(*whole);
    *whole -= part;
    part
}

/// The rates for a request with that many input tokens.
fn rates_at(price: &Price, input: u64) -> Rates {
    let tier = price
        .tiers
        .iter()
        .filter(|tier| input > tier.above)
        .max_by_key(|tier| tier.above);
    let Some(tier) = tier else { return price.base };
    let (over, base) = (&tier.rates, &price.base);
    Rates {
        input: over.input.or(base.input),
        cached_input: over.cached_input.or(base.cached_input),
        cache_write: over.cache_write.or(base.cache_write),
        cache_write_1h: over.cache_write_1h.or(base.cache_write_1h),
        input_audio: over.input_audio.or(base.input_audio),
        output: over.output.or(base.output),
        reasoning: over.reasoning.or(base.reasoning),
        output_audio: over.output_audio.or(base.output_audio),
    }
}

#[cfg(test)]
mod tests;
