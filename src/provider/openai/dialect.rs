//! Where hosts that speak OpenAI's protocols differ, by the host's name.

use crate::model::{ProviderConfig, Request};
use reqwest::Url;

/// OpenAI's own address.
pub(crate) const OPENAI: &str = "https://api.openai.com/v1";

/// What is special about a host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// Azure: the key goes into `api-key`.
    pub azure: bool,
    /// The limit is called `max_completion_tokens`: OpenAI itself and Azure's OpenAI deployments, whose reasoning
    /// models refuse `max_tokens`. Everybody else takes `max_tokens`.
    pub completion_limit: bool,
    /// Mistral: `random_seed`, and no `stream_options` (it refuses unknown fields and sends usage anyway).
    pub mistral: bool,
    /// OpenRouter: `reasoning: {effort, max_tokens}`.
    pub openrouter: bool,
}

impl Dialect {
    /// The dialect of the configured address.
    pub(crate) fn of(config: &ProviderConfig) -> Self {
        let address = config
            .base_url
            .as_ref()
            .and_then(|url| url.expose().ok())
            .unwrap_or(OPENAI);
        let Ok(url) = Url::parse(address) else {
            return Self::default();
        };
        let host = url.host_str().unwrap_or_default();
        let within =
            |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|sub| sub.ends_with('.'));
        let azure = within("azure.com") || within("azure-api.net");
        Self {
            azure,
            completion_limit: within("api.openai.com") || azure && url.path().contains("/openai"),
            mistral: within("mistral.ai"),
            openrouter: within("openrouter.ai"),
        }
    }

    /// The header that carries the key.
    pub(crate) fn auth(self, key: &str) -> Vec<(&'static str, String)> {
        if self.azure {
            vec![("api-key", key.to_owned())]
        } else {
            vec![("authorization", format!("Bearer {key}"))]
        }
    }
}

/// The name to send for a request's model: its entry may name a deployment.
pub(crate) fn sent_name<'a>(config: &'a ProviderConfig, request: &'a Request) -> &'a str {
    let name = config
        .models
        .get(&*request.model)
        .and_then(|model| model.name.as_deref());
    name.unwrap_or(&request.model)
}
