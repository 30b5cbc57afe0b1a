//! Scorers of likeness to reference texts: `token-f1`, `exact-match`, `levenshtein`, `rouge-*`, `bleu`, `chrf`.

use super::compile::{Grade, ScoreInput};
use super::json_match::threshold;
use super::options::options;
use super::pick::{Expected, Found, Picker, text_of};
use super::visitor::{Plain, Shorthand};
use crate::model::{Score, ScorerError};
use crate::text::{self, Prf, RougeKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Which of three figures is the score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Metric {
    /// The harmonic mean of precision and recall.
    #[default]
    F1,
    /// The share of the output that is right.
    Precision,
    /// The share of the expected that was found.
    Recall,
}

impl Metric {
    pub(super) fn parse(name: &str) -> Result<Self, String> {
        match name {
            "f1" => Ok(Self::F1),
            "precision" => Ok(Self::Precision),
            "recall" => Ok(Self::Recall),
            other => Err(format!(
                "`{other}` is no figure; write `f1`, `precision` or `recall`"
            )),
        }
    }

    pub(super) fn of(self, prf: &Prf) -> f64 {
        match self {
            Self::F1 => prf.f1,
            Self::Precision => prf.precision,
            Self::Recall => prf.recall,
        }
    }
}

/// A measure of likeness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Shared words after SQuAD normalisation.
    TokenF1,
    /// Equality after SQuAD normalisation.
    ExactMatch,
    /// 1 - edit distance / longer length, in characters.
    Levenshtein,
    /// Shared words.
    #[serde(rename = "rouge-1")]
    Rouge1,
    /// Shared pairs of words.
    #[serde(rename = "rouge-2")]
    Rouge2,
    /// Longest common subsequence of words.
    #[serde(rename = "rouge-l")]
    RougeL,
    /// Sentence BLEU.
    Bleu,
    /// Character n-grams.
    Chrf,
}

options! {
    /// Options of the scorers of likeness to reference texts.
    SimilarityOptions {
        /// Passes from this figure on; 1 by default. The score is the figure itself.
        min: f64,
        /// Which figure is the score, of `token-f1` and `rouge-*`: `f1` (the default), `precision` or `recall`.
        score: Metric,
        /// Whether words are reduced to their stems, of `rouge-*`; false by default.
        stem: bool,
        /// Whether words count beside characters (chrF++), of `chrf`; false by default.
        words: bool,
    }
}

impl Shorthand for SimilarityOptions {
    const EXPECTS: &'static str =
        "a reference text, a list of them, `true` (the golden output) or a mapping of options";
    fn from_plain(plain: Plain) -> Result<Self, String> {
        match plain {
            Plain::Null | Plain::Bool(true) => Ok(Self::default()),
            Plain::Text(_) => Ok(Self {
                value: Some(plain.into_value()),
                ..Self::default()
            }),
            Plain::List(values) => Ok(Self {
                values: Some(values),
                ..Self::default()
            }),
            Plain::Number(number) => Err(format!(
                "a bare number is unclear here; write `{{min: {number}}}` for a threshold"
            )),
            Plain::Bool(false) => Err(String::new()),
        }
    }
}

struct Likeness {
    measure: Measure,
    metric: Metric,
    stem: bool,
    words: bool,
    min: f64,
    expected: Expected,
    picker: Picker,
}

pub(super) fn compile(measure: Measure, options: &SimilarityOptions) -> Result<Box<dyn Grade>, String> {
    let is_rouge = matches!(measure, Measure::Rouge1 | Measure::Rouge2 | Measure::RougeL);
    if options.stem.is_some() && !is_rouge {
        return Err("`stem` is an option of `rouge-1`, `rouge-2` and `rouge-l` only; remove it".to_owned());
    }
    if options.words.is_some() && measure != Measure::Chrf {
        return Err("`words` is an option of `chrf` only; remove it".to_owned());
    }
    if options.score.is_some() && !(is_rouge || measure == Measure::TokenF1) {
        return Err("`score` is an option of `token-f1` and `rouge-*` only; remove it".to_owned());
    }
    let common = options.common();
    Ok(Box::new(Likeness {
        measure,
        metric: options.score.unwrap_or_default(),
        stem: options.stem.unwrap_or(false),
        words: options.words.unwrap_or(false),
        min: threshold(options.min)?,
        expected: Expected::new(common)?,
        picker: Picker::new(common)?,
    }))
}

impl Likeness {
    fn measure(&self, found: &str, references: &[Cow<'_, str>]) -> (f64, Option<Prf>) {
        let prf = match self.measure {
            Measure::TokenF1 => text::token_f1(found, references),
            Measure::Rouge1 => text::rouge(found, references, RougeKind::Rouge1, self.stem),
            Measure::Rouge2 => text::rouge(found, references, RougeKind::Rouge2, self.stem),
            Measure::RougeL => text::rouge(found, references, RougeKind::RougeL, self.stem),
            Measure::ExactMatch => return (f64::from(u8::from(text::exact_match(found, references))), None),
            Measure::Levenshtein => {
                let best = references
                    .iter()
                    .map(|reference| text::similarity(found, reference));
                return (best.fold(0.0, f64::max), None);
            }
            Measure::Bleu => return (text::sentence_bleu(found, references), None),
            Measure::Chrf if self.words => return (text::chrf_plus_plus(found, references), None),
            Measure::Chrf => return (text::chrf(found, references), None),
        };
        (self.metric.of(&prf), Some(prf))
    }
}

impl Grade for Likeness {
    fn score(&self, input: &ScoreInput<'_>) -> Result<Score, ScorerError> {
        let references = self.expected.texts(input.case, &self.picker)?;
        let found: Cow<'_, str> = match self.picker.find(input.output) {
            Found::Nothing(absent) => {
                return Ok(Score::binary(false, absent.explain(self.picker.path.as_ref())));
            }
            Found::Text(text) => text.into(),
            Found::Json(value) => text_of(value),
        };
        // The measures that fold case themselves lose nothing by folding it twice.
        let (value, prf) = if self.picker.ignore_case {
            let lowered: Vec<Cow<'_, str>> = references
                .iter()
                .map(|text| self.picker.clean(text).to_lowercase().into())
                .collect();
            self.measure(&found.to_lowercase(), &lowered)
        } else {
            let cleaned: Vec<Cow<'_, str>> = references
                .iter()
                .map(|text| self.picker.clean(text).into())
                .collect();
            self.measure(&found, &cleaned)
        };
        let pass = value >= self.min - 1e-9;
        let explanation: Cow<'static, str> = match (self.measure, pass) {
            (Measure::ExactMatch, true) => {
                "is the expected answer, case, articles and punctuation aside".into()
            }
            (Measure::ExactMatch, false) => {
                "is not the expected answer, even with case, articles and punctuation aside".into()
            }
            (_, true) => format!("{value:.3}, at least {}", self.min).into(),
            (_, false) => format!("{value:.3}, below {}", self.min).into(),
        };
        let score = Score::graded(value, pass, explanation);
        Ok(match prf {
            None => score,
            Some(prf) => score
                .with_named("precision", prf.precision)
                .with_named("recall", prf.recall)
                .with_named("f1", prf.f1),
        })
    }
}
