//! Takes the trials of a run one by one and makes the leaderboards.

use super::answer::{Answer, SAME};
use super::judging::{self, JudgeIndexes, JudgeSummary};
use super::tally::Tally;
use super::{Analysis, Board, Fronts, Row, TaskAnalysis, Totals, TrialView};
use crate::model::{Manifest, TaskEntry, TrialKey};
use crate::stats::ClusterIndex;
use std::collections::HashMap;
use std::sync::Arc;

/// Takes trials in key order (task, case, candidate, epoch); what matters is that all trials of a case come
/// together.
///
/// Memory does not grow with the trials. Per candidate: some 2 KiB of sums, up to 64 KiB for each of two
/// distributions of durations, up to 128 scorers, up to 20 shortened failures (at most 5 KiB each); per task with a
/// cluster field its cluster names once, and per candidate 32 bytes a cluster. What judges said is kept as an index, some
/// 100 bytes a verdict.
#[derive(Clone, Debug)]
pub struct AnalysisBuilder {
    manifest: Manifest,
    tallies: Vec<Tally>,
    clusters: Vec<Option<ClusterIndex>>,
    current: Option<CurrentCase>,
    judges: JudgeIndexes,
    stray: u64,
    asked: Option<Vec<(u64, u64)>>,
}

/// The case of the trial before, whose cluster need not be looked up again.
#[derive(Clone, Copy, Debug)]
struct CurrentCase {
    task: u32,
    case: u64,
    cluster: Option<u32>,
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
        AnalysisBuilder {
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
        let cluster = self.cluster(view.key, view.cluster);
        if let Some(tally) = self.tallies.get_mut(position) {
            tally.add(view, cluster);
        }
        self.judges.add(view, cluster, &self.manifest);
    }

    fn cluster(&mut self, key: TrialKey, name: Option<&str>) -> Option<u32> {
        if let Some(current) = self.current
            && (current.task, current.case) == (key.task, key.case)
        {
            return current.cluster;
        }
        let index = self.clusters.get_mut(key.task as usize).and_then(Option::as_mut);
        let cluster = index.zip(name).map(|(index, name)| index.number(name));
        self.current = Some(CurrentCase {
            task: key.task,
            case: key.case,
            cluster,
        });
        cluster
    }

    /// The leaderboards of everything that was added.
    pub fn finish(self) -> Analysis {
        let mut rows: Vec<Vec<Row>> = vec![Vec::new(); self.manifest.tasks.len()];
        let readers = self.readers();
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
        let judges = judging::summaries(self.judges, &self.manifest);
        let tasks = self.manifest.tasks.iter().zip(rows).zip(judges);
        Analysis {
            tasks: tasks
                .map(|((task, rows), judges)| analyse_task(task, rows, judges))
                .collect(),
            manifest: self.manifest,
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

fn analyse_task(task: &TaskEntry, rows: Vec<Row>, judges: Vec<JudgeSummary>) -> TaskAnalysis {
    let answer = Answer::of(rows.iter());
    let mut boards: Vec<Board> = Vec::new();
    for row in rows {
        match boards.iter_mut().find(|board| board.prompt == row.prompt) {
            Some(board) => board.rows.push(row),
            None => boards.push(Board {
                prompt: row.prompt.clone(),
                rows: vec![row],
            }),
        }
    }
    for board in &mut boards {
        tell_apart(&mut board.rows);
        rank(&mut board.rows);
    }
    TaskAnalysis {
        task: task.clone(),
        boards,
        answer,
        judges,
        decided: None,
        ladders: Vec::new(),
    }
}

/// Best mean first, equal means in the order of the manifest and with the same rank, rows without a mean last.
fn rank(rows: &mut [Row]) {
    rows.sort_by(|a, b| {
        let mean = |row: &Row| row.score.mean.unwrap_or(f64::NEG_INFINITY);
        mean(b).total_cmp(&mean(a))
    });
    let mut shared: Option<(f64, u32)> = None;
    for (place, row) in (1_u32..).zip(rows.iter_mut()) {
        let Some(mean) = row.score.mean else { break };
        let (top, rank) = match shared {
            Some((top, rank)) if top - mean <= SAME => (top, rank),
            _ => (mean, place),
        };
        shared = Some((top, rank));
        row.rank = Some(rank);
    }
}

/// Two entries of the same model without a label of their own get their position as one.
fn tell_apart(rows: &mut [Row]) {
    let mut seen: HashMap<String, u32> = HashMap::new();
    for row in rows {
        let count = seen.entry(row.name.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            row.name = format!("{} #{count}", row.name);
        }
    }
}
