//! What users of programs see.

use super::ExecProvider;
use crate::model::{
    Api, Case, Completion, ErrorClass, ExecSpec, Limits, Message, Params, ProviderConfig, ProviderError,
    Request, Role, Subject,
};
use crate::port::Provider;
use camino::Utf8Path;
use indexmap::IndexMap;
use pretty_assertions::assert_eq;
use serde_json::json;
use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

fn config(command: &[&str], persistent: bool) -> ProviderConfig {
    ProviderConfig {
        name: "exec".into(),
        path: "providers/exec.yaml".into(),
        api: Api::Exec,
        base_url: None,
        key: None,
        headers: IndexMap::new(),
        query: IndexMap::new(),
        region: None,
        limits: Limits::default(),
        timeout_seconds: 20.0,
        max_attempts: 3,
        stream: false,
        discover: false,
        models: IndexMap::new(),
        http: None,
        exec: Some(ExecSpec {
            command: command.iter().map(|part| (*part).to_owned()).collect(),
            env: vec!["TOKEN".to_owned()],
            persistent,
        }),
        replay: None,
        sim: None,
    }
}

fn request(epoch: u32) -> Request {
    let case: Case = serde_json::from_value(json!({"id": "c 1"})).unwrap();
    Request {
        model: "m".into(),
        messages: vec![Message {
            role: Role::User,
            content: "hi".into(),
        }],
        params: Arc::new(Params {
            max_tokens: Some(9),
            ..Params::default()
        }),
        schema: None,
        subject: Subject {
            task: "t".into(),
            prompt: "p".into(),
            case: Arc::new(case),
            epoch,
            attempt: 0,
            seed: 0,
            judged: None,
        },
    }
}

fn variable(name: &str) -> Option<OsString> {
    match name {
        "TOKEN" => Some("s3cr3t-token".into()),
        "OTHER" => Some("other".into()),
        _ => std::env::var_os(name),
    }
}

fn provider(config: &ProviderConfig) -> ExecProvider {
    ExecProvider::new(config, Utf8Path::new("/"), &variable).unwrap()
}

/// Asks once for each epoch, one after the other.
fn ask(config: &ProviderConfig, epochs: u32) -> Vec<Result<Completion, ProviderError>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let provider = provider(config);
        let mut replies = Vec::new();
        for epoch in 0..epochs {
            replies.push(provider.complete(&request(epoch)).await);
        }
        replies
    })
}

fn once(script: &str) -> Result<Completion, ProviderError> {
    ask(&config(&["sh", "-c", script], false), 1).remove(0)
}

#[test]
fn a_program_reads_the_request_and_its_text_is_the_answer() {
    assert_eq!(
        once("cat").unwrap().text,
        r#"{"model":"m","messages":[{"role":"user","content":"hi"}],"params":{"max_tokens":9},"task":"t","prompt":"p","case":"c 1","epoch":0}"#
    );
    assert_eq!(once("printf ' two\\nlines \\n'").unwrap().text, " two\nlines ");
}

