//! How many rounds each tournament plays, and what that leaves out.

use super::members::Judges;
use super::pairs::{self, Schedule};
use crate::model::{CandidateEntry, Manifest, Money, TournamentEntry, TournamentLimit};
use crate::report::{escape_terminal, tournament_in_words};
use crate::run::LaneSpec;

/// Who meets whom in a run, and the tournaments that do not play all games. Those that the manifest holds stay as they
/// are.
pub fn schedule(
    manifest: &Manifest,
    judges: &Judges,
    budget: Option<Money>,
    lanes: &[LaneSpec],
) -> (Schedule, Vec<TournamentEntry>) {
    let prompt = |entry: &CandidateEntry| entry.candidate.prompt.clone();
    let mut schedule = Schedule {
        prompts: manifest.candidates.iter().map(prompt).collect(),
        ..Schedule::default()
    };
    let mut tournaments = Vec::new();
    for (task, entry) in (0u32..).zip(&manifest.tasks) {
        let candidates: Vec<u32> = (0u32..)
            .zip(&manifest.candidates)
            .filter(|(_, candidate)| candidate.task == task)
            .map(|(position, _)| position)
            .collect();
        let all = pairs::all_rounds(candidates.len()) as u32;
        for (at, judge) in judges
            .tasks
            .get(task as usize)
            .into_iter()
            .flat_map(|judges| judges.iter().enumerate())
        {
            if !judge.scorer.meets_candidates() {
                continue;
            }
            if let Some(fits) = judge.scorer.reference() {
                let label = |at: u32| {
                    let entry = manifest.candidates.get(at as usize);
                    entry.map(|entry| entry.candidate.model_label())
                };
                let met = |at: &u32| label(*at).is_some_and(|label| fits(&label));
                let references = candidates.iter().copied().filter(met).collect();
                schedule.references.insert((task, at), references);
                continue;
            }
            let known = manifest
                .tournaments
                .iter()
                .find(|known| (known.task, &known.scorer) == (task, &judge.name) && known.all_rounds == all);
            let found = match known {
                Some(known) => Some(known.clone()),
                None => {
                    let cases = entry.cases * u64::from(entry.epochs);
                    let affordable = budget
                        .and_then(|budget| pairs::affordable(budget, judge, lanes, cases, candidates.len()));
                    let (rounds, limit) = match (judge.scorer.rounds().unwrap_or(all), affordable) {
                        (rounds, Some(affordable)) if affordable <= rounds => {
                            (affordable, TournamentLimit::Budget)
                        }
                        (rounds, _) => (rounds, TournamentLimit::Rounds),
                    };
                    // Of an odd number one rests in each round; a score that counts needs a game of everybody.
                    let least = 1 + u32::from(judge.weight > 0.0 && candidates.len() % 2 == 1);
                    let rounds = rounds.max(least).min(all);
                    (rounds < all).then(|| TournamentEntry {
                        task,
                        scorer: judge.name.clone(),
                        rounds,
                        all_rounds: all,
                        games: u64::from(rounds) * (candidates.len() as u64 / 2),
                        all_games: (candidates.len() * candidates.len().saturating_sub(1) / 2) as u64,
                        limit,
                    })
                }
            };
            let rounds = found.as_ref().map_or(all, |entry| entry.rounds);
            schedule.rounds.insert((task, at), rounds);
            tournaments.extend(found);
        }
        schedule.candidates.insert(task, candidates);
    }
    (schedule, tournaments)
}

/// What a tournament leaves out, for the terminal.
pub fn told(manifest: &Manifest, entry: &TournamentEntry) -> String {
    let task = manifest.tasks.get(entry.task as usize);
    format!(
        "{}: `{}` {}",
        escape_terminal(task.map_or("", |task| &task.name)),
        escape_terminal(&entry.scorer),
        tournament_in_words(entry)
    )
}
