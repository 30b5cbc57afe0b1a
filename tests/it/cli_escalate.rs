//! `bench run --escalate` as a user sees it.

use crate::support::{Script, Server, Workspace};
use serde_json::Value;
use std::fmt::Write as _;

/// Adds a check to the task of sums: those that end in 1, 2 or 3 are not accepted.
fn checked(workspace: Workspace) -> Workspace {
    let path = workspace.path().join("tasks/sums.yaml");
    let task = std::fs::read_to_string(path).unwrap();
    workspace.write(
        "tasks/sums.yaml",
        &format!("{task}  - name: check\n    regex: '[04-9]$'\n    weight: 0\n"),
    );
    workspace
}

/// A workspace of `cases` questions. Every third answer of `tiny` lacks the form that the task asks for; `large` is always right.
fn recorded(cases: usize) -> Workspace {
    let workspace = Workspace::empty();
    workspace.write("bench.yaml", "models: [tape/tiny, tape/large]\n");
    workspace.write(
        "providers/tape.yaml",
        "provider: tape\napi: replay\nmodels:\n  tiny: {file: ../tiny.jsonl}\n  large: {file: \
         ../large.jsonl}\n",
    );
    workspace.write(
        "tasks/sums.yaml",
        "task: sums\ncases: ../golden/sums.jsonl\nprompts: [\"{{ n }} + 1?\"]\nscorers:\n  - contains: {}\n  - name: \
         digits\n    regex: '^[0-9]+$'\n    weight: 0\n",
    );
    let (mut golden, mut tiny, mut large) = (String::new(), String::new(), String::new());
    for n in 0..cases {
        let right = n + 1;
        writeln!(
            golden,
            r#"{{"id": "c-{n}", "vars": {{"n": {n}}}, "golden": "{right}"}}"#
        )
        .unwrap();
        let said = match n % 3 {
            0 => format!("It is {right}."),
            1 => "0".to_owned(),
            _ => right.to_string(),
        };
        writeln!(
            tiny,
            r#"{{"case": "c-{n}", "output": "{said}", "cost": 0.001, "latency_ms": 100}}"#
        )
        .unwrap();
        writeln!(
            large,
            r#"{{"case": "c-{n}", "output": "{right}", "cost": 0.1, "latency_ms": 1000}}"#
        )
        .unwrap();
    }
    workspace.write("golden/sums.jsonl", &golden);
    workspace.write("tiny.jsonl", &tiny);
    workspace.write("large.jsonl", &large);
    workspace
}

fn summary(workspace: &Workspace) -> Value {
    let report = workspace.bench(&["report", "--format", "json"]).expect(0);
    serde_json::from_str(&report.stdout).unwrap()
}

