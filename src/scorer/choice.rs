//! `choice`: the letter of a multiple-choice answer, found in free text.

use super::compile::{Grade, ScoreInput};
use super::options::options;
use super::pick::{Expected, Found, Picker, text_of};
use super::visitor::{Plain, Shorthand};
use crate::model::{Score, ScorerError};
use crate::text::choice_letter;
use std::borrow::Cow;

/// The letters where the task names none.
const LETTERS: &str = "ABCD";

options! {
    /// Options of `choice`.
    ChoiceOptions {
        /// The letters of the offered options, such as `ABCD` (the default).
        letters: String,
    }
}

impl Shorthand for ChoiceOptions {
    const EXPECTS: &'static str = "the letters of the options, such as `ABCD`, or a mapping of options";
    fn from_plain(plain: Plain) -> Result<Self, String> {
        match plain {
            Plain::Null | Plain::Bool(true) => Ok(Self::default()),
            Plain::Text(letters) => Ok(Self {
                letters: Some(letters),
                ..Self::default()
            }),
            _ => Err(String::new()),
        }
    }
}

struct Choice {
    letters: Vec<char>,
    expected: Expected,
    picker: Picker,
}

pub(super) fn compile(options: &ChoiceOptions) -> Result<Box<dyn Grade>, String> {
    let letters: Vec<char> = options
        .letters
        .as_deref()
        .unwrap_or(LETTERS)
        .chars()
        .filter(|c| !matches!(c, ' ' | ','))
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if letters.len() < 2 || !letters.iter().all(char::is_ascii_alphabetic) {
        return Err("`letters` must be at least two letters from A to Z, such as `ABCD`".to_owned());
    }
    let common = options.common();
    let choice = Choice {
        letters,
        expected: Expected::new(common)?,
        picker: Picker::new(common)?,
    };
    if let Some(fixed) = choice.expected.fixed() {
        for value in fixed {
            choice.wanted_letter(&text_of(value))?;
        }
    }
    Ok(Box::new(choice))
}

impl Choice {
    fn wanted_letter(&self, text: &str) -> Result<char, String> {
        choice_letter(text, &self.letters).ok_or_else(|| {
            format!(
                "the expected answer `{text}` names none of the letters {}; write one letter",
                self.letters.iter().collect::<String>()
            )
        })
    }
}

impl Grade for Choice {
    fn score(&self, input: &ScoreInput<'_>) -> Result<Score, ScorerError> {
        let values = self.expected.any_of(input.case, self.picker.path.as_ref())?;
        let wanted = values.iter().map(|value| {
            self.wanted_letter(&text_of(value))
                .map_err(|message| ScorerError::failed(format!("case `{}`: {message}", input.case.id)))
        });
        let wanted = wanted.collect::<Result<Vec<char>, ScorerError>>()?;
        let found: Cow<'_, str> = match self.picker.find(input.output) {
            Found::Nothing(absent) => {
                return Ok(Score::binary(false, absent.explain(self.picker.path.as_ref())));
            }
            Found::Text(text) => text.into(),
            Found::Json(value) => text_of(value),
        };
        let Some(letter) = choice_letter(&found, &self.letters) else {
            return Ok(Score::binary(
                false,
                "no choice letter found in the output, or more than one",
            ));
        };
        let hit = wanted.contains(&letter);
        let explanation: Cow<'static, str> = if hit {
            "the expected letter".into()
        } else {
            let wanted: Vec<String> = wanted.iter().map(char::to_string).collect();
            format!("chose {letter}, expected {}", wanted.join(" or ")).into()
        };
        Ok(Score::binary(hit, explanation).with_answer(letter.to_string()))
    }
}
