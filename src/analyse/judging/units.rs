//! The index in the order of its cases: what each member said of each output, or pair.

use super::index::{JudgeIndex, JudgedTrial, NOBODY, Verdict};
use crate::model::Shown;
use std::collections::HashMap;
use std::ops::Range;

/// What one judge scorer of a task said, in the order of the cases.
#[derive(Debug)]
pub(super) struct Units {
    /// By case, epoch and candidate.
    pub trials: Vec<JudgedTrial>,
    /// The number of the cluster of each trial, from 0; cases without one are their own.
    pub clusters: Vec<u32>,
    /// The outputs and pairs with verdicts, in the order of the trials, then of the opponents.
    pub units: Vec<Unit>,
    /// What members said of them.
    pub opinions: Vec<MemberOpinion>,
    /// Whether the task names a cluster field.
    pub clustered: bool,
}

/// An output, or a pair, of which at least one member said something that counts.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    /// Position of its trial.
    pub trial: usize,
    /// Position in the manifest of the other candidate of a pair; [`NOBODY`] for the golden output, or none.
    pub opponent: u32,
    /// Whether it is a pair.
    pub pair: bool,
    /// Number of its cluster.
    pub cluster: u32,
    /// Where its opinions are.
    pub opinions: Range<usize>,
    /// Of a pair: what the judged output got from the panel.
    pub result: f64,
    /// Characters of the other output of a pair, where they are known.
    pub other_length: Option<u32>,
}

/// What one member said of an output or a pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct MemberOpinion {
    pub member: u32,
    /// Position of its model in the index.
    pub model: u32,
    /// In 0..=1. A pair whose two orders contradict each other is a tie.
    pub value: f64,
    /// What the judged output of a pair got where it came first.
    pub first: Option<f64>,
    /// What it got where it came second.
    pub second: Option<f64>,
}

/// Which of a pair wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Wins,
    Loses,
    Ties,
}

/// Half a game, within rounding.
const TIE: f64 = 1e-12;

/// Who wins with that value.
pub(super) fn side(value: f64) -> Side {
    if value > 0.5 + TIE {
        Side::Wins
    } else if value < 0.5 - TIE {
        Side::Loses
    } else {
        Side::Ties
    }
}

impl MemberOpinion {
    /// Whether the two orders of a pair agree on who wins; `None` where one is missing.
    pub(super) fn agrees(&self) -> Option<bool> {
        let (first, second) = self.first.zip(self.second)?;
        Some(side(first) == side(second))
    }

    /// Whether the two orders of a pair name different winners.
    pub(super) fn is_flip(&self) -> bool {
        self.first.zip(self.second).is_some_and(|(first, second)| {
            matches!(
                (side(first), side(second)),
                (Side::Wins, Side::Loses) | (Side::Loses, Side::Wins)
            )
        })
    }
}

impl Units {
    pub(super) fn new(index: &JudgeIndex, clustered: bool) -> Self {
        let (trials, verdicts) = sorted(index);
        let mut numbers = Clusters::default();
        let mut units = Self {
            clusters: trials.iter().map(|trial| numbers.number(trial)).collect(),
            trials,
            units: Vec::new(),
            opinions: Vec::with_capacity(verdicts.len()),
            clustered,
        };
        let same = |a: &Verdict, b: &Verdict| (a.trial, a.opponent) == (b.trial, b.opponent);
        for verdicts in verdicts.chunk_by(same) {
            units.add(index, verdicts);
        }
        units
    }

    /// Adds the verdicts on one output or pair.
    fn add(&mut self, index: &JudgeIndex, verdicts: &[Verdict]) {
        let Some(first) = verdicts.first() else { return };
        let Some(trial) = self.trials.get(first.trial as usize).copied() else {
            return;
        };
        let begin = self.opinions.len();
        let (mut sum, mut weights) = (0.0, 0.0);
        for said in verdicts.chunk_by(|a, b| a.member == b.member) {
            let Some(opinion) = opinion(said, index.both_orders) else {
                continue;
            };
            let weight = index
                .members
                .iter()
                .find(|member| member.position == opinion.member)
                .map_or(1.0, |member| member.weight);
            sum += weight * opinion.value;
            weights += weight;
            self.opinions.push(opinion);
        }
        if self.opinions.len() == begin {
            return;
        }
        let pair = first.order != Shown::Alone;
        let mean = if weights > 0.0 { sum / weights } else { 0.5 };
        let other_length = match (pair, first.opponent) {
            (false, _) => None,
            (true, NOBODY) => Some(trial.golden),
            (true, opponent) => self.length(trial.case, trial.epoch, opponent),
        };
        self.units.push(Unit {
            trial: first.trial as usize,
            opponent: first.opponent,
            pair,
            cluster: self.clusters.get(first.trial as usize).copied().unwrap_or(0),
            opinions: begin..self.opinions.len(),
            // The score of an output that was compared with the golden one alone is its game.
            result: trial
                .value
                .filter(|_| pair && first.opponent == NOBODY)
                .unwrap_or(mean),
            other_length,
        });
    }

