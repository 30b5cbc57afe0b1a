//! All tasks together, each with the same weight.

use super::ratio::{Ratio, Ratios};
use super::{CompareOptions, TaskComparison, Verdict};
use crate::stats::{Design, MacroEstimate, Stratum, macro_difference};
use std::sync::Arc;

/// The average of the differences of all tasks.
#[derive(Clone, Debug)]
pub struct Overall {
    /// The average with its interval.
    pub average: MacroEstimate,
    /// p adjusted for the number of pairs; `None` for a single pair.
    pub p_holm: Option<f64>,
    /// Average of the first side's means.
    pub mean_a: f64,
    /// Average of the second side's means.
    pub mean_b: f64,
    /// Cases of all tasks with both scores.
    pub cases: u64,
    /// What it says.
    pub verdict: Verdict,
    /// The smallest average difference that these cases see with a power of 80 %; `None` where too little is known of the
    /// variance.
    pub smallest_difference: Option<f64>,
    /// Cases of all tasks together that would see a difference of the margin, in the same proportions; likewise.
    pub cases_for_margin: Option<u64>,
    /// Where too little is known of the variance, the task that the interval rests on above all, with its share of it.
    pub rests_on: Option<(Arc<str>, f64)>,
    /// Whether missing scores of a task could change that task's verdict.
    pub could_flip: bool,
    /// What the second side costs in terms of the first, over all cases.
    pub cost: Option<Ratio>,
    /// How long it takes in terms of the first.
    pub latency: Option<Ratio>,
}

impl Overall {
    /// The average over tasks with a difference; `None` where fewer than two have one.
    pub fn of(tasks: &[TaskComparison], ratios: &Ratios, options: &CompareOptions) -> Option<Self> {
        let parts: Vec<(&TaskComparison, Stratum)> = tasks
            .iter()
            .filter_map(|task| Some((task, task.stratum?)))
            .collect();
        if parts.len() < 2 {
            return None;
        }
        let strata: Vec<Stratum> = parts.iter().map(|(_, stratum)| *stratum).collect();
        let average = macro_difference(&strata, options.alpha)?;
        let count = parts.len() as f64;
        let mean = |of: fn(&TaskComparison) -> Option<f64>| {
            parts.iter().filter_map(|(task, _)| of(task)).sum::<f64>() / count
        };
        let cases = parts.iter().map(|(task, _)| task.estimate.n).sum::<u64>();
        let design = Design {
            alpha: options.alpha,
            df: average.df,
            ..Design::default()
        };
        // The variance of the average, as that of a single mean over all cases would be.
        let spread = average.variance * cases as f64;
        let needed = design.cases(spread, options.margin);
        // Where nothing varies at all there is no spread to plan with.
        let plans = average.plans() && average.df.is_finite();
        Some(Self {
            verdict: Verdict::of(average.low.zip(average.high), options.margin),
            mean_a: mean(|task| task.mean_a),
            mean_b: mean(|task| task.mean_b),
            cases,
            p_holm: None,
            smallest_difference: plans.then(|| design.smallest_difference(spread, cases as f64)),
            cases_for_margin: (plans && needed.is_finite()).then(|| needed.ceil() as u64),
            rests_on: average
                .rests_on()
                .and_then(|(at, share)| Some((parts.get(at)?.0.task.clone(), share))),
            could_flip: tasks.iter().any(|task| task.could_flip),
            cost: ratios.cost(options.alpha),
            latency: ratios.latency(options.alpha),
            average,
        })
    }
}
