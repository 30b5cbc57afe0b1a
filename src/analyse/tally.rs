//! Sums of one candidate, fed trial by trial.

use super::disagree::PairTallies;
use super::failures::FailurePicker;
use super::scorers::ScorerTallies;
use super::{Missing, PassAt, Row, Spend, Tokens, TrialView};
use crate::model::{CandidateEntry, Outcome};
use crate::stats::{MeanAccumulator, Percentiles, pass_at_k, pass_hat_k, reported_k};
use std::sync::Arc;

/// Intervals are two-sided with 95 % confidence.
pub(super) const ALPHA: f64 = 0.05;
/// Share of planned trials without a score from which on the bounds are shown.
const MISSING_SHOWN: f64 = 0.02;

/// Sums of one candidate.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    case: Option<OpenCase>,
    score: MeanAccumulator,
    pass: MeanAccumulator,
    /// pass@k and pass^k, by k; empty where cases are not repeated.
    repeats: Vec<Repeats>,
    outcomes: [u64; Outcome::ALL.len()],
    recorded: u64,
    scored: u64,
    score_sum: f64,
    /// Sum over repeated cases of the variance between epochs over their number.
    within: f64,
    repeated_cases: u64,
    passed: u64,
    no_answer: u64,
    tokens: Tokens,
    cost: Spend,
    paid: Spend,
    latency: Percentiles,
    first_token: Percentiles,
    cache_hits: u64,
    retries: u64,
    pub(super) scorers: ScorerTallies,
    pairs: PairTallies,
    failures: FailurePicker,
}

/// pass@k and pass^k for one k.
#[derive(Clone, Debug)]
struct Repeats {
    k: u32,
    any: MeanAccumulator,
    all: MeanAccumulator,
}

/// The case whose epochs are coming in.
#[derive(Clone, Copy, Debug)]
struct OpenCase {
    case: u64,
    cluster: Option<u32>,
    scores: u32,
    score_sum: f64,
    score_squares: f64,
    passes: u32,
    pass_sum: f64,
}

impl Tally {
    pub(super) fn new(clustered: bool, epochs: u32) -> Self {
        let repeated = if epochs > 1 {
            reported_k(epochs)
        } else {
            Vec::new()
        };
        Self {
            case: None,
            score: MeanAccumulator::new(clustered),
            pass: MeanAccumulator::new(clustered),
            repeats: repeated
                .into_iter()
                .map(|k| Repeats {
                    k,
                    any: MeanAccumulator::new(clustered),
                    all: MeanAccumulator::new(clustered),
                })
                .collect(),
            outcomes: [0; Outcome::ALL.len()],
            recorded: 0,
            scored: 0,
            score_sum: 0.0,
            within: 0.0,
            repeated_cases: 0,
            passed: 0,
            no_answer: 0,
            tokens: Tokens::default(),
            cost: Spend::default(),
            paid: Spend::default(),
            latency: Percentiles::default(),
            first_token: Percentiles::default(),
            cache_hits: 0,
            retries: 0,
            scorers: ScorerTallies::default(),
            pairs: PairTallies::default(),
            failures: FailurePicker::default(),
        }
    }

    /// Adds a trial. All epochs of a case come before the next case.
    pub(super) fn add(&mut self, view: &TrialView<'_>, cluster: Option<u32>) {
        self.recorded += 1;
        if let Some(count) = self.outcomes.get_mut(view.outcome.index()) {
            *count += 1;
        }
        self.add_score(view, cluster);
        if view.is_answered() {
            self.tokens.add(view.usage);
            self.cost.add(view.original_cost);
            self.paid.add(view.cost);
        }
        if let Some(latency) = view.latency_us {
            self.latency.add(latency);
        }
        if let Some(first_token) = view.first_token_us {
            self.first_token.add(first_token);
        }
        self.cache_hits += u64::from(view.from_cache);
        self.retries += u64::from(view.retries());
        let unread =
            |entry: &crate::model::ScoreEntry| matches!(&entry.result, Err(error) if error.unparseable);
        let silent = view.outcome == Outcome::Unparseable || view.scores.iter().any(unread);
        self.no_answer += u64::from(silent);
        self.scorers.add(view.scores);
        self.pairs.add(view.scores);
        self.failures.add(view);
    }

    fn add_score(&mut self, view: &TrialView<'_>, cluster: Option<u32>) {
        if self.case.is_none_or(|open| open.case != view.key.case) {
            self.close_case();
            self.case = Some(OpenCase {
                case: view.key.case,
                cluster,
                scores: 0,
                score_sum: 0.0,
                score_squares: 0.0,
                passes: 0,
                pass_sum: 0.0,
            });
        }
        let (Some(open), Some(score)) = (&mut self.case, view.score.filter(|score| score.is_finite())) else {
            return;
        };
        let score = score.clamp(0.0, 1.0);
        open.scores += 1;
        open.score_sum += score;
        open.score_squares += score * score;
        self.scored += 1;
        self.score_sum += score;
        if let Some(pass) = view.pass {
            open.passes += 1;
            open.pass_sum += f64::from(u8::from(pass));
            self.passed += u64::from(pass);
        }
    }

