//! Addresses: base URL, path, query, redirects.

use crate::model::ProviderConfig;
use reqwest::Url;
use std::sync::OnceLock;

/// Where an API is. Parsed once; whole addresses are parsed once for each path in a row, and most APIs have one.
pub(super) struct Address {
    /// Base URL without query and trailing slash.
    base: String,
    /// Query of the base URL and of the configuration, encoded, without a question mark.
    query: String,
    /// `host:port` for messages.
    pub(super) host: String,
    /// The path asked for first, with its whole address.
    first: OnceLock<(String, Url)>,
}

impl Address {
    /// Checks the base URL. The message says what is wrong, not the address, which may hold secrets.
    pub(super) fn new(base: &str, config: &ProviderConfig) -> Result<Self, String> {
        let mut url =
            Url::parse(base.trim()).map_err(|error| format!("`base_url` is no address: {error}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("`base_url` must begin with http:// or https://".into());
        }
        let host = url.host_str().ok_or("`base_url` has no host")?;
        let host = url
            .port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        if !config.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&config.query);
        }
        let query = url.query().unwrap_or_default().to_owned();
        url.set_query(None);
        url.set_fragment(None);
        let base = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self {
            base,
            query,
            host,
            first: OnceLock::new(),
        })
    }

    /// The whole address of a call.
    pub(super) fn url(&self, path: &str) -> Result<Url, String> {
        let (known, url) = match self.first.get() {
            Some(first) => first,
            None => {
                let url = self.parse(path)?;
                self.first.get_or_init(|| (path.to_owned(), url))
            }
        };
        if known == path {
            Ok(url.clone())
        } else {
            self.parse(path)
        }
    }

    fn parse(&self, path: &str) -> Result<Url, String> {
        let joiner = match (self.query.is_empty(), path.contains('?')) {
            (true, _) => "",
            (false, true) => "&",
            (false, false) => "?",
        };
        let whole = format!("{}{path}{joiner}{}", self.base, self.query);
        Url::parse(&whole).map_err(|error| format!("`{path}` is no path: {error}"))
    }
}

/// Where a redirect leads: on the same host only (plain HTTP may become HTTPS), so that no key, under whatever
/// header, ever reaches a stranger.
pub(super) fn redirect(from: &Url, location: Option<&str>) -> Result<Url, String> {
    let location = location.ok_or("the server redirects without saying where")?;
    let to = from
        .join(location)
        .map_err(|error| format!("the server redirects to no address: {error}"))?;
    let upgrade =
        from.scheme() == "http" && to.scheme() == "https" && from.port().is_none() && to.port().is_none();
    let same_port =
        from.port_or_known_default() == to.port_or_known_default() && from.scheme() == to.scheme();
    if from.host_str() != to.host_str() || !(same_port || upgrade) {
        let host = to.host_str().unwrap_or_default();
        return Err(format!(
            "the server redirects to another host ({}://{host}), to which bench sends no key: set `base_url` to it \
             if that is where the API is",
            to.scheme()
        ));
    }
    Ok(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn redirects_stay_on_their_host() {
        let from = url("http://api.test/v1/chat");
        assert_eq!(
            redirect(&from, Some("/v2/chat")),
            Ok(url("http://api.test/v2/chat"))
        );
        assert_eq!(
            redirect(&from, Some("https://api.test/v1/chat")),
            Ok(url("https://api.test/v1/chat"))
        );
        for elsewhere in ["https://evil.test/v1", "http://api.test:81/v1", "//evil.test/"] {
            assert!(
                redirect(&from, Some(elsewhere))
                    .unwrap_err()
                    .contains("another host"),
                "{elsewhere}"
            );
        }
        let secure = url("https://api.test/v1");
        assert!(
            redirect(&secure, Some("http://api.test/v1")).is_err(),
            "never back to plain HTTP"
        );
        assert!(redirect(&from, None).is_err());
    }
}
