//! Judges and layers among the other scorers of a task.

use super::super::{Graded, ScorerSet};
use super::outcomes::task;
use super::*;
use crate::model::{JudgeFault, Outcome, PassRule, ScoreEntry, StopReason, Task, Treat};
use serde_json::json;

const JUDGE: &str = "judge: {by: careful, rubric: r}";
const SAMPLED: &str = "judge: {by: careful, rubric: r, sample: {top: 0.2, rest: 0.1}}";

fn set(task: &Task) -> ScorerSet {
    ScorerSet::new(task).unwrap()
}

fn graded(task: &Task, output: &str) -> Graded {
    set(task).grade(&case(json!("a")), &completion(output), None, None)
}

/// The entries with a judge's replaced.
fn replaced(graded: &Graded, scorer: &str, result: Result<Score, ScorerError>) -> Vec<ScoreEntry> {
    let mut entries = graded.scores.clone();
    let entry = entries.iter_mut().find(|entry| &*entry.scorer == scorer).unwrap();
    entry.result = result;
    entries
}

fn fault(entry: &ScoreEntry) -> Option<JudgeFault> {
    entry.result.as_ref().err().and_then(|error| error.judge)
}

fn half() -> Score {
    Score::graded(0.5, true, "5 of 10")
}

#[test]
fn a_trial_waits_for_its_judge_with_what_the_others_said() {
    let task = task(&["equals: a\nweight: 3", JUDGE]);
    let first = graded(&task, "a");
    assert_eq!(
        (first.outcome, first.score, first.pass),
        (Outcome::JudgeError, None, None)
    );
    assert_eq!(first.scores[0].result.as_ref().unwrap().value, 1.0);
    assert_eq!(
        (fault(&first.scores[1]), first.scores[1].weight),
        (Some(JudgeFault::Waiting), 1.0)
    );

    let entries = replaced(&first, "judge", Ok(half()));
    let then = set(&task).combine(&case(json!("a")), first.outcome, entries);
    assert_eq!(
        (then.outcome, then.score, then.pass),
        (Outcome::Scored, Some(0.875), Some(false))
    );

    let failed = ScorerError::judge(JudgeFault::Failed, "no verdict");
    let entries = replaced(&first, "judge", Err(failed));
    let failed = set(&task).combine(&case(json!("a")), first.outcome, entries);
    assert_eq!((failed.outcome, failed.score), (Outcome::JudgeError, None));
    let entries = replaced(&failed, "judge", Ok(half()));
    let again = set(&task).combine(&case(json!("a")), failed.outcome, entries);
    assert_eq!(again.score, Some(0.875));
}

#[test]
fn judges_are_listed_with_what_the_engine_needs() {
    let mut task = task(&["equals: a", JUDGE]);
    task.scorers[1].weight = 2.0;
    let set = set(&task);
    let judges: Vec<_> = set.judges().collect();
    assert_eq!(judges.len(), 1);
    let judge = judges[0];
    assert_eq!(
        (judge.position(), &**judge.name(), judge.weight()),
        (1, "judge", 2.0)
    );
    assert_eq!(judge.scorer().judge().name, "careful");
    assert!(judge.applies_to(&case(Value::Null)));
}

#[test]
fn answers_that_no_scorer_looks_at_wait_for_no_judge() {
    let task = task(&[JUDGE]);
    for (output, stop, outcome) in [
        ("", StopReason::Stop, Outcome::Empty),
        ("half an ans", StopReason::Length, Outcome::Truncated),
    ] {
        let completion = Completion {
            stop,
            ..completion(output)
        };
        let graded = set(&task).grade(&case(Value::Null), &completion, None, None);
        assert_eq!((graded.outcome, graded.scores.len()), (outcome, 0));
    }
}

#[test]
fn an_answer_that_is_graded_though_it_was_cut_off_keeps_its_outcome() {
    let mut task = task(&[JUDGE]);
    task.treat.truncated = Treat::Score;
    let completion = Completion {
        stop: StopReason::Length,
        ..completion("half an ans")
    };
    let case = case(Value::Null);
    let set = set(&task);
    let first = set.grade(&case, &completion, None, None);
    assert_eq!(first.outcome, Outcome::JudgeError);
    let before = set.outcome_before(&case, &completion);
    let then = set.combine(&case, before, replaced(&first, "judge", Ok(half())));
    assert_eq!((then.outcome, then.score), (Outcome::Truncated, Some(0.5)));
}

#[test]
fn a_failed_scorer_is_told_before_a_judge_that_waits() {
    let task = task(&["cost: {max: 1}", JUDGE]);
    let graded = graded(&task, "a");
    assert_eq!(graded.outcome, Outcome::ScorerError);
    assert_eq!(fault(&graded.scores[1]), Some(JudgeFault::Waiting));
}

