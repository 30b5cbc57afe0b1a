//! Comparisons with other candidates: whom an output meets, and what becomes of it where nobody is there.

use super::*;

const PREFERS_A: &str = r#"{"reasoning": "The first.", "winner": "A"}"#;

/// Recorded answers of two systems to `cases` cases; `lost` are the cases that b declines.
fn two_systems(cases: usize, lost: &[usize], scorers: &str) -> Workspace {
    let questions: Vec<(&str, &str)> = (0..cases).map(|_| ("a", "Lyon")).collect();
    let workspace = judged(&questions, scorers);
    let mut lines = String::new();
    for case in 0..cases {
        for model in ["a", "b"] {
            let output = match lost.contains(&case) && model == "b" {
                true => "I'm sorry, but I can't help with that.".to_owned(),
                false => format!("Lyon, says {model} of {case}"),
            };
            let line = json!({"case": format!("c-{case:02}"), "model": model, "output": output});
            writeln!(lines, "{line}").expect("text");
        }
    }
    workspace.write("recorded.jsonl", &lines);
    workspace.write("bench.yaml", "models: [recorded/a, recorded/b]\n");
    program_judge(&workspace, "first", &always(PREFERS_A), "");
    workspace
}

#[test]
fn an_answer_without_an_opponent_keeps_its_score_and_the_run_is_complete() {
    let workspace = two_systems(
        4,
        &[3],
        "  - icontains: {}\n  - pairwise: {by: first/one, against: all}\n",
    );
    let ended = workspace.bench(&["run"]).expect(0);
    assert!(
        ended.stderr.contains("Judging 7 trials: 6 questions"),
        "three games, each in both orders: {}",
        ended.stderr
    );
    let results = workspace.results().pop().expect("a run");
    let alone = results
        .iter()
        .find(|trial| trial["case"] == "c-03" && trial["model"] == "recorded/a")
        .expect("the trial");
    assert_eq!(
        (&alone["outcome"], &alone["score"]),
        (&json!("scored"), &json!(1.0))
    );
    let entry = entry(alone, "pairwise");
    assert!(
        entry["explanation"]
            .to_string()
            .contains("no other output to compare with"),
        "{entry}"
    );
    let again = workspace.bench(&["resume", "latest"]).expect(0);
    assert!(again.stderr.contains("complete already"), "{}", again.stderr);
    assert_eq!(asked(&workspace), 6);
}

#[test]
fn one_candidate_alone_is_scored_by_everything_else() {
    let scorers = "  - icontains: {}\n  - pairwise: {by: first/one, against: all}\n";
    let workspace = two_systems(2, &[], scorers);
    let ended = workspace.bench(&["run", "-m", "recorded/a"]).expect(0);
    assert!(
        ended
            .stderr
            .contains("nothing to compare: this run has one candidate only"),
        "{}",
        ended.stderr
    );
    assert_eq!(workspace.outcomes().get("scored"), Some(&2));
    // Where the comparison counts there would be no score at all, so that nothing is sent.
    workspace.write(
        "tasks/q.yaml",
        &format!("task: q\ncases: ../golden/q.jsonl\nprompts: [\"{{{{ q }}}}\"]\nscorers:\n{scorers}    weight: 1\n"),
    );
    let ended = workspace.bench(&["run", "-m", "recorded/a"]).expect(2);
    assert!(ended.stderr.contains("no trial has a score"), "{}", ended.stderr);
    assert_eq!(workspace.results().len(), 1, "no second run was started");
}

#[test]
fn each_of_three_that_count_a_single_round_has_a_game() {
    let scorers = "  - icontains: {}\n  - pairwise: {by: first/one, against: all, rounds: 1}\n";
    let workspace = two_systems(3, &[], scorers);
    let recorded = std::fs::read_to_string(workspace.path().join("recorded.jsonl")).expect("text");
    let third = recorded.replace("\"b\"", "\"c\"").replace("says b", "says c");
    workspace.write("recorded.jsonl", &(recorded + &third));
    workspace.write(
        "providers/recorded.yaml",
        "provider: recorded\napi: replay\nmax_attempts: 1\nreplay: {file: ../recorded.jsonl}\nmodels: {a: {}, b: {}, c: {}}\n",
    );
    workspace.write("bench.yaml", "models: [recorded/a, recorded/b, recorded/c]\n");
    // Reported only, one rests in each case, and is scored by the rest.
    workspace.bench(&["run", "-q"]).expect(0);
    let results = workspace.results().pop().expect("a run");
    let resting = results.iter().filter(|trial| {
        entry(trial, "pairwise")["explanation"]
            .to_string()
            .contains("no game in this case")
    });
    assert_eq!(resting.count(), 3);
    assert_eq!(workspace.outcomes().get("scored"), Some(&9));
    workspace.write(
        "tasks/q.yaml",
        &format!("task: q\ncases: ../golden/q.jsonl\nprompts: [\"{{{{ q }}}}\"]\nscorers:\n{scorers}    weight: 1\n"),
    );
    workspace.bench(&["run", "-q"]).expect(0);
    let lines = workspace
        .bench(&["report", "latest", "--format", "jsonl"])
        .expect(0)
        .stdout;
    let results: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let played = results
        .iter()
        .filter(|trial| !entry(trial, "pairwise")["score"].is_null());
    assert_eq!(played.count(), 9);
}

