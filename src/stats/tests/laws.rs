//! Laws that hold whatever the data, checked by seeded simulation or by swapping what must not matter.

use crate::stats::Rng;
use crate::stats::*;
use proptest::{prop_assert, prop_assert_eq, prop_assume, proptest};

/// Runs of the e-process on a finite set of paired differences with that mean, until it decides or the set ends; the share
/// that rejects "the mean is at most (1 - margin) / 2".
fn rejections(replicates: u64, discordant: f64, difference: f64, margin: f64, cases: usize) -> f64 {
    let mut rejected = 0_u32;
    for replicate in 0..replicates {
        let mut rng = Rng::stream(20_261_124, replicate);
        let mut process = EProcess::new((1.0 - margin) / 2.0, None);
        for _ in 0..cases {
            let u = rng.unit();
            let better = f64::midpoint(discordant, difference);
            let d = if u < better {
                1.0
            } else if u < discordant {
                -1.0
            } else {
                0.0
            };
            process.add((d + 1.0) / 2.0);
            if process.rejects(0.05) {
                rejected += 1;
                break;
            }
        }
    }
    f64::from(rejected) / replicates as f64
}

#[test]
fn looking_after_every_case_keeps_the_error_rate_of_the_betting_test() {
    let replicates = 4000;
    // The candidate is exactly as much worse as it may be: every "not worse" is an error.
    let rate = rejections(replicates, 0.1, -0.05, 0.05, 600);
    let monte_carlo = (0.05 * 0.95 / replicates as f64).sqrt();
    assert!(rate <= 0.05 + 2.0 * monte_carlo, "{rate}");
    // And it has power: equal candidates are told to be so most of the time.
    let power = rejections(500, 0.1, 0.0, 0.05, 600);
    assert!(power > 0.5, "{power}");
}

#[test]
fn a_finite_set_is_settled_once_enough_of_it_is_seen() {
    let mut process = EProcess::new(0.5, Some(10));
    for _ in 0..5 {
        process.add(1.0);
    }
    assert!(!process.log_evidence().is_infinite());
    process.add(1.0);
    assert!(
        process.log_evidence().is_infinite(),
        "6 of 10 are 1: the mean is above 0.5 for certain"
    );
}

#[test]
fn the_band_holds_at_every_moment() {
    let (replicates, mean) = (1000, 0.7);
    let mut left = 0;
    for replicate in 0..replicates {
        let mut rng = Rng::stream(5, replicate);
        let mut band = ConfidenceSequence::new(0.05, None);
        for _ in 0..300 {
            band.add(f64::from(u8::from(rng.unit() < mean)));
            let (low, high) = band.band();
            if !(low..=high).contains(&mean) {
                left += 1;
                break;
            }
        }
    }
    assert!(f64::from(left) / replicates as f64 <= 0.05 + 0.014, "{left}");
}

#[test]
fn a_sample_that_prefers_the_best_does_not_flatter_the_mean() {
    // 200 cases, of which the best 40 are judged with certainty and a tenth of the rest by lot.
    let truth: Vec<f64> = (0..200).map(|case| f64::from(case) / 199.0).collect();
    let whole = truth.iter().sum::<f64>() / 200.0;
    let (mut sum, mut covered, rounds) = (0.0, 0, 600);
    for round in 0..rounds {
        let mut rng = Rng::stream(11, round);
        let mut rest: Vec<usize> = (0..160).collect();
        rng.shuffle(&mut rest);
        let sample: Vec<Sampled> = (160..200)
            .map(|case| (case, 1.0))
            .chain(rest.iter().take(16).map(|case| (*case, 0.1)))
            .map(|(case, probability)| Sampled {
                value: truth[case],
                probability,
                cluster: case as u32,
            })
            .collect();
        let found = weighted_mean(&sample, false, 0.05).unwrap();
        sum += found.mean;
        covered += u32::from((found.low.unwrap()..=found.high.unwrap()).contains(&whole));
        assert!((found.stands_for - 200.0).abs() < 1e-9);
    }
    let bias = sum / rounds as f64 - whole;
    assert!(bias.abs() < 0.01, "bias {bias}");
    assert!(
        f64::from(covered) / rounds as f64 > 0.9,
        "covered {covered} of {rounds}"
    );
}

