//! What is read of a response: its bytes, pages in place of answers, waits.

use super::super::error::without_lone_surrogates;
use super::transport;
use crate::model::{ErrorClass, ProviderError};
use bytes::{Bytes, BytesMut};
use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use std::time::Duration;

/// Most bytes of a reply.
pub(super) const MOST_REPLY: usize = 64 << 20;
/// Most bytes of a page in place of a stream that are read for its title.
const MOST_PAGE: usize = 64 << 10;
/// Waits above this are told in the message.
const LONG_WAIT: Duration = Duration::from_secs(60);

/// The next bytes of a reply.
pub(super) async fn next_chunk(host: &str, response: &mut Response) -> Result<Option<Bytes>, ProviderError> {
    response
        .chunk()
        .await
        .map_err(|error| transport::failed(&error, host))
}

/// Reads; where that fails on escapes of lone surrogates, again without them: an answer that is paid for is not
/// thrown away for one letter. Readers take nothing of what they cannot parse.
pub(super) fn read_again<T>(
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
pub(super) fn is_page(headers: &HeaderMap, body: &[u8]) -> bool {
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
pub(super) async fn rest_of_page(host: &str, start: &[u8], mut response: Response) -> Vec<u8> {
    let mut page = start.to_vec();
    while page.len() < MOST_PAGE
        && let Ok(Some(bytes)) = next_chunk(host, &mut response).await
    {
        page.extend_from_slice(&bytes);
    }
    page
}

/// Tells of a wait that is longer than people expect.
pub(super) fn with_wait(mut error: ProviderError) -> ProviderError {
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
pub(super) async fn read_body(
    host: &str,
    mut response: Response,
    most: usize,
) -> Result<Bytes, ProviderError> {
    let promised = response
        .content_length()
        .and_then(|length| usize::try_from(length).ok())
        .unwrap_or(0);
    let Some(first) = next_chunk(host, &mut response).await? else {
        return Ok(Bytes::new());
    };
    let mut whole: Option<BytesMut> = None;
    let mut size = first.len();
    while size <= most {
        let Some(bytes) = next_chunk(host, &mut response).await? else {
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

/// For replies above [`MOST_REPLY`].
pub(super) fn too_large() -> ProviderError {
    ProviderError::new(
        ErrorClass::Malformed,
        format!("the reply is larger than {} MB", MOST_REPLY >> 20),
    )
}
