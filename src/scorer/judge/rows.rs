//! The scorers that ask judges, in words.

use crate::scorer::catalog::Row;

/// Summary, example, golden output and an output that should pass, by key.
pub(in crate::scorer) const ROWS: [Row; 8] = [
    (
        "judge",
        "What a language model, or a panel of them, says by your rubric.",
        "judge: {by: careful, rubric: Is the reason faithful to the ticket?}",
        "null",
        "Billing, because the customer was charged twice.",
    ),
    (
        "factuality",
        "A judge compares the facts of the output with those of the golden output.",
        "factuality: {by: careful}",
        "\"Paris\"",
        "The capital of France is Paris.",
    ),
    (
        "closed-qa",
        "A judge says yes or no to one criterion.",
        "closed-qa: {by: careful, criterion: Does the answer apologise?}",
        "null",
        "I am sorry for the delay.",
    ),
    (
        "faithfulness",
        "A judge says how much of the output the retrieved texts support.",
        "faithfulness: {by: careful, context: passages}",
        "null",
        "The shop opens at nine.",
    ),
    (
        "context-recall",
        "A judge says how much of the golden output is in the retrieved texts.",
        "context-recall: {by: careful, context: passages}",
        "\"The shop opens at nine.\"",
        "any",
    ),
    (
        "context-relevance",
        "A judge says how much of the retrieved texts is about the question.",
        "context-relevance: {by: careful, context: passages}",
        "null",
        "any",
    ),
    (
        "answer-relevance",
        "A judge says how far the output answers the question.",
        "answer-relevance: {by: careful}",
        "null",
        "At nine.",
    ),
    (
        "pairwise",
        "A judge says which of two outputs is better: this one, or another candidate's or the golden one.",
        "pairwise: {by: careful, against: golden}",
        "\"The shop opens at nine.\"",
        "It opens at nine o'clock.",
    ),
];
