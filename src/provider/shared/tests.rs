//! Tests.

use super::*;
use serde_json::json;
use std::borrow::Cow;

fn message(role: Role, text: &'static str) -> Message {
    Message {
        role,
        content: Cow::Borrowed(text),
    }
}

#[test]
fn messages_of_one_role_in_a_row_are_one_turn_and_system_texts_stand_apart() {
    let messages = [
        message(Role::System, "be brief"),
        message(Role::User, "one"),
        message(Role::System, "be kind"),
        message(Role::User, "two"),
        message(Role::Assistant, "three"),
    ];
    let (system, turns) = turns(&messages);
    assert_eq!(system, ["be brief", "be kind"]);
    let seen: Vec<_> = turns
        .iter()
        .map(|turn| (turn.role, turn.texts.join("|")))
        .collect();
    assert_eq!(
        seen,
        [
            (Role::User, "one|two".to_owned()),
            (Role::Assistant, "three".to_owned())
        ]
    );
}

#[test]
fn extra_fields_are_merged_into_objects_and_replace_or_remove_everything_else() {
    let params = Params {
        extra: [
            ("options".to_owned(), json!({"num_ctx": 8192})),
            ("stop".to_owned(), json!(["x"])),
            ("new".to_owned(), json!({"a": 1})),
            ("gone".to_owned(), json!(null)),
        ]
        .into_iter()
        .collect(),
        ..Params::default()
    };
    let bytes = body(
        &json!({"options": {"seed": 1}, "stop": ["a", "b"], "gone": 1}),
        &params,
    )
    .unwrap();
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        r#"{"options":{"seed":1,"num_ctx":8192},"stop":["x"],"new":{"a":1}}"#
    );
}

#[test]
fn json_is_compacted_without_touching_texts_and_numbers() {
    let raw: Box<RawValue> =
        serde_json::from_str("{ \"a b\" : [ 1.50 , \"x \\\" y\\\\\" ] ,\n \"c\": 12345678901234567890123 }")
            .unwrap();
    assert_eq!(
        compact(&raw),
        r#"{"a b":[1.50,"x \" y\\"],"c":12345678901234567890123}"#
    );
}

#[test]
fn path_segments_are_encoded() {
    assert_eq!(
        segment("arn:aws:bedrock/x v1:0~ä"),
        "arn%3Aaws%3Abedrock%2Fx%20v1%3A0~%C3%A4"
    );
}

mod hostile {
    use crate::provider::Protocol;
    use crate::provider::anthropic::Anthropic;
    use crate::provider::bedrock::Bedrock;
    use crate::provider::gemini::Gemini;
    use crate::provider::ollama::Ollama;
    use proptest::prelude::*;
    use reqwest::header::HeaderMap;

    /// One reply or event of each API, to be damaged.
    const REPLIES: [&str; 6] = [
        r#"{"type":"message_start","message":{"id":"a","content":[{"type":"tool_use","name":"f","input":{"a":1}}],"usage":{"input_tokens":18446744073709551615,"cache_read_input_tokens":18446744073709551615}}}"#,
        r#"{"type":"content_block_start","index":3,"content_block":{"type":"thinking","thinking":"x"}}"#,
        r#"{"candidates":[{"content":{"parts":[{"text":"a"},{"functionCall":{"name":"f","partialArgs":[{"jsonPath":"$.a[0].b","stringValue":"x"}]}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":18446744073709551615,"toolUsePromptTokenCount":7}}"#,
        r#"{"model":"q","message":{"content":"a","tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}]},"done":true,"eval_count":3}"#,
        r#"{"output":{"message":{"content":[{"text":"a"},{"toolUse":{"name":"f","input":{}}}]}},"stopReason":"x","usage":{"inputTokens":18446744073709551615,"cacheReadInputTokens":9}}"#,
        r#"{"contentBlockIndex":1,"start":{"toolUse":{"name":"f"}},"delta":{"toolUse":{"input":"{}"}},"error":{"message":"m","details":[{"retryDelay":"1e99s"}]}}"#,
    ];

    const EVENTS: [&str; 6] = [
        "",
        "error",
        "contentBlockStart",
        "contentBlockDelta",
        "messageStop",
        "metadata",
    ];

    proptest! {
        #[test]
        fn no_reply_however_damaged_does_harm(
            pick in 0..REPLIES.len(),
            damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
            cut in any::<prop::sample::Index>(),
            names in proptest::collection::vec(0..EVENTS.len(), 1..5),
            status in 100u16..700,
        ) {
            let mut bytes = REPLIES[pick].as_bytes().to_vec();
            for (at, byte) in &damage {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            if damage.len() > 2 {
                bytes.truncate(cut.index(bytes.len()));
            }
            let protocols: [&dyn Protocol; 4] = [&Anthropic, &Gemini, &Ollama, &Bedrock];
            for protocol in protocols {
                let _ = protocol.decode(&bytes);
                let _ = protocol.decode_models(&bytes);
                let error = protocol.error(status, &HeaderMap::new(), &bytes);
                prop_assert!(!error.message.contains('\n'));
                let mut decoder = protocol.decoder();
                for name in &names {
                    let _ = decoder.event(EVENTS[*name], &bytes);
                }
                let _ = decoder.finish();
            }
        }
    }
}
