//! What users of prompts see.

use super::{PromptTemplate, Template, TemplateError};
use crate::model::{Message, Prompt, Role};
use indexmap::IndexMap;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

fn vars(value: Value) -> IndexMap<String, Value> {
    serde_json::from_value(value).unwrap()
}

fn render(source: &str, values: Value) -> Result<String, TemplateError> {
    Template::compile(source)?.render(&vars(values))
}

fn prompt(messages: &[(Role, &str)]) -> Prompt {
    Prompt {
        id: "p".to_owned(),
        messages: messages
            .iter()
            .map(|(role, content)| Message {
                role: *role,
                content: (*content).to_owned().into(),
            })
            .collect(),
    }
}

#[test]
fn variables_are_put_in_as_they_are() {
    assert_eq!(
        render("Sort <{{ t }}> & {{ n }}", json!({"t": "a<b>\n\"c\"", "n": 3})).unwrap(),
        "Sort <a<b>\n\"c\"> & 3"
    );
}

#[test]
fn a_value_is_never_rendered_again() {
    assert_eq!(
        render(
            "{{ t }}",
            json!({"t": "{{ secret }}{% for x in y %}", "secret": 1})
        )
        .unwrap(),
        "{{ secret }}{% for x in y %}"
    );
}

#[test]
fn an_undefined_variable_is_named_with_the_nearest_known_first() {
    let error = render("Hello\n  {{ tiket }}", json!({"zebra": 1, "ticket": "x"})).unwrap_err();
    assert_eq!(
        error.message,
        "the variable `tiket` is not defined; the case has `ticket`, `zebra`"
    );
    assert_eq!((error.line, error.column), (2, Some(6)));
}

#[test]
fn an_undefined_variable_is_found_among_several_optional_ones() {
    let source = "{% if a is defined %}{{ a }}{% endif %}{% for x in items %}{{ x }}{% endfor %}";
    let error = render(source, json!({"b": 1})).unwrap_err();
    assert!(
        error.message.starts_with("the variable `items` is not defined"),
        "{error}"
    );
    let filtered = render("{{ doc | tojson }}", json!({})).unwrap_err();
    assert_eq!(
        filtered.message,
        "the variable `doc` is not defined; the case has no variables"
    );
}

#[test]
fn an_undefined_field_of_a_variable_is_named() {
    let error = render("{{ order.total }}", json!({"order": {"sum": 3}})).unwrap_err();
    assert_eq!(error.message, "`order.total` is not defined");
}

#[test]
fn a_syntax_error_has_its_message_line_and_column() {
    let error = PromptTemplate::compile(&prompt(&[(Role::System, "ok"), (Role::User, "one\ntwo {{ x ")]))
        .unwrap_err();
    assert_eq!((error.message_index, error.line), (1, 2));
    assert!(error.message.contains("syntax error"), "{error}");
}

#[test]
fn text_without_marks_passes_through_but_for_its_last_newline() {
    assert_eq!(render("a } { b\n\n", json!({})).unwrap(), "a } { b\n");
    assert_eq!(render("{{ a }}\n\n", json!({"a": "x"})).unwrap(), "x\n");
    assert_eq!(render("{# note #}x", json!({})).unwrap(), "x");
}

#[test]
fn tojson_writes_plain_json_in_its_own_order() {
    let doc = json!({"doc": {"z": "<a & 'b'>", "a": [1, 2.5, null, true]}});
    assert_eq!(
        render("{{ doc | tojson }}", doc.clone()).unwrap(),
        r#"{"z":"<a & 'b'>","a":[1,2.5,null,true]}"#
    );
    assert_eq!(
        render("{{ doc.a | tojson(indent=1) }}", doc).unwrap(),
        "[\n 1,\n 2.5,\n null,\n true\n]"
    );
}

#[test]
fn other_files_cannot_be_read() {
    let error = render("{% include '/etc/hostname' %}", json!({})).unwrap_err();
    assert!(error.message.contains("not"), "{error}");
}

#[test]
fn an_endless_loop_ends_with_an_error() {
    let source = "{% for a in range(10000) %}{% for b in range(10000) %}{{ b }}{% endfor %}{% endfor %}";
    let error = render(source, json!({})).unwrap_err();
    assert!(error.message.contains("too much work"), "{error}");
}

#[test]
fn a_prompt_lists_the_variables_that_it_needs() {
    let template = PromptTemplate::compile(&prompt(&[
        (Role::System, "plain"),
        (
            Role::User,
            "{{ b }}{% for x in range(a) %}{{ x }}{{ loop.index }}{% endfor %}",
        ),
    ]))
    .unwrap();
    assert_eq!(template.undeclared().into_iter().collect::<Vec<_>>(), ["a", "b"]);
    let messages = template.render(&vars(json!({"a": 1, "b": "B"}))).unwrap();
    assert_eq!(
        messages,
        prompt(&[(Role::System, "plain"), (Role::User, "B01")]).messages
    );
}

#[test]
fn deep_nesting_and_long_chains_are_no_crash() {
    let chains = [
        ("(", ")"),
        ("[", "]"),
        ("not ", ""),
        ("-", ""),
        ("{'a':", "}"),
        ("1+", ""),
        ("", "|abs"),
        ("", ".a"),
        ("1 if 0 else ", ""),
        ("%}{% elif 1 ", ""),
    ];
    for (open, close) in chains {
        for times in [100, 15_000 / (open.len() + close.len())] {
            let code = format!("{}1{}", open.repeat(times), close.repeat(times));
            for source in [
                format!("{{{{ {code} }}}}"),
                format!("{{% if {code} %}}{{% endif %}}"),
            ] {
                let _ = render(&source, json!({}));
            }
        }
    }
    let error = render(&format!("{{{{ '{}' }}}}", "x".repeat(20_000)), json!({})).unwrap_err();
    assert!(error.message.contains("16 KB of code"), "{error}");
}

proptest::proptest! {
    #[test]
    fn a_value_arrives_as_it_is(value in "\\PC*", before in "[^{]*", after in "[^{\n]*[^{\n\r]") {
        let text = render(&format!("{before}{{{{ v }}}}{after}"), json!({"v": value})).unwrap();
        proptest::prop_assert_eq!(text, format!("{before}{value}{after}"));
    }

    #[test]
    fn no_template_breaks_it(source in "(\\{\\{|\\{%|%\\}|\\}\\}|-|\\||for|in|if|x|y|1| |'|\n|\\(|\\)|.){0,30}") {
        let _ = render(&source, json!({"x": [1, "a"], "y": {"a": null}}));
    }
}
