//! A comparison as a JSON document.

use super::Sides;
use crate::analyse::compare::{
    Change, Comparison, Exact, Flip, Overall, PairComparison, Ratio, TaskComparison,
};
use crate::model::Outcome;
use schemars::JsonSchema;
use serde::Serialize;

/// Version of the document; it rises when a field is renamed, removed or changes its meaning.
const SCHEMA_VERSION: u32 = 1;

/// A comparison. Differences are B minus A, ratios B in terms of A. Numbers that there are not are null.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ComparisonDocument<'a> {
    /// Version of this document.
    schema_version: u32,
    /// The first side: a run or a file.
    a: &'a str,
    /// The second side.
    b: &'a str,
    /// Differences up to this are as good as none.
    margin: f64,
    /// Two-sided confidence of the intervals.
    confidence: f64,
    /// What changed between the sides.
    changes: Vec<ChangeEntry<'a>>,
    /// What to know of how the results were read.
    notes: &'a [String],
    /// The pairs of candidates.
    pairs: Vec<PairEntry<'a>>,
}

/// A change between the sides.
#[derive(Debug, Serialize, JsonSchema)]
struct ChangeEntry<'a> {
    task: &'a str,
    /// What changed: `scorer`, `pass`, `treat`, `output`, `case`, `golden`, `case-scorer`, `metadata`, `prompt`, `params`,
    /// `cluster`, `epochs`.
    kind: &'static str,
    /// It in words.
    what: &'a str,
    /// Whether scores before and after it are not of the same thing.
    breaks: bool,
}

/// Two candidates.
#[derive(Debug, Serialize, JsonSchema)]
struct PairEntry<'a> {
    /// The first candidate.
    candidate_a: &'a str,
    /// The second candidate.
    candidate_b: &'a str,
    /// True where one of them is simulated.
    simulated: bool,
    /// The verdict over all tasks, or that of the only one.
    verdict: &'static str,
    tasks: Vec<TaskEntry<'a>>,
    /// The average over tasks, each with the same weight; null for a single task.
    overall: Option<OverallEntry>,
}

/// A difference with its two-sided interval.
#[derive(Debug, Serialize, JsonSchema)]
struct DifferenceEntry {
    /// Mean score of A over the cases with both scores.
    mean_a: Option<f64>,
    /// Mean score of B over the same cases.
    mean_b: Option<f64>,
    /// B minus A.
    difference: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    /// Two-sided p of "no difference", from the same statistic as the interval.
    p: Option<f64>,
    /// The same, adjusted for the number of pairs (Holm); null for a single pair.
    p_holm: Option<f64>,
    /// Cases with both scores.
    n: u64,
    /// Independent cases that would give an interval of this width.
    n_eff: Option<f64>,
    /// Degrees of freedom; null where they are infinite.
    df: Option<f64>,
    /// `effective-n-tango`, or `macro-effective-n-tango` for averages over tasks.
    method: &'static str,
    /// `better`, `worse`, `same`, `not-enough-data`, `no-data`.
    verdict: &'static str,
    /// Whether missing scores could change the verdict.
    could_flip: bool,
    /// The smallest difference that these cases see with a power of 80 %.
    smallest_difference: Option<f64>,
    /// Cases that would see a difference of the margin with a power of 80 %.
    cases_for_margin: Option<u64>,
    /// What B costs in terms of A: the ratio of what all cases cost together.
    cost_ratio: Option<RatioEntry>,
    /// How long B takes in terms of A: the geometric mean of the ratios of the cases.
    latency_ratio: Option<RatioEntry>,
}

/// A ratio with its two-sided interval.
#[derive(Debug, Serialize, JsonSchema)]
struct RatioEntry {
    ratio: f64,
    low: Option<f64>,
    high: Option<f64>,
    /// Cases with both values.
    n: u64,
    /// Cases in which a value is unknown.
    unknown: u64,
}

/// Two candidates in one task.
#[derive(Debug, Serialize, JsonSchema)]
struct TaskEntry<'a> {
    task: &'a str,
    #[serde(flatten)]
    difference: DifferenceEntry,
    /// Cases without one of the scores.
    missing: u64,
    /// The difference if all missing scores are as bad for B as they can be; null where none is missing.
    worst: Option<f64>,
    /// The same, as good as they can be.
    best: Option<f64>,
    /// Cases that only A has.
    only_a: u64,
    /// Cases that only B has.
    only_b: u64,
    /// Clusters; null without any.
    clusters: Option<u64>,
    /// McNemar's exact test, for yes/no scores without epochs and clusters.
    mcnemar: Option<ExactEntry>,
    /// Cases that pass less often with B.
    lost: u64,
    /// Cases that pass more often with B.
    gained: u64,
    /// The first of the lost and gained cases, the largest changes first.
    flips: Vec<FlipEntry<'a>>,
    /// Outcomes that changed.
    outcomes: Vec<OutcomeEntry<'a>>,
    /// What to know before trusting the interval.
    warnings: Vec<String>,
}

/// McNemar's exact test.
#[derive(Debug, Serialize, JsonSchema)]
struct ExactEntry {
    /// Cases that only A gets right.
    a_only: u64,
    /// Cases that only B gets right.
    b_only: u64,
    /// Exact with mid-p.
    mid_p: f64,
    /// Exact.
    exact_p: f64,
}

