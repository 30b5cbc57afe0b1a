//! What a reader of the leaderboards relies on.

use super::sample::{Trial, analyse, full, manifest, trials};
use super::*;
use crate::model::*;
use proptest::prelude::*;

/// A run of one task where each model's scores are given, prompt `plain`.
fn run(scores: &[&[f64]], clusters: Option<&[&str]>) -> TaskAnalysis {
    let cases = scores.first().map_or(0, |scores| scores.len()) as u64;
    let manifest = manifest(&[("t", cases, 1, clusters.map(|_| "customer"))], scores.len());
    let mut builder = Analysis::builder(&manifest);
    for case in 0..cases as usize {
        for (candidate, scores) in scores.iter().enumerate() {
            let key = TrialKey {
                task: 0,
                case: case as u64,
                candidate: candidate as u32,
                epoch: 0,
            };
            let view = TrialView {
                score: Some(scores[case]),
                pass: Some(scores[case] >= 1.0),
                cluster: clusters.map(|clusters| clusters[case]),
                output: Some(""),
                cost: Some(Money(1_000 - 100 * candidate as i64)),
                original_cost: Some(Money(1_000 - 100 * candidate as i64)),
                ..TrialView::new(key, "c", Outcome::Scored)
            };
            builder.add(&view);
        }
    }
    builder.finish().tasks.remove(0)
}

#[test]
fn equal_means_share_a_rank_and_candidates_without_a_score_come_last() {
    let task = run(
        &[
            &[1.0, 0.0, 0.0],
            &[1.0, 1.0, 0.0],
            &[0.0, 1.0, 1.0],
            &[1.0, 1.0, 1.0],
        ],
        None,
    );
    let ranks: Vec<_> = task.boards[0]
        .rows
        .iter()
        .map(|row| (row.candidate, row.rank))
        .collect();
    assert_eq!(ranks, [(3, Some(1)), (1, Some(2)), (2, Some(2)), (0, Some(4))]);
    let unscored: Vec<_> = task.boards[1].rows.iter().map(|row| row.rank).collect();
    assert_eq!(unscored, [None; 4]);
    assert_eq!(task.boards[1].rows[0].outcome(Outcome::Skipped), 3);
}

#[test]
fn the_answer_names_the_leader_those_tied_with_it_and_the_cheapest_of_them() {
    let good = [1.0; 200];
    let mut near = good;
    near[..2].fill(0.0);
    let mut far = good;
    far[..100].fill(0.0);
    let task = run(&[&good, &near, &far], None);
    assert_eq!(task.answer.leaders, [0]);
    assert_eq!(
        (
            task.answer.next,
            &task.answer.tied[..],
            &task.answer.overlapping[..]
        ),
        (Some(1), &[1][..], &[1][..])
    );
    assert_eq!(task.answer.cheapest, Some(1));
    let clear = run(&[&good, &far], None).answer;
    assert_eq!(
        (clear.tied.len(), clear.overlapping.len(), clear.cheapest),
        (0, 0, Some(0))
    );
    assert!(run(&[], None).answer.leaders.is_empty());
}

#[test]
fn every_planned_trial_has_exactly_one_outcome() {
    let (manifest, trials) = full();
    let analysis = analyse(&manifest, &trials);
    for row in analysis.rows() {
        assert_eq!(row.outcomes.iter().sum::<u64>(), row.planned, "{}", row.name);
        assert_eq!(row.scored + row.missing.trials, row.planned);
    }
    assert_eq!(analysis.totals.planned, manifest.trials);
    assert_eq!(analysis.totals.recorded, trials.len() as u64);
    assert!(
        analysis.totals.outcomes.iter().all(|count| *count > 0),
        "every outcome occurs in the sample"
    );
}

#[test]
fn bounds_are_shown_from_more_than_two_percent_missing_on() {
    let (manifest, _) = full();
    let bounds = |recorded: u64| {
        let mut builder = Analysis::builder(&manifest);
        for case in 0..recorded {
            let key = TrialKey {
                task: 0,
                case,
                candidate: 0,
                epoch: 0,
            };
            builder.add(&TrialView {
                score: Some(0.5),
                ..TrialView::new(key, "c", Outcome::Scored)
            });
        }
        builder.finish().tasks[0].row(0).map(|row| row.missing)
    };
    assert_eq!(bounds(40).and_then(|missing| missing.bounds), None);
    assert_eq!(
        bounds(30).and_then(|missing| missing.bounds),
        Some((0.375, 0.625))
    );
}

