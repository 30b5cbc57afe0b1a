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
