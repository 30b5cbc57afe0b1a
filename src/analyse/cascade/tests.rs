//! Ladders over small grids whose figures can be checked by hand.

use super::*;

const RULES: CascadeRules = CascadeRules {
    rungs: 3,
    margin: 0.03,
    alpha: 0.05,
};

/// A table of candidates with these names; `attempt` gives what each did in each case.
fn table(names: &[&str], cases: usize, attempt: impl Fn(usize, usize) -> Option<Attempt>) -> CascadeTable {
    let named = |(at, name): (usize, &&str)| CascadeCandidate {
        candidate: at as u32,
        name: (*name).to_owned(),
        simulated: false,
    };
    let mut table = CascadeTable::new(false, 1, names.iter().enumerate().map(named).collect());
    for case in 0..cases {
        let at = table.add_case(None);
        for candidate in 0..names.len() {
            if let Some(attempt) = attempt(case, candidate) {
                table.add(at, candidate, 0, attempt);
            }
        }
    }
    table
}

fn attempt(accepted: bool, score: Option<f64>, dollars: f64, seconds: f64) -> Option<Attempt> {
    Some(Attempt {
        accepted,
        passed: score == Some(1.0),
        score,
        dollars: Some(dollars),
        check: Some(0.0),
        seconds: Some(seconds),
    })
}

/// 200 cases. `large` is always right at 10 cents. `small` costs 1 cent; of every 10 answers 8 are accepted and right, one is
/// accepted and wrong in a single case of all, the others are refused.
fn two(case: usize, candidate: usize) -> Option<Attempt> {
    match candidate {
        0 => attempt(true, Some(1.0), 0.10, 2.0),
        _ if case == 0 => attempt(true, Some(0.0), 0.01, 0.5),
        _ if case % 10 < 8 => attempt(true, Some(1.0), 0.01, 0.5),
        _ => attempt(false, None, 0.01, 0.5),
    }
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} {expected}");
}

fn names(cascade: &Cascade, ladder: usize) -> Vec<&str> {
    let rungs = cascade.ladders[ladder].rungs.iter();
    rungs
        .map(|rung| cascade.candidates[*rung].name.as_str())
        .collect()
}

#[test]
fn a_ladder_adds_up_what_its_rungs_cost_and_is_as_good_as_what_is_accepted() {
    let cascade = simulate(&table(&["large", "small"], 200, two), &RULES);
    assert_eq!(cascade.cases, 200);
    assert_eq!(cascade.ladders.len(), 3);
    let order: Vec<Vec<&str>> = (0..3).map(|at| names(&cascade, at)).collect();
    assert_eq!(order, [vec!["small"], vec!["small", "large"], vec!["large"]]);
    let [small, both, large] = &cascade.ladders[..] else {
        panic!()
    };
    // 159 of 200 are right; what was refused is worth nothing.
    close(small.quality.value, 159.0 / 200.0);
    close(small.unusable, 0.2);
    // One accepted answer is wrong. 40 of 200 cases cost both.
    close(both.quality.value, 199.0 / 200.0);
    close(both.cost.value, 0.01 + 0.2 * 0.10);
    close(both.latency.unwrap().value, 0.5 + 0.2 * 2.0);
    assert_eq!(both.answers, [0.8, 0.2]);
    close(both.unusable, 0.0);
    close(both.against.difference.value, -1.0 / 200.0);
    close(both.against.saving.unwrap(), 0.10 / 0.03);
    close(large.quality.value, 1.0);
    assert_eq!(
        (names(&cascade, cascade.best.unwrap()), cascade.chosen),
        (vec!["large"], Some(1))
    );
    assert_eq!(small.against.decision, Decision::Fail);
    assert!(cascade.ladders.iter().all(|ladder| ladder.on_front));
}

#[test]
fn few_cases_do_not_tell_and_the_best_model_stays() {
    let cascade = simulate(&table(&["large", "small"], 40, two), &RULES);
    assert_eq!(cascade.chosen, cascade.best);
    let both = &cascade.ladders[1];
    assert_eq!(both.against.decision, Decision::Inconclusive);
    assert!(both.against.cases_needed.unwrap() > 40);
}

#[test]
fn an_unknown_cost_is_in_no_ladder_and_a_missing_answer_leaves_its_case_out() {
    let found = simulate(
        &table(
            &["large", "small", "unpriced", "gone"],
            200,
            |case, candidate| match candidate {
                2 => two(case, 0).map(|attempt| Attempt {
                    dollars: None,
                    ..attempt
                }),
                3 => None,
                _ => two(case, candidate).filter(|_| case != 7 || candidate != 0),
            },
        ),
        &RULES,
    );
    assert_eq!((found.cases, found.left_out, found.candidates.len()), (199, 1, 2));
    let absent: Vec<(&str, Absence)> = found
        .absent
        .iter()
        .map(|(candidate, why)| (candidate.name.as_str(), *why))
        .collect();
    assert_eq!(
        absent,
        [("unpriced", Absence::UnknownCost), ("gone", Absence::NoScore)]
    );
}

