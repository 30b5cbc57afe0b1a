//! Which outputs are compared: every pair of candidates, or as many rounds as the task or the budget allows.
//!
//! Rounds are those of a round-robin tournament by the circle method: in each, every candidate meets one other, so that
//! R rounds are R * M / 2 games for M candidates, not M * (M - 1) / 2. Which rounds a case plays turns with its position,
//! so that over all cases every pair meets equally often, up to one round.

use super::feed::is_open;
use crate::model::{JudgeFault, Money, ScoreEntry, ScorerError, TrialKey, Usage};
use crate::pricing;
use crate::run::{JudgeRuntime, LaneSpec, LeftOut, Matter};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many rounds each pairwise judge of a task plays in each case.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    /// By task and position of the judge; all rounds where it is not there.
    pub rounds: BTreeMap<(u32, usize), u32>,
    /// The candidates that all others of a task are compared with, where the judge names them.
    pub references: BTreeMap<(u32, usize), Vec<u32>>,
    /// The prompt of each candidate.
    pub prompts: Vec<Arc<str>>,
    /// Candidates of each task, by position in the manifest.
    pub candidates: BTreeMap<u32, Vec<u32>>,
}

/// A trial as a judge of pairs sees it.
#[derive(Clone, Copy, Debug)]
pub struct Seat {
    /// Which trial.
    pub key: TrialKey,
    /// Whether the judge looks at its output.
    pub looks: bool,
    /// Whether it has still to say something of it.
    pub open: bool,
}

impl Seat {
    /// A trial with what its scorers said.
    pub fn of(key: &TrialKey, scores: &[ScoreEntry], judge: &JudgeRuntime) -> Self {
        Self {
            key: *key,
            looks: scores.iter().any(|entry| entry.scorer == judge.name),
            open: is_open(scores, judge),
        }
    }
}

/// The games of one round among `count` players, by position. With an odd number one of them rests.
fn round(count: usize, number: usize) -> Vec<(usize, usize)> {
    let seats = count + count % 2;
    if seats < 2 {
        return Vec::new();
    }
    // The last seat stays, the others go round it.
    let ring = seats - 1;
    let at = |seat: usize| {
        if seat == ring {
            ring
        } else {
            (seat + number) % ring
        }
    };
    let mut games = Vec::with_capacity(seats / 2);
    for seat in 0..seats / 2 {
        let (a, b) = (at(seat), at(seats - 1 - seat));
        if a < count && b < count {
            games.push((a.min(b), a.max(b)));
        }
    }
    games
}

/// Rounds in which everybody meets everybody.
pub fn all_rounds(count: usize) -> usize {
    match count {
        0 | 1 => 0,
        _ => count + count % 2 - 1,
    }
}

/// Expected tokens of a question about a pair, where nothing better is known: two outputs and the prompt, and a verdict
/// with its reasons.
const QUESTION: (u64, u64) = (1500, 300);

/// Rounds that a budget pays for; `None` where the price of a member is unknown.
pub fn affordable(
    budget: Money,
    judge: &JudgeRuntime,
    lanes: &[LaneSpec],
    cases: u64,
    candidates: usize,
) -> Option<u32> {
    let mut game = Money::ZERO;
    for member in &judge.members {
        let reached = member.reached(0)?;
        if lanes.get(reached.lane).is_some_and(|lane| lane.free) {
            continue;
        }
        let usage = Usage {
            input: QUESTION.0,
            output: QUESTION.1,
            ..Usage::default()
        };
        let cost = pricing::cost(reached.runtime.price.as_ref()?, &usage)?;
        game += Money(cost.0.saturating_mul(judge.scorer.orders().len() as i64));
    }
    let round = i128::from(game.0) * i128::from(cases.max(1)) * (candidates as i128 / 2).max(1);
    if round <= 0 {
        return None;
    }
    Some(u32::try_from((i128::from(budget.0.max(0)) / round).max(1)).unwrap_or(u32::MAX))
}

