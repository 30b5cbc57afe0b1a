//! One interval a line: a protocol for studies of coverage, and for other programs.

use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::stats::{ClusterIndex, MeanAccumulator, PairedAccumulator};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io::{BufRead as _, Write as _};

/// A line of stdin.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    /// Given back.
    #[serde(default)]
    id: Value,
    #[serde(default)]
    scores: Option<Vec<Option<f64>>>,
    #[serde(default)]
    a: Option<Vec<Option<f64>>>,
    #[serde(default)]
    b: Option<Vec<Option<f64>>>,
    #[serde(default)]
    clusters: Option<Vec<Value>>,
    #[serde(default = "usual")]
    level: f64,
    /// Whether scores are averages over epochs.
    #[serde(default)]
    repeated: bool,
}

fn usual() -> f64 {
    0.95
}

/// A line of stdout.
#[derive(Serialize)]
struct Answer {
    id: Value,
    lower: Option<f64>,
    upper: Option<f64>,
}

/// Answers every line of stdin.
pub fn answer(console: &Console) -> Result<(), Failure> {
    let mut out = console.lines();
    for (at, line) in std::io::stdin().lock().lines().enumerate() {
        let wrong = |what: String| Failure::Usage(format!("line {}: {what}", at + 1));
        let line = line.map_err(|error| wrong(error.to_string()))?;
        if line.trim().is_empty() {
            continue;
        }
        let question: Question = serde_json::from_str(&line).map_err(|error| wrong(error.to_string()))?;
        let (lower, upper) = interval(&question).map_err(wrong)?.unzip();
        let answer = Answer {
            id: question.id,
            lower,
            upper,
        };
        serde_json::to_writer(&mut out, &answer).map_err(std::io::Error::from)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

fn interval(question: &Question) -> Result<Option<(f64, f64)>, String> {
    if !(question.level > 0.0 && question.level < 1.0) {
        return Err("`level` is above 0 and below 1".to_owned());
    }
    let alpha = 1.0 - question.level;
    let n = match (&question.scores, &question.a, &question.b) {
        (Some(scores), None, None) => scores.len(),
        (None, Some(a), Some(b)) if a.len() == b.len() => a.len(),
        (None, Some(_), Some(_)) => {
            return Err("`a` and `b` have the same cases in the same order".to_owned());
        }
        _ => return Err("a line has `scores`, or `a` and `b`".to_owned()),
    };
    if question
        .clusters
        .as_ref()
        .is_some_and(|clusters| clusters.len() != n)
    {
        return Err("`clusters` names the cluster of each score".to_owned());
    }
    for (name, scores) in [
        ("scores", &question.scores),
        ("a", &question.a),
        ("b", &question.b),
    ] {
        let outside = |score: &f64| !(-1e-9..=1.0 + 1e-9).contains(score);
        if let Some(score) = scores.iter().flatten().flatten().copied().find(outside) {
            return Err(format!("`{name}` holds {score}; scores are 0 to 1"));
        }
    }
    let mut index = ClusterIndex::default();
    let clusters: Option<Vec<u32>> = question.clusters.as_ref().map(|clusters| {
        clusters
            .iter()
            .map(|cluster| index.number(&cluster.to_string()))
            .collect()
    });
    let cluster = |at: usize| clusters.as_ref().and_then(|clusters| clusters.get(at).copied());
    if let Some(scores) = &question.scores {
        let mut sums = MeanAccumulator::new(clusters.is_some());
        for (at, score) in scores.iter().enumerate() {
            if let Some(score) = score {
                sums.add(*score, cluster(at), question.repeated);
            }
        }
        return Ok(sums.estimate(alpha, 0).interval());
    }
    let mut sums = PairedAccumulator::new(clusters.is_some());
    let pairs = question.a.iter().flatten().zip(question.b.iter().flatten());
    for (at, (a, b)) in pairs.enumerate() {
        if let (Some(a), Some(b)) = (a, b) {
            sums.add(a - b, cluster(at), question.repeated);
        }
    }
    Ok(sums.estimate(alpha, 0).interval())
}
