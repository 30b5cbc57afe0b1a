//! Comparisons of small grids.

use super::*;
use crate::analyse::{GridCandidate, GridTrial};
use crate::model::Outcome;

fn candidate(name: &str) -> GridCandidate {
    GridCandidate {
        name: name.to_owned(),
        ..GridCandidate::default()
    }
}

/// A grid of one epoch; each row is a case with the scores of all candidates.
fn grid(rows: &[&[Option<f64>]]) -> Grid {
    let candidates = rows.first().map_or(0, |row| row.len());
    let candidates = (0..candidates).map(|at| candidate(&format!("c{at}"))).collect();
    let mut grid = Grid::new("t".into(), false, 1, candidates);
    for (at, row) in rows.iter().enumerate() {
        let case = grid.case(&format!("case-{at}"), None, at as u64 + 1);
        for (column, score) in row.iter().enumerate() {
            let trial = GridTrial {
                outcome: if score.is_some() {
                    Outcome::Scored
                } else {
                    Outcome::ProviderError
                },
                score: *score,
                pass: score.map(|score| score >= 0.5),
                dollars: Some(0.01 * (column + 1) as f64),
                seconds: Some(1.0),
            };
            grid.add(case, column, &trial);
        }
    }
    grid
}

fn arm(grid: &Grid, column: usize) -> Arm<'_> {
    Arm {
        grid,
        column,
        outcomes: None,
        incomplete: false,
    }
}

const OPTIONS: CompareOptions = CompareOptions {
    margin: 0.05,
    alpha: 0.05,
    flips: 2,
};

fn compare(a: Arm<'_>, b: Arm<'_>) -> TaskComparison {
    let arms = TaskArms {
        task: "t".into(),
        a,
        b,
    };
    TaskComparison::of(&arms, &OPTIONS, &mut Ratios::default())
}

fn rows(both: usize, only_a: usize, only_b: usize, none: usize) -> Vec<[Option<f64>; 2]> {
    let of = |n: usize, a: f64, b: f64| vec![[Some(a), Some(b)]; n];
    [
        of(both, 1.0, 1.0),
        of(only_a, 1.0, 0.0),
        of(only_b, 0.0, 1.0),
        of(none, 0.0, 0.0),
    ]
    .concat()
}

fn two(rows: &[[Option<f64>; 2]]) -> Grid {
    let rows: Vec<&[Option<f64>]> = rows.iter().map(|row| row.as_slice()).collect();
    grid(&rows)
}

#[test]
fn the_second_side_is_better_where_it_alone_is_right_more_often() {
    let grid = two(&rows(60, 2, 18, 20));
    let compared = compare(arm(&grid, 0), arm(&grid, 1));
    assert_eq!(compared.verdict, Verdict::Better);
    assert!((compared.estimate.difference.unwrap() - 0.16).abs() < 1e-12);
    let exact = compared.exact.unwrap();
    assert_eq!((exact.only_a, exact.only_b), (2, 18));
    assert_eq!((compared.lost, compared.gained), (2, 18));
    assert_eq!((compared.lost_cases.len(), compared.gained_cases.len()), (2, 2));
    let mirrored = compare(arm(&grid, 1), arm(&grid, 0));
    assert_eq!(mirrored.verdict, Verdict::Worse);
    assert_eq!(mirrored.estimate.p, compared.estimate.p);
}

#[test]
fn little_data_is_no_sameness() {
    let few = two(&rows(8, 1, 1, 0));
    let compared = compare(arm(&few, 0), arm(&few, 1));
    assert_eq!(compared.verdict, Verdict::NotEnoughData);
    assert!(compared.cases_for_margin.unwrap() > 10);
    let many = two(&rows(2000, 20, 20, 0));
    assert_eq!(compare(arm(&many, 0), arm(&many, 1)).verdict, Verdict::Same);
    // Also where nothing differs at all.
    let equal = two(&rows(10, 0, 0, 0));
    let compared = compare(arm(&equal, 0), arm(&equal, 1));
    assert_eq!(compared.verdict, Verdict::NotEnoughData);
    assert!(compared.cases_for_margin.unwrap() >= 73);
}

