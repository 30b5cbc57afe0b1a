//! `bench.yaml`.

use super::gate::gate;
use super::models::selectors;
use super::secret::expand_node;
use super::{lowered, tree};
use crate::load::check::NamedModel;
use crate::load::files::Source;
use crate::load::problem::Problem;
use crate::load::raw::RawWorkspace;
use crate::load::workspace::{Loader, default_workspace};
use crate::model::{Money, Workspace};
use std::sync::Arc;

/// Reads `bench.yaml`; what is wrong falls back to the built-in defaults.
pub fn workspace(loader: &mut Loader<'_>, source: Source) -> (Workspace, Vec<NamedModel>) {
    let workspace = default_workspace();
    let source = Arc::new(source);
    // An empty bench.yaml is a workspace without defaults.
    if source
        .text
        .lines()
        .all(|line| line.trim_start().starts_with('#') || line.trim().is_empty())
    {
        return (workspace, Vec::new());
    }
    let Some(mut node) = tree(loader, &source) else {
        return (workspace, Vec::new());
    };
    expand_node(loader, &source, &mut node);
    lowered(loader, &source, &node, |loader, raw| lower(loader, &source, raw))
        .unwrap_or_else(|| (default_workspace(), Vec::new()))
}

fn lower(loader: &mut Loader<'_>, source: &Arc<Source>, raw: RawWorkspace) -> (Workspace, Vec<NamedModel>) {
    let mut workspace = default_workspace();
    let mut named = Vec::new();
    workspace.models = selectors(loader, source, raw.models, &mut named);
    workspace.params = raw.params;
    if let Some(budget) = raw.budget {
        match Money::from_dollars(budget.value) {
            Ok(money) => workspace.budget = Some(money),
            Err(error) => loader.problems.push(Problem::at(
                source,
                budget.span,
                "bad-value",
                format!("budget: {error}"),
            )),
        }
    }
    if let Some(concurrency) = raw.concurrency {
        if concurrency.value == 0 {
            loader.problems.push(Problem::at(
                source,
                concurrency.span,
                "bad-value",
                "concurrency must be at least 1",
            ));
        }
        workspace.concurrency = Some(concurrency.value.max(1));
    }
    workspace.seed = raw.seed.unwrap_or_default();
    if let Some(deadline) = raw.deadline {
        if deadline.value.0 > 0.0 && deadline.value.0.is_finite() {
            workspace.deadline_seconds = Some(deadline.value.0);
        } else {
            loader.problems.push(Problem::at(
                source,
                deadline.span,
                "bad-value",
                "a deadline is a time above 0",
            ));
        }
    }
    if let Some(hours) = raw.discovery_ttl_hours {
        if hours.value >= 0.0 && hours.value.is_finite() {
            workspace.discovery_ttl_hours = hours.value;
        } else {
            loader.problems.push(Problem::at(
                source,
                hours.span,
                "bad-value",
                "hours must be 0 or more",
            ));
        }
    }
    workspace.gate = raw.gate.map(|raw| gate(loader, source, raw));
    (workspace, named)
}
