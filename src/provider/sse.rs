//! Server-sent events, by the WHATWG specification (<https://html.spec.whatwg.org/multipage/server-sent-events.html>),
//! with one liberty: an event that the stream ends in without a blank line still counts.

use crate::model::ProviderError;

/// Takes each event: its name (empty where there is none) and its data.
pub type EachEvent<'a> = dyn FnMut(&str, &[u8]) -> Result<(), ProviderError> + 'a;

/// Cuts bytes, in whatever pieces they come, into events.
#[derive(Debug, Default)]
pub struct SseReader {
    /// The line that is not complete yet.
    line: Vec<u8>,
    name: String,
    data: Vec<u8>,
    /// A `data` field was seen, perhaps an empty one.
    has_data: bool,
    /// The last byte was a carriage return, so that a newline now belongs to it.
    after_return: bool,
    started: bool,
}

impl SseReader {
    /// Takes the next bytes.
    pub fn push(&mut self, mut bytes: &[u8], each: &mut EachEvent<'_>) -> Result<(), ProviderError> {
        if self.after_return && !bytes.is_empty() {
            self.after_return = false;
            bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
        }
        while let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (line, rest) = (&bytes[..end], &bytes[end..]);
            if self.line.is_empty() {
                self.take_line(line, each)?;
            } else {
                let mut whole = std::mem::take(&mut self.line);
                whole.extend_from_slice(line);
                self.take_line(&whole, each)?;
                whole.clear();
                self.line = whole;
            }
            bytes = match rest {
                [b'\r', b'\n', rest @ ..] => rest,
                [b'\r'] => {
                    self.after_return = true;
                    &[]
                }
                [_, rest @ ..] => rest,
                [] => &[],
            };
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    /// Ends the stream.
    pub fn finish(mut self, each: &mut EachEvent<'_>) -> Result<(), ProviderError> {
        let line = std::mem::take(&mut self.line);
        self.take_line(&line, each)?;
        self.dispatch(each)
    }

    fn take_line(&mut self, line: &[u8], each: &mut EachEvent<'_>) -> Result<(), ProviderError> {
        let line = if self.started {
            line
        } else {
            self.started = true;
            line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
        };
        if line.is_empty() {
            return self.dispatch(each);
        }
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let value = line.get(colon + 1..).unwrap_or_default();
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match &line[..colon] {
            b"data" => {
                if self.has_data {
                    self.data.push(b'\n');
                }
                self.has_data = true;
                self.data.extend_from_slice(value);
            }
            b"event" => {
                self.name.clear();
                self.name.push_str(&String::from_utf8_lossy(value));
            }
            // Comments, ids and retry times say nothing of the answer.
            _ => {}
        }
        Ok(())
    }

    fn dispatch(&mut self, each: &mut EachEvent<'_>) -> Result<(), ProviderError> {
        let result = if self.has_data {
            each(&self.name, &self.data)
        } else {
            Ok(())
        };
        self.has_data = false;
        self.data.clear();
        self.name.clear();
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn events(pieces: &[&[u8]]) -> Vec<(String, String)> {
        let mut seen = Vec::new();
        let mut each = |name: &str, data: &[u8]| {
            seen.push((name.to_owned(), String::from_utf8_lossy(data).into_owned()));
            Ok(())
        };
        let mut reader = SseReader::default();
        for piece in pieces {
            reader.push(piece, &mut each).unwrap();
        }
        reader.finish(&mut each).unwrap();
        seen
    }

    fn pair(name: &str, data: &str) -> (String, String) {
        (name.to_owned(), data.to_owned())
    }

    #[test]
    fn comments_and_unknown_fields_are_left_out_and_data_lines_are_joined() {
        let text = b"\xef\xbb\xbf: OPENROUTER PROCESSING\n\nid: 7\nevent: ping\ndata: {\"a\":\ndata:1}\n\nretry: 3\n\ndata\n\n";
        assert_eq!(events(&[text]), [pair("ping", "{\"a\":\n1}"), pair("", "")]);
    }

    #[test]
    fn a_last_event_without_its_blank_line_counts() {
        assert_eq!(
            events(&[b"data: 1\n\ndata: [DONE]"]),
            [pair("", "1"), pair("", "[DONE]")]
        );
    }

    #[test]
    fn all_three_line_ends_are_understood_across_pieces() {
        let expected = [pair("a", "1"), pair("", "2")];
        assert_eq!(events(&[b"event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n"]), expected);
        assert_eq!(events(&[b"event: a\rdata: 1\r\rdata: 2\r\r"]), expected);
        assert_eq!(
            events(&[b"event: a\r", b"\ndata: 1\r", b"\n\r", b"\ndata: 2\n\n"]),
            expected
        );
    }

    proptest! {
        #[test]
        fn any_bytes_give_the_same_events_in_one_piece_and_in_many(
            bytes in proptest::collection::vec(
                prop_oneof![Just(b'\n'), Just(b'\r'), Just(b':'), Just(b' '), Just(b'd'), Just(b'a'), Just(b't'), any::<u8>()],
                0..80,
            ),
            size in 1usize..7,
        ) {
            let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
            prop_assert_eq!(events(&[&bytes]), events(&pieces));
        }
    }
}
