//! `bench run --until decided` as a user sees it.

use crate::support::{Script, Server, Workspace};
use serde_json::Value;
use std::fmt::Write as _;

/// A workspace of `cases` questions and simulated models with these skills.
fn skilled(cases: usize, models: &[(&str, f64)]) -> Workspace {
    let workspace = Workspace::empty();
    let names: Vec<String> = models.iter().map(|(name, _)| format!("sim/{name}")).collect();
    workspace.write("bench.yaml", &format!("models: [{}]\n", names.join(", ")));
    let mut provider = "provider: sim\napi: sim\nmodels:\n".to_owned();
    for (name, skill) in models {
        writeln!(
            provider,
            "  {name}: {{input: 1, output: 2, sim: {{skill: {skill}, spread: 0.0, latency_ms: 0, ms_per_token: 0}}}}"
        )
        .unwrap();
    }
    workspace.write("providers/sim.yaml", &provider);
    workspace.write(
        "tasks/facts.yaml",
        "task: facts\ncases: ../golden/facts.jsonl\nprompts: [\"Which number has {{ name }}?\"]\nparams: {max_tokens: \
         20}\nscorers:\n  - contains: {}\n",
    );
    let mut lines = String::new();
    for at in 0..cases {
        writeln!(
            lines,
            r#"{{"id": "c-{at}", "vars": {{"name": "n{at}", "group": "g{}"}}, "golden": "{}"}}"#,
            at / 4,
            at * 7919 % 10007
        )
        .unwrap();
    }
    workspace.write("golden/facts.jsonl", &lines);
    workspace
}

fn summary(workspace: &Workspace) -> Value {
    let report = workspace.bench(&["report", "--format", "json"]).expect(0);
    serde_json::from_str(&report.stdout).unwrap()
}

fn decided(summary: &Value) -> &Value {
    &summary["tasks"][0]["decided"]
}