#[test]
fn a_missing_score_is_no_zero_and_bounds_say_what_it_could_be() {
    let mut rows = rows(30, 0, 6, 4);
    rows.push([Some(1.0), None]);
    rows.push([None, None]);
    let grid = two(&rows);
    let compared = compare(arm(&grid, 0), arm(&grid, 1));
    assert_eq!((compared.estimate.n, compared.estimate.missing), (40, 2));
    let (worst, best) = compared.bounds.unwrap();
    assert!((worst - 4.0 / 42.0).abs() < 1e-12, "{worst}");
    assert!((best - 7.0 / 42.0).abs() < 1e-12, "{best}");
    assert!(compared.could_flip);
}

#[test]
fn cases_are_matched_by_id_and_what_is_on_one_side_only_is_counted() {
    let a = two(&rows(3, 0, 0, 0));
    let mut b = Grid::new("t".into(), false, 1, vec![candidate("x")]);
    for id in ["case-2", "case-1", "other"] {
        let case = b.case(id, None, 0);
        let trial = GridTrial {
            outcome: Outcome::Scored,
            score: Some(0.0),
            pass: Some(false),
            dollars: None,
            seconds: None,
        };
        b.add(case, 0, &trial);
    }
    let compared = compare(arm(&a, 0), arm(&b, 0));
    assert_eq!((compared.estimate.n, compared.only_a, compared.only_b), (2, 1, 1));
    assert_eq!(compared.estimate.difference, Some(-1.0));
    // A side that never came to a case has it missing.
    let mut stopped = arm(&b, 0);
    stopped.incomplete = true;
    assert_eq!(compare(arm(&a, 0), stopped).estimate.missing, 1);
}

#[test]
fn costs_are_compared_as_totals() {
    let grid = two(&rows(10, 0, 0, 0));
    let cost = compare(arm(&grid, 0), arm(&grid, 1)).cost.unwrap();
    assert!((cost.ratio.value - 2.0).abs() < 1e-12);
}

#[test]
fn averages_over_tasks_give_each_the_same_weight() {
    let (large, small) = (two(&rows(800, 0, 200, 0)), two(&rows(50, 10, 0, 40)));
    let arms = [("l", &large), ("s", &small)].map(|(task, grid)| TaskArms {
        task: task.into(),
        a: arm(grid, 0),
        b: arm(grid, 1),
    });
    let pair = PairComparison::of(("a".to_owned(), "b".to_owned()), &arms, &OPTIONS);
    let overall = pair.overall.unwrap();
    assert!((overall.average.mean - 0.05).abs() < 1e-12);
    assert_eq!(overall.cases, 1100);
}

#[test]
fn many_pairs_are_adjusted_and_one_is_not() {
    let rows: Vec<[Option<f64>; 3]> = rows(60, 2, 18, 20).into_iter().map(|[a, b]| [a, b, b]).collect();
    let rows: Vec<&[Option<f64>]> = rows.iter().map(|row| row.as_slice()).collect();
    let grid = grid(&rows);
    let pair = |a: usize, b: usize| {
        let arms = [TaskArms {
            task: "t".into(),
            a: arm(&grid, a),
            b: arm(&grid, b),
        }];
        PairComparison::of((format!("c{a}"), format!("c{b}")), &arms, &OPTIONS)
    };
    let one = Comparison::of(vec![pair(0, 1)], &OPTIONS);
    assert_eq!(one.pairs[0].tasks[0].p_holm, None);
    let all = Comparison::of(vec![pair(0, 1), pair(0, 2), pair(1, 2)], &OPTIONS);
    let p = all.pairs[0].tasks[0].estimate.p.unwrap();
    assert_eq!(all.pairs[0].tasks[0].p_holm, Some(3.0 * p));
    assert_eq!(all.pairs[2].tasks[0].p_holm, Some(1.0));
}
