//! What each scorer says of outputs.

use super::*;
use serde_json::json;

#[test]
fn texts_are_compared_trimmed_and_exactly() {
    assert_eq!(value("equals: Paris", Value::Null, " Paris\n"), 1.0);
    assert_eq!(value("equals: paris", Value::Null, "Paris"), 0.0);
    assert_eq!(value("iequals: ÉTÉ", Value::Null, "été"), 1.0);
    assert_eq!(value("equals: {value: ' a', trim: false}", Value::Null, "a"), 0.0);
    assert_eq!(
        value("equals: {value: '\"a\"', strip: '\"'}", Value::Null, "\"a\"."),
        0.0
    );
    assert_eq!(
        value("equals: {value: a, strip: '\".'}", Value::Null, " \"a\". "),
        1.0
    );
}

#[test]
fn the_golden_output_is_the_default_and_a_list_means_any() {
    assert_eq!(value("equals:", json!("a"), "a"), 1.0);
    assert_eq!(value("equals: {}", json!(["a", "b"]), "b"), 1.0);
    assert_eq!(value("contains: {}", json!(["a", "b"]), "xbx"), 1.0);
    assert_eq!(value("contains-all: {}", json!(["a", "b"]), "xbx"), 0.0);
    assert_eq!(value("equals: {}", json!(42), "42.0"), 1.0);
    assert_eq!(value("equals: {}", json!(true), "True"), 1.0);
    assert_eq!(
        value("equals: {}", json!({"a": 1}), "```json\n{\"a\": 1.0}\n```"),
        1.0
    );
    let error = judge("equals: {}", Value::Null, "a").unwrap_err();
    assert!(error.message.contains("no golden output") && !error.unparseable);
}

#[test]
fn paths_lead_into_the_output_and_the_golden_output() {
    let golden = json!({"items": [{"n": 3, "tags": ["x", "y"]}]});
    let output = r#"So: {"items": [{"n": 3.0, "tags": ["x", "y"]}]}"#;
    assert_eq!(value("equals: {path: items.0.n}", golden.clone(), output), 1.0);
    assert_eq!(value("equals: {path: 'items[0].n'}", golden.clone(), output), 1.0);
    assert_eq!(value("equals: {path: items.0.tags}", golden.clone(), output), 1.0);
    assert_eq!(
        value("contains: {path: items.0.tags, value: y}", golden.clone(), output),
        1.0
    );
    assert_eq!(value("equals: {path: n}", json!(3), "{\"n\": \"3\"}"), 1.0);
    let score = judge("equals: {path: items.0.n}", golden.clone(), "{\"items\": []}").unwrap();
    assert_eq!(
        (score.value, &*score.explanation),
        (0.0, "the output has no field `items.0.n`")
    );
    let score = judge("not-equals: {path: a, value: x}", golden.clone(), "no json").unwrap();
    assert!(!score.pass, "a check that cannot look does not pass");
    let error = judge("equals: {path: other}", golden, output).unwrap_err();
    assert!(error.message.contains("has no field `other`"));
}

#[test]
fn negations_turn_the_verdict_round_and_say_what_was_found() {
    assert_eq!(value("not-contains: [foo, bar]", Value::Null, "baz"), 1.0);
    let score = judge("not-contains: [foo, bar]", Value::Null, "a bar").unwrap();
    assert_eq!(
        (score.value, &*score.explanation),
        (0.0, "contains `bar`, which is excluded")
    );
    assert_eq!(value("not-icontains-all: [foo, bar]", Value::Null, "FOO"), 1.0);
}

#[test]
fn starts_and_ends_ignore_case_where_asked() {
    assert_eq!(
        value(
            "starts-with: {value: dear, ignore-case: true}",
            Value::Null,
            "DEAR x"
        ),
        1.0
    );
    assert_eq!(
        value(
            "ends-with: {value: É, ignore-case: true}",
            Value::Null,
            "caf\u{e9}"
        ),
        1.0
    );
    assert_eq!(value("starts-with: dear", Value::Null, "DEAR x"), 0.0);
    assert_eq!(value("icontains: paris", Value::Null, "é PaRiS"), 1.0);
}

