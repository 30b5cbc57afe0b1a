//! Cuts a streamed reply into events, whatever its framing and however the network cut it into pieces.

use super::protocol::Framing;
use super::sse::{EachEvent, SseReader};
use crate::model::{ErrorClass, ProviderError};
use aws_smithy_eventstream::frame::read_message_from;

/// The largest frame that AWS sends is 16 MiB with its headers; more is no event stream.
const MAX_FRAME: usize = 17 << 20;

/// Cuts bytes into events.
#[derive(Debug)]
pub struct Framer(Inner);

#[derive(Debug)]
enum Inner {
    Sse(SseReader),
    /// The line that is not complete yet.
    Lines(Vec<u8>),
    /// The frames that are not complete yet.
    Aws(Vec<u8>),
}

impl Framer {
    /// A reader at the start of a reply.
    pub fn new(framing: Framing) -> Self {
        Self(match framing {
            Framing::Sse => Inner::Sse(SseReader::default()),
            Framing::JsonLines => Inner::Lines(Vec::new()),
            Framing::AwsEventStream => Inner::Aws(Vec::new()),
        })
    }

    /// Takes the next bytes and hands on the events that are complete.
    pub fn push(&mut self, bytes: &[u8], each: &mut EachEvent<'_>) -> Result<(), ProviderError> {
        match &mut self.0 {
            Inner::Sse(reader) => reader.push(bytes, each),
            Inner::Lines(pending) => push_lines(pending, bytes, each),
            Inner::Aws(pending) => push_frames(pending, bytes, each),
        }
    }

    /// Ends the stream. Fails where it ends inside a frame.
    pub fn finish(self, each: &mut EachEvent<'_>) -> Result<(), ProviderError> {
        match self.0 {
            Inner::Sse(reader) => reader.finish(each),
            Inner::Lines(pending) => take_line(&pending, each),
            Inner::Aws(pending) if pending.is_empty() => Ok(()),
            Inner::Aws(_) => Err(malformed("the stream ended inside a frame")),
        }
    }
}

fn push_lines(
    pending: &mut Vec<u8>,
    mut bytes: &[u8],
    each: &mut EachEvent<'_>,
) -> Result<(), ProviderError> {
    while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
        if pending.is_empty() {
            take_line(&bytes[..end], each)?;
        } else {
            pending.extend_from_slice(&bytes[..end]);
            take_line(pending, each)?;
            pending.clear();
        }
        bytes = &bytes[end + 1..];
    }
    pending.extend_from_slice(bytes);
    Ok(())
}

fn take_line(line: &[u8], each: &mut EachEvent<'_>) -> Result<(), ProviderError> {
    match line.trim_ascii() {
        [] => Ok(()),
        line => each("", line),
    }
}

/// Frames by <https://smithy.io/2.0/aws/amazon-eventstream.html>: four bytes of total length first.
fn push_frames(pending: &mut Vec<u8>, bytes: &[u8], each: &mut EachEvent<'_>) -> Result<(), ProviderError> {
    pending.extend_from_slice(bytes);
    let mut start = 0;
    while let Some(&[a, b, c, d]) = pending.get(start..start + 4) {
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if length > MAX_FRAME {
            return Err(malformed("the reply is not an AWS event stream"));
        }
        let Some(frame) = pending.get(start..start + length.max(16)) else {
            break;
        };
        let message = read_message_from(frame)
            .map_err(|error| malformed(&format!("a frame of the event stream is broken: {error}")))?;
        let header = |name: &str| {
            let header = message
                .headers()
                .iter()
                .find(|header| header.name().as_str() == name)?;
            header.value().as_string().ok().map(|text| text.as_str())
        };
        let name = [":exception-type", ":event-type", ":error-code"]
            .into_iter()
            .find_map(header);
        each(name.unwrap_or_default(), message.payload())?;
        start += length.max(16);
    }
    pending.drain(..start);
    Ok(())
}

fn malformed(message: &str) -> ProviderError {
    ProviderError::new(ErrorClass::Malformed, message)
}

#[cfg(test)]
mod tests;
