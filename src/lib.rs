//! bench: which model should do this job, and how do we know?
//!
//! Layers, each importing only those above it in this list: `model`, then `port`, `text`, `stats`, `pricing`,
//! `template`, `script`, `sandbox`, then `scorer`, then `yaml`, `load`, `plan`, then `provider`, `store`, `gateway`, `run`, then
//! `analyse`, `report`, and `cli` on top. docs/architecture.md says who may import whom.

pub mod analyse;
pub mod cli;
pub mod gateway;
pub mod load;
pub mod model;
pub mod plan;
pub mod port;
pub mod pricing;
pub mod provider;
pub mod report;
pub mod run;
pub mod sandbox;
pub mod scorer;
#[cfg(feature = "javascript")]
pub mod script;
pub mod stats;
pub mod store;
pub mod template;
pub mod text;
pub mod yaml;
