//! Makes one core module of those that a component is linked of.
//!
//! An interpreter comes as a dozen shared libraries: each call from one to another goes through an import, each address
//! of something in another is read from a global, and every instance fills a table with thousands of functions anew. As
//! one module, with the addresses that the snapshot has fixed written in as numbers, it starts and runs faster.

mod graph;
mod link;
mod memory;
mod merge;
mod outer;

use anyhow::{Context, Result};
use graph::Graph;
use link::Linked;
use memory::Ready;
use wasm_encoder::{Component, RawSection};
use wasmparser::{Parser, Payload, Validator, WasmFeatures};

/// The same component with one module for its memory, which is made ready first, and one for the code of all libraries.
pub fn fuse(component: &[u8], ready: Ready<'_>) -> Result<Vec<u8>> {
    let fused = within(component, ready)?;
    Validator::new_with_features(WasmFeatures::all())
        .validate_all(&fused)
        .context("what came of it is not valid")?;
    Ok(fused)
}

/// Fuses the component, or those in it where it has no code of its own.
fn within(component: &[u8], ready: Ready<'_>) -> Result<Vec<u8>> {
    let graph = Graph::read(component)?;
    if graph.has_libraries() {
        return outer::rewrite(component, &Linked::new(component, graph)?, ready);
    }
    let mut made = Component::new();
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(component) {
        let payload = payload?;
        let nested = matches!(
            payload,
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. }
        );
        if depth == 0 {
            if let Payload::ComponentSection { unchecked_range, .. } = &payload {
                let data = within(&component[unchecked_range.clone()], ready)?;
                made.section(&RawSection { id: 4, data: &data });
            } else if let Some((id, range)) = payload.as_section() {
                let data = &component[range];
                made.section(&RawSection { id, data });
            }
        }
        match payload {
            Payload::End(_) => depth = depth.saturating_sub(1),
            _ => depth += u32::from(nested),
        }
    }
    Ok(made.finish())
}
