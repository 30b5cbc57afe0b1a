//! What came of the questions to judges, and what they cost.

use crate::analyse::{Amount, Spend, Tokens};
use crate::model::{ErrorClass, MemberVerdict, Money, Usage};

/// What came of the questions to a judge or to one of its members. A question is about one output, or one pair in one
/// order, to one member.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Questions {
    /// Questions.
    pub asked: u64,
    /// Those with a verdict that counts.
    pub answered: u64,
    /// Those whose replies could not be read, the second one either.
    pub unreadable: u64,
    /// Those that could not be put: the prompt could not be made.
    pub not_put: u64,
    /// Those without a reply in the end, in the order of [`ErrorClass::ALL`].
    pub failed: [u64; ErrorClass::ALL.len()],
    /// Those that were asked again, since the first reply could not be read.
    pub asked_twice: u64,
    /// Those whose replies all came from the store.
    pub reused: u64,
    /// Tokens of the replies.
    pub tokens: Tokens,
    /// What the replies cost when they were sent.
    pub cost: Spend,
    /// What this run paid for them.
    pub paid: Spend,
}

impl Questions {
    /// Adds a question. `free`: nobody pays for replies of that provider now, since they are recorded.
    pub(super) fn add(&mut self, verdict: &MemberVerdict, free: bool) {
        self.asked += 1;
        let mut replies = verdict.asked;
        match &verdict.said {
            Ok(_) => self.answered += 1,
            Err(fault) => match fault.class {
                Some(class) => {
                    let at = ErrorClass::ALL.iter().position(|other| *other == class);
                    if let Some(count) = at.and_then(|at| self.failed.get_mut(at)) {
                        *count += 1;
                    }
                    // The last attempt gave no reply.
                    replies = replies.saturating_sub(1);
                }
                None if verdict.asked == 0 => self.not_put += 1,
                None => self.unreadable += 1,
            },
        }
        self.asked_twice += u64::from(verdict.asked > 1);
        if replies == 0 {
            return;
        }
        self.reused += u64::from(verdict.reused);
        let usage = verdict.input_tokens.zip(verdict.output_tokens);
        self.tokens.add(usage.map(|(input, output)| Usage {
            input,
            output,
            ..Usage::default()
        }));
        self.cost.add(verdict.cost);
        self.paid.add(if verdict.reused || free {
            Some(Money::ZERO)
        } else {
            verdict.cost
        });
    }

    /// Adds the questions of another.
    pub fn merge(&mut self, other: &Self) {
        self.asked += other.asked;
        self.answered += other.answered;
        self.unreadable += other.unreadable;
        self.not_put += other.not_put;
        for (sum, count) in self.failed.iter_mut().zip(&other.failed) {
            *sum += count;
        }
        self.asked_twice += other.asked_twice;
        self.reused += other.reused;
        self.tokens.merge(&other.tokens);
        self.cost.merge(&other.cost);
        self.paid.merge(&other.paid);
    }

    /// Questions without a reply in the end.
    pub fn without_reply(&self) -> u64 {
        self.failed.iter().sum()
    }

    /// Failures of providers that occurred, by class.
    pub fn failures(&self) -> impl Iterator<Item = (ErrorClass, u64)> {
        let counted = ErrorClass::ALL.into_iter().zip(self.failed);
        counted.filter(|(_, count)| *count > 0)
    }

    /// The share of the questions with a reply whose replies could not be read, also when asked again.
    pub fn parse_failure_rate(&self) -> Option<f64> {
        let replied = self.answered + self.unreadable;
        (replied > 0).then(|| self.unreadable as f64 / replied as f64)
    }

    /// What a verdict that counts cost, those that do not count included, rounded to a pico-dollar.
    pub fn cost_per_verdict(&self) -> Amount {
        let share = |total: Money| {
            let verdicts = i128::from(self.answered);
            let rounded = (i128::from(total.0) + verdicts / 2) / verdicts.max(1);
            Money(i64::try_from(rounded).unwrap_or(i64::MAX))
        };
        match self.cost.total() {
            _ if self.answered == 0 => Amount::Nothing,
            Amount::Known(total) => Amount::Known(share(total)),
            Amount::AtLeast(total) => Amount::AtLeast(share(total)),
            other => other,
        }
    }
}
