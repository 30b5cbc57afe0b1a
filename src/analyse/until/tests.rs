//! Early stops by simulation: how often something wrong is told, and what is saved.

use super::*;
use crate::analyse::{Grid, GridCandidate, GridTrial};
use crate::model::{Outcome, Until, UntilTask};
use crate::stats::Rng;

/// A score of a case by a candidate, `None` where the trial failed.
type Scores = Vec<Vec<Option<f64>>>;

/// Three standard errors of a share that is estimated from so many replicates.
fn noise(share: f64, replicates: u64) -> f64 {
    3.0 * (share * (1.0 - share) / replicates as f64).sqrt()
}

fn until(margin: f64, against: Option<&str>) -> Until {
    Until {
        margin,
        alpha: 0.05,
        against: against.map(Into::into),
        tasks: Vec::new(),
    }
}

fn candidates(count: usize) -> Vec<GridCandidate> {
    let candidate = |at: usize| GridCandidate {
        position: at as u32,
        name: format!("m/{at}"),
        model: format!("m/{at}"),
        prompt: "plain".to_owned(),
        simulated: false,
    };
    (0..count).map(candidate).collect()
}

/// A task with scores by case and candidate, in the random order of a seed.
struct Made {
    task: UntilTask,
    keys: Vec<u64>,
    clusters: Option<Vec<usize>>,
    scores: Scores,
}

impl Made {
    fn new(seed: u64, scores: Scores, clusters: Option<Vec<usize>>) -> Self {
        let mut counter = UnitCounter::default();
        let name = |at: usize| clusters.as_ref().map(|clusters| format!("k{}", clusters[at]));
        let keys: Vec<u64> = (0..scores.len())
            .map(|at| unit_key(seed, "t", &format!("c{at}"), name(at).as_deref()))
            .collect();
        keys.iter().for_each(|key| counter.add(*key));
        Self {
            task: counter.finish(),
            keys,
            clusters,
            scores,
        }
    }

    /// The grid of the cases that `asked` lets through, and their keys.
    fn grid(&self, asked: impl Fn(usize, usize) -> bool) -> (Grid, Vec<u64>) {
        let width = self.scores[0].len();
        let mut grid = Grid::new("t".into(), self.clusters.is_some(), 1, candidates(width));
        let mut keys = Vec::new();
        for (at, scores) in self.scores.iter().enumerate() {
            for (candidate, score) in scores.iter().enumerate().filter(|(to, _)| asked(at, *to)) {
                let cluster = self
                    .clusters
                    .as_ref()
                    .map(|clusters| format!("k{}", clusters[at]));
                let row = grid.case(&format!("c{at}"), cluster.as_deref(), 0);
                keys.resize(row + 1, self.keys[at]);
                let trial = GridTrial {
                    outcome: score.map_or(Outcome::ProviderError, |_| Outcome::Scored),
                    score: *score,
                    pass: None,
                    dollars: None,
                    seconds: None,
                };
                grid.add(row, candidate, &trial);
            }
        }
        (grid, keys)
    }

    fn decided(&self, until: &Until) -> Decided {
        let (grid, keys) = self.grid(|_, _| true);
        replay(until, &self.task, &grid, &keys)
    }

    /// True difference of two candidates: the mean over units, each of which counts the same.
    fn truth(&self, scores: &Scores, a: usize, b: usize) -> f64 {
        let unit = |at: usize| self.clusters.as_ref().map_or(at, |clusters| clusters[at]);
        let mut sums = std::collections::BTreeMap::new();
        for (at, row) in scores.iter().enumerate() {
            let sum = sums.entry(unit(at)).or_insert((0.0, 0.0));
            sum.0 += row[a].unwrap_or_default() - row[b].unwrap_or_default();
            sum.1 += 1.0;
        }
        sums.values().map(|(sum, n)| sum / n).sum::<f64>() / sums.len() as f64
    }
}

/// Whether something is told of a pair that is not so, and whether its limits miss the true difference.
fn wrong(pair: &DecidedPair, truth: f64, margin: f64) -> (bool, bool) {
    let told = match pair.end {
        PairEnd::Told(Told::Better, _) => truth < 1e-12,
        PairEnd::Told(Told::Worse, _) => truth > -1e-12,
        PairEnd::Told(Told::Same, _) => truth.abs() > margin + 1e-12,
        _ => false,
    };
    let (low, high) = pair.limits;
    (told, truth < low - 1e-9 || truth > high + 1e-9)
}

/// Scores of yes/no answers: of `cases`, each candidate gets the stretch of so many right that begins there, round the end.
fn yes_no(cases: usize, right: &[(usize, usize)]) -> Scores {
    let row = |at: usize| {
        let of = |(start, count): &(usize, usize)| (at + cases - start) % cases < *count;
        right
            .iter()
            .map(|right| Some(f64::from(u8::from(of(right)))))
            .collect()
    };
    (0..cases).map(row).collect()
}

