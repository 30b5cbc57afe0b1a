//! Counts of pairs of scorers over the trials that are looked at.

use super::Question;
use crate::model::{Manifest, ScoreEntry};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Scorers that are compared, over all tasks, at most: a bound on memory.
const MOST_SCORERS: usize = 256;

/// One scorer passes what another fails, or cannot grade.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pair {
    /// The task's name.
    pub task: Arc<str>,
    /// The scorer that passes.
    pub pass: Arc<str>,
    /// The scorer that fails.
    pub fail: Arc<str>,
    /// Trials that both gave a score.
    pub both: u64,
    /// Trials that one passes and the other fails.
    pub trials: u64,
    /// Trials that one passes and for which the other gave no score: neither a pass nor a fail.
    pub no_score: u64,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    both: u64,
    trials: u64,
    no_score: u64,
}

/// Counts by task and pair.
pub struct Pairs {
    tasks: Vec<Arc<str>>,
    names: Vec<Arc<str>>,
    /// By task, and by the positions of the one that passes and the one that fails.
    sums: BTreeMap<(u32, usize, usize), Sum>,
}

impl Pairs {
    /// No counts yet; the scorers of the tasks that are looked at are known.
    pub fn new(manifest: &Manifest, looked_at: &[bool]) -> Self {
        let mut names: Vec<Arc<str>> = Vec::new();
        for (task, _) in manifest
            .tasks
            .iter()
            .zip(looked_at)
            .filter(|(_, chosen)| **chosen)
        {
            for (name, _) in &task.scorers {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
        }
        Self {
            tasks: manifest.tasks.iter().map(|task| task.name.clone()).collect(),
            names,
            sums: BTreeMap::new(),
        }
    }

    /// Whether a scorer of that name is known, or was seen.
    pub fn knows(&self, name: &str) -> bool {
        self.names.iter().any(|known| **known == *name)
    }

    /// The names of all scorers.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }

    fn position(&mut self, name: &Arc<str>) -> Option<usize> {
        if let Some(position) = self.names.iter().position(|known| known == name) {
            return Some(position);
        }
        if self.names.len() >= MOST_SCORERS {
            return None;
        }
        self.names.push(name.clone());
        Some(self.names.len() - 1)
    }

    /// Adds what the scorers said of a trial.
    pub fn add(&mut self, task: u32, scores: &[ScoreEntry]) {
        let verdicts: Vec<(usize, Option<bool>)> = scores
            .iter()
            .filter_map(|entry| {
                let verdict = entry.result.as_ref().ok().map(|score| score.pass);
                Some((self.position(&entry.scorer)?, verdict))
            })
            .collect();
        for (pass, one) in &verdicts {
            for (fail, other) in &verdicts {
                if pass == fail {
                    continue;
                }
                let sum = self.sums.entry((task, *pass, *fail)).or_default();
                sum.both += u64::from(one.is_some() && other.is_some());
                sum.trials += u64::from(*one == Some(true) && *other == Some(false));
                sum.no_score += u64::from(*one == Some(true) && other.is_none());
            }
        }
    }

    /// The pairs that the question is about, those with the most trials first.
    pub fn found(&self, question: &Question) -> Vec<Pair> {
        let name = |at: usize| self.names.get(at).cloned().unwrap_or_default();
        let all = self.sums.iter().map(|((task, pass, fail), sum)| Pair {
            task: self.tasks.get(*task as usize).cloned().unwrap_or_default(),
            pass: name(*pass),
            fail: name(*fail),
            both: sum.both,
            trials: sum.trials,
            no_score: sum.no_score,
        });
        let wanted = |pair: &Pair| match question {
            Question::Any | Question::Quality => pair.trials > 0,
            Question::Pair(pass, fail) => *pair.pass == **pass && *pair.fail == **fail,
        };
        let mut found: Vec<Pair> = all.filter(wanted).collect();
        found.sort_by_key(|pair| std::cmp::Reverse(pair.trials));
        found
    }
}
