//! What a task says of a scorer that asks a judge: which kind, its options, and who the judge is.

use super::form::Form;
use super::options::{
    ClosedQaOptions, Common, FactualityOptions, GroundedOptions, JudgeOptions, PairwiseOptions, Sampling,
};
use super::prompt::Builtin;
use crate::model::Judge;
use camino::Utf8PathBuf;
use serde::Serialize;
use std::sync::Arc;

/// A scorer that asks a judge. Its JSON, that of the judge included, is part of the task's hash.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Judging {
    /// What is asked.
    pub asks: Asks,
    /// Name and hash of the built-in prompt.
    prompt: String,
    /// Who is asked; `None` until the loader has looked the name up.
    pub supplied: Option<Arc<Judge>>,
    /// Labels of people, over those of the judge; absolute, once the loader has found the file.
    #[serde(skip)]
    pub labels: Option<Utf8PathBuf>,
}

/// What is asked, with its options.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asks {
    /// Whether the output meets a rubric or criteria.
    Rubric(JudgeOptions),
    /// Whether the output says what the golden output says.
    Factuality(FactualityOptions),
    /// Whether the output meets a criterion, yes or no.
    ClosedQa(ClosedQaOptions),
    /// A question about retrieved texts.
    Grounded(Grounding, GroundedOptions),
    /// Which of two outputs is better.
    Pairwise(PairwiseOptions),
}

/// Questions about retrieved texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grounding {
    /// Whether the texts support what the output says.
    Faithfulness,
    /// Whether the texts hold what the golden output says.
    ContextRecall,
    /// Whether the texts are about the question.
    ContextRelevance,
    /// Whether the output answers the question.
    AnswerRelevance,
}

impl Asks {
    /// The options that all of them share.
    pub(super) fn common(&self) -> Common<'_> {
        match self {
            Self::Rubric(options) => options.common(),
            Self::Factuality(options) => options.common(),
            Self::ClosedQa(options) => options.common(),
            Self::Grounded(_, options) => options.common(),
            Self::Pairwise(options) => options.common(),
        }
    }

    /// Variable or metadata field with the retrieved texts, where they are shown.
    pub(super) fn context(&self) -> Option<&str> {
        match self {
            Self::Grounded(Grounding::AnswerRelevance, _) => None,
            Self::Grounded(_, options) => Some(options.context.as_deref().unwrap_or("context")),
            _ => None,
        }
    }

    /// Whether the golden output is needed.
    pub(super) fn needs_golden(&self) -> bool {
        match self {
            Self::Factuality(_) | Self::Grounded(Grounding::ContextRecall, _) => true,
            Self::Pairwise(options) => options.against.as_deref() == Some("golden"),
            Self::Rubric(_) | Self::ClosedQa(_) | Self::Grounded(..) => false,
        }
    }
}

impl Judging {
    /// A scorer whose judge is still to be looked up.
    pub fn new(asks: Asks) -> Self {
        let prompt = Builtin::of(&asks).version();
        Self {
            asks,
            prompt,
            supplied: None,
            labels: None,
        }
    }

    /// The name that it gives for its judge.
    pub fn by(&self) -> &str {
        self.asks.common().by
    }

    /// The file of labels that it names, relative to the task's file.
    pub fn labels_named(&self) -> Option<&str> {
        self.asks.common().labels
    }

