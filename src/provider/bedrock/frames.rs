//! Cuts a byte stream into AWS event-stream frames, which carry one event each.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html> describes the format.

use crate::model::ProviderError;
use crate::provider::shared;
use aws_smithy_eventstream::frame::{DecodedFrame, MessageFrameDecoder};
use bytes::{Bytes, BytesMut};

/// Most bytes that an unfinished frame may have; the format's own limit is 16 MiB of payload and 128 KiB of headers.
const MAX_FRAME: usize = 17 << 20;

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its `:event-type`, or for an exception its `:exception-type` or `:error-code`.
    pub name: String,
    /// Its payload.
    pub data: Bytes,
}

/// Takes bytes as they arrive and gives frames.
#[derive(Debug, Default)]
pub struct FrameCutter {
    decoder: MessageFrameDecoder,
    rest: BytesMut,
}

impl FrameCutter {
    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
    }

    /// The next whole frame. A checksum that does not fit is `Malformed`.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, ProviderError> {
        let broken = |error: &dyn std::fmt::Display| {
            shared::malformed(format!("the reply is no AWS event stream: {error}"))
        };
        let message = match self.decoder.decode_frame(&mut self.rest) {
            Ok(DecodedFrame::Complete(message)) => message,
            Ok(DecodedFrame::Incomplete) if self.rest.len() > MAX_FRAME => {
                return Err(broken(&"a frame is too long"));
            }
            Ok(DecodedFrame::Incomplete) => return Ok(None),
            Err(error) => return Err(broken(&error)),
        };
        let header = |name: &str| {
            message
                .headers()
                .iter()
                .find(|header| header.name().as_str() == name)
                .and_then(|header| header.value().as_string().ok())
                .map(|text| text.as_str().to_owned())
        };
        let name = match header(":message-type").as_deref() {
            Some("exception") => header(":exception-type").unwrap_or_else(|| "exception".to_owned()),
            // An error outside the service's model: a code and a text in the headers, no payload.
            Some("error") => {
                let code = header(":error-code").unwrap_or_default();
                let text = header(":error-message").unwrap_or_default();
                return Ok(Some(Frame {
                    name: format!("{}Exception", code.trim_end_matches("Exception")),
                    data: Bytes::from(serde_json::json!({ "message": text }).to_string()),
                }));
            }
            _ => header(":event-type").unwrap_or_default(),
        };
        Ok(Some(Frame {
            name,
            data: message.payload().clone(),
        }))
    }

    /// Whether the stream ended between two frames.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}
