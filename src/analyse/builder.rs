//! Takes the trials of a run one by one and makes the leaderboards.

use super::answer::Answer;
use super::contest::{Contest, OpenScores};
use super::judging::{self, JudgeIndexes};
use super::overall::OverallSums;
use super::place::boards;
use super::slices::SliceSums;
use super::standing::Standing;
use super::tally::Tally;
use super::{Analysis, Fronts, Row, Slices, TaskAnalysis, Totals, TrialView};
use crate::model::{Manifest, TrialKey};
use crate::stats::ClusterIndex;
use std::sync::Arc;

/// Takes trials in key order (task, case, candidate, epoch); what matters is that all trials of a case come
/// together.
///
/// Memory does not grow with the trials. Per candidate: some 2 KiB of sums, up to 64 KiB for each of two
/// distributions of durations, up to 128 scorers, up to 20 shortened failures (at most 5 KiB each); per task with a
/// cluster field its cluster names once, and per candidate 32 bytes a cluster; per pair of candidates of a task some 150
/// bytes, and 16 bytes a cluster. What judges said is kept as an index, some
/// 100 bytes a verdict.
#[derive(Clone, Debug)]
pub struct AnalysisBuilder {
    manifest: Manifest,
    tallies: Vec<Tally>,
    /// By task, its candidates, which are the columns of its contest.
    columns: Vec<Vec<u32>>,
    /// By candidate, its column.
    column_of: Vec<usize>,
    contests: Vec<Contest>,
    overall: OverallSums,
    slices: Option<SliceSums>,
    clusters: Vec<Option<ClusterIndex>>,
    current: Option<CurrentCase>,
    judges: JudgeIndexes,
    stray: u64,
    asked: Option<Vec<(u64, u64)>>,
}

/// The case whose trials are coming in.
#[derive(Clone, Debug)]
struct CurrentCase {
    task: u32,
    case: u64,
    cluster: Option<u32>,
    scores: OpenScores,
}

impl Analysis {
    /// Starts an analysis of that run.
    pub fn builder(manifest: &Manifest) -> AnalysisBuilder {
        let tally = |task: u32| {
            let task = manifest.tasks.get(task as usize);
            Tally::new(
                task.is_some_and(|task| task.cluster.is_some()),
                task.map_or(1, |task| task.epochs),
            )
        };
        let mut columns: Vec<Vec<u32>> = vec![Vec::new(); manifest.tasks.len()];
        let mut column_of = Vec::with_capacity(manifest.candidates.len());
        for (position, entry) in (0_u32..).zip(&manifest.candidates) {
            let own = columns.get_mut(entry.task as usize);
            column_of.push(own.as_ref().map_or(0, |own| own.len()));
            if let Some(own) = own {
                own.push(position);
            }
        }
        let contest = |(columns, task): (&Vec<u32>, &crate::model::TaskEntry)| {
            Contest::new(columns.len(), task.cluster.is_some())
        };
        AnalysisBuilder {
            contests: columns.iter().zip(&manifest.tasks).map(contest).collect(),
            overall: OverallSums::new(manifest, &columns),
            slices: None,
            columns,
            column_of,
            manifest: manifest.clone(),
            tallies: manifest
                .candidates
                .iter()
                .map(|entry| tally(entry.task))
                .collect(),
            clusters: manifest
                .tasks
                .iter()
                .map(|task| task.cluster.as_ref().map(|_| ClusterIndex::default()))
                .collect(),
            current: None,
            judges: JudgeIndexes::new(manifest),
            stray: 0,
            asked: None,
        }
    }
}

impl AnalysisBuilder {
    /// Also makes leaderboards by the values of that field of the cases.
    pub fn by(mut self, field: Option<&str>) -> Self {
        self.slices = field.map(|field| SliceSums::new(field, self.manifest.tasks.len()));
        self
    }

    /// Says how many cases each candidate was to be asked about, in how many trials, where that is not all of its task: no
    /// more were planned.
    pub fn asked(mut self, planned: Vec<(u64, u64)>) -> Self {
        self.asked = Some(planned);
        self
    }

    /// Adds a trial. One whose task or candidate the manifest does not have is counted as stray.
    pub fn add(&mut self, view: &TrialView<'_>) {
        let position = view.key.candidate as usize;
        let known = self.manifest.candidates.get(position);
        if known.is_none_or(|entry| entry.task != view.key.task) {
            self.stray += 1;
            return;
        }
        let cluster = self.open_case(view);
        if let Some(tally) = self.tallies.get_mut(position) {
            tally.add(view, cluster);
        }
        let score = view.score.filter(|score| score.is_finite());
        if let (Some(current), Some(column), Some(score)) =
            (&mut self.current, self.column_of.get(position), score)
        {
            current.scores.add(*column, score);
        }
        self.judges.add(view, cluster, &self.manifest);
    }

