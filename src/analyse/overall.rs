//! One leaderboard over all tasks: averages in which each task counts the same.
//!
//! A model takes part with the answers of all its prompts: where a task has several, the score of a case is the mean over
//! them, so that no prompt is picked because it did well.

use super::answer::SAME;
use super::contest::Contest;
use super::table::tell_apart_names;
use super::tally::ALPHA;
use super::{Row, Spend};
use crate::model::Manifest;
use crate::stats::{
    MacroEstimate, Pair, RankInterval, Ranking, Stratum, Warning, macro_average, macro_difference,
};

/// The leaderboard over all tasks.
#[derive(Clone, Debug, PartialEq)]
pub struct Overall {
    /// Best average first.
    pub rows: Vec<OverallRow>,
    /// All pairs of rows (by place in `rows`).
    pub comparisons: Vec<OverallComparison>,
    /// Models that have no score in some task, and so no place here.
    pub left_out: Vec<String>,
}

/// A model over all tasks.
#[derive(Clone, Debug, PartialEq)]
pub struct OverallRow {
    /// Model, with the label where it has one.
    pub name: String,
    /// `provider/model`.
    pub model: String,
    /// True for simulated models.
    pub simulated: bool,
    /// True where its parameters are not the same in all tasks.
    pub params_differ: bool,
    /// 1 for the best average; equal ones share a rank.
    pub rank: u32,
    /// The places that it may have.
    pub places: RankInterval,
    /// Not the best, but not told apart from the best either.
    pub tied: bool,
    /// The average with its interval.
    pub score: MacroEstimate,
    /// Its mean score in each task, in the order of the manifest.
    pub means: Vec<f64>,
    /// Cases with a score, over all tasks.
    pub cases: u64,
    /// What its answers cost when they were sent.
    pub cost: Spend,
    /// What to know before trusting the interval.
    pub warnings: Vec<Warning>,
}

/// Two models over all tasks.
#[derive(Clone, Debug, PartialEq)]
pub struct OverallComparison {
    /// The first, by place in the rows.
    pub a: usize,
    /// The second.
    pub b: usize,
    /// The average of a - b.
    pub estimate: MacroEstimate,
    /// Its p, adjusted for the number of comparisons (Holm).
    pub p_holm: f64,
}

/// A model that every task has.
#[derive(Clone, Debug)]
struct Group {
    name: String,
    model: String,
    simulated: bool,
    params_differ: bool,
    /// By task, the positions of its candidates in the manifest.
    members: Vec<Vec<u32>>,
}

/// What is summed while the trials come.
#[derive(Clone, Debug, Default)]
pub(super) struct OverallSums {
    groups: Vec<Group>,
    /// By task, the columns of each group, and sums of their own where groups are not columns of the task.
    tasks: Vec<(Vec<Vec<usize>>, Option<Contest>)>,
}

impl OverallSums {
    /// The groups of a manifest; `columns` holds the candidates of each task. Nothing where there is one task.
    pub(super) fn new(manifest: &Manifest, columns: &[Vec<u32>]) -> Self {
        if manifest.tasks.len() < 2 {
            return Self::default();
        }
        let mut groups: Vec<Group> = Vec::new();
        for (task, candidates) in columns.iter().enumerate() {
            for (name, candidate) in names(manifest, candidates).into_iter().zip(candidates) {
                let Some(entry) = manifest.candidates.get(*candidate as usize) else {
                    continue;
                };
                let at = groups.iter().position(|group| group.name == name);
                let at = at.unwrap_or_else(|| {
                    groups.push(Group {
                        name,
                        model: entry.candidate.model.to_string(),
                        simulated: entry.simulated,
                        params_differ: false,
                        members: vec![Vec::new(); manifest.tasks.len()],
                    });
                    groups.len() - 1
                });
                let Some(group) = groups.get_mut(at) else { continue };
                let first = group.members.iter().flatten().next();
                let first = first.and_then(|first| manifest.candidates.get(*first as usize));
                group.params_differ |=
                    first.is_some_and(|first| first.candidate.params != entry.candidate.params);
                if let Some(members) = group.members.get_mut(task) {
                    members.push(*candidate);
                }
            }
        }
        groups.retain(|group| group.members.iter().all(|members| !members.is_empty()));
        let tasks = columns.iter().enumerate().map(|(task, candidates)| {
            let column = |position: &u32| candidates.iter().position(|known| known == position);
            let columns: Vec<Vec<usize>> = groups
                .iter()
                .filter_map(|group| group.members.get(task))
                .map(|members| members.iter().filter_map(column).collect())
                .collect();
            let clustered = manifest
                .tasks
                .get(task)
                .is_some_and(|task| task.cluster.is_some());
            let plain = columns.iter().all(|columns| columns.len() == 1);
            let own = (!plain).then(|| Contest::new(groups.len(), clustered));
            (columns, own)
        });
        Self {
            tasks: tasks.collect(),
            groups,
        }
    }

