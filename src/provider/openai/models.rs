//! Model lists in OpenAI's form, with what compatible hosts add to them.

use super::super::decimal::pico;
use super::super::error;
use super::super::protocol::HttpCall;
use crate::model::{ErrorClass, ModelConfig, Money, Price, ProviderError, Rate, Rates};
use crate::port::ListedModel;
use serde_json::Value;

/// `GET /models`; `after` is the last id of the page before.
pub(crate) fn list_call(after: Option<&str>) -> HttpCall {
    let path = match after {
        None => "/models".to_owned(),
        Some(id) => {
            let mut query = reqwest::Url::parse("http://host").ok();
            let encoded = query.as_mut().map(|url| {
                url.query_pairs_mut().append_pair("after", id);
                url.query().unwrap_or_default().to_owned()
            });
            format!("/models?{}", encoded.unwrap_or_default())
        }
    };
    HttpCall {
        path,
        ..HttpCall::default()
    }
}

/// Reads a page: `{data: [..]}`, or a bare list (Together).
pub(crate) fn decode_models(body: &[u8]) -> Result<(Vec<ListedModel>, Option<String>), ProviderError> {
    let page: Value = error::parse(body)?;
    let entries = [&page["data"], &page["models"], &page]
        .into_iter()
        .find_map(Value::as_array);
    let Some(entries) = entries else {
        if page.get("error").is_some() {
            return Err(error::from_value(&page));
        }
        return Err(ProviderError::new(
            ErrorClass::Malformed,
            "the reply holds no list of models",
        ));
    };
    let models: Vec<ListedModel> = entries.iter().filter_map(listed).collect();
    let more = page["has_more"] == true;
    let last = page["last_id"]
        .as_str()
        .or_else(|| models.last().map(|model| model.id.as_str()));
    let next = last.filter(|_| more && !models.is_empty()).map(str::to_owned);
    Ok((models, next))
}

fn listed(entry: &Value) -> Option<ListedModel> {
    let id = entry["id"].as_str().or_else(|| entry["name"].as_str())?;
    let count = |places: &[&str]| {
        places
            .iter()
            .find_map(|place| entry.pointer(place)?.as_u64())
            .filter(|count| *count > 0)
    };
    let config = ModelConfig {
        price: price(entry),
        context: count(&[
            "/context_length",
            "/context_window",
            "/max_context_length",
            "/max_model_len",
            "/metadata/context_length",
            "/meta/n_ctx_train",
            "/top_provider/context_length",
        ]),
        max_output: count(&[
            "/top_provider/max_completion_tokens",
            "/max_completion_tokens",
            "/max_output_tokens",
            "/metadata/max_tokens",
            "/max_tokens",
        ]),
        ..ModelConfig::default()
    };
    Some(ListedModel {
        id: id.to_owned(),
        config,
    })
}

/// OpenRouter and Vercel list dollars per token as text, Together dollars per million as numbers. Zero is a price
/// for plain input and output only: elsewhere it stands for "no price of its own". Negative prices (OpenRouter's
/// router models) are unknown.
fn price(entry: &Value) -> Option<Price> {
    let pricing = entry.get("pricing")?;
    let rate = |names: &[&str]| names.iter().find_map(|name| rate(&pricing[*name]));
    let own = |names: &[&str]| rate(names).filter(|rate| rate.0 > 0);
    let base = Rates {
        input: Some(rate(&["prompt", "input"])?),
        output: Some(rate(&["completion", "output"])?),
        cached_input: own(&["input_cache_read", "cached_input"]),
        cache_write: own(&["input_cache_write"]),
        input_audio: own(&["audio"]),
        reasoning: own(&["internal_reasoning"]),
        ..Rates::default()
    };
    let request = pricing["request"]
        .as_str()
        .and_then(pico)
        .filter(|fee| *fee > 0)
        .map(Money);
    Some(Price {
        base,
        request,
        ..Price::default()
    })
}

fn rate(value: &Value) -> Option<Rate> {
    match value {
        Value::String(per_token) => pico(per_token).map(Rate),
        // Pico-units of a price per million tokens are a million times those per token.
        Value::Number(per_million) => pico(&per_million.to_string()).map(|price| Rate(price / 1_000_000)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn only(entry: Value) -> ListedModel {
        let body = json!({"object": "list", "data": [entry]}).to_string();
        decode_models(body.as_bytes()).unwrap().0.remove(0)
    }

    #[test]
    fn openrouter_prices_per_token_become_exact_rates() {
        let listed = only(
            json!({"id": "a/b", "context_length": 1000, "top_provider": {"max_completion_tokens": 50},
            "pricing": {"prompt": "0.00000015", "completion": "0.0000006", "request": "0", "internal_reasoning": "0", "input_cache_read": "0.000000075"}}),
        );
        let price = listed.config.price.unwrap();
        assert_eq!(price.base.input, Some(Rate(150_000)));
        assert_eq!(price.base.output, Some(Rate(600_000)));
        assert_eq!(price.base.cached_input, Some(Rate(75_000)));
        assert_eq!(
            (price.base.reasoning, price.request),
            (None, None),
            "zero is no price of its own"
        );
        assert_eq!(
            (listed.config.context, listed.config.max_output),
            (Some(1000), Some(50))
        );
    }

    #[test]
    fn unknown_prices_stay_unknown_and_free_ones_are_free() {
        let unknown = |prompt: &str| {
            only(json!({"id": "a", "pricing": {"prompt": prompt, "completion": "0.1"}}))
                .config
                .price
        };
        assert_eq!(unknown("-1"), None);
        assert_eq!(unknown("ask us"), None);
        assert_eq!(only(json!({"id": "a"})).config.price, None);
        let free = only(json!({"id": "a", "pricing": {"prompt": "0", "completion": "0"}}))
            .config
            .price
            .unwrap();
        assert_eq!(free.base.input, Some(Rate(0)));
    }

    #[test]
    fn together_lists_bare_entries_with_prices_per_million() {
        let body = br#"[{"id": "m", "context_length": 8192, "pricing": {"input": 0.18, "output": 0.59, "hourly": 0}}, {"no": "id"}]"#;
        let (models, next) = decode_models(body).unwrap();
        assert_eq!((models.len(), next), (1, None));
        let price = models[0].config.price.as_ref().unwrap();
        assert_eq!(price.base.input, Some(Rate(180_000)));
    }

    #[test]
    fn context_windows_are_found_under_every_vendors_name() {
        for field in ["context_window", "max_context_length", "max_model_len"] {
            assert_eq!(
                only(json!({"id": "a", field: 32768})).config.context,
                Some(32768),
                "{field}"
            );
        }
    }

    #[test]
    fn a_page_that_has_more_says_where_the_next_begins() {
        let (_, next) = decode_models(br#"{"data": [{"id": "a&b"}], "has_more": true}"#).unwrap();
        assert_eq!(list_call(next.as_deref()).path, "/models?after=a%26b");
        let (_, end) = decode_models(br#"{"data": [], "has_more": true}"#).unwrap();
        assert_eq!(end, None);
    }

    #[test]
    fn an_error_in_place_of_a_list_is_told() {
        let error = decode_models(br#"{"error": {"message": "no key", "type": "authentication_error"}}"#)
            .unwrap_err();
        assert_eq!(
            (error.class, error.message.as_str()),
            (ErrorClass::Auth, "no key")
        );
        assert_eq!(decode_models(b"{}").unwrap_err().class, ErrorClass::Malformed);
    }
}
