//! Tests.

use super::Ollama;
use crate::model::{Api, ErrorClass, Params, ResponseFormat, StopReason};
use crate::provider::Protocol;
use crate::provider::fixtures::{config, encoded, request, streamed};
use reqwest::header::HeaderMap;
use serde_json::json;

#[test]
fn every_parameter_has_its_place_and_streaming_is_always_said() {
    let params = Params {
        temperature: Some(0.0),
        max_tokens: Some(9),
        reasoning_effort: Some("none".into()),
        response_format: Some(ResponseFormat::Json),
        extra: [("options".to_owned(), json!({"num_ctx": 8192}))]
            .into_iter()
            .collect(),
        ..Params::default()
    };
    assert_eq!(
        encoded(&Ollama, &config(Api::Ollama), &request(params)).unwrap(),
        json!({
            "model": "m", "stream": false, "format": "json", "think": false,
            "messages": [{"role": "system", "content": "be brief"}, {"role": "user", "content": "hi"}],
            "options": {"temperature": 0.0, "num_predict": 9, "num_ctx": 8192}
        })
    );
}

#[test]
fn lines_are_put_together() {
    let lines = concat!(
        "{\"model\":\"q\",\"message\":{\"role\":\"assistant\",\"content\":\"\",\"thinking\":\"hm\"},\"done\":false}\n",
        "{\"model\":\"q\",\"message\":{\"content\":\"he\"},\"done\":false}\n",
        "{\"model\":\"q\",\"message\":{\"content\":\"llo\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{ \"a\": 1 }}}]},\"done\":false}\n",
        "{\"model\":\"q\",\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":7,\"eval_count\":3}\n",
    );
    let completion = streamed(&Ollama, lines.as_bytes()).unwrap();
    assert_eq!(
        (completion.text.as_str(), completion.reasoning.as_deref()),
        ("hello", Some("hm"))
    );
    assert_eq!(completion.tool_calls[0].arguments, r#"{"a":1}"#);
    assert_eq!(completion.stop, StopReason::ToolCalls);
    let usage = completion.usage.unwrap();
    assert_eq!((usage.input, usage.output), (7, 3));
    let cut = &lines[..lines.len() - 60];
    assert_eq!(
        streamed(&Ollama, cut.as_bytes()).unwrap_err().class,
        ErrorClass::Malformed
    );
}

#[test]
fn errors_are_classed_by_their_words() {
    let class = |status, message: &str| {
        let body = json!({ "error": message }).to_string();
        Ollama.error(status, &HeaderMap::new(), body.as_bytes()).class
    };
    assert_eq!(
        class(404, "model \"x\" not found, try pulling it first"),
        ErrorClass::NotFound
    );
    assert_eq!(
        class(500, "model requires more system memory (9 GiB) than is available"),
        ErrorClass::BadRequest
    );
    assert_eq!(
        class(503, "server busy, please try again"),
        ErrorClass::Overloaded
    );
    assert_eq!(class(401, "unauthorized"), ErrorClass::Auth);
    let error = streamed(&Ollama, b"{\"error\":\"llama runner process has terminated\"}\n").unwrap_err();
    assert_eq!(error.class, ErrorClass::Overloaded);
}

#[test]
fn the_models_on_the_machine_are_listed_without_prices() {
    let (models, next) = Ollama
        .decode_models(br#"{"models":[{"name":"llama3:latest","size":1}]}"#)
        .unwrap();
    assert_eq!((models[0].id.as_str(), next), ("llama3:latest", None));
    assert_eq!(models[0].config.price, None);
}
