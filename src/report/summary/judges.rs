//! What is known of the judges, for `summary.json`.

mod convert;

use super::EstimateEntry;
use crate::model::TournamentLimit;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// What is known of a judge scorer of a task.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct JudgeEntry<'a> {
    /// The scorer's name.
    scorer: &'a str,
    trials: JudgedTrialsEntry,
    questions: QuestionsEntry,
    /// Questions that were put before, word for word, to the same model.
    identical_questions: u64,
    /// Their share of the questions that were put.
    identical_share: Option<f64>,
    /// Models that may not judge some candidate, most often left out first.
    excluded: Vec<ExcludedEntry<'a>>,
    /// Its members, in the order of the judge's file.
    members: Vec<MemberEntry<'a>>,
    agreement: AgreementEntry,
    /// Both orders of pairs; null where nothing was compared.
    swaps: Option<SwapsEntry>,
    verbosity: VerbosityEntry,
    self_preference: SelfPreferenceEntry<'a>,
    /// Lowest and highest verdict, as far as the verdicts show it; null where they are on no straight line.
    scale: Option<(f64, f64)>,
    /// Labels of people that correct it; null where its judge names none.
    labels: Option<LabelsEntry<'a>>,
    /// What it said of each candidate, in the order of the manifest.
    candidates: Vec<JudgedCandidateEntry<'a>>,
    /// Who won the pairs; null where nothing was compared.
    pairwise: Option<PairwiseEntry<'a>>,
    /// What its tournament leaves out; null where everybody meets everybody, or nothing is compared.
    tournament: Option<TournamentLeavesOut>,
}

/// A tournament in which not everybody meets everybody.
#[derive(Debug, Serialize, JsonSchema)]
struct TournamentLeavesOut {
    /// Rounds that each case plays.
    rounds: u32,
    /// Rounds in which everybody would meet everybody.
    all_rounds: u32,
    /// Games that each case plays.
    games: u64,
    /// Games in which everybody would meet everybody.
    all_games: u64,
    /// What limits it: `rounds` of the scorer, or the `budget` of the run.
    limit: TournamentLimit,
}

/// Labels of people.
#[derive(Debug, Serialize, JsonSchema)]
struct LabelsEntry<'a> {
    /// The file, relative to the workspace where it lies inside.
    file: &'a str,
    /// Its hash when the scores were corrected.
    hash: String,
    /// What there is to know of it: labels that fit no output, or why nothing was corrected.
    notes: Vec<&'a str>,
}

/// Trials with an entry of a judge.
#[derive(Debug, Serialize, JsonSchema)]
struct JudgedTrialsEntry {
    /// Those with a score.
    scored: u64,
    /// Those it gave no score for: too few of its members said something.
    failed: u64,
    /// Those it was not asked about yet.
    waiting: u64,
    /// Those that are not in its sample.
    not_sampled: u64,
}

/// What came of questions to judges. A question is about one output, or one pair in one order, to one member. Money is
/// never 0 where a part is unknown.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct QuestionsEntry {
    /// Questions.
    asked: u64,
    /// Those with a verdict that counts.
    answered: u64,
    /// Those whose replies could not be read, the second one either.
    unreadable: u64,
    /// Those that could not be put: the prompt could not be made.
    not_put: u64,
    /// Those without a reply in the end, by class of the failure.
    failed: BTreeMap<&'static str, u64>,
    /// Share of the questions with a reply whose replies could not be read.
    parse_failure_rate: Option<f64>,
    /// Those that were asked again, since the first reply could not be read.
    asked_twice: u64,
    /// Those whose replies all came from the store.
    reused: u64,
    /// Input tokens of the replies, as far as they are known.
    input_tokens: Option<u64>,
    /// Output tokens of the replies, as far as they are known.
    output_tokens: Option<u64>,
    /// Questions whose tokens are unknown.
    unknown_tokens: u64,
    /// What the replies cost when they were sent; a lower bound where `unknown_costs` is not 0; null where nothing is
    /// known.
    cost_usd: Option<String>,
    /// What this run paid for them.
    paid_usd: Option<String>,
    /// Questions whose cost is unknown.
    unknown_costs: u64,
    /// What a verdict that counts cost, those that do not count included; null where a part is unknown.
    cost_per_verdict_usd: Option<String>,
}

