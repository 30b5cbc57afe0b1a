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
