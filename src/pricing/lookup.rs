//! Which entry of a provider's model table a name means.

use crate::model::ModelConfig;
use indexmap::IndexMap;

/// The entry of a model: its exact name, else the name without what only says which build of it answered.
///
/// Left off, one after the other, until an entry fits:
/// - at the end a date (`-2024-08-06`, `-20241022`, `@20250101`, `-05-20`, `-0613`, `-2411`), a build number (`-001`,
///   `-v1:0`), `-latest` and `:latest`;
/// - at the front `models/` or a vendor (`openai/gpt-4o` to `gpt-4o`), and then the above again.
///
/// What changes the price is never left off: `:free`, `:nitro` and other variants, `-preview`, sizes, Bedrock's regions.
pub fn lookup<'a>(models: &'a IndexMap<String, ModelConfig>, name: &str) -> Option<&'a ModelConfig> {
    let mut whole = name;
    loop {
        let mut short = whole;
        loop {
            if let Some(entry) = models.get(short) {
                return Some(entry);
            }
            match without_build(short) {
                Some(shorter) => short = shorter,
                None => break,
            }
        }
        (_, whole) = whole.split_once('/')?;
    }
}

/// The name without its last date or build mark, if it has one.
fn without_build(name: &str) -> Option<&str> {
    let shorter = name
        .strip_suffix("-latest")
        .or_else(|| name.strip_suffix(":latest"))
        .or_else(|| without_bedrock_version(name))
        .or_else(|| without_date(name))?;
    (!shorter.is_empty()).then_some(shorter)
}

/// Without `-v1:0`.
fn without_bedrock_version(name: &str) -> Option<&str> {
    let (front, minor) = name.rsplit_once(':')?;
    let (front, major) = front.rsplit_once("-v")?;
    (digits(minor).is_some() && digits(major).is_some()).then_some(front)
}

fn without_date(name: &str) -> Option<&str> {
    let (front, last) = name.rsplit_once(['-', '@'])?;
    let number = digits(last)?;
    let month_day = |number: u32| (1..=12).contains(&(number / 100)) && (1..=31).contains(&(number % 100));
    let year_month = |number: u32| (20..=39).contains(&(number / 100)) && (1..=12).contains(&(number % 100));
    match last.len() {
        8 => ((2000..2100).contains(&(number / 10_000)) && month_day(number % 10_000)).then_some(front),
        4 => (month_day(number) || year_month(number)).then_some(front),
        3 => last.starts_with('0').then_some(front),
        2 => {
            let (front, month) = front.rsplit_once('-')?;
            if month.len() != 2 || !month_day(digits(month)? * 100 + number) {
                return None;
            }
            let year = front.rsplit_once('-').and_then(|(front, year)| {
                let is_year = year.len() == 4 && (2000..2100).contains(&digits(year)?);
                is_year.then_some(front)
            });
            Some(year.unwrap_or(front))
        }
        _ => None,
    }
}

/// A number of at most eight ASCII digits.
fn digits(text: &str) -> Option<u32> {
    let all_digits = !text.is_empty() && text.len() <= 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    if all_digits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(keys: &[&str], name: &str) -> Option<String> {
        let models = keys
            .iter()
            .map(|key| {
                let config = ModelConfig {
                    name: Some((*key).to_owned()),
                    ..ModelConfig::default()
                };
                ((*key).to_owned(), config)
            })
            .collect();
        lookup(&models, name)?.name.clone()
    }

    #[test]
    fn the_exact_name_wins() {
        let keys = ["gpt-4o", "gpt-4o-2024-05-13"];
        assert_eq!(
            found(&keys, "gpt-4o-2024-05-13").as_deref(),
            Some("gpt-4o-2024-05-13")
        );
    }

    #[test]
    fn dated_names_fall_back_to_the_undated() {
        for (key, name) in [
            ("gpt-4o", "gpt-4o-2024-08-06"),
            ("claude-3-5-sonnet", "claude-3-5-sonnet-20241022"),
            ("claude-sonnet-4", "claude-sonnet-4@20250514"),
            ("gpt-4", "gpt-4-0613"),
            ("mistral-large", "mistral-large-2411"),
            ("mistral-large", "mistral-large-latest"),
            ("llama3", "llama3:latest"),
            ("gemini-2.0-flash", "gemini-2.0-flash-001"),
            ("gemini-2.5-flash-preview", "gemini-2.5-flash-preview-05-20"),
            (
                "anthropic.claude-3-haiku",
                "anthropic.claude-3-haiku-20240307-v1:0",
            ),
            ("gpt-4o", "openai/gpt-4o-2024-08-06"),
            ("openai/gpt-4o", "openai/gpt-4o-2024-08-06"),
            ("gemini-2.5-pro", "models/gemini-2.5-pro"),
            ("llama-v3-8b", "accounts/fireworks/models/llama-v3-8b"),
        ] {
            assert_eq!(found(&[key], name).as_deref(), Some(key), "{name}");
        }
    }

    #[test]
    fn what_changes_the_price_is_never_left_off() {
        for (key, name) in [
            ("deepseek/r1", "deepseek/r1:free"),
            ("gemini-2.5-flash", "gemini-2.5-flash-preview"),
            ("deepseek", "deepseek-v3"),
            ("phi-4", "phi-4-mini"),
            ("gemma", "gemma-27"),
            ("command", "command-9999"),
            ("anthropic.claude", "us.anthropic.claude"),
            ("gpt-4o", "gpt-4o-2024-13-45"),
            ("", "-20241022"),
        ] {
            assert_eq!(found(&[key], name), None, "{name}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_name_breaks_it(name in "\\PC*") {
            proptest::prop_assert_eq!(found(&[], &name), None);
        }
    }
}