#[test]
fn an_answer_in_json_brings_usage_and_latency() {
    let completion =
        once(r#"echo '{"text": "hi", "usage": {"input": 3, "output": 4}, "latency_ms": 2}'"#).unwrap();
    assert_eq!((completion.text.as_str(), completion.latency_us), ("hi", 2000));
    assert_eq!(completion.usage.unwrap().output, 4);
    assert_eq!(
        once(r#"echo '{"queue": "billing"}'"#).unwrap().text,
        r#"{"queue": "billing"}"#
    );
    let wrong = once(r#"echo '{"text": "hi", "usage": 3}'"#).unwrap_err();
    assert_eq!(wrong.class, ErrorClass::Malformed);
    assert!(
        wrong.message.starts_with("sh: the answer has a wrong value"),
        "{wrong}"
    );
    let odd =
        once(r#"printf '%s' '{"text": "hi", "usage": {"input": -3, "output": 4}, "cost": -1}'"#).unwrap();
    assert_eq!((odd.usage, odd.reported_cost), (None, None));
    for key in ["text", "stop", "reasoning"] {
        let script = format!(r#"printf '%s' '{{"output": "\ud800!", "{key}": "\udc00"}}'"#);
        assert_eq!(once(&script).unwrap().text, "\u{fffd}!");
    }
}

#[test]
fn only_path_home_and_named_variables_are_passed() {
    let text = once("env").unwrap().text;
    let mut names: Vec<&str> = text.lines().filter_map(|line| line.split('=').next()).collect();
    names.retain(|name| !["PWD", "SHLVL", "_", "OLDPWD"].contains(name));
    names.sort_unstable();
    assert_eq!(names, ["HOME", "PATH", "TOKEN"]);
}

#[test]
fn a_failing_program_is_told_by_its_status_and_last_word_without_secrets() {
    let error = once("echo first >&2; echo \"bad key $TOKEN\" >&2; exit 3").unwrap_err();
    assert_eq!(error.class, ErrorClass::Unavailable);
    assert_eq!(error.message, "sh ended with exit status: 3: bad key [secret]");
    let error = ask(&config(&["no-such-program-here"], false), 1)
        .remove(0)
        .unwrap_err();
    assert!(error.message.starts_with("no-such-program-here: "), "{error}");
}

#[test]
fn a_program_may_name_its_own_error() {
    let error =
        once(r#"printf '%s' '{"error": {"class": "throttled", "message": "slow\ndown s3cr3t-token"}}'"#)
            .unwrap_err();
    assert_eq!(
        (error.class, error.message.as_str()),
        (ErrorClass::Throttled, "sh: slow down [secret]")
    );
}

#[test]
fn a_program_that_takes_too_long_is_killed_with_what_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("alive");
    let script = format!("(sleep 1; echo x > {}) & wait", file.to_str().unwrap());
    let mut config = config(&["sh", "-c", &script], false);
    config.timeout_seconds = 0.2;
    let error = ask(&config, 1).remove(0).unwrap_err();
    assert_eq!(error.class, ErrorClass::Timeout);
    std::thread::sleep(Duration::from_millis(1300));
    assert!(!file.exists());
}

#[test]
fn a_program_that_floods_stderr_or_ignores_stdin_does_not_block() {
    let flood = "i=0; while [ $i -lt 3000 ]; do echo 'a long complaint that fills the pipe of the program' >&2; i=$((i+1)); done; echo ok";
    assert_eq!(once(flood).unwrap().text, "ok");
    let mut long = request(0);
    long.messages[0].content = "x".repeat(1 << 20).into();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let completion = runtime.block_on(async {
        let config = config(&["sh", "-c", "echo ok"], false);
        provider(&config).complete(&long).await
    });
    assert_eq!(completion.unwrap().text, "ok");
}

#[test]
fn a_persistent_program_is_started_once_for_many_requests() {
    let script = "n=0; while read -r line; do n=$((n+1)); echo \"{\\\"text\\\": \\\"$n of $$\\\"}\"; done";
    let texts: Vec<String> = ask(&config(&["sh", "-c", script], true), 3)
        .into_iter()
        .map(|reply| reply.unwrap().text)
        .collect();
    let pid = texts[0].strip_prefix("1 of ").unwrap();
    assert_eq!(texts[1..], [format!("2 of {pid}"), format!("3 of {pid}")]);
}

#[test]
fn a_persistent_program_that_ended_is_started_again() {
    let script = r#"read -r line; printf '%s\n' '"an\nswer"'"#;
    let replies = ask(&config(&["sh", "-c", script], true), 4);
    assert!(replies.into_iter().all(|reply| reply.unwrap().text == "an\nswer"));
}

#[test]
fn a_persistent_program_that_dies_on_a_request_is_an_error_and_the_next_one_starts_again() {
    let script = r#"while read -r line; do case "$line" in *'"epoch":1'*) echo boom >&2; exit 5;; esac; echo ok; done"#;
    let replies = ask(&config(&["sh", "-c", script], true), 3);
    assert_eq!(replies[0].as_ref().unwrap().text, "ok");
    assert_eq!(
        replies[1].as_ref().unwrap_err().message,
        "sh ended with exit status: 5: boom"
    );
    assert_eq!(replies[2].as_ref().unwrap().text, "ok");
}

#[test]
fn requests_in_flight_have_processes_of_their_own_up_to_the_concurrency() {
    let script = "while read -r line; do sleep 0.05; echo \"$$\"; done";
    let mut config = config(&["sh", "-c", script], true);
    config.limits.concurrency = Some(3);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let processes: std::collections::BTreeSet<String> = runtime.block_on(async {
        let provider = provider(&config);
        let requests: Vec<Request> = (0..12).map(request).collect();
        let replies =
            futures_util::future::join_all(requests.iter().map(|request| provider.complete(request))).await;
        replies.into_iter().map(|reply| reply.unwrap().text).collect()
    });
    assert_eq!(processes.len(), 3);
}
