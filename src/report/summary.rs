//! `summary.json`: the leaderboards for programs.

mod convert;
mod judges;
mod standing;

use super::decided::DecidedEntry;
use super::front::FrontPairEntry;
use super::ladder::LadderEntry;
use super::policy::PolicyEntry;
use crate::analyse::Analysis;
use crate::model::Usage;
use judges::{JudgeEntry, QuestionsEntry};
use schemars::JsonSchema;
use serde::Serialize;
use standing::{ComparisonEntry, OverallEntry, PlacesEntry, SlicesEntry};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Version of the document; it rises when a field is renamed, removed or changes its meaning.
const SCHEMA_VERSION: u32 = 1;

/// The leaderboards of a run. Money is in US dollars as exact decimal text. Numbers that there are not are null.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Summary<'a> {
    /// Version of this document.
    schema_version: u32,
    /// The run's id.
    run: &'a str,
    /// Version of bench that made the run.
    bench_version: &'a str,
    /// Seed of everything drawn at random.
    seed: u64,
    /// True where all candidates are simulated.
    simulated: bool,
    /// False where a planned trial has no answer (provider error, not sent): the ranking may change.
    complete: bool,
    /// The answer in one sentence.
    answer: String,
    /// Sums over all tasks.
    totals: TotalsEntry,
    /// What judges said of their anchors before the run.
    anchors: Vec<AnchoredEntry<'a>>,
    /// Quality against cost and latency over all tasks, each of which counts the same; null with one task, or where fewer
    /// than two models ran all.
    front: Option<FrontPairEntry<'a>>,
    /// The tasks, in the order of the manifest.
    tasks: Vec<TaskSummary<'a>>,
    /// The leaderboard over all tasks, each counting the same; absent where there is one task.
    #[serde(skip_serializing_if = "Option::is_none")]
    overall: Option<OverallEntry<'a>>,
}

/// What a judge said of its anchors before the run, compared with the verdicts that were known.
#[derive(Debug, Serialize, JsonSchema)]
struct AnchoredEntry<'a> {
    /// The judge's name.
    judge: &'a str,
    /// Anchors that it gave a verdict on.
    n: u64,
    /// Anchors that it gave none on.
    failed: u64,
    /// Mean of the verdicts now less the known ones, as a share of the scale.
    shift: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    /// Whether the interval excludes 0.
    moved: bool,
    /// What is to be known before its scores are trusted.
    warning: Option<String>,
    /// Replies that it gave, which are in no other sum.
    replies: u64,
    /// Input tokens of the replies, as far as they are known.
    input_tokens: u64,
    /// Output tokens of the replies, as far as they are known.
    output_tokens: u64,
    /// What the replies cost; null where a part is unknown.
    cost_usd: Option<String>,
}

/// Sums over all candidates.
#[derive(Debug, Serialize, JsonSchema)]
struct TotalsEntry {
    /// Trials planned.
    planned: u64,
    /// Trials recorded.
    recorded: u64,
    /// Trials by outcome.
    outcomes: BTreeMap<&'static str, u64>,
    tokens: TokensEntry,
    /// What the answers cost when they were sent.
    cost: SpendEntry,
    /// What this run paid.
    paid: SpendEntry,
    /// Answers from the cache.
    cache_hits: u64,
    /// Attempts after the first.
    retries: u64,
    /// What came of the questions to judges, whose tokens and money are in no other sum; null where there are none.
    judges: Option<QuestionsEntry>,
}

