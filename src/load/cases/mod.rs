//! The cases of a task as a lazy stream, and the check of all of them.
//!
//! JSONL and CSV are read line by line through one reused buffer, so a file of any size costs no memory; JSON and
//! YAML are read whole.

mod asking;
mod csv;
mod digits;
mod jsonl;
mod reader;
mod scan;
#[cfg(test)]
mod tests;
mod whole;

pub use reader::{CaseError, CaseReader, CaseSelection};
pub use scan::{CaseScan, scan};
