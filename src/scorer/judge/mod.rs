//! Scorers that ask language models: `judge`, `factuality`, `closed-qa`, `pairwise` and those for retrieval.
//!
//! This is the pure half. [`Judging`] is what a task says of such a scorer; [`JudgeScorer`] is that, compiled: it says
//! who is asked ([`panel`]), what ([`prompt`]: every kind is a template, the built-in ones are in `prompts/`), reads the
//! replies ([`read`]) and makes one score of them ([`conclude`]). Asking is the engine's work, after everything else is
//! graded; until then the scorer's entry waits.
//!
//! The judged output is hostile. It stands in the prompt behind a fence ([`fence`]) that it cannot guess, and whatever
//! of a reply cannot be read as exactly one verdict is no verdict.

mod anchor;
mod asks;
mod conclude;
mod fence;
mod form;
mod golden;
mod options;
mod panel;
mod prompt;
mod read;
mod reply;
mod rows;
mod schema;
mod scorer;
mod visible;

#[cfg(test)]
pub(super) mod tests;

pub use asks::{Asks, Grounding, Judging};
pub use options::{
    ChoiceOption, ClosedQaOptions, CriterionOption, Encode, FactualityOptions, GroundedOptions, JudgeOptions,
    Orders, PairwiseOptions, Sampling, ScaleOption,
};
pub use prompt::TEMPLATE_VARIABLES;
pub use scorer::{Against, Item, JudgeKind, JudgeScorer, Question};

pub(super) use golden::problem_with;
pub(super) use rows::ROWS;
pub(super) use scorer::compile;
