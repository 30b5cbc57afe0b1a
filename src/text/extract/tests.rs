//! Tests of the extraction of JSON and code.

use serde_json::json;

use super::*;

#[test]
fn a_text_that_is_json_is_parsed_whole() {
    assert_eq!(json_value(" {\"a\": [1, 2]}\n"), Some(json!({"a": [1, 2]})));
    assert_eq!(json_value("42"), Some(json!(42)));
    assert_eq!(json_value("\"text\""), Some(json!("text")));
    assert_eq!(json_value("null"), Some(json!(null)));
}

#[test]
fn a_fenced_block_is_found_whatever_its_tag() {
    for tag in ["json", "JSON", "", "text", "json5"] {
        let text = format!("Here you are:\n\n```{tag}\n{{\"a\": 1}}\n```\nAnything [else]?");
        assert_eq!(json_value(&text), Some(json!({"a": 1})), "{tag}");
    }
}

#[test]
fn the_last_valid_fenced_block_wins() {
    let text = "```json\n{\"draft\": 1}\n```\nBetter:\n```json\n{\"final\": 2}\n```\n```\nnot json\n```";
    assert_eq!(json_value(text), Some(json!({"final": 2})));
}

#[test]
fn a_scalar_in_a_fence_counts_only_if_tagged_as_json() {
    assert_eq!(json_value("So:\n```json\n7\n```"), Some(json!(7)));
    assert_eq!(json_value("So:\n```python\n7\n```"), None);
}

#[test]
fn a_value_between_words_is_found() {
    assert_eq!(json_value("Sure! {\"a\": \"}\"} is it."), Some(json!({"a": "}"})));
    assert_eq!(
        json_value("The list: [1, \"]\", {\"b\": 2}]."),
        Some(json!([1, "]", {"b": 2}]))
    );
    assert_eq!(json_value("first [1] then {\"a\": 2}"), Some(json!([1])));
    assert_eq!(json_value("日本 {\"é\": \"ü\"} 語"), Some(json!({"é": "ü"})));
}

#[test]
fn brackets_in_prose_are_passed_over() {
    assert_eq!(json_value("{see [1, 2]}"), Some(json!([1, 2])));
    assert_eq!(
        json_value("a {set} and [note] and {\"a\": 1}"),
        Some(json!({"a": 1}))
    );
    assert_eq!(json_value("{{\"a\": 1}}"), Some(json!({"a": 1})));
    assert_eq!(json_value("[1 to 3] gives {\"a\": 1}"), Some(json!({"a": 1})));
}

#[test]
fn parts_of_a_broken_value_are_not_returned() {
    assert_eq!(json_value("x {\"a\": [1, 2], b: {\"c\": 3}}"), None);
    assert_eq!(
        json_value("x {\"a\": [1, 2], b: 3} or {\"ok\": true}"),
        Some(json!({"ok": true}))
    );
    assert_eq!(json_value("x {\"a\": [1, 2], \"b\": {\"c\""), None);
}

#[test]
fn a_text_without_json_has_none() {
    for text in [
        "",
        "   ",
        "hello",
        "{",
        "}",
        "[[[[",
        "}{",
        "```json\n```",
        "{\"a\"",
    ] {
        assert_eq!(json_value(text), None, "{text}");
    }
}

#[test]
fn an_unclosed_fence_reaches_to_the_end() {
    assert_eq!(json_value("Sure:\n```json\n{\"a\": 1}\n"), Some(json!({"a": 1})));
    assert_eq!(
        code_block("```rust\nfn f() {}", None).as_deref(),
        Some("fn f() {}")
    );
}

#[test]
fn deep_nesting_is_refused_without_trouble() {
    assert_eq!(
        json_value(&format!("{}{}", "[".repeat(5000), "]".repeat(5000))),
        None
    );
}

#[test]
fn code_blocks_are_chosen_by_language_and_the_last_wins() {
    let text = "```python\nx = 1\n```\n```bash\nls\n```\n```py\nx = 2\n```\n```\nplain\n```\n";
    assert_eq!(code_block(text, Some("Python")).as_deref(), Some("x = 2"));
    assert_eq!(code_block(text, Some("sh")).as_deref(), Some("ls"));
    assert_eq!(code_block(text, None).as_deref(), Some("plain"));
    assert_eq!(code_block(text, Some("rust")).as_deref(), Some("plain"));
    assert_eq!(code_block("```python\nx\n```", Some("rust")), None);
    assert_eq!(code_block("no code", None), None);
}

#[test]
fn fences_may_be_longer_indented_or_of_tildes() {
    assert_eq!(
        code_block("````md\n```\ninner\n```\n````", None).as_deref(),
        Some("```\ninner\n```")
    );
    assert_eq!(
        code_block("1. do\n     ~~~ rust\n  a\n     ~~~", Some("rust")).as_deref(),
        Some("a")
    );
    assert_eq!(code_block("```r\r\na\r\n```\r\n", None).as_deref(), Some("a"));
}

#[test]
fn lines_of_an_indented_or_quoted_block_lose_what_is_before_its_fence() {
    let listed = "1. So:\n\n   ```python\n   def f(x):\n       return x\n\n  odd\n   ```\n2. Done";
    assert_eq!(
        code_block(listed, None).as_deref(),
        Some("def f(x):\n    return x\n\nodd")
    );
    let behind = "2. ```py\n   def f():\n     return 1\n   ```\n- * ```js\n    f()\n    ```\nend";
    let blocks: Vec<_> = code_blocks(behind)
        .into_iter()
        .map(|block| block.content.into_owned())
        .collect();
    assert_eq!(blocks, ["def f():\n  return 1", "f()"]);
    let quoted = "> See:\n> ```python\n> def f():\n>     return 1\n>\n> # end\n> ```\n> Good.";
    assert_eq!(
        code_block(quoted, None).as_deref(),
        Some("def f():\n    return 1\n\n# end")
    );
    // A quotation that ends takes its block along; the next fence opens another one.
    let cut = "> > ```\n> > a\n```js\nb\n```";
    let blocks: Vec<_> = code_blocks(cut)
        .into_iter()
        .map(|block| block.content.into_owned())
        .collect();
    assert_eq!(blocks, ["a", "b"]);
    let tabs = "\t```\n\ta\n\t\tb\n    c\n\t```";
    assert_eq!(code_block(tabs, None).as_deref(), Some("a\n\tb\nc"));
}

#[test]
fn a_code_span_of_three_backticks_is_no_fence() {
    assert_eq!(code_block("```x``` is inline", None), None);
}

#[test]
fn an_empty_block_has_empty_content() {
    assert_eq!(code_block("```\n```", None).as_deref(), Some(""));
}

#[test]
fn info_strings_are_reduced_to_the_language() {
    let languages: Vec<_> = code_blocks("```{.python #id}\n```\n``` rust,ignore\n```\n```\n```")
        .into_iter()
        .map(|block| block.language)
        .collect();
    assert_eq!(languages, [Some("python"), Some("rust"), None]);
}
