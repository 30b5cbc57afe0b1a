//! What a task may say of a scorer that is code.

use crate::sandbox::{Limits, MOST_MEMORY};
use crate::scorer::visitor::{Plain, Shorthand};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

/// Options of `python`, `javascript` and `wasm`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ProgramOptions {
    /// The file with the code, relative to the file that names it. Files beside it can be imported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Or the code itself: an expression, or lines with a `return`. Not for `wasm`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The function to call; by default `get_assert`, `grade` or `score` in Python, and what the module exports in
    /// JavaScript.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// Any value; the code finds it in its context as `config`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<Value>,
    /// The least score that passes where the code says nothing of it; 1 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// What a call may use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<LimitsOption>,
}

/// What a call may use.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct LimitsOption {
    /// Seconds; 5 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<f64>,
    /// Megabytes; 256 by default, 1024 at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
    /// Instructions: a limit that strikes at the same place on every machine. None by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fuel: Option<u64>,
}

/// Longest time that a call may be given, in seconds.
const MOST_TIME: f64 = 3600.0;

impl LimitsOption {
    /// The limits for the sandbox, or what is wrong with them.
    pub(in crate::scorer) fn limits(&self) -> Result<Limits, String> {
        let mut limits = Limits::default();
        if let Some(seconds) = self.time {
            if !(seconds > 0.0 && seconds <= MOST_TIME) {
                return Err(format!(
                    "`limits.time: {seconds}` must be seconds above 0 and at most {MOST_TIME}"
                ));
            }
            limits.time = Duration::from_secs_f64(seconds);
        }
        if let Some(megabytes) = self.memory {
            let most = (MOST_MEMORY >> 20) as u64;
            if !(16..=most).contains(&megabytes) {
                return Err(format!(
                    "`limits.memory: {megabytes}` must be megabytes from 16 to {most}"
                ));
            }
            limits.memory = usize::try_from(megabytes << 20).unwrap_or(MOST_MEMORY);
        }
        if self.fuel == Some(0) {
            return Err(
                "`limits.fuel: 0` allows no instruction; write a number above 0 or leave it out".to_owned(),
            );
        }
        limits.fuel = self.fuel;
        Ok(limits)
    }
}

impl ProgramOptions {
    /// The limits for the sandbox, or what is wrong with them.
    pub(super) fn limits(&self) -> Result<Limits, String> {
        self.limits
            .as_ref()
            .map_or(Ok(Limits::default()), LimitsOption::limits)
    }
}

impl Shorthand for ProgramOptions {
    const EXPECTS: &'static str = "code, the name of a file, or a mapping with `file` or `code`";

    /// A text is code, but for one that reads like the name of a file, with promptfoo's `file://` or without.
    fn from_plain(plain: Plain) -> Result<Self, String> {
        let Plain::Text(text) = plain else {
            return Err(String::new());
        };
        let (name, marked) = match text.strip_prefix("file://") {
            Some(name) => (name, true),
            None => (text.as_str(), false),
        };
        let (path, entry) = match name.rsplit_once(':') {
            Some((path, entry)) if !entry.is_empty() && !entry.contains(['/', '\\']) => (path, Some(entry)),
            _ => (name, None),
        };
        if marked || is_file_name(path) {
            return Ok(Self {
                file: Some(path.to_owned()),
                entry: entry.map(str::to_owned),
                ..Self::default()
            });
        }
        Ok(Self {
            code: Some(text),
            ..Self::default()
        })
    }
}

fn is_file_name(text: &str) -> bool {
    const ENDINGS: [&str; 9] = [
        ".py", ".js", ".cjs", ".mjs", ".ts", ".cts", ".mts", ".wasm", ".wat",
    ];
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '\\' | '.' | '_' | '-' | ' ');
    ENDINGS.iter().any(|ending| text.ends_with(ending)) && text.chars().all(plain)
}
