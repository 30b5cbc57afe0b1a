//! Prompts and messages.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Who says a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Instructions.
    System,
    /// The person who asks.
    User,
    /// The model.
    Assistant,
}

/// One message: a template in a [`Prompt`], plain text in a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub content: Cow<'static, str>,
}

/// One template variant of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// Unique in its task.
    pub id: String,
    /// Message templates (minijinja), in order.
    pub messages: Vec<Message>,
}
