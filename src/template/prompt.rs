//! A prompt's message templates, compiled once per task.

use super::error::TemplateError;
use super::text::Template;
use crate::model::{Message, Prompt, Role};
use indexmap::IndexMap;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// A prompt's message templates, compiled. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PromptTemplate {
    messages: Vec<(Role, Template)>,
}

impl PromptTemplate {
    /// Compiles every message; the error is the first bad message's.
    pub fn compile(prompt: &Prompt) -> Result<Self, TemplateError> {
        let compile = |(message_index, message): (usize, &Message)| {
            Template::compile(&message.content)
                .map(|template| (message.role, template))
                .map_err(|error| TemplateError {
                    message_index,
                    ..error
                })
        };
        Ok(Self {
            messages: prompt
                .messages
                .iter()
                .enumerate()
                .map(compile)
                .collect::<Result<_, _>>()?,
        })
    }

    /// The messages with those variables put in.
    pub fn render(&self, vars: &IndexMap<String, Value>) -> Result<Vec<Message>, TemplateError> {
        let mut messages = Vec::with_capacity(self.messages.len());
        for (message_index, (role, template)) in self.messages.iter().enumerate() {
            let content = template.render(vars).map_err(|error| TemplateError {
                message_index,
                ..error
            })?;
            messages.push(Message {
                role: *role,
                content: Cow::Owned(content),
            });
        }
        Ok(messages)
    }

    /// Names of all variables that the messages read, sorted; some may be optional (`{% if x is defined %}`).
    pub fn undeclared(&self) -> BTreeSet<&str> {
        self.messages
            .iter()
            .flat_map(|(_, template)| template.undeclared())
            .collect()
    }
}
