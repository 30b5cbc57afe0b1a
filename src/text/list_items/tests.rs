//! Tests of the splitting of lists.

use super::*;

#[track_caller]
fn splits(text: &str, items: &[&str]) {
    assert_eq!(split_items(text), items, "{text:?}");
}

#[test]
fn json_arrays_are_read() {
    splits(r#"["a", " b ", ""]"#, &["a", "b"]);
    splits("[1, 2.5, null, {\"x\": 1}]", &["1", "2.5", "null", "{\"x\":1}"]);
    splits("Here:\n```json\n[\"a\", \"b, c\"]\n```\nDone.", &["a", "b, c"]);
    splits("The items are [\"a\", \"b\"].", &["a", "b"]);
    splits("[]", &[]);
}

#[test]
fn bullets_and_numbers_are_removed_and_chatter_is_dropped() {
    splits("Sure:\n\n- a\n* b\n• c\nHope this helps!", &["a", "b", "c"]);
    splits("1. a\n2) b\n(3) c\n4: d\n10. e", &["a", "b", "c", "d", "e"]);
    splits("- [ ] a\n- [x] b", &["a", "b"]);
    splits("- foo [1]\n- bar [2]", &["foo [1]", "bar [2]"]);
    splits("**1.** a\n**2.** b", &["a", "b"]);
    splits("  - a,\n  - b", &["a", "b"]);
}

#[test]
fn lines_are_items_when_nothing_marks_them() {
    splits("a\nb, c\r\n\n d ", &["a", "b, c", "d"]);
    splits("```\na\nb\n```", &["a", "b"]);
    splits("-5\n3.5", &["-5", "3.5"]);
}

#[test]
fn one_line_is_split_at_semicolons_or_commas() {
    splits("a, b,c", &["a", "b", "c"]);
    splits("a, b; c", &["a, b", "c"]);
    splits("red, green, and blue.", &["red", "green", "blue"]);
    splits("tea or coffee", &["tea or coffee"]);
    splits("x,", &["x"]);
    splits("only one.", &["only one."]);
}

#[test]
fn commas_inside_quotes_brackets_and_numbers_do_not_separate() {
    splits("\"a, b\", c", &["a, b", "c"]);
    splits("f(x, y), g", &["f(x, y)", "g"]);
    splits("1,000, 2,000", &["1,000", "2,000"]);
    splits("1,2,3", &["1", "2", "3"]);
    splits("a), b, (c, d", &["a)", "b", "(c, d"]);
    splits("it (a, b", &["it (a", "b"]);
}

#[test]
fn marks_around_items_are_removed() {
    splits(
        "- **bold**\n- `code`\n- \"quoted\"\n- 'single'\n- “curly”",
        &["bold", "code", "quoted", "single", "curly"],
    );
    splits("- \"a\" and \"b\"", &["\"a\" and \"b\""]);
}

#[test]
fn an_empty_text_has_no_items() {
    splits("", &[]);
    splits(" \n ", &[]);
    splits(",,;", &[]);
}
