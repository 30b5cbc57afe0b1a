//! Judges against people, on small tables whose figures can be checked by hand.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::{
    Calibration, CalibrationWarning, Choice, Declared, Figure, Input, JudgedOutput, Kind, Resampling, Said,
    Scale, Unit, band, correct,
};
use crate::model::Mark;
use crate::model::{Correcting, Quantity};
use crate::stats::{Labelled, Rng, ppi_mean};
use std::sync::Arc;

fn mark(text: &str) -> Mark {
    Mark::of_text(text)
}

/// Units from lines such as `judge human human`; `-` is nothing.
fn input(lines: &[&str]) -> Input {
    let mut raters = 0;
    let units = lines.iter().enumerate().map(|(at, line)| {
        let mut words = line.split_whitespace();
        let judge = words.next().filter(|word| *word != "-");
        let human: Vec<(u32, Mark, usize)> = words
            .enumerate()
            .filter(|(_, word)| *word != "-")
            .map(|(rater, word)| (rater as u32, mark(word), at + 1))
            .collect();
        raters = raters.max(line.split_whitespace().count() - 1);
        Unit {
            cluster: at as u32,
            human,
            alone: judge.map(|judge| Said::written(mark(judge))),
            ..Unit::default()
        }
    });
    let units: Vec<Unit> = units.collect();
    Input {
        raters: (0..raters).map(|rater| Arc::from(format!("r{rater}"))).collect(),
        units,
    }
}

fn pair(human: &str, first: &str, second: &str, at: usize) -> Unit {
    let said = |word: &str| (word != "-").then(|| Said::written(mark(word)));
    Unit {
        cluster: at as u32,
        human: vec![(0, mark(human), at + 1)],
        first: said(first),
        second: said(second),
        ..Unit::default()
    }
}

fn on(low: f64, high: f64) -> Declared {
    Declared {
        range: Some((low, high)),
        ..Declared::default()
    }
}

const QUICK: Resampling = Resampling {
    replicates: 199,
    seed: 1,
};

fn calibrated(lines: &[&str], declared: &Declared) -> Calibration {
    Calibration::of(&input(lines), declared, QUICK).unwrap()
}

#[track_caller]
fn near(figure: &Figure, wanted: f64) {
    let value = figure.value.unwrap();
    assert!((value - wanted).abs() < 1e-9, "{value}, not {wanted}");
}

#[test]
fn pass_and_fail_in_words_and_numbers_are_one_scale() {
    for lines in [
        ["pass pass", "yes fail", "fail no", "fail false"],
        ["1 1", "1 0", "0 0", "0 0"],
    ] {
        let found = calibrated(&lines, &Declared::default());
        assert_eq!(found.scale.kind, Kind::PassFail);
        let table = found.confusion.unwrap();
        assert_eq!(table.cells, [[1, 1], [0, 2]]);
        near(&found.accuracy, 0.75);
        near(&found.kappas[0].kappa, 0.5);
        assert_eq!(found.classes.len(), 1);
        near(&found.classes[0].sensitivity, 1.0);
        near(&found.classes[0].specificity, 2.0 / 3.0);
        assert!(found.classes[0].specificity.interval().is_some());
    }
}

#[test]
fn zeros_and_ones_on_a_longer_scale_are_read_as_fail_and_pass_and_that_is_said() {
    let found = calibrated(&["8 1", "3 0", "6 0", "9 1"], &on(0.0, 10.0));
    assert_eq!(found.scale.kind, Kind::PassFail);
    assert_eq!(found.scale.pass, Some(5.0));
    assert_eq!(found.scale.notes.len(), 2, "{:?}", found.scale.notes);
    near(&found.accuracy, 0.75);
    assert!(
        found.correlations.is_some(),
        "the judge's numbers are compared too"
    );
}

