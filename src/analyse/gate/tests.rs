//! Gates over small grids.

use super::*;
use crate::analyse::{Grid, GridCandidate, GridTrial};
use crate::model::{EachCase, Outcome};

/// A grid of two candidates: the baseline, and the one that is gated. `None` is an error of the provider.
fn grid(epochs: u32, rows: &[[Option<f64>; 2]]) -> Grid {
    let candidate = |name: &str| GridCandidate {
        name: name.to_owned(),
        ..GridCandidate::default()
    };
    let mut grid = Grid::new(
        "t".into(),
        false,
        epochs,
        vec![candidate("old"), candidate("new")],
    );
    for (at, row) in rows.iter().enumerate() {
        let case = grid.case(&format!("case-{}", at / epochs as usize), None, 0);
        for (column, score) in row.iter().enumerate() {
            let trial = GridTrial {
                outcome: if score.is_some() {
                    Outcome::Scored
                } else {
                    Outcome::ProviderError
                },
                score: *score,
                pass: score.map(|score| score >= 0.5),
                dollars: Some([0.01, 0.03][column]),
                seconds: None,
            };
            grid.add(case, column, &trial);
        }
    }
    grid
}

fn trials(grid: &Grid, rows: &[[Option<f64>; 2]]) -> TrialIndex {
    let mut index = TrialIndex::default();
    for (at, row) in rows.iter().enumerate() {
        let case = at / grid.epochs as usize;
        let trial = GateTrial {
            error: row[1].is_none(),
            unsent: row[1].is_none(),
            seconds: Some(at as f64 + 1.0),
        };
        index.add(case, trial);
    }
    index
}

fn check(epochs: u32, rows: &[[Option<f64>; 2]], planned: u64, rules: &GateRules) -> Vec<Check> {
    let grid = grid(epochs, rows);
    let arm = |column| Arm {
        grid: &grid,
        column,
        outcomes: None,
        incomplete: (grid.cases.len() as u64) < planned,
    };
    let index = trials(&grid, rows);
    let candidate = GateCandidate {
        name: "new".to_owned(),
        tasks: vec![GateArm {
            task: "t".into(),
            arm: arm(1),
            baseline: Some(arm(0)),
            trials: &index,
            planned,
            fewer_cases: false,
        }],
    };
    let of_task = |_: &str| Some(rules.clone());
    let plan = GatePlan {
        all_tasks: None,
        of_task: &of_task,
        alpha: 0.05,
    };
    GateVerdict::of(&[candidate], &plan).checks
}

fn rows(both: usize, lost: usize, gained: usize, neither: usize) -> Vec<[Option<f64>; 2]> {
    let of = |n: usize, old: f64, new: f64| vec![[Some(old), Some(new)]; n];
    [
        of(both, 1.0, 1.0),
        of(lost, 1.0, 0.0),
        of(gained, 0.0, 1.0),
        of(neither, 0.0, 0.0),
    ]
    .concat()
}

fn one(rows: &[[Option<f64>; 2]], rules: &GateRules) -> Check {
    let mut checks = check(1, rows, rows.len() as u64, rules);
    assert_eq!(checks.len(), 1);
    checks.remove(0)
}

fn margin(margin: f64) -> GateRules {
    GateRules {
        not_worse_by: Some(margin),
        ..GateRules::default()
    }
}

#[test]
fn a_difference_is_proven_within_the_margin_beyond_it_or_open() {
    let equal = one(&rows(400, 4, 4, 0), &margin(0.05));
    assert_eq!(equal.decision, Decision::Pass);
    let worse = one(&rows(60, 40, 0, 0), &margin(0.05));
    assert_eq!(worse.decision, Decision::Fail);
    assert_eq!((worse.cases.len(), worse.cases_count), (5, 40));
    assert!(worse.p_fail.unwrap() < 0.001);
    let few = one(&rows(10, 1, 1, 0), &margin(0.05));
    assert_eq!(
        (few.decision, few.open),
        (Decision::Inconclusive, Some(Open::TooFewCases))
    );
    assert!(few.cases_at_best.unwrap() > 12);
}

