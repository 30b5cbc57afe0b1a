//! What the members of a panel said, as a part of a line of results.jsonl.

use crate::model::{ErrorClass, Judged, MemberVerdict, Money, Shown};
use schemars::JsonSchema;
use serde::Serialize;

/// What the members of a panel said of one output.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct JudgedLine<'a> {
    /// Every question that was asked.
    verdicts: Vec<VerdictLine<'a>>,
    /// Members that may not judge this candidate, `provider/model`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    excluded: Vec<&'a str>,
    /// Chance that this output had to be judged, where the judge sees a sample only.
    #[serde(skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
}

/// What one member said, asked in one order.
#[derive(Debug, Serialize, JsonSchema)]
struct VerdictLine<'a> {
    /// The judging model, `provider/model`.
    model: &'a str,
    /// What it was asked to look at.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'a str>,
    /// Weight in the aggregate.
    weight: f64,
    /// In which order a pair was shown; `alone` where there was one output.
    order: Shown,
    /// Position in the manifest of the candidate whose output was the other of a pair; absent where that was the golden
    /// output.
    #[serde(skip_serializing_if = "Option::is_none")]
    opponent: Option<u32>,
    /// The verdict on the judge's own scale; of a pair 1 won, 0.5 tied, 0 lost.
    raw: Option<f64>,
    /// The same in 0..=1.
    value: Option<f64>,
    /// Pass or fail, where it was asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pass: Option<bool>,
    /// Why.
    #[serde(skip_serializing_if = "str::is_empty")]
    reasoning: &'a str,
    /// Values of single criteria in 0..=1.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    criteria: Vec<(&'a str, f64)>,
    /// Why there is no verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    /// The failure of its provider; absent where a reply came and could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_class: Option<ErrorClass>,
    /// Times that it was asked.
    asked: u32,
    /// Whether all its replies came from the store.
    reused: bool,
    /// What its replies cost when they were sent, in dollars; null is unknown.
    #[serde(serialize_with = "super::result_line::dollars")]
    #[schemars(with = "Option<String>")]
    cost_usd: Option<Money>,
    /// Input tokens; null is unknown.
    input_tokens: Option<u64>,
    /// Output tokens; null is unknown.
    output_tokens: Option<u64>,
}

impl<'a> JudgedLine<'a> {
    pub(super) fn of(judged: &'a Judged) -> Self {
        Self {
            verdicts: judged.verdicts.iter().map(VerdictLine::of).collect(),
            excluded: judged.excluded.iter().map(|name| &**name).collect(),
            probability: judged.probability,
        }
    }
}

impl<'a> VerdictLine<'a> {
    fn of(verdict: &'a MemberVerdict) -> Self {
        let said = verdict.said.as_ref();
        let (opinion, fault) = (said.ok(), said.err());
        Self {
            model: &verdict.model,
            role: verdict.role.as_deref(),
            weight: verdict.weight,
            order: verdict.order,
            opponent: verdict.opponent,
            raw: opinion.map(|opinion| opinion.raw),
            value: opinion.map(|opinion| opinion.value),
            pass: opinion.and_then(|opinion| opinion.pass),
            reasoning: opinion.map_or("", |opinion| &opinion.reasoning),
            criteria: opinion
                .into_iter()
                .flat_map(|opinion| &opinion.criteria)
                .map(|(name, value)| (&**name, *value))
                .collect(),
            error: fault.map(|fault| fault.message.as_str()),
            error_class: fault.and_then(|fault| fault.class),
            asked: verdict.asked,
            reused: verdict.reused,
            cost_usd: verdict.cost,
            input_tokens: verdict.input_tokens,
            output_tokens: verdict.output_tokens,
        }
    }
}
