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
mod tests {
    use super::*;
    use crate::model::PriceTier;

    fn price() -> Price {
        Price {
            base: Rates {
                input: Some(Rate(3_000_000)),
                output: Some(Rate(15_000_000)),
                ..Rates::default()
            },
            ..Price::default()
        }
    }

    #[test]
    fn tokens_without_a_rate_of_their_kind_cost_what_their_whole_costs() {
        let usage = Usage {
            input: 1000,
            cache_read: 400,
            cache_write: 300,
            cache_write_1h: 100,
            input_audio: 50,
            output: 100,
            reasoning: 60,
            output_audio: 10,
        };
        let flat = Some(Money(1000 * 3_000_000 + 100 * 15_000_000));
        assert_eq!(cost(&price(), &usage), flat);
        let mut full = price();
        full.base.cached_input = Some(Rate(300_000));
        full.base.cache_write = Some(Rate(3_750_000));
        full.base.cache_write_1h = Some(Rate(6_000_000));
        full.base.reasoning = Some(Rate(1));
        let each = 250 * 3_000_000 + 400 * 300_000 + 200 * 3_750_000 + 100 * 6_000_000 + 50 * 3_000_000;
        assert_eq!(cost(&full, &usage), Some(Money(each + 40 * 15_000_000 + 60)));
    }

    #[test]
    fn the_cost_is_unknown_only_where_such_tokens_occurred() {
        let mut no_output = price();
        no_output.base.output = None;
        let mut usage = Usage {
            input: 10,
            ..Usage::default()
        };
        assert_eq!(cost(&no_output, &usage), Some(Money(30_000_000)));
        usage.output = 1;
        assert_eq!(cost(&no_output, &usage), None);
        assert_eq!(worst_case(&no_output, 10, 10), None);
        assert_eq!(cost(&Price::default(), &Usage::default()), Some(Money::ZERO));
    }

    #[test]
    fn a_tier_holds_for_the_whole_request_from_one_token_above_its_bound() {
        let mut tiered = price();
        tiered.tiers.push(PriceTier {
            above: 200_000,
            rates: Rates {
                input: Some(Rate(6_000_000)),
                ..Rates::default()
            },
        });
        let at = |input| {
            let usage = Usage {
                input,
                output: 1,
                ..Usage::default()
            };
            cost(&tiered, &usage)
        };
        assert_eq!(at(200_000), Some(Money(200_000 * 3_000_000 + 15_000_000)));
        assert_eq!(at(200_001), Some(Money(200_001 * 6_000_000 + 15_000_000)));
    }

    #[test]
    fn a_request_price_is_added_once() {
        let mut charged = price();
        charged.request = Some(Money(5));
        assert_eq!(cost(&charged, &Usage::default()), Some(Money(5)));
    }

    #[test]
    fn hostile_counts_neither_wrap_nor_panic() {
        let usage = Usage {
            input: 10,
            cache_read: u64::MAX,
            cache_write: u64::MAX,
            cache_write_1h: u64::MAX,
            input_audio: u64::MAX,
            output: u64::MAX,
            reasoning: u64::MAX,
            output_audio: u64::MAX,
        };
        assert_eq!(cost(&price(), &usage), Some(Money(i64::MAX)));
    }

    proptest::proptest! {
        #[test]
        fn no_usage_within_the_bounds_costs_more_than_the_worst_case(
            parts in proptest::array::uniform8(0u64..3000),
            rates in proptest::array::uniform6(0i64..9_000_000),
            above in 0u64..3000,
        ) {
            let mut price = price();
            price.base.cached_input = Some(Rate(rates[0]));
            price.base.cache_write = Some(Rate(rates[1]));
            price.base.reasoning = Some(Rate(rates[2]));
            price.tiers.push(PriceTier {
                above,
                rates: Rates {
                    input: Some(Rate(rates[3])),
                    output: Some(Rate(rates[4])),
                    cache_write_1h: Some(Rate(rates[5])),
                    ..Rates::default()
                },
            });
            let usage = Usage {
                input: parts[0],
                cache_read: parts[1],
                cache_write: parts[2],
                cache_write_1h: parts[3],
                input_audio: 0,
                output: parts[4],
                reasoning: parts[5],
                output_audio: 0,
            };
            let worst = worst_case(&price, parts[0] + parts[6], parts[4] + parts[7]);
            proptest::prop_assert!(cost(&price, &usage) <= worst);
        }
    }
}
