//! Statistics against the shared reference vectors, and laws that hold for any data.

mod decisions;
mod judges;
mod laws;
mod newcombe;
mod vectors;

use super::*;
use proptest::prelude::*;
use serde_json::Value;
use std::path::PathBuf;

/// The reference folder's documents, by method; says why where there are none.
#[allow(clippy::print_stderr, reason = "a skipped test says so")]
fn reference(method: &str) -> Vec<Value> {
    let shared = std::env::var_os("BENCH_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")),
        PathBuf::from,
    );
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(shared.join("reference"))
        .into_iter()
        .flatten()
        .flatten()
    {
        let Ok(text) = std::fs::read_to_string(entry.path()) else {
            continue;
        };
        let Ok(document) = serde_json::from_str::<Value>(&text) else {
            continue;
        };
        if document["method"] == method {
            cases.extend(document["cases"].as_array().cloned().unwrap_or_default());
        }
    }
    if cases.is_empty() {
        eprintln!(
            "skipped: no reference vectors for {method} below {}",
            shared.display()
        );
    }
    cases
}

/// Compares a number of ours with one of the reference (`"inf"` is infinite, null is undefined).
fn check(id: &str, what: &str, ours: Option<f64>, expected: &Value, tolerance: f64) {
    let expected = match expected {
        Value::String(text) if text == "inf" => Some(f64::INFINITY),
        other => other.as_f64(),
    };
    let same = match (ours, expected) {
        (Some(ours), Some(expected)) => ours == expected || (ours - expected).abs() <= tolerance.max(1e-12),
        (None, None) => true,
        _ => false,
    };
    assert!(same, "{id}: {what} is {ours:?}, the reference says {expected:?}");
}

/// Scores and clusters of a reference case.
fn data(input: &Value) -> (Vec<Option<f64>>, Option<Vec<u32>>) {
    let scores = input["scores"]
        .as_array()
        .map_or(Vec::new(), |scores| scores.iter().map(Value::as_f64).collect());
    let mut index = ClusterIndex::default();
    let clusters = input["clusters"]
        .as_array()
        .map(|names| names.iter().map(|name| index.number(&name.to_string())).collect());
    (scores, clusters)
}

fn alpha(input: &Value) -> f64 {
    1.0 - input["level"].as_f64().unwrap_or(0.95)
}

#[test]
fn effective_n_wilson_agrees_with_the_reference() {
    for case in reference("effective_n_wilson") {
        let (id, input, expected) = (
            case["id"].as_str().unwrap_or(""),
            &case["input"],
            &case["expected"],
        );
        let (scores, clusters) = data(input);
        let estimate = effective_n_wilson(&scores, clusters.as_deref(), alpha(input));
        let tolerance = case["tol"]["abs"].as_f64().unwrap_or(1e-9);
        check(id, "mean", estimate.mean, &expected["estimate"], tolerance);
        check(id, "low", estimate.low, &expected["lower"], tolerance);
        check(id, "high", estimate.high, &expected["upper"], tolerance);
        if let Some(n_eff) = expected.get("n_eff") {
            let relative = case["tol"]["n_eff_rel"].as_f64().unwrap_or(1e-8);
            check(
                id,
                "n_eff",
                estimate.n_eff,
                n_eff,
                relative * n_eff.as_f64().unwrap_or(1.0),
            );
            check(id, "df", estimate.df, &expected["df"], 1e-9);
        }
        if let Some(degenerate) = expected["degenerate"].as_bool() {
            assert_eq!(estimate.degenerate, degenerate, "{id}");
        }
        match expected["status"].as_str() {
            Some("one_unit") => assert_eq!(estimate.method, Method::OneUnit, "{id}"),
            Some("one_cluster") => assert_eq!(estimate.method, Method::OneCluster, "{id}"),
            Some("no_data") => assert_eq!(estimate.method, Method::NoData, "{id}"),
            _ => assert_eq!(estimate.method, Method::EffectiveNWilson, "{id}"),
        }
    }
}

#[test]
fn the_interval_of_yes_no_scores_is_the_wilson_interval_of_the_reference() {
    for case in reference("wilson") {
        let (id, input, expected) = (
            case["id"].as_str().unwrap_or(""),
            &case["input"],
            &case["expected"],
        );
        let scores = match (input["k"].as_u64(), input["n"].as_u64()) {
            (Some(k), Some(n)) => (0..n).map(|at| Some(f64::from(u8::from(at < k)))).collect(),
            _ => data(input).0,
        };
        let estimate = effective_n_wilson(&scores, None, alpha(input));
        let tolerance = case["tol"]["abs"].as_f64().unwrap_or(1e-10);
        check(id, "mean", estimate.mean, &expected["estimate"], tolerance);
        check(id, "low", estimate.low, &expected["lower"], tolerance);
        check(id, "high", estimate.high, &expected["upper"], tolerance);
        if let (Some(used), Some(missing)) = (expected["n_used"].as_u64(), expected["n_missing"].as_u64()) {
            assert_eq!((estimate.n, estimate.missing), (used, missing), "{id}");
        }
    }
}

