//! Reads every cassette format of the recordings into plain exchanges.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use std::io::Read;
use std::path::{Path, PathBuf};

/// One recorded request with its reply.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Folder and file.
    pub file: String,
    /// Position in the file, from 0.
    pub index: usize,
    /// The folder: who was asked.
    pub provider: String,
    /// Method in upper case; empty for bare bodies.
    pub method: String,
    /// Whole address; empty for bare bodies.
    pub url: String,
    /// Status of the reply; 200 for bare bodies without an error.
    pub status: u16,
    /// Headers of the reply.
    pub headers: HeaderMap,
    /// The reply.
    pub body: Body,
}

/// The reply.
#[derive(Clone, Debug)]
pub enum Body {
    /// As it came over the wire, decompressed.
    Whole(Vec<u8>),
    /// Events of a stream that has lost its framing.
    Events(Vec<Vec<u8>>),
}

impl Exchange {
    /// Where it stands.
    pub fn place(&self) -> String {
        format!("{}#{}", self.file, self.index)
    }

    /// Host of the request.
    pub fn host(&self) -> String {
        reqwest::Url::parse(&self.url)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Path of the request.
    pub fn path(&self) -> String {
        reqwest::Url::parse(&self.url)
            .map(|url| url.path().to_owned())
            .unwrap_or_default()
    }

    /// The reply as one JSON value, or the first event of a stream.
    pub fn first_json(&self) -> Value {
        match &self.body {
            Body::Whole(bytes) => serde_json::from_slice(bytes).unwrap_or_else(|_| {
                sse_data(bytes)
                    .iter()
                    .find_map(|data| serde_json::from_str(data).ok())
                    .unwrap_or_default()
            }),
            Body::Events(events) => events
                .first()
                .and_then(|event| serde_json::from_slice(event).ok())
                .unwrap_or_default(),
        }
    }

    /// A text field of [`Exchange::first_json`].
    pub fn bare(&self, field: &str) -> Option<String> {
        self.first_json()[field].as_str().map(str::to_owned)
    }

    /// True for a streamed reply.
    pub fn is_stream(&self) -> bool {
        let Body::Whole(bytes) = &self.body else {
            return true;
        };
        let kind = self
            .headers
            .get("content-type")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let kinds = [
            "text/event-stream",
            "application/x-ndjson",
            "application/vnd.amazon.eventstream",
        ];
        kinds.iter().any(|stream| kind.starts_with(stream))
            || bytes.starts_with(b"data:")
            || bytes.starts_with(b"event:")
            || bytes.starts_with(b":")
    }

    /// True where a chunk is no JSON: a recording that was edited by hand and broken.
    pub fn has_broken_chunk(&self) -> bool {
        let Body::Events(events) = &self.body else {
            return false;
        };
        events
            .iter()
            .any(|event| serde_json::from_slice::<Value>(event).is_err())
    }

    /// Whether the first chunk begins like that.
    pub fn starts_with(&self, start: &str) -> bool {
        matches!(&self.body, Body::Events(events) if events.first().is_some_and(|event| event.starts_with(start.as_bytes())))
    }

    /// The events of a stream of server-sent events or chunks, as JSON, by a reading of its own: lines that start
    /// with `data:`.
    pub fn json_events(&self) -> Vec<Value> {
        match &self.body {
            Body::Whole(bytes) => sse_data(bytes)
                .iter()
                .filter_map(|data| serde_json::from_str(data).ok())
                .collect(),
            Body::Events(events) => events
                .iter()
                .filter_map(|event| serde_json::from_slice(event).ok())
                .collect(),
        }
    }
}

fn sse_data(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    text.lines()
        .filter_map(|line| line.strip_prefix("data:"))
        .map(|data| data.trim().to_owned())
        .collect()
}

/// The folder with the recordings, or `None` with a printed reason.
pub fn folder() -> Option<PathBuf> {
    let shared = std::env::var_os("BENCH_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    let folder = shared.join("data/wire");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!(
        "skipped: no recordings at {} (set BENCH_SHARED)",
        folder.display()
    );
    None
}

/// Every exchange of every recording, in order of their names.
pub fn all(folder: &Path) -> Vec<Exchange> {
    let mut files: Vec<PathBuf> = Vec::new();
    for provider in std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
    {
        files.extend(
            std::fs::read_dir(provider)
                .unwrap()
                .map(|entry| entry.unwrap().path()),
        );
    }
    files.sort();
    files.iter().flat_map(|path| read(folder, path)).collect()
}

fn read(folder: &Path, path: &Path) -> Vec<Exchange> {
    let text = std::fs::read_to_string(path).unwrap();
    let file = path
        .strip_prefix(folder)
        .unwrap()
        .to_string_lossy()
        .replace('\\', "/");
    let name = path.file_name().unwrap().to_string_lossy();
    if name.ends_with(".yaml") || name.ends_with(".yml") {
        return cassette(&file, &text);
    }
    if name.ends_with(".chunks.txt") {
        return chunks(&file, &text);
    }
    vec![bare(&file, 0, Body::Whole(text.into_bytes()))]
}

fn bare(file: &str, index: usize, body: Body) -> Exchange {
    let mut exchange = Exchange {
        file: file.to_owned(),
        index,
        provider: file.split('/').next().unwrap_or_default().to_owned(),
        method: String::new(),
        url: String::new(),
        status: 200,
        headers: HeaderMap::new(),
        body,
    };
    // A bare error body has lost its status; what it says of itself is the nearest thing.
    if !exchange.is_stream() {
        let reply = exchange.first_json();
        let error = &reply.get(0).unwrap_or(&reply)["error"];
        if error.is_object() {
            let of_kind = match error["type"].as_str() {
                Some("insufficient_quota") => 429,
                Some("overloaded_error") => 529,
                _ => 400,
            };
            exchange.status = error["code"]
                .as_u64()
                .and_then(|code| code.try_into().ok())
                .unwrap_or(of_kind);
        }
    }
    exchange
}

/// A file may hold several streams one after the other; `response.created` starts each.
fn chunks(file: &str, text: &str) -> Vec<Exchange> {
    let mut streams: Vec<Vec<Vec<u8>>> = vec![Vec::new()];
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let event: Value = serde_json::from_str(line).unwrap_or_default();
        if event["type"] == "response.created" && streams.last().is_some_and(|stream| !stream.is_empty()) {
            streams.push(Vec::new());
        }
        if let Some(stream) = streams.last_mut() {
            stream.push(line.as_bytes().to_vec());
        }
    }
    streams
        .into_iter()
        .enumerate()
        .map(|(index, events)| bare(file, index, Body::Events(events)))
        .collect()
}

