//! A question to a member of a judge's panel, on its way through a provider's queue.

use super::runtime::CandidateRuntime;
use crate::model::{CompletionRecord, Failure, JudgementKey, JudgementRecord};
use std::sync::Arc;
use tokio::sync::oneshot;

/// What came of a question.
pub(super) enum Answered {
    /// A reply, on disk already.
    Reply(CompletionRecord),
    /// All attempts failed.
    Failed(Vec<Failure>),
}

/// A question under way, and who waits for its answer.
pub(super) struct Ask {
    /// What its reply is stored under.
    pub key: JudgementKey,
    /// Who is asked.
    pub member: Arc<CandidateRuntime>,
    /// Whether a later run may use the reply.
    pub reusable: bool,
    /// True where nobody pays for the reply now.
    pub free: bool,
    waiting: oneshot::Sender<Answered>,
}

impl Ask {
    /// A question, and where its answer comes out. That way is closed without one where the run stops first.
    pub fn new(
        key: JudgementKey,
        member: Arc<CandidateRuntime>,
        reusable: bool,
        free: bool,
    ) -> (Self, oneshot::Receiver<Answered>) {
        let (waiting, answer) = oneshot::channel();
        let ask = Self {
            key,
            member,
            reusable,
            free,
            waiting,
        };
        (ask, answer)
    }

    /// The record of a reply to it.
    pub fn record(&self, reply: CompletionRecord) -> JudgementRecord {
        JudgementRecord {
            key: self.key.clone(),
            reply,
            reusable: self.reusable,
            free: self.free,
        }
    }

    /// Hands the reply to whoever asked; nobody may wait any more.
    pub fn answered(self, reply: CompletionRecord) {
        let _ = self.waiting.send(Answered::Reply(reply));
    }

    /// Tells whoever asked that no reply comes.
    pub fn failed(self, failures: Vec<Failure>) {
        let _ = self.waiting.send(Answered::Failed(failures));
    }
}
