//! Paired differences: the same whatever must not matter, and no interval that is made of noise.

use super::near;
use crate::stats::*;
use proptest::{collection, option, prop_assert, prop_assert_eq, prop_assume, proptest};

fn some(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

#[test]
fn without_a_discordant_case_the_interval_comes_from_the_number_of_cases() {
    let found = paired_difference(&[Some(0.0); 50], None, false, 0.05);
    let z2 = normal_quantile(0.975).powi(2);
    assert!(near(found.high.unwrap(), z2 / (50.0 + z2), 1e-12));
    assert!(near(found.low.unwrap(), -z2 / (50.0 + z2), 1e-12));
    assert_eq!(
        (found.p, found.degenerate, found.method),
        (Some(1.0), true, Method::EffectiveNTango)
    );
}

#[test]
fn a_difference_of_rounding_is_no_variation() {
    // The same difference, computed in two ways.
    let values: Vec<f64> = (0..40)
        .map(|at| if at % 2 == 0 { 0.1 + 0.2 } else { 0.3 })
        .collect();
    let found = paired_difference(&some(&values), None, true, 0.05);
    assert!(found.degenerate);
    let (low, high) = found.interval().unwrap();
    assert!(high - low > 0.1, "{low} {high}");
    let mean = effective_n_wilson(&some(&values), None, 0.05);
    assert!(mean.degenerate && mean.high.unwrap() - mean.low.unwrap() > 0.1);
}

#[test]
fn what_gives_no_interval_is_named() {
    let nothing = paired_difference(&[None, Some(f64::NAN)], None, false, 0.05);
    assert_eq!(
        (nothing.method, nothing.missing, nothing.p),
        (Method::NoData, 2, None)
    );
    let graded = paired_difference(&[Some(0.5)], None, false, 0.05);
    assert_eq!(
        (graded.method, graded.interval(), graded.p),
        (Method::OneUnit, None, None)
    );
    let cluster = paired_difference(&[Some(1.0), Some(0.0)], Some(&[3, 3]), false, 0.05);
    assert_eq!((cluster.method, cluster.interval()), (Method::OneCluster, None));
    assert_eq!((nothing.p_above(0.0), cluster.p_below(0.0)), (None, None));
}

#[test]
fn warnings_say_what_to_know_before_trusting_a_difference() {
    let names = |found: &PairedEstimate| found.warnings.iter().map(|w| w.name()).collect::<Vec<_>>();
    let mut values = [Some(1.0), Some(-1.0), Some(0.0)].repeat(20);
    values.extend([None; 3]);
    let clusters: Vec<u32> = (0..63).map(|at| if at < 30 { 0 } else { at }).collect();
    let found = paired_difference(&values, Some(&clusters), false, 0.05);
    assert_eq!(names(&found), ["few-clusters", "dominant-cluster", "missing"]);
    assert_eq!(
        names(&paired_difference(&[Some(0.0); 8], None, false, 0.05)),
        ["small-sample", "degenerate"]
    );
}

#[test]
fn exact_tests_are_the_same_from_both_sides_and_mid_p_is_the_smaller() {
    for (b, c) in [(0, 0), (1, 0), (3, 9), (12, 12), (40, 7), (2000, 1900)] {
        let (there, back) = (mcnemar(b, c), mcnemar(c, b));
        assert_eq!(there, back);
        assert!(there.mid <= there.exact && there.exact <= 1.0 && there.mid > 0.0);
    }
    assert!(near(mcnemar(12, 12).mid, 1.0, 1e-12));
    // 2 * (1 + 5) / 2^5 and half of the middle term less.
    assert!(near(mcnemar(1, 4).exact, 12.0 / 32.0, 1e-12));
    assert!(near(mcnemar(1, 4).mid, 7.0 / 32.0, 1e-12));
}

proptest! {
    #[test]
    fn neither_the_order_of_cases_nor_the_names_of_clusters_matter(
        values in collection::vec((-1.0_f64..=1.0, option::of(0_u32..5)), 2..40), seed in 0_u64..100,
    ) {
        let of = |list: &[(f64, Option<u32>)], rename: u32| {
            let mut accumulator = PairedAccumulator::new(true);
            list.iter().for_each(|(value, cluster)| {
                accumulator.add(*value, cluster.map(|cluster| (cluster + rename) % 5 + rename), true);
            });
            accumulator.estimate(0.05, 0)
        };
        let mut shuffled = values.clone();
        Rng::stream(seed, 0).shuffle(&mut shuffled);
        let (there, back) = (of(&values, 0), of(&shuffled, 3));
        prop_assert_eq!((there.n, there.clusters, there.method), (back.n, back.clusters, back.method));
        if let (Some(there), Some(back)) = (there.interval(), back.interval()) {
            prop_assert!(near(there.0, back.0, 1e-9) && near(there.1, back.1, 1e-9));
        }
    }

    #[test]
    fn copies_of_a_case_in_one_cluster_are_no_new_evidence(
        values in collection::vec(-1.0_f64..=1.0, 3..25), copies in 2_usize..6,
    ) {
        let once = paired_difference(&some(&values), None, true, 0.05);
        let copied: Vec<f64> = values.iter().flat_map(|value| vec![*value; copies]).collect();
        let clusters: Vec<u32> = (0..copied.len()).map(|at| (at / copies) as u32).collect();
        let often = paired_difference(&some(&copied), Some(&clusters), true, 0.05);
        prop_assert!(near(once.difference.unwrap(), often.difference.unwrap(), 1e-12));
        let width = |found: &PairedEstimate| found.high.unwrap() - found.low.unwrap();
        // Bounds are not the same to the last digit: n/(n-1) counts cases.
        prop_assert!(width(&often) > 0.95 * width(&once), "{} {}", width(&often), width(&once));
    }

    #[test]
    fn one_sided_p_and_bounds_are_the_same_statement(
        values in collection::vec(-1.0_f64..=1.0, 2..30), bound in -0.9_f64..0.9, alpha in 0.01_f64..0.2,
    ) {
        let found = paired_difference(&some(&values), None, true, 2.0 * alpha);
        let (low, high) = found.interval().unwrap();
        prop_assume!((low - bound).abs() > 1e-9 && (high - bound).abs() > 1e-9);
        prop_assert_eq!(found.p_above(bound).unwrap() < alpha, low > bound);
        prop_assert_eq!(found.p_below(bound).unwrap() < alpha, high < bound);
        let sum = found.p_above(bound).unwrap() + found.p_below(bound).unwrap();
        prop_assert!(near(sum, 1.0, 1e-9), "{sum}");
    }

    #[test]
    fn p_of_yes_no_cases_is_that_of_mcnemar(b in 0_u64..30, c in 0_u64..30, rest in 1_usize..40) {
        let mut values = vec![1.0; b as usize];
        values.extend(vec![-1.0; c as usize]);
        values.extend(vec![0.0; rest]);
        let found = paired_difference(&some(&values), None, false, 0.05);
        prop_assert!(found.binary && near(found.p.unwrap(), mcnemar(b, c).asymptotic, 1e-9));
    }

    #[test]
    fn a_higher_confidence_gives_a_wider_interval(values in collection::vec(-1.0_f64..=1.0, 2..30)) {
        let of = |alpha| paired_difference(&some(&values), None, true, alpha).interval().unwrap();
        let (wide, narrow) = (of(0.01), of(0.1));
        prop_assert!(wide.0 <= narrow.0 && narrow.1 <= wide.1);
        prop_assert!(-1.0 <= wide.0 && wide.1 <= 1.0);
    }
}
