//! Plans: so many cases as planned show what was planned.

use super::{drawn, near, noise};
use crate::stats::*;
use proptest::{prop_assert, proptest};

#[test]
fn so_many_cases_as_planned_prove_it_as_often_as_planned() {
    let design = Design {
        sides: 1,
        ..Design::default()
    };
    let cases = design.noninferiority_cases(0.1, 0.03, 0.0).ceil() as usize;
    let replicates = 1000;
    let passed = (0..replicates)
        .filter(|replicate| {
            let mut rng = Rng::stream(17, *replicate);
            let mut accumulator = PairedAccumulator::new(false);
            (0..cases).for_each(|_| accumulator.add(drawn(&mut rng, 0.1, 0.0), None, false));
            accumulator.estimate(0.1, 0).low.unwrap() >= -0.03
        })
        .count();
    let share = passed as f64 / replicates as f64;
    assert!(near(share, 0.8, 0.02 + noise(0.8, replicates)), "{share}");
}

#[test]
fn what_cannot_be_proven_needs_infinitely_many_cases() {
    let design = Design::default();
    assert!(design.cases(0.2, 0.0).is_infinite() && design.cases(0.0, 0.0).is_infinite());
    assert!(design.noninferiority_cases(0.1, 0.0, 0.0).is_infinite());
    assert!(design.noninferiority_cases(0.1, 0.03, -0.03).is_infinite());
    assert!(design.noninferiority_cases(0.1, 0.03, -0.2).is_infinite());
}

#[test]
fn epochs_make_up_for_cases_only_where_it_is_epochs_that_vary() {
    let design = Design::default();
    let cases = |epochs: u32| design.cases(epoch_variance(0.02, (0.1, 0.1), (epochs, epochs)), 0.03);
    let needed = design.epochs(0.02, 0.2, 600.0, 0.03).unwrap();
    assert!(
        needed > 1 && cases(needed) <= 600.0 && cases(needed - 1) > 600.0,
        "{needed}"
    );
    assert_eq!(design.epochs(0.02, 0.2, 1e6, 0.03), Some(1));
    assert_eq!(
        design.epochs(0.2, 0.0, 600.0, 0.03),
        None,
        "cases differ, not epochs"
    );
}

#[test]
fn epochs_that_cost_less_than_cases_are_worth_repeating() {
    assert!(near(best_epochs(0.4, 0.1, 4.0, 1.0), 4.0, 1e-12));
    assert_eq!(
        best_epochs(0.1, 0.4, 0.0, 1.0),
        1.0,
        "new cases cost nothing extra"
    );
    assert_eq!(best_epochs(0.1, 0.0, 1.0, 1.0), 1.0, "not a number of epochs");
}

#[test]
fn labels_are_worth_most_where_the_judge_is_worst() {
    let share = |residual| best_label_share(residual, (0.9, 0.2), (0.01, 1.0));
    assert!(share(0.02) < share(0.1) && share(0.02) < 0.1);
    assert_eq!(
        best_label_share(0.2, (0.0, 0.2), (0.01, 1.0)),
        1.0,
        "a judge that tells nothing"
    );
    assert_eq!(best_label_share(0.0, (0.0, 0.0), (0.01, 1.0)), 1.0);
}

#[test]
fn the_next_case_goes_to_the_comparison_that_is_decided_for_the_least_money() {
    let open = |difference, n, cost| OpenComparison {
        difference,
        variance: 0.2,
        n,
        design_effect: 1.0,
        cost,
    };
    let design = Design::default();
    let list = [
        open(0.02, 200, 0.01),
        open(0.1, 200, 0.01),
        open(0.1, 200, 5.0),
        open(0.0, 200, 0.0),
    ];
    let next = design.next_comparison(&list).unwrap();
    assert_eq!(next.at, 1);
    assert!(next.cases > 1.0 && near(next.cost, next.cases * 0.01, 1e-12));
    assert_eq!(
        design.next_comparison(&list[3..]),
        None,
        "equal so far: no number of cases is in sight"
    );
    assert_eq!(design.next_comparison(&[]), None);
}

#[test]
fn clusters_of_like_cases_count_for_less() {
    assert!(near(expected_design_effect(5.0, 0.3), 2.2, 1e-12));
    assert_eq!(expected_design_effect(1.0, 0.9), 1.0);
    assert_eq!(expected_design_effect(5.0, -0.2), 1.0);
}

#[test]
fn the_variance_of_epochs_is_what_more_epochs_take_away() {
    // 4 cases with a variance of 0.1 between 5 epochs each.
    let split = Split::of(0.02, 4.0, [0.1 / 5.0; 4]).unwrap();
    assert!(
        near(split.within, 0.005, 1e-12)
            && near(split.between, 0.015, 1e-12)
            && near(split.share(), 0.25, 1e-12)
    );
    assert_eq!(Split::of(0.02, 4.0, []), None);
}

proptest! {
    #[test]
    fn the_smallest_difference_of_a_plan_is_the_one_it_is_planned_for(
        variance in 0.01_f64..1.0, delta in 0.005_f64..0.5, design_effect in 0.5_f64..5.0, sides in 1_u32..=2,
    ) {
        let design = Design { design_effect, sides, ..Design::default() };
        let cases = design.cases(variance, delta);
        prop_assert!(near(design.smallest_difference(variance, cases), delta, 1e-9));
        let cases = design.noninferiority_cases(variance, delta, 0.0);
        prop_assert!(near(design.smallest_margin(variance, cases), delta, 1e-9));
    }
}
