//! One attempt over HTTP.

use super::super::error::{one_line, page, page_text};
use super::super::framing::Framer;
use super::super::headers::{rate_limits, request_id};
use super::super::protocol::{Framing, HttpCall, Protocol};
use super::address::{Address, redirect};
use super::client::shared_client;
use super::response::{
    MOST_REPLY, is_page, next_chunk, read_again, read_body, rest_of_page, too_large, with_wait,
};
use super::secrets::{Scrubber, is_secret};
use super::transport;
use crate::model::{Completion, Digest, ErrorClass, Hasher, ProviderConfig, ProviderError, Request};
use crate::port::{ListedModel, Provider};
use async_trait::async_trait;
use bytes::Bytes;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::{Method, Response};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// Most bytes of an error reply that are read.
const MOST_ERROR: usize = 1 << 20;
/// Most redirects in a row.
const MOST_REDIRECTS: usize = 5;
/// Most pages of a model list.
const MOST_PAGES: usize = 100;

/// A provider behind HTTP.
pub struct HttpProvider {
    config: Arc<ProviderConfig>,
    protocol: Box<dyn Protocol>,
    client: reqwest::Client,
    /// What every request needs, or why none can be sent.
    ready: Result<Ready, ProviderError>,
    scrubber: Scrubber,
    identity: Digest,
    timeout: Duration,
}

struct Ready {
    address: Address,
    method: Method,
    /// All headers but those of the call.
    headers: HeaderMap,
    /// For protocols that sign.
    key: String,
}

impl HttpProvider {
    /// An adapter on the shared client. The error says what is wrong with the provider file. A missing environment
    /// variable is not one: it becomes the error of every request.
    pub fn new(config: Arc<ProviderConfig>, protocol: Box<dyn Protocol>) -> Result<Self, String> {
        let client = shared_client()?;
        let ready = match missing_variable(&config) {
            Some(error) => Err(error),
            None => Ok(Ready::new(&config, protocol.as_ref())
                .map_err(|fault| format!("{}: {fault}", config.path))?),
        };
        let timeout = Duration::try_from_secs_f64(config.timeout_seconds)
            .ok()
            .filter(|timeout| !timeout.is_zero())
            .ok_or_else(|| format!("{}: `timeout` must be more than zero", config.path))?;
        Ok(Self {
            scrubber: Scrubber::of(&config),
            identity: identity(&config),
            config,
            protocol,
            client,
            ready,
            timeout,
        })
    }

    async fn attempt(&self, request: &Request) -> Result<Completion, ProviderError> {
        let ready = self.ready.as_ref().map_err(Clone::clone)?;
        let call = self.protocol.encode(&self.config, request, self.config.stream)?;
        self.in_time(self.exchange(ready, call)).await
    }

