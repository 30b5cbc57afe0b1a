//! Token counts, normalised across vendors.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Tokens of one completion.
///
/// Vendors differ in what includes what; bench stores one convention, and every adapter converts into it:
/// `input` is *all* input tokens, cached ones included; `output` is *all* output tokens, reasoning included.
/// The other fields are parts of these two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Usage {
    /// All input tokens, with those read from and written to a prompt cache.
    pub input: u64,
    /// Part of `input` that was read from the vendor's prompt cache.
    #[serde(skip_serializing_if = "is_zero")]
    pub cache_read: u64,
    /// Part of `input` that was written to the vendor's prompt cache (any lifetime).
    #[serde(skip_serializing_if = "is_zero")]
    pub cache_write: u64,
    /// Part of `cache_write` with the one-hour lifetime, which Anthropic prices apart.
    #[serde(skip_serializing_if = "is_zero")]
    pub cache_write_1h: u64,
    /// Part of `input` that is audio.
    #[serde(skip_serializing_if = "is_zero")]
    pub input_audio: u64,
    /// All output tokens, reasoning included.
    pub output: u64,
    /// Part of `output` spent on reasoning.
    #[serde(skip_serializing_if = "is_zero")]
    pub reasoning: u64,
    /// Part of `output` that is audio.
    #[serde(skip_serializing_if = "is_zero")]
    pub output_audio: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Usage {
    /// Field by field sum, saturating.
    pub fn plus(self, other: Self) -> Self {
        Self {
            input: self.input.saturating_add(other.input),
            cache_read: self.cache_read.saturating_add(other.cache_read),
            cache_write: self.cache_write.saturating_add(other.cache_write),
            cache_write_1h: self.cache_write_1h.saturating_add(other.cache_write_1h),
            input_audio: self.input_audio.saturating_add(other.input_audio),
            output: self.output.saturating_add(other.output),
            reasoning: self.reasoning.saturating_add(other.reasoning),
            output_audio: self.output_audio.saturating_add(other.output_audio),
        }
    }
}
