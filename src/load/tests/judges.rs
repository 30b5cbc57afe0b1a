//! Judges and the scorers that ask them.

use super::*;
use crate::model::{Aggregate, Exclude, Judge, JudgeModel, Quorum};
use crate::scorer::Judging;
use std::sync::Arc;

const TASK: &str = "task: t\ncases: ../golden/t.jsonl\nprompts: ['{{ q }}']\nscorers:\n";

fn with_judge(text: &str) -> Files {
    Files::new().with("judges/j.yaml", format!("judge: j\n{text}"))
}

fn judge(text: &str) -> Arc<Judge> {
    let loaded = with_judge(text).load();
    assert!(!loaded.has_errors(), "{:?}", loaded.problems);
    loaded.project.judges[0].clone()
}

fn with_scorer(scorer: &str) -> Files {
    with_judge("members: [{model: sim/a}]\n").task(&format!("{TASK}  - {scorer}\n"))
}

/// What the task's first scorer says of its judge.
fn judging(files: &Files) -> Judging {
    let loaded = files.load();
    assert!(!loaded.has_errors(), "{:?}", loaded.problems);
    loaded.project.tasks[0].scorers[0]
        .config
        .judging()
        .unwrap()
        .clone()
}

#[track_caller]
fn problem(files: Files, words: &[&str]) {
    let problems = files.problems();
    for word in words {
        assert!(problems.contains(word), "{problems}\nlacks {word}");
    }
}

#[test]
fn a_judge_has_defaults_for_one_and_for_several() {
    let one = judge("members: [{model: sim/a}]\n");
    assert_eq!((one.scale, one.exclude), ((0.0, 10.0), Exclude::None));
    assert_eq!((one.aggregate, one.quorum.of(1)), (Aggregate::WeightedMean, 1));
    let two = judge("members: [{model: sim/a}, {model: sim/a, weight: 2, role: second}]\n");
    assert_eq!((two.exclude, two.quorum.of(2)), (Exclude::SameProvider, 1));
    let open = judge("members: [{model: sim/a}, {model: sim/a}]\nexclude: none\n");
    assert_eq!(open.exclude, Exclude::None);
}

#[test]
fn members_have_parameters_and_may_be_the_candidates_own_model() {
    let judge = judge(
        "members: [{model: candidate, temperature: 0.3}, {model: sim/a, params: {temperature: 1, top_p: 0.5}}]\n\
         exclude: none\nparams: {max_tokens: 100}\nstructured: never\nreads: rating\nlists: [issues]\n",
    );
    assert_eq!(judge.members[0].model, JudgeModel::Candidate);
    assert_eq!(judge.members[0].params.temperature, Some(0.3));
    assert_eq!(judge.members[1].params.top_p, Some(0.5));
    assert_eq!((judge.params.max_tokens, judge.lists.len()), (Some(100), 1));
}

#[test]
fn a_quorum_is_written_as_a_count_or_a_share() {
    let quorum = |text: &str| {
        judge(&format!(
            "members: [{{model: sim/a}}, {{model: sim/a}}]\nquorum: {text}\n"
        ))
        .quorum
    };
    assert_eq!(quorum("2"), Quorum::Count(2));
    assert_eq!(quorum("2.0"), Quorum::Count(2));
    assert_eq!(quorum("0.75"), Quorum::Share(0.75));
    assert_eq!(quorum("75%"), Quorum::Share(0.75));
    for (text, why) in [
        ("0", "a quorum is a whole number from 1 on"),
        ("3", "a quorum of 3, but the panel has 2"),
        ("1.5", "a quorum is a whole number"),
        ("most", "not a quorum"),
        ("-1", "at least 1"),
    ] {
        let files = with_judge(&format!(
            "members: [{{model: sim/a}}, {{model: sim/a}}]\nquorum: {text}\n"
        ));
        problem(files, &["judges/j.yaml:3:9", why]);
    }
}

#[test]
fn judges_that_cannot_work_are_errors_with_their_place() {
    let members = "members: [{model: sim/a}]\n";
    problem(
        with_judge("members: [{model: sim/*}]\n"),
        &["judges/j.yaml:2:19", "a member is one model"],
    );
    problem(
        with_judge("members: [{model: nope/a}]\n"),
        &["no provider is called `nope`"],
    );
    problem(
        with_judge("members: [{model: sim/a, temperature: 1, params: {temperature: 0}}]\n"),
        &["stands here and in `params`"],
    );
    problem(
        with_judge("members: [{model: sim/a, temperature: -1}]\n"),
        &["0 or more"],
    );
    problem(
        with_judge("members: [{model: sim/a, weight: 2}, {model: sim/a}]\naggregate: median\n"),
        &["judges/j.yaml:3:12", "different weights", "weighted-mean"],
    );
    problem(
        with_judge("members: [{model: sim/a, weight: 0}]\n"),
        &["a weight above 0"],
    );
    problem(
        with_judge("members: [{model: candidate}, {model: sim/a}]\n"),
        &["would never be asked", "exclude: none"],
    );
    problem(
        with_judge(&format!("{members}template: '{{{{ outptu }}}}'\n")),
        &["`outptu`", "did you mean `output`?"],
    );
    problem(
        with_judge(&format!("{members}template: '{{{{ rubric }}}}'\n")),
        &["does not show the `output`"],
    );
    problem(
        with_judge(&format!("{members}system: '{{{{ x'\n")),
        &["cannot be read"],
    );
    problem(
        with_judge(&format!("{members}lists: [score]\n")),
        &["`score` cannot be the name of a list"],
    );
    problem(
        with_judge(&format!("{members}anchors: {{file: none.jsonl}}\n")),
        &[
            "judges/none.jsonl does not exist",
            "relative to the file of the judge",
        ],
    );
    problem(
        with_judge(&format!("{members}anchors: {{file: x, on_shift: stop}}\n")),
        &["`stop`", "`warn`"],
    );
    problem(
        with_judge(&format!("{members}labels: none.csv\n")),
        &["judges/none.csv does not exist"],
    );
    problem(
        with_judge(&format!("{members}params: {{response_format: json-schema}}\n")),
        &["`structured`"],
    );
    problem(
        with_judge(&format!("{members}quorom: 1\n")),
        &["did you mean `quorum`?"],
    );
}