    fn close_case(&mut self) {
        let Some(open) = self.case.take() else { return };
        if open.scores > 0 {
            let mean = open.score_sum / f64::from(open.scores);
            self.score.add(mean, open.cluster, open.scores > 1);
            if open.scores > 1 {
                let epochs = f64::from(open.scores);
                let variance = (open.score_squares - epochs * mean * mean) / (epochs - 1.0);
                self.within += variance.max(0.0) / epochs;
                self.repeated_cases += 1;
            }
        }
        if open.passes > 0 {
            let share = open.pass_sum / f64::from(open.passes);
            self.pass.add(share, open.cluster, open.passes > 1);
            for repeats in &mut self.repeats {
                // A sum of zeros and ones is a whole number.
                let passed = open.pass_sum as u32;
                if let Some(value) = pass_at_k(open.passes, passed, repeats.k) {
                    repeats.any.add(value, open.cluster, true);
                }
                if let Some(value) = pass_hat_k(open.passes, passed, repeats.k) {
                    repeats.all.add(value, open.cluster, true);
                }
            }
        }
    }

    /// The row of the leaderboard, without rank. Planned were so many cases and trials. `readers`: scorers of the task
    /// that read answers.
    pub(super) fn row(
        mut self,
        position: u32,
        entry: &CandidateEntry,
        (cases, trials): (u64, u64),
        readers: &[Arc<str>],
    ) -> Row {
        self.close_case();
        let planned = trials.max(self.recorded);
        let unrecorded = planned.saturating_sub(self.recorded);
        if let Some(skipped) = self.outcomes.get_mut(Outcome::Skipped.index()) {
            *skipped += unrecorded;
        }
        let estimate =
            |values: &MeanAccumulator| values.estimate(ALPHA, cases.saturating_sub(values.cases()));
        let by_k = |sums: fn(&Repeats) -> &MeanAccumulator| -> Vec<PassAt> {
            let each = |repeats: &Repeats| PassAt {
                k: repeats.k,
                estimate: estimate(sums(repeats)),
            };
            self.repeats.iter().map(each).collect()
        };
        let scorers = self.scorers.summaries(readers);
        // A scorer may also give 0 for an output in which it found no answer. Where several scorers read, sums do not
        // tell which trials they share; the most silent one is what is certain.
        let silent = scorers.iter().map(|scorer| scorer.no_answer).max();
        Row {
            candidate: position,
            name: entry.candidate.model_label(),
            model: entry.candidate.model.to_string(),
            prompt: entry.candidate.prompt.clone(),
            simulated: entry.simulated,
            rank: None,
            places: None,
            tied: false,
            planned,
            recorded: self.recorded,
            outcomes: self.outcomes,
            scored: self.scored,
            passed: self.passed,
            score: estimate(&self.score),
            pass: estimate(&self.pass),
            pass_at: by_k(|repeats| &repeats.any),
            pass_hat: by_k(|repeats| &repeats.all),
            between_epochs: self.between_epochs(),
            missing: missing(planned, self.scored, self.score_sum),
            no_answer: self.no_answer.max(silent.unwrap_or(0)),
            tokens: self.tokens,
            cost: self.cost,
            paid: self.paid,
            latency_p50: self.latency.at(0.5),
            latency_p95: self.latency.at(0.95),
            first_token_p50: self.first_token.at(0.5),
            cache_hits: self.cache_hits,
            retries: self.retries,
            scorers,
            disagreements: self.pairs.found(),
            failed: self.failures.count(),
            failures: self.failures.examples(),
        }
    }
}

impl Tally {
    /// The part of the variance of the mean score that more epochs would take away: n^-2 sum of s^2/K over the variance.
    fn between_epochs(&self) -> Option<f64> {
        let cases = self.score.cases();
        if cases < 2 || self.repeated_cases != cases {
            return None;
        }
        let variance = self.score.estimate(ALPHA, 0).se?.powi(2);
        let within = self.within / (cases as f64).powi(2);
        (variance > 0.0).then(|| (within / variance).min(1.0))
    }
}

/// Planned trials without a score, with the bounds of the mean where they are many.
fn missing(planned: u64, scored: u64, sum: f64) -> Missing {
    let all = planned.max(scored);
    let absent = all - scored;
    let share = if all > 0 { absent as f64 / all as f64 } else { 0.0 };
    let bounds = (share > MISSING_SHOWN).then(|| {
        let all = all as f64;
        (sum / all, (sum + absent as f64) / all)
    });
    Missing {
        trials: absent,
        share,
        bounds,
    }
}
