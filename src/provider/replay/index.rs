//! Where in the files the lines of each case are. Holds positions, not texts.

use super::answer::Answer;
use super::files::expand;
use crate::model::{Digest, JudgedOutput, Shown, Subject};
use crate::provider::error::without_lone_surrogates;
use camino::{Utf8Path, Utf8PathBuf};
use indexmap::IndexSet;
use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::sync::Mutex;

/// Longest text, in bytes, that is taken for a prompt's id.
const LONGEST_PROMPT_ID: usize = 100;

/// The lines of some files, by case. 24 bytes a line.
pub(super) struct Index {
    files: Vec<(Utf8PathBuf, Mutex<File>)>,
    /// Sorted by key; lines of one key stand in file order.
    lines: Vec<Line>,
    selectors: IndexSet<Selector>,
    /// Whether any line is matched by request.
    pub(super) by_request: bool,
}

#[derive(Clone, Copy)]
struct Line {
    key: u64,
    offset: u64,
    length: u32,
    selector: u32,
}

/// What a line demands beside its case. Few differ, so they are kept once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Selector {
    file: usize,
    task: Option<String>,
    prompt: Option<String>,
    model: Option<String>,
    epoch: Option<u32>,
    /// What a verdict is about.
    verdict: Option<About>,
}

/// What a recorded verdict is about; what it does not say fits everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct About {
    scorer: Option<String>,
    of: Option<String>,
    against: Option<String>,
    order: Option<u8>,
}

/// The selecting keys of a line.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, default)]
    case: Option<Name<'a>>,
    #[serde(borrow, default)]
    id: Option<Name<'a>>,
    #[serde(borrow, default)]
    request: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    task: Option<Name<'a>>,
    #[serde(borrow, default)]
    prompt: Option<&'a RawValue>,
    #[serde(borrow, default)]
    model: Option<Name<'a>>,
    #[serde(default)]
    epoch: Option<u32>,
    #[serde(borrow, default)]
    scorer: Option<Name<'a>>,
    #[serde(borrow, default)]
    of: Option<Name<'a>>,
    #[serde(borrow, default)]
    against: Option<Name<'a>>,
    #[serde(default)]
    order: Option<u8>,
}

/// A name that may be written as a number.
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Name<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a number")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(number.to_string())))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(number.to_string())))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(number.to_string())))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// What [`Index::find`] found.
pub(super) enum Found {
    /// The line's bytes, with its file.
    Line(Vec<u8>, Utf8PathBuf),
    /// No line fits; that many are of this case, but for another task, prompt, model or epoch.
    Nothing(usize),
}

fn head_and_answer(line: &[u8]) -> Result<(Head<'_>, Answer<'_>), serde_json::Error> {
    Ok((serde_json::from_slice(line)?, serde_json::from_slice(line)?))
}

impl Index {
    /// Reads the files that `pattern` fits once, and checks every line.
    pub(super) fn build(pattern: &Utf8Path) -> Result<Self, String> {
        let mut index = Self {
            files: Vec::new(),
            lines: Vec::new(),
            selectors: IndexSet::new(),
            by_request: false,
        };
        for path in expand(pattern)? {
            index.add_file(&path)?;
        }
        index.lines.sort_by_key(|line| line.key);
        index.lines.shrink_to_fit();
        Ok(index)
    }

