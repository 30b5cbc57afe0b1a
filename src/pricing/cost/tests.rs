//! What requests cost.

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