    /// Adds a case of a task: the scores of its candidates.
    pub(super) fn add(&mut self, task: usize, values: &[Option<f64>], cluster: Option<u32>, repeated: bool) {
        let Some((columns, Some(contest))) = self.tasks.get_mut(task) else {
            return;
        };
        let means: Vec<Option<f64>> = columns.iter().map(|columns| mean_of(columns, values)).collect();
        contest.add(&means, cluster, repeated);
    }

    /// The leaderboard, from the contests and rows of the tasks; `None` with fewer than two tasks.
    pub(super) fn finish(self, contests: &[Contest], rows: &[&Row], planned: &[u64]) -> Option<Overall> {
        if self.tasks.len() < 2 {
            return None;
        }
        let strata = Strata {
            tasks: &self.tasks,
            contests,
        };
        let (kept, left): (Vec<_>, Vec<_>) = self
            .groups
            .iter()
            .enumerate()
            .map(|(at, group)| (at, group, strata.means(at)))
            .partition(|(.., strata)| strata.is_some());
        let mut found: Vec<(usize, OverallRow)> = Vec::new();
        for (at, group, parts) in kept {
            let (parts, cases) = parts?;
            found.push((at, row(group, &parts, cases, rows, planned.iter().sum())?));
        }
        found.sort_by(|(_, a), (_, b)| b.score.mean.total_cmp(&a.score.mean));
        let mut comparisons = Vec::new();
        for (b, (second, _)) in found.iter().enumerate() {
            for (a, (first, _)) in found.iter().take(b).enumerate() {
                if let Some(estimate) = strata
                    .differences(*first, *second)
                    .and_then(|parts| macro_difference(&parts, ALPHA))
                {
                    comparisons.push(OverallComparison {
                        a,
                        b,
                        estimate,
                        p_holm: 1.0,
                    });
                }
            }
        }
        let mut rows: Vec<OverallRow> = found.into_iter().map(|(_, row)| row).collect();
        place(&mut rows, &mut comparisons);
        Some(Overall {
            rows,
            comparisons,
            left_out: left.into_iter().map(|(_, group, _)| group.name.clone()).collect(),
        })
    }
}

/// Names of the candidates of a task, told apart within each prompt as the leaderboards do.
fn names(manifest: &Manifest, candidates: &[u32]) -> Vec<String> {
    let mut seen = std::collections::HashMap::new();
    candidates
        .iter()
        .filter_map(|position| manifest.candidates.get(*position as usize))
        .map(|entry| {
            let prompt = entry.candidate.prompt.clone();
            tell_apart_names(seen.entry(prompt).or_default(), entry.candidate.model_label())
        })
        .collect()
}

/// The mean over prompts, where all of them have a score.
fn mean_of(columns: &[usize], values: &[Option<f64>]) -> Option<f64> {
    let mut sum = 0.0;
    for column in columns {
        sum += (*values.get(*column)?)?;
    }
    (!columns.is_empty()).then(|| sum / columns.len() as f64)
}

/// Parts of averages, task by task.
struct Strata<'a> {
    tasks: &'a [(Vec<Vec<usize>>, Option<Contest>)],
    contests: &'a [Contest],
}