#[test]
fn the_text_behind_a_marker_is_the_answer() {
    let first = "equals: {value: '4', after: 'answer is', strip: '.'}";
    assert_eq!(
        value(first, Value::Null, "the answer is 4. Then the answer is 5."),
        0.0
    );
    assert_eq!(value(first, Value::Null, "So the answer is 4."), 1.0);
    assert_eq!(
        value(first, Value::Null, " 4."),
        1.0,
        "without the marker the whole text counts"
    );
    let last = "equals: {value: '5', after: {text: 'answer is', last: true}, strip: '.'}";
    assert_eq!(
        value(last, Value::Null, "the answer is 4. Then the answer is 5."),
        1.0
    );
    let regex = "equals: {value: '5', after: {regex: '(?i)answer( is|:)'}}";
    assert_eq!(
        judge(regex, Value::Null, "ANSWER: 5").unwrap().answer.as_deref(),
        Some("5")
    );
}

#[test]
fn regexes_are_found_or_captured() {
    assert_eq!(value(r"regex: '^\d+$'", Value::Null, "42"), 1.0);
    assert_eq!(value(r"not-regex: '\d'", Value::Null, "42"), 0.0);
    let captured = judge(
        r"regex: {pattern: 'is (?P<n>\w+)', group: n, last: true}",
        json!("b"),
        "is a, is b",
    )
    .unwrap();
    assert_eq!((captured.value, captured.answer.as_deref()), (1.0, Some("b")));
    let none = judge(r"regex: {pattern: '#(\d+)', value: '7'}", Value::Null, "no").unwrap();
    assert_eq!((none.value, none.answer), (0.0, None));
}

#[test]
fn choices_are_found_in_free_text() {
    assert_eq!(
        value("choice: ABCD", json!("(B)"), "I think the answer is **B**."),
        1.0
    );
    assert_eq!(value("choice: ABCD", json!("A"), "The answer is B"), 0.0);
    let none = judge("choice: ABCD", json!("A"), "hard to say").unwrap();
    assert_eq!((none.value, none.answer), (0.0, None));
}

#[test]
fn numbers_are_read_with_separators_percent_and_fractions() {
    assert_eq!(value("numeric: true", json!(1234.5), "so $1,234.50 in all"), 1.0);
    assert_eq!(value("numeric: true", json!(0.45), "45%"), 1.0);
    assert_eq!(value("numeric: true", json!(45), "45%"), 1.0);
    assert_eq!(value("numeric: true", json!(0.75), "3/4"), 1.0);
    assert_eq!(value("numeric: {tolerance: 0.1}", json!(1.0), "1.1"), 1.0);
    assert_eq!(value("numeric: {tolerance: 0.1}", json!(1.0), "1.11"), 0.0);
    assert_eq!(value("numeric: {relative: 0.01}", json!(200), "198"), 1.0);
    assert_eq!(value("numeric: {take: first}", json!("# 18"), "18 of 20"), 1.0);
    assert_eq!(value("numeric: [1, 2]", Value::Null, "2"), 1.0);
    let none = judge("numeric: 3", Value::Null, "three").unwrap();
    assert_eq!(
        (none.value, none.answer, &*none.explanation),
        (0.0, None, "no number found in the output")
    );
}

#[test]
fn the_last_marker_decides_and_stands_in_for_a_missing_field() {
    let yaml = "numeric: {marker: ['####', 'Answer:'], value: 7}";
    assert_eq!(value(yaml, Value::Null, "#### 3 ... Answer: 7 (of 9)"), 1.0);
    assert_eq!(value(yaml, Value::Null, "7"), 0.0);
    let yaml = "numeric: {path: answer, marker: '\"answer\":'}";
    assert_eq!(value(yaml, json!(7), "{\"answer\": \"7 feet\"}"), 1.0);
    assert_eq!(
        value(yaml, json!(7), "{\"why\": \"a\"b\", \"answer\": \"7 feet\"}"),
        1.0
    );
}

