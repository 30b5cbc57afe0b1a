//! The one HTTP client of the process, and its pool of connections.

use std::sync::OnceLock;
use std::time::Duration;

/// A connection that is not made by then will not be.
const CONNECT: Duration = Duration::from_secs(30);

/// The shared client. Proxies come from the usual variables (`HTTPS_PROXY`, `NO_PROXY`..), certificates from the
/// system. Redirects are followed by [`super::HttpProvider`] itself, which never carries a key to another host; no
/// cookies, no referer.
pub fn shared_client() -> Result<reqwest::Client, String> {
    static CLIENT: OnceLock<Result<reqwest::Client, String>> = OnceLock::new();
    CLIENT
        .get_or_init(|| build().map_err(|error| format!("the HTTP client: {error}")))
        .clone()
}

fn build() -> reqwest::Result<reqwest::Client> {
    // Refused only where it is set already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .user_agent(concat!("bench/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        // Attempts are counted, paced and paid for by the engine alone.
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(CONNECT)
        .pool_max_idle_per_host(4_096)
        .pool_idle_timeout(Duration::from_secs(90))
        .tcp_nodelay(true)
        .tcp_keepalive(Duration::from_secs(60))
        .build()
}
