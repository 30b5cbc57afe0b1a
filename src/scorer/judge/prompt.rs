//! Prompts: a template, built in or the judge's own, and the values that it sees.

use super::asks::{Asks, Grounding};
use super::fence::Fence;
use super::form::Form;
use super::options::Encode;
use super::visible::{json_text, visible};
use crate::model::{Case, Digest, Message, Reads, Role};
use crate::template::{Template, TemplateError};
use indexmap::IndexMap;
use serde_json::{Value, json};
use std::borrow::Cow;

/// What a judge's own template may name. `input`, `output`, `other` and `golden` stand behind the fence already, and are
/// not defined where there is none.
pub const TEMPLATE_VARIABLES: [&str; 15] = [
    "task", "input", "output", "other", "golden", "rubric", "criteria", "steps", "choices", "scale", "role",
    "first", "second", "reply", "notice",
];

const SYSTEM: &str = include_str!("prompts/system.txt");
const NOTICE: &str = include_str!("prompts/notice.txt");

/// A built-in prompt. Whoever changes its text raises its version.
#[derive(Clone, Copy, Debug)]
pub(super) struct Builtin {
    name: &'static str,
    text: &'static str,
}

impl Builtin {
    pub fn of(asks: &Asks) -> Self {
        let (name, text) = match asks {
            Asks::Rubric(_) => ("rubric-1", include_str!("prompts/rubric.txt")),
            Asks::Factuality(_) => ("factuality-1", include_str!("prompts/factuality.txt")),
            Asks::ClosedQa(_) => ("closed-qa-1", include_str!("prompts/closed-qa.txt")),
            Asks::Pairwise(_) => ("pairwise-1", include_str!("prompts/pairwise.txt")),
            Asks::Grounded(Grounding::Faithfulness, _) => {
                ("faithfulness-1", include_str!("prompts/faithfulness.txt"))
            }
            Asks::Grounded(Grounding::ContextRecall, _) => {
                ("context-recall-1", include_str!("prompts/context-recall.txt"))
            }
            Asks::Grounded(Grounding::ContextRelevance, _) => (
                "context-relevance-1",
                include_str!("prompts/context-relevance.txt"),
            ),
            Asks::Grounded(Grounding::AnswerRelevance, _) => {
                ("answer-relevance-1", include_str!("prompts/answer-relevance.txt"))
            }
        };
        Self { name, text }
    }

    pub fn text(self) -> &'static str {
        self.text
    }

    /// Name and hash, with what all prompts share.
    pub fn version(self) -> String {
        let all = [self.text, SYSTEM, NOTICE].join("\0");
        format!("{} {}", self.name, Digest::of(all.as_bytes()).short())
    }
}

/// Both messages of a question, compiled.
#[derive(Debug)]
pub(super) struct Prompt {
    system: Template,
    user: Template,
    /// Whether a template says itself where the note about the fence stands.
    places_notice: bool,
    /// Whether a template names the member's role.
    places_role: bool,
    encode: Encode,
    fixed: Fixed,
}

/// Values that are the same for all cases.
#[derive(Debug)]
struct Fixed {
    values: IndexMap<String, Value>,
    labels: [&'static str; 2],
}

/// A text that is not to be trusted, with the name of its tag.
pub(super) struct Untrusted<'a> {
    /// The variable that shows it.
    pub variable: &'static str,
    /// The name of its tag.
    pub tag: &'static str,
    pub text: Cow<'a, str>,
}

/// What a prompt is made from.
pub(super) struct Parts<'a> {
    pub system: Option<&'a str>,
    pub user: &'a str,
    pub rubric: Option<&'a str>,
    pub steps: &'a [String],
    pub form: &'a Form,
    pub reads: Reads,
    pub lists: &'a [String],
    pub encode: Encode,
}

impl Prompt {
    pub fn compile(parts: &Parts<'_>) -> Result<Self, String> {
        let compile = |what: &str, text: &str| {
            Template::compile(text)
                .map_err(|error| format!("the {what} of the judge cannot be read: {}", error.message))
        };
        let user = compile("template", parts.user)?;
        let system = compile("system message", parts.system.unwrap_or(SYSTEM))?;
        let named = |name: &str| {
            [&user, &system]
                .iter()
                .any(|template| template.undeclared().any(|it| it == name))
        };
        let prompt = Self {
            places_notice: named("notice"),
            places_role: named("role"),
            system,
            user,
            encode: parts.encode,
            fixed: Fixed::new(parts),
        };
        prompt.try_out(parts.form)?;
        Ok(prompt)
    }

    /// Writes the prompt once with made-up texts: a template that cuts or changes a text breaks the fence around it.
    fn try_out(&self, form: &Form) -> Result<(), String> {
        const SAMPLE: &str = "made-up-text ";
        let sample = SAMPLE.repeat(100);
        let given = |variable: &&&str| **variable != "other" || *form == Form::Pair;
        let texts: Vec<Untrusted<'_>> = ["input", "output", "other", "golden", "context"]
            .iter()
            .filter(given)
            .map(|variable| Untrusted {
                variable,
                tag: variable,
                text: Cow::Borrowed(sample.as_str()),
            })
            .collect();
        let cannot =
            |error: &dyn std::fmt::Display| format!("the prompt of the judge cannot be written: {error}");
        let messages = self
            .messages("task", Some("role"), &texts)
            .map_err(|error| cannot(&error))?;
        let outside = messages.iter().any(|message| {
            let (_, fence) = self.fenced(&texts);
            let rest = texts.iter().fold(message.content.to_string(), |rest, text| {
                rest.replace(&fence.wrap(text.tag, &self.written(&text.text)), "")
            });
            let rest = rest.replace(&notice(&fence), "").to_lowercase();
            rest.contains(SAMPLE.trim()) || rest.contains(fence.mark())
        });
        if outside {
            return Err(
                "the template of the judge cuts or changes a text that stands behind the fence; show `input`, \
                 `output`, `other` and `golden` as they are (`encode: json` shows them as JSON)"
                    .to_owned(),
            );
        }
        Ok(())
    }

