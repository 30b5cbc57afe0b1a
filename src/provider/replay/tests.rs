//! What users of recordings see.

use super::{ReplayProvider, request_hash};
use crate::model::{
    Api, Case, Completion, ErrorClass, Limits, Message, ModelConfig, Money, Params, ProviderConfig,
    ProviderError, ReplaySpec, Request, Role, StopReason, Subject,
};
use crate::port::Provider;
use camino::Utf8Path;
use indexmap::IndexMap;
use pretty_assertions::assert_eq;
use serde_json::json;
use std::sync::Arc;
use tempfile::TempDir;

fn config(file: &str) -> ProviderConfig {
    ProviderConfig {
        name: "replay".into(),
        path: "providers/replay.yaml".into(),
        api: Api::Replay,
        base_url: None,
        key: None,
        headers: IndexMap::new(),
        query: IndexMap::new(),
        region: None,
        limits: Limits::default(),
        timeout_seconds: 60.0,
        max_attempts: 3,
        stream: false,
        discover: false,
        models: IndexMap::new(),
        http: None,
        exec: None,
        replay: Some(ReplaySpec { file: file.into() }),
        sim: None,
    }
}

fn request(case: &str, task: &str, model: &str, epoch: u32) -> Request {
    let case: Case = serde_json::from_value(json!({"id": case})).unwrap();
    Request {
        model: model.into(),
        messages: vec![Message {
            role: Role::User,
            content: "hi".into(),
        }],
        params: Arc::new(Params::default()),
        schema: None,
        subject: Subject {
            task: task.into(),
            prompt: "p".into(),
            case: Arc::new(case),
            epoch,
            attempt: 0,
            seed: 0,
            judged: None,
        },
    }
}

struct Recordings {
    folder: TempDir,
    provider: ReplayProvider,
}

fn recordings(text: &[u8]) -> Recordings {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("r.jsonl"), text).unwrap();
    let provider = ReplayProvider::new(&config("r.jsonl"), Utf8Path::from_path(folder.path()).unwrap());
    Recordings { folder, provider }
}

impl Recordings {
    fn ask(&self, request: &Request) -> Result<Completion, ProviderError> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime
            .block_on(self.provider.complete(request))
            .map_err(|mut error| {
                let folder = self.folder.path().to_str().unwrap();
                error.message = error.message.replace(&format!("{folder}/"), "");
                error
            })
    }

    fn text(&self, case: &str, task: &str, model: &str, epoch: u32) -> String {
        self.ask(&request(case, task, model, epoch)).unwrap().text
    }
}

#[test]
fn a_line_gives_everything_that_was_recorded() {
    let line = br#"{"id": "a", "output": "hi\n", "usage": {"prompt_tokens": 7, "completion_tokens": 2}, "cost": 0.1000000000000000055,
 "latency_ms": 1.5, "stop": "max_tokens", "reasoning": "hm", "tool_calls": [{"name": "f", "arguments": {"x": 1}}], "served_model": "m-1", "extra": [1]}"#;
    let line: Vec<u8> = line.iter().copied().filter(|byte| *byte != b'\n').collect();
    let completion = recordings(&line).ask(&request("a", "t", "m", 0)).unwrap();
    let usage = completion.usage.unwrap();
    assert_eq!(completion.text, "hi\n");
    assert_eq!((usage.input, usage.output), (7, 2));
    assert_eq!(completion.reported_cost, Some(Money(100_000_000_000)));
    assert_eq!(completion.latency_us, 1500);
    assert_eq!(
        (completion.stop, completion.stop_raw.as_deref()),
        (StopReason::Length, Some("max_tokens"))
    );
    assert_eq!(completion.reasoning.as_deref(), Some("hm"));
    assert_eq!(completion.tool_calls[0].arguments, r#"{"x": 1}"#);
    assert_eq!(completion.served_model.as_deref(), Some("m-1"));
}

#[test]
fn lone_surrogates_become_replacement_characters_and_impossible_counts_and_costs_unknown() {
    let line = br#"{"id": "a", "output": "x\ud800", "reasoning": "\udfff", "usage": {"input": 1e30, "output": 2}, "cost": 1e300}"#;
    let completion = recordings(line).ask(&request("a", "t", "m", 0)).unwrap();
    assert_eq!(completion.text, "x\u{fffd}");
    assert_eq!(completion.reasoning.as_deref(), Some("\u{fffd}"));
    assert_eq!((completion.usage, completion.reported_cost), (None, None));
}

