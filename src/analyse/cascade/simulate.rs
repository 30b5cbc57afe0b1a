//! Walks every ladder over every case.

use super::{Against, Attempt, Cascade, CascadeCandidate, CascadeRules, CascadeTable, Ladder};
use crate::analyse::{Absence, Span};
use crate::stats::{Decision, DifferenceRule, MeanAccumulator, Ranged, decide, positive_mean};
use rayon::prelude::*;

/// Intervals are two-sided with 95 % confidence.
const ALPHA: f64 = 0.05;

/// How many ladders can be made of that many candidates.
pub fn count_ladders(candidates: usize, rungs: usize) -> u64 {
    let (mut sum, mut ways) = (0_u64, 1_u64);
    for taken in 0..rungs.min(candidates) {
        ways = ways.saturating_mul((candidates - taken) as u64) / (taken as u64 + 1);
        sum = sum.saturating_add(ways);
    }
    sum
}

/// A case that all candidates have attempts at, with the epochs that all have.
struct Shared {
    case: usize,
    epochs: Vec<u32>,
}

/// What a ladder gave for a case, averaged over epochs.
#[derive(Clone, Copy, Default)]
struct Passage {
    quality: f64,
    dollars: f64,
    seconds: Option<f64>,
}

/// Tries every ladder of up to `rules.rungs` candidates, cheap ones first, on the cases that all have attempts at.
///
/// A candidate with an unknown cost is in no ladder, and neither is one with attempts at fewer than half of the cases. The
/// result is the same on any number of threads.
pub fn simulate(table: &CascadeTable, rules: &CascadeRules) -> Cascade {
    let (present, absent) = sort_out(table);
    let shared: Vec<Shared> = (0..table.cases())
        .filter_map(|case| shared(table, case, &present))
        .collect();
    let mut priced: Vec<(usize, f64)> = present
        .iter()
        .map(|candidate| (*candidate, mean_cost(table, *candidate, &shared)))
        .collect();
    priced.sort_by(|a, b| a.1.total_cmp(&b.1));
    let order: Vec<usize> = priced.into_iter().map(|(candidate, _)| candidate).collect();
    let named = |candidate: &usize| table.candidates.get(*candidate).cloned().unwrap_or_default();
    let candidates: Vec<CascadeCandidate> = order.iter().map(named).collect();
    let mut cascade = Cascade {
        cases: shared.len() as u64,
        left_out: (table.cases() - shared.len()) as u64,
        simulated: !candidates.is_empty() && candidates.iter().all(|candidate| candidate.simulated),
        candidates,
        absent: absent
            .iter()
            .map(|(candidate, why)| (named(candidate), *why))
            .collect(),
        ladders: Vec::new(),
        best: None,
        chosen: None,
        judged: table.judged,
    };
    if shared.is_empty() {
        return cascade;
    }
    let walker = Walker { table, order, shared };
    let singles: Vec<Vec<f64>> = (0..walker.order.len())
        .map(|at| walker.qualities(&[at]))
        .collect();
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    // The cheapest of equals.
    let best = (0..singles.len()).rev().max_by(|a, b| {
        let of = |at: &usize| singles.get(*at).map_or(0.0, |values| mean(values));
        of(a).total_cmp(&of(b))
    });
    let Some(best) = best else { return cascade };
    let baseline = singles.get(best).map_or(&[][..], Vec::as_slice);
    let best_cost = walker.cost_of(&[best]);
    let mut ladders: Vec<Ladder> = ladders(walker.order.len(), rules.rungs)
        .into_par_iter()
        .map(|rungs| walker.ladder(rungs, best, baseline, best_cost, rules))
        .collect();
    ladders.sort_by(|a, b| a.cost.value.total_cmp(&b.cost.value));
    mark_front(&mut ladders);
    cascade.best = ladders.iter().position(|ladder| ladder.rungs == [best]);
    // They stand the cheapest first.
    cascade.chosen = ladders
        .iter()
        .position(|ladder| ladder.against.decision == Decision::Pass);
    cascade.ladders = ladders;
    cascade
}

