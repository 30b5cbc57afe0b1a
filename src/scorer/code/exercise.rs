//! What a case asks of a program: its tests, the function they call, and what stands before.

use super::options::{CodeOptions, Given};
use crate::model::Case;
use crate::scorer::quote::quote;
use serde_json::{Map, Value};

/// Tests of one case that are run.
const MOST_TESTS: usize = 1000;

/// What a case asks of a program.
#[derive(Debug, PartialEq)]
pub(super) struct Exercise {
    /// The function that is tested.
    pub(super) entry: Option<String>,
    /// What the answer goes on from.
    pub(super) prefix: Option<String>,
    /// Runs before each test that is a text.
    pub(super) setup: String,
    /// At least one.
    pub(super) tests: Vec<Test>,
}

/// A test.
#[derive(Debug, PartialEq)]
pub(super) struct Test {
    pub(super) name: String,
    pub(super) action: Action,
}

/// What a test does.
#[derive(Debug, PartialEq)]
pub(super) enum Action {
    /// Runs code among the names of the program.
    Text(String),
    /// Calls the function, and compares outside of the sandbox.
    Call { args: Vec<Value>, wanted: Wanted },
}

/// What a call has to do.
#[derive(Debug, PartialEq)]
pub(super) enum Wanted {
    /// Return this value; numbers may be so far off.
    Value { value: Value, tolerance: f64 },
    /// Raise, an exception of this class where one is named.
    Raises(Option<String>),
}

impl Exercise {
    /// All text of the tests, to see which names they use.
    pub(super) fn mentions(&self, name: &str) -> bool {
        self.tests.iter().any(|test| match &test.action {
            Action::Text(text) => has_word(text, name),
            Action::Call { .. } => false,
        })
    }
}

/// Whether a text has that word.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// Reads what a case asks. The error says what is wrong with task or case.
pub(super) fn read<'c>(options: &'c CodeOptions, case: &'c Case) -> Result<Exercise, String> {
    let golden = case.golden.as_ref();
    let field = |name: &str| golden.and_then(|golden| golden.get(name));
    let given = |given: &'c Option<Given>, name: &str| -> Result<Option<&'c Value>, String> {
        match given {
            Some(given) => given
                .value(case)
                .map(Some)
                .map_err(|problem| format!("`{name}`: {problem}")),
            None => Ok(field(name)),
        }
    };
    let text = |from: &'c Option<Given>, name: &str| -> Result<Option<String>, String> {
        match given(from, name)? {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other) => Err(format!("`{name}` is {}, not a text", quote(&other.to_string()))),
        }
    };
    let tests = match (&options.tests, golden) {
        (Some(tests), _) => tests
            .value(case)
            .map_err(|problem| format!("`tests`: {problem}"))?,
        (None, Some(Value::Object(fields))) => fields
            .get("tests")
            .ok_or("the golden output has no field `tests`")?,
        (None, Some(other)) => other,
        (None, None) => return Err("the case has no tests: neither `golden` nor `tests` is there".to_owned()),
    };
    let setup = match given(&options.setup, "setup")? {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(lines)) => joined(lines)
            .ok_or_else(|| "`setup` is a list with something that is no text in it".to_owned())?,
        Some(other) => return Err(format!("`setup` is {}, not a text", quote(&other.to_string()))),
    };
    let exercise = Exercise {
        entry: text(&options.entry, "entry")?,
        prefix: text(&options.prefix, "prefix")?,
        setup,
        tests: listed(tests)?,
    };
    if exercise.entry.as_deref().is_some_and(|entry| !is_name(entry)) {
        return Err("`entry` is not the name of a function".to_owned());
    }
    let calls = |test: &Test| matches!(test.action, Action::Call { .. });
    if exercise.entry.is_none() && exercise.tests.iter().any(calls) {
        return Err("tests with `args` need `entry`, the name of the function to call".to_owned());
    }
    Ok(exercise)
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.'))
}

fn joined(lines: &[Value]) -> Option<String> {
    let lines: Option<Vec<&str>> = lines.iter().map(Value::as_str).collect();
    Some(lines?.join("\n"))
}

fn listed(tests: &Value) -> Result<Vec<Test>, String> {
    let items = match tests {
        Value::String(text) if text.trim().is_empty() => return Err("the tests are empty".to_owned()),
        Value::String(text) => {
            return Ok(vec![Test {
                name: "tests".to_owned(),
                action: Action::Text(text.clone()),
            }]);
        }
        Value::Array(items) => items,
        other => {
            return Err(format!(
                "the tests are {}, neither a text nor a list",
                quote(&other.to_string())
            ));
        }
    };
    if items.is_empty() {
        return Err("there is no test in the list of tests".to_owned());
    }
    if items.len() > MOST_TESTS {
        return Err(format!("{} tests are more than {MOST_TESTS}", items.len()));
    }
    let numbered = items.iter().enumerate();
    numbered
        .map(|(at, item)| test(at + 1, item).map_err(|problem| format!("test {}: {problem}", at + 1)))
        .collect()
}

const FORMS: &str =
    "write code as a text, `{args: [..], expected: ..}`, or `{args: [..], raises: ValueError}`";

fn test(number: usize, item: &Value) -> Result<Test, String> {
    let fields = match item {
        Value::String(code) => {
            return Ok(Test {
                name: number.to_string(),
                action: Action::Text(code.clone()),
            });
        }
        Value::Object(fields) => fields,
        other => return Err(format!("{} is no test; {FORMS}", quote(&other.to_string()))),
    };
    const KNOWN: [&str; 6] = ["name", "code", "args", "expected", "raises", "tolerance"];
    if let Some(unknown) = fields.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return Err(format!("unknown key {}; {FORMS}", quote(unknown)));
    }
    let name = match fields.get("name") {
        None => number.to_string(),
        Some(Value::String(name)) => name.clone(),
        Some(other) => return Err(format!("its `name` is {}, not a text", quote(&other.to_string()))),
    };
    Ok(Test {
        name,
        action: action(fields)?,
    })
}

fn action(fields: &Map<String, Value>) -> Result<Action, String> {
    let args = match (fields.get("code"), fields.get("args")) {
        (Some(Value::String(code)), None) => return Ok(Action::Text(code.clone())),
        (None, Some(Value::Array(args))) => args.clone(),
        (None, Some(other)) => {
            return Err(format!(
                "its `args` are {}, not a list; one argument is a list of one",
                quote(&other.to_string())
            ));
        }
        _ => return Err(FORMS.to_owned()),
    };
    let tolerance = match fields.get("tolerance") {
        None => 0.0,
        Some(value) => value
            .as_f64()
            .filter(|tolerance| *tolerance >= 0.0)
            .ok_or("its `tolerance` is no number of 0 or more")?,
    };
    let wanted = match (fields.get("expected"), fields.get("raises")) {
        (Some(value), None) => Wanted::Value {
            value: value.clone(),
            tolerance,
        },
        (None, Some(Value::Bool(true))) => Wanted::Raises(None),
        (None, Some(Value::String(class))) => Wanted::Raises(Some(class.clone())),
        _ => return Err(FORMS.to_owned()),
    };
    Ok(Action::Call { args, wanted })
}
