//! Two candidates in one task.

use super::ratio::{Ratio, Ratios};
use super::{AlignedCase, Arm, CompareOptions, OutcomeChange, TaskArms, Verdict, align};
use crate::analyse::Cell;
use crate::model::Outcome;
use crate::stats::{Design, McNemar, PairedAccumulator, PairedEstimate, Stratum, mcnemar};
use std::collections::BTreeMap;
use std::sync::Arc;

/// McNemar's exact test with its counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exact {
    /// Cases that only the first side gets right.
    pub only_a: u64,
    /// Cases that only the second side gets right.
    pub only_b: u64,
    /// The p in its forms.
    pub p: McNemar,
}

/// A case whose verdict differs between the sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Flip {
    /// The case's id.
    pub case: Arc<str>,
    /// Mean score on the first side.
    pub score_a: f64,
    /// Mean score on the second side.
    pub score_b: f64,
    /// Share of its epochs that pass on the first side.
    pub pass_a: f64,
    /// The same on the second side.
    pub pass_b: f64,
    /// Output of the first epoch on the first side, where it could be read. Hostile text.
    pub output_a: Option<String>,
    /// The same on the second side.
    pub output_b: Option<String>,
    /// The golden output, where there is one.
    pub golden: Option<String>,
}

/// Two candidates in one task.
#[derive(Clone, Debug)]
pub struct TaskComparison {
    /// The task's name.
    pub task: Arc<str>,
    /// Cases that are compared: those of both sides, and those that one side was to have and never recorded.
    pub cases: u64,
    /// Cases that only the first side has.
    pub only_a: u64,
    /// Cases that only the second side has.
    pub only_b: u64,
    /// Whether cases are clustered.
    pub clustered: bool,
    /// Mean score of the first side over the cases with both scores.
    pub mean_a: Option<f64>,
    /// Mean score of the second side over the same cases.
    pub mean_b: Option<f64>,
    /// Second minus first, with its interval.
    pub estimate: PairedEstimate,
    /// Its part of an average over tasks.
    pub stratum: Option<Stratum>,
    /// p adjusted for the number of pairs; `None` for a single pair.
    pub p_holm: Option<f64>,
    /// For yes/no scores without epochs and clusters.
    pub exact: Option<Exact>,
    /// What that says.
    pub verdict: Verdict,
    /// The difference if all missing scores are as bad and as good as they can be for the second side; `None` where
    /// none is missing.
    pub bounds: Option<(f64, f64)>,
    /// Whether missing scores could change the verdict.
    pub could_flip: bool,
    /// The smallest difference that these cases see with a power of 80 %.
    pub smallest_difference: Option<f64>,
    /// Cases that would see a difference of the margin with a power of 80 %.
    pub cases_for_margin: Option<u64>,
    /// What the second side costs in terms of the first.
    pub cost: Option<Ratio>,
    /// How long it takes in terms of the first.
    pub latency: Option<Ratio>,
    /// Cases that pass less often on the second side.
    pub lost: u64,
    /// Cases that pass more often on the second side.
    pub gained: u64,
    /// The lost ones, the largest changes first, as many as were asked for.
    pub lost_cases: Vec<Flip>,
    /// The gained ones.
    pub gained_cases: Vec<Flip>,
    /// Changed outcomes, the most frequent first.
    pub outcomes: Vec<OutcomeChange>,
}

/// What missing scores of a case could make of its difference.
fn filled_difference(a: &Arm<'_>, b: &Arm<'_>, case: &AlignedCase) -> (f64, f64) {
    let of = |arm: &Arm<'_>, row: Option<usize>| {
        let cell = row.map(|row| arm.grid.cell(row, arm.column));
        cell.unwrap_or_default().bounds(arm.grid.epochs)
    };
    let ((low_a, high_a), (low_b, high_b)) = (of(a, case.a), of(b, case.b));
    (low_b - high_a, high_b - low_a)
}

/// The differences of a task, second minus first, by aligned case.
pub struct Differences {
    /// One value a case; `None` where a side has no score.
    pub known: Vec<Option<f64>>,
    /// As bad for the second side as it can be.
    pub worst: Vec<Option<f64>>,
    /// As good.
    pub best: Vec<Option<f64>>,
    /// Clusters, where there are any.
    pub clusters: Option<Vec<u32>>,
    /// Whether scores are averages over epochs.
    pub repeated: bool,
    /// Whether a score is missing, whole or for one of the epochs.
    pub missing: bool,
    /// Cases of which a score is missing, whole or for one of the epochs.
    incomplete: u64,
}

