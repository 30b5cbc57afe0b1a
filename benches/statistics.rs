//! How fast the statistics are that a leaderboard waits for: ratings of 100 candidates from 100,000 games, a bootstrap
//! interval of the agreement of raters, and the bootstrap of a front, with the same in numpy beside it where `python3`
//! (or the program that `BENCH_PYTHON` names) has numpy.

use bench::stats::{AlphaUnit, FrontColumn, Game, REPLICATES, Rng, bca, bradley_terry, front_membership};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::process::Command;

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

const FRONT_CASES: usize = 10_000;
const FRONT_CANDIDATES: usize = 8;

/// Right or wrong, and a cost, by case; candidates get better and dearer evenly.
fn columns() -> Vec<FrontColumn> {
    let mut rng = Rng::stream(20_261_124, 1);
    let column = |number: usize| {
        let step = number as f64 / (FRONT_CANDIDATES - 1) as f64;
        FrontColumn {
            quality: (0..FRONT_CASES)
                .map(|_| f64::from(u8::from(rng.unit() < 0.6 + 0.2 * step)))
                .collect(),
            cost: (0..FRONT_CASES)
                .map(|_| (3.0 * step - 8.0 + 0.6 * (rng.unit() - 0.5)).exp())
                .collect(),
        }
    };
    (0..FRONT_CANDIDATES).map(column).collect()
}

fn front(criterion: &mut Criterion) {
    let columns = columns();
    // Five cases a cluster.
    let clusters: Vec<u32> = (0..FRONT_CASES as u32).map(|case| case / 5).collect();
    let mut group = criterion.benchmark_group("front");
    group.sample_size(10);
    for (name, clusters) in [
        ("each case by itself", None),
        ("2,000 clusters", Some(&*clusters)),
    ] {
        let name =
            format!("{FRONT_CANDIDATES} candidates, {FRONT_CASES} cases, {REPLICATES} replicates, {name}");
        group.bench_function(name, |run| {
            run.iter(|| front_membership(black_box(&columns), clusters, REPLICATES, 7));
        });
    }
    group.finish();
    numpy();
}

/// The same as each case by itself, by numpy.
#[allow(clippy::print_stdout, reason = "a benchmark prints")]
fn numpy() {
    let python = std::env::var("BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let ended = Command::new(&python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/front_numpy.py"))
        .args([
            FRONT_CASES.to_string(),
            FRONT_CANDIDATES.to_string(),
            REPLICATES.to_string(),
        ])
        .output();
    match ended {
        Ok(ended) if ended.status.success() => {
            println!(
                "front, each case by itself, numpy: {}",
                String::from_utf8_lossy(&ended.stdout).trim()
            );
        }
        _ => println!("front, numpy: left out, since {python} with numpy is not there"),
    }
}

criterion_group!(benches, ratings, agreement, front);
criterion_main!(benches);