    /// The trial of a unit.
    pub(super) fn trial(&self, unit: &Unit) -> Option<&JudgedTrial> {
        self.trials.get(unit.trial)
    }

    /// The units with their trials and opinions.
    pub(super) fn each(&self) -> impl Iterator<Item = (&Unit, &JudgedTrial, &[MemberOpinion])> {
        self.units.iter().filter_map(|unit| {
            let opinions = self.opinions.get(unit.opinions.clone())?;
            Some((unit, self.trial(unit)?, opinions))
        })
    }

    /// Pairs whose trial has a score: without one the panel said too little for a game.
    pub(super) fn games(&self) -> impl Iterator<Item = (&Unit, &JudgedTrial, &[MemberOpinion])> {
        self.each()
            .filter(|(unit, trial, _)| unit.pair && trial.value.is_some())
    }

    fn length(&self, case: u64, epoch: u32, candidate: u32) -> Option<u32> {
        let key = (case, epoch, candidate);
        let position = self
            .trials
            .binary_search_by_key(&key, |trial| (trial.case, trial.epoch, trial.candidate));
        self.trials.get(position.ok()?).map(|trial| trial.length)
    }
}

/// Trials by case, epoch and candidate, and verdicts in that order, with the positions of their trials in it.
fn sorted(index: &JudgeIndex) -> (Vec<JudgedTrial>, Vec<Verdict>) {
    let mut order: Vec<u32> = (0..u32::try_from(index.trials.len()).unwrap_or(u32::MAX)).collect();
    let key = |at: u32| {
        let trial = index.trials.get(at as usize);
        trial.map(|trial| (trial.case, trial.epoch, trial.candidate))
    };
    order.sort_by_key(|at| key(*at));
    let mut place = vec![0; order.len()];
    for (rank, at) in (0..).zip(&order) {
        if let Some(place) = place.get_mut(*at as usize) {
            *place = rank;
        }
    }
    let trials = order
        .iter()
        .filter_map(|at| index.trials.get(*at as usize).copied())
        .collect();
    let mut verdicts = index.verdicts.clone();
    for verdict in &mut verdicts {
        verdict.trial = place.get(verdict.trial as usize).copied().unwrap_or(u32::MAX);
    }
    verdicts.sort_by_key(|verdict| (verdict.trial, verdict.opponent, verdict.member, verdict.order));
    (trials, verdicts)
}

/// Numbers for the clusters of cases in the order in which they come.
#[derive(Debug, Default)]
struct Clusters {
    named: HashMap<u32, u32>,
    count: u32,
    case: Option<(u64, u32)>,
}

impl Clusters {
    fn number(&mut self, trial: &JudgedTrial) -> u32 {
        if let Some((case, number)) = self.case
            && case == trial.case
        {
            return number;
        }
        let next = self.count;
        let number = match trial.cluster {
            Some(name) => *self.named.entry(name).or_insert(next),
            None => next,
        };
        self.count = self.count.max(number.saturating_add(1));
        self.case = Some((trial.case, number));
        number
    }
}

/// One member's verdicts on an output, or on both orders of a pair, as one.
///
/// A member that said something in one order only, where there are two, said nothing that counts.
fn opinion(said: &[Verdict], both_orders: bool) -> Option<MemberOpinion> {
    let of = |order: Shown| {
        said.iter()
            .find(|verdict| verdict.order == order)
            .map(|verdict| verdict.value)
    };
    let verdict = said.first()?;
    let mut opinion = MemberOpinion {
        member: verdict.member,
        model: verdict.model,
        value: verdict.value,
        first: of(Shown::First),
        second: of(Shown::Second),
    };
    if both_orders && verdict.order != Shown::Alone && (opinion.first.is_none() || opinion.second.is_none()) {
        return None;
    }
    if let Some((first, second)) = opinion.first.zip(opinion.second) {
        opinion.value = if opinion.is_flip() {
            0.5
        } else {
            (first + second) / 2.0
        };
    }
    Some(opinion)
}
