//! From a provider file to the adapter that speaks its protocol.

use super::anthropic::Anthropic;
use super::bedrock::Bedrock;
use super::exec::ExecProvider;
use super::gemini::Gemini;
use super::generic::Generic;
use super::http::HttpProvider;
use super::ollama::Ollama;
use super::openai_chat::OpenaiChat;
use super::openai_responses::OpenaiResponses;
use super::protocol::Protocol;
use super::replay::ReplayProvider;
use super::sim::SimProvider;
use crate::model::{Api, ProviderConfig};
use crate::port::Provider;
use camino::{Utf8Path, Utf8PathBuf};
use std::ffi::OsString;
use std::sync::Arc;

/// Builds the adapter. `root` is the workspace's folder, `variable` looks up environment variables for programs.
///
/// A missing environment variable is no error here but of each request, so that a workspace works with some of its
/// keys; the message says what is wrong with the file otherwise.
pub fn build(
    config: Arc<ProviderConfig>,
    root: &Utf8Path,
    variable: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Arc<dyn Provider>, String> {
    match config.api {
        Api::OpenaiChat => over_http(OpenaiChat::new(&config), config),
        Api::OpenaiResponses => over_http(OpenaiResponses::new(&config), config),
        Api::Anthropic => over_http(Anthropic, config),
        Api::Gemini => over_http(Gemini, config),
        Api::Ollama => over_http(Ollama, config),
        Api::Bedrock => over_http(Bedrock, config),
        Api::Http => {
            let spec = config.http.clone().unwrap_or_default();
            over_http(Generic::new(&spec).map_err(|error| error.to_string())?, config)
        }
        Api::Exec => match ExecProvider::new(&config, root, variable) {
            Ok(provider) => Ok(Arc::new(provider)),
            Err(error) => Err(error.message),
        },
        Api::Replay => {
            let folder = folder(&config, root);
            Ok(Arc::new(ReplayProvider::new(&config, &folder)))
        }
        Api::Sim => Ok(Arc::new(SimProvider::new(&config))),
    }
}

/// What is wrong with the recordings that a model answers from; `None` where it answers by itself.
pub fn recordings_problem(config: &ProviderConfig, root: &Utf8Path, model: &str) -> Option<String> {
    (config.api == Api::Replay)
        .then(|| super::replay::problem_with(config, &folder(config, root), model))
        .flatten()
}

/// The folder of a provider's file.
fn folder(config: &ProviderConfig, root: &Utf8Path) -> Utf8PathBuf {
    root.join(&config.path)
        .parent()
        .map_or_else(|| root.to_owned(), Utf8Path::to_owned)
}

fn over_http(
    protocol: impl Protocol + 'static,
    config: Arc<ProviderConfig>,
) -> Result<Arc<dyn Provider>, String> {
    Ok(Arc::new(HttpProvider::new(config, Box::new(protocol))?))
}
