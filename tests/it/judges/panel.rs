//! Panels: who is asked, what is paid, what is kept.

use super::*;

const GOOD: &str = r#"{"reasoning": "It is right.", "score": 8}"#;

#[test]
fn a_verdict_that_cannot_be_read_is_asked_for_once_more_and_is_never_a_score() {
    let workspace = judged(
        &[("a", "Lyon"), ("a", "Paris")],
        "  - judge: {by: vague/one, rubric: Is it right?}\n",
    );
    program_judge(&workspace, "vague", &always("It is rather good, I think."), "");
    let ended = workspace.bench(&["run"]).expect(102);
    assert_eq!(asked(&workspace), 4, "two outputs, each asked about twice");
    let results = workspace.results().pop().expect("a run");
    for trial in &results {
        assert_eq!(trial["outcome"], "judge-error", "{trial}");
        assert_eq!(trial["score"], Value::Null, "{trial}");
        assert!(entry(trial, "judge")["score"].is_null(), "{trial}");
    }
    assert!(ended.stderr.contains("judge-error"), "{}", ended.stderr);
    assert!(ended.stdout.contains("2 judge-error"), "{}", ended.stdout);
}

/// A program that asks for turns that alternate, and replies with a verdict only where it is asked once more.
const ALTERNATING: &str = r#"
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    roles = [message['role'] for message in request['messages'] if message['role'] != 'system']
    again = 'could not be read' in request['messages'][-1]['content']
    if roles != ['user']:
        output = 'roles: ' + ' '.join(roles)
    else:
        output = '{"reasoning": "It is right.", "score": 8}' if again else 'Rather good.'
    print(json.dumps({'output': output, 'cost': 0}), flush=True)
"#;

#[test]
fn the_note_to_judge_again_stands_in_the_one_message_of_the_user() {
    let workspace = judged(
        &[("a", "Lyon")],
        "  - judge: {by: strict/one, rubric: Is it right?}\n",
    );
    program_judge(&workspace, "strict", ALTERNATING, "");
    workspace.bench(&["run"]).expect(0);
    let results = workspace.results().pop().expect("a run");
    assert_eq!(entry(&results[0], "judge")["score"], 0.8, "{}", results[0]);
}

#[test]
fn members_that_are_the_same_model_are_each_asked() {
    let workspace = judged(&[("a", "Lyon")], "  - judge: {by: three, rubric: Is it right?}\n");
    workspace.write(
        "judges/three.yaml",
        "judge: three\nmembers:\n  - {model: plain/one, temperature: 1}\n  - {model: plain/one, temperature: 1}\n  \
         - {model: plain/one, temperature: 1}\n",
    );
    program_judge(&workspace, "plain", &always(GOOD), "");
    workspace.bench(&["run"]).expect(0);
    assert_eq!(asked(&workspace), 3);
    workspace.bench(&["run"]).expect(0);
    assert_eq!(asked(&workspace), 3, "their verdicts are reused by another run");
}

#[test]
fn a_resumed_run_puts_a_question_again_whose_replies_could_not_be_read() {
    let workspace = judged(
        &[("a", "Lyon")],
        "  - judge: {by: vague/one, rubric: Is it right?}\n",
    );
    // The fifth reply can be read.
    let program = always("It is rather good.").replace(
        "    print(",
        "    if len(open('asked.txt').read().split()) == 5:\n        \
         print(json.dumps({'output': '{\"reasoning\": \"fine\", \"score\": 8}', 'cost': 0.002}), flush=True)\n        continue\n    print(",
    );
    program_judge(&workspace, "vague", &program, "");
    workspace.bench(&["run", "-q"]).expect(102);
    assert_eq!(asked(&workspace), 2);
    let ended = workspace.bench(&["resume"]).expect(102);
    assert_eq!(asked(&workspace), 4, "two more in each session: {}", ended.stderr);
    let ended = workspace.bench(&["resume"]).expect(0);
    assert_eq!(asked(&workspace), 5);
    assert!(
        ended.stdout.contains("cost $0.01, paid $0.01"),
        "{}",
        ended.stdout
    );
    // Another run takes all stored replies, and pays for none.
    let ended = workspace.bench(&["run"]).expect(0);
    assert_eq!(asked(&workspace), 5);
    assert!(ended.stdout.contains("cost $0.01, paid $0"), "{}", ended.stdout);
}

