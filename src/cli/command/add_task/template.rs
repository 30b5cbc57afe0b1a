//! The text of a new task file.

use super::convert::{GoldenKind, Made};

/// Cases of an empty task.
pub const EMPTY_CASES: &str = concat!(
    r#"{"id": "1", "vars": {"input": "What is 2 + 2?"}, "golden": "4"}"#,
    "\n",
    r#"{"id": "2", "vars": {"input": "What is the capital of France?"}, "golden": "Paris"}"#,
    "\n",
);

/// A YAML double-quoted scalar: JSON strings are a subset of it.
fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}

/// The task file of an empty task.
pub fn empty(name: &str, prompt: Option<&str>) -> String {
    task_text(
        name,
        &quoted(prompt.unwrap_or("{{ input }}")),
        "  - contains: {ignore-case: true}     # the golden output occurs in the answer\n",
        "",
    )
}

/// The task file over converted cases.
pub fn task(name: &str, made: &Made, prompt: Option<&str>) -> String {
    let default = match made.vars.as_slice() {
        [one] => format!("{{{{ {one} }}}}"),
        many => many
            .iter()
            .map(|var| format!("{var}: {{{{ {var} }}}}"))
            .collect::<Vec<_>>()
            .join("\n"),
    };
    let (scorer, output) = match made.golden {
        GoldenKind::Number => (
            "  - numeric: {tolerance: 0.001}          # the last number of the answer\n",
            "",
        ),
        GoldenKind::Label => (
            "  - iequals: {}                          # the whole answer, case ignored\n",
            "",
        ),
        GoldenKind::Text => (
            "  - rouge-l: {min: 0.4}                  # overlap with the golden text\n",
            "",
        ),
        GoldenKind::Json => (
            "  - json-match: {unordered: true}        # field by field\n",
            "output: {format: json}\n",
        ),
        GoldenKind::None => (
            "  - length: {min: 1}                     # there is no golden output: say what is good\n",
            "",
        ),
    };
    task_text(name, &quoted(prompt.unwrap_or(&default)), scorer, output)
}

fn task_text(name: &str, prompt: &str, scorer: &str, output: &str) -> String {
    format!(
        "task: {name}\ndescription: \"\"\ncases: ../golden/{name}.jsonl\nprompts:\n  - id: plain\n    user: {prompt}\n\
         params: {{temperature: 0, max_tokens: 300}}\n{output}scorers:\n{scorer}pass: {{score: 1.0}}\n"
    )
}
