//! Methods about one candidate.

use super::Args;
use super::row::{Found, Row};
use super::scores::{Scores, Values};
use super::table::Table;
use crate::analyse::Grid;
use crate::cli::failure::Failure;
use crate::stats::{
    self, ConfidenceSequence, Decision, Limit, MeanAccumulator, Split, Stratum, beta_binomial, decide_level,
    quantile_interval, reported_k,
};

fn sums(grid: &Grid, column: usize, clusters: Option<&[u32]>) -> MeanAccumulator {
    let mut sums = MeanAccumulator::new(clusters.is_some());
    for (at, mean) in grid.means(column).enumerate() {
        if let Some(mean) = mean {
            let cluster = clusters.and_then(|clusters| clusters.get(at).copied());
            sums.add(mean, cluster, grid.epochs > 1);
        }
    }
    sums
}

/// Calls `each` with every task and candidate: its grid, column, name and clusters.
fn every(
    scores: &Scores,
    mut each: impl FnMut(&Grid, usize, &str, Option<&[u32]>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    for grid in &scores.grids {
        let clusters = grid.dense_clusters();
        for (column, candidate) in grid.candidates.iter().enumerate() {
            each(grid, column, &candidate.name, clusters.as_deref())?;
        }
    }
    Ok(())
}

/// The mean with all missing scores at 0 and at 1; `None` where none is missing.
fn bounds(grid: &Grid, column: usize) -> Option<(f64, f64)> {
    let (mut low, mut high, mut open) = (0.0, 0.0, false);
    for case in 0..grid.cases.len() {
        let cell = grid.cell(case, column);
        let planned = f64::from(cell.trials.max(1));
        let missing = planned - f64::from(cell.scored);
        open |= missing > 0.0;
        low += cell.sum / planned;
        high += (cell.sum + missing) / planned;
    }
    let n = grid.cases.len() as f64;
    open.then_some((low / n, high / n))
}

/// The row with these bounds.
fn bounded(row: Row, bounds: Option<(f64, f64)>) -> Row {
    row.with("mean if all missing are 0", bounds.map(|bounds| bounds.0))
        .with("mean if all missing are 1", bounds.map(|bounds| bounds.1))
}

/// Means with their intervals.
pub fn interval(args: &Args, table: &Table) -> Result<Found, Failure> {
    let scores = Scores::read(args, table, false)?;
    let mut rows = Vec::new();
    every(&scores, |grid, column, name, clusters| {
        let sums = sums(grid, column, clusters);
        let missing = grid.cases.len() as u64 - sums.cases();
        let estimate = sums.estimate(1.0 - args.level(), missing);
        let row = Row::named(scores.task(grid), name).estimated(&estimate);
        let mut row = bounded(row, bounds(grid, column));
        if grid.epochs > 1 {
            let within = (0..grid.cases.len()).filter_map(|case| {
                let cell = grid.cell(case, column);
                Some(cell.variance()? / f64::from(cell.scored))
            });
            let variance = estimate.se.map_or(0.0, |se| se * se);
            let split = Split::of(variance, estimate.n as f64, within);
            row = row.with(
                "share of the variance between epochs",
                split.map(|split| split.share()),
            );
        }
        rows.push(row);
        Ok(())
    })?;
    Ok(Found::new(
        "effective-n-wilson",
        format!("Mean score, {} interval", percent(args.level())),
        rows,
    ))
}

/// `95 %`.
pub fn percent(share: f64) -> String {
    let percent = (share * 1e4).round() / 1e2;
    format!("{percent} %")
}

/// Averages over tasks.
pub fn macro_average(args: &Args, table: &Table) -> Result<Found, Failure> {
    let scores = Scores::read(args, table, false)?;
    if !scores.by_task {
        return Err(
            table.wrong("an average over tasks needs a column `task`, or another one named with --task")
        );
    }
    let mut names: Vec<&str> = Vec::new();
    for candidate in scores.grids.iter().flat_map(|grid| &grid.candidates) {
        if !names.contains(&&*candidate.name) {
            names.push(&candidate.name);
        }
    }
    let rows = names.into_iter().map(|name| {
        let mut strata: Vec<Stratum> = Vec::new();
        let mut missing = 0;
        let mut ends = Some((0.0, 0.0, false));
        for grid in &scores.grids {
            let column = grid
                .candidates
                .iter()
                .position(|candidate| candidate.name == name);
            let clusters = grid.dense_clusters();
            match column.and_then(|column| sums(grid, column, clusters.as_deref()).stratum(1.0)) {
                Some(stratum) => strata.push(stratum),
                None => missing += 1,
            }
            ends = ends.zip(column).and_then(|((low, high, open), column)| {
                let known = sums(grid, column, None).estimate(0.05, 0).mean?;
                let bounds = bounds(grid, column);
                let (least, most) = bounds.unwrap_or((known, known));
                Some((low + least, high + most, open || bounds.is_some()))
            });
        }
        let tasks = scores.grids.len() as f64;
        let ends = ends.filter(|(.., open)| *open);
        let row = Row::named(None, name).with("tasks", strata.len() as f64);
        let row = bounded(row, ends.map(|(low, high, _)| (low / tasks, high / tasks)));
        let Some(average) = stats::macro_average(&strata, 1.0 - args.level()) else {
            return row;
        };
        Row {
            estimate: Some(average.mean),
            low: average.low,
            high: average.high,
            n_eff: Some(average.n_eff),
            warnings: if missing > 0 {
                vec![format!(
                    "no score in {missing} tasks: the averages are not over the same tasks"
                )]
            } else {
                Vec::new()
            },
            ..row
        }
        .with("df", average.df)
    });
    Ok(Found::new(
        "macro-effective-n-wilson",
        format!(
            "Average over tasks, each with the same weight, {} interval",
            percent(args.level())
        ),
        rows.collect(),
    ))
}

/// Whether a mean keeps a limit.
pub fn level(args: &Args, table: &Table) -> Result<Found, Failure> {
    let limit = match (args.at_least, args.at_most) {
        (Some(limit), _) => Limit::AtLeast(limit),
        (None, Some(limit)) => Limit::AtMost(limit),
        (None, None) => {
            return Err(Failure::Usage(
                "a level needs its limit: --at-least S or --at-most S".to_owned(),
            ));
        }
    };
    let scores = Scores::read(args, table, false)?;
    let mut rows = Vec::new();
    every(&scores, |grid, column, name, clusters| {
        let values: Vec<Option<f64>> = grid.means(column).collect();
        let decided = decide_level(&values, clusters, grid.epochs > 1, limit, 1.0 - args.level());
        let row = Row::named(scores.task(grid), name).estimated(&decided.estimate);
        let open = decided.decision == Decision::Inconclusive;
        let count = |cases: Option<u64>| cases.filter(|_| open).map(|cases| cases as f64);
        let mut row = Row {
            low: decided.low,
            high: decided.high,
            verdict: Some(decided.decision.name().to_owned()),
            ..row
        }
        .with("cases needed as observed", count(decided.cases_as_observed))
        .with("cases needed without a failure", count(decided.cases_if_perfect));
        if decided.missing_matters {
            row.warnings
                .push("missing scores could change the decision".to_owned());
        }
        rows.push(row);
        Ok(())
    })?;
    let words = match limit {
        Limit::AtLeast(limit) => format!("Mean score at least {limit}"),
        Limit::AtMost(limit) => format!("Mean score at most {limit}"),
    };
    Ok(Found::new(
        "clopper-pearson-effective-n",
        format!("{words}; each bound holds with {}", percent(args.level())),
        rows,
    ))
}

/// Every k up to here is told of; beyond it a few.
const ALL_K: u32 = 10;

/// pass@k and pass^k.
pub fn pass_at_k(args: &Args, table: &Table) -> Result<Found, Failure> {
    let scores = Scores::read(args, table, true)?;
    let mut rows = Vec::new();
    every(&scores, |grid, column, name, clusters| {
        let mut values: Vec<u32> = (1..=grid.epochs.min(ALL_K)).collect();
        values.extend(reported_k(grid.epochs).into_iter().filter(|k| *k > ALL_K));
        for k in values {
            for (what, of) in [
                ("pass@", stats::pass_at_k as fn(u32, u32, u32) -> Option<f64>),
                ("pass^", stats::pass_hat_k),
            ] {
                let mut sums = MeanAccumulator::new(clusters.is_some());
                let mut short = 0_u64;
                for case in 0..grid.cases.len() {
                    let cell = grid.cell(case, column);
                    let cluster = clusters.and_then(|clusters| clusters.get(case).copied());
                    match of(cell.scored, cell.passed, k) {
                        Some(value) => sums.add(value, cluster, grid.epochs > 1),
                        None => short += 1,
                    }
                }
                let estimate = sums.estimate(1.0 - args.level(), 0);
                let label = if name.is_empty() {
                    format!("{what}{k}")
                } else {
                    format!("{name} {what}{k}")
                };
                let warning = (short > 0).then(|| {
                    let few = match k {
                        1 => "no answer".to_owned(),
                        k => format!("fewer than {k} answers"),
                    };
                    format!(
                        "{short} of {} cases left out: {few} with a score",
                        grid.cases.len()
                    )
                });
                rows.push(
                    Row::named(scores.task(grid), &label)
                        .estimated(&estimate)
                        .warned(warning),
                );
            }
        }
        Ok(())
    })?;
    Ok(Found::new(
        "unbiased, effective-n-wilson",
        format!(
            "Chance that one (@) or all (^) of k answers pass, {} interval",
            percent(args.level())
        ),
        rows,
    )
    .noted("a score of 1 passes"))
}

/// A percentile.
pub fn percentile(args: &Args, table: &Table) -> Result<Found, Failure> {
    let p = f64::from(args.percent()) / 100.0;
    let rows = Values::read(args, table, false)?.into_iter().map(|own| {
        let mut sorted = own.values;
        sorted.sort_by(f64::total_cmp);
        let (low, high) = quantile_interval(&sorted, p, 1.0 - args.level());
        let rank = ((p * sorted.len() as f64).ceil() as usize).max(1) - 1;
        let mut warnings = Vec::new();
        if low.is_none() || high.is_none() {
            warnings.push("too few values: a bound is not given by the data".to_owned());
        }
        Row {
            estimate: sorted.get(rank).copied(),
            low,
            high,
            n: Some(sorted.len() as u64),
            warnings,
            ..Row::named(None, &own.name)
        }
    });
    Ok(Found::new(
        "order-statistics",
        format!(
            "Percentile {}, {} interval",
            args.percent(),
            percent(args.level())
        ),
        rows.collect(),
    ))
}

/// An interval that holds at any time.
pub fn sequence(args: &Args, table: &Table) -> Result<Found, Failure> {
    let scores = Scores::read(args, table, false)?;
    let mut rows = Vec::new();
    every(&scores, |grid, column, name, _| {
        let mut band = ConfidenceSequence::new(1.0 - args.level(), None);
        let (mut n, mut sum) = (0_u64, 0.0);
        for mean in grid.means(column).flatten() {
            band.add(mean);
            n += 1;
            sum += mean;
        }
        let (low, high) = band.band();
        rows.push(Row {
            estimate: (n > 0).then(|| sum / n as f64),
            low: Some(low),
            high: Some(high),
            n: Some(n),
            ..Row::named(scores.task(grid), name)
        });
        Ok(())
    })?;
    Ok(Found::new(
        "empirical-bernstein-sequence",
        format!(
            "Mean score with a {} interval that holds whenever one looks",
            percent(args.level())
        ),
        rows,
    )
    .noted("cases must come in random order, in that of the file"))
}

/// The chance that a pass rate is high enough.
pub fn posterior(args: &Args, table: &Table) -> Result<Found, Failure> {
    let threshold = args
        .at_least
        .ok_or_else(|| Failure::Usage("a posterior needs its threshold: --at-least S".to_owned()))?;
    let scores = Scores::read(args, table, false)?;
    let mut rows = Vec::new();
    every(&scores, |grid, column, name, clusters| {
        let estimate = sums(grid, column, clusters).estimate(1.0 - args.level(), 0);
        let row = Row::named(scores.task(grid), name);
        let posterior = estimate.mean.zip(estimate.n_eff).and_then(|(mean, n)| {
            beta_binomial((mean * n).min(n), n, (1.0, 1.0), 1.0 - args.level(), threshold)
        });
        rows.push(match posterior {
            Some(found) => Row {
                estimate: Some(found.mean),
                low: Some(found.low),
                high: Some(found.high),
                n: Some(estimate.n),
                n_eff: estimate.n_eff,
                ..row
            }
            .with("chance to be at least that", found.at_least),
            None => row,
        });
        Ok(())
    })?;
    Ok(Found::new(
        "beta(1,1)-posterior",
        format!("Pass rate after these data, and the chance that it is at least {threshold}"),
        rows,
    ))
}
