//! One attempt against small local servers that behave well and badly.

use super::HttpProvider;
use crate::model::{Completion, ErrorClass, Params, ProviderConfig, ProviderError, Secret};
use crate::port::Provider;
use crate::provider::OpenaiChat;
use crate::provider::testing::{self, secret};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const KEY: &str = "sk-very-secret-key";
const GOOD: &str = r#"{"id":"x","model":"m","choices":[{"message":{"content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#;

fn config(base_url: &str) -> ProviderConfig {
    ProviderConfig {
        key: Some(secret("${P_KEY}", KEY)),
        ..testing::config(base_url)
    }
}

async fn ask(config: ProviderConfig) -> Result<Completion, ProviderError> {
    let protocol = OpenaiChat::new(&config);
    HttpProvider::new(Arc::new(config), Box::new(protocol))
        .unwrap()
        .complete(&testing::request(Params::default()))
        .await
}

async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).await.unwrap_or(0);
        seen.extend_from_slice(&buffer[..count]);
        if count == 0 || seen.ends_with(b"}") {
            return String::from_utf8_lossy(&seen).into_owned();
        }
    }
}

/// A server that answers each connection with the next reply, and gives the requests it saw.
async fn serve(replies: Vec<Vec<u8>>) -> (String, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/v1", listener.local_addr().unwrap());
    let seen = tokio::spawn(async move {
        let mut seen = Vec::new();
        for reply in replies {
            let (mut stream, _) = listener.accept().await.unwrap();
            seen.push(read_request(&mut stream).await);
            stream.write_all(&reply).await.unwrap();
            let _ = stream.shutdown().await;
        }
        seen
    });
    (address, seen)
}

fn reply(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

async fn ask_server(replies: Vec<Vec<u8>>) -> Result<Completion, ProviderError> {
    ask(config(&serve(replies).await.0)).await
}

#[tokio::test]
async fn a_good_reply_carries_time_limits_and_the_headers_request_id() {
    let headers =
        "content-type: application/json\r\nx-request-id: req_7\r\nx-ratelimit-remaining-requests: 9\r\n";
    let (address, seen) = serve(vec![reply("200 OK", headers, GOOD.as_bytes())]).await;
    let mut config = config(&address);
    config.query.insert("api-version".into(), "1 2".into());
    config.headers.insert("x-team".into(), secret("blue", "blue"));
    let completion = ask(config).await.unwrap();
    assert_eq!(
        (completion.text.as_str(), completion.request_id.as_deref()),
        ("hi", Some("req_7"))
    );
    assert_eq!(completion.rate_limits.requests_remaining, Some(9));
    assert!(completion.latency_us > 0);
    let request = seen.await.unwrap().remove(0).to_lowercase();
    assert!(
        request.starts_with("post /v1/chat/completions?api-version=1+2 http/1.1"),
        "{request}"
    );
    for part in [
        "authorization: bearer sk-very-secret-key",
        "x-team: blue",
        "content-type: application/json",
        "accept-encoding: gzip",
    ] {
        assert!(request.contains(part), "{part} in {request}");
    }
}

#[tokio::test]
async fn a_compressed_reply_is_read() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut gzip, GOOD.as_bytes()).unwrap();
    let body = gzip.finish().unwrap();
    let completion = ask_server(vec![reply("200 OK", "content-encoding: gzip\r\n", &body)])
        .await
        .unwrap();
    assert_eq!(completion.text, "hi");
    let broken = ask_server(vec![reply(
        "200 OK",
        "content-encoding: gzip\r\n",
        b"no gzip at all",
    )])
    .await
    .unwrap_err();
    assert_eq!(broken.class, ErrorClass::Malformed, "{broken}");
}

#[tokio::test]
async fn a_redirect_on_the_same_host_keeps_method_and_key_and_another_host_gets_nothing() {
    let (address, seen) = serve(vec![
        reply("308 Permanent Redirect", "location: /v2/chat\r\n", b""),
        reply("200 OK", "", GOOD.as_bytes()),
    ])
    .await;
    assert_eq!(ask(config(&address)).await.unwrap().text, "hi");
    let second = seen.await.unwrap().remove(1);
    assert!(
        second.starts_with("POST /v2/chat") && second.contains(KEY),
        "{second}"
    );
    let (stranger, _) = serve(vec![reply("200 OK", "", GOOD.as_bytes())]).await;
    let error = ask_server(vec![reply(
        "307 Temporary Redirect",
        &format!("location: {stranger}\r\n"),
        b"",
    )])
    .await
    .unwrap_err();
    assert!(error.message.contains("another host"), "{error}");
    let circles = (0..9)
        .map(|_| reply("302 Found", "location: /v1/chat/completions\r\n", b""))
        .collect();
    let error = ask_server(circles).await.unwrap_err();
    assert!(error.message.contains("circles"), "{error}");
}

