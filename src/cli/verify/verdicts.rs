//! What judges said: read again from their stored replies, and made into scores again.

use super::{Check, TOLD};
use crate::cli::failure::Failure;
use crate::cli::progress::counted;
use crate::cli::regrade::same_judges;
use crate::cli::restore;
use crate::model::{
    Digest, Hasher, Judged, JudgementKey, Manifest, MemberFault, MemberVerdict, ModelRef, Opinion, Project,
    Score, ScoreEntry, ScorerError, TrialKey,
};
use crate::scorer::{JudgeScorer, ScorerSet, grading};
use crate::store::{Order, RunRef, Store, TrialRow};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Figures that differ by less are equal: the order of a sum may be another.
const SAME: f64 = 1e-9;

/// The judges of a task that ask what they asked in the run, by the names of their scorers.
type Judges = HashMap<Arc<str>, Arc<JudgeScorer>>;

/// Reads the verdicts of a run again; `None` where nothing was judged. Some 100 bytes are kept for each reply.
pub fn check(store: &Store, run: &RunRef, project: &Project) -> Result<Option<Check>, Failure> {
    if !store.has_judged(run)? {
        return Ok(None);
    }
    let manifest = store.manifest(run)?;
    let judges: Vec<Judges> = manifest
        .tasks
        .iter()
        .map(|entry| {
            let Ok(task) = restore::task(project, entry) else {
                return Judges::new();
            };
            let Ok(scorers) = ScorerSet::new(&task) else {
                return Judges::new();
            };
            let same = same_judges(entry, &grading(&task));
            let known = scorers.judges().filter(|judge| same.contains(judge.name()));
            known
                .map(|judge| (judge.name().clone(), judge.scorer().clone()))
                .collect()
        })
        .collect();
    if judges.iter().all(HashMap::is_empty) {
        let why = "no judge is asked what it was asked in the run".to_owned();
        return Ok(Some(Check::not_derived("verdicts", vec![why])));
    }
    let mut reader = Reader {
        manifest: &manifest,
        replies: replies(store, run, &judges)?,
        judges: &judges,
        trials: Vec::new(),
        looked_at: 0,
        differences: 0,
        details: Vec::new(),
    };
    let broken = store.stream_trials(run, Order::Case, |row| match reader.add(row) {
        Ok(()) => ControlFlow::Continue(()),
        Err(failure) => ControlFlow::Break(failure),
    })?;
    if let Some(failure) = broken {
        return Err(failure);
    }
    reader.close();
    let what = format!("{} read again from replies", counted(reader.looked_at, "verdict"));
    Ok(Some(Check::new(
        "verdicts",
        what,
        reader.differences,
        reader.details,
    )))
}

/// What each question got for an answer, as a hash; the last reply counts.
fn replies(store: &Store, run: &RunRef, judges: &[Judges]) -> Result<HashMap<Digest, Digest>, Failure> {
    let mut found = HashMap::new();
    store.stream_replies(run, |key, reply| {
        let judge = judges
            .get(key.trial.task as usize)
            .and_then(|judges| judges.get(&key.scorer));
        if let Some(judge) = judge {
            let said = judge.read(key.member as usize, key.shown, reply);
            let said = said.map_err(|message| MemberFault { message, class: None });
            found.insert(question(key), digest(&said));
        }
    })?;
    Ok(found)
}

/// The same for all replies to a question.
fn question(key: JudgementKey) -> Digest {
    JudgementKey { ask: 0, ..key }.digest()
}

fn digest(said: &Result<Opinion, MemberFault>) -> Digest {
    Hasher::new("said").json(said).digest()
}

/// A judged trial.
struct Trial {
    key: TrialKey,
    case: String,
    entries: Vec<ScoreEntry>,
}

struct Reader<'a> {
    manifest: &'a Manifest,
    replies: HashMap<Digest, Digest>,
    judges: &'a [Judges],
    /// Those of the case that is coming in.
    trials: Vec<Trial>,
    looked_at: u64,
    differences: u64,
    details: Vec<String>,
}

