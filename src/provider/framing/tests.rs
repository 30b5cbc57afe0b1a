//! What each framing makes of whole, cut and broken streams.

use super::*;
use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use proptest::prelude::*;

type Events = Vec<(String, Vec<u8>)>;

fn read(framing: Framing, pieces: &[&[u8]]) -> Result<Events, ProviderError> {
    let mut seen = Vec::new();
    let mut each = |name: &str, data: &[u8]| {
        seen.push((name.to_owned(), data.to_vec()));
        Ok(())
    };
    let mut framer = Framer::new(framing);
    for piece in pieces {
        framer.push(piece, &mut each)?;
    }
    framer.finish(&mut each)?;
    Ok(seen)
}

fn frame(kind: &'static str, name: &'static str, payload: &'static [u8]) -> Vec<u8> {
    let message = Message::new(payload).add_header(Header::new(kind, HeaderValue::String(name.into())));
    let mut bytes = Vec::new();
    write_message_to(&message, &mut bytes).unwrap();
    bytes
}

fn aws_stream() -> Vec<u8> {
    let mut bytes = frame(":event-type", "contentBlockDelta", b"{\"delta\":1}");
    bytes.extend(frame(":exception-type", "throttlingException", b"{}"));
    bytes
}

#[test]
fn aws_frames_are_cut_at_any_byte() {
    let bytes = aws_stream();
    let expected: Events = vec![
        ("contentBlockDelta".into(), b"{\"delta\":1}".to_vec()),
        ("throttlingException".into(), b"{}".to_vec()),
    ];
    for cut in 0..=bytes.len() {
        let (left, right) = bytes.split_at(cut);
        assert_eq!(
            read(Framing::AwsEventStream, &[left, right]),
            Ok(expected.clone())
        );
    }
}

#[test]
fn a_broken_or_cut_off_aws_frame_is_malformed() {
    let mut bytes = aws_stream();
    let cut = read(Framing::AwsEventStream, &[&bytes[..bytes.len() - 1]]).unwrap_err();
    assert_eq!(cut.class, ErrorClass::Malformed);
    bytes[20] ^= 1;
    assert_eq!(
        read(Framing::AwsEventStream, &[&bytes]).unwrap_err().class,
        ErrorClass::Malformed
    );
}

#[test]
fn json_lines_skip_blank_ones_and_keep_a_last_one_without_its_end() {
    let events = read(Framing::JsonLines, &[b"{\"a\":1}\r\n\n {\"b\"", b":2}"]).unwrap();
    let data: Vec<&[u8]> = events.iter().map(|(_, data)| data.as_slice()).collect();
    assert_eq!(data, [b"{\"a\":1}".as_slice(), b"{\"b\":2}"]);
}

proptest! {
    #[test]
    fn hostile_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), size in 1usize..40) {
        for framing in [Framing::Sse, Framing::JsonLines, Framing::AwsEventStream] {
            let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
            let _ = read(framing, &pieces);
        }
    }
}