    /// The cluster of the trial's case, which is closed once a trial of another case comes.
    fn open_case(&mut self, view: &TrialView<'_>) -> Option<u32> {
        let TrialKey { task, case, .. } = view.key;
        if let Some(current) = &self.current
            && (current.task, current.case) == (task, case)
        {
            return current.cluster;
        }
        self.close_case();
        if let Some(slices) = &mut self.slices {
            slices.open(view);
        }
        let index = self.clusters.get_mut(task as usize).and_then(Option::as_mut);
        let cluster = index.zip(view.cluster).map(|(index, name)| index.number(name));
        self.current = Some(CurrentCase {
            task,
            case,
            cluster,
            scores: OpenScores::new(self.columns.get(task as usize).map_or(0, Vec::len)),
        });
        cluster
    }

    fn close_case(&mut self) {
        let Some(current) = self.current.take() else {
            return;
        };
        let task = current.task as usize;
        let values = current.scores.means();
        let entry = self.manifest.tasks.get(task);
        let repeated = entry.is_some_and(|entry| entry.epochs > 1);
        if let Some(contest) = self.contests.get_mut(task) {
            contest.add(&values, current.cluster, repeated);
        }
        self.overall.add(task, &values, current.cluster, repeated);
        if let Some(slices) = &mut self.slices {
            let clustered = entry.is_some_and(|entry| entry.cluster.is_some());
            slices.add(task, &values, current.cluster, (clustered, repeated));
        }
    }

    /// The leaderboards of everything that was added.
    pub fn finish(mut self) -> Analysis {
        self.close_case();
        let readers = self.readers();
        let mut rows: Vec<Vec<Row>> = vec![Vec::new(); self.manifest.tasks.len()];
        for (position, (entry, tally)) in self.manifest.candidates.iter().zip(self.tallies).enumerate() {
            let task = entry.task as usize;
            let position = u32::try_from(position).unwrap_or(u32::MAX);
            if let (Some(task), Some(readers), Some(rows)) = (
                self.manifest.tasks.get(task),
                readers.get(task),
                rows.get_mut(task),
            ) {
                let asked = self.asked.as_ref().and_then(|asked| asked.get(position as usize));
                let all = (task.cases, task.cases.saturating_mul(u64::from(task.epochs)));
                rows.push(tally.row(position, entry, asked.copied().unwrap_or(all), readers));
            }
        }
        let mut totals = Totals {
            stray: self.stray,
            ..Totals::default()
        };
        rows.iter().flatten().for_each(|row| totals.add(row));
        let all: Vec<&Row> = rows.iter().flatten().collect();
        let planned: Vec<u64> = self.manifest.tasks.iter().map(|task| task.cases).collect();
        let overall = self.overall.finish(&self.contests, &all, &planned);
        let contests = self.manifest.tasks.iter().zip(&self.contests).zip(&self.columns);
        let standings: Vec<Standing> = contests
            .map(|((task, contest), columns)| {
                Standing::of(contest, columns, task.cases, task.cluster.is_some())
            })
            .collect();
        let answers: Vec<Answer> = rows
            .iter()
            .zip(&standings)
            .map(|(rows, standing)| Answer::of(rows.iter(), standing))
            .collect();
        let (by, slices) = match self.slices {
            Some(sums) => {
                let (field, slices) = sums.finish(&answers, &self.columns);
                (Some(field), slices.into_iter().map(Some).collect())
            }
            None => (None, vec![None; rows.len()]),
        };
        let slices: Vec<Option<Slices>> = slices;
        let judges = judging::summaries(self.judges, &self.manifest);
        let parts = rows
            .into_iter()
            .zip(standings)
            .zip(answers)
            .zip(slices)
            .zip(judges);
        let tasks = self.manifest.tasks.iter().zip(parts);
        Analysis {
            tasks: tasks
                .map(
                    |(task, ((((rows, standing), answer), slices), judges))| TaskAnalysis {
                        task: task.clone(),
                        boards: boards(rows, &standing),
                        answer,
                        comparisons: standing.into_comparisons(),
                        slices,
                        judges,
                        decided: None,
                        ladders: Vec::new(),
                    },
                )
                .collect(),
            manifest: self.manifest,
            overall,
            by,
            totals,
            fronts: Fronts::default(),
            policies: Vec::new(),
        }
    }

    /// Per task, the scorers that read answers out of outputs.
    fn readers(&self) -> Vec<Vec<Arc<str>>> {
        let mut readers: Vec<Vec<Arc<str>>> = vec![Vec::new(); self.manifest.tasks.len()];
        for (entry, tally) in self.manifest.candidates.iter().zip(&self.tallies) {
            if let Some(readers) = readers.get_mut(entry.task as usize) {
                for name in tally.scorers.readers() {
                    if !readers.contains(name) {
                        readers.push(name.clone());
                    }
                }
            }
        }
        readers
    }
}
