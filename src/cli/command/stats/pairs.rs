//! Methods about two candidates on the same cases.

use super::Args;
use super::means::percent;
use super::row::{Found, Row};
use super::scores::Scores;
use super::table::Table;
use crate::analyse::Grid;
use crate::cli::failure::Failure;
use crate::plan::known_names;
use crate::stats::{
    self, DifferenceRule, PairedAccumulator, Warning, decide_scores, holm, kendall_tau_b, pearson,
    rank_intervals, spearman,
};
use std::collections::HashMap;

/// Columns that are compared: the first is what the second is held against.
pub fn pairs_of(args: &Args, names: &[&str]) -> Result<Vec<(usize, usize)>, Failure> {
    if let Some(baseline) = &args.baseline {
        let at = names.iter().position(|name| name == baseline).ok_or_else(|| {
            let known = known_names(baseline, names.iter().copied());
            Failure::Usage(format!("no candidate is called `{baseline}`{known}"))
        })?;
        return Ok((0..names.len())
            .filter(|other| *other != at)
            .map(|other| (at, other))
            .collect());
    }
    let mut pairs = Vec::new();
    for first in 0..names.len() {
        pairs.extend((first + 1..names.len()).map(|second| (first, second)));
    }
    Ok(pairs)
}

/// Calls `each` with every task and pair; the row has its names.
pub fn every(
    args: &Args,
    table: &Table,
    mut each: impl FnMut(&Grid, (usize, usize), Row) -> Row,
) -> Result<Vec<Row>, Failure> {
    let scores = Scores::read(args, table, true)?;
    let mut rows = Vec::new();
    for grid in &scores.grids {
        let names: Vec<&str> = grid.candidates.iter().map(|candidate| &*candidate.name).collect();
        for pair in pairs_of(args, &names)? {
            let name = |at: usize| names.get(at).copied().unwrap_or_default();
            let row = Row {
                against: Some(name(pair.0).to_owned()),
                ..Row::named(scores.task(grid), name(pair.1))
            };
            rows.push(each(grid, pair, row));
        }
    }
    if rows.is_empty() {
        return Err(table.wrong("there are no two candidates to compare; name their column with --candidate"));
    }
    Ok(rows)
}

/// The differences of a pair, second minus first.
pub fn sums(grid: &Grid, pair: (usize, usize)) -> PairedAccumulator {
    let clusters = grid.dense_clusters();
    let mut sums = PairedAccumulator::new(clusters.is_some());
    for (case, (first, second)) in grid.means(pair.0).zip(grid.means(pair.1)).enumerate() {
        if let (Some(first), Some(second)) = (first, second) {
            let cluster = clusters.as_ref().and_then(|clusters| clusters.get(case).copied());
            sums.add(second - first, cluster, grid.epochs > 1);
        }
    }
    sums
}

/// The difference with all missing scores as bad and as good as they can be for the second; `None` where none is missing.
fn bounds(grid: &Grid, (first, second): (usize, usize)) -> Option<(f64, f64)> {
    let (mut worst, mut best, mut open) = (0.0, 0.0, false);
    for case in 0..grid.cases.len() {
        let ends = |column: usize| {
            let cell = grid.cell(case, column);
            let planned = f64::from(cell.trials.max(1));
            let missing = planned - f64::from(cell.scored);
            (cell.sum / planned, (cell.sum + missing) / planned)
        };
        let (first, second) = (ends(first), ends(second));
        open |= first.0 < first.1 || second.0 < second.1;
        worst += second.0 - first.1;
        best += second.1 - first.0;
    }
    let n = grid.cases.len() as f64;
    open.then_some((worst / n, best / n))
}

/// Differences with their intervals and p.
pub fn difference(args: &Args, table: &Table) -> Result<Found, Failure> {
    let mut rows = every(args, table, |grid, pair, row| {
        let sums = sums(grid, pair);
        let missing = grid.cases.len() as u64 - sums.cases();
        let bounds = bounds(grid, pair);
        row.paired(&sums.estimate(1.0 - args.level(), missing))
            .with(
                "difference at the worst of all missing",
                bounds.map(|bounds| bounds.0),
            )
            .with(
                "difference at the best of all missing",
                bounds.map(|bounds| bounds.1),
            )
    })?;
    adjust(&mut rows);
    Ok(Found::new(
        "effective-n-tango",
        format!(
            "Difference on the same cases, candidate - against, {} interval",
            percent(args.level())
        ),
        rows,
    ))
}

