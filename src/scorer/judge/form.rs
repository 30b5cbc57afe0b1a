//! What a verdict is: a number on a scale, yes or no, one of several choices, or the better of two.

use super::asks::Asks;
use super::options::{ChoiceOption, CriterionOption, Pass, ScaleOption};
use crate::model::{Judge, MOST_WEIGHT};
use indexmap::IndexMap;
use std::sync::Arc;

/// What a verdict is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Form {
    /// A number, or one for each criterion.
    Number {
        low: f64,
        high: f64,
        criteria: Vec<Criterion>,
    },
    /// Yes or no, or that for each criterion.
    Pass { criteria: Vec<Criterion> },
    /// One of several.
    Choice(Vec<Choice>),
    /// The better of two outputs.
    Pair,
}

/// One of several things that are judged in one reply.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Criterion {
    pub name: Arc<str>,
    pub weight: f64,
    pub text: String,
}

/// A verdict to choose.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Choice {
    pub letter: String,
    /// Words that mean the same.
    pub also: &'static [&'static str],
    pub value: f64,
    pub text: String,
}

/// The verdicts of `factuality` with the values that the field is used to (OpenAI's evals, autoevals).
const FACTUALITY: [(&str, f64, &str); 5] = [
    (
        "A",
        0.4,
        "The submission says less than the reference, and all that it says is consistent with it.",
    ),
    (
        "B",
        0.6,
        "The submission says more than the reference, and all of the reference is consistent with it.",
    ),
    ("C", 1.0, "The submission says the same as the reference."),
    (
        "D",
        0.0,
        "The submission and the reference contradict each other.",
    ),
    (
        "E",
        1.0,
        "They differ, but not in anything that matters for whether the submission is true.",
    ),
];

/// The scale where neither scorer nor judge states one.
const SCALE: (f64, f64) = (0.0, 10.0);

impl Form {
    /// What the verdicts of a scorer are, or what is wrong with its options.
    pub fn of(asks: &Asks, judge: Option<&Judge>) -> Result<Self, String> {
        let (low, high) = judge.map_or(SCALE, |judge| judge.scale);
        let form = match asks {
            Asks::Pairwise(_) => Self::Pair,
            Asks::Factuality(options) => Self::Choice(factuality(options.values.as_ref())?),
            Asks::ClosedQa(_) => Self::Choice(yes_or_no()),
            Asks::Grounded(..) => Self::Number {
                low,
                high,
                criteria: Vec::new(),
            },
            Asks::Rubric(options) => {
                let criteria = criteria(options.criteria.as_ref())?;
                match (&options.choices, options.scale) {
                    (Some(offered), _) => Self::Choice(choices(offered)?),
                    (None, Some(ScaleOption::Pass(Pass::Pass))) => Self::Pass { criteria },
                    (None, Some(ScaleOption::Range(low, high))) => {
                        if !(low.is_finite() && high.is_finite() && low < high) {
                            return Err(format!(
                                "`scale: [{low}, {high}]` must be `[lowest, highest]`, or `pass` for yes or no"
                            ));
                        }
                        Self::Number { low, high, criteria }
                    }
                    (None, None) => Self::Number { low, high, criteria },
                }
            }
        };
        let (lowest, highest) = form.ends();
        match asks.common().at_least {
            // The judge's scale is not known yet.
            Some(_) if judge.is_none() && form.takes_scale_of_judge(asks) => {}
            Some(least) if !(lowest..=highest).contains(&least) => {
                return Err(format!(
                    "`at-least: {least}` is not on the scale, which goes from {lowest} to {highest}"
                ));
            }
            _ => {}
        }
        Ok(form)
    }

    fn takes_scale_of_judge(&self, asks: &Asks) -> bool {
        matches!(self, Self::Number { .. })
            && !matches!(asks, Asks::Rubric(options) if options.scale.is_some())
    }

    /// Lowest and highest verdict.
    pub fn ends(&self) -> (f64, f64) {
        match self {
            Self::Number { low, high, .. } => (*low, *high),
            Self::Pass { .. } | Self::Choice(_) | Self::Pair => (0.0, 1.0),
        }
    }