#[test]
fn what_is_not_in_a_sample_counts_nowhere() {
    let task = task(&["equals: a", SAMPLED]);
    let first = graded(&task, "a");
    assert_eq!(
        (first.outcome, first.scores[1].weight),
        (Outcome::JudgeError, 0.0)
    );
    let left_out = ScorerError::judge(JudgeFault::NotSampled, "not in the sample");
    let entries = replaced(&first, "judge", Err(left_out));
    let then = set(&task).combine(&case(json!("a")), first.outcome, entries);
    assert_eq!(
        (then.outcome, then.score, then.pass),
        (Outcome::Scored, Some(1.0), Some(true))
    );
    let entries = replaced(&first, "judge", Ok(half()));
    let judged = set(&task).combine(&case(json!("a")), first.outcome, entries);
    assert_eq!(judged.score, Some(1.0));
}

/// The five layers of a code review, each a number from 0 to 10 but for the votes.
const LAYERS: &str = "layers:\n  automated: 0.40\n  staff: 0.25\n  user: {field: votes, weight: 0.20}\n  self: 0.075\n  team: 0.075";

fn layered(fields: Value) -> Result<Score, ScorerError> {
    let mut case = case(Value::Null);
    let Value::Object(fields) = fields else { panic!() };
    case.meta = fields.into_iter().collect();
    let mut task = task(&[LAYERS]);
    task.pass = PassRule::All;
    let graded = set(&task).grade(&case, &completion("x"), None, None);
    let result = graded.scores[0].result.clone();
    if let Ok(score) = &result {
        assert_eq!(graded.score, Some(score.value));
    }
    result
}

#[test]
fn layers_are_renormalised_over_those_that_are_there() {
    // 0.40 automated, 0.25 staff, 0.20 user, 0.075 self, 0.075 team, as in the published example.
    let all = json!({"automated": 8.4, "staff": 8, "votes": {"up": 3, "down": 1}, "self": 9, "team": 6.5});
    let value = |fields: Value| 10.0 * layered(fields).unwrap().value;
    assert!((value(all) - 8.0225).abs() < 1e-12);
    let without_people =
        json!({"automated": 8.4, "staff": [], "votes": {"up": 0, "down": 0}, "self": 9, "team": 6.5});
    assert!((value(without_people) - 8.22273).abs() < 5e-6);
    assert!((value(json!({"automated": 8.4})) - 8.4).abs() < 1e-12);
    assert!((value(json!({"staff": [7, 9], "self": null})) - 8.0).abs() < 1e-12);
    let score = layered(json!({"automated": 8.4, "team": 2})).unwrap();
    assert!(
        score
            .explanation
            .contains("automated 0.840 x 0.4, staff not there"),
        "{}",
        score.explanation
    );
    assert_eq!(score.named.len(), 2);
}

#[test]
fn a_layer_that_is_no_number_on_its_scale_is_an_error_and_no_layer_at_all_too() {
    for (fields, why) in [
        (json!({"automated": 84}), "84, which is not on the scale"),
        (json!({"automated": "high"}), "is no number"),
        (json!({"votes": {"yes": 3}}), "other keys"),
        (json!({"votes": {"up": -3}}), "no count"),
        (json!({}), "no layer"),
    ] {
        let error = layered(fields).unwrap_err();
        assert!(error.message.contains(why), "{error}");
        assert!(error.judge.is_none());
    }
}

#[test]
fn layers_take_scorers_of_the_task_and_wait_for_judges() {
    let layers = "layers: {contains: 0.4, judge: 0.6}";
    let task = task(&["contains: a\nweight: 0", &format!("{JUDGE}\nweight: 0"), layers]);
    let first = graded(&task, "a");
    assert_eq!(
        (first.outcome, fault(&first.scores[2])),
        (Outcome::JudgeError, Some(JudgeFault::Waiting))
    );
    let combined = |result| {
        let entries = replaced(&first, "judge", result);
        set(&task).combine(&case(json!("a")), first.outcome, entries)
    };
    let then = combined(Ok(half()));
    assert_eq!(then.outcome, Outcome::Scored);
    assert!((then.score.unwrap() - 0.7).abs() < 1e-12);
    // A panel without a quorum is a layer that is not there.
    let without = combined(Err(ScorerError::judge(JudgeFault::Failed, "3 of 8 members")));
    assert_eq!((without.outcome, without.score), (Outcome::Scored, Some(1.0)));
}

#[test]
fn layers_that_cannot_work_are_errors() {
    let mistake = |yaml: &str, why: &str| {
        let problem = lowered(yaml).expect_err(yaml);
        assert!(problem.contains(why), "{yaml}: {problem}");
    };
    mistake("layers: {}", "names no layer");
    mistake("layers: 3", "a mapping of layers to weights");
    mistake("layers: {a: -1}", "from 0 to 1000000");
    mistake("layers: {a: 0}", "weight 0");
    mistake("layers: {a: {weight: 1, scorer: x, field: y}}", "not both");
    mistake("layers: {a: {weight: 1, scorer: x, scale: [0, 5]}}", "for fields");
    mistake("layers: {a: {weight: 1, scale: [5, 0]}}", "[lowest, highest]");
    mistake("layers: {a: {wait: 1}}", "weight");
}
