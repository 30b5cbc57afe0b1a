//! An independent reading of Ollama's `/api/chat`.

use super::cassette::Exchange;
use super::plug::{Answer, Plug, Reading};
use bench::model::{StopReason, Usage};
use bench::provider::ollama::Ollama;

/// Recognises a reply.
pub fn plug(exchange: &Exchange) -> Option<Plug> {
    exchange.path().ends_with("/api/chat").then(|| Plug {
        api: "ollama",
        protocol: Box::new(Ollama),
        read,
        event: |line| (String::new(), line.to_vec()),
    })
}

fn read(exchange: &Exchange) -> Reading {
    let reply = exchange.first_json();
    assert_eq!(reply["done"], true, "{}", exchange.place());
    let count = |name: &str| reply[name].as_u64().unwrap_or(0);
    Reading::Answer(Box::new(Answer {
        text: reply["message"]["content"].as_str().unwrap().to_owned(),
        usage: Some(Usage {
            input: count("prompt_eval_count"),
            output: count("eval_count"),
            ..Usage::default()
        }),
        stop: match reply["done_reason"].as_str().unwrap() {
            "stop" => StopReason::Stop,
            other => panic!("a reason without a reading: {other}"),
        },
        model: reply["model"].as_str().map(str::to_owned),
        ..Answer::default()
    }))
}