/// Adjusts p for the number of rows, where there are several.
fn adjust(rows: &mut [Row]) {
    if rows.len() < 2 {
        return;
    }
    let known: Vec<f64> = rows.iter().filter_map(|row| row.p).collect();
    let mut adjusted = holm(&known).into_iter();
    for row in rows.iter_mut().filter(|row| row.p.is_some()) {
        row.p_adjusted = adjusted.next();
    }
}

/// Exact tests.
pub fn mcnemar(args: &Args, table: &Table) -> Result<Found, Failure> {
    let mut unfit = false;
    let mut rows = every(args, table, |grid, pair, row| {
        let (mut only_first, mut only_second, mut n) = (0, 0, 0);
        for (first, second) in grid.means(pair.0).zip(grid.means(pair.1)) {
            let (Some(first), Some(second)) = (first, second) else {
                continue;
            };
            unfit |= [first, second].iter().any(|score| *score != 0.0 && *score != 1.0);
            n += 1;
            only_first += u64::from(first > second);
            only_second += u64::from(second > first);
        }
        let test = stats::mcnemar(only_first, only_second);
        let row = Row {
            estimate: (n > 0).then(|| (only_second as f64 - only_first as f64) / n as f64),
            p: (n > 0).then_some(test.mid),
            n: Some(n),
            ..row
        };
        if n == 0 {
            return row.warned(Some("no case has both scores"));
        }
        row.with("exact p", test.exact)
            .with("asymptotic p", test.asymptotic)
            .with("only candidate", only_second as f64)
            .with("only against", only_first as f64)
    })?;
    if unfit {
        return Err(table.wrong(
            "McNemar's test is for scores of 0 and 1 without epochs; `bench stats difference` takes any",
        ));
    }
    adjust(&mut rows);
    Ok(
        Found::new("mcnemar-mid-p", "Exact test of paired yes/no scores", rows)
            .noted("assumes independent cases; with clusters see `bench stats difference`"),
    )
}

/// Non-inferiority.
pub fn gate(args: &Args, table: &Table) -> Result<Found, Failure> {
    if args.baseline.is_none() {
        return Err(Failure::Usage("a gate needs --baseline NAME".to_owned()));
    }
    let rows = every(args, table, |grid, pair, row| {
        let scores: Vec<(Option<f64>, Option<f64>)> = grid.means(pair.1).zip(grid.means(pair.0)).collect();
        let decided = decide_scores(
            &scores,
            grid.dense_clusters().as_deref(),
            grid.epochs > 1,
            DifferenceRule::NonInferior(args.margin()),
            1.0 - args.level(),
        );
        let count = |cases: Option<u64>| cases.map(|cases| cases as f64);
        let mut row = row.paired(&decided.estimate);
        // The p of "no difference" is not what is decided here.
        row.p = decided.p_pass;
        row.verdict = Some(decided.decision.name().to_owned());
        if let Some(why) = decided.undecided {
            row.warnings.push(format!("undecided: {}", why.name()));
        }
        if decided.worse_within_margin {
            row.warnings.push("worse, within the margin".to_owned());
        }
        if decided.better {
            row.warnings.push("better".to_owned());
        }
        row.with("cases needed if equal", count(decided.cases_if_equal))
            .with("cases needed as observed", count(decided.cases_as_observed))
    })?;
    Ok(Found::new(
        "effective-n-tango, one-sided",
        format!(
            "Not worse than {} by more than {}; each bound holds with {}",
            args.baseline.as_deref().unwrap_or_default(),
            args.margin(),
            percent(args.level())
        ),
        rows,
    )
    .noted("p is the one-sided p of being worse by the margin"))
}

