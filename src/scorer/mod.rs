//! Scorers: what a task says of a completion, as functions of the case and the completion alone.
//!
//! One file per family of scorers holds its options (what a task file may say), its check and its verdict.
//! Around them: [`RawScorer`] is the item of a `scorers:` list as it is written, [`ScorerConfig`] what it means,
//! [`compile`] builds what is reused from trial to trial (regexes, schemas, globs), and [`ScorerSet`] holds all
//! scorers of a task with the policy of outcomes. [`catalog`] lists every built-in for people.
//!
//! Nothing here reads files, clocks or the network, and nothing panics: model output is hostile. Scorers that are code
//! run in the sandbox, which is handed to them with what they grade.

mod budget;

mod catalog;
mod choice;
mod code;
mod combine;
mod compile;
mod config;
mod count;
mod filter;
mod fingerprint;
mod golden;
mod integer;
mod json;
mod json_diff;
mod json_match;
mod judge;
mod keys;
mod layers;
mod matching;
mod numeric;
mod options;
mod output;
mod pick;
mod program;
mod quote;
mod raw;
mod refusal;
mod regex;
mod set;
mod set_match;
mod similarity;
mod visitor;

pub use budget::LimitOptions;

pub use catalog::{CatalogEntry, CatalogOption, catalog};
pub use choice::ChoiceOptions;
pub use code::{CodeLanguage, CodeOptions, Given};
pub use combine::TaskJudge;
pub use compile::{CompiledScorer, Needs, Observed, ScoreInput, compile};
pub use config::ScorerConfig;
pub use count::{CountOptions, CountUnit};
pub use fingerprint::grading;
pub use golden::{GoldenNeeds, RestsOn};
pub use json::{JsonOptions, SchemaOptions, check_schema};
pub use json_match::{Extra, JsonMatchOptions, Unordered};
pub use judge::{
    Against, Asks, ChoiceOption, ClosedQaOptions, CriterionOption, Encode, FactualityOptions,
    GroundedOptions, Grounding, Item, JudgeKind, JudgeOptions, JudgeScorer, Judging, Orders, PairwiseOptions,
    Question, Sampling, ScaleOption, TEMPLATE_VARIABLES,
};
pub use keys::SCORER_KEYS;
pub use layers::{LayerOption, LayersOptions};
pub use matching::{MatchOp, MatchOptions, MatchRule};
pub use numeric::{NumericOptions, Take};
pub use options::{After, OneOrMany};
pub use output::Output;
pub use program::{Fault, Frame, Language, LimitsOption, Program, ProgramOptions, Supplied};
pub use quote::quote;
pub use raw::{LoweredScorer, RawScorer};
pub use refusal::{Expect, RefusalOptions};
pub use regex::RegexOptions;
pub use set::{Graded, ScorerSet, is_remark};
pub use set_match::SetMatchOptions;
pub use similarity::{Measure, Metric, SimilarityOptions};

#[cfg(test)]
mod tests;