#[test]
fn errors_that_could_flip_a_pass_leave_it_open() {
    let mut data = rows(400, 4, 4, 0);
    data.extend(vec![[Some(1.0), None]; 40]);
    let check = one(&data, &margin(0.05));
    assert_eq!(
        (check.decision, check.open),
        (Decision::Inconclusive, Some(Open::Missing(40)))
    );
    // A handful cannot.
    let mut data = rows(400, 4, 4, 0);
    data.extend(vec![[Some(1.0), None]; 2]);
    assert_eq!(one(&data, &margin(0.05)).decision, Decision::Pass);
}

#[test]
fn cases_that_were_never_recorded_are_missing() {
    let rules = GateRules {
        min_pass_rate: Some(0.9),
        ..GateRules::default()
    };
    let data = rows(100, 0, 0, 0);
    assert_eq!(check(1, &data, 100, &rules)[0].decision, Decision::Pass);
    let open = check(1, &data, 150, &rules).remove(0);
    assert_eq!(
        (open.decision, open.open),
        (Decision::Inconclusive, Some(Open::Missing(50)))
    );
}

#[test]
fn levels_are_exact_for_yes_and_no() {
    let rules = GateRules {
        min_pass_rate: Some(0.95),
        ..GateRules::default()
    };
    // The rule of three: 59 cases without a failure prove 95 %.
    assert_eq!(one(&rows(59, 0, 0, 0), &rules).decision, Decision::Pass);
    let open = one(&rows(58, 0, 0, 0), &rules);
    assert_eq!(
        (open.decision, open.cases_at_best),
        (Decision::Inconclusive, Some(59))
    );
    assert_eq!(one(&rows(60, 40, 0, 0), &rules).decision, Decision::Fail);
}

#[test]
fn regressions_fail_only_where_they_are_proven_and_improvements_pass_only_then() {
    let regression = GateRules {
        no_regression: true,
        ..GateRules::default()
    };
    let improve = GateRules {
        improve: true,
        ..GateRules::default()
    };
    let little = rows(10, 2, 1, 0);
    let passed = one(&little, &regression);
    assert_eq!(passed.decision, Decision::Pass);
    assert!(passed.smallest_difference.unwrap() > 0.1);
    assert_eq!(one(&little, &improve).decision, Decision::Inconclusive);
    assert_eq!(one(&rows(60, 30, 0, 0), &regression).decision, Decision::Fail);
    assert_eq!(one(&rows(60, 0, 30, 0), &improve).decision, Decision::Pass);
}

#[test]
fn cases_that_must_pass_are_counted_not_estimated() {
    let rules = |pattern: &str| GateRules {
        must_pass: vec![pattern.to_owned()],
        ..GateRules::default()
    };
    let data = [[Some(1.0), Some(1.0)], [Some(1.0), Some(0.0)], [Some(1.0), None]];
    assert_eq!(one(&data, &rules("case-0")).decision, Decision::Pass);
    let failed = one(&data, &rules("case-*"));
    assert_eq!(
        (failed.decision, &*failed.cases[0], failed.cases_count),
        (Decision::Fail, "case-1", 1)
    );
    assert_eq!(one(&data, &rules("case-2")).open, Some(Open::Missing(1)));
    assert_eq!(one(&data, &rules("other")).open, Some(Open::NoCase));
}

#[test]
fn cases_that_were_never_recorded_may_be_among_those_that_must_pass() {
    let rules = |pattern: &str| GateRules {
        must_pass: vec![pattern.to_owned()],
        ..GateRules::default()
    };
    let data = rows(3, 0, 0, 0);
    let decide = |pattern: &str| check(1, &data, 5, &rules(pattern)).remove(0);
    let open = decide("case-*");
    assert_eq!(
        (open.decision, open.open),
        (Decision::Inconclusive, Some(Open::Missing(2)))
    );
    assert!(open.lacking.unsent && !open.lacking.unscored);
    // An id that is there has no second case.
    assert_eq!(decide("case-1").decision, Decision::Pass);
    assert_eq!(decide("case-4").open, Some(Open::Missing(2)));
}