impl Differences {
    /// The differences of aligned cases.
    pub fn of(a: &Arm<'_>, b: &Arm<'_>, aligned: &super::Aligned) -> Self {
        let mut differences = Self {
            known: Vec::with_capacity(aligned.cases.len()),
            worst: Vec::with_capacity(aligned.cases.len()),
            best: Vec::with_capacity(aligned.cases.len()),
            clusters: aligned
                .clustered
                .then(|| aligned.cases.iter().map(|case| case.cluster).collect()),
            repeated: a.grid.epochs > 1 || b.grid.epochs > 1,
            missing: false,
            incomplete: 0,
        };
        for case in &aligned.cases {
            let mean =
                |arm: &Arm<'_>, row: Option<usize>| row.and_then(|row| arm.grid.cell(row, arm.column).mean());
            let known = mean(b, case.b).zip(mean(a, case.a)).map(|(b, a)| b - a);
            let (worst, best) = filled_difference(a, b, case);
            let open = known.is_none() || best > worst;
            differences.missing |= open;
            differences.incomplete += u64::from(open);
            differences.known.push(known);
            differences.worst.push(Some(worst));
            differences.best.push(Some(best));
        }
        differences
    }

    /// Cases of which a score is missing, whole or for one of the epochs.
    pub fn incomplete(&self) -> u64 {
        self.incomplete
    }

    /// What is known.
    pub fn known(&self) -> PairedAccumulator {
        self.summed(&self.known)
    }

    /// What is known with everything that is missing at its worst, and at its best.
    pub fn filled(&self) -> (PairedAccumulator, PairedAccumulator) {
        (self.summed(&self.worst), self.summed(&self.best))
    }

    fn summed(&self, values: &[Option<f64>]) -> PairedAccumulator {
        let mut sums = PairedAccumulator::new(self.clusters.is_some());
        for (at, value) in values.iter().enumerate() {
            if let Some(value) = value {
                let cluster = self
                    .clusters
                    .as_ref()
                    .and_then(|clusters| clusters.get(at).copied());
                sums.add(*value, cluster, self.repeated);
            }
        }
        sums
    }
}

