//! One attempt over HTTP.

use super::super::error::{one_line, page, page_text, without_lone_surrogates};
use super::super::framing::Framer;
use super::super::headers::{rate_limits, request_id};
use super::super::protocol::{Framing, HttpCall, Protocol};
use super::address::redirect;
use super::client::shared_client;
use super::ready::{Ready, identity, insert, missing_variable};
use super::secrets::Scrubber;
use super::transport;
use crate::model::{Completion, Digest, ErrorClass, ProviderConfig, ProviderError, Request};
use crate::port::{ListedModel, Provider};
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Method, Response};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// Most bytes of a reply.
const MOST_REPLY: usize = 64 << 20;
/// Most bytes of an error reply that are read.
const MOST_ERROR: usize = 1 << 20;
/// Most bytes of a page in place of a stream that are read for its title.
const MOST_PAGE: usize = 64 << 10;
/// Waits above this are told in the message.
const LONG_WAIT: Duration = Duration::from_secs(60);
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
            let body = read_body(ready, response, MOST_REPLY).await?;
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
        while let Some(bytes) = next_chunk(ready, &mut response).await? {
            if !begun && let Some(start) = bytes.trim_ascii_start().first() {
                begun = true;
                if *start == b'<' {
                    return Err(page(&rest_of_page(ready, &bytes, response).await));
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
        let body = read_body(ready, response, MOST_ERROR).await.unwrap_or_default();
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
                read_body(ready, response, MOST_REPLY).await
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

async fn next_chunk(ready: &Ready, response: &mut Response) -> Result<Option<Bytes>, ProviderError> {
    response
        .chunk()
        .await
        .map_err(|error| transport::failed(&error, &ready.address.host))
}

/// Reads; where that fails on escapes of lone surrogates, again without them: an answer that is paid for is not
/// thrown away for one letter. Readers take nothing of what they cannot parse.
fn read_again<T>(
    bytes: &[u8],
    mut read: impl FnMut(&[u8]) -> Result<T, ProviderError>,
) -> Result<T, ProviderError> {
    read(bytes).or_else(|error| match error.class {
        ErrorClass::Malformed => match without_lone_surrogates(bytes) {
            Some(whole) => read(&whole).map_err(|again| match again.class {
                ErrorClass::Malformed => error,
                _ => again,
            }),
            None => Err(error),
        },
        _ => Err(error),
    })
}

/// An HTML page in place of JSON. The content type alone does not tell: small servers send JSON as `text/html`.
fn is_page(headers: &HeaderMap, body: &[u8]) -> bool {
    let html = || {
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"))
    };
    match body.trim_ascii_start().first() {
        Some(b'<') => true,
        Some(b'{' | b'[' | b'"') | None => false,
        Some(_) => html(),
    }
}

/// A page that came in place of a stream, as far as its title is to be expected.
async fn rest_of_page(ready: &Ready, start: &[u8], mut response: Response) -> Vec<u8> {
    let mut page = start.to_vec();
    while page.len() < MOST_PAGE
        && let Ok(Some(bytes)) = next_chunk(ready, &mut response).await
    {
        page.extend_from_slice(&bytes);
    }
    page
}

/// Tells of a wait that is longer than people expect.
fn with_wait(mut error: ProviderError) -> ProviderError {
    if let Some(wait) = error.retry_after
        && wait > LONG_WAIT
        && matches!(error.class, ErrorClass::Throttled | ErrorClass::Overloaded)
    {
        error
            .message
            .push_str(&format!("; asks to wait {} s", wait.as_secs()));
    }
    error
}

/// The whole body; one that came in one piece is not copied.
async fn read_body(ready: &Ready, mut response: Response, most: usize) -> Result<Bytes, ProviderError> {
    let promised = response
        .content_length()
        .and_then(|length| usize::try_from(length).ok())
        .unwrap_or(0);
    let Some(first) = next_chunk(ready, &mut response).await? else {
        return Ok(Bytes::new());
    };
    let mut whole: Option<BytesMut> = None;
    let mut size = first.len();
    while size <= most {
        let Some(bytes) = next_chunk(ready, &mut response).await? else {
            return Ok(whole.map_or(first, BytesMut::freeze));
        };
        size += bytes.len();
        let buffer = whole.get_or_insert_with(|| {
            let mut buffer = BytesMut::with_capacity(promised.min(most).max(first.len() * 2));
            buffer.extend_from_slice(&first);
            buffer
        });
        buffer.extend_from_slice(&bytes);
    }
    Err(too_large())
}

fn too_large() -> ProviderError {
    ProviderError::new(
        ErrorClass::Malformed,
        format!("the reply is larger than {} MB", MOST_REPLY >> 20),
    )
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}
