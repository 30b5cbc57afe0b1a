//! Errors as vendors word them.

use super::*;
use proptest::prelude::*;
use serde_json::json;

fn class(status: u16, body: &Value) -> ErrorClass {
    from_reply(status, &HeaderMap::new(), body.to_string().as_bytes()).class
}

fn openai(code: &str, message: &str) -> Value {
    json!({"error": {"message": message, "type": "invalid_request_error", "param": null, "code": code}})
}

#[test]
fn an_empty_account_is_not_worth_a_retry_but_a_rate_limit_is() {
    let quota = json!({"error": {"message": "You exceeded your current quota, please check your plan and billing details.", "type": "insufficient_quota", "code": "insufficient_quota"}});
    assert_eq!(class(429, &quota), ErrorClass::Auth);
    let google = json!({"error": {"code": 429, "message": "You exceeded your current quota, please check your plan and billing details.", "status": "RESOURCE_EXHAUSTED"}});
    assert_eq!(class(429, &google), ErrorClass::Throttled);
    assert_eq!(
        class(402, &json!({"error": {"message": "Insufficient Balance"}})),
        ErrorClass::Auth
    );
}

#[test]
fn prompts_that_are_too_long_are_known_in_many_wordings() {
    let wordings = [
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
        "prompt is too long: 210000 tokens > 200000 maximum",
        "The input token count (1250025) exceeds the maximum number of tokens allowed (1048576).",
        "the request exceeds the available context size, try increasing it",
        "Input is too long for requested model.",
        "This model's maximum prompt length is 131072 but the request contains 200000 tokens.",
        "Prompt contains 40960 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
    ];
    for wording in wordings {
        assert_eq!(
            class(400, &openai("", wording)),
            ErrorClass::ContextTooLong,
            "{wording}"
        );
    }
    assert_eq!(
        class(400, &openai("context_length_exceeded", "no")),
        ErrorClass::ContextTooLong
    );
    let per_minute =
        "Rate limit reached for gpt-4o on tokens per min (TPM): too many tokens. Please try again in 1.2s.";
    assert_eq!(
        class(429, &openai("rate_limit_exceeded", per_minute)),
        ErrorClass::Throttled
    );
}

#[test]
fn content_filters_are_known_by_code_and_wording() {
    let azure = json!({"error": {"message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", "code": "content_filter", "status": 400, "innererror": {"code": "ResponsibleAIPolicyViolation"}}});
    assert_eq!(class(400, &azure), ErrorClass::Filtered);
    assert_eq!(
        class(
            400,
            &openai(
                "data_inspection_failed",
                "Input data may contain inappropriate content."
            )
        ),
        ErrorClass::Filtered
    );
    assert_eq!(
        class(
            403,
            &json!({"error": {"code": 403, "message": "m requires moderation. Your input was flagged for \"violence\"."}})
        ),
        ErrorClass::Filtered
    );
}

#[test]
fn wrong_models_and_keys_are_known_even_behind_a_400() {
    assert_eq!(
        class(
            400,
            &json!({"object": "error", "message": "Invalid model: mistral-x", "type": "invalid_model"})
        ),
        ErrorClass::NotFound
    );
    assert_eq!(
        class(404, &openai("model_not_found", "The model `x` does not exist")),
        ErrorClass::NotFound
    );
    let google = json!([{"error": {"code": 400, "message": "API key not valid.", "details": [{"reason": "API_KEY_INVALID"}]}}]);
    assert_eq!(class(400, &google), ErrorClass::Auth);
    assert_eq!(
        class(
            400,
            &openai("unsupported_parameter", "Unsupported parameter: 'max_tokens'")
        ),
        ErrorClass::BadRequest
    );
}

#[test]
fn every_status_has_a_class() {
    use ErrorClass::*;
    let table = [
        (400, BadRequest),
        (401, Auth),
        (403, Auth),
        (404, NotFound),
        (408, Timeout),
        (409, Overloaded),
        (413, ContextTooLong),
        (422, BadRequest),
        (429, Throttled),
        (500, Overloaded),
        (502, Overloaded),
        (503, Overloaded),
        (504, Timeout),
        (529, Overloaded),
    ];
    for (status, expected) in table {
        assert_eq!(class(status, &json!({})), expected, "{status}");
    }
}

#[test]
fn messages_are_found_in_every_shape() {
    let cases = [
        (json!({"error": {"message": "a\n b"}}), "a b"),
        (json!({"error": "a"}), "a"),
        (json!({"message": "a"}), "a"),
        (json!({"detail": "a"}), "a"),
        (
            json!({"detail": [{"loc": ["body", "seed"], "msg": "no"}]}),
            "body.seed: no",
        ),
        (
            json!({"object": "error", "message": {"detail": 1, "message": "a"}}),
            "a",
        ),
        (json!([{"error": {"message": "a"}}]), "a"),
        (json!("a"), "a"),
        (
            json!({"error": {"message": "Provider returned error", "metadata": {"raw": "{\"error\":{\"message\":\"deep\"}}"}}}),
            "Provider returned error: deep",
        ),
    ];
    for (body, expected) in cases {
        assert_eq!(read_body(&body).message, expected, "{body}");
    }
    assert_eq!(
        from_reply(502, &HeaderMap::new(), b"").message,
        "HTTP 502 Bad Gateway"
    );
}

#[test]
fn an_html_page_gives_one_line() {
    let page = b"<!DOCTYPE html>\n<html><head><title>\n  502 Bad&nbsp;Gateway\n</title></head><body><h1>x</h1>long</body></html>";
    assert_eq!(
        from_reply(502, &HeaderMap::new(), page).message,
        "502 Bad Gateway"
    );
    assert_eq!(
        page_text(b"<html><body><center><h1>403 Forbidden</h1></center></body>"),
        "403 Forbidden"
    );
    assert_eq!(
        page_text(b"upstream connect error\nreset"),
        "upstream connect error reset"
    );
}

#[test]
fn the_wait_is_found_in_the_body() {
    let cases = [
        (
            json!({"error": {"message": "Rate limit reached. Please try again in 1.2s. Visit x"}}),
            1.2,
        ),
        (json!({"error": {"message": "Please try again in 20ms."}}), 0.02),
        (
            json!({"error": {"message": "Please try again in 6m0s. Visit"}}),
            360.0,
        ),
        (
            json!({"error": {"message": "Please retry after 20 seconds."}}),
            20.0,
        ),
        (
            json!({"error": {"message": "q", "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.07s"}]}}),
            34.07,
        ),
    ];
    for (body, expected) in cases {
        let wait = from_reply(429, &HeaderMap::new(), body.to_string().as_bytes()).retry_after;
        assert_eq!(wait, Some(Duration::from_secs_f64(expected)), "{body}");
    }
}

proptest! {
    #[test]
    fn hostile_replies_give_one_line_and_no_panic(status in any::<u16>(), body in "\\PC{0,60}|<[a-z/<> \n\u{130}]{0,60}") {
        let error = from_reply(status, &HeaderMap::new(), body.as_bytes());
        prop_assert!(!error.message.is_empty() || body.is_empty() || body.starts_with('<'));
        prop_assert!(!error.message.contains('\n'));
    }
}