#[test]
fn a_resumed_run_asks_only_what_has_no_verdict_and_pays_nothing_twice() {
    let workspace = judged(
        &[("a", "Lyon"), ("a", "Paris"), ("a", "Rome")],
        "  - judge: {by: stern/one, rubric: Is it right?}\n",
    );
    // The second request fails, as if the key had been withdrawn for a moment.
    let program = "import json, os, sys\nfor line in sys.stdin:\n    asked = open('asked.txt', 'a+')\n    asked.write('x\\n')\n    \
                   asked.seek(0)\n    n = len(asked.read().split())\n    if n == 2 and not os.path.exists('mended'):\n        \
                   print(json.dumps({'error': {'class': 'unavailable', 'message': 'not now'}}), flush=True)\n        continue\n    \
                   print(json.dumps({'output': '{\"reasoning\": \"fine\", \"score\": 8}', 'cost': 0.002}), flush=True)\n";
    program_judge(
        &workspace,
        "stern",
        program,
        "limits: {concurrency: 1}\nmax_attempts: 1",
    );
    workspace.bench(&["run", "-q"]).expect(102);
    assert_eq!(asked(&workspace), 3);
    workspace.write("mended", "");
    let ended = workspace.bench(&["resume"]).expect(0);
    assert_eq!(asked(&workspace), 4, "one question was open: {}", ended.stderr);
    let results = workspace.results().pop().expect("a run");
    assert!(results.iter().all(|trial| trial["score"] == 0.8), "{results:?}");
    let again = workspace.bench(&["resume", "latest"]).expect(0);
    assert!(again.stderr.contains("complete already"), "{}", again.stderr);
    assert_eq!(asked(&workspace), 4);
}

#[test]
fn identical_outputs_reuse_a_verdict_within_a_run_and_between_runs() {
    let workspace = judged(
        &[("a", "Lyon")],
        "  - judge: {by: kind/one, rubric: Is it right?}\n",
    );
    workspace.write(
        "recorded.jsonl",
        "{\"case\": \"c-00\", \"model\": \"a\", \"output\": \"Lyon\"}\n{\"case\": \"c-00\", \"model\": \"b\", \"output\": \"Lyon\"}\n",
    );
    workspace.write("bench.yaml", "models: [recorded/a, recorded/b]\n");
    program_judge(&workspace, "kind", &always(GOOD), "");
    workspace.bench(&["run", "-q"]).expect(0);
    assert_eq!(asked(&workspace), 1, "both systems gave the same output");
    workspace.bench(&["run", "-q"]).expect(0);
    assert_eq!(asked(&workspace), 1, "the verdict is stored");
    workspace.bench(&["run", "-q", "--no-cache"]).expect(0);
    assert_eq!(
        asked(&workspace),
        2,
        "without stored completions it is asked again, once"
    );
}

#[test]
fn a_panel_does_without_a_failed_member_until_its_quorum_is_missed() {
    let workspace = judged(&[("a", "Lyon")], "  - judge: {by: trio, rubric: Is it right?}\n");
    program_judge(&workspace, "kind", &always(GOOD), "");
    program_judge(&workspace, "vague", &always("no idea"), "");
    let panel = |quorum: u32| {
        format!(
            "judge: trio\nmembers:\n  - {{model: kind/one}}\n  - {{model: kind/two, weight: 3}}\n  - {{model: vague/one}}\nquorum: {quorum}\n"
        )
    };
    workspace.write("judges/trio.yaml", &panel(2));
    workspace.bench(&["run", "-q"]).expect(0);
    let results = workspace.results().pop().expect("a run");
    assert_eq!(results[0]["score"], 0.8);
    let members = entry(&results[0], "judge")["judged"]["verdicts"]
        .as_array()
        .expect("verdicts");
    assert_eq!(members.len(), 3, "the failed member is recorded: {members:?}");
    workspace.write("judges/trio.yaml", &panel(3));
    let ended = workspace.bench(&["run"]).expect(102);
    assert!(ended.stdout.contains("1 judge-error"), "{}", ended.stdout);
}

