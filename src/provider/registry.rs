//! From a provider file to the adapter that speaks its protocol.

use super::http::HttpProvider;
use super::openai_chat::OpenaiChat;
use super::openai_responses::OpenaiResponses;
use super::protocol::Protocol;
use crate::model::{Api, ProviderConfig};
use crate::port::Provider;
use std::sync::Arc;

/// Builds the adapter. A missing environment variable is no error here but of each request, so that a workspace
/// works with some of its keys; the message says what is wrong with the file otherwise.
pub fn build(config: Arc<ProviderConfig>) -> Result<Arc<dyn Provider>, String> {
    match config.api {
        Api::OpenaiChat => over_http(OpenaiChat::new(&config), config),
        Api::OpenaiResponses => over_http(OpenaiResponses::new(&config), config),
        Api::Anthropic => Err("not built in".into()),
        Api::Gemini => Err("not built in".into()),
        Api::Ollama => Err("not built in".into()),
        Api::Bedrock => Err("not built in".into()),
        Api::Http => Err("not built in".into()),
        Api::Exec => Err("not built in".into()),
        Api::Replay => Err("not built in".into()),
        Api::Sim => Err("not built in".into()),
    }
}

fn over_http(
    protocol: impl Protocol + 'static,
    config: Arc<ProviderConfig>,
) -> Result<Arc<dyn Provider>, String> {
    Ok(Arc::new(HttpProvider::new(config, Box::new(protocol))?))
}
