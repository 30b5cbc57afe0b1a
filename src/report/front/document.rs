//! Fronts in `summary.json`.

use crate::analyse::{Front, FrontPair, Span};
use schemars::JsonSchema;
use serde::Serialize;

/// Quality against cost and against latency.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::report) struct FrontPairEntry<'a> {
    /// Against the mean cost of a trial in dollars.
    cost: FrontEntry<'a>,
    /// Against the mean latency of a trial in seconds.
    latency: FrontEntry<'a>,
}

/// Candidates on the same cases: which of them nobody beats on both.
#[derive(Debug, Serialize, JsonSchema)]
struct FrontEntry<'a> {
    /// Cases that all of them have a score and a cost (latency) for.
    cases: u64,
    /// Cases that one of them lacks.
    left_out: u64,
    /// Tasks that the numbers are averages over.
    tasks: u64,
    /// True where the cases are too few for the shares to be trusted (under 30 cases, or under 10 clusters, in a task).
    few: bool,
    /// The candidates, the cheapest (fastest) first.
    points: Vec<PointEntry<'a>>,
    /// Position in `points` of the knee of the front by the means; null with fewer than three on it.
    knee: Option<usize>,
    /// Candidates that are not in it.
    absent: Vec<AbsentEntry<'a>>,
}

/// A candidate in a front.
#[derive(Debug, Serialize, JsonSchema)]
struct PointEntry<'a> {
    /// Model, with the label where it has one.
    name: &'a str,
    /// The prompt's id; over all tasks null where they share none.
    prompt: Option<&'a str>,
    /// True for simulated models.
    simulated: bool,
    /// Mean score over the cases of this front.
    score: SpanEntry,
    /// Mean cost in dollars, or latency in seconds.
    cost: SpanEntry,
    /// Whether nobody beats it by the means.
    on_front_by_means: bool,
    /// `on` where `p_on_front` is at least .95, `off` where it is at most .05, else `unclear`; null where the data do not
    /// tell (one candidate, one cluster).
    place: Option<&'static str>,
    /// Share of bootstrap replicates in which nobody beats it.
    p_on_front: Option<f64>,
    /// Share of replicates in which its mean score is the best; ties share.
    p_best: Option<f64>,
    /// Who beats it most often.
    beaten_by: Option<BeatenEntry>,
    /// True where its scores do not vary, so that resampling cannot show how sure they are.
    degenerate: bool,
}

/// Who beats a candidate on both.
#[derive(Debug, Serialize, JsonSchema)]
struct BeatenEntry {
    /// Its position in `points`.
    point: usize,
    /// Share of replicates.
    p: f64,
}

/// A candidate that is not in a front.
#[derive(Debug, Serialize, JsonSchema)]
struct AbsentEntry<'a> {
    /// Model, with the label where it has one.
    name: &'a str,
    /// The prompt's id.
    prompt: Option<&'a str>,
    /// `no-score`, `few-scores`, `unknown-cost`, `unknown-latency` or `not-all-tasks`.
    why: &'static str,
}

/// A mean with its two-sided 95 % interval.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::report) struct SpanEntry {
    mean: f64,
    /// Null where the data give no interval.
    low: Option<f64>,
    high: Option<f64>,
}

impl SpanEntry {
    pub(in crate::report) fn of(span: &Span) -> Self {
        Self {
            mean: span.value,
            low: span.low,
            high: span.high,
        }
    }
}

impl<'a> FrontPairEntry<'a> {
    pub(in crate::report) fn of(pair: &'a FrontPair) -> Self {
        Self {
            cost: FrontEntry::of(&pair.cost),
            latency: FrontEntry::of(&pair.latency),
        }
    }
}

impl<'a> FrontEntry<'a> {
    fn of(front: &'a Front) -> Self {
        let prompt = |prompt: &'a str| Some(prompt).filter(|prompt| !prompt.is_empty());
        let points = front.points.iter().map(|point| {
            let chance = point.chance.as_ref();
            PointEntry {
                name: &point.name,
                prompt: prompt(&point.prompt),
                simulated: point.simulated,
                score: SpanEntry::of(&point.quality),
                cost: SpanEntry::of(&point.cost),
                on_front_by_means: point.on_front,
                place: chance.map(|chance| chance.place.name()),
                p_on_front: chance.map(|chance| chance.on_front),
                p_best: chance.map(|chance| chance.best),
                beaten_by: chance
                    .and_then(|chance| chance.dominated_by)
                    .map(|(point, p)| BeatenEntry { point, p }),
                degenerate: point.degenerate,
            }
        });
        let absent = front.absent.iter().map(|absent| AbsentEntry {
            name: &absent.name,
            prompt: prompt(&absent.prompt),
            why: absent.why.name(),
        });
        Self {
            cases: front.cases,
            left_out: front.left_out,
            tasks: front.tasks,
            few: front.few,
            points: points.collect(),
            knee: front.knee,
            absent: absent.collect(),
        }
    }
}
