//! Comparisons, places, the leaderboard over all tasks and slices, as fields of `summary.json`.

use super::{EstimateEntry, Named, SpendEntry, WarningEntry};
use crate::analyse::{Analysis, Comparison, Overall, OverallRow, Slice, SliceRow, Slices, TaskAnalysis};
use crate::stats::{MacroEstimate, PairedEstimate, RankInterval};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Places from the best to the worst.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PlacesEntry {
    best: u32,
    worst: u32,
}

/// A mean of paired differences with its two-sided 95 % interval.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DifferenceEntry {
    /// Null where no case has both scores.
    mean: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    /// Two-sided p of "no difference", from the same statistic as the interval; not adjusted.
    p: Option<f64>,
    /// Cases with both scores.
    n: u64,
    /// Cases without one of them.
    missing: u64,
    /// Independent cases that would give an interval of this width.
    n_eff: Option<f64>,
    /// Standard error (cluster-robust where the task has clusters).
    se: Option<f64>,
    /// How much the first is better where it is, and how much worse where it is, as shares of all cases.
    better: f64,
    worse: f64,
    /// `effective-n-tango`, or why there is no interval: `no-data`, `one-unit`, `one-cluster`.
    method: &'static str,
    /// What to know before trusting the interval.
    warnings: Vec<WarningEntry>,
}

/// Two candidates on the same cases.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ComparisonEntry<'a> {
    a: Named<'a>,
    b: Named<'a>,
    /// a - b.
    difference: DifferenceEntry,
    /// p adjusted over all comparisons of the task (Holm).
    p_holm: f64,
    /// p of McNemar's exact test, for yes/no scores of independent cases that were not repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    mcnemar_exact_p: Option<f64>,
    /// Mid-p of McNemar's exact test, for yes/no scores of independent cases that were not repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    mcnemar_mid_p: Option<f64>,
}

/// The leaderboard over all tasks.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct OverallEntry<'a> {
    /// Best average first.
    rows: Vec<OverallRowEntry<'a>>,
    /// All pairs of rows; p is adjusted over all of them.
    comparisons: Vec<OverallComparisonEntry<'a>>,
    /// Models without a score in some task, which have no place here.
    left_out: &'a [String],
}

/// A model over all tasks. Where a task has several prompts, a case counts with its mean over them.
#[derive(Debug, Serialize, JsonSchema)]
struct OverallRowEntry<'a> {
    /// 1 for the best; equal averages share a rank.
    rank: u32,
    /// The places that paired tests leave open.
    rank_interval: PlacesEntry,
    /// True where it is not the best, but not told apart from the best either.
    tied_with_best: bool,
    name: &'a str,
    model: &'a str,
    simulated: bool,
    /// True where its parameters are not the same in all tasks.
    params_differ: bool,
    /// Average over tasks.
    score: AverageEntry,
    /// Its mean score in each task.
    tasks: BTreeMap<&'a str, f64>,
    /// Cases with a score.
    cases: u64,
    /// What its answers cost when they were sent.
    cost: SpendEntry,
    /// What to know before trusting the interval.
    warnings: Vec<WarningEntry>,
}

/// An average over tasks with its two-sided 95 % interval.
#[derive(Debug, Serialize, JsonSchema)]
struct AverageEntry {
    mean: f64,
    low: Option<f64>,
    high: Option<f64>,
    /// Independent yes/no cases that would give an interval of this width.
    n_eff: f64,
    /// Degrees of freedom (Satterthwaite); null where they are infinite.
    df: Option<f64>,
}

/// Two models over all tasks.
#[derive(Debug, Serialize, JsonSchema)]
struct OverallComparisonEntry<'a> {
    a: &'a str,
    b: &'a str,
    /// a - b.
    difference: AverageEntry,
    /// Two-sided p of "no difference"; not adjusted.
    p: Option<f64>,
    /// The same, adjusted over all comparisons (Holm).
    p_holm: f64,
}

/// Leaderboards by the values of a field. Exploratory: the values were not chosen before the run.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SlicesEntry<'a> {
    field: &'a str,
    /// Always true.
    exploratory: bool,
    /// The candidate that the others are compared with: the task's leader.
    reference: Option<Named<'a>>,
    /// Cases that do not have the field.
    cases_without: u64,
    /// Cases whose value came after the first 100, and which are in no slice.
    cases_beyond: u64,
    slices: Vec<SliceEntry<'a>>,
}

/// The cases with one value.
#[derive(Debug, Serialize, JsonSchema)]
struct SliceEntry<'a> {
    value: &'a str,
    cases: u64,
    rows: Vec<SliceRowEntry<'a>>,
}