/// A case that passes more or less often with B.
#[derive(Debug, Serialize, JsonSchema)]
struct FlipEntry<'a> {
    case: &'a str,
    score_a: f64,
    score_b: f64,
    /// Share of the epochs that pass.
    pass_a: f64,
    pass_b: f64,
    golden: Option<&'a str>,
    /// Output of the first epoch.
    output_a: Option<&'a str>,
    output_b: Option<&'a str>,
}

/// Cases whose outcome changed.
#[derive(Debug, Serialize, JsonSchema)]
struct OutcomeEntry<'a> {
    /// With A; null: not recorded.
    from: Option<Outcome>,
    /// With B.
    to: Option<Outcome>,
    cases: u64,
    /// The first of these cases.
    first: &'a str,
}

/// All tasks together.
#[derive(Debug, Serialize, JsonSchema)]
struct OverallEntry {
    /// Tasks in the average.
    strata: u64,
    #[serde(flatten)]
    difference: DifferenceEntry,
}

/// The document of a comparison.
pub fn comparison_document<'a>(comparison: &'a Comparison, sides: &Sides<'a>) -> ComparisonDocument<'a> {
    ComparisonDocument {
        schema_version: SCHEMA_VERSION,
        a: sides.a,
        b: sides.b,
        margin: comparison.margin,
        confidence: 1.0 - comparison.alpha,
        changes: sides.changes.iter().map(change).collect(),
        notes: sides.notes,
        pairs: comparison.pairs.iter().map(pair).collect(),
    }
}

fn change(change: &Change) -> ChangeEntry<'_> {
    ChangeEntry {
        task: &change.task,
        kind: change.kind.name(),
        what: &change.what,
        breaks: change.kind.breaks(),
    }
}

fn pair(pair: &PairComparison) -> PairEntry<'_> {
    PairEntry {
        candidate_a: &pair.a,
        candidate_b: &pair.b,
        simulated: pair.simulated(),
        verdict: pair.verdict().name(),
        tasks: pair.tasks.iter().map(task).collect(),
        overall: pair.overall.as_ref().map(overall),
    }
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

fn ratio(ratio: &Ratio) -> RatioEntry {
    RatioEntry {
        ratio: ratio.ratio.value,
        low: ratio.ratio.low,
        high: ratio.ratio.high,
        n: ratio.ratio.n,
        unknown: ratio.unknown,
    }
}

fn task(task: &TaskComparison) -> TaskEntry<'_> {
    let estimate = &task.estimate;
    TaskEntry {
        task: &task.task,
        difference: DifferenceEntry {
            mean_a: task.mean_a,
            mean_b: task.mean_b,
            difference: estimate.difference,
            low: estimate.low,
            high: estimate.high,
            p: estimate.p,
            p_holm: task.p_holm,
            n: estimate.n,
            n_eff: estimate.n_eff,
            df: finite(estimate.df),
            method: "effective-n-tango",
            verdict: task.verdict.name(),
            could_flip: task.could_flip,
            smallest_difference: task.smallest_difference,
            cases_for_margin: task.cases_for_margin,
            cost_ratio: task.cost.as_ref().map(ratio),
            latency_ratio: task.latency.as_ref().map(ratio),
        },
        missing: estimate.missing,
        worst: task.bounds.map(|bounds| bounds.0),
        best: task.bounds.map(|bounds| bounds.1),
        only_a: task.only_a,
        only_b: task.only_b,
        clusters: task.clustered.then_some(estimate.clusters),
        mcnemar: task.exact.as_ref().map(exact),
        lost: task.lost,
        gained: task.gained,
        flips: task
            .lost_cases
            .iter()
            .chain(&task.gained_cases)
            .map(flip)
            .collect(),
        outcomes: task
            .outcomes
            .iter()
            .map(|change| OutcomeEntry {
                from: change.from,
                to: change.to,
                cases: change.cases,
                first: &change.first,
            })
            .collect(),
        warnings: estimate.warnings.iter().map(ToString::to_string).collect(),
    }
}

fn exact(exact: &Exact) -> ExactEntry {
    ExactEntry {
        a_only: exact.only_a,
        b_only: exact.only_b,
        mid_p: exact.p.mid,
        exact_p: exact.p.exact,
    }
}

fn flip(flip: &Flip) -> FlipEntry<'_> {
    FlipEntry {
        case: &flip.case,
        score_a: flip.score_a,
        score_b: flip.score_b,
        pass_a: flip.pass_a,
        pass_b: flip.pass_b,
        golden: flip.golden.as_deref(),
        output_a: flip.output_a.as_deref(),
        output_b: flip.output_b.as_deref(),
    }
}

fn overall(overall: &Overall) -> OverallEntry {
    let average = &overall.average;
    OverallEntry {
        strata: average.strata,
        difference: DifferenceEntry {
            mean_a: Some(overall.mean_a),
            mean_b: Some(overall.mean_b),
            difference: Some(average.mean),
            low: average.low,
            high: average.high,
            p: average.p,
            p_holm: overall.p_holm,
            n: overall.cases,
            n_eff: Some(average.n_eff),
            df: finite(average.df),
            method: "macro-effective-n-tango",
            verdict: overall.verdict.name(),
            could_flip: overall.could_flip,
            smallest_difference: overall.smallest_difference,
            cases_for_margin: overall.cases_for_margin,
            cost_ratio: overall.cost.as_ref().map(ratio),
            latency_ratio: overall.latency.as_ref().map(ratio),
        },
    }
}