/// Candidates that can be rungs, and those that cannot, with why.
fn sort_out(table: &CascadeTable) -> (Vec<usize>, Vec<(usize, Absence)>) {
    let tried = |case: usize, candidate: usize| {
        (0..table.epochs).any(|epoch| table.attempt(case, candidate, epoch).is_some())
    };
    let all = 0..table.candidates.len();
    let of = (0..table.cases()).filter(|case| all.clone().any(|candidate| tried(*case, candidate)));
    let of = of.count() as u64;
    let (mut present, mut absent) = (Vec::new(), Vec::new());
    for candidate in all {
        let scored = (0..table.cases()).filter(|case| tried(*case, candidate)).count() as u64;
        let priced = |attempt: &Attempt| attempt.dollars.is_some() && attempt.check.is_some();
        if scored == 0 {
            absent.push((candidate, Absence::NoScore));
        } else if !table.of_candidate(candidate).all(priced) {
            absent.push((candidate, Absence::UnknownCost));
        } else if 2 * scored < of {
            absent.push((candidate, Absence::FewScores { scored, of }));
        } else {
            present.push(candidate);
        }
    }
    (present, absent)
}

fn shared(table: &CascadeTable, case: usize, present: &[usize]) -> Option<Shared> {
    let has = |epoch: &u32| {
        let attempt = |candidate: &usize| table.attempt(case, *candidate, *epoch).is_some();
        present.iter().all(attempt)
    };
    let epochs: Vec<u32> = (0..table.epochs).filter(has).collect();
    (!epochs.is_empty() && !present.is_empty()).then_some(Shared { case, epochs })
}

fn mean_cost(table: &CascadeTable, candidate: usize, shared: &[Shared]) -> f64 {
    let case = |shared: &Shared| {
        let costs = shared.epochs.iter().filter_map(|epoch| {
            let attempt = table.attempt(shared.case, candidate, *epoch)?;
            attempt.dollars
        });
        costs.sum::<f64>() / shared.epochs.len() as f64
    };
    shared.iter().map(case).sum::<f64>() / shared.len().max(1) as f64
}

/// All ladders of up to that many of the first `candidates` numbers, each in rising order.
fn ladders(candidates: usize, rungs: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = Vec::new();
    let mut last: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..rungs {
        let longer = last.iter().flat_map(|ladder| {
            let first = ladder.last().map_or(0, |at| at + 1);
            (first..candidates).map(|next| ladder.iter().copied().chain([next]).collect::<Vec<usize>>())
        });
        last = longer.collect();
        all.extend(last.iter().cloned());
    }
    all
}

struct Walker<'a> {
    table: &'a CascadeTable,
    /// Candidates of the table, the cheapest first.
    order: Vec<usize>,
    shared: Vec<Shared>,
}