    fn add_file(&mut self, path: &Utf8Path) -> Result<(), String> {
        let open = || File::open(path).map_err(|error| format!("{path}: {error}"));
        let mut reader = BufReader::with_capacity(1 << 16, open()?);
        let file = self.files.len();
        let (mut offset, mut number) = (0u64, 0u64);
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let read = reader
                .read_until(b'\n', &mut bytes)
                .map_err(|error| format!("{path}: {error}"))?;
            if read == 0 {
                break;
            }
            number += 1;
            let mark = if number == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
                3
            } else {
                0
            };
            let text = bytes[mark..].trim_ascii_end();
            if !text.trim_ascii().is_empty() {
                self.add_line(file, offset + mark as u64, text)
                    .map_err(|problem| format!("{path}:{number}: {problem}"))?;
            }
            offset += read as u64;
        }
        self.files.push((path.to_owned(), Mutex::new(open()?)));
        Ok(())
    }

    fn add_line(&mut self, file: usize, offset: u64, text: &[u8]) -> Result<(), String> {
        if !text.trim_ascii_start().starts_with(b"{") {
            return Err("is not a JSON object".to_owned());
        }
        let whole;
        let (head, answer) = match head_and_answer(text) {
            Ok(both) => both,
            Err(error) => {
                whole = without_lone_surrogates(text).ok_or_else(|| words(&error))?;
                head_and_answer(&whole).map_err(|error| words(&error))?
            }
        };
        if let Some(problem) = answer.problem() {
            return Err(problem);
        }
        let key = match (head.request, head.case.or(head.id)) {
            (Some(request), _) => {
                self.by_request = true;
                Digest::parse(&request)
                    .ok_or("`request` is not a hash of 64 hex digits")?
                    .as_u64()
            }
            (None, Some(case)) => case_key(&case.0),
            (None, None) => return Err("has none of `case`, `id`, `request`".to_owned()),
        };
        let owned = |name: Option<Name<'_>>| name.map(|name| name.0.into_owned());
        let about = About {
            scorer: owned(head.scorer),
            of: owned(head.of),
            against: owned(head.against),
            order: match head.order {
                Some(order @ 1..=2) => Some(order),
                None => None,
                Some(_) => return Err("has an `order` that is neither 1 nor 2".to_owned()),
            },
        };
        let selector = Selector {
            verdict: Some(about).filter(|about| *about != About::default()),
            file,
            task: owned(head.task),
            prompt: head.prompt.and_then(prompt_id),
            model: owned(head.model),
            epoch: head.epoch,
        };
        let (selector, _) = self.selectors.insert_full(selector);
        self.lines.push(Line {
            key,
            offset,
            length: u32::try_from(text.len()).map_err(|_| "is longer than 4 GB")?,
            selector: u32::try_from(selector).map_err(|_| "is one of too many tasks, prompts and models")?,
        });
        Ok(())
    }

    /// The line for a key: the one of that epoch, else the epoch-th of those that name none.
    pub(super) fn find(&self, key: u64, model: &str, subject: &Subject) -> Result<Found, String> {
        let start = self.lines.partition_point(|line| line.key < key);
        let candidates = self.lines[start..].iter().take_while(|line| line.key == key);
        let mut unnumbered = 0;
        let mut others = 0;
        let mut chosen = None;
        for line in candidates {
            others += 1;
            let Some(selector) = self.selectors.get_index(line.selector as usize) else {
                continue;
            };
            if !selector.fits(model, subject) {
                continue;
            }
            match selector.epoch {
                Some(epoch) if epoch == subject.epoch => return self.read(line, selector),
                Some(_) => {}
                None => {
                    if unnumbered == subject.epoch && chosen.is_none() {
                        chosen = Some((line, selector));
                    }
                    unnumbered = unnumbered.saturating_add(1);
                }
            }
        }
        match chosen {
            Some((line, selector)) => self.read(line, selector),
            None => Ok(Found::Nothing(others)),
        }
    }

    fn read(&self, line: &Line, selector: &Selector) -> Result<Found, String> {
        let Some((path, file)) = self.files.get(selector.file) else {
            return Ok(Found::Nothing(0));
        };
        let mut bytes = vec![0; line.length as usize];
        let mut file = file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        file.seek(SeekFrom::Start(line.offset))
            .and_then(|_| file.read_exact(&mut bytes))
            .map_err(|error| format!("{path}: {error}; has it changed since the run started?"))?;
        Ok(Found::Line(bytes, path.clone()))
    }
}

impl Selector {
    fn fits(&self, model: &str, subject: &Subject) -> bool {
        let fits = |demand: &Option<String>, is: &str| demand.as_ref().is_none_or(|demand| demand == is);
        let verdict = self
            .verdict
            .as_ref()
            .is_none_or(|about| subject.judged.as_ref().is_some_and(|judged| about.fits(judged)));
        verdict
            && fits(&self.task, &subject.task)
            && fits(&self.prompt, &subject.prompt)
            && fits(&self.model, model)
    }
}

impl About {
    fn fits(&self, judged: &JudgedOutput) -> bool {
        // A candidate may be named as leaderboards name it, or by the model's name behind `provider/`.
        let names = |demand: &Option<String>, is: &str| {
            demand.as_ref().is_none_or(|demand| {
                demand == is || is.split_once('/').is_some_and(|(_, name)| demand == name)
            })
        };
        let order = match judged.order {
            Shown::Alone => None,
            Shown::First => Some(1),
            Shown::Second => Some(2),
        };
        self.scorer
            .as_ref()
            .is_none_or(|scorer| *scorer == *judged.scorer)
            && names(&self.of, &judged.candidate)
            && names(&self.against, judged.opponent.as_deref().unwrap_or("golden"))
            && (self.order.is_none() || self.order == order)
    }
}

/// The prompt's id. Recordings made elsewhere hold the whole prompt under that key: a text with white space, or
/// messages, which select nothing.
fn prompt_id(prompt: &RawValue) -> Option<String> {
    let id: String = serde_json::from_str(prompt.get()).ok()?;
    let is_id = id.len() <= LONGEST_PROMPT_ID && !id.contains(char::is_whitespace);
    is_id.then_some(id)
}

/// The key of lines matched by case.
pub(super) fn case_key(case: &str) -> u64 {
    Digest::of(case.as_bytes()).as_u64()
}

/// A JSON error without serde's own line, which is always 1 here.
fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let cut = text.rfind(" at line ").unwrap_or(text.len());
    format!("{} (column {})", &text[..cut], error.column())
}
