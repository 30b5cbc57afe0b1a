//! What a reader of `bench cases` relies on.

use super::*;
use crate::analyse::{GridCandidate, GridTrial};
use crate::model::Outcome;
use serde_json::json;

/// A grid of candidates `m/0`, `m/1`.. with these scores by candidate, case and epoch.
fn grid(candidates: usize, cases: usize, epochs: u32, score: impl Fn(usize, usize, u32) -> f64) -> Grid {
    let named = |at: usize| GridCandidate {
        position: at as u32,
        name: format!("m/{at}"),
        model: format!("m/{at}"),
        ..GridCandidate::default()
    };
    let mut grid = Grid::new("t".into(), false, epochs, (0..candidates).map(named).collect());
    for case in 0..cases {
        let row = grid.case(&format!("c-{case}"), None, 0);
        for candidate in 0..candidates {
            for epoch in 0..epochs {
                let score = score(candidate, case, epoch);
                let trial = GridTrial {
                    outcome: Outcome::Scored,
                    score: Some(score),
                    pass: Some(score >= 1.0),
                    dollars: None,
                    seconds: None,
                };
                grid.add(row, candidate, &trial);
            }
        }
    }
    grid
}

fn one(yes: bool) -> f64 {
    f64::from(u8::from(yes))
}

/// Four candidates, each better than the next: case 0 is solved by all, case 1 by none, case 2 by the worst only.
fn graded() -> Grid {
    grid(4, 60, 2, |candidate, case, epoch| match case {
        0 => 1.0,
        1 => 0.0,
        2 => one(candidate == 3),
        3 => one(candidate == 0 || epoch == 0),
        _ => one(case % 4 >= candidate),
    })
}

#[test]
fn cases_are_saturated_dead_flaky_or_inverse() {
    let grid = graded();
    let quality = task_quality(&grid, &CaseReader::new(&grid), 1);
    let ids = |fits: fn(&CaseQuality) -> bool| -> Vec<&str> {
        let found = quality.cases.iter().filter(|case| fits(case));
        found.map(|case| case.id.as_str()).collect()
    };
    assert_eq!(ids(|case| case.dead), ["c-1"]);
    assert_eq!(ids(|case| case.flaky > 0), ["c-3"]);
    assert_eq!(ids(|case| case.inverse), ["c-2"]);
    assert!(ids(|case| case.saturated).contains(&"c-0"));
    let telling = &quality.cases[5];
    assert!(
        telling.discrimination.is_some_and(|value| value > 0.8),
        "{telling:?}"
    );
    assert_eq!(quality.cases[3].flaky, 3);
}

#[test]
fn discrimination_leaves_the_case_itself_out() {
    // Three candidates and three cases: over the rest, the case says nothing of its own.
    let scores = [[1.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]];
    let grid = grid(3, 3, 1, |candidate, case, _| scores[candidate][case]);
    let quality = task_quality(&grid, &CaseReader::new(&grid), 1);
    let rest = [0.5, 0.5, 0.0];
    let own = [1.0, 0.0, 0.0];
    assert_eq!(
        quality.cases[0].discrimination,
        crate::stats::pearson(&own, &rest)
    );
    assert_eq!(quality.cases[2].discrimination, None);
}

#[test]
fn the_subset_is_smaller_keeps_the_order_and_beats_chance() {
    let grid = grid(3, 200, 1, |candidate, case, _| match case % 10 {
        0..4 => one(candidate == 0),
        4..7 => one(candidate <= 1),
        7 => one(candidate == 2),
        _ => 1.0,
    });
    let quality = task_quality(&grid, &CaseReader::new(&grid), 7);
    let SubsetOutcome::Found(subset) = &quality.subset else {
        panic!("{:?}", quality.subset);
    };
    assert!((4..60).contains(&subset.cases.len()), "{}", subset.cases.len());
    assert_eq!((subset.pairs, subset.tau, subset.of), (3, Some(1.0), 200));
    assert!(
        subset.held >= 0.95 && subset.held >= subset.random.1,
        "{subset:?}"
    );
    let again = task_quality(&grid, &CaseReader::new(&grid), 7);
    assert_eq!(again, quality);
}

#[test]
fn without_a_pair_that_is_told_apart_there_is_no_ranking_to_keep() {
    let grid = grid(2, 20, 1, |candidate, case, _| one(case % 2 == candidate));
    let quality = task_quality(&grid, &CaseReader::new(&grid), 1);
    assert_eq!(quality.subset, SubsetOutcome::NoRanking);
}

/// Three strong candidates that answer all cases but the first right.
fn answered(answers: [&str; 3], golden: &str) -> Vec<Suspect> {
    let grid = grid(3, 10, 1, |_, case, _| one(case > 0));
    let mut reader = CaseReader::new(&grid);
    reader.case(0, "c-0", &json!({"q": "?"}), Some(&json!(golden)));
    for (candidate, answer) in answers.into_iter().enumerate() {
        reader.answer(candidate, answer == golden, Some(answer));
    }
    reader.close();
    reader.suspects()
}

#[test]
fn a_golden_is_suspected_where_the_strong_agree_with_each_other_and_not_with_it() {
    let found = answered(["Vienna.", "vienna", " VIENNA "], "Graz");
    assert_eq!(
        (found[0].case.as_str(), found[0].agree.len(), found[0].answered),
        ("c-0", 3, 3)
    );
    assert_eq!(
        (found[0].answer.as_str(), found[0].golden.as_deref()),
        ("Vienna.", Some("Graz"))
    );
    assert_eq!(
        answered(["vienna", "vienna", "linz"], "Graz").len(),
        1,
        "two of three"
    );
    assert!(
        answered(["vienna", "salzburg", "linz"], "Graz").is_empty(),
        "no agreement"
    );
    assert!(
        answered(["vienna", "vienna", "Graz"], "Graz").is_empty(),
        "one passes"
    );
    assert!(
        answered(["graz!", "graz", "graz"], "Graz").is_empty(),
        "it is the golden but for its form"
    );
}

#[test]
fn cases_with_the_same_variables_but_for_their_form_are_duplicates() {
    let grid = grid(1, 3, 1, |_, _, _| 1.0);
    let mut reader = CaseReader::new(&grid);
    for (at, vars) in [
        json!({"q": "What is 2 + 2?"}),
        json!({"q": "other"}),
        json!({"q": " what is  2 + 2 "}),
    ]
    .into_iter()
    .enumerate()
    {
        reader.case(at, "c", &vars, None);
    }
    reader.close();
    assert_eq!(reader.duplicates(), [vec![0, 2]]);
}