#[test]
fn each_case_ends_at_the_first_model_whose_answer_is_accepted() {
    let workspace = recorded(30);
    let ended = workspace
        .bench(&["run", "--escalate", "tape/tiny > tape/large"])
        .expect(0);
    assert!(
        ended
            .stdout
            .contains("The ladder tape/tiny, then tape/large scores 0.667"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("passes digits"), "{}", ended.stdout);
    let summary = summary(&workspace);
    let ladder = &summary["tasks"][0]["ladders"][0];
    assert_eq!(ladder["name"], "tape/tiny > tape/large");
    let rung = |at: usize, of: &str| ladder["rungs"][at][of].as_u64().unwrap();
    assert_eq!(
        (rung(0, "asked"), rung(0, "answers"), rung(0, "solved")),
        (30, 20, 10)
    );
    assert_eq!(
        (rung(1, "asked"), rung(1, "answers"), rung(1, "solved")),
        (10, 10, 10)
    );
    let cost = ladder["cost_usd"]["value"].as_f64().unwrap();
    assert!((cost - (0.001 + 0.1 / 3.0)).abs() < 1e-9, "{ladder}");
    let solved = ladder["cost_per_solved_usd"].as_f64().unwrap();
    assert!((solved - (0.001 + 0.1 / 3.0) * 1.5).abs() < 1e-9, "{ladder}");
    let latency = ladder["latency_s"]["value"].as_f64().unwrap();
    assert!((latency - (0.1 + 1.0 / 3.0)).abs() < 1e-9, "{ladder}");
    assert_eq!(summary["complete"], true);
    assert_eq!(summary["totals"]["planned"], 40);
    assert_eq!(summary["totals"]["recorded"], 40);
    assert_eq!(
        summary["tasks"][0]["front"],
        Value::Null,
        "the rows are about different cases"
    );
    let (_, path) = ended.stdout.trim_end().rsplit_once("Report: ").unwrap();
    let before = std::fs::read_to_string(workspace.path().join(path)).unwrap();
    assert_eq!(workspace.bench(&["report"]).expect(0).stdout, before);
    assert!(before.contains("must not be compared"), "{before}");
    let again = workspace.bench(&["resume", "latest"]).expect(0);
    assert!(again.stderr.contains("complete already"), "{}", again.stderr);
    let cascade = workspace.bench(&["cascade"]).expect(2);
    assert!(
        cascade.stderr.contains("climbed a ladder itself"),
        "{}",
        cascade.stderr
    );
}

#[test]
fn a_perfect_check_is_marked_as_one_that_nobody_has() {
    let workspace = recorded(30);
    let flags = ["run", "--escalate", "*tiny,*large", "--accept", "contains"];
    let ended = workspace.bench(&flags).expect(0);
    assert!(
        ended.stdout.contains("which nobody has in production"),
        "{}",
        ended.stdout
    );
    let summary = summary(&workspace);
    let ladder = &summary["tasks"][0]["ladders"][0];
    assert_eq!(ladder["rungs"][1]["asked"], 10);
    assert_eq!(ladder["solved"], 30);
}

#[test]
fn with_the_form_alone_every_answer_is_taken() {
    let workspace = recorded(12);
    workspace
        .bench(&["run", "--escalate", "tape/tiny>tape/large", "--form-only", "-q"])
        .expect(0);
    let summary = summary(&workspace);
    assert_eq!(summary["tasks"][0]["ladders"][0]["rungs"][1]["asked"], 0);
    assert_eq!(summary["complete"], true);
}

#[test]
fn a_ladder_that_cannot_be_climbed_is_refused_before_anything_is_sent() {
    let workspace = recorded(3);
    let refused = |flags: &[&str], why: &str| {
        let ended = workspace.bench(&[&["run"], flags].concat()).expect(2);
        assert!(ended.stderr.contains(why), "{}", ended.stderr);
    };
    refused(&["--escalate", "tape/tiny"], "is no ladder");
    refused(&["--escalate", "tape/tiny>tape/*"], "has to be one model");
    refused(&["--escalate", "tape/tiny>tape/tiny"], "is in the ladder twice");
    refused(
        &["--escalate", "tape/tiny>tape/lrage"],
        "no model matches `tape/lrage`",
    );
    refused(
        &["--escalate", "tape/tiny>tape/large", "--accept", "digit"],
        "`digits`",
    );
    refused(
        &["--escalate", "tape/tiny>tape/large", "--until", "decided"],
        "cannot be used with",
    );
    refused(&["--accept", "digits"], "--escalate");
}

#[test]
fn killed_on_its_way_up_it_goes_on_where_it_was() {
    const IN_FLIGHT: u64 = 4;
    let make = |server: &Server| {
        let limits = format!("limits: {{concurrency: {IN_FLIGHT}}}\n");
        checked(Workspace::of_sums(100, &["own/alpha", "own/beta"]).provider(
            "own",
            &server.base_url(),
            &limits,
        ))
    };
    let arguments = ["run", "--escalate", "own/alpha>own/beta", "-q"];
    let server = Server::start(Script::latency(1));
    let whole = make(&server);
    whole.bench(&arguments).expect(0);
    let sent = server.settled().requests;
    assert!(sent > 105 && sent < 195, "{sent}");
    for part in [50, 100 + (sent - 100) / 2] {
        let server = Server::start(Script::latency(1));
        let killed = make(&server);
        let mut running = killed.start(&arguments);
        server.wait_for(part);
        running.kill();
        drop(running.wait());
        server.settled();
        killed.bench(&["resume", "latest", "-q"]).expect(0);
        let ladder = |workspace: &Workspace| {
            let mut ladder = summary(workspace)["tasks"][0]["ladders"][0].clone();
            ladder.as_object_mut().unwrap().remove("latency_s");
            ladder
        };
        assert_eq!(ladder(&killed), ladder(&whole));
        let counts = server.settled();
        assert!(counts.paid_twice <= IN_FLIGHT, "{counts:?}");
        assert_eq!(counts.distinct, sent);
    }
    whole.bench(&arguments).expect(0);
    assert_eq!(server.settled().requests, sent, "stored answers are used");
}

#[test]
fn a_budget_ends_the_climb_and_what_has_no_outcome_counts_nowhere() {
    let server = Server::start(Script::default());
    let workspace =
        Workspace::of_sums(60, &["own/alpha", "own/beta"]).provider("own", &server.base_url(), "");
    let flags = [
        "run",
        "--escalate",
        "own/alpha>own/beta",
        "--budget",
        "0.15",
        "-q",
    ];
    workspace.bench(&flags).expect(102);
    let before = summary(&workspace);
    let ladder = &before["tasks"][0]["ladders"][0];
    assert!(ladder["missing"].as_u64().unwrap() > 0, "{ladder}");
    assert_eq!(
        ladder["missing"].as_u64().unwrap() + ladder["trials"].as_u64().unwrap(),
        60
    );
    workspace
        .bench(&["resume", "latest", "--budget", "50", "-q"])
        .expect(0);
    assert_eq!(summary(&workspace)["tasks"][0]["ladders"][0]["missing"], 0);
}