#[test]
fn an_opponent_that_the_task_does_not_run_is_a_problem_with_its_line() {
    let workspace = two_systems(
        2,
        &[],
        "  - icontains: {}\n  - pairwise: {by: first/one, against: recorded/aa}\n",
    );
    for command in ["check", "run"] {
        let ended = workspace.bench(&[command]).expect(2);
        for word in [
            "tasks/q.yaml:6:",
            "`against: recorded/aa` fits no model",
            "did you mean `recorded/a`?",
        ] {
            assert!(ended.stderr.contains(word), "{}\nlacks {word}", ended.stderr);
        }
    }
    assert!(!workspace.store_path().exists(), "no run was started");
}

#[test]
fn a_task_of_comparisons_alone_ranks_by_wins() {
    let workspace = two_systems(3, &[], "  - pairwise: {by: kind/one, against: recorded/b}\n");
    // This judge knows a from b, whoever comes first.
    let program = always("{winner}").replace(
        "'output': \"{winner}\"",
        "'output': json.dumps({'reasoning': '', 'winner': 'A' if request['messages'][-1]['content'].index('says a') < \
         request['messages'][-1]['content'].index('says b') else 'B'})",
    );
    program_judge(&workspace, "kind", &program, "");
    workspace.bench(&["check"]).expect(0);
    let ended = workspace.bench(&["run"]).expect(0);
    let results = workspace.results().pop().expect("a run");
    for trial in &results {
        let won = f64::from(u8::from(trial["model"] == "recorded/a"));
        assert_eq!(
            (&trial["outcome"], &trial["score"]),
            (&json!("scored"), &json!(won)),
            "{trial}"
        );
    }
    assert!(!ended.stdout.contains("No trial"), "{}", ended.stdout);
}

#[test]
fn a_task_in_which_nothing_counts_is_a_problem_that_says_what_to_do() {
    let workspace = two_systems(
        3,
        &[],
        "  - judge: {by: first/one, rubric: Is it right?, sample: {top: 0.2, rest: 0.2}}\n",
    );
    for command in ["check", "run"] {
        let ended = workspace.bench(&[command]).expect(2);
        let words = [
            "golden/q.jsonl:1",
            "would have no score: all scorers that look at it have the weight 0 (and in 2 more",
            "a judge with a `sample` cannot have one",
        ];
        for word in words {
            assert!(ended.stderr.contains(word), "{}\nlacks {word}", ended.stderr);
        }
    }
    assert!(!workspace.store_path().exists(), "no run was started");
}

#[test]
fn a_named_opponent_is_met_with_the_same_prompt_and_all_meet_over_prompts() {
    let scorers = "  - icontains: {}\n  - pairwise: {by: first/one, against: recorded/b}\n";
    let workspace = two_systems(2, &[], scorers);
    let task = |scorers: &str| {
        format!(
            "task: q\ncases: ../golden/q.jsonl\nprompts: [{{id: p1, user: \"{{{{ q }}}}\"}}, {{id: p2, user: \"{{{{ q }}}}!\"}}]\nscorers:\n{scorers}"
        )
    };
    let games = |workspace: &Workspace| {
        let report = workspace.bench(&["report", "--format", "json"]).expect(0).stdout;
        let report: Value = serde_json::from_str(&report).expect("a summary");
        report["tasks"][0]["judges"][0]["pairwise"]["games"].clone()
    };
    workspace.write("tasks/q.yaml", &task(scorers));
    let plan = workspace.bench(&["plan", "--json"]).expect(0).stdout;
    let plan: Value = serde_json::from_str(&plan).expect("a plan");
    assert_eq!(plan["judges"][0]["questions"], 8);
    workspace.bench(&["run", "-q"]).expect(0);
    assert_eq!(games(&workspace), 4, "one of each case and prompt");
    workspace.write("tasks/q.yaml", &task(&scorers.replace("recorded/b", "all")));
    workspace.bench(&["run", "-q"]).expect(0);
    assert_eq!(games(&workspace), 12);
}

#[test]
fn what_a_tournament_leaves_out_stays_with_the_run() {
    let workspace = two_systems(
        3,
        &[],
        "  - icontains: {}\n  - pairwise: {by: first/one, against: all, rounds: 1}\n",
    );
    let recorded = std::fs::read_to_string(workspace.path().join("recorded.jsonl")).expect("text");
    let other = |name: &str| {
        recorded
            .replace("\"b\"", &format!("\"{name}\""))
            .replace("says b", &format!("says {name}"))
    };
    workspace.write("recorded.jsonl", &(recorded.clone() + &other("c") + &other("d")));
    workspace.write(
        "providers/recorded.yaml",
        "provider: recorded\napi: replay\nmax_attempts: 1\nreplay: {file: ../recorded.jsonl}\nmodels: {a: {}, b: {}, c: {}, d: {}}\n",
    );
    workspace.write(
        "bench.yaml",
        "models: [recorded/a, recorded/b, recorded/c, recorded/d]\n",
    );
    let ended = workspace.bench(&["run"]).expect(0);
    let words = "plays 1 of 3 rounds in each case for its `rounds`: 2 of 6 games a case";
    assert!(ended.stderr.contains(words), "{}", ended.stderr);
    let report = workspace
        .bench(&["report", "--format", "markdown"])
        .expect(0)
        .stdout;
    assert!(report.contains(&format!("It {words}")), "{report}");
    let summary = workspace.bench(&["report", "--format", "json"]).expect(0).stdout;
    let summary: Value = serde_json::from_str(&summary).expect("a summary");
    assert_eq!(
        summary["tasks"][0]["judges"][0]["tournament"],
        json!({"rounds": 1, "all_rounds": 3, "games": 2, "all_games": 6, "limit": "rounds"})
    );
}
