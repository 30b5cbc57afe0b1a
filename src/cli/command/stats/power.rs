//! What a comparison on these cases can see.

use super::Args;
use super::means::percent;
use super::pairs::{every, sums};
use super::row::{Found, Row};
use super::table::Table;
use crate::cli::failure::Failure;
use crate::stats;

/// What these cases see, and how many would see the margin.
pub fn power(args: &Args, table: &Table) -> Result<Found, Failure> {
    let rows = every(args, table, |grid, pair, row| {
        let estimate = sums(grid, pair).estimate(1.0 - args.level(), 0);
        let design = stats::Design {
            alpha: 1.0 - args.level(),
            design_effect: estimate.design_effect,
            ..stats::Design::default()
        };
        // The same level on the one side that a gate asks about.
        let one_sided = stats::Design { sides: 1, ..design };
        // What the interval needs where nothing is discordant.
        let floor = stats::Design {
            alpha: design.alpha / 2.0,
            ..one_sided
        }
        .noninferiority_cases(0.0, args.margin(), 0.0);
        let varies = estimate.variance > 0.0;
        let n = estimate.n as f64;
        Row {
            n: Some(estimate.n),
            ..row
        }
        .with(
            "smallest difference seen",
            (estimate.n > 1 && varies).then(|| design.smallest_difference(estimate.variance, n)),
        )
        .with(
            "cases for the margin",
            (estimate.n > 1).then(|| design.cases(estimate.variance, args.margin()).max(floor).ceil()),
        )
        .with(
            "cases to prove non-inferiority if equal",
            (estimate.n > 1).then(|| {
                one_sided
                    .noninferiority_cases(estimate.variance, args.margin(), 0.0)
                    .ceil()
            }),
        )
        .warned(match (estimate.n, varies) {
            (0 | 1, _) => Some("it takes two cases with both scores"),
            (_, false) => Some("no difference varies: cases are those that the interval needs without any"),
            _ => None,
        })
        .with("design effect", estimate.design_effect)
        .with("variance of a difference", estimate.variance)
    })?;
    Ok(Found::new(
        "normal, design effect",
        format!(
            "Power 80 %, confidence {}, difference {}",
            percent(args.level()),
            args.margin()
        ),
        rows,
    ))
}
