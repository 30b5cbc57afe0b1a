//! One question to one member: asked, read, and asked once more where the reply cannot be read.

use super::engine::Room;
use super::member::{JudgeRuntime, MemberRuntime, Reached};
use crate::model::{
    CompletionRecord, Digest, Failure, JudgedOutput, JudgementKey, MemberFault, MemberVerdict, Message,
    Money, Outcome, Request, Shown, Subject, TrialRecord,
};
use crate::run::ask::{Answered, Ask};
use crate::run::cache_key;
use crate::run::call::{Call, ask};
use crate::scorer::{Item, Question};
use std::sync::Arc;

/// Requests that a question may take in one session, beside the replies that are stored.
const MOST_ASKS: u32 = 2;
/// What a member is told whose reply could not be read.
const REMINDER: &str = "Your last reply could not be read as a verdict. Judge again, and reply in exactly the form that \
                        was asked for, with nothing around it.";

/// A question about one output, or a pair.
pub(super) struct Asking<'a> {
    pub judge: &'a JudgeRuntime,
    /// Position of the member.
    pub member: usize,
    pub reached: &'a Arc<Reached>,
    pub order: Shown,
    pub trial: &'a TrialRecord,
    /// Position of the other candidate of a pair.
    pub opponent: Option<u32>,
    pub item: &'a Item<'a>,
    pub about: JudgedOutput,
    /// Replies that an earlier session got and could not read.
    pub unread: u32,
}

/// What a question met.
enum Met {
    Reply(CompletionRecord),
    Failure(Option<Failure>),
    /// It was asked often enough, and the store has no further reply.
    Nothing,
}

/// What came of a question; nothing where the run stops.
pub(super) type Told = Option<MemberVerdict>;

/// What replies cost together.
struct Bill {
    cost: Option<Money>,
    tokens: Option<(u64, u64)>,
    reused: bool,
    replies: u32,
}

impl Bill {
    fn add(&mut self, reply: &CompletionRecord) {
        self.cost = self.cost.zip(reply.cost).map(|(sum, cost)| sum + cost);
        self.tokens = self.tokens.zip(reply.completion.usage).map(|(sum, usage)| {
            (
                sum.0.saturating_add(usage.input),
                sum.1.saturating_add(usage.output),
            )
        });
        self.reused &= reply.from_cache;
        self.replies += 1;
    }
}

