//! What a plan will cost, before anything is sent.

use super::matrix::PlannedCandidate;
use crate::model::{Limits, Message, Money, Usage};
use crate::pricing;
use serde::Serialize;

/// Output tokens that are expected of a model where there is neither a limit nor an earlier run.
const BLIND_OUTPUT: u64 = 500;
/// Seconds that a call is taken to last where no earlier run says.
const BLIND_SECONDS: f64 = 3.0;
/// Requests in flight that are assumed where the provider names no limit.
const BLIND_CONCURRENCY: u32 = 16;

/// Tokens of a text, estimated: four bytes of ASCII are one, every other character is one. Real tokenizers give
/// fewer for most languages; the worst case of a budget counts bytes instead.
pub fn estimate_tokens(text: &str) -> u64 {
    let ascii = text.bytes().filter(u8::is_ascii).count() as u64;
    let other = text.chars().filter(|c| !c.is_ascii()).count() as u64;
    ascii.div_ceil(4) + other
}

/// Tokens of a rendered request, estimated, with four for each message's frame.
pub fn estimate_messages(messages: &[Message]) -> u64 {
    messages
        .iter()
        .map(|message| estimate_tokens(&message.content) + 4)
        .sum::<u64>()
        + 3
}

/// An upper bound of a request's tokens: a byte-level tokenizer never makes more tokens than bytes.
pub fn most_tokens(messages: &[Message]) -> u64 {
    messages
        .iter()
        .map(|message| message.content.len() as u64 + 8)
        .sum::<u64>()
        + 16
}

/// What earlier runs say of a candidate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PastOutput {
    /// Completions that the figures rest on.
    pub completions: u64,
    /// Mean output tokens of a completion.
    pub mean_output: f64,
    /// Mean seconds of a call.
    pub mean_seconds: f64,
}

/// The estimate of one candidate.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EstimateRow {
    /// Position of the candidate in the plan.
    pub candidate: usize,
    /// Trials.
    pub calls: u64,
    /// Trials whose completion is stored already and costs nothing.
    pub stored: u64,
    /// Input tokens of the calls, counted from the rendered prompts.
    pub input_tokens: u64,
    /// Output tokens: the least that is plausible, what is expected, the most that is allowed.
    pub output_tokens: (u64, u64, Option<u64>),
    /// Dollars for the same three; `None` where a price or a limit is unknown.
    pub cost: (Option<Money>, Option<Money>, Option<Money>),
    /// Completions of earlier runs that the expectation rests on; 0: none, so it is a guess.
    pub from_past: u64,
    /// Output tokens of one answer: what is expected, the most that is allowed.
    pub answer_tokens: (u64, Option<u64>),
    /// Seconds at the provider's limits, as if this candidate ran alone.
    pub seconds: f64,
}

/// The estimate of a plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Estimate {
    /// One row a candidate.
    pub rows: Vec<EstimateRow>,
    /// Seconds in all: providers work side by side, the slowest decides.
    pub seconds: f64,
}

impl Estimate {
    /// Sums over all candidates; a sum with an unknown part is unknown.
    pub fn total(&self) -> EstimateRow {
        let add = |a: Option<Money>, b: Option<Money>| Some(a? + b?);
        let zero = EstimateRow {
            output_tokens: (0, 0, Some(0)),
            cost: (Some(Money::ZERO), Some(Money::ZERO), Some(Money::ZERO)),
            seconds: self.seconds,
            ..EstimateRow::default()
        };
        self.rows.iter().fold(zero, |sum, row| EstimateRow {
            candidate: 0,
            calls: sum.calls.saturating_add(row.calls),
            stored: sum.stored.saturating_add(row.stored),
            input_tokens: sum.input_tokens.saturating_add(row.input_tokens),
            output_tokens: (
                sum.output_tokens.0.saturating_add(row.output_tokens.0),
                sum.output_tokens.1.saturating_add(row.output_tokens.1),
                sum.output_tokens
                    .2
                    .zip(row.output_tokens.2)
                    .map(|(a, b): (u64, u64)| a.saturating_add(b)),
            ),
            cost: (
                add(sum.cost.0, row.cost.0),
                add(sum.cost.1, row.cost.1),
                add(sum.cost.2, row.cost.2),
            ),
            from_past: sum.from_past.saturating_add(row.from_past),
            answer_tokens: (0, None),
            seconds: sum.seconds,
        })
    }
}

