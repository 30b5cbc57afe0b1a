//! How WebAssembly is compiled and run.

use super::limits::MOST_MEMORY;
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

/// Native stack for the code of an instance, in bytes. Deep enough for the recursion limit of CPython.
const STACK: usize = 4 << 20;
/// Native stack on top for the host's own functions.
const HOST_STACK: usize = 1 << 20;
/// Pages of an instance that stay in memory for the next one, in bytes.
const KEPT: usize = 64 << 20;
/// Core modules that the largest guest (CPython with its libraries) is made of, with room.
const CORE_INSTANCES: u32 = 80;

fn config(metered: bool) -> Config {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        .consume_fuel(metered)
        .wasm_component_model_async(true)
        .max_wasm_stack(STACK)
        .async_stack_size(STACK + HOST_STACK)
        .wasm_backtrace_max_frames(None);
    config
}

/// An engine for modules that do not fit into the places of [`pooled`]: each instance takes what it needs from the system.
pub(super) fn plain(metered: bool) -> wasmtime::Result<Engine> {
    Engine::new(&config(metered))
}

/// An engine for the interpreters, and for modules that users bring where they fit. Where the system can tell which pages an instance wrote to (Linux from 6.7), places
/// for instances are kept and only those pages are put back: this spares the page faults and the changes of the address
/// space that make fresh instances slow, and two threads no faster than one.
pub(super) fn pooled(metered: bool, instances: u32) -> wasmtime::Result<Engine> {
    let mut config = config(metered);
    if PoolingAllocationConfig::is_pagemap_scan_available() {
        let mut pool = PoolingAllocationConfig::default();
        pool.total_component_instances(instances)
            .total_core_instances(instances * CORE_INSTANCES)
            .total_memories(instances * 2)
            .total_tables(instances * 4)
            .total_stacks(instances)
            .max_core_instances_per_component(CORE_INSTANCES)
            .max_component_instance_size(8 << 20)
            .max_core_instance_size(8 << 20)
            .max_memories_per_component(4)
            .max_tables_per_component(16)
            .table_elements(100_000)
            .max_memory_size(MOST_MEMORY)
            .max_unused_warm_slots(instances)
            .linear_memory_keep_resident(KEPT)
            .table_keep_resident(4 << 20)
            .pagemap_scan(Enabled::Yes);
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    }
    Engine::new(&config)
}
