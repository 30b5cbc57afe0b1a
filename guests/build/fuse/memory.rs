//! The module with the memory, and what it starts with.

use anyhow::{Context, Result, bail};
use std::ops::Range;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ConstExpr, DataSection, ExportKind, ExportSection, MemorySection, Module};
use wasmparser::{DataKind, Operator, Parser, Payload};

/// Under which name the memory is exported and imported.
pub const MEMORY: &str = "memory";

/// Changes what the memory starts with.
pub type Ready<'r> = &'r dyn Fn(&mut [u8]) -> Result<()>;

/// Makes the module of the memory section of a member, whose bytes are given; also gives the type of the memory.
pub fn memory_module(
    bytes: &[u8],
    reader: wasmparser::MemorySectionReader<'_>,
    ready: Ready<'_>,
) -> Result<(Module, wasm_encoder::MemoryType)> {
    let mut types = reader.into_iter();
    let ty = types.next().context("a memory section without a memory")??;
    if types.next().is_some() {
        bail!("a module with two memories cannot be fused");
    }
    let ty = RoundtripReencoder.memory_type(ty)?;
    let mut memories = MemorySection::new();
    memories.memory(ty);
    let mut exports = ExportSection::new();
    exports.export(MEMORY, ExportKind::Memory, 0);
    let mut data = DataSection::new();
    for (offset, bytes) in pieces(bytes, ready)? {
        data.active(0, &ConstExpr::i32_const(offset.cast_signed()), bytes);
    }
    let mut module = Module::new();
    module.section(&memories).section(&exports).section(&data);
    Ok((module, ty))
}

/// What the memory starts with, piece by piece, once it is made ready.
fn pieces(bytes: &[u8], ready: Ready<'_>) -> Result<Vec<(u32, Vec<u8>)>> {
    let mut places = Vec::new();
    let mut memory = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        let Payload::DataSection(reader) = payload? else {
            continue;
        };
        for datum in reader {
            let datum = datum?;
            let DataKind::Active { offset_expr, .. } = datum.kind else {
                continue;
            };
            let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
                bail!("data without a place of its own");
            };
            let offset = value.cast_unsigned();
            let place = offset as usize..offset as usize + datum.data.len();
            memory.resize(memory.len().max(place.end), 0);
            memory[place.clone()].copy_from_slice(datum.data);
            places.push((offset, place));
        }
    }
    ready(&mut memory)?;
    let piece = |(offset, place): (u32, Range<usize>)| (offset, memory[place].to_vec());
    Ok(places.into_iter().map(piece).collect())
}