/// Shares of replicates in which anything wrong is told, and in which any limit misses; `spoil` makes scores go missing.
fn errors(
    replicates: u64,
    full: &Scores,
    clusters: Option<&Vec<usize>>,
    margin: f64,
    spoil: impl Fn(&mut Rng, &[u64], &mut Scores),
) -> (f64, f64) {
    let until = until(margin, None);
    let (mut lies, mut misses) = (0_u32, 0_u32);
    for replicate in 0..replicates {
        let mut made = Made::new(replicate, full.clone(), clusters.cloned());
        spoil(
            &mut Rng::stream(77, replicate),
            &made.keys.clone(),
            &mut made.scores,
        );
        let decided = made.decided(&until);
        let found = decided.pairs.iter().map(|pair| {
            let truth = made.truth(full, pair.a as usize, pair.b as usize);
            wrong(pair, truth, margin)
        });
        let found: Vec<(bool, bool)> = found.collect();
        lies += u32::from(found.iter().any(|(lie, _)| *lie));
        misses += u32::from(found.iter().any(|(_, miss)| *miss));
    }
    let share = |count: u32| f64::from(count) / replicates as f64;
    (share(lies), share(misses))
}

#[test]
fn two_candidates_that_are_equal_are_seldom_told_apart() {
    // Equal, on different cases: nothing but "the same" is true, and "better" and "worse" both are errors.
    let replicates = 2000;
    let full = yes_no(100, &[(0, 60), (15, 60)]);
    let (lies, misses) = errors(replicates, &full, None, 0.02, |_, _, _| {});
    assert!(lies <= 0.05 + noise(0.05, replicates), "{lies}");
    assert!(misses <= 0.05 + noise(0.05, replicates), "{misses}");
}

#[test]
fn two_candidates_just_beyond_the_margin_are_seldom_called_the_same() {
    let replicates = 2000;
    let full = yes_no(100, &[(0, 60), (15, 54)]);
    let (lies, misses) = errors(replicates, &full, None, 0.05, |_, _, _| {});
    assert!(lies <= 0.05 + noise(0.05, replicates), "{lies}");
    assert!(misses <= 0.05 + noise(0.05, replicates), "{misses}");
}

#[test]
fn of_four_candidates_all_that_is_told_holds_together() {
    let replicates = 2000;
    let full = yes_no(80, &[(0, 50), (15, 50), (30, 50), (10, 44)]);
    let (lies, misses) = errors(replicates, &full, None, 0.06, |_, _, _| {});
    assert!(lies <= 0.05 + noise(0.05, replicates), "{lies}");
    assert!(misses <= 0.05 + noise(0.05, replicates), "{misses}");
}

#[test]
fn answers_that_go_missing_where_it_hurts_most_do_not_raise_the_error_rate() {
    // Early in the order, right answers of the second candidate are lost: what is left looks as if the first were better.
    let replicates = 2000;
    let full = yes_no(100, &[(0, 60), (15, 60)]);
    let (lies, misses) = errors(replicates, &full, None, 0.02, |rng, keys, scores| {
        for (key, row) in keys.iter().zip(scores) {
            if *key < u64::MAX / 2 && row[1] == Some(1.0) && rng.unit() < 0.3 {
                row[1] = None;
            }
        }
    });
    assert!(lies <= 0.05 + noise(0.05, replicates), "{lies}");
    assert!(misses <= 0.05 + noise(0.05, replicates), "{misses}");
}

#[test]
fn clusters_that_answer_alike_are_not_taken_for_many_cases() {
    // 60 clusters of 1 to 5 cases that all go the same way; the mean of the cluster means is equal.
    let replicates = 2000;
    let clusters: Vec<usize> = (0..60).flat_map(|at| vec![at; 1 + at % 5]).collect();
    let by_cluster = yes_no(60, &[(0, 30), (30, 30)]);
    let full: Scores = clusters.iter().map(|at| by_cluster[*at].clone()).collect();
    let (lies, misses) = errors(replicates, &full, Some(&clusters), 0.1, |_, _, _| {});
    assert!(lies <= 0.05 + noise(0.05, replicates), "{lies}");
    assert!(misses <= 0.05 + noise(0.05, replicates), "{misses}");
}

#[test]
fn clear_differences_are_told_early_and_losers_are_asked_no_more() {
    let full = yes_no(400, &[(0, 360), (30, 260), (60, 200)]);
    let (mut asked, mut best) = ([0_u64; 3], 0_u32);
    let replicates = 100;
    for seed in 0..replicates {
        let decided = Made::new(seed, full.clone(), None).decided(&until(0.03, None));
        assert!(decided.is_settled());
        let unbeaten: Vec<u32> = decided.unbeaten().map(|asked| asked.candidate).collect();
        best += u32::from(unbeaten == [0]);
        for (sum, candidate) in asked.iter_mut().zip(&decided.candidates) {
            *sum += candidate.cases;
        }
    }
    assert_eq!(u64::from(best), replicates, "the best is found");
    let share = |at: usize| asked[at] as f64 / (400 * replicates) as f64;
    assert!(share(0) < 0.4 && share(2) <= share(1), "{asked:?}");
}

