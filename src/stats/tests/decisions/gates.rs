//! Gates: how often they are wrong, what they leave open, and what each says of why.

use super::{drawn, near, noise};
use crate::stats::*;
use proptest::{collection, prop_assert, prop_assert_eq, prop_assume, proptest};

/// Decisions of a non-inferiority gate of 3 points about many runs: shares that pass and that fail.
fn decisions(replicates: u64, cases: usize, discordant: f64, difference: f64) -> (f64, f64) {
    let (mut passed, mut failed) = (0_u32, 0_u32);
    for replicate in 0..replicates {
        let mut rng = Rng::stream(20_261_124, replicate);
        let differences: Vec<Option<f64>> = (0..cases)
            .map(|_| Some(drawn(&mut rng, discordant, difference)))
            .collect();
        let found = decide(
            &differences,
            None,
            false,
            DifferenceRule::NonInferior(0.03),
            0.05,
            None,
        );
        passed += u32::from(found.decision == Decision::Pass);
        failed += u32::from(found.decision == Decision::Fail);
    }
    let all = replicates as f64;
    (f64::from(passed) / all, f64::from(failed) / all)
}

#[test]
fn a_gate_is_wrong_no_more_often_than_it_says() {
    // Worse by exactly the margin: to pass and to fail are both errors.
    let (passed, failed) = decisions(2000, 300, 0.1, -0.03);
    assert!(passed <= 0.055 + noise(0.05, 2000), "{passed}");
    assert!(failed <= 0.058 + noise(0.05, 2000), "{failed}");
}

#[test]
fn a_gate_sees_what_is_there() {
    let (passed, failed) = decisions(500, 1000, 0.1, 0.0);
    assert!(near(passed, 0.91, noise(0.91, 500)) && failed == 0.0, "{passed}");
    let (passed, failed) = decisions(500, 1000, 0.1, -0.06);
    assert!(failed > 0.9 && passed == 0.0, "{failed}");
}

fn differences(better: usize, worse: usize, same: usize) -> Vec<Option<f64>> {
    let mut values = vec![Some(1.0); better];
    values.extend(vec![Some(-1.0); worse]);
    values.extend(vec![Some(0.0); same]);
    values
}

fn plain(values: &[Option<f64>], rule: DifferenceRule) -> GateDecision {
    decide(values, None, false, rule, 0.05, None)
}

#[test]
fn without_a_margin_nothing_is_proven() {
    for margin in [0.0, -0.1, f64::NAN] {
        let found = plain(&differences(0, 0, 5000), DifferenceRule::NonInferior(margin));
        assert_eq!(found.decision, Decision::Inconclusive);
        assert_eq!(found.undecided, Some(Undecided::NoMargin));
        assert_eq!((found.cases_if_equal, found.cases_as_observed), (None, None));
    }
}

#[test]
fn each_rule_reads_the_same_interval_in_its_way() {
    let worse = differences(5, 30, 965);
    let of = |values: &[Option<f64>], rule| plain(values, rule).decision;
    let within = plain(&worse, DifferenceRule::NonInferior(0.05));
    assert_eq!(
        (within.decision, within.worse_within_margin, within.better),
        (Decision::Pass, true, false)
    );
    assert_eq!(of(&worse, DifferenceRule::NonInferior(0.01)), Decision::Fail);
    assert_eq!(of(&worse, DifferenceRule::Improve), Decision::Fail);
    assert_eq!(of(&worse, DifferenceRule::NoRegression), Decision::Fail);
    let unclear = differences(6, 5, 89);
    let open = plain(&unclear, DifferenceRule::Improve);
    assert_eq!(
        (open.decision, open.undecided),
        (Decision::Inconclusive, Some(Undecided::TooFewCases))
    );
    assert!(open.cases_as_observed.unwrap() > 1000);
    let lenient = plain(&unclear, DifferenceRule::NoRegression);
    assert_eq!(lenient.decision, Decision::Pass);
    assert!(
        lenient.smallest_difference.unwrap() > 0.05,
        "says what it could not have seen"
    );
    let better = plain(&differences(30, 5, 65), DifferenceRule::Improve);
    assert!(better.decision == Decision::Pass && better.better && better.p_pass.unwrap() < 0.05);
}

