//! Verdicts that others published, with the figures that they published.

use super::close;
use crate::analyse::judging::sample::{JudgedRun, both, graded, unsaid};
use crate::model::Shown;
use serde_json::Value;
use std::path::PathBuf;

const JUDGE: &str = "openai/gpt-4";

/// The shared data; says so where there are none.
#[allow(clippy::print_stderr, reason = "a skipped test says so")]
fn recorded(set: &str) -> Vec<(Value, Value)> {
    let shared = std::env::var_os("BENCH_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")),
        PathBuf::from,
    );
    let data = shared.join("data");
    let read =
        |path: PathBuf| -> Option<Value> { serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok() };
    let entries = read(data.join("replay/expected.json"));
    let entries = entries
        .as_ref()
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let found: Vec<(Value, Value)> = entries
        .into_iter()
        .filter(|entry| entry["set"].as_str().is_some_and(|name| name.starts_with(set)))
        .filter_map(|entry| {
            let verdicts = read(data.join(entry["files"]["verdicts"].as_str()?))?;
            Some((entry["expected"].clone(), verdicts))
        })
        .collect();
    if found.is_empty() {
        eprintln!("skipped: no verdicts of {set} below {}", shared.display());
    }
    found
}

#[test]
fn win_rates_of_alpaca_eval_are_those_that_it_published() {
    for (expected, verdicts) in recorded("alpaca_eval") {
        let verdicts = verdicts.as_array().cloned().unwrap_or_default();
        let mut run = JudgedRun::new(&["x/one"], verdicts.len() as u64, None);
        for (case, verdict) in (0..).zip(&verdicts) {
            // 1 is a win of the baseline, 2 one of the model, 0 a draw.
            let said = match verdict["preference"].as_f64() {
                Some(0.0) => both(0, JUDGE, None, 0.5, 0.5).to_vec(),
                Some(preference) => both(0, JUDGE, None, preference - 1.0, preference - 1.0).to_vec(),
                None => {
                    let mut unread = unsaid(0, JUDGE, None, 2);
                    unread.order = Shown::First;
                    vec![unread]
                }
            };
            run.judged(case, 0, said);
        }
        let judge = run.summary();
        let pairwise = judge.pairwise.unwrap_or_else(|| panic!("nothing was compared"));
        let one = &pairwise.standings[0];
        let number = |key: &str| expected[key].as_f64().unwrap_or(f64::NAN);
        close(one.win_rate.mean.map(|rate| 100.0 * rate), number("win_rate"));
        close(one.win_rate.se.map(|se| 100.0 * se), number("standard_error"));
        assert_eq!(
            (
                one.games,
                one.wins,
                one.losses,
                one.draws,
                judge.questions.unreadable
            ),
            (
                number("n_total") as u64,
                number("n_wins") as u64,
                number("n_losses") as u64,
                number("n_draws") as u64,
                number("dropped_null") as u64
            )
        );
    }
}

#[test]
fn the_mean_of_wild_bench_is_the_one_that_it_published() {
    for (expected, verdicts) in recorded("wildbench") {
        let verdicts = verdicts.as_array().cloned().unwrap_or_default();
        let mut run = JudgedRun::new(&["x/one"], verdicts.len() as u64, None);
        for (case, verdict) in (0..).zip(&verdicts) {
            let score = verdict["score"]
                .as_str()
                .and_then(|score| score.parse::<f64>().ok());
            run.judged(
                case,
                0,
                score.map(|score| graded(0, JUDGE, score)).into_iter().collect(),
            );
        }
        let raw = run.summary().candidates[0].raw;
        close(
            raw.map(|raw| raw.value),
            expected["mean_score"].as_f64().unwrap_or(f64::NAN),
        );
        assert_eq!(raw.map(|raw| raw.cases), expected["n_total"].as_u64());
    }
}
