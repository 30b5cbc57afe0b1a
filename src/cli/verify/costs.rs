//! Costs, from token counts and the prices that the manifest keeps.

use super::{Check, TOLD};
use crate::cli::failure::Failure;
use crate::cli::progress::counted;
use crate::pricing;
use crate::store::{Order, RunRef, Store};
use std::ops::ControlFlow;

/// Prices the answers that this run sent again. Those from the cache keep the price of their own run.
pub fn check(store: &Store, run: &RunRef) -> Result<Check, Failure> {
    let manifest = store.manifest(run)?;
    let (mut looked_at, mut differences) = (0_u64, 0_u64);
    let mut details = Vec::new();
    let broken = store.stream_trials(run, Order::Case, |row| {
        if row.from_cache {
            return ControlFlow::Continue(());
        }
        let completion = match row.completion() {
            Ok(Some(completion)) => completion,
            Ok(None) => return ControlFlow::Continue(()),
            Err(error) => return ControlFlow::Break(error),
        };
        let entry = manifest.candidates.get(row.key.candidate as usize);
        let by_table = entry
            .and_then(|entry| entry.price.as_ref())
            .and_then(|price| pricing::cost(price, &completion.usage?));
        let derived = by_table.or(completion.reported_cost);
        looked_at += 1;
        if derived != row.cost {
            differences += 1;
            if details.len() < TOLD {
                let shown = |cost: Option<crate::model::Money>| {
                    cost.map_or("unknown".to_owned(), |cost| cost.to_string())
                };
                details.push(format!(
                    "case {}, {}, epoch {}: stored {}, derived {}",
                    row.case_id,
                    entry.map_or_else(String::new, |entry| entry.candidate.model_label()),
                    row.key.epoch,
                    shown(row.cost),
                    shown(derived)
                ));
            }
        }
        ControlFlow::Continue(())
    })?;
    if let Some(error) = broken {
        return Err(error.into());
    }
    let what = format!("{} priced again from tokens", counted(looked_at, "answer"));
    Ok(Check::new("costs", what, differences, details))
}