#[test]
fn steps_of_a_short_scale_have_weighted_kappas_and_a_threshold() {
    let lines = ["1 1", "2 2", "3 2", "4 5", "5 5", "5 3", "1 2", "4 4"];
    let found = calibrated(&lines, &on(1.0, 5.0));
    assert_eq!(found.scale.kind, Kind::Ordinal);
    let kappa = |at: usize| found.kappas[at].kappa.value.unwrap();
    // Quadratic, linear, none; from the table by hand.
    let expected = [0.8, 17.0 / 27.0, 5.0 / 13.0];
    for (at, wanted) in expected.iter().enumerate() {
        assert!((kappa(at) - wanted).abs() < 1e-9, "{at}: {}", kappa(at));
    }
    assert_eq!(found.confusion.unwrap().names.len(), 5);
    assert_eq!(found.scale.pass, Some(3.0));
    let picture = found.picture.unwrap();
    assert_eq!((picture.columns, picture.rows), (5, 5));
    assert_eq!(picture.cells.iter().map(|cell| cell.count).sum::<u64>(), 8);
}

#[test]
fn numbers_without_a_scale_have_correlations_and_say_why_they_have_no_accuracy() {
    let found = calibrated(&["0.1 2", "0.4 3", "0.35 5", "0.8 4"], &Declared::default());
    assert_eq!(found.scale.kind, Kind::Graded);
    assert_eq!(found.accuracy.value, None);
    assert!(found.accuracy.why.unwrap().contains("--pass"));
    assert_eq!(found.confusion, None);
    near(&found.correlations.unwrap().kendall_tau_b, 1.0 / 3.0);
    let cut = Declared {
        pass: Some(0.5),
        ..on(0.0, 1.0)
    };
    let found = calibrated(&["0.1 0.2", "0.4 0.7", "0.9 0.6"], &cut);
    near(&found.accuracy, 2.0 / 3.0);
    assert!(found.confusion.unwrap().by_threshold);
}

#[test]
fn labels_that_do_not_fit_are_named_by_their_line() {
    let wrong =
        |lines: &[&str], declared: &Declared| Calibration::of(&input(lines), declared, QUICK).unwrap_err();
    let error = wrong(&["1 pass", "1 0.5"], &Declared::default());
    assert_eq!(error.line, Some(2));
    assert!(
        error.message.contains("either all numbers or all words"),
        "{error:?}"
    );
    let error = wrong(&["1 1", "1 7"], &on(1.0, 5.0));
    assert_eq!(error.line, Some(2));
    assert!(
        error.message.contains("7 is not on the scale from 1 to 5"),
        "{error:?}"
    );
    let named = Declared {
        categories: vec!["A".into(), "B".into()],
        ..Declared::default()
    };
    let error = wrong(&["A B", "B C"], &named);
    assert!(
        error.message.contains("`C` is none of the categories A, B"),
        "{error:?}"
    );
    let error = wrong(&["0.3 pass", "0.6 fail"], &Declared::default());
    assert!(error.message.contains("--pass"), "{error:?}");
}

#[test]
fn where_people_say_one_thing_only_kappa_is_not_defined_and_that_is_a_warning() {
    let found = calibrated(&["1 1", "0 1", "1 1"], &Declared::default());
    assert_eq!(
        found.kappas[0].kappa.value.map(|kappa| kappa.abs() < 1e-12),
        Some(true)
    );
    assert_eq!(found.classes[0].specificity.value, None);
    assert_eq!(
        found.classes[0].specificity.why,
        Some("people gave this category to all")
    );
    assert!(
        found
            .warnings
            .contains(&CalibrationWarning::OneClass("pass".into()))
    );
    assert!(found.warnings.contains(&CalibrationWarning::FewLabels(3)));
    let found = calibrated(&["1 1", "1 1", "1 1"], &Declared::default());
    assert_eq!(found.kappas[0].kappa.value, None);
    assert!(found.kappas[0].kappa.why.is_some());
}