#[tokio::test]
async fn a_server_that_never_answers_or_stops_in_the_middle_is_a_timeout() {
    for start in ["", "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"id\""] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut config = config(&format!("http://{}", listener.local_addr().unwrap()));
        config.timeout_seconds = 0.2;
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_request(&mut stream).await;
            stream.write_all(start.as_bytes()).await.unwrap();
            tokio::time::sleep(Duration::from_secs(60)).await;
        });
        let error = ask(config).await.unwrap_err();
        server.abort();
        assert_eq!(error.class, ErrorClass::Timeout);
        assert!(
            error.message.contains("0.2 s (`timeout` of providers/p.yaml)"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn connections_that_fail_or_break_off_say_how() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let refused = ask(config(&format!("http://{address}"))).await.unwrap_err();
    assert_eq!(refused.class, ErrorClass::Network);
    assert!(refused.message.contains("refuses the connection"), "{refused}");

    let silent = ask_server(vec![Vec::new()]).await.unwrap_err();
    assert_eq!(silent.class, ErrorClass::Network, "{silent}");
    let cut = ask_server(vec![
        b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"id\"".to_vec(),
    ])
    .await
    .unwrap_err();
    assert_eq!(cut.class, ErrorClass::Network, "{cut}");
    let unknown = ask(config("http://no-such-host.invalid")).await.unwrap_err();
    assert_eq!(unknown.class, ErrorClass::Network, "{unknown}");
}

#[tokio::test]
async fn truncated_json_is_malformed_and_a_page_in_place_of_json_is_not_asked_for_again() {
    let cut = ask_server(vec![reply("200 OK", "", &GOOD.as_bytes()[..40])])
        .await
        .unwrap_err();
    assert_eq!(cut.class, ErrorClass::Malformed);
    assert!(cut.message.contains("breaks off"), "{cut}");
    let page = ask_server(vec![reply("200 OK", "", b"<html><title>Log in</title>")])
        .await
        .unwrap_err();
    assert_eq!(
        (page.class, page.message.as_str()),
        (
            ErrorClass::BadRequest,
            "answered with an HTML page (`Log in`), not JSON: is `base_url` right?"
        )
    );
    let gateway = reply(
        "502 Bad Gateway",
        "retry-after: 3\r\ncf-ray: r1\r\n",
        b"<html><head><title>502 Bad Gateway</title></head>",
    );
    let error = ask_server(vec![gateway]).await.unwrap_err();
    let expected = ProviderError {
        class: ErrorClass::Overloaded,
        message: "502 Bad Gateway".into(),
        status: Some(502),
        retry_after: Some(Duration::from_secs(3)),
        request_id: Some("r1".into()),
    };
    assert_eq!(error, expected);
}

#[tokio::test]
async fn a_server_that_repeats_the_key_does_not_get_it_into_the_message() {
    let body = format!(
        "{{\"error\":{{\"message\":\"Incorrect API key provided: {KEY}.\",\"code\":\"invalid_api_key\"}}}}"
    );
    let error = ask_server(vec![reply("401 Unauthorized", "", body.as_bytes())])
        .await
        .unwrap_err();
    assert_eq!(error.class, ErrorClass::Auth);
    assert_eq!(error.message, "Incorrect API key provided: [secret].");
}

#[tokio::test]
async fn a_missing_variable_is_one_clear_error() {
    let mut config = config("http://127.0.0.1:9");
    config.key = Some(Secret {
        source: "${P_KEY}".into(),
        value: Err("P_KEY".into()),
    });
    let error = ask(config).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Auth);
    assert_eq!(
        error.message,
        "the environment variable P_KEY is not set; provider `p` (providers/p.yaml) needs it"
    );
}

#[tokio::test]
async fn a_streamed_reply_tells_the_time_of_the_first_token() {
    let stream = b": hello\n\ndata: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    for (headers, body) in [
        ("content-type: text/event-stream\r\n", stream.as_slice()),
        ("content-type: application/json\r\n", GOOD.as_bytes()),
    ] {
        let (address, _) = serve(vec![reply("200 OK", headers, body)]).await;
        let mut config = config(&address);
        config.stream = true;
        let completion = ask(config).await.unwrap();
        assert_eq!(completion.text, "hi");
        assert_eq!(
            completion.first_token_us.is_some(),
            body == stream,
            "whole replies have no first token"
        );
    }
}