impl TaskComparison {
    /// Compares two candidates; adds their costs and latencies to `all`.
    pub fn of(arms: &TaskArms<'_>, options: &CompareOptions, all: &mut Ratios) -> Self {
        let (a, b) = (&arms.a, &arms.b);
        let aligned = align(a, b);
        let differences = Differences::of(a, b, &aligned);
        let known = differences.known();
        let estimate = known.estimate(options.alpha, aligned.cases.len() as u64 - known.cases());
        let verdict = Verdict::of(estimate.interval(), options.margin);
        let (bounds, could_flip) = if differences.missing {
            let (worst, best) = differences.filled();
            let (worst, best) = (worst.estimate(options.alpha, 0), best.estimate(options.alpha, 0));
            let flips = [&worst, &best]
                .iter()
                .any(|filled| Verdict::of(filled.interval(), options.margin) != verdict);
            (worst.difference.zip(best.difference), flips)
        } else {
            (None, false)
        };
        let mut ratios = Ratios::new(aligned.clustered);
        let mut sums = (0.0, 0.0);
        let mut changes: BTreeMap<(Option<Outcome>, Option<Outcome>), (u64, String)> = BTreeMap::new();
        let (mut lost, mut gained) = (Vec::new(), Vec::new());
        for case in &aligned.cases {
            let cell = |arm: &Arm<'_>, row: Option<usize>| {
                row.map(|row| arm.grid.cell(row, arm.column)).unwrap_or_default()
            };
            let (cell_a, cell_b) = (cell(a, case.a), cell(b, case.b));
            ratios.add(
                (cell_b.mean_dollars(), cell_a.mean_dollars()),
                (cell_b.mean_seconds(), cell_a.mean_seconds()),
                case.cluster,
            );
            let outcome = |arm: &Arm<'_>, row: Option<usize>| {
                row.zip(arm.outcomes)
                    .and_then(|(row, outcomes)| outcomes.at(row, arm.column))
            };
            let (from, to) = (outcome(a, case.a), outcome(b, case.b));
            if from != to && a.outcomes.is_some() && b.outcomes.is_some() {
                let id = |arm: &Arm<'_>, row: Option<usize>| {
                    arm.grid.cases.get(row?).map(|case| case.id.to_string())
                };
                let first = || (0, id(a, case.a).or_else(|| id(b, case.b)).unwrap_or_default());
                changes.entry((from, to)).or_insert_with(first).0 += 1;
            }
            if let Some((score_a, score_b)) = cell_a.mean().zip(cell_b.mean()) {
                sums.0 += score_a;
                sums.1 += score_b;
            }
            if let Some(flip) = flip(a, case, &cell_a, &cell_b) {
                let list = if flip.pass_b < flip.pass_a {
                    &mut lost
                } else {
                    &mut gained
                };
                list.push(flip);
            }
        }
        all.extend(&ratios);
        let n = estimate.n as f64;
        let mean = |sum: f64| (estimate.n > 0).then(|| sum / n);
        let clustered = aligned.clustered;
        let count = |share: f64| (share * n).round() as u64;
        let exact = (estimate.binary && !clustered && estimate.n > 0).then(|| {
            let (only_a, only_b) = (count(estimate.worse), count(estimate.better));
            Exact {
                only_a,
                only_b,
                p: mcnemar(only_a, only_b),
            }
        });
        let mut outcomes: Vec<OutcomeChange> = changes
            .into_iter()
            .map(|((from, to), (cases, first))| OutcomeChange {
                from,
                to,
                cases,
                first,
            })
            .collect();
        outcomes.sort_by_key(|change| std::cmp::Reverse(change.cases));
        let (lost_count, gained_count) = (lost.len() as u64, gained.len() as u64);
        Self {
            task: arms.task.clone(),
            cases: aligned.cases.len() as u64,
            only_a: aligned.only_a,
            only_b: aligned.only_b,
            clustered,
            mean_a: mean(sums.0),
            mean_b: mean(sums.1),
            stratum: known.stratum(1.0),
            p_holm: None,
            exact,
            verdict,
            bounds,
            could_flip,
            smallest_difference: smallest_difference(&estimate),
            cases_for_margin: cases_for(&estimate, options),
            cost: ratios.cost(options.alpha),
            latency: ratios.latency(options.alpha),
            lost: lost_count,
            gained: gained_count,
            lost_cases: largest(lost, options.flips),
            gained_cases: largest(gained, options.flips),
            outcomes,
            estimate,
        }
    }
}

/// The case as a flip, where both sides have a score and pass not equally often.
fn flip(a: &Arm<'_>, case: &AlignedCase, cell_a: &Cell, cell_b: &Cell) -> Option<Flip> {
    let (pass_a, pass_b) = (cell_a.pass_rate()?, cell_b.pass_rate()?);
    if pass_a == pass_b {
        return None;
    }
    Some(Flip {
        case: a.grid.cases.get(case.a?)?.id.clone(),
        score_a: cell_a.mean()?,
        score_b: cell_b.mean()?,
        pass_a,
        pass_b,
        output_a: None,
        output_b: None,
        golden: None,
    })
}

/// The largest changes first; equal ones in the order of the cases.
fn largest(mut flips: Vec<Flip>, most: usize) -> Vec<Flip> {
    let size = |flip: &Flip| {
        let pass = (flip.pass_b - flip.pass_a).abs();
        (pass, (flip.score_b - flip.score_a).abs())
    };
    flips.sort_by(|x, y| {
        let (x, y) = (size(x), size(y));
        y.0.total_cmp(&x.0).then(y.1.total_cmp(&x.1))
    });
    flips.truncate(most);
    flips
}

fn design(estimate: &PairedEstimate, alpha: f64) -> Design {
    Design {
        alpha,
        design_effect: estimate.design_effect,
        ..Design::default()
    }
}

fn smallest_difference(estimate: &PairedEstimate) -> Option<f64> {
    (estimate.n > 1 && estimate.variance > 0.0)
        .then(|| design(estimate, 0.05).smallest_difference(estimate.variance, estimate.n as f64))
}

/// Cases that would see a difference of the margin: not fewer than what the interval needs where nothing is discordant.
fn cases_for(estimate: &PairedEstimate, options: &CompareOptions) -> Option<u64> {
    let design = design(estimate, options.alpha);
    let floor = Design {
        alpha: options.alpha / 2.0,
        ..design
    }
    .noninferiority_cases(0.0, options.margin, 0.0);
    let cases = design.cases(estimate.variance, options.margin).max(floor);
    (estimate.n > 1 && cases.is_finite()).then(|| cases.ceil() as u64)
}
