//! Runs a scorer that is code.

use super::context::context;
use super::fault::{Reply, reply};
use super::source::{Language, Program};
use super::texts::Texts;
use super::twins::NoTwins;
use super::verdict::verdict;
use crate::model::{Score, ScorerError};
use crate::sandbox::{Guest, Limits, Module, ModuleAnswer, ModuleScore, Sandbox, Stopped};
use crate::scorer::compile::{Grade, Needs, Observed, ScoreInput};
use serde_json::{Map, Value, json};
use std::sync::{Arc, OnceLock};

/// Builds the scorer. The code itself is first looked at when it runs.
pub(in crate::scorer) fn compile(program: &Program) -> Result<Box<dyn Grade>, String> {
    program.check()?;
    let limits = program.options.limits()?;
    let threshold = program.options.threshold.unwrap_or(1.0);
    let config = program.options.config.clone();
    match program.language.guest() {
        Some(guest) => {
            let mut texts = Texts::default();
            Ok(Box::new(Interpreted {
                guest,
                head: request(program, &mut texts)?,
                texts,
                config,
                threshold,
                limits,
            }))
        }
        None => Ok(Box::new(Compiled {
            wasm: program
                .supplied
                .as_ref()
                .map(|supplied| Arc::clone(&supplied.bytes)),
            module: OnceLock::new(),
            config,
            threshold,
            limits,
        })),
    }
}

/// The part of a request that is the same for all outputs: everything but output and context, without the last brace.
fn request(program: &Program, texts: &mut Texts) -> Result<String, String> {
    let (file, source, form) = match &program.supplied {
        Some(supplied) => (supplied.file.as_str(), supplied.text()?, "module"),
        None => (
            "code",
            program.options.code.as_deref().unwrap_or_default(),
            "inline",
        ),
    };
    let (source, returns) = match program.language {
        Language::JavaScript if form == "inline" => texts.convert_inline(file, source),
        _ => (texts.convert(file, source)?, false),
    };
    let mut modules = Map::new();
    for (name, text) in program.supplied.iter().flat_map(|supplied| &supplied.modules) {
        modules.insert(name.clone(), texts.convert(name, text)?.into());
    }
    let request = json!({
        "do": "score",
        "program": {"file": file, "source": source, "form": form, "entry": program.options.entry, "returns": returns},
        "modules": modules,
    });
    let mut text = request.to_string();
    text.pop();
    Ok(text)
}

/// Code for one of the interpreters.
struct Interpreted {
    guest: Guest,
    head: String,
    texts: Texts,
    config: Option<Value>,
    threshold: f64,
    limits: Limits,
}

impl Interpreted {
    fn call(&self, sandbox: &Sandbox, input: &ScoreInput<'_>, limits: &Limits) -> Observed {
        let output = Value::from(input.output.text());
        let context = context(input, self.config.as_ref());
        let request = format!("{},\"output\":{output},\"context\":{context}}}", self.head);
        let mut session = match sandbox.open(self.guest, limits) {
            Ok(session) => session,
            Err(stopped) => return Observed::from(Err(failed(&stopped))),
        };
        let answer = session.call(&request);
        // What time cuts off is cut off anywhere: how far it came says nothing.
        let cut_off = matches!(answer, Err(Stopped::Time(_)));
        let fuel = session.fuel().filter(|_| !cut_off);
        drop(session);
        let reply = match answer.map_err(|stopped| failed(&stopped)) {
            Ok(answer) => reply(&answer).map_err(ScorerError::failed),
            Err(error) => Err(error),
        };
        match reply {
            Ok(reply) => self.observed(reply, limits, fuel),
            Err(error) => Observed {
                fuel,
                ..Observed::from(Err(error))
            },
        }
    }

    fn observed(&self, mut reply: Reply, limits: &Limits, fuel: Option<u64>) -> Observed {
        if let Some(fault) = &mut reply.error {
            self.texts.relocate(fault);
        }
        let result = match &reply.error {
            _ if reply.cut => Err(failed(&Stopped::Output(limits.output))),
            Some(fault) => Err(ScorerError::failed(fault.summary())),
            None => verdict(&reply.value, self.threshold),
        };
        Observed {
            result,
            fuel,
            stdout: reply.stdout,
            stderr: reply.stderr,
            fault: reply.error,
        }
    }
}

impl Grade for Interpreted {
    fn score(&self, input: &ScoreInput<'_>) -> Result<Score, ScorerError> {
        match input.sandbox {
            Some(sandbox) => self.call(sandbox, input, &self.limits).result,
            None => Err(no_sandbox()),
        }
    }