impl Asking<'_> {
    fn runtime(&self) -> Option<&MemberRuntime> {
        self.judge.members.get(self.member)
    }

    /// Hash of a question. Members that are the same model with the same role and parameters are different opinions all the
    /// same: each has questions of its own, as epochs have.
    fn key(&self, messages: &[Message], round: u32) -> Digest {
        let own = &self.reached.runtime.key;
        let candidate = self.trial.key.candidate;
        let role = self.runtime().and_then(|member| member.role.as_ref());
        let before = self.judge.members.iter().take(self.member);
        let twins = before.filter(|member| {
            let reached = member.reached(candidate);
            member.role.as_ref() == role
                && reached.is_some_and(|it| it.runtime.key.clone().digest() == own.clone().digest())
        });
        // Rounds of a question stay far below that.
        const TWIN: u32 = 1 << 16;
        cache_key(own, messages, round + TWIN * twins.count() as u32)
    }

    /// Asks, and reads what comes.
    pub async fn tell(&self, room: &Room) -> Told {
        let mut bill = Bill {
            cost: Some(Money::ZERO),
            tokens: Some((0, 0)),
            reused: true,
            replies: 0,
        };
        let mut verdict = MemberVerdict {
            member: self.member as u32,
            model: self.reached.label.clone(),
            role: self.runtime().and_then(|member| member.role.clone()),
            weight: self.runtime().map_or(1.0, |member| member.weight),
            opponent: self.opponent,
            order: self.order,
            said: Err(MemberFault {
                message: String::new(),
                class: None,
            }),
            asked: 0,
            request: Digest([0; 32]),
            reused: false,
            cost: None,
            input_tokens: None,
            output_tokens: None,
        };
        let question = match self.judge.scorer.question(self.member, self.order, self.item) {
            Ok(question) => question,
            Err(error) => {
                verdict.said = Err(MemberFault {
                    message: error.message,
                    class: None,
                });
                return Some(verdict);
            }
        };
        let mut messages = question.messages.clone();
        verdict.request = self.key(&messages, 0);
        // Recorded and simulated judges are not in the store: they say what they said.
        let local = room.lanes.get(self.reached.lane).is_some_and(|lane| lane.local);
        let unread = if local { 0 } else { self.unread };
        let most = unread.saturating_add(MOST_ASKS);
        for round in 0.. {
            match self.send(room, &question, &messages, round, round < most).await? {
                Met::Reply(reply) => {
                    verdict.asked = round + 1;
                    bill.add(&reply);
                    let read = self.judge.scorer.read(self.member, self.order, &reply.completion);
                    verdict.said = read.map_err(|message| MemberFault { message, class: None });
                }
                Met::Failure(last) => {
                    verdict.asked = round + 1;
                    verdict.said = Err(MemberFault {
                        message: last.as_ref().map_or_else(
                            || "no attempt was made".to_owned(),
                            |failure| failure.message.clone(),
                        ),
                        class: last.map(|failure| failure.class),
                    });
                    break;
                }
                Met::Nothing => break,
            }
            if verdict.said.is_ok() {
                break;
            }
            if round == 0
                && let Some(last) = messages.last_mut()
            {
                // Part of the same message: some models take nothing but turns that alternate.
                last.content = format!("{}\n\n{REMINDER}", last.content).into();
            }
        }
        verdict.reused = bill.reused && bill.replies > 0;
        verdict.cost = bill.cost;
        (verdict.input_tokens, verdict.output_tokens) = bill.tokens.unzip();
        Some(verdict)
    }

    /// A reply from the store, or from the provider if that may be asked; `None` where the run stops.
    async fn send(
        &self,
        room: &Room,
        question: &Question,
        messages: &[Message],
        round: u32,
        may_ask: bool,
    ) -> Option<Met> {
        let lane = room.lanes.get(self.reached.lane)?;
        let shared = &room.shared;
        let progress = lane.progress(shared);
        let expected = || {
            if round > 0 {
                progress.expect(1);
            }
        };
        let key = self.key(messages, round);
        let (entry, waiting) = Ask::new(
            JudgementKey {
                trial: self.trial.key,
                scorer: self.judge.name.clone(),
                opponent: self.opponent,
                member: self.member as u32,
                shown: self.order,
                ask: round,
            },
            self.reached.runtime.clone(),
            !lane.local,
            lane.free,
        );
        let alone = room.stripes.enter(&key).await;
        if !lane.local
            && let Some(cache) = &shared.cache
        {
            match cache.get(&key) {
                Ok(Some(mut stored)) => {
                    drop(alone);
                    expected();
                    // What an earlier session of this run sent for is not free for having been on disk.
                    stored.from_cache = !(room.paid)(&entry.key);
                    progress.answered((0, 0), stored.cost, true);
                    if let Err(error) = shared.sink.judgement(entry.record(stored.clone())).await {
                        room.store_failed(error);
                        return None;
                    }
                    progress.committed(Outcome::Scored);
                    return Some(Met::Reply(stored));
                }
                Ok(None) => {}
                Err(error) => {
                    room.store_failed(error);
                    return None;
                }
            }
        }
        if !may_ask {
            return Some(Met::Nothing);
        }
        expected();
        let request = Request {
            model: self.reached.runtime.model.clone(),
            messages: messages.to_vec(),
            params: self.reached.runtime.params.clone(),
            schema: question.schema.clone(),
            subject: Subject {
                task: self.item.task.name.clone(),
                prompt: self.judge.name.clone(),
                case: self.trial.case.clone(),
                epoch: self.trial.key.epoch,
                attempt: 0,
                seed: shared.seed,
                judged: Some(Arc::new(self.about.clone())),
            },
        };
        ask(lane, shared, Box::new(Call::of_ask(entry, request, key)));
        match waiting.await {
            Ok(Answered::Reply(reply)) => Some(Met::Reply(reply)),
            Ok(Answered::Failed(failures)) => Some(Met::Failure(failures.into_iter().next_back())),
            Err(_) => None,
        }
    }
}
