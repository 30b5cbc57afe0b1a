//! `api: replay`: answers from JSONL files of recorded completions.
//!
//! A line is a JSON object. It is matched by `case` (or `id`), or by `request` (see [`request_hash`]); where it has
//! them, `task`, `prompt` (an id; longer texts are ignored), `model` and `epoch` must fit too. Several lines of one case without `epoch` are its epochs,
//! in file order. What it answers: `output` (or `text`; a value that is not a text counts as its JSON), and optionally
//! `reasoning`, `tool_calls` (name, arguments), `stop`, `usage` (names as in [`crate::model::Usage`], or `input_tokens` and
//! `output_tokens`, or `prompt_tokens` and `completion_tokens`), `cost` (dollars), `latency_ms`, `served_model`; or
//! `error` (`class` and `message`, or the message alone) for an attempt that failed. Other keys are ignored, because recordings made elsewhere
//! carry their own. Names may be numbers.

mod answer;
mod files;
mod index;
mod provider;

#[cfg(test)]
mod tests;

pub(in crate::provider) use answer::{Answer, stop_reason};
pub use provider::{ReplayProvider, problem_with, request_hash};