impl Schedule {
    /// Rounds that a judge plays in each case.
    pub fn rounds_of(&self, task: u32, judge: usize) -> u32 {
        let all = all_rounds(self.candidates.get(&task).map_or(0, Vec::len)) as u32;
        self.rounds
            .get(&(task, judge))
            .map_or(all, |rounds| (*rounds).min(all))
    }

    /// The games of one case and epoch, and the outputs that have none. Nothing where all of it was judged before.
    pub fn games(&self, judge: usize, seats: &[Seat]) -> (Vec<Matter>, Vec<LeftOut>) {
        let Some(first) = seats.iter().find(|seat| seat.open) else {
            return (Vec::new(), Vec::new());
        };
        let pairs = self.pairs(judge, &first.key);
        // Outputs without content for a judge have no entry of his.
        let seat_of = |candidate: u32| {
            seats
                .iter()
                .position(|seat| seat.key.candidate == candidate && seat.looks)
        };
        let matters: Vec<Matter> = pairs
            .iter()
            .filter_map(|(a, b)| {
                Some(Matter {
                    judge,
                    trial: seat_of(*a)?,
                    opponent: Some(seat_of(*b)?),
                    probability: None,
                })
            })
            .collect();
        let mut alone = Vec::new();
        for (trial, seat) in seats.iter().enumerate().filter(|(_, seat)| seat.open) {
            let plays = |matter: &Matter| matter.trial == trial || matter.opponent == Some(trial);
            if matters.iter().any(plays) {
                continue;
            }
            let meets = |(a, b): &(u32, u32)| *a == seat.key.candidate || *b == seat.key.candidate;
            let why = match pairs.iter().any(meets) {
                true => "no other output to compare with: whom it meets gave none that a judge can look at",
                false if pairs.is_empty() => {
                    "no other output to compare with: the run has no candidate that this one meets"
                }
                false => "no game in this case: so few rounds leave it out",
            };
            alone.push(LeftOut {
                judge,
                trial,
                why: ScorerError::judge(JudgeFault::Failed, why),
            });
        }
        (matters, alone)
    }

    fn prompt(&self, candidate: u32) -> Option<&Arc<str>> {
        self.prompts.get(candidate as usize)
    }

    /// Who meets whom in a case, by position in the manifest.
    fn pairs(&self, judge: usize, key: &TrialKey) -> Vec<(u32, u32)> {
        let none = Vec::new();
        let candidates = self.candidates.get(&key.task).unwrap_or(&none);
        if let Some(references) = self.references.get(&(key.task, judge)) {
            let met = |candidate: &u32| references.contains(candidate);
            let others = candidates.iter().filter(|candidate| !met(candidate));
            // Whoever names a model asks which model is better, not which prompt.
            return others
                .flat_map(|other| references.iter().map(|reference| (*other, *reference)))
                .filter(|(other, reference)| self.prompt(*other) == self.prompt(*reference))
                .collect();
        }
        let all = all_rounds(candidates.len());
        let rounds = self.rounds_of(key.task, judge) as usize;
        let start = (key.case as usize).wrapping_mul(rounds);
        (0..rounds)
            .flat_map(|number| round(candidates.len(), (start + number) % all.max(1)))
            .filter_map(|(a, b)| Some((*candidates.get(a)?, *candidates.get(b)?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn all_rounds_are_every_pair_once() {
        for count in 2..12 {
            let games: Vec<(usize, usize)> = (0..all_rounds(count))
                .flat_map(|number| round(count, number))
                .collect();
            let distinct: BTreeSet<(usize, usize)> = games.iter().copied().collect();
            assert_eq!(games.len(), count * (count - 1) / 2, "{count} players");
            assert_eq!(games.len(), distinct.len());
        }
    }

    #[test]
    fn one_round_is_at_most_one_game_for_each_player() {
        for number in 0..9 {
            let mut met = BTreeSet::new();
            for (a, b) in round(9, number) {
                assert!(met.insert(a) && met.insert(b));
            }
        }
        assert!(round(1, 0).is_empty() && round(0, 0).is_empty());
    }
}
