//! What OpenAI's two protocols share: the dialects of compatible hosts, request bodies, costs, model lists.

mod body;
mod cost;
mod dialect;
mod models;

pub(super) use body::{Format, strict_schema};
pub(super) use cost::{Cost, CostDetails, reported_cost};
pub(super) use dialect::{Dialect, OPENAI, sent_name};
pub(super) use models::{decode_models, list_call};