#[test]
fn a_gate_without_an_interval_says_why() {
    let one = decide(
        &[Some(0.2), Some(0.1)],
        Some(&[1, 1]),
        false,
        DifferenceRule::NoRegression,
        0.05,
        None,
    );
    assert_eq!(
        (one.decision, one.undecided),
        (
            Decision::Inconclusive,
            Some(Undecided::NoInterval(Method::OneCluster))
        )
    );
    assert_eq!(one.undecided.map(Undecided::name), Some("one-cluster"));
    let none = plain(&[None; 9], DifferenceRule::NonInferior(0.1));
    assert_eq!(none.undecided, Some(Undecided::NoInterval(Method::NoData)));
}

#[test]
fn missing_cases_that_could_turn_a_decision_leave_it_open() {
    let mut scores = vec![(Some(1.0), Some(1.0)); 200];
    let rule = DifferenceRule::NonInferior(0.03);
    let whole = decide_scores(&scores, None, false, rule, 0.05);
    assert_eq!((whole.decision, whole.missing_bounds), (Decision::Pass, None));
    scores.push((None, Some(1.0)));
    let one = decide_scores(&scores, None, false, rule, 0.05);
    assert_eq!(
        one.decision,
        Decision::Pass,
        "one case of 201 cannot make up three points"
    );
    let (worst, best) = one.missing_bounds.unwrap();
    assert!(near(worst, -1.0 / 201.0, 1e-12) && best == 0.0);
    scores.extend(
        [
            (None, Some(1.0)),
            (Some(0.5), None),
            (None, None),
            (None, Some(0.5)),
        ]
        .repeat(2),
    );
    let many = decide_scores(&scores, None, false, rule, 0.05);
    assert_eq!(
        (many.decision, many.undecided),
        (Decision::Inconclusive, Some(Undecided::Missing))
    );
    assert_eq!((many.estimate.n, many.estimate.missing), (200, 9));
}

#[test]
fn fifty_nine_passes_prove_ninety_five_percent() {
    let of = |passes: usize, fails: usize| {
        let mut values = vec![Some(1.0); passes];
        values.extend(vec![Some(0.0); fails]);
        decide_level(&values, None, false, Limit::AtLeast(0.95), 0.05)
    };
    assert_eq!(of(59, 0).decision, Decision::Pass);
    assert_eq!(of(58, 0).decision, Decision::Inconclusive);
    assert_eq!(of(58, 0).cases_if_perfect, Some(59));
    assert_eq!(of(80, 20).decision, Decision::Fail);
    let open = of(97, 3);
    assert_eq!(open.decision, Decision::Inconclusive);
    // As many cases as it says, with the same pass rate, are enough, and a few less are not.
    let needed = open.cases_as_observed.unwrap() as usize;
    let fails = needed * 3 / 100;
    assert_eq!(of(needed - fails, fails).decision, Decision::Pass);
    let less = needed - 40;
    assert_eq!(
        of(less - less * 3 / 100, less * 3 / 100).decision,
        Decision::Inconclusive
    );
    assert_eq!(
        of(94, 6).cases_as_observed,
        None,
        "a lower rate proves nothing, however often"
    );
}

#[test]
fn an_upper_limit_is_the_mirror_of_a_lower_one() {
    let values: Vec<Option<f64>> = (0..300).map(|at| Some(f64::from(u8::from(at < 2)))).collect();
    let mirrored: Vec<Option<f64>> = values
        .iter()
        .map(|value| value.map(|value| 1.0 - value))
        .collect();
    let errors = decide_level(&values, None, false, Limit::AtMost(0.05), 0.05);
    let passes = decide_level(&mirrored, None, false, Limit::AtLeast(0.95), 0.05);
    assert_eq!(
        (errors.decision, passes.decision),
        (Decision::Pass, Decision::Pass)
    );
    assert_eq!(errors.cases_as_observed, passes.cases_as_observed);
    assert!(near(errors.high.unwrap(), 1.0 - passes.low.unwrap(), 1e-9));
}

#[test]
fn missing_scores_leave_a_level_open() {
    let mut values = vec![Some(1.0); 100];
    values.extend([None; 8]);
    let found = decide_level(&values, None, false, Limit::AtLeast(0.95), 0.05);
    assert_eq!(
        (found.decision, found.missing_matters),
        (Decision::Inconclusive, true)
    );
    let (low, high) = found.estimate.missing_bounds().unwrap();
    assert!(near(low, 100.0 / 108.0, 1e-12) && high == 1.0);
    let nothing = decide_level(&[None; 3], None, false, Limit::AtLeast(0.5), 0.05);
    assert_eq!(
        (nothing.decision, nothing.low, nothing.cases_as_observed),
        (Decision::Inconclusive, None, None)
    );
}