fn cassette(file: &str, text: &str) -> Vec<Exchange> {
    // Binary scalars become base64 text under a name of its own, which Ruby's cassettes use already.
    let text = text
        .replace("string: !!binary |", "base64_string: |")
        .replace("string: !binary |-", "base64_string: |");
    let document: Value = yaml(file, &indent_quoted(&text));
    let list = [&document["interactions"], &document["http_interactions"]]
        .into_iter()
        .find_map(Value::as_array);
    let list = list.unwrap_or_else(|| panic!("{file}: no interactions"));
    list.iter()
        .enumerate()
        .map(|(index, entry)| interaction(file, index, entry))
        .collect()
}

fn yaml(file: &str, text: &str) -> Value {
    let options = serde_saphyr::options! { budget: None, };
    serde_saphyr::from_str_with_options(text, options.clone())
        .or_else(|_| serde_saphyr::from_str_with_options(&indented(text), options))
        .unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Indents the later lines of quoted texts, which one recorder forgot to do. Their white space is folded anyway.
fn indented(text: &str) -> String {
    let (mut fixed, mut open) = (String::new(), false);
    for line in text.lines() {
        if open {
            fixed.push_str("        ");
        }
        let quoted = if open {
            Some(line)
        } else {
            line.split_once(": '").map(|(_, rest)| rest)
        };
        let quotes = quoted.map_or(0, |part| part.matches('\'').count() + usize::from(!open));
        open ^= quotes % 2 == 1;
        fixed.push_str(line);
        fixed.push('\n');
    }
    fixed
}

/// PyYAML writes the further lines of a quoted scalar no deeper than its key, which strict YAML 1.2 forbids. Their
/// indentation means nothing, so that some more does no harm.
fn indent_quoted(text: &str) -> String {
    let mut indented = String::with_capacity(text.len() + text.len() / 8);
    let mut open = None;
    for line in text.split_inclusive('\n') {
        let mut rest = line;
        match open {
            Some(_) if !line.trim().is_empty() => indented.push_str("    "),
            Some(_) => {}
            None => {
                let value = line
                    .split_once(": ")
                    .map(|(_, value)| value)
                    .or_else(|| line.trim_start().strip_prefix("- "));
                let quote = value
                    .and_then(|value| value.chars().next())
                    .filter(|first| matches!(first, '"' | '\''));
                open = quote.filter(|_| !line.trim_start().starts_with(['"', '\'', '{']));
                rest = value.and_then(|value| value.get(1..)).unwrap_or_default();
            }
        }
        indented.push_str(line);
        if let Some(quote) = open {
            let mut letters = rest.chars().peekable();
            while let Some(letter) = letters.next() {
                if letter == '\\' && quote == '"'
                    || letter == quote && quote == '\'' && letters.peek() == Some(&'\'')
                {
                    letters.next();
                } else if letter == quote {
                    open = None;
                    break;
                }
            }
        }
    }
    indented
}

fn interaction(file: &str, index: usize, entry: &Value) -> Exchange {
    let (request, response) = (&entry["request"], &entry["response"]);
    let status = [&response["code"], &response["status"]["code"]]
        .into_iter()
        .find_map(Value::as_u64);
    let mut headers = HeaderMap::new();
    for (name, values) in response["headers"].as_object().into_iter().flatten() {
        for value in values
            .as_array()
            .into_iter()
            .flatten()
            .chain(values.is_string().then_some(values))
        {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(text))
            {
                headers.append(name, value);
            }
        }
    }
    let mut body = bytes(response);
    if body.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(body.as_slice())
            .read_to_end(&mut plain)
            .unwrap();
        body = plain;
    }
    let text = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
    Exchange {
        method: text("method").to_uppercase(),
        url: [text("uri"), text("url")].concat(),
        status: status.unwrap_or(200).try_into().unwrap(),
        headers,
        ..bare(file, index, Body::Whole(body))
    }
}

/// The body of a request or response, in any of the forms.
fn bytes(side: &Value) -> Vec<u8> {
    if let Some(parsed) = side.get("parsed_body").filter(|value| !value.is_null()) {
        return serde_json::to_vec(parsed).unwrap();
    }
    let body = &side["body"];
    if let Some(base64) = body["base64_string"].as_str().or(side["base64_body"].as_str()) {
        return from_base64(base64);
    }
    body.as_str()
        .or(body["string"].as_str())
        .unwrap_or_default()
        .as_bytes()
        .to_vec()
}

/// RFC 4648, white space ignored.
fn from_base64(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0u32, 0);
    for byte in text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=')
    {
        let digit = ALPHABET
            .iter()
            .position(|letter| *letter == byte)
            .expect("base64");
        held = (held << 6) | digit as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    bytes
}

#[test]
fn base64_is_read_across_lines() {
    assert_eq!(from_base64("aGVs\n bG8g d29y bGQ="), b"hello world");
}
