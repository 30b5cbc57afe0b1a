//! Prices of models.

use crate::load::files::Source;
use crate::load::problem::Problem;
use crate::load::raw::{RawModelEntry, RawTier};
use crate::load::workspace::Loader;
use crate::model::{Money, MoneyError, Price, PriceTier, Rate, Rates};
use crate::yaml::Spanned;

/// Reads the rates that both shapes have.
macro_rules! rates {
    ($loader:expr, $source:expr, $raw:expr) => {
        Rates {
            input: rate($loader, $source, $raw.input),
            cached_input: rate($loader, $source, $raw.cached_input),
            cache_write: rate($loader, $source, $raw.cache_write),
            cache_write_1h: rate($loader, $source, $raw.cache_write_1h),
            input_audio: rate($loader, $source, $raw.input_audio),
            output: rate($loader, $source, $raw.output),
            reasoning: rate($loader, $source, $raw.reasoning),
            output_audio: rate($loader, $source, $raw.output_audio),
        }
    };
}

fn rate(loader: &mut Loader<'_>, source: &Source, price: Option<Spanned<f64>>) -> Option<Rate> {
    let price = price?;
    Rate::from_dollars_per_million(price.value)
        .map_err(|error| {
            loader.problems.push(
                Problem::at(source, price.span, "bad-price", bad_price(&error))
                    .help("write US dollars per million tokens, with at most 6 decimals"),
            )
        })
        .ok()
}

/// The price of a model; `None` where the file names none.
pub fn price(loader: &mut Loader<'_>, source: &Source, raw: &RawModelEntry) -> Option<Price> {
    let base = rates!(loader, source, raw);
    let mut tiers = Vec::with_capacity(raw.tiers.len());
    for Spanned { value: tier, span } in &raw.tiers {
        let rates = tier_rates(loader, source, tier);
        if tiers
            .last()
            .is_some_and(|before: &PriceTier| before.above >= tier.above)
        {
            loader.problems.push(Problem::at(
                source,
                *span,
                "bad-price",
                "tiers must ascend by `above`",
            ));
        }
        tiers.push(PriceTier {
            above: tier.above,
            rates,
        });
    }
    let request = raw.request.and_then(|request| {
        Money::from_dollars(request.value)
            .map_err(|error| {
                loader
                    .problems
                    .push(Problem::at(source, request.span, "bad-price", bad_price(&error)))
            })
            .ok()
    });
    let known = base != Rates::default() || !tiers.is_empty() || request.is_some();
    known.then_some(Price { base, tiers, request })
}

fn tier_rates(loader: &mut Loader<'_>, source: &Source, raw: &RawTier) -> Rates {
    rates!(loader, source, raw)
}

fn bad_price(error: &MoneyError) -> String {
    match error {
        MoneyError::NotAPrice => error.to_string(),
        _ => format!("this price {error}"),
    }
}
