//! What the judges of a plan will cost, before anything is sent.

use crate::model::{Money, Price, Usage};
use crate::pricing;
use serde::Serialize;

/// Output tokens that are expected of a verdict with its reasons, where no earlier run says.
const BLIND_REPLY: u64 = 300;
/// Times that a question is put at most: once more where the reply cannot be read.
const MOST_ASKS: u64 = 2;
/// Tokens of the reminder that a question is put with the second time.
const REMINDER: u64 = 50;

/// Questions to one model, as they add up. Parts of questions come from samples and from rounds of tournaments.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QuestionTally {
    /// Questions.
    pub questions: f64,
    /// Their input tokens, expected.
    pub input: f64,
    /// Their input tokens where each output is as long as it may be; `None` where nothing limits one.
    pub most_input: Option<f64>,
}

/// How a model answers questions.
#[derive(Clone, Debug, Default)]
pub struct ReplyTerms {
    /// Its price; `None` is unknown.
    pub price: Option<Price>,
    /// The most output tokens of a reply, where anybody says.
    pub most_output: Option<u64>,
    /// Output tokens of a reply in earlier runs.
    pub past_output: Option<f64>,
    /// True where nobody pays for replies: recorded ones.
    pub free: bool,
}

/// What a judge scorer will use, or a judge for its anchors.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JudgeEstimate {
    /// Questions.
    pub questions: u64,
    /// Input tokens.
    pub input_tokens: u64,
    /// Output tokens: what is expected, the most that is allowed.
    pub output_tokens: (u64, Option<u64>),
    /// Dollars for the same two; `None` where a price or a limit is unknown.
    pub cost: (Option<Money>, Option<Money>),
}

impl JudgeEstimate {
    /// Nothing asked.
    pub const NONE: Self = Self {
        questions: 0,
        input_tokens: 0,
        output_tokens: (0, Some(0)),
        cost: (Some(Money::ZERO), Some(Money::ZERO)),
    };

    /// What questions to one model will use; `share` is the part of them that is put.
    pub fn of(tally: &QuestionTally, share: f64, terms: &ReplyTerms) -> Self {
        // Room for the rounding of products such as 0.1 * 30.
        let questions = (tally.questions * share - 1e-9).ceil().max(0.0) as u64;
        if questions == 0 {
            return Self::NONE;
        }
        let each = |sum: f64| (sum / tally.questions).ceil() as u64;
        let input = each(tally.input);
        let reply = terms.past_output.map_or_else(
            || {
                terms
                    .most_output
                    .map_or(BLIND_REPLY, |most| most.div_ceil(2).min(BLIND_REPLY))
            },
            |mean| mean.ceil() as u64,
        );
        let dollars = |input: u64, output: u64, times: u64| {
            if terms.free {
                return Some(Money::ZERO);
            }
            let usage = Usage {
                input,
                output,
                ..Usage::default()
            };
            let one = pricing::cost(terms.price.as_ref()?, &usage)?;
            Some(Money(
                one.0.saturating_mul(i64::try_from(times).unwrap_or(i64::MAX)),
            ))
        };
        let most_asks = questions.saturating_mul(MOST_ASKS);
        let most_input = tally.most_input.map(|sum| each(sum).saturating_add(REMINDER));
        let worst = most_input.zip(terms.most_output);
        Self {
            questions,
            input_tokens: input.saturating_mul(questions),
            output_tokens: (
                reply.saturating_mul(questions),
                terms.most_output.map(|most| most.saturating_mul(most_asks)),
            ),
            cost: (
                dollars(input, reply, questions),
                match terms.free {
                    true => Some(Money::ZERO),
                    false => worst.and_then(|(input, output)| dollars(input, output, most_asks)),
                },
            ),
        }
    }

    /// Both together; a sum with an unknown part is unknown.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let money = |a: Option<Money>, b: Option<Money>| Some(a? + b?);
        let tokens = |a: Option<u64>, b: Option<u64>| Some(a?.saturating_add(b?));
        Self {
            questions: self.questions.saturating_add(other.questions),
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            output_tokens: (
                self.output_tokens.0.saturating_add(other.output_tokens.0),
                tokens(self.output_tokens.1, other.output_tokens.1),
            ),
            cost: (money(self.cost.0, other.cost.0), money(self.cost.1, other.cost.1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Rate, Rates};

    fn terms() -> ReplyTerms {
        ReplyTerms {
            price: Some(Price {
                base: Rates {
                    input: Rate::from_dollars_per_million(1.0).ok(),
                    output: Rate::from_dollars_per_million(10.0).ok(),
                    ..Rates::default()
                },
                ..Price::default()
            }),
            most_output: Some(100),
            past_output: None,
            free: false,
        }
    }

    fn tally() -> QuestionTally {
        QuestionTally {
            questions: 10.0,
            input: 10_000.0,
            most_input: Some(20_000.0),
        }
    }

    #[test]
    fn the_worst_case_is_every_question_put_twice_and_answered_at_full_length() {
        let estimate = JudgeEstimate::of(&tally(), 1.0, &terms());
        assert_eq!((estimate.questions, estimate.input_tokens), (10, 10_000));
        assert_eq!(estimate.output_tokens, (500, Some(2000)));
        let expected = Money::from_dollars(0.01 + 0.005);
        assert_eq!(estimate.cost.0, expected.ok());
        let worst = Money::from_dollars(20.0 * (2050.0 + 1000.0) / 1e6);
        assert_eq!(estimate.cost.1, worst.ok());
    }

    #[test]
    fn what_is_not_known_stays_unknown() {
        let unlimited = QuestionTally {
            most_input: None,
            ..tally()
        };
        let estimate = JudgeEstimate::of(&unlimited, 1.0, &terms());
        assert_eq!((estimate.cost.0.is_some(), estimate.cost.1), (true, None));
        let unpriced = ReplyTerms {
            price: None,
            ..terms()
        };
        let estimate = JudgeEstimate::of(&tally(), 1.0, &unpriced);
        assert_eq!(estimate.cost, (None, None));
        assert_eq!(JudgeEstimate::NONE.plus(&estimate), estimate);
    }

    #[test]
    fn a_sample_is_a_share_rounded_up() {
        assert_eq!(JudgeEstimate::of(&tally(), 0.31, &terms()).questions, 4);
        assert_eq!(JudgeEstimate::of(&tally(), 0.3, &terms()).questions, 3);
        let none = QuestionTally::default();
        assert_eq!(JudgeEstimate::of(&none, 1.0, &terms()), JudgeEstimate::NONE);
    }
}
