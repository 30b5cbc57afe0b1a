//! Requests and configurations for the tests of adapters.

use crate::model::{
    Api, Case, Completion, Limits, Message, Params, ProviderConfig, ProviderError, Request, Role, Subject,
};
use crate::provider::{Framer, Protocol};
use indexmap::IndexMap;
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// A provider without a key and without models.
pub fn config(api: Api) -> ProviderConfig {
    ProviderConfig {
        name: "p".into(),
        path: "providers/p.yaml".into(),
        api,
        base_url: None,
        key: None,
        headers: IndexMap::new(),
        query: IndexMap::new(),
        region: None,
        limits: Limits::default(),
        timeout_seconds: 60.0,
        max_attempts: 1,
        stream: false,
        discover: false,
        models: IndexMap::new(),
        http: None,
        exec: None,
        replay: None,
        sim: None,
    }
}

/// A request for model `m` with a system and a user message.
pub fn request(params: Params) -> Request {
    let message = |role, text| Message {
        role,
        content: Cow::Borrowed(text),
    };
    Request {
        model: "m".into(),
        messages: vec![message(Role::System, "be brief"), message(Role::User, "hi")],
        params: Arc::new(params),
        schema: None,
        subject: Subject {
            task: "t".into(),
            prompt: "p".into(),
            case: Arc::new(Case {
                id: "1".into(),
                vars: IndexMap::new(),
                golden: None,
                verified: None,
                meta: IndexMap::new(),
                scorers: Vec::new(),
            }),
            epoch: 0,
            attempt: 0,
            seed: 0,
            judged: None,
        },
    }
}

/// The body that a protocol makes of a request, or the message of its error.
pub fn encoded(protocol: &dyn Protocol, config: &ProviderConfig, request: &Request) -> Result<Value, String> {
    let call = protocol
        .encode(config, request, false)
        .map_err(|error| error.message)?;
    serde_json::from_slice(&call.body).map_err(|error| error.to_string())
}

/// What a protocol makes of a streamed reply.
pub fn streamed(protocol: &dyn Protocol, bytes: &[u8]) -> Result<Completion, ProviderError> {
    let mut decoder = protocol.decoder();
    let mut framer = Framer::new(protocol.framing());
    let mut each = |name: &str, data: &[u8]| decoder.event(name, data).map(drop);
    framer.push(bytes, &mut each)?;
    framer.finish(&mut each)?;
    decoder.finish()
}
