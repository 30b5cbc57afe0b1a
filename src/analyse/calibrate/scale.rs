//! On which scale people and judge spoke: pass or fail, names, steps of a scale, or numbers.

use super::{Input, Said};
use crate::model::Mark;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Steps of a scale that is taken step by step, at most; a longer one is a scale of numbers.
const MOST_STEPS: f64 = 11.0;

/// Words for a pass and for a fail.
const PASS: [&str; 8] = [
    "pass", "passed", "yes", "true", "correct", "right", "good", "accept",
];
const FAIL: [&str; 8] = [
    "fail",
    "failed",
    "no",
    "false",
    "incorrect",
    "wrong",
    "bad",
    "reject",
];
/// Words for the outcome of a pair, seen from the judged output.
const WIN: [&str; 4] = ["a", "first", "win", "better"];
const LOSS: [&str; 6] = ["b", "second", "loss", "lose", "lost", "worse"];
const TIE: [&str; 5] = ["tie", "draw", "equal", "same", "both"];

/// Names of the outcomes of a pair: the judged output is better, neither, the other.
pub(super) const OUTCOMES: [&str; 3] = ["A", "tie", "B"];

/// What the user and the judge's file say of the scale.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// Lowest and highest verdict.
    pub range: Option<(f64, f64)>,
    /// The lowest verdict that passes.
    pub pass: Option<f64>,
    /// The categories; those that occur where empty.
    pub categories: Vec<Arc<str>>,
}

/// Kinds of scales.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Pass or fail.
    PassFail,
    /// Names without an order.
    Nominal,
    /// The whole numbers of a short scale.
    Ordinal,
    /// Numbers.
    Graded,
    /// Which of two outputs is better.
    Pair,
}

impl Kind {
    /// The word used in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::PassFail => "pass-fail",
            Self::Nominal => "nominal",
            Self::Ordinal => "ordinal",
            Self::Graded => "graded",
            Self::Pair => "pair",
        }
    }
}

/// The scale on which verdicts are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// Its kind.
    pub kind: Kind,
    /// Its categories, in order; none where it is a scale of numbers.
    pub categories: Vec<Arc<str>>,
    /// Its ends, where they are known.
    pub range: Option<(f64, f64)>,
    /// The lowest number that passes, where numbers can pass.
    pub pass: Option<f64>,
    /// What was taken for granted, in words.
    pub notes: Vec<String>,
}

/// Why verdicts cannot be read on one scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScaleError {
    /// The line of the label that does not fit, where it is one label.
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub message: String,
}

impl ScaleError {
    pub(super) fn new(line: Option<usize>, message: impl Into<String>) -> Self {
        Self {
            line,
            message: message.into(),
        }
    }
}