/// The leaderboards of a task.
#[derive(Debug, Serialize, JsonSchema)]
struct TaskSummary<'a> {
    /// The task's name.
    task: &'a str,
    /// Cases selected.
    cases: u64,
    /// Repeats of each trial.
    epochs: u32,
    /// Which model should do this job, in one sentence.
    answer: String,
    /// Those with the best mean score.
    leaders: Vec<Named<'a>>,
    /// Those behind them that a paired test on the same cases does not tell apart from them: the lead over them is not
    /// established.
    tied: Vec<Named<'a>>,
    /// Those behind them whose interval overlaps. A description of the intervals; `tied` is the decision.
    overlapping: Vec<Named<'a>>,
    /// The cheapest of the leaders and those tied with them, per trial, as far as their cost is known.
    cheapest: Option<Named<'a>>,
    /// How many of the leaders and those tied with them have an unknown cost.
    unknown_costs: usize,
    /// All pairs of candidates on the same cases; p is adjusted over all of them.
    comparisons: Vec<ComparisonEntry<'a>>,
    /// Leaderboards by the values of a field (`bench report --by`).
    #[serde(skip_serializing_if = "Option::is_none")]
    slices: Option<SlicesEntry<'a>>,
    /// One leaderboard per prompt.
    leaderboards: Vec<BoardEntry<'a>>,
    /// What is known of its judges, by name.
    judges: Vec<JudgeEntry<'a>>,
    /// Quality against cost and latency of its candidates, over all prompts; null with one candidate.
    front: Option<FrontPairEntry<'a>>,
    /// What the ranking policy says, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<PolicyEntry<'a>>,
    /// What is told of its pairs, where the run stops early.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided: Option<DecidedEntry>,
    /// The ladders that its cases were sent up, one for each prompt.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ladders: Vec<LadderEntry>,
}

/// A candidate of a task.
#[derive(Debug, Serialize, JsonSchema)]
struct Named<'a> {
    /// Model, with the label where it has one.
    name: &'a str,
    /// The prompt's id.
    prompt: &'a str,
}

/// A leaderboard, best mean score first.
#[derive(Debug, Serialize, JsonSchema)]
struct BoardEntry<'a> {
    /// The prompt's id.
    prompt: &'a str,
    rows: Vec<RowEntry<'a>>,
}

/// A candidate's line in a leaderboard.
#[derive(Debug, Serialize, JsonSchema)]
struct RowEntry<'a> {
    /// 1 for the best; equal scores share a rank; null without any score.
    rank: Option<u32>,
    /// The places that paired tests on the same cases leave open; null without any score.
    rank_interval: Option<PlacesEntry>,
    /// True where it is not the best, but not told apart from the best of its leaderboard either.
    tied_with_best: bool,
    /// Model, with the label where it has one; unique in its leaderboard.
    name: &'a str,
    /// `provider/model`.
    model: &'a str,
    /// True for simulated models.
    simulated: bool,
    /// Trials planned.
    planned: u64,
    /// Trials recorded.
    recorded: u64,
    /// Trials with a score, which is what the means are over.
    scored: u64,
    /// Trials that pass.
    passed: u64,
    /// Trials that did not pass (skipped ones left out).
    failed: u64,
    /// Trials by outcome; planned trials that were never recorded are `skipped`.
    outcomes: BTreeMap<&'static str, u64>,
    /// Mean score over cases.
    score: EstimateEntry,
    /// Pass rate over cases.
    pass_rate: EstimateEntry,
    /// Where cases are repeated, by k: the chance that at least one of k answers passes, over cases with k answers.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pass_at_k: BTreeMap<u32, EstimateEntry>,
    /// Where cases are repeated, by k: the chance that k answers all pass (pass^k), over cases with k answers.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pass_hat_k: BTreeMap<u32, EstimateEntry>,
    /// Where cases are repeated: the share of the variance of the mean score that is between epochs. Below 0.2, more epochs
    /// are wasted.
    #[serde(skip_serializing_if = "Option::is_none")]
    epoch_variance_share: Option<f64>,
    missing: MissingEntry,
    /// Trials in whose output no answer was found; at least as many, where several scorers read answers.
    no_answer: u64,
    tokens: TokensEntry,
    /// What the answers cost when they were sent.
    cost: SpendEntry,
    /// What this run paid.
    paid: SpendEntry,
    /// Median latency.
    latency_p50_ms: Option<f64>,
    /// 95th percentile of the latency.
    latency_p95_ms: Option<f64>,
    /// Median time to the first token.
    first_token_p50_ms: Option<f64>,
    /// False where percentiles come from a histogram (less than 1 % off).
    percentiles_exact: bool,
    /// Answers from the cache.
    cache_hits: u64,
    /// Attempts after the first.
    retries: u64,
    /// What each scorer said.
    scorers: Vec<ScorerEntry<'a>>,
    /// Pairs of scorers that do not always agree, those with the most such trials first.
    disagreements: Vec<DisagreementEntry<'a>>,
}

