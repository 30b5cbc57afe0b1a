//! Averages over tasks.

use super::near;
use crate::stats::*;
use proptest::{collection, prop_assert, prop_assume, proptest};

fn means(tasks: &[Vec<f64>], weight: impl Fn(usize) -> f64) -> Vec<Stratum> {
    let stratum = |(at, values): (usize, &Vec<f64>)| {
        let mut accumulator = MeanAccumulator::new(false);
        values
            .iter()
            .for_each(|value| accumulator.add(*value, None, false));
        accumulator.stratum(weight(at)).unwrap()
    };
    tasks.iter().enumerate().map(stratum).collect()
}

fn differences(tasks: &[Vec<f64>]) -> Vec<Stratum> {
    let stratum = |values: &Vec<f64>| {
        let mut accumulator = PairedAccumulator::new(false);
        values
            .iter()
            .for_each(|value| accumulator.add(*value, None, false));
        accumulator.stratum(1.0).unwrap()
    };
    tasks.iter().map(stratum).collect()
}

#[test]
fn small_tasks_get_an_interval_that_holds() {
    // Pass rates of three small tasks; their average is covered as often as it should be.
    let tasks = [(10, 0.8), (20, 0.95), (30, 0.9)];
    let truth = tasks.iter().map(|(_, rate)| rate).sum::<f64>() / 3.0;
    let replicates = 2000;
    let mut covered = 0;
    for replicate in 0..replicates {
        let mut rng = Rng::stream(6, replicate);
        let drawn: Vec<Vec<f64>> = tasks
            .iter()
            .map(|(cases, rate)| {
                (0..*cases)
                    .map(|_| f64::from(u8::from(rng.unit() < *rate)))
                    .collect()
            })
            .collect();
        let found = macro_average(&means(&drawn, |_| 1.0), 0.05).unwrap();
        covered += u32::from((found.low.unwrap()..=found.high.unwrap()).contains(&truth));
    }
    let share = f64::from(covered) / replicates as f64;
    assert!((0.94..=0.99).contains(&share), "{share}");
}

#[test]
fn tasks_weigh_the_same_whatever_their_size() {
    let found = macro_average(&means(&[vec![1.0; 3], [0.0, 1.0].repeat(500)], |_| 1.0), 0.05).unwrap();
    assert!(near(found.mean, 0.75, 1e-12));
    assert!(
        found.high.unwrap() - found.low.unwrap() > 0.3,
        "three cases say little of a task, whatever the other has"
    );
}

#[test]
fn tasks_without_a_difference_are_as_one_task_without_a_difference() {
    let zeros = differences(&[vec![0.0; 40], vec![0.0; 40]]);
    let both = macro_difference(&zeros, 0.05).unwrap();
    let one = paired_difference(&[Some(0.0); 80], None, false, 0.05);
    assert_eq!((both.p, both.mean), (Some(1.0), 0.0));
    assert!(
        near(both.low.unwrap(), one.low.unwrap(), 1e-12)
            && near(both.high.unwrap(), one.high.unwrap(), 1e-12)
    );
    assert!(macro_difference(&[], 0.05).is_none() && PairedAccumulator::new(false).stratum(1.0).is_none());
}

proptest! {
    #[test]
    fn only_proportions_of_weights_matter(
        tasks in collection::vec(collection::vec(0.0_f64..=1.0, 2..12), 1..6), factor in 0.01_f64..100.0,
    ) {
        let weight = |at: usize| 1.0 + at as f64;
        let plain = macro_average(&means(&tasks, weight), 0.05).unwrap();
        let scaled = macro_average(&means(&tasks, |at| factor * weight(at)), 0.05).unwrap();
        prop_assert!(near(plain.mean, scaled.mean, 1e-9));
        prop_assert!(near(plain.low.unwrap(), scaled.low.unwrap(), 1e-9));
        prop_assert!(plain.low.unwrap() <= plain.mean + 1e-12 && plain.mean <= plain.high.unwrap() + 1e-12);
    }

    #[test]
    fn a_small_macro_p_and_an_interval_without_zero_are_the_same_thing(
        tasks in collection::vec(collection::vec(-1.0_f64..=1.0, 2..12), 1..6),
    ) {
        let found = macro_difference(&differences(&tasks), 0.05).unwrap();
        let p = found.p.unwrap();
        prop_assume!((p - 0.05).abs() > 1e-7);
        prop_assert!((p < 0.05) == (found.low.unwrap() > 0.0 || found.high.unwrap() < 0.0));
    }
}
