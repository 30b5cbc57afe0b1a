//! Latencies and costs.

use super::{near, noise};
use crate::stats::*;
use proptest::{collection, prop_assert, proptest};

#[test]
fn a_percentile_of_streamed_values_has_the_interval_of_its_order_statistics() {
    let mut rng = Rng::stream(2, 0);
    let mut values: Vec<u64> = (0..400).map(|_| rng.index(1_000_000) as u64).collect();
    let mut streamed = Percentiles::default();
    values.iter().for_each(|value| streamed.add(*value));
    values.sort_unstable();
    let floats: Vec<f64> = values.iter().map(|value| *value as f64).collect();
    for p in [0.5, 0.95, 0.99] {
        let (low, high) = streamed.interval(p, 0.05);
        let as_float = |bound: Option<Percentile>| bound.map(|bound| bound.value as f64);
        assert_eq!(
            (as_float(low), as_float(high)),
            quantile_interval(&floats, p, 0.05)
        );
    }
    assert_eq!(
        streamed.interval(0.999, 0.05).1,
        None,
        "no value bounds it from above"
    );
    assert_eq!(Percentiles::default().interval(0.5, 0.05), (None, None));
    // Beyond 4,096 values the bounds come from the histogram.
    let mut many = Percentiles::default();
    (1..=100_000_u64).for_each(|value| many.add(value * 7919 % 100_001));
    let (low, high) = many.interval(0.95, 0.05);
    let (low, high) = (low.unwrap(), high.unwrap());
    assert!(
        (93_800..94_870).contains(&low.value) && (95_130..96_200).contains(&high.value),
        "{low:?} {high:?}"
    );
    assert!(!low.exact && !high.exact);
}

#[test]
fn what_cannot_be_used_is_counted() {
    let found = paired_ratio(
        &[(2.0, 1.0), (0.0, 1.0), (4.0, 2.0), (f64::NAN, 1.0), (6.0, 3.1)],
        None,
        0.05,
    )
    .unwrap();
    assert_eq!((found.n, found.left_out), (3, 2));
    assert!(near(found.value, 2.0, 0.05));
    let mean = positive_mean(&[1.0, f64::INFINITY, 3.0], None, 0.05).unwrap();
    assert_eq!((mean.value, mean.n, mean.left_out), (2.0, 2, 1));
    assert_eq!(positive_mean(&[], None, 0.05), None);
    assert_eq!(paired_ratio(&[(0.0, 1.0)], None, 0.05), None);
    assert_eq!(ratio_of_totals(&[(1.0, 0.0)], None, 0.05), None);
    let one = paired_ratio(&[(3.0, 2.0)], None, 0.05).unwrap();
    assert_eq!((one.value, one.low, one.high), (1.5, None, None));
}

#[test]
fn a_few_dear_cases_move_the_bill_and_not_the_typical_ratio() {
    let mut pairs = vec![(1.0, 1.0); 99];
    pairs.push((300.0, 100.0));
    let typical = paired_ratio(&pairs, None, 0.05).unwrap().value;
    let bill = ratio_of_totals(&pairs, None, 0.05).unwrap().value;
    assert!(
        near(typical, 1.011, 0.001) && near(bill, 399.0 / 199.0, 1e-12),
        "{typical} {bill}"
    );
}

proptest! {
    #[test]
    fn units_do_not_matter_and_ratios_turn_round(
        pairs in collection::vec((0.01_f64..100.0, 0.01_f64..100.0), 2..30), unit in 0.001_f64..1000.0,
    ) {
        let scaled: Vec<(f64, f64)> = pairs.iter().map(|(a, b)| (a * unit, b * unit)).collect();
        let turned: Vec<(f64, f64)> = pairs.iter().map(|(a, b)| (*b, *a)).collect();
        let same = |a: f64, b: f64| near(a.ln(), b.ln(), 1e-7);
        for ratio in [paired_ratio, ratio_of_totals] {
            let (found, scaled) = (ratio(&pairs, None, 0.05).unwrap(), ratio(&scaled, None, 0.05).unwrap());
            prop_assert!(same(found.value, scaled.value) && same(found.low.unwrap(), scaled.low.unwrap()));
            let turned = ratio(&turned, None, 0.05).unwrap();
            prop_assert!(same(found.value, 1.0 / turned.value) && same(found.low.unwrap(), 1.0 / turned.high.unwrap()));
        }
        let values: Vec<f64> = pairs.iter().map(|pair| pair.0).collect();
        let scaled: Vec<f64> = values.iter().map(|value| value * unit).collect();
        let (found, scaled) = (positive_mean(&values, None, 0.05).unwrap(), positive_mean(&scaled, None, 0.05).unwrap());
        prop_assert!(same(found.high.unwrap() * unit, scaled.high.unwrap()) && found.low.unwrap() > 0.0);
    }
}

#[test]
fn a_percentile_of_clustered_values_holds_as_often_as_it_says() {
    let (replicates, clusters, size) = (1000_u64, 40_u32, 5);
    // The quantiles of a sum of two standard normal values.
    for (p, quantile) in [(0.5, 0.0), (0.9, 1.281_551_565_5 * 2.0_f64.sqrt())] {
        let mut held = [0_u32; 2];
        for replicate in 0..replicates {
            let mut rng = Rng::stream(20_261_125, replicate);
            let mut normal = || normal_quantile(rng.unit().clamp(1e-9, 1.0 - 1e-9));
            let mut values: Vec<(f64, u32)> = Vec::new();
            for cluster in 0..clusters {
                let shared = normal();
                values.extend((0..size).map(|_| (shared + normal(), cluster)));
            }
            values.sort_by(|(x, _), (y, _)| x.total_cmp(y));
            let plain: Vec<f64> = values.iter().map(|(value, _)| *value).collect();
            let holds = |(low, high): (Option<f64>, Option<f64>)| {
                low.is_none_or(|low| low <= quantile) && high.is_none_or(|high| high >= quantile)
            };
            held[0] += u32::from(holds(clustered_quantile_interval(&values, p, 0.1)));
            held[1] += u32::from(holds(quantile_interval(&plain, p, 0.1)));
        }
        let share = |held: u32| f64::from(held) / replicates as f64;
        assert!(share(held[0]) >= 0.9 - noise(0.9, replicates), "{p}: {held:?}");
        // What the clusters are for.
        assert!(share(held[1]) < 0.85, "{p}: {held:?}");
    }
    assert_eq!(clustered_quantile_interval(&[], 0.5, 0.1), (None, None));
    assert_eq!(
        clustered_quantile_interval(&[(1.0, 0), (2.0, 0), (3.0, 0)], 0.5, 0.1),
        (None, None),
        "one cluster bounds nothing"
    );
}
