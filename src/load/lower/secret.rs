//! `${NAME}`: values from the environment.

use crate::load::files::Source;
use crate::load::problem::Problem;
use crate::load::workspace::{Env, Loader};
use crate::model::Secret;
use crate::yaml::{Kind, Node, Span, Spanned};
use secrecy::SecretString;

/// A piece of a text.
enum Piece<'a> {
    Text(&'a str),
    Name(&'a str),
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Cuts a text at its `${NAME}`s; anything else with a dollar sign is text.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut searched = 0;
    while let Some(start) = rest[searched..].find("${").map(|at| at + searched) {
        let name = rest[start + 2..]
            .split_once('}')
            .map(|(name, _)| name)
            .filter(|name| is_name(name));
        match name {
            Some(name) => {
                pieces.push(Piece::Text(&rest[..start]));
                pieces.push(Piece::Name(name));
                rest = &rest[start + name.len() + 3..];
                searched = 0;
            }
            None => searched = start + 2,
        }
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// The text with variables put in; `Err` names the first that is not set.
fn expand(text: &str, env: Env<'_>) -> Result<String, String> {
    pieces(text)
        .into_iter()
        .try_fold(String::new(), |out, piece| match piece {
            Piece::Text(text) => Ok(out + text),
            Piece::Name(name) => env(name).map(|value| out + &value).ok_or_else(|| name.to_owned()),
        })
}

/// True where the whole text is one `${NAME}`.
pub fn is_reference(text: &str) -> bool {
    text.strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'))
        .is_some_and(is_name)
}

/// True where the text holds a `${NAME}`.
pub fn has_reference(text: &str) -> bool {
    pieces(text).len() > 1
}

/// A value that may come from the environment.
pub fn secret(text: &str, env: Env<'_>) -> Secret {
    Secret {
        source: text.to_owned(),
        value: expand(text, env).map(SecretString::from),
    }
}

/// A plain value that may come from the environment; a variable that is not set is a warning, since the provider
/// may not be needed.
pub fn plain(loader: &mut Loader<'_>, source: &Source, text: &Spanned<String>) -> Option<String> {
    match expand(&text.value, loader.env) {
        Ok(value) => Some(value),
        Err(name) => {
            let message = format!("the environment variable `{name}` is not set");
            loader
                .problems
                .push(Problem::at(source, text.span, "env-missing", message).warning());
            None
        }
    }
}

/// Puts environment variables into all texts of `bench.yaml`. A whole `${NAME}` may become a number.
pub fn expand_node(loader: &mut Loader<'_>, source: &Source, node: &mut Node) {
    match &mut node.kind {
        Kind::Text(text) if has_reference(text) => match expand(text, loader.env) {
            Ok(value) => {
                node.kind = match (is_reference(text), value.parse::<i64>(), value.parse::<f64>()) {
                    (true, Ok(number), _) => Kind::Int(number),
                    (true, _, Ok(number)) if number.is_finite() => Kind::Float(number),
                    _ => Kind::Text(value),
                };
            }
            Err(name) => {
                let message = format!("the environment variable `{name}` is not set");
                loader.problems.push(
                    Problem::at(source, node.span, "env-missing", message)
                        .help("set it, or write the value into the file"),
                );
            }
        },
        Kind::List(items) => items
            .iter_mut()
            .for_each(|item| expand_node(loader, source, item)),
        Kind::Map(entries) => entries
            .iter_mut()
            .for_each(|entry| expand_node(loader, source, &mut entry.value)),
        _ => {}
    }
}

/// The text of a provider file as it may be shown: values of keys that look secret are starred out, byte by byte.
pub fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let mut from = 0;
        while let Some((start, end)) = secret_value(line, from) {
            out.push_str(&line[from..start]);
            for c in line[start..end].chars() {
                let keep = c.is_whitespace();
                out.extend(std::iter::repeat_n(if keep { ' ' } else { '*' }, c.len_utf8()));
            }
            from = end;
        }
        out.push_str(&line[from..]);
    }
    out
}

/// The text with that part starred out, byte by byte.
pub fn starred(text: &str, span: Span) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if (span.start..span.end).contains(&at) && !c.is_whitespace() {
            out.extend(std::iter::repeat_n('*', c.len_utf8()));
        } else {
            out.push(c);
        }
    }
    out
}

/// The next value behind a secret key in a line: `key: VALUE`, also in flow mappings.
fn secret_value(line: &str, from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    while let Some(colon) = line[at..].find(':').map(|found| found + at) {
        let key = line[..colon].trim_end().trim_end_matches(['"', '\'']);
        let start_of_key = key
            .rfind(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'))
            .map_or(0, |i| i + key[i..].chars().next().map_or(1, char::len_utf8));
        at = colon + 1;
        if !is_secret_parameter(&key[start_of_key..]) {
            continue;
        }
        let value = &line[at..];
        let start = at + (value.len() - value.trim_start().len());
        let end = start + line[start..].trim_end().len();
        let end = line[start..end]
            .find("${")
            .map_or(end, |reference| start + reference);
        if end > start {
            return Some((start, end));
        }
    }
    None
}

/// True for names of headers and query parameters whose values are secret: more than those of keys, since none of
/// them is a setting of bench.
pub fn is_secret_parameter(name: &str) -> bool {
    let name = name.to_lowercase();
    let within = [
        "key",
        "token",
        "secret",
        "password",
        "cookie",
        "credential",
        "signature",
    ];
    is_secret_name(&name)
        || within.iter().any(|word| name.contains(word)) && !name.ends_with("tokens")
        || name
            .split(['-', '_', '.'])
            .any(|part| matches!(part, "auth" | "sig" | "pwd" | "passwd"))
}

/// True where all that is secret in a header comes from the environment: beside `${NAME}` only the name of a scheme
/// (`Bearer ${NAME}`) or of a field (`session=${NAME}`) stands there.
pub fn holds_references_only(text: &str) -> bool {
    let named = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '_');
    let plain_word = |word: &str| {
        let scheme = [
            "bearer", "basic", "token", "key", "apikey", "api-key", "bot", "oauth",
        ];
        scheme.iter().any(|known| word.eq_ignore_ascii_case(known))
            || word
                .strip_suffix('=')
                .is_some_and(|name| name.len() <= 24 && name.chars().all(named))
            || matches!(word, ":" | "\"" | "'")
    };
    has_reference(text)
        && pieces(text).iter().all(|piece| match piece {
            Piece::Name(_) => true,
            Piece::Text(text) => text
                .split([' ', ';', ','])
                .filter(|word| !word.is_empty())
                .all(plain_word),
        })
}

/// True for names of keys and headers whose values are secret.
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_lowercase();
    name == "key"
        || name.ends_with("-key")
        || name.ends_with("_key")
        || ["apikey", "authorization", "token", "secret", "password", "cookie"]
            .iter()
            .any(|word| name.contains(word))
            && !name.ends_with("tokens")
            && !name.contains("_token")
}