#[test]
fn several_raters_are_one_by_majority_and_stand_apart_as_well() {
    let lines = ["A A A B", "B B B B", "A B A -", "C C C C", "- A A A"];
    let found = calibrated(&lines, &Declared::default());
    assert_eq!(found.scale.kind, Kind::Nominal);
    assert_eq!(found.counts.undecided, 1);
    assert_eq!((found.counts.units, found.counts.judged), (5, 4));
    near(&found.accuracy, 1.0);
    assert!(found.agreement.value.unwrap() < 1.0);
    let people = found.raters.pairs.iter().filter(|pair| !pair.with_judge);
    assert_eq!(people.count(), 3);
    assert_eq!(
        found.raters.pairs.iter().filter(|pair| pair.with_judge).count(),
        3
    );
    assert!(found.raters.people.alpha.value.unwrap() < 1.0);
    assert!(found.warnings.contains(&CalibrationWarning::NoVerdict(1)));
    assert!(found.warnings.contains(&CalibrationWarning::NoMajority(1)));
}

#[test]
fn a_judge_of_pairs_is_taken_by_order_and_a_flip_is_a_tie() {
    let units = vec![
        pair("A", "A", "A", 0),
        pair("A", "A", "B", 1),
        pair("B", "B", "B", 2),
        pair("second", "A", "A", 3),
        pair("tie", "tie", "A", 4),
        pair("B", "B", "-", 5),
    ];
    let input = Input {
        raters: vec!["".into()],
        units,
    };
    let found = Calibration::of(&input, &Declared::default(), QUICK).unwrap();
    assert_eq!(found.scale.kind, Kind::Pair);
    let pairs = found.pairs.unwrap();
    assert_eq!(
        (pairs.first.correct, pairs.first.n, pairs.first.missing),
        (5, 6, 0)
    );
    assert_eq!(
        (pairs.second.correct, pairs.second.n, pairs.second.missing),
        (2, 5, 1)
    );
    assert_eq!((pairs.first.ties, pairs.human_ties), (1, 1));
    assert_eq!((pairs.flips, pairs.flips_to_first, pairs.one_order), (2, 1, 1));
    near(&pairs.first.accuracy_without_ties, 0.8);
    near(&pairs.both, 0.4);
    near(&pairs.consistency, 0.6);
    // The flip of the second pair is a tie and so wrong; that of the fifth is one and right.
    near(&found.accuracy, 0.6);
    assert_eq!(found.confusion.unwrap().cells[1], [1, 1, 0]);
}

#[test]
fn the_scale_is_that_of_the_labels_where_the_judge_names_categories_beside_its_numbers() {
    let mut input = input(&["0.6 B", "0 D", "1 A"]);
    for (unit, name) in input.units.iter_mut().zip(["B", "A", "A"]) {
        unit.alone.as_mut().unwrap().category = Some(name.into());
    }
    let scale = Scale::of(&input, &Declared::default()).unwrap();
    assert_eq!(
        scale.categories.iter().map(|name| &**name).collect::<Vec<_>>(),
        ["A", "B", "D"]
    );
    let found = Calibration::of(&input, &Declared::default(), QUICK).unwrap();
    near(&found.accuracy, 2.0 / 3.0);
}

/// Outputs of a judge that passes too much: people pass `share`, the judge passes also half of what they fail.
fn lenient(count: usize, rng: &mut Rng) -> Vec<(f64, bool)> {
    let outputs = (0..count).map(|_| {
        let human = rng.unit() < 0.6;
        let judge = human || rng.unit() < 0.5;
        let score = if judge {
            0.5 + rng.unit() / 2.0
        } else {
            rng.unit() / 2.0
        };
        (score, human)
    });
    outputs.collect()
}

