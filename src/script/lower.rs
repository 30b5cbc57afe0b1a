//! TypeScript with code of its own (enumerations, namespaces, properties as parameters), printed as JavaScript.

use super::{Dialect, ScriptError, error_at, parse};
use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions};
use oxc_semantic::SemanticBuilder;
use oxc_transformer::{TransformOptions, Transformer};
use std::path::{Path, PathBuf};

/// JavaScript text, and the line of the source for each of its lines.
pub(super) fn lower(source: &str, file: &str) -> Result<(String, Vec<u32>), ScriptError> {
    let allocator = Allocator::default();
    let mut program = parse(&allocator, source, file, Dialect::TypeScript)?;
    let scoping = SemanticBuilder::new()
        .with_excess_capacity(2.0)
        .with_enum_eval(true)
        .build(&program)
        .semantic
        .into_scoping();
    let options = TransformOptions::default();
    let transformed = Transformer::new(&allocator, Path::new("program.ts"), &options)
        .build_with_scoping(scoping, &mut program);
    if let Some(error) = transformed.diagnostics.errors().next() {
        let offset = error.labels.first().map_or(0, |label| label.offset() as usize);
        return Err(error_at(source, file, offset, error.message.to_string()));
    }
    let printed = Codegen::new()
        .with_options(CodegenOptions {
            source_map_path: Some(PathBuf::from("program.ts")),
            ..CodegenOptions::default()
        })
        .build(&program);
    let mut lines: Vec<u32> = Vec::new();
    for token in printed.map.iter().flat_map(|map| map.get_tokens()) {
        let at = token.get_dst_line() as usize;
        // A line without a token of its own belongs to the one before it.
        while lines.len() < at {
            lines.push(lines.last().copied().unwrap_or(1));
        }
        if lines.len() == at {
            lines.push(token.get_src_line() + 1);
        }
    }
    Ok((printed.code, lines))
}
