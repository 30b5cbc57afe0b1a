//! The index of verdicts, filled while trials stream in.

use super::questions::Questions;
use crate::analyse::TrialView;
use crate::model::{Api, JudgeFault, Judged, Manifest, MemberVerdict, ScoreEntry, Shown, TrialKey};
use serde_json::Value;
use std::sync::Arc;

/// The judges of a run, by task, then in order of name.
#[derive(Clone, Debug, Default)]
pub(crate) struct JudgeIndexes {
    tasks: Vec<Vec<JudgeIndex>>,
}

/// What one judge scorer of a task said.
#[derive(Clone, Debug)]
pub(super) struct JudgeIndex {
    pub scorer: Arc<str>,
    pub trials: Vec<JudgedTrial>,
    pub verdicts: Vec<Verdict>,
    pub members: Vec<Member>,
    /// Models of members, each once.
    pub models: Vec<Arc<str>>,
    /// Whether pairs are shown in both orders.
    pub both_orders: bool,
    /// Short hashes of all questions that were put.
    pub asked: Vec<u64>,
    /// Models that may not judge a candidate, with how often they were left out.
    pub excluded: Vec<(Arc<str>, u64)>,
    pub waiting: u64,
    pub not_sampled: u64,
    pub failed: u64,
}

/// A trial that has an entry of the judge.
#[derive(Clone, Copy, Debug)]
pub(super) struct JudgedTrial {
    pub case: u64,
    pub epoch: u32,
    pub candidate: u32,
    pub cluster: Option<u32>,
    /// Characters of its output.
    pub length: u32,
    /// Characters of the golden output, where that was the other of a pair.
    pub golden: u32,
    /// What the panel said of it together; `None` where it has no score.
    pub value: Option<f64>,
    /// Chance that it had to be judged; `None` where the judge sees everything.
    pub probability: Option<f64>,
    /// Whether it is in the sample; true where the judge sees everything.
    pub sampled: bool,
}

/// A verdict that counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Verdict {
    /// Position of its trial in the index.
    pub trial: u32,
    pub member: u32,
    /// Position of its model in the index.
    pub model: u32,
    /// Position in the manifest of the other candidate of a pair; [`NOBODY`] for the golden output, or none.
    pub opponent: u32,
    pub order: Shown,
    /// On the judge's own scale.
    pub raw: f64,
    /// In 0..=1; of a pair, what the judged output got.
    pub value: f64,
}

/// In place of an opponent, where there is none.
pub(super) const NOBODY: u32 = u32::MAX;

/// A member of the panel.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub position: u32,
    pub role: Option<String>,
    pub weight: f64,
    /// Positions of its models in the index: several where each candidate judges itself.
    pub models: Vec<u32>,
    pub questions: Questions,
}

impl JudgeIndexes {
    pub(crate) fn new(manifest: &Manifest) -> Self {
        Self {
            tasks: vec![Vec::new(); manifest.tasks.len()],
        }
    }

    /// Adds what judges said of a trial; `cluster` is the number of its cluster, where it names one.
    pub(crate) fn add(&mut self, view: &TrialView<'_>, cluster: Option<u32>, manifest: &Manifest) {
        for entry in view.scores {
            let fault = entry.result.as_ref().err().and_then(|error| error.judge);
            if entry.judged.is_none() && fault.is_none() {
                continue;
            }
            if let Some(judges) = self.tasks.get_mut(view.key.task as usize) {
                let position = judges.iter().position(|judge| judge.scorer == entry.scorer);
                let position = position.unwrap_or_else(|| {
                    judges.push(JudgeIndex::new(entry.scorer.clone()));
                    judges.len() - 1
                });
                if let Some(judge) = judges.get_mut(position) {
                    judge.add(view, entry, cluster, manifest);
                }
            }
        }
    }

    /// The indexes of each task, by name of the judge.
    pub(super) fn into_tasks(self) -> Vec<Vec<JudgeIndex>> {
        let mut tasks = self.tasks;
        for judges in &mut tasks {
            judges.sort_by(|a, b| a.scorer.cmp(&b.scorer));
        }
        tasks
    }
}

impl JudgeIndex {
    fn new(scorer: Arc<str>) -> Self {
        Self {
            scorer,
            trials: Vec::new(),
            verdicts: Vec::new(),
            members: Vec::new(),
            models: Vec::new(),
            both_orders: false,
            asked: Vec::new(),
            excluded: Vec::new(),
            waiting: 0,
            not_sampled: 0,
            failed: 0,
        }
    }

