//! How large a module may be before anything of it is compiled: compiling has no time limit of its own.
//!
//! The bounds are far above what compilers make of programs. The largest that people bring are components with a whole
//! interpreter in them: CPython has 13 000 functions, 7 MB of code, and a function of 430 kB.

use wasmparser::{BinaryReaderError, FunctionBody, Operator, Parser, Payload};

/// Functions in all.
const MOST_FUNCTIONS: usize = 100_000;
/// Bytes of the code of all functions.
const MOST_CODE: usize = 64 << 20;
/// Bytes of the code of one function.
const MOST_BODY: usize = 2 << 20;
/// Local variables of one function.
const MOST_LOCALS: usize = 10_000;
/// Local variables of all functions.
const MOST_LOCALS_IN_ALL: usize = 2_000_000;
/// Blocks in blocks.
const MOST_NESTING: usize = 5_000;

/// Sums over all functions.
#[derive(Default)]
struct Sums {
    functions: usize,
    code: usize,
    locals: usize,
}

/// What is too large, if anything is. A module that does not parse is left to others.
pub(super) fn excess(wasm: &[u8]) -> Option<String> {
    let mut sums = Sums::default();
    for payload in Parser::new(0).parse_all(wasm) {
        let Ok(Payload::CodeSectionEntry(body)) = payload else {
            if payload.is_err() {
                return None;
            }
            continue;
        };
        if let Some(problem) = of_function(&body, &mut sums).ok()? {
            return Some(problem);
        }
    }
    None
}

fn of_function(body: &FunctionBody<'_>, sums: &mut Sums) -> Result<Option<String>, BinaryReaderError> {
    sums.functions += 1;
    let bytes = body.range().len();
    sums.code += bytes;
    let mut locals = 0_usize;
    for group in body.get_locals_reader()? {
        locals = locals.saturating_add(usize::try_from(group?.0).unwrap_or(usize::MAX));
    }
    sums.locals = sums.locals.saturating_add(locals);
    for (found, most, what) in [
        (sums.functions, MOST_FUNCTIONS, "functions"),
        (sums.code, MOST_CODE, "bytes of code"),
        (bytes, MOST_BODY, "bytes of code in one function"),
        (locals, MOST_LOCALS, "local variables in one function"),
        (sums.locals, MOST_LOCALS_IN_ALL, "local variables"),
        (deepest(body)?, MOST_NESTING, "blocks in one another"),
    ] {
        if found > most {
            return Ok(Some(format!(
                "it is too large to be compiled: more than {most} {what}; leave out what the scorer does not need"
            )));
        }
    }
    Ok(None)
}

/// How deep blocks stand in one another.
fn deepest(body: &FunctionBody<'_>) -> Result<usize, BinaryReaderError> {
    let (mut depth, mut deepest) = (0_usize, 0);
    for operator in body.get_operators_reader()? {
        match operator? {
            Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::Try { .. }
            | Operator::TryTable { .. } => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            Operator::End => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(deepest)
}

#[cfg(test)]
mod tests {
    use super::excess;

    fn text(source: &str) -> Option<String> {
        excess(&wat::parse_str(source).expect("WebAssembly"))
    }

    #[test]
    fn what_takes_too_long_to_compile_is_refused_before() {
        assert_eq!(text("(module (func (local i32) block loop end end))"), None);
        let locals = format!("(module (func (local {})))", "i32 ".repeat(10_001));
        assert!(
            text(&locals).is_some_and(|problem| problem.contains("10000 local variables in one function"))
        );
        let nested = format!(
            "(module (func {} {}))",
            "block ".repeat(5_001),
            "end ".repeat(5_001)
        );
        assert!(text(&nested).is_some_and(|problem| problem.contains("5000 blocks in one another")));
        let many = format!("(module {})", "(func)".repeat(100_001));
        assert!(text(&many).is_some_and(|problem| problem.contains("100000 functions")));
        let inside = format!("(component (core module {}))", "(func)".repeat(100_001));
        assert!(text(&inside).is_some_and(|problem| problem.contains("100000 functions")));
    }
}