#[test]
fn a_scorer_finds_its_judge_by_name_or_names_a_model() {
    let by_name = judging(&with_scorer("judge: {by: j, rubric: r}"));
    assert_eq!(by_name.supplied.unwrap().name, "j");
    for key in ["at-least", "at_least"] {
        let files = with_scorer(&format!("judge: {{by: j, rubric: r, {key}: 6}}"));
        assert_eq!(files.problems(), "", "{key}");
    }
    let by_model = judging(&with_scorer("judge: {by: sim/a, rubric: r}"))
        .supplied
        .unwrap();
    assert_eq!((by_model.name.as_str(), by_model.path.as_ref()), ("sim/a", None));
    assert_eq!(by_model.exclude, Exclude::None);
    problem(
        with_scorer("judge: {by: k, rubric: r}"),
        &[
            "tasks/t.yaml:5:5",
            "no judge is called `k`",
            "known judges: `j`",
            "by: provider/model",
        ],
    );
    problem(
        with_scorer("judge: {by: nope/a, rubric: r}"),
        &["no provider is called `nope`"],
    );
    problem(with_scorer("judge: {by: 'sim/*', rubric: r}"), &["is a pattern"]);
    problem(
        with_scorer("judge: {by: j, rubric: r, labels: none.csv}"),
        &["tasks/none.csv does not exist"],
    );
}

#[test]
fn labels_are_found_beside_the_task() {
    let files = with_scorer("judge: {by: j, rubric: r, labels: l.csv}").with("tasks/l.csv", "case,score\n");
    assert_eq!(judging(&files).labels, Some(files.root().join("tasks/l.csv")));
}

#[test]
fn the_hash_of_a_task_changes_with_its_judge_and_not_with_where_things_are() {
    let hash = |judge: &str| {
        let files = with_judge(judge).task(&format!("{TASK}  - judge: {{by: j, rubric: r}}\n"));
        files.load().project.tasks[0].scorer_hash
    };
    let members = "members: [{model: sim/a}]\n";
    let base = hash(members);
    assert_eq!(base, hash(members));
    for more in [
        "scale: [1, 5]\n",
        "template: '{{ output }}'\n",
        "params: {temperature: 0}\n",
        "quorum: 1\n",
    ] {
        assert_ne!(base, hash(&format!("{members}{more}")), "{more}");
    }
}

#[test]
fn a_case_cannot_bring_a_judge_of_its_own() {
    let files = Files::new().with(
        "golden/t.jsonl",
        "{\"id\": \"c1\", \"vars\": {\"q\": \"1\"}, \"golden\": \"2\", \"scorers\": [{\"judge\": {\"by\": \"sim/a\", \"rubric\": \"r\"}}]}\n",
    );
    problem(
        files,
        &[
            "`judge`: a scorer of a single case cannot ask a judge",
            "`cases` filter",
        ],
    );
}

#[test]
fn a_case_lacks_what_a_judge_needs_before_anything_is_sent() {
    problem(
        with_scorer("faithfulness: {by: j, context: passages}"),
        &[
            "golden/t.jsonl:1",
            "`c1` cannot be graded by scorer `faithfulness`",
            "`passages`",
        ],
    );
    let without =
        with_scorer("factuality: j").with("golden/t.jsonl", "{\"id\": \"c1\", \"vars\": {\"q\": \"1\"}}\n");
    problem(without, &["c1", "factuality", "golden"]);
}

#[test]
fn layers_name_scorers_of_their_task() {
    let layers = |layers: &str| {
        Files::new().task(&format!(
            "{TASK}  - contains: a\n    name: tests\n  - layers: {layers}\n"
        ))
    };
    assert_eq!(layers("{tests: 1, staff: 2}").problems(), "");
    problem(
        layers("{a: {scorer: tsts, weight: 1}}"),
        &["tasks/t.yaml:7:5", "`tsts`", "did you mean `tests`?"],
    );
    problem(layers("{tests: 1, layers: 2}"), &["has layers itself"]);
}
