//! From an analysis to the fields of `summary.json`.

use super::judges::{JudgeEntry, QuestionsEntry};
use super::standing::{ComparisonEntry, OverallEntry, PlacesEntry, SlicesEntry};
use super::{
    AnchoredEntry, BoardEntry, DisagreementEntry, EstimateEntry, FrontPairEntry, MissingEntry, Named,
    PolicyEntry, RowEntry, SCHEMA_VERSION, ScorerEntry, SpendEntry, Summary, TaskSummary, TokensEntry,
    TotalsEntry, WarningEntry,
};
use crate::analyse::{Analysis, Board, Disagreement, PassAt, Row, ScorerSummary, Spend, Tokens};
use crate::model::{AnchorsEntry, Money, Outcome};
use crate::report::anchors::{is_warning, shift_in_words};
use crate::report::decided::DecidedEntry;
use crate::report::ladder::LadderEntry;
use crate::report::{headline, task_sentence};
use crate::stats::{Estimate, Percentile, Warning};
use std::collections::BTreeMap;

impl<'a> Summary<'a> {
    /// The document of an analysis.
    pub fn new(analysis: &'a Analysis) -> Self {
        let totals = &analysis.totals;
        Self {
            schema_version: SCHEMA_VERSION,
            run: &analysis.manifest.run,
            bench_version: &analysis.manifest.bench_version,
            seed: analysis.manifest.seed,
            simulated: analysis.is_simulated(),
            complete: totals.is_complete(),
            answer: headline(analysis, &str::to_owned),
            totals: TotalsEntry {
                planned: totals.planned,
                recorded: totals.recorded,
                outcomes: outcomes(&totals.outcomes),
                tokens: TokensEntry::of(&totals.tokens),
                cost: SpendEntry::of(&totals.cost),
                paid: SpendEntry::of(&totals.paid),
                cache_hits: totals.cache_hits,
                retries: totals.retries,
                judges: analysis.judging().as_ref().map(QuestionsEntry::of),
            },
            anchors: analysis.manifest.anchors.iter().map(AnchoredEntry::of).collect(),
            overall: analysis
                .overall
                .as_ref()
                .map(|overall| OverallEntry::of(overall, analysis)),
            front: analysis.fronts.overall.as_ref().map(FrontPairEntry::of),
            tasks: (0..analysis.tasks.len())
                .filter_map(|at| TaskSummary::of(analysis, at))
                .collect(),
        }
    }
}

impl<'a> AnchoredEntry<'a> {
    fn of(entry: &'a AnchorsEntry) -> Self {
        Self {
            judge: &entry.judge,
            n: entry.n,
            failed: entry.failed,
            shift: entry.shift,
            low: entry.low,
            high: entry.high,
            moved: entry.moved,
            warning: is_warning(entry).then(|| shift_in_words(entry, &str::to_owned)),
            replies: entry.replies,
            input_tokens: entry.input_tokens,
            output_tokens: entry.output_tokens,
            cost_usd: entry.cost.map(Money::exact),
        }
    }
}

impl<'a> TaskSummary<'a> {
    fn of(analysis: &'a Analysis, at: usize) -> Option<Self> {
        let task = analysis.tasks.get(at)?;
        let front = analysis.fronts.tasks.get(at).and_then(Option::as_ref);
        let named = |candidate: &u32| {
            task.row(*candidate).map(|row| Named {
                name: &row.name,
                prompt: &row.prompt,
            })
        };
        Some(Self {
            task: &task.task.name,
            cases: task.task.cases,
            epochs: task.task.epochs,
            answer: task_sentence(task, &str::to_owned),
            leaders: task.answer.leaders.iter().filter_map(named).collect(),
            tied: task.answer.tied.iter().filter_map(named).collect(),
            overlapping: task.answer.overlapping.iter().filter_map(named).collect(),
            cheapest: task.answer.cheapest.as_ref().and_then(named),
            unknown_costs: task.answer.unknown_costs,
            comparisons: ComparisonEntry::all(task),
            slices: task.slices.as_ref().map(|slices| SlicesEntry::of(slices, task)),
            leaderboards: task.boards.iter().map(BoardEntry::of).collect(),
            judges: task
                .judges
                .iter()
                .map(|judge| JudgeEntry::of(judge, task))
                .collect(),
            front: front.map(FrontPairEntry::of),
            policy: analysis.policies.get(at).map(PolicyEntry::of),
            decided: DecidedEntry::of(task),
            ladders: LadderEntry::of(task),
        })
    }
}

impl<'a> BoardEntry<'a> {
    fn of(board: &'a Board) -> Self {
        Self {
            prompt: &board.prompt,
            rows: board.rows.iter().map(RowEntry::of).collect(),
        }
    }
}