/// A model that may not judge some candidate.
#[derive(Debug, Serialize, JsonSchema)]
struct ExcludedEntry<'a> {
    /// `provider/model`.
    model: &'a str,
    /// How often it was left out.
    times: u64,
}

/// A member of a panel.
#[derive(Debug, Serialize, JsonSchema)]
struct MemberEntry<'a> {
    /// Position in the judge's file, from 0.
    member: u32,
    /// Its models: one, unless each candidate judges itself.
    models: Vec<&'a str>,
    /// What it is asked to look at.
    role: Option<&'a str>,
    /// Weight in the aggregate.
    weight: f64,
    questions: QuestionsEntry,
    /// Mean of its verdicts in 0..=1; of pairs, what judged outputs got.
    mean: Option<f64>,
}

/// A figure with its two-sided 95 % interval.
#[derive(Debug, Serialize, JsonSchema)]
struct FigureEntry {
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    /// Cases behind it.
    cases: Option<u64>,
    /// Why there is no figure.
    why: Option<WhyEntry>,
}

/// Why there is no figure.
#[derive(Debug, Serialize, JsonSchema)]
struct WhyEntry {
    /// Its stable name.
    kind: &'static str,
    /// It in words.
    message: String,
}

/// Agreement between members.
#[derive(Debug, Serialize, JsonSchema)]
struct AgreementEntry {
    /// Outputs, or pairs, of which at least two members said something.
    units: u64,
    /// Krippendorff's alpha of their verdicts as numbers (interval metric).
    alpha: FigureEntry,
    /// The share of pairs of members that said exactly the same.
    exact: FigureEntry,
    /// The same for each pair of members.
    pairs: Vec<MemberPairEntry>,
}

/// Agreement of two members.
#[derive(Debug, Serialize, JsonSchema)]
struct MemberPairEntry {
    /// Position of one in the judge's file.
    a: u32,
    /// Position of the other.
    b: u32,
    /// Outputs, or pairs, of which both said something.
    units: u64,
    /// Those of which both said exactly the same.
    same: u64,
}

/// Both orders of pairs.
#[derive(Debug, Serialize, JsonSchema)]
struct SwapsEntry {
    /// Pairs of which a member said something in both orders, member by member.
    pairs: u64,
    /// Those whose orders agree on who wins, or that it is a tie.
    agree: u64,
    /// Those whose orders name different winners.
    flips: u64,
    /// The share that agrees.
    consistency: FigureEntry,
    /// How much more than half of the pairs, judged in both orders, what is shown first wins.
    position_bias: FigureEntry,
    /// What judged outputs got where they came first.
    shown_first: Option<f64>,
    /// What judged outputs got where they came second.
    shown_second: Option<f64>,
}

/// By how much the value in 0..=1 rises where an output is twice as long; of pairs, twice as long as the other.
#[derive(Debug, Serialize, JsonSchema)]
struct VerbosityEntry {
    /// Over all outputs.
    slope: FigureEntry,
    /// Within candidates: what a candidate gets and writes on the whole is taken out.
    within_candidates: FigureEntry,
}

/// How much better members of a family value its candidates than other candidates, minus how much better other members
/// do.
#[derive(Debug, Serialize, JsonSchema)]
struct SelfPreferenceEntry<'a> {
    contrast: FigureEntry,
    /// For each family that has members and candidates.
    families: Vec<FamilyEntry<'a>>,
}

/// Preference of one family for itself.
#[derive(Debug, Serialize, JsonSchema)]
struct FamilyEntry<'a> {
    family: &'a str,
    contrast: FigureEntry,
}