impl Walker<'_> {
    /// Walks a ladder over one trial. `each` is told the rung that answers, whether the answer is usable, and the passage.
    fn walk(&self, rungs: &[usize], case: usize, epoch: u32) -> (usize, bool, Passage) {
        let mut passage = Passage {
            seconds: Some(0.0),
            ..Passage::default()
        };
        let last = rungs.len().saturating_sub(1);
        for (at, rung) in rungs.iter().enumerate() {
            let candidate = self.order.get(*rung).copied().unwrap_or(usize::MAX);
            let Some(attempt) = self.table.attempt(case, candidate, epoch) else {
                continue;
            };
            passage.dollars += attempt.dollars.unwrap_or_default();
            passage.seconds = passage.seconds.zip(attempt.seconds).map(|(sum, more)| sum + more);
            if at < last {
                passage.dollars += attempt.check.unwrap_or_default();
            }
            if attempt.accepted || at == last {
                passage.quality = attempt.score.unwrap_or(0.0);
                return (at, attempt.score.is_some(), passage);
            }
        }
        (last, false, passage)
    }

    /// Averages over the epochs of a case.
    fn passage(&self, rungs: &[usize], shared: &Shared, mut each: impl FnMut(usize, bool)) -> Passage {
        let n = shared.epochs.len() as f64;
        let mut sum = Passage {
            seconds: Some(0.0),
            ..Passage::default()
        };
        for epoch in &shared.epochs {
            let (rung, usable, passage) = self.walk(rungs, shared.case, *epoch);
            each(rung, usable);
            sum.quality += passage.quality / n;
            sum.dollars += passage.dollars / n;
            sum.seconds = sum.seconds.zip(passage.seconds).map(|(sum, more)| sum + more / n);
        }
        sum
    }

    fn qualities(&self, rungs: &[usize]) -> Vec<f64> {
        let quality = |shared: &Shared| self.passage(rungs, shared, |_, _| {}).quality;
        self.shared.iter().map(quality).collect()
    }

    fn cost_of(&self, rungs: &[usize]) -> f64 {
        let dollars = |shared: &Shared| self.passage(rungs, shared, |_, _| {}).dollars;
        self.shared.iter().map(dollars).sum::<f64>() / self.shared.len() as f64
    }

    fn ladder(
        &self,
        rungs: Vec<usize>,
        best: usize,
        baseline: &[f64],
        best_cost: f64,
        rules: &CascadeRules,
    ) -> Ladder {
        let mut answers = vec![0_u64; rungs.len()];
        let (mut trials, mut unusable) = (0_u64, 0_u64);
        let clustered = self.table.clustered;
        let mut quality = MeanAccumulator::new(clustered);
        let (mut dollars, mut seconds, mut differences) = (Vec::new(), Some(Vec::new()), Vec::new());
        let mut clusters: Option<Vec<u32>> = clustered.then(Vec::new);
        let mut repeated = false;
        for (shared, baseline) in self.shared.iter().zip(baseline) {
            let passage = self.passage(&rungs, shared, |rung, usable| {
                trials += 1;
                unusable += u64::from(!usable);
                answers
                    .iter_mut()
                    .skip(rung)
                    .take(1)
                    .for_each(|count| *count += 1);
            });
            let cluster = self.table.cluster(shared.case).filter(|_| clustered);
            let several = shared.epochs.len() > 1;
            repeated |= several;
            quality.add(passage.quality, cluster, several);
            dollars.push(passage.dollars);
            seconds = seconds
                .zip(passage.seconds)
                .map(|(mut list, more): (Vec<f64>, f64)| {
                    list.push(more);
                    list
                });
            differences.push(Some(passage.quality - baseline));
            clusters.iter_mut().for_each(|list| list.extend(cluster));
        }
        let clusters = clusters.as_deref();
        let estimate = quality.estimate(ALPHA, 0);
        let share = |count: u64| count as f64 / trials.max(1) as f64;
        let cost = span(positive_mean(&dollars, clusters, ALPHA));
        let against = if rungs == [best] {
            Against {
                difference: Span::default(),
                decision: Decision::Pass,
                cases_needed: None,
                saving: (cost.value > 0.0).then_some(1.0),
            }
        } else {
            let rule = DifferenceRule::NonInferior(rules.margin);
            let told = decide(&differences, clusters, repeated, rule, rules.alpha, None);
            Against {
                difference: Span {
                    value: told.estimate.difference.unwrap_or_default(),
                    low: told.estimate.low,
                    high: told.estimate.high,
                },
                decision: told.decision,
                cases_needed: told.cases_as_observed,
                saving: (cost.value > 0.0).then(|| best_cost / cost.value),
            }
        };
        Ladder {
            rungs,
            quality: Span {
                value: estimate.mean.unwrap_or_default(),
                low: estimate.low,
                high: estimate.high,
            },
            cost,
            latency: seconds.map(|seconds| span(positive_mean(&seconds, clusters, ALPHA))),
            answers: answers.into_iter().map(share).collect(),
            unusable: share(unusable),
            against,
            on_front: false,
        }
    }
}

pub(super) fn span(ranged: Option<Ranged>) -> Span {
    ranged.map_or_else(Span::default, |ranged| Span {
        value: ranged.value,
        low: ranged.low,
        high: ranged.high,
    })
}

/// Marks the ladders that are better than all cheaper ones. They stand the cheapest first.
fn mark_front(ladders: &mut [Ladder]) {
    let mut top = f64::NEG_INFINITY;
    for ladder in ladders {
        ladder.on_front = ladder.quality.value > top + 1e-12;
        top = top.max(ladder.quality.value);
    }
}