#[test]
fn schema_mismatches_say_where() {
    let yaml = "json-schema: {type: object, properties: {n: {type: integer}}, required: [n, m]}";
    let score = judge(yaml, Value::Null, r#"{"n": "x"}"#).unwrap();
    assert_eq!(score.value, 0.0);
    assert!(
        score.explanation.contains("(and 1 more)"),
        "{}",
        score.explanation
    );
    assert_eq!(value("json: {strict: true}", Value::Null, "Sure: {}"), 0.0);
    assert_eq!(value("json: true", Value::Null, "Sure: {}"), 1.0);
}

#[test]
fn json_match_gives_the_share_of_right_fields_and_names_the_wrong_ones() {
    let golden = json!({"queue": "billing", "urgency": 3, "tags": ["a", "b"]});
    let output = r#"{"queue": "refund", "urgency": 3.0, "tags": ["b", "a"], "note": "x"}"#;
    let score = judge("json-match: {unordered: tags, min: 0.5}", golden.clone(), output).unwrap();
    assert_eq!((score.value, score.pass), (0.6, true));
    assert_eq!(
        score.explanation,
        "3 of 5 fields match: `queue` expected `billing`, got `refund`; `note` is extra"
    );
    let score = judge(
        "json-match: {unordered: true, extra: allow}",
        golden.clone(),
        output,
    )
    .unwrap();
    assert_eq!((score.value, score.pass), (0.75, false));
    assert_eq!(
        value(
            "json-match: {path: urgency, tolerance: 1}",
            golden.clone(),
            "{\"urgency\": 4}"
        ),
        1.0
    );
    assert_eq!(
        value(
            "json-match: {ignore-case: true, ignore: [urgency, tags]}",
            golden,
            r#"{"queue": "Billing"}"#
        ),
        1.0
    );
    assert_eq!(value("json-match: true", json!("{\"a\": 1}"), "{\"a\": 1}"), 1.0);
}

#[test]
fn set_match_gives_precision_recall_and_f1() {
    let golden = json!(["red", "green", "blue"]);
    let score = judge(
        "set-match: {ignore-case: true}",
        golden.clone(),
        "Red, Blue, and pink",
    )
    .unwrap();
    assert!((score.value - 2.0 / 3.0).abs() < 1e-12);
    assert_eq!(
        score.explanation,
        "2 of 3 expected items found, 1 extra; missing: `green`; extra: `pink`"
    );
    assert_eq!(
        value(
            "set-match: recall",
            golden.clone(),
            "[\"red\", \"x\", \"green\", \"blue\"]"
        ),
        1.0
    );
    assert_eq!(
        value(
            "set-match: {score: precision, path: c}",
            json!({"c": ["red"]}),
            "{\"c\": [\"red\", \"x\"]}"
        ),
        0.5
    );
    assert_eq!(value("set-match: f1", json!([]), "[]"), 1.0);
}

#[test]
fn likeness_passes_from_its_threshold_on_and_keeps_the_figure() {
    let score = judge("levenshtein: {min: 0.75}", json!("kitten"), "kittex").unwrap();
    assert!(score.pass && (score.value - 5.0 / 6.0).abs() < 1e-12);
    assert!(
        !judge("levenshtein: true", json!("kitten"), "kittex")
            .unwrap()
            .pass
    );
    assert_eq!(
        value("levenshtein: {ignore-case: true}", json!("Kitten"), "KITTEN"),
        1.0
    );
    let score = judge("rouge-1: {score: recall}", json!(["a b c d", "x"]), "a b").unwrap();
    assert_eq!((score.value, score.named.len()), (0.5, 3));
    assert_eq!(value("exact-match: true", json!("The  Cat"), "cat."), 1.0);
}

#[test]
fn counts_have_bounds() {
    assert_eq!(
        value("word-count: {min: 2, max: 3}", Value::Null, " a b  c "),
        1.0
    );
    assert_eq!(value("word-count: 2", Value::Null, "a b c"), 0.0);
    assert_eq!(
        value("length: {max: 2, path: t}", Value::Null, "{\"t\": \"éé\"}"),
        1.0
    );
}

#[test]
fn refusals_are_right_or_wrong_as_the_task_says() {
    let refusal = "I'm sorry, but I can't help with that.";
    assert_eq!(value("refusal: true", Value::Null, refusal), 1.0);
    assert_eq!(value("refusal: false", Value::Null, refusal), 0.0);
    assert_eq!(value("refusal: golden", json!("answer"), "Sure."), 1.0);
    assert_eq!(
        value(
            "refusal: {expect: golden, path: do}",
            json!({"do": true}),
            refusal
        ),
        1.0
    );
    assert!(
        judge("refusal: golden", json!("perhaps"), refusal)
            .unwrap_err()
            .message
            .contains("`refuse`")
    );
}

#[test]
fn an_unknown_cost_is_no_score() {
    let completion = completion("x");
    let output = Output::new(&completion, &OutputSpec::default());
    let input = ScoreInput {
        output: &output,
        case: &case(Value::Null),
        completion: &completion,
        cost: None,
        messages: None,
        sandbox: None,
    };
    assert!(
        scorer("cost: 1")
            .score(&input)
            .unwrap_err()
            .message
            .contains("unknown")
    );
    assert_eq!(value("cost: {max: 0}", Value::Null, "x"), 0.0);
}

#[test]
fn explanations_quote_hostile_text_short_and_visibly() {
    let hostile = format!("\u{1b}[2J\u{202e}{}", "x".repeat(100_000));
    let score = judge("equals: a", Value::Null, &hostile).unwrap();
    assert!(score.explanation.len() < 200 && !score.explanation.contains('\u{1b}'));
    assert!(!score.explanation.contains('\u{202e}'));
}

#[test]
fn no_scorer_panics_on_hostile_output() {
    let deep = "[".repeat(100_000);
    let outputs = [
        "",
        "\0",
        "{\"a\":",
        &deep,
        "é\u{301}🦀",
        "```",
        "1e999999",
        "-",
        "\\boxed{",
        "{\"a\": null}",
    ];
    // What runs in the sandbox is tested there; a call takes long where nothing is optimised.
    let code = ["python", "javascript", "wasm", "code"];
    for entry in super::super::catalog() {
        if code.contains(&entry.name) {
            continue;
        }
        let golden: Value = serde_json::from_str(entry.golden).unwrap();
        for output in outputs {
            if let Ok(score) = judge(entry.example, golden.clone(), output) {
                assert!((0.0..=1.0).contains(&score.value));
            }
        }
    }
}

#[test]
fn whole_numbers_are_compared_to_the_last_digit() {
    let big = json!(9_007_199_254_740_992_u64);
    for yaml in [
        "equals: {}",
        "numeric: {}",
        "equals: {path: id}",
        "json-match: true",
    ] {
        let (golden, right, wrong) = if yaml.starts_with("json-match") {
            let of = |id: &str| format!("{{\"id\": {id}}}");
            (json!({"id": big}), of("9007199254740992"), of("9007199254740993"))
        } else if yaml.contains("path") {
            let of = |id: &str| format!("{{\"id\": {id}}}");
            (big.clone(), of("9007199254740992"), of("9007199254740993"))
        } else {
            (
                big.clone(),
                "9007199254740992".to_owned(),
                "9007199254740993".to_owned(),
            )
        };
        assert_eq!(value(yaml, golden.clone(), &right), 1.0, "{yaml}");
        assert_eq!(value(yaml, golden, &wrong), 0.0, "{yaml}");
    }
    let id = json!(18_446_744_073_709_551_615_u64);
    assert_eq!(value("equals: {}", id.clone(), "18446744073709551614"), 0.0);
    assert_eq!(
        value("numeric: {}", id.clone(), "id 18,446,744,073,709,551,615."),
        1.0
    );
    assert_eq!(value("numeric: {}", id.clone(), "id 18446744073709551614"), 0.0);
    assert_eq!(
        value("numeric: {tolerance: 1}", id, "id 18446744073709551614"),
        1.0
    );
    assert_eq!(
        value("numeric: {}", json!("9007199254740993"), "9007199254740992"),
        0.0
    );
    let score = judge(
        "numeric: {}",
        json!(9_007_199_254_740_993_u64),
        "9007199254740992",
    )
    .unwrap();
    assert!(
        score.explanation.contains("expected 9007199254740993"),
        "{}",
        score.explanation
    );
}

#[test]
fn other_numbers_keep_their_room_for_rounding() {
    assert_eq!(value("numeric: {}", json!(1000), "1e3"), 1.0);
    assert_eq!(value("numeric: {}", json!(-5), "it is -5.0"), 1.0);
    assert_eq!(value("numeric: {}", json!(0.3), "0.30"), 1.0);
    assert_eq!(value("numeric: {relative: 0.29}", json!(100), "129"), 1.0);
    assert_eq!(value("numeric: {}", json!(45), "45%"), 1.0);
    assert_eq!(value("numeric: {}", json!(0.45), "45%"), 1.0);
    assert_eq!(value("numeric: {}", json!(1250), "$1,250.00"), 1.0);
}