#[test]
fn an_unknown_cost_never_counts_as_nothing() {
    let mut spend = Spend::default();
    assert_eq!(spend.total(), Amount::Nothing);
    spend.add(None);
    assert_eq!(
        (spend.total(), spend.per_trial()),
        (Amount::Unknown, Amount::Unknown)
    );
    spend.add(Some(Money::ZERO));
    assert_eq!(spend.total(), Amount::Unknown);
    spend.add(Some(Money(900)));
    assert_eq!(spend.total(), Amount::AtLeast(Money(900)));
    assert_eq!(spend.per_trial(), Amount::AtLeast(Money(300)));
    let mut known = Spend::default();
    known.add(Some(Money::ZERO));
    assert_eq!(known.total(), Amount::Known(Money::ZERO));
}

#[test]
fn epochs_of_a_case_are_averaged_before_anything_else() {
    let manifest = manifest(&[("t", 2, 3, None)], 1);
    let mut builder = Analysis::builder(&manifest);
    for (case, epoch, score) in [(0, 0, 1.0), (0, 1, 1.0), (0, 2, 0.0), (1, 0, 0.0)] {
        let key = TrialKey {
            task: 0,
            case,
            candidate: 0,
            epoch,
        };
        builder.add(&TrialView {
            score: Some(score),
            pass: Some(score == 1.0),
            ..TrialView::new(key, "c", Outcome::Scored)
        });
    }
    let analysis = builder.finish();
    let row = &analysis.tasks[0].boards[0].rows[0];
    assert_eq!((row.score.n, row.score.df), (2, Some(1.0)));
    assert!((row.score.mean.unwrap_or(9.0) - 1.0 / 3.0).abs() < 1e-12);
    assert_eq!((row.scored, row.missing.trials), (4, 2));
}

#[test]
fn clusters_widen_the_interval() {
    let scores: Vec<f64> = (0..40).map(|at| f64::from(u8::from(at / 10 != 1))).collect();
    let names: Vec<&str> = (0..40).map(|at| ["a", "b", "c", "d"][at / 10]).collect();
    let width = |task: &TaskAnalysis| {
        task.boards[0].rows[0]
            .score
            .interval()
            .map_or(0.0, |(low, high)| high - low)
    };
    assert!(width(&run(&[&scores], Some(&names))) > 2.0 * width(&run(&[&scores], None)));
}

#[test]
fn failures_show_each_outcome_before_a_second_of_any_and_the_lowest_score_first() {
    let (manifest, trials) = full();
    let analysis = analyse(&manifest, &trials);
    let row = analysis.tasks[0].row(3);
    let shown: Vec<Outcome> = row.map_or(Vec::new(), |row| row.failures.iter().map(|f| f.outcome).collect());
    assert_eq!(shown.len(), 5);
    assert!(shown.windows(2).all(|pair| pair[0] < pair[1]), "{shown:?}");
    let row = analysis.tasks[2]
        .row(20)
        .map(|row| row.failures.iter().map(|f| f.score).collect::<Vec<_>>());
    assert!(row.unwrap_or_default().windows(2).all(|pair| pair[0] <= pair[1]));
}

#[test]
fn long_outputs_keep_their_beginning_and_their_end() {
    let manifest = manifest(&[("t", 1, 1, None)], 1);
    let output = format!("begin {} end", "é".repeat(5_000));
    let mut builder = Analysis::builder(&manifest);
    builder.add(&TrialView {
        output: Some(&output),
        pass: Some(false),
        score: Some(0.0),
        ..TrialView::new(TrialKey::default(), "c", Outcome::Scored)
    });
    let analysis = builder.finish();
    let text = analysis.tasks[0].boards[0].rows[0].failures[0]
        .output
        .clone()
        .unwrap_or_default();
    assert!(
        text.starts_with("begin é") && text.ends_with("é end") && text.len() < 700,
        "{text}"
    );
}

#[test]
fn a_scorer_that_reads_answers_counts_those_it_did_not_find() {
    let (manifest, mut trials) = full();
    let silenced = trials
        .iter_mut()
        .find(|trial| trial.key.candidate == 0 && trial.outcome == Outcome::Scored);
    if let Some(trial) = silenced
        && let Ok(score) = &mut trial.scores[0].result
    {
        score.answer = None;
    }
    let analysis = analyse(&manifest, &trials);
    let scorer = analysis.tasks[0].row(0).map(|row| row.scorers[0].clone());
    assert_eq!(
        scorer.map(|scorer| (scorer.no_answer, scorer.named[0].name.clone())),
        Some((1, "recall".to_owned()))
    );
}