/// What is told of each pair, by the names of the two.
fn told(summary: &Value) -> Vec<(String, String, String)> {
    let decided = decided(summary);
    let name = |at: &Value| {
        let all = decided["candidates"].as_array().unwrap();
        let of = all.iter().find(|asked| asked["candidate"] == *at).unwrap();
        of["name"].as_str().unwrap().to_owned()
    };
    let pairs = decided["pairs"].as_array().unwrap().iter();
    pairs
        .map(|pair| {
            (
                name(&pair["a"]),
                name(&pair["b"]),
                pair["told"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

#[test]
fn a_run_ends_as_soon_as_it_is_clear_which_model_is_best() {
    let workspace = skilled(300, &[("poor", 0.2), ("good", 0.95), ("middling", 0.6)]);
    let ended = workspace.bench(&["run", "--until", "decided"]).expect(0);
    assert!(
        ended
            .stdout
            .contains("sim/good is the best of 3 candidates on facts"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("not asked: "), "{}", ended.stdout);
    let summary = summary(&workspace);
    assert_eq!(summary["complete"], true);
    let saved = decided(&summary)["saved_trials"].as_u64().unwrap();
    let recorded = summary["totals"]["recorded"].as_u64().unwrap();
    assert_eq!(saved + recorded, 900);
    assert!(saved > 400, "{saved}");
    assert_eq!(summary["totals"]["planned"], summary["totals"]["recorded"]);
    assert!(
        summary["totals"]["outcomes"]
            .get("skipped")
            .is_none_or(|count| *count == 0)
    );
    let again = workspace.bench(&["resume", "latest"]).expect(0);
    assert!(again.stderr.contains("complete already"), "{}", again.stderr);
    let (_, path) = ended.stdout.trim_end().rsplit_once("Report: ").unwrap();
    let before = std::fs::read_to_string(workspace.path().join(path)).unwrap();
    workspace
        .bench(&["report", "-o", "again.md", "--svg", "front.svg"])
        .expect(0);
    let again = std::fs::read_to_string(workspace.path().join("again.md")).unwrap();
    assert_eq!(again, before, "the report follows from the store");
    assert!(before.contains("### Decisions"), "{before}");
}

#[test]
fn the_same_is_decided_at_any_concurrency() {
    let tell = |jobs: &str| {
        let workspace = skilled(200, &[("a", 0.5), ("b", 0.75), ("c", 0.8), ("d", 0.8)]);
        workspace
            .bench(&["run", "--until", "decided", "-j", jobs, "-q"])
            .expect(0);
        decided(&summary(&workspace)).clone()
    };
    assert_eq!(tell("1"), tell("64"));
}

#[test]
fn the_seed_decides_which_cases_come_first() {
    let ids = |seed: &str| {
        let workspace = skilled(200, &[("a", 0.1), ("b", 0.9)]);
        workspace
            .bench(&["run", "--until", "decided", "--seed", seed, "-q"])
            .expect(0);
        let lines = workspace.bench(&["report", "--format", "jsonl"]).expect(0).stdout;
        let ids = lines
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["case"].clone());
        ids.map(|id| id.to_string())
            .collect::<std::collections::BTreeSet<String>>()
    };
    assert_eq!(ids("1"), ids("1"));
    assert_ne!(ids("1"), ids("2"));
}

#[test]
fn one_candidate_may_be_what_all_others_are_held_against() {
    let workspace = skilled(200, &[("old", 0.6), ("new", 0.95), ("worse", 0.2)]);
    let flags = [
        "run",
        "--until",
        "decided",
        "--against",
        "sim/old",
        "--margin",
        "0.1",
    ];
    let ended = workspace.bench(&flags).expect(0);
    assert!(
        ended
            .stdout
            .contains("Against sim/old on facts: sim/new is better; sim/worse is worse."),
        "{}",
        ended.stdout
    );
    let pairs = told(&summary(&workspace));
    assert!(
        pairs.iter().all(|(_, against, _)| against == "sim/old"),
        "{pairs:?}"
    );
    let slip = workspace
        .bench(&["run", "--until", "decided", "--against", "sim/odl"])
        .expect(2);
    assert!(
        slip.stderr.contains("`sim/odl`") && slip.stderr.contains("`sim/old`"),
        "{}",
        slip.stderr
    );
}

#[test]
fn clusters_epochs_limits_and_several_tasks_go_with_it() {
    let workspace = skilled(200, &[("a", 0.1), ("b", 0.9)]);
    let task = std::fs::read_to_string(workspace.path().join("tasks/facts.yaml")).unwrap();
    workspace.write(
        "tasks/grouped.yaml",
        &format!("{}cluster: group\n", task.replace("task: facts", "task: grouped")),
    );
    workspace
        .bench(&[
            "run", "--until", "decided", "--epochs", "2", "--limit", "120", "-q",
        ])
        .expect(0);
    let summary = summary(&workspace);
    assert_eq!(summary["tasks"][0]["decided"]["units"], 120);
    assert_eq!(summary["tasks"][1]["decided"]["units"], 30);
    assert_eq!(summary["tasks"][1]["decided"]["clustered"], true);
    for task in summary["tasks"].as_array().unwrap() {
        assert_eq!(task["decided"]["pairs"][0]["told"], "worse");
    }
}

#[test]
fn what_could_not_be_decided_is_refused_before_anything_is_sent() {
    let workspace = skilled(20, &[("a", 0.1), ("b", 0.9)]);
    let refused = |flags: &[&str], why: &str| {
        let ended = workspace
            .bench(&[&["run", "--until", "decided"], flags].concat())
            .expect(2);
        assert!(ended.stderr.contains(why), "{}", ended.stderr);
    };
    refused(&["-m", "sim/a"], "has one only");
    refused(&["--gate"], "leave one of the two out");
    refused(&["--margin", "0"], "a margin is above 0");
    let ended = workspace.bench(&["run", "--margin", "0.1"]).expect(2);
    assert!(ended.stderr.contains("--until"), "{}", ended.stderr);
}

#[test]
fn a_budget_that_is_too_small_goes_to_the_pairs_that_are_open() {
    let workspace = skilled(400, &[("poor", 0.05), ("one", 0.9), ("two", 0.88)]);
    let ended = workspace
        .bench(&[
            "run", "--until", "decided", "--margin", "0.01", "--budget", "0.004",
        ])
        .expect(102);
    assert!(ended.stderr.contains("the budget of"), "{}", ended.stderr);
    let before = summary(&workspace);
    let cases = |summary: &Value, at: usize| decided(summary)["candidates"][at]["cases"].as_u64().unwrap();
    assert!(cases(&before, 0) < cases(&before, 1), "{}", decided(&before));
    assert_eq!(before["complete"], false);
    assert!(
        ended
            .stdout
            .contains("Not decided on facts: any of sim/one and sim/two may be the best"),
        "{}",
        ended.stdout
    );
    workspace
        .bench(&["resume", "latest", "--budget", "5", "-q"])
        .expect(0);
    let after = summary(&workspace);
    assert_eq!(
        cases(&before, 0),
        cases(&after, 0),
        "who is beaten is asked no more"
    );
    assert!(cases(&after, 1) > cases(&before, 1));
    assert_eq!(after["complete"], true);
}

#[test]
fn killed_and_resumed_it_pays_nothing_twice_and_decides_the_same() {
    const IN_FLIGHT: u64 = 4;
    let make = |server: &Server| {
        let limits = format!("limits: {{concurrency: {IN_FLIGHT}}}\n");
        Workspace::of_sums(120, &["own/alpha", "own/beta"]).provider("own", &server.base_url(), &limits)
    };
    let arguments = [
        "run", "--until", "decided", "--margin", "0.1", "--seed", "5", "-q",
    ];
    let server = Server::start(Script::latency(1));
    let whole = make(&server);
    whole.bench(&arguments).expect(0);
    let sent = server.settled().requests;
    assert!(sent < 240, "{sent}");
    let server = Server::start(Script::latency(1));
    let killed = make(&server);
    let mut running = killed.start(&arguments);
    server.wait_for(sent / 2);
    running.kill();
    drop(running.wait());
    server.settled();
    killed.bench(&["resume", "latest", "-q"]).expect(0);
    assert_eq!(decided(&summary(&killed)), decided(&summary(&whole)));
    let counts = server.settled();
    assert!(counts.paid_twice <= IN_FLIGHT, "{counts:?}");
    assert_eq!(counts.distinct, sent);
}

#[test]
fn answers_of_the_store_are_looked_at_as_new_ones_are() {
    let server = Server::start(Script::default());
    let workspace =
        Workspace::of_sums(100, &["own/alpha", "own/beta"]).provider("own", &server.base_url(), "");
    workspace.bench(&["run", "-q"]).expect(0);
    let sent = server.settled().requests;
    workspace
        .bench(&["run", "--until", "decided", "--margin", "0.2", "-q"])
        .expect(0);
    assert_eq!(server.settled().requests, sent);
    let summary = summary(&workspace);
    assert_eq!(decided(&summary)["pairs"][0]["told"], "same");
    assert_eq!(summary["totals"]["cache_hits"], summary["totals"]["recorded"]);
}

#[test]
fn a_model_that_is_lost_leaves_its_pairs_open_and_the_others_go_on() {
    let workspace = skilled(200, &[("good", 0.95), ("poor", 0.1)]);
    workspace.write("bench.yaml", "models: [sim/good, sim/poor, own/gone]\n");
    workspace.write(
        "providers/own.yaml",
        "provider: own\napi: exec\nmax_attempts: 1\nexec: {command: [sh, -c, \"exit 3\"]}\nmodels:\n  gone: {input: 0, output: 0}\n",
    );
    workspace.bench(&["run", "--until", "decided"]).expect(102);
    let summary = summary(&workspace);
    let told = told(&summary);
    assert!(
        told.contains(&("sim/good".to_owned(), "sim/poor".to_owned(), "better".to_owned())),
        "{told:?}"
    );
    assert!(
        told.iter().any(|(_, b, end)| b == "own/gone" && end != "better"),
        "{told:?}"
    );
}

#[test]
fn what_needs_a_planned_number_of_cases_says_so() {
    let workspace = skilled(60, &[("a", 0.1), ("b", 0.9)]);
    workspace.bench(&["run", "--until", "decided", "-q"]).expect(0);
    let gate = workspace
        .bench(&["gate", "latest", "--min-score", "0.5"])
        .expect(2);
    assert!(gate.stderr.contains("no gate can be held"), "{}", gate.stderr);
    let compared = workspace.bench(&["compare", "latest"]).expect(0);
    let told = format!("{}{}", compared.stdout, compared.stderr);
    assert!(
        told.contains("stopped when its scores told the candidates apart"),
        "{told}"
    );
}
