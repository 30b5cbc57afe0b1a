//! From the files of a workspace to a [`crate::model::Project`], with every problem of every file in one go.
//!
//! `raw` holds the shapes of the files (and with them the JSON Schemas), `lower` turns them into the model and
//! checks what serde cannot, `cases` streams the cases. Reads files; never prints, never reads the environment or
//! the clock itself.

mod anchors;
pub mod cases;
mod check;
mod files;
mod find;
mod labels;
mod lower;
mod names;
mod objects;
mod problem;
pub mod raw;
mod render;
mod schema;
#[cfg(test)]
mod tests;
mod workspace;

pub use find::{FindError, find_workspace};
pub use labels::{Labels, labels};
pub use lower::scorer_file;
pub use problem::{Excerpt, Place, Problem, Related, Severity};
pub use render::{RenderOptions, render};
pub use schema::{SchemaKind, schema};
pub use workspace::{Loaded, load};
