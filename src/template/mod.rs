//! Templates of prompts and request bodies: minijinja, strict, compiled once and rendered per trial.
//!
//! What differs from plain Jinja: an undefined variable is an error that names it; nothing is escaped; `tojson`
//! writes plain JSON (no HTML escapes) with keys in their own order; `include`, `import` and `extends` find nothing; a
//! render has a bounded amount of work. As in Jinja, one newline at the very end of a template is dropped. The value
//! of a variable is data: braces in it are never rendered again.

mod environment;
mod error;
mod prompt;
mod stack;
mod text;

#[cfg(test)]
mod tests;

pub use error::TemplateError;
pub use prompt::PromptTemplate;
pub use text::Template;
