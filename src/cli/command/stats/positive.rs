//! Methods about values without an upper end: seconds, dollars.

use super::Args;
use super::means::percent;
use super::pairs::pairs_of;
use super::row::{Found, Row};
use super::scores::Values;
use super::table::Table;
use crate::cli::failure::Failure;
use crate::stats::{Warning, paired_ratio, positive_mean, ratio_of_totals};
use std::collections::HashMap;

/// Means of positive values.
pub fn mean(args: &Args, table: &Table) -> Result<Found, Failure> {
    let rows = Values::read(args, table, false)?.into_iter().map(|own| {
        let own = own.by_case();
        let row = Row::named(None, &own.name);
        match positive_mean(&own.values, own.clusters.as_deref(), 1.0 - args.level()) {
            Some(mean) => row
                .ranged(&mean)
                .warned((mean.n < 30).then(|| Warning::SmallSample(mean.n).to_string())),
            None => row,
        }
    });
    Ok(Found::new(
        "log-t",
        format!("Mean of positive values, {} interval", percent(args.level())),
        rows.collect(),
    ))
}

/// Ratios of positive values.
pub fn ratio(args: &Args, table: &Table) -> Result<Found, Failure> {
    let values: Vec<Values> = Values::read(args, table, true)?
        .into_iter()
        .map(Values::by_case)
        .collect();
    let names: Vec<&str> = values.iter().map(|own| &*own.name).collect();
    let mut rows = Vec::new();
    for (first, second) in pairs_of(args, &names)? {
        let (Some(a), Some(b)) = (values.get(first), values.get(second)) else {
            continue;
        };
        let of_a: HashMap<&str, f64> = a
            .cases
            .iter()
            .map(String::as_str)
            .zip(a.values.iter().copied())
            .collect();
        let (mut pairs, mut clusters) = (Vec::new(), Vec::new());
        for (at, (case, value)) in b.cases.iter().zip(&b.values).enumerate() {
            if let Some(other) = of_a.get(case.as_str()) {
                pairs.push((*value, *other));
                clusters.extend(b.clusters.as_ref().and_then(|clusters| clusters.get(at).copied()));
            }
        }
        let clusters = b.clusters.as_ref().map(|_| clusters.as_slice());
        let row = Row {
            against: Some(a.name.clone()),
            n: Some(pairs.len() as u64),
            ..Row::named(None, &b.name)
        };
        let apart = a.cases.len() + b.cases.len() - 2 * pairs.len();
        let row =
            row.warned((apart > 0).then(|| format!("{apart} cases with a value of one side only left out")));
        let geometric = paired_ratio(&pairs, clusters, 1.0 - args.level());
        // Where ratios do not vary, their interval would have no width.
        let bounds = geometric
            .and_then(|ratio| ratio.low.zip(ratio.high))
            .filter(|(low, high)| high - low > 1e-12 * high);
        let n = pairs.len() as u64;
        let row = match ratio_of_totals(&pairs, clusters, 1.0 - args.level()) {
            Some(ratio) => row.ranged(&ratio),
            None if pairs.is_empty() => row.warned(Some("no case has both values")),
            None => row.warned(Some("no ratio: the values of one side are all 0")),
        };
        let zeros = geometric.map_or(n, |ratio| ratio.left_out);
        rows.push(
            row.warned(
                (zeros > 0 && n > 0).then(|| {
                    format!("{zeros} of {n} cases with a value of 0 left out of the geometric mean")
                }),
            )
            .warned((1..30).contains(&n).then(|| Warning::SmallSample(n).to_string()))
            .with("geometric mean of ratios", geometric.map(|ratio| ratio.value))
            .with("its lower bound", bounds.map(|bounds| bounds.0))
            .with("its upper bound", bounds.map(|bounds| bounds.1)),
        );
    }
    if rows.is_empty() {
        return Err(table.wrong("there are no two candidates to compare; name their column with --candidate"));
    }
    Ok(Found::new(
        "ratio-of-totals",
        format!(
            "Candidate in terms of `against`, {} interval",
            percent(args.level())
        ),
        rows,
    ))
}
