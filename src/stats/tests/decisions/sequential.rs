//! Early stops: error rates by simulation, and decisions that stay.

use super::{drawn, noise};
use crate::stats::*;

/// Shares of passes and fails, and mean cases until then, of gates that look after every case.
fn stopped(
    replicates: u64,
    size: Option<u64>,
    margin: f64,
    mut differences: impl FnMut(&mut Rng) -> Vec<f64>,
) -> (f64, f64, f64) {
    let (mut passed, mut failed, mut cases) = (0_u32, 0_u32, 0_u64);
    for replicate in 0..replicates {
        let mut rng = Rng::stream(20_261_124, replicate);
        let mut gate = SequentialGate::new(margin, 0.05, size);
        for difference in differences(&mut rng) {
            if gate.add(difference) != Decision::Inconclusive {
                break;
            }
        }
        passed += u32::from(gate.decision() == Decision::Pass);
        failed += u32::from(gate.decision() == Decision::Fail);
        cases += gate.cases();
    }
    let all = replicates as f64;
    (
        f64::from(passed) / all,
        f64::from(failed) / all,
        cases as f64 / all,
    )
}

/// A finite set of differences in random order: so many better and worse ones among `size`.
fn shuffled(rng: &mut Rng, better: usize, worse: usize, size: usize) -> Vec<f64> {
    let mut values = vec![0.0; size];
    values.iter_mut().take(better).for_each(|value| *value = 1.0);
    values
        .iter_mut()
        .rev()
        .take(worse)
        .for_each(|value| *value = -1.0);
    rng.shuffle(&mut values);
    values
}

#[test]
fn looking_after_every_case_of_a_finite_set_keeps_the_error_rate() {
    // 20 of 400 worse on balance: exactly the margin. Both decisions are errors, as long as cases are left.
    let replicates = 2000;
    let (passed, failed, _) = stopped(replicates, Some(400), 0.05, |rng| {
        let mut values = shuffled(rng, 10, 30, 400);
        values.truncate(390);
        values
    });
    assert!(passed <= 0.05 + noise(0.05, replicates), "{passed}");
    assert!(failed <= 0.05 + noise(0.05, replicates), "{failed}");
}

#[test]
fn looking_after_every_case_of_an_open_end_keeps_the_error_rate_on_both_sides() {
    let replicates = 2000;
    let (passed, failed, _) = stopped(replicates, None, 0.05, |rng| {
        (0..400).map(|_| drawn(rng, 0.1, -0.05)).collect()
    });
    assert!(passed <= 0.05 + noise(0.05, replicates), "{passed}");
    assert!(failed <= 0.05 + noise(0.05, replicates), "{failed}");
}

#[test]
fn a_finite_set_is_decided_long_before_its_end() {
    let (passed, _, cases) = stopped(200, Some(1000), 0.05, |rng| shuffled(rng, 50, 50, 1000));
    assert!(passed > 0.99 && cases < 350.0, "{passed} {cases}");
    let (_, failed, cases) = stopped(200, Some(1000), 0.05, |rng| shuffled(rng, 10, 130, 1000));
    assert!(failed > 0.99 && cases < 350.0, "{failed} {cases}");
}

#[test]
fn the_last_case_of_a_finite_set_settles_it() {
    let mut gate = SequentialGate::new(0.5, 0.05, Some(3));
    assert_eq!(
        [gate.add(0.0), gate.add(f64::NAN), gate.add(0.0), gate.add(-1.0)],
        [
            Decision::Inconclusive,
            Decision::Inconclusive,
            Decision::Pass,
            Decision::Pass
        ],
        "two draws of three: the mean is at least -1/3"
    );
    assert_eq!((gate.decided_after(), gate.cases()), (Some(2), 3));
}

#[test]
fn the_first_decision_stays() {
    let mut gate = SequentialGate::new(0.1, 0.05, None);
    while gate.add(1.0) == Decision::Inconclusive {}
    let after = gate.decided_after();
    for _ in 0..500 {
        assert_eq!(gate.add(-1.0), Decision::Pass);
    }
    assert_eq!(gate.decided_after(), after);
    let (low, high) = gate.band();
    assert!(-1.0 <= low && low <= high && high <= 1.0);
}

#[test]
fn the_band_of_a_finite_set_holds_at_every_moment() {
    let replicates = 500;
    let mut left = 0_u32;
    for replicate in 0..replicates {
        let mut rng = Rng::stream(31, replicate);
        let mut gate = SequentialGate::new(0.05, 0.05, Some(300));
        let holds = shuffled(&mut rng, 40, 25, 300).into_iter().all(|difference| {
            gate.add(difference);
            let (low, high) = gate.band();
            (low..=high).contains(&0.05)
        });
        left += u32::from(!holds);
    }
    assert!(
        f64::from(left) / replicates as f64 <= 0.05 + noise(0.05, replicates),
        "{left}"
    );
}
