//! Whether longer outputs get better verdicts.

use super::Gap;
use super::index::JudgedTrial;
use super::means::{ALPHA, FEWEST_GROUPS};
use super::result::{Ranged, Verbosity};
use super::units::{Unit, Units};
use crate::stats::slope;
use std::collections::{BTreeMap, BTreeSet};

/// Lengths that differ by less, in doublings, are the same.
const SAME: f64 = 1e-9;

/// An output, or a pair.
struct Point {
    /// Its length, or how much longer than the other it is, in doublings.
    x: f64,
    /// What it got.
    y: f64,
    candidate: u32,
}

pub(super) fn verbosity(units: &Units) -> Verbosity {
    let mut points: Vec<Point> = Vec::new();
    let mut clusters: Vec<u32> = Vec::new();
    for (unit, trial, _) in units.each() {
        if let Some((x, y)) = coordinates(unit, trial) {
            points.push(Point {
                x,
                y,
                candidate: trial.candidate,
            });
            clusters.push(unit.cluster);
        }
    }
    let all: Vec<(f64, f64)> = points.iter().map(|point| (point.x, point.y)).collect();
    Verbosity {
        slope: figure(&all, &clusters),
        within: figure(&centred(&points), &clusters),
    }
}

/// Of an output its length and score; of a pair how much longer than the other the judged output is, and what it got.
fn coordinates(unit: &Unit, trial: &JudgedTrial) -> Option<(f64, f64)> {
    let value = trial.value?;
    if !unit.pair {
        return Some((doublings(trial.length), value));
    }
    let longer = doublings(trial.length) - doublings(unit.other_length?);
    Some((longer, unit.result))
}

/// Characters as doublings; an empty output counts as one character.
fn doublings(length: u32) -> f64 {
    f64::from(length.max(1)).log2()
}

/// The points with the means of each candidate taken out.
fn centred(points: &[Point]) -> Vec<(f64, f64)> {
    let mut sums: BTreeMap<u32, (f64, f64, f64)> = BTreeMap::new();
    for point in points {
        let sum = sums.entry(point.candidate).or_default();
        sum.0 += 1.0;
        sum.1 += point.x;
        sum.2 += point.y;
    }
    let centre = |point: &Point| {
        let (n, x, y) = sums.get(&point.candidate).copied().unwrap_or((1.0, 0.0, 0.0));
        (point.x - x / n, point.y - y / n)
    };
    points.iter().map(centre).collect()
}

fn figure(points: &[(f64, f64)], clusters: &[u32]) -> Result<Ranged, Gap> {
    let xs = points.iter().map(|(x, _)| *x);
    let (low, high) = xs.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
        (low.min(x), high.max(x))
    });
    if points.is_empty() {
        return Err(Gap::NoVerdicts);
    }
    if high - low < SAME {
        return Err(Gap::SameLength);
    }
    let slope = slope(points, clusters, ALPHA).ok_or(Gap::TooFewCases)?;
    let groups: BTreeSet<u32> = clusters.iter().copied().collect();
    // Points that lie on the line leave no interval.
    let told = groups.len() >= FEWEST_GROUPS && slope.high - slope.low > 1e-12;
    Ok(Ranged {
        value: slope.slope,
        interval: told.then_some((slope.low, slope.high)),
        cases: points.len() as u64,
    })
}