#[test]
fn outputs_that_are_not_texts_count_as_their_json_and_unknown_usage_stays_unknown() {
    let all = recordings(b"{\"case\": 1, \"output\": {\"q\": [1, 2]}, \"usage\": {\"weird\": 3}}\n{\"case\": \"n\", \"text\": null}\n");
    let completion = all.ask(&request("1", "t", "m", 0)).unwrap();
    assert_eq!(completion.text, r#"{"q": [1, 2]}"#);
    assert_eq!(completion.usage, None);
    assert_eq!(all.text("n", "t", "m", 0), "");
}

#[test]
fn task_model_and_epoch_select_where_a_line_has_them() {
    let all = recordings(
        br#"{"id": "a", "task": "t1", "output": "t1"}
{"id": "a", "task": "t2", "model": "m", "output": "t2 m"}
{"id": "a", "task": "t2", "model": "n", "epoch": 1, "output": "t2 n 1"}
{"id": "a", "task": "t2", "model": "n", "epoch": 0, "output": "t2 n 0"}
"#,
    );
    assert_eq!(all.text("a", "t1", "x", 0), "t1");
    assert_eq!(all.text("a", "t2", "m", 0), "t2 m");
    assert_eq!(all.text("a", "t2", "n", 0), "t2 n 0");
    assert_eq!(all.text("a", "t2", "n", 1), "t2 n 1");
}

#[test]
fn repeated_lines_are_epochs_in_file_order() {
    let all = recordings(b"\xef\xbb\xbf{\"id\": \"a\", \"output\": \"0\"}\r\n\r\n{\"id\": \"b\", \"output\": \"b\"}\r\n{\"id\": \"a\", \"output\": \"1\"}");
    assert_eq!(all.text("a", "t", "m", 0), "0");
    assert_eq!(all.text("a", "t", "m", 1), "1");
    let error = all.ask(&request("a", "t", "m", 2)).unwrap_err();
    assert_eq!(error.class, ErrorClass::Unavailable);
    assert_eq!(
        error.message,
        "no recording of case `a` (task t, prompt p, model m, epoch 2) in r.jsonl; none of the 2 of that case is of this task, prompt, model and epoch"
    );
}

#[test]
fn a_line_may_be_matched_by_its_request() {
    let asked = request("a", "t", "m", 0);
    let all = recordings(
        format!(
            "{{\"request\": \"{}\", \"output\": \"x\"}}\n",
            request_hash(&asked)
        )
        .as_bytes(),
    );
    assert_eq!(all.ask(&asked).unwrap().text, "x");
    assert_eq!(all.text("anything", "t", "m", 0), "x");
}

#[test]
fn a_recorded_failure_is_that_failure() {
    let all = recordings(br#"{"id": "a", "error": {"class": "filtered", "message": "blocked"}}"#);
    let error = all.ask(&request("a", "t", "m", 0)).unwrap_err();
    assert_eq!(
        (error.class, error.message.as_str()),
        (ErrorClass::Filtered, "blocked")
    );
}

#[test]
fn recordings_made_elsewhere_may_hold_prompts_and_errors_of_their_own() {
    let all = recordings(
        br#"{"id": "a", "prompt": "Say hi.", "error": null, "output": "hi"}
{"id": "b", "prompt": [{"role": "user"}], "error": "", "output": "ho"}
{"id": "c", "prompt": "q", "output": "of prompt q"}
{"id": "d", "error": "timed out"}
"#,
    );
    assert_eq!(all.text("a", "t", "m", 0), "hi");
    assert_eq!(all.text("b", "t", "m", 0), "ho");
    assert!(
        all.ask(&request("c", "t", "m", 0))
            .unwrap_err()
            .message
            .contains("prompt p")
    );
    assert_eq!(
        all.ask(&request("d", "t", "m", 0)).unwrap_err().to_string(),
        "unavailable: timed out"
    );
}

#[test]
fn a_bad_line_is_named_by_file_and_line() {
    for (line, problem) in [
        (
            &b"{\"id\": \"b\", \"output\": "[..],
            "EOF while parsing a value (column 21)",
        ),
        (b"{\"output\": \"x\"}", "has none of `case`, `id`, `request`"),
        (
            b"{\"id\": \"b\"}",
            "has none of `output`, `text`, `tool_calls`, `error`",
        ),
        (
            b"{\"id\": \"b\", \"error\": {\"class\": \"odd\"}}",
            "has the unknown error class `odd`",
        ),
        (
            b"{\"id\": \"b\", \"output\": \"\xff\"}",
            "invalid unicode code point",
        ),
        (
            b"{\"request\": \"12\", \"output\": \"\"}",
            "`request` is not a hash",
        ),
        (b"[]", "is not a JSON object"),
    ] {
        let all = recordings(&[&b"{\"id\": \"a\", \"output\": \"fine\"}\n\n"[..], line].concat());
        let error = all.ask(&request("a", "t", "m", 0)).unwrap_err();
        assert!(error.message.starts_with("r.jsonl:3: "), "{error}");
        assert!(error.message.contains(problem), "{error}");
    }
}

#[test]
fn a_file_that_is_not_there_and_a_glob_that_fits_nothing_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let base = Utf8Path::from_path(folder.path()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for (file, words) in [("none.jsonl", "none.jsonl: "), ("*.jsonl", "no file fits")] {
        let provider = ReplayProvider::new(&config(file), base);
        let error = runtime
            .block_on(provider.complete(&request("a", "t", "m", 0)))
            .unwrap_err();
        assert!(error.message.contains(words), "{error}");
    }
}

#[test]
fn globs_join_files_and_a_model_may_have_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let base = Utf8Path::from_path(folder.path()).unwrap();
    std::fs::create_dir(base.join("sub")).unwrap();
    for name in ["one", "two", "sub/three"] {
        let line = format!("{{\"id\": \"{name}\", \"output\": \"{name}\"}}\n");
        std::fs::write(base.join(format!("{name}.jsonl")), line).unwrap();
    }
    let mut config = config("**/*.jsonl");
    let own = ModelConfig {
        file: Some("two.jsonl".into()),
        ..ModelConfig::default()
    };
    config.models.insert("own".to_owned(), own);
    let provider = ReplayProvider::new(&config, base);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let ask = |case: &str, model: &str| runtime.block_on(provider.complete(&request(case, "t", model, 0)));
    assert_eq!(ask("sub/three", "m").unwrap().text, "sub/three");
    assert_eq!(ask("one", "m").unwrap().text, "one");
    assert_eq!(ask("two", "own").unwrap().text, "two");
    assert!(ask("one", "own").is_err());
}