    /// A verdict as a share of the scale.
    pub fn share(&self, raw: f64) -> f64 {
        let (low, high) = self.ends();
        ((raw - low) / (high - low)).clamp(0.0, 1.0)
    }

    /// The criteria that are judged one by one.
    pub fn criteria(&self) -> &[Criterion] {
        match self {
            Self::Number { criteria, .. } | Self::Pass { criteria } => criteria,
            Self::Choice(_) | Self::Pair => &[],
        }
    }

    /// The verdicts to choose from.
    pub fn choices(&self) -> &[Choice] {
        match self {
            Self::Choice(choices) => choices,
            _ => &[],
        }
    }
}

fn factuality(values: Option<&IndexMap<String, f64>>) -> Result<Vec<Choice>, String> {
    let mut choices: Vec<Choice> = FACTUALITY
        .iter()
        .map(|(letter, value, text)| Choice {
            letter: (*letter).to_owned(),
            also: &[],
            value: *value,
            text: (*text).to_owned(),
        })
        .collect();
    for (letter, value) in values.into_iter().flatten() {
        if !(0.0..=1.0).contains(value) {
            return Err(format!("`values.{letter}: {value}` must be a value from 0 to 1"));
        }
        match choices.iter_mut().find(|choice| choice.letter == *letter) {
            Some(choice) => choice.value = *value,
            None => {
                return Err(format!(
                    "`values` has no verdict `{letter}`; the verdicts are A, B, C, D and E"
                ));
            }
        }
    }
    Ok(choices)
}

fn yes_or_no() -> Vec<Choice> {
    let choice = |letter: &str, also, value, text: &str| Choice {
        letter: letter.to_owned(),
        also,
        value,
        text: text.to_owned(),
    };
    vec![
        choice("Y", &["yes", "true"], 1.0, "Yes, the criterion is met."),
        choice("N", &["no", "false"], 0.0, "No, it is not met."),
    ]
}

fn choices(offered: &IndexMap<String, ChoiceOption>) -> Result<Vec<Choice>, String> {
    if offered.len() < 2 {
        return Err("`choices` needs at least two verdicts, such as `{A: 1, B: 0}`".to_owned());
    }
    let mut choices: Vec<Choice> = Vec::with_capacity(offered.len());
    for (letter, ChoiceOption { value, text }) in offered {
        let word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        if letter.is_empty() || !letter.chars().all(word) {
            return Err(format!(
                "`{letter}` cannot be a verdict of `choices`; write a letter or a word"
            ));
        }
        if choices
            .iter()
            .any(|known| known.letter.to_lowercase() == letter.to_lowercase())
        {
            return Err(format!("`choices` has the verdict `{letter}` twice, case aside"));
        }
        if !(0.0..=1.0).contains(value) {
            return Err(format!("`choices.{letter}: {value}` must be a value from 0 to 1"));
        }
        choices.push(Choice {
            letter: letter.clone(),
            also: &[],
            value: *value,
            text: text.clone().unwrap_or_default(),
        });
    }
    Ok(choices)
}

fn criteria(named: Option<&IndexMap<String, CriterionOption>>) -> Result<Vec<Criterion>, String> {
    let Some(named) = named else { return Ok(Vec::new()) };
    if named.is_empty() {
        return Err("`criteria` is empty; name at least one, or leave it out".to_owned());
    }
    let mut criteria = Vec::with_capacity(named.len());
    for (name, CriterionOption { weight, text }) in named {
        if name.trim().is_empty() {
            return Err("a criterion has no name".to_owned());
        }
        if !(0.0..=MOST_WEIGHT).contains(weight) {
            return Err(format!(
                "`criteria.{name}.weight: {weight}` must be a number from 0 to {MOST_WEIGHT}"
            ));
        }
        criteria.push(Criterion {
            name: name.as_str().into(),
            weight: *weight,
            text: text.clone().unwrap_or_default(),
        });
    }
    if criteria.iter().all(|criterion| criterion.weight == 0.0) {
        return Err("all `criteria` have the weight 0; give at least one a weight above 0".to_owned());
    }
    Ok(criteria)
}