#[test]
fn who_may_not_judge_is_not_asked_and_is_named() {
    let workspace = judged(&[("a", "Lyon")], "  - judge: {by: duo, rubric: Is it right?}\n");
    program_judge(&workspace, "kind", &always(GOOD), "");
    workspace.write(
        "judges/duo.yaml",
        "judge: duo\nmembers:\n  - {model: kind/one}\n  - {model: recorded/b}\n",
    );
    workspace.bench(&["run", "-q"]).expect(0);
    let results = workspace.results().pop().expect("a run");
    let judged = &entry(&results[0], "judge")["judged"];
    assert_eq!(judged["excluded"], json!(["recorded/b"]), "{judged}");
    assert_eq!(judged["verdicts"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_judge_whose_key_is_missing_stops_the_run_before_anything_is_sent() {
    let workspace = judged(
        &[("a", "Lyon")],
        "  - judge: {by: far/one, rubric: Is it right?}\n",
    );
    workspace.write(
        "providers/far.yaml",
        "provider: far\napi: openai-chat\nbase_url: http://127.0.0.1:9/v1\nkey: ${NO_SUCH_KEY}\nmodels: {one: {}}\n",
    );
    let ended = workspace.bench(&["run"]).expect(2);
    assert!(ended.stderr.contains("NO_SUCH_KEY"), "{}", ended.stderr);
    assert!(!workspace.store_path().exists(), "no run was started");
}

#[test]
fn judges_are_asked_again_by_score_only_where_they_changed() {
    let workspace = judged(
        &[("a", "Lyon"), ("a", "Paris")],
        "  - contains: {}\n  - judge: {by: kind/one, rubric: Is it right?}\n",
    );
    program_judge(&workspace, "kind", &always(GOOD), "");
    workspace.bench(&["run", "-q"]).expect(0);
    assert_eq!(asked(&workspace), 2);
    let same = workspace.bench(&["score", "latest"]).expect(0);
    assert!(
        same.stdout.contains("0 scores changed")
            || same.stdout.contains(", 0 changed")
            || same.stdout.contains("0 scores"),
        "{}",
        same.stdout
    );
    workspace.write(
        "tasks/q.yaml",
        "task: q\ncases: ../golden/q.jsonl\nprompts: [\"{{ q }}\"]\nscorers:\n  - contains: {}\n  - judge: {by: kind/one, rubric: Is it polite?}\n",
    );
    let open = workspace.bench(&["score", "latest"]).expect(102);
    assert!(open.stderr.contains("--judges"), "{}", open.stderr);
    assert_eq!(asked(&workspace), 2, "nothing is sent unless asked for");
    assert!(open.stdout.contains("0.800 -> judge-error"), "{}", open.stdout);
    let ended = workspace.bench(&["score", "latest", "--judges"]).expect(0);
    assert_eq!(asked(&workspace), 4);
    // The table knows what the judges said.
    let row = ended.stdout.lines().find(|line| line.starts_with("judge "));
    let row: Vec<&str> = row.unwrap_or_default().split_whitespace().collect();
    assert_eq!(
        row,
        ["judge", "unchanged", "2", "2", "-", "->", "0.800"],
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("judge-error -> 0.9"), "{}", ended.stdout);
    let results = workspace.results().pop().expect("a run");
    assert!(
        results.iter().all(|trial| trial["outcome"] == "scored"),
        "{results:?}"
    );
}

#[test]
fn a_sampled_judge_sees_the_best_and_a_share_of_the_rest() {
    let answers: Vec<(&str, &str)> = (0..20)
        .map(|at| ("a", if at < 5 { "Lyon" } else { "Paris" }))
        .collect();
    let workspace = judged(
        &answers,
        "  - contains: {}\n  - judge: {by: kind/one, rubric: Is it right?, sample: {top: 0.25, rest: 0.2}}\n",
    );
    program_judge(&workspace, "kind", &always(GOOD), "");
    workspace.bench(&["run", "-q"]).expect(0);
    let results = workspace.results().pop().expect("a run");
    let seen: Vec<bool> = results
        .iter()
        .map(|trial| !entry(trial, "judge")["score"].is_null())
        .collect();
    assert!(
        seen[..5].iter().all(|seen| *seen),
        "the best are judged with certainty: {seen:?}"
    );
    assert_eq!(seen.iter().filter(|seen| **seen).count(), 5 + 3);
    assert!(results.iter().all(|trial| trial["outcome"] == "scored"));
}

#[test]
fn pairs_are_asked_both_ways_round_and_a_flip_is_a_tie() {
    // This judge always likes what it sees first.
    let workspace = judged(
        &[("a", "Paris")],
        "  - pairwise: {by: first/one, rubric: Which is better?, against: golden}\n",
    );
    program_judge(
        &workspace,
        "first",
        &always(r#"{"reasoning": "The first.", "winner": "A"}"#),
        "",
    );
    workspace.bench(&["run", "-q"]).expect(0);
    assert_eq!(asked(&workspace), 2);
    let results = workspace.results().pop().expect("a run");
    let entry = entry(&results[0], "pairwise");
    assert_eq!(entry["score"], 0.5, "{entry}");
}
