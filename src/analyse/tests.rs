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
fn the_answer_names_the_leader_those_who_overlap_and_the_cheapest_of_them() {
    let good = [1.0; 200];
    let mut near = good;
    near[..2].fill(0.0);
    let mut far = good;
    far[..100].fill(0.0);
    let task = run(&[&good, &near, &far], None);
    assert_eq!(task.answer.leaders, [0]);
    assert_eq!(
        (task.answer.next, &task.answer.overlapping[..]),
        (Some(1), &[1][..])
    );
    assert_eq!(task.answer.cheapest, Some(1));
    let clear = run(&[&good, &far], None).answer;
    assert_eq!((clear.overlapping.len(), clear.cheapest), (0, Some(0)));
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
