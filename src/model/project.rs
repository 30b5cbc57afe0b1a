//! A loaded workspace.

use super::{Gate, Judge, ModelSelector, Money, Params, ProviderConfig, Task};
use camino::Utf8PathBuf;
use std::sync::Arc;

/// Everything that a workspace's files say.
#[derive(Clone, Debug)]
pub struct Project {
    /// Absolute path of the folder with `bench.yaml`.
    pub root: Utf8PathBuf,
    /// Defaults.
    pub workspace: Workspace,
    /// Tasks, by name.
    pub tasks: Vec<Arc<Task>>,
    /// Providers, by name.
    pub providers: Vec<Arc<ProviderConfig>>,
    /// Judges, by name.
    pub judges: Vec<Arc<Judge>>,
}

impl Project {
    /// The provider of that name.
    pub fn provider(&self, name: &str) -> Option<&Arc<ProviderConfig>> {
        self.providers.iter().find(|provider| &*provider.name == name)
    }
}

/// Defaults of `bench.yaml`.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    /// Models of tasks that name none.
    pub models: Vec<ModelSelector>,
    /// Parameters under the tasks'.
    pub params: Params,
    /// Most dollars that a run may spend.
    pub budget: Option<Money>,
    /// Most requests in flight per provider, where the provider says nothing.
    pub concurrency: Option<u32>,
    /// Seed of runs.
    pub seed: u64,
    /// Seconds after which a run stops sending.
    pub deadline_seconds: Option<f64>,
    /// The quality gate, where there is one.
    pub gate: Option<Gate>,
    /// Hours that a list of discovered models is kept.
    pub discovery_ttl_hours: f64,
}
