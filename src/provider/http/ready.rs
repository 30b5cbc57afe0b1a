//! What every request of a provider needs, made once from its file.

use super::super::protocol::Protocol;
use super::address::Address;
use super::secrets::is_secret;
use crate::model::{Digest, ErrorClass, Hasher, ProviderConfig, ProviderError};
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

/// What every request needs.
pub(super) struct Ready {
    pub(super) address: Address,
    pub(super) method: Method,
    /// All headers but those of the call.
    pub(super) headers: HeaderMap,
    /// For protocols that sign.
    pub(super) key: String,
}

impl Ready {
    /// The message says what is wrong with the provider file.
    pub(super) fn new(config: &ProviderConfig, protocol: &dyn Protocol) -> Result<Self, String> {
        let exposed = |secret: &crate::model::Secret| secret.expose().unwrap_or_default().to_owned();
        let base = match &config.base_url {
            Some(url) => exposed(url),
            None => protocol
                .base_url(config)
                .ok_or("`base_url` is missing: this API has no default address")?
                .into_owned(),
        };
        let method = match config.http.as_ref().and_then(|http| http.method.as_deref()) {
            None => Method::POST,
            Some(name) => match name.to_ascii_uppercase().as_str() {
                "POST" => Method::POST,
                "PUT" => Method::PUT,
                _ => return Err(format!("`http.method` is POST or PUT, not `{name}`")),
            },
        };
        let key = config
            .key
            .as_ref()
            .map(exposed)
            .unwrap_or_default()
            .trim()
            .to_owned();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        if !key.is_empty() {
            for (name, value) in protocol.auth(&key) {
                insert(&mut headers, name, &value, true)?;
            }
        }
        for (name, value) in &config.headers {
            // A key of the user's own takes the place of the protocol's.
            if name.eq_ignore_ascii_case("api-key") || name.eq_ignore_ascii_case("x-api-key") {
                headers.remove(AUTHORIZATION);
            }
            insert(&mut headers, name, exposed(value).trim(), is_secret(name, value))?;
        }
        Ok(Self {
            address: Address::new(&base, config)?,
            method,
            headers,
            key,
        })
    }
}

/// Adds a header. The message names it without its value.
pub(super) fn insert(
    headers: &mut HeaderMap,
    name: &str,
    value: &str,
    sensitive: bool,
) -> Result<(), String> {
    let key = HeaderName::try_from(name).map_err(|_| format!("`{name}` is no header name"))?;
    let mut value = HeaderValue::try_from(value).map_err(|_| {
        format!("the value of header `{name}` has characters that no header can carry (a line break?)")
    })?;
    value.set_sensitive(sensitive);
    headers.insert(key, value);
    Ok(())
}

/// The error for the first variable that is not set.
pub(super) fn missing_variable(config: &ProviderConfig) -> Option<ProviderError> {
    let missing = config.missing_variables().next()?;
    Some(ProviderError::new(
        ErrorClass::Auth,
        format!(
            "the environment variable {missing} is not set; provider `{}` ({}) needs it",
            config.name, config.path
        ),
    ))
}

/// Secrets enter by their unexpanded text only.
pub(super) fn identity(config: &ProviderConfig) -> Digest {
    let mut hasher = Hasher::new("http-provider");
    hasher.text(config.api.name());
    hasher.text(config.base_url.as_ref().map_or("", |url| &url.source));
    hasher.text(config.region.as_deref().unwrap_or_default());
    hasher.json(&config.query);
    hasher.json(&config.http);
    for (name, value) in &config.headers {
        hasher.text(name).text(&value.source);
    }
    for (model, name) in config
        .models
        .iter()
        .filter_map(|(model, entry)| Some((model, entry.name.as_ref()?)))
    {
        hasher.text(model).text(name);
    }
    hasher.digest()
}