/// A candidate in a slice.
#[derive(Debug, Serialize, JsonSchema)]
struct SliceRowEntry<'a> {
    name: &'a str,
    prompt: &'a str,
    /// Mean score over the cases of the slice.
    score: EstimateEntry,
    /// The candidate minus the reference on these cases; null for the reference.
    difference: Option<DifferenceEntry>,
    /// p adjusted over all slices and candidates of the task (Benjamini and Hochberg).
    p_bh: Option<f64>,
}

impl PlacesEntry {
    pub(super) fn of(places: RankInterval) -> Self {
        Self {
            best: places.best,
            worst: places.worst,
        }
    }
}

impl DifferenceEntry {
    fn of(estimate: &PairedEstimate) -> Self {
        Self {
            mean: estimate.difference,
            low: estimate.low,
            high: estimate.high,
            p: estimate.p,
            n: estimate.n,
            missing: estimate.missing,
            n_eff: estimate.n_eff,
            se: (estimate.se > 0.0).then_some(estimate.se),
            better: estimate.better,
            worse: estimate.worse,
            method: estimate.method.name(),
            warnings: WarningEntry::all(&estimate.warnings),
        }
    }
}

impl AverageEntry {
    fn of(estimate: &MacroEstimate) -> Self {
        Self {
            mean: estimate.mean,
            low: estimate.low,
            high: estimate.high,
            n_eff: estimate.n_eff,
            df: Some(estimate.df).filter(|df| df.is_finite()),
        }
    }
}

fn named(task: &TaskAnalysis, candidate: u32) -> Option<Named<'_>> {
    task.row(candidate).map(|row| Named {
        name: &row.name,
        prompt: &row.prompt,
    })
}

impl<'a> ComparisonEntry<'a> {
    pub(super) fn all(task: &'a TaskAnalysis) -> Vec<Self> {
        let each = |comparison: &'a Comparison| {
            Some(Self {
                a: named(task, comparison.a)?,
                b: named(task, comparison.b)?,
                difference: DifferenceEntry::of(&comparison.estimate),
                p_holm: comparison.p_holm,
                mcnemar_exact_p: comparison.exact.map(|exact| exact.exact),
                mcnemar_mid_p: comparison.exact.map(|exact| exact.mid),
            })
        };
        task.comparisons.iter().filter_map(each).collect()
    }
}

impl<'a> OverallEntry<'a> {
    pub(super) fn of(overall: &'a Overall, analysis: &'a Analysis) -> Self {
        let name = |at: usize| overall.rows.get(at).map_or("", |row| row.name.as_str());
        Self {
            rows: overall
                .rows
                .iter()
                .map(|row| OverallRowEntry::of(row, analysis))
                .collect(),
            comparisons: overall
                .comparisons
                .iter()
                .map(|comparison| OverallComparisonEntry {
                    a: name(comparison.a),
                    b: name(comparison.b),
                    difference: AverageEntry::of(&comparison.estimate),
                    p: comparison.estimate.p,
                    p_holm: comparison.p_holm,
                })
                .collect(),
            left_out: &overall.left_out,
        }
    }
}

impl<'a> OverallRowEntry<'a> {
    fn of(row: &'a OverallRow, analysis: &'a Analysis) -> Self {
        let tasks = analysis.tasks.iter().map(|task| &*task.task.name);
        Self {
            rank: row.rank,
            rank_interval: PlacesEntry::of(row.places),
            tied_with_best: row.tied,
            name: &row.name,
            model: &row.model,
            simulated: row.simulated,
            params_differ: row.params_differ,
            score: AverageEntry::of(&row.score),
            tasks: tasks.zip(row.means.iter().copied()).collect(),
            cases: row.cases,
            cost: SpendEntry::of(&row.cost),
            warnings: WarningEntry::all(&row.warnings),
        }
    }
}

impl<'a> SlicesEntry<'a> {
    pub(super) fn of(slices: &'a Slices, task: &'a TaskAnalysis) -> Self {
        let row = |row: &'a SliceRow| {
            let candidate = named(task, row.candidate)?;
            Some(SliceRowEntry {
                name: candidate.name,
                prompt: candidate.prompt,
                score: EstimateEntry::of(&row.score),
                difference: row.difference.as_ref().map(DifferenceEntry::of),
                p_bh: row.p_bh,
            })
        };
        let slice = |slice: &'a Slice| SliceEntry {
            value: &slice.value,
            cases: slice.cases,
            rows: slice.rows.iter().filter_map(row).collect(),
        };
        Self {
            field: &slices.field,
            exploratory: true,
            reference: slices.reference.and_then(|leader| named(task, leader)),
            cases_without: slices.without,
            cases_beyond: slices.beyond,
            slices: slices.slices.iter().map(slice).collect(),
        }
    }
}
