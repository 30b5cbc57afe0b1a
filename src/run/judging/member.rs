//! The judges of a run, ready to be asked.

use crate::model::ModelRef;
use crate::run::CandidateRuntime;
use crate::scorer::JudgeScorer;
use std::collections::HashMap;
use std::sync::Arc;

/// A judge scorer of a task with the ways to its members.
pub struct JudgeRuntime {
    /// Its name in the task.
    pub name: Arc<str>,
    /// Weight in the weighted mean.
    pub weight: f64,
    /// What it asks, and how it reads replies.
    pub scorer: Arc<JudgeScorer>,
    /// Its members, in the order of the judge's file.
    pub members: Vec<MemberRuntime>,
}

/// A member of a panel.
pub struct MemberRuntime {
    /// Weight in the aggregate.
    pub weight: f64,
    /// What it is asked to look at.
    pub role: Option<String>,
    /// How it is reached.
    pub way: MemberWay,
}

/// How a member is reached.
pub enum MemberWay {
    /// One model, whoever is judged.
    Model(Arc<Reached>),
    /// Each candidate's own model, by position of the candidate in the manifest.
    Own(HashMap<u32, Arc<Reached>>),
}

/// A model that judges.
pub struct Reached {
    /// The model.
    pub model: ModelRef,
    /// The same as text.
    pub label: Arc<str>,
    /// Position of its provider among the lanes.
    pub lane: usize,
    /// What to send, and what it costs.
    pub runtime: Arc<CandidateRuntime>,
}

impl MemberRuntime {
    /// The model that judges outputs of that candidate.
    pub fn reached(&self, candidate: u32) -> Option<&Arc<Reached>> {
        match &self.way {
            MemberWay::Model(reached) => Some(reached),
            MemberWay::Own(by_candidate) => by_candidate.get(&candidate),
        }
    }
}