/// A mark is one of these words.
fn is_one(mark: &Mark, words: &[&str]) -> bool {
    matches!(mark, Mark::Word(word) if words.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// Pass or fail, where a word says so.
pub fn pass_of_word(mark: &Mark) -> Option<bool> {
    match (is_one(mark, &PASS), is_one(mark, &FAIL)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// Whether a verdict is a number, or a word for pass or fail: something that has a mean.
pub fn is_number(mark: &Mark) -> bool {
    matches!(mark, Mark::Number(_)) || pass_of_word(mark).is_some()
}

/// The outcome of a pair: position in [`OUTCOMES`].
pub(super) fn outcome_of(mark: &Mark) -> Option<usize> {
    match mark {
        Mark::Number(1.0) => Some(0),
        Mark::Number(0.5) => Some(1),
        Mark::Number(0.0) => Some(2),
        _ if is_one(mark, &WIN) => Some(0),
        _ if is_one(mark, &TIE) => Some(1),
        _ if is_one(mark, &LOSS) => Some(2),
        _ => None,
    }
}

/// The outcome of a pair as the other output sees it; what is no outcome stays as it is.
pub fn mirrored(mark: &Mark) -> Mark {
    match outcome_of(mark) {
        Some(0) => Mark::Number(0.0),
        Some(1) => Mark::Number(0.5),
        Some(_) => Mark::Number(1.0),
        None => mark.clone(),
    }
}

impl Scale {
    /// The scale of everything that was said.
    pub fn of(input: &Input, declared: &Declared) -> Result<Self, ScaleError> {
        let mut scale = Self {
            kind: Kind::Graded,
            categories: declared.categories.clone(),
            range: declared.range,
            pass: declared.pass,
            notes: Vec::new(),
        };
        if input
            .units
            .iter()
            .any(|unit| unit.first.is_some() || unit.second.is_some())
        {
            scale.kind = Kind::Pair;
            scale.categories = OUTCOMES.map(Arc::from).to_vec();
            return Ok(scale);
        }
        let human = || input.units.iter().flat_map(|unit| &unit.human);
        if !declared.categories.is_empty() {
            scale.kind = Kind::Nominal;
            return Ok(scale);
        }
        let is_word = |mark: &Mark| matches!(mark, Mark::Word(_));
        let mut marks = human();
        let Some((_, first, first_line)) = marks.next() else {
            return Ok(scale);
        };
        if let Some((_, other, line)) = marks.find(|(_, mark, _)| is_word(mark) != is_word(first)) {
            return Err(ScaleError::new(
                Some(*line),
                format!(
                    "`{other}` here, but `{first}` in line {first_line}: labels are either all numbers or all words"
                ),
            ));
        }
        let said = || input.units.iter().filter_map(|unit| unit.alone.as_ref());
        if is_word(first) {
            if human().all(|(_, mark, _)| pass_of_word(mark).is_some()) {
                scale.kind = Kind::PassFail;
                scale.with_threshold(said().all(says_pass));
            } else {
                scale.kind = Kind::Nominal;
                let names = human()
                    .map(|(_, mark, _)| mark)
                    .chain(said().map(|said| &said.mark));
                let names = names
                    .filter(|mark| is_word(mark))
                    .map(|mark| Arc::from(mark.to_string()));
                let chosen = said().filter_map(|said| said.category.clone());
                scale.categories = names
                    .chain(chosen)
                    .collect::<BTreeSet<Arc<str>>>()
                    .into_iter()
                    .collect();
            }
        } else {
            scale.of_numbers(input)?;
        }
        if scale.kind == Kind::PassFail {
            scale.categories = vec!["pass".into(), "fail".into()];
        }
        Ok(scale)
    }

    /// The same where all labels are numbers.
    fn of_numbers(&mut self, input: &Input) -> Result<(), ScaleError> {
        let human = || input.units.iter().flat_map(|unit| &unit.human);
        let numbers = || {
            human().filter_map(|(_, mark, line)| match mark {
                Mark::Number(number) => Some((*number, *line)),
                Mark::Word(_) => None,
            })
        };
        let said = || input.units.iter().filter_map(|unit| unit.alone.as_ref());
        let yes_no = numbers().all(|(number, _)| number == 0.0 || number == 1.0);
        let both = numbers().any(|(number, _)| number == 0.0) && numbers().any(|(number, _)| number == 1.0);
        let is_unit = self.range.is_none_or(|range| range == (0.0, 1.0));
        let has_zero = self.range.is_none_or(|(low, _)| low <= 0.0);
        if yes_no && (is_unit || both || !has_zero) {
            self.kind = Kind::PassFail;
            if !is_unit {
                self.notes
                    .push("all labels are 0 or 1, so they are read as fail and pass".to_owned());
            }
            self.with_threshold(said().all(says_pass));
            return Ok(());
        }
        if let Some((low, high)) = self.range
            && let Some((number, line)) = numbers().find(|(number, _)| !(low..=high).contains(number))
        {
            return Err(ScaleError::new(
                Some(line),
                format!("{number} is not on the scale from {low} to {high}; --scale LOW,HIGH sets another"),
            ));
        }
        let whole = |number: f64| number.fract() == 0.0;
        let steps = self
            .range
            .filter(|(low, high)| whole(*low) && whole(*high) && high - low + 1.0 <= MOST_STEPS);
        let whole_verdicts = said().all(|said| matches!(said.mark, Mark::Number(number) if whole(number)));
        self.kind = match steps {
            Some((low, high)) if whole_verdicts && numbers().all(|(number, _)| whole(number)) => {
                let count = (high - low) as usize + 1;
                self.categories = (0..count)
                    .map(|step| Arc::from((low + step as f64).to_string()))
                    .collect();
                Kind::Ordinal
            }
            _ => Kind::Graded,
        };
        self.with_threshold(false);
        Ok(())
    }

    /// Numbers need a threshold to pass, unless the judge said itself what passes.
    fn with_threshold(&mut self, all_say: bool) {
        if all_say || self.pass.is_some() {
            return;
        }
        let Some((low, high)) = self.range else { return };
        let middle = f64::midpoint(low, high);
        self.pass = Some(middle);
        self.notes.push(format!(
            "verdicts of at least {middle} pass: the middle of the scale; --pass SCORE sets another"
        ));
    }
}

/// Whether a verdict says itself if it passes.
fn says_pass(said: &Said) -> bool {
    said.pass.is_some() || pass_of_word(&said.mark).is_some() || matches!(said.mark, Mark::Number(0.0 | 1.0))
}