#[test]
fn rows_of_another_run_are_counted_as_stray_and_nowhere_else() {
    let manifest = manifest(&[("t", 1, 1, None)], 1);
    let mut builder = Analysis::builder(&manifest);
    for (task, candidate) in [(0, 99), (5, 0)] {
        let key = TrialKey {
            task,
            case: 0,
            candidate,
            epoch: 0,
        };
        builder.add(&TrialView::new(key, "c", Outcome::Scored));
    }
    let totals = builder.finish().totals;
    assert_eq!((totals.stray, totals.recorded), (2, 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_task_is_analysed_the_same_whatever_precedes_it(before in 0_u64..30, seed in 0_u64..1000) {
        let mut alone = manifest(&[("sums", 15, 2, Some("customer"))], 5);
        let mut second = manifest(&[("other", before, 1, None), ("sums", 15, 2, Some("customer"))], 5);
        alone.seed = seed;
        second.seed = seed;
        let rows = trials(&alone);
        let mut all: Vec<Trial> = trials(&second).into_iter().filter(|trial| trial.key.task == 0).collect();
        all.extend(rows.iter().cloned().map(|mut trial| {
            trial.key.task += 1;
            trial.key.candidate += 10;
            trial
        }));
        let mut alone = analyse(&alone, &rows).tasks.remove(0);
        let second = analyse(&second, &all).tasks.remove(1);
        for row in alone.boards.iter_mut().flat_map(|board| &mut board.rows) {
            row.candidate += 10;
        }
        prop_assert_eq!(alone.boards, second.boards);
    }

    #[test]
    fn the_order_of_candidates_within_a_case_does_not_matter(seed in 0_u64..1000) {
        let mut manifest = manifest(&[("sums", 12, 2, Some("customer"))], 5);
        manifest.seed = seed;
        let rows = trials(&manifest);
        let mut turned = rows.clone();
        turned.sort_by_key(|trial| (trial.key.case, std::cmp::Reverse(trial.key.candidate)));
        prop_assert_eq!(analyse(&manifest, &rows), analyse(&manifest, &turned));
    }
}

/// Runs of several tasks with one prompt: by task, model and case, the score.
fn tasks_run(
    tasks: &[&[&[f64]]],
    meta: impl Fn(usize) -> Option<serde_json::Value>,
    by: Option<&str>,
) -> Analysis {
    let models = tasks[0].len();
    let names = ["first", "second", "third"];
    let entries: Vec<(&str, u64, u32, Option<&str>)> = tasks
        .iter()
        .zip(names)
        .map(|(task, name)| (name, task[0].len() as u64, 1, None))
        .collect();
    let mut manifest = manifest(&entries, models);
    manifest
        .candidates
        .retain(|entry| &*entry.candidate.prompt == "plain");
    let mut builder = Analysis::builder(&manifest).by(by);
    for (task, scores) in tasks.iter().enumerate() {
        for case in 0..scores[0].len() {
            let fields = meta(case).map(|value| indexmap::IndexMap::from([("topic".to_owned(), value)]));
            for (model, scores) in scores.iter().enumerate() {
                let key = TrialKey {
                    task: task as u32,
                    case: case as u64,
                    candidate: (task * models + model) as u32,
                    epoch: 0,
                };
                builder.add(&TrialView {
                    score: Some(scores[case]),
                    pass: Some(scores[case] >= 1.0),
                    meta: fields.as_ref(),
                    ..TrialView::new(key, "c", Outcome::Scored)
                });
            }
        }
    }
    builder.finish()
}

/// Right in the first `right` of `cases` cases.
fn first_right(right: usize, cases: usize) -> Vec<f64> {
    (0..cases).map(|case| f64::from(u8::from(case < right))).collect()
}

#[test]
fn who_is_told_apart_on_the_same_cases_leads_although_the_intervals_overlap() {
    // 12 cases of 200 differ, all in favour of the first: the intervals overlap by far.
    let (better, worse) = (first_right(150, 200), first_right(138, 200));
    let task = run(&[&better, &worse], None);
    assert_eq!(
        (&task.answer.overlapping[..], &task.answer.tied[..]),
        (&[1][..], &[][..])
    );
    let places: Vec<_> = task.boards[0]
        .rows
        .iter()
        .map(|row| row.places.map(|p| (p.best, p.worst)))
        .collect();
    assert_eq!(places, [Some((1, 1)), Some((2, 2))]);
    assert_eq!(
        task.comparisons[0].exact.map(|exact| exact.mid < 0.001),
        Some(true)
    );
    let (estimate, p) = task.comparison(1, 0).expect("both were run");
    assert!(estimate.difference == Some(-0.06) && p < 0.001, "{estimate:?}");
}

#[test]
fn rank_intervals_follow_from_adjusted_comparisons_and_ties_stay_ties() {
    let scores = [
        first_right(180, 200),
        first_right(178, 200),
        first_right(100, 200),
    ];
    let scores: Vec<&[f64]> = scores.iter().map(Vec::as_slice).collect();
    let task = run(&scores, None);
    let rows: Vec<_> = task.boards[0]
        .rows
        .iter()
        .map(|row| (row.candidate, row.places.map(|p| (p.best, p.worst)), row.tied))
        .collect();
    assert_eq!(
        rows,
        [
            (0, Some((1, 2)), false),
            (1, Some((1, 2)), true),
            (2, Some((3, 3)), false)
        ]
    );
    assert_eq!(task.answer.tied, [1]);
    let raw: Vec<f64> = task.comparisons.iter().filter_map(|c| c.estimate.p).collect();
    let adjusted: Vec<f64> = task.comparisons.iter().map(|c| c.p_holm).collect();
    assert_eq!(adjusted, crate::stats::holm(&raw));
}

#[test]
fn over_all_tasks_each_task_counts_the_same() {
    let (many, few) = (first_right(90, 100), first_right(2, 10));
    let (other_many, other_few) = (first_right(50, 100), first_right(9, 10));
    let analysis = tasks_run(&[&[&many, &other_many], &[&few, &other_few]], |_| None, None);
    let overall = analysis.overall.expect("two tasks");
    let rows: Vec<(&str, u32, f64)> = overall
        .rows
        .iter()
        .map(|row| (row.name.as_str(), row.rank, (row.score.mean * 1e6).round() / 1e6))
        .collect();
    assert_eq!(rows, [("sim/quick", 1, 0.7), ("sim/careful-and-large", 2, 0.55)]);
    assert!(overall.rows[1].tied, "ten cases do not decide a task");
    assert_eq!(overall.rows[0].cases, 110);
    assert!((overall.comparisons[0].estimate.mean - 0.15).abs() < 1e-9);
    assert!(
        run(&[&many, &other_many], None).boards.len() == 2,
        "one task has no such leaderboard"
    );
}

#[test]
fn slices_hold_the_cases_of_each_value_and_p_is_adjusted_over_all_of_them() {
    let (first, second) = (first_right(60, 80), first_right(30, 80));
    let topic = |case: usize| match case {
        0..40 => Some(serde_json::json!(["even", "all"])),
        40..78 => Some(serde_json::json!("all")),
        _ => None,
    };
    let analysis = tasks_run(&[&[&first, &second]], topic, Some("topic"));
    let slices = analysis.tasks[0].slices.as_ref().expect("they were asked for");
    let sizes: Vec<_> = slices
        .slices
        .iter()
        .map(|slice| (slice.value.as_str(), slice.cases))
        .collect();
    assert_eq!((sizes, slices.without), (vec![("all", 78), ("even", 40)], 2));
    assert_eq!(slices.reference, Some(0));
    let row = &slices.slices[1].rows[1];
    let difference = row.difference.as_ref().expect("not the leader");
    assert_eq!((row.score.mean, difference.difference), (Some(0.75), Some(-0.25)));
    let raw: Vec<f64> = slices
        .slices
        .iter()
        .flat_map(|slice| &slice.rows)
        .filter_map(|row| row.difference.as_ref()?.p)
        .collect();
    let adjusted: Vec<f64> = slices
        .slices
        .iter()
        .flat_map(|slice| &slice.rows)
        .filter_map(|row| row.p_bh)
        .collect();
    assert_eq!(adjusted, crate::stats::benjamini_hochberg(&raw));
    assert!(analysis.by.expect("a field").known.contains(&"topic".to_owned()));
}

#[test]
fn pass_hat_k_counts_the_cases_of_which_all_answers_pass() {
    let mut manifest = manifest(&[("t", 2, 4, None)], 1);
    manifest.candidates.truncate(1);
    let mut builder = Analysis::builder(&manifest);
    for (case, passes) in [(0, 4), (1, 2)] {
        for epoch in 0..4 {
            let key = TrialKey {
                case,
                epoch,
                ..TrialKey::default()
            };
            builder.add(&TrialView {
                score: Some(f64::from(u8::from(epoch < passes))),
                pass: Some(epoch < passes),
                ..TrialView::new(key, "c", Outcome::Scored)
            });
        }
    }
    let analysis = builder.finish();
    let row = &analysis.tasks[0].boards[0].rows[0];
    let hats: Vec<_> = row.pass_hat.iter().map(|at| (at.k, at.estimate.mean)).collect();
    let expected = [(1, 0.75), (2, 0.5 + 1.0 / 12.0), (3, 0.5), (4, 0.5)];
    for ((k, mean), (wanted_k, wanted)) in hats.iter().zip(expected) {
        assert!(
            *k == wanted_k && (mean.unwrap_or(9.0) - wanted).abs() < 1e-12,
            "{hats:?}"
        );
    }
    assert!(row.pass_hat.iter().all(|at| at.estimate.interval().is_some()));
}