#[test]
fn ratings_of_players_that_nobody_can_compare_are_refused_with_a_reason() {
    let game = |a, b, outcome, case| Game { a, b, outcome, case };
    let won = [game(0, 1, 1.0, 0), game(0, 1, 1.0, 1)];
    assert_eq!(bradley_terry(2, &won), Err(NoRatings::Separated));
    let apart = [game(0, 1, 0.5, 0), game(2, 3, 0.5, 1)];
    assert_eq!(bradley_terry(4, &apart), Err(NoRatings::Separated));
    assert_eq!(bradley_terry(2, &[]), Err(NoRatings::NoGames));
    assert_eq!(bradley_terry(2, &[game(0, 1, 0.5, 3)]), Err(NoRatings::OneCase));
    assert_eq!(bradley_terry(0, &[]), Err(NoRatings::NoGames));
}

#[test]
fn length_control_takes_a_preference_for_length_out() {
    // Both write equally well; the judge likes what is longer, and one of them writes longer.
    let games: Vec<LengthGame> = (0..2000)
        .map(|number| {
            let mut rng = Rng::stream(3, number);
            let longer = 300.0 * rng.unit();
            let wins = rng.unit() < 1.0 / (1.0 + (-longer / 200.0).exp());
            LengthGame {
                outcome: f64::from(u8::from(wins)),
                longer,
                cluster: number as u32,
            }
        })
        .collect();
    let raw = games.iter().map(|game| game.outcome).sum::<f64>() / games.len() as f64;
    let found = length_controlled(&games, 0.05).unwrap();
    assert!(
        raw > 0.6 && (found.win_rate - 0.5).abs() < 0.08,
        "{raw} {found:?}"
    );
    assert!(found.slope > 0.0 && found.low.unwrap() < 0.5);
}

