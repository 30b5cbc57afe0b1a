//! The cost that some hosts report with the usage.

use super::super::decimal::pico;
use crate::model::Money;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The fields of `usage` that speak of cost.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost<'a> {
    /// Dollars (OpenRouter, Vercel), or an object with `total_cost` (Perplexity).
    pub cost: Option<&'a RawValue>,
    /// xAI's unit: 10^-10 dollars.
    pub ticks: Option<&'a RawValue>,
    /// OpenRouter: the upstream account is the user's own, so that `cost` is OpenRouter's fee only
    /// (<https://openrouter.ai/docs/use-cases/usage-accounting>).
    pub own_key: bool,
    /// What the upstream charges.
    pub upstream: Option<&'a RawValue>,
}

/// OpenRouter's `cost_details`.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(crate) struct CostDetails<'a> {
    /// What the upstream charges.
    #[serde(borrow, default)]
    pub upstream_inference_cost: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Total<'a> {
    #[serde(borrow, default)]
    total_cost: Option<&'a RawValue>,
}

/// The reported cost, where there is a usable one.
pub(crate) fn reported_cost(cost: Cost<'_>) -> Option<Money> {
    // A tick is 100 pico-dollars; some send a whole number with a decimal point.
    let ticks = cost.ticks.map_or("", RawValue::get);
    let whole = ticks.strip_suffix(".0").unwrap_or(ticks);
    if let Some(ticks) = whole.parse::<i64>().ok().filter(|ticks| *ticks > 0) {
        return ticks.checked_mul(100).map(Money);
    }
    let text = cost.cost?.get();
    let own = if text.starts_with('{') {
        let total: Total<'_> = serde_json::from_str(text).ok()?;
        pico(total.total_cost?.get())?
    } else {
        pico(text)?
    };
    let upstream = match cost.upstream.filter(|_| cost.own_key) {
        Some(text) => pico(text.get())?,
        None => 0,
    };
    Some(Money(own) + Money(upstream))
}
