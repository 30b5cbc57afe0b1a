//! Whether longer outputs get better verdicts.

use super::Gap;
use super::index::JudgedTrial;
use super::means::ALPHA;
use super::result::{Ranged, Verbosity};
use super::units::{Unit, Units};
use crate::stats::{Slope, SlopePoint, slope, slope_within};

/// Characters as doublings; an empty output counts as one character.
fn doublings(length: u32) -> f64 {
    f64::from(length.max(1)).log2()
}

pub(super) fn verbosity(units: &Units) -> Verbosity {
    let mut points: Vec<SlopePoint> = Vec::new();
    for (unit, trial, _) in units.each() {
        // Of the units of a trial the first stands for it where there are no pairs.
        if let Some((x, y)) = point(unit, trial) {
            points.push(SlopePoint {
                x,
                y,
                cluster: unit.cluster,
                group: trial.candidate,
            });
        }
    }
    let figure = |slope: Option<Slope>| {
        let Some(slope) = slope else {
            return Err(gap(&points));
        };
        Ok(Ranged {
            value: slope.slope,
            interval: slope.interval,
            cases: slope.clusters,
        })
    };
    Verbosity {
        slope: figure(slope(&points, ALPHA)),
        within: figure(slope_within(&points, ALPHA)),
    }
}

/// Of an output its length and score; of a pair how much longer than the other the judged output is, and what it got.
fn point(unit: &Unit, trial: &JudgedTrial) -> Option<(f64, f64)> {
    let value = trial.value?;
    if !unit.pair {
        return Some((doublings(trial.length), value));
    }
    Some((
        doublings(trial.length) - doublings(unit.other_length?),
        unit.result,
    ))
}

fn gap(points: &[SlopePoint]) -> Gap {
    let same = points.windows(2).all(|pair| match pair {
        [a, b] => a.x == b.x,
        _ => true,
    });
    match points {
        [] => Gap::NoVerdicts,
        [_] => Gap::TooFewCases,
        _ if same => Gap::SameLength,
        _ => Gap::TooFewCases,
    }
}
