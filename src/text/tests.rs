//! Tests across the modules.

mod robustness;
mod vectors;