fn judged(score: f64, human: Option<bool>, cluster: usize) -> JudgedOutput {
    let word = |pass| if pass { "pass" } else { "fail" };
    JudgedOutput {
        candidate: 3,
        cluster: cluster as u32,
        score,
        pass: score >= 0.5,
        human: human
            .map(|pass| (mark(word(pass)), cluster + 1))
            .into_iter()
            .collect(),
        drawn_in_band: false,
    }
}

#[test]
fn a_pass_rate_is_corrected_by_ppi_where_labels_are_a_random_part() {
    let outputs = lenient(1000, &mut Rng::stream(11, 0));
    let rows: Vec<JudgedOutput> = outputs
        .iter()
        .enumerate()
        .map(|(at, (score, human))| judged(*score, (at < 120).then_some(*human), at))
        .collect();
    let found = correct(&rows, (0.0, 1.0)).unwrap();
    let [found] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        (found.candidate, found.quantity, found.by),
        (3, Quantity::PassRate, Correcting::Ppi)
    );
    assert_eq!((found.labels, found.judged), (120, 880));
    assert!(found.raw.low.unwrap() > 0.7, "{:?}", found.raw);
    let (low, high) = found.corrected.interval().unwrap();
    assert!(low < 0.6 && 0.6 < high && high < 0.75, "{found:?}");
    let pass = |at: usize| f64::from(u8::from(outputs[at].0 >= 0.5));
    let labelled: Vec<Labelled> = (0..120)
        .map(|at| Labelled {
            human: f64::from(u8::from(outputs[at].1)),
            judge: pass(at),
            cluster: at as u32,
        })
        .collect();
    let rest: Vec<(f64, u32)> = (120..1000).map(|at| (pass(at), at as u32)).collect();
    let same = ppi_mean(&labelled, &rest, false, 0.05, 50).unwrap();
    near(&found.corrected, same.mean);
    assert_eq!(found.lambda, Some(same.lambda));
}

#[test]
fn few_labels_stand_alone_and_none_correct_nothing() {
    let few: Vec<JudgedOutput> = (0..40)
        .map(|at| judged(0.9, (at < 10).then_some(at % 2 == 0), at))
        .collect();
    let found = correct(&few, (0.0, 1.0)).unwrap();
    assert_eq!(found[0].by, Correcting::LabelsAlone);
    near(&found[0].corrected, 0.5);
    let none: Vec<JudgedOutput> = (0..40).map(|at| judged(0.9, None, at)).collect();
    let found = correct(&none, (0.0, 1.0)).unwrap();
    assert_eq!((found[0].by, found[0].corrected.value), (Correcting::Not, None));
    near(&found[0].raw, 1.0);
}

#[test]
fn numbers_are_read_on_the_judges_scale() {
    let rows: Vec<JudgedOutput> = (0..60)
        .map(|at| JudgedOutput {
            human: vec![(Mark::Number(f64::from(at % 10)), at as usize)],
            ..judged(f64::from(at % 10) / 10.0, None, at as usize)
        })
        .collect();
    let found = correct(&rows, (0.0, 10.0)).unwrap();
    assert_eq!(found[0].quantity, Quantity::MeanScore);
    near(&found[0].corrected, 0.45);
}

/// Draws labels as `bench judge label` does, and corrects by them.
fn drawn(outputs: &[(f64, bool)], labels: usize, seed: u64) -> super::Correction {
    let mut choice = Choice::default();
    let mut rng = Rng::stream(seed, 99);
    for (score, _) in outputs {
        choice.add(3, *score, rng.bits());
    }
    let mut rows: Vec<JudgedOutput> = outputs
        .iter()
        .enumerate()
        .map(|(at, (score, _))| judged(*score, None, at))
        .collect();
    for _ in 0..labels {
        let next = choice.next().unwrap();
        let human = outputs[next].1;
        choice.shown(next, Some(f64::from(u8::from(human))));
        rows[next] = JudgedOutput {
            drawn_in_band: true,
            ..judged(outputs[next].0, Some(human), next)
        };
    }
    correct(&rows, (0.0, 1.0)).unwrap().remove(0)
}

