//! Room on the stack for compiling templates.
//!
//! The engine bounds how deep brackets and blocks nest, but chains (`- - - x`, `a + b + c`, `x | f | f`, `elif`) grow
//! with their length and are compiled by recursion.

use super::error::TemplateError;

/// Bytes of template code up to which the chains that fit in are shorter than any thread's stack is deep.
const SHORT: usize = 256;
/// Most bytes of template code.
const LONGEST: usize = 16 << 10;
/// Stack for the longest chain of one-byte operators, with a margin of several times.
const STACK: usize = 128 << 20;

/// Runs `work`, which compiles `source`, with stack enough for it.
pub(super) fn with_room<T: Send>(source: &str, work: impl FnOnce() -> T + Send) -> Result<T, TemplateError> {
    let failed = |message: &str| TemplateError {
        message: message.to_owned(),
        ..TemplateError::default()
    };
    let code = code_bytes(source);
    if code <= SHORT {
        return Ok(work());
    }
    if code > LONGEST {
        return Err(failed(
            "the template holds more than 16 KB of code between its braces; put long texts into variables",
        ));
    }
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(STACK);
        let worker = builder
            .spawn_scoped(scope, work)
            .map_err(|error| failed(&error.to_string()))?;
        worker
            .join()
            .map_err(|_| failed("the template cannot be compiled"))
    })
}

/// Bytes between opening and closing marks.
fn code_bytes(source: &str) -> usize {
    let mut rest = source;
    let mut total = 0;
    while let Some(start) = first(rest, "{{", "{%") {
        let code = &rest[start + 2..];
        let end = first(code, "}}", "%}").unwrap_or(code.len());
        total += end;
        rest = &code[end..];
    }
    total
}

fn first(text: &str, one: &str, other: &str) -> Option<usize> {
    let (one, other) = (text.find(one), text.find(other));
    one.into_iter().chain(other).min()
}
