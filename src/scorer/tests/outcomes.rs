//! Which outcome a completion has, and how scorers become one score.

use super::super::{Graded, ScorerSet};
use super::*;
use crate::model::{Digest, Outcome, Params, PassRule, StopReason, Task, ToolCall, Treat};
use serde_json::json;

pub(in crate::scorer) fn task(scorers: &[&str]) -> Task {
    Task {
        name: "t".into(),
        description: String::new(),
        tags: Vec::new(),
        path: "t.yaml".into(),
        cases: Vec::new(),
        prompts: Vec::new(),
        models: Vec::new(),
        params: Params::default(),
        epochs: 1,
        output: OutputSpec::default(),
        scorers: scorers.iter().map(|yaml| spec(yaml)).collect(),
        pass: PassRule::Score(1.0),
        cluster: None,
        treat: Default::default(),
        gate: None,
        prompt_hash: Digest::of(b""),
        scorer_hash: Digest::of(b""),
    }
}

fn grade(task: &Task, completion: &Completion) -> Graded {
    ScorerSet::new(task)
        .unwrap()
        .grade(&case(json!("a")), completion, None, None)
}

fn stopped(text: &str, stop: StopReason) -> Completion {
    Completion {
        stop,
        ..completion(text)
    }
}

#[test]
fn each_way_to_give_no_answer_has_its_own_outcome_and_no_score() {
    let task = task(&["equals: a"]);
    for (completion, outcome) in [
        (stopped("a", StopReason::ContentFilter), Outcome::Filtered),
        (stopped("a", StopReason::Refusal), Outcome::Refused),
        (
            completion("I'm sorry, but I can't help with that."),
            Outcome::Refused,
        ),
        (stopped("a", StopReason::Length), Outcome::Truncated),
        (stopped("", StopReason::Length), Outcome::Truncated),
        (stopped(" \n", StopReason::Stop), Outcome::Empty),
    ] {
        let graded = grade(&task, &completion);
        assert_eq!((graded.outcome, graded.score, graded.pass), (outcome, None, None));
        assert!(graded.scores.is_empty());
    }
    let graded = grade(&task, &stopped("a", StopReason::Stop));
    assert_eq!(
        (graded.outcome, graded.score, graded.pass),
        (Outcome::Scored, Some(1.0), Some(true))
    );
}

#[test]
fn tool_calls_without_text_are_not_empty() {
    let call = ToolCall {
        id: String::new(),
        name: "f".into(),
        arguments: "{}".into(),
    };
    let completion = Completion {
        tool_calls: vec![call],
        ..completion("")
    };
    assert_eq!(grade(&task(&["equals: a"]), &completion).outcome, Outcome::Scored);
}

#[test]
fn a_refusal_scorer_judges_refusals_itself() {
    let task = task(&["refusal: true"]);
    for completion in [
        stopped("", StopReason::Refusal),
        completion("I'm sorry, but I can't help with that."),
    ] {
        let graded = grade(&task, &completion);
        assert_eq!((graded.outcome, graded.score), (Outcome::Scored, Some(1.0)));
    }
}

#[test]
fn a_golden_output_that_reads_like_a_refusal_is_an_answer() {
    let text = "I'm sorry, but I can't help with that.";
    let set = ScorerSet::new(&task(&["equals: {}"])).unwrap();
    let graded = set.grade(&case(json!(text)), &completion(text), None, None);
    assert_eq!((graded.outcome, graded.score), (Outcome::Scored, Some(1.0)));
}

#[test]
fn outcomes_are_treated_as_the_task_says() {
    let mut task = task(&["equals: a"]);
    task.treat.truncated = Treat::Zero;
    let graded = grade(&task, &stopped("a", StopReason::Length));
    assert_eq!(
        (graded.outcome, graded.score, graded.pass),
        (Outcome::Truncated, Some(0.0), Some(false))
    );
    assert!(graded.scores.is_empty());
    task.treat.truncated = Treat::Score;
    let graded = grade(&task, &stopped("a", StopReason::Length));
    assert_eq!(
        (graded.outcome, graded.score, graded.pass),
        (Outcome::Truncated, Some(1.0), Some(true))
    );
}

#[test]
fn an_output_without_the_form_asked_for_is_unparseable_and_says_why() {
    let mut task = task(&["equals: {path: q, value: 1}"]);
    task.output.format = OutputFormat::Json;
    task.output.schema = Some(Arc::new(json!({"required": ["q"]})));
    for text in ["no json", "{\"p\": 1}"] {
        let graded = grade(&task, &completion(text));
        assert_eq!((graded.outcome, graded.score), (Outcome::Unparseable, None));
        let error = graded.scores[0].result.as_ref().unwrap_err();
        assert!(error.unparseable && !error.message.is_empty());
    }
    assert_eq!(grade(&task, &completion("{\"q\": 1}")).score, Some(1.0));
    task.scorers.push(spec("json-schema: true"));
    let graded = grade(&task, &completion("{\"p\": 1}"));
    assert_eq!((graded.outcome, graded.score), (Outcome::Scored, Some(0.0)));
}

#[test]
fn the_score_is_the_weighted_mean_of_the_scorers_that_apply() {
    let mut task = task(&[
        "equals: a\nweight: 3",
        "equals: b",
        "equals: c\nweight: 0\nname: seen",
        "equals: d\ncases: other-*",
    ]);
    task.pass = PassRule::Score(0.75);
    let graded = grade(&task, &completion("a"));
    assert_eq!(
        (graded.score, graded.pass, graded.scores.len()),
        (Some(0.75), Some(true), 3)
    );
    task.pass = PassRule::All;
    assert_eq!(grade(&task, &completion("a")).pass, Some(false));
}

#[test]
fn thresholds_forgive_the_rounding_of_means() {
    let mut task = task(&["equals: a", "equals: b", "equals: c"]);
    task.pass = PassRule::Score(0.333_333_333_333_333_4);
    assert_eq!(grade(&task, &completion("a")).pass, Some(true));
}

#[test]
fn a_scorer_that_fails_takes_the_score_but_keeps_the_other_entries() {
    let graded = grade(&task(&["equals: a", "cost: 1"]), &completion("a"));
    assert_eq!(
        (graded.outcome, graded.score, graded.pass),
        (Outcome::ScorerError, None, None)
    );
    assert!(graded.scores[0].result.is_ok() && graded.scores[1].result.is_err());
}

#[test]
fn a_case_without_any_scorer_says_so() {
    for scorers in [&["equals: a\ncases: other"][..], &["equals: a\nweight: 0"][..]] {
        let graded = grade(&task(scorers), &completion("a"));
        assert_eq!((graded.outcome, graded.score), (Outcome::ScorerError, None));
        let entry = graded.scores.last().unwrap();
        assert!(
            entry
                .result
                .as_ref()
                .unwrap_err()
                .message
                .contains("applies to case `c-1`")
        );
    }
}

#[test]
fn a_case_may_bring_its_own_scorers() {
    let mut case = case(Value::Null);
    case.scorers.push(spec("contains: b"));
    let set = ScorerSet::new(&task(&["contains: a"])).unwrap();
    assert_eq!(set.grade(&case, &completion("a"), None, None).score, Some(0.5));
    assert_eq!(set.grade(&case, &completion("ab"), None, None).score, Some(1.0));
}