/// Outputs of a judge that knows what it does not know: sure and right of most, without an idea of the rest.
fn humble(count: usize, rng: &mut Rng) -> Vec<(f64, bool)> {
    let outputs = (0..count).map(|_| {
        let share = rng.unit();
        match share {
            share if share < 0.4 => (1.0, rng.unit() < 0.97),
            share if share < 0.7 => (0.0, rng.unit() < 0.03),
            _ => (0.3 + 0.4 * rng.unit(), rng.unit() < 0.5),
        }
    });
    outputs.collect()
}

/// Draws labels and corrects by them, many times over: how often the interval holds the truth, how far the mean is off,
/// and how long intervals are beside those of as many labels at random.
fn tried(population: fn(usize, &mut Rng) -> Vec<(f64, bool)>, truth: f64) -> (u32, f64, f64) {
    const ROUNDS: u64 = 200;
    let (mut covered, mut sum, mut drawn_width, mut random_width) = (0, 0.0, 0.0, 0.0);
    for round in 0..ROUNDS {
        let outputs = population(400, &mut Rng::stream(23, round));
        let found = drawn(&outputs, 60, round);
        assert_eq!(found.by, Correcting::PpiByBand);
        let (low, high) = found.corrected.interval().unwrap();
        covered += u32::from(low <= truth && truth <= high);
        sum += found.corrected.value.unwrap();
        drawn_width += high - low;
        let rows: Vec<JudgedOutput> = (0..400)
            .map(|at| judged(outputs[at].0, (at < 60).then_some(outputs[at].1), at))
            .collect();
        let random = &correct(&rows, (0.0, 1.0)).unwrap()[0];
        assert_eq!(random.by, Correcting::Ppi);
        let (low, high) = random.corrected.interval().unwrap();
        random_width += high - low;
    }
    (covered, sum / ROUNDS as f64 - truth, drawn_width / random_width)
}

#[test]
fn labels_that_are_drawn_where_they_tell_most_give_honest_and_short_intervals() {
    // 95 % of 200 with a standard error of 3.
    let (covered, off, width) = tried(lenient, 0.6);
    assert!(covered >= 181, "{covered}");
    assert!(off.abs() < 0.012, "{off}");
    assert!(width < 1.1, "{width}");
    let (covered, off, width) = tried(humble, 0.4 * 0.97 + 0.3 * 0.03 + 0.3 * 0.5);
    assert!(covered >= 181, "{covered}");
    assert!(off.abs() < 0.012, "{off}");
    assert!(width < 0.97, "{width}");
}

#[test]
fn every_band_gets_labels_and_those_more_that_are_uncertain_in_other_groups() {
    let mut choice = Choice::default();
    for at in 0..600_u64 {
        let score = match at % 3 {
            0 => 0.0,
            1 => 0.6,
            _ => 1.0,
        };
        choice.add((at % 2) as u32, score, at.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    }
    let mut counts = [0; 3];
    for turn in 0..120 {
        let next = choice.next().unwrap();
        counts[next % 3] += 1;
        // People contradict each other on what the judge is sure of, and agree on the rest.
        let value = match next % 3 {
            0 => 0.0,
            1 => 1.0,
            _ => f64::from(turn % 2),
        };
        choice.shown(next, Some(value));
    }
    assert!(counts.iter().all(|count| *count >= 4), "{counts:?}");
    assert!(counts[2] > counts[0] && counts[2] > counts[1], "{counts:?}");
    assert_eq!(choice.left(), 480);
}

#[test]
fn bands_do_not_depend_on_the_run() {
    let bands: Vec<u32> = [0.0, 0.1, 0.25, 0.6, 0.75, 0.999, 1.0].map(band).to_vec();
    assert_eq!(bands, [0, 1, 2, 3, 4, 4, 5]);
}