    /// The timeout holds for the whole attempt, to the last byte.
    async fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T, ProviderError>>,
    ) -> Result<T, ProviderError> {
        tokio::time::timeout(self.timeout, work)
            .await
            .unwrap_or_else(|_| {
                let seconds = self.config.timeout_seconds;
                let message = format!(
                    "no complete answer within {seconds} s (`timeout` of {})",
                    self.config.path
                );
                Err(ProviderError::new(ErrorClass::Timeout, message))
            })
    }

    async fn exchange(&self, ready: &Ready, call: HttpCall) -> Result<Completion, ProviderError> {
        let (sent, response) = self.send(ready, ready.method.clone(), call).await?;
        let headers = response.headers().clone();
        let mut completion = if self.config.stream && self.is_streamed(&headers) {
            self.read_stream(ready, sent, response).await?
        } else {
            let body = read_body(&ready.address.host, response, MOST_REPLY).await?;
            let latency = sent.elapsed();
            if is_page(&headers, &body) {
                return Err(page(&body));
            }
            let mut completion = read_again(&body, |body| self.protocol.decode(body))?;
            completion.latency_us = micros(latency);
            completion
        };
        completion.rate_limits = rate_limits(&headers);
        // The vendors' support asks for the header's id where there is one.
        completion.request_id = request_id(&headers).or(completion.request_id);
        Ok(completion)
    }

    /// Some servers answer whole although a stream was asked for.
    fn is_streamed(&self, headers: &HeaderMap) -> bool {
        let kind = headers
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default();
        self.protocol.framing() != Framing::Sse || !kind.starts_with("application/json")
    }

    async fn read_stream(
        &self,
        ready: &Ready,
        sent: Instant,
        mut response: Response,
    ) -> Result<Completion, ProviderError> {
        let mut decoder = self.protocol.decoder();
        let mut framer = Framer::new(self.protocol.framing());
        let mut first = None;
        let mut size = 0;
        let mut each = |name: &str, data: &[u8]| {
            let piece = read_again(data, |data| decoder.event(name, data))?;
            if piece && first.is_none() {
                first = Some(sent.elapsed());
            }
            Ok(())
        };
        let mut begun = false;
        while let Some(bytes) = next_chunk(&ready.address.host, &mut response).await? {
            if !begun && let Some(start) = bytes.trim_ascii_start().first() {
                begun = true;
                if *start == b'<' {
                    return Err(page(&rest_of_page(&ready.address.host, &bytes, response).await));
                }
            }
            size += bytes.len();
            if size > MOST_REPLY {
                return Err(too_large());
            }
            framer.push(&bytes, &mut each)?;
        }
        let latency = sent.elapsed();
        framer.finish(&mut each)?;
        let mut completion = decoder.finish()?;
        completion.latency_us = micros(latency);
        completion.first_token_us = first.map(micros);
        Ok(completion)
    }

    /// Sends and follows redirects; a reply that is not 2xx is an error. Gives the moment of the send.
    async fn send(
        &self,
        ready: &Ready,
        method: Method,
        mut call: HttpCall,
    ) -> Result<(Instant, Response), ProviderError> {
        let wrong = |message: String| ProviderError::new(ErrorClass::BadRequest, message);
        let mut url = ready.address.url(&call.path).map_err(wrong)?;
        let mut headers = ready.headers.clone();
        let signature =
            self.protocol
                .sign(&self.config, &ready.key, url.as_str(), &call, SystemTime::now())?;
        for (name, value) in call.headers.drain(..).chain(signature) {
            insert(&mut headers, name, &value, false).map_err(wrong)?;
        }
        let body = Bytes::from(call.body);
        let sent = Instant::now();
        for _ in 0..=MOST_REDIRECTS {
            let mut request = reqwest::Request::new(method.clone(), url.clone());
            *request.headers_mut() = headers.clone();
            if method != Method::GET {
                *request.body_mut() = Some(body.clone().into());
            }
            let response = self.client.execute(request).await;
            let response = response.map_err(|error| transport::failed(&error, &ready.address.host))?;
            let status = response.status();
            if status.is_success() {
                return Ok((sent, response));
            }
            if !matches!(status.as_u16(), 301 | 302 | 307 | 308) {
                return Err(self.refused(ready, response).await);
            }
            let location = response
                .headers()
                .get(LOCATION)
                .and_then(|place| place.to_str().ok());
            url = redirect(&url, location).map_err(wrong)?;
        }
        Err(wrong(format!("{} redirects in circles", ready.address.host)))
    }

    async fn refused(&self, ready: &Ready, response: Response) -> ProviderError {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        // A body that breaks off must not hide the status.
        let body = read_body(&ready.address.host, response, MOST_ERROR)
            .await
            .unwrap_or_default();
        let mut error = self.protocol.error(status, &headers, &body);
        error.status = error.status.or(Some(status));
        error.request_id = error.request_id.or_else(|| request_id(&headers));
        error.message = match one_line(&error.message) {
            empty if empty.is_empty() => format!("HTTP {status} {}", page_text(&body)),
            message => message,
        };
        error
    }

    async fn all_models(&self) -> Result<Option<Vec<ListedModel>>, ProviderError> {
        let mut models = Vec::new();
        let mut page: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let Some(call) = self.protocol.list_call(&self.config, page.as_deref()) else {
                return Ok(None);
            };
            let ready = self.ready.as_ref().map_err(Clone::clone)?;
            let work = async {
                let (_, response) = self.send(ready, Method::GET, call).await?;
                read_body(&ready.address.host, response, MOST_REPLY).await
            };
            let (listed, next) = self.protocol.decode_models(&self.in_time(work).await?)?;
            models.extend(listed);
            if next.is_none() || next == page {
                break;
            }
            page = next;
        }
        Ok(Some(models))
    }
}

#[async_trait]
impl Provider for HttpProvider {
    async fn complete(&self, request: &Request) -> Result<Completion, ProviderError> {
        self.attempt(request)
            .await
            .map_err(|error| self.scrubber.clean(with_wait(error)))
    }

    async fn list_models(&self) -> Result<Option<Vec<ListedModel>>, ProviderError> {
        self.all_models()
            .await
            .map_err(|error| self.scrubber.clean(with_wait(error)))
    }

    fn identity(&self) -> Digest {
        self.identity
    }
}

impl Ready {
    fn new(config: &ProviderConfig, protocol: &dyn Protocol) -> Result<Self, String> {
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
fn insert(headers: &mut HeaderMap, name: &str, value: &str, sensitive: bool) -> Result<(), String> {
    let key = HeaderName::try_from(name).map_err(|_| format!("`{name}` is no header name"))?;
    let mut value = HeaderValue::try_from(value).map_err(|_| {
        format!("the value of header `{name}` has characters that no header can carry (a line break?)")
    })?;
    value.set_sensitive(sensitive);
    headers.insert(key, value);
    Ok(())
}

/// The error for the first variable that is not set.
fn missing_variable(config: &ProviderConfig) -> Option<ProviderError> {
    let secrets = config
        .key
        .iter()
        .chain(&config.base_url)
        .chain(config.headers.values());
    let missing = secrets.filter_map(|secret| secret.expose().err()).next()?;
    Some(ProviderError::new(
        ErrorClass::Auth,
        format!(
            "the environment variable {missing} is not set; provider `{}` ({}) needs it",
            config.name, config.path
        ),
    ))
}

/// Secrets enter by their unexpanded text only.
fn identity(config: &ProviderConfig) -> Digest {
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

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}
