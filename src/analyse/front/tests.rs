//! Fronts of small grids whose figures can be checked by hand.

use super::*;
use crate::analyse::{GridCandidate, GridTrial};
use crate::model::Outcome;

/// Score, dollars and seconds of a trial; `None` is unknown.
type Numbers = (Option<f64>, Option<f64>, Option<f64>);

fn grid(
    task: &str,
    names: &[&str],
    prompt: &str,
    cases: usize,
    numbers: impl Fn(usize, usize) -> Numbers,
) -> Grid {
    let named = |(position, name): (usize, &&str)| GridCandidate {
        position: position as u32,
        name: (*name).to_owned(),
        prompt: prompt.to_owned(),
        ..GridCandidate::default()
    };
    let candidates = names.iter().enumerate().map(named).collect();
    let mut grid = Grid::new(task.into(), false, 1, candidates);
    for case in 0..cases {
        let row = grid.case(&format!("c{case}"), None, 0);
        for column in 0..names.len() {
            let (score, dollars, seconds) = numbers(case, column);
            let outcome = if score.is_some() {
                Outcome::Scored
            } else {
                Outcome::ProviderError
            };
            grid.add(
                row,
                column,
                &GridTrial {
                    outcome,
                    score,
                    pass: None,
                    dollars,
                    seconds,
                },
            );
        }
    }
    grid
}

/// Of 100 cases `good` gets 90 right and `poor` the first 60 of them; `poor` costs a tenth and `dear` twice as much for as
/// good answers.
fn three(case: usize, column: usize) -> Numbers {
    let right = [case < 90, case < 60, case < 90][column];
    (
        Some(f64::from(u8::from(right))),
        Some([0.02, 0.002, 0.04][column]),
        Some([1.0, 0.5, 1.0][column]),
    )
}

fn named<'a>(front: &'a Front, name: &str) -> &'a FrontPoint {
    front.points.iter().find(|point| point.name == name).unwrap()
}

fn places(front: &Front) -> Vec<(&str, &str)> {
    let place = |point: &FrontPoint| {
        point
            .chance
            .as_ref()
            .map_or("untold", |chance| chance.place.name())
    };
    let points = front
        .points
        .iter()
        .map(|point| (point.name.as_str(), place(point)));
    points.collect()
}

#[test]
fn who_is_beaten_on_both_is_off_the_front_and_told_by_whom() {
    let found = fronts(&[grid("t", &["good", "poor", "dear"], "p", 100, three)], 7);
    let pair = found.tasks[0].as_ref().unwrap();
    assert_eq!(
        places(&pair.cost),
        [("poor", "on"), ("good", "on"), ("dear", "off")]
    );
    let dear = named(&pair.cost, "dear");
    assert_eq!(dear.chance.as_ref().unwrap().dominated_by, Some((1, 1.0)));
    assert!((dear.quality.value - 0.9).abs() < 1e-12 && (dear.cost.value - 0.04).abs() < 1e-12);
    assert!(dear.quality.low.unwrap() < 0.9 && dear.quality.high.unwrap() > 0.9);
    // As fast and as good: both stay, and they share the first place.
    assert_eq!(
        places(&pair.latency),
        [("poor", "on"), ("good", "on"), ("dear", "on")]
    );
    assert_eq!(named(&pair.latency, "good").chance.as_ref().unwrap().best, 0.5);
    assert_eq!(
        (pair.cost.cases, pair.cost.left_out, pair.cost.few),
        (100, 0, false)
    );
    assert!(found.overall.is_none());
}

#[test]
fn a_lead_that_the_cases_do_not_show_is_unclear() {
    // 20 cases: the dear one is better in 11, the cheap one in 9.
    let close = |case: usize, column: usize| {
        let right = (case < 11) == (column == 0);
        (Some(f64::from(u8::from(right))), Some([0.02, 0.01][column]), None)
    };
    let found = fronts(&[grid("t", &["dear", "cheap"], "p", 20, close)], 7);
    let pair = found.tasks[0].as_ref().unwrap();
    assert_eq!(places(&pair.cost), [("cheap", "on"), ("dear", "unclear")]);
    assert!(pair.cost.few);
    // Nobody's latency is known.
    assert!(pair.latency.points.is_empty());
    assert_eq!(pair.latency.absent.len(), 2);
    assert!(
        pair.latency
            .absent
            .iter()
            .all(|absent| absent.why == Absence::UnknownLatency)
    );
}

