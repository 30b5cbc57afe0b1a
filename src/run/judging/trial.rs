//! Trials of one case before their judges.

use super::engine::Room;
use super::matter::{JudgingJob, LeftOut, Matter};
use super::question::Asking;
use crate::model::{Judged, JudgedOutput, MemberVerdict, Message, Outcome, ScoreEntry, Shown, TrialRecord};
use crate::run::shared::StopCause;
use crate::scorer::Item;
use futures_util::future::join_all;
use std::sync::Arc;

/// Everything that was said about one matter.
struct Said {
    matter: Matter,
    verdicts: Vec<MemberVerdict>,
    excluded: Vec<usize>,
}

/// Judges the trials of a job and stores them; those of which not all was said, for the run stopped, stay as they are.
pub(super) async fn judge(room: &Room, job: JudgingJob) {
    let messages: Vec<Vec<Message>> = job
        .trials
        .iter()
        .map(|(trial, candidate)| candidate.messages(&job.task, trial))
        .collect();
    let said = join_all(
        job.matters
            .iter()
            .map(|matter| hear(room, &job, &messages, *matter)),
    )
    .await;
    let Some(said) = said.into_iter().collect::<Option<Vec<Said>>>() else {
        return;
    };
    let JudgingJob {
        task, judges, trials, ..
    } = &job;
    for (position, (trial, _)) in trials.iter().enumerate() {
        let mut record = trial.clone();
        let mut touched = false;
        for (at, judge) in judges.iter().enumerate() {
            let left_out = |left: &&LeftOut| left.judge == at && left.trial == position;
            if let Some(left) = job.left_out.iter().find(left_out) {
                replace(
                    &mut record.scores,
                    ScoreEntry::new(judge.name.clone(), judge.weight, Err(left.why.clone())),
                );
                touched = true;
            }
            let own = |said: &&Said| said.matter.judge == at && said.matter.trial == position;
            let as_opponent =
                |said: &&Said| said.matter.judge == at && said.matter.opponent == Some(position);
            if !said.iter().any(|said| own(&said) || as_opponent(&said)) {
                continue;
            }
            touched = true;
            let mut judged = Judged {
                length: output_of(trial).chars().count() as u64,
                ..Judged::default()
            };
            let mut results = Vec::new();
            for said in said.iter().filter(own) {
                results.push(judge.scorer.conclude(&said.verdicts, &said.excluded));
                judged.verdicts.extend(said.verdicts.iter().cloned());
                judged.probability = said.matter.probability;
                judged.excluded.extend(said.excluded.iter().filter_map(|member| {
                    let member = judge.members.get(*member)?;
                    Some(member.reached(trial.key.candidate)?.label.clone())
                }));
            }
            for said in said.iter().filter(as_opponent) {
                let mirrored: Vec<MemberVerdict> =
                    said.verdicts.iter().map(MemberVerdict::mirrored).collect();
                results.push(judge.scorer.conclude(&mirrored, &said.excluded));
            }
            let result = judge.scorer.together(results);
            replace(
                &mut record.scores,
                ScoreEntry {
                    scorer: judge.name.clone(),
                    weight: judge.weight,
                    result,
                    judged: Some(Box::new(judged)),
                },
            );
        }
        if !touched {
            continue;
        }
        // What the answer was before any scorer looked at it: one that was cut off stays so, though it is graded.
        let before = match &record.completion {
            Some(answer) => task.scorers.outcome_before(&record.case, &answer.completion),
            None => record.outcome,
        };
        let graded = task.scorers.combine(&record.case, before, record.scores);
        (record.outcome, record.score, record.pass, record.scores) =
            (graded.outcome, graded.score, graded.pass, graded.scores);
        if let Some(completion) = &mut record.completion {
            // The answer is the stored one; judging pays for verdicts only.
            completion.from_cache = trial.completion.as_ref().is_some_and(|answer| answer.from_cache);
        }
        let failed = record.outcome == Outcome::JudgeError;
        if let Err(error) = room.shared.sink.record_again(record).await {
            room.store_failed(error);
            return;
        }
        if failed && room.shared.fail_fast {
            room.shared.stopper.drain(StopCause::FailFast);
        }
    }
}

/// Asks everybody who may say something of a matter; `None` where the run stops.
async fn hear(room: &Room, job: &JudgingJob, messages: &[Vec<Message>], matter: Matter) -> Option<Said> {
    let judge = job.judges.get(matter.judge)?;
    let (trial, candidate) = job.trials.get(matter.trial)?;
    let opponent = matter.opponent.and_then(|at| job.trials.get(at));
    let against = opponent.map(|(_, candidate)| &candidate.candidate.model);
    let (asked, excluded) = judge.scorer.panel(&candidate.candidate.model, against);
    let output: Arc<str> = output_of(trial).into();
    let other: Option<Arc<str>> = match opponent {
        Some((trial, _)) => Some(output_of(trial).into()),
        None => judge.scorer.other_of(&trial.case).map(Arc::from),
    };
    let item = Item {
        task: &job.task.task,
        case: &trial.case,
        messages: messages.get(matter.trial).map_or(&[], Vec::as_slice),
        output: &output,
        other: other.as_deref(),
    };
    let about = |order: Shown| JudgedOutput {
        scorer: judge.name.clone(),
        candidate: candidate.label.clone(),
        opponent: opponent.map(|(_, candidate)| candidate.label.clone()),
        order,
        output: output.clone(),
        other: other.clone(),
        scale: judge.scorer.scale(),
    };
    let mut asking = Vec::new();
    let opponent = opponent.map(|(trial, _)| trial.key.candidate);
    for member in asked.iter().copied() {
        let reached = judge.members.get(member)?.reached(trial.key.candidate)?;
        for order in judge.scorer.orders() {
            asking.push(Asking {
                judge,
                member,
                reached,
                order: *order,
                trial,
                opponent,
                item: &item,
                about: about(*order),
                unread: unread(trial, &judge.name, member, *order, opponent),
            });
        }
    }
    let told = join_all(asking.iter().map(|asking| asking.tell(room))).await;
    Some(Said {
        matter,
        verdicts: told.into_iter().collect::<Option<_>>()?,
        excluded,
    })
}

/// Replies that an earlier session got to a question and could not read: it is put again, since whoever resumes the run
/// wants another reply than those.
fn unread(trial: &TrialRecord, scorer: &str, member: usize, order: Shown, opponent: Option<u32>) -> u32 {
    let entry = trial.scores.iter().find(|entry| *entry.scorer == *scorer);
    let judged = entry.and_then(|entry| entry.judged.as_ref());
    let mut verdicts = judged.iter().flat_map(|judged| &judged.verdicts);
    let said = verdicts.find(|verdict| {
        (verdict.member as usize, verdict.order, verdict.opponent) == (member, order, opponent)
    });
    match said {
        Some(verdict) if matches!(&verdict.said, Err(fault) if fault.class.is_none()) => verdict.asked,
        _ => 0,
    }
}

fn output_of(trial: &TrialRecord) -> &str {
    trial
        .completion
        .as_ref()
        .map_or("", |answer| answer.completion.text.as_str())
}

/// Puts an entry where the scorer's earlier one is, or behind all.
fn replace(entries: &mut Vec<ScoreEntry>, entry: ScoreEntry) {
    match entries.iter_mut().find(|known| known.scorer == entry.scorer) {
        Some(known) => *known = entry,
        None => entries.push(entry),
    }
}
