//! Scores and the failures of scorers.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What a scorer says of a completion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// In 0..=1, higher is better.
    pub value: f64,
    /// Whether it is good enough; by default where the value is 1, or at least the scorer's own threshold.
    pub pass: bool,
    /// Why, in one line for people. May quote model output, so it is hostile text.
    pub explanation: Cow<'static, str>,
    /// The answer that the scorer read out of the output, where it reads one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// The tests that it ran, of a program that was graded by tests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<TestResult>,
    /// What the program printed in these tests, shortened. Hostile text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub printed: String,
    /// Further figures of the same judgement (`precision`, `recall`..), in 0..=1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<(Cow<'static, str>, f64)>,
}

impl Score {
    /// A right or wrong verdict.
    pub fn binary(pass: bool, explanation: impl Into<Cow<'static, str>>) -> Self {
        Self::graded(f64::from(u8::from(pass)), pass, explanation)
    }

    /// A graded verdict; `value` is clipped to 0..=1 (a value that is not a number becomes 0 and does not pass).
    pub fn graded(value: f64, pass: bool, explanation: impl Into<Cow<'static, str>>) -> Self {
        let finite = value.is_finite();
        Self {
            value: if finite { value.clamp(0.0, 1.0) } else { 0.0 },
            pass: pass && finite,
            explanation: explanation.into(),
            answer: None,
            tests: Vec::new(),
            printed: String::new(),
            named: Vec::new(),
        }
    }

    /// The same score with the answer that was read.
    #[must_use]
    pub fn with_answer(mut self, answer: impl Into<String>) -> Self {
        self.answer = Some(answer.into());
        self
    }

    /// The same score with one more named figure.
    #[must_use]
    pub fn with_named(mut self, name: impl Into<Cow<'static, str>>, value: f64) -> Self {
        self.named.push((name.into(), value));
        self
    }
}

/// What came of one test of a program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestResult {
    /// The test's name, or its number from 1.
    pub name: String,
    /// How it ended.
    pub verdict: Verdict,
    /// What happened, where it did not pass. May quote what the program says, so it is hostile text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// How a test of a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It passed.
    Passed,
    /// The program gave another result than the test wants.
    Wrong,
    /// The program is not one: it does not parse.
    Syntax,
    /// The program raised an error, ended itself, recursed too deeply, or lacks what the test calls.
    Raises,
    /// It ran, or slept, longer than it may.
    Time,
    /// It needed more memory than it may.
    Memory,
}

impl Verdict {
    /// All ways not to pass, in the order in which reports list them.
    pub const FAILED: [Self; 5] = [Self::Wrong, Self::Raises, Self::Syntax, Self::Time, Self::Memory];

    /// The word used in files and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Wrong => "wrong",
            Self::Syntax => "syntax",
            Self::Raises => "raises",
            Self::Time => "time",
            Self::Memory => "memory",
        }
    }
}

/// Why a scorer could not give a score. Never counted as a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct ScorerError {
    /// What happened and what to do, in one line.
    pub message: String,
    /// True where the output has not the form that the scorer needs: the outcome is `unparseable`, not
    /// `scorer-error`.
    #[serde(default)]
    pub unparseable: bool,
    /// Where the scorer is a judge: why it gave no score. The outcome is `judge-error`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judge: Option<JudgeFault>,
}

/// Why a judge gave no score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum JudgeFault {
    /// It was not asked yet.
    Waiting,
    /// It is asked for a sample of the outputs only, and this one is not in it. Not a failure.
    NotSampled,
    /// It failed, or too few members of its panel gave a verdict.
    Failed,
}

impl ScorerError {
    /// The scorer itself failed (outcome `scorer-error`).
    pub fn failed(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            unparseable: false,
            judge: None,
        }
    }

    /// A judge gave no score (outcome `judge-error`, unless it was not to give one).
    pub fn judge(fault: JudgeFault, message: impl Into<String>) -> Self {
        Self {
            judge: Some(fault),
            ..Self::failed(message)
        }
    }

    /// The output has not the form that the scorer needs (outcome `unparseable`).
    pub fn unparseable(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            unparseable: true,
            judge: None,
        }
    }
}
