//! A scorer that is code, with its text.

use super::imports;
use super::options::ProgramOptions;
use crate::model::{Case, Digest};
use crate::sandbox::{Guest, ModuleKind};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the code is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Python.
    Python,
    /// JavaScript, or TypeScript by the ending of its file.
    JavaScript,
    /// WebAssembly.
    Wasm,
}

impl Language {
    /// The key in a `scorers:` list.
    pub fn key(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::JavaScript => "javascript",
            Self::Wasm => "wasm",
        }
    }

    /// The interpreter that runs it.
    pub fn guest(self) -> Option<Guest> {
        match self {
            Self::Python => Some(Guest::Python),
            Self::JavaScript => Some(Guest::JavaScript),
            Self::Wasm => None,
        }
    }

    /// The language of a file, told by its ending.
    pub fn of_file(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1 {
            "py" => Some(Self::Python),
            "js" | "cjs" | "mjs" | "ts" | "cts" | "mts" => Some(Self::JavaScript),
            "wasm" => Some(Self::Wasm),
            _ => None,
        }
    }
}

/// A scorer that is code: what the task says of it, and the content of its file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Program {
    /// What it is written in.
    pub language: Language,
    /// What the task says of it.
    pub options: ProgramOptions,
    /// The content of `options.file`, once it is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplied: Option<Supplied>,
}

/// The content of a scorer's file and of the files beside it that it imports.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Supplied {
    /// The file's name for people: relative to the workspace where it lies inside.
    pub file: String,
    /// Hash of its bytes.
    pub hash: Digest,
    /// Its bytes; their hash stands for them.
    #[serde(skip)]
    pub bytes: Arc<[u8]>,
    /// Files beside it that it imports, by their path from its folder.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub modules: BTreeMap<String, String>,
}

impl Supplied {
    /// The content of a file.
    pub fn new(file: String, bytes: Vec<u8>) -> Self {
        Self {
            file,
            hash: Digest::of(&bytes),
            bytes: bytes.into(),
            modules: BTreeMap::new(),
        }
    }

    /// Its content as text.
    pub(super) fn text(&self) -> Result<&str, String> {
        let text = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.bytes);
        std::str::from_utf8(text)
            .map_err(|_| format!("{}: this is not UTF-8 text; save the file as UTF-8", self.file))
    }
}

impl Program {
    /// The file that has to be read before the scorer can run.
    pub fn file(&self) -> Option<&str> {
        match self.supplied {
            Some(_) => None,
            None => self.options.file.as_deref(),
        }
    }

    /// Files that a text may import, by their path from the scorer's folder, without `..`; those that exist are to be
    /// supplied, and asked about in turn. `from` is the path of the text's own file.
    pub fn imports(&self, from: &str, text: &str) -> Vec<String> {
        match self.language {
            Language::Python => imports::python(from, text),
            Language::JavaScript => imports::javascript(from, text),
            Language::Wasm => Vec::new(),
        }
    }

    /// What is wrong with inline code for a case: a placeholder of a template, which promptfoo fills in, stays as it is here.
    pub(in crate::scorer) fn problem_with(&self, case: &Case) -> Option<String> {
        let code = self.options.code.as_deref()?;
        if self.language == Language::Python && ["f\"", "f'"].iter().any(|start| code.contains(start)) {
            // Two braces are one brace there.
            return None;
        }
        let mut placeholders = code.match_indices("{{").filter_map(|(at, _)| {
            let (inner, _) = code.get(at + 2..)?.split_once("}}")?;
            (!code.get(..at)?.ends_with('$')).then_some(inner.trim())
        });
        let name = placeholders.find(|name| case.vars.contains_key(*name))?;
        let read = match self.language {
            Language::Python => format!("vars[{name:?}]"),
            _ => format!("vars.{name}"),
        };
        Some(format!(
            "its code holds `{{{{ {name} }}}}`, which is not filled in; write `{read}`"
        ))
    }

    /// Checks what can be known without running it.
    pub(in crate::scorer) fn check(&self) -> Result<(), String> {
        let options = &self.options;
        let wasm = self.language == Language::Wasm;
        match (&options.file, &options.code) {
            (Some(_), Some(_)) => return Err("has both `file` and `code`; keep one".to_owned()),
            (None, None) if wasm => return Err("needs the module; write `{file: scorer.wasm}`".to_owned()),
            (None, None) => {
                return Err(format!(
                    "needs the code; write `{{file: scorers/mine.{}}}` or `{{code: \"len(output) < 200\"}}`",
                    if self.language == Language::Python {
                        "py"
                    } else {
                        "js"
                    }
                ));
            }
            (None, Some(_)) if wasm => {
                return Err("takes a compiled module; write `{file: scorer.wasm}`".to_owned());
            }
            (None, Some(code)) if code.trim().is_empty() => return Err("`code` is empty".to_owned()),
            (Some(file), None) => self.check_ending(file)?,
            (None, Some(_)) => {}
        }
        if wasm && options.entry.is_some() {
            return Err("`entry` has no meaning for a module; remove it".to_owned());
        }
        if options
            .threshold
            .is_some_and(|least| !(0.0..=1.0).contains(&least))
        {
            return Err("`threshold` must be from 0 to 1".to_owned());
        }
        options.limits()?;
        if let Some(guest) = self.language.guest().filter(|guest| !guest.is_built_in()) {
            return Err(format!(
                "this build of bench has no {guest} interpreter; build it with the feature `{}`",
                self.language.key()
            ));
        }
        if let Some(supplied) = &self.supplied {
            if wasm {
                ModuleKind::detect(&supplied.bytes)
                    .map_err(|stopped| format!("{}: {stopped}", supplied.file))?;
            } else {
                supplied.text()?;
            }
        }
        Ok(())
    }

    fn check_ending(&self, file: &str) -> Result<(), String> {
        match Language::of_file(file) {
            Some(language) if language == self.language => Ok(()),
            Some(language) => Err(format!(
                "`{file}` is for the scorer `{}`, not `{}`",
                language.key(),
                self.language.key()
            )),
            None if self.language == Language::Wasm && file.ends_with(".wat") => {
                Err(format!("`{file}` is WebAssembly as text; compile it to `.wasm`"))
            }
            None => Err(format!(
                "`{file}` does not end like a file of `{}` ({})",
                self.language.key(),
                match self.language {
                    Language::Python => ".py",
                    Language::JavaScript => ".js, .cjs, .mjs, .ts, .cts, .mts",
                    Language::Wasm => ".wasm",
                }
            )),
        }
    }
}
