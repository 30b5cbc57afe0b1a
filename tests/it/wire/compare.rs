//! Decodes an exchange with bench's protocol, whole and in pieces.

use super::cassette::{Body, Exchange};
use super::plug::{Answer, Plug, Reading};
use bench::model::{Completion, ProviderError};
use bench::provider::{Framer, Framing};

/// What bench makes of an exchange.
pub fn decode(plug: &Plug, exchange: &Exchange) -> Result<Completion, ProviderError> {
    match &exchange.body {
        Body::Whole(bytes) if !(200..300).contains(&exchange.status) => {
            Err(plug.protocol.error(exchange.status, &exchange.headers, bytes))
        }
        Body::Whole(bytes) if exchange.is_stream() => decode_pieces(plug, &[bytes]),
        Body::Whole(bytes) => plug.protocol.decode(bytes),
        Body::Events(events) => {
            let mut decoder = plug.protocol.decoder();
            for event in events {
                let (name, data) = (plug.event)(event);
                decoder.event(&name, &data)?;
            }
            decoder.finish()
        }
    }
}

/// What bench makes of a stream that comes in these pieces.
pub fn decode_pieces(plug: &Plug, pieces: &[&[u8]]) -> Result<Completion, ProviderError> {
    let mut decoder = plug.protocol.decoder();
    let mut framer = Framer::new(plug.protocol.framing());
    let mut each = |name: &str, data: &[u8]| decoder.event(name, data).map(drop);
    for piece in pieces {
        framer.push(piece, &mut each)?;
    }
    framer.finish(&mut each)?;
    decoder.finish()
}

/// A stream's bytes; chunks of server-sent events or JSON lines get their framing back.
pub fn stream_bytes(plug: &Plug, exchange: &Exchange) -> Option<Vec<u8>> {
    match &exchange.body {
        Body::Whole(bytes) => {
            (exchange.is_stream() && (200..300).contains(&exchange.status)).then(|| bytes.clone())
        }
        Body::Events(events) => {
            let mut bytes = Vec::new();
            for event in events {
                let (name, data) = (plug.event)(event);
                match plug.protocol.framing() {
                    Framing::Sse => {
                        bytes.extend(format!("event: {name}\r\ndata: ").bytes());
                        bytes.extend(&data);
                        bytes.extend(b"\r\n\r\n");
                    }
                    Framing::JsonLines => {
                        bytes.extend(&data);
                        bytes.push(b'\n');
                    }
                    Framing::AwsEventStream => return None,
                }
            }
            Some(bytes)
        }
    }
}

/// What differs between bench and the independent reading, in words.
pub fn difference(plug: &Plug, exchange: &Exchange, expected: &Reading) -> Option<String> {
    if let Reading::Models(ids) = expected {
        let Body::Whole(bytes) = &exchange.body else {
            return Some("a model list is no stream".into());
        };
        return match plug.protocol.decode_models(bytes) {
            Ok((models, _)) if models.iter().map(|model| &model.id).eq(ids) => None,
            Ok((models, _)) => Some(format!("{} models instead of {}", models.len(), ids.len())),
            Err(error) => Some(error.to_string()),
        };
    }
    let found = match decode(plug, exchange) {
        Err(error) if error.message.trim().is_empty() || error.message.contains('\n') => {
            return Some(format!(
                "an error's message is one line of text, not {:?}",
                error.message
            ));
        }
        Err(error) => (Reading::Error(error.class), error.to_string()),
        Ok(completion) => {
            let shown = format!("{completion:?}");
            (Reading::Answer(Box::new(answer(completion))), shown)
        }
    };
    (found.0 != *expected).then(|| {
        format!(
            "\n  expected {expected:?}\n  found    {:?}\n  ({})",
            found.0, found.1
        )
    })
}

fn answer(completion: Completion) -> Answer {
    Answer {
        text: completion.text,
        reasoning: completion.reasoning.is_some_and(|text| !text.is_empty()),
        tools: completion
            .tool_calls
            .into_iter()
            .map(|call| (call.name, call.arguments))
            .collect(),
        usage: completion.usage,
        stop: completion.stop,
        model: completion.served_model,
        cost: completion.reported_cost,
    }
}
