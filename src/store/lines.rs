//! The lines of an exported run: a header, then one line for each trial in the order of their keys. Documented in
//! docs/formats.md.

use super::error::Fault;
use super::runs::parse;
use super::trial_row::TrialRow;
use crate::model::{Digest, Money, Outcome, RunStatus, Shown, TrialKey};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Version of the format.
pub(super) const VERSION: u32 = 1;

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HeaderLine<'a> {
    pub(super) bench_run_export: u32,
    #[serde(borrow)]
    pub(super) run: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) status: RunStatus,
    #[serde(borrow)]
    pub(super) finished: Option<Cow<'a, str>>,
    /// Lines that follow.
    pub(super) trials: u64,
    #[serde(borrow)]
    pub(super) manifest: &'a RawValue,
    /// Replies of judges about their anchors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) anchors: Vec<AnchorLine>,
}

/// A reply of a judge about an anchor.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnchorLine {
    /// Position in the judge's file of anchors.
    pub(super) anchor: u64,
    pub(super) reply: JudgementLine,
}

/// A trial with everything that is stored of it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TrialLine<'a> {
    pub(super) key: TrialKey,
    #[serde(borrow)]
    pub(super) cluster: Option<Cow<'a, str>>,
    pub(super) outcome: Outcome,
    pub(super) score: Option<f64>,
    pub(super) pass: Option<bool>,
    pub(super) from_cache: bool,
    #[serde(borrow)]
    pub(super) scores: &'a RawValue,
    #[serde(borrow)]
    pub(super) failures: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) case: &'a RawValue,
    #[serde(borrow)]
    pub(super) completion: Option<CompletionLine<'a>>,
    /// Replies of judges about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) judgements: Vec<JudgementLine>,
}

/// A reply of a judge.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JudgementLine {
    pub(super) scorer: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) opponent: Option<u32>,
    pub(super) member: u32,
    pub(super) shown: Shown,
    pub(super) ask: u32,
    pub(super) from_cache: bool,
    pub(super) free: bool,
    pub(super) cache_key: Digest,
    pub(super) reusable: bool,
    pub(super) cost: Option<Money>,
    pub(super) body: Box<RawValue>,
}

/// The answer of a trial.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CompletionLine<'a> {
    pub(super) cache_key: Digest,
    pub(super) reusable: bool,
    pub(super) cost: Option<Money>,
    #[serde(borrow)]
    pub(super) body: &'a RawValue,
}

impl<'a> TrialLine<'a> {
    pub(super) fn of(row: &TrialRow<'a>) -> Result<Self, Fault> {
        let completion = match (row.completion_json, row.cache_key) {
            (Some(body), Some(cache_key)) => Some(CompletionLine {
                cache_key,
                reusable: row.reusable,
                cost: row.cost,
                body: parse("completion", body)?,
            }),
            _ => None,
        };
        Ok(Self {
            key: row.key,
            cluster: row.cluster.map(Cow::Borrowed),
            outcome: row.outcome,
            score: row.score,
            pass: row.pass,
            from_cache: row.from_cache,
            scores: parse("scores", row.scores_json)?,
            failures: row
                .failures_json
                .map(|json| parse("failures", json))
                .transpose()?,
            case: parse("case", row.case_json)?,
            completion,
            judgements: Vec::new(),
        })
    }
}