/// Estimates each candidate from its count of calls and input tokens (`counted`, in the order of `candidates`).
pub fn plan_estimate(
    candidates: &[PlannedCandidate],
    counted: &[(u64, u64, u64)],
    past: &[PastOutput],
) -> Estimate {
    let mut estimate = Estimate::default();
    let mut lanes: Vec<(&str, f64)> = Vec::new();
    for (at, candidate) in candidates.iter().enumerate() {
        let (calls, stored, input_tokens) = counted.get(at).copied().unwrap_or_default();
        let past = past.get(at).copied().unwrap_or_default();
        let row = row(at, candidate, calls, stored, input_tokens, past);
        let name = &*candidate.provider.name;
        match lanes.iter_mut().find(|(lane, _)| *lane == name) {
            Some((_, seconds)) => *seconds += row.seconds,
            None => lanes.push((name, row.seconds)),
        }
        estimate.rows.push(row);
    }
    estimate.seconds = lanes.iter().map(|(_, seconds)| *seconds).fold(0.0, f64::max);
    estimate
}

fn row(
    at: usize,
    candidate: &PlannedCandidate,
    calls: u64,
    stored: u64,
    input_tokens: u64,
    past: PastOutput,
) -> EstimateRow {
    let sent = calls.saturating_sub(stored);
    let most = candidate
        .params
        .max_tokens
        .map(u64::from)
        .or(candidate.model.max_output);
    let expected_each = if past.completions > 0 {
        past.mean_output.ceil() as u64
    } else {
        most.map_or(BLIND_OUTPUT, |most| most.div_ceil(2).min(BLIND_OUTPUT))
    };
    let low_each = if past.completions > 0 {
        expected_each / 2
    } else {
        1
    };
    let input = (u128::from(input_tokens) * u128::from(sent))
        .checked_div(u128::from(calls))
        .unwrap_or(0) as u64;
    let outputs = (
        low_each.saturating_mul(sent),
        expected_each.saturating_mul(sent),
        most.map(|most| most.saturating_mul(sent)),
    );
    let dollars = |output: u64| {
        // Priced call by call on average, so that a tier of long prompts is met by long prompts only.
        let each = Usage {
            input: if sent == 0 { 0 } else { input.div_ceil(sent) },
            output: if sent == 0 { 0 } else { output.div_ceil(sent) },
            ..Usage::default()
        };
        if sent == 0 {
            return Some(Money::ZERO);
        }
        let price = candidate.model.price.as_ref()?;
        let one = pricing::cost(price, &each)?;
        Some(Money(
            one.0.saturating_mul(i64::try_from(sent).unwrap_or(i64::MAX)),
        ))
    };
    let local = candidate.provider.api.is_local();
    EstimateRow {
        candidate: at,
        calls,
        stored,
        input_tokens,
        output_tokens: outputs,
        cost: (
            dollars(outputs.0),
            dollars(outputs.1),
            outputs.2.and_then(dollars),
        ),
        from_past: past.completions,
        answer_tokens: (expected_each, most),
        seconds: if local {
            0.0
        } else {
            seconds(
                &candidate.provider.limits,
                sent,
                input.saturating_add(outputs.1),
                past,
            )
        },
    }
}

/// Seconds that `calls` take at the limits.
fn seconds(limits: &Limits, calls: u64, tokens: u64, past: PastOutput) -> f64 {
    let each = if past.completions > 0 {
        past.mean_seconds
    } else {
        BLIND_SECONDS
    };
    let in_flight = f64::from(limits.concurrency.unwrap_or(BLIND_CONCURRENCY).max(1));
    let by_latency = calls as f64 * each / in_flight;
    let by_requests = limits
        .rpm
        .map_or(0.0, |rpm| calls as f64 * 60.0 / f64::from(rpm.max(1)));
    let by_tokens = limits
        .tpm
        .map_or(0.0, |tpm| tokens as f64 * 60.0 / tpm.max(1) as f64);
    by_latency.max(by_requests).max(by_tokens)
}