#[test]
fn clusters_make_a_level_harder_to_prove() {
    let values = vec![Some(1.0); 100];
    let clusters: Vec<u32> = (0..100).map(|at| at / 10).collect();
    let of = |clusters: Option<&[u32]>| decide_level(&values, clusters, false, Limit::AtLeast(0.9), 0.05);
    assert_eq!(of(None).decision, Decision::Pass);
    assert_eq!(
        of(Some(&clusters)).decision,
        Decision::Inconclusive,
        "ten clusters are ten cases"
    );
}

#[test]
fn a_bound_that_is_not_known_decides_nothing() {
    assert_eq!(Limit::AtMost(2.0).judge(Some(0.5), None), Decision::Inconclusive);
    assert_eq!(Limit::AtMost(2.0).judge(Some(2.5), None), Decision::Fail);
    assert_eq!(Limit::AtMost(2.0).judge(None, Some(2.0)), Decision::Pass);
    assert_eq!(Limit::AtLeast(2.0).judge(Some(2.0), None), Decision::Pass);
    assert_eq!(Limit::AtLeast(2.0).judge(None, Some(1.9)), Decision::Fail);
    assert_eq!(Limit::AtLeast(2.0).judge(None, None), Decision::Inconclusive);
}

#[test]
fn a_slower_candidate_fails_a_limit_of_its_latency_ratio() {
    let mut rng = Rng::stream(3, 0);
    let pairs: Vec<(f64, f64)> = (0..200)
        .map(|_| {
            let shared = 1.0 + 4.0 * rng.unit();
            (
                shared * (1.4 + 0.2 * rng.unit()),
                shared * (0.9 + 0.2 * rng.unit()),
            )
        })
        .collect();
    let found = paired_ratio(&pairs, None, 0.1).unwrap();
    assert_eq!(Limit::AtMost(1.2).judge(found.low, found.high), Decision::Fail);
    assert_eq!(Limit::AtMost(1.8).judge(found.low, found.high), Decision::Pass);
    assert_eq!(
        Limit::AtMost(found.value).judge(found.low, found.high),
        Decision::Inconclusive
    );
}

proptest! {
    #[test]
    fn complete_scores_are_decided_like_their_differences(
        scores in collection::vec((0.0_f64..=1.0, 0.0_f64..=1.0), 2..40), margin in 0.01_f64..0.5,
    ) {
        let rule = DifferenceRule::NonInferior(margin);
        let pairs: Vec<_> = scores.iter().map(|(a, b)| (Some(*a), Some(*b))).collect();
        let differences: Vec<_> = scores.iter().map(|(a, b)| Some(a - b)).collect();
        prop_assert_eq!(decide_scores(&pairs, None, true, rule, 0.05), decide(&differences, None, true, rule, 0.05, None));
    }

    #[test]
    fn a_decision_and_its_p_are_the_same_statement(
        values in collection::vec(-1.0_f64..=1.0, 2..40), margin in 0.01_f64..0.5,
    ) {
        let differences: Vec<_> = values.iter().copied().map(Some).collect();
        let found = decide(&differences, None, true, DifferenceRule::NonInferior(margin), 0.05, None);
        let (pass, fail) = (found.p_pass.unwrap(), found.p_fail.unwrap());
        prop_assume!((pass - 0.05).abs() > 1e-7 && (fail - 0.05).abs() > 1e-7);
        prop_assert_eq!(pass < 0.05, found.decision == Decision::Pass);
        prop_assert_eq!(fail < 0.05, found.decision == Decision::Fail);
    }

    #[test]
    fn a_wider_margin_never_turns_a_pass_into_something_else(
        values in collection::vec(-1.0_f64..=1.0, 2..40), margin in 0.01_f64..0.5,
    ) {
        let differences: Vec<_> = values.iter().copied().map(Some).collect();
        let of = |margin| decide(&differences, None, true, DifferenceRule::NonInferior(margin), 0.05, None).decision;
        prop_assert!(of(margin) != Decision::Pass || of(margin + 0.1) == Decision::Pass);
        prop_assert!(of(margin + 0.1) != Decision::Fail || of(margin) == Decision::Fail);
    }
}
