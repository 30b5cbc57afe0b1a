//! Laws of what decisions rest on: paired differences, gates, plans, early stops and fronts.

mod front;
mod gates;
mod macros;
mod paired;
mod planning;
mod positive;
mod sequential;

use crate::stats::*;

/// A difference of two yes/no scores: 1 and -1 for the discordant cases, whose share is `discordant`, with that mean.
fn drawn(rng: &mut Rng, discordant: f64, mean: f64) -> f64 {
    let u = rng.unit();
    if u < f64::midpoint(discordant, mean) {
        1.0
    } else if u < discordant {
        -1.0
    } else {
        0.0
    }
}

/// Two standard deviations of a share that is seen in so many replicates.
fn noise(share: f64, replicates: u64) -> f64 {
    2.0 * (share * (1.0 - share) / replicates as f64).sqrt()
}

fn near(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance
}
