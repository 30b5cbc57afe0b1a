//! What a model's tokens cost, by kind and by prompt length.

use super::{Money, Rate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The price of a model. A kind without a rate falls back as each field says; a price table without `input` or
/// `output` leaves the cost of such tokens unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Price {
    /// Rates of the first tier.
    pub base: Rates,
    /// Rates that replace the base ones for the whole request once its input is longer; ascending by `above`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<PriceTier>,
    /// Charged once per request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Money>,
}

/// Rates for requests with more than `above` input tokens. A rate that is absent here is the base one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PriceTier {
    /// Input tokens (all of them) above which the tier holds.
    pub above: u64,
    /// The tier's rates.
    pub rates: Rates,
}

/// One rate for each kind of token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Rates {
    /// Input tokens that no other input rate covers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Rate>,
    /// Input read from a prompt cache; else `input`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cached_input: Option<Rate>,
    /// Input written to a prompt cache; else `input`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write: Option<Rate>,
    /// Input written with the one-hour lifetime; else `cache_write`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write_1h: Option<Rate>,
    /// Audio input; else `input`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_audio: Option<Rate>,
    /// Output tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Rate>,
    /// Reasoning tokens; else `output`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<Rate>,
    /// Audio output; else `output`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_audio: Option<Rate>,
}
