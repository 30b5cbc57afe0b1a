//! Tool calls, put together from whole calls or from streamed pieces of arguments.

use super::wire::{FunctionCall, PartialArg};
use crate::model::ToolCall;
use crate::provider::shared;
use serde_json::{Map, Value};

/// Longest list that pieces of arguments may build: a path names its position, and the path is hostile.
const MAX_INDEX: usize = 10_000;
/// Deepest path.
const MAX_DEPTH: usize = 64;

/// Tool calls of a reply.
#[derive(Default)]
pub(super) struct Calls {
    done: Vec<ToolCall>,
    /// The call whose arguments still arrive.
    open: Option<(ToolCall, Value)>,
}

impl Calls {
    /// Adds a whole call or a piece of one.
    pub fn add(&mut self, call: FunctionCall) {
        let pieces = !call.partial_args.is_empty();
        if let Some(name) = call.name {
            self.close();
            let arguments = call.args.map_or_else(String::new, |args| shared::compact(&args));
            let streamed = pieces || call.will_continue;
            let made = ToolCall {
                id: call.id.unwrap_or_default(),
                name,
                arguments,
            };
            if !streamed {
                self.push(made);
                return;
            }
            self.open = Some((made, Value::Object(Map::new())));
        }
        if let Some((_, arguments)) = &mut self.open {
            for piece in call.partial_args {
                put(arguments, piece);
            }
        }
        if !call.will_continue {
            self.close();
        }
    }

    fn close(&mut self) {
        if let Some((mut call, arguments)) = self.open.take() {
            if call.arguments.is_empty() {
                call.arguments = arguments.to_string();
            }
            self.push(call);
        }
    }

    fn push(&mut self, mut call: ToolCall) {
        if call.arguments.is_empty() {
            call.arguments.push_str("{}");
        }
        self.done.push(call);
    }

    /// All calls, an unfinished one included.
    pub fn finish(mut self) -> Vec<ToolCall> {
        self.close();
        self.done
    }
}

/// Puts a piece where its JSON path (RFC 9535, names and positions only) says; a path of another kind is dropped.
/// Text is appended to text that is already there.
fn put(root: &mut Value, piece: PartialArg) {
    let Some(steps) = steps(&piece.json_path) else {
        return;
    };
    let mut at = root;
    for step in steps {
        at = match step {
            Step::Name(name) => {
                if !at.is_object() {
                    *at = Value::Object(Map::new());
                }
                match at {
                    Value::Object(fields) => fields.entry(name).or_insert(Value::Null),
                    _ => return,
                }
            }
            Step::Index(index) => {
                if !at.is_array() {
                    *at = Value::Array(Vec::new());
                }
                match at {
                    Value::Array(items) => {
                        if items.len() <= index {
                            items.resize(index + 1, Value::Null);
                        }
                        &mut items[index]
                    }
                    _ => return,
                }
            }
        };
    }
    match (at, piece.string_value, piece.number_value, piece.bool_value) {
        (Value::String(text), Some(more), ..) => text.push_str(&more),
        (at, Some(text), ..) => *at = Value::String(text),
        (at, None, Some(number), _) => *at = Value::Number(number),
        (at, None, None, Some(flag)) => *at = Value::Bool(flag),
        (at, None, None, None) => *at = Value::Null,
    }
}

enum Step {
    Name(String),
    Index(usize),
}

fn steps(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if steps.len() == MAX_DEPTH {
            return None;
        }
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let (name, tail) = after.split_at(end);
            steps.push(Step::Name(name.to_owned()));
            rest = tail;
        } else {
            let after = rest.strip_prefix('[')?;
            match after.chars().next()? {
                quote @ ('\'' | '"') => {
                    let (name, tail) = after[1..].split_once(quote)?;
                    steps.push(Step::Name(name.to_owned()));
                    rest = tail.strip_prefix(']')?;
                }
                _ => {
                    let (index, tail) = after.split_once(']')?;
                    let index = index.parse().ok().filter(|index| *index < MAX_INDEX)?;
                    steps.push(Step::Index(index));
                    rest = tail;
                }
            }
        }
    }
    Some(steps)
}