/// Rank intervals.
pub fn ranks(args: &Args, table: &Table) -> Result<Found, Failure> {
    let scores = Scores::read(args, table, true)?;
    let mut rows = Vec::new();
    for grid in &scores.grids {
        let columns: Vec<Vec<Option<f64>>> = (0..grid.candidates.len())
            .map(|at| grid.means(at).collect())
            .collect();
        let ranking = rank_intervals(
            &columns,
            grid.dense_clusters().as_deref(),
            grid.epochs > 1,
            1.0 - args.level(),
        );
        let mut of_task: Vec<Row> = Vec::new();
        for ((candidate, column), rank) in grid.candidates.iter().zip(&columns).zip(&ranking.intervals) {
            let known: Vec<f64> = column.iter().flatten().copied().collect();
            let mean = (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64);
            of_task.push(
                Row {
                    estimate: mean,
                    n: Some(known.len() as u64),
                    verdict: Some(if rank.best == rank.worst {
                        format!("rank {}", rank.best)
                    } else {
                        format!("rank {} to {}", rank.best, rank.worst)
                    }),
                    ..Row::named(scores.task(grid), &candidate.name)
                }
                .with("best rank", f64::from(rank.best))
                .with("worst rank", f64::from(rank.worst)),
            );
        }
        of_task.sort_by(|x, y| y.estimate.unwrap_or(-1.0).total_cmp(&x.estimate.unwrap_or(-1.0)));
        rows.extend(of_task);
    }
    Ok(Found::new(
        "rank-intervals, holm",
        format!("Ranks that hold together with {}", percent(args.level())),
        rows,
    ))
}

/// Correlations.
pub fn correlation(args: &Args, table: &Table) -> Result<Found, Failure> {
    let rows = every(args, table, |grid, pair, row| {
        let both: Vec<(f64, f64, usize)> = grid
            .means(pair.0)
            .zip(grid.means(pair.1))
            .enumerate()
            .filter_map(|(case, (first, second))| Some((first?, second?, case)))
            .collect();
        let lists = |of: &[usize]| -> (Vec<f64>, Vec<f64>) {
            of.iter()
                .filter_map(|at| both.get(*at))
                .map(|(first, second, _)| (*first, *second))
                .unzip()
        };
        let all: Vec<usize> = (0..both.len()).collect();
        let (first, second) = lists(&all);
        // Clusters, or the cases themselves, are drawn together.
        let clusters = grid.dense_clusters();
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut places: HashMap<u32, usize> = HashMap::new();
        for (at, (.., case)) in both.iter().enumerate() {
            let cluster = clusters
                .as_ref()
                .and_then(|clusters| clusters.get(*case).copied());
            let place = *places.entry(cluster.unwrap_or(at as u32)).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            if let Some(group) = groups.get_mut(place) {
                group.push(at);
            }
        }
        let estimate = spearman(&first, &second);
        let bounds = estimate.and_then(|estimate| {
            let statistic = |drawn: &[usize]| {
                let rows: Vec<usize> = drawn
                    .iter()
                    .filter_map(|at| groups.get(*at))
                    .flatten()
                    .copied()
                    .collect();
                let (first, second) = lists(&rows);
                spearman(&first, &second)
            };
            args.resampled(groups.len(), estimate, statistic)
        });
        Row {
            estimate,
            low: bounds.map(|bounds| bounds.0),
            high: bounds.map(|bounds| bounds.1),
            n: Some(both.len() as u64),
            ..row
        }
        .warned(match (both.len(), estimate, bounds) {
            (.., Some(_)) => None,
            (0..3, ..) => Some("no interval: it takes three cases with both scores"),
            (_, None, _) => Some("no correlation: the scores of one of the two do not vary"),
            (_, Some(_), None) => Some("no interval: the correlation does not vary over what is drawn"),
        })
        .warned((both.len() < 30).then(|| Warning::SmallSample(both.len() as u64).to_string()))
        .with("pearson", pearson(&first, &second))
        .with("kendall tau-b", kendall_tau_b(&first, &second))
    })?;
    Ok(Found::new(
        "spearman, bca",
        format!(
            "Rank correlation, {} interval (seed {})",
            percent(args.level()),
            args.seed()
        ),
        rows,
    ))
}