#[test]
fn everything_is_told_once_all_cases_are_known() {
    let full = yes_no(30, &[(0, 20), (1, 20), (0, 21)]);
    for seed in 0..50 {
        let decided = Made::new(seed, full.clone(), None).decided(&until(0.01, None));
        let open = decided
            .pairs
            .iter()
            .filter(|pair| !matches!(pair.end, PairEnd::Told(..) | PairEnd::Moot));
        assert_eq!(open.count(), 0, "{decided:?}");
        let last = decided.candidates.iter().find(|asked| asked.candidate == 2);
        assert_eq!(last.and_then(|asked| asked.beaten_by), None);
    }
}

#[test]
fn limits_agree_with_what_is_told() {
    let full = yes_no(200, &[(0, 150), (10, 120), (20, 152)]);
    for seed in 0..100 {
        let decided = Made::new(seed, full.clone(), None).decided(&until(0.05, None));
        for pair in decided.pairs {
            let (low, high) = pair.limits;
            assert!(low <= high, "{pair:?}");
            match pair.end {
                PairEnd::Told(Told::Better, _) => assert!(low >= 0.0, "{pair:?}"),
                PairEnd::Told(Told::Worse, _) => assert!(high <= 0.0, "{pair:?}"),
                PairEnd::Told(Told::Same, _) => {
                    assert!(low >= -0.05 - 1e-4 && high <= 0.05 + 1e-4, "{pair:?}");
                }
                _ => {}
            }
        }
    }
}

#[test]
fn block_by_block_the_same_is_told_as_from_all_scores_at_once() {
    let full = yes_no(300, &[(0, 200), (15, 230), (40, 190), (90, 229)]);
    for (seed, against) in [(1, None), (2, None), (3, Some("m/1")), (4, Some("m/2"))] {
        let made = Made::new(seed, full.clone(), None);
        let until = until(0.05, against);
        // How many blocks each candidate has answered.
        let mut answered = [0_usize; 4];
        let told = loop {
            let blocks = made.task.blocks.len();
            let (grid, keys) = made.grid(|at, to| block_of(made.keys[at], blocks) < answered[to]);
            let decided = replay(&until, &made.task, &grid, &keys);
            if decided.is_settled() {
                break decided;
            }
            for (count, asked) in answered.iter_mut().zip(&decided.candidates) {
                if let Some(block) = asked.stalled {
                    assert_eq!(block, *count, "one block after the other");
                    *count += 1;
                }
            }
        };
        assert_eq!(told, made.decided(&until), "{against:?}");
    }
}

#[test]
fn a_candidate_that_is_given_up_does_not_hold_up_the_others() {
    let full = yes_no(200, &[(0, 180), (30, 100), (60, 150)]);
    let made = Made::new(5, full, None);
    let blocks = made.task.blocks.len();
    let (grid, keys) = made.grid(|at, to| to != 1 || block_of(made.keys[at], blocks) < 1);
    let decided = replay(&until(0.03, None), &made.task, &grid, &keys);
    let of = |a: u32, b: u32| {
        let pair = decided.pairs.iter().find(|pair| (pair.a, pair.b) == (a, b));
        pair.map(|pair| pair.end)
    };
    assert!(
        matches!(of(0, 2), Some(PairEnd::Told(Told::Better, _))),
        "{decided:?}"
    );
    assert_eq!(decided.candidates[1].stalled, Some(1));
    assert_eq!(of(0, 1), Some(PairEnd::Stalled));
}

#[test]
fn held_against_one_candidate_the_others_are_not_compared() {
    let full = yes_no(200, &[(0, 150), (10, 150), (20, 100)]);
    let decided = Made::new(9, full, None).decided(&until(0.1, Some("m/1")));
    let pairs: Vec<(u32, u32)> = decided.pairs.iter().map(|pair| (pair.a, pair.b)).collect();
    assert_eq!(pairs, [(0, 1), (2, 1)]);
    assert_eq!(decided.against, [1]);
    assert!(decided.candidates.iter().all(|asked| asked.beaten_by.is_none()));
}

#[test]
fn blocks_hold_every_case_and_keep_clusters_together() {
    let clusters: Vec<usize> = (0..500).map(|at| at / 3).collect();
    let made = Made::new(3, yes_no(500, &[(0, 1)]), Some(clusters.clone()));
    assert_eq!(made.task.units, 167);
    assert_eq!(made.task.blocks.len(), 16);
    assert_eq!(made.task.blocks.iter().sum::<u64>(), 500);
    for (at, other) in (0..500).zip(1..500) {
        assert_eq!(clusters[at] == clusters[other], made.keys[at] == made.keys[other]);
    }
    assert_ne!(
        Made::new(4, yes_no(500, &[(0, 1)]), Some(clusters)).keys,
        made.keys
    );
}