#[test]
fn what_has_no_answer_may_be_slow_and_dear() {
    let rules = |percent| GateRules {
        max_cost_ratio: Some(3.5),
        max_latency: vec![(percent, 101.0)],
        ..GateRules::default()
    };
    let mut data = rows(95, 0, 0, 0);
    data.extend(vec![[Some(1.0), None]; 5]);
    let decided = |planned, percent| {
        let checks = check(1, &data, planned, &rules(percent));
        checks.into_iter().map(|check| check.open).collect::<Vec<_>>()
    };
    // The upper bound of the median does not reach them, that of a high percentile does.
    assert_eq!(decided(100, 50)[1], None);
    assert_eq!(decided(100, 90)[1], Some(Open::Unknown(5)));
    // Nor does it where the other half was never sent.
    assert_eq!(
        decided(200, 50),
        [Some(Open::Unknown(100)), Some(Open::Unknown(105))]
    );
}

#[test]
fn epochs_of_a_case_tell_less_of_a_latency_than_cases() {
    let rules = GateRules {
        max_latency: vec![(50, 60.0)],
        ..GateRules::default()
    };
    let bounds = |epochs: u32| {
        let data = rows(100, 0, 0, 0);
        let found = check(epochs, &data, 100 / u64::from(epochs), &rules).remove(0);
        (found.low.unwrap(), found.high.unwrap())
    };
    let (alone, together) = (bounds(1), bounds(5));
    assert!(
        together.0 < alone.0 && together.1 > alone.1,
        "{alone:?} {together:?}"
    );
}

#[test]
fn where_nothing_varies_only_the_number_of_cases_says_what_would_have_been_seen() {
    let rules = GateRules {
        no_regression: true,
        ..GateRules::default()
    };
    let smallest = one(&rows(4, 0, 0, 0), &rules).smallest_difference.unwrap();
    assert!((smallest - 0.403).abs() < 0.001, "{smallest}");
}

#[test]
fn each_case_passes_so_many_of_its_epochs() {
    let rules = |pass, of| GateRules {
        each_case: Some(EachCase { pass, of }),
        ..GateRules::default()
    };
    let epoch = |score: Option<f64>| [Some(1.0), score];
    let data = [Some(1.0), Some(1.0), Some(0.0), Some(1.0), None, Some(1.0)].map(epoch);
    let decide = |rules: &GateRules| check(3, &data, 2, rules).remove(0);
    assert_eq!(decide(&rules(2, 3)).decision, Decision::Pass);
    let strict = decide(&rules(3, 3));
    assert_eq!(
        (strict.decision, &*strict.cases[0], strict.cases_count),
        (Decision::Fail, "case-0", 1)
    );
    assert_eq!(decide(&rules(4, 5)).open, Some(Open::Epochs(3)));
}

#[test]
fn costs_and_latencies_are_held_by_their_bounds() {
    let rules = |ratio, seconds| GateRules {
        max_cost_ratio: Some(ratio),
        max_latency: vec![(50, seconds)],
        ..GateRules::default()
    };
    let data = rows(100, 0, 0, 0);
    let decided = |rules: &GateRules| -> Vec<Decision> {
        check(1, &data, 100, rules)
            .iter()
            .map(|check| check.decision)
            .collect()
    };
    assert_eq!(decided(&rules(3.5, 70.0)), [Decision::Pass, Decision::Pass]);
    assert_eq!(decided(&rules(2.0, 20.0)), [Decision::Fail, Decision::Fail]);
    assert_eq!(decided(&rules(3.5, 51.0))[1], Decision::Inconclusive);
}

#[test]
fn a_gate_fails_where_one_check_does_and_is_open_where_none_was_made() {
    let verdict = |decisions: &[Decision]| GateVerdict {
        checks: decisions
            .iter()
            .map(|decision| Check::new(Rule::Improve, *decision))
            .collect(),
        confidence: 0.95,
    };
    use Decision::{Fail, Inconclusive, Pass};
    assert_eq!(verdict(&[Pass, Inconclusive, Fail]).decision(), Fail);
    assert_eq!(verdict(&[Pass, Inconclusive]).decision(), Inconclusive);
    assert_eq!(verdict(&[Pass, Pass]).decision(), Pass);
    assert_eq!(verdict(&[]).decision(), Inconclusive);
}