#[test]
fn the_standard_error_with_clusters_agrees_with_the_reference() {
    for case in reference("cluster_robust_se") {
        let (id, input, expected) = (
            case["id"].as_str().unwrap_or(""),
            &case["input"],
            &case["expected"],
        );
        let (scores, clusters) = data(input);
        let estimate = effective_n_wilson(&scores, clusters.as_deref(), alpha(input));
        let tolerance = case["tol"]["abs"].as_f64().unwrap_or(1e-9);
        check(id, "mean", estimate.mean, &expected["estimate"], tolerance);
        check(id, "se", estimate.se, &expected["se"], tolerance);
        assert_eq!(estimate.clusters, expected["n_clusters"].as_u64(), "{id}");
        if let Some(effective) = expected.get("effective_clusters") {
            check(
                id,
                "effective clusters",
                Some(estimate.effective_clusters),
                effective,
                tolerance,
            );
        }
    }
}

#[test]
fn quantiles_agree_with_the_reference() {
    for case in reference("special_functions") {
        let (id, input, expected) = (
            case["id"].as_str().unwrap_or(""),
            &case["input"],
            &case["expected"],
        );
        let argument = |at: usize| input["args"][at].as_f64().unwrap_or(f64::NAN);
        let ours = match input["fn"].as_str() {
            Some("t_inv") => t_quantile(argument(0), argument(1)),
            Some("normal_inv") => normal_quantile(argument(0)),
            _ => continue,
        };
        let tolerance = case["tol"]["abs"].as_f64().unwrap_or(1e-8);
        check(id, "quantile", Some(ours), &expected["value"], tolerance);
    }
}

#[test]
fn quantiles_outside_of_0_to_1_are_not_numbers() {
    assert!(
        normal_quantile(1.5).is_nan() && t_quantile(-0.1, 5.0).is_nan() && t_quantile(0.5, f64::NAN).is_nan()
    );
    assert_eq!(t_quantile(0.5, 3.0), 0.0);
    assert_eq!(t_quantile(0.975, 0.2), t_quantile(0.975, 1.0));
    assert_eq!(t_quantile(0.975, f64::INFINITY), normal_quantile(0.975));
    assert!(normal_quantile(1.0).is_infinite() && t_quantile(1.0, 4.0).is_infinite());
}

#[test]
fn one_cluster_or_one_graded_case_gives_no_interval() {
    let one_cluster = effective_n_wilson(&[Some(1.0), Some(0.0)], Some(&[0, 0]), 0.05);
    assert_eq!(
        (one_cluster.method, one_cluster.interval()),
        (Method::OneCluster, None)
    );
    assert_eq!(one_cluster.se, None);
    let one_case = effective_n_wilson(&[Some(0.4)], None, 0.05);
    assert_eq!((one_case.method, one_case.interval()), (Method::OneUnit, None));
    let nothing = effective_n_wilson(&[None, Some(f64::NAN)], None, 0.05);
    assert_eq!(
        (nothing.method, nothing.mean, nothing.missing),
        (Method::NoData, None, 2)
    );
}

#[test]
fn repeated_yes_no_cases_use_the_t_distribution() {
    let mut once = MeanAccumulator::new(false);
    let mut often = MeanAccumulator::new(false);
    for at in 0..20 {
        let value = f64::from(u8::from(at % 4 != 0));
        once.add(value, None, false);
        often.add(value, None, true);
    }
    assert_eq!(once.estimate(0.05, 0).df, Some(f64::INFINITY));
    assert_eq!(often.estimate(0.05, 0).df, Some(19.0));
}

#[test]
fn cases_without_a_cluster_name_are_clusters_of_their_own() {
    let values = [1.0, 0.0, 1.0, 1.0, 0.3, 0.9];
    let named = effective_n_wilson(&values.map(Some), Some(&[0, 0, 1, 2, 3, 4]), 0.05);
    let mut accumulator = MeanAccumulator::new(true);
    for (at, value) in values.into_iter().enumerate() {
        accumulator.add(value, (at < 2).then_some(7), false);
    }
    let unnamed = accumulator.estimate(0.05, 0);
    assert_eq!(
        (named.clusters, named.effective_clusters),
        (unnamed.clusters, unnamed.effective_clusters)
    );
    assert!((named.low.unwrap_or(9.0) - unnamed.low.unwrap_or(0.0)).abs() < 1e-12);
}

