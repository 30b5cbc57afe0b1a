//! Prompts of a task.

use crate::load::files::{Source, read_text};
use crate::load::problem::Problem;
use crate::load::raw::{RawPrompt, RawPromptFields};
use crate::load::workspace::Loader;
use crate::model::{Message, Prompt, Role};
use crate::template::{Template, TemplateError};
use crate::yaml::{Span, Spanned};
use camino::Utf8Path;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// Reads, names and checks the prompts of a task.
pub fn prompts(
    loader: &mut Loader<'_>,
    source: &Source,
    raw: Spanned<Vec<Spanned<RawPrompt>>>,
) -> Vec<Arc<Prompt>> {
    if raw.value.is_empty() {
        loader.problems.push(Problem::at(
            source,
            raw.span,
            "missing-key",
            "a task needs at least one prompt",
        ));
    }
    let count = raw.value.len();
    let mut seen: HashMap<String, Span> = HashMap::new();
    let mut prompts = Vec::with_capacity(count);
    for (
        index,
        Spanned {
            value: RawPrompt(raw),
            span,
        },
    ) in raw.value.into_iter().enumerate()
    {
        let id = raw.id.clone().unwrap_or_else(|| Spanned {
            value: default_id(&raw, index, count),
            span,
        });
        if id.value.trim().is_empty() {
            loader.problems.push(Problem::at(
                source,
                id.span,
                "bad-name",
                "the id of the prompt is empty",
            ));
        }
        match seen.get(&id.value) {
            Some(first) => loader.problems.push(
                Problem::at(
                    source,
                    id.span,
                    "duplicate-name",
                    format!("a second prompt has the id `{}`", id.value),
                )
                .first_at(source, *first)
                .help("give each prompt an `id` of its own"),
            ),
            None => {
                seen.insert(id.value.clone(), id.span);
            }
        }
        let messages = messages(loader, source, raw, span);
        prompts.push(Arc::new(Prompt {
            id: id.value,
            messages,
        }));
    }
    prompts
}

fn default_id(raw: &RawPromptFields, index: usize, count: usize) -> String {
    match raw
        .file
        .as_ref()
        .and_then(|file| Utf8Path::new(&file.value).file_stem())
    {
        Some(stem) => stem.to_owned(),
        None if count == 1 => "default".to_owned(),
        None => format!("prompt-{}", index + 1),
    }
}

fn messages(loader: &mut Loader<'_>, source: &Source, raw: RawPromptFields, span: Span) -> Vec<Message> {
    let mut messages = Vec::new();
    let mut push = |loader: &mut Loader<'_>, source: &Source, role, content: Spanned<String>| {
        check_template(loader, source, &content);
        messages.push(Message {
            role,
            content: Cow::Owned(content.value),
        });
    };
    if let Some(plain) = raw.plain {
        push(loader, source, Role::User, Spanned { value: plain, span });
        return messages;
    }
    let given = [raw.user.is_some(), raw.messages.is_some(), raw.file.is_some()];
    if given.iter().filter(|given| **given).count() != 1 {
        let problem = Problem::at(
            source,
            span,
            "bad-prompt",
            "a prompt has exactly one of `user`, `messages` and `file`",
        );
        loader.problems.push(problem);
    }
    if let (Some(system), Some(_)) = (&raw.system, &raw.messages) {
        loader.problems.push(
            Problem::at(
                source,
                system.span,
                "bad-prompt",
                "`system` stands beside `messages`",
            )
            .help("write it as the first message: `{role: system, content: ..}`"),
        );
    }
    if let Some(system) = raw.system {
        push(loader, source, Role::System, system);
    }
    if let Some(user) = raw.user {
        push(loader, source, Role::User, user);
    }
    if let Some(file) = raw.file {
        let path = loader.relative(source, &file.value);
        match read_text(loader.root, &path) {
            Ok(prompt) => {
                let value = prompt.text.replace("\r\n", "\n");
                let span = Span::new(0, 0);
                push(loader, &prompt, Role::User, Spanned { value, span });
            }
            Err(problem) => loader.problems.push(
                Problem::at(
                    source,
                    file.span,
                    problem.code,
                    format!("{}: {}", problem.file, problem.message),
                )
                .help("the path is relative to the file of the task"),
            ),
        }
    }
    if let Some(list) = raw.messages {
        if list.value.is_empty() {
            loader.problems.push(Problem::at(
                source,
                list.span,
                "bad-prompt",
                "a prompt needs at least one message",
            ));
        }
        for message in list.value {
            push(loader, source, message.value.role, message.value.content);
        }
    }
    messages
}

fn check_template(loader: &mut Loader<'_>, source: &Source, content: &Spanned<String>) {
    if content.value.trim().is_empty() {
        loader.problems.push(Problem::at(
            source,
            content.span,
            "bad-prompt",
            "the message is empty",
        ));
        return;
    }
    if let Err(error) = Template::compile(&content.value) {
        let span = place_in(&source.text, content.span, &content.value, &error);
        let message = format!("the template cannot be read: {}", error.message);
        loader
            .problems
            .push(Problem::at(source, span, "bad-template", message));
    }
}

/// Where an error of a template is in its file: exact for block texts and plain one-line texts.
fn place_in(file: &str, span: Span, template: &str, error: &TemplateError) -> Span {
    if error.line == 0 {
        return span;
    }
    let Some(line) = template.lines().nth(error.line - 1).map(str::trim) else {
        return span;
    };
    if line.is_empty() {
        return span;
    }
    // Block texts and files keep their lines: the same line stands in the file, in the same order.
    let earlier = template
        .lines()
        .take(error.line - 1)
        .filter(|other| other.trim().contains(line))
        .count();
    let body = file.get(span.start..).unwrap_or_default();
    let found = body
        .match_indices(line)
        .nth(earlier)
        .map(|(at, _)| span.start + at);
    let Some(start) = found else { return span };
    let indent = template
        .lines()
        .nth(error.line - 1)
        .map_or(0, |full| full.len() - full.trim_start().len());
    let column = error.column.unwrap_or(1).saturating_sub(1);
    let offset = line
        .char_indices()
        .nth(column.saturating_sub(indent))
        .map_or(0, |(at, _)| at);
    Span::new(start + offset, start + line.len())
}