impl Strata<'_> {
    /// The contest of a task and the column in it of a group.
    fn column(&self, task: usize, group: usize) -> Option<(&Contest, usize)> {
        let (columns, own) = self.tasks.get(task)?;
        match own {
            Some(contest) => Some((contest, group)),
            None => Some((self.contests.get(task)?, *columns.get(group)?.first()?)),
        }
    }

    /// The means of a group, with the cases they rest on; `None` where a task has none.
    fn means(&self, group: usize) -> Option<(Vec<Stratum>, u64)> {
        let mut cases = 0;
        let parts = (0..self.tasks.len()).map(|task| {
            let (contest, column) = self.column(task, group)?;
            let sums = contest.mean(column)?;
            cases += sums.cases();
            sums.stratum(1.0)
        });
        let parts: Option<Vec<Stratum>> = parts.collect();
        Some((parts?, cases))
    }

    /// The differences of two groups; `None` where they share no case of a task.
    fn differences(&self, first: usize, second: usize) -> Option<Vec<Stratum>> {
        let parts = (0..self.tasks.len()).map(|task| {
            let (contest, a) = self.column(task, first)?;
            let (_, b) = self.column(task, second)?;
            let stratum = contest.pair(a.min(b), a.max(b))?.stratum(1.0)?;
            Some(if a < b {
                stratum
            } else {
                Stratum {
                    mean: -stratum.mean,
                    better: stratum.worse,
                    worse: stratum.better,
                    ..stratum
                }
            })
        });
        parts.collect()
    }
}

fn row(group: &Group, parts: &[Stratum], cases: u64, rows: &[&Row], planned: u64) -> Option<OverallRow> {
    let mut cost = Spend::default();
    let members = || group.members.iter().flatten();
    for row in rows.iter().filter(|row| members().any(|at| *at == row.candidate)) {
        cost.merge(&row.cost);
    }
    let missing = planned.saturating_sub(cases) as f64 / planned.max(1) as f64;
    let warnings = [
        (cases < 30, Warning::SmallSample(cases)),
        (missing > 0.02, Warning::Missing(missing)),
    ];
    Some(OverallRow {
        name: group.name.clone(),
        model: group.model.clone(),
        simulated: group.simulated,
        params_differ: group.params_differ,
        rank: 1,
        places: RankInterval { best: 1, worst: 1 },
        tied: false,
        score: macro_average(parts, ALPHA)?,
        means: parts.iter().map(|part| part.mean).collect(),
        cases,
        cost,
        warnings: warnings
            .into_iter()
            .filter_map(|(holds, warning)| holds.then_some(warning))
            .collect(),
    })
}

/// Ranks, places and ties of rows that are sorted already.
fn place(rows: &mut [OverallRow], comparisons: &mut [OverallComparison]) {
    let pair = |comparison: &OverallComparison| Pair {
        a: comparison.a,
        b: comparison.b,
        difference: Some(comparison.estimate.mean),
        low: comparison.estimate.low,
        high: comparison.estimate.high,
        n: comparison.estimate.strata,
        p: comparison.estimate.p.unwrap_or(1.0),
        p_holm: 1.0,
    };
    let ranking = Ranking::of(rows.len(), comparisons.iter().map(pair).collect(), ALPHA);
    for (comparison, pair) in comparisons.iter_mut().zip(&ranking.pairs) {
        comparison.p_holm = pair.p_holm;
    }
    let best = rows.first().map_or(0.0, |row| row.score.mean);
    let leaders = rows.iter().filter(|row| best - row.score.mean <= SAME).count();
    let mut shared: Option<(f64, u32)> = None;
    for (at, (row, places)) in rows.iter_mut().zip(&ranking.intervals).enumerate() {
        let (top, rank) = match shared {
            Some((top, rank)) if top - row.score.mean <= SAME => (top, rank),
            _ => (row.score.mean, at as u32 + 1),
        };
        shared = Some((top, rank));
        row.rank = rank;
        row.places = *places;
        row.tied = at >= leaders && (0..leaders).any(|leader| ranking.tied(leader, at, ALPHA));
    }
}