#[test]
fn what_a_check_costs_is_paid_by_every_rung_but_the_last() {
    let checked = |case: usize, candidate: usize| {
        two(case, candidate).map(|attempt| Attempt {
            check: Some(0.002),
            ..attempt
        })
    };
    let cascade = simulate(&table(&["large", "small"], 200, checked), &RULES);
    let cost = |at: usize| cascade.ladders[at].cost.value;
    close(cost(0), 0.01);
    close(cost(1), 0.01 + 0.002 + 0.2 * 0.10);
    close(cost(2), 0.10);
}

#[test]
fn epochs_are_walked_one_by_one_and_averaged() {
    let mut table = CascadeTable::new(true, 2, vec![CascadeCandidate::default(); 2]);
    for case in 0..4 {
        let at = table.add_case(Some(case / 2));
        for epoch in 0..2 {
            table.add(at, 0, epoch, attempt(epoch == 0, Some(0.5), 1.0, 1.0).unwrap());
            table.add(at, 1, epoch, attempt(true, Some(1.0), 4.0, 1.0).unwrap());
        }
    }
    let cascade = simulate(&table, &RULES);
    let both = &cascade.ladders[1];
    close(both.quality.value, 0.75);
    close(both.cost.value, 3.0);
    assert_eq!(both.answers, [0.5, 0.5]);
}

#[test]
fn ladders_are_counted_before_they_are_made() {
    let table = table(&["a", "b", "c", "d"], 3, |_, candidate| {
        attempt(true, Some(1.0), candidate as f64 + 1.0, 1.0)
    });
    for rungs in 1..=4 {
        let found = simulate(&table, &CascadeRules { rungs, ..RULES });
        assert_eq!(found.ladders.len() as u64, count_ladders(4, rungs));
    }
    assert_eq!(count_ladders(4, 9), 15);
    assert_eq!(count_ladders(200, 3), 200 + 19_900 + 1_313_400);
}

#[test]
fn a_ladder_that_was_walked_stops_where_an_answer_was_taken() {
    // Of ten cases the first rung settles six, five of them well; of four that go on two are solved, one has no answer yet.
    let names = ["small", "large"];
    let table = table(&names, 10, |case, candidate| match (candidate, case) {
        (0, 0..=4) => attempt(true, Some(1.0), 0.01, 1.0),
        (0, 5) => attempt(true, Some(0.0), 0.01, 1.0),
        (0, _) => attempt(false, None, 0.01, 1.0),
        (_, 6 | 7) => attempt(false, Some(1.0), 0.1, 2.0),
        (_, 8) => attempt(false, None, 0.1, 2.0),
        _ => None,
    });
    let walked = walk(&table, 11);
    assert_eq!((walked.cases, walked.trials, walked.missing), (9, 9, 2));
    assert_eq!((walked.solved, walked.unusable), (7, 1));
    let rungs: Vec<(u64, u64, u64, u64)> = walked
        .rungs
        .iter()
        .map(|rung| (rung.cases, rung.asked, rung.answers, rung.solved))
        .collect();
    assert_eq!(rungs, [(11, 11, 6, 5), (4, 4, 3, 2)]);
    let quality = walked.quality.map(|span| span.value);
    assert!((quality.unwrap_or_default() - 7.0 / 9.0).abs() < 1e-12);
    let cost = walked.cost.map(|span| span.value).unwrap_or_default();
    assert!((cost - (9.0 * 0.01 + 3.0 * 0.1) / 9.0).abs() < 1e-12);
    let latency = walked.latency.map(|span| span.value).unwrap_or_default();
    assert!((latency - (9.0 + 3.0 * 2.0) / 9.0).abs() < 1e-12);
    assert!((walked.cost_per_solved.unwrap_or_default() - 0.39 / 7.0).abs() < 1e-12);
}

#[test]
fn an_unknown_cost_of_one_rung_leaves_the_ladder_without_one() {
    let table = table(&["small", "large"], 4, |_, candidate| {
        let found = attempt(candidate == 1, Some(1.0), 0.01, 1.0);
        found.map(|attempt| Attempt {
            dollars: attempt.dollars.filter(|_| candidate == 0),
            ..attempt
        })
    });
    let walked = walk(&table, 4);
    assert_eq!((walked.cost, walked.cost_per_solved), (None, None));
    assert!(walked.latency.is_some());
}