/// A mean with its two-sided 95 % interval.
#[derive(Debug, Serialize, JsonSchema)]
struct EstimateEntry {
    mean: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    /// Cases with a value.
    n: u64,
    /// Independent yes/no cases that would give an interval of this width.
    n_eff: Option<f64>,
    /// Standard error (cluster-robust where the task has clusters).
    se: Option<f64>,
    /// Degrees of freedom; null where they are infinite or there is no interval.
    df: Option<f64>,
    /// Clusters, where the task has any.
    clusters: Option<u64>,
    /// `effective-n-wilson`, or why there is no interval: `no-data`, `one-unit`, `one-cluster`.
    method: &'static str,
    /// True where the values do not vary.
    degenerate: bool,
    /// What to know before trusting the interval.
    warnings: Vec<WarningEntry>,
}

/// A warning.
#[derive(Debug, Serialize, JsonSchema)]
struct WarningEntry {
    /// Its stable name.
    kind: &'static str,
    /// It in words.
    message: String,
}

/// Planned trials without a score.
#[derive(Debug, Serialize, JsonSchema)]
struct MissingEntry {
    trials: u64,
    /// Their share of the planned trials.
    share: f64,
    /// The mean score if all of them were 0; null unless more than 2 % are missing.
    score_if_0: Option<f64>,
    /// The mean score if all of them were 1.
    score_if_1: Option<f64>,
}

/// Sums of tokens.
#[derive(Debug, Serialize, JsonSchema)]
struct TokensEntry {
    /// Sums over the trials whose usage is known.
    sum: Usage,
    /// Answered trials whose usage is known.
    known_trials: u64,
    /// Answered trials without a usage.
    unknown_trials: u64,
}

/// Money. Never 0 where a part is unknown.
#[derive(Debug, Serialize, JsonSchema)]
struct SpendEntry {
    /// Sum of what is known; a lower bound where `unknown_trials` is not 0; null where nothing is known.
    total_usd: Option<String>,
    /// Mean of an answered trial; null where a part is unknown.
    per_trial_usd: Option<String>,
    /// Answered trials whose cost is unknown.
    unknown_trials: u64,
}

/// What one scorer said.
#[derive(Debug, Serialize, JsonSchema)]
struct ScorerEntry<'a> {
    name: &'a str,
    weight: f64,
    /// Trials with a score of it.
    n: u64,
    mean: Option<f64>,
    passed: u64,
    /// Trials in which it failed.
    errors: u64,
    /// Trials in which it found no answer.
    no_answer: u64,
    /// Means of its named figures.
    named: BTreeMap<&'a str, f64>,
}

/// Two scorers that do not always agree.
#[derive(Debug, Serialize, JsonSchema)]
struct DisagreementEntry<'a> {
    /// One of them.
    a: &'a str,
    /// The other.
    b: &'a str,
    /// Trials that both gave a score.
    both: u64,
    /// Trials that `a` passes and `b` fails.
    a_pass_b_fail: u64,
    /// Trials that `b` passes and `a` fails.
    b_pass_a_fail: u64,
    /// Trials that `a` passes and for which `b` gave no score.
    a_pass_b_error: u64,
    /// Trials that `b` passes and for which `a` gave no score.
    b_pass_a_error: u64,
}

/// Writes the document, indented, with a line feed at its end.
pub fn summary_json(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Summary::new(analysis))?;
    writeln!(out)
}
