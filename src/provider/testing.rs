//! Configurations and requests for the tests of adapters.

use crate::model::{Api, Case, Limits, Message, Params, ProviderConfig, Request, Role, Secret, Subject};
use indexmap::IndexMap;
use secrecy::SecretString;
use std::sync::Arc;

/// A value as if it had come from the environment.
pub(super) fn secret(source: &str, value: &str) -> Secret {
    Secret {
        source: source.into(),
        value: Ok(SecretString::from(value.to_owned())),
    }
}

/// A provider at that address, without a key.
pub(super) fn config(base_url: &str) -> ProviderConfig {
    ProviderConfig {
        name: "p".into(),
        path: "providers/p.yaml".into(),
        api: Api::OpenaiChat,
        base_url: Some(secret(base_url, base_url)),
        key: None,
        headers: IndexMap::new(),
        query: IndexMap::new(),
        region: None,
        limits: Limits::default(),
        timeout_seconds: 20.0,
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

/// "hello" to model `m`.
pub(super) fn request(params: Params) -> Request {
    let case = Case {
        id: "c".into(),
        vars: IndexMap::new(),
        golden: None,
        verified: None,
        meta: IndexMap::new(),
        scorers: Vec::new(),
    };
    let subject = Subject {
        task: "t".into(),
        prompt: "p".into(),
        case: Arc::new(case),
        epoch: 0,
        attempt: 0,
        seed: 0,
        judged: None,
    };
    Request {
        model: "m".into(),
        messages: vec![Message {
            role: Role::User,
            content: "hello".into(),
        }],
        params: Arc::new(params),
        schema: None,
        subject,
    }
}
