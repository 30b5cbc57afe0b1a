//! Keeps secrets out of messages.

use crate::model::{ProviderConfig, ProviderError, Secret};

/// Shorter values are no secrets (`x`, `EMPTY` for local servers), and would blot out half of a message.
const SHORTEST: usize = 6;

/// The secret texts of a provider.
pub(super) struct Scrubber(Vec<String>);

impl Scrubber {
    /// Collects them: the key, headers that hold a variable or are named like a credential, an address that holds a
    /// variable.
    pub(super) fn of(config: &ProviderConfig) -> Self {
        let mut secrets = Vec::new();
        let mut add = |secret: &Secret| {
            if let Ok(text) = secret.expose() {
                let bare = text.trim();
                // `Bearer x` has its secret after the space.
                for part in [Some(bare), bare.split_once(' ').map(|(_, rest)| rest)]
                    .into_iter()
                    .flatten()
                {
                    if part.len() >= SHORTEST {
                        secrets.push(part.to_owned());
                    }
                }
            }
        };
        config.key.iter().for_each(&mut add);
        config
            .headers
            .iter()
            .filter(|(name, value)| is_secret(name, value))
            .for_each(|(_, value)| add(value));
        config
            .base_url
            .iter()
            .filter(|url| url.source.contains("${"))
            .for_each(&mut add);
        // The longest first, so that no part of one survives beside another.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.dedup();
        Self(secrets)
    }

    /// The error without secrets.
    pub(super) fn clean(&self, mut error: ProviderError) -> ProviderError {
        for secret in &self.0 {
            if error.message.contains(secret) {
                error.message = error.message.replace(secret, "[secret]");
            }
            error.request_id = error.request_id.filter(|id| !id.contains(secret));
        }
        error
    }
}

/// Whether a header's value must not be shown.
pub(super) fn is_secret(name: &str, value: &Secret) -> bool {
    let name = name.to_ascii_lowercase();
    value.source.contains("${")
        || ["auth", "key", "token", "secret", "cookie"]
            .iter()
            .any(|word| name.contains(word))
}
