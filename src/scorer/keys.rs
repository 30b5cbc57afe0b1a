//! The keys that an item of a `scorers:` list may have, and which family of scorers each belongs to.

use super::count::CountUnit;
use super::judge::Grounding;
use super::matching::{MatchOp, MatchRule};
use super::program::Language;
use super::similarity::Measure;
use std::sync::LazyLock;

/// Scorers that share their options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Match(MatchRule),
    Regex { not: bool },
    Choice,
    Numeric,
    Json,
    JsonSchema,
    JsonMatch,
    SetMatch,
    Similarity(Measure),
    Count(CountUnit),
    Refusal,
    Latency,
    Cost,
    Program(Language),
    Code,
    Judge,
    Factuality,
    ClosedQa,
    Grounded(Grounding),
    Pairwise,
    Layers,
}

const fn rule(op: MatchOp, ignore_case: bool, not: bool) -> Family {
    Family::Match(MatchRule { op, ignore_case, not })
}

/// Every scorer by its key.
pub(super) const FAMILIES: [(&str, Family); 56] = [
    ("equals", rule(MatchOp::Equals, false, false)),
    ("iequals", rule(MatchOp::Equals, true, false)),
    ("not-equals", rule(MatchOp::Equals, false, true)),
    ("not-iequals", rule(MatchOp::Equals, true, true)),
    ("one-of", rule(MatchOp::OneOf, false, false)),
    ("not-one-of", rule(MatchOp::OneOf, false, true)),
    ("contains", rule(MatchOp::Contains, false, false)),
    ("icontains", rule(MatchOp::Contains, true, false)),
    ("contains-all", rule(MatchOp::ContainsAll, false, false)),
    ("icontains-all", rule(MatchOp::ContainsAll, true, false)),
    ("contains-any", rule(MatchOp::ContainsAny, false, false)),
    ("icontains-any", rule(MatchOp::ContainsAny, true, false)),
    ("not-contains", rule(MatchOp::Contains, false, true)),
    ("not-icontains", rule(MatchOp::Contains, true, true)),
    ("not-contains-all", rule(MatchOp::ContainsAll, false, true)),
    ("not-icontains-all", rule(MatchOp::ContainsAll, true, true)),
    ("not-contains-any", rule(MatchOp::ContainsAny, false, true)),
    ("not-icontains-any", rule(MatchOp::ContainsAny, true, true)),
    ("starts-with", rule(MatchOp::StartsWith, false, false)),
    ("not-starts-with", rule(MatchOp::StartsWith, false, true)),
    ("ends-with", rule(MatchOp::EndsWith, false, false)),
    ("not-ends-with", rule(MatchOp::EndsWith, false, true)),
    ("regex", Family::Regex { not: false }),
    ("not-regex", Family::Regex { not: true }),
    ("choice", Family::Choice),
    ("numeric", Family::Numeric),
    ("json", Family::Json),
    ("json-schema", Family::JsonSchema),
    ("json-match", Family::JsonMatch),
    ("set-match", Family::SetMatch),
    ("token-f1", Family::Similarity(Measure::TokenF1)),
    ("exact-match", Family::Similarity(Measure::ExactMatch)),
    ("levenshtein", Family::Similarity(Measure::Levenshtein)),
    ("rouge-1", Family::Similarity(Measure::Rouge1)),
    ("rouge-2", Family::Similarity(Measure::Rouge2)),
    ("rouge-l", Family::Similarity(Measure::RougeL)),
    ("bleu", Family::Similarity(Measure::Bleu)),
    ("chrf", Family::Similarity(Measure::Chrf)),
    ("word-count", Family::Count(CountUnit::Words)),
    ("length", Family::Count(CountUnit::Characters)),
    ("refusal", Family::Refusal),
    ("latency", Family::Latency),
    ("cost", Family::Cost),
    ("python", Family::Program(Language::Python)),
    ("javascript", Family::Program(Language::JavaScript)),
    ("wasm", Family::Program(Language::Wasm)),
    ("code", Family::Code),
    ("judge", Family::Judge),
    ("factuality", Family::Factuality),
    ("closed-qa", Family::ClosedQa),
    ("faithfulness", Family::Grounded(Grounding::Faithfulness)),
    ("context-recall", Family::Grounded(Grounding::ContextRecall)),
    ("context-relevance", Family::Grounded(Grounding::ContextRelevance)),
    ("answer-relevance", Family::Grounded(Grounding::AnswerRelevance)),
    ("pairwise", Family::Pairwise),
    ("layers", Family::Layers),
];

/// The keys of all scorers.
pub static SCORER_KEYS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| FAMILIES.iter().map(|(key, _)| *key).collect());

/// Keys that stand beside the scorer's.
pub(super) const COMMON_KEYS: [&str; 3] = ["name", "weight", "cases"];

/// All keys, for the message about an unknown one.
pub(super) static ALL_KEYS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| SCORER_KEYS.iter().copied().chain(COMMON_KEYS).collect());

pub(super) fn family(key: &str) -> Option<(&'static str, Family)> {
    FAMILIES.iter().find(|(known, _)| *known == key).copied()
}