impl<'a> RowEntry<'a> {
    fn of(row: &'a Row) -> Self {
        let percentiles = [row.latency_p50, row.latency_p95, row.first_token_p50];
        let (low, high) = row.missing.bounds.unzip();
        Self {
            rank: row.rank,
            rank_interval: row.places.map(PlacesEntry::of),
            tied_with_best: row.tied,
            name: &row.name,
            model: &row.model,
            simulated: row.simulated,
            planned: row.planned,
            recorded: row.recorded,
            scored: row.scored,
            passed: row.passed,
            failed: row.failed,
            outcomes: outcomes(&row.outcomes),
            score: EstimateEntry::of(&row.score),
            pass_rate: EstimateEntry::of(&row.pass),
            pass_at_k: by_k(&row.pass_at),
            pass_hat_k: by_k(&row.pass_hat),
            epoch_variance_share: row.between_epochs,
            missing: MissingEntry {
                trials: row.missing.trials,
                share: row.missing.share,
                score_if_0: low,
                score_if_1: high,
            },
            no_answer: row.no_answer,
            tokens: TokensEntry::of(&row.tokens),
            cost: SpendEntry::of(&row.cost),
            paid: SpendEntry::of(&row.paid),
            latency_p50_ms: milliseconds(row.latency_p50),
            latency_p95_ms: milliseconds(row.latency_p95),
            first_token_p50_ms: milliseconds(row.first_token_p50),
            percentiles_exact: percentiles.iter().flatten().all(|percentile| percentile.exact),
            cache_hits: row.cache_hits,
            retries: row.retries,
            scorers: row.scorers.iter().map(ScorerEntry::of).collect(),
            disagreements: row.disagreements.iter().map(DisagreementEntry::of).collect(),
        }
    }
}

impl EstimateEntry {
    pub(super) fn of(estimate: &Estimate) -> Self {
        Self {
            mean: estimate.mean,
            low: estimate.low,
            high: estimate.high,
            n: estimate.n,
            n_eff: estimate.n_eff,
            se: estimate.se,
            df: estimate.df.filter(|df| df.is_finite()),
            clusters: estimate.clusters,
            method: estimate.method.name(),
            degenerate: estimate.degenerate,
            warnings: WarningEntry::all(&estimate.warnings),
        }
    }
}

impl WarningEntry {
    pub(super) fn all(warnings: &[Warning]) -> Vec<Self> {
        let each = |warning: &Warning| Self {
            kind: warning.name(),
            message: warning.to_string(),
        };
        warnings.iter().map(each).collect()
    }
}

fn by_k(values: &[PassAt]) -> BTreeMap<u32, EstimateEntry> {
    values
        .iter()
        .map(|at| (at.k, EstimateEntry::of(&at.estimate)))
        .collect()
}

impl TokensEntry {
    fn of(tokens: &Tokens) -> Self {
        Self {
            sum: tokens.sum,
            known_trials: tokens.known_trials,
            unknown_trials: tokens.unknown_trials,
        }
    }
}

impl SpendEntry {
    pub(super) fn of(spend: &Spend) -> Self {
        Self {
            total_usd: (spend.known_trials > 0).then(|| spend.known.exact()),
            per_trial_usd: spend.per_trial().known().map(Money::exact),
            unknown_trials: spend.unknown_trials,
        }
    }
}

impl<'a> ScorerEntry<'a> {
    fn of(scorer: &'a ScorerSummary) -> Self {
        Self {
            name: &scorer.name,
            weight: scorer.weight,
            n: scorer.n,
            mean: scorer.mean,
            passed: scorer.passed,
            errors: scorer.errors,
            no_answer: scorer.no_answer,
            named: scorer
                .named
                .iter()
                .map(|named| (named.name.as_str(), named.mean))
                .collect(),
        }
    }
}

impl<'a> DisagreementEntry<'a> {
    fn of(pair: &'a Disagreement) -> Self {
        Self {
            a: &pair.a,
            b: &pair.b,
            both: pair.both,
            a_pass_b_fail: pair.a_pass_b_fail,
            b_pass_a_fail: pair.b_pass_a_fail,
            a_pass_b_error: pair.a_pass_b_error,
            b_pass_a_error: pair.b_pass_a_error,
        }
    }
}

fn outcomes(counts: &[u64]) -> BTreeMap<&'static str, u64> {
    Outcome::ALL
        .into_iter()
        .map(Outcome::name)
        .zip(counts.iter().copied())
        .collect()
}

fn milliseconds(percentile: Option<Percentile>) -> Option<f64> {
    Some(percentile?.value as f64 / 1e3)
}
