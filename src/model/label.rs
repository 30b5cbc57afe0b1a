//! Labels: what people said of outputs.

use super::Digest;
use std::sync::Arc;

/// A verdict as somebody wrote it.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// A number, on whatever scale.
    Number(f64),
    /// A word: `pass`, `B`, `tie`.
    Word(Arc<str>),
}

impl Mark {
    /// The number that a text is, else the text as a word, without spaces around it.
    pub fn of_text(text: &str) -> Self {
        let text = text.trim();
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Self::Number(number),
            _ => Self::Word(text.into()),
        }
    }
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Word(word) => f.write_str(word),
        }
    }
}

/// What one person said of one output, or of a pair; a line of a file of labels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Label {
    /// Where it stands, from 1.
    pub line: usize,
    /// The task; needed where a run has several.
    pub task: Option<Arc<str>>,
    /// The case's id.
    pub case: Option<Arc<str>>,
    /// The candidate, as leaderboards name it, or its model.
    pub candidate: Option<Arc<str>>,
    /// The prompt of the candidate.
    pub prompt: Option<Arc<str>>,
    /// The repeat, from 0.
    pub epoch: Option<u32>,
    /// For a pair: the candidate of the other output, or `golden`.
    pub against: Option<Arc<str>>,
    /// Hash of the output's exact text.
    pub output: Option<Digest>,
    /// The scorer that it is for; for every scorer where absent.
    pub scorer: Option<Arc<str>>,
    /// Items with the same word are not independent.
    pub cluster: Option<Arc<str>>,
    /// Who said it; empty where the file does not tell.
    pub rater: Arc<str>,
    /// What was said; `None` where the output was shown and nothing was said, and where only the judge spoke.
    pub human: Option<Mark>,
    /// What the judge said, where the file tells.
    pub judge: Option<Mark>,
    /// What the judge said of a pair with the judged output in the first place.
    pub judge_first: Option<Mark>,
    /// What the judge said of a pair with the judged output in the second place.
    pub judge_second: Option<Mark>,
    /// The part of the outputs that this one was drawn from by chance.
    pub stratum: Option<u32>,
}
