//! The output of a trial as the scorers see it: made once, parsed at most once.

use crate::model::{Completion, OutputFormat, OutputSpec};
use crate::text;
use serde_json::Value;
use std::borrow::Cow;
use std::cell::OnceCell;

/// The output of a trial. JSON is parsed on the first use and shared by all scorers.
#[derive(Debug)]
pub struct Output<'a> {
    raw: &'a str,
    format: OutputFormat,
    code: Option<Cow<'a, str>>,
    json: OnceCell<Option<Value>>,
}

impl<'a> Output<'a> {
    /// Reads a completion as the task's output.
    pub fn new(completion: &'a Completion, spec: &OutputSpec) -> Self {
        let raw = completion.text.as_str();
        let code = match spec.format {
            OutputFormat::Code => text::code_block(raw, spec.language.as_deref()),
            OutputFormat::Text | OutputFormat::Json => None,
        };
        Self {
            raw,
            format: spec.format,
            code,
            json: OnceCell::new(),
        }
    }

    /// The text to score: the code block where the task asks for code, else the whole answer.
    pub fn text(&self) -> &str {
        self.code.as_deref().unwrap_or(self.raw)
    }

    /// The whole answer.
    pub fn raw(&self) -> &'a str {
        self.raw
    }

    /// The JSON value in the answer, also inside code fences or chatter. Line breaks and other control
    /// characters that stand bare inside JSON strings, which JSON forbids and models write, are seen through.
    pub fn json(&self) -> Option<&Value> {
        self.json.get_or_init(|| lenient_json(self.text())).as_ref()
    }

    /// The JSON value, where the task asks for JSON.
    pub fn json_if_asked(&self) -> Option<&Value> {
        match self.format {
            OutputFormat::Json => self.json(),
            OutputFormat::Text | OutputFormat::Code => None,
        }
    }

    /// Why the output has not the form that the task asks for; `None` where it has.
    ///
    /// Code without a fence is code as it stands: models answer so when they are asked for code only.
    pub fn parse_problem(&self) -> Option<&'static str> {
        match self.format {
            OutputFormat::Text => None,
            OutputFormat::Json if self.json().is_some() => None,
            OutputFormat::Json => Some("no JSON in the output, though the task asks for `format: json`"),
            OutputFormat::Code if self.text().trim().is_empty() => {
                Some("no code in the output, though the task asks for `format: code`")
            }
            OutputFormat::Code => None,
        }
    }
}

/// The JSON value of a text; where there is none, that of the text with the bare control characters inside
/// strings escaped.
fn lenient_json(source: &str) -> Option<Value> {
    if let Some(value) = text::json_value(source) {
        return Some(value);
    }
    if !source.contains(['{', '[']) || !source.contains(|c: char| c.is_ascii_control()) {
        return None;
    }
    let fenced = text::code_blocks(source).into_iter().rev().find_map(|block| {
        let value: Value = serde_json::from_str(&escape_bare_controls(&block.content)?).ok()?;
        (value.is_object() || value.is_array()).then_some(value)
    });
    fenced.or_else(|| text::json_value(&escape_bare_controls(source)?))
}

/// The text from its first bracket on, with the control characters inside string literals escaped.
pub(super) fn escape_bare_controls(source: &str) -> Option<String> {
    let start = source.find(['{', '['])?;
    let json = source.get(start..)?;
    let mut escaped = String::with_capacity(json.len() + json.len() / 16);
    let (mut in_string, mut after_backslash) = (false, false);
    for c in json.chars() {
        match c {
            _ if after_backslash => after_backslash = false,
            '\\' if in_string => after_backslash = true,
            '"' => in_string = !in_string,
            '\n' if in_string => {
                escaped.push_str("\\n");
                continue;
            }
            '\t' if in_string => {
                escaped.push_str("\\t");
                continue;
            }
            _ if in_string && c.is_ascii_control() => continue,
            _ => {}
        }
        escaped.push(c);
    }
    Some(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn output(text: &str, format: OutputFormat) -> (Option<Value>, Option<&'static str>) {
        let completion = Completion {
            text: text.to_owned(),
            ..Completion::default()
        };
        let spec = OutputSpec {
            format,
            ..OutputSpec::default()
        };
        let output = Output::new(&completion, &spec);
        (output.json().cloned(), output.parse_problem())
    }

    #[test]
    fn json_is_seen_through_fences_chatter_and_bare_line_breaks() {
        let wanted = Some(json!({"why": "a\nb", "n": 1}));
        for text in [
            "{\"why\": \"a\\nb\", \"n\": 1}",
            "Sure:\n```json\n{\"why\": \"a\nb\", \"n\": 1}\n```\nBye \"you",
            "Sure: {\"why\": \"a\nb\", \"n\": 1} and so on",
        ] {
            assert_eq!(output(text, OutputFormat::Json), (wanted.clone(), None), "{text}");
        }
    }

    #[test]
    fn an_answer_without_json_says_so_only_where_json_is_asked_for() {
        assert!(output("no", OutputFormat::Json).1.is_some());
        assert!(output("no", OutputFormat::Text).1.is_none());
    }

    #[test]
    fn code_is_taken_out_of_its_fence() {
        let completion = Completion {
            text: "Here:\n```python\nprint(1)\n```".to_owned(),
            ..Completion::default()
        };
        let spec = OutputSpec {
            format: OutputFormat::Code,
            language: Some("python".to_owned()),
            ..OutputSpec::default()
        };
        let output = Output::new(&completion, &spec);
        assert_eq!(output.text(), "print(1)");
        assert!(output.parse_problem().is_none());
    }
}
