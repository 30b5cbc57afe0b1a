//! From text to a tree, through the YAML library.

use super::error::{Fault, FaultKind};
use super::node::{Entry, Kind, Node, Span};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::options::DuplicateKeyPolicy;
use serde_saphyr::{Error, Location, Options, Spanned};
use std::collections::HashMap;
use std::fmt;

/// Most events that aliases may be replayed as, over a whole file; a document of people needs a few.
const MAX_REPLAYED: usize = 50_000;
/// Most nested lists and mappings.
const MAX_DEPTH: usize = 64;
/// Most values of a file (case files in YAML are read whole).
const MAX_NODES: usize = 20_000_000;

/// A document that could be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The tree; of keys that are written twice, the first.
    pub root: Node,
    /// Keys that are written twice.
    pub faults: Vec<Fault>,
}

/// Reads one YAML document. `Err` where it is not YAML at all (or a bomb).
pub fn parse(text: &str) -> Result<Parsed, Fault> {
    let raw: Spanned<Raw> =
        serde_saphyr::from_str_with_options(text, options()).map_err(|error| syntax(&error, text))?;
    let mut faults = Vec::new();
    let root = build(raw, text, &mut faults);
    Ok(Parsed { root, faults })
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: MAX_DEPTH,
            max_nodes: MAX_NODES,
            max_events: 3 * MAX_NODES,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: MAX_REPLAYED,
        },
        duplicate_keys: DuplicateKeyPolicy::LastWins,
        strict_booleans: true,
        with_snippet: false,
    }
}

fn syntax(error: &Error, text: &str) -> Fault {
    let span = error
        .location()
        .map_or(Span::default(), |location| span(&location, text));
    let span = Span::new(span.start.min(text.len()), span.end.min(text.len()));
    let error = match error.without_snippet() {
        Error::AliasError { error, .. } => error.without_snippet(),
        other => other,
    };
    let (message, help) = match error {
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => (
            "the aliases (`*name`) of this file expand to too many values".to_owned(),
            Some(format!(
                "write the values out; at most {MAX_REPLAYED} may come from aliases"
            )),
        ),
        Error::MultipleDocuments { .. } => (
            "the file has more than one YAML document".to_owned(),
            Some("keep one document a file: remove the `---` line".to_owned()),
        ),
        Error::Budget {
            breach: BudgetBreach::Depth { .. },
            ..
        } => (
            "the file is too deeply nested".to_owned(),
            Some(format!("at most {MAX_DEPTH} levels may be nested")),
        ),
        Error::Budget { .. } => (
            "the file is too large to be read".to_owned(),
            Some(format!(
                "a YAML file may have {MAX_NODES} values; put more cases into a .jsonl file"
            )),
        ),
        other => {
            let words = other.to_string();
            let first = words.lines().next().unwrap_or_default();
            // The library adds the place; it is shown apart here.
            let cut = first
                .rfind(" at line ")
                .filter(|at| first[*at..].contains("column"));
            let words = cut.map_or(first, |at| &first[..at]);
            let help = text
                .get(..span.start)
                .is_some_and(|before| before.rsplit('\n').next().is_some_and(|line| line.contains('\t')))
                .then(|| "YAML is indented with spaces, not tabs".to_owned());
            (format!("not valid YAML: {words}"), help)
        }
    };
    Fault {
        kind: FaultKind::Syntax,
        span,
        message,
        help,
        other: None,
    }
}

fn span(location: &Location, text: &str) -> Span {
    let place = location.span();
    if let Some(start) = place.byte_offset() {
        let start = usize::try_from(start).unwrap_or(usize::MAX).min(text.len());
        let length = usize::try_from(place.byte_len().unwrap_or(0)).unwrap_or(0);
        return Span::new(start, start.saturating_add(length).min(text.len()));
    }
    // Without byte offsets: count lines and characters.
    let line = usize::try_from(location.line()).unwrap_or(1).max(1);
    let column = usize::try_from(location.column()).unwrap_or(1).max(1);
    let line_start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let rest = text.get(line_start..).unwrap_or_default();
    let start = line_start
        + rest
            .char_indices()
            .nth(column - 1)
            .map_or(rest.len(), |(at, _)| at);
    Span::new(start, start)
}

/// What the library gives; becomes a [`Node`].
enum Raw {
    Scalar(Kind),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<Raw>, Spanned<Raw>)>),
}

fn build(raw: Spanned<Raw>, text: &str, faults: &mut Vec<Fault>) -> Node {
    let span = trimmed(span(&raw.defined, text), text);
    let kind = match raw.value {
        Raw::Scalar(kind) => kind,
        Raw::List(items) => Kind::List(items.into_iter().map(|item| build(item, text, faults)).collect()),
        Raw::Map(pairs) => {
            let mut entries: Vec<Entry> = Vec::with_capacity(pairs.len());
            let mut seen: HashMap<String, Span> = HashMap::with_capacity(pairs.len());
            for (key, value) in pairs {
                let key = build(key, text, faults);
                let key_text = key_text(&key);
                if let Some(first) = seen.get(&key_text) {
                    faults.push(Fault {
                        kind: FaultKind::DuplicateKey,
                        span: key.span,
                        message: format!("the key `{key_text}` is written twice"),
                        help: Some("remove one of the two".to_owned()),
                        other: Some(*first),
                    });
                    continue;
                }
                seen.insert(key_text.clone(), key.span);
                let value = build(value, text, faults);
                entries.push(Entry {
                    key: key_text,
                    key_span: key.span,
                    value,
                });
            }
            Kind::Map(entries)
        }
    };
    // A block mapping begins where its first key does.
    let span = match &kind {
        Kind::Map(entries) if span.start == span.end => entries.first().map_or(span, |entry| entry.key_span),
        _ => span,
    };
    Node { kind, span }
}

/// The span without white space at its end (block scalars reach to the next token).
fn trimmed(span: Span, text: &str) -> Span {
    let Some(part) = text.get(span.start..span.end) else {
        return span;
    };
    Span::new(span.start, span.start + part.trim_end().len())
}

fn key_text(key: &Node) -> String {
    match &key.kind {
        Kind::Text(text) => text.clone(),
        Kind::Null => "null".to_owned(),
        _ => key.to_json().to_string(),
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Null))
    }
    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Null))
    }
    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Raw, D::Error> {
        inner.deserialize_any(self)
    }
    fn visit_bool<E>(self, flag: bool) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Bool(flag)))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Int(number)))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Raw, E> {
        Ok(Raw::Scalar(
            i64::try_from(number).map_or(Kind::UInt(number), Kind::Int),
        ))
    }
    fn visit_i128<E>(self, number: i128) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Float(number as f64)))
    }
    fn visit_u128<E>(self, number: u128) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Float(number as f64)))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Float(number)))
    }
    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Text(text.to_owned())))
    }
    fn visit_string<E>(self, text: String) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Text(text)))
    }
    fn visit_bytes<E: serde::de::Error>(self, _: &[u8]) -> Result<Raw, E> {
        Err(E::custom("binary values have no place here"))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut pairs = Vec::new();
        while let Some(key) = entries.next_key::<Spanned<Raw>>()? {
            if !matches!(key.value, Raw::Scalar(_)) {
                return Err(A::Error::custom("a key has to be a text"));
            }
            pairs.push((key, entries.next_value()?));
        }
        Ok(Raw::Map(pairs))
    }
}