    /// Whether the prompt shows that variable.
    pub fn shows(&self, variable: &str) -> bool {
        [&self.user, &self.system]
            .iter()
            .any(|template| template.undeclared().any(|name| name == variable))
    }

    /// The messages about one case.
    pub fn messages(
        &self,
        task: &str,
        role: Option<&str>,
        texts: &[Untrusted<'_>],
    ) -> Result<Vec<Message>, TemplateError> {
        let (shown, fence) = self.fenced(texts);
        let mut values = self.fixed.values.clone();
        values.insert("task".to_owned(), task.into());
        values.insert("role".to_owned(), json!(role));
        for (variable, tag, text) in &shown {
            values.insert((*variable).to_owned(), fence.wrap(tag, text).into());
        }
        let notice = notice(&fence);
        values.insert("notice".to_owned(), notice.as_str().into());
        let mut system = self.system.render(&values)?;
        if let Some(role) = role.filter(|_| !self.places_role) {
            system = format!("{}\n\nYou judge as this reviewer: {role}.", system.trim_end());
        }
        if !self.places_notice {
            system = format!("{}\n\n{notice}", system.trim_end());
        }
        let user = self.user.render(&values)?;
        Ok(vec![
            message(Role::System, system.trim().to_owned()),
            message(Role::User, user.trim().to_owned()),
        ])
    }

    /// The texts that the prompt shows, as they are shown, and the fence around them.
    fn fenced(&self, texts: &[Untrusted<'_>]) -> (Vec<(&'static str, &'static str, String)>, Fence) {
        let shown: Vec<_> = texts
            .iter()
            .filter(|text| self.shows(text.variable))
            .map(|text| (text.variable, text.tag, self.written(&text.text)))
            .collect();
        let fence = Fence::around(
            shown
                .iter()
                .map(|(_, tag, text)| (*tag, Cow::Borrowed(text.as_str()))),
        );
        (shown, fence)
    }

    fn written(&self, text: &str) -> String {
        match self.encode {
            Encode::Fence => visible(text),
            Encode::Json => json_text(text),
        }
    }

    /// How the two outputs of a pair are called.
    pub fn labels(&self) -> [&'static str; 2] {
        self.fixed.labels
    }
}

impl Fixed {
    fn new(parts: &Parts<'_>) -> Self {
        let Parts {
            rubric,
            steps,
            form,
            reads,
            lists,
            ..
        } = parts;
        let labels = super::read::pair_labels(*reads);
        let (low, high) = form.ends();
        let criteria: Vec<Value> = form
            .criteria()
            .iter()
            .map(|criterion| {
                json!({"name": &*criterion.name, "weight": number(criterion.weight), "text": criterion.text})
            })
            .collect();
        let choices: Vec<Value> = form
            .choices()
            .iter()
            .map(
                |choice| json!({"letter": choice.letter, "value": number(choice.value), "text": choice.text}),
            )
            .collect();
        let values = [
            ("rubric", json!(rubric)),
            ("criteria", criteria.into()),
            ("steps", json!(steps)),
            ("choices", choices.into()),
            ("scale", json!({"low": number(low), "high": number(high)})),
            ("first", labels[0].into()),
            ("second", labels[1].into()),
            ("reply", super::reply::reply(form, *reads, lists, labels).into()),
        ];
        Self {
            values: values
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            labels,
        }
    }
}

/// What the judge is told about a fence.
fn notice(fence: &Fence) -> String {
    NOTICE.trim().replace("MARK", fence.mark())
}

/// A number without a fraction that says nothing.
pub(super) fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        json!(value as i64)
    } else {
        json!(value)
    }
}

fn message(role: Role, content: String) -> Message {
    Message {
        role,
        content: Cow::Owned(content),
    }
}

/// What the candidate was sent, as one text: a single message as it is, several with their roles.
pub(super) fn input_text(messages: &[Message]) -> Option<String> {
    let role = |role: Role| match role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    match messages {
        [] => None,
        [only] => Some(only.content.to_string()),
        several => {
            let parts: Vec<String> = several
                .iter()
                .map(|message| format!("[{}]\n{}", role(message.role), message.content))
                .collect();
            Some(parts.join("\n\n"))
        }
    }
}

/// A value as people would write it: a text as it is, anything else as JSON.
pub(super) fn plain_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Array(items) if items.iter().all(Value::is_string) && !items.is_empty() => {
            let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            Cow::Owned(texts.join("\n\n"))
        }
        other => Cow::Owned(other.to_string()),
    }
}

/// A variable or metadata field of a case.
pub(super) fn field<'a>(case: &'a Case, name: &str) -> Option<&'a Value> {
    case.vars
        .get(name)
        .or_else(|| case.meta.get(name))
        .filter(|value| !value.is_null())
}