    fn observe(&self, input: &ScoreInput<'_>) -> Observed {
        match input.sandbox {
            Some(sandbox) => self.call(sandbox, input, &self.limits.counted()),
            None => Observed::from(Err(no_sandbox())),
        }
    }

    fn needs(&self) -> Needs {
        Needs {
            sandbox: true,
            guest: Some((self.guest, self.limits)),
        }
    }
}

/// A module of the user.
struct Compiled {
    wasm: Option<Arc<[u8]>>,
    module: OnceLock<Result<Module, Stopped>>,
    config: Option<Value>,
    threshold: f64,
    limits: Limits,
}

impl Compiled {
    fn call(&self, module: Result<Module, Stopped>, input: &ScoreInput<'_>, limits: &Limits) -> Observed {
        let module = match module {
            Ok(module) => module,
            Err(stopped) => return Observed::from(Err(failed(&stopped))),
        };
        let context = context(input, self.config.as_ref()).to_string();
        let call = module.grade(input.output.text(), &context, limits);
        let result = match call.answer {
            Ok(ModuleAnswer::Score(score)) => self.typed(score),
            Ok(ModuleAnswer::Failed(message)) => {
                Err(ScorerError::failed(format!("it says: {}", line(&message))))
            }
            Ok(ModuleAnswer::Text(text)) => self.written(&text),
            Err(stopped) => {
                let mut error = failed(&stopped);
                if let Some(last) = last_words(&call.stderr) {
                    error.message = format!("{}; it wrote: {}", error.message, line(last));
                }
                Err(error)
            }
        };
        Observed {
            result,
            fuel: call.fuel,
            stdout: String::new(),
            stderr: call.stderr,
            fault: None,
        }
    }

    fn typed(&self, score: ModuleScore) -> Result<Score, ScorerError> {
        let ModuleScore {
            score,
            pass,
            reason,
            named,
        } = score;
        let mut figures = Map::new();
        for (name, value) in named {
            if figures.contains_key(&name) {
                return Err(ScorerError::failed(format!(
                    "its `named` has `{}` twice",
                    line(&name)
                )));
            }
            figures.insert(name, number(value));
        }
        let value = json!({"score": number(score), "pass": pass, "reason": reason, "named": figures});
        verdict(&value, self.threshold)
    }

    fn written(&self, text: &str) -> Result<Score, ScorerError> {
        if text.trim().is_empty() {
            return Err(ScorerError::failed(
                "it wrote nothing to stdout; it must write one score as JSON",
            ));
        }
        let refused = |error: serde_json::Error| {
            ScorerError::failed(format!(
                "what it wrote to stdout is not one JSON value ({}): {}",
                line(&error.to_string()),
                line(text)
            ))
        };
        let value: Value = serde_json::from_str(text.trim()).map_err(refused)?;
        serde_json::from_str::<NoTwins>(text.trim()).map_err(refused)?;
        verdict(&value, self.threshold)
    }
}

impl Grade for Compiled {
    fn score(&self, input: &ScoreInput<'_>) -> Result<Score, ScorerError> {
        let Some(sandbox) = input.sandbox else {
            return Err(no_sandbox());
        };
        let load = || {
            sandbox.module(
                self.wasm.as_deref().unwrap_or_default(),
                self.limits.fuel.is_some(),
            )
        };
        let module = self.module.get_or_init(load).clone();
        self.call(module, input, &self.limits).result
    }

    fn observe(&self, input: &ScoreInput<'_>) -> Observed {
        match input.sandbox {
            Some(sandbox) => {
                let module = sandbox.module(self.wasm.as_deref().unwrap_or_default(), true);
                self.call(module, input, &self.limits.counted())
            }
            None => Observed::from(Err(no_sandbox())),
        }
    }

    fn needs(&self) -> Needs {
        Needs {
            sandbox: true,
            guest: None,
        }
    }
}

/// The last line that says something: not Rust's advice after a panic.
fn last_words(stderr: &str) -> Option<&str> {
    let says = |line: &&str| !line.trim().is_empty() && !line.starts_with("note: run with `RUST_BACKTRACE");
    stderr.lines().rev().find(says)
}

/// A number as JSON; what JSON cannot say becomes a text that no score is made of.
fn number(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or_else(|| Value::from(value.to_string()), Value::Number)
}

fn failed(stopped: &Stopped) -> ScorerError {
    ScorerError::failed(stopped.to_string())
}

pub(in crate::scorer) fn no_sandbox() -> ScorerError {
    ScorerError::failed("code scorers need the sandbox, which was not started")
}

fn line(text: &str) -> String {
    crate::scorer::quote::visible(text.trim(), 300)
}