#[test]
fn an_unknown_cost_keeps_a_candidate_out_of_one_front_and_not_of_the_other() {
    let unpriced = |case: usize, column: usize| {
        let (score, dollars, seconds) = three(case, column);
        (score, dollars.filter(|_| column != 2 || case != 5), seconds)
    };
    let found = fronts(&[grid("t", &["good", "poor", "dear"], "p", 100, unpriced)], 7);
    let pair = found.tasks[0].as_ref().unwrap();
    assert_eq!(places(&pair.cost), [("poor", "on"), ("good", "on")]);
    assert_eq!(
        (pair.cost.cases, pair.cost.absent[0].why),
        (100, Absence::UnknownCost)
    );
    assert_eq!(pair.latency.points.len(), 3);
}

#[test]
fn cases_without_a_score_of_somebody_are_left_out_and_who_has_hardly_any_is_too() {
    let holes = |case: usize, column: usize| {
        let (score, dollars, seconds) = three(case, column);
        let has = match column {
            0 => case >= 4,
            1 => true,
            _ => case < 40,
        };
        (score.filter(|_| has), dollars, seconds)
    };
    let found = fronts(&[grid("t", &["good", "poor", "dear"], "p", 100, holes)], 7);
    let cost = &found.tasks[0].as_ref().unwrap().cost;
    assert_eq!((cost.cases, cost.left_out, cost.points.len()), (96, 4, 2));
    assert_eq!(cost.absent[0].why, Absence::FewScores { scored: 40, of: 100 });
}

#[test]
fn over_all_tasks_each_counts_the_same_and_only_who_ran_all_is_in() {
    let large = grid("large", &["good", "poor", "dear"], "p", 100, three);
    let small = grid("small", &["poor", "good"], "p", 40, |_, column| {
        (Some([0.5, 0.9][column]), Some([0.004, 0.02][column]), Some(1.0))
    });
    let found = fronts(&[large, small], 7);
    let cost = found.overall.unwrap().cost;
    let poor = named(&cost, "poor");
    assert!((poor.quality.value - 0.55).abs() < 1e-12 && (poor.cost.value - 0.003).abs() < 1e-12);
    assert_eq!((cost.cases, cost.tasks), (140, 2));
    assert_eq!(places(&cost), [("poor", "on"), ("good", "on")]);
    assert_eq!(
        (cost.absent[0].name.as_str(), cost.absent[0].why),
        ("dear", Absence::NotAllTasks)
    );
}

#[test]
fn tasks_that_share_no_prompt_are_averaged_over_their_first_ones() {
    let found = fronts(
        &[
            grid("a", &["x", "y"], "plain", 40, three),
            grid("b", &["x", "y"], "steps", 40, three),
        ],
        7,
    );
    let overall = found.overall.unwrap();
    assert_eq!(overall.cost.points.len(), 2);
    assert!(overall.cost.points.iter().all(|point| point.prompt.is_empty()));
}

#[test]
fn one_cluster_tells_nothing_and_one_candidate_has_no_front() {
    let mut grid_of_one = grid("t", &["good", "poor"], "p", 0, three);
    grid_of_one.clustered = true;
    for case in 0..30 {
        let row = grid_of_one.case(&format!("c{case}"), Some("same"), 0);
        for column in 0..2 {
            let (score, dollars, seconds) = three(case, column);
            let trial = GridTrial {
                outcome: Outcome::Scored,
                score,
                pass: None,
                dollars,
                seconds,
            };
            grid_of_one.add(row, column, &trial);
        }
    }
    let found = fronts(&[grid_of_one], 7);
    let cost = &found.tasks[0].as_ref().unwrap().cost;
    assert_eq!(places(cost), [("poor", "untold"), ("good", "untold")]);
    assert_eq!(cost.points[0].quality.low, None);
    assert!(fronts(&[grid("t", &["alone"], "p", 30, three)], 7).tasks[0].is_none());
}
