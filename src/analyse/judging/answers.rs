//! From the index of a judge to what is known of it.

use super::agreement::agreement;
use super::candidates::candidates;
use super::index::{JudgeIndex, JudgeIndexes, Member, Verdict};
use super::pairwise::pairwise;
use super::preference::self_preference;
use super::questions::Questions;
use super::result::{JudgeSummary, JudgedTrials, MemberSummary};
use super::swaps::swaps;
use super::units::Units;
use super::verbosity::verbosity;
use crate::model::{Corrections, Manifest, TournamentEntry};
use std::cmp::Reverse;
use std::collections::HashSet;

/// What is known of the judges of each task, by name of the judge.
pub(in crate::analyse) fn summaries(indexes: JudgeIndexes, manifest: &Manifest) -> Vec<Vec<JudgeSummary>> {
    let tasks = indexes.into_tasks().into_iter().zip(&manifest.tasks);
    (0_u32..)
        .zip(tasks)
        .map(|(position, (judges, task))| {
            let clustered = task.cluster.is_some();
            judges
                .iter()
                .map(|index| JudgeSummary {
                    corrections: corrections(manifest, position, &index.scorer),
                    tournament: tournament(manifest, position, &index.scorer),
                    ..summary(index, clustered, manifest)
                })
                .collect()
        })
        .collect()
}

/// What labels made of the scores of a scorer.
fn corrections(manifest: &Manifest, task: u32, scorer: &str) -> Option<Corrections> {
    let mut all = manifest.corrections.iter();
    all.find(|corrections| corrections.task == task && *corrections.scorer == *scorer)
        .cloned()
}

/// What the tournament of a scorer leaves out.
fn tournament(manifest: &Manifest, task: u32, scorer: &str) -> Option<TournamentEntry> {
    let mut all = manifest.tournaments.iter();
    all.find(|entry| entry.task == task && *entry.scorer == *scorer)
        .cloned()
}

fn summary(index: &JudgeIndex, clustered: bool, manifest: &Manifest) -> JudgeSummary {
    let units = Units::new(index, clustered);
    let mut questions = Questions::default();
    for member in &index.members {
        questions.merge(&member.questions);
    }
    let distinct: HashSet<u64> = index.asked.iter().copied().collect();
    let mut excluded = index.excluded.clone();
    excluded.sort_by(|a, b| (Reverse(a.1), &a.0).cmp(&(Reverse(b.1), &b.0)));
    let scale = scale(index);
    JudgeSummary {
        scorer: index.scorer.clone(),
        trials: JudgedTrials {
            scored: index.trials.iter().filter(|trial| trial.value.is_some()).count() as u64,
            failed: index.failed,
            waiting: index.waiting,
            not_sampled: index.not_sampled,
        },
        identical: (index.asked.len() - distinct.len()) as u64,
        questions,
        excluded,
        members: index
            .members
            .iter()
            .map(|member| member.summary(index, &units))
            .collect(),
        agreement: agreement(&units, index.members.len(), manifest.seed),
        swaps: swaps(&units),
        verbosity: verbosity(&units),
        self_preference: self_preference(&units, index, manifest),
        scale,
        candidates: candidates(&units, scale),
        pairwise: pairwise(&units),
        corrections: None,
        tournament: None,
    }
}

impl Member {
    fn summary(&self, index: &JudgeIndex, units: &Units) -> MemberSummary {
        let name = |model: &u32| index.models.get(*model as usize).cloned();
        let mut models: Vec<_> = self.models.iter().filter_map(name).collect();
        models.sort();
        let (mut sum, mut count) = (0.0, 0_u64);
        for opinion in units
            .opinions
            .iter()
            .filter(|opinion| opinion.member == self.position)
        {
            sum += opinion.value;
            count += 1;
        }
        MemberSummary {
            member: self.position,
            models,
            role: self.role.clone(),
            weight: self.weight,
            mean: (count > 0).then(|| sum / count as f64),
            questions: self.questions.clone(),
        }
    }
}

/// Lowest and highest verdict: the straight line through the lowest and the highest that were given, if all others are on
/// it.
fn scale(index: &JudgeIndex) -> Option<(f64, f64)> {
    let by_value = |a: &&Verdict, b: &&Verdict| a.value.total_cmp(&b.value).then(a.raw.total_cmp(&b.raw));
    let least = index.verdicts.iter().min_by(by_value)?;
    let most = index.verdicts.iter().max_by(by_value)?;
    let unit = (most.raw - least.raw) / (most.value - least.value);
    if !unit.is_finite() || unit == 0.0 {
        return None;
    }
    let (low, high) = (
        least.raw - least.value * unit,
        least.raw + (1.0 - least.value) * unit,
    );
    let on_line =
        |raw: f64, value: f64| (low + value * unit - raw).abs() <= 1e-9 * (1.0 + low.abs().max(high.abs()));
    let all = index
        .verdicts
        .iter()
        .all(|verdict| on_line(verdict.raw, verdict.value));
    // Scales are made of plain numbers: what is a hair off one is rounding.
    let plain = |bound: f64| {
        let rounded = (bound * 1e6).round() / 1e6;
        if (rounded - bound).abs() < 1e-9 {
            rounded
        } else {
            bound
        }
    };
    all.then_some((plain(low), plain(high)))
}