impl Reader<'_> {
    fn add(&mut self, row: &TrialRow<'_>) -> Result<(), Failure> {
        let Some(judges) = self.judges.get(row.key.task as usize) else {
            return Ok(());
        };
        if judges.is_empty() {
            return Ok(());
        }
        let mut entries = row.scores()?;
        entries.retain(|entry| entry.judged.is_some() && judges.contains_key(&entry.scorer));
        let other = |trial: &Trial| (trial.key.task, trial.key.case) != (row.key.task, row.key.case);
        if self.trials.first().is_some_and(other) {
            self.close();
        }
        self.trials.push(Trial {
            key: row.key,
            case: row.case_id.to_owned(),
            entries,
        });
        Ok(())
    }

    /// Looks at the trials of a case.
    fn close(&mut self) {
        let trials = std::mem::take(&mut self.trials);
        for trial in &trials {
            let Some(judges) = self.judges.get(trial.key.task as usize) else {
                continue;
            };
            for entry in &trial.entries {
                let (Some(judge), Some(judged)) = (judges.get(&entry.scorer), &entry.judged) else {
                    continue;
                };
                for verdict in &judged.verdicts {
                    self.verdict(trial, entry, verdict);
                }
                if let Some(derived) = self.concluded(judge, trial, entry, judged, &trials)
                    && !same(&entry.result, &derived)
                {
                    let (stored, derived) = (shown(&entry.result), shown(&derived));
                    self.tell(
                        trial,
                        entry,
                        &format!("stored {stored}, its verdicts give {derived}"),
                    );
                }
            }
        }
    }

    /// Compares a verdict with what its reply says.
    fn verdict(&mut self, trial: &Trial, entry: &ScoreEntry, verdict: &MemberVerdict) {
        let failed = matches!(&verdict.said, Err(fault) if fault.class.is_some());
        if verdict.asked == 0 || failed {
            return;
        }
        self.looked_at += 1;
        let key = question(JudgementKey {
            trial: trial.key,
            scorer: entry.scorer.clone(),
            opponent: verdict.opponent,
            member: verdict.member,
            shown: verdict.order,
            ask: 0,
        });
        let what = match self.replies.get(&key) {
            None => "is not stored",
            Some(said) if *said != digest(&verdict.said) => {
                "says something else than the verdict that is stored"
            }
            Some(_) => return,
        };
        self.tell(trial, entry, &format!("the reply of {} {what}", verdict.model));
    }

    /// The score that the verdicts on a trial give; `None` where they do not tell all that it rests on.
    fn concluded(
        &self,
        judge: &JudgeScorer,
        trial: &Trial,
        entry: &ScoreEntry,
        judged: &Judged,
        trials: &[Trial],
    ) -> Option<Result<Score, ScorerError>> {
        let model = self.model(trial.key.candidate)?;
        if !judge.meets_candidates() {
            let (_, excluded) = judge.panel(model, None);
            return Some(judge.together(vec![judge.conclude(&judged.verdicts, &excluded)]));
        }
        // A pair that nobody may judge leaves no verdict, and so no trace here.
        if !judged.excluded.is_empty() {
            return None;
        }
        let mut results = Vec::new();
        for (opponent, verdicts) in games(&judged.verdicts) {
            let (_, excluded) = judge.panel(model, self.model(opponent?));
            results.push(judge.conclude(&verdicts, &excluded));
        }
        for other in trials.iter().filter(|other| other.key.epoch == trial.key.epoch) {
            let entry = other.entries.iter().find(|known| known.scorer == entry.scorer);
            for (opponent, verdicts) in entry
                .and_then(|entry| entry.judged.as_ref())
                .map_or_else(Vec::new, |judged| games(&judged.verdicts))
            {
                if opponent == Some(trial.key.candidate) {
                    let mirrored: Vec<MemberVerdict> = verdicts.iter().map(MemberVerdict::mirrored).collect();
                    let (_, excluded) = judge.panel(self.model(other.key.candidate)?, Some(model));
                    results.push(judge.conclude(&mirrored, &excluded));
                }
            }
        }
        Some(judge.together(results))
    }

    fn model(&self, candidate: u32) -> Option<&ModelRef> {
        let entry = self.manifest.candidates.get(candidate as usize)?;
        Some(&entry.candidate.model)
    }

    fn tell(&mut self, trial: &Trial, entry: &ScoreEntry, what: &str) {
        self.differences += 1;
        if self.details.len() < TOLD {
            let candidate = self.manifest.candidates.get(trial.key.candidate as usize);
            self.details.push(format!(
                "{}: case {}, {}, epoch {}: {what}",
                entry.scorer,
                trial.case,
                candidate.map_or_else(String::new, |entry| entry.candidate.model_label()),
                trial.key.epoch,
            ));
        }
    }
}

/// Verdicts by the other candidate of the pair, in their order.
fn games(verdicts: &[MemberVerdict]) -> Vec<(Option<u32>, Vec<MemberVerdict>)> {
    let mut games: Vec<(Option<u32>, Vec<MemberVerdict>)> = Vec::new();
    for verdict in verdicts {
        match games
            .iter_mut()
            .find(|(opponent, _)| *opponent == verdict.opponent)
        {
            Some((_, known)) => known.push(verdict.clone()),
            None => games.push((verdict.opponent, vec![verdict.clone()])),
        }
    }
    games
}

fn same(stored: &Result<Score, ScorerError>, derived: &Result<Score, ScorerError>) -> bool {
    match (stored, derived) {
        (Ok(stored), Ok(derived)) => {
            (stored.value - derived.value).abs() < SAME && stored.pass == derived.pass
        }
        (Err(_), Err(_)) => true,
        _ => false,
    }
}

fn shown(result: &Result<Score, ScorerError>) -> String {
    match result {
        Ok(score) => format!(
            "{} ({})",
            score.value,
            if score.pass { "passes" } else { "fails" }
        ),
        Err(_) => "no verdict".to_owned(),
    }
}