/// What a judge said of a candidate.
#[derive(Debug, Serialize, JsonSchema)]
struct JudgedCandidateEntry<'a> {
    /// Model, with the label where it has one.
    name: &'a str,
    /// The prompt's id.
    prompt: &'a str,
    /// Mean over the cases that it judged, as it is, in 0..=1.
    score: EstimateEntry,
    /// The same on the judge's own scale; null where that is no straight line.
    raw: Option<FigureEntry>,
    /// Where the judge sees a sample only: the mean over all trials, estimated by the design of the sample.
    weighted: Option<WeightedEntry>,
    /// What is to be expected of people; null where there are no labels.
    corrected: Option<CorrectedEntry<'a>>,
}

/// A mean in 0..=1, corrected by labels of people.
#[derive(Debug, Serialize, JsonSchema)]
struct CorrectedEntry<'a> {
    /// Which mean: `mean-score` where labels are numbers, `pass-rate` where they say pass or fail.
    quantity: &'static str,
    /// The corrected mean; null where the labels do not define it.
    mean: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    /// `ppi++`, `ppi++-by-band`, `weighted-labels`, `labels-alone` or `none`.
    by: &'static str,
    /// How much the judge counts beside the labels, from 0 to 1; null where it differs by band, or does not count.
    lambda: Option<f64>,
    /// Labelled outputs.
    labels: u64,
    /// Outputs with a score of the judge and no label.
    judged: u64,
    /// Why there is no mean, or no interval.
    why: Option<&'a str>,
    /// What the judge alone says of the same outputs.
    raw: MeanEntry,
}

/// A mean with its two-sided 95 % interval.
#[derive(Debug, Serialize, JsonSchema)]
struct MeanEntry {
    mean: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

/// An estimate from a sample.
#[derive(Debug, Serialize, JsonSchema)]
struct WeightedEntry {
    mean: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    /// Trials in the sample with a score.
    judged: u64,
    /// Trials that could have been in it.
    of: u64,
}

/// Who won the pairs. A game is a pair of outputs of one case; a member that names different winners in the two orders says
/// that it is a tie.
#[derive(Debug, Serialize, JsonSchema)]
struct PairwiseEntry<'a> {
    /// Games.
    games: u64,
    /// Games without a winner.
    draws: u64,
    /// Games of which a member named different winners in the two orders.
    flips: u64,
    /// How each candidate did, in the order of the manifest.
    candidates: Vec<StandingEntry<'a>>,
    /// Bradley-Terry ratings, the best first; null where there are none.
    ratings: Option<Vec<RatingEntry<'a>>>,
    /// Why there are no ratings.
    no_ratings: Option<WhyEntry>,
}

/// How a candidate did in its games.
#[derive(Debug, Serialize, JsonSchema)]
struct StandingEntry<'a> {
    /// Model, with the label where it has one.
    name: &'a str,
    /// The prompt's id.
    prompt: &'a str,
    games: u64,
    wins: u64,
    losses: u64,
    /// Games without a winner.
    draws: u64,
    /// Games of which a member named different winners in the two orders.
    flips: u64,
    /// What it got over cases: 1 for a win, 0.5 for a draw, or the preference where judges give one.
    win_rate: EstimateEntry,
    /// Wins and half of the draws, as a share of the games.
    discrete_win_rate: Option<f64>,
    /// The win rate if all outputs were as long as the others.
    length_controlled: FigureEntry,
}

/// A Bradley-Terry rating.
#[derive(Debug, Serialize, JsonSchema)]
struct RatingEntry<'a> {
    /// The candidate; null for the golden outputs.
    name: Option<&'a str>,
    /// The prompt's id.
    prompt: Option<&'a str>,
    /// On the natural scale, with mean zero.
    theta: f64,
    /// Standard error, robust to games of the same case.
    se: f64,
    /// On the Elo scale: 1000 + 400 / ln 10 * theta.
    elo: f64,
    elo_low: f64,
    elo_high: f64,
}