#[tokio::test]
async fn a_page_in_place_of_a_stream_is_told_and_json_sent_as_html_is_read() {
    let kind = "content-type: text/html\r\n";
    let page = reply(
        "200 OK",
        kind,
        b"\n<!doctype html><html><title>Login - Acme</title></html>",
    );
    let (address, _) = serve(vec![page, reply("200 OK", kind, b"Please log in.")]).await;
    let mut config = config(&address);
    config.stream = true;
    let error = ask(config.clone()).await.unwrap_err();
    assert_eq!(
        (error.class, error.message.as_str()),
        (
            ErrorClass::BadRequest,
            "answered with an HTML page (`Login - Acme`), not JSON: is `base_url` right?"
        )
    );
    config.stream = false;
    let error = ask(config).await.unwrap_err();
    assert!(error.message.contains("HTML page (`Please log in.`)"), "{error}");
    let sloppy = ask_server(vec![reply("200 OK", kind, GOOD.as_bytes())]).await;
    assert_eq!(sloppy.unwrap().text, "hi");
}

#[tokio::test]
async fn a_lone_surrogate_does_not_throw_an_answer_away() {
    let whole = GOOD.replace("hi", r"a\ud800b");
    let body = whole.as_bytes();
    let completion = ask_server(vec![reply("200 OK", "", body)]).await.unwrap();
    assert_eq!(completion.text, "a\u{fffd}b");
    assert!(completion.usage.is_some());
    let stream = b"data: {\"choices\":[{\"delta\":{\"content\":\"x\\udc00\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    let (address, _) = serve(vec![reply(
        "200 OK",
        "content-type: text/event-stream\r\n",
        stream,
    )])
    .await;
    let mut config = config(&address);
    config.stream = true;
    assert_eq!(ask(config).await.unwrap().text, "x\u{fffd}");
}

#[tokio::test]
async fn impossible_counts_and_costs_are_unknown() {
    for usage in [
        r#"{"prompt_tokens":99999999999999999999999,"completion_tokens":2,"cost":-1}"#,
        r#"{"prompt_tokens":1,"completion_tokens":-5,"cost":1e99}"#,
        r#"{"prompt_tokens":1.5,"completion_tokens":2,"cost_in_usd_ticks":-7}"#,
    ] {
        let body = GOOD.replace(r#"{"prompt_tokens":1,"completion_tokens":2}"#, usage);
        let completion = ask_server(vec![reply("200 OK", "", body.as_bytes())])
            .await
            .unwrap();
        assert_eq!(
            (completion.usage, completion.reported_cost),
            (None, None),
            "{usage}"
        );
    }
}

#[tokio::test]
async fn a_long_wait_is_told() {
    let asks = async |seconds: u32| {
        let headers = format!("retry-after: {seconds}\r\n");
        let body = br#"{"error":{"message":"slow down"}}"#;
        ask_server(vec![reply("429 Too Many Requests", &headers, body)])
            .await
            .unwrap_err()
            .message
    };
    assert_eq!(asks(3600).await, "slow down; asks to wait 3600 s");
    assert_eq!(asks(20).await, "slow down");
}

#[tokio::test]
async fn an_unknown_certificate_is_named() {
    use tokio_rustls::rustls::{ServerConfig, crypto, pki_types::PrivateKeyDer};
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let tls = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(tls));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let _ = acceptor.accept(stream).await;
    });
    let error = ask(config(&format!("https://localhost:{port}")))
        .await
        .unwrap_err();
    server.abort();
    assert_eq!(error.class, ErrorClass::Network);
    assert!(
        error.message.contains("certificate of localhost:") && error.message.contains("not accepted"),
        "{error}"
    );
}

#[test]
fn what_is_wrong_with_the_file_is_told_before_any_request() {
    let fault = |config: ProviderConfig| {
        let protocol = OpenaiChat::new(&config);
        HttpProvider::new(Arc::new(config), Box::new(protocol))
            .err()
            .unwrap()
    };
    assert!(fault(config("api.openai.com/v1")).contains("providers/p.yaml: `base_url`"));
    assert!(fault(config("ftp://x")).contains("http:// or https://"));
    let mut broken = config("http://x");
    broken
        .headers
        .insert("x-a".into(), secret("${A}", "line\nbreak-secret"));
    let message = fault(broken);
    assert!(
        message.contains("header `x-a`") && !message.contains("break-secret"),
        "{message}"
    );
    let mut hasty = config("http://x");
    hasty.timeout_seconds = 0.0;
    assert!(fault(hasty).contains("`timeout`"));
}