proptest! {
    #[test]
    fn swapping_the_sides_mirrors_a_paired_difference(
        values in proptest::collection::vec(-1.0_f64..=1.0, 0..40),
        grouped in proptest::bool::ANY,
    ) {
        let clusters: Vec<u32> = (0..values.len() as u32).map(|at| at / 3).collect();
        let clusters = grouped.then_some(clusters.as_slice());
        let of = |sign: f64| {
            let list: Vec<Option<f64>> = values.iter().map(|value| Some(sign * value)).collect();
            paired_difference(&list, clusters, true, 0.05)
        };
        let (there, back) = (of(1.0), of(-1.0));
        if let (Some((low, high)), Some((other_low, other_high))) = (there.interval(), back.interval()) {
            prop_assert!((low + other_high).abs() < 1e-9 && (high + other_low).abs() < 1e-9);
            let difference = there.difference.unwrap();
            prop_assert!(low - 1e-9 <= difference && difference <= high + 1e-9);
            prop_assert!(low < high);
        } else {
            prop_assert_eq!(there.interval().is_none(), back.interval().is_none());
        }
    }

    #[test]
    fn a_small_p_and_an_interval_without_zero_are_the_same_thing(
        b in 0_u32..40, c in 0_u32..40, rest in 1_u32..60,
    ) {
        let list: Vec<Option<f64>> = std::iter::repeat_n(Some(1.0), b as usize)
            .chain(std::iter::repeat_n(Some(-1.0), c as usize))
            .chain(std::iter::repeat_n(Some(0.0), rest as usize))
            .collect();
        let found = paired_difference(&list, None, false, 0.05);
        let (low, high) = found.interval().unwrap();
        let p = found.p.unwrap();
        // At the very edge rounding may tell them apart.
        prop_assume!((p - 0.05).abs() > 1e-6);
        prop_assert_eq!(p < 0.05, low > 0.0 || high < 0.0);
    }

    #[test]
    fn adjusted_p_values_are_never_smaller_and_keep_the_order(p in proptest::collection::vec(0.0_f64..=1.0, 0..20)) {
        for adjusted in [holm(&p), benjamini_hochberg(&p)] {
            for (raw, more) in p.iter().zip(&adjusted) {
                prop_assert!(more + 1e-15 >= *raw && *more <= 1.0);
            }
            for (i, a) in p.iter().enumerate() {
                for (j, b) in p.iter().enumerate() {
                    prop_assert!(a > b || adjusted[i] <= adjusted[j] + 1e-15);
                }
            }
        }
    }

    #[test]
    fn alpha_of_a_selection_follows_from_the_sums_of_its_units(
        units in proptest::collection::vec(proptest::collection::vec(0.0_f64..=1.0, 2..5), 2..12),
    ) {
        let raters = units.iter().map(Vec::len).max().unwrap();
        let rows: Vec<Vec<Option<f64>>> = (0..raters)
            .map(|rater| units.iter().map(|unit| unit.get(rater).copied()).collect())
            .collect();
        let sums = units.iter().map(|unit| AlphaUnit::of(unit)).fold(AlphaUnit::default(), AlphaUnit::plus);
        let both = (krippendorff_alpha(&rows, AlphaMetric::Interval), sums.alpha());
        if let (Some(a), Some(b)) = both {
            prop_assert!((a - b).abs() < 1e-9);
        }
    }
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let columns: Vec<FrontColumn> = (0..3)
        .map(|number| FrontColumn {
            quality: (0..50)
                .map(|case| f64::from((case * (number + 3)) % 7) / 6.0)
                .collect(),
            cost: (0..50).map(|case| f64::from(case % 5 + number)).collect(),
        })
        .collect();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let mean =
                |drawn: &[usize]| Some(drawn.iter().map(|at| *at as f64).sum::<f64>() / drawn.len() as f64);
            (
                front_membership(&columns, None, 500, 9),
                bca(30, 14.5, mean, 0.05, 500, 9),
            )
        })
    };
    assert_eq!(with(1), with(4));
}

#[test]
fn averages_of_perfect_tasks_are_perfect_whatever_rounding_does_to_the_weights() {
    for tasks in 1..40 {
        let perfect = Stratum {
            weight: 1.0,
            mean: 1.0,
            better: 1.0,
            worse: 0.0,
            variance: 0.0,
            df: 49.0,
            n: 50.0,
        };
        let strata = vec![perfect; tasks];
        let average = macro_average(&strata, 0.05).unwrap();
        assert_eq!((average.mean, average.high), (1.0, Some(1.0)), "{tasks}");
        assert!(average.low.unwrap() > 0.92, "{tasks}: {average:?}");
        let difference = macro_difference(&strata, 0.05).unwrap();
        assert!(difference.low.unwrap() > 0.85, "{tasks}: {difference:?}");
    }
}

#[test]
fn a_macro_average_is_exact_for_one_task_and_wider_for_few_cases() {
    let stratum = |mean: f64, n: f64| Stratum {
        weight: 1.0,
        mean,
        variance: mean * (1.0 - mean) / n,
        n,
        df: f64::INFINITY,
        better: 0.0,
        worse: 0.0,
    };
    let one = macro_average(&[stratum(0.8, 100.0)], 0.05).unwrap();
    let plain = wilson(0.8, 100.0, normal_quantile(0.975)).unwrap();
    assert!((one.low.unwrap() - plain.0).abs() < 1e-9 && (one.high.unwrap() - plain.1).abs() < 1e-9);
    let two = macro_average(&[stratum(0.8, 100.0), stratum(1.0, 5.0)], 0.05).unwrap();
    assert!((two.mean - 0.9).abs() < 1e-12);
    assert!(
        two.high.unwrap() - two.low.unwrap() > 0.05,
        "five perfect cases are no certainty"
    );
    assert!(macro_average(&[], 0.05).is_none());
}
