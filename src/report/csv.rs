//! The leaderboards as CSV (RFC 4180): one line per task, prompt and candidate.

use super::escape_csv;
use crate::analyse::{Analysis, Row, Spend};
use crate::model::{Money, Outcome};
use crate::stats::{Percentile, RankInterval};
use std::io::{self, Write};

/// Columns before and after those of the outcomes.
const BEFORE: [&str; 21] = [
    "task",
    "prompt",
    "rank",
    "model",
    "simulated",
    "cases",
    "planned",
    "scored",
    "score",
    "score_low",
    "score_high",
    "n_eff",
    "pass_rate",
    "pass_low",
    "pass_high",
    "passed",
    "missing",
    "missing_share",
    "score_if_missing_0",
    "score_if_missing_1",
    "no_answer",
];
const AFTER: [&str; 17] = [
    "input_tokens",
    "output_tokens",
    "tokens_unknown_trials",
    "cost_usd",
    "cost_per_trial_usd",
    "cost_unknown_trials",
    "paid_usd",
    "latency_p50_ms",
    "latency_p95_ms",
    "first_token_p50_ms",
    "cache_hits",
    "retries",
    "failed",
    "run",
    "rank_best",
    "rank_worst",
    "tied_with_best",
];

/// Writes a header and the rows. A number that there is not is an empty cell; money is in exact dollars, a lower
/// bound where `cost_unknown_trials` is not 0. Texts that a spreadsheet would run as a formula get an apostrophe.
pub fn csv(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(out);
    let outcomes = Outcome::ALL.map(|outcome| format!("outcome_{}", outcome.name().replace('-', "_")));
    let header = BEFORE
        .into_iter()
        .chain(outcomes.iter().map(String::as_str))
        .chain(AFTER);
    writer.write_record(header)?;
    for task in &analysis.tasks {
        for row in task.rows() {
            let mut cells = scores(&task.task.name, row);
            cells.extend(row.outcomes.iter().map(u64::to_string));
            cells.extend(costs(row));
            cells.push(escape_csv(&analysis.manifest.run).into_owned());
            let place = |place: fn(&RankInterval) -> u32| {
                row.places
                    .as_ref()
                    .map_or_else(String::new, |places| place(places).to_string())
            };
            cells.extend([
                place(|places| places.best),
                place(|places| places.worst),
                row.tied.to_string(),
            ]);
            writer.write_record(&cells)?;
        }
    }
    writer.flush()
}

fn scores(task: &str, row: &Row) -> Vec<String> {
    let (low, high) = row.missing.bounds.unzip();
    vec![
        escape_csv(task).into_owned(),
        escape_csv(&row.prompt).into_owned(),
        row.rank.map_or_else(String::new, |rank| rank.to_string()),
        escape_csv(&row.name).into_owned(),
        row.simulated.to_string(),
        row.score.n.to_string(),
        row.planned.to_string(),
        row.scored.to_string(),
        number(row.score.mean),
        number(row.score.low),
        number(row.score.high),
        number(row.score.n_eff),
        number(row.pass.mean),
        number(row.pass.low),
        number(row.pass.high),
        row.passed.to_string(),
        row.missing.trials.to_string(),
        number(Some(row.missing.share)),
        number(low),
        number(high),
        row.no_answer.to_string(),
    ]
}

fn costs(row: &Row) -> Vec<String> {
    let known = |spend: &Spend| {
        if spend.known_trials > 0 {
            spend.known.exact()
        } else {
            String::new()
        }
    };
    let per_trial = row
        .cost
        .per_trial()
        .known()
        .map_or_else(String::new, Money::exact);
    vec![
        row.tokens.sum.input.to_string(),
        row.tokens.sum.output.to_string(),
        row.tokens.unknown_trials.to_string(),
        known(&row.cost),
        per_trial,
        row.cost.unknown_trials.to_string(),
        known(&row.paid),
        milliseconds(row.latency_p50),
        milliseconds(row.latency_p95),
        milliseconds(row.first_token_p50),
        row.cache_hits.to_string(),
        row.retries.to_string(),
        row.failed.to_string(),
    ]
}

/// Six decimals, without trailing zeros.
pub(super) fn number(value: Option<f64>) -> String {
    let Some(value) = value.filter(|value| value.is_finite()) else {
        return String::new();
    };
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn milliseconds(percentile: Option<Percentile>) -> String {
    number(percentile.map(|percentile| percentile.value as f64 / 1e3))
}
