//! How fast the statistics are that a leaderboard waits for: ratings of 100 candidates from 100,000 games, and a
//! bootstrap interval of the agreement of raters.

use bench::stats::{AlphaUnit, Game, REPLICATES, Rng, bca, bradley_terry};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

const CANDIDATES: usize = 100;
const GAMES: u64 = 100_000;

/// Games of candidates whose strengths rise evenly, about so many cases.
fn games(cases: u32) -> Vec<Game> {
    let strength = |candidate: usize| candidate as f64 / 30.0;
    let mut rng = Rng::stream(20_261_124, u64::from(cases));
    (0..GAMES)
        .map(|number| {
            let first = rng.index(CANDIDATES);
            let second = (first + 1 + rng.index(CANDIDATES - 1)) % CANDIDATES;
            let chance = 1.0 / (1.0 + (strength(second) - strength(first)).exp());
            Game {
                a: first as u32,
                b: second as u32,
                outcome: f64::from(u8::from(rng.unit() < chance)),
                case: (number % u64::from(cases)) as u32,
            }
        })
        .collect()
}

fn ratings(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("bradley_terry");
    group.sample_size(10).throughput(Throughput::Elements(GAMES));
    for cases in [50, 1_000, 100_000] {
        let games = games(cases);
        group.bench_function(
            format!("100 candidates, {GAMES} games about {cases} cases"),
            |run| {
                run.iter(|| bradley_terry(CANDIDATES, black_box(&games)));
            },
        );
    }
    group.finish();
}

fn agreement(criterion: &mut Criterion) {
    let mut rng = Rng::stream(20_261_124, 0);
    let units: Vec<AlphaUnit> = (0..10_000)
        .map(|_| AlphaUnit::of(&[rng.unit(), rng.unit(), rng.unit()]))
        .collect();
    let alpha = |drawn: &[usize]| {
        let chosen = drawn.iter().filter_map(|at| units.get(*at).copied());
        chosen.fold(AlphaUnit::default(), AlphaUnit::plus).alpha()
    };
    let all: Vec<usize> = (0..units.len()).collect();
    let Some(estimate) = alpha(&all) else { return };
    let mut group = criterion.benchmark_group("bca");
    group.sample_size(10);
    group.bench_function("alpha of 10,000 cases", |run| {
        run.iter(|| bca(units.len(), black_box(estimate), alpha, 0.05, REPLICATES, 7));
    });
    group.finish();
}

criterion_group!(benches, ratings, agreement);
criterion_main!(benches);