#[test]
fn warnings_say_what_to_know_before_trusting_the_interval() {
    let names = |estimate: &Estimate| estimate.warnings.iter().map(|w| w.name()).collect::<Vec<_>>();
    let small = effective_n_wilson(&[Some(1.0); 5], None, 0.05);
    assert_eq!(names(&small), ["small-sample", "degenerate", "rare-failures"]);
    let scores: Vec<_> = (0..40).map(|at| Some(f64::from(at % 2))).collect();
    let clusters: Vec<u32> = (0..40).map(|at| if at < 10 { 0 } else { at % 5 + 1 }).collect();
    let few = effective_n_wilson(&scores, Some(&clusters), 0.05);
    assert_eq!(names(&few), ["few-clusters", "dominant-cluster"]);
    let mut half: Vec<_> = scores.clone();
    half.extend([None; 2]);
    assert_eq!(names(&effective_n_wilson(&half, None, 0.05)), ["missing"]);
    assert!(names(&effective_n_wilson(&scores, None, 0.05)).is_empty());
}

#[test]
fn percentiles_are_exact_until_the_histogram_takes_over() {
    let mut few = Percentiles::default();
    assert_eq!(few.at(0.5), None);
    for value in (1..=100).rev() {
        few.add(value * 1000);
    }
    assert_eq!(
        few.at(0.5),
        Some(Percentile {
            value: 50_000,
            exact: true
        })
    );
    assert_eq!(
        few.at(0.95),
        Some(Percentile {
            value: 95_000,
            exact: true
        })
    );
    assert_eq!(
        few.at(0.0),
        Some(Percentile {
            value: 1000,
            exact: true
        })
    );
    let mut many = Percentiles::default();
    for value in 1..=200_000_u64 {
        many.add(value * 7919 % 200_001 * 10);
    }
    for (p, expected) in [(0.5, 1_000_000.0), (0.95, 1_900_000.0), (1.0, 2_000_000.0)] {
        let percentile = many.at(p).map_or(0.0, |percentile| percentile.value as f64);
        assert!((percentile / expected - 1.0).abs() < 0.01, "{p}: {percentile}");
    }
}

proptest! {
    #[test]
    fn an_interval_holds_its_mean_and_stays_within_0_and_1(
        values in prop::collection::vec(prop_oneof![Just(0.0), Just(1.0), 0.0..=1.0], 0..60),
        clusters in prop::option::of(prop::collection::vec(0_u32..6, 60)),
        alpha in 0.001..0.5,
    ) {
        let estimate = effective_n_wilson(&values.iter().copied().map(Some).collect::<Vec<_>>(), clusters.as_deref(), alpha);
        if let (Some(mean), Some((low, high))) = (estimate.mean, estimate.interval()) {
            prop_assert!(0.0 <= low && low <= mean + 1e-12 && mean <= high + 1e-12 && high <= 1.0);
            prop_assert!(high - low > 1e-9, "a zero-width interval: {estimate:?}");
        }
        prop_assert_eq!(estimate.low.is_some(), estimate.method == Method::EffectiveNWilson);
    }

    #[test]
    fn mirrored_scores_give_the_mirrored_interval(values in prop::collection::vec(0.0..=1.0, 2..40)) {
        let estimate = effective_n_wilson(&values.iter().map(|v| Some(*v)).collect::<Vec<_>>(), None, 0.05);
        let mirror = effective_n_wilson(&values.iter().map(|v| Some(1.0 - v)).collect::<Vec<_>>(), None, 0.05);
        let (low, high) = estimate.interval().unwrap_or((0.0, 1.0));
        let (mirror_low, mirror_high) = mirror.interval().unwrap_or((0.0, 1.0));
        prop_assert!((low + mirror_high - 1.0).abs() < 1e-6 && (high + mirror_low - 1.0).abs() < 1e-6);
    }

    #[test]
    fn the_histogram_stays_within_one_percent(values in prop::collection::vec(0_u64..u64::MAX, 1..50), p in 0.0..=1.0) {
        let mut small = Percentiles::default();
        let mut large = Percentiles::default();
        for value in &values {
            small.add(*value);
            for _ in 0..4097 {
                large.add(*value);
            }
        }
        // The same distribution, so that the same rank falls on the same value away from the steps.
        let (small, large) = (small.at(p), large.at(p));
        if (p * values.len() as f64).fract() > 0.001 {
            let exact = small.map_or(0.0, |percentile| percentile.value as f64);
            let rounded = large.map_or(0.0, |percentile| percentile.value as f64);
            prop_assert!((rounded - exact).abs() <= exact * 0.01, "{rounded} for {exact}");
        }
    }
}