    fn add(&mut self, view: &TrialView<'_>, entry: &ScoreEntry, cluster: Option<u32>, manifest: &Manifest) {
        let fault = entry.result.as_ref().err().map(|error| error.judge);
        match fault {
            None => {}
            Some(Some(JudgeFault::Waiting)) => self.waiting += 1,
            Some(Some(JudgeFault::NotSampled)) => self.not_sampled += 1,
            Some(_) => self.failed += 1,
        }
        let TrialKey {
            case,
            epoch,
            candidate,
            ..
        } = view.key;
        let trial = u32::try_from(self.trials.len()).unwrap_or(u32::MAX);
        let judged = entry.judged.as_deref();
        let with_golden =
            |verdict: &MemberVerdict| verdict.order != Shown::Alone && verdict.opponent.is_none();
        let golden = judged.is_some_and(|judged| judged.verdicts.iter().any(with_golden));
        self.trials.push(JudgedTrial {
            case,
            epoch,
            candidate,
            cluster,
            length: shortened(judged.map_or(0, |judged| judged.length)),
            golden: if golden {
                view.golden.map_or(0, golden_length)
            } else {
                0
            },
            value: entry.result.as_ref().ok().map(|score| score.value),
            probability: judged.and_then(|judged| judged.probability),
            sampled: fault != Some(Some(JudgeFault::NotSampled)),
        });
        if let Some(judged) = judged {
            self.add_judged(trial, judged, manifest);
        }
    }

    fn add_judged(&mut self, trial: u32, judged: &Judged, manifest: &Manifest) {
        for model in &judged.excluded {
            match self.excluded.iter_mut().find(|(known, _)| known == model) {
                Some((_, times)) => *times += 1,
                None => self.excluded.push((model.clone(), 1)),
            }
        }
        for verdict in &judged.verdicts {
            self.both_orders |= verdict.order == Shown::Second;
            if verdict.asked > 0 {
                self.asked.push(verdict.request.as_u64());
            }
            let model = self.model(&verdict.model);
            let free = is_recorded(manifest, &verdict.model);
            let Some(member) = self.member(verdict) else {
                continue;
            };
            if !member.models.contains(&model) {
                member.models.push(model);
            }
            member.questions.add(verdict, free);
            let Ok(opinion) = &verdict.said else { continue };
            if !opinion.value.is_finite() {
                continue;
            }
            self.verdicts.push(Verdict {
                trial,
                member: verdict.member,
                model,
                opponent: verdict.opponent.unwrap_or(NOBODY),
                order: verdict.order,
                raw: opinion.raw,
                value: opinion.value.clamp(0.0, 1.0),
            });
        }
    }

    fn model(&mut self, name: &Arc<str>) -> u32 {
        let known = self.models.iter().position(|model| model == name);
        let position = known.unwrap_or_else(|| {
            self.models.push(name.clone());
            self.models.len() - 1
        });
        u32::try_from(position).unwrap_or(u32::MAX)
    }

    fn member(&mut self, verdict: &MemberVerdict) -> Option<&mut Member> {
        let position = self
            .members
            .partition_point(|member| member.position < verdict.member);
        let known = self
            .members
            .get(position)
            .is_some_and(|member| member.position == verdict.member);
        if !known {
            let member = Member {
                position: verdict.member,
                role: verdict.role.clone(),
                weight: verdict.weight,
                models: Vec::new(),
                questions: Questions::default(),
            };
            self.members.insert(position, member);
        }
        self.members.get_mut(position)
    }
}

/// Whether replies of that model are recorded ones, which nobody pays for now.
fn is_recorded(manifest: &Manifest, model: &str) -> bool {
    let name = model.split_once('/').map_or(model, |(provider, _)| provider);
    let provider = manifest.providers.iter().find(|provider| *provider.name == *name);
    provider.is_some_and(|provider| provider.api == Api::Replay.name())
}

fn shortened(length: u64) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Characters of a golden output as judges see it.
fn golden_length(golden: &Value) -> u32 {
    let length = match golden {
        Value::String(text) => text.chars().count(),
        other => other.to_string().chars().count(),
    };
    shortened(length as u64)
}