    /// What the task itself says, and the version of the built-in prompt: all but the judge.
    pub(in crate::scorer) fn own(&self) -> impl Serialize + '_ {
        let model = self.supplied.as_ref().filter(|judge| judge.path.is_none());
        (&self.asks, &self.prompt, model)
    }

    /// Which outputs it sees, where that is a sample.
    pub fn sample(&self) -> Option<Sampling> {
        self.asks.common().sample
    }

    /// Whether outputs are compared with those of other candidates.
    pub fn meets_candidates(&self) -> bool {
        matches!(&self.asks, Asks::Pairwise(options) if options.against.as_deref() != Some("golden"))
    }

    /// The candidate that outputs are compared with, by its name in leaderboards or a glob over names.
    pub fn opponent(&self) -> Option<&str> {
        match &self.asks {
            Asks::Pairwise(options) => options
                .against
                .as_deref()
                .filter(|against| !["golden", "all"].contains(against)),
            _ => None,
        }
    }

    /// Whether the case's golden output is needed.
    pub fn needs_golden(&self) -> bool {
        self.asks.needs_golden()
    }

    /// Checks the options alone. The error says what is wrong and what to write instead.
    pub(in crate::scorer) fn check(&self) -> Result<(), String> {
        let common = self.asks.common();
        if common.by.trim().is_empty() {
            return Err(
                "says not who judges; write `by: NAME` with a judge of `judges/`, or `by: provider/model`"
                    .to_owned(),
            );
        }
        if let Some(sample) = common.sample {
            check_sample(sample, matches!(self.asks, Asks::Pairwise(_)))?;
        }
        match &self.asks {
            Asks::Rubric(options) => check_rubric(options)?,
            Asks::ClosedQa(options)
                if options
                    .criterion
                    .as_deref()
                    .is_none_or(|text| text.trim().is_empty()) =>
            {
                return Err("needs a `criterion`, which the judge answers yes or no".to_owned());
            }
            Asks::Pairwise(options) => check_pairwise(options)?,
            Asks::Factuality(_) | Asks::ClosedQa(_) | Asks::Grounded(..) => {}
        }
        // The scale of a judge that is not known yet does not matter for what a task can get wrong here.
        Form::of(&self.asks, None).map(|_| ())
    }
}

fn check_sample(sample: Sampling, pairs: bool) -> Result<(), String> {
    if pairs {
        return Err(
            "`sample` is for scorers that look at one output; `rounds` limits comparisons".to_owned(),
        );
    }
    for (name, share) in [("top", sample.top), ("rest", sample.rest)] {
        if !(0.0..=1.0).contains(&share) {
            return Err(format!("`sample.{name}: {share}` must be a share from 0 to 1"));
        }
    }
    if sample.rest <= 0.0 {
        return Err(
            "`sample.rest` must be above 0: without a share of the rest nothing can be said of it; write for example \
             `sample: {top: 0.2, rest: 0.1}`"
                .to_owned(),
        );
    }
    Ok(())
}

fn check_rubric(options: &JudgeOptions) -> Result<(), String> {
    let empty = |text: &Option<String>| text.as_deref().is_some_and(|text| text.trim().is_empty());
    if empty(&options.rubric) {
        return Err("`rubric` is empty; say what is to be judged".to_owned());
    }
    let given = [
        ("scale", options.scale.is_some()),
        ("choices", options.choices.is_some()),
    ];
    if given.iter().all(|(_, given)| *given) {
        return Err("`scale` and `choices` say the same in two ways; write one of them".to_owned());
    }
    if options.choices.is_some() && options.criteria.is_some() {
        return Err("`criteria` have scores on a scale; `choices` cannot stand beside them".to_owned());
    }
    Ok(())
}

fn check_pairwise(options: &PairwiseOptions) -> Result<(), String> {
    let Some(against) = options.against.as_deref() else {
        return Err(
            "says not with what outputs are compared; write `against: golden`, `against: all` or `against: provider/model`"
                .to_owned(),
        );
    };
    if !["golden", "all"].contains(&against) && !against.contains(['/', '*']) {
        return Err(format!(
            "`against: {against}` is neither `golden`, `all` nor a candidate such as `openai/gpt-5`"
        ));
    }
    if let Err(error) = globset::Glob::new(against) {
        return Err(format!(
            "the glob `against: {against}` cannot be used: {}",
            error.kind()
        ));
    }
    if options.rounds == Some(0) {
        return Err("`rounds: 0` would compare nothing; write a number above 0 or leave it out".to_owned());
    }
    if options.rounds.is_some() && against != "all" {
        return Err("`rounds` belongs to `against: all`".to_owned());
    }
    if options.at_least.is_some() {
        return Err("a comparison has no `at-least`: it passes where the output is not worse".to_owned());
    }
    Ok(())
}
